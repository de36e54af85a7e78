"""Gate 1 with real rows, the shipped vocabulary and Great Expectations: what is refused, in what words."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations import claims, company_facts, documents, gates, validation
from expectations.rules import Rule, Suite
from warehouse import connection, loading

from .conftest import CLAIM, COMPANY_FACT, DOCUMENT, FLOW, NOON, SEEDS, Row

SUITES = {suite.name: suite for suite in (documents.SUITE, claims.SUITE, company_facts.SUITE)}
# the row that holds every rule, and the part of its key that tells the rows of a test apart
GOOD = {
    "raw_documents": (DOCUMENT, "document_id"),
    "raw_claims": (CLAIM, "claim_id"),
    "raw_company_facts": (COMPANY_FACT, "taxonomy"),
}

# suite, the one rule that the row breaks, how it differs from the good row
BROKEN: list[tuple[str, str, Row]] = [
    ("raw_documents", "text_present", {"text": ""}),
    ("raw_documents", "text_present", {"text": " \n\t\u00a0 "}),
    ("raw_documents", "text_present", {"text": "… * — |"}),
    ("raw_documents", "payload_archived", {"fetch_id": None}),
    ("raw_documents", "source_kind_known", {"source_kind": "rumour"}),
    ("raw_documents", "not_from_the_future", {"published_at": NOON + timedelta(days=1, seconds=1)}),
    ("raw_documents", "not_older_than_the_web", {"published_at": NOON.replace(year=1992)}),
    ("raw_documents", "language_code", {"language": "eng"}),
    ("raw_documents", "language_code", {"language": "EN"}),
    ("raw_claims", "quote_present", {"quote": "", "char_end": CLAIM["char_start"]}),
    ("raw_claims", "quote_stands_in_document", {"quote": "50,000 H200"}),
    ("raw_claims", "quote_stands_in_document", {"char_start": CLAIM["char_start"] + 1}),
    ("raw_claims", "quote_stands_in_document", {"char_end": CLAIM["char_end"] + 1}),
    ("raw_claims", "quote_stands_in_document", {"document_id": "nowhere"}),
    ("raw_claims", "not_negative", {"value_low": Decimal(-1)}),
    ("raw_claims", "ends_in_order", {"value_low": Decimal("50000.000001")}),
    ("raw_claims", "unit_belongs_to_metric", {"unit": "USD"}),
    ("raw_claims", "unit_belongs_to_metric", {"unit": "rack"}),
    ("raw_claims", "unit_belongs_to_metric", {"metric": "racks"}),
    ("raw_claims", "unit_belongs_to_metric", {"metric": "racks", "unit": "rack"}),
    ("raw_claims", "organization_known", {"organization": "Nobody Inc"}),
    ("raw_claims", "organization_known", {"organization": "Tesla + Nobody Inc"}),
    ("raw_claims", "chip_known", {"chip": "H1000"}),
    ("raw_claims", "chip_known", {"chip": "H100/H1000"}),
    ("raw_claims", "facility_known", {"facility": "Area 52"}),
    ("raw_claims", "status_known", {"status": "rumoured"}),
    ("raw_claims", "qualifier_known", {"qualifier": "roughly"}),
    ("raw_claims", "period_ordered", FLOW | {"period_start": date(2024, 11, 6)}),
    ("raw_claims", "period_plausible", {"period_end": date(1999, 12, 31)}),
    ("raw_claims", "period_plausible", {"period_end": date(2101, 1, 1)}),
    ("raw_claims", "stock_is_a_moment", {"period_start": date(2024, 11, 5)}),
    ("raw_claims", "magnitude_plausible", {"value_high": Decimal(20_000_001)}),
    ("raw_claims", "confidence_is_a_share", {"confidence": 1.01}),
    ("raw_claims", "confidence_is_a_share", {"confidence": -0.01}),
    ("raw_company_facts", "company_identified", {"cik": 0}),
    ("raw_company_facts", "company_identified", {"cik": 10_000_000_000}),
    ("raw_company_facts", "accession_well_formed", {"accession": "000162828024043486"}),
    ("raw_company_facts", "period_ordered", {"period_start": date(2024, 10, 1)}),
    ("raw_company_facts", "filing_date_plausible", {"filed_on": date(1992, 12, 31)}),
    ("raw_company_facts", "filing_date_plausible", {"filed_on": date(2999, 1, 1)}),
    ("raw_company_facts", "mapped_value_not_negative", {"value": Decimal("-0.000001")}),
    ("raw_company_facts", "mapped_unit_is_a_currency", {"unit": "shares"}),
    ("raw_company_facts", "mapped_value_has_a_period", {"period_start": None}),
    ("raw_company_facts", "mapped_value_to_scale", {"value": Decimal(3_513_000_000_000)}),
]
# the same for a rule that only warns
DOUBTFUL: list[tuple[str, str, Row]] = [
    ("raw_documents", "whole_text", {"incomplete": "paywall"}),
    ("raw_documents", "whole_text", {"incomplete": "truncated"}),
]
# suite, how a row may differ from the good one and still hold every rule
SOUND: list[tuple[str, Row]] = [
    ("raw_documents", {}),
    ("raw_documents", {"published_at": NOON + timedelta(days=1)}),
    ("raw_documents", {"published_at": None, "language": None, "title": None}),
    ("raw_documents", {"text": "機"}),
    ("raw_claims", {}),
    ("raw_claims", {"chip": None, "facility": None, "period_end": None}),
    ("raw_claims", {"organization": "Tesla + xAI", "chip": "H100/H200"}),
    ("raw_claims", {"value_low": Decimal(0), "qualifier": "at_most"}),
    ("raw_claims", {"value_high": Decimal(20_000_000), "qualifier": "range", "confidence": 1.0}),
    ("raw_claims", FLOW | {"period_start": date(2024, 11, 5)}),
    ("raw_claims", FLOW | {"period_start": None, "period_end": None, "status": "planned"}),
    ("raw_company_facts", {}),
    ("raw_company_facts", {"concept": "SharesOutstanding", "unit": "shares", "period_start": None}),
    ("raw_company_facts", {"concept": "IncomeTaxExpenseBenefit", "value": Decimal(-1)}),
    ("raw_company_facts", {"period_start": date(2024, 9, 30), "value": Decimal(0)}),
    ("raw_company_facts", {"concept": "PaymentsForProceedsFromProductiveAssets", "value": Decimal(-1)}),
    ("raw_company_facts", {"period_start": date(2024, 4, 1), "period_end": date(2024, 6, 30)}),
    ("raw_company_facts", {"period_start": date(2024, 1, 1), "period_end": date(2024, 3, 31)}),
    ("raw_company_facts", {"period_start": date(2023, 10, 1), "period_end": date(2023, 12, 31)}),
]


def named(suite: str, name: str, changes: Row) -> Row:
    good, label = GOOD[suite]
    return good | changes | {label: name}


def admit(con: duckdb.DuckDBPyConnection, suite: Suite, rows: list[Row], home: Path) -> gates.Admission:
    return gates.admit(con, suite, loading.arrow(con, suite.table, rows), home, SEEDS)


@pytest.fixture(scope="module")
def admissions(con: duckdb.DuckDBPyConnection, home: Path) -> dict[str, gates.Admission]:
    """Every broken and every sound row, judged in one batch a suite."""
    rows: dict[str, list[Row]] = {name: [] for name in SUITES}
    for number, (suite, _, changes) in enumerate(BROKEN):
        rows[suite].append(named(suite, f"broken-{number}", changes))
    for number, (suite, changes) in enumerate(SOUND):
        rows[suite].insert(number * 2, named(suite, f"sound-{number}", changes))  # among the others, not after them
    return {name: admit(con, suite, rows[name], home) for name, suite in SUITES.items()}


@pytest.fixture(scope="module")
def refused(admissions: dict[str, gates.Admission]) -> dict[str, Row]:
    """The quarantined rows, by the name of the row that was refused."""
    return {
        json.loads(row["row_json"])[GOOD[suite][1]]: row
        for suite, admission in admissions.items()
        for row in admission.refused.to_pylist()
    }


@pytest.mark.parametrize(
    ("number", "suite", "rule"),
    [
        pytest.param(number, suite, rule, id=f"{suite}-{rule}-{number}")
        for number, (suite, rule, _) in enumerate(BROKEN)
    ],
)
def test_a_row_that_breaks_one_rule_is_refused_with_its_name_and_sentence(
    refused: dict[str, Row], number: int, suite: str, rule: str
) -> None:
    (sentence,) = (one.sentence for one in SUITES[suite].rules if one.name == rule)
    row = refused[f"broken-{number}"]
    assert row["rules"] == [rule]
    assert row["reasons"] == [sentence]
    assert row["landing_day"] == CLAIM["landing_day"]
    assert row["source"] == GOOD[suite][0].get("source")


@pytest.mark.parametrize("suite", SUITES)
def test_every_rule_has_a_row_that_breaks_it(suite: str) -> None:
    broken = {rule for name, rule, _ in [*BROKEN, *DOUBTFUL] if name == suite}
    assert broken == {rule.name for rule in SUITES[suite].rules}


@pytest.mark.parametrize(("suite", "rule", "changes"), DOUBTFUL)
def test_a_row_that_breaks_a_rule_that_warns_is_told_and_admitted(
    con: duckdb.DuckDBPyConnection, home: Path, suite: str, rule: str, changes: Row
) -> None:
    row = named(suite, "doubtful", changes)
    admission = admit(con, SUITES[suite], [row], home)
    assert admission.refused.num_rows == 0
    assert admission.admitted.to_pylist() == loading.arrow(con, SUITES[suite].table, [row]).to_pylist()
    broken = [(result.rule.name, result.failing_keys) for result in admission.results if not result.passed]
    assert broken == [(rule, ("doubtful",))]


@pytest.mark.parametrize("suite", SUITES)
def test_the_rest_of_a_batch_is_admitted_unchanged_and_in_order(
    admissions: dict[str, gates.Admission], con: duckdb.DuckDBPyConnection, suite: str
) -> None:
    sound = [named(suite, f"sound-{number}", changes) for number, (name, changes) in enumerate(SOUND) if name == suite]
    assert admissions[suite].admitted.to_pylist() == loading.arrow(con, SUITES[suite].table, sound).to_pylist()


@pytest.mark.parametrize("suite", SUITES)
def test_the_result_of_a_rule_counts_the_rows_that_broke_it(admissions: dict[str, gates.Admission], suite: str) -> None:
    for result in (result for result in admissions[suite].results if result.rule.severity == "critical"):
        broken = [rule for name, rule, _ in BROKEN if (name, rule) == (suite, result.rule.name)]
        assert len(result.failing_keys) == len(broken)
        assert not result.passed
        assert result.error is None
        json.dumps(dict(result.observed), allow_nan=False)


def test_a_row_that_breaks_several_rules_is_quarantined_once_with_all_of_them(
    con: duckdb.DuckDBPyConnection, home: Path
) -> None:
    rows = [named("raw_claims", "bad", {"quote": None, "status": "rumoured", "confidence": 7.0})]
    (row,) = admit(con, claims.SUITE, rows, home).refused.to_pylist()
    assert row["rules"] == ["quote_present", "quote_stands_in_document", "status_known", "confidence_is_a_share"]
    assert len(row["reasons"]) == 4


@pytest.mark.parametrize("suite", SUITES)
def test_a_refused_row_can_be_made_again_from_quarantine_to_the_last_digit(
    admissions: dict[str, gates.Admission], con: duckdb.DuckDBPyConnection, suite: str
) -> None:
    table = SUITES[suite].table
    quarantine = table.replace("raw.", "quarantine.")
    loading.insert(con, quarantine, admissions[suite].refused)
    assert loading.insert(con, quarantine, admissions[suite].refused) == 0  # a repeated load doubles nothing
    types = json.dumps(dict(zip(con.table(table).columns, map(str, con.table(table).types), strict=True)))
    made = con.sql(
        f"select unnest(from_json(row_json, $types)) from {quarantine} order by rowid", params={"types": types}
    )
    label = GOOD[suite][1]
    rows = [named(suite, f"broken-{n}", changes) for n, (name, _, changes) in enumerate(BROKEN) if name == suite]
    expected = {row[label]: row for row in loading.arrow(con, table, rows).to_pylist()}
    assert {row[label]: row for row in made.to_arrow_table().to_pylist()} == expected


def test_rows_that_the_table_has_are_not_judged_again(con: duckdb.DuckDBPyConnection, home: Path) -> None:
    known = named("raw_documents", "known", {})
    loading.insert(con, "raw.documents", loading.arrow(con, "raw.documents", [known]))
    changed = known | {"text": "", "source_kind": "rumour"}
    admission = admit(con, documents.SUITE, [changed, named("raw_documents", "new", {})], home)
    assert admission.admitted.column("document_id").to_pylist() == ["new"]
    assert admission.refused.num_rows == 0


def test_a_batch_with_nothing_new_passes_without_importing_great_expectations(tmp_path: Path) -> None:
    with connection.write(tmp_path) as con:
        loading.insert(con, "raw.documents", loading.arrow(con, "raw.documents", [DOCUMENT]))
    code = f"""
import sys
from pathlib import Path
from expectations import documents, gates
from warehouse import connection
with connection.write(Path({str(tmp_path)!r})) as con:
    candidates = con.sql("from raw.documents").to_arrow_table()
    admission = gates.admit(con, documents.SUITE, candidates, Path({str(tmp_path)!r}), Path({str(SEEDS)!r}))
assert candidates.num_rows == 1
assert admission.admitted.num_rows == admission.refused.num_rows == 0
assert [result.rule for result in admission.results] == list(documents.SUITE.rules)
assert all(result.passed for result in admission.results)
assert "great_expectations" not in sys.modules
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "rule",
    [
        Rule("typo", "A column that isn't there.", "ExpectColumnValuesToNotBeNull", {"column": "qoute"}),
        Rule("broken", "A pattern that is none.", "ExpectColumnValuesToMatchRegex", {"column": "status", "regex": "("}),
    ],
    ids=lambda rule: rule.name,
)
def test_a_rule_that_cannot_be_checked_lets_nothing_pass(
    con: duckdb.DuckDBPyConnection, home: Path, rule: Rule
) -> None:
    suite = replace(claims.SUITE, rules=(*claims.SUITE.rules, rule))
    with pytest.raises(gates.RuleNotEvaluated, match=f"Rule {rule.name} of raw_claims could not be checked: .+"):
        admit(con, suite, [CLAIM], home)


def test_a_vocabulary_of_its_own_decides_what_is_known(
    con: duckdb.DuckDBPyConnection, home: Path, tmp_path: Path
) -> None:
    for file in SEEDS.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    header, *rows = (SEEDS / "organizations.csv").read_text().splitlines(keepends=True)
    (tmp_path / "organizations.csv").write_text(
        "".join([header, *(row for row in rows if not row.startswith("tesla,"))])
    )
    candidates = loading.arrow(con, "raw.claims", [CLAIM])
    (row,) = gates.admit(con, claims.SUITE, candidates, home, tmp_path).refused.to_pylist()
    assert row["rules"] == ["organization_known"]


def test_the_data_docs_name_every_suite_that_was_run(admissions: dict[str, gates.Admission], home: Path) -> None:
    index = validation.data_docs(home)
    links = re.findall(r'<li id="(\w+)">.*?href="([^"]+)">results</a>.*?href="([^"]+)">rules</a>', index.read_text())
    assert set(admissions) <= {suite for suite, *_ in links}
    for suite, results_page, rules_page in links:
        assert suite in (index.parent / results_page).read_text()
        rules = unescape((index.parent / rules_page).read_text())
        assert [rule.sentence for rule in SUITES[suite].rules if rule.sentence not in rules] == []


CHANGES = {number: changes for number, (suite, _, changes) in enumerate(BROKEN) if suite == "raw_claims"}
SOUND_CHANGES: list[Any] = [changes for suite, changes in SOUND if suite == "raw_claims"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mixture=st.lists(
        st.tuples(st.integers(0, 30), st.sampled_from(SOUND_CHANGES) | st.sampled_from(list(CHANGES))), max_size=40
    )
)
def test_of_any_mixture_each_row_is_admitted_or_refused_and_never_both(
    con: duckdb.DuckDBPyConnection, home: Path, mixture: list[tuple[int, Any]]
) -> None:
    rows = [
        named("raw_claims", f"m{key}", CHANGES[change] if isinstance(change, int) else change)
        for key, change in mixture
    ]
    is_bad: dict[str, bool] = {}  # of a key that comes twice, the first row counts
    for row, (_, change) in zip(rows, mixture, strict=True):
        is_bad.setdefault(row["claim_id"], isinstance(change, int))
    admission = admit(con, claims.SUITE, rows, home)
    assert sorted(admission.refused.column("row_key").to_pylist()) == sorted(key for key, bad in is_bad.items() if bad)
    assert admission.admitted.column("claim_id").to_pylist() == [key for key, bad in is_bad.items() if not bad]
