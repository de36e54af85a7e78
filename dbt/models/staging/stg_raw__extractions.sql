-- One row a reading of a document by one version of an extractor, also where it found nothing.
select
    document_id,
    extractor,
    extractor_version,
    landing_day,
    claim_count,
    cast(extracted_at as timestamp with time zone) as extracted_at
from {{ source('raw', 'extractions') }}
