-- One row a rival that contradicts a fact's winner, both receipts side by side. Nearby figures are rounding;
-- further apart somebody is wrong, and a reader must be told.
select
    winner.fact_id,
    winner.organization,
    winner.facility,
    winner.metric,
    winner.chip,
    winner.scope,
    winner.status,
    winner.period_start,
    winner.period_end,
    winner.unit,
    winner.claim_id as winning_claim_id,
    winner.value_low as winning_value_low,
    winner.value_high as winning_value_high,
    winner.quote as winning_quote,
    winner.source_url as winning_source_url,
    winner.resolution_rule,
    rival.claim_id as rival_claim_id,
    rival.value_low as rival_value_low,
    rival.value_high as rival_value_high,
    rival.qualifier as rival_qualifier,
    rival.known_at as rival_known_at,
    rival.quote as rival_quote,
    rival.source_url as rival_source_url,
    rival.accession as rival_accession
from {{ ref('int_facts_ranked') }} as winner
inner join {{ ref('int_facts_ranked') }} as rival on winner.fact_id = rival.fact_id
where
    winner.resolution_rank = 1
    and {{ is_contradiction('winner', 'rival') }}
