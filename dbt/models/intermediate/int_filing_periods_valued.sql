-- One row a filer, metric, currency, fiscal period and value that filings gave for it in a row. A period that was given
-- again with another value has several rows, each standing until the next was filed. Three months are a quarter; six,
-- nine and twelve are the year to date, and what begins elsewhere is left out.
with facts as (
    select * from {{ ref('int_company_facts_mapped') }}
    where period_months is not null and not is_convenience_translation
),

periods as (
    select distinct
        filer_cik,
        period_start,
        period_end
    from facts
),

-- The fiscal year that a period belongs to is counted from the last known start before it, or from the first one.
anchored as (
    select
        periods.*,
        coalesce(
            max(starts.year_start) filter (where starts.year_start <= periods.period_start + 10),
            min(starts.year_start)
        ) as anchor
    from periods
    inner join {{ ref('int_fiscal_years_started') }} as starts on periods.filer_cik = starts.filer_cik
    group by all
),

placed as (
    select
        *,
        cast(floor((period_start + 10 - anchor) / 365.2425) as integer) as years_on,
        anchor + cast(round(365.2425 * years_on) as integer) as year_start,
        -- a year has the name of the calendar year that it ends in, a week of the next one left aside
        cast(year(anchor + 355) + years_on as integer) as fiscal_year,
        cast(round((period_end - year_start + 1) / 91.31) as integer) as fiscal_quarter
    from anchored
),

valued as (
    select
        facts.*,
        placed.fiscal_year,
        placed.fiscal_quarter,
        abs(facts.period_start - placed.year_start) as days_off_start
    from facts
    inner join placed
        on
            facts.filer_cik = placed.filer_cik
            and facts.period_start = placed.period_start
            and facts.period_end = placed.period_end
    where
        placed.fiscal_quarter between 1 and 4
        and (
            (facts.period_months = 3 * placed.fiscal_quarter and days_off_start <= 10)
            or (
                facts.period_months = 3
                and abs(facts.period_end + 1 - placed.year_start - 91.31 * placed.fiscal_quarter) <= 25
            )
        )
),

-- Two concepts are one line where a period was given the same value under both.
twins as (
    select distinct
        one.filer_cik,
        one.metric,
        one.concept,
        other.concept as twin
    from valued as one
    inner join valued as other
        on
            one.filer_cik = other.filer_cik
            and one.metric = other.metric
            and one.unit = other.unit
            and one.fiscal_year = other.fiscal_year
            and one.fiscal_quarter = other.fiscal_quarter
            and one.period_months = other.period_months
            and one.value = other.value
            and one.concept <> other.concept
    where one.value <> 0
),

lines as (
    select
        filer_cik,
        metric,
        concept,
        least(concept, min(twin)) as line
    from twins
    group by filer_cik, metric, concept
),

-- One value a filing: under its best concept, and of two that differ only in rounding the exact one.
ranked as (
    select
        valued.*,
        coalesce(lines.line, valued.concept) as line,
        row_number() over by_exactness as exactness,
        first_value(valued.concept) over by_exactness as best_concept,
        first_value(valued.value) over by_exactness as best_value
    from valued
    left join lines
        on
            valued.filer_cik = lines.filer_cik
            and valued.metric = lines.metric
            and valued.concept = lines.concept
    window by_exactness as (
        partition by
            valued.filer_cik, valued.metric, valued.unit, valued.fiscal_year, valued.fiscal_quarter,
            valued.period_months, valued.accession
        order by
            valued.concept_priority, valued.days_off_start, {{ rounded_to('valued.value') }},
            valued.source, valued.value, valued.cik = valued.filer_cik desc
    )
),

filings as (
    select
        *,
        bool_or(
            concept = best_concept and value <> best_value and not {{ is_same_but_rounded('value', 'best_value') }}
        ) over (
            partition by filer_cik, metric, unit, fiscal_year, fiscal_quarter, period_months, accession
        ) as is_contradicted
    from ranked
    qualify exactness = 1
),

changes as (
    select
        *,
        row(filed_on, form_order, accession) as turn,
        coalesce(value <> lag(value) over by_filing, true) as is_change,
        last_value(period_start) over whole_period as latest_period_start,
        last_value(period_end) over whole_period as latest_period_end
    from filings
    window
        by_filing as (
            partition by filer_cik, metric, unit, fiscal_year, fiscal_quarter, period_months
            order by filed_on, form_order, accession
        ),
        whole_period as (
            partition by filer_cik, metric, unit, fiscal_year, fiscal_quarter, period_months
            order by filed_on, form_order, accession
            rows between unbounded preceding and unbounded following
        )
),

numbered as (
    select
        *,
        count(*) filter (where is_change) over (
            partition by filer_cik, metric, unit, fiscal_year, fiscal_quarter, period_months order by turn
        ) as revision
    from changes
),

-- of several filings that repeat a value, the one that brought it
revisions as (
    select
        filer_cik,
        metric,
        unit,
        fiscal_year,
        fiscal_quarter,
        period_months,
        latest_period_start as period_start,
        latest_period_end as period_end,
        revision,
        value,
        arg_min(cik, turn) as cik,
        arg_min(taxonomy, turn) as taxonomy,
        arg_min(concept, turn) as concept,
        arg_min(scope, turn) as scope,
        arg_min(source, turn) as source,
        arg_min(convenience_usd, turn) as convenience_usd,
        arg_min(accession, turn) as accession,
        min(filed_on) as filed_on,
        max(filed_on) as last_filed_on,
        list_sort(list(distinct filed_on)) as filed_days,
        list_sort(list(distinct line)) as lines,
        list_sort(list(distinct scope)) as scopes,
        bool_or(is_contradicted) as is_contradicted
    from numbered
    group by
        filer_cik, metric, unit, fiscal_year, fiscal_quarter, period_months, latest_period_start, latest_period_end,
        revision, value
),

chained as (
    select
        *,
        lead(filed_on) over by_revision as superseded_on,
        lag(last_filed_on) over by_revision as value_before_last_filed_on,
        lag(value) over by_revision as value_before
    from revisions
    window by_revision as (
        partition by filer_cik, metric, unit, fiscal_year, fiscal_quarter, period_months order by revision
    )
)

select
    * exclude (revision, value_before),
    cast(revision as integer) as revision,
    coalesce(value_before is not null and not {{ is_same_but_rounded('value', 'value_before') }}, false)
        as is_restatement,
    cast(count(*) filter (where is_restatement) over (
        partition by filer_cik, metric, unit, fiscal_year, fiscal_quarter, period_months order by revision
    ) as integer) as restatement_count
from chained
