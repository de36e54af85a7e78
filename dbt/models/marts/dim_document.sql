-- One row a revision of a document, without its text, which isn't ours to publish. One that was superseded, joined to a
-- story or read again is made anew.
-- depends_on: {{ ref('int_claims_attributed') }}, {{ ref('int_documents_read') }}
{{ config(materialized='incremental', on_schema_change='fail', pre_hook="{{ note_new_stories() }}") }}

with documents as (
    select * from {{ changed(ref('int_documents_revised'), 'document_id') }}
),

counted as (
    select
        document_id,
        count(*) as claim_count
    from {{ changed(ref('stg_raw__claims'), 'document_id') }}
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
