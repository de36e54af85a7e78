"""Units that are announced once for the numbers of a table or a list: "in billions of dollars:", "Power (MW)".

Here: finding the announcement that a bare number falls under, and the number in its unit. Not here: what it measures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from extraction.chips import list_head
from extraction.lexicons import NumberWords
from extraction.mentions import Page
from extraction.numbers import Quantity, in_unit
from extraction.text import Span, fold
from extraction.unsaid import printed_currency

_ANNOUNCED = re.compile(
    r"""
      (?<![\w.])(?P<power>MW|GW)(?!\w)
    | (?<!\w)[iIeE]n[ ](?!MW|GW)(?P<scale>[^\W\d_]+)\.?
        (?:[ ](?:of[ ]|de[ ]|d'|di[ ])?(?P<unit>(?:US-?)?[^\W\d_]+|[$€£¥]))?
    | [(\[,][ ]?(?:in[ ]|en[ ])?(?:                                         # "($bn)", "(Md€)", "(millones de euros)"
        (?P<sign>(?:US)?[$€£¥]|[A-Z]{3})[ ]?(?P<short>[^\W\d_]+)\.?
      | (?P<first>[^\W\d_]{1,3})\.?(?:[ ]?(?P<last>[$€£¥])|[ ](?P<word>[A-Z]{3}|[^\W\d_]{4,7}))
      | (?P<long>[^\W\d_]{4,})[ ](?:of[ ]|de[ ]|d'|di[ ])(?P<money>[^\W\d_]+|[$€£¥])
      )(?=[)\],:|])
    """,
    re.VERBOSE,
)
_IN = ("in ", "en ")
_LEAST, _LONGEST = Decimal(1_000_000), 900
_NOTHING_BEHIND = re.compile(
    r"\*{0,2}(?: ?(?:$|[|;,.()\n→>]|-+>)|(?= (?:in|en|im) (?:19|20)\d\d)| (?:and|et|und|y|e) [A-Z])"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_COUNTED = ("accelerator", "chip", "equivalent", "item", "container", "system")


class Announced(NamedTuple):
    """A unit announced at `text[start:end]`: what the numbers under it are to be multiplied by, and their currency or
    "MW"; None where no currency is said."""

    start: int
    end: int
    factor: Decimal
    unit: str | None


def announced_in(text: str, words: NumberWords, start: int = 0, end: int | None = None) -> Iterator[Announced]:
    """Every unit that a stretch of text announces: a scale of millions at least that no number precedes."""
    for found in _ANNOUNCED.finditer(text, start, len(text) if end is None else end):
        if power := found["power"]:
            yield Announced(*found.span(), words.powers[fold(power)], "MW")
            continue
        scales = words.scales.get(fold(found["scale"] or found["short"] or found["first"] or found["long"]), {})
        factor = next(iter(scales.values()), Decimal(0))
        unit = words.currencies.get(
            fold(found["unit"] or found["sign"] or found["last"] or found["word"] or found["money"] or "")
        )
        if factor >= _LEAST and (unit or found["scale"]):
            yield Announced(*found.span(), factor, unit)


def as_announced(quantity: Quantity, announced: Announced, unit: str | None = None) -> Quantity:
    """A bare number as it is meant under an announcement."""
    return in_unit(quantity, announced.factor, unit or announced.unit)._replace(lender=announced.start)


def under_announcement(page: Page, quantity: Quantity) -> Quantity:
    """A bare number of a table or a list in the unit that is announced for it; any other as it is."""
    if quantity.unit is not None or quantity.factor != 1 or not _may_be_amount(page, quantity):
        return quantity
    known = _of_page(page)
    if not known:
        return quantity
    for place in _places(page, quantity):
        for announced in known:
            is_there = place.start <= announced.start and announced.end <= place.end
            is_near = 0 < quantity.start - announced.end <= _LONGEST
            is_said = announced.unit != "MW" or page.text[announced.start - 3 : announced.start].lower() in _IN
            if is_there and is_near and (is_said or page.heading(quantity.start) == place):
                return as_announced(quantity, announced, announced.unit or printed_currency(page, announced.start))
    return quantity


def _of_page(page: Page) -> list[Announced]:
    key = ("announced", Span(0, 0))
    if key not in page.worked_out:
        page.worked_out[key] = list(announced_in(page.text, page.lexicons.numbers))
    known: list[Announced] = page.worked_out[key]
    return known


def _may_be_amount(page: Page, quantity: Quantity) -> bool:
    """Whether a number names nothing that it counts, and is no year."""
    if _YEAR.fullmatch(page.text, quantity.start, quantity.end):
        return False
    return _NOTHING_BEHIND.match(page.text, quantity.end) is not None


def _places(page: Page, quantity: Quantity) -> Iterator[Span]:
    """Where a unit may be announced for a number: the heading of its column and the lines above the table; the line
    above its list, or what stands before the colon in its own."""
    heading = page.heading(quantity.start)
    if heading:
        yield heading
        if not page.within(*heading, *_COUNTED) and "%" not in page.text[slice(*heading)]:
            head = page.index_at(heading.start)
            yield from reversed(page.sentences[max(0, head - 2) : head])
        return
    index = page.index_at(quantity.start)
    sentence = page.sentences[index]
    colon = page.text.find(":", *sentence)
    if colon != -1 and colon < quantity.start:
        yield Span(sentence.start, colon)
    above = list_head(page, index)
    if above is not None:
        yield page.sentences[above]
