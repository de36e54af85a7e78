-- One row a document that has claims, with the story that it tells: a wire report that ten papers print is one source.
-- A story is named by its first document: the end of the chain of those that follow each other.
with recursive chains as (
    select
        document_id,
        document_id as story_id
    from {{ ref('int_documents_followed') }}
    where earlier_id is null
    union all
    select
        followed.document_id,
        chains.story_id
    from {{ ref('int_documents_followed') }} as followed
    inner join chains on followed.earlier_id = chains.document_id
)

select
    document_id,
    story_id
from chains
