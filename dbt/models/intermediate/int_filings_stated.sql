-- One row a value that filings state or imply for a period: halves, nine months and years as filed, quarters as filed
-- or derived. A value that was later given anew makes two rows, the first standing until the second was filed.
with quarters as (
    select
        cik,
        metric,
        scope,
        unit,
        period_start,
        period_end,
        value_first,
        value_latest,
        known_first_on,
        known_latest_on,
        minuend_accession_first as accession_first,
        minuend_accession as accession_latest,
        case
            when method = 'derived'
                then {{ difference('minuend_value_first', 'subtrahend_value_first', 'subtrahend_accession_first') }}
        end as derivation_first,
        case
            when method = 'derived'
                then {{ difference('minuend_value', 'subtrahend_value', 'subtrahend_accession') }}
        end as derivation_latest,
        taxonomy,
        concept
    from {{ ref('int_capex_quarters_derived') }}
    where method <> 'not derivable'
),

longer as (
    select
        cik,
        metric,
        scope,
        unit,
        period_start,
        period_end,
        value_first,
        value_latest,
        filed_first_on as known_first_on,
        filed_latest_on as known_latest_on,
        accession_first,
        accession_latest,
        cast(null as varchar) as derivation_first,
        cast(null as varchar) as derivation_latest,
        taxonomy,
        concept
    from {{ ref('int_filing_periods_valued') }}
    where period_months > 3
),

periods as (
    select * from quarters
    union all
    select * from longer
),

stated as (
    select
        * exclude (
            value_first, value_latest, known_first_on, known_latest_on, accession_first, accession_latest,
            derivation_first, derivation_latest
        ),
        value_first as value,
        known_first_on as known_on,
        accession_first as accession,
        derivation_first as derivation,
        case when value_first <> value_latest then known_latest_on end as superseded_on
    from periods
    union all
    select
        * exclude (
            value_first, value_latest, known_first_on, known_latest_on, accession_first, accession_latest,
            derivation_first, derivation_latest
        ),
        value_latest as value,
        known_latest_on as known_on,
        accession_latest as accession,
        derivation_latest as derivation,
        null as superseded_on
    from periods
    where value_first <> value_latest
)

select
    *,
    {{ hex_key([
        'cik', 'metric', 'scope', 'unit', 'period_start', 'period_end', 'accession', 'value', 'superseded_on'
    ]) }} as statement_id
from stated
