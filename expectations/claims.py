"""Gate 1 for claims: what a row holds before it enters the warehouse; one that doesn't goes to quarantine.

Great Expectations passes over nulls, so an optional column needs no condition and a required one has a rule of its own.
The vocabulary (`metrics`, `units`, `organizations`, `accelerators`, `facilities`, `plausible_magnitudes`) is that of
`dbt/seeds/`.
"""

from expectations.rules import Rule, Suite

SUITE = Suite(
    name="raw_claims",
    table="raw.claims",
    frame="""
        select
            candidate.claim_id as row_key, candidate.position, candidate.metric, candidate.organization,
            candidate.chip, candidate.status, candidate.qualifier, candidate.confidence,
            nullif(trim(candidate.quote), '') as quote,
            candidate.value_low::double as value_low, candidate.value_high::double as value_high,
            substr(document.text, candidate.char_start + 1, candidate.char_end - candidate.char_start)
                is not distinct from candidate.quote as quote_stands,
            list_has_all(
                (select list(organization) from organizations), string_split(candidate.organization, ' + ')
            ) as organization_known,
            candidate.chip is null or list_has_all(
                (select list(chip) from accelerators), string_split(candidate.chip, '/')
            ) as chip_known,
            candidate.facility is null
                or candidate.facility in (select facility from facilities) as facility_known,
            coalesce(metric.dimension, 'unknown metric') as metric_dimension,
            coalesce(unit.dimension, 'unknown unit') as unit_dimension,
            metric.kind is distinct from 'stock' or candidate.period_start is null as stock_is_a_moment,
            coalesce(candidate.period_start <= candidate.period_end, true) as period_ordered,
            coalesce(candidate.period_end between date '2000-01-01' and date '2100-12-31', true) as period_plausible,
            magnitude.plausible_max::double as plausible_max
        from candidates as candidate
        left join raw.documents as document using (document_id)
        left join metrics as metric on candidate.metric = metric.metric_id
        left join units as unit on candidate.unit = unit.unit
        left join plausible_magnitudes as magnitude on candidate.metric = magnitude.metric_id
    """,
    rules=(
        Rule(
            "quote_present",
            "A claim without its exact words is not a claim.",
            "ExpectColumnValuesToNotBeNull",
            {"column": "quote"},
        ),
        Rule(
            "quote_stands_in_document",
            "The quote stands in its document at the place that the receipt names.",
            "ExpectColumnValuesToBeInSet",
            {"column": "quote_stands", "value_set": [True]},
        ),
        Rule(
            "not_negative",
            "Counts, money and power are not negative.",
            "ExpectColumnValuesToBeBetween",
            {"column": "value_low", "min_value": 0},
        ),
        Rule(
            "ends_in_order",
            "The high end of a claim is at least its low end.",
            "ExpectColumnPairValuesAToBeGreaterThanB",
            {"column_A": "value_high", "column_B": "value_low", "or_equal": True},
        ),
        Rule(
            "unit_belongs_to_metric",
            "The unit is known and has the dimension of the metric: GPUs are not counted in dollars.",
            "ExpectColumnPairValuesToBeEqual",
            {"column_A": "metric_dimension", "column_B": "unit_dimension"},
        ),
        Rule(
            "organization_known",
            "The organisation, or each of a joint statement, is in organizations.csv.",
            "ExpectColumnValuesToBeInSet",
            {"column": "organization_known", "value_set": [True]},
        ),
        Rule(
            "chip_known",
            "The chip is in accelerators.csv.",
            "ExpectColumnValuesToBeInSet",
            {"column": "chip_known", "value_set": [True]},
        ),
        Rule(
            "facility_known",
            "The facility is in facilities.csv.",
            "ExpectColumnValuesToBeInSet",
            {"column": "facility_known", "value_set": [True]},
        ),
        Rule(
            "status_known",
            "A claim is actual, planned or estimated.",
            "ExpectColumnValuesToBeInSet",
            {"column": "status", "value_set": ["actual", "planned", "estimated"]},
        ),
        Rule(
            "qualifier_known",
            "A value is exact, approximate, a bound or a range.",
            "ExpectColumnValuesToBeInSet",
            {"column": "qualifier", "value_set": ["exact", "approx", "at_least", "at_most", "range"]},
        ),
        Rule(
            "period_ordered",
            "A period ends when it starts or later.",
            "ExpectColumnValuesToBeInSet",
            {"column": "period_ordered", "value_set": [True]},
        ),
        Rule(
            "period_plausible",
            "A period ends in this century: another year is a misread number.",
            "ExpectColumnValuesToBeInSet",
            {"column": "period_plausible", "value_set": [True]},
        ),
        Rule(
            "stock_is_a_moment",
            "A stock holds at a date and has no start.",
            "ExpectColumnValuesToBeInSet",
            {"column": "stock_is_a_moment", "value_set": [True]},
        ),
        Rule(
            "magnitude_plausible",
            "The value is below the metric's ceiling in plausible_magnitudes.csv: look for a slip of units.",
            "ExpectColumnPairValuesAToBeGreaterThanB",
            {
                "column_A": "plausible_max",
                "column_B": "value_high",
                "or_equal": True,
                "ignore_row_if": "either_value_is_missing",
            },
        ),
        Rule(
            "confidence_is_a_share",
            "Confidence lies between 0 and 1.",
            "ExpectColumnValuesToBeBetween",
            {"column": "confidence", "min_value": 0, "max_value": 1},
        ),
    ),
)
