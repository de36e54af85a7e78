-- One row a value as filed, as the declared corrections have it; a dropped one is left out.
select
    facts.* replace (coalesce(corrections.value, facts.value) as value),
    corrections.correction_id
from {{ ref('stg_raw__company_facts') }} as facts
left join {{ ref('stg_raw__corrections') }} as corrections
    on
        facts.cik = corrections.cik
        and facts.taxonomy = corrections.taxonomy
        and facts.concept = corrections.concept
        and facts.unit = corrections.unit
        and facts.period_start is not distinct from corrections.period_start
        and facts.period_end = corrections.period_end
        and facts.accession = corrections.accession
        and facts.value = corrections.value_filed
where corrections.action is distinct from 'drop'
