"""Feeds: which are due, what they hold, and what in them is new.

`parse_feed` is pure; `land_feeds` asks each feed that is due whether it changed, archives what did and remembers its
entries, whose pages `sources.articles` then fetches. An answer that isn't a feed with entries is an error of its
source: it is recorded, nothing of it is archived, and the other feeds go on. When a feed is asked again is decided in
`sources.polling`.
"""

from __future__ import annotations

import logging
import re
from calendar import timegm
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import random
from typing import Any
from urllib.parse import urldefrag, urlsplit

import feedparser
from courlan import clean_url

from sources.dates import read_date
from sources.fetching import Client, FetchError, NotNow, Request, Response
from sources.landing import LandingReport, LandingWriter, Unreadable, digest_of
from sources.limited import Parsers, ahead
from sources.polling import DAYS, Pace, is_due, next_check, next_try, retry_after
from sources.state import Entry, Polled, Seen, State, version_of
from sources.watchlist import Feed

log = logging.getLogger("ledger.feeds")

FIRST_YEAR = 1995  # no page of a feed is older: 1970 and the year 1 are what a program writes for "unknown"
ODD_DATES = 200  # so many entries of a feed have a date of any writing read, which takes milliseconds each
OWN_WORDS = 20  # characters of summary that tell an entry from others with its title and its date

GONE = (
    "{host} says that this feed is gone for good (410), so it isn't asked any more: look for its new address for "
    "feeds.yaml, or have it asked again by `ledger sources wake {key}`."
)

# An entity of XML can make a text of any length out of a few bytes; no title or address is that long.
LONGEST_TITLE, LONGEST_ADDRESS = 1_000, 4_000  # characters

_XML_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?\?>", re.DOTALL)
_DECLARED_IN_XML = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"']", re.IGNORECASE)
_DECLARED_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_IS_HTML = re.compile(rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
# feedparser lets these through from malformed feeds: names with blanks in them, charsets with zeros in their names
FEEDPARSER_FAULTS = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
# ISO 8601, and RFC 822 with or without its day name: of others feedparser makes wrong dates (June 1 of 2016/6/29)
_TRUSTED_DATE = re.compile(r"^\s*(?:\d{4}-\d\d-\d\d|(?:[A-Za-z]{3,9},?\s+)?\d{1,2}\s+[A-Za-z]{3,9}\s+\d{2,4}\s+\d)")
_HAS_ZONE = re.compile(r"(?:[A-Za-z]|[+-]\d\d:?\d\d)\s*$")
_RESTS = re.compile(rb"<(skipHours|skipDays)\b[^>]{0,80}>(.{0,2000}?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_REST = re.compile(rb"<(?:hour|day)\b[^>]{0,80}>\s*(\w+)\s*<", re.IGNORECASE)
_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}  # minutes


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One item of a feed.

    id         the feed's own id, else the URL
    url        canonical, to know the page by; `link` is as given, to fetch it by
    published  UTC; None where the feed gives none or one that can't be trusted
    method     feed; feed_lenient, where the date lacks its zone or is in a writing of its own; none
    version    changes with title and date
    content    hash of title, summary and date; None where these don't tell it from other entries
    """

    id: str
    url: str
    link: str
    title: str | None
    published: datetime | None
    method: str
    version: str
    content: str | None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as read: its own title, its entries, each id and each URL once, in the feed's order, and its pace."""

    title: str | None
    entries: list[FeedEntry]
    pace: Pace = field(default_factory=Pace)


def canonical_url(url: str) -> str:
    """The form in which two spellings of an address are equal: without tracking parameters and fragment."""
    try:
        return str(clean_url(urldefrag(url).url) or url)
    except ValueError:  # brackets or a port that make no sense: then it is known by what was given
        return url


def parse_feed(payload: bytes, content_type: str | None, url: str = "") -> ParsedFeed:
    """Read RSS or Atom.

    url     where it came from, for links that are relative to it
    Raises  Unreadable, for an empty answer, a page instead of a feed, what can't be parsed, and a feed without entries
    """
    if not payload.strip():
        raise Unreadable("The answer is empty.")
    if _IS_HTML.match(payload[:4096]):
        raise Unreadable("A web page came instead of a feed: look for the feed's new address.")
    payload, content_type = _in_utf8(payload, content_type)
    headers = {"content-location": url} | ({"content-type": content_type} if content_type else {})
    # a stream, for feedparser takes bytes for the name of a file or an address where they look like one;
    # nothing is shown in a browser, so nothing needs sanitising, which is what takes long
    try:
        parsed = feedparser.parse(BytesIO(payload), response_headers=headers, sanitize_html=False)
    except FEEDPARSER_FAULTS as error:
        raise Unreadable(f"The feed can't be read ({type(error).__name__} in its parser).") from error
    if not parsed.version and not parsed.entries:
        raise Unreadable("The answer is neither RSS nor Atom.")
    read = [_entry(item, may_be_odd=place < ODD_DATES) for place, item in enumerate(parsed.entries)]
    by_url = {entry.url: entry for entry in reversed(read) if entry is not None}
    if not by_url:
        raise Unreadable("The feed has no entries with a link.")
    uses = Counter(entry.id for entry in by_url.values())
    # an id that stands on several pages tells none of them
    entries = [entry if uses[entry.id] == 1 else replace(entry, id=entry.url) for entry in by_url.values()]
    return ParsedFeed(_line(parsed.feed.get("title")), entries[::-1], _pace(parsed.feed, payload))


def land_feeds(
    home: Path,
    feeds: Iterable[Feed],
    client: Client,
    now: datetime,
    force: bool = False,
    jitter: Callable[[], float] = random,
) -> LandingReport:
    """Ask the feeds that are due, archive those that changed and remember their entries.

    now     UTC
    force   ask all, due or not, but for those that are muted
    jitter  0 to 1, anew for each source that failed
    """
    with State(home) as state:
        watched = [_Watched(feed, state.seen(feed.key, feed.url), state.polled(feed.key, feed.url)) for feed in feeds]
    due = [each for each in watched if each.is_due(now, force=force)]
    log.info("%d of %d feeds are due", len(due), len(watched))
    asked = _by_address(due)
    requests = [Request(url, each.seen.etag, each.seen.last_modified) for url, each in asked.items()]
    answers: dict[str, tuple[str, Response, ParsedFeed | None]] = {}  # by the address of the list
    errors: list[tuple[_Watched, str, FetchError | Unreadable, int | None]] = []
    with Parsers() as parsers, LandingWriter(home, "feeds", now) as writer:
        arriving = client.get_each(requests)
        for url, answer, parsing in ahead(_parsed_in_children(arriving, asked, parsers)):
            each = asked[url]
            try:
                if isinstance(answer, FetchError):
                    raise answer
                parsed = parsing.result() if parsing else None
            except NotNow as error:
                log.info("%s: %s", each.feed.key, error)
                continue
            except (FetchError, Unreadable) as error:
                errors.append((each, url, error, answer.status))
                log.warning("%s: %s", each.feed.key, error)
                continue
            if parsed is not None:
                writer.add_response(answer, _metadata(each.feed, parsed))
            answers[each.feed.url] = (url, answer, parsed)
    with State(home) as state:
        told = [_note_error(state, each, url, error, status, now, jitter()) for each, url, error, status in errors]
        # in the order of the list, not of arrival: a page that stands in two feeds always belongs to the same one
        for each in due:
            state.forget_other_addresses(each.feed.key, "feed", each.feed.url)
            if each.feed.url in answers:
                _note_answer(state, each, *answers[each.feed.url], now)
    return LandingReport(
        group="feeds",
        checked=len(due),
        landed=writer.count,
        unchanged=len(answers) - writer.count,
        errors=told,
        path=writer.path,
    )


@dataclass(frozen=True, slots=True)
class _Watched:
    """A feed with what is remembered of it."""

    feed: Feed
    seen: Seen
    polled: Polled

    @property
    def every(self) -> timedelta:
        return timedelta(minutes=self.feed.every_minutes)

    def is_due(self, now: datetime, *, force: bool) -> bool:
        if self.polled.muted_at is not None:
            return False
        return force or is_due(now, self.polled.checked_at, self.seen.next_check_at)


def _by_address(due: Iterable[_Watched]) -> dict[str, _Watched]:
    """Where each feed is asked: where it has moved for good, unless another feed is asked there, else where it was."""
    asked = {each.feed.url: each for each in due}
    for each in list(asked.values()):
        moved_to = each.polled.moved_to
        if moved_to and each.polled.has_moved and moved_to not in asked:
            log.warning("%s has moved to %s: put that address into feeds.yaml", each.feed.key, moved_to)
            asked[moved_to] = asked.pop(each.feed.url)
    return asked


def _note_answer(
    state: State, each: _Watched, asked_url: str, answer: Response, parsed: ParsedFeed | None, now: datetime
) -> None:
    feed, polled = each.feed, each.polled
    pace = polled.pace if parsed is None else parsed.pace
    at = next_check(now, each.every, pace, answer)
    state.record_answer(feed.key, feed.url, "feed", now, at, answer.status, seen_now(answer, each.seen))
    # asked at the new address there is no redirect any more: the move goes on to be believed
    moved_to = answer.moved_to if asked_url == feed.url else answer.moved_to or asked_url
    state.record_poll(feed.key, feed.url, now, pace, moved_to)
    entries = [] if parsed is None else [_remembered(feed, entry) for entry in parsed.entries]
    log.info("%s: %d new entries", feed.key, state.add_entries(entries, now))


def _note_error(
    state: State,
    each: _Watched,
    asked_url: str,
    error: FetchError | Unreadable,
    status: int | None,
    now: datetime,
    jitter: float,
) -> tuple[str, str]:
    feed = each.feed
    asked = retry_after(error.retry_after, now) if isinstance(error, FetchError) else None
    at = next_try(now, each.every, each.polled.error_count + 1, asked, jitter)
    is_gone = status == 410 and asked_url == feed.url
    sentence = GONE.format(host=urlsplit(asked_url).hostname, key=feed.key) if is_gone else str(error)
    state.record_error(feed.key, feed.url, "feed", now, at, status, sentence)
    if is_gone:
        state.mute(feed.key, feed.url, now)
    elif asked_url != feed.url:
        state.forget_move(feed.key, feed.url)
    return feed.key, sentence


def seen_now(answer: Response, before: Seen) -> Seen:
    """What to send and compare next time; a 304 may leave out the validators, which then stay as they were."""
    if answer.status == 304:
        etag = answer.header("ETag") or before.etag
        last_modified = answer.header("Last-Modified") or before.last_modified
        return Seen(etag, last_modified, before.payload_digest)
    return Seen(answer.header("ETag"), answer.header("Last-Modified"), digest_of(answer.payload))


def _parsed_in_children(
    arriving: Iterable[tuple[Request, Response | FetchError]], asked: Mapping[str, _Watched], parsers: Parsers
) -> Iterator[tuple[str, Response | FetchError, Future[ParsedFeed] | None]]:
    """Each answer with the feed that a child is reading in it; None for one that failed or is the one of last time."""
    for request, answer in arriving:
        before = asked[request.url].seen.payload_digest
        if isinstance(answer, FetchError) or answer.status == 304 or digest_of(answer.payload) == before:
            yield request.url, answer, None
        else:
            reading = parsers.start(parse_feed, answer.payload, answer.header("Content-Type"), answer.url)
            yield request.url, answer, reading


def _metadata(feed: Feed, parsed: ParsedFeed) -> dict[str, Any]:
    about = {"source": feed.key, "source_kind": feed.kind, "publisher": feed.name, "kind": "feed"}
    return about | {"language": feed.language, "speaker": feed.speaker, "title": parsed.title}


def _remembered(feed: Feed, entry: FeedEntry) -> Entry:
    return Entry(
        *(feed.key, entry.id, entry.url, entry.link, entry.title, entry.published, entry.method),
        *(entry.version, entry.content),
    )


def _entry(item: Any, *, may_be_odd: bool) -> FeedEntry | None:
    link = (item.get("link") or "").strip()
    if not link.startswith(("http://", "https://")) or len(link) > LONGEST_ADDRESS:
        return None
    url = canonical_url(link)
    title, summary = _line(item.get("title")), _line(item.get("summary")) or ""
    published, method = _date(item, may_be_odd)
    is_told_apart = title and published and len(summary) >= OWN_WORDS
    return FeedEntry(
        id=(item.get("id") or url)[:LONGEST_ADDRESS],
        url=url,
        link=link,
        title=title,
        published=published,
        method=method,
        version=version_of(title, item["updated"] if "updated" in item else item.get("published")),
        content=version_of(title, summary, str(published)) if is_told_apart else None,
    )


def _date(item: Any, may_be_odd: bool) -> tuple[datetime | None, str]:
    """The publication date, else that of the last change, and how it was read."""
    for name in ("published", "updated"):
        text = item[name] if name in item else None  # noqa: SIM401  get() gives the one in place of the other
        if not text:
            continue
        parsed = item.get(f"{name}_parsed")
        # "9999-12-31T23:59:59-23:59" is of a year that Python doesn't know
        if parsed is not None and parsed.tm_year <= MAXYEAR and _TRUSTED_DATE.match(text):
            moment: datetime | None = datetime.fromtimestamp(timegm(parsed), UTC)
            method = "feed" if _HAS_ZONE.search(text) else "feed_lenient"
        else:
            moment, method = (read_date(text) if may_be_odd else None), "feed_lenient"
        if moment is not None and moment.year >= FIRST_YEAR:
            return moment, method
    return None, "none"


def _pace(told: Any, payload: bytes) -> Pace:
    """The rhythm that a feed declares; feedparser keeps but the last of its hours and days."""
    ttl = str(told.get("ttl") or "").strip()
    period = _PERIODS.get(str(told.get("sy_updateperiod") or "").strip().lower(), 0)
    times = str(told.get("sy_updatefrequency") or "").strip()
    often = int(times[:6]) if times.isascii() and times.isdigit() and int(times[:6]) else 1
    minutes = int(ttl[:6]) if ttl.isascii() and ttl.isdigit() else 0
    rests = {name.lower(): _REST.findall(names) for name, names in _RESTS.findall(payload[:20_000])}
    hours = {int(hour) % 24 for hour in rests.get(b"skiphours", ()) if hour.isdigit()}
    names = {day.decode("latin-1").capitalize() for day in rests.get(b"skipdays", ())}
    days = {place for place, name in enumerate(DAYS) if name in names}
    return Pace(max(minutes, period // often), frozenset(hours), frozenset(days))


def _line(text: str | None) -> str | None:
    return " ".join(text[:LONGEST_TITLE].split()) or None if text else None


def _in_utf8(payload: bytes, content_type: str | None) -> tuple[bytes, str | None]:
    """The feed in UTF-8, wherever its bytes tell more than its declaration.

    Valid UTF-8 is UTF-8 whatever is declared, for other charsets don't give it by chance. A feed in UTF-8 with a few
    invalid bytes keeps its charset and loses those bytes only (feedparser would read all of it as another charset).
    """
    is_shifted = payload.isascii() and b"\x1b" in payload  # ISO 2022: ASCII, in which escapes mean other letters
    if payload.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in payload[:64] or is_shifted:
        return payload, content_type
    text = payload.decode("utf-8", errors="replace")
    lost = text.count("\ufffd")
    if lost and lost > sum(character > "\x7f" for character in text) - lost:
        text = _decoded_as_declared(payload, content_type)
        if text == "":
            return payload, content_type
    body = _XML_DECLARATION.sub(b"", text.encode().removeprefix(b"\xef\xbb\xbf"))
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body.lstrip(), "application/xml; charset=utf-8"


def _decoded_as_declared(payload: bytes, content_type: str | None) -> str:
    """The text in the charset that the feed or its header declares; empty where that is none that reads it."""
    in_xml = _DECLARED_IN_XML.search(payload[:512])
    in_header = _DECLARED_IN_HEADER.search(content_type or "")
    for declared in (in_xml and in_xml[1].decode(), in_header and in_header[1]):
        if not declared or declared.lower().replace("_", "-") in ("utf-8", "utf8", "us-ascii", "ascii"):
            continue
        try:
            return payload.decode(declared, errors="replace")
        except (LookupError, UnicodeError):  # none such, or one for names of hosts (idna)
            continue
    return ""
