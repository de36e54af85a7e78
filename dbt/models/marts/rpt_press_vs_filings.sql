-- One row a stated capital expenditure and a filing's measure of the same organization and period. A company's own
-- "capex" often counts leases, which the cash-flow line leaves out: the measures stand apart, so that a reader can
-- see which one fits.
with facts as (
    select
        *,
        cast(value_low + value_high as double) / 2 as middle
    from {{ ref('fct_compute_capacity_capex') }}
    where period_start is not null and period_end is not null
)

select
    press.fact_id,
    filing.fact_id as filing_fact_id,
    press.organization_id,
    press.organization,
    press.status,
    filing.metric as filing_metric,
    press.period_start,
    press.period_end,
    filing.period_start as filing_period_start,
    filing.period_end as filing_period_end,
    press.currency,
    press.value_low,
    press.value_high,
    press.qualifier,
    filing.value_low as filing_value,
    press.middle - filing.middle as difference,
    100 * (press.middle - filing.middle) / nullif(filing.middle, 0) as difference_percent,
    press.known_at,
    press.quote,
    press.source_url,
    press.document_id,
    filing.known_at as filing_known_at,
    filing.accession as filing_accession,
    filing.derivation as filing_derivation,
    filing.source_url as filing_url
from facts as press
inner join facts as filing
    on
        press.organization_id = filing.organization_id
        and press.currency = filing.currency
        and abs(press.period_start - filing.period_start) <= {{ var('period_tolerance_days') }}
        and abs(press.period_end - filing.period_end) <= {{ var('period_tolerance_days') }}
where
    press.metric = 'capex'
    and press.status in ('actual', 'estimated') -- a plan beside what came of it is rpt_plan_vs_actual
    and filing.status = 'actual'
    and coalesce(press.scope, 'total') = filing.scope
    and press.per is null
    and filing.metric in ('capex_cash_ppe', 'finance_lease_principal', 'finance_lease_additions')
