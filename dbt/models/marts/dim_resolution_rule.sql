-- One row a rule and word: the ranking that chooses among rival statements.
select
    rule_id,
    priority,
    criterion,
    value,
    score,
    description
from {{ ref('resolution_rules') }}
