"""Dates as prose gives them, resolved by the day of publication: "fin octobre", "d'ici décembre", "Q1 2024".

Here: phrases of period words, months, years and quarters, and what they mean. Not here: which phrase belongs to which
number (`when`). Where the publication date is unknown, a relative phrase stays None.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from extraction.mentions import Mention, Page
from extraction.text import Span

# Each begins with what the engine can skip to, and looks back from there.
# "2025", "2025-06-30", "2025/26", "2026-2029", "2026er"
_YEAR = re.compile(
    r"(20(?<![\w.,$€£]20)(?<!\d-20)[0-4]\d)"
    r"(?:-([01]\d)(?:-([0-3]\d))?(?!-)|/(\d\d)(?!/)|-(20[0-4]\d))?(?:er(?=[ -]))?(?![\w%]|[.,]\d| ?000)"
)
_QUARTER_CODE = re.compile(r"[QT1-4](?<!\w.)(?:(?<=[QT])([1-4])|(?<=([1-4]))[QT])(?:[ /]?(20\d\d|'?\d\d)(?!\w))?(?!\w)")
_HALF_CODE = re.compile(
    r"[HS12](?<!\w.)(?:(?<=[HS])([12])(?: of)?[ /](20\d\d)|(?<=([12]))H(?: of)?[ /]?'?(20\d\d|\d\d))(?!\w)"
)
# "FY26", "YE25" (the end of a year), "FQ1" (a fiscal quarter)
_YEAR_CODE = re.compile(r"(FY|YE)(?<!\w..) ?'?(20\d\d|\d\d)(?!\w)")
_FISCAL_QUARTER = re.compile(r"FQ(?<!\w..)([1-4])(?!\w)")
_DAY_BEFORE = re.compile(r"(?<![\w.,])([0-3]?\d)(?:er|st|nd|rd|th|\.)? (?:de )?$")
_DAY_AFTER = re.compile(r"\.? ([0-3]?\d)(?:st|nd|rd|th)?(?![\w%]|[.,]\d| 000| [Mm]il| [Mm]rd| [Mm]ds?(?!\w)| [GM]W)")
_NAME_BEFORE, _LONGEST_NAME = re.compile(r"[^\W\d_A-ZÀ-Þ] ([A-ZÀ-Þ][a-zà-ÿ]{3,}[A-Z]?[\w-]*) $"), 30
_GLUE = re.compile(r"(?:\. |[ ,-])*(?:[^\W\d_]{1,3}[ '])*")
_CONTINUING = re.compile(r" (?:[^\W\d_]+ ){0,2}")  # "from 2026 [and continuing] through 2028"
_AHEAD = re.compile(r" (?:(\d{1,2})|([^\W\d_]+(?:-[^\W\d_]+)?))(?=[ -])")
_LENGTH_BEFORE = re.compile(r"(?<!\w)(?:(\d{1,2})|([^\W\d_]+)) ([^\W\d_]+) $")  # "two years [ago]"
_MONTHS = re.compile(r"(?:mois|months|Monaten|meses|mesi)(?!\w)")
_ORDINAL_BEFORE = re.compile(r"(?<!\w)([1-4])\. $")  # "im 3. Quartal"
_NUMBER_BEFORE = re.compile(r" (?:(\d{1,2})|([^\W\d_]+(?:-[^\W\d_]+)?)) $")
_RANGE = re.compile(r"(?: (?:to|through|until|à|au|jusqu'à|jusqu'en|bis|a|al|hasta|fino a|e il|and|et|und|y|e)|-| -) ?")
_RANGE_OPENS = re.compile(
    r"(?<!\w)(?:from|between|de|d'|du|entre|von|vom|zwischen|desde|da|dal|tra|fra) ?(?:(?:il|el) |l')?$", re.IGNORECASE
)
_CONJUNCTION = re.compile(r",? (?:and|et|und|y|e) ")
_OPENINGS = frozenset({"by", "from", "since", "span_ahead", "span_over", "span_back", "ago"})
_WIDEST_GLUE = 12
_FILLERS = 2
# A month that has just passed is still meant by "by the end of October" in a text of the first of November.
_JUST_PASSED = timedelta(days=31)
_YEAR_LENGTH, _QUARTERS_LENGTH = timedelta(days=365), timedelta(days=100)


class Period(NamedTuple):
    """First and last day; `start` None where the phrase names a moment ("the end of 2023"), `end` None where it only
    says from when on."""

    start: date | None
    end: date | None


class DatePhrase(NamedTuple):
    """One phrase of the text, by its parts. `words` are meanings of `lexicon_periods.csv`."""

    start: int
    end: int
    words: frozenset[str]
    year: int | None = None
    months: tuple[int, ...] = ()
    day: int | None = None
    quarter: int | None = None
    half: int | None = None
    months_ahead: int | None = None
    until: DatePhrase | None = None
    starting: DatePhrase | None = None  # of a length: when it begins

    @property
    def is_deadline(self) -> bool:
        """Whether it says "by" or "d'ici": what it speaks of lies ahead."""
        return "by" in self.words and not (self.months and self.words & _LENGTHS.keys())

    @property
    def is_bare_month(self) -> bool:
        """Whether it is "in September", "early in the year" and no more: neither deadline nor range. Beside a plan that
        is when it was said."""
        if (
            not self.year
            and not self.is_deadline
            and (self.words & {"earlier", "last_month", "this_month"} or {"start", "the_year"} <= self.words)
        ):
            return True
        is_more = self.year or self.until or self.is_deadline or self.words & {"quarter", "last_quarter", "ended"}
        return len(self.months) == 1 and not is_more

    @property
    def is_past(self) -> bool:
        """Whether it names a time gone by, whatever the verb says."""
        runs = {"this_quarter", "next_quarter"}
        return bool(self.words & _PAST and not self.words & runs) or (self.months_ahead or 0) < 0

    @property
    def is_same(self) -> bool:
        """Whether it points to a date said before: "à la même échéance"."""
        return "same_date" in self.words and "year_before" not in self.words


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
    read: list[DatePhrase] = []
    for parts in phrases:
        phrase = _phrase(parts) or _elliptic(page.text, parts, read[-1] if read else None)
        if phrase:
            read.append(phrase)
    return list(_joined(page.text, read))


def _elliptic(text: str, parts: list[_Part], before: DatePhrase | None) -> DatePhrase | None:
    """ "12 milliards au premier trimestre et 13,2 au deuxième": the second leaves out what the first has said."""
    kinds = [part.kind for part in parts]
    if before is None or before.quarter is None or len(kinds) > 1 or not kinds[0].startswith("ordinal_"):
        return None
    is_last = not text[parts[0].end : parts[0].end + 2].strip(" .,;)")
    return before._replace(start=parts[0].start, end=parts[0].end, quarter=int(kinds[0][-1])) if is_last else None


def _joined(text: str, phrases: list[DatePhrase]) -> Iterator[DatePhrase]:
    """ "From October 2026 through June 2029" is one phrase with two ends."""
    index = 0
    while index < len(phrases):
        first, *rest = phrases[index : index + 2]
        if rest and (span := _span_from(text, first, rest[0])):
            yield span
            index += 2
            continue
        has_end = bool(rest) and (
            (rest[0].is_deadline and _CONTINUING.fullmatch(text, first.end, rest[0].start) is not None)
            or _is_range(text, first, rest[0])
        )
        if has_end and rest[0].months and not first.year and (first.months or first.words <= _UNNUMBERED):
            # "von Januar bis März", "in the quarter through August"
            months, words = (*first.months, *rest[0].months), (first.words | rest[0].words) - {"by", "from"}
            yield rest[0]._replace(start=first.start, months=months, words=words, day=None)
        else:
            yield first._replace(end=rest[0].end, until=rest[0]) if has_end else first
        index += 2 if has_end else 1


def _span_from(text: str, first: DatePhrase, last: DatePhrase) -> DatePhrase | None:
    """ "Over five years, starting in 2027", "ab 2027 über fünf Jahre": a length, and when it begins."""
    for length, opening in ((first, last), (last, first)):
        if (first.months_ahead or 0) > 0 and last.until and text[first.end : last.start].strip() == "(":
            return last._replace(start=first.start)  # "over five years (2026-2030)"
        if (length.months_ahead or 0) > 0 and "from" in opening.words and (opening.year or opening.months):
            is_near = last.start - first.end <= _WIDEST_GLUE and _GLUE.fullmatch(text, first.end, last.start)
            return length._replace(start=first.start, end=last.end, starting=opening) if is_near else None
    return None


def _is_range(text: str, first: DatePhrase, last: DatePhrase) -> bool:
    """ "D'octobre 2026 à juin 2029", "between 2026 and 2029": two dates of one kind, and a word that opens a range."""
    is_alike = bool(first.months) == bool(last.months) and last.year is not None and not last.words & _RELATIVE
    if not is_alike or not _RANGE.fullmatch(text, first.end, last.start):
        return False
    opening = max(0, first.start - 12)
    return "from" in first.words or _RANGE_OPENS.search(text, opening, first.start) is not None


def _parts(page: Page, span: Span) -> list[_Part]:
    text, parts = page.text, []
    mentions = page.within(*span, "period", "month")
    counts = any(m.value in _UNITS or m.value in _SPANS or m.value == "soon" for m in mentions)
    names = [m for m in mentions if m.value == "no_date"]
    for mention in mentions:
        if mention.kind == "period":
            if mention.value == "no_date":
                continue
            is_span = mention.value in _LENGTHY
            may_count = counts and (is_span or mention.value in _COUNTABLE)
            if may_count and mention.value == "by":  # "vor zwei Jahren" looks back
                may_count = not any(m.value == "ago" for m in page.at(mention.start))
            months, end = _months_said(page, mention, span.end) if may_count else (0, 0)
            if is_span and not months:
                named = _NAMED.get(mention.value)
                if named and any(m.kind == "month" for m in page.at(mention.end + 1)):  # "next July"
                    parts.append(_Part(mention.start, mention.end, named))
                continue
            kind = mention.value
            if months and kind not in _BACKWARD:
                kind = "span_back" if kind == "since" else "span_over"
            parts.append(_Part(mention.start, max(mention.end, end), kind, months))
            if kind == "quarter" and (
                said := _ORDINAL_BEFORE.search(text, max(span.start, mention.start - 4), mention.start)
            ):
                parts.append(_Part(said.start(), mention.start, f"ordinal_{said[1]}"))
            continue
        if text[mention.start : mention.end].isupper() and text[mention.end : mention.end + 1] == "-":
            continue  # "MAI-1" is a product
        parts.append(_Part(mention.start, mention.end, "month", int(mention.value)))
        before = _DAY_BEFORE.search(text, max(span.start, mention.start - 10), mention.start)
        after = _DAY_AFTER.match(text, mention.end, span.end)
        if before:
            parts.append(_Part(before.start(1), mention.start, "day", int(before[1])))
        elif after:
            parts.append(_Part(mention.end, after.end(), "day", int(after[1])))
    for year in _YEAR.finditer(text, *span):
        if any(m.start < year.start() < m.end for m in names):
            continue  # "Vision 2030" is a programme
        if _is_programme(page, span, year.start()):
            continue
        parts.append(_Part(year.start(), year.end(), "year", int(year[1][:2] + year[4] if year[4] else year[1])))
        if year[5]:
            parts.append(_Part(year.start(5), year.end(5), "last_of_years", int(year[5])))
        if year[2]:
            parts.append(_Part(year.start(2), year.end(2), "month", int(year[2]) or 1))
        if year[3]:
            parts.append(_Part(year.start(3), year.end(3), "day", int(year[3])))
    for code in _QUARTER_CODE.finditer(text, *span):
        parts.append(_Part(code.start(), code.end(), "quarter_number", int(code[1] or code[2])))
        if code[3]:
            parts.append(_Part(code.start(3), code.end(), "year", 2000 + int(code[3][-2:])))
    for code in _YEAR_CODE.finditer(text, *span):
        parts.append(_Part(code.start(), code.start() + 2, "fiscal" if code[1] == "FY" else "end"))
        parts.append(_Part(code.start(2), code.end(), "year", 2000 + int(code[2][-2:])))
    for code in _FISCAL_QUARTER.finditer(text, *span):
        parts.append(_Part(code.start(), code.start() + 1, "fiscal"))
        parts.append(_Part(code.start() + 1, code.end(), "quarter_number", int(code[1])))
    for code in _HALF_CODE.finditer(text, *span):
        parts.append(_Part(code.start(), code.end(), "half_number", int(code[1] or code[3])))
        parts.append(_Part(code.start(), code.end(), "year", 2000 + int((code[2] or code[4])[-2:])))
    return parts


def _is_programme(page: Page, span: Span, year: int) -> bool:
    """ "La stratégie Numérique 2030", "at Computex 2025": a name that the vocabulary lacks, with its year."""
    name = _NAME_BEFORE.search(page.text, max(span.start, year - _LONGEST_NAME), year)
    return name is not None and page.language(year) != "de" and not page.at(name.start(1))


_UNITS = {"unit_month": 1, "unit_year": 12, "unit_decade": 120}
_NAMED = {"span_ahead": "coming", "span_back": "gone"}
_BACKWARD = frozenset({"span_back", "ago", "span_before"})
_COUNTABLE = frozenset({"by", "since"})
_LENGTHY = _BACKWARD | {"span_ahead", "span_over"}  # mean something with a length only


def _months_said(page: Page, opening: Mention, end: int) -> tuple[int, int]:
    """How many months are meant by "over the next 5 years", "d'ici dix-huit mois", "les 2 prochaines années", "within
    six months", "a four-year period", "il y a deux ans", and where the words for it end; 0 where it isn't said so."""
    numerals, position = page.lexicons.numbers.numerals, opening.end

    def count(number: int, at: int) -> tuple[int, int]:
        unit = next((m for m in page.at(at) if m.value in _UNITS), None)
        if unit is None and (soon := next((m for m in page.at(at) if m.value == "soon"), None)):
            is_in_months = _MONTHS.search(page.text, at, soon.end)
            return (number, soon.end) if is_in_months and number else (0, 0)  # "les 18 prochains mois"
        return (number * _UNITS[unit.value], unit.end) if unit and number else (0, 0)

    if opening.value == "span_ahead":
        decade = next((m for m in page.at(opening.end + 1) if m.value == "unit_decade"), None)
        if decade:
            return _UNITS["unit_decade"], decade.end
    for _ in range(_FILLERS + 1):  # "over [the next] five years"
        said = _AHEAD.match(page.text, position, end)
        if said is None:
            break
        meant = page.at(said.start(said.lastindex or 0))
        named = [m for m in meant if m.value in _SPANS]
        if named:  # "within six months"
            return _SPANS[named[0].value], named[0].end
        if opening.value not in _BACKWARD and any(m.value in _BACKWARD for m in meant):
            return 0, 0  # "over the past two years"
        word = said[0][1:].lower()
        first = word.partition("-")[0]
        whole = int(said[1] or numerals.get(word, 0))
        number = whole or int(numerals.get(first, 0))
        months, last = count(number, said.end() + 1 if whole else said.start() + len(first) + 2)
        if months:
            return months, last
        if number and not _RANGE.match(page.text, said.end(), end):
            break
        position = said.end()  # "two to three years"
    for before in (_LENGTH_BEFORE,) * (opening.value in _BACKWARD) + (_NUMBER_BEFORE,):
        said = before.search(page.text, max(0, opening.start - 24), opening.start)
        if said:
            number = int(said[1] or numerals.get(said[2].lower(), 0))
            months, last = count(number, said.start(3) if before is _LENGTH_BEFORE else opening.end + 1)
            if months:
                return months, max(last, opening.end)
            if before is _LENGTH_BEFORE and (named := [m for m in page.at(said.start()) if m.value in _SPANS]):
                return _SPANS[named[0].value], opening.end  # "six months earlier"
    return 0, 0


def _belongs(text: str, parts: list[_Part], part: _Part) -> bool:
    end = max(p.end for p in parts)
    if part.start < end:
        return True
    if part.kind in _OPENINGS or (part.kind in ("end", "start") and any(p.kind not in ("by", "from") for p in parts)):
        return False  # these open a phrase
    kinds = {p.kind for p in parts}
    if part.kind == "month" and {"month", "year"} <= kinds:
        return False  # "octobre 2026 à juin 2029" is two
    if any(p.kind == part.kind and p.kind != "month" for p in parts) or part.start - end > _WIDEST_GLUE:
        return False
    if part.kind.startswith("ordinal_") and any(kind.startswith("ordinal_") for kind in kinds):
        return False  # "in the fourth quarter of 2025, the second in 2026"
    if conjunction := _CONJUNCTION.match(text, end, part.start):
        return parts[-1].kind == part.kind == "month" and conjunction.end() == part.start
    return _GLUE.fullmatch(text, end, part.start) is not None


def _phrase(parts: list[_Part]) -> DatePhrase | None:
    numbers = {part.kind: part.number for part in parts}
    words = frozenset(part.kind for part in parts)
    ordinal = next((int(word[-1]) for word in sorted(words) if word.startswith("ordinal_")), None)
    quarter = numbers.get("quarter_number") or (ordinal if "quarter" in words else None)
    is_half = ordinal in (1, 2) and ("half" in words or _is_later_half(parts))
    half = numbers.get("half_number") or (ordinal if is_half else None)
    words = words - {"middle"} if half else words
    months = tuple(part.number for part in parts if part.kind == "month")
    is_over = bool(months) or "ended" in words or not words.isdisjoint(_FIRST)
    gone = next((numbers[word] for word in ("span_back", "ago", "span_before") if word in numbers), 0)
    ahead = None if is_over else numbers.get("span_over") or -gone
    if not (quarter or half or months or ahead or words & _RELATIVE or "year" in numbers):
        return None
    span = min(part.start for part in parts), max(part.end for part in parts)
    last = numbers.get("last_of_years")
    until = DatePhrase(*span, frozenset({"year"}), last) if last else None
    return DatePhrase(
        *span, words, numbers.get("year"), months, numbers.get("day"), quarter, half, ahead or None, until
    )


def _is_later_half(parts: list[_Part]) -> bool:
    """ "Seconda metà": the word of the middle with an ordinal right before it."""
    return any(
        first.kind.startswith("ordinal_") and second.kind == "middle" and second.start == first.end + 1
        for first, second in pairwise(sorted(parts))
    )


_RELATIVE_YEARS = {
    **{"last_year": -1, "next_year": 1, "this_year": 0, "the_year": 0},  # what says more comes first
    **{"fiscal_this": 0, "fiscal_last": -1, "fiscal_next": 1},
}
_FISCAL = frozenset({"fiscal", "fiscal_this", "fiscal_last", "fiscal_next"})
_PAST = frozenset(
    {"last_year", "last_quarter", "past_year", "past_quarters", "year_to_date", "year_before", "fiscal_last"}
)
_NEARBY = frozenset({"this_month", "last_month", "next_month", "this_quarter", "last_quarter", "next_quarter"})
_FIRST = {"first_3": 3, "first_6": 6, "first_9": 9}  # "the first nine months of 2025"
_RELATIVE = (
    _NEARBY
    | _PAST
    | _RELATIVE_YEARS.keys()
    | _FIRST.keys()
    | {"year_after", "year_same", "same_date", "decade", "earlier", "open", "soon"}
)
_DECADE = 10
_SPANS = {"span_3": 3, "span_6": 6, "span_9": 9, "span_12": 12}
_UNNUMBERED = frozenset({"quarter", "last_quarter"})
_LENGTHS = {**_SPANS, "quarter": 3, "last_quarter": 3, "half": 6}
# A document of the year 1 has no date: somebody's clock was unset.
_FIRST_YEAR = 1970


def resolve(
    phrase: DatePhrase,
    published: date | None,
    is_ahead: bool,
    year_ends_in: int = 12,
    speaks_fiscally: bool = False,
    reference: Period | None = None,
) -> Period | None:
    """The days that a phrase means, or None where that can't be told.

    published      day of publication; None leaves only phrases with a year of their own
    is_ahead       whether the statement is a plan: "in July" is then the next July, else the last one
    year_ends_in   last month of the organisation's fiscal year: "fiscal 2025" of Oracle ends in May 2025
    speaks_fiscally   whether "this year" means the fiscal one
    reference      the period spoken of before, for "the year before" and "the same date"
    """
    if published and published.year < _FIRST_YEAR:
        published = None
    words = phrase.words
    if phrase.until:
        opening = resolve(phrase._replace(until=None), published, is_ahead, year_ends_in, speaks_fiscally)
        closing = resolve(phrase.until, published, True, year_ends_in, speaks_fiscally)
        return Period(opening.start if opening else None, closing.end) if closing else None
    if phrase.is_same:
        return reference
    if phrase.starting and phrase.months_ahead:
        opening = resolve(phrase.starting, published, "from" in phrase.starting.words, year_ends_in, speaks_fiscally)
        if opening and opening.start and "from" in phrase.starting.words:
            return Period(opening.start, _later(opening.start, phrase.months_ahead) - timedelta(days=1))
        if opening and opening.end:
            return Period(opening.end, _later(opening.end, phrase.months_ahead))
    is_that_year = "year_same" in words or (
        not words & _FISCAL and "the_year" in words and not words & {"end", "by", "start", "middle"}
    )
    if is_that_year and not phrase.year and reference and reference.end and reference.start:
        return Period(reference.end.replace(month=1, day=1), date(reference.end.year, 12, 31))
    if "year_before" in words and phrase.year and reference and reference.end:  # "in the same period of 2024"
        shift = 12 * (phrase.year - reference.end.year)
        return Period(*(day and _later(day, shift) for day in reference))
    if words & {"year_before", "year_after"} and not phrase.year:
        shift = -1 if "year_before" in words else 1
        if reference and reference.end:
            return Period(*(day and _later(day, 12 * shift) for day in reference))
        if "last_quarter" in words and published:
            return _nearby(words, _later(published, 12 * shift), year_ends_in)
        words = words | {"last_year" if shift < 0 else "next_year"}
    if "quarter_before" in words and reference and _is_quarter(reference):
        return Period(*(day and _later(day, -3) for day in reference))
    if "span_before" in words and phrase.months_ahead and reference and reference.end:  # "two years earlier"
        return Period(*(day and _later(day, phrase.months_ahead) for day in reference))
    is_fiscal = bool(words & _FISCAL) or (speaks_fiscally and not phrase.months and not phrase.quarter)
    shift = year_ends_in - 12 if is_fiscal else 0
    if published and "decade" in words:
        return Period(None, date(published.year - published.year % _DECADE + _DECADE, 12, 31))
    if published:
        this_year = published.year + (shift < 0 and published.month > year_ends_in)
        if phrase.months_ahead:
            other = _later(published, phrase.months_ahead)
            if words & {"ago", "span_before"}:
                return Period(None, other)
            return Period(min(published, other), max(published, other))
        if words & {"year_to_date", "earlier"}:
            return Period(_last_day(this_year - 1, 12 + shift) + timedelta(days=1), published)
        if "past_quarters" in words:
            over = _last_day(published.year, _quarter_over(published, year_ends_in))
            return Period(_later(over, -12) + timedelta(days=1), over)
        if "past_year" in words:
            return Period(published - _YEAR_LENGTH, published)
    length = _length(phrase) if phrase.months else None
    months = _months(phrase, words)
    if months is None:
        return _nearby(words, published, year_ends_in) if published else None
    first, last = (months[1] - length + 1, months[1]) if length else (months[0] + shift, months[1] + shift)
    year = phrase.year
    if year is None and published:
        relative = next((shift for word, shift in _RELATIVE_YEARS.items() if word in words), None)
        will_be = (is_ahead and (not length or "ended" in words)) or phrase.is_deadline
        will_be = "coming" in words or (will_be and "gone" not in words)
        likely = _likely_year(first, last, published, will_be)
        year = likely if relative is None or length else this_year + relative
    if year is None:
        return None
    end = _last_day(year, last)
    start = _last_day(year if first <= last else year - 1, first).replace(day=1)
    if length:
        return Period(start, end)
    if phrase.day and phrase.months:
        day = end.replace(day=min(phrase.day, end.day) or 1)
        return Period(day, None) if "from" in words else Period(day, day)
    if "since" in words:
        if published and start > published:
            return Period(start, None)
        return None if is_ahead else Period(start, published)
    if "middle" in words and not phrase.months:
        return Period(_last_day(year, last - 6), None) if "from" in words else Period(None, _last_day(year, last - 6))
    if "from" in words and "end" not in words:
        return Period(start, published if published and not is_ahead and start <= published else None)
    if "start" in words:
        return Period(None, _last_day(start.year, start.month))
    return Period(None if words & {"end", "by", "middle"} else start, end)


def is_year_end(phrase: DatePhrase) -> bool:
    """Whether it is "at the end of the year", "for the full year", of no year named."""
    is_named = (
        phrase.year or phrase.months or phrase.is_deadline or phrase.words & {"start", "middle", "half", "quarter"}
    )
    return not is_named and "the_year" in phrase.words


def last_year_end(period: Period, published: date, year_ends_in: int) -> Period:
    """The year that is over, for "had 850 megawatts at the end of the year", said in February."""
    if period.end is None or period.end <= published or published.month == year_ends_in:
        return period
    return Period(period.start and _later(period.start, -12), _later(period.end, -12))


def _is_quarter(period: Period) -> bool:
    return bool(period.start and period.end and period.end - period.start < _QUARTERS_LENGTH)


def _length(phrase: DatePhrase) -> int | None:
    """How many months end with the month named: "the September quarter", "nine months ended", "year ended June 30"."""
    named = next((months for word, months in _LENGTHS.items() if word in phrase.words), None)
    return named or (12 if "ended" in phrase.words else None)


def _later(day: date, months: int) -> date:
    """The same day so many months later (earlier, if negative), or the last of a shorter month."""
    end = _last_day(day.year, day.month + months)
    return end if day.day > 28 else end.replace(day=day.day)


def _months(phrase: DatePhrase, words: frozenset[str]) -> tuple[int, int] | None:
    """First and last month of its year; None for a phrase that isn't of a year ("last month")."""
    if phrase.quarter and not phrase.months:
        return 3 * phrase.quarter - 2, 3 * phrase.quarter
    first = next((months for word, months in _FIRST.items() if word in words), None)
    if first:
        return 1, first
    if phrase.half:
        return 6 * phrase.half - 5, 6 * phrase.half
    if phrase.months:
        return phrase.months[0], phrase.months[-1]
    return (1, 12) if phrase.year or words & (_RELATIVE_YEARS.keys() | {"fiscal"}) else None


def _last_day(year: int, month: int) -> date:
    """Last day of a month; month 0 is December of the year before, and so on back."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def _likely_year(first: int, last: int, published: date, is_ahead: bool) -> int:
    """The year of months given without one: for a plan the next that come, else the month that has begun last, or the
    quarter that has ended last."""
    this = published.year
    if is_ahead:
        return this if _last_day(this, last) >= published - _JUST_PASSED else this + 1
    for year in (this + 1, this):  # a fiscal year may begin months before its own
        end = _last_day(year, last)
        if (end - _JUST_PASSED if last - first > 1 else end.replace(day=1)) <= published:
            return year
    return this - 1


def _quarter_over(published: date, year_ends_in: int) -> int:
    """Last month of the quarter that has ended last."""
    return published.month - 1 - (published.month - 1 - year_ends_in) % 3


def _nearby(words: frozenset[str], published: date, year_ends_in: int) -> Period | None:
    """ "Last month", "the quarter": months by the calendar, quarters as the organisation's fiscal year cuts them."""
    month, over = published.month, _quarter_over(published, year_ends_in)
    for word, first, last in (
        ("this_month", month, month),
        ("last_month", month - 1, month - 1),
        ("next_month", month + 1, month + 1),
        ("this_quarter", over + 1, over + 3),
        ("next_quarter", over + 1, over + 3),
        ("last_quarter", over - 2, over),
    ):
        if word in words:
            return Period(_last_day(published.year, first).replace(day=1), _last_day(published.year, last))
    return None
