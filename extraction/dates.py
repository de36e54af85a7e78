"""Dates as prose gives them, resolved by the day of publication: "fin octobre", "d'ici décembre", "Q1 2024".

Here: phrases of period words, months, years and quarters, and what they mean. Not here: which phrase belongs to which
number (`reading`). Where the publication date is unknown, a relative phrase stays None.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from extraction.mentions import Page
from extraction.text import Span

_YEAR = re.compile(r"(?<![\w.,$€£-])(20[0-4]\d)(?![\w%]|[.,]\d| ?000)")
_QUARTER_CODE = re.compile(r"(?<!\w)(?:[QT]([1-4])|([1-4])[QT])(?: ?(20\d\d|'?\d\d)(?!\w))?(?!\w)")
_HALF_CODE = re.compile(r"(?<!\w)[HS]([12])(?: (20\d\d))(?!\w)")
_DAY_BEFORE = re.compile(r"(?<![\w.,])([0-3]?\d)(?:er|st|nd|rd|th|\.)? (?:de )?$")
_DAY_AFTER = re.compile(r" ([0-3]?\d)(?:st|nd|rd|th)?(?![\w%]|[.,]\d| 000)")
_GLUE = re.compile(r"[ ,]*(?:[^\W\d_]{1,3}[ '])*")
_CONJUNCTION = re.compile(r" (?:and|et|und|y|e) ")
_WIDEST_GLUE = 12
# A month that has just passed is still meant by "by the end of October" in a text of the first of November.
_JUST_PASSED = timedelta(days=31)
_YEAR_LENGTH = timedelta(days=365)


class Period(NamedTuple):
    """First and last day; `start` None where the phrase names a moment ("the end of 2023")."""

    start: date | None
    end: date


@dataclass(frozen=True, slots=True)
class DatePhrase:
    """One phrase of the text, by its parts. `words` are meanings of `lexicon_periods.csv`."""

    start: int
    end: int
    words: frozenset[str]
    year: int | None = None
    months: tuple[int, ...] = ()
    day: int | None = None
    quarter: int | None = None
    half: int | None = None
    until: DatePhrase | None = None

    @property
    def is_deadline(self) -> bool:
        """Whether it says "by" or "d'ici": what it speaks of lies ahead."""
        return "by" in self.words

    @property
    def is_past(self) -> bool:
        """Whether it names a time gone by, whatever the verb says."""
        return bool(self.words & {"last_year", "last_month", "last_quarter", "past_year", "year_to_date"})


class _Part(NamedTuple):
    start: int
    end: int
    kind: str  # a meaning of lexicon_periods.csv, or year, month, day, quarter_number, half_number
    number: int = 0


def read_dates(page: Page, span: Span) -> list[DatePhrase]:
    """The date phrases of a stretch of text, in order: parts that stand together are one phrase."""
    phrases: list[list[_Part]] = []
    for part in sorted(_parts(page, span)):
        if phrases and _belongs(page.text, phrases[-1], part):
            phrases[-1].append(part)
        else:
            phrases.append([part])
    read = [phrase for parts in phrases if (phrase := _phrase(parts)) is not None]
    return list(_joined(page.text, read))


def _joined(text: str, phrases: list[DatePhrase]) -> Iterator[DatePhrase]:
    """ "From October 2026 through June 2029" is one phrase with two ends."""
    index = 0
    while index < len(phrases):
        first, *rest = phrases[index : index + 2]
        has_end = bool(rest) and rest[0].is_deadline and not text[first.end : rest[0].start].strip()
        yield replace(first, end=rest[0].end, until=rest[0]) if has_end else first
        index += 2 if has_end else 1


def _parts(page: Page, span: Span) -> list[_Part]:
    text, parts = page.text, []
    for mention in page.within(*span, "period", "month"):
        if mention.kind == "period":
            parts.append(_Part(mention.start, mention.end, mention.value))
            continue
        parts.append(_Part(mention.start, mention.end, "month", int(mention.value)))
        before = _DAY_BEFORE.search(text, max(span.start, mention.start - 10), mention.start)
        after = _DAY_AFTER.match(text, mention.end, span.end)
        if before:
            parts.append(_Part(before.start(1), mention.start, "day", int(before[1])))
        elif after:
            parts.append(_Part(mention.end, after.end(), "day", int(after[1])))
    parts += [_Part(m.start(), m.end(), "year", int(m[1])) for m in _YEAR.finditer(text, *span)]
    for code in _QUARTER_CODE.finditer(text, *span):
        parts.append(_Part(code.start(), code.end(), "quarter_number", int(code[1] or code[2])))
        if code[3]:
            parts.append(_Part(code.start(3), code.end(), "year", 2000 + int(code[3][-2:])))
    for code in _HALF_CODE.finditer(text, *span):
        parts.append(_Part(code.start(), code.end(), "half_number", int(code[1])))
    return parts


def _belongs(text: str, parts: list[_Part], part: _Part) -> bool:
    end = max(p.end for p in parts)
    if part.start < end:
        return True
    if part.kind == "by" or (part.kind in ("end", "start") and any(p.kind != "by" for p in parts)):
        return False  # these open a phrase
    if any(p.kind == part.kind and p.kind != "month" for p in parts) or part.start - end > _WIDEST_GLUE:
        return False
    if _CONJUNCTION.fullmatch(text, end, part.start):
        return parts[-1].kind == part.kind == "month"
    return _GLUE.fullmatch(text, end, part.start) is not None


def _phrase(parts: list[_Part]) -> DatePhrase | None:
    numbers = {part.kind: part.number for part in parts}
    words = frozenset(part.kind for part in parts)
    ordinal = next((int(word[-1]) for word in sorted(words) if word.startswith("ordinal_")), None)
    quarter = numbers.get("quarter_number") or (ordinal if "quarter" in words else None)
    half = numbers.get("half_number") or (ordinal if "half" in words and ordinal in (1, 2) else None)
    months = tuple(part.number for part in parts if part.kind == "month")
    relative = words & {
        *_RELATIVE_YEARS,
        "year_to_date",
        "past_year",
        "this_month",
        "last_month",
        "next_month",
        "this_quarter",
        "last_quarter",
    }
    if not (quarter or half or months or relative or "year" in numbers):
        return None
    span = min(part.start for part in parts), max(part.end for part in parts)
    return DatePhrase(*span, words, numbers.get("year"), months, numbers.get("day"), quarter, half)


_RELATIVE_YEARS = {"this_year": 0, "last_year": -1, "next_year": 1}


def resolve(phrase: DatePhrase, published: date | None, is_ahead: bool) -> Period | None:
    """The days that a phrase means, or None where that can't be told.

    published   day of publication; None leaves only phrases with a year of their own
    is_ahead    whether the statement is a plan: "in July" is then the next July, else the last one
    """
    if phrase.until:
        opening = resolve(replace(phrase, until=None), published, is_ahead)
        closing = resolve(phrase.until, published, is_ahead=True)
        return Period(opening.start if opening else None, closing.end) if closing else None
    is_ahead = is_ahead or phrase.is_deadline
    year = phrase.year
    for word, shift in _RELATIVE_YEARS.items():
        if year is None and word in phrase.words and published:
            year = published.year + shift
    if "year_to_date" in phrase.words:
        return Period(date(published.year, 1, 1), published) if published else None
    if "past_year" in phrase.words:
        return Period(published - _YEAR_LENGTH, published) if published else None
    if phrase.quarter or phrase.half:
        length, number = (3, phrase.quarter) if phrase.quarter else (6, phrase.half or 1)
        first, last = (number - 1) * length + 1, number * length
    elif phrase.months:
        first, last = phrase.months[0], phrase.months[-1]
    elif (near := _nearby(phrase, published)) is not None:
        return near
    elif year is not None:
        return _shaped(phrase, date(year, 1, 1), date(year, 12, 31))
    else:
        return None
    if year is None:
        year = _likely_year(first, last, published, is_ahead) if published else None
    if year is None:
        return None
    if phrase.day and phrase.months and phrase.day <= monthrange(year, last)[1]:
        day = date(year, last, phrase.day)
        return Period(day, day)
    start_year = year if first <= last else year - 1
    return _shaped(phrase, date(start_year, first, 1), date(year, last, monthrange(year, last)[1]))


def _likely_year(first: int, last: int, published: date, is_ahead: bool) -> int:
    """The year of a month or quarter given without one: the next that comes for a plan, else the last that began."""
    if is_ahead:
        end = date(published.year, last, monthrange(published.year, last)[1])
        return published.year if end >= published - _JUST_PASSED else published.year + 1
    return published.year if date(published.year, first, 1) <= published else published.year - 1


def _nearby(phrase: DatePhrase, published: date | None) -> Period | None:
    if published is None:
        return None
    quarter_start = 3 * ((published.month - 1) // 3)
    for word, start, length in (
        ("this_month", published.month - 1, 1),
        ("last_month", published.month - 2, 1),
        ("next_month", published.month, 1),
        ("this_quarter", quarter_start, 3),
        ("last_quarter", quarter_start - 3, 3),
    ):
        if word in phrase.words:
            first = date(published.year + start // 12, start % 12 + 1, 1)
            last_year, last_month = first.year + (start % 12 + length - 1) // 12, (start % 12 + length - 1) % 12 + 1
            return Period(first, date(last_year, last_month, monthrange(last_year, last_month)[1]))
    return None


def _shaped(phrase: DatePhrase, start: date, end: date) -> Period:
    if "start" in phrase.words:
        return Period(None, date(start.year, start.month, monthrange(start.year, start.month)[1]))
    return Period(None if phrase.words & {"end", "by"} else start, end)
