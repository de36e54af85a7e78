"""The two files and who may open them when; the rivals are real processes."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from warehouse import connection, publishing

from .conftest import Build, Process

WRITER = """
from warehouse import connection
with connection.write(home):
    print("writing", flush=True)
    sys.stdin.read()
"""

COMMITTER = """
from warehouse import connection, loading
with connection.write(home) as con:
    loading.note_build(con, "x")
    print("written", flush=True)
    sys.stdin.read()
"""


def storage_version(con: duckdb.DuckDBPyConnection) -> str:
    query = "select tags['storage_version'] from duckdb_databases() where not internal"
    return str(con.execute(query).fetchall()[0][0])


def test_a_writer_finds_the_raw_schema_and_a_clock_in_utc(home: Path) -> None:
    for _ in range(2):
        with connection.write(home) as con:
            assert con.execute("select count(*) from raw.claims").fetchall() == [(0,)]
            assert con.execute("select current_setting('TimeZone')").fetchall() == [("UTC",)]


def test_a_warehouse_that_is_older_than_a_column_gets_it_when_it_is_next_written(home: Path) -> None:
    with connection.write(home) as con:
        con.execute("alter table raw.claims drop column is_replaced")
    with connection.write(home) as con:
        assert con.execute("select is_replaced from raw.claims").fetchall() == []


def test_both_files_can_be_opened_by_clients_of_duckdb_1_5(home: Path, build: Build) -> None:
    build(1)
    publishing.publish(home, "inputs")
    with connection.write(home) as con:
        assert storage_version(con).startswith("v1.5.0")
    with connection.read(home) as con:
        assert storage_version(con).startswith("v1.5.0")


def test_while_another_process_writes_a_writer_waits_then_says_what_to_do(home: Path, process: Process) -> None:
    with process(WRITER) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "writing\n"
        with (
            pytest.raises(connection.WarehouseBusy, match=r"working\.duckdb was still being written .*`ledger status`"),
            connection.write(home, wait_s=0.3),
        ):
            pass
        with pytest.raises(connection.WarehouseBusy):
            connection.discard(home)
        assert connection.working_file(home).exists()


def test_a_writer_that_waits_goes_on_when_the_other_is_done(home: Path, process: Process) -> None:
    with process(WRITER) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "writing\n"
        with process('print("asking", flush=True)\n' + WRITER) as waiting:
            assert waiting.stdout is not None
            assert waiting.stdout.readline() == "asking\n"
            other.stdin.close()
            assert waiting.stdout.readline() == "writing\n"


def test_a_writer_that_was_killed_leaves_the_file_free_and_whole(home: Path, process: Process) -> None:
    with process(COMMITTER) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "written\n"
        other.kill()
        other.wait()
    with connection.write(home, wait_s=0) as con:
        assert con.execute("select inputs from raw.builds").fetchall() == [("x",)]


def test_before_the_first_publication_a_reader_is_told_how_to_make_one(home: Path) -> None:
    with (
        pytest.raises(connection.NothingPublished, match=r"Nothing is published .* `ledger run`"),
        connection.read(home),
    ):
        pass


def test_a_reader_never_waits_for_a_writer(home: Path, build: Build, process: Process) -> None:
    build(1)
    publishing.publish(home, "inputs")
    with process(WRITER) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "writing\n"
        with connection.read(home) as con:
            assert con.execute("select count(*) from fct_claims").fetchall() == [(2,)]


def test_a_reader_can_change_nothing(home: Path, build: Build) -> None:
    build(1)
    publishing.publish(home, "inputs")
    with connection.read(home) as con, pytest.raises(duckdb.InvalidInputException, match="read-only"):
        con.execute("delete from fct_claims")


def test_discard_deletes_the_working_file_and_leaves_the_published_one(home: Path, build: Build) -> None:
    build(1)
    publishing.publish(home, "inputs")
    connection.discard(home)
    connection.discard(home)  # where nothing is, nothing is to do
    assert not connection.working_file(home).exists()
    with connection.read(home) as con:
        assert con.execute("select count(*) from fct_claims").fetchall() == [(2,)]


def test_a_damaged_file_is_not_taken_for_a_busy_one_and_can_be_discarded(tmp_path: Path) -> None:
    home = tmp_path / "locksmith"  # DuckDB's message names the file: a lock in its name is none on it
    home.mkdir()
    connection.working_file(home).write_bytes(b"not a database" * 1000)
    with pytest.raises(connection.WarehouseDamaged, match="`ledger replay`"), connection.write(home, wait_s=0):
        pass
    connection.discard(home)
    with connection.write(home) as con:
        assert con.execute("select count(*) from raw.claims").fetchall() == [(0,)]
