-- One row a statement: every claim of every reading of every revision, and every value from filings, in one shape,
-- winners and losers, of today and superseded. What a statement says never changes, only whether it still stands.
-- `fact_id` is the fact that a statement speaks of: statements that share it are rivals.
-- A statement stands from its own revision on, but what an earlier revision of the page said already was known since
-- then: a changed menu beside the article makes a revision, and doesn't make the news younger.
-- A fact of which a statement is new or stands otherwise is forgotten, here and in what is made of it, and told anew.
-- depends_on: {{ ref('dim_document') }}
{{ config(
    materialized='incremental',
    on_schema_change='fail',
    pre_hook="{{ note_changed_facts() }}"
) }}

with attributed as (
    select * from {{ changed(ref('int_claims_attributed'), 'fact_id') }}
),

filings as (
    select * from {{ changed(ref('int_filings_identified'), 'fact_id') }}
),

claims as (
    select
        claims.*,
        'claim' as statement_kind,
        documents.location,
        documents.known_at as stands_from,
        documents.known_at_method as stands_from_method,
        documents.superseded_at,
        coalesce(
            claims.extractor_version = readings.extractor_version
            and claims.correction_action is distinct from 'drop', false
        ) as is_latest_reading,
        stories.story_id,
        documents.source,
        documents.source_kind,
        documents.publisher,
        documents.url as source_url,
        documents.title,
        documents.published_at,
        documents.accession,
        cast(null as varchar) as derivation
    from attributed as claims
    inner join {{ ref('int_documents_revised') }} as documents on claims.document_id = documents.document_id
    inner join {{ ref('int_documents_clustered') }} as stories on claims.document_id = stories.document_id
    left join {{ ref('int_documents_read') }} as readings
        on claims.document_id = readings.document_id and claims.extractor = readings.extractor
),

statements as (
    select * from claims
    union all by name
    select * from filings
),

-- the same words at the same place, whichever revision
first_said as (
    select
        location,
        fact_id,
        value_low,
        value_high,
        qualifier,
        is_latest_reading,
        min(stands_from) as known_at,
        arg_min(stands_from_method, row(stands_from, document_id)) as known_at_method
    from statements
    group by all
),

settled as (
    select
        fact_id,
        max(greatest(stands_from, superseded_at)) as settled_at
    from statements
    group by fact_id
)

select
    statements.claim_id,
    statements.fact_id,
    statements.statement_kind,
    statements.organization_id,
    statements.organization,
    statements.organization_stated,
    statements.facility,
    statements.metric,
    statements.chip,
    statements.scope,
    statements.status,
    statements.period_start,
    statements.period_end,
    statements.value_low,
    statements.value_high,
    statements.qualifier,
    statements.unit,
    statements.currency,
    statements.per,
    first_said.known_at,
    first_said.known_at_method,
    statements.stands_from,
    statements.superseded_at,
    statements.is_latest_reading,
    statements.is_latest_reading and statements.superseded_at is null as is_current,
    settled.settled_at,
    statements.story_id,
    statements.source,
    statements.source_kind,
    statements.publisher,
    statements.source_url,
    statements.title,
    statements.published_at,
    statements.document_id,
    statements.quote,
    statements.char_start,
    statements.char_end,
    statements.accession,
    statements.derivation,
    statements.extractor,
    statements.extractor_version,
    statements.confidence,
    statements.is_replaced,
    statements.correction_id
from statements
inner join settled on statements.fact_id = settled.fact_id
inner join first_said
    on
        statements.location = first_said.location
        and statements.fact_id = first_said.fact_id
        and statements.value_low = first_said.value_low
        and statements.value_high = first_said.value_high
        and statements.qualifier = first_said.qualifier
        and statements.is_latest_reading = first_said.is_latest_reading
