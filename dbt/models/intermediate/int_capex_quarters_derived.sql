-- One row a company, metric, unit and fiscal quarter. A three-month row is taken as it is; otherwise the year-to-date
-- row of the quarter before is subtracted from the quarter's own: first from first, latest from latest, because a
-- first value less a restated one was never true. Both operands keep their accession and filing date.
with periods as (
    select * from {{ ref('int_filing_periods_valued') }}
),

-- A fiscal year starts where a half, nine months or a year start, and on the day after a year's end.
year_starts as (
    select
        cik,
        period_start as year_start
    from periods
    where period_months > 3
    union
    select
        cik,
        cast(period_end + 1 as date) as year_start
    from periods
    where period_months = 12
),

placed as (
    select
        periods.*,
        max(year_starts.year_start) as year_start
    from periods
    inner join year_starts
        on
            periods.cik = year_starts.cik
            and year_starts.year_start between periods.period_start - 300 and periods.period_start
    group by all
),

quartered as (
    select
        *,
        -- the year's name is that of its last day, or of the week before where it ends early in January
        year(year_start + 355) as fiscal_year,
        cast(round((period_end - year_start + 1) / 91.3) as integer) as fiscal_quarter
    from placed
),

direct as (
    select *
    from quartered
    where period_months = 3
    qualify row_number() over (
        partition by cik, metric, scope, unit, fiscal_year, fiscal_quarter
        order by filed_latest_on desc, period_end desc
    ) = 1
),

year_to_date as (
    select *
    from quartered
    where period_start = year_start
    qualify row_number() over (
        partition by cik, metric, scope, unit, year_start, fiscal_quarter
        order by filed_latest_on desc, period_end desc
    ) = 1
),

derived as (
    select
        whole.*,
        part.period_end as part_end,
        part.concept as part_concept,
        part.value_first as part_value_first,
        part.value_latest as part_value_latest,
        part.accession_first as part_accession_first,
        part.accession_latest as part_accession_latest,
        part.filed_first_on as part_filed_first_on,
        part.filed_latest_on as part_filed_latest_on,
        part.is_restated as is_part_restated
    from year_to_date as whole
    left join year_to_date as part
        on
            whole.cik = part.cik
            and whole.metric = part.metric
            and whole.scope = part.scope
            and whole.unit = part.unit
            and whole.year_start = part.year_start
            and whole.fiscal_quarter = part.fiscal_quarter + 1
    where whole.fiscal_quarter > 1
),

quarters as (
    select
        coalesce(direct.cik, derived.cik) as cik,
        coalesce(direct.entity_name, derived.entity_name) as entity_name,
        coalesce(direct.metric, derived.metric) as metric,
        coalesce(direct.scope, derived.scope) as scope,
        coalesce(direct.unit, derived.unit) as unit,
        coalesce(direct.taxonomy, derived.taxonomy) as taxonomy,
        coalesce(direct.concept, derived.concept) as concept,
        coalesce(direct.fiscal_year, derived.fiscal_year) as fiscal_year,
        coalesce(direct.fiscal_quarter, derived.fiscal_quarter) as fiscal_quarter,
        coalesce(direct.period_start, cast(derived.part_end + 1 as date)) as period_start,
        coalesce(direct.period_end, derived.period_end) as period_end,
        case
            when direct.cik is not null then 'direct'
            when derived.part_end is not null then 'derived'
            else 'not derivable'
        end as method,
        derived.value_first - derived.part_value_first as derived_first,
        derived.value_latest - derived.part_value_latest as derived_latest,
        direct.value_first as direct_first,
        direct.value_latest as direct_latest,
        coalesce(direct.accession_first, derived.accession_first) as minuend_accession_first,
        coalesce(direct.filed_first_on, derived.filed_first_on) as minuend_filed_first_on,
        coalesce(direct.accession_latest, derived.accession_latest) as minuend_accession,
        coalesce(direct.filed_latest_on, derived.filed_latest_on) as minuend_filed_on,
        coalesce(direct.value_latest, derived.value_latest) as minuend_value,
        coalesce(direct.value_first, derived.value_first) as minuend_value_first,
        case when direct.cik is null then derived.part_accession_first end as subtrahend_accession_first,
        case when direct.cik is null then derived.part_filed_first_on end as subtrahend_filed_first_on,
        case when direct.cik is null then derived.part_accession_latest end as subtrahend_accession,
        case when direct.cik is null then derived.part_filed_latest_on end as subtrahend_filed_on,
        case when direct.cik is null then derived.part_value_latest end as subtrahend_value,
        case when direct.cik is null then derived.part_value_first end as subtrahend_value_first,
        direct.cik is null and derived.concept <> derived.part_concept as is_across_concepts,
        direct.cik is null and derived.is_restated <> derived.is_part_restated as is_mixed_basis
    from direct
    full join derived
        on
            direct.cik = derived.cik
            and direct.metric = derived.metric
            and direct.scope = derived.scope
            and direct.unit = derived.unit
            and direct.fiscal_year = derived.fiscal_year
            and direct.fiscal_quarter = derived.fiscal_quarter
)

select
    cik,
    entity_name,
    metric,
    scope,
    unit,
    taxonomy,
    concept,
    fiscal_year,
    fiscal_quarter,
    period_start,
    period_end,
    method,
    cast(coalesce(direct_first, derived_first) as decimal(28, 6)) as value_first,
    cast(coalesce(direct_latest, derived_latest) as decimal(28, 6)) as value_latest,
    minuend_value_first,
    minuend_value,
    minuend_accession_first,
    minuend_filed_first_on,
    minuend_accession,
    minuend_filed_on,
    subtrahend_value_first,
    subtrahend_value,
    subtrahend_accession_first,
    subtrahend_filed_first_on,
    subtrahend_accession,
    subtrahend_filed_on,
    case when method <> 'not derivable' then greatest(minuend_filed_first_on, subtrahend_filed_first_on) end
        as known_first_on,
    case when method <> 'not derivable' then greatest(minuend_filed_on, subtrahend_filed_on) end as known_latest_on,
    coalesce(value_first <> value_latest, false) as is_restated,
    nullif(
        concat_ws(
            '; ',
            case when method = 'not derivable' then 'the year-to-date value of the quarter before is missing' end,
            case when is_across_concepts then 'the two operands were filed under different concepts' end,
            case when is_mixed_basis then 'only one of the two operands was given again: bases may be mixed' end,
            case
                when direct_latest <> derived_latest
                    then 'the quarter as filed and the difference of the year-to-date values are not the same'
            end
        ), ''
    ) as warning
from quarters
