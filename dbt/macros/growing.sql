{# Models that grow: what is there stays, what changed is forgotten, and what is missing is added. A tick then costs
   what it brings, and not what the ledger holds. Forgetting and adding are one transaction, and what is missing is found
   by looking, so a build that was killed anywhere is completed by the next one, and every order of ticks ends in the
   tables that one full build makes. #}

{# dbt asks this of every incremental model: also a changed project (a word of the vocabulary, a rule, a line of SQL)
   makes all of them anew. #}
{% macro should_full_refresh() -%}
    {%- set asked = config.get('full_refresh') -%}
    {%- set asked = flags.FULL_REFRESH if asked is none else asked -%}
    {{ return(asked or built_project() != project_fingerprint()) }}
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

{# The fingerprint that the growing models were last built with, all of them; empty before. #}
{% macro built_project() -%}
    {%- set noted = adapter.get_relation(target.database, 'intermediate', 'project_built') -%}
    {{ return(run_query('select fingerprint from ' ~ noted).rows[0][0] if noted else '') }}
{%- endmacro %}

{# At the end of a run: noted only where it built every growing model, so that a failed or partial run leaves the rest
   to the next one. #}
{% macro note_project(results) -%}
    {%- if execute -%}
        {%- set built = results | selectattr('status', 'equalto', 'success') | map(attribute='node.unique_id') | list -%}
        {%- set growing = graph.nodes.values() | selectattr('config.materialized', 'equalto', 'incremental') -%}
        {%- if growing | rejectattr('unique_id', 'in', built) | list | length == 0 -%}
            create or replace table intermediate.project_built as select '{{ project_fingerprint() }}' as fingerprint
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# The rows of a relation whose key a growing model doesn't have yet; all of them while it is built anew. #}
{% macro missing(relation, key) -%}
    {{ relation }}
    {%- if is_incremental() %} where {{ key }} not in (select {{ key }} from {{ this }}){% endif %}
{%- endmacro %}
