-- The tidy facts as `ledger run` shows them: the newest two of each organisation and metric, so that every kind is seen.
select
    left(fact_id, 8) as fact_id,
    organization,
    coalesce(facility, '') as facility,
    metric,
    coalesce(chip, '') as chip,
    status,
    case
        when value_low = value_high then format('{:,}', value_low::hugeint)
        else format('{:,} to {:,}', value_low::hugeint, value_high::hugeint)
    end as value,
    concat_ws(' per ', unit, per) as unit,
    coalesce(period_end::varchar, '') as period_end,
    known_at::date as known,
    independent_source_count as sources
from fct_compute_capacity_capex
qualify row_number() over (partition by organization, metric order by known_at desc, period_start desc, fact_id) <= 2
order by known_at desc, organization, metric, value_high desc
limit $rows
