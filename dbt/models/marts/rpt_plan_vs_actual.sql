-- One row a planned level (chips, H100 equivalents, power) with a target date, beside what was later said to be in
-- place. kept: an actual of the target date or before reaches the plan; late: one of a later date does; missed:
-- actuals of later dates exist and none reaches it; open: nothing was said of the time since. No clock: only
-- statements decide.
with levels as (
    select facts.*
    from {{ ref('fct_compute_capacity_capex') }} as facts
    inner join {{ ref('metrics') }} as metrics on facts.metric = metrics.metric_id
    where metrics.kind = 'stock' and facts.metric <> 'accelerator_price' and facts.period_end is not null
),

compared as (
    select
        plan.fact_id,
        actual.fact_id as actual_fact_id,
        actual.period_end as actual_period_end,
        actual.value_high >= plan.value_low as is_reached
    from levels as plan
    inner join levels as actual
        on
            plan.organization_id = actual.organization_id
            and plan.metric = actual.metric
            and plan.facility is not distinct from actual.facility
            and plan.chip is not distinct from actual.chip
            and plan.known_at <= actual.known_at
    where plan.status = 'planned' and actual.status = 'actual'
),

judged as (
    select
        fact_id,
        arg_min(actual_fact_id, row(actual_period_end, actual_fact_id)) filter (where is_reached) as reached_by,
        arg_max(actual_fact_id, row(actual_period_end, actual_fact_id)) as last_said
    from compared
    group by fact_id
)

select
    plan.fact_id,
    plan.organization_id,
    plan.organization,
    plan.facility,
    plan.metric,
    plan.chip,
    plan.unit,
    plan.value_low as planned_low,
    plan.value_high as planned_high,
    plan.period_end as planned_for,
    plan.known_at as planned_at,
    plan.quote as plan_quote,
    plan.source_url as plan_source_url,
    actual.fact_id as actual_fact_id,
    actual.value_low as actual_low,
    actual.value_high as actual_high,
    actual.period_end as actual_on,
    actual.quote as actual_quote,
    actual.source_url as actual_source_url,
    case
        when judged.reached_by is not null and actual.period_end <= plan.period_end then 'kept'
        when judged.reached_by is not null then 'late'
        when actual.period_end > plan.period_end then 'missed'
        else 'open'
    end as outcome,
    case when judged.reached_by is not null then actual.period_end - plan.period_end end as days_late
from levels as plan
left join judged on plan.fact_id = judged.fact_id
left join levels as actual on coalesce(judged.reached_by, judged.last_said) = actual.fact_id
where plan.status = 'planned'
