"""`make chaos`: everything that may go wrong, done, and a table of what was lost and doubled by it (which is nothing).

Three experiments: a server on which each answer is a fault (`tests/chaos_server.py`), runs that are killed at KILLS
moments, and readers of the published file during runs. Each gives an `Outcome`; the tests of the suite hold a shorter
form of each to the same.
"""

from __future__ import annotations

import itertools
import json
import logging
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from sources.articles import land_articles
from sources.feeds import land_feeds
from sources.fetching import Client
from sources.landing import LandingReport, warc_files
from sources.state import State
from sources.unpacking import unpack
from sources.watchlist import Feed
from tests import chaos_server
from tests.chaos_server import Chaos, Fault
from tests.conftest import call_ledger
from tests.memory import Memory
from warehouse import connection

READS_A_SECOND, READERS = 200, 4
READ = ("fct_claims", "fct_compute_capacity_capex", "dim_document")
Tables = dict[str, tuple[list[str], list[str]]]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(slots=True)
class Outcome:
    """What an experiment did.

    troubles    one line a fault that did more than it may
    lost        rows that are there without the faults, and aren't with them
    doubled     rows that are there more often than without the faults
    forbidden   requests that reached an address that none may reach
    peak_bytes  most resident memory, of all processes together
    """

    name: str
    tried: int
    troubles: list[str] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    forbidden: int = 0
    peak_bytes: int = 0


# -- a server on which each answer is a fault -------------------------------------------------------------------------


def client(chaos: Chaos) -> Client:
    """The project's client with limits that a test can wait for; of this machine it may ask the server only."""
    limits: dict[str, Any] = {"max_bytes": 4_000_000, "timeout_s": 1.0, "total_s": 1.5, "retries": 0}
    return Client("compute-ledger chaos", allow_hosts={urlsplit(chaos.url).netloc}, **limits)


def feeds_of(urls: Iterable[str]) -> list[Feed]:
    told = {"kind": "press", "language": "en", "terms": "our own"}
    return [Feed(key=f"f{number}", name=f"Feed {number}", url=url, **told) for number, url in enumerate(urls)]


def face_server(home: Path) -> Outcome:
    """Land feeds and pages from the server, faults and good ones mixed, and look at what came of each."""
    with chaos_server.serving() as chaos:
        outcome = Outcome("faults of a server", tried=len(chaos.feeds) + len(chaos.pages))
        good, watched = feeds_of([*chaos.good, chaos.index]), feeds_of([*chaos.good, chaos.index, *chaos.feeds])
        with client(chaos) as asking:
            of_feeds = land_feeds(home, watched, asking, NOW, force=True)
            of_pages = land_articles(home, good, asking, NOW)
            later = NOW + timedelta(minutes=10)
            land_feeds(home, good, asking, later, force=True)
            land_articles(home, good, asking, later)
        outcome.troubles += [*_troubles_of_feeds(home, chaos, watched, of_feeds), *_troubles_of_pages(chaos, of_pages)]
        outcome.forbidden = chaos.trap.count
        wanted = [link for links in chaos.good.values() for link in links]
    read = Counter(row["url"] for piece in unpack(warc_files(home), set()) for row in piece.documents)
    outcome.lost = sum(read[link] == 0 for link in wanted)
    outcome.doubled = sum(count - 1 for count in read.values())
    return outcome


def _troubles_of_feeds(home: Path, chaos: Chaos, watched: list[Feed], report: LandingReport) -> Iterator[str]:
    with State(home) as state:
        entries = {feed.url: len(state.pending_entries([feed.key], NOW)) for feed in watched}
    for feed in watched:
        sentences = [sentence for key, sentence in report.errors if key == feed.key]
        if feed.url in chaos.feeds:
            yield from _troubles(chaos.feeds[feed.url], sentences, is_there=entries[feed.url] > 0)
        elif sentences:
            yield f"a good feed: {sentences}"


def _troubles_of_pages(chaos: Chaos, report: LandingReport) -> Iterator[str]:
    for url, fault in chaos.pages.items():
        told = [sentence.partition(": ")[2] for _, sentence in report.errors if sentence.startswith(f"{url}: ")]
        yield from _troubles(fault, told, is_there=not told)


def _troubles(fault: Fault, sentences: list[str], *, is_there: bool) -> Iterator[str]:
    """What is wrong with how a fault was met: it is told once and clearly, or what it gives is there."""
    if fault.told is None and (sentences or not is_there):
        yield f"{fault.name}: could have been used, but {sentences or 'nothing of it is there'}"
    elif fault.told and (len(sentences) != 1 or is_there):
        yield f"{fault.name}: wants one sentence, has {sentences}"
    elif fault.told is not None and len(sentences) + is_there != 1:
        yield f"{fault.name}: wants one sentence or something that is there, has {sentences}"
    for sentence in sentences:
        if not re.search(fault.told or "", sentence) or not _is_clear(sentence):
            yield f"{fault.name}: told as {sentence!r}"


def _is_clear(sentence: str) -> bool:
    return len(sentence) < 300 and sentence.isprintable() and sentence.endswith((".", "!")) and "rror(" not in sentence


# -- runs that are killed ---------------------------------------------------------------------------------------------


def survive_kills(folder: Path, kills: int) -> Outcome:
    """Kill runs over all their phases, and hold what the next run makes of it against a run that wasn't killed."""
    from tests.orchestration import test_unbreakable  # Dagster takes seconds that the other experiments don't need

    outcome = Outcome("runs killed", tried=kills)
    whole_home = folder / "whole"
    whole_home.mkdir()
    done = call_ledger(whole_home, "run", "--offline")
    whole, phases = test_unbreakable.ledger(whole_home), test_unbreakable.phases_of(done.stderr)
    for number in range(kills):
        home = folder / f"killed-{number}"
        moment = test_unbreakable.kill_a_run(home, phases, number, kills)
        try:
            test_unbreakable.assert_nothing_is_half(home)
            done = call_ledger(home, "run", "--offline")
            assert done.returncode == 0, done.stderr
            lost, doubled = _differences(whole, test_unbreakable.ledger(home))
            outcome.lost += lost
            outcome.doubled += doubled
            test_unbreakable.assert_nothing_is_left(home)
        except AssertionError as error:
            outcome.troubles.append(f"{moment}: {error}")
        shutil.rmtree(home)
        print(f"  {number + 1} of {kills}: {moment}", file=sys.stderr, flush=True)
    return outcome


def _differences(whole: Tables, after: Tables) -> tuple[int, int]:
    """Rows that a ledger (table -> columns, rows) lacks and rows that it has too many, against another one."""
    lost = doubled = 0
    for table in whole.keys() | after.keys():
        before, now = (Counter(tables.get(table, ([], []))[1]) for tables in (whole, after))
        lost += (before - now).total()
        doubled += (now - before).total()
    return lost, doubled


# -- readers during runs ----------------------------------------------------------------------------------------------


def read_during_runs(home: Path, seconds: float) -> Outcome:
    """Read the published file READS_A_SECOND times a second while run after run publishes something new."""
    home.mkdir()
    call_ledger(home, "run", "--offline")
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        reading = pool.submit(_read_on, home, seconds)
        for number in itertools.count(1):
            if reading.done():
                break
            note = home.parent / f"note-{number}.txt"
            note.write_text(f"Nebius operates {number},234 H100 GPUs.\n")
            call_ledger(home, "add", note, "--published", "2026-03-02")
            call_ledger(home, "run", "--offline")
        tried, snapshots, troubles = reading.result()
    if snapshots < 2:
        troubles.append("no run published anything while they read")
    return Outcome("reads during runs", tried=tried, troubles=troubles)


def _read_on(home: Path, seconds: float) -> tuple[int, int, list[str]]:
    """Reads, each on a connection of its own, in READERS threads: their number, snapshots seen, troubles.

    Like a dashboard, the process keeps the newest snapshot open: to open a DuckDB file costs 20 times what a read does.
    """
    started = monotonic()
    newest = ExitStack()
    seen: set[str] = set()
    troubles: list[str] = []

    def read(number: int) -> None:
        sleep(max(0.0, started + number / READS_A_SECOND - monotonic()))
        try:
            with connection.read(home) as con:
                ((path,),) = con.execute("select path from duckdb_databases() where not internal").fetchall()
                manifest = json.loads(Path(path).with_suffix(".manifest.json").read_text())
                told = {table: manifest["rows"][table] for table in READ}
                counts = " union all ".join(f"select '{table}', count(*) from {table}" for table in READ)
                if dict(con.execute(counts).fetchall()) != told:
                    troubles.append(f"{path} hasn't the rows of its manifest")
                if path not in seen:
                    seen.add(path)
                    newest.close()
                    newest.enter_context(connection.read(home))
        except Exception as error:  # noqa: BLE001 (whatever a reader meets is what is looked for)
            troubles.append(f"a reader met {error!r}")

    number = int(seconds * READS_A_SECOND)
    with newest, ThreadPoolExecutor(READERS) as threads:
        list(threads.map(read, range(number)))
    took_s = monotonic() - started
    if took_s > 1.1 * seconds:
        troubles.append(f"{number / took_s:.0f} reads a second, wanted {READS_A_SECOND}")
    return number, len(seen), troubles


# -- all of it --------------------------------------------------------------------------------------------------------


def main() -> int:
    """Run the experiments and print the table; 1 where anything was lost, doubled, reached or met badly."""
    logging.disable()
    kills, seconds = int(os.environ.get("KILLS", "60")), float(os.environ.get("SECONDS_OF_READING", "60"))
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        for experiment in (
            lambda: face_server(Path(folder, "server")),
            lambda: read_during_runs(Path(folder, "readers"), seconds),
            lambda: survive_kills(Path(folder), kills),
        ):
            with Memory() as memory:
                outcomes.append(experiment())
            outcomes[-1].peak_bytes = memory.peak_bytes
    names = ("tried", "survived", "rows lost", "rows doubled", "forbidden", "peak MB")
    print(f"{'':<20}" + "".join(f"{name:>14}" for name in names))
    for one in outcomes:
        survived = one.tried - len(one.troubles)
        figures = (one.tried, survived, one.lost, one.doubled, one.forbidden, round(one.peak_bytes / 1e6))
        print(f"{one.name:<20}" + "".join(f"{figure:>14,}" for figure in figures))
    for trouble in (trouble for one in outcomes for trouble in one.troubles):
        print(trouble)
    return int(any(one.troubles or one.lost or one.doubled or one.forbidden for one in outcomes))


if __name__ == "__main__":
    raise SystemExit(main())
