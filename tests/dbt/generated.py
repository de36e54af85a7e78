"""A ledger of any size for tests and the benchmark, written into the raw tables by SQL; equal numbers give equal rows.

Five claims a document. Of ten documents seven tell a story of their own, two are copies of the first of the ten and one
is a later revision of the page before it. A fifth of the claims are plans; one document in twenty was read twice, by an
older version of the extractor too. Few organizations are spoken of often and most of them rarely, so some facts have
hundreds of rivals and half have one statement. The values of one fact agree, are rounded, or contradict each other.
No filings: they come from structured data and not from claims.
"""

from __future__ import annotations

from datetime import date

import duckdb

CLAIMS_A_DOCUMENT = 5
_YEARS = 10
FIRST_DAY = date(2015, 1, 1)

# The words of a document, so that its sentences are its own; some stand in every text ("All rights reserved").
_FILLER = """
    'In its hall number ' || story || ' the work goes on as planned, said the manager of section ' || {n}
    || ', who has led it for ' || (story + {n}) % 29 || ' years and knows each machine by its name'
"""

_STATEMENTS = f"""
create or replace temporary macro pick(seed, draw, choices) as cast(hash(seed, draw) % choices as bigint);

create or replace temporary table generated_documents as
with numbered as (
    select
        document,
        -- copies (8 and 9 of ten) print the text of the first of their ten, the revision (7) that of the page before it
        document - case document % 10 when 9 then 9 when 8 then 8 when 7 then 1 else 0 end as story,
        document % 10 = 7 as is_revision
    from range($first // {CLAIMS_A_DOCUMENT}, $last // {CLAIMS_A_DOCUMENT}) as documents (document)
),

placed as (
    select
        *,
        -- one in three of a skewed draw: the first organization has some hundred times the claims of the median one
        cast(floor($organizations * power((hash(story) % 1000003) / 1000003.0, 3)) as integer) as organization,
        date '{FIRST_DAY}' + cast(hash(story, 1) % ({_YEARS} * 365) as integer) as story_day
    from numbered
)

select
    *,
    story_day + cast(document % 10 >= 8 as integer) + if(is_revision, 9, 0) as day,
    if(is_revision, document - 1, document) as page,
    list_aggregate([{_FILLER.format(n="n")} for n in range(15)], 'string_agg', '. ') as filler
from placed;

create or replace temporary table generated_claims as
with numbered as (
    select
        documents.*,
        place,
        documents.story * {CLAIMS_A_DOCUMENT} + place as seed
    from generated_documents as documents
    cross join range({CLAIMS_A_DOCUMENT}) as places (place)
),

valued as (
    select
        *,
        place % 5 = 4 as is_plan,
        ['H100', 'H200', 'GB200', null][1 + pick(seed, 2, 4)] as chip,
        pick(seed, 3, 12) = 0 as is_power,
        -- the level of an organization grows; a statement rounds it, and one in ten is wrong
        1000 * (1 + organization % 50) * (1 + year(story_day) - {FIRST_DAY.year})
            + (pick(seed, 4, 3)) * 10 + if(pick(seed, 5, 10) = 0, 70000, 0) as value
    from numbered
)

select
    *,
    'It is said that ' || format('{{:,}}', value) || if(is_power, ' megawatts', ' chips')
        || if(is_plan, ' will stand there by the end of the next year, in row ', ' stand there now, in row ')
        || place as quote
from valued;

insert into raw.fetches by name
select
    'fetch-' || document as fetch_id, 'generated.warc.gz' as warc_file, day as landing_day,
    'feed-' || document % 200 as source, 'article' as kind, 'https://example.org/' || page as url,
    200 as http_status, 'sha256:' || document as payload_digest, 2000 as payload_bytes,
    day + interval 9 hours as fetched_at
from generated_documents;

create or replace temporary table generated_texts as
select
    documents.document,
    any_value(case
        when documents.is_revision then 'Corrected in print ' || documents.document || '. '
        when documents.document <> documents.story then 'By our desk at ' || documents.document || '. '
        else ''
    end) as opening,
    string_agg(claims.quote, '. ' order by claims.place) as statements,
    any_value(documents.filler) as closing
from generated_documents as documents
inner join generated_claims as claims using (document)
group by documents.document;

insert into raw.documents by name
select
    printf('d%015d', document) as document_id, 'fetch-' || document as fetch_id, day as landing_day,
    'feed-' || document % 200 as source, if(document % 50 = 1, 'company', 'press') as source_kind,
    'Paper ' || document % 200 as publisher, 'https://example.org/' || page as url,
    'Report ' || story || ' on Organization ' || organization as title, 'en' as language, 'feed' as published_method,
    day + interval 8 hours as published_at, day + interval 9 hours as fetched_at,
    opening || statements || '. ' || closing || '. All rights are reserved by whoever owns this text.' as text
from generated_documents
inner join generated_texts using (document);

insert into raw.extractions by name
select
    printf('d%015d', document) as document_id, 'grammar' as extractor, version as extractor_version,
    day as landing_day, {CLAIMS_A_DOCUMENT} as claim_count, day + to_hours(9 + version::integer) as extracted_at
from generated_documents, (values ('1'), ('2')) as versions (version)
where version = '2' or document % 20 = 0;

insert into raw.claims by name
select
    printf('%s%015d', if(version = '2', 'c', 'b'), document * {CLAIMS_A_DOCUMENT} + place) as claim_id,
    printf('d%015d', document) as document_id, day as landing_day, 'grammar' as extractor, version as extractor_version,
    'Organization ' || organization as organization,
    if(pick(seed, 6, 50) = 0, (select list(facility order by facility) from read_csv($facilities, header = true))
        [1 + pick(seed, 7, 20)], null) as facility,
    if(is_power, 'power_mw', 'accelerator_count') as metric, if(is_power, null, chip) as chip,
    value as value_low, value as value_high, if(is_power, 'MW', 'accelerator') as unit,
    ['exact', 'approx', 'at_least'][1 + pick(seed, 8, 3)] as qualifier, if(is_plan, 'planned', 'actual') as status,
    if(is_plan, make_date(year(story_day) + 1, 12, 31), last_day(story_day)) as period_end,
    quote, char_start, char_start + length(quote) as char_end, 0.9 as confidence
from (
    select
        *,
        length(opening) + coalesce(
            sum(length(quote) + 2) over (
                partition by document order by place rows between unbounded preceding and 1 preceding
            ), 0
        ) as char_start
    from generated_claims
    inner join generated_texts using (document)
), (values ('1'), ('2')) as versions (version)
where version = '2' or document % 20 = 0;
"""


def tell(
    connection: duckdb.DuckDBPyConnection, first: int, last: int, facilities: str, organizations: int = 5_000
) -> None:
    """Add the claims numbered `first` to `last` - 1 with their documents to the raw tables, all or none.

    first, last     multiples of fifty: the claims of ten documents
    facilities      path of the seed of that name, whose names the claims use
    organizations   how many are spoken of
    """
    connection.execute("begin")
    insert(connection, first, last, facilities, organizations)
    connection.execute("commit")


def insert(
    connection: duckdb.DuckDBPyConnection, first: int, last: int, facilities: str, organizations: int = 5_000
) -> None:
    """The same in a transaction of the caller."""
    whole = {"first": first, "last": last, "facilities": facilities, "organizations": organizations}
    for statement in duckdb.extract_statements(_STATEMENTS):
        connection.execute(statement, {name: whole[name] for name in statement.named_parameters})
