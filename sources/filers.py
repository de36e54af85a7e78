"""Filers: whose filings are asked for, what came of one, and how both the archive and the memory learn of it.

The steps that this serves are in `filings.py` (a company's turn) and `sweep.py` (everybody's lists, once a night).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sources.fetching import Response
from sources.landing import LandingWriter, digest_of
from sources.state import Seen, State
from sources.submissions import Filing
from sources.watchlist import Company


@dataclass(frozen=True, slots=True)
class Filer:
    """Who is asked for: one CIK of a watched company, or any other.

    source   key of the company, or "edgar"
    name     canonical organisation, where it is watched
    """

    cik: int
    source: str = "edgar"
    name: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def owns(self, filed_on: date) -> bool:
        """Whether what was filed on that day under the CIK is the company's."""
        return (self.valid_from or filed_on) <= filed_on <= (self.valid_to or filed_on)

    def about(self, kind: str, entity_name: str | None = None) -> dict[str, Any]:
        """Metadata of whatever is archived of the filer."""
        about = {
            **{"kind": kind, "source": self.source, "source_kind": "filing", "publisher": "SEC EDGAR"},
            **{"speaker": self.name or entity_name, "cik": self.cik},
        }
        days = {"valid_from": self.valid_from, "valid_to": self.valid_to}
        return about | {name: day.isoformat() for name, day in days.items() if day}


@dataclass(slots=True)
class Landed:
    """What came of one filer, or of the sweep.

    entity_name  as EDGAR has it, where its list came
    filings      that are new
    documents    archived, of whatever filing
    answers      lists of filings and company facts that came, new or not
    warc_files   the archive files
    errors       sentences; none stops another filer
    """

    filer: Filer | None
    entity_name: str | None = None
    filings: int = 0
    documents: int = 0
    answers: int = 0
    warc_files: list[Path] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Batch:
    """One archive file, and what the state is to remember of it once it is whole."""

    def __init__(self, home: Path, group: str, now: datetime, landed: Landed) -> None:
        self._home = home
        self._writer = LandingWriter(home, group, now)
        self._notes: list[Callable[[State], None]] = []
        self._landed = landed

    def __enter__(self) -> Self:
        self._writer.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.__exit__(kind, error, trace)
        if error is not None:
            return
        if self._writer.path:
            self._landed.warc_files.append(self._writer.path)
        with State(self._home) as state:
            for note in self._notes:
                note(state)

    def archive(self, answer: Response, about: Mapping[str, Any]) -> None:
        self._writer.add_response(answer, about)

    def note(self, note: Callable[[State], None]) -> None:
        self._notes.append(note)

    def seen_document(self, url: str) -> Seen:
        """What a document of a filing was when it was archived: it is asked for again where another one failed."""
        with State(self._home) as state:
            return state.seen_document(url)

    def note_document(self, url: str, answer: Response) -> None:
        seen = Seen(answer.header("ETag"), answer.header("Last-Modified"), digest_of(answer.payload))
        self.note(lambda state: state.record_document(url, seen))

    def note_filing(self, filing: Filing, now: datetime) -> None:
        """All its documents are archived."""
        self.note(lambda state: state.record_documents(filing.cik, filing.accession, now))

    def note_failed_filing(self, filing: Filing, now: datetime, error: Exception) -> None:
        sentence = f"{filing.form} {filing.accession}: {error}"
        status = getattr(error, "status", 200)
        self._landed.errors.append(sentence)
        self.note(lambda state: state.record_documents_error(filing.cik, filing.accession, now, status, sentence))

    def note_answer(self, source: str, url: str, kind: str, now: datetime, status: int, seen: Seen) -> None:
        self._landed.answers += 1
        self.note(lambda state: state.record_answer(source, url, kind, now, seen.next_check_at, status, seen))

    def note_error(self, source: str, url: str, kind: str, now: datetime, error: Exception) -> None:
        """The state and the report are told of it."""
        status = getattr(error, "status", 200)  # what came was unreadable
        self._landed.errors.append(str(error))
        self.note(lambda state: state.record_error(source, url, kind, now, None, status, str(error)))


def filers_of(companies: Iterable[Company], ciks: Collection[int] = ()) -> list[Filer]:
    """Each CIK of each company; or the given ones only, watched or not."""
    watched = [
        Filer(number.cik, company.key, company.name, number.valid_from, number.valid_to)
        for company in companies
        for number in company.ciks
    ]
    known = {filer.cik: filer for filer in watched}
    return [known.get(cik) or Filer(cik) for cik in dict.fromkeys(ciks)] if ciks else watched
