-- One row a statement that stands today, with its rank among those of the same fact and the rule that decided it: for
-- the winner the one that set it apart from the next, for the others the one by which they lost to it.
{{ config(materialized='incremental', pre_hook="{{ forget_changed('fact_id') }}") }}

with claims as (
    select * from {{ changed(ref('fct_claims'), 'fact_id') }}
),

standing as (
    select * from claims
    where is_current
),

{{ ranked_statements('standing', ref('resolution_rules')) }}

select
    claim_id,
    fact_id,
    story_count,
    resolution_rank,
    resolution_rule
from ranked
