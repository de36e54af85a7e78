"""Filings: what companies filed with the SEC, found and archived.

A company's turn: its submissions (the list of its filings), then its company facts where a filing came that may have
changed them, then the documents of its new filings. An answer that says nothing new is not archived. What this misses
is found by the nightly sweep (`sweep.py`). Manners and refusals are in `edgar.py`; reading is in `submissions.py`,
`filing_indexes.py` and `company_facts.py`.

What is archived bears as metadata its `kind` (submissions, company_facts, filing_index, filing) and, where a company's
CIK holds for some days only, these as `valid_from` and `valid_to`: what was filed outside of them isn't the company's.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sources import company_facts
from sources.edgar import Edgar, EdgarError, Missing, Refused
from sources.filers import Batch, Filer, Landed
from sources.filing_indexes import FilingDocument, read_filing_index
from sources.landing import Unreadable, digest_of
from sources.state import Seen, State
from sources.submissions import EVENT_FORMS, Filing, Submissions, read_submissions, without_capex
from sources.sweep import sweep

log = logging.getLogger("ledger.filings")

FACTS_AGAIN = timedelta(days=7)  # without a new filing: now and then EDGAR adds one that company facts lacked
FACTS_LAG = timedelta(days=2)  # company facts have a filing within the hour; past two days they won't get it
INDEX_LAG = timedelta(days=1)  # a fresh filing's index page may come after its list; without it exhibits can't be found

Concepts = Collection[tuple[int | None, tuple[str, str]]]


def read_capex_concepts(concepts_csv: Path) -> Concepts:
    """(CIK, or None for all, and (taxonomy, concept)) of the lines that are capital expenditure."""
    with concepts_csv.open(encoding="utf-8", newline="") as file:
        return [
            (int(row["cik"]) if row["cik"] else None, (row["taxonomy"], row["concept"]))
            for row in csv.DictReader(file)
            if row["metric_id"] == "capex_cash_ppe"
        ]


def land_watched(
    edgar: Edgar,
    filers: Collection[Filer],
    clock: Callable[[], datetime],
    since: date,
    concepts: Concepts,
    *,
    every_facts: bool = False,
) -> list[Landed]:
    """Each filer's turn, the night's sweep where it is due, and another turn for those of whom it found something.

    clock     UTC
    others    see `land_filer`
    Returns   what came of each turn, and of the sweep
    """
    landed = [land_filer(edgar, filer, clock(), since, concepts, every_facts=every_facts) for filer in filers]
    swept, missed = sweep(edgar, filers, clock())
    return [*landed, swept, *(land_filer(edgar, filer, clock(), since, concepts) for filer in missed)]


def land_filer(
    edgar: Edgar,
    filer: Filer,
    now: datetime,
    since: date,
    concepts: Concepts,
    *,
    history: bool = False,
    every_facts: bool = False,
) -> Landed:
    """Lists, facts and documents of one filer, as far as they are new.

    now           UTC
    since         documents of filings of that day and later are archived
    concepts      what capital expenditure is called: where company facts have no row of it, the filing is archived too
    history       also the lists of older filings: what a first load wants
    every_facts   also company facts that no new filing can have changed: what a person wants, who waits for it
    """
    landed = Landed(filer)
    _land_lists(edgar, filer, now, concepts, landed, history=history, every_facts=every_facts)
    if edgar.asks_www:
        _land_documents(edgar, filer, now, since, landed)
    for sentence in landed.errors:
        log.warning("%s, CIK %d: %s", filer.source, filer.cik, sentence)
    if landed.warc_files:
        log.info("%s, CIK %d: %d new filings, %d documents", filer.source, filer.cik, landed.filings, landed.documents)
    return landed


def _land_lists(
    edgar: Edgar,
    filer: Filer,
    now: datetime,
    concepts: Concepts,
    landed: Landed,
    *,
    history: bool,
    every_facts: bool,
) -> None:
    facts_url = edgar.company_facts(filer.cik)
    with State(edgar.home) as state:
        known = state.filings(filer.cik)
        owing = state.filings_owing_facts(filer.cik)
        facts_seen = state.seen(filer.source, facts_url)
        older_seen = state.answered(filer.source, "submissions")
    if filer.valid_to and filer.valid_to < now.date() and known and facts_seen.payload_digest and not owing:
        return  # a number that the company has left: nothing will come under it any more
    with Batch(edgar.home, "filings", now, landed) as batch:
        listed = _land_list(edgar, filer, edgar.submissions(filer.cik), known, now, batch)
        landed.entity_name = listed.entity_name
        filings = known | {filing.accession: filing for filing in listed.filings}
        for name in listed.older if history else ():
            url = edgar.older_submissions(name)
            if url not in older_seen:
                filings |= {
                    filing.accession: filing for filing in _land_list(edgar, filer, url, known, now, batch).filings
                }
        landed.filings = len(filings) - len(known)
        owing += [filing for filing in filings.values() if _is_news(filing, known) and filing.may_have_facts]
        is_due = facts_seen.next_check_at is None or facts_seen.next_check_at <= now
        if owing or is_due or every_facts or not listed.filings:  # where there is no list, only asking tells
            _land_facts(edgar, filer, facts_seen, filings, owing, now, concepts, batch)


def _land_list(
    edgar: Edgar, filer: Filer, url: str, known: Mapping[str, Filing], now: datetime, batch: Batch
) -> Submissions:
    """One list of filings, archived where it has news; without filings where it can't be had."""
    try:
        answer = edgar.get(url)
        listed = read_submissions(answer.payload, filer.cik)
    except (EdgarError, Unreadable) as error:
        batch.note_error(filer.source, url, "submissions", now, error)
        return Submissions(filer.cik, None, [], [])
    news = [
        (filing, edgar.filing_index(filer.cik, filing.accession))
        for filing in listed.filings
        if _is_news(filing, known)
    ]
    if news:
        batch.archive(answer, filer.about("submissions", listed.entity_name))
        batch.note(lambda state: state.add_filings(filer.source, news, now))
    # of what counts in it, not of its bytes: `changed_at` is to move with news, not with each stamp
    digest = digest_of(repr(sorted(map(repr, (filing.what_counts for filing in listed.filings)))).encode())
    batch.note_answer(filer.source, url, "submissions", now, answer.status, Seen(payload_digest=digest))
    return listed


def _is_news(filing: Filing, known: Mapping[str, Filing]) -> bool:
    before = known.get(filing.accession)
    return before is None or before.what_counts != filing.what_counts


def _land_facts(
    edgar: Edgar,
    filer: Filer,
    seen: Seen,
    filings: Mapping[str, Filing],
    owing: Iterable[Filing],
    now: datetime,
    concepts: Concepts,
    batch: Batch,
) -> None:
    """Company facts, archived where they have changed; and which filings are wanted for what they lack."""
    url = edgar.company_facts(filer.cik)
    try:
        answer = edgar.get(url)
        told = company_facts.load(answer.payload)
    except (EdgarError, Unreadable) as error:
        batch.note_error(filer.source, url, "company_facts", now, error)
        return
    digest = digest_of(answer.payload)
    if digest != seen.payload_digest:
        batch.archive(answer, filer.about("company_facts", told.get("entityName")))
    seen_now = Seen(payload_digest=digest, next_check_at=now + FACTS_AGAIN)
    batch.note_answer(filer.source, url, "company_facts", now, answer.status, seen_now)
    settled = [
        filing.accession
        for filing in owing
        if filing.base_form in EVENT_FORMS  # most have no facts
        or filing.accession.encode() in answer.payload
        or filing.filed_on < (now - FACTS_LAG).date()
    ]
    names = {concept for cik, concept in concepts if cik in (None, filer.cik)}
    wanted = [filing.accession for filing in without_capex(filings.values(), told["facts"], names)]
    batch.note(lambda state: state.settle_facts(filer.cik, settled))
    batch.note(lambda state: state.want_documents(filer.cik, wanted))


def _land_documents(edgar: Edgar, filer: Filer, now: datetime, since: date, landed: Landed) -> None:
    with State(edgar.home) as state:
        waiting = state.filings_to_fetch(filer.cik, now)
    with Batch(edgar.home, "filing_documents", now, landed) as batch:
        for filing, is_wanted in waiting:
            is_recent = filing.has_documents and filing.filed_on >= since
            if not filer.owns(filing.filed_on) or not (is_recent or is_wanted):
                continue
            try:
                about = filer.about("filing", landed.entity_name)
                landed.documents += _land_filing(edgar, about, filing, now, is_recent, batch)
            except Refused as error:
                landed.errors.append(str(error))
                break
            except (EdgarError, Unreadable) as error:
                batch.note_failed_filing(filing, now, error)
            else:
                batch.note_filing(filing, now)


def _land_filing(
    edgar: Edgar, about: dict[str, Any], filing: Filing, now: datetime, is_recent: bool, batch: Batch
) -> int:
    """Archive the documents of one filing; gives how many were new.

    Of one from before the window only the XBRL is wanted: in the main document, or in a file of its own.
    """
    about |= {
        "accession": filing.accession,
        "form": filing.form,
        "filed_on": filing.filed_on.isoformat(),
        "language": "en",  # the SEC takes no other
    }
    main = filing.primary_document
    documents, report_date = [FilingDocument(main, filing.form)] if main else [], filing.report_date
    if is_recent or not main or not filing.is_inline_xbrl:
        url = edgar.filing_index(filing.cik, filing.accession)
        try:
            answer = edgar.get(url)
        except Missing:  # what the list says must do
            is_fresh = filing.filed_on >= (now - INDEX_LAG).date()
            if not main or is_fresh or not (is_recent or filing.is_inline_xbrl):
                raise
        else:
            if digest_of(answer.payload) != batch.seen_document(url).payload_digest:
                batch.archive(answer, about | {"kind": "filing_index"})
                batch.note_document(url, answer)
            page = read_filing_index(answer.payload)
            documents, report_date = page.worth_reading(filing, texts=is_recent), report_date or page.report_date
    about["report_date"] = report_date.isoformat() if report_date else None
    archived = 0
    for document in documents:
        url = edgar.document(filing.cik, filing.accession, document.name)
        seen = batch.seen_document(url)
        answer = edgar.get(url, seen.etag, seen.last_modified)
        if answer.status != 304 and digest_of(answer.payload) != seen.payload_digest:
            batch.archive(answer, about | {"document": document.name, "document_type": document.type})
            batch.note_document(url, answer)
            archived += 1
    log.info(
        "%s: %s of %s, %d documents", about["speaker"] or f"CIK {filing.cik}", filing.form, filing.filed_on, archived
    )
    return archived
