"""What differs between two snapshots made by hand, and the reason that is given for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse import connection, differences, publishing

from .conftest import Build

Row = dict[str, Any]
Snapshot = Callable[..., Path]

FACT: Row = {
    "fact_id": "fact-1",
    "organization": "Tesla",
    "metric": "accelerator_count",
    "chip": "H100",
    "status": "actual",
    "period_end": date(2024, 11, 5),
    "value_low": Decimal("50000.000000"),
    "value_high": Decimal("50000.000000"),
    "unit": "accelerator",
    "winning_claim_id": "claim-1",
    "title": "Cortex is on",
}
CLAIM: Row = {
    "claim_id": "claim-1",
    "fact_id": "fact-1",
    "is_current": True,
    "is_latest_reading": True,
    "superseded_at": None,
    "document_id": "page",
    "accession": None,
    "source_url": "https://wire.example/cortex",
    "extractor_version": "1-a",
    "correction_id": None,
}
PAGE: Row = {"document_id": "page", "url": "https://wire.example/cortex"}
FILED: Row = CLAIM | {"document_id": None, "accession": "0001-24-01", "source_url": "https://sec.example/1"}
AT = datetime(2024, 11, 6, tzinfo=UTC)
TYPES = {
    **dict.fromkeys(("is_current", "is_latest_reading"), "boolean"),
    **dict.fromkeys(("value_low", "value_high"), "decimal(28, 6)"),
    "period_end": "date",
    "superseded_at": "timestamptz",
}


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """Makes a snapshot file out of rows."""

    def snapshot(name: str, **tables: list[Row]) -> Path:
        file = tmp_path / f"{name}.duckdb"
        with duckdb.connect(file) as con:
            for table, example in (("fct_compute_capacity_capex", FACT), ("fct_claims", CLAIM), ("dim_document", PAGE)):
                columns = ", ".join(f"{column} {TYPES.get(column, 'varchar')}" for column in example)
                con.execute(f"create table {table} ({columns})")
                for row in tables.get(table, []):
                    con.execute(f"insert into {table} values ({', '.join('?' * len(example))})", list(row.values()))
            operator = tables.get("facilities", [{"operator": "Tesla"}])[0]["operator"]
            con.execute("create table facilities as select 'Cortex' as facility, ? as operator", [operator])
        return file

    return snapshot


def only(found: differences.Differences) -> differences.Difference:
    (one,) = found.shown
    return one


def test_equal_snapshots_have_no_differences(snapshot: Snapshot) -> None:
    rows = {"fct_compute_capacity_capex": [FACT], "fct_claims": [CLAIM], "dim_document": [PAGE]}
    found = differences.between(snapshot("before", **rows), snapshot("after", **rows))
    assert found.counts == {"added": 0, "changed": 0, "withdrawn": 0}
    assert found.shown == ()


# how the fact, its claim and the documents were and are; the kind and the reason of the difference
REASONS: dict[str, tuple[list[Row], list[Row], list[Row], list[Row], list[Row], str, str]] = {
    "a document that wasn't there": (
        [],
        [],
        [],
        [CLAIM],
        [PAGE],
        "added",
        "a new document: https://wire.example/cortex",
    ),
    "a filing that wasn't there": ([], [], [], [FILED], [], "added", "a new filing: 0001-24-01"),
    "a page that says more now": (
        *([], [], [PAGE | {"document_id": "page before"}], [CLAIM], [PAGE], "added"),
        "another revision of the page: https://wire.example/cortex",
    ),
    "a text that was read anew": (
        *([], [], [PAGE], [CLAIM | {"extractor_version": "1-b"}], [PAGE], "added"),
        "its text was read anew, by version 1-b",
    ),
    "a text that no longer gives it": (
        *([FACT], [CLAIM], [PAGE], [CLAIM | {"is_current": False, "is_latest_reading": False}], [PAGE], "withdrawn"),
        "its text was read anew, and no longer states it",
    ),
    "a reading that a replay didn't keep": (
        *([FACT], [CLAIM], [PAGE], [], [PAGE], "withdrawn"),
        "its text was read anew, and no longer states it",
    ),
    "a page that no longer says it": (
        *([FACT], [CLAIM], [PAGE], [CLAIM | {"is_current": False, "superseded_at": AT}], [PAGE], "withdrawn"),
        "another revision of the page: https://wire.example/cortex",
    ),
    "a claim that was dropped": (
        *([FACT], [CLAIM], [PAGE], [CLAIM | {"is_current": False, "correction_id": "slip"}], [PAGE], "withdrawn"),
        "correction slip",
    ),
    "a correction that was taken back": (
        *([FACT], [CLAIM | {"correction_id": "slip"}], [PAGE], [CLAIM], [PAGE], "changed"),
        "correction slip was taken back",
    ),
    "a claim that was corrected": (
        *([FACT], [CLAIM], [PAGE], [CLAIM | {"correction_id": "slip"}], [PAGE], "changed"),
        "correction slip",
    ),
    "a rival in a new document": (
        *([FACT], [CLAIM], [PAGE]),
        [CLAIM, CLAIM | {"claim_id": "rival", "document_id": "other", "source_url": "https://other.example"}],
        *([PAGE], "changed", "a new document: https://other.example"),
    ),
    "nothing but the SQL": ([FACT], [CLAIM], [PAGE], [CLAIM], [PAGE], "changed", "the models changed"),
}


@pytest.mark.parametrize("case", REASONS)
def test_a_difference_has_its_reason(snapshot: Snapshot, case: str) -> None:
    facts, claims, documents, claims_now, documents_now, kind, reason = REASONS[case]
    facts_now = [] if kind == "withdrawn" else [FACT | {"value_low": Decimal(40_000)}] if facts else [FACT]
    before = snapshot("before", fct_compute_capacity_capex=facts, fct_claims=claims, dim_document=documents)
    after = snapshot("after", fct_compute_capacity_capex=facts_now, fct_claims=claims_now, dim_document=documents_now)
    found = only(differences.between(before, after))
    assert (found.kind, found.reason) == (kind, reason)
    assert found.changes == ((("value_low", Decimal(50_000), Decimal(40_000)),) if kind == "changed" else ())


def test_a_changed_vocabulary_is_named(snapshot: Snapshot) -> None:
    rows = {"fct_claims": [CLAIM], "dim_document": [PAGE]}
    before = snapshot("before", fct_compute_capacity_capex=[FACT], **rows)
    moved = [FACT | {"organization": "xAI"}]
    after = snapshot("after", fct_compute_capacity_capex=moved, facilities=[{"operator": "xAI"}], **rows)
    assert only(differences.between(before, after)).reason == "the vocabulary changed: facilities"


def test_another_id_of_the_same_words_is_no_difference(snapshot: Snapshot) -> None:
    before = snapshot("before", fct_compute_capacity_capex=[FACT])
    after = snapshot("after", fct_compute_capacity_capex=[FACT | {"winning_claim_id": "claim-2"}])
    assert differences.between(before, after).shown == ()


def test_a_column_that_was_renamed_is_passed_over(snapshot: Snapshot) -> None:
    before = snapshot("before", fct_compute_capacity_capex=[FACT], fct_claims=[CLAIM])
    after = snapshot("after", fct_compute_capacity_capex=[FACT | {"value_high": Decimal(1)}], fct_claims=[CLAIM])
    with duckdb.connect(before) as con:
        con.execute("alter table fct_compute_capacity_capex rename organization to company")
        con.execute("alter table fct_compute_capacity_capex drop period_end")
        con.execute("alter table fct_compute_capacity_capex alter chip type integer using null")
        con.execute("alter table fct_claims drop correction_id")
        con.execute("drop table dim_document")
    found = only(differences.between(before, after))
    assert found.changes == (("value_high", Decimal(50_000), Decimal(1)),)
    assert "Tesla" in differences.to_markdown(differences.between(before, after))


def test_long_differences_are_cut_and_counted(snapshot: Snapshot) -> None:
    many = [FACT | {"fact_id": f"fact-{number:04}"} for number in range(1_234)]
    found = differences.between(snapshot("before"), snapshot("after", fct_compute_capacity_capex=many))
    assert found.counts["added"] == 1_234
    assert len(found.shown) == differences.SHOWN
    text = differences.to_markdown(found)
    assert text.startswith("1,234 added, 0 changed, 0 withdrawn.\n")
    assert f"… and {1_234 - differences.SHOWN:,} more added." in text


def test_text_from_outside_can_do_nothing_but_be_read(snapshot: Snapshot) -> None:
    nasty = "`<img src=x onerror=alert(1)>`\n# [click](javascript:x)\x1b[2J"
    facts = [FACT | {"organization": nasty, "title": nasty}]
    claims = [CLAIM | {"source_url": nasty}]
    text = differences.to_markdown(
        differences.between(snapshot("before"), snapshot("after", fct_compute_capacity_capex=facts, fct_claims=claims))
    )
    (line,) = [line for line in text.splitlines() if "img" in line]
    outside = "".join(line.split("`")[::2])  # what isn't in a code span
    assert "<" not in outside
    assert "[" not in outside
    assert "\x1b" not in text
    assert line.count("`") % 2 == 0


def test_a_publication_keeps_its_changes_beside_the_snapshot(home: Path, build: Build) -> None:
    assert publishing.last_changes(home) == ""
    build(1)
    assert publishing.publish(home, "inputs").changes == {}
    assert publishing.last_changes(home) == "The first snapshot.\n"
    build(2)
    with connection.write(home) as con:
        con.execute("delete from marts.fct_compute_capacity_capex where fact_id = 'f1'")
    manifest = publishing.publish(home, "inputs")
    assert manifest.changes == {"added": 0, "changed": 1, "withdrawn": 1}
    assert publishing.last_manifest(home) == manifest
    assert "generation: `1` → `2`" in publishing.last_changes(home)
