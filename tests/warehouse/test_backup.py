"""Backup and restore on files as a run leaves them; the other side is a folder, or an object store in memory."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import fsspec
import pytest

from warehouse import backup, connection, publishing

from .conftest import Build

ARCHIVE = "landing/2026-03-02/20260302T120000Z-feeds-0a1b2c3d.warc.gz"
MEMORY = "landing/state.sqlite"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "feeds.yaml").write_text("feeds: []\n")
    return folder


@pytest.fixture
def lived_in(home: Path, build: Build) -> Path:
    """A home with an archive file, a memory, a waiting file, an answer of the second reader, and a snapshot."""
    for name, content in {ARCHIVE: b"payloads", "inbox/a.txt": b"words", "second_reader/0a.json": b"{}"}.items():
        (home / name).parent.mkdir(parents=True)
        (home / name).write_bytes(content)
    (home / "landing" / "2026-03-02" / "half.warc.gz.tmp").write_bytes(b"of a run that is going on")
    remember(home, "first")
    build(1)
    publishing.publish(home, "inputs")
    return home


def remember(home: Path, word: str) -> None:
    with closing(sqlite3.connect(home / MEMORY)) as con, con:
        con.execute("create table if not exists words (word text)")
        con.execute("insert into words values (?)", (word,))


def remembered(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / MEMORY)) as con:
        return [word for (word,) in con.execute("select word from words order by rowid")]


def bucket(name: str) -> str:
    fsspec.filesystem("memory").makedirs(f"/{name}", exist_ok=True)
    return f"memory://{name}"


@pytest.mark.parametrize("kind", ["folder", "object store"])
def test_a_restored_home_has_the_archive_the_memory_the_lists_and_the_facts(
    lived_in: Path, config: Path, tmp_path: Path, kind: str
) -> None:
    target = str(tmp_path / "backup") if kind == "folder" else bucket("restored-home")
    made = backup.back_up(lived_in, config, target)
    new = tmp_path / "new"
    done = backup.restore(target, new)
    assert done == backup.Restored(made, ())
    assert {
        path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_file() and not path.is_symlink()
    } == {
        *(ARCHIVE, MEMORY, "inbox/a.txt", "second_reader/0a.json", "config/feeds.yaml"),
        *(path.relative_to(lived_in).as_posix() for path in publishing.snapshots(lived_in).iterdir()),
    }
    assert (new / ARCHIVE).read_bytes() == b"payloads"
    assert remembered(new) == ["first"]
    assert publishing.last_manifest(new) == publishing.last_manifest(lived_in)
    with connection.read(new) as con:
        assert con.execute("select count(*) from fct_compute_capacity_capex").fetchall() == [(2,)]


def test_a_second_backup_copies_what_is_new_and_the_newest_is_restored(
    lived_in: Path, config: Path, tmp_path: Path
) -> None:
    target = str(tmp_path / "backup")
    backup.back_up(lived_in, config, target)
    untouched = (tmp_path / "backup" / ARCHIVE).stat().st_ino
    (lived_in / ARCHIVE).with_name("20260302T130000Z-feeds-4e5f6a7b.warc.gz").write_bytes(b"more")
    remember(lived_in, "second")
    (lived_in / "inbox" / "a.txt").unlink()
    again = backup.back_up(lived_in, config, target)
    assert again.copied == 3, "the memory, the list and the new archive file"
    assert (tmp_path / "backup" / ARCHIVE).stat().st_ino == untouched
    backup.restore(target, tmp_path / "new")
    assert remembered(tmp_path / "new") == ["first", "second"]
    assert not (tmp_path / "new" / "inbox").exists()


def test_a_memory_that_is_being_written_is_copied_whole_and_without_what_isnt_committed(
    lived_in: Path, config: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(lived_in / MEMORY)) as writer:
        writer.execute("insert into words values ('not yet')")
        backup.back_up(lived_in, config, str(tmp_path / "backup"))
        writer.rollback()
    backup.restore(str(tmp_path / "backup"), tmp_path / "new")
    assert remembered(tmp_path / "new") == ["first"]


def test_a_backup_that_was_broken_off_is_none(lived_in: Path, config: Path, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    backup.back_up(lived_in, config, str(target))
    remember(lived_in, "second")
    newest = backup.back_up(lived_in, config, str(target))
    (index,) = [path for path in target.glob("backups/*/backup.json") if newest.made_at in path.read_text()][-1:]
    index.unlink()
    (target / ARCHIVE).write_bytes(b"pay")  # and of a file that it was copying a part is there
    assert backup.back_up(lived_in, config, str(target)).copied >= 3
    assert backup.restore(str(target), tmp_path / "new").damaged == ()


def test_a_home_that_holds_something_is_left_alone(lived_in: Path, config: Path, tmp_path: Path) -> None:
    target = str(tmp_path / "backup")
    backup.back_up(lived_in, config, target)
    remember(lived_in, "second")
    with pytest.raises(backup.BackupError, match="isn't empty: set LEDGER_HOME to a new folder"):
        backup.restore(target, lived_in)
    assert remembered(lived_in) == ["first", "second"]


def test_a_restore_that_was_killed_can_be_started_again(lived_in: Path, config: Path, tmp_path: Path) -> None:
    target, new = str(tmp_path / "backup"), tmp_path / "new"
    backup.back_up(lived_in, config, target)
    (new / ".restoring" / "inbox").mkdir(parents=True)
    (new / ".restoring" / "inbox" / "half").write_bytes(b"ha")
    backup.restore(target, new)
    assert [path.name for path in (new / "inbox").iterdir()] == ["a.txt"]


def test_damage_in_a_backup_is_told_and_the_rest_comes_back(lived_in: Path, config: Path, tmp_path: Path) -> None:
    target, new = tmp_path / "backup", tmp_path / "new"
    backup.back_up(lived_in, config, str(target))
    (target / ARCHIVE).write_bytes(b"paYloads")
    (snapshot,) = (target / "snapshots").glob("*.duckdb")
    snapshot.write_bytes(b"not a database")
    (target / "second_reader" / "0a.json").unlink()
    done = backup.restore(str(target), new)
    assert set(done.damaged) == {ARCHIVE, f"snapshots/{snapshot.name}", "second_reader/0a.json"}
    assert (new / ARCHIVE).exists(), "its whole records can be read"
    assert remembered(new) == ["first"]
    with pytest.raises(connection.NothingPublished), connection.read(new):
        pass


@pytest.mark.parametrize("name", ["inbox/../../outside", "/etc/outside", "outside"])
def test_an_index_cannot_write_outside_the_home(lived_in: Path, config: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "backup"
    backup.back_up(lived_in, config, str(target))
    (index,) = target.glob("backups/*/backup.json")
    told = json.loads(index.read_text())
    told["files"][name] = told["files"][ARCHIVE]
    index.write_text(json.dumps(told))
    with pytest.raises(backup.BackupError, match="has no place in a data home"):
        backup.restore(str(target), tmp_path / "new")
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("where", ["../../outside", "/etc/passwd"])
def test_an_index_can_neither_publish_nor_read_outside(
    lived_in: Path, config: Path, tmp_path: Path, where: str
) -> None:
    target = tmp_path / "backup"
    backup.back_up(lived_in, config, str(target))
    (index,) = target.glob("backups/*/backup.json")
    told = json.loads(index.read_text())
    published = told | {"snapshot": where}
    read = told | {"files": told["files"] | {ARCHIVE: told["files"][ARCHIVE] | {"at": where}}}
    for hostile in (published, read):
        index.write_text(json.dumps(hostile))
        with pytest.raises(backup.BackupError, match="has no place"):
            backup.restore(str(target), tmp_path / "new")


@pytest.mark.parametrize(
    ("source", "sentence"),
    [("nowhere", "There is no backup in"), ("nosuch://bucket/x", "give a folder, or a URL that fsspec knows")],
)
def test_where_there_is_no_backup_a_sentence_says_what_to_give(tmp_path: Path, source: str, sentence: str) -> None:
    given = source if "://" in source else str(tmp_path / source)
    with pytest.raises(backup.BackupError, match=sentence):
        backup.restore(given, tmp_path / "new")


def test_a_target_that_cannot_be_written_is_told(lived_in: Path, config: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file, not a folder")
    with pytest.raises(backup.BackupError, match="broke off"):
        backup.back_up(lived_in, config, str(tmp_path / "file" / "backup"))
