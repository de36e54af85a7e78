-- One row a document and extractor, with its newest reading: an older version's claims stay, but stand no more. What
-- the second reader says stands beside what the rules say.
{{ config(materialized='incremental', pre_hook="{{ note_new_readings() }}") }}

select
    document_id,
    extractor,
    arg_max(extractor_version, row(extracted_at, extractor_version)) as extractor_version,
    max(extracted_at) as extracted_at
from {{ changed(ref('stg_raw__extractions'), 'document_id') }}
group by document_id, extractor
