-- One row a filer and metric whose mapped concepts have gone silent: the filer reports on later periods, and none of
-- the concepts has a value there. Most often a company began to tag the line with an element of its own, which belongs
-- into the concept map; rarely it pays nothing any more. A line that only annual reports have may rest for a year.
with mapped as (
    select
        filer_cik,
        metric,
        arg_max(concept, row(period_end, filed_on, concept)) as concept,
        max(period_end) as last_period_end,
        max(filed_on) as last_filed_on,
        count(*) filter (where period_months < 12) > 0 as is_quarterly
    from {{ ref('int_company_facts_mapped') }}
    group by filer_cik, metric
),

reported as (
    select
        cik,
        period_end,
        filed_on,
        accession
    from {{ ref('stg_raw__company_facts') }}
    where period_start is not null
    union all
    select
        cik,
        report_date as period_end,
        filed_on,
        accession
    from {{ ref('stg_raw__filings') }}
    where report_date is not null and regexp_matches(form, '^(10-K|10-Q|20-F|40-F)')
),

filing as (
    select
        companies.filer_cik,
        max(reported.period_end) as reported_until,
        max(reported.filed_on) as filed_until,
        arg_max(reported.accession, row(reported.period_end, reported.filed_on, reported.accession)) as accession
    from reported
    inner join {{ ref('int_companies_identified') }} as companies on reported.cik = companies.cik
    -- obligations of years to come have a period too
    where reported.period_end <= reported.filed_on
    group by companies.filer_cik
)

select
    mapped.filer_cik as cik,
    companies.organization_id,
    companies.organization,
    mapped.metric,
    mapped.concept,
    mapped.last_period_end,
    mapped.last_filed_on,
    filing.reported_until,
    filing.filed_until,
    filing.accession as latest_accession
from mapped
inner join filing on mapped.filer_cik = filing.filer_cik
inner join {{ ref('int_companies_identified') }} as companies on mapped.filer_cik = companies.cik
-- one report without the line: half a quarter after it, or a year and a half quarter where only annual reports have it
where filing.reported_until - mapped.last_period_end > case when mapped.is_quarterly then 45 else 410 end
