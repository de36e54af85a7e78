{% test unique_together(model, columns) %}
-- Nulls count as equal here: two facts without a facility are of one facility.
select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
