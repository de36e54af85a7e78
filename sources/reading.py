"""Reading: from an archived payload to a Document. Pure: the same record gives the same document on any day.

Its date is the one stated by whoever added it, else the feed's, else the page's; one that lies after the fetch is
nobody's. Its location is the canonical address that answered, or "inbox:NAME".
"""

from __future__ import annotations

import logging
import re
import zlib
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from sources.articles import PageText, decode, media_type, text_of_html
from sources.documents import Document, document_id
from sources.feeds import canonical_url
from sources.landing import Record
from sources.landing import Unreadable as Unreadable

DOCUMENT_KINDS = ("article", "inbox_file")

# pypdf lets these through from malformed files, beside its own errors
_PDF_FAULTS: tuple[type[Exception], ...] = (
    *(PyPdfError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError),
    *(RecursionError, NotImplementedError, OSError, zlib.error),
)
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")  # what neither UTF-8 nor DuckDB can hold; PDFs give such
logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of each flaw that it can live with


def read_document(record: Record) -> Document | None:
    """The document in an archived payload; None for a payload of another kind.

    Raises   Unreadable, where no text can be had from it
    """
    about = record.metadata
    if about["kind"] not in DOCUMENT_KINDS:
        return None
    seen_at = min(_moment(about.get("captured_at")) or record.fetched_at, record.fetched_at)
    page = _page(record, seen_at)
    text = _NOT_STORABLE.sub("\ufffd", page.text)
    if not text.strip():
        raise Unreadable("No text could be read out of it: it may be a scan, or a page that a script fills.")
    published_at, method = _published(about, page, seen_at)
    url = _address(record)
    location = canonical_url(url) if url else f"inbox:{about['name']}"
    stated = str(about["published"]) if about.get("published_method") == "stated" else ""
    return Document(
        document_id=document_id(location, text, stated),
        fetch_id=record.fetch_id,
        source=about["source"],
        source_kind=about["source_kind"],
        text=text,
        fetched_at=record.fetched_at,
        publisher=about.get("publisher"),
        url=canonical_url(url) if url else None,
        title=about.get("title") or page.title or about.get("name"),
        language=about.get("language") or page.language,
        speaker=about.get("speaker"),
        published_at=published_at,
        published_method=method,
        accession=about.get("accession"),
        incomplete=page.incomplete,
    )


def _page(record: Record, seen_at: datetime) -> PageText:
    kind = media_type(record.content_type)
    if kind == "application/pdf" or record.payload.startswith(b"%PDF-"):
        return _text_of_pdf(record.payload)
    if kind == "text/plain":
        return PageText(decode(record.payload), None, None, None)
    return text_of_html(record.payload, _address(record), seen_at.date())


def _address(record: Record) -> str | None:
    """Where the text stands on the web; None for a file of which nobody said."""
    if record.metadata["kind"] == "article":
        return record.url
    url: str | None = record.metadata.get("url")
    return url


def _text_of_pdf(payload: bytes) -> PageText:
    """The text of a PDF, page by page. Its creation date is not when it was published, so it gives no date."""
    try:
        reader = PdfReader(BytesIO(payload))
        text = "\n\n".join(page.extract_text() for page in reader.pages)
        title = reader.metadata.title if reader.metadata else None
    except _PDF_FAULTS as error:
        raise Unreadable(f"The PDF can't be read ({error or type(error).__name__}): get a whole copy of it.") from error
    return PageText(text, title or None, None, None)


def _published(about: dict[str, Any], page: PageText, seen_at: datetime) -> tuple[datetime | None, str]:
    given = _moment(about.get("published"))
    if given is not None and given <= seen_at:
        return given, about["published_method"]
    if page.published is not None:
        return datetime(page.published.year, page.published.month, page.published.day, tzinfo=UTC), "page"
    return None, "none"


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
