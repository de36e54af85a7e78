-- One row a rival that contradicts a fact's winner, both receipts side by side, with the rule by which it lost. Nearby
-- figures are rounding; further apart somebody is wrong, and a reader must be told.
{{ config(materialized='incremental', on_schema_change='fail', pre_hook="{{ forget_changed('fact_id') }}") }}

with facts as (
    select * from {{ changed(ref('fct_compute_capacity_capex'), 'fact_id') }}
),

winners as (
    select * from facts
    where is_contested
)

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
    winner.winning_claim_id,
    winner.value_low as winning_value_low,
    winner.value_high as winning_value_high,
    winner.quote as winning_quote,
    winner.source_url as winning_source_url,
    ranks.resolution_rule,
    rival.claim_id as rival_claim_id,
    rival.value_low as rival_value_low,
    rival.value_high as rival_value_high,
    rival.qualifier as rival_qualifier,
    rival.known_at as rival_known_at,
    rival.quote as rival_quote,
    rival.source_url as rival_source_url,
    rival.accession as rival_accession
from winners as winner
inner join {{ ref('int_facts_ranked') }} as ranks on winner.fact_id = ranks.fact_id
inner join {{ ref('fct_claims') }} as rival on ranks.claim_id = rival.claim_id
where {{ is_contradiction('winner', 'rival') }}
