"""Filing indexes: EDGAR's lists of what was filed, by anyone, and of what one filing holds.

Pure: the Atom feed of current filings, the daily index, and a filing's own index page, from bytes to rows.
A company's own list is in `submissions.py`; fetching is in `filings.py`.
"""

from __future__ import annotations

import re
from calendar import timegm
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO

import feedparser
import lxml.html

from sources.feeds import FEEDPARSER_FAULTS
from sources.landing import Unreadable
from sources.submissions import Filing

EXHIBITS = ("EX-99", "EX-13")  # press releases and presentations; the annual report to which a 10-K may only refer
XBRL_INSTANCE = "EX-101.INS"  # until 2019 the XBRL was a file of its own; since, it stands in the main document
TEXT_FILES = (".htm", ".html", ".txt")

_ACCESSION = re.compile(r"\d{10}-\d{2}-\d{6}")
_ENTRY_TITLE = re.compile(r"^(?P<form>.+?) - .*\((?P<cik>\d{10})\) \([\w ]+\)$", re.DOTALL)
_INDEX_LINE = re.compile(r"\s(?P<cik>\d{1,10})\s+(?P<filed>\d{4}-?\d{2}-?\d{2})\s+edgar/data/\S*?(?P<file>[\w.-]+)\s*$")


@dataclass(frozen=True, slots=True)
class CurrentFilings:
    """One page of the feed of current filings: a filing stands in it once for each company that it concerns.

    entries       how many the page has; fewer than were asked for on the last page
    oldest_at     when the oldest of them came in, UTC; None on an empty page
    """

    filings: list[Filing]
    entries: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class FilingDocument:
    """One file of a filing: its name, and its type ("10-Q", "EX-99.1")."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class FilingIndex:
    """A filing's index page: its files in the page's order, and the period or day that it reports on."""

    documents: list[FilingDocument]
    report_date: date | None

    def worth_reading(self, filing: Filing, *, texts: bool) -> list[FilingDocument]:
        """The texts: main document and exhibits that tell of results. And the XBRL, where it isn't inline.

        texts   False: only where the XBRL stands, in the main document or in a file of its own
        """
        wanted = EXHIBITS if texts else ()
        return [
            document
            for document in self.documents
            if (
                (document.type == filing.form or document.type.startswith(wanted))
                and document.name.lower().endswith(TEXT_FILES)
                and (texts or filing.is_inline_xbrl)
            )
            or document.type == XBRL_INSTANCE
        ]


def read_current_filings(payload: bytes) -> CurrentFilings:
    """A page of getcurrent; each (cik, accession) once.

    Raises   Unreadable, where it isn't the feed, or a day in it is none
    """
    try:
        parsed = feedparser.parse(BytesIO(payload))  # a stream: bytes it may take for the name of a file
    except FEEDPARSER_FAULTS as error:
        raise Unreadable("The feed of current filings can't be parsed: EDGAR was busy.") from error
    if not parsed.get("version", "").startswith("atom"):
        raise Unreadable("A web page came instead of the feed of current filings: EDGAR was busy.")
    found: dict[tuple[int, str], Filing] = {}
    moments = []
    for entry in parsed.entries:
        title, accession = _ENTRY_TITLE.match(entry.get("title", "")), _ACCESSION.search(entry.get("id", ""))
        filed = re.search(r"Filed:\D*(\d{4}-\d{2}-\d{2})", entry.get("summary", ""))
        if entry.get("updated_parsed"):
            moments.append(datetime.fromtimestamp(timegm(entry.updated_parsed), UTC))
        if title and accession and filed:
            filing = Filing(
                cik=int(title["cik"]),
                accession=accession[0],
                form=title["form"],
                filed_on=_day(filed[1]),
            )
            found.setdefault((filing.cik, filing.accession), filing)
    return CurrentFilings(list(found.values()), len(parsed.entries), min(moments, default=None))


def read_daily_index(payload: bytes) -> list[Filing]:
    """The filings of form.YYYYMMDD.idx: columns of fixed width, names in ISO-8859-1.

    Raises   Unreadable, where it isn't such an index, or a day in it is none
    """
    lines = payload.decode("latin-1").splitlines()
    header = next((line for line in lines if line.startswith("Form Type")), None)
    if header is None or "Company Name" not in header:
        raise Unreadable("What came is not a daily index of forms: EDGAR was busy, or its layout has changed.")
    width = header.index("Company Name")
    filings = []
    for line in lines:
        told = _INDEX_LINE.search(line)
        if told:
            filings.append(
                Filing(
                    cik=int(told["cik"]),
                    accession=told["file"].removesuffix(".txt"),
                    form=line[:width].strip(),
                    filed_on=_day(told["filed"]),
                )
            )
    return filings


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Unreadable(f"{written} is no day: EDGAR's list is damaged; the next run asks again.") from error


def read_filing_index(payload: bytes) -> FilingIndex:
    """The index page of a filing.

    Raises   Unreadable, where it lists no file
    """
    try:
        page = lxml.html.fromstring(payload)
    except (lxml.etree.ParserError, ValueError) as error:
        raise Unreadable("The filing's index page is empty or no HTML; the next run asks again.") from error
    documents = []
    for row in page.xpath("//table[contains(@class, 'tableFile')]//tr[td]"):
        cells, links = row.findall("td"), row.xpath(".//a/@href")
        if len(cells) >= 4 and links:
            # the last part of the path, also of a link through the viewer: /ix?doc=/Archives/…/NAME
            name = str(links[0]).rpartition("/")[2]
            documents.append(FilingDocument(name, cells[3].text_content().strip()))
    if not documents:
        raise Unreadable("The filing's index page lists no documents; the next run asks again.")
    period = page.xpath("//div[@class='infoHead'][contains(., 'Period of Report')]/following-sibling::div[1]/text()")
    return FilingIndex(documents, date.fromisoformat(period[0].strip()) if period else None)
