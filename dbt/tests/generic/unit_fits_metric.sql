{% test unit_fits_metric(model) %}
-- Megawatts of chips or dollars of power are slips of the reader; the unit's dimension is the metric's.
select facts.*
from {{ model }} as facts
inner join {{ ref('metrics') }} as metrics on facts.metric = metrics.metric_id
inner join {{ ref('units') }} as units on facts.unit = units.unit
where units.dimension <> metrics.dimension
{% endtest %}
