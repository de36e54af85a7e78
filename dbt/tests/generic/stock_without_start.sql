{% test stock_without_start(model) %}
-- A stock holds at a day: with a first day it would be read as a flow.
select facts.*
from {{ model }} as facts
inner join {{ ref('metrics') }} as metrics on facts.metric = metrics.metric_id
where metrics.kind = 'stock' and facts.period_start is not null
{% endtest %}
