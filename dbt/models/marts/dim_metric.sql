-- One row a metric.
select
    metric_id,
    kind,
    unit,
    dimension,
    description
from {{ ref('metrics') }}
