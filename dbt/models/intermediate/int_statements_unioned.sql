-- One row a statement: every claim of every reading of every revision, and every value from filings, in one shape.
-- `fact_id` is the fact that a statement speaks of: statements that share it are rivals.
-- A statement stands from its own revision on, but what an earlier revision of the page said already was known since
-- then: a changed menu beside the article makes a revision, and doesn't make the news younger.
with claims as (
    select
        claims.claim_id,
        'claim' as statement_kind,
        claims.organization_id,
        claims.organization,
        claims.organization_stated,
        claims.facility,
        claims.metric,
        claims.chip,
        claims.scope,
        claims.status,
        claims.period_start,
        claims.period_end,
        claims.value_low,
        claims.value_high,
        claims.qualifier,
        claims.unit,
        claims.currency,
        claims.per,
        documents.location,
        documents.known_at as stands_from,
        documents.known_at_method as stands_from_method,
        documents.superseded_at,
        claims.is_latest_reading,
        stories.story_id,
        documents.source,
        documents.source_kind,
        documents.publisher,
        documents.url as source_url,
        documents.title,
        documents.published_at,
        claims.document_id,
        claims.quote,
        claims.char_start,
        claims.char_end,
        documents.accession,
        cast(null as varchar) as derivation,
        claims.extractor,
        claims.extractor_version,
        claims.confidence
    from {{ ref('int_claims_attributed') }} as claims
    inner join {{ ref('int_documents_revised') }} as documents on claims.document_id = documents.document_id
    inner join {{ ref('int_documents_clustered') }} as stories on claims.document_id = stories.document_id
),

filings as (
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
        cast(1 as double) as confidence
    from {{ ref('int_filings_stated') }} as stated
    inner join {{ ref('int_companies_identified') }} as companies on stated.cik = companies.cik
),

statements as (
    select * from claims
    union all
    select * from filings
),

keyed as (
    select
        *,
        {{ hex_key([
            'organization_id', 'facility', 'metric', 'chip', 'scope', 'status',
            'period_start', 'period_end', 'currency', 'per'
        ]) }} as fact_id
    from statements
)

select
    * exclude (location, stands_from_method),
    is_latest_reading and superseded_at is null as is_current,
    first_value(stands_from) over same_words as known_at,
    first_value(stands_from_method) over same_words as known_at_method
from keyed
window same_words as (
    partition by location, fact_id, value_low, value_high, qualifier, is_latest_reading
    order by stands_from, document_id
)
