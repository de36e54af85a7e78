-- One row a company, metric, unit and period that was filed as such: the value given first and the one given last.
-- Where one filing gives the period under two concepts, the one with the better priority speaks; a company that
-- changes its concept and keeps the value hasn't restated anything.
with facts as (
    select *
    from {{ ref('int_company_facts_mapped') }}
    where period_months is not null
    qualify concept_priority = min(concept_priority) over (
        partition by cik, metric, scope, unit, period_start, period_end, accession
    )
),

ends as (
    select
        *,
        first_value(value) over (by_filing rows between unbounded preceding and unbounded following) as value_first,
        last_value(value) over (by_filing rows between unbounded preceding and unbounded following) as value_latest
    from facts
    window by_filing as (
        partition by cik, metric, scope, unit, period_start, period_end order by filed_on, accession
    )
)

select
    cik,
    metric,
    scope,
    unit,
    period_start,
    period_end,
    period_months,
    max(entity_name) as entity_name,
    max(taxonomy) as taxonomy,
    arg_max(concept, row(filed_on, accession)) as concept,
    max(value_first) as value_first,
    max(value_latest) as value_latest,
    arg_min(accession, row(filed_on, accession)) as accession_first,
    min(filed_on) as filed_first_on,
    -- the filing that brought the last value, not the later ones that only repeat it
    arg_min(accession, row(filed_on, accession))
    filter (where value = value_latest) as accession_latest,
    min(filed_on) filter (where value = value_latest) as filed_latest_on,
    -- restated, and not merely rounded to millions when a company stopped giving thousands
    max(value_first) <> max(value_latest)
    and (abs(max(value_first) - max(value_latest)) >= 1000000 or max(value_latest) % 1000000 <> 0) as is_restated
from ends
group by cik, metric, scope, unit, period_start, period_end, period_months
