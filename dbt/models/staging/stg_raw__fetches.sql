-- One row an archived payload.
select
    fetch_id,
    warc_file,
    landing_day,
    source,
    kind,
    url,
    http_status,
    content_type,
    payload_digest,
    payload_bytes,
    cast(fetched_at as timestamp with time zone) as fetched_at
from {{ source('raw', 'fetches') }}
