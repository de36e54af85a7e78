-- The tidy fact table: one row an organization, facility, metric, chip, scope, status, period, currency and rate.
-- The hooks make `facts_as_known(as_of)`, the same resolution over the statements that stood on a past day, and
-- `statements_ranked(id_begins)`, which says of each rival why it lost.
-- depends_on: {{ ref('dim_resolution_rule') }}
{{ config(
    materialized='incremental',
    on_schema_change='fail',
    pre_hook="{{ forget_changed('fact_id') }}",
    post_hook=["{{ create_facts_as_known() }}", "{{ create_statements_ranked() }}"]
) }}

with ranks as (
    select * from {{ changed(ref('int_facts_ranked'), 'fact_id') }}
),

claims as (
    select * from {{ changed(ref('fct_claims'), 'fact_id') }}
),

ranked as (
    select
        claims.*,
        ranks.resolution_rank,
        ranks.resolution_rule
    from ranks
    inner join claims on ranks.claim_id = claims.claim_id
),

{{ resolved_facts('ranked') }}

select {{ fact_columns() }}
from resolved
