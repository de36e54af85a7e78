-- The tables that loaders fill: `raw` as it came, `quarantine` for the rows that a gate refused.
-- Every loader inserts the keys that are missing and touches no row that is there, so a load can be repeated at will.
-- A refused row leaves the quarantine for its raw table when the rules of today let it pass.
-- What dbt derives from here (staging, intermediate, marts) is not declared here.

create schema if not exists raw;
create schema if not exists quarantine;

-- one row an archive file that has been read to its end
create table if not exists raw.landing_files (
    warc_file varchar not null,         -- key: path below the landing folder
    landing_day date not null,
    record_count bigint not null,
    loaded_at timestamptz not null
);

-- one row an archived payload
create table if not exists raw.fetches (
    fetch_id varchar not null,          -- key: the WARC record id
    warc_file varchar not null,
    landing_day date not null,
    source varchar not null,            -- key of the feed or company, or 'inbox'
    kind varchar not null,              -- feed, article, inbox_file, company_facts, submissions, filing_index, filing
    url varchar not null,
    http_status integer,                -- null for a file of the inbox
    content_type varchar,
    payload_digest varchar not null,    -- sha256:HEX
    payload_bytes bigint not null,
    fetched_at timestamptz not null
);

-- one row a revision of a document
create table if not exists raw.documents (
    document_id varchar not null,       -- key: see sources.documents.document_id
    fetch_id varchar not null,
    landing_day date not null,
    source varchar not null,
    source_kind varchar not null,
    publisher varchar,
    url varchar,
    title varchar,
    language varchar,
    speaker varchar,
    published_at timestamptz,
    published_method varchar not null,
    fetched_at timestamptz not null,
    accession varchar,
    text varchar not null,
    incomplete varchar                  -- paywall or truncated, where the page says so
);
-- a warehouse that is older than the column
alter table raw.documents add column if not exists incomplete varchar;

-- one row a reading of a document by one version of an extractor: also where it found nothing
create table if not exists raw.extractions (
    document_id varchar not null,       -- key, with extractor and extractor_version
    extractor varchar not null,
    extractor_version varchar not null,
    landing_day date not null,
    claim_count bigint not null,        -- before the gate
    extracted_at timestamptz not null
);

-- one row a grounded claim
create table if not exists raw.claims (
    claim_id varchar not null,          -- key: see extraction.claims.Claim.claim_id
    document_id varchar not null,
    landing_day date not null,
    extractor varchar not null,
    extractor_version varchar not null,
    organization varchar not null,
    facility varchar,
    metric varchar not null,
    chip varchar,
    scope varchar,
    value_low decimal(28, 6) not null,
    value_high decimal(28, 6) not null,
    unit varchar not null,
    currency varchar,
    per varchar,
    qualifier varchar not null,
    status varchar not null,
    period_start date,
    period_end date,
    quote varchar not null,
    char_start bigint not null,
    char_end bigint not null,
    confidence double not null
);

-- one row a filing that EDGAR lists of a company, as it was listed first; (cik, accession) is the key
create table if not exists raw.filings (
    cik bigint not null,
    accession varchar not null,
    form varchar not null,
    filed_on date not null,
    report_date date,                   -- last day of the period that it reports on; null for most events
    primary_document varchar,           -- name of its main file
    accepted_at_stated varchar,         -- as written: its Z can't be trusted, the same filing's stamp moves by hours
    items varchar,                      -- of an 8-K: "2.02,9.01"
    is_xbrl boolean,                    -- whether it has XBRL of either kind
    is_inline_xbrl boolean,
    fetch_id varchar not null,
    landing_day date not null
);

-- one row a value as filed. A fact is (cik, taxonomy, concept, unit, period_start, period_end, accession); the key has
-- its value and source too, so that a filing that comes again with other content stands beside itself. fiscal_year,
-- fiscal_period and frame are labels of the filing, not of the value
create table if not exists raw.company_facts (
    cik bigint not null,
    entity_name varchar,
    taxonomy varchar not null,
    concept varchar not null,
    unit varchar not null,
    period_start date,                  -- null for an instant
    period_end date not null,
    accession varchar not null,
    value decimal(38, 12) not null,     -- ratios and prices a share have many decimals
    form varchar,
    filed_on date not null,
    fiscal_year integer,
    fiscal_period varchar,
    frame varchar,
    fetch_id varchar not null,
    landing_day date not null,
    source varchar not null             -- company_facts, or inline_xbrl: read in the filing itself
);
-- a warehouse that is older than the column
alter table raw.company_facts add column if not exists source varchar default 'company_facts';

-- one row a watched source: how its last fetch went (a copy of the fetcher's own notes, replaced at each build)
create table if not exists raw.source_states (
    source varchar not null,            -- key, with url
    kind varchar not null,
    url varchar not null,
    checked_at timestamptz,
    changed_at timestamptz,
    next_check_at timestamptz,
    http_status integer,
    error varchar,
    error_count bigint not null
);

-- the row as JSON, the rules that it broke, and each rule's sentence
create table if not exists quarantine.documents (
    row_key varchar not null, landing_day date not null, source varchar, rules varchar[] not null,
    reasons varchar[] not null, row_json json not null, quarantined_at timestamptz not null,
    rules_version varchar               -- of what judged it: under another version it is judged again
);
create table if not exists quarantine.claims as from quarantine.documents limit 0;
create table if not exists quarantine.company_facts as from quarantine.documents limit 0;
-- a warehouse that is older than the column
alter table quarantine.documents add column if not exists rules_version varchar;
alter table quarantine.claims add column if not exists rules_version varchar;
alter table quarantine.company_facts add column if not exists rules_version varchar;

-- one row a raw row that a declared correction speaks of, as it should be: made anew before each build
create table if not exists raw.corrections (
    correction_id varchar not null,     -- id of the correction in corrections.yaml
    action varchar not null,            -- drop, override or rescale
    reason varchar not null,
    author varchar not null,
    corrected_on date not null,
    changes varchar not null,           -- in words: what the source has, and what stands instead
    claim_id varchar,                   -- of a claim, whose columns follow; null for a value of a filing
    organization varchar,
    facility varchar,
    metric varchar,
    chip varchar,
    scope varchar,
    value_low decimal(28, 6),
    value_high decimal(28, 6),
    unit varchar,                       -- of both, as are the periods
    currency varchar,
    per varchar,
    qualifier varchar,
    status varchar,
    period_start date,
    period_end date,
    cik bigint,                         -- of a value of a filing, with what follows
    taxonomy varchar,
    concept varchar,
    accession varchar,
    value_filed decimal(38, 12),
    value decimal(38, 12)
);

-- one row a build of the marts that came to its end: the fingerprint of what it was built from
create table if not exists raw.builds (
    inputs varchar not null,
    finished_at timestamptz not null
);
