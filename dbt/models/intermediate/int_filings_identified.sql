-- One row a value that filings state, as a statement of the shape of fct_claims, with the fact that it speaks of.
with
-- by its end only: a derived quarter rests on the year to date that ends with it
filed_corrections as (
    select
        cik,
        taxonomy,
        concept,
        unit,
        period_end,
        accession,
        min(correction_id) as correction_id
    from {{ ref('stg_raw__corrections') }}
    where cik is not null
    group by cik, taxonomy, concept, unit, period_end, accession
),

-- and on the one that ends the day before it, which another filer may have stated
subtrahend_corrections as (
    select
        concept,
        unit,
        period_end,
        accession,
        min(correction_id) as correction_id
    from filed_corrections
    group by concept, unit, period_end, accession
),

identified as (
    select
        stated.statement_id as claim_id,
        'filing' as statement_kind,
        companies.organization_id,
        companies.organization,
        companies.organization as organization_stated,
        cast(null as varchar) as facility,
        stated.metric,
        cast(null as varchar) as chip,
        stated.scope,
        'actual' as status,
        stated.period_start,
        stated.period_end,
        stated.value as value_low,
        stated.value as value_high,
        'exact' as qualifier,
        stated.unit,
        stated.unit as currency,
        cast(null as varchar) as per,
        stated.statement_id as location,
        -- a filing has a day, not a time: it counts from the start of that day, UTC
        cast(stated.known_on as timestamp with time zone) as stands_from,
        'filing' as stands_from_method,
        cast(stated.superseded_on as timestamp with time zone) as superseded_at,
        true as is_latest_reading,
        stated.accession as story_id,
        'edgar' as source,
        'filing' as source_kind,
        'SEC EDGAR' as publisher,
        'https://www.sec.gov/Archives/edgar/data/' || stated.cik || '/' || replace(stated.accession, '-', '') || '/'
            as source_url,
        stated.taxonomy || ':' || stated.concept as title,
        cast(stated.known_on as timestamp with time zone) as published_at,
        cast(null as varchar) as document_id,
        cast(null as varchar) as quote,
        cast(null as bigint) as char_start,
        cast(null as bigint) as char_end,
        stated.accession,
        stated.derivation,
        'company_facts' as extractor,
        cast(null as varchar) as extractor_version,
        cast(1 as double) as confidence,
        false as is_replaced,
        coalesce(corrections.correction_id, subtrahend_corrections.correction_id) as correction_id
    from {{ ref('int_filings_stated') }} as stated
    inner join {{ ref('int_companies_identified') }} as companies on stated.cik = companies.cik
    left join filed_corrections as corrections
        on
            stated.cik = corrections.cik
            and stated.taxonomy = corrections.taxonomy
            and stated.concept = corrections.concept
            and stated.unit = corrections.unit
            and stated.period_end = corrections.period_end
            and stated.accession = corrections.accession
    left join subtrahend_corrections
        on
            stated.subtrahend_concept = subtrahend_corrections.concept
            and stated.unit = subtrahend_corrections.unit
            and stated.period_start = subtrahend_corrections.period_end + 1
            and stated.subtrahend_accession = subtrahend_corrections.accession
)

select
    *,
    {{ fact_key() }} as fact_id
from identified
