-- One row a document that has claims, with the earlier document whose story it tells again, if there is one.
-- A copy: each sentence points to the first document that printed it in the days before, and the document follows the
-- one that most of its sentences point to, where these are a good part of the shorter text.
-- A translation shares no sentence: it follows the first document of those days that gives the very same numbers in
-- another language, where the titles share their words (names and numbers stay). In one language equal numbers are
-- two reports of one event.
-- What a document follows depends on those of the days before it only, so a new document forgets those that print one
-- of its sentences or all of its numbers in the days after it.
{{ config(materialized='incremental', pre_hook="{{ forget_followers() }}") }}

with unplaced as (
    {{ documents_to_follow('select * from ' ~ missing(ref('int_documents_revised'), 'document_id')) }}
),

near as (
    {{ documents_to_follow(near('unplaced', 0 - var('story_days') | int, 0)) }}
),

printed as (
    select
        document_id,
        known_at,
        unnest(sentences) as sentence
    from near
),

-- most sentences stand in one text only and point nowhere
reprinted as (
    select sentence
    from printed
    where sentence in (select unnest(unplaced.sentences) from unplaced)
    group by sentence
    having count(*) > 1
),

pointed as (
    select
        document_id,
        min(struct_pack(known_at := known_at, document_id := document_id)) over days_before as first_printed
    from printed
    where sentence in (select reprinted.sentence from reprinted)
    window days_before as (
        partition by sentence
        order by known_at
        range between interval {{ var('story_days') }} days preceding and current row
    )
),

shared as (
    select
        pointed.document_id,
        pointed.first_printed.document_id as earlier_id,
        count(*) as shared_count
    from pointed
    where
        pointed.document_id <> pointed.first_printed.document_id
        and pointed.document_id in (select unplaced.document_id from unplaced)
    group by all
),

copies as (
    select
        shared.document_id,
        shared.earlier_id
    from shared
    inner join unplaced as own on shared.document_id = own.document_id
    inner join near as earlier on shared.earlier_id = earlier.document_id
    where
        shared.shared_count >= {{ var('story_shared_part') }} * least(len(own.sentences), len(earlier.sentences))
    qualify row_number() over (
        partition by shared.document_id order by shared.shared_count desc, shared.earlier_id asc
    ) = 1
),

counted as (
    {{ numbers_of('near') }}
),

same_numbers as (
    select
        near.document_id,
        min(struct_pack(known_at := near.known_at, document_id := near.document_id)) over days_before as first_printed
    from near
    inner join counted on near.document_id = counted.document_id
    where counted.number_count >= {{ var('story_numbers') }}
    window days_before as (
        partition by counted.numbers
        order by near.known_at
        range between interval {{ var('story_days') }} days preceding and current row
    )
),

translations as (
    select
        own.document_id,
        earlier.document_id as earlier_id
    from same_numbers
    inner join unplaced as own on same_numbers.document_id = own.document_id
    inner join near as earlier on same_numbers.first_printed.document_id = earlier.document_id
    where
        own.language <> earlier.language
        and len(list_intersect(own.title_words, earlier.title_words))
        >= {{ var('story_shared_part') }} * least(len(own.title_words), len(earlier.title_words))
)

select
    unplaced.document_id,
    unplaced.known_at,
    unplaced.extractor_version,
    counted.numbers,
    coalesce(copies.earlier_id, translations.earlier_id) as earlier_id
from unplaced
left join counted on unplaced.document_id = counted.document_id
left join copies on unplaced.document_id = copies.document_id
left join translations on unplaced.document_id = translations.document_id
