-- One row a filer, fiscal quarter and currency: cash paid for property and equipment, as the cash-flow statements
-- give it.
select
    quarters.cik,
    companies.organization_id,
    companies.organization,
    companies.ticker,
    quarters.fiscal_year,
    quarters.fiscal_quarter,
    quarters.period_start,
    quarters.period_end,
    quarters.unit,
    quarters.value_first,
    quarters.value_latest,
    case when quarters.unit = 'USD' then quarters.value_first end as value_first_usd,
    case when quarters.unit = 'USD' then quarters.value_latest end as value_latest_usd,
    quarters.method,
    quarters.concept,
    quarters.minuend_value,
    quarters.minuend_accession,
    quarters.minuend_filed_on,
    quarters.subtrahend_value,
    quarters.subtrahend_accession,
    quarters.subtrahend_filed_on,
    cast(quarters.known_first_on as timestamp with time zone) as first_known_at,
    cast(quarters.known_latest_on as timestamp with time zone) as known_at,
    quarters.is_restated as restated,
    quarters.warning
from {{ ref('int_capex_quarters_derived') }} as quarters
inner join {{ ref('int_companies_identified') }} as companies on quarters.cik = companies.cik
where quarters.metric = 'capex_cash_ppe'
