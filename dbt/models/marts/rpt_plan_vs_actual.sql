-- One row a planned level (chips, H100 equivalents, power) with a target date, beside what was later said to be in
-- place. kept: an actual of the target date or before reaches the plan; late: one of a later date does; missed: an
-- actual of a later date lies below it; open: nothing of the kind was said since. No clock: only statements decide.
-- What is at a site is the organization's too, a phase's is its campus's, and an H100 is a GPU: so a part that reaches
-- the plan for the whole keeps it. A whole says nothing of its parts, and a part below the plan doesn't miss it.
-- Joint statements are held against joint ones only.
-- An organization is made anew when one of its facts is.
{{ config(
    materialized='incremental',
    on_schema_change='fail',
    pre_hook="{{ forget_changed('organization_id') }}"
) }}

with facts as (
    select * from {{ changed(ref('fct_compute_capacity_capex'), 'organization_id') }}
),

levels as (
    select
        facts.*,
        facilities.parent as campus,
        {{ lower_end('facts') }} as at_least,
        {{ upper_end('facts') }} as at_most
    from facts
    inner join {{ ref('metrics') }} as metrics on facts.metric = metrics.metric_id
    left join {{ ref('dim_facility') }} as facilities on facts.facility = facilities.facility
    where metrics.kind = 'stock' and facts.metric <> 'accelerator_price' and facts.period_end is not null
),

plans as (
    select * from levels
    where status = 'planned'
),

compared as (
    select
        plan.fact_id,
        actual.fact_id as actual_fact_id,
        actual.period_end as actual_period_end,
        actual.at_least >= cast(plan.value_low as double) as is_reached,
        actual.at_most < cast(plan.value_low as double) and actual.period_end > plan.period_end as is_below,
        coalesce(plan.facility, '') = coalesce(actual.facility, '')
        and coalesce(plan.chip, '') = coalesce(actual.chip, '') as is_same
    from plans as plan
    inner join levels as actual
        on
            plan.organization_id = actual.organization_id
            and plan.metric = actual.metric
            and plan.known_at <= actual.known_at
            and (plan.facility is null or plan.facility in (actual.facility, actual.campus))
            and (
                plan.chip is null
                or plan.chip = actual.chip
                or list_contains(string_split(plan.chip, '/'), actual.chip)
            )
    where actual.status = 'actual'
),

judged as (
    select
        fact_id,
        arg_min(actual_fact_id, row(actual_period_end, actual_fact_id)) filter (where is_reached) as reached_by,
        arg_max(
            actual_fact_id,
            row(actual_period_end, actual_fact_id)
        ) filter (where is_same and is_below) as missed_by,
        arg_max(actual_fact_id, row(actual_period_end, actual_fact_id)) filter (where is_same) as last_said
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
        when judged.missed_by is not null then 'missed'
        else 'open'
    end as outcome,
    case when judged.reached_by is not null then actual.period_end - plan.period_end end as days_late
from plans as plan
left join judged on plan.fact_id = judged.fact_id
left join levels as actual on coalesce(judged.reached_by, judged.missed_by, judged.last_said) = actual.fact_id
