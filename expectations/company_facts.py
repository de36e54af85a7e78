"""Gate 1 for company facts: what a value of a filing holds before it enters the warehouse.

Company facts carry every concept that a company tags (shares, ratios, commitments of years to come), so most rules
speak of the concepts of `concepts.csv` only, the ones that become capital expenditure.

A first load has millions of rows, of which one in a hundred is mapped. So DuckDB works out one column a rule, and the
frame that Great Expectations gets holds the mapped rows and, of the others, those that break a rule: which rules fail,
and on which rows, comes out as it would over all rows.
"""

import json

from expectations.rules import Rule, Suite

# A scaling slip (thousands given as units, or the like) makes a value a thousand times what it should be. Its
# neighbours are the company's values of that concept, unit and length of period in the three years around it: those
# filed by then, or all where fewer than three were. 300 and not 1000, for a quarter may be a third of a large one.
SLIP = 300
NEIGHBOURS = 3
AROUND_DAYS = 1100
# Who spent less than this a period may well build its first data center in the next.
SMALL = 100_000

# what a refused row in quarantine tells of its value
REFUSED = json.dumps(
    {
        **{"cik": "bigint", "concept": "varchar", "unit": "varchar", "period_start": "date", "period_end": "date"},
        **{"filed_on": "date", "value": "decimal(38, 12)"},
    }
)

SUITE = Suite(
    name="raw_company_facts",
    table="raw.company_facts",
    frame=f"""
        with lines as (
            select cik::bigint as cik, concept, sign, scope = 'net_of_proceeds' as is_net from concepts
        ),
        mapped as (
            select position, cik, concept, unit, period_start, period_end, filed_on, value
            from candidates
            semi join lines as line
                on candidates.concept = line.concept and candidates.cik = coalesce(line.cik, candidates.cik)
        ),
        company_values as (
            select *, round((period_end - period_start + 1) / 30.4375) as months
            from (
                select * exclude (position) replace (abs(value) as value) from mapped
                union all
                select cik, concept, unit, period_start, period_end, filed_on, abs(value)
                from raw.company_facts
                where cik in (select cik from mapped) and concept in (select concept from lines)
                union all
                -- whoever grows a thousandfold and stays there is believed in the end, in one load or in many
                select fact.* replace (abs(fact.value) as value)
                from (select from_json(row_json, '{REFUSED}') as fact, rules from quarantine.company_facts)
                where rules = ['mapped_value_to_scale']
            )
            where value <> 0 and period_start is not null
        ),
        -- the lowest of a period's values, lest a slip that is filed twice be its own neighbour's excuse
        neighbours as (
            select cik, concept, unit, months, period_end, min(value) as value, min(filed_on) as filed_on
            from company_values
            group by all
        ),
        compared as (
            select
                mapped.position,
                count(*) as all_around,
                quantile_disc(neighbour.value, 0.75) as usual,
                count(*) filter (neighbour.filed_on <= mapped.filed_on) as filed_before,
                quantile_disc(neighbour.value, 0.75) filter (neighbour.filed_on <= mapped.filed_on) as usual_before
            from mapped
            inner join neighbours as neighbour
                on mapped.cik = neighbour.cik
                and mapped.concept = neighbour.concept
                and mapped.unit = neighbour.unit
                and round((mapped.period_end - mapped.period_start + 1) / 30.4375) = neighbour.months
                and mapped.period_end <> neighbour.period_end
                and abs(mapped.period_end - neighbour.period_end) <= {AROUND_DAYS}
            group by mapped.position
        ),
        -- less what sold equipment brought in, a line can be on either side of zero
        rightly_signed as (
            select distinct mapped.position
            from mapped
            inner join lines as line
                on mapped.concept = line.concept
                and mapped.cik = coalesce(line.cik, mapped.cik)
                and (line.is_net or mapped.value * line.sign >= 0)
        ),
        judged as (
            select
                candidate.*,
                mapped.position is not null as is_mapped,
                candidate.cik between 1 and 9_999_999_999 as company_identified,
                regexp_full_match(candidate.accession, '\\d{{10}}-\\d{{2}}-\\d{{6}}') as accession_well_formed,
                coalesce(candidate.period_start <= candidate.period_end, true) as period_ordered,
                candidate.filed_on between date '1993-01-01' and current_date + 1 as filing_date_plausible,
                not is_mapped or rightly_signed.position is not null as mapped_value_not_negative,
                not is_mapped or candidate.unit in (select unit from units where dimension = 'money')
                    as mapped_unit_is_a_currency,
                not is_mapped or candidate.period_start is not null as mapped_value_has_a_period,
                case
                    when filed_before >= {NEIGHBOURS} then usual_before
                    when all_around >= {NEIGHBOURS} then usual
                end as usual_value,
                coalesce(usual_value < {SMALL} or abs(candidate.value) < {SLIP} * usual_value, true)
                    as mapped_value_to_scale
            from candidates as candidate
            left join mapped using (position)
            left join rightly_signed using (position)
            left join compared using (position)
        )
        select
            concat_ws(
                '|', cik, taxonomy, concept, unit, period_start, period_end, accession, value, source
            ) as row_key,
            position, company_identified, accession_well_formed, period_ordered, filing_date_plausible,
            mapped_value_not_negative, mapped_unit_is_a_currency, mapped_value_has_a_period, mapped_value_to_scale
        from judged
        where is_mapped or not (company_identified and accession_well_formed and period_ordered
                and filing_date_plausible)
    """,
    rules=tuple(
        Rule(name, sentence, "ExpectColumnValuesToBeInSet", {"column": name, "value_set": [True]})
        for name, sentence in {
            "company_identified": "A value belongs to a CIK of at most ten digits.",
            "accession_well_formed": "A value names the filing that states it.",
            "period_ordered": "A period ends when it starts or later.",
            "filing_date_plausible": "A filing date lies between EDGAR's first year and today.",
            "mapped_value_not_negative": "Money paid for equipment is not negative: a sign slip.",
            "mapped_unit_is_a_currency": (
                "Money paid for equipment is in a currency of units.csv, not in shares or ratios."
            ),
            "mapped_value_has_a_period": "Money paid for equipment was paid from one day to another.",
            "mapped_value_to_scale": (
                f"A value is less than {SLIP} times what the company usually states for such a period: a scaling slip."
            ),
        }.items()
    ),
)
