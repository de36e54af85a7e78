-- One row a document that has claims, with the story that it tells: a wire report that ten papers print is one
-- source. Each sentence points to the first document that printed it in the days before; the document joins the one
-- that most of its sentences point to, and through it the story's first. One window over the sentences, so the work
-- grows with the text.
with recursive documents as (
    select
        revisions.document_id,
        revisions.known_at,
        documents.text
    from {{ ref('int_documents_revised') }} as revisions
    inner join {{ ref('stg_raw__documents') }} as documents on revisions.document_id = documents.document_id
    where revisions.document_id in (select claims.document_id from {{ ref('stg_raw__claims') }} as claims)
),

pieces as (
    select
        document_id,
        known_at,
        unnest(string_split_regex(text, '[.!?…]+\s+|\n+')) as piece
    from documents
),

sentences as (
    select distinct
        document_id,
        known_at,
        trim(regexp_replace(lower(piece), '[^\p{L}\p{N}]+', ' ', 'g')) as sentence
    from pieces
    where length(trim(regexp_replace(piece, '[^\p{L}\p{N}]+', ' ', 'g'))) >= {{ var('story_sentence_characters') }}
),

lengths as (
    select
        document_id,
        count(*) as sentence_count
    from sentences
    group by document_id
),

pointed as (
    select
        document_id,
        min(struct_pack(known_at := known_at, document_id := document_id)) over (
            partition by sentence
            order by known_at
            range between interval {{ var('story_days') }} days preceding and current row
        ) as first_printed
    from sentences
),

shared as (
    select
        pointed.document_id,
        pointed.first_printed.document_id as earlier_id,
        count(*) as shared_count
    from pointed
    where pointed.document_id <> pointed.first_printed.document_id
    group by pointed.document_id, pointed.first_printed.document_id
),

followed as (
    select
        shared.document_id,
        shared.earlier_id
    from shared
    inner join lengths as own on shared.document_id = own.document_id
    inner join lengths as earlier on shared.earlier_id = earlier.document_id
    where shared.shared_count >= {{ var('story_shared_part') }} * least(own.sentence_count, earlier.sentence_count)
    qualify row_number() over (
        partition by shared.document_id order by shared.shared_count desc, shared.earlier_id asc
    ) = 1
),

chains as (
    select
        documents.document_id,
        documents.document_id as story_id
    from documents
    where documents.document_id not in (select followed.document_id from followed)
    union all
    select
        followed.document_id,
        chains.story_id
    from followed
    inner join chains on followed.earlier_id = chains.document_id
)

select
    chains.document_id,
    chains.story_id
from chains
