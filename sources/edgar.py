"""EDGAR: company facts, the values of a company's filings as the SEC gives them in JSON.

`land_company_facts` archives a company's file when it has changed; `read_company_facts` is pure and gives every row of
it as filed. What a concept means, and which of two rival rows counts, is settled in SQL (`dbt/`).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from sources.fetching import Client, FetchError, Request
from sources.landing import LandingReport, LandingWriter, Record, Unreadable, digest_of
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
                    _load(answer.payload)
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


def read_company_facts(record: Record) -> list[dict[str, Any]]:
    """Every value in an archived company facts file, with the columns of `raw.company_facts` but for landing_day.

    Returns  one row a cik, taxonomy, concept, unit, period and accession, in the file's order; values are Decimal
    Raises   Unreadable, where the JSON is cut or hasn't the shape of company facts
    """
    facts = _load(record.payload)
    try:
        cik, entity = int(facts.get("cik") or record.metadata["cik"]), facts.get("entityName")
        return [
            {
                **{"cik": cik, "entity_name": entity, "taxonomy": taxonomy, "concept": concept, "unit": unit},
                "period_start": date.fromisoformat(row["start"]) if row.get("start") else None,
                "period_end": date.fromisoformat(row["end"]),
                "accession": row["accn"],
                "value": _value(row["val"]),
                "form": row.get("form"),
                "filed_on": date.fromisoformat(row["filed"]),
                "fiscal_year": row.get("fy"),
                "fiscal_period": row.get("fp"),
                "frame": row.get("frame"),
                "fetch_id": record.fetch_id,
            }
            for taxonomy, concepts in facts["facts"].items()
            for concept, described in concepts.items()
            for unit, rows in described["units"].items()
            for row in rows
        ]
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise Unreadable(f"The company facts have an unexpected shape ({type(error).__name__}: {error}).") from error


def _value(filed: Decimal | int | str) -> Decimal:
    """As filed; a quotient with more than twelve decimals is rounded at the twelfth, which no sum of money reaches."""
    value = Decimal(filed)
    return value if int(value.as_tuple().exponent) >= -12 else round(value, 12)


def _load(payload: bytes) -> dict[str, Any]:
    """The JSON of a company facts file, money as Decimal."""
    if payload.lstrip()[:1] == b"<":
        raise Unreadable("A web page came instead of JSON: EDGAR was busy or refused; the next run asks again.")
    try:
        facts = json.loads(payload, parse_float=Decimal)
    except ValueError as error:
        raise Unreadable("The JSON of the company facts is cut off or invalid; the next run asks again.") from error
    if not isinstance(facts, dict) or not isinstance(facts.get("facts"), dict):
        raise Unreadable("The JSON holds no company facts; the next run asks again.")
    return facts


def _metadata(company: Company, cik: int) -> dict[str, Any]:
    about = {"source": company.key, "source_kind": "filing", "publisher": "SEC EDGAR", "kind": "company_facts"}
    return about | {"speaker": company.name, "cik": cik}
