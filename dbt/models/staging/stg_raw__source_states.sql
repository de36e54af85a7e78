-- One row a watched address: how its last fetch went.
select
    source,
    kind,
    url,
    http_status,
    error,
    error_count,
    cast(checked_at as timestamp with time zone) as checked_at,
    cast(changed_at as timestamp with time zone) as changed_at,
    cast(next_check_at as timestamp with time zone) as next_check_at
from {{ source('raw', 'source_states') }}
