"""Loading into a real file: each key once, all of a batch or nothing, numbers to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from warehouse import connection, loading

MONDAY, TUESDAY = date(2024, 11, 4), date(2024, 11, 5)
NOON = datetime(2024, 11, 5, 12, tzinfo=UTC)


@pytest.fixture
def con(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with connection.write(home) as con:
        yield con


def document(document_id: str, day: date = TUESDAY, **more: Any) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "fetch_id": f"fetch-{document_id}",
        "landing_day": day,
        "source": "wire",
        "source_kind": "press",
        "published_method": "none",
        "fetched_at": NOON,
        "text": "Words.",
    } | more


def fact(**more: Any) -> dict[str, Any]:
    return {
        "cik": 1318605,
        "taxonomy": "us-gaap",
        "concept": "Assets",
        "unit": "USD",
        "period_end": date(2024, 9, 30),
        "accession": "0001628280-24-043486",
        "value": Decimal(1),
        "filed_on": date(2024, 10, 24),
        "fetch_id": "fetch-1",
        "landing_day": TUESDAY,
        "source": "company_facts",
    } | more


def extraction(document_id: str, version: str = "1", extractor: str = "grammar") -> dict[str, Any]:
    return {
        "document_id": document_id,
        "extractor": extractor,
        "extractor_version": version,
        "landing_day": TUESDAY,
        "claim_count": 0,
        "extracted_at": NOON,
    }


def insert(con: duckdb.DuckDBPyConnection, table: str, *rows: dict[str, Any]) -> int:
    return loading.insert(con, table, loading.arrow(con, table, rows))


def unread(con: duckdb.DuckDBPyConnection, *days: date, version: str = "1") -> list[str]:
    return [row["document_id"] for row in loading.unread_documents(con, "grammar", version, days)]


def test_the_same_batch_twice_is_inserted_once(con: duckdb.DuckDBPyConnection) -> None:
    assert insert(con, "raw.documents", document("a"), document("b")) == 2
    assert insert(con, "raw.documents", document("a"), document("b")) == 0
    assert loading.row_counts(con)["raw.documents"] == 2


def test_of_overlapping_batches_only_the_new_rows_are_inserted(con: duckdb.DuckDBPyConnection) -> None:
    insert(con, "raw.documents", document("a"), document("b"))
    assert insert(con, "raw.documents", document("b"), document("c")) == 1
    assert con.execute("select document_id from raw.documents order by all").fetchall() == [("a",), ("b",), ("c",)]


def test_a_row_that_is_there_is_never_changed(con: duckdb.DuckDBPyConnection) -> None:
    insert(con, "raw.documents", document("a", title="first"))
    insert(con, "raw.documents", document("a", title="second"))
    assert con.execute("select title from raw.documents").fetchall() == [("first",)]


def test_of_a_key_that_comes_twice_in_a_batch_the_first_row_stays_however_large_the_batch(
    con: duckdb.DuckDBPyConnection,
) -> None:
    keys = 20_000
    rows = [document(f"d{number % keys}", fetch_id=str(number)) for number in range(4 * keys)]
    candidates = loading.arrow(con, "raw.documents", rows)
    new = loading.missing(con, "raw.documents", candidates)
    assert new.column("fetch_id").to_pylist() == [str(number) for number in range(keys)]
    assert new.schema.names == candidates.schema.names


def test_a_missing_part_of_a_key_is_a_value_like_another(con: duckdb.DuckDBPyConnection) -> None:
    instant, period = fact(), fact(period_start=date(2024, 7, 1))
    assert insert(con, "raw.company_facts", instant, period, instant) == 2
    assert insert(con, "raw.company_facts", instant, period) == 0


@pytest.mark.parametrize("table", sorted(loading.KEYS))
def test_every_key_is_made_of_columns_of_its_table(con: duckdb.DuckDBPyConnection, table: str) -> None:
    assert set(loading.KEYS[table]) <= set(con.table(table).columns)


@pytest.mark.parametrize(
    "value",
    [
        Decimal("12345678901234567890123456.123456789012"),
        Decimal("-0.000000000001"),
        Decimal("0.1"),
        Decimal(2**53 + 1),
    ],
)
def test_a_decimal_comes_back_to_the_last_digit(con: duckdb.DuckDBPyConnection, value: Decimal) -> None:
    insert(con, "raw.company_facts", fact(value=value))
    assert con.execute("select value from raw.company_facts").fetchall() == [(value,)]


def test_a_decimal_finer_than_its_column_is_refused_and_not_rounded(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(pa.ArrowInvalid):
        insert(con, "raw.company_facts", fact(value=Decimal("0.0000000000001")))


def test_a_column_that_a_row_lacks_is_null(con: duckdb.DuckDBPyConnection) -> None:
    insert(con, "raw.documents", document("a"))
    assert con.execute("select url, published_at from raw.documents").fetchall() == [(None, None)]


def test_a_transaction_that_fails_leaves_nothing(con: duckdb.DuckDBPyConnection) -> None:
    def load_and_fail() -> None:
        with loading.transaction(con):
            insert(con, "raw.documents", document("a"))
            insert(con, "raw.extractions", extraction("a"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_and_fail()
    assert set(loading.row_counts(con).values()) == {0}
    with loading.transaction(con):
        insert(con, "raw.documents", document("a"))
    assert loading.row_counts(con)["raw.documents"] == 1


def test_a_row_without_what_its_table_requires_stops_the_batch(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.ConstraintException), loading.transaction(con):
        insert(con, "raw.documents", document("a"), document("b", source=None))
    assert loading.row_counts(con)["raw.documents"] == 0


def test_an_archive_file_is_unread_until_it_is_noted_and_the_order_stays(con: duckdb.DuckDBPyConnection) -> None:
    insert(
        con,
        "raw.landing_files",
        {"warc_file": "2024-11-05/b", "landing_day": TUESDAY, "record_count": 3, "loaded_at": NOON},
    )
    assert loading.unread_files(con, ["2024-11-06/c", "2024-11-05/b", "2024-11-04/a"]) == [
        "2024-11-06/c",
        "2024-11-04/a",
    ]


def test_documents_that_nobody_read_are_unread_whatever_their_day(con: duckdb.DuckDBPyConnection) -> None:
    insert(con, "raw.documents", document("monday", MONDAY), document("tuesday", TUESDAY))
    assert unread(con, TUESDAY) == ["monday", "tuesday"]
    assert unread(con) == ["monday", "tuesday"]


def test_a_document_that_was_read_is_not_read_again(con: duckdb.DuckDBPyConnection) -> None:
    insert(con, "raw.documents", document("monday", MONDAY), document("tuesday", TUESDAY))
    insert(con, "raw.extractions", extraction("tuesday"))
    assert unread(con, MONDAY, TUESDAY) == ["monday"]


def test_another_version_reads_the_days_that_it_is_asked_for_and_no_other(con: duckdb.DuckDBPyConnection) -> None:
    insert(con, "raw.documents", document("monday", MONDAY), document("tuesday", TUESDAY))
    insert(con, "raw.extractions", extraction("monday"), extraction("tuesday"))
    assert unread(con, TUESDAY, version="2") == ["tuesday"]
    assert unread(con, MONDAY, TUESDAY, version="2") == ["monday", "tuesday"]
    assert unread(con, version="2") == []


def test_another_extractor_of_the_same_version_reads_for_itself(con: duckdb.DuckDBPyConnection) -> None:
    insert(con, "raw.documents", document("a"))
    insert(con, "raw.extractions", extraction("a", extractor="model"), extraction("a", version="0"))
    assert unread(con, TUESDAY) == ["a"]
    insert(con, "raw.extractions", extraction("a"))
    assert unread(con, TUESDAY) == []


def test_unread_documents_come_whole_and_oldest_first(con: duckdb.DuckDBPyConnection) -> None:
    later = document("a", fetched_at=NOON + timedelta(hours=1))
    insert(con, "raw.documents", later, document("c"), document("b"))
    rows = loading.unread_documents(con, "grammar", "1", [TUESDAY])
    assert [row["document_id"] for row in rows] == ["b", "c", "a"]
    assert set(rows[0]) == set(con.table("raw.documents").columns)
    assert rows[0]["fetched_at"] == NOON


def test_the_notes_of_the_fetchers_are_replaced_whole(con: duckdb.DuckDBPyConnection) -> None:
    note = {"kind": "feed", "url": "https://wire.example/feed.xml", "error_count": 0}
    loading.replace_source_states(con, [note | {"source": "old"}, note | {"source": "wire"}])
    loading.replace_source_states(con, [note | {"source": "wire", "error_count": 2}])
    assert con.execute("select source, error_count from raw.source_states").fetchall() == [("wire", 2)]


def test_the_last_build_is_remembered(con: duckdb.DuckDBPyConnection) -> None:
    assert loading.last_build(con) == ""
    loading.note_build(con, "one")
    loading.note_build(con, "two")
    assert loading.last_build(con) == "two"
