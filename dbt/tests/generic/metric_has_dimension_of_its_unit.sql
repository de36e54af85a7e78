{% test metric_has_dimension_of_its_unit(model) %}
select metrics.*
from {{ model }} as metrics
inner join {{ ref('units') }} as units on metrics.unit = units.unit
where metrics.dimension <> units.dimension
{% endtest %}
