"""Publishing hand-made marts: what readers see before, while and after, and what a failure leaves."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from threading import Event

import duckdb
import pytest

from warehouse import connection, loading, publishing

from .conftest import Build, Process

GENERATIONS = "select max(f.generation), max(c.generation) from fct_compute_capacity_capex f, fct_claims c"


def generation(home: Path) -> int:
    """The generation that readers see; fails where two tables don't come from the same build."""
    with connection.read(home) as con:
        ((facts, claims),) = con.execute(GENERATIONS).fetchall()
    assert facts == claims
    return int(facts)


def snapshot_files(home: Path) -> list[str]:
    return sorted(path.name for path in publishing.snapshots(home).iterdir())


def test_readers_see_the_marts_and_the_vocabulary_under_their_own_names(home: Path, build: Build) -> None:
    build(1)
    manifest = publishing.publish(home, "inputs")
    with connection.read(home) as con:
        tables = con.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        value = con.execute("select value_low from fct_compute_capacity_capex where fact_id = 'f2'").fetchall()
    assert tables == [
        ("main", name)
        for name in (
            "fct_claims",
            "fct_compute_capacity_capex",
            "metrics",
            "quarantine_claims",
            "quarantine_company_facts",
            "quarantine_documents",
        )
    ]
    assert value == [(Decimal("12345678901234567890.123456"),)]
    assert manifest.rows == {"fct_claims": 2, "fct_compute_capacity_capex": 2, "metrics": 1}


def test_the_table_macro_works_in_the_snapshot(home: Path, build: Build) -> None:
    build(1)
    publishing.publish(home, "inputs")
    with connection.read(home) as con:
        known = con.execute("select fact_id from facts_as_known('2024-07-01')").fetchall()
        all_known = con.execute("select fact_id from facts_as_known('2024-10-30') order by all").fetchall()
    assert known == [("f1",)]
    assert all_known == [("f1",), ("f2",)]


def test_the_descriptions_travel_with_the_snapshot(home: Path, build: Build) -> None:
    build(1)
    publishing.publish(home, "inputs")
    with connection.read(home) as con:
        table = con.execute("select comment from duckdb_tables() where comment is not null").fetchall()
        column = con.execute(
            "select table_name, column_name, comment from duckdb_columns() where comment is not null"
        ).fetchall()
    assert table == [("One row a fact; Meta's too.",)]
    assert column == [("fct_compute_capacity_capex", "known_at", 'UTC; when it was "published".')]


def test_the_manifest_tells_what_the_file_holds(home: Path, build: Build) -> None:
    assert publishing.last_manifest(home) is None
    build(1)
    manifest = publishing.publish(home, "0123456789abcdef")
    file = connection.published_file(home).resolve()
    assert manifest == publishing.last_manifest(home)
    assert manifest.file == file.name
    assert manifest.inputs == "0123456789abcdef"
    assert manifest.bytes == file.stat().st_size
    assert manifest.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert datetime.fromisoformat(manifest.published_at).tzinfo == UTC
    assert json.loads(file.with_suffix(".manifest.json").read_text()) == asdict(manifest)


READER = f"""
from threading import Thread
from warehouse import connection
done = []
Thread(target=lambda: (sys.stdin.read(), done.append(1)), daemon=True).start()
while not done:
    with connection.read(home) as con:
        print(*con.execute({GENERATIONS!r}).fetchall()[0], flush=True)
"""


def test_readers_during_twenty_publications_see_one_whole_generation_each_time(
    home: Path, build: Build, process: Process
) -> None:
    build(0)
    publishing.publish(home, "inputs")
    seen_here: list[int] = []
    over = Event()

    def read_on() -> None:
        while not over.is_set():
            seen_here.append(generation(home))

    with process(READER) as other, ThreadPoolExecutor() as pool:
        assert other.stdin is not None
        assert other.stdout is not None
        first = other.stdout.readline()
        reading = pool.submit(read_on)
        try:
            for number in range(1, 21):
                build(number)
                publishing.publish(home, "inputs")
        finally:
            over.set()
        reading.result()  # raises what the reader met
        other.stdin.close()
        lines = [first, *other.stdout.readlines()]
        assert other.wait() == 0
    assert generation(home) == 20
    seen_there = [tuple(int(number) for number in line.split()) for line in lines]
    assert all(facts == claims for facts, claims in seen_there)
    assert [facts for facts, _ in seen_there] == sorted(facts for facts, _ in seen_there)
    assert seen_here == sorted(seen_here)
    assert len(set(seen_here) | {facts for facts, _ in seen_there}) > 2  # they did read in between


def test_an_open_reader_keeps_its_snapshot_after_its_file_is_gone(home: Path, build: Build) -> None:
    build(0)
    publishing.publish(home, "inputs")
    first = connection.published_file(home).resolve()
    with connection.read(home) as con:
        for number in range(1, publishing.KEPT + 1):
            build(number)
            publishing.publish(home, "inputs")
        assert not first.exists()
        assert con.execute(GENERATIONS).fetchall() == [(0, 0)]
        assert generation(home) == publishing.KEPT


def test_only_the_last_snapshots_stay_each_with_its_manifest(home: Path, build: Build) -> None:
    build(0)
    published = [publishing.publish(home, "inputs") for _ in range(publishing.KEPT + 2)]
    kept = [manifest.file.removesuffix(".duckdb") for manifest in published[-publishing.KEPT :]]
    assert snapshot_files(home) == sorted(
        name + end for name in kept for end in (".duckdb", ".changes.md", ".manifest.json")
    )


def test_a_disk_without_room_stops_before_anything_is_written(
    home: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(1)
    publishing.publish(home, "inputs")
    before = snapshot_files(home)
    build(2)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 10**9 - 1000, 1000))
    with pytest.raises(publishing.NotEnoughSpace, match=r"needs about \d+ MB free .* make room and run again"):
        publishing.publish(home, "inputs")
    assert snapshot_files(home) == before
    assert generation(home) == 1


def test_a_failure_in_the_middle_leaves_the_old_snapshot_and_the_next_publication_cleans_up(
    home: Path, build: Build
) -> None:
    build(1)
    publishing.publish(home, "inputs")
    manifest = publishing.last_manifest(home)
    build(2)
    with connection.write(home) as con:  # two public tables of one name: the second can't be made
        con.execute("create table vocabulary.fct_claims as select 1 as generation")
    with pytest.raises(duckdb.CatalogException, match="fct_claims"):
        publishing.publish(home, "inputs")
    assert generation(home) == 1
    assert publishing.last_manifest(home) == manifest
    assert len(list(publishing.snapshots(home).glob("*.duckdb"))) == 1

    with connection.write(home) as con:
        con.execute("drop table vocabulary.fct_claims")
    publishing.publish(home, "inputs")
    assert generation(home) == 2
    assert {name.partition(".")[2] for name in snapshot_files(home)} == {"duckdb", "changes.md", "manifest.json"}


def test_a_folder_that_takes_no_files_leaves_the_old_snapshot(home: Path, build: Build) -> None:
    build(1)
    first = publishing.publish(home, "inputs")
    build(2)
    folder = publishing.snapshots(home)
    away = folder.rename(folder.with_name("away"))
    folder.write_text("a file where the folder should be")
    with pytest.raises(FileExistsError):
        publishing.publish(home, "inputs")
    folder.unlink()
    away.rename(folder)
    assert generation(home) == 1
    assert publishing.last_manifest(home) == first


PUBLISHER = """
from warehouse import publishing
while True:
    publishing.publish(home, "inputs")
    print("published", flush=True)
"""


def test_a_publisher_that_is_killed_leaves_a_whole_snapshot_and_a_free_file(
    home: Path, build: Build, process: Process
) -> None:
    build(1)
    for published in (1, 2, 3):
        with process(PUBLISHER) as other:
            assert other.stdout is not None
            for _ in range(published):
                assert other.stdout.readline() == "published\n"
            other.kill()
            other.wait()
        assert generation(home) == 1
        assert publishing.last_manifest(home) is not None
    build(2)
    publishing.publish(home, "inputs")
    assert generation(home) == 2
    assert len(snapshot_files(home)) <= 3 * publishing.KEPT
    assert {name.partition(".")[2] for name in snapshot_files(home)} == {"duckdb", "changes.md", "manifest.json"}


def test_the_facts_before_are_those_that_readers_have_now(home: Path, build: Build) -> None:
    build(1)
    with connection.write(home) as con, publishing.previous_facts(con, home):
        assert con.execute("select count(*) from previous_facts").fetchall() == [(0,)]
    publishing.publish(home, "inputs")
    build(2)
    with connection.read(home), connection.write(home) as con:
        for _ in range(2):
            with publishing.previous_facts(con, home):
                assert con.execute("select distinct generation from previous_facts").fetchall() == [(1,)]
                assert con.execute("select distinct generation from marts.fct_claims").fetchall() == [(2,)]


def test_the_facts_before_have_the_columns_of_today(home: Path, build: Build) -> None:
    build(1)
    publishing.publish(home, "inputs")
    with connection.write(home) as con:
        con.execute("alter table marts.fct_compute_capacity_capex rename organization to company")
        con.execute("alter table marts.fct_compute_capacity_capex alter metric type integer using null")
        with publishing.previous_facts(con, home):
            rows = con.sql("select * from previous_facts order by fact_id")
            assert "organization" not in rows.columns
            assert rows.project("fact_id, company, metric, value_low").fetchall() == [
                ("f1", None, None, Decimal(50_000)),
                ("f2", None, None, Decimal("12345678901234567890.123456")),
            ]


def test_the_facts_before_go_away_also_when_the_audit_fails(home: Path, build: Build) -> None:
    build(1)
    with connection.write(home) as con:
        with pytest.raises(ZeroDivisionError), publishing.previous_facts(con, home):
            raise ZeroDivisionError
        with publishing.previous_facts(con, home):
            pass


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "target" / "dbt"  # a checkout may lie below a folder of any name
    (project / "models").mkdir(parents=True)
    (project / "target").mkdir()
    (project / "models" / "a.sql").write_text("select 1")
    return project


def fingerprint(home: Path, project: Path) -> str:
    with connection.write(home) as con:
        return publishing.fingerprint(con, project)


def test_the_fingerprint_stays_where_nothing_changed(home: Path, project: Path) -> None:
    before = fingerprint(home, project)
    (project / "target" / "compiled.sql").write_text("select 1")
    (project / "notes.txt").write_text("not part of a build")
    assert fingerprint(home, project) == before


def test_the_fingerprint_changes_with_the_raw_rows(home: Path, project: Path) -> None:
    before = fingerprint(home, project)
    row = {"document_id": "a", "extractor": "grammar", "extractor_version": "1", "claim_count": 0}
    with connection.write(home) as con:
        now = loading.now()
        rows = [row | {"landing_day": now.date(), "extracted_at": now}]
        loading.insert(con, "raw.extractions", loading.arrow(con, "raw.extractions", rows))
    assert fingerprint(home, project) != before


@pytest.mark.parametrize("name", ["models/a.sql", "models/new.sql", "models/a.yml", "seeds.csv"])
def test_the_fingerprint_changes_with_the_text_of_the_project(home: Path, project: Path, name: str) -> None:
    before = fingerprint(home, project)
    (project / name).write_text("select 2")
    assert fingerprint(home, project) != before


def test_the_fingerprint_changes_with_the_name_of_a_model(home: Path, project: Path) -> None:
    before = fingerprint(home, project)
    (project / "models" / "a.sql").rename(project / "models" / "b.sql")
    assert fingerprint(home, project) != before
