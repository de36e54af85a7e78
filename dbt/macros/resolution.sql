{# Resolution: which of the rival statements of a fact is shown. One text, used by today's facts and by those of a past day.
   The order of the rules, and how each scores a word or a measure, is data: seeds/resolution_rules.csv. #}

{# Common table expressions, up to `ranked`.
   statements  a relation of the shape of fct_claims, holding only the statements that stand
   rules       the relation of the rules; a rule scores words (value given) or a measure (value null: score is its sign),
               and the lowest score wins #}
{% macro ranked_statements(statements, rules) -%}
candidates as (
    select
        statements.*,
        count(distinct statements.story_id) over (
            partition by statements.fact_id, statements.value_low, statements.value_high
        ) as story_count
    from {{ statements }} as statements
),

scored as (
    select
        candidates.claim_id,
        rules.rule_id,
        rules.priority,
        min(
            case
                when rules.value is null
                    then rules.score * case rules.criterion
                        when 'planned_on'
                            then case when candidates.status = 'planned' then epoch(candidates.known_at) // 86400 else 0 end
                        when 'story_count' then candidates.story_count
                        when 'relative_width'
                            then (candidates.value_high - candidates.value_low) / nullif(candidates.value_high, 0)
                        when 'known_on' then epoch(candidates.known_at) // 86400
                        when 'confidence' then candidates.confidence
                    end
                when
                    rules.value = case rules.criterion
                        when 'source_kind' then candidates.source_kind
                        when 'qualifier' then candidates.qualifier
                    end
                    then rules.score
            end
        ) as score
    from candidates
    cross join {{ rules }} as rules
    group by candidates.claim_id, rules.rule_id, rules.priority
),

keys as (
    select
        scored.claim_id,
        list(scored.rule_id order by scored.priority, scored.rule_id) as rule_ids,
        list(coalesce(scored.score, cast('infinity' as double)) order by scored.priority, scored.rule_id) as scores
    from scored
    group by scored.claim_id
),

ordered as (
    select
        candidates.*,
        keys.rule_ids,
        keys.scores,
        -- the id comes last, so that the order of loading never matters
        row_number() over by_rules as resolution_rank,
        lead(keys.scores) over by_rules as next_scores
    from candidates
    inner join keys on candidates.claim_id = keys.claim_id
    window by_rules as (partition by candidates.fact_id order by keys.scores, candidates.claim_id)
),

compared as (
    select
        ordered.claim_id,
        generate_subscripts(ordered.scores, 1) as place,
        unnest(ordered.rule_ids) as rule_id,
        unnest(ordered.scores) as score,
        unnest(ordered.next_scores) as next_score
    from ordered
    where ordered.resolution_rank = 1 and ordered.next_scores is not null
),

decided as (
    select
        compared.claim_id,
        arg_min(compared.rule_id, compared.place) as rule_id
    from compared
    where compared.score <> compared.next_score
    group by compared.claim_id
),

ranked as (
    select
        ordered.* exclude (rule_ids, scores, next_scores),
        case
            when ordered.resolution_rank > 1 then null
            when ordered.next_scores is null then 'only_statement'
            else coalesce(decided.rule_id, 'lowest_id')
        end as resolution_rule
    from ordered
    left join decided on ordered.claim_id = decided.claim_id
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

{# The tidy facts out of `ranked`: the winner of each, with what its rivals say about it. #}
{% macro resolved_facts(ranked) -%}
select
    winner.fact_id,
    winner.organization_id,
    winner.organization,
    winner.facility,
    winner.metric,
    winner.chip,
    winner.scope,
    winner.status,
    winner.period_start,
    winner.period_end,
    winner.value_low,
    winner.value_high,
    winner.qualifier,
    winner.unit,
    winner.currency,
    winner.per,
    winner.known_at,
    winner.claim_id as winning_claim_id,
    winner.resolution_rule,
    winner.source,
    winner.source_kind,
    winner.publisher,
    winner.source_url,
    winner.title,
    winner.quote,
    winner.document_id,
    winner.accession,
    winner.derivation,
    case when winner.value_low = winner.value_high then winner.value_low end as value,
    min(statement.known_at) as first_known_at,
    count(*) as statement_count,
    count(distinct statement.story_id) as independent_source_count,
    bool_or({{ is_contradiction('statement', 'winner') }}) as is_contested,
    cast(max(statement.value_high) as double) / nullif(cast(min(statement.value_low) as double), 0) - 1 as spread
from {{ ranked }} as winner
inner join {{ ranked }} as statement on winner.fact_id = statement.fact_id
where winner.resolution_rank = 1
group by all
{%- endmacro %}

{# The facts as they were known at the end of a past day (UTC), by today's vocabulary, reading and rules.
   It reads marts only and names no database, so that it works in a published copy too. #}
{% macro create_facts_as_known() -%}
{%- set end_of_day = "cast(cast(as_of as date) + 1 as timestamp) at time zone 'UTC'" -%}
create or replace macro {{ this.schema }}.facts_as_known(as_of) as table (
    with standing as (
        select * from {{ ref('fct_claims').include(database=false) }}
        where
            is_latest_reading
            and stands_from < {{ end_of_day }}
            and (superseded_at is null or superseded_at >= {{ end_of_day }})
    ),

    {{ ranked_statements('standing', ref('dim_resolution_rule').include(database=false)) }}

    {{ resolved_facts('ranked') }}
)
{%- endmacro %}
