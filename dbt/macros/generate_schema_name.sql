{# Schemas are exactly as dbt_project.yml names them: a reader's query is the same on every machine. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name if custom_schema_name else target.schema }}
{%- endmacro %}
