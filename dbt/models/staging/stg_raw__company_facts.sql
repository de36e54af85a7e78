-- One row a value as filed. Fiscal year, fiscal period and frame label the filing, not the value: nothing here relies
-- on them. A fact that company facts and the filing's inline XBRL both give has a row of each source: intermediate
-- models take the one of company_facts.
select
    cik,
    entity_name,
    taxonomy,
    concept,
    unit,
    period_start,
    period_end,
    accession,
    form,
    filed_on,
    fiscal_year as filing_fiscal_year,
    fiscal_period as filing_fiscal_period,
    frame,
    fetch_id,
    landing_day,
    source,
    cast(value as decimal(28, 6)) as value
from {{ source('raw', 'company_facts') }}
