-- One row a revision, with its place in time. A location is a URL, or the name of an inbox file. The first revision
-- became known when it was published. A later one that bears the same date became known when we saw it: taking its
-- date would let a correction speak before it was made. A date that the user states is always believed.
-- A new revision forgets those of its location before it: they are superseded now.
{{ config(materialized='incremental', pre_hook="{{ note_new_documents() }}") }}

with located as (
    select
        documents.document_id,
        documents.fetch_id,
        documents.source,
        documents.source_kind,
        documents.publisher,
        documents.url,
        documents.title,
        documents.language,
        documents.speaker,
        documents.published_at,
        documents.published_method,
        documents.fetched_at,
        documents.accession,
        coalesce(documents.url, fetches.url, documents.document_id) as location
    from {{ ref('stg_raw__documents') }} as documents
    left join {{ ref('stg_raw__fetches') }} as fetches on documents.fetch_id = fetches.fetch_id
    {% if is_incremental() -%}
        where documents.document_id not in (select this.document_id from {{ this }} as this)
    {%- endif %}
),

ordered as (
    select
        *,
        row_number() over by_fetch as revision,
        lag(published_at) over by_fetch as published_at_before
    from located
    window by_fetch as (partition by location order by fetched_at, document_id)
),

judged as (
    select
        *,
        case
            when published_at is null then 'fetched'
            when revision > 1 and published_method <> 'stated' and published_at = published_at_before then 'revised'
            else published_method
        end as known_at_method
    from ordered
),

dated as (
    select
        *,
        case when known_at_method in ('fetched', 'revised') then fetched_at else published_at end as known_at
    from judged
)

select
    document_id,
    fetch_id,
    location,
    source,
    source_kind,
    publisher,
    url,
    title,
    language,
    speaker,
    published_at,
    published_method,
    fetched_at,
    accession,
    revision,
    known_at,
    known_at_method,
    min(known_at) over (
        partition by location order by revision rows between 1 following and unbounded following
    ) as superseded_at,
    revision = max(revision) over (partition by location) as is_current
from dated
