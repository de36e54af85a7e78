"""What a fetcher must remember between two runs: when a source is due, what its last answer was, what was seen in it.

A small SQLite file beside the archive. It is no truth: without it everything is fetched once more, and equal texts make
no new documents. It is written after the archive file has its final name, never before, so a run that is killed between
the two fetches twice and loses nothing. One `with State(home)` block is one transaction: all of it holds, or none.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sources.polling import Pace
from sources.submissions import Filing

# A page that failed is asked for again after an hour, then after a day, so that an outage costs none; one that failed
# thrice is gone, or doesn't want us.
WAIT_AFTER_FAILURES = (timedelta(hours=1), timedelta(days=1))
_MAY_TRY_AGAIN = " or ".join(  # with one parameter a wait: the moment before which the last try was
    f"(attempts = {failures} and checked_at <= ?)" for failures in range(1, len(WAIT_AFTER_FAILURES) + 1)
)

# The page of an entry whose title or date has changed is asked for again, with its validators: at most so often, for a
# feed that touches its dates all the time would have every page fetched at every tick.
AGAIN_AFTER = timedelta(hours=6)
TIMES_AGAIN = 5
DISALLOWED_FOR = timedelta(days=30)  # what robots.txt forbids is looked at again so late

MOVE_AGREES_FOR = timedelta(days=3)  # a permanent redirect is believed when it has been the same for so long

_SCHEMA = """
create table if not exists sources (
    source text not null, url text not null, kind text not null,
    etag text, last_modified text,              -- verbatim, as the server wants them back
    payload_digest text, checked_at text, changed_at text, next_check_at text,
    http_status integer, error text, error_count integer not null default 0,
    pace text,                                  -- of a feed, as it declares: JSON of minutes, hours, days
    moved_to text, moved_since text,            -- where permanent redirects lead, and since when always there
    muted_at text,                              -- gone for good (410): not asked any more
    primary key (source, url)
);
create table if not exists entries (
    source text not null, entry_id text not null,
    url text not null, link text not null,      -- canonical: one page, one url; and as given: what can be fetched
    title text, published text, published_method text not null, first_seen text not null,
    fetch_id text,                              -- the archived page; null while it is still to be fetched
    checked_at text, http_status integer, error text, attempts integer not null default 0,
    version text,                               -- of what the feed says of it: another one, another look at the page
    content text,                               -- hash by which it is known when its id and its link both change
    not_before text,                            -- until when its page is left alone
    primary key (source, entry_id)
);
create index if not exists entries_by_url on entries (url);
create table if not exists pages (
    url text primary key,                       -- canonical, of entries
    etag text, last_modified text, payload_digest text,
    is_changed integer not null default 0,      -- an entry changed since it was asked for
    times_again integer not null default 0, asked_at text not null
);
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
"""


# columns that a memory of an earlier version lacks
_LATER_COLUMNS = {
    "sources": ("pace", "moved_to", "moved_since", "muted_at"),
    "entries": ("version", "content", "not_before"),
}
_LATER_INDEX = "create index if not exists entries_by_content on entries (source, content)"


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
class Polled:
    """How a feed has been asked so far, beside what it answered (`Seen`).

    moved_to    where its permanent redirects lead, since `moved_since` always there
    """

    checked_at: datetime | None = None
    error_count: int = 0
    pace: Pace = field(default_factory=Pace)
    moved_to: str | None = None
    moved_since: datetime | None = None
    muted_at: datetime | None = None

    @property
    def has_moved(self) -> bool:
        """Whether the redirect has agreed with itself for long enough to be believed, up to the last check."""
        if self.moved_since is None or self.checked_at is None or self.error_count:
            return False
        return self.checked_at - self.moved_since >= MOVE_AGREES_FOR


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed. `url` is canonical, `link` as the feed gave it; `published` is UTC.

    version   of what the feed says of it: it changes with its title and date
    content   hash of title, text and date; None where these don't tell it from others
    """

    source: str
    entry_id: str
    url: str
    link: str
    title: str | None
    published: datetime | None
    published_method: str
    version: str | None = None
    content: str | None = None


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
            self._add_later_columns()
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

    def _add_later_columns(self) -> None:
        for table, columns in _LATER_COLUMNS.items():
            known = {row["name"] for row in self._rows(f"pragma table_info({table})")}
            for column in columns:
                if column not in known:
                    self._connection.execute(f"alter table {table} add column {column} text")
        self._connection.execute(_LATER_INDEX)

    def seen(self, source: str, url: str) -> Seen:
        rows = self._rows(
            "select etag, last_modified, payload_digest, next_check_at from sources where source = ? and url = ?",
            (source, url),
        )
        if not rows:
            return Seen()
        return Seen(**rows[0] | {"next_check_at": _moment(rows[0]["next_check_at"])})

    def polled(self, source: str, url: str) -> Polled:
        rows = self._rows(
            "select checked_at, error_count, pace, moved_to, moved_since, muted_at from sources "
            "where source = ? and url = ?",
            (source, url),
        )
        if not rows:
            return Polled()
        times = {name: _moment(rows[0][name]) for name in ("checked_at", "moved_since", "muted_at")}
        return Polled(**rows[0] | times | {"pace": _pace(rows[0]["pace"])})

    def record_poll(self, source: str, url: str, now: datetime, pace: Pace | None, moved_to: str | None) -> None:
        """After `record_answer`: the feed's pace, where it was read anew, and where the redirects led this time."""
        self._connection.execute(
            """
            update sources set
                pace = coalesce(:pace, pace), muted_at = null,
                moved_since = iif(:moved_to is null, null, iif(moved_to is :moved_to, moved_since, :now)),
                moved_to = :moved_to
            where source = :source and url = :url
            """,
            {
                **{"source": source, "url": url, "now": _text(now), "moved_to": moved_to},
                "pace": pace and json.dumps([pace.every_minutes, sorted(pace.skip_hours), sorted(pace.skip_days)]),
            },
        )

    def forget_move(self, source: str, url: str) -> None:
        """The new address failed: the old one is asked again, and a redirect must agree for days anew."""
        self._connection.execute(
            "update sources set moved_to = null, moved_since = null where source = ? and url = ?", (source, url)
        )

    def forget_other_addresses(self, source: str, kind: str, url: str) -> None:
        """Those that the list of feeds had for the source before."""
        self._connection.execute("delete from sources where source = ? and kind = ? and url <> ?", (source, kind, url))

    def mute(self, source: str, url: str, now: datetime) -> None:
        """After `record_error`: the source isn't asked any more, until somebody wakes it."""
        self._connection.execute(
            "update sources set muted_at = ?, next_check_at = null where source = ? and url = ?",
            (_text(now), source, url),
        )

    def wake(self, source: str) -> int:
        """Ask a muted source again, at once. Gives how many of its addresses were muted."""
        return self._connection.execute(
            "update sources set muted_at = null, next_check_at = null where source = ? and muted_at is not null",
            (source,),
        ).rowcount

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
        """Remember the entries that are new; gives how many these are.

        An entry is known by its id, its URL or its content, whichever of them its feed keeps. A known one stays as it
        was first seen, but where its version is another one its page is to be looked at again.
        """
        added = 0
        for entry in entries:
            known = self._rows(
                """
                select rowid, url, version from entries
                where source = :source and (entry_id = :entry_id or url = :url or content = :content)
                order by entry_id = :entry_id desc, url = :url desc limit 1
                """,
                {"source": entry.source, "entry_id": entry.entry_id, "url": entry.url, "content": entry.content},
            )
            if not known:
                self._add_entry(entry, now)
                added += 1
            elif entry.version != known[0]["version"]:
                self._renew_entry(entry, **known[0])
        return added

    def _add_entry(self, entry: Entry, now: datetime) -> None:
        self._connection.execute(
            "insert into entries (source, entry_id, url, link, title, published, published_method, first_seen, "
            "version, content) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(entry.source, entry.entry_id, entry.url, entry.link, entry.title),
                *(_text(entry.published), entry.published_method, _text(now), entry.version, entry.content),
            ),
        )

    def _renew_entry(self, entry: Entry, rowid: int, url: str, version: str | None) -> None:
        self._connection.execute(
            "update entries set version = ?, content = ?, title = ? where rowid = ?",
            (entry.version, entry.content, entry.title, rowid),
        )
        if version is not None:  # else it was remembered before versions were
            self._connection.execute("update pages set is_changed = 1 where url = ?", (url,))

    def pending_entries(self, sources: Sequence[str], now: datetime) -> list[tuple[Entry, Seen]]:
        """The entries whose page is to be fetched now, one a URL, in the order in which they were seen.

        Returns   with each what its page was the last time: it has validators where an entry has changed since
        """
        marks = ", ".join("?" * len(sources))
        rows = self._rows(
            f"""
            select source, entry_id, entries.url, link, title, published, published_method, version, content,
                etag, last_modified, payload_digest
            from entries left join pages on entries.url = pages.url
            where source in ({marks})
            and (not_before is null or not_before <= ? or not_before > ?)
            and iif(
                pages.url is null,
                (attempts = 0 or {_MAY_TRY_AGAIN})
                and entries.url not in (select url from entries where fetch_id is not null),
                is_changed and times_again < {TIMES_AGAIN} and asked_at <= ?
            )
            order by first_seen, entries.rowid
            """,
            (
                *(*sources, _text(now), _text(now + DISALLOWED_FOR)),
                *(*(_text(now - wait) for wait in WAIT_AFTER_FAILURES), _text(now - AGAIN_AFTER)),
            ),
        )
        by_url: dict[str, tuple[Entry, Seen]] = {}
        for row in rows:
            seen = Seen(row.pop("etag"), row.pop("last_modified"), row.pop("payload_digest"))
            by_url.setdefault(row["url"], (Entry(**row | {"published": _moment(row["published"])}), seen))
        return list(by_url.values())

    def record_page(self, url: str, now: datetime, fetch_id: str | None, seen: Seen) -> None:
        """The page was archived, or is the one of last time (no fetch_id).

        For every entry that points at it, whichever feed that is in.
        """
        if fetch_id is not None:
            self._connection.execute(
                "update entries set fetch_id = ?, checked_at = ?, error = null, attempts = attempts + 1 where url = ?",
                (fetch_id, _text(now), url),
            )
        self._connection.execute(
            """
            insert into pages (url, etag, last_modified, payload_digest, asked_at)
            values (:url, :etag, :last_modified, :digest, :now)
            on conflict do update set
                etag = excluded.etag, last_modified = excluded.last_modified, payload_digest = excluded.payload_digest,
                asked_at = excluded.asked_at, is_changed = 0, times_again = times_again + 1
            """,
            {
                **{"url": url, "etag": seen.etag, "last_modified": seen.last_modified},
                **{"digest": seen.payload_digest, "now": _text(now)},
            },
        )

    def record_page_error(self, url: str, now: datetime, status: int | None, error: str) -> None:
        """The page can't be had. Of one that is archived this counts as a look at it, and leaves no error."""
        looked = self._connection.execute(
            "update pages set asked_at = ?, times_again = times_again + 1 where url = ?", (_text(now), url)
        )
        if not looked.rowcount:
            self._connection.execute(
                "update entries set checked_at = ?, http_status = ?, error = ?, attempts = attempts + 1 where url = ?",
                (_text(now), status, error, url),
            )

    def record_page_disallowed(self, url: str, now: datetime, error: str) -> None:
        """The page isn't to be read: it was not asked for, and won't be for long."""
        self._connection.execute(
            "update entries set checked_at = ?, error = ?, not_before = ? where url = ?",
            (_text(now), error, _text(now + DISALLOWED_FOR), url),
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

    def source_states(self) -> list[dict[str, Any]]:
        """How each source's last fetch went, with the columns of `raw.source_states`; times are UTC.

        A page that could not be fetched stands as a row of kind article under its feed's key, a filing whose
        documents could not be as one of kind filing under its company's.
        """
        rows = self._rows(
            """
            select
                source, kind, url, checked_at, changed_at, next_check_at, http_status, error, error_count, moved_to
            from sources
            union all
            select
                source, 'article', url, max(checked_at), null, max(not_before), max(http_status), max(error),
                max(attempts), null
            from entries where error is not null group by source, url
            union all
            select source, 'filing', url, checked_at, null, null, http_status, error, attempts, null
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


def version_of(*told: str | None) -> str:
    """A hash of some of what a feed says of an entry, 16 hex digits."""
    return hashlib.sha256("\n".join(part or "" for part in told).encode(errors="replace")).hexdigest()[:16]


def _pace(text: str | None) -> Pace:
    if text is None:
        return Pace()
    every_minutes, hours, days = json.loads(text)
    return Pace(every_minutes, frozenset(hours), frozenset(days))


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
