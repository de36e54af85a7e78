{% test one_row_each_where(model, columns, condition) %}
-- Of the rows of one key, exactly one holds the condition.
select
    {{ columns | join(', ') }},
    count(*) filter (where {{ condition }}) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) filter (where {{ condition }}) <> 1
{% endtest %}
