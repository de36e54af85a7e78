{# Which facts have to be told anew. fct_claims notes them, and it and all that is made of it forget them and tell them
   again. The notes are struck at the end of a build that told all of them: see macros/growing.sql. #}

{# Hook of fct_claims: in one transaction with what it adds. #}
{% macro note_changed_facts() -%}
    {%- if is_incremental() -%}
        insert into intermediate.facts_changed
        -- claims that have come, and those that are or were corrected: what they speak of may be another fact now
        select fact_id, organization_id from {{ ref('int_claims_attributed') }}
        where correction_id is not null or claim_id not in (select claim_id from {{ this }} where correction_id is null)
        union
        select fact_id, organization_id from {{ this }}
        where correction_id is not null or claim_id in (
            select claim_id from {{ ref('int_claims_attributed') }} where correction_id is not null
        )
        union
        -- claims whose document was revised, read again, or found to be a copy
        select statements.fact_id, statements.organization_id
        from {{ this }} as statements
        inner join {{ ref('int_documents_revised') }} as documents on statements.document_id = documents.document_id
        inner join {{ ref('int_documents_clustered') }} as stories on statements.document_id = stories.document_id
        left join {{ ref('int_documents_read') }} as readings
            on statements.document_id = readings.document_id and statements.extractor = readings.extractor
        where
            statements.stands_from <> documents.known_at
            or statements.superseded_at is distinct from documents.superseded_at
            or statements.story_id <> stories.story_id
            or statements.is_latest_reading <> coalesce(statements.extractor_version = readings.extractor_version, false)
        union
        -- values of filings that have come, gone, or been superseded
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

{# Hook of what is made of fct_claims, by fact or by organization. #}
{% macro forget_changed(key) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where {{ key }} in (select {{ key }} from intermediate.facts_changed)
    {%- endif -%}
{%- endmacro %}

{# The rows of a relation that are told anew after that; all of them while the model is built anew. #}
{% macro changed(relation, key) -%}
    {{ relation }}
    {%- if is_incremental() %} where {{ key }} in (select {{ key }} from intermediate.facts_changed){% endif %}
{%- endmacro %}
