"""Submissions: the list of a company's filings as EDGAR gives it in JSON, and what is worth asking for because of it.

Pure: from an answer, or an archived one, to filings and decisions. Fetching is in `filings.py`.
`acceptanceDateTime` is kept as EDGAR writes it and decides nothing: its Z can't be trusted, and the stamp of the same
filing moves by hours between two answers.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sources.landing import Unreadable

PERIODIC_FORMS = frozenset({"10-K", "10-KT", "10-Q", "10-QT", "20-F", "40-F"})  # of a year or a quarter
EVENT_FORMS = frozenset({"8-K", "6-K"})  # of an event: results among others, now and then recast years
DOCUMENT_FORMS = (PERIODIC_FORMS - {"40-F"}) | EVENT_FORMS  # what is read as text; a 40-F's is in exhibits of its own

# A period end on the cover and in the facts differ by days where a fiscal year ends "on the last Sunday of January".
SAME_PERIOD = timedelta(days=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One filing as a list of EDGAR's names it; what the list doesn't say is None.

    accession            "0001045810-26-000021", EDGAR's key
    form                 "10-K", "10-K/A", "8-K" …
    report_date          last day of the period, or the day of the event
    primary_document     file name of the main document
    items                of an 8-K: "2.02,9.01"
    accepted_at_stated   as written
    """

    cik: int
    accession: str
    form: str
    filed_on: date
    report_date: date | None = None
    primary_document: str | None = None
    items: str | None = None
    accepted_at_stated: str | None = None
    is_xbrl: bool = False
    is_inline_xbrl: bool = False

    @property
    def base_form(self) -> str:
        """The form without the mark of an amendment."""
        return self.form.removesuffix("/A")

    @property
    def has_documents(self) -> bool:
        """Whether it is of a form that is read as text."""
        return self.base_form in DOCUMENT_FORMS

    @property
    def may_have_facts(self) -> bool:
        """Whether company facts may have grown by it."""
        return self.base_form in PERIODIC_FORMS | EVENT_FORMS

    @property
    def what_counts(self) -> Filing:
        """Without the stamp that moves: a listing that differs only there is nothing new."""
        return replace(self, accepted_at_stated=None)


@dataclass(frozen=True, slots=True)
class Submissions:
    """One answer: who files, the filings in its order, and the names of the files with older ones."""

    cik: int
    entity_name: str | None
    filings: list[Filing]
    older: list[str]


def read_submissions(payload: bytes, cik: int) -> Submissions:
    """The filings of CIK##########.json, or of one of its older files, which holds the bare columns.

    cik      whose the answer is: an older file doesn't say
    Raises   Unreadable, where the JSON is cut or hasn't the shape of submissions
    """
    if payload.lstrip()[:1] == b"<":
        raise Unreadable("A web page came instead of JSON: EDGAR was busy or refused; the next run asks again.")
    try:
        told = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The JSON of the submissions is cut off or invalid; the next run asks again.") from error
    try:
        whole = "filings" in told
        columns = told["filings"]["recent"] if whole else told
        older = [str(file["name"]) for file in told["filings"].get("files") or []] if whole else []
        rows = zip(*(columns[name] for name in _COLUMNS), strict=True)
        return Submissions(cik, told.get("name"), [_filing(cik, *row) for row in rows], older)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"The submissions have an unexpected shape ({type(error).__name__}: {error}).") from error


_COLUMNS = (
    *("accessionNumber", "form", "filingDate", "reportDate"),
    *("primaryDocument", "items", "acceptanceDateTime", "isXBRL", "isInlineXBRL"),
)


def _filing(cik: int, accession: str, form: str, filed: str, report: str, main: str, *more: Any) -> Filing:
    items, accepted, xbrl, inline = more
    return Filing(
        cik=cik,
        accession=accession,
        form=form,
        filed_on=date.fromisoformat(filed),
        report_date=date.fromisoformat(report) if report else None,
        primary_document=main or None,
        items=items or None,
        accepted_at_stated=accepted or None,
        is_xbrl=bool(xbrl),
        is_inline_xbrl=bool(inline),
    )


def without_capex(
    filings: Iterable[Filing], facts: dict[str, Any], concepts: Collection[tuple[str, str]]
) -> list[Filing]:
    """The annual and quarterly filings whose period has no capital expenditure in company facts, though it ought to.

    A company that tags the line with an element of its own has no row there; its XBRL has. So only filings with XBRL
    are named, and no amendments, which mostly repeat a part without the statements.

    facts      the `facts` of a company facts answer: taxonomy → concept → units
    concepts   (taxonomy, concept) that are mapped to capital expenditure
    """
    ends = {
        date.fromisoformat(row["end"])
        for taxonomy, concept in concepts
        for rows in facts.get(taxonomy, {}).get(concept, {}).get("units", {}).values()
        for row in rows
        if row.get("start")
    }
    return [
        filing
        for filing in filings
        if filing.form in PERIODIC_FORMS
        and filing.is_xbrl
        and filing.report_date is not None
        and not any(abs(filing.report_date - end) <= SAME_PERIOD for end in ends)
    ]
