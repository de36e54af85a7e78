"""EDGAR: what the SEC publishes of a company's filings, archived when it has changed.

Reading what was archived is in `company_facts.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sources import company_facts
from sources.fetching import Client, FetchError, Request
from sources.landing import LandingReport, LandingWriter, Unreadable, digest_of
from sources.state import Seen, State
from sources.watchlist import Company

log = logging.getLogger("ledger.edgar")

NO_CONTACT = (
    "EDGAR was not asked: the SEC wants to know who asks. "
    'Set LEDGER_SEC_USER_AGENT to your name and mail address, such as "Jane Doe jane@example.org".'
)
REFUSED = (
    "EDGAR refused to answer (403): give it ten minutes without a request, "
    "and check that LEDGER_SEC_USER_AGENT holds a name and a mail address."
)


def land_company_facts(
    home: Path, companies: Iterable[Company], client: Client, data_url: str, now: datetime
) -> LandingReport:
    """Ask for the facts of each CIK of each company and archive those that changed.

    data_url   "https://data.sec.gov", or a mirror with its paths
    now        UTC
    EDGAR sends no ETag for these, so the digest tells. A 403 is its rate limit or an undeclared user agent.
    """
    asked = {
        f"{data_url.rstrip('/')}/api/xbrl/companyfacts/CIK{number.cik:010d}.json": (company, number.cik)
        for company in companies
        for number in company.ciks
    }
    with State(home) as state:
        seen = {url: state.seen(company.key, url) for url, (company, _) in asked.items()}
    digests: list[tuple[str, int, str]] = []
    errors: list[tuple[str, int | None, str]] = []
    with LandingWriter(home, "company_facts", now) as writer:
        for request, answer in client.get_each([Request(url) for url in asked]):
            url, (company, cik) = request.url, asked[request.url]
            try:
                if isinstance(answer, FetchError):
                    raise answer
                digest = digest_of(answer.payload)
                if digest != seen[url].payload_digest:
                    company_facts.load(answer.payload)
                    writer.add_response(answer, _metadata(company, cik))
                    log.info("%s: new company facts of CIK %d", company.key, cik)
            except (FetchError, Unreadable) as error:
                sentence = REFUSED if answer.status == 403 else str(error)
                errors.append((url, answer.status, sentence))
                log.warning("%s: %s", company.key, sentence)
                continue
            digests.append((url, answer.status, digest))
    with State(home) as state:
        for url, status, digest in digests:
            fresh = Seen(payload_digest=digest)
            state.record_answer(asked[url][0].key, url, "company_facts", now, None, status, fresh)
        for url, code, sentence in errors:
            state.record_error(asked[url][0].key, url, "company_facts", now, None, code, sentence)
    return LandingReport(
        group="company_facts",
        checked=len(asked),
        landed=writer.count,
        unchanged=len(digests) - writer.count,
        errors=[(asked[url][0].key, f"CIK {asked[url][1]}: {sentence}") for url, _, sentence in errors],
        path=writer.path,
    )


def _metadata(company: Company, cik: int) -> dict[str, Any]:
    about = {"source": company.key, "source_kind": "filing", "publisher": "SEC EDGAR", "kind": "company_facts"}
    return about | {"speaker": company.name, "cik": cik}
