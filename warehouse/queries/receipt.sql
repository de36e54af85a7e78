-- Every statement of one fact: the winner first, then its rivals as the rules rank them.
select
    claim.claim_id = fact.winning_claim_id as won,
    claim.*,
    fact.resolution_rule,
    fact.is_contested,
    fact.independent_source_count,
    correction.reason as correction_reason,
    correction.author as correction_author,
    correction.corrected_on,
    correction.changes as correction_changes
from fct_compute_capacity_capex as fact
inner join fct_claims as claim on fact.fact_id = claim.fact_id
left join dim_correction as correction on claim.correction_id = correction.correction_id
where starts_with(fact.fact_id, $fact_id)
order by won desc, claim.is_current desc, claim.known_at, claim.claim_id
