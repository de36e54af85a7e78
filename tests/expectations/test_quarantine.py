"""Rows that gate 1 refused, judged again by other rules, another vocabulary, or as a correction has them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations import claims, company_facts, documents, gates, quarantine
from expectations.rules import Suite
from warehouse import connection, loading

from .conftest import CLAIM, COMPANY_FACT, DOCUMENT, SEEDS, Row

UNKNOWN: Row = CLAIM | {"claim_id": "unknown", "facility": "Area 52"}
SLIP: Row = CLAIM | {"claim_id": "slip", "value_high": Decimal(20_000_001)}
FUTURE: Row = COMPANY_FACT | {"filed_on": date(1992, 12, 31), "value": Decimal("3513000000.000001")}


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A working file with one document."""
    with connection.write(tmp_path / "home") as con:
        loading.insert(con, "raw.documents", loading.arrow(con, "raw.documents", [DOCUMENT]))
        yield con


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A vocabulary that a test may change."""
    return Path(shutil.copytree(SEEDS, tmp_path / "seeds"))


def refuse(con: duckdb.DuckDBPyConnection, suite: Suite, rows: list[Row], home: Path, seeds: Path) -> None:
    """Let rows come in, of which gate 1 refuses all."""
    admission = gates.admit(con, suite, loading.arrow(con, suite.table, rows), home, seeds)
    assert admission.admitted.num_rows == 0
    loading.insert(con, suite.table.replace("raw.", "quarantine."), admission.refused)


def keys(con: duckdb.DuckDBPyConnection, table: str, key: str = "claim_id") -> list[str]:
    return [value for (value,) in con.execute(f"select {key} from {table} order by all").fetchall()]


def test_a_row_enters_when_a_word_that_it_lacked_is_known(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, seeds: Path
) -> None:
    refuse(con, claims.SUITE, [UNKNOWN, SLIP], tmp_path, seeds)
    assert quarantine.rejudge(con, claims.SUITE, tmp_path, seeds) == 0
    with (seeds / "facilities.csv").open("a", encoding="utf-8") as file:
        file.write("Area 52,Tesla,Nevada,\n")
    assert quarantine.rejudge(con, claims.SUITE, tmp_path, seeds) == 1
    assert keys(con, "raw.claims") == ["unknown"]
    assert keys(con, "quarantine.claims", "row_key") == ["slip"]
    (row,) = con.sql("from raw.claims").to_arrow_table().to_pylist()
    assert {name: row[name] for name in UNKNOWN} == UNKNOWN


def test_a_row_is_judged_once_by_each_version_of_the_rules(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, seeds: Path
) -> None:
    refuse(con, claims.SUITE, [SLIP], tmp_path, seeds)
    # as if it held every rule: who judges it lets it pass
    con.execute("update quarantine.claims set row_json = replace(row_json::varchar, '20000001', '50000')::json")
    assert quarantine.rejudge(con, claims.SUITE, tmp_path, seeds) == 0
    with (seeds / "units.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert quarantine.rejudge(con, claims.SUITE, tmp_path, seeds) == 1


def test_a_row_that_breaks_other_rules_now_has_their_sentences(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, seeds: Path
) -> None:
    refuse(con, claims.SUITE, [UNKNOWN | {"value_high": Decimal(20_000_001)}], tmp_path, seeds)
    known = "select rules, len(reasons) from quarantine.claims"
    assert con.execute(known).fetchall() == [(["facility_known", "magnitude_plausible"], 2)]
    rules = tuple(rule for rule in claims.SUITE.rules if rule.name != "facility_known")
    assert quarantine.rejudge(con, replace(claims.SUITE, rules=rules), tmp_path, seeds) == 0
    assert con.execute(known).fetchall() == [(["magnitude_plausible"], 1)]


def test_a_filed_value_enters_with_all_its_digits(con: duckdb.DuckDBPyConnection, tmp_path: Path, seeds: Path) -> None:
    refuse(con, company_facts.SUITE, [FUTURE], tmp_path, seeds)
    rules = tuple(rule for rule in company_facts.SUITE.rules if rule.name != "filing_date_plausible")
    assert quarantine.rejudge(con, replace(company_facts.SUITE, rules=rules), tmp_path, seeds) == 1
    (row,) = con.sql("from raw.company_facts").to_arrow_table().to_pylist()
    assert {name: row[name] for name in FUTURE} == FUTURE
    assert keys(con, "quarantine.company_facts", "row_key") == []


def test_a_payload_that_gave_no_text_stays(con: duckdb.DuckDBPyConnection, tmp_path: Path, seeds: Path) -> None:
    con.execute(
        "insert into quarantine.documents by name select 'fetch-1' as row_key, date '2024-11-05' as landing_day, "
        "['readable'] as rules, ['It can be read.'] as reasons, '{\"url\": \"https://x.example\"}' as row_json, "
        "now() as quarantined_at"
    )
    assert quarantine.rejudge(con, documents.SUITE, tmp_path, seeds) == 0
    assert keys(con, "quarantine.documents", "row_key") == ["fetch-1"]


def test_a_row_enters_as_it_came_when_its_corrected_self_holds_every_rule(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, seeds: Path
) -> None:
    refuse(con, claims.SUITE, [SLIP, UNKNOWN], tmp_path, seeds)
    rows = {row["claim_id"]: row for row in quarantine.refused(con, claims.SUITE).to_pylist()}
    mended = (rows["slip"], rows["slip"] | {"value_high": Decimal(50_000)})
    still_wrong = (rows["unknown"], rows["unknown"] | {"value_high": Decimal(50_000)})
    assert quarantine.release_corrected(con, claims.SUITE, [mended, still_wrong], tmp_path, seeds) == 1
    assert con.execute("select claim_id, value_high from raw.claims").fetchall() == [("slip", Decimal(20_000_001))]
    assert keys(con, "quarantine.claims", "row_key") == ["unknown"]
