-- Every statement of one fact: the winner first, then its rivals as the rules rank them, then what stands no more.
-- `lost_because` is the sentence of the rule by which a rival lost; of a rule for words, that of the rival's own word.
select
    claim.claim_id = fact.winning_claim_id as won,
    claim.*,
    fact.resolution_rule,
    fact.is_contested,
    fact.independent_source_count,
    ranks.resolution_rule as lost_by,
    rule.description as lost_because,
    correction.action as correction_action,
    correction.reason as correction_reason,
    correction.author as correction_author,
    correction.corrected_on,
    correction.changes as correction_changes
from fct_compute_capacity_capex as fact
inner join fct_claims as claim on fact.fact_id = claim.fact_id
left join statements_ranked(id_begins := $fact_id) as ranks on claim.claim_id = ranks.claim_id
left join dim_resolution_rule as rule
    on
        ranks.resolution_rule = rule.rule_id
        and (
            rule.value is null
            or rule.value = case rule.criterion
                when 'source_kind' then claim.source_kind
                when 'qualifier' then claim.qualifier
            end
        )
left join dim_correction as correction on claim.correction_id = correction.correction_id
where starts_with(fact.fact_id, $fact_id)
order by won desc, claim.is_current desc, ranks.resolution_rank, claim.known_at, claim.claim_id
