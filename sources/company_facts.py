"""Company facts: the values of a company's filings as EDGAR gives them in JSON, one row a value and filing.

Pure: from an archived answer to rows as filed. Fetching is in `edgar.py`; what a concept means, and which of two rival
rows counts, is settled in SQL (`dbt/`).
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sources.landing import Record, Unreadable


def read_company_facts(record: Record) -> list[dict[str, Any]]:
    """Every value in an archived company facts file, with the columns of `raw.company_facts` but for landing_day.

    Returns  one row a cik, taxonomy, concept, unit, period and accession, in the file's order; values are Decimal
    Raises   Unreadable, where the JSON is cut or hasn't the shape of company facts
    """
    facts = load(record.payload)
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


def load(payload: bytes) -> dict[str, Any]:
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
