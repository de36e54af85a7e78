{# Models that grow: what is there stays, what changed is forgotten and told anew. A tick then costs what it brings, and
   not what the ledger holds. The first models look what has come and note it, and those that are made of them tell anew
   what was noted (macros/forgetting.sql). A model notes, forgets and adds in one transaction, and the notes are struck
   when all have told; so a build that was killed anywhere is completed by the next one, and every order of ticks ends in
   the tables that one full build makes. #}

{# dbt asks this of every incremental model: also a changed project (a word of the vocabulary, a rule, a line of SQL)
   makes all of them anew. #}
{% macro should_full_refresh() -%}
    {%- set asked = config.get('full_refresh') -%}
    {%- set asked = flags.FULL_REFRESH if asked is none else asked -%}
    {{ return(asked or not is_project_built()) }}
{%- endmacro %}

{# Changes with the text of any model, seed or macro, with a variable, and with the version of DuckDB. #}
{% macro project_fingerprint() -%}
    {%- set parts = [run_query('select version()').rows[0][0]] -%}
    {%- for name in [
        'contested_above', 'story_shared_part', 'story_days', 'story_sentence_characters', 'story_numbers',
        'reference_chip'
    ] -%}
        {%- do parts.append(name ~ var(name)) -%}
    {%- endfor -%}
    {%- for node in graph.nodes.values() if node.resource_type in ('model', 'seed') -%}
        {%- do parts.append(node.unique_id ~ node.checksum.checksum) -%}
    {%- endfor -%}
    {%- for name in context if context[name].macro is defined and context[name].macro.package_name == project_name -%}
        {%- do parts.append(name ~ context[name].macro.macro_sql) -%}
    {%- endfor -%}
    {{ return(local_md5((parts | sort) | join('|'))) }}
{%- endmacro %}

{# At the start of a run: the notes that the growing models share.
   project_built       the project that they were last built with, all of them; empty before
   project_run         that of this run, and whether it is the same one
   documents_changed   documents that came, or of which another revision, reading, claim or story came
   claims_changed      claims that came, or were or are corrected
   facts_changed       the facts that these speak of or spoke of, and the organizations that the facts are about #}
{% macro open_notes() -%}
    create schema if not exists intermediate;
    create table if not exists intermediate.project_built (fingerprint varchar);
    create table if not exists intermediate.documents_changed (document_id varchar);
    create table if not exists intermediate.claims_changed (claim_id varchar);
    create table if not exists intermediate.facts_changed (fact_id varchar, organization_id varchar);
    {%- if execute %}
    {%- set fingerprint = project_fingerprint() %}
    create or replace table intermediate.project_run as
    select
        '{{ fingerprint }}' as fingerprint,
        '{{ fingerprint }}' in (select built.fingerprint from intermediate.project_built as built) as is_built;
    {%- endif -%}
{%- endmacro %}

{# Whether the growing models were last built with the project as it is; each model asks the file once. #}
{% macro is_project_built() -%}
    {%- if 'is_project_built' not in model -%}
        {%- set answer = run_query('select is_built from intermediate.project_run').rows[0][0] -%}
        {%- do model.update({'is_project_built': answer}) -%}
    {%- endif -%}
    {{ return(model['is_project_built']) }}
{%- endmacro %}

{# In place of dbt's own: what a table is called and said to be changes with the project only, and then it is made anew. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- if not is_incremental() -%}
        {{ dbt.default__persist_docs(relation, model, for_relation, for_columns) }}
    {%- endif -%}
{%- endmacro %}

{# At the end of a run: noted only where it built every growing model, so that a failed or partial run leaves the rest to
   the next one. #}
{% macro close_notes(results) -%}
    {%- if execute -%}
        {%- set built = results | selectattr('status', 'equalto', 'success') | map(attribute='node.unique_id') | list -%}
        {%- set growing = graph.nodes.values() | selectattr('config.materialized', 'equalto', 'incremental') -%}
        {%- if growing | rejectattr('unique_id', 'in', built) | list | length == 0 -%}
            create or replace table intermediate.project_built as select fingerprint from intermediate.project_run;
            truncate intermediate.documents_changed;
            truncate intermediate.claims_changed;
            truncate intermediate.facts_changed
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# The rows of a relation whose key a growing model doesn't have yet; all of them while it is built anew. The keys are
   found first: to read whole rows only to pass them over would be most of a tick. #}
{% macro missing(relation, key) -%}
    {{ relation }}
    {%- if is_incremental() %}
    where {{ key }} in (select {{ key }} from {{ relation }} where {{ key }} not in (select {{ key }} from {{ this }}))
    {%- endif %}
{%- endmacro %}
