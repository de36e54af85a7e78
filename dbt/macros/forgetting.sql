{# Which facts have to be told anew, before the growing models add what is missing. #}

{# Statements for the hook of fct_claims: in one transaction with what it adds. A fact is forgotten in every table that
   is made of it, so that each of them finds it missing. #}
{% macro forget_changed_facts() -%}
    {%- if is_incremental() -%}
        create or replace temporary table changed_facts as
        -- claims that have come, and corrected ones, whose correction may have changed
        select fact_id, organization_id from {{ ref('int_claims_attributed') }}
        where correction_id is not null or claim_id not in (select claim_id from {{ this }})
        union
        select fact_id, organization_id from {{ this }}
        where correction_id is not null
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
        {%- for schema, table, key in [
            ('marts', 'fct_claims', 'fact_id'),
            ('intermediate', 'int_facts_ranked', 'fact_id'),
            ('marts', 'fct_compute_capacity_capex', 'fact_id'),
            ('marts', 'rpt_conflicts', 'fact_id'),
            ('marts', 'rpt_capacity_timeline', 'organization_id'),
            ('marts', 'rpt_plan_vs_actual', 'organization_id')
        ] if adapter.get_relation(this.database, schema, table) %}
            delete from {{ schema }}.{{ table }} where {{ key }} in (select {{ key }} from changed_facts);
        {%- endfor %}
    {%- endif -%}
{%- endmacro %}
