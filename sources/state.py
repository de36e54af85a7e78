"""What a fetcher must remember between two runs: when a source is due, what its last answer was, what was seen in it.

A small SQLite file beside the archive. It is no truth: without it everything is fetched once more, and equal texts make
no new documents. It is written after the archive file has its final name, never before, so a run that is killed between
the two fetches twice and loses nothing. One `with State(home)` block is one transaction: all of it holds, or none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sources.submissions import Filing

# A page that failed is asked for again after an hour, then after a day, so that an outage costs none; one that failed
# thrice is gone, or doesn't want us.
WAIT_AFTER_FAILURES = (timedelta(hours=1), timedelta(days=1))
_MAY_TRY_AGAIN = " or ".join(  # with one parameter a wait: the moment before which the last try was
    f"(attempts = {failures} and checked_at <= ?)" for failures in range(1, len(WAIT_AFTER_FAILURES) + 1)
)

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
create table if not exists filings (
    cik integer not null, accession text not null,
    source text not null, url text not null,    -- of its index page
    form text not null, filed_on text not null, report_date text, primary_document text,
    items text, accepted_at_stated text, is_xbrl integer not null, is_inline_xbrl integer not null,
    first_seen text not null,
    facts_owed integer not null,                -- whether company facts are still to be asked for because of it
    is_wanted integer not null default 0,       -- its main document is wanted, however old it is
    documents_at text,                          -- when its documents were archived; null while they are not
    checked_at text, http_status integer, error text, attempts integer not null default 0,
    primary key (cik, accession)
);
create table if not exists filing_documents (
    url text primary key, etag text, last_modified text, payload_digest text
);
create table if not exists turns (
    name text primary key,
    next_at real not null,                      -- Unix time before which nobody asks
    paused_until real not null default 0        -- and of the end of a pause that the server asked for
);
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

    def answered(self, source: str, kind: str) -> set[str]:
        """The URLs of that kind that have given a good answer."""
        query = "select url from sources where source = ? and kind = ? and payload_digest is not null"
        return {row["url"] for row in self._rows(query, (source, kind))}

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

    def forget(self, source: str, kind: str, before: datetime) -> None:
        """Addresses that were asked for some days only, as a day's index is, and no more since."""
        self._connection.execute(
            "delete from sources where source = ? and kind = ? and checked_at < ?", (source, kind, _text(before))
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
        rows = self._rows(
            f"""
            select source, entry_id, url, link, title, published, published_method from entries
            where source in ({marks}) and (attempts = 0 or {_MAY_TRY_AGAIN})
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

    def filings(self, cik: int) -> dict[str, Filing]:
        """The filings that are known of a CIK, by accession."""
        return {row["accession"]: _filing(row) for row in self._rows("select * from filings where cik = ?", (cik,))}

    def add_filings(self, source: str, filings: Iterable[tuple[Filing, str]], now: datetime) -> None:
        """Remember filings with the URL of their index page, and what has changed of known ones.

        Whether their documents are archived stays known.
        """
        self._connection.executemany(
            """
            insert into filings (cik, accession, source, url, form, filed_on, report_date, primary_document,
                                 items, accepted_at_stated, is_xbrl, is_inline_xbrl, first_seen, facts_owed)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict do update set
                url = excluded.url, form = excluded.form, filed_on = excluded.filed_on,
                report_date = excluded.report_date, primary_document = excluded.primary_document,
                items = excluded.items, accepted_at_stated = excluded.accepted_at_stated,
                is_xbrl = excluded.is_xbrl, is_inline_xbrl = excluded.is_inline_xbrl,
                facts_owed = max(facts_owed, excluded.facts_owed)
            """,
            [
                (
                    *(filing.cik, filing.accession, source, url, filing.form, filing.filed_on.isoformat()),
                    *(filing.report_date and filing.report_date.isoformat(), filing.primary_document, filing.items),
                    *(
                        filing.accepted_at_stated,
                        filing.is_xbrl,
                        filing.is_inline_xbrl,
                        _text(now),
                        filing.may_have_facts,
                    ),
                )
                for filing, url in filings
            ],
        )

    def want_documents(self, cik: int, accessions: Iterable[str]) -> None:
        """The main documents of these filings are wanted, however old they are."""
        self._connection.executemany(
            "update filings set is_wanted = 1 where cik = ? and accession = ?",
            [(cik, accession) for accession in accessions],
        )

    def filings_owing_facts(self, cik: int) -> list[Filing]:
        """The filings because of which company facts are still to be asked for."""
        return [_filing(row) for row in self._rows("select * from filings where cik = ? and facts_owed", (cik,))]

    def settle_facts(self, cik: int, accessions: Iterable[str]) -> None:
        """Company facts have come: because of these filings they needn't be asked for again."""
        self._connection.executemany(
            "update filings set facts_owed = 0 where cik = ? and accession = ?",
            [(cik, accession) for accession in accessions],
        )

    def filings_to_fetch(self, cik: int, now: datetime) -> list[tuple[Filing, bool]]:
        """The filings whose documents aren't archived and may be asked for now, as they were first seen.

        Returns  (filing, whether its main document is wanted however old it is)
        """
        rows = self._rows(
            f"""
            select * from filings
            where cik = ? and documents_at is null and (attempts = 0 or {_MAY_TRY_AGAIN})
            order by first_seen, rowid
            """,
            (cik, *(_text(now - wait) for wait in WAIT_AFTER_FAILURES)),
        )
        return [(_filing(row), bool(row["is_wanted"])) for row in rows]

    def record_documents(self, cik: int, accession: str, now: datetime) -> None:
        """The documents of a filing are archived."""
        self._connection.execute(
            "update filings set documents_at = :now, checked_at = :now, error = null, attempts = attempts + 1 "
            "where cik = :cik and accession = :accession",
            {"now": _text(now), "cik": cik, "accession": accession},
        )

    def record_documents_error(self, cik: int, accession: str, now: datetime, status: int | None, error: str) -> None:
        self._connection.execute(
            "update filings set checked_at = ?, http_status = ?, error = ?, attempts = attempts + 1 "
            "where cik = ? and accession = ?",
            (_text(now), status, error, cik, accession),
        )

    def seen_document(self, url: str) -> Seen:
        """What a filing's document was when it was archived: it is asked for again where another one failed."""
        rows = self._rows("select etag, last_modified, payload_digest from filing_documents where url = ?", (url,))
        return Seen(**rows[0]) if rows else Seen()

    def record_document(self, url: str, seen: Seen) -> None:
        self._connection.execute(
            "insert or replace into filing_documents (url, etag, last_modified, payload_digest) values (?, ?, ?, ?)",
            (url, seen.etag, seen.last_modified, seen.payload_digest),
        )

    def take_turn(self, name: str, now: float, gap_s: float) -> float:
        """The next moment at which one request may start, a gap after the one before, whichever process that was.

        now      Unix time
        Returns  Unix time: wait until then. One statement, so that no two processes get the same turn.
        """
        (row,) = self._rows(
            # a clock that was set back must not make everybody wait for its old time
            """
            insert into turns (name, next_at) values (:name, :now + :gap) on conflict do update
            set next_at = iif(next_at between :now and :now + 60, next_at, :now) + :gap returning next_at
            """,
            {"name": name, "now": now, "gap": gap_s},
        )
        return float(row["next_at"]) - gap_s

    def pause(self, name: str, until: float) -> None:
        """Nobody asks until then (Unix time)."""
        self._connection.execute(
            "insert into turns (name, next_at, paused_until) values (:name, 0, :until) "
            "on conflict do update set paused_until = :until",
            {"name": name, "until": until},
        )

    def paused_until(self, name: str) -> float:
        """Unix time; 0 where there is no pause."""
        rows = self._rows("select paused_until from turns where name = ?", (name,))
        return float(rows[0]["paused_until"]) if rows else 0.0

    def source_states(self) -> list[dict[str, Any]]:
        """How each source's last fetch went, with the columns of `raw.source_states`; times are UTC.

        A page that could not be fetched stands as a row of kind article under its feed's key, a filing whose
        documents could not be as one of kind filing under its company's.
        """
        rows = self._rows(
            """
            select source, kind, url, checked_at, changed_at, next_check_at, http_status, error, error_count
            from sources
            union all
            select source, 'article', url, max(checked_at), null, null, max(http_status), max(error), max(attempts)
            from entries where error is not null group by source, url
            union all
            select source, 'filing', url, checked_at, null, null, http_status, error, attempts
            from filings where error is not null
            order by source, kind, url
            """
        )
        times = ("checked_at", "changed_at", "next_check_at")
        return [row | {name: _moment(row[name]) for name in times} for row in rows]

    def _rows(self, query: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[dict[str, Any]]:
        return [dict(row) for row in self._connection.execute(query, parameters)]


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _filing(row: dict[str, Any]) -> Filing:
    return Filing(
        cik=row["cik"],
        accession=row["accession"],
        form=row["form"],
        filed_on=date.fromisoformat(row["filed_on"]),
        report_date=row["report_date"] and date.fromisoformat(row["report_date"]),
        primary_document=row["primary_document"],
        items=row["items"],
        accepted_at_stated=row["accepted_at_stated"],
        is_xbrl=bool(row["is_xbrl"]),
        is_inline_xbrl=bool(row["is_inline_xbrl"]),
    )
