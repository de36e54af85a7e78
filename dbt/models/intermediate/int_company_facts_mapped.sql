-- One row a value as filed, with the metric that it measures: flows of money only. A company's own lines of the
-- concept map stand in for all default ones of the metric.
with mapped as (
    select
        facts.*,
        concepts.metric_id as metric,
        concepts.scope,
        concepts.priority as concept_priority,
        cast(facts.value * concepts.sign as decimal(28, 6)) as signed_value,
        facts.period_end - facts.period_start + 1 as period_days
    from {{ ref('int_company_facts_corrected') }} as facts
    inner join {{ ref('concepts') }} as concepts
        on
            facts.taxonomy = concepts.taxonomy
            and facts.concept = concepts.concept
            and facts.cik = coalesce(concepts.cik, facts.cik)
            and facts.filed_on between coalesce(concepts.valid_from, facts.filed_on)
            and coalesce(concepts.valid_to, facts.filed_on)
    where
        facts.period_start is not null
        and regexp_full_match(facts.unit, '[A-Z]{3}')
        and (concepts.cik is not null or (facts.cik, concepts.metric_id) not in (
            select (own.cik, own.metric_id)
            from {{ ref('concepts') }} as own
            where own.cik is not null
        ))
),

-- What both sources give is taken from company facts.
told_once as (
    select *
    from mapped
    qualify row_number() over (
        partition by cik, metric, taxonomy, concept, unit, period_start, period_end, accession, value
        order by source, fetch_id
    ) = 1
)

select
    told_once.cik,
    companies.filer_cik,
    told_once.taxonomy,
    told_once.concept,
    told_once.concept_priority,
    told_once.metric,
    told_once.scope,
    told_once.unit,
    told_once.period_start,
    told_once.period_end,
    told_once.period_days,
    -- months of the period; weeks move its ends: a quarter has 12 to 17 of them
    case
        when told_once.period_days between 75 and 125 then 3
        when told_once.period_days between 160 and 200 then 6
        when told_once.period_days between 245 and 295 then 9
        when told_once.period_days between 345 and 385 then 12
    end as period_months,
    told_once.accession,
    told_once.form,
    told_once.filed_on,
    -- of filings of one day, a press release comes before the report and an amendment after it
    case
        when told_once.form like '%/A' then 2
        when told_once.form like '8-K%' or told_once.form like '6-K%' then 0
        else 1
    end as form_order,
    told_once.filing_fiscal_period,
    told_once.signed_value as value,
    -- dollars beside the currency of the accounts are the same money at the rate of one day
    told_once.unit = 'USD' and bool_or(told_once.unit <> 'USD') over same_period as is_convenience_translation,
    case
        when told_once.unit <> 'USD'
            then max(told_once.signed_value) filter (where told_once.unit = 'USD') over same_period
    end as convenience_usd,
    told_once.source,
    told_once.fetch_id
from told_once
inner join {{ ref('int_companies_identified') }} as companies on told_once.cik = companies.cik
window same_period as (
    partition by told_once.cik, told_once.metric, told_once.accession, told_once.period_start, told_once.period_end
)
