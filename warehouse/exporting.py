"""Exports: the marts of a snapshot as CSV and Parquet, for whoever doesn't open DuckDB files.

Beside the files lies a `datapackage.json` (Frictionless Data Package, version 1): the fields with type, unit and
description, size and checksum of each file, and the licence. The descriptions are the snapshot's own comments, which
dbt wrote there. Only the marts: the vocabulary is in the dimensions, and what was refused is no data to hand on.
Programs for spreadsheets take a cell that begins with = + - or @ for a formula, and texts come from strangers: in CSV
such a text gets an apostrophe before it, which they don't show. Parquet files and the snapshot have it as it is.
A folder of exports is written under another name, and people come to it by a link: they never see half of one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse import connection, publishing

PACKAGE = "datapackage.json"
_MARTS = ("fct_", "rpt_", "dim_")

# Of the data; the code has a licence of its own. Quotes stay their publishers'.
_LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
# What a column is in, where its name says it: the style of the marts is a suffix where a column has one unit.
_UNITS = {
    "_usd": "USD",
    "_mw": "MW",
    "_w": "W",
    "_tflops": "TFLOP/s",
    "_tops": "TOP/s",
    "_percent": "%",
    "_days": "day",
}
_TYPES = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "datetime",
    "DOUBLE": "number",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "HUGEINT": "integer",
}
_FORMULA = r"^[=+\-@\t\r]"
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"  # how Table Schema writes a datetime; Parquet keeps the microseconds


@dataclass(frozen=True, slots=True)
class Export:
    """A folder of exports: its tables, and the size of all its files."""

    folder: Path
    tables: tuple[str, ...]
    bytes: int


def exports(home: Path) -> Path:
    """The folder of the dated folders, of which only the newest stays."""
    return home / "exports"


def latest(home: Path) -> Path:
    """The link to the newest whole export."""
    return exports(home) / "latest"


def is_current(home: Path) -> bool:
    """Whether the newest export is of the published snapshot: not where a run was killed between the two."""
    return latest(home).resolve().name == connection.published_file(home).resolve().stem


def export(home: Path) -> Export:
    """Make the export of the published snapshot the newest one, and remove the one before it.

    Raises   NothingPublished where there is no snapshot; whatever fails leaves the old export.
    """
    with connection.write(home), connection.read(home) as con:  # `write` so that there is one export at a time
        folder = exports(home) / connection.published_file(home).resolve().stem
        manifest = publishing.last_manifest(home)
        if manifest is not None and not is_current(home):
            unfinished = folder.with_suffix(".tmp")
            for rest in (unfinished, folder):  # of one that was killed
                shutil.rmtree(rest, ignore_errors=True)
            _write(con, unfinished, manifest)
            unfinished.rename(folder)
            publishing.swap_link(latest(home), folder)
        for path in exports(home).iterdir():
            if path.is_dir() and path not in (latest(home), folder):
                shutil.rmtree(path)
    tables = tuple(sorted(path.stem for path in folder.glob("*.csv")))
    return Export(folder, tables, sum(path.stat().st_size for path in folder.iterdir()))


def _write(con: duckdb.DuckDBPyConnection, folder: Path, manifest: publishing.Manifest) -> None:
    """The marts of a snapshot into a new folder, each as CSV and Parquet, and last their description."""
    folder.mkdir(parents=True)
    described = con.execute("select table_name, comment from duckdb_tables() order by table_name").fetchall()
    tables = {name: comment for name, comment in described if name.startswith(_MARTS)}
    resources = [entry for name, comment in tables.items() for entry in _resources(con, folder, name, comment)]
    published_at = datetime.fromisoformat(manifest.published_at)
    package = {
        "profile": "data-package",
        "name": "compute-ledger",
        "title": "Compute Ledger",
        "description": "Who has how much AI compute and what they paid for it: every number with its receipt.",
        "version": f"{published_at:%Y.%m.%d-%H%M%S}",
        "created": f"{published_at:{_MOMENT}}",
        "licenses": [_LICENCE],
        "resources": resources,
    }
    (folder / PACKAGE).write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _resources(
    con: duckdb.DuckDBPyConnection, folder: Path, table: str, comment: str | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    csv, parquet = folder / f"{table}.csv", folder / f"{table}.parquet"
    rows = con.table(table)
    rows.select(*_harmless(rows)).write_csv(str(csv), header=True, timestamp_format=_MOMENT)
    rows.write_parquet(str(parquet), compression="zstd")
    schema = {"fields": _fields(con, table), "missingValues": [""]}
    about = {"description": comment} if comment else {}
    # only a CSV file may call itself tabular in version 1
    return (
        {"profile": "tabular-data-resource", "name": table, **about}
        | {"path": csv.name, "format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
        | _measured(csv)
        | {"schema": schema},
        {"profile": "data-resource", "name": f"{table}-parquet", **about}
        | {"path": parquet.name, "format": "parquet", "mediatype": "application/vnd.apache.parquet"}
        | _measured(parquet)
        | {"schema": schema},
    )


def _harmless(rows: duckdb.DuckDBPyRelation) -> Iterator[duckdb.Expression]:
    """The columns, with an apostrophe before each text that a spreadsheet would calculate."""
    for name, kind in zip(rows.columns, rows.types, strict=True):
        column = duckdb.ColumnExpression(name)
        if kind == "VARCHAR":
            is_formula = duckdb.FunctionExpression("regexp_matches", column, duckdb.ConstantExpression(_FORMULA))
            marked = duckdb.FunctionExpression("concat", duckdb.ConstantExpression("'"), column)
            column = duckdb.CaseExpression(is_formula, marked).otherwise(column)
        yield column.alias(name)


def _measured(file: Path) -> dict[str, Any]:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {"bytes": file.stat().st_size, "hash": f"sha256:{digest}"}


def _fields(con: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    columns = con.execute(
        "select column_name, data_type, comment from duckdb_columns() where table_name = ? order by column_index",
        [table],
    ).fetchall()
    named = {name for name, *_ in columns}
    fields = []
    for name, kind, comment in columns:
        field: dict[str, Any] = {"name": name, "type": _type(kind)}
        if comment:
            field["description"] = comment
        unit = next((unit for suffix, unit in _UNITS.items() if name.endswith(suffix)), None)
        if unit:
            field["unit"] = unit
        elif "value" in name.split("_") and "unit" in named and field["type"] == "number":
            field["unitColumn"] = "unit"  # the row says it
        fields.append(field)
    return fields


def _type(kind: str) -> str:
    """The type of Table Schema for one of DuckDB's."""
    if kind.endswith("[]"):
        return "array"
    return "number" if kind.startswith("DECIMAL") else _TYPES.get(kind, "any")
