-- The tidy fact table: one row an organization, facility, metric, chip, scope, status, period, currency and rate.
-- The hook makes `facts_as_known(as_of)`, the same resolution over the statements that stood on a past day.
-- depends_on: {{ ref('fct_claims') }}
-- depends_on: {{ ref('dim_resolution_rule') }}
{{ config(post_hook="{{ create_facts_as_known() }}") }}

with ranked as (
    select * from {{ ref('int_facts_ranked') }}
)

{{ resolved_facts('ranked') }}
