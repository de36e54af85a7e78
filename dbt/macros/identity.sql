{# Keys. #}

{# A key for a name that the vocabulary doesn't have: "Tesla + xAI" is tesla_xai. #}
{% macro slug(name) -%}
    trim(regexp_replace(lower({{ name }}), '[^\p{L}\p{N}]+', '_', 'g'), '_')
{%- endmacro %}

{# 16 hex digits over some columns; a null differs from an empty text. #}
{% macro hex_key(columns) -%}
    left(sha256(concat_ws('|'{% for column in columns %}, coalesce(cast({{ column }} as varchar), '-'){% endfor %})), 16)
{%- endmacro %}
