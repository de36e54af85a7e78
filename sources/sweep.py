"""The nightly sweep: EDGAR's lists of everybody's filings, looked through for what a company's own list didn't have.

What is found is remembered as a filing of its company, whose turn (`filings.py`) then fetches its facts and documents.
A list without anything new of a watched company is not archived.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from sources.edgar import Busy, Edgar, EdgarError, Missing
from sources.fetching import Response
from sources.filers import Batch, Filer, Landed
from sources.filing_indexes import read_current_filings, read_daily_index
from sources.landing import Unreadable, digest_of
from sources.state import Seen, State
from sources.submissions import Filing

log = logging.getLogger("ledger.filings")

ABOUT = {"kind": "filing_index", "source": "edgar", "source_kind": "filing", "publisher": "SEC EDGAR"}

NIGHT_HOUR = 6  # UTC; 1 or 2 in the morning in New York: the day's index is there, and nobody files
DAYS = 5  # daily indexes are looked at again for so long: filings are put into them late
PAGE = 100  # entries, the most that EDGAR gives
PAGES = 60  # a busy day has some 5,000 entries
SPAN = timedelta(hours=26)  # what the feed of current filings is read back to: a day, and two hours for delays


def sweep(edgar: Edgar, filers: Collection[Filer], now: datetime) -> tuple[Landed, list[Filer]]:
    """Look through the lists that are due, each once a night, after the filers have had their turn.

    now      UTC
    Returns  what came, and the filers of which something was found
    """
    landed = Landed(None)
    if not edgar.asks_www:
        return landed, []
    with Batch(edgar.home, "filing_indexes", now, landed) as batch:
        finder = _Finder(edgar, filers, now, batch)
        for day in _working_days(now.date()):
            finder.look_into_day(day)
        finder.look_into_current()
        batch.note(lambda state: state.forget("edgar", "filing_index", now - timedelta(days=2 * DAYS)))
        landed.filings = sum(finder.found.values())
    for sentence in landed.errors:
        log.warning("sweep: %s", sentence)
    if landed.filings:
        log.info("sweep: %d filings that no company's list had", landed.filings)
    return landed, [filer for filer in filers if filer.cik in finder.found]


def _working_days(today: date) -> Iterator[date]:
    """The last ones before today, oldest first; at a weekend nothing is filed."""
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        if day.weekday() < 5:
            yield day


def _next_night(now: datetime) -> datetime:
    night = now.astimezone(UTC).replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return night if night > now else night + timedelta(days=1)


class _Finder:
    """What the lists say, held against what is known of the watched."""

    def __init__(self, edgar: Edgar, filers: Collection[Filer], now: datetime, batch: Batch) -> None:
        self.found: Counter[int] = Counter()
        self._edgar = edgar
        self._now = now
        self._batch = batch
        self._filers = {filer.cik: filer for filer in filers}
        with State(edgar.home) as state:
            self._known = {cik: set(state.filings(cik)) for cik in self._filers}

    def look_into_day(self, day: date) -> None:
        url = self._edgar.daily_index(day)
        seen = self._seen(url)
        if seen.next_check_at and seen.next_check_at > self._now:
            return
        try:
            answer = self._edgar.get(url, seen.etag, seen.last_modified)
            if answer.status != 304:
                self._take(read_daily_index(answer.payload), answer)
        except Missing as error:  # a holiday
            self._note(url, error.status or 404, Seen(next_check_at=_next_night(self._now)))
        except (EdgarError, Unreadable) as error:
            self._batch.note_error("edgar", url, "filing_index", self._now, error)
        else:
            etag, changed = answer.header("ETag") or seen.etag, answer.header("Last-Modified") or seen.last_modified
            digest = seen.payload_digest if answer.status == 304 else digest_of(answer.payload)
            self._note(url, answer.status, Seen(etag, changed, digest, _next_night(self._now)))

    def look_into_current(self) -> None:
        """The feed of current filings: page by page, until a page ends before the last sweep's time."""
        first = self._edgar.current_filings(0, PAGE)
        seen = self._seen(first)
        if seen.next_check_at and seen.next_check_at > self._now:
            return
        for start in range(0, PAGES * PAGE, PAGE):
            try:
                answer = self._edgar.get(self._edgar.current_filings(start, PAGE))
                page = read_current_filings(answer.payload)
            except Missing:  # a stand-in without the feed: the daily indexes have it all a day later
                break
            except (EdgarError, Unreadable) as error:
                if start and isinstance(error, Busy):  # how EDGAR answers past the last page
                    break
                self._batch.note_error("edgar", first, "filing_index", self._now, error)
                return
            self._take(page.filings, answer)
            if page.entries < PAGE or page.oldest_at is None or page.oldest_at < self._now - SPAN:
                break
        self._note(first, 200, Seen(next_check_at=_next_night(self._now)))

    def _take(self, filings: Iterable[Filing], answer: Response) -> None:
        news: dict[int, list[Filing]] = {}
        for filing in filings:
            filer = self._filers.get(filing.cik)
            if filer and self._is_missed(filer, filing):
                self._known[filing.cik].add(filing.accession)
                news.setdefault(filing.cik, []).append(filing)
        if news:
            self._batch.archive(
                answer, {"kind": "filing_index", "source": "edgar", "source_kind": "filing", "publisher": "SEC EDGAR"}
            )
        for cik, found in news.items():
            self._remember(self._filers[cik], found)
            self.found[cik] += len(found)

    def _is_missed(self, filer: Filer, filing: Filing) -> bool:
        is_known = filing.accession in self._known[filer.cik]
        return filing.may_have_facts and filer.owns(filing.filed_on) and not is_known

    def _remember(self, filer: Filer, found: list[Filing]) -> None:
        indexed = [(filing, self._edgar.filing_index(filing.cik, filing.accession)) for filing in found]
        self._batch.note(lambda state: state.add_filings(filer.source, indexed, self._now))

    def _seen(self, url: str) -> Seen:
        with State(self._edgar.home) as state:
            return state.seen("edgar", url)

    def _note(self, url: str, status: int, seen: Seen) -> None:
        self._batch.note_answer("edgar", url, "filing_index", self._now, status, seen)
