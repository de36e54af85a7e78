{# What tells whether two documents tell one story, and which documents a new one touches. Hashes are DuckDB's own: after
   a change of its version everything is made anew. #}

{# The documents that have claims, with their time and their newest reading. #}
{% macro documents_to_follow() -%}
    select
        revisions.document_id,
        revisions.known_at,
        revisions.language,
        readings.extractor_version,
        counted.claim_count
    from {{ ref('int_sentences_hashed') }} as sentences
    inner join {{ ref('int_documents_revised') }} as revisions on sentences.document_id = revisions.document_id
    -- the second reader reads some documents and not others, and would make a translation look like another story
    left join {{ ref('int_documents_read') }} as readings
        on sentences.document_id = readings.document_id and readings.extractor <> 'llm'
    left join (
        select
            document_id,
            count(*) as claim_count
        from {{ ref('stg_raw__claims') }}
        group by document_id
    ) as counted on sentences.document_id = counted.document_id
{%- endmacro %}

{# Some of them with their sentences: those of all documents are most of what is known of them. #}
{% macro with_sentences(documents) -%}
    select
        documents.*,
        hashed.sentences,
        hashed.title_words
    from {{ documents }} as documents
    inner join {{ ref('int_sentences_hashed') }} as hashed on documents.document_id = hashed.document_id
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

{# Those of the documents that lie in the days before (or after) some others. #}
{% macro near(documents, others, first_day, last_day) -%}
    select * from {{ documents }}
    where cast(known_at as date) in (
        select unnest(range(
            cast(known_at as date) + {{ first_day }},
            cast(known_at as date) + {{ last_day }} + 1,
            interval 1 day
        )) from {{ others }}
    )
{%- endmacro %}

{# Forgets a document that is new, or read anew, or of another time than it was, and those in the days after it that
   print one of its sentences or all of its numbers: what they follow may change. #}
{% macro forget_followers() -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where document_id in (
            with documents as ({{ documents_to_follow() }}),

            changed as (
                select
                    documents.*,
                    placed.known_at as known_at_before,
                    placed.numbers as numbers_before
                from documents
                left join {{ this }} as placed on documents.document_id = placed.document_id
                where
                    placed.document_id is null
                    or placed.known_at <> documents.known_at
                    or placed.extractor_version is distinct from documents.extractor_version
                    or placed.claim_count is distinct from documents.claim_count
            ),

            changed_sentences as ({{ with_sentences('changed') }}),

            moved as (
                select changed.document_id, changed.known_at, changed.sentences, numbers.numbers
                from changed_sentences as changed
                left join ({{ numbers_of('changed') }}) as numbers on changed.document_id = numbers.document_id
                union all
                select document_id, known_at_before, sentences, numbers_before
                from changed_sentences
                where known_at_before is not null
            ),

            after as ({{ near('documents', 'moved', 0, var('story_days')) }}),

            printed as (
                select document_id, known_at, unnest(sentences) as sentence from ({{ with_sentences('after') }})
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
