-- One row a level of compute and the month in which it was said to hold, the last of that month, in chips and in H100
-- equivalents on both bases. No month is filled in: a level that nobody repeated isn't known to have lasted.
with levels as (
    select
        *,
        cast(date_trunc('month', period_end) as date) as month
    from {{ ref('fct_compute_capacity_capex') }}
    where metric in ('accelerator_count', 'h100_equivalents') and period_end is not null
    qualify row_number() over (
        partition by organization_id, facility, metric, chip, status, month order by period_end desc, fact_id asc
    ) = 1
),

worth as (
    select
        levels.*,
        case when levels.metric = 'h100_equivalents' then 1 else accelerators.h100e_16bit end as h100e_16bit,
        case when levels.metric = 'h100_equivalents' then 1 else accelerators.h100e_8bit end as h100e_8bit
    from levels
    left join {{ ref('dim_accelerator') }} as accelerators on levels.chip = accelerators.chip
)

select
    month,
    organization_id,
    organization,
    facility,
    metric,
    chip,
    status,
    period_end,
    value_low,
    value_high,
    qualifier,
    value_low * h100e_16bit as h100e_16bit_low,
    value_high * h100e_16bit as h100e_16bit_high,
    value_low * h100e_8bit as h100e_8bit_low,
    value_high * h100e_8bit as h100e_8bit_high,
    fact_id
from worth
