{# What has to be told anew: it is noted once, and each model that is made of it forgets it and tells it again. The notes
   are struck at the end of a build that told all of them: see macros/growing.sql. #}

{# Where a key is noted. #}
{% macro noted(key) -%}
    select {{ key }} from intermediate.{{
        {'document_id': 'documents', 'claim_id': 'claims', 'fact_id': 'facts', 'organization_id': 'facts'}[key]
    }}_changed
{%- endmacro %}

{# Hook of a model that grows: in one transaction with what it adds. #}
{% macro forget_changed(key) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where {{ key }} in ({{ noted(key) }})
    {%- endif -%}
{%- endmacro %}

{# The rows of a relation that are told anew after that; all of them while the model is built anew. #}
{% macro changed(relation, key) -%}
    {{ relation }}
    {%- if is_incremental() %} where {{ key }} in ({{ noted(key) }}){% endif %}
{%- endmacro %}

{# Hook of int_documents_revised: a new document has those of its location told anew, for they are superseded now. #}
{% macro note_new_documents() -%}
    {%- if is_incremental() -%}
        insert into intermediate.documents_changed
        select document_id from {{ ref('stg_raw__documents') }}
        where document_id not in (select document_id from {{ this }});
        insert into intermediate.documents_changed
        select document_id from {{ this }}
        where location in (
            select coalesce(documents.url, fetches.url, documents.document_id)
            from {{ ref('stg_raw__documents') }} as documents
            left join {{ ref('stg_raw__fetches') }} as fetches on documents.fetch_id = fetches.fetch_id
            where documents.document_id in ({{ noted('document_id') }})
        );
        {{ forget_changed('document_id') }}
    {%- endif -%}
{%- endmacro %}

{# Hook of int_documents_read. #}
{% macro note_new_readings() -%}
    {%- if is_incremental() -%}
        insert into intermediate.documents_changed
        select extractions.document_id
        from {{ ref('stg_raw__extractions') }} as extractions
        left join {{ this }} as readings
            on extractions.document_id = readings.document_id and extractions.extractor = readings.extractor
        where
            readings.document_id is null
            or row(extractions.extracted_at, extractions.extractor_version)
            > row(readings.extracted_at, readings.extractor_version);
        {{ forget_changed('document_id') }}
    {%- endif -%}
{%- endmacro %}

{# Hook of int_claims_attributed. What a corrected claim speaks of may be another fact now, or the one of before again. #}
{% macro note_new_claims() -%}
    {%- if is_incremental() -%}
        insert into intermediate.claims_changed
        select claim_id from {{ ref('int_claims_corrected') }} where claim_id not in (select claim_id from {{ this }})
        union all
        select claim_id from {{ ref('stg_raw__corrections') }} where claim_id is not null
        union all
        select claim_id from {{ this }} where correction_id is not null;
        insert into intermediate.documents_changed
        select document_id from {{ ref('stg_raw__claims') }} where claim_id in ({{ noted('claim_id') }});
        {{ forget_changed('claim_id') }}
    {%- endif -%}
{%- endmacro %}

{# Hook of dim_document: a document that was found to be a copy, or no copy any more. #}
{% macro note_new_stories() -%}
    {%- if is_incremental() -%}
        insert into intermediate.documents_changed
        select told.document_id
        from {{ this }} as told
        inner join {{ ref('int_documents_clustered') }} as stories on told.document_id = stories.document_id
        where told.story_id <> stories.story_id;
        {{ forget_changed('document_id') }}
    {%- endif -%}
{%- endmacro %}

{# Hook of fct_claims: the facts of the claims and documents that were noted, and of values of filings that have come,
   gone, or been superseded. #}
{% macro note_changed_facts() -%}
    {%- if is_incremental() -%}
        insert into intermediate.facts_changed
        {%- for statements in (ref('int_claims_attributed'), this) %}
        select fact_id, organization_id from {{ statements }} where claim_id in ({{ noted('claim_id') }})
        union
        select fact_id, organization_id from {{ statements }} where document_id in ({{ noted('document_id') }})
        union
        {%- endfor %}
        (
            select fact_id, organization_id from (
                from {{ ref('int_filings_identified') }} select fact_id, organization_id, claim_id, superseded_at, correction_id
                except
                from {{ this }} select fact_id, organization_id, claim_id, superseded_at, correction_id where statement_kind = 'filing'
            )
        )
        union
        (
            select fact_id, organization_id from (
                from {{ this }} select fact_id, organization_id, claim_id, superseded_at, correction_id where statement_kind = 'filing'
                except
                from {{ ref('int_filings_identified') }} select fact_id, organization_id, claim_id, superseded_at, correction_id
            )
        );
        {{ forget_changed('fact_id') }}
    {%- endif -%}
{%- endmacro %}

{# Hook of rpt_capacity_timeline: levels are carried to the month of the last news, so another month tells all anew. #}
{% macro note_new_month() -%}
    {%- if is_incremental() -%}
        insert into intermediate.facts_changed
        select distinct null, organization_id from {{ ref('fct_compute_capacity_capex') }}
        where (select cast(date_trunc('month', max(known_at)) as date) from {{ ref('fct_claims') }})
            <> (select max(ledger_month) from {{ this }});
        {{ forget_changed('organization_id') }}
    {%- endif -%}
{%- endmacro %}
