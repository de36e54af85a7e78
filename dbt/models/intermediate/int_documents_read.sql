-- One row a document and extractor, with its newest reading: an older version's claims stay, but stand no more. What
-- the second reader says stands beside what the rules say.
select
    document_id,
    extractor,
    arg_max(extractor_version, row(extracted_at, extractor_version)) as extractor_version
from {{ ref('stg_raw__extractions') }}
group by document_id, extractor
