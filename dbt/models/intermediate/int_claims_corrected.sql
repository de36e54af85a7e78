-- One row a claim, as the declared corrections have it: where one speaks of a claim, what it says stands in place of
-- what was read. The quote stays as it is: those are the source's words. A dropped claim is here too, and stands no
-- more.
select
    claims.*,
    cast(null as varchar) as correction_id,
    cast(null as varchar) as correction_action
from {{ ref('stg_raw__claims') }} as claims
left join {{ ref('stg_raw__corrections') }} as corrections on claims.claim_id = corrections.claim_id
where corrections.correction_id is null
union all by name
select
    claims.* replace (
        corrections.organization_stated as organization_stated,
        corrections.facility as facility,
        corrections.metric as metric,
        corrections.chip as chip,
        corrections.scope as scope,
        corrections.value_low as value_low,
        corrections.value_high as value_high,
        corrections.unit as unit,
        corrections.currency as currency,
        corrections.per as per,
        corrections.qualifier as qualifier,
        corrections.status as status,
        corrections.period_start as period_start,
        corrections.period_end as period_end
    ),
    corrections.correction_id,
    corrections.action as correction_action
from {{ ref('stg_raw__claims') }} as claims
inner join {{ ref('stg_raw__corrections') }} as corrections on claims.claim_id = corrections.claim_id
