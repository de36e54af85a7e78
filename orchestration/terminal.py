"""How rows, receipts and the state of the sources look in a terminal; the SQL is in `warehouse/queries/`.

Every text from outside is shown without control characters and without being read as markup. CSV and JSON that go to a
file or a pipe are exact; on a terminal, they too lose what could do more than be read.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import duckdb
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from extraction.explaining import Span
from warehouse.publishing import Manifest

if TYPE_CHECKING:
    from sources.checking import FeedCheck

QUERIES = Path(__file__).resolve().parents[1] / "warehouse" / "queries"


class NoSuchFact(RuntimeError):
    """The ledger has no fact of this id."""


def console() -> Console:
    """As wide as the terminal; as wide as any table where the output goes to a file or a pipe."""
    return Console(width=None if sys.stdout.isatty() else 10_000, highlight=False)


def query(name: str) -> str:
    """The text of a query of `warehouse/queries/`."""
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


def print_rows(relation: duckdb.DuckDBPyRelation | None, format: Literal["table", "csv", "json"]) -> None:
    """The rows of a query; a statement that gives none prints nothing."""
    if relation is None:
        return
    columns, rows = relation.columns, relation.fetchall()
    if format == "json":
        for row in rows:
            print_json(dict(zip(columns, row, strict=True)))
    elif format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        on_screen = sys.stdout.isatty()
        writer.writerows([printable(one) if on_screen and isinstance(one, str) else one for one in row] for row in rows)
    else:
        _print_table(columns, [[_plain(value) for value in row] for row in rows])


def print_json(row: Mapping[str, Any]) -> None:
    """One line of JSON."""
    line = json.dumps(row, default=str, ensure_ascii=False)
    print(printable(line) if sys.stdout.isatty() else line)


def printable(text: str) -> str:
    """A text without what a terminal would obey: control characters, and those that turn the direction of writing."""
    return "\n".join("".join(one if one.isprintable() else " " for one in line) for line in text.split("\n"))


def _print_table(columns: list[str], rows: list[list[str]]) -> None:
    """As a table where it fits the terminal, else a block a row: a table of folded cells can't be read."""
    out = console()
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    if not sys.stdout.isatty() or sum(widths) + 3 * len(widths) <= out.width:
        table = Table(*columns, box=box.SIMPLE_HEAD, header_style="bold")
        for row in rows:
            table.add_row(*map(escape, row))
        out.print(table)
    else:
        name = max(map(len, columns))
        for number, row in enumerate(rows, 1):
            out.rule(f"row {number}", align="left", style="dim")
            for column, value in zip(columns, row, strict=True):
                out.print(f"[bold]{column:<{name}}[/bold]  {escape(value)}")
    print(f"{len(rows)} row{'' if len(rows) == 1 else 's'}")


def print_receipt(con: duckdb.DuckDBPyConnection, fact_id: str) -> None:
    """A fact, the words of the statement that won, and its rivals with why they lost.

    fact_id   or its first digits
    Raises    NoSuchFact
    """
    relation = con.sql(query("receipt"), params={"fact_id": fact_id})
    statements = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    facts = {statement["fact_id"] for statement in statements}
    if len(facts) != 1:
        many = (
            f"{len(facts)} facts begin with {fact_id!r}: give more digits."
            if facts
            else f"No fact begins with {fact_id!r}."
        )
        raise NoSuchFact(f'{many} `ledger sql "select fact_id, * from fct_compute_capacity_capex"` lists them.')
    winner, rivals = statements[0], statements[1:]
    out = console()
    out.print(f"[bold]{cell(_subject(winner))}[/bold]")
    out.print(f"{cell(_value(winner))}  {winner['status']}, {cell(_period(winner))}\n")
    _print_statement(out, winner)
    sources = winner["independent_source_count"]
    out.print(
        f"\nChosen by: {winner['resolution_rule']}. Independent sources: {sources}. "
        + ("Contested: another statement differs by more than a tenth." if winner["is_contested"] else "Not contested.")
    )
    for rival in rivals:
        dropped = rival["correction_changes"] == "left out"
        lost = "dropped" if dropped else "ranked lower" if rival["is_current"] else "superseded"
        out.print(f"\n[bold]Rival[/bold] ({lost}): {cell(_value(rival))}")
        _print_statement(out, rival)


def _print_statement(out: Console, statement: dict[str, Any]) -> None:
    if statement["quote"]:
        out.print(f"  “{cell(statement['quote'])}”")
    if statement["derivation"]:
        out.print(f"  {cell(statement['derivation'])}")
    told = [
        statement["publisher"] or statement["source"],
        statement["title"],
        f"known {statement['known_at']:%Y-%m-%d}",
    ]
    out.print("  " + cell(", ".join(str(part) for part in told if part)))
    where = [statement["source_url"], statement["accession"] and f"accession {statement['accession']}"]
    if statement["document_id"]:
        where.append(
            f"document {statement['document_id']}, characters {statement['char_start']} to {statement['char_end']}"
        )
    out.print("  " + cell(", ".join(str(part) for part in where if part)))
    if statement["correction_id"]:
        said = f"{statement['correction_changes']}. {statement['correction_reason']}"
        who = f"{statement['correction_id']}, {statement['correction_author']}, {statement['corrected_on']}"
        out.print(f"  Corrected ({cell(who)}): {cell(said)}")


def _subject(fact: dict[str, Any]) -> str:
    return " · ".join(str(fact[part]) for part in ("organization", "facility", "metric", "chip", "scope") if fact[part])


def _value(statement: dict[str, Any]) -> str:
    low, high = statement["value_low"], statement["value_high"]
    hedge = "" if statement["qualifier"] in ("exact", "range") else f"{statement['qualifier'].replace('_', ' ')} "
    number = f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"
    per = f" per {statement['per']}" if statement["per"] else ""
    return f"{hedge}{number} {statement['unit']}{per}"


def _period(statement: dict[str, Any]) -> str:
    start, end = statement["period_start"], statement["period_end"]
    if start and end:
        return f"{start} to {end}"
    return f"at {end}" if end else "at a time that isn't said"


def print_explanation(text: str, spans: Sequence[Span]) -> None:
    """A text with its numbers marked, green where they are claims, and then a line a number: what it is, or why not."""
    out, marked, end = console(), "", 0
    for span in spans:
        if span.char_start < end:  # a second claim of the same number
            continue
        style = "black on green" if span.kind == "claim" else "black on yellow"
        number = escape(printable(text[span.char_start : span.char_end]))
        marked += f"{escape(printable(text[end : span.char_start]))}[{style}]{number}[/{style}]"
        end = span.char_end
    out.print(marked + escape(printable(text[end:])) + "\n")
    table = Table("number", "is", "", box=box.SIMPLE_HEAD)
    for span in spans:
        claim = span.claim
        told = f"{claim.organization}, {claim.status}, {claim.period_end or 'no date'}" if claim else ""
        table.add_row(cell(text[span.char_start : span.char_end]), cell(span.reason), cell(told))
    out.print(table)


def print_status(
    home: Path,
    states: list[dict[str, Any]],
    waiting: int,
    manifest: Manifest | None,
    refused: list[tuple[str, str, str, int]],
) -> None:
    """Sources with their last and next fetch, what waits and what was refused, and how old the snapshot is.

    states     the fetchers' notes, as `State.source_states` gives them: newer than any snapshot
    waiting    files in the inbox
    manifest   of the published snapshot; None before the first
    refused    (table, source, reason, rows) of the quarantine
    """
    out = console()
    out.print(f"Data home   {home}")
    out.print(f"Inbox       {waiting} waiting")
    if manifest is None:
        out.print("Snapshot    none yet: `ledger run` makes the first")
    else:
        published_at = datetime.fromisoformat(manifest.published_at)
        age_h = (datetime.now(UTC) - published_at).total_seconds() / 3600
        facts = manifest.rows["fct_compute_capacity_capex"]
        out.print(f"Snapshot    {published_at:%Y-%m-%d %H:%M} UTC, {age_h:.1f} h old, {facts} facts")
    out.print(f"Quarantine  {sum(rows for *_, rows in refused)} rows")
    for table_name, source, reason, rows in refused:
        out.print(f"  {rows} of {table_name} from {cell(source)}: {cell(reason)}")
    table = Table("source", "kind", "last check", "last change", "next check", "result", box=box.SIMPLE_HEAD)
    for state in states:
        table.add_row(
            *(cell(state[part]) for part in ("source", "kind")),
            *(_moment(state[part]) for part in ("checked_at", "changed_at", "next_check_at")),
            f"[red]{cell(state['error'])}[/red]" if state["error"] else _went_well(state),
        )
    out.print(table)


def _went_well(state: dict[str, Any]) -> str:
    moved = f", moved to {cell(state['moved_to'])}: put that into feeds.yaml" if state["moved_to"] else ""
    return f"ok ({state['http_status']}){moved}"


def print_checks(checks: Sequence[FeedCheck]) -> None:
    """What each feed gave, and below the table a line a problem: what it is and what to do."""
    table = Table("source", "status", "entries", "newest", "robots.txt", "pace", "", box=box.SIMPLE_HEAD)
    for check in checks:
        pace = f"{check.pace_minutes:,} min" if check.pace_minutes else ""
        result = "[red]problem[/red]" if check.problem else "[yellow]note[/yellow]" if check.note else "ok"
        table.add_row(
            *(cell(part) for part in (check.key, check.status or "none", check.entries)),
            *(cell(part) for part in ("" if check.newest is None else f"{check.newest:%Y-%m-%d}", check.robots, pace)),
            result,
        )
    out = console()
    out.print(table)
    for check in checks:
        for sentence in filter(None, (check.problem, check.note)):
            out.print(f"{cell(check.key)}: {cell(sentence)}")


def print_filings(companies: Sequence[dict[str, Any]]) -> None:
    """What came of each filer, and what went wrong with it.

    companies   company, cik, filings, documents, facts (new ones), errors
    """
    table = Table("company", "CIK", "filings", "documents", "facts", "errors", box=box.SIMPLE_HEAD)
    for row in companies:
        counts = (f"{row[part]:,}" for part in ("filings", "documents", "facts"))
        table.add_row(cell(row["company"]), cell(row["cik"]), *counts, cell(_first_of(row["errors"])))
    console().print(table)


def _first_of(errors: Sequence[str]) -> str:
    """One line for a cell; the run has told them all."""
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return errors[0] + more if errors else ""


def _moment(value: datetime | str | None) -> str:
    if value is None:
        return "never"
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{moment.astimezone(UTC):%m-%d %H:%M}"


def cell(value: object) -> str:
    """A value as text that can do nothing but be read."""
    return escape(_plain(value))


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:,f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:,f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return printable(str(value)).replace("\n", " ")
