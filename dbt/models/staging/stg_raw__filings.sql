-- One row a filing that EDGAR lists of a company. Names and types only.
select
    cik,
    accession,
    form,
    filed_on,
    report_date,
    primary_document,
    accepted_at_stated,
    items,
    is_xbrl,
    is_inline_xbrl,
    fetch_id,
    landing_day
from {{ source('raw', 'filings') }}
