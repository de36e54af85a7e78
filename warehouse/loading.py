"""Loading: rows into the raw and quarantine tables, each key once.

Every load inserts the keys that aren't there and changes no row that is, in one transaction a batch: a load that was
cut off or is repeated leaves the tables as one load would. What may be loaded is decided in `expectations/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pyarrow as pa

KEYS: Mapping[str, tuple[str, ...]] = {
    "raw.landing_files": ("warc_file",),
    "raw.fetches": ("fetch_id",),
    "raw.documents": ("document_id",),
    "raw.extractions": ("document_id", "extractor", "extractor_version"),
    "raw.claims": ("claim_id",),
    "raw.filings": ("cik", "accession"),
    "raw.company_facts": (
        *("cik", "taxonomy", "concept", "unit", "period_start", "period_end", "accession"),
        *("value", "source"),
    ),
    "quarantine.documents": ("row_key",),
    "quarantine.claims": ("row_key",),
    "quarantine.company_facts": ("row_key",),
}


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of a batch or nothing of it."""
    con.begin()
    try:
        yield
    except BaseException:
        con.rollback()
        raise
    con.commit()


def arrow(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows as an Arrow table of that table's columns and types; columns that a row lacks are null.

    Arrow and not pandas: a decimal stays a decimal, a missing date stays missing.
    """
    schema = con.table(table).limit(0).to_arrow_table().schema
    return pa.Table.from_pylist(list(rows), schema=schema)


def missing(con: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> pa.Table:
    """The rows whose key is not in the table yet, in their order; of a key that comes twice the first row.

    The first and not any: a replay that reads in one batch what came in many must keep the same rows.
    """
    first, *_ = KEYS[table]
    keys = ", ".join(KEYS[table])
    same = " and ".join(f"known.{key} is not distinct from candidate.{key}" for key in KEYS[table])
    con.register("candidate_rows", rows.append_column("batch_position", pa.array(range(rows.num_rows), pa.int64())))
    # Of the known rows only those that could be the same: a tick brings one company, the table has them all.
    new = con.sql(
        f"with known as (select {keys} from {table} where {first} in (select {first} from candidate_rows)) "
        f"select min(batch_position) as batch_position from candidate_rows as candidate "
        f"anti join known on {same} group by {keys} order by all"
    ).to_arrow_table()
    con.unregister("candidate_rows")
    return rows if new.num_rows == rows.num_rows else rows.take(new.column("batch_position"))


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> int:
    """Insert the rows whose key is not there yet; how many that were."""
    return append(con, table, missing(con, table, rows))


def append(con: duckdb.DuckDBPyConnection, table: str, new: pa.Table) -> int:
    """Insert rows that are known to be `missing`; how many they are."""
    con.register("new_rows", new)
    con.execute(f"insert into {table} by name select * from new_rows")
    con.unregister("new_rows")  # not after an error: it would fail too, in the aborted transaction, and hide that one
    return int(new.num_rows)


def unread_files(con: duckdb.DuckDBPyConnection, warc_files: Iterable[str]) -> list[str]:
    """Those of the archive files that the warehouse hasn't read to their end, in their order."""
    read = {name for (name,) in con.execute("select warc_file from raw.landing_files").fetchall()}
    return [name for name in warc_files if name not in read]


def unread_documents(
    con: duckdb.DuckDBPyConnection, extractor: str, extractor_version: str, days: Sequence[date]
) -> list[dict[str, Any]]:
    """The documents that this version of the extractor should read now.

    Those of the given landing days that it hasn't read, and those of any day that no version has read: a run that was
    killed between two midnights leaves such behind.
    """
    rows = con.sql(
        """
        from raw.documents
        where document_id not in (select document_id from raw.extractions)
            or (
                landing_day in (select unnest($days::date[]))
                and document_id not in (
                    select document_id from raw.extractions
                    where extractor = $extractor and extractor_version = $version
                )
            )
        order by fetched_at, document_id
        """,
        params={"extractor": extractor, "version": extractor_version, "days": list(days)},
    )
    return rows.to_arrow_table().to_pylist()  # type: ignore[no-any-return]


def replace_source_states(con: duckdb.DuckDBPyConnection, states: Sequence[Mapping[str, Any]]) -> None:
    """Put the fetchers' notes of today in the place of yesterday's: they are a copy, not history."""
    rows = arrow(con, "raw.source_states", states)
    con.register("state_rows", rows)
    with transaction(con):
        con.execute("delete from raw.source_states")
        con.execute("insert into raw.source_states by name select * from state_rows")
    con.unregister("state_rows")


def row_counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of each raw and quarantine table, but for the fetchers' notes."""
    counts = " union all ".join(f"select '{table}', count(*) from {table}" for table in KEYS)
    return dict(con.execute(counts).fetchall())


def built_rows(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of each table that dbt has built, by its name."""
    tables = con.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where schema_name in ('vocabulary', 'intermediate', 'marts') order by all"
    ).fetchall()
    counts = (f"select '{table}', count(*) from {schema}.\"{table}\"" for schema, table in tables)
    return dict(con.execute(" union all ".join(counts)).fetchall()) if tables else {}


def note_build(con: duckdb.DuckDBPyConnection, inputs: str) -> None:
    """Note that the marts were built from these inputs (`publishing.fingerprint`)."""
    con.execute("insert into raw.builds values (?, ?)", [inputs, now()])


def last_build(con: duckdb.DuckDBPyConnection) -> str:
    """What the marts were last built from; empty before the first build."""
    rows = con.execute("select inputs from raw.builds order by rowid desc limit 1").fetchall()
    return rows[0][0] if rows else ""


def now() -> datetime:
    """The clock of `loaded_at` and `quarantined_at`, which no fact depends on."""
    return datetime.now(UTC)
