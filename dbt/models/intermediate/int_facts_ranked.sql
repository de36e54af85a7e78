-- One row a statement that stands today, with its rank among those of the same fact and the rule that set the winner
-- apart.
with standing as (
    select * from {{ ref('int_statements_unioned') }}
    where is_current
),

{{ ranked_statements('standing', ref('resolution_rules')) }}

select * from ranked
