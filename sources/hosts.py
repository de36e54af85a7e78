"""What all processes of a data home share about hosts: whose turn it is, who asked for a pause, and robots.txt as read.

A small SQLite file beside the archive, of which nothing is worth keeping: a damaged one is begun anew. Each call is a
transaction of its own, so no two processes get the same turn. Not here: how long a gap or a pause should be.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

PATIENCE_S = 60.0
LONGEST_PAUSE_S = 86_400.0  # a pause that ends later was noted by a clock that ran ahead

_SCHEMA = """
pragma synchronous = off;                       -- a power cut may cost the file, and that costs nothing
create table if not exists turns (
    name text primary key,
    next_at real not null,                      -- Unix time before which nobody asks
    paused_until real not null default 0        -- and of the end of a pause that the server asked for
);
create table if not exists robots (
    origin text primary key,                    -- "https://news.example:8080"
    body text,                                  -- of the last good answer; empty where there is none to obey
    problem text,                               -- why there was no answer to go by
    read_at text not null, good_until text not null
);
"""


@dataclass(frozen=True, slots=True)
class Robots:
    """A robots.txt as it was last read.

    body      empty: all is allowed; None: none could ever be read
    problem   why the last try gave none, else None
    """

    body: str | None
    problem: str | None
    read_at: datetime
    good_until: datetime


class Hosts:
    """The memory of hosts under a data home. It may be used in several threads."""

    def __init__(self, home: Path) -> None:
        self._path = home / "landing" / "hosts.sqlite"
        self._lock = Lock()

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._open()
        except sqlite3.OperationalError:  # busy, or no space: not damaged
            raise
        except sqlite3.DatabaseError:
            self._connection.close()
            self._path.unlink()
            self._open()
        return self

    def _open(self) -> None:
        self._connection = sqlite3.connect(self._path, timeout=60, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(_SCHEMA)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def take_turn(self, name: str, now: float, gap_s: float, patience_s: float = PATIENCE_S) -> float | None:
        """The next moment at which one request may start, a gap after the one before, whichever process that was.

        now      Unix time
        Returns  Unix time: wait until then; None where that is further off than the patience, and no turn is taken
        """
        rows = self._rows(
            # a turn further off than anybody would take it was taken by a clock that ran ahead
            """
            insert into turns (name, next_at) values (:name, :now + :gap) on conflict do update
            set next_at = iif(next_at between :now and :now + :patience, next_at, :now) + :gap
            where next_at <= :now + :patience or next_at > :now + :patience + :gap
            returning next_at
            """,
            {"name": name, "now": now, "gap": gap_s, "patience": patience_s},
        )
        return float(rows[0]["next_at"]) - gap_s if rows else None

    def pause(self, name: str, until: float) -> None:
        """Nobody asks until then (Unix time), a day at most."""
        self._rows(
            "insert into turns (name, next_at, paused_until) values (:name, 0, :until) "
            "on conflict do update set paused_until = :until",
            {"name": name, "until": until},
        )

    def paused_until(self, name: str, now: float) -> float | None:
        """Unix time; None where there is no pause, or one of a clock that ran ahead."""
        for row in self._rows("select paused_until from turns where name = ?", (name,)):
            if now < row["paused_until"] <= now + LONGEST_PAUSE_S:
                return float(row["paused_until"])
        return None

    def robots(self, origin: str) -> Robots | None:
        """What is known of an origin's robots.txt, however old."""
        for row in self._rows("select body, problem, read_at, good_until from robots where origin = ?", (origin,)):
            times = {name: datetime.fromisoformat(row[name]) for name in ("read_at", "good_until")}
            return Robots(row["body"], row["problem"], **times)
        return None

    def remember_robots(self, origin: str, robots: Robots) -> None:
        self._rows(
            "insert or replace into robots (origin, body, problem, read_at, good_until) values (?, ?, ?, ?, ?)",
            (origin, robots.body, robots.problem, robots.read_at.isoformat(), robots.good_until.isoformat()),
        )

    def _rows(self, query: str, parameters: Any) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(row) for row in self._connection.execute(query, parameters)]
