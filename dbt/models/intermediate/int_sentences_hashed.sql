-- One row a document that has claims, with what a copy of it would share: its sentences, folded and hashed, and the
-- words of its title. Shorter sentences ("All rights reserved.") stand in unrelated texts.
-- depends_on: {{ ref('int_claims_attributed') }}
{{ config(materialized='incremental', pre_hook="{{ forget_changed('document_id') }}") }}

with documents as (
    select * from {{ changed(ref('stg_raw__documents'), 'document_id') }}
),

folded as (
    select
        document_id,
        title,
        -- papers differ in their quotation marks, dashes and spaces
        translate(lower(text), '“”„«»‘’‚–—' || chr(160) || chr(8239), '"""""' || repeat(chr(39), 3) || '--  ') as text
    from documents
    where document_id in (select claims.document_id from {{ ref('stg_raw__claims') }} as claims)
)

select
    document_id,
    list_distinct([
        hash(trim(piece)) for piece in string_split_regex(text, '[.!?…]+\s+|\n+')
        if length(piece) >= {{ var('story_sentence_characters') }}
    ]) as sentences,
    list_distinct(regexp_extract_all(lower(strip_accents(title)), '[\p{L}\p{N}]+')) as title_words
from folded
