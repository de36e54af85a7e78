"""Publishing: the audited marts into a file of their own, then one atomic step that makes it the one that readers open.

A snapshot is named by its moment, never changed after its checkpoint, and readers come to it by a link that is
replaced whole.
Who has the old one open keeps it. The last ones stay, each with a manifest (rows, checksum, what it was built from) and
the changes since the one before it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from warehouse import connection, differences, loading

KEPT = 5  # an analyst's long query outlives four publications
ROOM = 2.0  # free space wanted, in sizes of the working file: a checkpoint on a full disk can lose rows

# What readers see, all in the schema `main`, under its own name: the marts, and the vocabulary that explains them.
_PUBLIC_TABLES = """
    select schema_name, table_name from duckdb_tables()
    where schema_name in ('marts', 'vocabulary') and not table_name like 'lexicon%'
    order by all
"""
_PUBLIC_MACROS = """
    select function_name, parameters, macro_definition from duckdb_functions()
    where schema_name = 'marts' and function_type = 'table_macro'
"""
_COMMENTS = """
    select 'table', format('"{}"', table_name), comment from duckdb_tables()
    where schema_name = 'marts' and comment is not null
    union all
    select 'column', format('"{}"."{}"', table_name, column_name), comment from duckdb_columns()
    where schema_name = 'marts' and comment is not null
"""
_COLUMNS = "select column_name, data_type from duckdb_columns() where database_name = ? and table_name = ?"


class NotEnoughSpace(RuntimeError):
    """The disk has too little room for another snapshot."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds.

    inputs   fingerprint of the raw rows and of the dbt project that it was built from: equal inputs, equal snapshot
    rows     rows of each table
    changes  facts added, changed and withdrawn since the snapshot before; empty for the first
    """

    file: str
    published_at: str
    inputs: str
    sha256: str
    bytes: int
    rows: dict[str, int]
    changes: Mapping[str, int] = field(default_factory=dict)


def snapshots(home: Path) -> Path:
    """The folder of the dated files and their manifests."""
    return home / "snapshots"


def fingerprint(con: duckdb.DuckDBPyConnection, project: Path) -> str:
    """What a build would be made from, as JSON: the number of rows of each raw table (they are only ever added), and a
    hash of the corrections and of the text of the dbt project."""
    corrections = repr(con.execute("from raw.corrections order by all").fetchall()).encode()
    text = hashlib.sha256()
    for path in sorted(project.rglob("*")):
        name = path.relative_to(project)
        if path.suffix in {".sql", ".yml", ".csv"} and "target" not in name.parts:
            text.update(name.as_posix().encode() + b"\0" + path.read_bytes())
    hashes = {"raw.corrections": hashlib.sha256(corrections).hexdigest()[:16], "project": text.hexdigest()[:16]}
    return json.dumps(loading.row_counts(con) | hashes, sort_keys=True)


def last_manifest(home: Path) -> Manifest | None:
    """The manifest of the snapshot that readers open now; None before the first."""
    link = connection.published_file(home)
    if not link.exists():
        return None
    return Manifest(**json.loads(_manifest_file(link.resolve()).read_text(encoding="utf-8")))


def last_changes(home: Path) -> str:
    """What the snapshot that readers open now says that the one before didn't, as Markdown; empty before the first."""
    link = connection.published_file(home)
    file = _changes_file(link.resolve())
    return file.read_text(encoding="utf-8") if link.exists() and file.exists() else ""


@contextmanager
def previous_facts(con: duckdb.DuckDBPyConnection, home: Path) -> Iterator[None]:
    """What readers have now, as two temporary tables of a working connection; empty at first.

    previous_facts     in the columns of today's facts; null where the published snapshot is older than a column
    previous_sources   the documents and filings (`source_id`) that its statements came from
    """
    con.execute("create temporary table previous_facts as from marts.fct_compute_capacity_capex limit 0")
    con.execute("create temporary table previous_sources (source_id varchar)")
    link = connection.published_file(home)
    if link.exists():
        con.execute(f"attach {_text(link.resolve())} as previous (read_only)")
        there = con.execute(_COLUMNS, ["previous", "fct_compute_capacity_capex"]).fetchall()
        wanted = con.execute(_COLUMNS, ["temp", "previous_facts"]).fetchall()
        known = {name for name, _ in there}
        common = [f'try_cast("{name}" as {kind}) as "{name}"' for name, kind in wanted if name in known]
        if common:
            con.execute(
                "insert into previous_facts by name "
                f"select {', '.join(common)} from previous.main.fct_compute_capacity_capex"
            )
        for name, _ in con.execute(_COLUMNS, ["previous", "fct_claims"]).fetchall():
            if name in ("document_id", "accession"):
                con.execute(
                    f"insert into previous_sources select distinct {name} from previous.main.fct_claims "
                    f"where {name} is not null"
                )
        con.execute("detach previous")
    try:
        yield
    finally:
        con.execute("drop table previous_facts; drop table previous_sources")


def publish(home: Path, inputs: str) -> Manifest:
    """Copy the marts of the working file into a new snapshot and make it the published one.

    inputs   the fingerprint that the marts were built from
    Raises   NotEnoughSpace before anything is written; whatever fails leaves the old snapshot published.
    """
    folder = snapshots(home)
    folder.mkdir(parents=True, exist_ok=True)
    _check_space(home)
    now = datetime.now(UTC)
    target = folder / f"compute_ledger-{now:%Y%m%dT%H%M%S%f}Z.duckdb"
    candidate = target.with_suffix(".tmp")
    before = connection.published_file(home)
    with connection.write(home) as con:  # held to the end, so that there is one publication at a time
        rows = _copy_marts(con, candidate)
        changes = differences.between(before.resolve(), candidate) if before.exists() else None
        manifest = Manifest(
            file=target.name,
            published_at=now.isoformat(timespec="seconds"),
            inputs=inputs,
            sha256=_sha256(candidate),
            bytes=candidate.stat().st_size,
            rows=rows,
            changes=changes.counts if changes else {},
        )
        told = differences.to_markdown(changes) if changes else "The first snapshot.\n"
        _changes_file(target).write_text(told, encoding="utf-8")
        _manifest_file(target).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
        candidate.replace(target)
        swap_link(before, target)
        _drop_old(folder, keep=target)
    return manifest


def _copy_marts(con: duckdb.DuckDBPyConnection, candidate: Path) -> dict[str, int]:
    rows: dict[str, int] = {}
    tables, macros = con.execute(_PUBLIC_TABLES).fetchall(), con.execute(_PUBLIC_MACROS).fetchall()
    comments = con.execute(_COMMENTS).fetchall()
    con.execute(f"attach {_text(candidate)} as snapshot (storage_version 'v1.5.0')")
    con.execute("use snapshot")
    for schema, table in tables:
        con.execute(f'create table "{table}" as from working.{schema}."{table}"')
        rows[table] = con.execute(f'select count(*) from "{table}"').fetchall()[0][0]
    for kind, name, comment in comments:
        con.execute(f"comment on {kind} {name} is {_text(comment)}")
    for name, parameters, body in macros:
        for schema in ("working.marts.", "marts."):
            body = body.replace(schema, "")
        con.execute(f"create macro {name}({', '.join(parameters)}) as table {body}")
    for name in ("documents", "claims", "company_facts"):
        con.execute(f"create table quarantine_{name} as from working.quarantine.{name}")
    con.execute("checkpoint snapshot")
    con.execute("use working")
    con.execute("detach snapshot")
    return rows


def swap_link(link: Path, target: Path) -> None:
    """A link is replaced, never changed: a reader finds what it led to or the new target, a file or folder beside it or
    below."""
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.relative_to(link.parent))
    fresh.replace(link)


def _drop_old(folder: Path, keep: Path) -> None:
    """Leave the newest snapshots with their manifests: what a publication that failed left behind goes too."""
    older = sorted(path.stem for path in folder.glob("*.duckdb") if path != keep)
    kept = {keep.stem, *older[-(KEPT - 1) :]}
    for path in folder.iterdir():
        if path.name.partition(".")[0] not in kept:
            path.unlink()


def _check_space(home: Path) -> None:
    needed = int(connection.working_file(home).stat().st_size * ROOM)
    free = shutil.disk_usage(home).free
    if free < needed:
        raise NotEnoughSpace(
            f"Publishing needs about {needed / 1e6:.0f} MB free below {home} and finds {free / 1e6:.0f} MB: "
            "make room and run again. The published snapshot is as it was."
        )


def _manifest_file(snapshot: Path) -> Path:
    return snapshot.with_suffix(".manifest.json")


def _changes_file(snapshot: Path) -> Path:
    return snapshot.with_suffix(".changes.md")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
