"""Gate 1 for company facts: what a value of a filing holds before it enters the warehouse.

Company facts carry every concept that a company tags (shares, ratios, commitments of years to come), so most rules
speak of the concepts of `concepts.csv` only, the ones that become capital expenditure.
"""

from expectations.rules import Rule, Suite

SUITE = Suite(
    name="raw_company_facts",
    table="raw.company_facts",
    frame="""
        select
            concat_ws('|', cik, taxonomy, concept, unit, period_start, period_end, accession) as row_key, position,
            cik, accession, filed_on,
            coalesce(period_start <= period_end, true) as period_ordered,
            filed_on between date '1993-01-01' and current_date + 1 as filed_plausible,
            concept not in (select concept from concepts) or value >= 0 as mapped_not_negative,
            concept not in (select concept from concepts)
                or unit in (select unit from units where dimension = 'money') as mapped_is_money,
            concept not in (select concept from concepts) or period_start is not null as mapped_is_a_flow
        from candidates
    """,
    rules=(
        Rule(
            "company_identified",
            "A value belongs to a CIK of at most ten digits.",
            "ExpectColumnValuesToBeBetween",
            {"column": "cik", "min_value": 1, "max_value": 9_999_999_999},
        ),
        Rule(
            "accession_well_formed",
            "A value names the filing that states it.",
            "ExpectColumnValuesToMatchRegex",
            {"column": "accession", "regex": r"^\d{10}-\d{2}-\d{6}$"},
        ),
        Rule(
            "period_ordered",
            "A period ends when it starts or later.",
            "ExpectColumnValuesToBeInSet",
            {"column": "period_ordered", "value_set": [True]},
        ),
        Rule(
            "filing_date_plausible",
            "A filing date lies between EDGAR's first year and today.",
            "ExpectColumnValuesToBeInSet",
            {"column": "filed_plausible", "value_set": [True]},
        ),
        Rule(
            "mapped_value_not_negative",
            "Money paid for equipment is not negative: a sign slip.",
            "ExpectColumnValuesToBeInSet",
            {"column": "mapped_not_negative", "value_set": [True]},
        ),
        Rule(
            "mapped_unit_is_a_currency",
            "Money paid for equipment is in a currency of units.csv, not in shares or ratios.",
            "ExpectColumnValuesToBeInSet",
            {"column": "mapped_is_money", "value_set": [True]},
        ),
        Rule(
            "mapped_value_has_a_period",
            "Money paid for equipment was paid from one day to another.",
            "ExpectColumnValuesToBeInSet",
            {"column": "mapped_is_a_flow", "value_set": [True]},
        ),
    ),
)
