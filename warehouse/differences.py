"""Differences: what a new snapshot says that the one before it didn't, and why.

A fact is added, changed or withdrawn. The reason is found in the statements behind it: a correction, a document or
filing that wasn't there, another revision of the page, another reading of the same text, another vocabulary.
The two snapshots may be of different versions of the project: what is compared are the columns that both have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from warehouse.markdown import code_span

FACTS = "fct_compute_capacity_capex"
KINDS = ("added", "changed", "withdrawn")
SHOWN = 50  # facts of each kind: the text is kept in Dagster's event log too, at each publication
# Ids change with each version of the extractor and each revision of a page, and nobody quotes them: the words and
# values that one does quote are compared themselves.
_NOT_COMPARED = {"fact_id", "winning_claim_id", "document_id"}
_FROM_OUTSIDE = {"title", "quote", "source_url", "publisher"}  # long: that it changed is told, not how
# The columns that reasons are read from; null where a snapshot is older than the column.
_STATEMENT = (
    *("claim_id", "fact_id", "is_current", "is_latest_reading", "superseded_at", "document_id", "accession"),
    *("source_url", "extractor_version", "correction_id"),
)

_REASONS = """
    with
        old as ({old_statements}), new as ({new_statements}),
        old_documents as ({old_documents}), old_pages as ({old_pages}), old_filings as (select accession from old),
    told as (
        select
            new.fact_id,
            case
                when new.correction_id is not null and new.correction_id is distinct from old.correction_id
                    then struct_pack(rank := 1, reason := 'correction ' || new.correction_id)
                when not new.is_current or old.claim_id is not null
                    then null
                when new.document_id is null
                    then if(
                        new.accession in (select accession from old_filings where accession is not null), null,
                        struct_pack(rank := 2, reason := 'a new filing: ' || new.accession)
                    )
                when new.document_id in (select document_id from old_documents where document_id is not null)
                    then struct_pack(
                        rank := 4,
                        reason := concat('its text was read anew, by version ', new.extractor_version)
                    )
                when new.source_url in (select url from old_pages where url is not null)
                    then struct_pack(rank := 3, reason := 'another revision of the page: ' || new.source_url)
                else struct_pack(rank := 2, reason := concat('a new document: ', new.source_url))
            end as why
        from new
        left join old on new.claim_id = old.claim_id
        where new.fact_id in (select fact_id from shown)
        union all
        select
            old.fact_id,
            case
                when new.correction_id is not null and new.correction_id is distinct from old.correction_id
                    then struct_pack(rank := 1, reason := 'correction ' || new.correction_id)
                when old.correction_id is not null and new.correction_id is null
                    then struct_pack(rank := 1, reason := 'correction ' || old.correction_id || ' was taken back')
                when not old.is_current or new.is_current
                    then null
                when new.superseded_at is not null
                    then struct_pack(rank := 3, reason := concat('another revision of the page: ', new.source_url))
                when new.is_latest_reading = false or (new.claim_id is null and old.document_id is not null)
                    then struct_pack(rank := 4, reason := 'its text was read anew, and no longer states it')
            end
        from old
        left join new on old.claim_id = new.claim_id
        where old.fact_id in (select fact_id from shown)
    )
    select fact_id, arg_min(why.reason, (why.rank, why.reason)) from told where why is not null group by fact_id
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that differs.

    kind      added, changed or withdrawn
    fact      its row as it is now; as it was, where it is withdrawn
    changes   (column, old, new) of a changed fact
    """

    kind: str
    fact: Mapping[str, Any]
    changes: tuple[tuple[str, Any, Any], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Differences:
    """All that differs between two snapshots: how many facts of each kind, and the first of each."""

    counts: Mapping[str, int]
    shown: tuple[Difference, ...]


def between(before: Path, after: Path) -> Differences:
    """Compare the facts of two snapshot files."""
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        for side, file in (("before", before), ("after", after)):
            quoted = str(file).replace("'", "''")
            con.execute(f"attach '{quoted}' as {side} (read_only)")
        common = _common(con, FACTS)
        if "fact_id" not in common:
            return Differences(dict.fromkeys(KINDS, 0), ())
        compared = [name for name in common if name not in _NOT_COMPARED]
        order = [name for name in ("organization", "metric", "period_end") if name in common]
        con.execute(
            f"""
            create temporary table differing as
            select
                coalesce(new.fact_id, old.fact_id) as fact_id,
                case
                    when old.fact_id is null then 'added' when new.fact_id is null then 'withdrawn' else 'changed'
                end as kind,
                row_number() over (
                    partition by kind
                    order by {", ".join(f'coalesce(new."{name}", old."{name}")' for name in [*order, "fact_id"])}
                ) as place
            from before.main.{FACTS} as old
            full join after.main.{FACTS} as new on old.fact_id = new.fact_id
            where
                old.fact_id is null or new.fact_id is null
                {"".join(f' or old."{name}" is distinct from new."{name}"' for name in compared)};
            create temporary table shown as from differing where place <= {SHOWN};
            """
        )
        counts = dict(con.execute("select kind, count(*) from differing group by kind").fetchall())
        shown = con.execute("select kind, fact_id from shown order by kind, place").fetchall()
        old, new = _facts(con, "before"), _facts(con, "after")
        reasons = dict(con.execute(_reasons(con)).fetchall()) if shown else {}
        otherwise = _of_the_project(con) if len(reasons) < len(shown) else ""
    return Differences(
        {kind: counts.get(kind, 0) for kind in KINDS},
        tuple(
            Difference(
                kind,
                new.get(key) or old[key],
                tuple((name, old[key][name], new[key][name]) for name in compared if old[key][name] != new[key][name])
                if kind == "changed"
                else (),
                reasons.get(key, otherwise),
            )
            for kind, key in shown
        ),
    )


def to_markdown(found: Differences) -> str:
    """The differences for a person: counts, then a line a fact. Text from outside stands in code spans and can do
    nothing but be read."""
    lines = [", ".join(f"{found.counts[kind]:,} {kind}" for kind in KINDS) + "."]
    for kind in KINDS:
        told = [one for one in found.shown if one.kind == kind]
        if told:
            lines += ["", f"## {kind.capitalize()}", "", *(line for one in told for line in _lines(one))]
        if found.counts[kind] > len(told):
            lines += ["", f"… and {found.counts[kind] - len(told):,} more {kind}."]
    return "\n".join(lines) + "\n"


def _lines(one: Difference) -> Iterator[str]:
    fact = one.fact
    subject = " · ".join(
        str(fact[name]) for name in ("organization", "facility", "metric", "chip", "scope", "status") if fact.get(name)
    )
    period = " to ".join(str(fact[name]) for name in ("period_start", "period_end") if fact.get(name))
    ends = list(dict.fromkeys(_plain(fact[name]) for name in ("value_low", "value_high") if fact.get(name) is not None))
    value = " ".join([" to ".join(ends), *(str(fact[name]) for name in ("unit",) if fact.get(name))])
    parts = [f"{code_span(part)}" for part in (str(fact["fact_id"])[:8], subject, period, value) if part]
    yield f"- {', '.join(parts)}: {_reason(one.reason)}"
    for name, old, new in one.changes:
        how = "" if name in _FROM_OUTSIDE else f": {code_span(_plain(old))} → {code_span(_plain(new))}"
        yield f"  - {name}{how}"


def _reason(reason: str) -> str:
    said, colon, detail = reason.partition(": ")
    return said + (f": {code_span(detail)}" if colon else "")


def _plain(value: Any) -> str:
    if value is None:
        return "nothing"
    return f"{value:,f}".rstrip("0").rstrip(".") if isinstance(value, Decimal) else str(value)


def _columns(con: duckdb.DuckDBPyConnection, side: str, table: str) -> list[str]:
    found = con.execute(
        "select column_name from duckdb_columns() where database_name = ? and table_name = ? order by column_index",
        [side, table],
    )
    return [name for (name,) in found.fetchall()]


def _common(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The columns that both sides have with the same type: another type can't always be compared."""
    found = con.execute(
        """
        select new.column_name
        from duckdb_columns() as new
        semi join (from duckdb_columns() where database_name = 'before') as old
            on new.table_name = old.table_name and new.column_name = old.column_name and new.data_type = old.data_type
        where new.database_name = 'after' and new.table_name = ?
        order by new.column_index
        """,
        [table],
    )
    return [name for (name,) in found.fetchall()]


def _facts(con: duckdb.DuckDBPyConnection, side: str) -> dict[str, dict[str, Any]]:
    rows = con.sql(f"from {side}.main.{FACTS} where fact_id in (select fact_id from shown)").to_arrow_table()
    return {row["fact_id"]: row for row in rows.to_pylist()}


def _select(con: duckdb.DuckDBPyConnection, side: str, table: str, names: Iterable[str]) -> str:
    """A query for these columns; null where the table lacks one, no rows where there is no such table."""
    there = _columns(con, side, table)
    columns = ", ".join(f'"{name}"' if name in there else f"null as {name}" for name in names)
    return f"select {columns} from {side}.main.{table}" if there else f"select {columns} limit 0"


def _reasons(con: duckdb.DuckDBPyConnection) -> str:
    return _REASONS.format(
        old_statements=_select(con, "before", "fct_claims", _STATEMENT),
        new_statements=_select(con, "after", "fct_claims", _STATEMENT),
        old_documents=_select(con, "before", "dim_document", ["document_id"]),
        old_pages=_select(con, "before", "dim_document", ["url"]),
    )


def _of_the_project(con: duckdb.DuckDBPyConnection) -> str:
    """What else can be the reason: the vocabulary, or the SQL between the statements and the facts."""
    tables = con.execute(
        "select table_name from duckdb_tables() where database_name = 'after' "
        "and not regexp_matches(table_name, '^(fct|rpt|dim|quarantine)_') order by table_name"
    ).fetchall()
    changed = []
    for (table,) in tables:
        columns = _columns(con, "after", table)
        if columns != _columns(con, "before", table):
            changed.append(table)
            continue
        one, other = f'from before.main."{table}"', f'from after.main."{table}"'
        query = f"select exists (({one} except {other}) union all ({other} except {one}))"
        if con.execute(query).fetchall()[0][0]:
            changed.append(table)
    return f"the vocabulary changed: {', '.join(changed)}" if changed else "the models changed"
