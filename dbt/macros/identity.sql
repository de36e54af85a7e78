{# Keys. #}

{# A key for a name that the vocabulary doesn't have: "Tesla + xAI" is tesla_xai. #}
{% macro slug(name) -%}
    trim(regexp_replace(lower({{ name }}), '[^\p{L}\p{N}]+', '_', 'g'), '_')
{%- endmacro %}

{# 16 hex digits over some columns; a null differs from an empty text. #}
{% macro hex_key(columns) -%}
    left(sha256(concat_ws('|'{% for column in columns %}, coalesce(cast({{ column }} as varchar), '-'){% endfor %})), 16)
{%- endmacro %}

{# The fact that a statement speaks of: statements that share it are rivals. Two prices of a chip are two offers and no
   rivals, so of a price the value belongs to the key. #}
{% macro fact_key() -%}
    {{ hex_key([
        'organization_id', 'facility', 'metric', 'chip', 'scope', 'status', 'period_start', 'period_end', 'currency',
        "case when metric = 'accelerator_price' then value_low || ' to ' || value_high else per end"
    ]) }}
{%- endmacro %}
