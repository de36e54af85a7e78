-- One row a company that files, or that the vocabulary gives a CIK, with its key. A filer that the vocabulary doesn't
-- have goes by the name on its filings.
with known as (
    select
        organization_id,
        organization,
        ticker,
        cast(unnest(regexp_extract_all(cik, '\d+')) as bigint) as cik
    from {{ ref('organizations') }}
),

filers as (
    select
        cik,
        coalesce(max(entity_name), 'CIK ' || cik) as entity_name
    from {{ ref('stg_raw__company_facts') }}
    group by cik
)

select
    coalesce(known.cik, filers.cik) as cik,
    coalesce(known.organization, filers.entity_name) as organization,
    coalesce(known.organization_id, {{ slug('filers.entity_name') }}) as organization_id,
    known.ticker
from known
full join filers on known.cik = filers.cik
