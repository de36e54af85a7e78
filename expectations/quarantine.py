"""Quarantine: judging refused rows again once what judged them, or what they say, has changed.

A row that holds every rule of today leaves the quarantine for its raw table, as if it had come in today; the others
stay, with today's reasons. So the quarantine holds what a replay of the archive would put there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from expectations import gates
from expectations.rules import Suite
from warehouse import loading


def refused(con: duckdb.DuckDBPyConnection, suite: Suite, unless_version: str | None = None) -> pa.Table:
    """The rows of a suite's table that are in quarantine, in that table's columns, and their `row_key`.

    A payload out of which no row could be read isn't one of them.
    unless_version   leave out those that this version of the rules refused
    """
    schema, name = suite.table.split(".")
    columns = con.execute(
        "select column_name, data_type, is_nullable from duckdb_columns() where schema_name = ? and table_name = ?",
        [schema, name],
    ).fetchall()
    whole = " and ".join(f'"{column}" is not null' for column, _, nullable in columns if not nullable)
    rows = con.sql(
        f"""
        with quarantined as (
            select row_key, unnest(json_transform(row_json, $shape))
            from {_table(suite)}
            where $version is null or rules_version is distinct from $version
        )
        from quarantined where {whole}
        """,
        params={"shape": json.dumps({column: kind for column, kind, _ in columns}), "version": unless_version},
    )
    return rows.to_arrow_table()


def rejudge(con: duckdb.DuckDBPyConnection, suite: Suite, home: Path, seeds: Path) -> int:
    """Judge again the rows of a suite that other rules or another vocabulary refused; how many are released."""
    version = gates.rules_version(suite, seeds)
    waiting = refused(con, suite, unless_version=version)
    if waiting.num_rows == 0:
        return 0
    admission = gates.admit(con, suite, waiting.drop_columns(["row_key"]), home, seeds)
    with loading.transaction(con):
        loading.append(con, suite.table, admission.admitted)
        con.register("waiting_rows", waiting)
        con.register("refused_again", admission.refused)
        same = " and ".join(f"known.{key} is not distinct from waiting.{key}" for key in loading.KEYS[suite.table])
        released = con.execute(
            f"delete from {_table(suite)} where row_key in ("
            f"select row_key from waiting_rows as waiting semi join {suite.table} as known on {same}) returning row_key"
        ).fetchall()
        con.execute(
            f"update {_table(suite)} as kept set rules = again.rules, reasons = again.reasons "
            "from refused_again as again where kept.row_key = again.row_key"
        )
        con.execute(f"update {_table(suite)} set rules_version = ?", [version])
        con.unregister("waiting_rows")
        con.unregister("refused_again")
    return len(released)


def release_corrected(
    con: duckdb.DuckDBPyConnection,
    suite: Suite,
    corrected: Sequence[tuple[dict[str, Any], dict[str, Any]]],
    home: Path,
    seeds: Path,
) -> int:
    """Release the rows that hold every rule once they are corrected; how many.

    A row enters as it came: its correction is applied where all others are.
    corrected   rows as `refused` gives them, each with how a correction has it
    """
    released = 0
    for row, instead in corrected:
        if gates.admit(con, suite, loading.arrow(con, suite.table, [instead]), home, seeds).refused.num_rows:
            continue
        with loading.transaction(con):
            loading.insert(con, suite.table, loading.arrow(con, suite.table, [row]))
            con.execute(f"delete from {_table(suite)} where row_key = ?", [row["row_key"]])
        released += 1
    return released


def _table(suite: Suite) -> str:
    return suite.table.replace("raw.", "quarantine.")
