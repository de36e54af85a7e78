"""What a fetcher must remember between two runs: when a source is due, what its last answer was, what was seen in it.

A small SQLite file beside the archive. It is no truth: without it everything is fetched once more, and equal texts make
no new documents. It is written after the archive file has its final name, never before, so a run that is killed between
the two fetches twice and loses nothing. One `with State(home)` block is one transaction: all of it holds, or none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

# A page that failed is asked for again after an hour, then after a day, so that an outage costs none; one that failed
# thrice is gone, or doesn't want us.
WAIT_AFTER_FAILURES = (timedelta(hours=1), timedelta(days=1))

_SCHEMA = """
create table if not exists sources (
    source text not null, url text not null, kind text not null,
    etag text, last_modified text,              -- verbatim, as the server wants them back
    payload_digest text, checked_at text, changed_at text, next_check_at text,
    http_status integer, error text, error_count integer not null default 0,
    primary key (source, url)
);
create table if not exists entries (
    source text not null, entry_id text not null,
    url text not null, link text not null,      -- canonical: one page, one url; and as given: what can be fetched
    title text, published text, published_method text not null, first_seen text not null,
    fetch_id text,                              -- the archived page; null while it is still to be fetched
    checked_at text, http_status integer, error text, attempts integer not null default 0,
    primary key (source, entry_id)
);
create index if not exists entries_by_url on entries (url);
"""


class StateDamaged(Exception):
    """The memory can't be read; the message says how to go on without it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last good answer of a source was; all None for a source that never gave one."""

    etag: str | None = None
    last_modified: str | None = None
    payload_digest: str | None = None
    next_check_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed. `url` is canonical, `link` as the feed gave it; `published` is UTC."""

    source: str
    entry_id: str
    url: str
    link: str
    title: str | None
    published: datetime | None
    published_method: str


class State:
    """The memory under a data home. Entering opens it, leaving commits, and leaving by an exception changes nothing."""

    def __init__(self, home: Path) -> None:
        self._path = home / "landing" / "state.sqlite"

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(self._path, timeout=60)
        self._connection.row_factory = sqlite3.Row
        try:
            self._connection.executescript(_SCHEMA)
        except sqlite3.OperationalError:  # busy, or no space: not damaged
            raise
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise StateDamaged(
                f"{self._path} can't be read ({error}): delete it; everything is then fetched once more."
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._connection.commit()
        finally:
            self._connection.close()

    def seen(self, source: str, url: str) -> Seen:
        rows = self._rows(
            "select etag, last_modified, payload_digest, next_check_at from sources where source = ? and url = ?",
            (source, url),
        )
        if not rows:
            return Seen()
        return Seen(**rows[0] | {"next_check_at": _moment(rows[0]["next_check_at"])})

    def record_answer(
        self, source: str, url: str, kind: str, now: datetime, next_check_at: datetime | None, status: int, seen: Seen
    ) -> None:
        """A good answer: the error is over. `changed_at` moves only with the digest."""
        self._connection.execute(
            """
            insert into sources (source, url, kind, etag, last_modified, payload_digest,
                                 checked_at, changed_at, next_check_at, http_status)
            values (:source, :url, :kind, :etag, :last_modified, :digest, :now, :now, :next, :status)
            on conflict do update set
                changed_at = iif(payload_digest is excluded.payload_digest, changed_at, excluded.changed_at),
                etag = excluded.etag, last_modified = excluded.last_modified, payload_digest = excluded.payload_digest,
                checked_at = excluded.checked_at, next_check_at = excluded.next_check_at,
                http_status = excluded.http_status, error = null, error_count = 0
            """,
            {
                **{"source": source, "url": url, "kind": kind, "now": _text(now), "next": _text(next_check_at)},
                **{"status": status, "etag": seen.etag, "last_modified": seen.last_modified},
                "digest": seen.payload_digest,
            },
        )

    def record_error(
        self,
        source: str,
        url: str,
        kind: str,
        now: datetime,
        next_check_at: datetime | None,
        status: int | None,
        error: str,
    ) -> None:
        """A failure: what the last good answer was stays known."""
        self._connection.execute(
            """
            insert into sources (source, url, kind, checked_at, next_check_at, http_status, error, error_count)
            values (?, ?, ?, ?, ?, ?, ?, 1)
            on conflict do update set
                checked_at = excluded.checked_at, next_check_at = excluded.next_check_at,
                http_status = excluded.http_status, error = excluded.error, error_count = error_count + 1
            """,
            (source, url, kind, _text(now), _text(next_check_at), status, error),
        )

    def add_entries(self, entries: Iterable[Entry], now: datetime) -> int:
        """Remember the entries that are new, and leave the known ones as they were first seen. Gives the new ones."""
        before = self._connection.total_changes
        self._connection.executemany(
            """
            insert into entries (source, entry_id, url, link, title, published, published_method, first_seen)
            values (?, ?, ?, ?, ?, ?, ?, ?)
            on conflict do nothing
            """,
            [
                (
                    *(entry.source, entry.entry_id, entry.url, entry.link, entry.title),
                    *(_text(entry.published), entry.published_method, _text(now)),
                )
                for entry in entries
            ],
        )
        return self._connection.total_changes - before

    def pending_entries(self, sources: Sequence[str], now: datetime) -> list[Entry]:
        """The entries whose page is to be fetched now, one a URL, in the order in which they were seen."""
        marks = ", ".join("?" * len(sources))
        waits = " or ".join(
            f"(attempts = {failures} and checked_at <= ?)" for failures in range(1, len(WAIT_AFTER_FAILURES) + 1)
        )
        rows = self._rows(
            f"""
            select source, entry_id, url, link, title, published, published_method from entries
            where source in ({marks}) and (attempts = 0 or {waits})
            and url not in (select url from entries where fetch_id is not null)
            order by first_seen, rowid
            """,
            (*sources, *(_text(now - wait) for wait in WAIT_AFTER_FAILURES)),
        )
        by_url: dict[str, Entry] = {}
        for row in rows:
            by_url.setdefault(row["url"], Entry(**row | {"published": _moment(row["published"])}))
        return list(by_url.values())

    def record_page(self, url: str, now: datetime, fetch_id: str) -> None:
        """The page was archived: for every entry that points at it, whichever feed that is in."""
        self._connection.execute(
            "update entries set fetch_id = ?, checked_at = ?, error = null, attempts = attempts + 1 where url = ?",
            (fetch_id, _text(now), url),
        )

    def record_page_error(self, url: str, now: datetime, status: int | None, error: str) -> None:
        self._connection.execute(
            "update entries set checked_at = ?, http_status = ?, error = ?, attempts = attempts + 1 where url = ?",
            (_text(now), status, error, url),
        )

    def source_states(self) -> list[dict[str, Any]]:
        """How each source's last fetch went, with the columns of `raw.source_states`; times are UTC.

        A page that could not be fetched stands as a row of kind article under its feed's key.
        """
        rows = self._rows(
            """
            select source, kind, url, checked_at, changed_at, next_check_at, http_status, error, error_count
            from sources
            union all
            select source, 'article', url, max(checked_at), null, null, max(http_status), max(error), max(attempts)
            from entries where error is not null group by source, url
            order by source, kind, url
            """
        )
        times = ("checked_at", "changed_at", "next_check_at")
        return [row | {name: _moment(row[name]) for name in times} for row in rows]

    def _rows(self, query: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        return [dict(row) for row in self._connection.execute(query, parameters)]


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
