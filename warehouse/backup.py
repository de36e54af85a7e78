"""Backup: what can't be made again goes to a folder or any other fsspec URL, and from there into an empty data home.

In a backup: the landing archive, what the fetchers remember, the inbox, the second reader's answers, the lists of what
is watched, and the published snapshot. Not in it: the working file, exports and Data Docs, which are made from these;
the history of runs; and `.env`, which has secrets.

    landing/DAY/NAME.warc.gz, snapshots/NAME.*, …   what never changes: copied once, for all backups of the target
    backups/MOMENT/…                                what does change: state.sqlite, inbox, config
    backups/MOMENT/backup.json                      what belongs together, with sizes and checksums; written last

So a backup may be taken during a run, and one that was broken off is none: the backup before it is whole.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import fsspec  # type: ignore[import-untyped]

from warehouse import connection, publishing

_STATE = "landing/state.sqlite"
_INDEX = "backup.json"
_UNCHANGING = ("landing/????-??-??/*.warc.gz", "second_reader/*.json")
_RESTORED = ("landing", "inbox", "second_reader", "config", "snapshots")
_UNFINISHED = ".restoring"


class BackupError(RuntimeError):
    """A backup can't be made or restored; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One file of a backup: where it stands below the target, and what it is."""

    at: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Backup:
    """What belongs to one backup.

    files      by their place in the data home; the lists of what is watched stand under `config/`
    snapshot   name of the published file; None where nothing was published
    copied     how many of the files weren't in the target yet
    """

    made_at: str
    files: dict[str, Stored]
    snapshot: str | None
    copied: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that is back. `damaged` are its files that aren't as they were stored, or are gone."""

    backup: Backup
    damaged: tuple[str, ...]


def back_up(home: Path, config: Path, target: str) -> Backup:
    """Copy the data home's own data to a target, which may hold earlier backups of it.

    config   the folder of feeds.yaml and companies.yaml
    target   a folder, or an fsspec URL such as s3://bucket/ledger
    Raises   BackupError; the earlier backups are as they were.
    """
    home = home.resolve()
    files, root = _open(target)
    now = datetime.now(UTC)
    own = f"backups/{now:%Y%m%dT%H%M%S%fZ}"
    stored: dict[str, Stored] = {}
    try:
        earlier = _newest(files, root)
        known = earlier.files if earlier else {}
        there = {name: info["size"] for name, info in files.find(root, detail=True).items()}
        # The memory first, and the archive last: what the memory has for fetched is then in the archive, and a file
        # that leaves the inbox meanwhile is there too.
        with TemporaryDirectory() as folder:
            for name in _stage_changing(home, config, Path(folder)):
                stored[name] = _put(files, root, Path(folder, name), f"{own}/{name}")
        copied = len(stored)
        published = connection.published_file(home)
        snapshot = published.resolve() if published.exists() else None
        for path in _unchanging(home, snapshot):
            name = path.relative_to(home).as_posix()
            before = known.get(name)
            if before is None or before.bytes != there.get(f"{root}/{name}"):
                before = _put(files, root, path, name)
                copied += 1
            stored[name] = before
        made = Backup(now.isoformat(timespec="seconds"), stored, snapshot.name if snapshot else None, copied)
        index = f"{root}/{own}/{_INDEX}"
        files.pipe_file(f"{index}.tmp", json.dumps(asdict(made), indent=1).encode())
        files.mv(f"{index}.tmp", index)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(
            f"The backup to {target} broke off ({error}): earlier backups are whole; mend that and start again."
        ) from error
    return made


def restore(source: str, home: Path) -> Restored:
    """Bring the newest backup of a source into an empty data home.

    A damaged archive file is brought back too, since the whole records in it can be read; another damaged file isn't.
    Raises   BackupError where there is no backup, the home holds something, or a copy fails.
    """
    files, root = _open(source)
    unfinished = home / _UNFINISHED
    if home.exists() and any(path != unfinished for path in home.iterdir()):
        raise BackupError(f"{home} isn't empty: set LEDGER_HOME to a new folder, or move what is there away.")
    try:
        backup = _newest(files, root)
        if backup is None:
            raise BackupError(f"There is no backup in {source}: give the target of a `ledger backup`.")
        shutil.rmtree(unfinished, ignore_errors=True)
        damaged = tuple(name for name, file in backup.files.items() if not _get(files, root, file, unfinished / name))
        for folder in _RESTORED:
            if (unfinished / folder).exists():
                (unfinished / folder).rename(home / folder)
        unfinished.rmdir()
    except OSError as error:
        raise BackupError(
            f"Restoring {source} broke off ({error}): mend that, empty {home} and start again."
        ) from error
    if backup.snapshot and (publishing.snapshots(home) / backup.snapshot).exists():
        publishing.swap_link(connection.published_file(home), publishing.snapshots(home) / backup.snapshot)
    return Restored(backup, damaged)


def _open(url: str) -> tuple[Any, str]:
    """A file system and the place on it that the URL means."""
    try:
        files, root = fsspec.url_to_fs(url)
    except (ValueError, ImportError) as error:
        raise BackupError(f"{url} can't be reached ({error}): give a folder, or a URL that fsspec knows.") from error
    return files, root.rstrip("/")


def _newest(files: Any, root: str) -> Backup | None:
    indexes = sorted(files.glob(f"{root}/backups/*/{_INDEX}"))
    if not indexes:
        return None
    told = json.loads(files.cat_file(indexes[-1]))
    named = [file["at"].removeprefix(f"{_folder_of(indexes[-1])}/") for file in told["files"].values()]
    for name in named:
        _check_place(name)
    if told["snapshot"] and told["snapshot"] != PurePosixPath(told["snapshot"]).name:
        raise BackupError(f"The backup names a snapshot {told['snapshot']!r}, which has no place: don't trust it.")
    return Backup(**told | {"files": {_check_place(name): Stored(**file) for name, file in told["files"].items()}})


def _folder_of(index: str) -> str:
    """The folder of a backup's own files, below the target."""
    return "/".join(PurePosixPath(index).parts[-3:-1])


def _stage_changing(home: Path, config: Path, folder: Path) -> list[str]:
    """Copies of the files that may change while they are read, each whole; their names in the data home."""
    if (home / _STATE).exists():
        (folder / _STATE).parent.mkdir()
        with closing(sqlite3.connect(home / _STATE)) as state, closing(sqlite3.connect(folder / _STATE)) as copy:
            state.backup(copy)
    waiting = [path for path in (home / "inbox").rglob("*") if path.is_file() and not path.name.startswith(".")]
    lists = {path: Path("config", path.name) for path in config.glob("*.yaml")}
    for path, name in ({path: path.relative_to(home) for path in waiting} | lists).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, folder / name)
        except FileNotFoundError:  # a run has archived it in this moment
            (folder / name).unlink(missing_ok=True)
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _unchanging(home: Path, snapshot: Path | None) -> Iterator[Path]:
    for pattern in _UNCHANGING:
        yield from sorted(home.glob(pattern))
    if snapshot is not None:
        yield from sorted(publishing.snapshots(home).glob(f"{snapshot.stem}.*"))


def _put(files: Any, root: str, path: Path, at: str) -> Stored:
    files.makedirs(f"{root}/{PurePosixPath(at).parent}", exist_ok=True)
    files.put_file(str(path), f"{root}/{at}")
    return Stored(at, _sha256(path), path.stat().st_size)


def _get(files: Any, root: str, stored: Stored, path: Path) -> bool:
    """Bring one file back; whether it is as it was stored."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        files.get_file(f"{root}/{stored.at}", str(path))
    except FileNotFoundError:
        return False
    whole = _sha256(path) == stored.sha256
    if not whole and not path.name.endswith(".warc.gz"):
        path.unlink()
    return whole


def _check_place(name: str) -> str:
    """A name out of an index must not lead out of the data home, whoever wrote it."""
    parts = PurePosixPath(name).parts
    if not parts or parts[0] not in _RESTORED or ".." in parts:
        raise BackupError(f"The backup names a file {name!r}, which has no place in a data home: don't trust it.")
    return name


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
