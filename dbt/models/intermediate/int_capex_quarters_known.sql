-- One row a filer, metric, currency, fiscal quarter and value of the quarter as it was known for a time: a three-month
-- value as filed, or the difference of the two years to date that stood together. Both operands are here with their
-- filings, and whether they are of one basis; a difference is taken only where nothing was filed as such.
with changes as (
    select * from {{ ref('int_filing_bases_changed') }}
),

-- A value holds on every basis on which it was given: one that a later filing repeats outlived the change between.
periods as (
    select
        periods.*,
        count(changes.changed_on) filter (where changes.changed_on <= periods.filed_on) as first_basis,
        count(changes.changed_on) filter (where changes.changed_on <= periods.last_filed_on) as last_basis,
        list_sort(list(changes.changed_on)) as changed_days
    from {{ ref('int_filing_periods_valued') }} as periods
    left join changes
        on
            periods.filer_cik = changes.filer_cik
            and periods.metric = changes.metric
            and periods.unit = changes.unit
    group by all
),

direct as (
    select
        'direct' as method,
        filer_cik,
        metric,
        unit,
        fiscal_year,
        fiscal_quarter,
        cik,
        taxonomy,
        concept,
        scope,
        source,
        accession,
        filed_on,
        period_end,
        period_start,
        value,
        is_contradicted,
        restatement_count,
        value as minuend_value,
        cast(null as decimal(28, 6)) as subtrahend_value,
        cast(null as varchar) as subtrahend_concept,
        cast(null as varchar) as subtrahend_accession,
        cast(null as date) as subtrahend_filed_on,
        filed_on as known_on,
        filed_on as proven_on,
        superseded_on,
        true as is_one_basis,
        false as is_across_concepts
    from periods
    where period_months = 3
),

derived as (
    select
        'derived' as method,
        whole.filer_cik,
        whole.metric,
        whole.unit,
        whole.fiscal_year,
        whole.fiscal_quarter,
        whole.cik,
        whole.taxonomy,
        whole.concept,
        whole.scope,
        whole.source,
        whole.accession,
        whole.filed_on,
        whole.period_end,
        cast(part.period_end + 1 as date) as period_start,
        cast(whole.value - part.value as decimal(28, 6)) as value,
        whole.is_contradicted or part.is_contradicted as is_contradicted,
        whole.restatement_count + part.restatement_count as restatement_count,
        whole.value as minuend_value,
        part.value as subtrahend_value,
        part.concept as subtrahend_concept,
        part.accession as subtrahend_accession,
        part.filed_on as subtrahend_filed_on,
        greatest(whole.filed_on, part.filed_on) as known_on,
        -- an older operand that a later filing repeats is only then known to be of the younger one's basis
        case
            when whole.accession = part.accession then whole.filed_on
            else greatest(
                {{ repeated_on('whole', 'part.first_basis') }}, {{ repeated_on('part', 'whole.first_basis') }}
            )
        end as proven_on,
        least(whole.superseded_on, part.superseded_on) as superseded_on,
        -- a filing that states both operands, or a period that was given the same value under both concepts, shows
        -- that two concepts are one line
        whole.accession = part.accession
        or (
            whole.first_basis <= part.last_basis
            and part.first_basis <= whole.last_basis
            and list_has_any(whole.lines, part.lines)
            and (whole.concept <> part.concept or list_has_any(whole.scopes, part.scopes))
        ) as is_one_basis,
        whole.concept <> part.concept as is_across_concepts
    from periods as whole
    inner join periods as part
        on
            whole.filer_cik = part.filer_cik
            and whole.metric = part.metric
            and whole.unit = part.unit
            and whole.fiscal_year = part.fiscal_year
            and whole.fiscal_quarter = part.fiscal_quarter + 1
            and whole.filed_on < coalesce(part.superseded_on, 'infinity')
            and part.filed_on < coalesce(whole.superseded_on, 'infinity')
    where
        whole.period_months = 3 * whole.fiscal_quarter
        and part.period_months = 3 * part.fiscal_quarter
        and whole.fiscal_quarter > 1
),

quarters as (
    select * from direct
    union all by name
    select * from derived
),

filed_as_such as (
    select
        *,
        min(known_on) filter (where method = 'direct') over (
            partition by filer_cik, metric, unit, fiscal_year, fiscal_quarter
        ) as direct_on
    from quarters
)

select
    *,
    method = 'direct' or direct_on is null as is_taken
from filed_as_such
