"""Company facts: the values of a company's filings as EDGAR gives them in JSON, one row a value and filing.

Pure: from an archived answer to rows as filed. A large company's file has a hundred thousand values, so they are read
by column, never as a row each: three seconds for a million. Fetching is in `edgar.py`; what a concept means, and which
of two rival rows counts, is settled in SQL (`dbt/`).
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pyarrow as pa

from sources.landing import Record, Unreadable

VALUE = pa.decimal128(38, 12)
SCHEMA = pa.schema(
    {
        "cik": pa.int64(),
        "entity_name": pa.string(),
        "taxonomy": pa.string(),
        "concept": pa.string(),
        "unit": pa.string(),
        "period_start": pa.date32(),
        "period_end": pa.date32(),
        "accession": pa.string(),
        "value": VALUE,
        "form": pa.string(),
        "filed_on": pa.date32(),
        "fiscal_year": pa.int32(),
        "fiscal_period": pa.string(),
        "frame": pa.string(),
        "fetch_id": pa.string(),
        "landing_day": pa.date32(),
        "source": pa.string(),
    }
)


def read_company_facts(record: Record) -> pa.Table:
    """Every value in an archived company facts file, with the columns of `raw.company_facts`.

    Returns  one row a cik, taxonomy, concept, unit, period and accession, in the file's order; values as filed
    Raises   Unreadable, where the JSON is cut, hasn't the shape of company facts, or is of another CIK than asked for
    """
    with _no_garbage_collection():
        return _read(record)


def _read(record: Record) -> pa.Table:
    facts = load(record.payload)
    try:
        cik = int(facts.get("cik") or record.metadata["cik"])
        series = [
            (taxonomy, concept, unit, rows)
            for taxonomy, concepts in facts["facts"].items()
            for concept, described in concepts.items()
            for unit, rows in described["units"].items()
        ]
        rows = [row for *_, of_unit in series for row in of_unit]
        place = pa.array((at for at, (*_, of_unit) in enumerate(series) for _ in of_unit), pa.int32())
        labels = {
            name: pa.DictionaryArray.from_arrays(place, pa.array([one[at] for one in series], pa.string()))
            for at, name in enumerate(("taxonomy", "concept", "unit"))
        }
        stated = {
            "period_start": _dates([row.get("start") or None for row in rows]),
            "period_end": _dates([row["end"] for row in rows]),
            "accession": pa.array([row["accn"] for row in rows], pa.string()),
            "value": _values([row["val"] for row in rows]),
            "form": pa.array([row.get("form") for row in rows], pa.string()),
            "filed_on": _dates([row["filed"] for row in rows]),
            "fiscal_year": pa.array([row.get("fy") for row in rows], pa.string()).cast(pa.int32()),
            "fiscal_period": pa.array([row.get("fp") for row in rows], pa.string()),
            "frame": pa.array([row.get("frame") for row in rows], pa.string()),
        }
        same = {
            **{"cik": cik, "entity_name": facts.get("entityName"), "fetch_id": record.fetch_id},
            **{"landing_day": record.landing_day, "source": "company_facts"},
        }
        repeated = {
            name: pa.repeat(pa.scalar(value, SCHEMA.field(name).type), len(rows)) for name, value in same.items()
        }
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise Unreadable(f"The company facts have an unexpected shape ({type(error).__name__}: {error}).") from error
    asked = record.metadata.get("cik")
    if asked is not None and int(asked) != cik:
        raise Unreadable(f"The company facts are those of CIK {cik}, and those of CIK {asked} were asked for.")
    if any(stated[name].null_count for name in ("period_end", "accession", "value", "filed_on")):
        raise Unreadable("A value of the company facts lacks its period, accession, number or filing date.")
    columns = {name: array.cast(pa.string()) for name, array in labels.items()} | stated | repeated
    return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def load(payload: bytes) -> dict[str, Any]:
    """The JSON of a company facts file; its numbers stay text, so that no digit of them is lost."""
    if payload.lstrip()[:1] == b"<":
        raise Unreadable("A web page came instead of JSON: EDGAR was busy or refused; the next run asks again.")
    try:
        facts = json.loads(payload, parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The JSON of the company facts is cut off or invalid; the next run asks again.") from error
    if not isinstance(facts, dict) or not isinstance(facts.get("facts"), dict):
        raise Unreadable("The JSON holds no company facts; the next run asks again.")
    return facts


def rounded(value: Decimal) -> Decimal:
    """As filed; a quotient with more than twelve decimals is rounded at the twelfth, which no sum of money reaches."""
    return value if int(value.as_tuple().exponent) >= -12 else round(value, 12)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """A hundred thousand rows live for half a second: to look through them for cycles would take a third of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _values(filed: Sequence[str]) -> pa.Array:
    """Numbers as written. Arrow refuses to cut a decimal off, so a file with a finer one is read number by number."""
    try:
        return pa.array(filed, pa.string()).cast(VALUE)
    except pa.ArrowInvalid:
        return pa.array([rounded(Decimal(number)) for number in filed], VALUE)


def _dates(written: Sequence[str | None]) -> pa.Array:
    return pa.array(written, pa.string()).cast(pa.date32())
