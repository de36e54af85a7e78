-- The tidy facts as `ledger run` shows them: of each organisation and metric the newest two, documents first, then filings.
with newest as (
    select *
    from fct_compute_capacity_capex
    qualify
        row_number() over (partition by organization, metric order by known_at desc, period_start desc, fact_id) <= 2
),

shown as (
    select *
    from newest
    qualify
        row_number() over (partition by source_kind = 'filing' order by known_at desc, fact_id)
        <= if(source_kind = 'filing', $rows // 3, $rows - $rows // 3)
)

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
from shown
order by source_kind = 'filing', known_at desc, organization, metric, value_high desc
