"""Gate 2 for what comes in: batches that are unlike the ones before, as warnings.

A batch is what landed on one day. Nothing here is wrong by itself: a source may be quiet, and news may break. But a
page that was redesigned or a word that is read wrongly shows itself so before anybody misses a figure.
Claims are counted as the rules' newest reading of each document found them, before gate 1.
`previous_facts` and `previous_sources` are those of the published snapshot (`warehouse.publishing`).
"""

from expectations.rules import Rule, Suite

USUALLY = 0.8  # of its batches: who yields less often is silent now and then
ENOUGH_DAYS = 5  # batches before which nothing is usual yet: a working week
SILENT = 3  # times its longest pause so far: a holiday is shorter
FLOOD = 10  # times the usual day's claims
FLOOD_CLAIMS = 50  # claims of a day that a person would notice: ten times one claim is no flood
MOVED = 3  # a figure that is read otherwise is off by a power of ten or a unit; a real revision is smaller

_SOURCES = f"""
    with readings as (
        select document_id, arg_max(claim_count, extracted_at) as claims
        from raw.extractions
        where extractor <> 'llm'
        group by document_id
    ),
    batches as (
        select
            documents.source,
            documents.landing_day,
            coalesce(max(readings.claims), 0) > 0 as has_claims,
            documents.landing_day - lag(documents.landing_day) over by_day as pause,
            row_number() over by_day as place,
            count(*) over (partition by documents.source) as batch_count
        from raw.documents as documents
        left join readings on documents.document_id = readings.document_id
        where documents.source <> 'inbox'
        group by documents.source, documents.landing_day
        window by_day as (partition by documents.source order by documents.landing_day)
    ),
    sources as (
        select
            source,
            max(landing_day) as newest_day,
            max(pause) as longest_pause,
            arg_max(has_claims, landing_day) as newest_has_claims,
            avg(has_claims::integer) filter (place < batch_count) as share_with_claims
        from batches
        group by source
        having count(*) > {ENOUGH_DAYS}
    )
    select
        source as row_key,
        newest_has_claims or share_with_claims < {USUALLY} as batch_has_claims,
        (select max(landing_day) from raw.landing_files) - newest_day <= {SILENT} * longest_pause as is_heard
    from sources
"""
_DAYS = f"""
    with readings as (
        select document_id, any_value(landing_day) as landing_day, arg_max(claim_count, extracted_at) as claims
        from raw.extractions
        where extractor <> 'llm'
        group by document_id
    ),
    days as (
        select landing_day, sum(claims)::double as claims
        from readings
        group by landing_day
        having sum(claims) > 0
    )
    select
        landing_day::varchar as row_key,
        claims <= {FLOOD_CLAIMS} or claims <= {FLOOD} * (
            select median(before.claims) from days as before where before.landing_day < days.landing_day
        ) as is_usual_day
    from days
    where landing_day = (select max(landing_day) from days) and (select count(*) from days) > {ENOUGH_DAYS}
"""
_MOVES = f"""
    select
        fact.fact_id as row_key,
        greatest(fact.value_high, 1)::double <= {MOVED} * greatest(previous.value_high, 1)::double
            and greatest(previous.value_high, 1)::double <= {MOVED} * greatest(fact.value_high, 1)::double
            or coalesce(fact.document_id, fact.accession) not in (select source_id from previous_sources)
            or claim.correction_id is not null as is_explained
    from marts.fct_compute_capacity_capex as fact
    inner join previous_facts as previous on fact.fact_id = previous.fact_id
    left join marts.fct_claims as claim on fact.winning_claim_id = claim.claim_id
    where fact.value_high <> previous.value_high
"""

# One suite, for each costs Great Expectations a while. A row answers the rules that it has a column for: nulls pass.
SUITE = Suite(
    name="batch",
    table="marts.fct_compute_capacity_capex",
    frame=" union all by name ".join(f"({frame})" for frame in (_SOURCES, _DAYS, _MOVES)),
    rules=(
        Rule(
            "usual_source_has_claims",
            f"A source of which {USUALLY:.0%} of the days gave claims gives some on its newest day too.",
            "ExpectColumnValuesToBeInSet",
            {"column": "batch_has_claims", "value_set": [True]},
            severity="warning",
        ),
        Rule(
            "usual_source_is_heard",
            f"A source is silent for at most {SILENT} times its longest pause so far: its feed may have moved.",
            "ExpectColumnValuesToBeInSet",
            {"column": "is_heard", "value_set": [True]},
            severity="warning",
        ),
        Rule(
            "as_many_claims_as_usual",
            f"The newest day has at most {FLOOD} times the claims of a usual one: look at what was read.",
            "ExpectColumnValuesToBeInSet",
            {"column": "is_usual_day", "value_set": [True]},
            severity="warning",
        ),
        Rule(
            "facts_move_for_a_reason",
            f"A fact moves by more than {MOVED} times only where a new document or filing, or a correction, says so.",
            "ExpectColumnValuesToBeInSet",
            {"column": "is_explained", "value_set": [True]},
            severity="warning",
        ),
    ),
)
