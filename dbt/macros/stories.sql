{# What tells whether two documents tell one story, and which documents a new one touches. Hashes are DuckDB's own: after
   a change of its version everything is made anew. #}

{# The documents that have claims, out of some revisions, with what a copy would share and their newest reading. #}
{% macro documents_to_follow(revisions) -%}
    select
        revisions.document_id,
        revisions.known_at,
        revisions.language,
        sentences.sentences,
        sentences.title_words,
        readings.extractor_version
    from ({{ revisions }}) as revisions
    inner join {{ ref('int_sentences_hashed') }} as sentences on revisions.document_id = sentences.document_id
    -- the second reader reads some documents and not others, and would make a translation look like another story
    left join {{ ref('int_documents_read') }} as readings
        on revisions.document_id = readings.document_id and readings.extractor <> 'llm'
{%- endmacro %}

{# The numbers that the newest reading of some documents found, as one key in which order is nothing. #}
{% macro numbers_of(documents) -%}
    select
        claims.document_id,
        bit_xor(distinct hash(claims.value_low, claims.value_high, claims.unit)) as numbers,
        count(distinct hash(claims.value_low, claims.value_high, claims.unit)) as number_count
    from {{ ref('stg_raw__claims') }} as claims
    inner join {{ documents }} as documents
        on claims.document_id = documents.document_id and claims.extractor_version = documents.extractor_version
    group by claims.document_id
{%- endmacro %}

{# The revisions in the days before (or after) some documents. #}
{% macro near(others, first_day, last_day) -%}
    select * from {{ ref('int_documents_revised') }}
    where cast(known_at as date) in (
        select unnest(range(
            cast(known_at as date) + {{ first_day }},
            cast(known_at as date) + {{ last_day }} + 1,
            interval 1 day
        )) from {{ others }}
    )
{%- endmacro %}

{# Forgets the documents that were noted, and those in the days after them that print one of their sentences or all of
   their numbers: what they follow may change. #}
{% macro forget_followers() -%}
    {%- if is_incremental() -%}
        {%- set revisions = ref('int_documents_revised') -%}
        delete from {{ this }} where document_id in (
            with changed as (
                {{ documents_to_follow('select * from ' ~ revisions ~ ' where document_id in (' ~ noted('document_id') ~ ')') }}
            ),

            moved as (
                select changed.document_id, changed.known_at, changed.sentences, numbers.numbers
                from changed
                left join ({{ numbers_of('changed') }}) as numbers on changed.document_id = numbers.document_id
                union all
                -- where and as what it stood before
                select changed.document_id, placed.known_at, changed.sentences, placed.numbers
                from changed
                inner join {{ this }} as placed on changed.document_id = placed.document_id
            ),

            after as ({{ documents_to_follow(near('moved', 0, var('story_days'))) }}),

            printed as (
                select document_id, known_at, unnest(sentences) as sentence from after
            ),

            printed_anew as (
                select known_at, unnest(sentences) as sentence from moved
            )

            select document_id from changed
            union all
            select printed.document_id
            from printed
            inner join printed_anew
                on
                    printed.sentence = printed_anew.sentence
                    and printed.known_at >= printed_anew.known_at
                    and printed.known_at <= printed_anew.known_at + interval {{ var('story_days') }} days
            union all
            select placed.document_id
            from {{ this }} as placed
            inner join moved
                on
                    placed.numbers = moved.numbers
                    and placed.known_at >= moved.known_at
                    and placed.known_at <= moved.known_at + interval {{ var('story_days') }} days
        )
    {%- endif -%}
{%- endmacro %}
