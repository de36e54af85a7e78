-- One row a revision of a document, without its text, which isn't ours to publish.
with counted as (
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
from {{ ref('int_documents_revised') }} as documents
left join {{ ref('int_documents_clustered') }} as stories on documents.document_id = stories.document_id
left join counted on documents.document_id = counted.document_id
