-- One row a value that filings state or imply for a period: halves, nine months and years as filed, quarters as filed
-- or derived. A value that was later given anew makes two rows, the first standing until the second was filed.
-- A difference of operands of two bases was never true, and nobody pays less than nothing: neither is stated.
with quarters as (
    select
        filer_cik,
        cik,
        metric,
        unit,
        period_start,
        period_end,
        fiscal_year,
        fiscal_quarter,
        3 as period_months,
        value,
        greatest(known_on, proven_on) as known_on,
        superseded_on,
        accession,
        case
            when method = 'derived'
                then {{ difference('minuend_value', 'subtrahend_value', 'subtrahend_accession') }}
        end as derivation,
        taxonomy,
        concept,
        subtrahend_concept,
        subtrahend_accession
    from {{ ref('int_capex_quarters_known') }}
    where
        is_one_basis
        and proven_on < coalesce(superseded_on, 'infinity')
        -- a difference stood until the quarter was filed as such
        and (method = 'direct' or greatest(known_on, proven_on) < coalesce(direct_on, 'infinity'))
),

years_to_date as (
    select
        filer_cik,
        cik,
        metric,
        unit,
        period_start,
        period_end,
        fiscal_year,
        fiscal_quarter,
        period_months,
        value,
        filed_on as known_on,
        superseded_on,
        accession,
        cast(null as varchar) as derivation,
        taxonomy,
        concept,
        cast(null as varchar) as subtrahend_concept,
        cast(null as varchar) as subtrahend_accession
    from {{ ref('int_filing_periods_valued') }}
    where period_months > 3
),

periods as (
    select * from quarters
    union all
    select * from years_to_date
),

-- A quarter between two bases stands as it was last known on one.
standing as (
    select
        * exclude (superseded_on),
        lead(known_on) over (
            partition by filer_cik, metric, unit, fiscal_year, fiscal_quarter, period_months
            order by known_on, coalesce(superseded_on, 'infinity')
        ) as superseded_on
    from periods
)

select
    cik,
    metric,
    'total' as scope,
    unit,
    period_start,
    period_end,
    value,
    known_on,
    accession,
    derivation,
    superseded_on,
    taxonomy,
    concept,
    subtrahend_concept,
    subtrahend_accession,
    {{ hex_key([
        'cik', 'metric', 'unit', 'period_start', 'period_end', 'accession', 'value', 'known_on', 'superseded_on',
        'derivation'
    ]) }} as statement_id
from standing
where value >= 0 and known_on is distinct from superseded_on
