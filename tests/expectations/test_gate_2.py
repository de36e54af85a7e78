"""Gate 2 on marts made by hand: each rule fails on the row that breaks it, and a fact doesn't go without a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations import facts, gates, validation
from expectations.rules import Rule, RuleResult
from warehouse import connection, loading, publishing

from .conftest import COMPANY_FACT, DOCUMENT, SEEDS, Row

FACT: Row = {
    "organization": "Tesla",
    "metric": "accelerator_count",
    "chip": "H100",
    "status": "actual",
    "period_end": date(2024, 11, 5),
    "value_low": Decimal(50_000),
    "value_high": Decimal(50_000),
    "unit": "accelerator",
    "known_at": datetime(2024, 11, 5, tzinfo=UTC),
    "winning_claim_id": "claim-1",
    "resolution_rule": "only_statement",
    "quote": "50,000 H100",
    "document_id": "good",
}
FLOW: Row = {"metric": "capex", "unit": "USD", "currency": "USD", "scope": "total", "chip": None}

# the one rule that the fact breaks, how it differs from the good one
BROKEN: list[tuple[str, Row]] = [
    ("one_row_a_fact", {"facility": "twice"}),
    ("one_row_a_fact", {"facility": "twice", "value_high": Decimal(60_000)}),
    ("not_negative", {"value_low": Decimal(-1)}),
    ("ends_in_order", {"value_low": Decimal("50000.000001")}),
    ("unit_belongs_to_metric", {"unit": "USD"}),
    ("unit_belongs_to_metric", {"unit": "rack"}),
    ("unit_belongs_to_metric", {"metric": "racks", "unit": "rack"}),
    ("stock_is_a_moment", {"period_start": date(2024, 1, 1)}),
    ("status_known", {"status": "rumoured"}),
    ("known_since", {"known_at": None}),
    ("winner_is_recorded", {"winning_claim_id": "claim-2"}),
    ("winner_is_recorded", {"winning_claim_id": None}),
    ("rule_is_named", {"resolution_rule": None}),
    ("has_receipt", {"quote": None}),
]
SOUND: list[Row] = [
    {},
    {"quote": None, "document_id": None, "accession": "0001628280-24-043486"},
    FLOW | {"period_start": date(2024, 1, 1)},
    FLOW | {"currency": "EUR", "unit": "EUR"},
    FLOW | {"per": "year"},
]


def make_marts(con: duckdb.DuckDBPyConnection, rows: list[Row], claims: list[Row]) -> None:
    con.execute(
        """
        create schema if not exists marts;
        create or replace table marts.fct_compute_capacity_capex (
            fact_id varchar, organization varchar, facility varchar, metric varchar, chip varchar, scope varchar,
            status varchar, period_start date, period_end date, value_low decimal(28, 6), value_high decimal(28, 6),
            unit varchar, currency varchar, per varchar, known_at timestamptz, winning_claim_id varchar,
            resolution_rule varchar, quote varchar, document_id varchar, accession varchar
        );
        create or replace table marts.fct_claims (claim_id varchar, fact_id varchar, is_current boolean);
        """
    )
    for name in ("metric", "unit"):
        con.execute(f"create or replace table marts.dim_{name} as from read_csv('{SEEDS}/{name}s.csv', header = true)")
    for table, made in (("fct_compute_capacity_capex", rows), ("fct_claims", claims)):
        con.register("made", loading.arrow(con, f"marts.{table}", made))
        con.execute(f"insert into marts.{table} by name from made")
        con.unregister("made")


@pytest.fixture
def working(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A working file of its own for a test."""
    with connection.write(tmp_path) as con:
        yield con


@pytest.fixture(scope="module")
def results(con: duckdb.DuckDBPyConnection, home: Path) -> dict[str, RuleResult]:
    """Every broken and every sound fact, judged in one audit."""
    changed = {f"broken-{number}": changes for number, (_, changes) in enumerate(BROKEN)}
    changed |= {f"sound-{number}": changes for number, changes in enumerate(SOUND)}
    rows = [FACT | {"facility": name} | changes | {"fact_id": name} for name, changes in changed.items()]
    make_marts(con, rows, [{"claim_id": "claim-1", "fact_id": "sound-0", "is_current": True}])
    return {result.rule.name: result for _, result in gates.audit(con, [facts.TIDY], home)}


@pytest.mark.parametrize(
    "rule", [rule for rule in facts.TIDY.rules if rule.name != "not_empty"], ids=lambda rule: rule.name
)
def test_a_rule_fails_on_the_facts_that_break_it_and_on_no_other(results: dict[str, RuleResult], rule: Rule) -> None:
    result = results[rule.name]
    broken = {f"broken-{number}" for number, (name, _) in enumerate(BROKEN) if name == rule.name}
    assert broken
    assert set(result.failing_keys) == broken
    assert not result.passed
    assert result.error is None
    assert rule.severity == "critical"


def test_a_ledger_with_facts_is_not_empty(results: dict[str, RuleResult]) -> None:
    assert results["not_empty"].passed


def test_sound_facts_hold_every_rule(working: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = [FACT | {"facility": f"place {n}"} | changes | {"fact_id": f"f{n}"} for n, changes in enumerate(SOUND)]
    make_marts(working, rows, [{"claim_id": "claim-1", "fact_id": "f0", "is_current": True}])
    judged = gates.audit(working, [facts.TIDY], tmp_path)
    assert [suite for suite, _ in judged] == [facts.TIDY] * len(facts.TIDY.rules)
    assert [result.rule for _, result in judged] == list(facts.TIDY.rules)
    assert [result.rule.name for _, result in judged if not result.passed or result.failing_keys] == []


def test_an_empty_ledger_is_a_warning_and_breaks_no_other_rule(
    working: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    make_marts(working, [], [])
    with publishing.previous_facts(working, tmp_path):
        judged = gates.audit(working, facts.SUITES, tmp_path)
    assert [(result.rule.name, result.rule.severity) for _, result in judged if not result.passed] == [
        ("not_empty", "warning")
    ]
    assert all(result.error is None for _, result in judged)


def test_a_rule_that_cannot_be_checked_fails_and_says_why(working: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    make_marts(working, [FACT | {"fact_id": "f1"}], [])
    typo = Rule("typo", "A column that isn't there.", "ExpectColumnValuesToNotBeNull", {"column": "nowhere"})
    ((_, result),) = gates.audit(working, [replace(facts.TIDY, rules=(typo,))], tmp_path)
    assert not result.passed
    assert result.error
    assert "nowhere" in result.error


PRESS: Row = FACT | {"document_id": "good"}
GONE_PRESS: Row = FACT | {"document_id": "no longer archived"}
FILING: Row = FACT | {"document_id": None, "quote": None, "accession": COMPANY_FACT["accession"]}
GONE_FILING: Row = FILING | {"accession": "0000000000-00-000000"}

# the fact as it was published, whether it stands in the new marts, whether a current claim still states it, explained
FATES = {
    "a fact that stays": (PRESS, True, True, True),
    "a fact that stays without its document": (GONE_PRESS, True, True, False),
    "a newer reading no longer states it": (PRESS, False, False, True),
    "a filing that a newer one restates": (FILING, False, False, True),
    "its document is gone": (GONE_PRESS, False, False, False),
    "its filing is gone": (GONE_FILING, False, False, False),
    "lost although its document still states it": (PRESS, False, True, False),
    "lost although its filing still states it": (FILING, False, True, False),
    "nothing says where it came from": (FACT | {"document_id": None}, False, False, False),
}


def test_a_published_fact_goes_only_where_its_source_is_there_and_no_longer_states_it(
    working: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    for table, row in (("raw.documents", DOCUMENT), ("raw.company_facts", COMPANY_FACT)):
        loading.insert(working, table, loading.arrow(working, table, [row]))
    published = [fact | {"fact_id": name} for name, (fact, *_) in FATES.items()]
    make_marts(working, published, [])
    publishing.publish(tmp_path, "inputs")

    left = [row for row in published if FATES[row["fact_id"]][1]]
    stated = [
        {"claim_id": f"claim of {name}", "fact_id": name, "is_current": is_current}
        for name, (_, _, is_current, _) in FATES.items()
    ]
    make_marts(working, left, [*stated, {"claim_id": "refused reading", "fact_id": None, "is_current": True}])
    with publishing.previous_facts(working, tmp_path):
        ((suite, result),) = gates.audit(working, [facts.CONTINUITY], tmp_path)
    assert suite.name == "published_facts"
    assert result.rule.name == "no_fact_disappears"
    assert not result.passed
    assert set(result.failing_keys) == {name for name, (*_, explained) in FATES.items() if not explained}


def test_before_the_first_publication_nothing_can_disappear(working: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    make_marts(working, [FACT | {"fact_id": "f1"}], [])
    with publishing.previous_facts(working, tmp_path):
        ((_, result),) = gates.audit(working, [facts.CONTINUITY], tmp_path)
    assert result.passed


def test_the_data_docs_name_both_suites(working: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    make_marts(working, [FACT | {"fact_id": "f1"}], [])
    with publishing.previous_facts(working, tmp_path):
        gates.audit(working, facts.SUITES, tmp_path)
    index = validation.data_docs(tmp_path).read_text()
    assert all(suite.name in index for suite in facts.SUITES)
