"""Batches that are unlike the ones before: each rule warns on the batch that breaks it, and on no usual one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations import batch, gates
from warehouse import connection, loading, publishing

from .conftest import DOCUMENT, NOON, Row

START = date(2024, 11, 1)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A working file with marts that have no row."""
    with connection.write(tmp_path) as con:
        con.execute(
            "create schema marts; create table marts.fct_compute_capacity_capex (fact_id varchar, "
            "value_high decimal(28, 6), document_id varchar, accession varchar, winning_claim_id varchar);"
            "create table marts.fct_claims (claim_id varchar, document_id varchar, correction_id varchar)"
        )
        yield con


def land(con: duckdb.DuckDBPyConnection, source: str, day: int, claims: int) -> None:
    """A document of a source on the n-th day, read by two versions of the extractor: the newer finds so many claims."""
    landed = {"landing_day": START + timedelta(days=day)}
    key = f"{source}-{day}"
    document = DOCUMENT | landed | {"document_id": key, "source": source}
    reading = landed | {"document_id": key, "extractor": "grammar"}
    readings = [
        reading | {"extractor_version": version, "claim_count": count, "extracted_at": NOON + timedelta(hours=hour)}
        for version, count, hour in (("2", claims, 1), ("1", 700, 0))
    ]
    file = landed | {"warc_file": key, "record_count": 1, "loaded_at": NOON}
    for table, made in (("documents", [document]), ("extractions", readings), ("landing_files", [file])):
        loading.insert(con, f"raw.{table}", loading.arrow(con, f"raw.{table}", made))


def failing(con: duckdb.DuckDBPyConnection, home: Path) -> set[tuple[str, str]]:
    """(rule, row) of what fails; each of it a warning, none an error."""
    with publishing.previous_facts(con, home):
        judged = gates.audit(con, [batch.SUITE], home)
    assert all(result.error is None and result.rule.severity == "warning" for _, result in judged)
    return {(result.rule.name, key) for _, result in judged for key in result.failing_keys}


def test_before_anything_came_nothing_is_unusual(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert failing(con, tmp_path) == set()


def test_a_source_that_usually_yields_and_yields_nothing_is_named(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    for day in range(6):
        land(con, "broken", day, claims=2 if day < 5 else 0)
        land(con, "mostly", day, claims=1 if 0 < day < 5 else 0)
        land(con, "sound", day, claims=1)
        land(con, "rare", day, claims=1 if day % 2 else 0)
    land(con, "young", 4, claims=1)
    land(con, "young", 5, claims=0)
    assert failing(con, tmp_path) == {
        ("usual_source_has_claims", "broken"),
        ("usual_source_has_claims", "mostly"),
    }


def test_a_source_that_has_gone_silent_is_named(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for day in range(11):
        land(con, "sound", day, claims=1)
        if day < 7:
            land(con, "gone", day, claims=1)
        if day < 8:
            land(con, "pausing", day, claims=1)
    assert failing(con, tmp_path) == {("usual_source_is_heard", "gone")}


@pytest.mark.parametrize(("newest", "floods"), [(40, False), (50, False), (51, True)])
def test_a_day_with_over_ten_times_the_usual_claims_is_named(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, newest: int, floods: bool
) -> None:
    for day, claims in enumerate([1, 5, 5, 5, 400, newest]):  # an older flood is no news
        land(con, "wire", day, claims)
    assert failing(con, tmp_path) == ({("as_many_claims_as_usual", "2024-11-06")} if floods else set())


# how the fact was published, how it is now; whether that is told
FACT: Row = {"fact_id": "f", "value_high": Decimal(100), "document_id": "known", "winning_claim_id": "c"}
MOVES: dict[str, tuple[Row, str | None, bool]] = {
    "a fact that stays": ({}, None, False),
    "a fact that moves a little": ({"value_high": Decimal(300)}, None, False),
    "a fact that moves up": ({"value_high": Decimal(301)}, None, True),
    "a fact that moves down": ({"value_high": Decimal(33)}, None, True),
    "a fact that falls to nothing": ({"value_high": Decimal(0)}, None, True),
    "a new document moves it": ({"value_high": Decimal(900), "document_id": "new"}, None, False),
    "a correction moves it": ({"value_high": Decimal(900)}, "slip", False),
}


@pytest.mark.parametrize("case", MOVES)
def test_a_fact_that_moves_far_for_no_reason_is_named(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, case: str
) -> None:
    changes, correction, told = MOVES[case]
    con.execute("insert into marts.fct_claims values ('c', 'known', null)")
    state(con, FACT)
    publishing.publish(tmp_path, "inputs")
    state(con, FACT | changes)
    con.execute("update marts.fct_claims set correction_id = ?", [correction])
    assert failing(con, tmp_path) == ({("facts_move_for_a_reason", "f")} if told else set())


def state(con: duckdb.DuckDBPyConnection, fact: Row) -> None:
    """Makes this the only fact."""
    con.execute("delete from marts.fct_compute_capacity_capex")
    con.register("made", loading.arrow(con, "marts.fct_compute_capacity_capex", [fact]))
    con.execute("insert into marts.fct_compute_capacity_capex by name from made")
    con.unregister("made")
