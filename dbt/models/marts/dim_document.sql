-- One row a revision of a document, without its text, which isn't ours to publish. One that was superseded, joined to a
-- story or read again is made anew.
{{ config(
    materialized='incremental',
    on_schema_change='fail',
    pre_hook="{% if is_incremental() %}delete from {{ this }} where document_id in (
        select told.document_id
        from {{ this }} as told
        inner join {{ ref('int_documents_revised') }} as documents on told.document_id = documents.document_id
        left join {{ ref('int_documents_clustered') }} as stories on told.document_id = stories.document_id
        left join (
            select document_id, count(*) as claim_count from {{ ref('stg_raw__claims') }} group by document_id
        ) as counted on told.document_id = counted.document_id
        where
            told.known_at <> documents.known_at
            or told.revision <> documents.revision
            or told.known_at_method <> documents.known_at_method
            or told.superseded_at is distinct from documents.superseded_at
            or told.is_current <> documents.is_current
            or told.story_id <> coalesce(stories.story_id, told.document_id)
            or told.claim_count <> coalesce(counted.claim_count, 0)
    ){% endif %}"
) }}

with documents as (
    select * from {{ missing(ref('int_documents_revised'), 'document_id') }}
),

counted as (
    select
        document_id,
        count(*) as claim_count
    from {{ ref('stg_raw__claims') }}
    group by document_id
)

select
    documents.document_id,
    documents.location,
    documents.revision,
    documents.is_current,
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
    documents.known_at,
    documents.known_at_method,
    documents.superseded_at,
    coalesce(stories.story_id, documents.document_id) as story_id,
    coalesce(counted.claim_count, 0) as claim_count,
    documents.accession,
    documents.fetch_id
from documents
left join {{ ref('int_documents_clustered') }} as stories on documents.document_id = stories.document_id
left join counted on documents.document_id = counted.document_id
