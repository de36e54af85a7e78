-- One row a source: when it was last looked at, how that went, and what it has given.
with states as (
    select
        source,
        max(checked_at) as last_checked_at,
        max(changed_at) as last_changed_at,
        min(next_check_at) as next_check_at,
        arg_max(error, checked_at) filter (where error is not null) as last_error,
        sum(error_count) as error_count
    from {{ ref('stg_raw__source_states') }}
    group by source
),

fetches as (
    select
        source,
        count(*) as fetch_count,
        max(fetched_at) as last_fetched_at
    from {{ ref('stg_raw__fetches') }}
    group by source
),

documents as (
    select
        documents.source,
        count(*) as document_count,
        count(*) filter (where documents.published_at is null) as undated_document_count
    from {{ ref('stg_raw__documents') }} as documents
    group by documents.source
),

claims as (
    select
        source,
        count(*) as claim_count
    from {{ ref('fct_claims') }}
    where statement_kind = 'claim' and is_current
    group by source
),

filed as (
    select
        fetches.source,
        count(*) as filed_value_count
    from {{ ref('stg_raw__company_facts') }} as facts
    inner join {{ ref('stg_raw__fetches') }} as fetches on facts.fetch_id = fetches.fetch_id
    group by fetches.source
),

quarantined as (
    select
        source,
        count(*) as quarantined_count
    from (
        select source from {{ source('quarantine', 'documents') }}
        union all
        select source from {{ source('quarantine', 'claims') }}
        union all
        select source from {{ source('quarantine', 'company_facts') }}
    ) as refused
    group by source
),

sources as (
    select source from states
    union
    select source from fetches
    union
    select source from documents
    union
    select source from quarantined
    where source is not null
)

select
    sources.source,
    states.last_checked_at,
    states.last_changed_at,
    states.next_check_at,
    states.last_error,
    cast(coalesce(states.error_count, 0) as bigint) as error_count,
    fetches.last_fetched_at,
    coalesce(fetches.fetch_count, 0) as fetch_count,
    coalesce(documents.document_count, 0) as document_count,
    coalesce(documents.undated_document_count, 0) as undated_document_count,
    coalesce(claims.claim_count, 0) as claim_count,
    coalesce(filed.filed_value_count, 0) as filed_value_count,
    coalesce(quarantined.quarantined_count, 0) as quarantined_count
from sources
left join states on sources.source = states.source
left join fetches on sources.source = fetches.source
left join documents on sources.source = documents.source
left join claims on sources.source = claims.source
left join filed on sources.source = filed.source
left join quarantined on sources.source = quarantined.source
