-- One row a revision of a document, as read from its archived payload. Names and types only.
select
    document_id,
    fetch_id,
    landing_day,
    source,
    source_kind,
    publisher,
    url,
    title,
    language,
    speaker,
    published_method,
    accession,
    text,
    cast(published_at as timestamp with time zone) as published_at,
    cast(fetched_at as timestamp with time zone) as fetched_at
from {{ source('raw', 'documents') }}
