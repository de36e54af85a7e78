{% test is_empty(model) %}
-- Each row of a report of this kind is something to look at.
select * from {{ model }}
{% endtest %}
