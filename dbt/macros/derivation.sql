{# How a quarter was derived, in words that a reader can check: both operands, and the filing that holds the second. #}
{% macro difference(minuend, subtrahend, subtrahend_accession) -%}
    format('{:,} - {:,} (filed as {})', cast({{ minuend }} as bigint), cast({{ subtrahend }} as bigint), {{ subtrahend_accession }})
{%- endmacro %}
