"""Opening the two DuckDB files: the working one that runs write, and the published one that everybody reads.

DuckDB lets one process write a file or many read it, never both. So only runs open the working file, for as short as
they can, and readers get a snapshot that no run ever touches again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

SCHEMA = Path(__file__).with_name("schema.sql")
# A DuckDB 1.5 client can open the file; 2.0 writes a format of its own otherwise.
STORAGE: dict[str, str | bool | int | float | list[str]] = {"storage_compatibility_version": "v1.5.0"}
# Standard output is for answers: a query of over two seconds would draw its progress into them.
_SESSION = "set TimeZone = 'UTC'; set enable_progress_bar = false"
WAIT_S = 120.0  # longer than the longest step that holds the working file on a year of data
_RETRY_S = 0.1


class WarehouseBusy(RuntimeError):
    """Another process has been writing for longer than we wait."""


class WarehouseDamaged(RuntimeError):
    """The working file can't be read: what is in it must be made again."""


class DiskFull(RuntimeError):
    """There is no room for what a run writes."""


class NothingPublished(RuntimeError):
    """There is no snapshot to read yet."""


def working_file(home: Path) -> Path:
    """The file that runs write. Analysts read the published one."""
    return home / "working.duckdb"


def published_file(home: Path) -> Path:
    """The link to the newest snapshot; another file after each publication."""
    return home / "compute_ledger.duckdb"


@contextmanager
def write(home: Path, wait_s: float = WAIT_S) -> Iterator[duckdb.DuckDBPyConnection]:
    """The working file, read-write, with the raw schema in place; waits while another process has it.

    Raises   WarehouseBusy after `wait_s` seconds; WarehouseDamaged or DiskFull, when it is noticed.
    """
    path = working_file(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _damage_told(path):
        connection = _open_when_free(path, wait_s)
        try:
            connection.execute(_SESSION)
            connection.execute(SCHEMA.read_text(encoding="utf-8"))
            yield connection
        finally:
            connection.close()


def discard(home: Path) -> None:
    """Delete the working file, all of which can be made again from the archive; the published snapshots stay.

    Raises   WarehouseBusy where a run is writing it.
    """
    if working_file(home).exists():
        try:
            with write(home, wait_s=0):
                pass
        except (duckdb.Error, WarehouseDamaged):
            pass  # a damaged file is the reason why it is discarded
    for path in (working_file(home), working_file(home).with_name(working_file(home).name + ".wal")):
        path.unlink(missing_ok=True)


@contextmanager
def read(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The newest published snapshot, read-only; never waits and never sees a run in progress.

    Raises   NothingPublished where no run has come to its end yet.
    """
    link = published_file(home)
    if not link.exists():
        raise NothingPublished(
            f"Nothing is published in {home} yet: start `ledger run` (or `ledger run --offline`) first."
        )
    # The resolved name: a process that opens the link twice would be given its first file again.
    connection = duckdb.connect(link.resolve(), read_only=True)
    try:
        connection.execute(_SESSION)
        yield connection
    finally:
        connection.close()


# How DuckDB tells of a damaged file: when it is opened, or when a block is read.
_DAMAGE = ("is not a valid DuckDB database file", "Could not read enough bytes", "Corrupt database file")


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    """Two failures that aren't the program's, in a sentence that says what to do."""
    try:
        yield
    except duckdb.Error as error:
        if any(words in str(error) for words in _DAMAGE):
            raise WarehouseDamaged(
                f"{path.name} is damaged: `ledger replay` makes it again from the archive. "
                "The published snapshot is another file, and as it was."
            ) from None
        if "No space left on device" in str(error):
            raise DiskFull(f"The disk of {path.parent} is full: make room and run again.") from None
        raise


def _open_when_free(path: Path, wait_s: float) -> duckdb.DuckDBPyConnection:
    started = time.monotonic()
    while True:
        try:
            return duckdb.connect(path, config=STORAGE)
        except duckdb.IOException as error:
            if "Could not set lock" not in str(error):
                raise
            waited_s = time.monotonic() - started
            if waited_s >= wait_s:
                raise WarehouseBusy(
                    f"{path.name} was still being written by another run after {waited_s:.0f} s; nothing was changed. "
                    "Start again when that run is done (`ledger status` shows it). To read only, use `ledger sql`, "
                    "which never waits."
                ) from None
            time.sleep(_RETRY_S)
