"""What a document is: text with an identity, a date and a place in the archive.

Types and the identity rule only, for `extraction/` imports this module and must stay free of I/O. How a document is
read out of an archived payload is in `sources.reading`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One revision of one text. It never changes: another text under the same URL is another document.

    source            key of the feed, "inbox", or "edgar"
    source_kind       press, company, regulator, filing: who speaks, for the ranking of rival claims
    publisher         the name that a reader knows: "Reuters", "NVIDIA Newsroom"
    speaker           canonical organisation that says "we" in this text, where one does
    language          ISO 639-1, None where nobody said and nothing could tell
    published_at      UTC; None where neither source nor page gives a date
    published_method  stated (by whoever added it), feed, feed_lenient (without a zone, or in a writing that
                      `sources.dates` made out), page, filing, none
    incomplete        paywall or truncated, where the page says so
    fetched_at        UTC, the moment at which the payload was archived
    fetch_id          the archived record that holds the payload
    """

    document_id: str
    fetch_id: str
    source: str
    source_kind: str
    text: str
    fetched_at: datetime
    publisher: str | None = None
    url: str | None = None
    title: str | None = None
    language: str | None = None
    speaker: str | None = None
    published_at: datetime | None = None
    published_method: str = "none"
    accession: str | None = None
    incomplete: str | None = None


def document_id(location: str, text: str, stated_date: str = "") -> str:
    """The identity of a revision: where it stands and what it says, 16 hex digits of SHA-256.

    location      canonical URL, or "inbox:NAME" for a file without one
    stated_date   for the inbox, where the date is the user's own word: another date makes another revision,
                  which wins. A feed's date isn't part, because feeds shift it without changing the text.
    """
    return hashlib.sha256("\n".join((location, stated_date, text)).encode()).hexdigest()[:16]
