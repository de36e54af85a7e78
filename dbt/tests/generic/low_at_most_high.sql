{% test low_at_most_high(model) %}
select *
from {{ model }}
where value_low > value_high
{% endtest %}
