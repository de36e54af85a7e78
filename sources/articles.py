"""Articles: the pages that feeds point at, and the text in a page.

`land_articles` fetches what `sources.feeds` found and archives it whole; `text_of_html` is pure and takes the text, the
title, the day and the language out of a page. Which of the dates at hand a document bears is for `sources.reading`.
"""

from __future__ import annotations

import codecs
import html as html_entities
import logging
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from charset_normalizer import from_bytes
from htmldate import find_date
from trafilatura import bare_extraction, load_html
from trafilatura.metadata import examine_meta, extract_meta_json, extract_title, extract_url

from sources.feeds import seen_now
from sources.fetching import Client, Disallowed, FetchError, HostResting, NotNow, Request, Response
from sources.landing import LandingReport, LandingWriter, Unreadable, digest_of
from sources.state import Entry, Seen, State
from sources.stubs import incompleteness
from sources.watchlist import Feed

log = logging.getLogger("ledger.articles")

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_HTML_LANGUAGE = re.compile(r"<html\b[^>]*?\blang\s*=\s*[\"']?([A-Za-z]{2})\b", re.IGNORECASE)
# one charset a script: sisters of windows-1252 fit a short French text as well and turn its û into ű
_LIKELY_CHARSETS = ["cp1252", "cp1251", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"]
READABLE_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "application/pdf"})


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page says.

    published    the day that its markup or its address gives; None where they give none
    incomplete   why it isn't the whole article (`sources.stubs`); None where nothing says that
    """

    text: str
    title: str | None
    published: date | None
    language: str | None
    incomplete: str | None = None


def land_articles(home: Path, feeds: Iterable[Feed], client: Client, now: datetime) -> LandingReport:
    """Fetch and archive the pages of entries that have none yet, and those whose entry has changed.

    A page that fails is tried thrice, over days; one that robots.txt forbids is left alone for long.

    now   UTC
    """
    by_key = {feed.key: feed for feed in feeds}
    with State(home) as state:
        pending = {entry.link: (entry, seen) for entry, seen in state.pending_entries(list(by_key), now)}
    landed: list[tuple[Entry, str | None, Seen]] = []
    errors: list[tuple[Entry, FetchError | Unreadable, int | None]] = []
    requests = [Request(link, seen.etag, seen.last_modified) for link, (_, seen) in pending.items()]
    with LandingWriter(home, "articles", now) as writer:
        for request, answer in client.get_each(requests):
            entry, seen = pending[request.url]
            try:
                if isinstance(answer, FetchError):
                    raise answer
                is_new = answer.status != 304 and digest_of(answer.payload) != seen.payload_digest
                if is_new:
                    _check_readable(answer)
            except (NotNow, HostResting) as error:
                log.info("%s: %s %s", entry.source, entry.url, error)
                continue
            except (FetchError, Unreadable) as error:
                errors.append((entry, error, answer.status))
                log.warning("%s: %s %s", entry.source, entry.url, error)
                continue
            fetch_id = writer.add_response(answer, _metadata(by_key[entry.source], entry)) if is_new else None
            landed.append((entry, fetch_id, seen_now(answer, seen)))
            log.info("%s: %s", entry.source, entry.title or entry.url)
    with State(home) as state:
        for entry, fetch_id, seen in landed:
            state.record_page(entry.url, now, fetch_id, seen)
        for entry, problem, status in errors:
            if isinstance(problem, Disallowed):
                state.record_page_disallowed(entry.url, now, str(problem))
            else:
                state.record_page_error(entry.url, now, status, str(problem))
    return LandingReport(
        group="articles",
        checked=len(pending),
        landed=writer.count,
        unchanged=len(landed) - writer.count,
        errors=[(entry.source, f"{entry.url}: {problem}") for entry, problem, _ in errors],
        path=writer.path,
    )


def text_of_html(payload: bytes, url: str | None, latest: date) -> PageText:
    """The text of a page, without its menus, its advertising and its readers' comments; tables are kept.

    latest   the day of the fetch: no page is younger than that
    Returns  an empty text where the page has none
    """
    html = decode(payload, _META_CHARSET.search(payload[:4096]))
    tree = load_html(html)
    page: Any = None if tree is None else bare_extraction(tree, url=url, include_comments=False, include_tables=True)
    title, published = (None, None) if page is None else _title_and_day(tree, url, latest)
    language = _HTML_LANGUAGE.search(html[:4096])
    text = (page.text or "").strip() if page is not None else ""
    return PageText(
        text=text,
        title=title,
        published=published,
        language=language[1].lower() if language else None,
        incomplete=incompleteness(html, text),
    )


def _title_and_day(tree: Any, url: str | None, latest: date) -> tuple[str | None, date | None]:
    """As trafilatura's own metadata, without the author, the tags and the licence, which take a third of a page's time.

    tree   as parsed; taking the text out has left it as it was
    """
    about = examine_meta(tree)
    with suppress(Exception):  # trafilatura lets them all pass too: publishers' JSON has every shape
        about = extract_meta_json(tree, about)
    title = html_entities.unescape(about.title or extract_title(tree) or "")
    # not extensive: that takes any date in the text, and a page about a plan is full of them
    day = None
    with suppress(AssertionError):  # of lxml: htmldate takes drawings away, and a page may be nothing else
        day = find_date(
            tree,
            url=about.url or extract_url(tree, url),
            original_date=True,
            extensive_search=False,
            max_date=latest.isoformat(),
        )
    return " ".join(title.split()) or None, date.fromisoformat(day) if day else None


def decode(payload: bytes, declared: re.Match[bytes] | None = None) -> str:
    """Text out of bytes: UTF-8 where they are, else UTF-16 by its mark, else as declared, else what fits them best.

    What no charset reads becomes U+FFFD: a text with a flaw is better than none, and no number hides in it.
    """
    if payload.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return payload.decode("utf-16", errors="replace")
    for charset in ("utf-8-sig", *([declared[1].decode()] if declared else [])):
        try:
            return payload.decode(charset)
        except (UnicodeError, LookupError):
            continue
    best = from_bytes(payload, cp_isolation=_LIKELY_CHARSETS).best()
    return payload.decode(best.encoding if best else "utf-8", errors="replace")


def media_type(content_type: str | None) -> str:
    """The type that a Content-Type header names, without its parameters; a page where there is no header."""
    return (content_type or "").partition(";")[0].strip().lower() or "text/html"


def _check_readable(answer: Response) -> None:
    kind = media_type(answer.header("Content-Type"))
    if kind not in READABLE_TYPES:
        raise Unreadable(f"The page is of type {kind}, which holds no text to read.")
    if not answer.payload.strip():
        raise Unreadable("The page is empty.")


def _metadata(feed: Feed, entry: Entry) -> dict[str, Any]:
    about: dict[str, Any] = {"source": feed.key, "source_kind": feed.kind, "publisher": feed.name, "kind": "article"}
    about |= {"language": feed.language, "speaker": feed.speaker, "title": entry.title, "entry_id": entry.entry_id}
    published = None if entry.published is None else entry.published.isoformat()
    return about | {"entry_url": entry.url, "published": published, "published_method": entry.published_method}
