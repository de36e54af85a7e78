-- One row a stated capital expenditure and a measure that the same organization's filings give for the same period.
-- A company's own "capex" often counts leases, which the cash-flow line leaves out: the cash line stands alone, with
-- the principal paid on finance leases, and with assets newly leased; `fits_best` says which the figure agrees with.
with facts as (
    select
        *,
        cast(value_low + value_high as double) / 2 as middle
    from {{ ref('fct_compute_capacity_capex') }}
    where period_start is not null and period_end is not null
),

filed as (
    select *
    from facts
    where
        status = 'actual'
        and scope = 'total'
        and metric in ('capex_cash_ppe', 'finance_lease_principal', 'finance_lease_additions')
),

measures as (
    select
        cash.*,
        cash.metric as measure,
        cast(null as varchar) as lease_fact_id,
        cast(null as decimal(28, 6)) as lease_value,
        cash.middle as measure_middle,
        cash.known_at as measure_known_at
    from filed as cash
    where cash.metric = 'capex_cash_ppe'
    union all
    select
        cash.*,
        cash.metric || ' + ' || lease.metric as measure,
        lease.fact_id as lease_fact_id,
        lease.value_low as lease_value,
        cash.middle + lease.middle as measure_middle,
        greatest(cash.known_at, lease.known_at) as measure_known_at
    from filed as cash
    inner join filed as lease
        on
            cash.organization_id = lease.organization_id
            and cash.currency = lease.currency
            and cash.period_start = lease.period_start
            and cash.period_end = lease.period_end
    where cash.metric = 'capex_cash_ppe' and lease.metric <> 'capex_cash_ppe'
)

select
    press.fact_id,
    filing.measure as filing_metric,
    filing.fact_id as filing_fact_id,
    filing.lease_fact_id,
    press.organization_id,
    press.organization,
    press.status,
    press.period_start,
    press.period_end,
    filing.period_start as filing_period_start,
    filing.period_end as filing_period_end,
    press.currency,
    press.value_low,
    press.value_high,
    press.qualifier,
    cast(filing.value_low + coalesce(filing.lease_value, 0) as decimal(28, 6)) as filing_value,
    filing.lease_value,
    press.middle - filing.measure_middle as difference,
    100 * (press.middle - filing.measure_middle) / nullif(filing.measure_middle, 0) as difference_percent,
    -- within a stated range all values agree, and there the nearest to its middle does best
    row_number() over (
        partition by press.fact_id
        order by
            greatest(press.value_low - filing.measure_middle, filing.measure_middle - press.value_high, 0),
            abs(press.middle - filing.measure_middle),
            filing.measure,
            filing.fact_id
    ) = 1 as fits_best,
    press.known_at,
    press.quote,
    press.source_url,
    press.document_id,
    filing.measure_known_at as filing_known_at,
    filing.accession as filing_accession,
    filing.derivation as filing_derivation,
    filing.source_url as filing_url
from facts as press
inner join measures as filing
    on
        press.organization_id = filing.organization_id
        and press.currency = filing.currency
        and abs(press.period_start - filing.period_start) <= {{ var('period_tolerance_days') }}
        and abs(press.period_end - filing.period_end) <= {{ var('period_tolerance_days') }}
where
    press.metric = 'capex'
    and press.status in ('actual', 'estimated') -- a plan beside what came of it is rpt_plan_vs_actual
    and coalesce(press.scope, 'total') = 'total'
    and press.per is null
