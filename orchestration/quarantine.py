"""How the quarantine looks in a terminal: which rules refused what, and one refused row in full.

The SQL is in `warehouse/queries/`. Rows are released by the run itself (`expectations.quarantine`), never by hand.
"""

from __future__ import annotations

import json

import duckdb

from orchestration.terminal import cell, console, print_rows, query

_TEXT_SHOWN = 500  # characters of a document's text


class NoSuchRow(RuntimeError):
    """The quarantine has no row of this key, or several."""


def print_rules(con: duckdb.DuckDBPyConnection) -> None:
    """Each rule that refused something: how many rows, when last, and the newest one's key."""
    print_rows(con.sql(query("quarantine_rules")), "table")


def print_row(con: duckdb.DuckDBPyConnection, row_key: str) -> None:
    """A refused row: the rules that it broke with their sentences, where it comes from, and all that it says.

    row_key   or its first characters
    Raises    NoSuchRow
    """
    relation = con.sql(query("quarantine_row"), params={"row_key": row_key})
    rows = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    exact = [row for row in rows if row["row_key"] == row_key]
    if len(exact or rows) != 1:
        many = f"{len(rows)} refused rows begin with" if rows else "No refused row begins with"
        raise NoSuchRow(f"{many} {row_key!r}: `ledger quarantine` lists the rules with the key of a row.")
    (row,) = exact or rows
    out = console()
    out.print(
        f"[bold]{cell(row['row_key'])}[/bold] of {row['table_name']}, refused {row['quarantined_at']:%Y-%m-%d %H:%M}"
    )
    for rule, reason in zip(row["rules"], row["reasons"], strict=True):
        out.print(f"  {cell(rule)}: {cell(reason)}")
    where = (row["publisher"], row["title"], row["url"], f"landed {row['landing_day']}")
    out.print("\n" + cell(", ".join(str(part) for part in where if part)) + "\n")
    for name, value in json.loads(row["row_json"]).items():
        if value is not None:
            text = str(value)
            cut = f"… ({len(text):,} characters)" if len(text) > _TEXT_SHOWN else ""
            out.print(f"  [bold]{cell(name):<17}[/bold] {cell(text[:_TEXT_SHOWN])}{cut}")
    out.print(
        "\nMend its cause (a word of the lexicon, a rule, or a correction: docs/corrections.md). "
        "The next run judges it again."
    )
