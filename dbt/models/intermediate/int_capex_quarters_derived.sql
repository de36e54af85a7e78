-- One row a filer, metric, currency and fiscal quarter, from the first to the last that any filing speaks of: the value
-- first known and the latest, each with both operands. What was filed as three months is taken as it is; else the
-- years to date that stood together are subtracted. Where those were not of one basis the difference was never true:
-- it is shown and flagged, and `value_one_basis` leaves it out, as the ledger of facts does. A quarter without a value
-- is there with its reason.
with known as (
    select
        *,
        row_number() over (
            partition by filer_cik, metric, unit, fiscal_year, fiscal_quarter, is_taken
            order by known_on, coalesce(superseded_on, 'infinity')
        ) as turn,
        row_number() over (
            partition by filer_cik, metric, unit, fiscal_year, fiscal_quarter, is_taken
            order by known_on desc, coalesce(superseded_on, 'infinity') desc
        ) as turn_from_last
    from {{ ref('int_capex_quarters_known') }}
),

first_known as (
    select * from known
    where is_taken and turn = 1
),

latest_known as (
    select * from known
    where is_taken and turn_from_last = 1
),

on_one_basis as (
    select * from known
    where is_taken and is_one_basis
    qualify turn = max(turn) over (partition by filer_cik, metric, unit, fiscal_year, fiscal_quarter)
),

-- what a quarter that was filed as such would be by subtraction
subtracted as (
    select * from known
    where not is_taken and turn_from_last = 1
),

-- the newest that was filed for a quarter or for the year to its end: all there is where it has no value
filed as (
    select * from {{ ref('int_filing_periods_valued') }}
    qualify row_number() over (
        partition by filer_cik, metric, unit, fiscal_year, fiscal_quarter order by period_months desc, revision desc
    ) = 1
),

spans as (
    select
        filer_cik,
        metric,
        unit,
        unnest(range(min(4 * fiscal_year + fiscal_quarter), max(4 * fiscal_year + fiscal_quarter) + 1)) as position
    from filed
    group by filer_cik, metric, unit
),

quarters as (
    select
        filer_cik,
        metric,
        unit,
        cast((position - 1) // 4 as integer) as fiscal_year,
        cast((position - 1) % 4 + 1 as integer) as fiscal_quarter
    from spans
),

valued as (
    select
        quarters.filer_cik,
        coalesce(latest_known.cik, filed.cik, quarters.filer_cik) as cik,
        quarters.metric,
        quarters.unit,
        coalesce(latest_known.taxonomy, filed.taxonomy) as taxonomy,
        coalesce(latest_known.concept, filed.concept) as concept,
        coalesce(latest_known.scope, filed.scope) as scope,
        coalesce(latest_known.source, filed.source) as source,
        quarters.fiscal_year,
        quarters.fiscal_quarter,
        latest_known.period_start,
        coalesce(latest_known.period_end, filed.period_end) as period_end,
        coalesce(
            latest_known.method, case when filed.filer_cik is null then 'missing' else 'not derivable' end
        ) as method,
        first_known.value as value_first,
        latest_known.value as value_latest,
        on_one_basis.value as value_one_basis,
        first_known.minuend_value as minuend_value_first,
        coalesce(latest_known.minuend_value, filed.value) as minuend_value,
        first_known.accession as minuend_accession_first,
        first_known.filed_on as minuend_filed_first_on,
        coalesce(latest_known.accession, filed.accession) as minuend_accession,
        coalesce(latest_known.filed_on, filed.filed_on) as minuend_filed_on,
        first_known.subtrahend_value as subtrahend_value_first,
        latest_known.subtrahend_value,
        first_known.subtrahend_accession as subtrahend_accession_first,
        first_known.subtrahend_filed_on as subtrahend_filed_first_on,
        latest_known.subtrahend_accession,
        latest_known.subtrahend_filed_on,
        subtracted.value as value_subtracted,
        first_known.known_on as known_first_on,
        latest_known.known_on as known_latest_on,
        -- restated, and not merely rounded to millions when a company stopped giving thousands
        coalesce(
            first_known.value <> latest_known.value
            and first_known.restatement_count < latest_known.restatement_count, false
        ) as is_restated,
        first_known.is_one_basis as is_first_one_basis,
        latest_known.is_one_basis as is_latest_one_basis,
        first_known.scope as scope_first,
        latest_known.is_across_concepts,
        latest_known.subtrahend_concept,
        latest_known.is_contradicted,
        subtracted.is_one_basis as is_subtracted_one_basis,
        case when coalesce(latest_known.method, '') <> 'derived' then filed.convenience_usd end as convenience_usd
    from quarters
    left join first_known on {{ same_quarter('quarters', 'first_known') }}
    left join latest_known on {{ same_quarter('quarters', 'latest_known') }}
    left join on_one_basis on {{ same_quarter('quarters', 'on_one_basis') }}
    left join subtracted on {{ same_quarter('quarters', 'subtracted') }}
    left join filed on {{ same_quarter('quarters', 'filed') }}
)

select
    * exclude (
        scope_first, is_across_concepts, subtrahend_concept, is_contradicted, is_subtracted_one_basis, convenience_usd
    ),
    {{ sentences([
        ["method = 'missing'",
            "'no row of a mapped concept covers this quarter: a tag of the company''s own, another CIK, or before XBRL'"],
        ["method = 'not derivable'", "'the year-to-date value of the quarter before is missing'"],
        ["not is_first_one_basis and not is_latest_one_basis",
            "'mixed bases: the two operands were never given on one basis'"],
        ["is_first_one_basis and not is_latest_one_basis",
            "'mixed bases: only one of the latest operands was given again on the new basis'"],
        ["not is_first_one_basis and is_latest_one_basis",
            "'mixed bases: the first value subtracts an old basis from a new one'"],
        ["is_across_concepts", "format('operands under different concepts ({} - {})', concept, subtrahend_concept)"],
        ["scope_first <> scope", "format('given again on another scope ({}, at first {})', scope, scope_first)"],
        ["value_first <> value_latest and not is_restated", "'the latest value is the first one rounded'"],
        ["value_subtracted <> value_latest", "format(
            'filed as {:,}, while the years to date differ by {:,}{}',
            cast(value_latest as bigint), cast(value_subtracted as bigint),
            case when is_subtracted_one_basis then '' else ' (on mixed bases)' end
        )"],
        ["least(value_first, value_latest) < 0", "'negative: more came in than was paid, or a slip'"],
        ["convenience_usd is not null", "format(
            'beside it stand {:,} USD, a convenience translation at the rate of one day',
            cast(convenience_usd as bigint)
        )"],
        ["is_contradicted", "'one filing gives two values for the same period'"],
        ["scope = 'possibly_partial'", "'the concept may hold only a part of the line'"],
    ]) }} as warning
from valued
