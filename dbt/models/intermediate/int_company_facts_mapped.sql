-- One row a value as filed, with the metric that it measures. A company's own line of the concept map beats the
-- default one. Instants are left out (every mapped concept is a flow), and so are the trailing twelve months that
-- some 10-Qs give: they look like a fiscal year and aren't one.
with facts as (
    select
        *,
        period_end - period_start + 1 as period_days
    from {{ ref('stg_raw__company_facts') }}
    where period_start is not null
),

mapped as (
    select
        facts.*,
        concepts.metric_id as metric,
        concepts.scope,
        concepts.priority as concept_priority,
        concepts.cik is not null as is_mapped_for_company
    from facts
    inner join {{ ref('concepts') }} as concepts
        on
            facts.taxonomy = concepts.taxonomy
            and facts.concept = concepts.concept
            and facts.cik = coalesce(concepts.cik, facts.cik)
            and facts.period_end between coalesce(concepts.valid_from, facts.period_end)
            and coalesce(concepts.valid_to, facts.period_end)
    where not (facts.period_days > 300 and coalesce(facts.form, '') like '10-Q%')
    qualify rank() over (
        partition by facts.cik, concepts.metric_id order by is_mapped_for_company desc
    ) = 1
)

select
    cik,
    entity_name,
    taxonomy,
    concept,
    concept_priority,
    metric,
    scope,
    unit,
    period_start,
    period_end,
    period_days,
    -- months of the period; 52- and 53-week years move its ends by a week
    case
        when period_days between 75 and 105 then 3
        when period_days between 165 and 195 then 6
        when period_days between 255 and 290 then 9
        when period_days between 345 and 380 then 12
    end as period_months,
    accession,
    form,
    filed_on,
    value,
    fetch_id
from mapped
