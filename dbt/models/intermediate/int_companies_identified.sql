-- One row a CIK that files, or that the vocabulary knows, with its organization. A filer that the vocabulary doesn't
-- have goes by the name on its filings. A company that has filed under several numbers is one filer: `filer_cik` is
-- the first that the vocabulary gives it.
with known as (
    select
        organization_id,
        organization,
        ticker,
        cast(unnest(regexp_extract_all(cik, '\d+')) as bigint) as cik,
        cast(regexp_extract(cik, '\d+') as bigint) as filer_cik
    from {{ ref('organizations') }}
    where regexp_matches(cik, '\d')
),

filers as (
    select
        cik,
        coalesce(
            arg_max(entity_name, row(filed_on, entity_name)) filter (where entity_name is not null), 'CIK ' || cik
        ) as entity_name
    from {{ ref('stg_raw__company_facts') }}
    group by cik
)

select
    coalesce(known.cik, filers.cik) as cik,
    coalesce(known.filer_cik, filers.cik) as filer_cik,
    coalesce(known.organization, filers.entity_name) as organization,
    coalesce(known.organization_id, {{ slug('filers.entity_name') }}) as organization_id,
    known.ticker
from known
full join filers on known.cik = filers.cik
