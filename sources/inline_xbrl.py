"""Inline XBRL: the values of a filing as the filing itself tags them, one row a value.

Company facts hold standard taxonomies only, so a line that a company tags with an element of its own has no row there;
the filing's own document has it. Read are the lines of the concept map (`concepts.csv`), for the whole company: a value
with a segment or a scenario is a part of another one.

Pure: from an archived document to rows of `raw.company_facts`. A line that isn't in the document is just absent: the
statements may stand in an exhibit. Which source counts where both have a value is settled in SQL (`dbt/`).
Source: Inline XBRL 1.1 and its transformation registries 1 to 5, XBRL 2.1, of xbrl.org.
"""

from __future__ import annotations

import csv
import logging
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree

from sources import company_facts, filing_documents
from sources.landing import Record, Unreadable

log = logging.getLogger("ledger.inline_xbrl")

_INSTANCE = "{http://www.xbrl.org/2003/instance}"
_INLINE = ("{http://www.xbrl.org/2013/inlineXBRL}", "{http://www.xbrl.org/2008/inlineXBRL}")
_MARKS = (b"xbrl.org/2013/inlineXBRL", b"xbrl.org/2008/inlineXBRL", b"http://www.xbrl.org/2003/instance")
_STANDARD = re.compile(r"/(us-gaap|ifrs-full)(?:/|$)")  # http://fasb.org/us-gaap/2024, …/taxonomy/2024-03-27/ifrs-full

# How a number is written, by the name of its format without hyphens; registries 1 to 5 call the same by several names.
_POINT_IS_DECIMAL = frozenset(
    {"", "numdotdecimal", "numdotdecimalin", "numdotdecimalapos", "numcommadot", "numspacedot"}
)
_COMMA_IS_DECIMAL = frozenset({"numcommadecimal", "numcommadecimalapos", "numdotcomma", "numspacecomma", "numcomma"})
_ZERO = frozenset({"fixedzero", "zerodash", "numdash", "nocontent", "fixedempty"})
_NONE_IN_WORDS = frozenset({"no", "none", "nil", "zero"})
_GROUPS = re.compile(r"[\s'’`´]")
_DIGITS = 26  # that `raw.company_facts` has before the point; more are no sum of money


@dataclass(frozen=True, slots=True)
class _Fact:
    taxonomy: str
    concept: str
    unit: str
    period_start: date
    period_end: date
    value: Decimal
    decimals: float  # last place that is exact: -6 for millions, infinite where the value is exact

    @property
    def identity(self) -> tuple[object, ...]:
        return self.taxonomy, self.concept, self.unit, self.period_start, self.period_end


def load_concepts(path: Path) -> frozenset[tuple[str, str]]:
    """The (taxonomy, concept) pairs of the concept map, default lines and companies' own."""
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset((row["taxonomy"], row["concept"]) for row in csv.DictReader(file))


def read_facts(record: Record, concepts: Collection[tuple[str, str]]) -> list[dict[str, Any]]:
    """The mapped values of a filing's document, as rows of `company_facts.SCHEMA`; none where it has no XBRL.

    Of a value that the document states twice, the more exact statement counts ("$11.3 billion" in the text, 11,339
    million in the table); two that are equally exact and differ are both kept.

    record   kind "filing": inline XBRL, an XBRL instance (`…_htm.xml`), or a whole submission as text
    Raises   Unreadable, where a period that the document defines isn't one
    """
    about = record.metadata
    cik = int(about["cik"])
    best: dict[tuple[object, ...], list[_Fact]] = {}
    for part in filing_documents.parts_of(record):
        if any(mark in part.payload for mark in _MARKS):
            for fact in _facts(part.payload, cik, concepts):
                rivals = best.setdefault(fact.identity, [])
                if not rivals or fact.decimals > rivals[0].decimals:
                    best[fact.identity] = [fact]
                elif fact.decimals == rivals[0].decimals and all(fact.value != other.value for other in rivals):
                    rivals.append(fact)
    return [
        {
            **{"cik": cik, "taxonomy": fact.taxonomy, "concept": fact.concept, "unit": fact.unit},
            **{"period_start": fact.period_start, "period_end": fact.period_end, "value": fact.value},
            **{"accession": about["accession"], "form": about["form"]},
            "filed_on": date.fromisoformat(about["filed_on"]),
            **{"fetch_id": record.fetch_id, "landing_day": record.landing_day, "source": "inline_xbrl"},
        }
        for facts in best.values()
        for fact in facts
    ]


def _facts(payload: bytes, cik: int, concepts: Collection[tuple[str, str]]) -> Iterator[_Fact]:
    root = filing_documents.parse(payload)
    if root is None:
        return
    periods = dict(_periods(root, cik))
    units = dict(_currencies(root))
    for element in root.iter(etree.Element):
        context, unit = periods.get(element.get("contextRef", "")), units.get(element.get("unitRef", ""))
        if context is None or unit is None or _is_nil(element):
            continue
        taxonomy, concept = _name(element)
        value = _value(element) if (taxonomy, concept) in concepts else None
        if value is not None:
            decimals = element.get("decimals", "")
            exact = int(decimals) if re.fullmatch(r"-?\d+", decimals) else float("inf")  # "INF": to the last digit
            yield _Fact(taxonomy, concept, unit, *context, value, exact)


def _periods(root: etree._Element, cik: int) -> Iterator[tuple[str, tuple[date, date]]]:
    """The durations of the company as a whole, by the id of their context."""
    for context in root.iter(f"{_INSTANCE}context"):
        start, end = context.findtext(f".//{_INSTANCE}startDate"), context.findtext(f".//{_INSTANCE}endDate")
        parts = [*context.iter(f"{_INSTANCE}segment", f"{_INSTANCE}scenario")]
        whose = context.findtext(f".//{_INSTANCE}identifier") or ""
        if not start or not end or any(len(part) for part in parts) or whose.strip().lstrip("0") != str(cik):
            continue
        try:
            period = date.fromisoformat(start.strip()[:10]), date.fromisoformat(end.strip()[:10])
        except ValueError as error:
            raise Unreadable(f"A period of the filing's inline XBRL is no period: {start} to {end}.") from error
        yield context.get("id", ""), period


def _currencies(root: etree._Element) -> Iterator[tuple[str, str]]:
    """The units that are a currency, by their id; not a quotient such as dollars a share."""
    for unit in root.iter(f"{_INSTANCE}unit"):
        measures = [measure.text or "" for measure in unit.iter(f"{_INSTANCE}measure")]
        if len(measures) == 1 and measures[0].strip().lower().startswith("iso4217:"):
            yield unit.get("id", ""), measures[0].strip().partition(":")[2].upper()


def _name(element: etree._Element) -> tuple[str, str]:
    """Taxonomy and concept as company facts name them: the prefix, for the standard ones whatever prefix is used."""
    if element.tag in {f"{space}nonFraction" for space in _INLINE}:
        prefix, _, concept = element.get("name", "").partition(":")
        space = element.nsmap.get(prefix) or ""
    else:
        space, concept = filing_documents.name_of(element)
        prefix = element.prefix or ""
    standard = _STANDARD.search(space)
    return standard[1] if standard else prefix, concept


def _is_nil(element: etree._Element) -> bool:
    return element.get("{http://www.w3.org/2001/XMLSchema-instance}nil") in {"true", "1"}


def _value(element: etree._Element) -> Decimal | None:
    """The number that an element states, in units of its currency; None, with a warning, where it can't be told."""
    text = "".join(element.itertext()).strip()  # also of an element inside it, which tags the same number again
    how = (element.get("format") or "").partition(":")[2].replace("-", "").lower()
    plain = _GROUPS.sub("", text)
    if how in _ZERO or (how == "numwordsen" and plain.lower() in _NONE_IN_WORDS):
        plain = "0"
    elif how in _POINT_IS_DECIMAL:
        plain = plain.replace(",", "")
    elif how in _COMMA_IS_DECIMAL:
        plain = plain.replace(".", "").replace(",", ".")
    try:
        value = Decimal(plain).scaleb(int(element.get("scale") or 0))
        if not value.is_finite() or value.adjusted() >= _DIGITS:
            raise InvalidOperation
    except (InvalidOperation, ValueError):
        log.warning("%s is written as %r, which was not read", element.get("name") or element.tag, text[:40])
        return None
    return company_facts.rounded(-value if element.get("sign") == "-" else value)
