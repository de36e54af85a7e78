-- One row a level of compute and a month. What was said to be in place (or estimated to be) holds from the month that
-- it speaks of until the next word on it, and at most to the month in which the ledger last learned anything: nobody
-- announces that a level still holds. A plan stands in the month of its target only; it is no observation.
-- Of rows that overlap some are counted, so that the counted ones of an organization, status and month add up to what
-- it is at least said to have, nothing twice: at one place "GPUs" stand for the chips of every kind there, a campus for
-- its phases (facilities whose site is another facility), and the organization's total for its sites. Where the parts
-- add up to more than the whole was said to be, they are newer or fuller, and are counted in its place.
-- An organization is made anew when one of its facts is, and all are when another month begins.
{{ config(
    materialized='incremental',
    on_schema_change='fail',
    pre_hook="{{ note_new_month() }}"
) }}

with horizon as (
    select cast(date_trunc('month', max(known_at)) as date) as last_month
    from {{ ref('fct_claims') }}
),

stated as (
    select * from {{ changed(ref('fct_compute_capacity_capex'), 'organization_id') }}
),

levels as (
    select
        *,
        cast(date_trunc('month', period_end) as date) as stated_month
    from stated
    where metric in ('accelerator_count', 'h100_equivalents') and period_end is not null
    qualify row_number() over (
        partition by organization_id, facility, metric, chip, status, stated_month
        order by period_end desc, known_at desc, fact_id asc
    ) = 1
),

followed as (
    select
        levels.*,
        case
            when levels.status = 'planned' then levels.stated_month
            else least(
                horizon.last_month,
                coalesce(
                    lead(levels.stated_month) over (
                        partition by
                            levels.organization_id, levels.facility, levels.metric, levels.chip, levels.status
                        order by levels.stated_month
                    ) - interval 1 month, horizon.last_month
                )
            )
        end as last_month
    from levels
    cross join horizon
),

monthly as (
    select
        followed.*,
        cast(unnest(generate_series(followed.stated_month, followed.last_month, interval 1 month)) as date) as month,
        case when followed.metric = 'h100_equivalents' then 1 else accelerators.h100e_16bit end as h100e_16bit,
        case when followed.metric = 'h100_equivalents' then 1 else accelerators.h100e_8bit end as h100e_8bit,
        coalesce(facilities.parent, followed.facility) as campus
    from followed
    left join {{ ref('dim_accelerator') }} as accelerators on followed.chip = accelerators.chip
    left join {{ ref('dim_facility') }} as facilities on followed.facility = facilities.facility
),

-- Twice, for chips and for H100 equivalents: `is_part` is a chip of one kind, the others speak of all kinds together.
measured as (
    select
        month,
        organization_id,
        status,
        campus,
        facility,
        fact_id,
        'chips' as basis,
        cast(value_low as double) as amount,
        chip is not null and not contains(chip, '/') as is_part
    from monthly
    where metric = 'accelerator_count' and status <> 'planned'
    union all
    select
        month,
        organization_id,
        status,
        campus,
        facility,
        fact_id,
        'h100e' as basis,
        cast(value_low as double) * h100e_16bit as amount,
        metric = 'accelerator_count' as is_part
    from monthly
    where h100e_16bit is not null and status <> 'planned'
),

places as (
    select
        month,
        organization_id,
        status,
        basis,
        campus,
        facility,
        coalesce(sum(amount) filter (where is_part), 0) as of_kinds,
        coalesce(max(amount) filter (where not is_part), -1) as of_all_kinds,
        arg_max(fact_id, row(amount, fact_id)) filter (where not is_part) as fact_of_all_kinds
    from measured
    group by all
),

campuses as (
    select
        month,
        organization_id,
        status,
        basis,
        campus,
        coalesce(sum(greatest(of_kinds, of_all_kinds)) filter (where facility <> campus), -1) as of_phases,
        coalesce(
            max(greatest(of_kinds, of_all_kinds)) filter (where facility is not distinct from campus), -1
        ) as of_campus
    from places
    group by all
),

organizations as (
    select
        month,
        organization_id,
        status,
        basis,
        coalesce(sum(greatest(of_phases, of_campus)) filter (where campus is not null), -1) as of_sites,
        coalesce(max(of_campus) filter (where campus is null), -1) as of_organization
    from campuses
    group by all
),

counted as (
    select
        measured.month,
        measured.fact_id,
        bool_or(measured.basis = 'chips') as is_counted_in_chips,
        bool_or(measured.basis = 'h100e') as is_counted_in_h100e
    from measured
    inner join places
        on
            measured.month = places.month
            and measured.organization_id = places.organization_id
            and measured.status = places.status
            and measured.basis = places.basis
            and measured.facility is not distinct from places.facility
    inner join campuses
        on
            measured.month = campuses.month
            and measured.organization_id = campuses.organization_id
            and measured.status = campuses.status
            and measured.basis = campuses.basis
            and measured.campus is not distinct from campuses.campus
    inner join organizations
        on
            measured.month = organizations.month
            and measured.organization_id = organizations.organization_id
            and measured.status = organizations.status
            and measured.basis = organizations.basis
    where
        case
            when measured.is_part then places.of_kinds > places.of_all_kinds
            else places.of_all_kinds >= places.of_kinds and places.fact_of_all_kinds = measured.fact_id
        end
        and case
            when measured.facility is not distinct from measured.campus then campuses.of_campus >= campuses.of_phases
            else campuses.of_phases > campuses.of_campus
        end
        and case
            when measured.campus is null then organizations.of_organization >= organizations.of_sites
            else organizations.of_sites > organizations.of_organization
        end
    group by measured.month, measured.fact_id
)

select
    monthly.month,
    monthly.organization_id,
    monthly.organization,
    monthly.facility,
    monthly.metric,
    monthly.chip,
    monthly.status,
    monthly.period_end,
    datediff('month', monthly.stated_month, monthly.month) as months_carried,
    monthly.value_low,
    monthly.value_high,
    monthly.qualifier,
    monthly.value_low * monthly.h100e_16bit as h100e_16bit_low,
    monthly.value_high * monthly.h100e_16bit as h100e_16bit_high,
    monthly.value_low * monthly.h100e_8bit as h100e_8bit_low,
    monthly.value_high * monthly.h100e_8bit as h100e_8bit_high,
    horizon.last_month as ledger_month,
    coalesce(counted.is_counted_in_chips, false) as is_counted_in_chips,
    coalesce(counted.is_counted_in_h100e, false) as is_counted_in_h100e,
    monthly.fact_id
from monthly
cross join horizon
left join counted on monthly.month = counted.month and monthly.fact_id = counted.fact_id
