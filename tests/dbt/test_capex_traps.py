"""Quarterly capital expenditure out of synthetic company facts: what libraries get wrong, a company for each trap.

The numbers of the traps are those under which filers' company facts are known to mislead: 1 elements of a company's
own, 2 switched concepts, 3 mixed operands, 4 direct and derived, 5 scope, 6 trailing twelve months, 7 labels, 8 frames,
9 rounding, 10 amendments and recasts, 11 changed CIKs, 12 translated currency.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.dbt.test_build import Warehouse, claim, document, filed, reading

PPE = "PaymentsToAcquirePropertyPlantAndEquipment"
PRODUCTIVE = "PaymentsToAcquireProductiveAssets"
LEASES = "FinanceLeasePrincipalPayments"
ALPHABET, GOOGLE, NVIDIA, META = 1652044, 1288776, 1045810, 1326801
ENDS = {3: "03-31", 6: "06-30", 9: "09-30", 12: "12-31"}

Row = dict[str, Any]


def to_date(cik: int, year: int, months: int, value: int, filed_on: str, **more: Any) -> Row:
    """The value of a calendar year's first months, in a filing named after its company and day."""
    about = {"cik": cik, "entity_name": f"Company {cik}", "form": "10-K" if months == 12 else "10-Q"} | more
    accession = about.pop("accession", f"{cik}-{filed_on}")
    return filed(f"{year}-01-01", f"{year}-{ENDS[months]}", value, accession, filed_on, **about)


def year(cik: int, year: int, values: list[int], **more: Any) -> list[Row]:
    """A year's three, six, nine and twelve months as they are filed for the first time."""
    days = [f"{year}-04-30", f"{year}-07-30", f"{year}-10-30", f"{year + 1}-02-10"]
    return [to_date(cik, year, 3 * (n + 1), value, days[n], **more) for n, value in enumerate(values)]


def own_element() -> list[Row]:
    """Nvidia tags its annual reports with an element of its own and its quarterly ones with a standard one."""
    own = {"cik": NVIDIA, "taxonomy": "nvda", "concept": "PurchasesOfPropertyAndEquipmentAndIntangibleAssets"}
    return [
        filed("2021-02-01", "2021-10-31", 703, "n-q3", "2021-11-22", cik=NVIDIA, concept=PRODUCTIVE),
        filed("2021-02-01", "2022-01-30", 976, "n-k", "2022-03-18", form="10-K", source="inline_xbrl", **own),
        filed("2021-02-01", "2022-01-30", 976, "n-k2", "2024-02-21", form="10-K", cik=NVIDIA, concept=PRODUCTIVE),
    ]


def switched(cik: int) -> list[Row]:
    """Nine months under one concept and the year under another."""
    return [
        to_date(cik, 2020, 9, 60, "2020-10-30", concept=PRODUCTIVE),
        to_date(cik, 2020, 12, 100, "2021-02-10", concept=PPE),
    ]


def restated() -> list[Row]:
    """2011 and 2012 on a new basis from the annual report of March 2013 on: the year 2012 only so, and the nine months
    of 2011 never."""
    return [
        to_date(31, 2011, 9, 140, "2011-11-14"),
        to_date(31, 2011, 12, 200, "2012-02-27"),
        to_date(31, 2011, 12, 190, "2013-03-07"),
        to_date(31, 2012, 9, 150, "2012-11-07"),
        to_date(31, 2012, 9, 130, "2013-11-08"),
        to_date(31, 2012, 12, 175, "2013-03-07"),
    ]


def renewed() -> list[Row]:
    """A year given again, period by period, in the filings of the next one, which are all on the new basis."""
    return [
        *year(32, 2023, [100, 200, 300, 400]),
        *year(32, 2024, [110, 220, 330, 440]),
        to_date(32, 2023, 3, 90, "2024-04-30"),
        to_date(32, 2023, 6, 180, "2024-07-30"),
        to_date(32, 2023, 9, 270, "2024-10-30"),
        to_date(32, 2023, 12, 360, "2025-02-10"),
    ]


def direct_and_derived() -> list[Row]:
    return [
        *year(4, 2015, [10, 25, 49]),
        filed("2015-07-01", "2015-09-30", 22, "4-2015-10-30", "2015-10-30", cik=4),
        filed("2015-04-01", "2015-06-30", 13, "4-2016-07-30", "2016-07-30", cik=4, entity_name="Company 4"),
    ]


def scope() -> list[Row]:
    """Meta's line was gross and is net of what sold equipment brought in, under the same concept."""
    return [
        to_date(META, 2023, 3, 6_842_000_000, "2023-04-27"),
        to_date(META, 2023, 3, 6_823_000_000, "2024-04-25"),
        to_date(META, 2024, 12, 37_256_000_000, "2025-01-30"),
        to_date(META, 2024, 12, 1_969_000_000, "2025-01-30", concept=LEASES),
    ]


def trailing() -> list[Row]:
    """Twelve months to each quarter's end, in quarterly and in annual reports, some with the frame of a year."""
    twelve = {"cik": 6, "frame": "CY2021"}
    return [
        *year(6, 2021, [12, 26, 42, 61]),
        filed("2020-10-01", "2021-09-30", 56, "6-2021-10-30", "2021-10-30", **twelve),
        filed("2020-07-01", "2021-06-30", 52, "6-2022-02-10", "2022-02-10", form="10-K", **twelve),
    ]


def labelled(cik: int, **labels: Any) -> list[Row]:
    """A year that ends in May, with labels of the filing on its rows."""
    return [
        filed("2024-06-01", "2024-08-31", 10, f"{cik}-q1", "2024-09-20", cik=cik, **labels),
        filed("2024-06-01", "2024-11-30", 30, f"{cik}-q2", "2024-12-20", cik=cik, **labels),
    ]


def rounded() -> list[Row]:
    return [
        *year(9, 2018, [655_662_000, 1_265_475_000, 1_775_746_000]),
        to_date(9, 2018, 9, 1_776_000_000, "2019-10-29"),
    ]


def amended() -> list[Row]:
    """An amendment repeats the year, a recast in an 8-K changes it, and of one day the report follows the release."""
    return [
        to_date(10, 2020, 9, 60, "2020-10-30", form="8-K", accession="10-z-release"),
        to_date(10, 2020, 9, 61, "2020-10-30", accession="10-a-report"),
        to_date(10, 2020, 12, 100, "2021-02-10"),
        to_date(10, 2020, 12, 100, "2021-04-30", form="10-K/A"),
        to_date(10, 2020, 12, 95, "2021-06-01", form="8-K"),
        to_date(10, 2020, 9, 58, "2021-06-01", form="8-K"),
    ]


def successor() -> list[Row]:
    """Google's facts under its old number; Alphabet's comparatives under the new one, with a filing of both."""
    both = to_date(ALPHABET, 2015, 12, 9_915_000_000, "2016-02-11", accession="both")
    return [
        *year(GOOGLE, 2014, [2_345_000_000, 4_991_000_000, 7_408_000_000, 10_959_000_000]),
        *year(GOOGLE, 2015, [2_927_000_000, 5_442_000_000]),
        to_date(ALPHABET, 2014, 9, 7_408_000_000, "2015-10-29"),
        to_date(ALPHABET, 2015, 9, 7_815_000_000, "2015-10-29"),
        both,
        both | {"cik": GOOGLE},
    ]


def translated() -> list[Row]:
    ifrs = {
        "taxonomy": "ifrs-full",
        "concept": "PurchaseOfPropertyPlantAndEquipmentClassifiedAsInvestingActivities",
        "form": "6-K",
    }
    return [
        to_date(12, 2021, 3, 300_000, "2021-05-14", unit="TWD", **ifrs),
        to_date(12, 2021, 6, 415_000, "2021-08-14", unit="TWD", **ifrs),
        to_date(12, 2021, 6, 14_869, "2021-08-14", unit="USD", **ifrs),
    ]


def calendars() -> list[Row]:
    """Years of 52 and 53 weeks, ends in January and in September, and a filer with one quarter so far."""
    return [
        filed("2022-12-25", "2023-07-01", 20, "51-h", "2023-08-01", cik=51),
        filed("2022-12-25", "2023-12-31", 50, "51-k", "2024-02-01", cik=51, form="10-K"),
        filed("2024-01-01", "2024-03-30", 7, "51-q", "2024-05-01", cik=51),
        filed("2024-01-29", "2025-01-26", 9, "52-k", "2025-02-26", cik=52, form="10-K"),
        filed("2022-09-25", "2022-12-31", 3, "53-q", "2023-02-03", cik=53),
        filed("2022-09-25", "2023-04-01", 8, "53-h", "2023-05-05", cik=53),
        filed(
            "2025-07-01", "2025-09-30", 4, "54-q", "2025-11-12", cik=54, entity_name="Newcomer Corp", fiscal_period="Q1"
        ),
    ]


def slips() -> list[Row]:
    """What no rule may let in silently: two values in one filing, less than nothing, money in shares."""
    return [
        to_date(71, 2020, 3, 500_000_000, "2020-04-30"),
        to_date(71, 2020, 3, 700_000_000, "2020-04-30"),
        to_date(72, 2020, 3, 50, "2020-04-30"),
        to_date(72, 2020, 6, 40, "2020-07-30"),
        to_date(73, 2020, 3, 50, "2020-04-30", unit="shares"),
    ]


def silent() -> list[Row]:
    """The line stops in March while revenue goes on."""
    revenue = {"concept": "Revenues"}
    return [to_date(81, 2020, 3, 50, "2020-04-30"), to_date(81, 2020, 9, 900, "2020-10-30", **revenue)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, str]:
    """All companies in one warehouse, built once, and what dbt printed; a paper has its word on Meta's year."""
    scratch = tmp_path_factory.mktemp("capex")
    warehouse = Warehouse(scratch / "warehouse.duckdb", scratch)
    warehouse.create()
    twin = to_date(22, 2019, 12, 80, "2020-02-10", concept=PRODUCTIVE)
    rows = [
        *own_element(),
        *switched(21),
        *[*switched(22), twin, twin | {"concept": PPE, "accession": "22-2021-02-10", "filed_on": date(2021, 2, 10)}],
        *[*restated(), *renewed(), *direct_and_derived(), *scope(), *trailing()],
        *labelled(91, fiscal_year=2031, fiscal_period="FY"),
        *labelled(92),
        *labelled(93, frame="CY2024Q3"),
        *[*rounded(), *amended(), *successor(), *translated(), *calendars(), *slips(), *silent()],
    ]
    warehouse.insert("raw.company_facts", rows)
    paper = document("paper", "Meta's capital expenditures came to $39.2 billion in 2024.", "2025-01-30")
    said = claim(
        "c-paper", paper, "$39.2 billion", 39_200_000_000, organization="Meta", metric="capex", chip=None,
        scope="total", unit="USD", currency="USD", period_start=date(2024, 1, 1), period_end=date(2024, 12, 31),
    )  # fmt: skip
    warehouse.insert("raw.documents", [paper])
    warehouse.insert("raw.claims", [said])
    warehouse.insert("raw.extractions", [reading("paper")])
    return warehouse, warehouse.build("--exclude-resource-type", "unit_test")


@pytest.fixture(scope="module")
def books(built: tuple[Warehouse, str]) -> Warehouse:
    return built[0]


def quarter(books: Warehouse, cik: int, fiscal_year: int, fiscal_quarter: int) -> Row:
    (row,) = books.rows(
        f"from marts.fct_capex_quarterly "
        f"where cik = {cik} and (fiscal_year, fiscal_quarter) = ({fiscal_year}, {fiscal_quarter})"
    )
    return row


def values(row: Row) -> tuple[Any, ...]:
    return row["method"], row["value_first"], row["value_latest"], row["value_one_basis"]


def known(books: Warehouse, day: str, company: int, period_end: str) -> list[int]:
    found = books.rows(
        f"select value from marts.facts_as_known(date '{day}') where organization = 'Company {company}' "
        f"and period_end = '{period_end}' and period_end - period_start < 100"
    )
    return [row["value"] for row in found]


@pytest.mark.slow
def test_an_element_of_the_companys_own_fills_the_hole_and_is_marked(books):
    """Trap 1."""
    fourth = quarter(books, NVIDIA, 2022, 4)
    assert values(fourth) == ("derived", 273, 273, 273)
    assert (fourth["source"], fourth["minuend_accession"], fourth["scope"]) == (
        *("inline_xbrl", "n-k"),
        "with_intangibles",
    )


@pytest.mark.slow
def test_a_subtraction_across_two_concepts_is_no_fact_unless_a_period_shows_that_they_are_one_line(books):
    """Trap 2."""
    unproven, proven = quarter(books, 21, 2020, 4), quarter(books, 22, 2020, 4)
    assert values(unproven) == ("derived", 40, 40, None)
    assert "never given on one basis" in unproven["warning"]
    assert known(books, "2100-01-01", 21, "2020-12-31") == []
    assert values(proven) == ("derived", 40, 40, 40)
    assert proven["warning"] == f"operands under different concepts ({PPE} - {PRODUCTIVE})"
    assert known(books, "2100-01-01", 22, "2020-12-31") == [40]


@pytest.mark.slow
def test_where_one_operand_was_restated_the_pair_of_one_basis_is_the_fact_and_the_other_is_flagged(books):
    """Trap 3."""
    old, new = quarter(books, 31, 2011, 4), quarter(books, 31, 2012, 4)
    assert values(old) == ("derived", 60, 50, 60)
    assert old["warning"] == "mixed bases: only one of the latest operands was given again on the new basis"
    assert values(new) == ("derived", 25, 45, 45)
    assert new["warning"] == "mixed bases: the first value subtracts an old basis from a new one"
    assert (new["minuend_accession_first"], new["subtrahend_accession_first"], new["subtrahend_accession"]) == (
        *("31-2013-03-07", "31-2012-11-07"),
        "31-2013-11-08",
    )


@pytest.mark.slow
def test_what_was_known_of_a_restated_quarter_on_a_past_day(books):
    """Trap 3: between the restatement of the year and that of the nine months nobody could know the fourth quarter."""
    assert known(books, "2013-01-01", 31, "2011-12-31") == [60]
    assert known(books, "2015-06-01", 31, "2011-12-31") == [60]
    assert known(books, "2013-06-01", 31, "2012-12-31") == []
    assert known(books, "2015-06-01", 31, "2012-12-31") == [45]


@pytest.mark.slow
def test_a_year_that_is_given_again_period_by_period_is_restated_whole(books):
    """Trap 3: the comparatives follow one change, so the filings between are on the new basis too."""
    for number in (1, 2, 3, 4):
        row = quarter(books, 32, 2023, number)
        assert (row["value_first"], row["value_latest"], row["value_one_basis"], row["restated"]) == (100, 90, 90, True)
        assert row["warning"] is None
        assert values(quarter(books, 32, 2024, number))[1:] == (110, 110, 110)
    assert known(books, "2024-12-31", 32, "2023-12-31") == [100]
    assert known(books, "2025-02-10", 32, "2023-12-31") == [90]


@pytest.mark.slow
def test_a_quarter_as_filed_stands_and_the_other_figure_is_named(books):
    """Trap 4."""
    third = quarter(books, 4, 2015, 3)
    assert (*values(third), third["value_subtracted"]) == ("direct", 22, 22, 22, 24)
    assert third["warning"] == "filed as 22, while the years to date differ by 24"


@pytest.mark.slow
def test_what_is_filed_as_such_a_year_later_was_a_difference_till_then(books):
    """Trap 4."""
    assert known(books, "2015-07-29", 4, "2015-06-30") == []
    assert known(books, "2015-08-01", 4, "2015-06-30") == [15]
    assert known(books, "2016-07-29", 4, "2015-06-30") == [15]
    assert known(books, "2016-08-01", 4, "2015-06-30") == [13]
    assert values(quarter(books, 4, 2015, 2)) == ("direct", 13, 13, 13)


@pytest.mark.slow
def test_a_scope_that_changes_under_one_concept_is_named(books):
    """Trap 5."""
    first = quarter(books, META, 2023, 1)
    assert (first["value_first_usd"], first["value_latest_usd"]) == (6_842_000_000, 6_823_000_000)
    assert first["warning"] == "given again on another scope (net_of_proceeds, at first gross)"


@pytest.mark.slow
def test_trailing_twelve_months_are_no_year_in_any_form(books):
    """Trap 6."""
    assert [values(quarter(books, 6, 2021, n))[2] for n in (1, 2, 3, 4)] == [12, 14, 16, 19]
    assert books.rows("select count(*) as rows from marts.fct_capex_quarterly where cik = 6") == [{"rows": 4}]
    assert books.rows("select 1 from marts.fct_claims where organization = 'Company 6' and value_low in (52, 56)") == []


@pytest.mark.slow
@pytest.mark.parametrize("cik", [91, 92, 93])
def test_labels_of_the_filing_and_frames_move_no_quarter(books, cik):
    """Traps 7 and 8: wrong labels, none, and a frame of the calendar on a year that ends in May."""
    assert values(quarter(books, cik, 2025, 1)) == ("direct", 10, 10, 10)
    assert values(quarter(books, cik, 2025, 2)) == ("derived", 20, 20, 20)


@pytest.mark.slow
def test_rounding_to_millions_is_no_restatement(books):
    """Trap 9."""
    third = quarter(books, 9, 2018, 3)
    assert values(third) == ("derived", 510_271_000, 510_525_000, 510_525_000)
    assert (third["restated"], third["warning"]) == (False, "the latest value is the first one rounded")


@pytest.mark.slow
def test_amendments_repeat_recasts_restate_and_a_report_follows_the_release_of_its_day(books):
    """Trap 10."""
    nine = books.rows(
        "select value, accession from intermediate.int_filing_periods_valued where cik = 10 and period_months = 9 "
        "order by revision"
    )
    assert nine == [
        {"value": 60, "accession": "10-z-release"},
        {"value": 61, "accession": "10-a-report"},
        {"value": 58, "accession": "10-2021-06-01"},
    ]
    fourth = quarter(books, 10, 2020, 4)
    assert values(fourth) == ("derived", 39, 37, 37)
    assert (fourth["minuend_accession_first"], fourth["restated"]) == ("10-2021-02-10", True)


@pytest.mark.slow
def test_older_quarters_come_from_the_older_cik_without_double_rows(books):
    """Trap 11."""
    quarters = books.rows(
        "select cik, fiscal_year, fiscal_quarter, value_first::bigint // 1000000 as millions "
        "from marts.fct_capex_quarterly where organization = 'Alphabet' order by fiscal_year, fiscal_quarter"
    )
    assert [(row["fiscal_year"], row["fiscal_quarter"], row["millions"]) for row in quarters] == [
        *[(2014, 1, 2345), (2014, 2, 2646), (2014, 3, 2417), (2014, 4, 3551)],
        *[(2015, 1, 2927), (2015, 2, 2515), (2015, 3, 2373), (2015, 4, 2100)],
    ]
    assert {row["cik"] for row in quarters if row["fiscal_year"] == 2014} == {GOOGLE}
    assert quarters[-1]["cik"] == ALPHABET


@pytest.mark.slow
def test_a_translation_into_dollars_is_named_and_is_no_value(books):
    """Trap 12."""
    rows = books.rows("from marts.fct_capex_quarterly where cik = 12 order by fiscal_quarter")
    assert [(row["unit"], row["value_latest"], row["value_latest_usd"]) for row in rows] == [
        ("TWD", 300_000, None),
        ("TWD", 115_000, None),
    ]
    half = books.rows(
        "select is_convenience_translation, convenience_usd from intermediate.int_company_facts_mapped "
        "where cik = 12 and period_months = 6 and unit = 'TWD'"
    )
    assert half == [{"is_convenience_translation": False, "convenience_usd": 14_869}]
    assert books.rows("select 1 from marts.fct_claims where organization = 'Company 12' and currency = 'USD'") == []


@pytest.mark.slow
def test_fiscal_years_follow_what_was_filed(books):
    assert quarter(books, 51, 2023, 2)["method"] == "not derivable"
    assert quarter(books, 51, 2023, 3)["method"] == "missing"
    assert values(quarter(books, 51, 2024, 1)) == ("direct", 7, 7, 7)
    assert quarter(books, 52, 2025, 4)["warning"] == "the year-to-date value of the quarter before is missing"
    assert values(quarter(books, 53, 2023, 1)) == ("direct", 3, 3, 3)
    assert values(quarter(books, 53, 2023, 2)) == ("derived", 5, 5, 5)


@pytest.mark.slow
def test_a_filer_with_one_quarter_so_far_has_its_own_name_and_the_quarter_of_its_label(books):
    only = quarter(books, 54, 2026, 1)
    assert (only["organization"], only["value_latest"]) == ("Newcomer Corp", 4)


@pytest.mark.slow
def test_a_quarter_without_a_value_has_its_reason_and_nothing_else(books):
    hole = quarter(books, 51, 2023, 3)
    assert hole["warning"].startswith("no row of a mapped concept covers this quarter")
    for column in ("period_start", "period_end", "value_first", "value_latest", "minuend_accession", "known_at"):
        assert hole[column] is None, column


@pytest.mark.slow
def test_two_values_in_one_filing_are_flagged_and_less_than_nothing_is_no_fact(books):
    assert quarter(books, 71, 2020, 1)["warning"] == "one filing gives two values for the same period"
    assert quarter(books, 71, 2020, 1)["value_latest"] == 500_000_000
    assert quarter(books, 72, 2020, 2)["warning"] == "negative: more came in than was paid, or a slip"
    assert known(books, "2100-01-01", 72, "2020-06-30") == []
    assert books.rows("select 1 from marts.fct_capex_quarterly where cik = 73") == []


@pytest.mark.slow
def test_a_line_that_goes_silent_while_filings_go_on_raises_a_warning(built):
    books, printed = built
    (row,) = books.rows("select concept, last_period_end, reported_until from marts.rpt_silent_concepts where cik = 81")
    assert row == {"concept": PPE, "last_period_end": date(2020, 3, 31), "reported_until": date(2020, 9, 30)}
    assert "is_empty_rpt_silent_concepts" in printed.split("Warning in test", 1)[1]


@pytest.mark.slow
def test_a_papers_figure_fits_the_measure_that_counts_leases(books):
    rows = books.rows(
        "select filing_metric, fits_best, round(difference_percent, 2) as off from marts.rpt_press_vs_filings"
    )
    assert sorted(rows, key=lambda row: row["filing_metric"]) == [
        {"filing_metric": "capex_cash_ppe", "fits_best": False, "off": 5.22},
        {"filing_metric": "capex_cash_ppe + finance_lease_principal", "fits_best": True, "off": -0.06},
    ]
