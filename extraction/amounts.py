"""The amounts of a sentence that could be claims, each once: without its conversion, and a growth as two levels.

Here: which of the numbers read are kept. Not here: reading numbers (`numbers`), and what they measure (`metric`).
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import partial
from itertools import zip_longest

from extraction.announced import under_announcement
from extraction.chips import is_of_them, is_unnamed, names_accelerators
from extraction.mentions import Page
from extraction.numbers import Quantity, read_numbers
from extraction.surroundings import Surroundings
from extraction.text import Span
from extraction.unsaid import is_bare_money

_LARGEST = 10**16  # a hundred times what the world earns in a year: beyond it the digits are no amount
_LONGEST_CONVERSION, _LONGEST_OPENING = 24, len("equivalente a") + 14
_CONVERSION = r"(?:\(|(?:soit|or|oder|das sind|o sea|ovvero|pari a|equivalent to|equivalente a)(?!\w))[^\d)]{0,14}"
_CONVERTED = re.compile(rf",? ?{_CONVERSION}", re.IGNORECASE)
_MAY_CONVERT = re.compile(rf"{_CONVERSION}$", re.IGNORECASE)
_LONGEST_GROWTH = 30
_BY = re.compile(r"(?<!\w)(?:by|um) (?:about |around |roughly |nearly |some |over |more than |rund |etwa |mehr als )?$")
_WORD = re.compile(r"[^\W\d_]+")
_LINE = 40
_MODEL, _LONGEST_MODEL = re.compile(r"(?<!\w)(?:RTX|GTX|RTX [Pp][Rr][Oo]|EPYC|Xeon|Radeon|Quadro|Ryzen) $"), 10
_LARGEST_MODEL = 10_000
_LONGEST_ADDRESS = 300
_DIGIT = re.compile(r"[0-9]")
_TWO_YEARS = re.compile(r"\D*20[0-4]\d\D+20[0-4]\d")


def quantities_of(page: Page, sentence: Span, goes_on: bool) -> list[Quantity]:
    """The amounts of a sentence that could be claims: with a currency, a power unit, or chips to count.

    goes_on   whether chips were counted before, so that a bare number may go on counting them
    """
    numbers, folded = page.lexicons.numbers, page.folded[sentence.start : sentence.end]
    if not _DIGIT.search(folded) and not numbers.magnitudes.find_matches_as_indexes(folded):
        return []
    around = page.folded[max(0, sentence.start - _LINE) : sentence.end + _LINE]  # a cell may stand on a line of its own
    names = bool(page.lexicons.counted.find_matches_as_indexes(around))
    read = read_numbers(page.text, numbers, partial(page.language, sentence.start), *sentence)
    read = [q.levels()[1] if q.second_start and not q.is_from_to and _is_growth(page, q) else q for q in read]
    read = [under_announcement(page, q) for q in read]
    sane = [q for q in read if 0 < q.high <= _LARGEST and not _is_in_address(page, q) and not _is_model(page, q)]
    sane = [q for q in sane if not _are_years(page, q)]
    kept = [q for q in sane if q.unit or q.is_from_to or is_bare_money(page, q) or _may_count(page, q, goes_on, names)]
    kept = [q for q, before in zip(kept, [None, *kept], strict=False) if not _is_conversion(page, q, before)]
    return [q for q, following in zip_longest(kept, kept[1:]) if not (following and _is_converted(page, q, following))]


def _is_in_address(page: Page, quantity: Quantity) -> bool:
    """Whether a number is part of a web address, as pages that keep their markup have them."""
    start = page.text.rfind("://", max(0, quantity.start - _LONGEST_ADDRESS), quantity.start)
    return start != -1 and not any(c in " \n" for c in page.text[start : quantity.start])


def _are_years(page: Page, quantity: Quantity) -> bool:
    """ "De 2026 à 2029", and not "de 2026 à 2029 GPU"."""
    if quantity.unit is not None or not quantity.is_from_to:
        return False
    return bool(_TWO_YEARS.fullmatch(page.text, quantity.start, quantity.end)) and not names_accelerators(
        page, quantity
    )


def _is_model(page: Page, quantity: Quantity) -> bool:
    """Whether a number is part of a product's name: "RTX PRO 6000", "EPYC 9654", "Ascend 910C"."""
    if _MODEL.search(page.text, max(0, quantity.start - _LONGEST_MODEL), quantity.start):
        return True
    if quantity.unit or quantity.high >= _LARGEST_MODEL:
        return False
    chips = page.within(quantity.start - 2 * _LONGEST_MODEL, quantity.end + _LONGEST_MODEL, "chip")
    return any(m.start < quantity.start < m.end for m in chips)


def _may_count(page: Page, quantity: Quantity, goes_on: bool, names: bool) -> bool:
    """Whether a bare number may count chips: it goes on counting them, or has a word for them in its sentence (`names`)
    or at the head of its column."""
    if (goes_on or names or is_of_them(page, quantity)) and is_unnamed(page, quantity):
        return True
    return (names or (goes_on and page.heading(quantity.start) is not None)) and names_accelerators(page, quantity)


def _is_converted(page: Page, quantity: Quantity, following: Quantity) -> bool:
    """ "€75 billion (around $87 billion)" is one amount, and the dollars are the ones that compare."""
    is_other_money = quantity.unit not in (None, "MW", "USD") and following.unit == "USD"
    return is_other_money and _CONVERTED.fullmatch(page.text, quantity.end, following.start) is not None


def _is_conversion(page: Page, quantity: Quantity, before: Quantity | None) -> bool:
    """ "$1 billion (940 million euros)": what compares, or is first said, stands before it."""
    known = (None, "MW", "USD")
    is_other_money = before is not None and quantity.unit not in (*known, before.unit) and before.unit not in known[:2]
    return is_other_money and before is not None and bool(_CONVERTED.fullmatch(page.text, before.end, quantity.start))


def converted_from(page: Page, quantity: Quantity) -> tuple[tuple[str | None, Decimal, Decimal], ...]:
    """The amount of which these dollars are the conversion."""
    if quantity.unit != "USD":
        return ()
    if not _MAY_CONVERT.search(page.text, max(0, quantity.start - _LONGEST_OPENING), quantity.start):
        return ()
    start = max(0, quantity.start - 3 * _LONGEST_CONVERSION)
    language = partial(page.language, start)
    before = read_numbers(page.text, page.lexicons.numbers, language, start, quantity.start)
    last = before[-1] if before else None
    return ((last.unit, last.low, last.high),) if last and _is_converted(page, last, quantity) else ()


def levels_of(page: Page, around: Surroundings, following: Quantity | None) -> list[tuple[Quantity, bool]]:
    """The amounts of a quantity, each with whether it is where a growth starts from.

    "Raise from A to B" is two levels, the first of which is in place; without a verb of change, or a hedge of B alone,
    it is a range.
    """
    quantity = around.quantity
    grows = bool(page.within(*around.before, "change"))
    if quantity.is_from_to and not grows:  # "die Zahl … von 100.000 auf 200.000 verdoppeln"
        verbs = page.within(quantity.end, min(quantity.end + _LONGEST_GROWTH, around.after.end), "change")
        grows = any("," not in page.text[quantity.end : m.start] for m in verbs)
    is_hedged = quantity.is_from_to and page.within(quantity.first_end or 0, quantity.second_start or 0, "qualifier")
    if quantity.is_from_to and (grows or is_hedged):
        first, second = quantity.levels()
        return [(first, True), (second, False)]
    return [(quantity, grows and following is not None and _starts_growth(page, quantity, following))]


def _is_growth(page: Page, quantity: Quantity) -> bool:
    """Whether the first of two amounts is what the second grew by: "increased 600 megawatts to 2.2 gigawatts", "by $6
    billion to $22 billion". A verb of change stands right before them (a hedge may stand between), or a "by"."""
    if _BY.search(page.text, max(0, quantity.start - _LONGEST_GROWTH), quantity.start):
        return page.text[quantity.first_end or 0 : quantity.second_start].split()[:1] != ["-"]
    changes = page.within(quantity.start - _LONGEST_GROWTH, quantity.start, "change")
    between = page.text[changes[-1].end : quantity.start].split() if changes else []
    return bool(changes) and len(between) <= 1 and not set(between) & page.lexicons.numbers.range_words


def _starts_growth(page: Page, quantity: Quantity, following: Quantity) -> bool:
    """ "From 54 megawatts to more than 200": the hedge keeps the two ends from being read as one range."""
    numbers = page.lexicons.numbers
    words = _WORD.findall(page.text[max(0, quantity.start - 10) : quantity.start].lower())
    between = page.text[quantity.end : following.start].lower()
    is_opened = bool(words) and words[-1] in numbers.from_words
    connected = _WORD.search(between)
    is_short = len(between) <= _LONGEST_GROWTH and quantity.unit == following.unit
    return is_opened and is_short and connected is not None and connected.group() in numbers.range_words
