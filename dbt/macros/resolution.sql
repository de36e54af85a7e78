{# Resolution: which of the rival statements of a fact is shown. One text, used by today's facts and by those of a past day.
   The order of the rules, and how each scores a word or a measure, is data: seeds/resolution_rules.csv. #}

{# Common table expressions, up to `ranked`: the statements with their rank among those of the same fact, and the rule
   that decided it: for the winner the one that set it apart from the next, for the others the one by which they lost.
   statements  a relation of the shape of fct_claims, holding only the statements that stand
   rules       the relation of the rules; a rule scores words (value given) or a measure (value null: score is its sign),
               and the lowest score wins #}
{% macro ranked_statements(statements, rules) -%}
worded_rules as (
    select
        rule_id,
        priority,
        any_value(criterion) as criterion,
        any_value(score) filter (where value is null) as sign,
        map_from_entries(list(row(value, cast(score as double))) filter (where value is not null)) as words
    from {{ rules }}
    group by rule_id, priority
),

ordered_rules as (
    select
        list(rule_id order by priority, rule_id) as rule_ids,
        list(struct_pack(criterion := criterion, sign := sign, words := words) order by priority, rule_id) as rules
    from worded_rules
),

corroborated as (
    select
        fact_id,
        value_low,
        value_high,
        count(distinct story_id) as story_count
    from {{ statements }}
    group by fact_id, value_low, value_high
),

scored as (
    select
        statements.*,
        corroborated.story_count,
        ordered_rules.rule_ids,
        list_transform(
            ordered_rules.rules,
            lambda rule: coalesce(
                case rule.criterion
                    when 'is_replaced' then rule.sign * cast(statements.is_replaced as integer)
                    when 'source_kind' then rule.words[statements.source_kind]
                    when 'qualifier' then rule.words[statements.qualifier]
                    when 'planned_on'
                        then
                            rule.sign
                            * case when statements.status = 'planned' then epoch(statements.known_at) // 86400 else 0 end
                    when 'story_count' then rule.sign * corroborated.story_count
                    when 'relative_width'
                        then rule.sign * (statements.value_high - statements.value_low) / nullif(statements.value_high, 0)
                    when 'known_on' then rule.sign * (epoch(statements.known_at) // 86400)
                    when 'confidence' then rule.sign * statements.confidence
                end, cast('infinity' as double)
            )
        ) as scores
    from {{ statements }} as statements
    inner join corroborated
        on
            statements.fact_id = corroborated.fact_id
            and statements.value_low = corroborated.value_low
            and statements.value_high = corroborated.value_high
    cross join ordered_rules
),

ordered as (
    select
        *,
        -- the id comes last, so that the order of loading never matters
        row_number() over by_rules as resolution_rank,
        case when row_number() over by_rules = 1 then lead(scores) over by_rules else first_value(scores) over by_rules end
            as rival_scores
    from scored
    window by_rules as (partition by fact_id order by scores, claim_id)
),

ranked as (
    select
        * exclude (rule_ids, scores, rival_scores),
        case
            when rival_scores is null then 'only_statement'
            else coalesce(
                rule_ids[list_position(
                    list_transform(list_zip(scores, rival_scores), lambda pair: pair[1] <> pair[2]), true
                )], 'lowest_id'
            )
        end as resolution_rule
    from ordered
)
{%- endmacro %}

{# Whether two statements contradict each other: the nearer ends are further apart than rounding explains.
   "At least" has no upper end and "at most" no lower one, so they contradict only what lies beyond their one end.
   Flows of an unstated period may speak of different times and never contradict each other. #}
{% macro is_contradiction(one, other) -%}
    coalesce(
        {{ one }}.period_end is not null
        and (
            {{ lower_end(one) }} > {{ upper_end(other) }} * (1 + {{ var('contested_above') }})
            or {{ lower_end(other) }} > {{ upper_end(one) }} * (1 + {{ var('contested_above') }})
        ), false
    )
{%- endmacro %}

{% macro lower_end(statement) -%}
    case when {{ statement }}.qualifier = 'at_most' then 0 else cast({{ statement }}.value_low as double) end
{%- endmacro %}

{% macro upper_end(statement) -%}
    case
        when {{ statement }}.qualifier = 'at_least' then cast('infinity' as double)
        else cast({{ statement }}.value_high as double)
    end
{%- endmacro %}

{# The columns of the tidy fact table, in its order. #}
{% macro fact_columns() -%}
    fact_id,
    organization_id,
    organization,
    facility,
    metric,
    chip,
    scope,
    status,
    period_start,
    period_end,
    value,
    value_low,
    value_high,
    qualifier,
    unit,
    currency,
    per,
    known_at,
    first_known_at,
    settled_at,
    statement_count,
    independent_source_count,
    is_contested,
    spread,
    winning_claim_id,
    resolution_rule,
    source,
    source_kind,
    publisher,
    source_url,
    title,
    quote,
    document_id,
    accession,
    derivation
{%- endmacro %}

{# The tidy facts out of `ranked`: the winner of each, with what its rivals say about it. #}
{% macro resolved_facts(ranked) -%}
told as (
    select
        winner.fact_id,
        min(statement.known_at) as first_known_at,
        count(*) as statement_count,
        count(distinct statement.story_id) as independent_source_count,
        bool_or({{ is_contradiction('statement', 'winner') }}) as is_contested,
        cast(max(statement.value_high) as double) / nullif(cast(min(statement.value_low) as double), 0) - 1 as spread
    from {{ ranked }} as winner
    inner join {{ ranked }} as statement on winner.fact_id = statement.fact_id
    where winner.resolution_rank = 1
    group by winner.fact_id
),

resolved as (
    select
        winner.*,
        told.* exclude (fact_id),
        winner.claim_id as winning_claim_id,
        case when winner.value_low = winner.value_high then winner.value_low end as value
    from {{ ranked }} as winner
    inner join told on winner.fact_id = told.fact_id
    where winner.resolution_rank = 1
)
{%- endmacro %}

{# The facts as they were known at the end of a past day (UTC), by today's vocabulary, reading and rules. A fact of which
   every statement had come to stand or fall by then is today's; only the others are resolved anew.
   It reads marts only and names no database, so that it works in a published copy too. #}
{% macro create_facts_as_known() -%}
{%- set end_of_day = "cast(cast(as_of as date) + 1 as timestamp) at time zone 'UTC'" -%}
create or replace macro {{ this.schema }}.facts_as_known(as_of) as table (
    with standing as (
        select * from {{ ref('fct_claims').include(database=false) }}
        where
            is_latest_reading
            and settled_at >= {{ end_of_day }}
            and stands_from < {{ end_of_day }}
            and (superseded_at is null or superseded_at >= {{ end_of_day }})
    ),

    {{ ranked_statements('standing', ref('dim_resolution_rule').include(database=false)) }},

    {{ resolved_facts('ranked') }}

    select {{ fact_columns() }} from {{ this.include(database=false) }}
    where settled_at < {{ end_of_day }}
    union all
    select {{ fact_columns() }} from resolved
)
{%- endmacro %}

{# The statements that stand today on the facts whose id begins so, with their rank and the rule that decided it: what a
   receipt says of each rival. Of marts only, like `facts_as_known`. #}
{% macro create_statements_ranked() -%}
create or replace macro {{ this.schema }}.statements_ranked(id_begins) as table (
    with standing as (
        select * from {{ ref('fct_claims').include(database=false) }}
        where is_current and starts_with(fact_id, id_begins)
    ),

    {{ ranked_statements('standing', ref('dim_resolution_rule').include(database=false)) }}

    select claim_id, fact_id, resolution_rank, resolution_rule from ranked
)
{%- endmacro %}
