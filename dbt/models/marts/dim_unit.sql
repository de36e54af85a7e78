-- One row a unit that a claim may bear.
select
    unit,
    pint_expression,
    base_unit,
    dimension,
    description
from {{ ref('units') }}
