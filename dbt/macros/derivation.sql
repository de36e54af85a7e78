{# What a careful reader does with values as filed: how exact they are, and what subtracting them means. #}

{# How a quarter was derived, in words that a reader can check: both operands, and the filing that holds the second. #}
{% macro difference(minuend, subtrahend, subtrahend_accession) -%}
    format('{:,} - {:,} (filed as {})', cast({{ minuend }} as bigint), cast({{ subtrahend }} as bigint), {{ subtrahend_accession }})
{%- endmacro %}

{# The unit to which a value was rounded, as its zeros show: a million, a hundred thousand, a thousand, or one. #}
{% macro rounded_to(value) -%}
    case
        when {{ value }} % 1000000 = 0 then 1000000
        when {{ value }} % 100000 = 0 then 100000
        when {{ value }} % 1000 = 0 then 1000
        else 1
    end
{%- endmacro %}

{# Whether one of two unequal values is the other one rounded. A total that has to foot with rounded parts may be off
   by more than half of the unit. #}
{% macro is_same_but_rounded(one, other) -%}
    (
        {{ rounded_to(one) }} <> {{ rounded_to(other) }}
        and abs({{ one }} - {{ other }}) <= 1.5 * greatest({{ rounded_to(one) }}, {{ rounded_to(other) }})
    )
{%- endmacro %}

{# Days by which two days miss being whole years apart: 52- and 53-week years move the same day by a week. #}
{% macro days_off_whole_years(one, other) -%}
    abs({{ one }} - {{ other }} - 365.2425 * round(({{ one }} - {{ other }}) / 365.2425))
{%- endmacro %}

{# The sentences whose conditions hold, in one text; null where none does. #}
{% macro sentences(cases) -%}
    nullif(concat_ws('; '{% for condition, sentence in cases %}, case when {{ condition }} then {{ sentence }} end{% endfor %}), '')
{%- endmacro %}

{# Two rows that speak of one quarter. #}
{% macro same_quarter(one, other) -%}
    {% for column in ['filer_cik', 'metric', 'unit', 'fiscal_year', 'fiscal_quarter'] -%}
        {{ one }}.{{ column }} = {{ other }}.{{ column }}{{ '' if loop.last else ' and ' }}
    {%- endfor %}
{%- endmacro %}

{# The day of the first filing that gives a value on a basis of that number or on a later one; null where none does. #}
{% macro repeated_on(period, basis) -%}
    list_min(list_filter(
        {{ period }}.filed_days,
        lambda day: {{ basis }} = 0 or day >= list_extract({{ period }}.changed_days, {{ basis }})
    ))
{%- endmacro %}
