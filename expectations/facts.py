"""Gate 2: what the marts hold before they are published. Nothing is published past a critical rule that fails."""

from expectations.rules import Rule, Suite

TIDY = Suite(
    name="facts",
    table="marts.fct_compute_capacity_capex",
    frame="""
        select
            fact.fact_id as row_key, fact.fact_id, fact.status, fact.known_at, fact.winning_claim_id,
            fact.resolution_rule, fact.value_low::double as value_low, fact.value_high::double as value_high,
            concat_ws(
                '|', fact.organization, coalesce(fact.facility, ''), fact.metric, coalesce(fact.chip, ''),
                coalesce(fact.scope, ''), fact.status, coalesce(fact.period_start::varchar, ''),
                coalesce(fact.period_end::varchar, ''), coalesce(fact.currency, ''), coalesce(fact.per, ''),
                -- two prices are two offers
                case when fact.metric = 'accelerator_price' then fact.value_low::varchar end
            ) as grain,
            coalesce(metric.dimension, 'unknown metric') as metric_dimension,
            coalesce(unit.dimension, 'unknown unit') as unit_dimension,
            metric.kind is distinct from 'stock' or fact.period_start is null as stock_is_a_moment,
            claim.claim_id is not null as winner_is_recorded,
            fact.quote is not null or fact.accession is not null as has_receipt
        from marts.fct_compute_capacity_capex as fact
        left join marts.dim_metric as metric on fact.metric = metric.metric_id
        left join marts.dim_unit as unit on fact.unit = unit.unit
        left join marts.fct_claims as claim on fact.winning_claim_id = claim.claim_id
    """,
    rules=(
        Rule(
            "one_row_a_fact",
            "No two rows speak of the same organisation, facility, metric, chip, scope, status, period and currency.",
            "ExpectColumnValuesToBeUnique",
            {"column": "grain"},
        ),
        Rule(
            "not_negative",
            "Counts, money and power are not negative.",
            "ExpectColumnValuesToBeBetween",
            {"column": "value_low", "min_value": 0},
        ),
        Rule(
            "ends_in_order",
            "The high end of a fact is at least its low end.",
            "ExpectColumnPairValuesAToBeGreaterThanB",
            {"column_A": "value_high", "column_B": "value_low", "or_equal": True},
        ),
        Rule(
            "unit_belongs_to_metric",
            "Every unit is known and has the dimension of its metric.",
            "ExpectColumnPairValuesToBeEqual",
            {"column_A": "metric_dimension", "column_B": "unit_dimension"},
        ),
        Rule(
            "stock_is_a_moment",
            "A stock holds at a date and has no start.",
            "ExpectColumnValuesToBeInSet",
            {"column": "stock_is_a_moment", "value_set": [True]},
        ),
        Rule(
            "status_known",
            "A fact is actual, planned or estimated.",
            "ExpectColumnValuesToBeInSet",
            {"column": "status", "value_set": ["actual", "planned", "estimated"]},
        ),
        Rule(
            "known_since",
            "Every fact has the time at which it became known.",
            "ExpectColumnValuesToNotBeNull",
            {"column": "known_at"},
        ),
        Rule(
            "winner_is_recorded",
            "The claim that won stands in fct_claims, beside its rivals.",
            "ExpectColumnValuesToBeInSet",
            {"column": "winner_is_recorded", "value_set": [True]},
        ),
        Rule(
            "rule_is_named",
            "Every fact names the rule that chose it.",
            "ExpectColumnValuesToNotBeNull",
            {"column": "resolution_rule"},
        ),
        Rule(
            "has_receipt",
            "Every fact has the exact words or the filing that states it.",
            "ExpectColumnValuesToBeInSet",
            {"column": "has_receipt", "value_set": [True]},
        ),
        Rule(
            "not_empty",
            "A ledger without a fact is unusual: the sources gave nothing, or nothing was read in them.",
            "ExpectTableRowCountToBeBetween",
            {"min_value": 1},
            severity="warning",
        ),
    ),
)

# `previous_facts` are those of the published snapshot. A fact may go where a newer reading or revision of its
# document, or a newer vocabulary, no longer states it; it may not go for no reason at all, and its document or
# filing may never go: the models grow, so that a fact would outlive what states it.
CONTINUITY = Suite(
    name="published_facts",
    table="marts.fct_compute_capacity_capex",
    frame="""
        select
            previous.fact_id as row_key, previous.organization, previous.metric, previous.period_end,
            -- a fact of the press has no accession and one of a filing no document: "unknown" is not an explanation
            coalesce(
                (
                    previous.document_id in (select document_id from raw.documents)
                    or previous.accession in (select accession from raw.company_facts)
                )
                and (
                    previous.fact_id in (select fact_id from marts.fct_compute_capacity_capex)
                    or previous.fact_id not in (
                        select fact_id from marts.fct_claims where is_current and fact_id is not null
                    )
                ),
                false
            ) as is_explained
        from previous_facts as previous
    """,
    rules=(
        Rule(
            "no_fact_disappears",
            "A published fact keeps its source, and stays until a newer reading of it no longer states it.",
            "ExpectColumnValuesToBeInSet",
            {"column": "is_explained", "value_set": [True]},
        ),
    ),
)

SUITES = (TIDY, CONTINUITY)
