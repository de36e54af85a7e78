"""Feeds: which are due, what they hold, and what in them is new.

`parse_feed` is pure; `land_feeds` asks each feed that is due whether it changed, archives what did and remembers its
entries, whose pages `sources.articles` then fetches. An answer that isn't a feed with entries is an error of its
source: it is recorded, nothing of it is archived, and the other feeds go on.
"""

from __future__ import annotations

import logging
import re
from calendar import timegm
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import feedparser
from courlan import clean_url

from sources.fetching import Client, FetchError, Request, Response
from sources.landing import LandingReport, LandingWriter, Unreadable, digest_of
from sources.limited import Parsers, ahead
from sources.state import Entry, Seen, State
from sources.watchlist import Feed

log = logging.getLogger("ledger.feeds")

FIRST_YEAR = 1995  # no page of a feed is older: 1970 and the year 1 are what a program writes for "unknown"
TICK_DRIFT = timedelta(minutes=1)  # a schedule's ticks come some seconds early or late: a feed mustn't miss its own

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


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One item of a feed.

    id         the feed's own id, else the URL
    url        canonical, to know the page by; `link` is as given, to fetch it by
    published  UTC; None where the feed gives none or one that can't be trusted
    method     feed, or none
    """

    id: str
    url: str
    link: str
    title: str | None
    published: datetime | None
    method: str


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as read: its own title and its entries, each id and each URL once, in the feed's order."""

    title: str | None
    entries: list[FeedEntry]


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
    by_url = {entry.url: entry for entry in reversed([*map(_entry, parsed.entries)]) if entry is not None}
    if not by_url:
        raise Unreadable("The feed has no entries with a link.")
    uses = Counter(entry.id for entry in by_url.values())
    # an id that stands on several pages tells none of them
    entries = [entry if uses[entry.id] == 1 else replace(entry, id=entry.url) for entry in by_url.values()]
    return ParsedFeed(_line(parsed.feed.get("title")), entries[::-1])


def land_feeds(home: Path, feeds: Iterable[Feed], client: Client, now: datetime, force: bool = False) -> LandingReport:
    """Ask the feeds that are due, archive those that changed and remember their entries.

    now     UTC
    force   ask all, due or not
    """
    with State(home) as state:
        asked = {feed.url: (feed, state.seen(feed.key, feed.url)) for feed in feeds}
    due = [(feed, seen) for feed, seen in asked.values() if force or _is_due(feed, seen, now)]
    log.info("%d of %d feeds are due", len(due), len(asked))
    places = {url: place for place, url in enumerate(asked)}
    requests = [Request(feed.url, seen.etag, seen.last_modified) for feed, seen in due]
    answers: list[tuple[Feed, Response, ParsedFeed | None]] = []
    errors: list[tuple[Feed, int | None, str]] = []
    with Parsers() as parsers, LandingWriter(home, "feeds", now) as writer:
        arriving = client.get_each(requests)
        for feed, answer, parsing in ahead(_parsed_in_children(arriving, asked, parsers)):
            try:
                if isinstance(answer, FetchError):
                    raise answer
                parsed = parsing.result() if parsing else None
            except (FetchError, Unreadable) as error:
                errors.append((feed, answer.status, str(error)))
                log.warning("%s: %s", feed.key, error)
                continue
            if parsed is not None:
                writer.add_response(answer, _metadata(feed, parsed))
            answers.append((feed, answer, parsed))
    with State(home) as state:
        for feed, status, sentence in errors:
            state.record_error(feed.key, feed.url, "feed", now, _next_check(feed, now), status, sentence)
        # in the order of the list, not of arrival: a page that stands in two feeds always belongs to the same one
        for feed, answer, parsed in sorted(answers, key=lambda each: places[each[0].url]):
            fresh = _seen_now(answer, asked[feed.url][1])
            state.record_answer(feed.key, feed.url, "feed", now, _next_check(feed, now), answer.status, fresh)
            entries = [] if parsed is None else [_remembered(feed, entry) for entry in parsed.entries]
            log.info("%s: %d new entries", feed.key, state.add_entries(entries, now))
    return LandingReport(
        group="feeds",
        checked=len(due),
        landed=writer.count,
        unchanged=len(answers) - writer.count,
        errors=[(feed.key, sentence) for feed, _, sentence in errors],
        path=writer.path,
    )


def _is_due(feed: Feed, seen: Seen, now: datetime) -> bool:
    """A next check that is further off than any would be set now was set by a clock that ran ahead."""
    if seen.next_check_at is None:
        return True
    return not now + TICK_DRIFT < seen.next_check_at <= _next_check(feed, now)


def _parsed_in_children(
    arriving: Iterable[tuple[Request, Response | FetchError]], asked: Mapping[str, tuple[Feed, Seen]], parsers: Parsers
) -> Iterator[tuple[Feed, Response | FetchError, Future[ParsedFeed] | None]]:
    """Each answer with the feed that a child is reading in it; None for one that failed or is the one of last time."""
    for request, answer in arriving:
        feed, seen = asked[request.url]
        if isinstance(answer, FetchError) or answer.status == 304 or digest_of(answer.payload) == seen.payload_digest:
            yield feed, answer, None
        else:
            yield feed, answer, parsers.start(parse_feed, answer.payload, answer.header("Content-Type"), answer.url)


def _seen_now(answer: Response, before: Seen) -> Seen:
    """What to send and compare next time; a 304 may leave out the validators, which then stay as they were."""
    if answer.status == 304:
        etag = answer.header("ETag") or before.etag
        last_modified = answer.header("Last-Modified") or before.last_modified
        return Seen(etag, last_modified, before.payload_digest)
    return Seen(answer.header("ETag"), answer.header("Last-Modified"), digest_of(answer.payload))


def _next_check(feed: Feed, now: datetime) -> datetime:
    return now + timedelta(minutes=feed.every_minutes)


def _metadata(feed: Feed, parsed: ParsedFeed) -> dict[str, Any]:
    about = {"source": feed.key, "source_kind": feed.kind, "publisher": feed.name, "kind": "feed"}
    return about | {"language": feed.language, "speaker": feed.speaker, "title": parsed.title}


def _remembered(feed: Feed, entry: FeedEntry) -> Entry:
    return Entry(feed.key, entry.id, entry.url, entry.link, entry.title, entry.published, entry.method)


def _entry(item: Any) -> FeedEntry | None:
    link = (item.get("link") or "").strip()
    if not link.startswith(("http://", "https://")) or len(link) > LONGEST_ADDRESS:
        return None
    url = canonical_url(link)
    published = _date(item, "published") or _date(item, "updated")
    return FeedEntry(
        id=(item.get("id") or url)[:LONGEST_ADDRESS],
        url=url,
        link=link,
        title=_line(item.get("title")),
        published=published,
        method="none" if published is None else "feed",
    )


def _date(item: Any, name: str) -> datetime | None:
    if name not in item or not _TRUSTED_DATE.match(item[name] or ""):
        return None
    parsed = item.get(f"{name}_parsed")
    if parsed is None or parsed.tm_year < FIRST_YEAR:
        return None
    return datetime.fromtimestamp(timegm(parsed), UTC)


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
        except LookupError:
            continue
    return ""
