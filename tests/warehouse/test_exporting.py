"""Exports of hand-made marts: the files say what the snapshot says, and what they hold."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse import connection, exporting, publishing

from .conftest import Build, Process

TABLES = ["fct_claims", "fct_compute_capacity_capex"]
# of Table Schema, version 1
FIELD_TYPES = {
    *("string", "number", "integer", "boolean", "object", "array", "date", "time", "datetime"),
    *("year", "yearmonth", "duration", "geopoint", "geojson", "any"),
}


def publish(home: Path) -> publishing.Manifest:
    """A snapshot, and its export."""
    manifest = publishing.publish(home, "inputs")
    exporting.export(home)
    return manifest


def package(home: Path) -> dict[str, Any]:
    """The description of the newest export; fails where a file that it names is missing or another one."""
    folder = exporting.latest(home)
    described: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in described["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert {path.name for path in folder.iterdir()} == {
        "datapackage.json",
        *(resource["path"] for resource in described["resources"]),
    }
    return described


@pytest.mark.parametrize("table", TABLES)
def test_csv_and_parquet_hold_the_rows_of_the_snapshot(home: Path, build: Build, table: str) -> None:
    build(1)
    publish(home)
    folder = exporting.latest(home)
    with connection.read(home) as con:
        rows = con.sql(f"from {table}")
        expected, types = rows.fetchall(), dict(zip(rows.columns, map(str, rows.types), strict=True))
        csv = con.sql(f"from read_csv('{folder / table}.csv', columns = {types}, header = true)").fetchall()
        parquet = con.sql(f"from '{folder / table}.parquet'").fetchall()
    assert expected
    assert csv == expected
    assert parquet == expected


HOSTILE = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx"]


def test_a_text_that_a_spreadsheet_would_calculate_is_marked_in_csv_only(home: Path, build: Build) -> None:
    build(1)
    with connection.write(home) as con:
        con.execute("create table marts.dim_document as select unnest(?::varchar[]) as title, -5 as number", [HOSTILE])
    publish(home)
    folder = exporting.latest(home)
    with (folder / "dim_document.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["title"], row["number"]) for row in csv.DictReader(file)] == [
            (f"'{text}", "-5") for text in HOSTILE
        ]
    titles = duckdb.sql(f"select title from '{folder / 'dim_document.parquet'}'").fetchall()
    assert [title for (title,) in titles] == HOSTILE


def test_only_marts_are_exported(home: Path, build: Build) -> None:
    build(1)
    publish(home)
    assert [resource["name"] for resource in package(home)["resources"]] == [
        *("fct_claims", "fct_claims-parquet"),
        *("fct_compute_capacity_capex", "fct_compute_capacity_capex-parquet"),
    ]


def test_the_description_says_what_each_field_is(home: Path, build: Build) -> None:
    build(1)
    with connection.write(home) as con:
        con.execute(
            "create table marts.rpt_power as select 'MW' as unit, 1.5 as value_low, 2.5 as value_usd, "
            "true as is_open, [1, 2] as years, 3 as days_late, date '2024-01-01' as day"
        )
    manifest = publish(home)
    described = package(home)
    tables = {resource["name"]: resource for resource in described["resources"]}
    facts = tables["fct_compute_capacity_capex"]
    assert facts["description"] == "One row a fact; Meta's too."
    fields = {field["name"]: field for field in facts["schema"]["fields"]}
    assert fields["known_at"] == {
        "name": "known_at",
        "type": "datetime",
        "description": 'UTC; when it was "published".',
    }
    assert tables["rpt_power"]["schema"]["fields"] == [
        {"name": "unit", "type": "string"},
        {"name": "value_low", "type": "number", "unitColumn": "unit"},
        {"name": "value_usd", "type": "number", "unit": "USD"},
        {"name": "is_open", "type": "boolean"},
        {"name": "years", "type": "array"},
        {"name": "days_late", "type": "integer"},
        {"name": "day", "type": "date"},
    ]
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    assert described["created"][:19] == manifest.published_at[:19]


def test_the_description_is_a_data_package_of_version_1(home: Path, build: Build) -> None:
    build(1)
    publish(home)
    described = package(home)
    names = [resource["name"] for resource in described["resources"]]
    assert len(set(names)) == len(names)
    for name in (described["name"], *names):
        assert re.fullmatch(r"[-a-z0-9._/]+", name)
    for resource in described["resources"]:
        tabular = resource["path"].endswith(".csv")
        assert resource["profile"] == ("tabular-data-resource" if tabular else "data-resource")
        assert all(field["type"] in FIELD_TYPES for field in resource["schema"]["fields"])
        if tabular:
            header = (exporting.latest(home) / resource["path"]).read_text().splitlines()[0]
            assert header.split(",") == [field["name"] for field in resource["schema"]["fields"]]


def test_a_moment_is_written_as_table_schema_wants_it(home: Path, build: Build) -> None:
    build(1)
    publish(home)
    text = (exporting.latest(home) / "fct_compute_capacity_capex.csv").read_text()
    assert "2024-06-04T00:00:00Z" in text


def test_only_the_newest_export_stays(home: Path, build: Build) -> None:
    for generation in (1, 2, 3):
        build(generation)
        manifest = publish(home)
    newest = manifest.file.removesuffix(".duckdb")
    assert sorted(path.name for path in exporting.exports(home).iterdir()) == [newest, "latest"]
    assert exporting.latest(home).resolve().name == newest
    assert exporting.latest(home).readlink() == Path(newest)  # relative, so that the data home can be moved
    with duckdb.connect() as con:
        generations = con.sql(f"select distinct generation from '{exporting.latest(home)}/fct_claims.csv'").fetchall()
    assert generations == [(3,)]


def test_an_export_that_fails_leaves_the_old_one(home: Path, build: Build) -> None:
    build(1)
    manifest = publish(home)
    assert exporting.is_current(home)
    build(2)
    publishing.publish(home, "inputs")
    assert not exporting.is_current(home)
    away = exporting.exports(home).rename(home / "away")
    exporting.exports(home).write_text("a file where the folder should be")
    with pytest.raises(NotADirectoryError):
        exporting.export(home)
    exporting.exports(home).unlink()
    away.rename(exporting.exports(home))
    assert package(home)["created"][:19] == manifest.published_at[:19]
    exporting.export(home)
    assert exporting.is_current(home)


def test_exporting_again_leaves_what_is_there(home: Path, build: Build) -> None:
    build(1)
    publish(home)
    made = {path: path.stat().st_mtime_ns for path in exporting.latest(home).iterdir()}
    assert exporting.export(home).tables == ("fct_claims", "fct_compute_capacity_capex")
    assert {path: path.stat().st_mtime_ns for path in exporting.latest(home).iterdir()} == made


def test_before_the_first_publication_there_is_nothing_to_export(home: Path) -> None:
    with pytest.raises(connection.NothingPublished):
        exporting.export(home)


PUBLISHER = """
from warehouse import exporting, publishing
while True:
    publishing.publish(home, "inputs")
    exporting.export(home)
    print("published", flush=True)
"""


def test_a_publisher_that_is_killed_leaves_a_whole_export(home: Path, build: Build, process: Process) -> None:
    build(1)
    for published in (1, 2, 3, 4):
        with process(PUBLISHER) as other:
            assert other.stdout is not None
            for _ in range(published):
                assert other.stdout.readline() == "published\n"
            other.kill()
            other.wait()
        assert package(home)["resources"]
    publish(home)
    assert len(list(exporting.exports(home).iterdir())) == 2
