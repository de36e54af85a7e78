-- The tidy facts as `ledger run` shows them: the newest first.
select
    organization,
    metric,
    coalesce(facility, '') as facility,
    coalesce(chip, '') as chip,
    status,
    case when value_low = value_high then format('{:,}', value_low::hugeint)
        else format('{:,} to {:,}', value_low::hugeint, value_high::hugeint) end as value,
    coalesce(concat_ws(' per ', unit, per), '') as unit,
    coalesce(period_end::varchar, '') as period_end,
    known_at::date as known,
    independent_source_count as sources
from fct_compute_capacity_capex
order by known_at desc, organization, metric, value_high desc, fact_id
limit $rows
