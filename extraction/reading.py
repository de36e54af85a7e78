"""From a document to its claims: the steps of this room, joined.

gate, sentences, numbers, then for each quantity: what it measures (`metric`), whose it is (`owners`), how exact
(`qualifier`), how certain (`status`), when (`dates`); repeats are merged and what isn't grounded is left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, partial
from itertools import zip_longest
from typing import TYPE_CHECKING

from extraction.claims import Claim, Receipt
from extraction.confidence import confidence
from extraction.dates import DatePhrase, Period, is_year_end, last_year_end, read_dates, resolve
from extraction.grounding import is_grounded
from extraction.lexicons import Lexicons
from extraction.mentions import Page
from extraction.metric import (
    CHAINED,
    Measure,
    Refusal,
    Said,
    Surroundings,
    goes_on_refused,
    inherit,
    is_bare_money,
    is_unnamed,
    measure,
    names_accelerators,
)
from extraction.numbers import Quantity, read_numbers
from extraction.owners import Heard, Owner, find_owners
from extraction.qualifier import read_qualifier
from extraction.status import is_subject, read_status
from extraction.text import Span

if TYPE_CHECKING:
    from sources.documents import Document

EXTRACTOR = "rules"
# Goes up with every change of the grammar that can change a claim.
_GRAMMAR = "2"
_LONGEST_QUOTE = 200
_STOCKS = frozenset({"accelerator_count", "h100_equivalents", "power_mw"})
_RATES = {"rate_month": "month", "rate_year": "year"}
_RATE_REACH = 25
_LARGEST = 10**16  # a hundred times what the world earns in a year: beyond it the digits are no amount
# How far things reach, in characters.
_NEAR_DATE = 40  # a date behind a quantity, over the end of its clause
_OPENING = 12  # "Au cours de ", "By the ": so late may a date stand that a sentence opens with
_SAID_AT = 6  # "announced in April": a preposition at most
_LONGEST_CONVERSION = 24
_CONVERTED = re.compile(
    r",? ?(?:\(|(?:soit|or|oder|das sind|o sea|ovvero|pari a|equivalent to|equivalente a)(?!\w))[^\d)]{0,14}", re.IGNORECASE
)
_LONGEST_GROWTH = 30
_STILL_RUNNING = timedelta(days=31)
_WORD = re.compile(r"[^\W\d_]+")
_LINE = 40
_LONGEST_ADDRESS = 300
_GOES_ON = 2  # sentences after a claim, a number without any name is still its owner's
_DIGIT = re.compile(r"[0-9]")
# A text that speaks of compute mostly does so at once, and is searched no further.
_BLOCK, _LONGEST_CUE = 4000, 100
_KINDS = {"capex": "money", "ai_spend": "money", "power_mw": "power", "accelerator_price": "price"}
_SURER = 0.2  # an owner by name outweighs a guess that is so much less sure


def extractor_version(lexicons: Lexicons) -> str:
    """Version of the grammar and of the vocabulary: two readings with the same version are the same."""
    return f"{_GRAMMAR}-{lexicons.version}"


def read_claims(document: Document, lexicons: Lexicons) -> list[Claim]:
    """The grounded claims of a document, in the order of the text, each once. Pure; no text is an error."""
    found = [found for found in read_quantities(document, lexicons) if found.claims]
    converted = {amount for each in found for amount in each.converted}
    claims = [c for each in found for c in each.claims if (c.currency, c.low, c.high) not in converted]
    return _merge_repeats(claims)


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one quantity of the text: its claims, or the reason why it is none.

    converted   the same amount in another currency, which the text gives too: "€75 billion (around $87 billion)"
    """

    quantity: Quantity
    claims: tuple[Claim, ...] = ()
    reason: str | None = None
    converted: tuple[tuple[str | None, Decimal, Decimal], ...] = ()


def read_quantities(document: Document, lexicons: Lexicons) -> Iterator[Found]:
    """Every quantity that could be a claim, in the order of the text, with what became of it."""
    if not may_hold_claims(document.text, lexicons):
        return
    page = Page(document.text, lexicons)
    reader = _Reader(page, document, Page(document.title, lexicons) if document.title else None)
    for index in range(len(page.sentences)):
        yield from reader.read(index)


def may_hold_claims(text: str, lexicons: Lexicons) -> bool:
    """Whether a text speaks of compute or of capital spending at all."""
    folded = text.encode("utf-8", "replace").lower()
    blocks = (folded[start : start + _BLOCK + _LONGEST_CUE] for start in range(0, len(folded), _BLOCK))
    return any(lexicons.gate.find_matches_as_indexes(block) for block in blocks)


class _Reader:
    """One document on its way through the steps; remembers what the sentences so far have said."""

    def __init__(self, page: Page, document: Document, title: Page | None) -> None:
        self.page, self.document, self.title = page, document, title
        self.memory: dict[str, Said] = {}
        self.last: dict[str, Claim] = {}  # by kind, for what a number leaves unsaid
        self.spoken_of: tuple[int, str] | None = None  # sentence and organisation of the last claim of any kind
        self.published = document.published_at.date() if document.published_at else None

    def read(self, index: int) -> Iterator[Found]:
        page, sentence = self.page, self.page.sentences[index]
        quantities = _quantities(page, sentence, "chips" in self.memory)
        if not quantities:
            return
        phrases = read_dates(page, sentence)
        previous: Measure | None = None
        refused: Refusal | None = None
        for place, around in enumerate(_surroundings(page, index, quantities, phrases, self.title)):
            measured = measure(around, self.memory)
            if isinstance(measured, Measure) and refused and goes_on_refused(around, measured):
                measured = refused
            if isinstance(measured, Refusal):
                inherited = inherit(around, previous) if previous else None
                if inherited is None:
                    previous = None
                    refused = measured if measured.reason in CHAINED else refused
                    yield Found(around.quantity, reason=measured.reason)
                    continue
                measured = inherited
            previous = measured
            following = quantities[place + 1] if place + 1 < len(quantities) else None
            for quantity, is_start in _levels(page, around, following):
                here = around if quantity is around.quantity else replace(around, quantity=quantity)
                yield self._found(here, measured, is_start)

    def _found(self, around: Surroundings, measured: Measure, is_start: bool) -> Found:
        kind = kind_of(measured)
        claims = [
            claim
            for claim in self._claims(around, measured, is_start)
            if is_grounded(claim, self.document.text, self.page.lexicons)
        ]
        if not claims:
            return Found(around.quantity, reason="no organization")
        self.memory[kind] = Said(around.index, measured, around.quantity.high)
        self.last[kind] = claims[0]
        self.spoken_of = around.index, claims[0].organization
        return Found(around.quantity, tuple(claims), converted=_converted(self.page, around.quantity))

    def _claims(self, around: Surroundings, measured: Measure, is_start: bool) -> Iterator[Claim]:
        last = self.last.get(kind_of(measured))
        for owner in self._owners(around, measured, last):
            is_guess = owner.found_by in ("topic", "title") and not measured.is_sure and not measured.is_carried
            if is_guess and not self._goes_on(around.index, owner.organization):
                return  # neither who nor what is said beside the number: a guess upon a guess
            claim = self._claim(around, measured, owner, last, is_start)
            yield claim
            if claim.period_end and claim.period_start:
                for years in range(1, _years_repeated(around) + 1):
                    first, end = claim.period_start, claim.period_end
                    start = first.replace(year=first.year + years)
                    yield replace(claim, period_start=start, period_end=end.replace(year=end.year + years))

    def _goes_on(self, index: int, organization: str) -> bool:
        """Whether the claims just before are this organisation's."""
        return self.spoken_of is not None and self.spoken_of[1] == organization and index - self.spoken_of[0] <= _GOES_ON

    def _is_hearsay(self, index: int, is_bare: bool, measured: Measure, last: Claim | None) -> bool:
        """Whether a statement goes on with what somebody estimates: it carries on a number of theirs, or comes right
        after it and says nothing of its own certainty ("He puts Microsoft at 150,000")."""
        if last is None or last.status != "estimated":
            return False
        said = self.memory[kind_of(measured)]
        sentence = self.page.sentences[index]
        opening = self.page.within(sentence.start, sentence.start + _OPENING, "anaphor")
        follows = index - said.index <= 1 and (is_bare or bool(opening))
        return measured.is_carried or follows

    def _completion(self, index: int) -> Period | None:
        """The date at which the next sentence says that a plan is to be complete."""
        page = self.page
        if index + 1 >= len(page.sentences) or not page.within(*page.sentences[index + 1], "completion"):
            return None
        following = page.sentences[index + 1]
        ends = [p for p in read_dates(page, following) if page.within(following.start, p.start, "completion")]
        return resolve(ends[-1], self.published, True) if ends else None

    @cached_property
    def _titled(self) -> DatePhrase | None:
        """The date that the title names, for a table that names none."""
        phrases = read_dates(self.title, Span(0, len(self.title.text))) if self.title else []
        return phrases[0] if phrases else None

    @cached_property
    def _reports_quarter(self) -> DatePhrase | None:
        """The quarter that a report of one is about, by its title: for capital spending that names no other."""
        if self.title is None or self.document.speaker is None:
            return None
        phrases = read_dates(self.title, Span(0, len(self.title.text)))
        return next((phrase for phrase in phrases if phrase.quarter or "quarter" in phrase.words), None)

    def _owners(self, around: Surroundings, measured: Measure, last: Claim | None) -> list[Owner]:
        page = self.page
        if measured.metric == "accelerator_price":  # belongs to the maker of the chip
            return [Owner(page.lexicons.vendors[measured.chip or ""], None, found_by="name")]
        goes_on = last is not None and around.index - self.memory[kind_of(measured)].index <= _GOES_ON
        carried = last.organization if last and (measured.is_carried or goes_on) else None
        is_listed = self.spoken_of is not None and self.spoken_of[0] == around.index and around.before.start > around.sentence.start
        listed = self.spoken_of[1] if is_listed and self.spoken_of else None
        heard = Heard(self.document.speaker, self.title, carried, listed)
        quantity, between = Span(around.quantity.start, around.quantity.end), Span(around.before.start, around.after.end)
        return find_owners(page, around.index, quantity, between, measured.metric, heard)

    def _claim(
        self, around: Surroundings, measured: Measure, owner: Owner, last: Claim | None, is_start: bool
    ) -> Claim:
        page, quantity, published = self.page, around.quantity, self.published
        qualifier, hedge = read_qualifier(page, quantity)
        is_start_level = is_start and measured.metric in _STOCKS
        said = read_status(page, around.sentence, around.clause(), Span(quantity.start, quantity.end))
        phrase = None if is_start_level else _phrase_of(around, around.dates)
        if around.heading:
            said = said if said.cue else read_status(page, around.heading, around.heading, Span(*[around.heading.end] * 2))
            phrase = phrase or next(iter(read_dates(page, around.heading)), None) or self._titled
        status = "actual" if is_start_level else said.value
        if measured.metric == "accelerator_price" and status == "planned":
            status = "actual"  # "up to $36,000 a board" is what it costs
        is_guidance = bool(last and measured.metric == "capex" and measured.is_carried and last.status == "planned")
        if phrase and quantity.unit and phrase.is_bare_month and (said.value != "actual" or is_guidance):
            # "signed a $10 billion deal in September", "in July it had said $85 billion": the month of the saying
            phrase, status = None, "planned" if is_guidance else status
        if phrase is None and measured.metric == "capex" and status == "actual" and self._reports_quarter:
            phrase = self._reports_quarter
        if phrase is None and measured.metric == "capex" and status == "planned" and is_annual(around):
            phrase = DatePhrase(around.quantity.start, around.quantity.end, frozenset({"this_year"}))
        year_ends_in = page.lexicons.year_ends.get(owner.organization, 12)
        reference = Period(last.period_start, last.period_end) if last else None
        if phrase and "year_same" in phrase.words:  # "most of its 2024 revenue … that year"
            phrase = next((d for d in reversed(around.dates) if d.year and d.end <= quantity.start), phrase)
        period = (
            resolve(phrase, published, status == "planned", year_ends_in, page.speaks_fiscally, reference)
            if phrase
            else None
        )
        if period and phrase and phrase.quarter and period.start and published and period.start > published:
            fiscal = resolve(phrase._replace(words=phrase.words | {"fiscal"}), published, False, year_ends_in)
            if fiscal and fiscal.end and fiscal.end <= published and status != "estimated":
                period, status = fiscal, "actual"  # "in Q1 2026", said in October 2025
        titled = self._titled
        if period is None and phrase and published is None and titled and titled.year:
            dated = phrase._replace(year=titled.year)
            period = resolve(dated, None, status == "planned", year_ends_in, page.speaks_fiscally, reference)
        if period is None and phrase is None and measured.metric == "capex" and status == "actual" and last:
            is_near = around.index - self.memory["money"].index <= _GOES_ON + 1
            period = reference if is_near and last.metric == "capex" and last.status == "actual" else None
        if period is None and phrase is None and last and not is_start_level:
            is_listed = (
                measured.metric == "accelerator_flow" and around.index - self.memory[kind_of(measured)].index <= 2
            )
            if measured.is_carried or is_listed:
                period = reference if is_guidance and status == "planned" else _carried_period(measured, owner, last)
            elif status == "planned" and measured.metric in _STOCKS:
                period = self._completion(around.index)
        if phrase is None and status == "planned" and measured.metric in _STOCKS and not is_start_level:
            period = period or self._completion(around.index)
        if status == "actual" and period and published and phrase and is_year_end(phrase) and said.cue:
            period = last_year_end(period, published, year_ends_in)
        if self._is_hearsay(around.index, said.cue is None, measured, last):
            status = "estimated"
        elif status == "actual" and period and published and phrase and _lies_ahead(period, published):
            is_stated = said.cue is not None and not phrase.is_deadline
            status = status if is_stated and period.start and period.start <= published else "planned"
        elif status == "planned" and phrase and measured.metric not in _STOCKS:
            is_over = bool(period and period.end and published and period.end < published)
            is_near = phrase.end > around.clause().start
            is_dated = is_over and is_near and not phrase.is_bare_month and not phrase.is_deadline
            is_agreed = measured.metric == "ai_spend" and bool(page.within(*around.sentence, "contract", "promise"))
            status = "actual" if phrase.is_past or (is_dated and not is_agreed) else status
        start, end = _dates(measured.metric, period, published)
        support = (hedge, measured.evidence, said.cue, phrase)
        quote = _quote(around, [Span(words.start, words.end) for words in support if words])
        currency = measured.unit.split("/")[0] if kind_of(measured) in ("money", "price") else None
        return Claim(
            organization=owner.organization,
            facility=owner.facility,
            metric=measured.metric,
            chip=measured.chip,
            scope="site" if owner.facility and measured.scope == "total" else measured.scope,
            low=quantity.low,
            high=quantity.high,
            unit=measured.unit,
            currency=currency,
            per=_rate(around) if kind_of(measured) == "money" else None,
            qualifier=qualifier,
            status=status,
            period_start=start,
            period_end=end,
            receipt=Receipt(self.document.document_id, self.document.text[slice(*quote)], *quote),
            extractor=EXTRACTOR,
            extractor_version=extractor_version(page.lexicons),
            confidence=confidence(around, owner, measured, status),
        )


def kind_of(measured: Measure) -> str:
    """What may carry on from one number to the next: "money", "chips", "power", "price"."""
    return _KINDS.get(measured.metric, "chips")


def is_annual(around: Surroundings) -> bool:
    """ "Its annual capex guidance", "ses prévisions annuelles": of the year that runs, where no other is named."""
    words = around.page.within(around.before.start, around.after.end, "period")
    return any(m.value == "rate_year" for m in words)


def _lies_ahead(period: Period, published: date) -> bool:
    """Whether a time is still to come, or still runs for more than a month."""
    if period.start and period.start > published:
        return True
    return period.end is not None and period.end > published + _STILL_RUNNING


def _carried_period(measured: Measure, owner: Owner, last: Claim) -> Period | None:
    """The period that a list shares; amounts of one organisation differ by their period, so theirs isn't shared."""
    if measured.metric in _STOCKS or owner.organization == last.organization:
        return None
    return Period(last.period_start, last.period_end) if last.period_end else None


def _years_repeated(around: Surroundings) -> int:
    """ "And in each of the following two years": how many more periods have the same amount."""
    words = around.page.within(around.quantity.end, around.after.end, "period")
    repeated = [m.value for m in words if m.value.startswith("each_following_")]
    return int(repeated[0][-1]) if repeated else 0


def _quantities(page: Page, sentence: Span, goes_on: bool) -> list[Quantity]:
    """The amounts of a sentence that could be claims: with a currency, a power unit, or chips to count.

    goes_on   whether chips were counted before, so that a bare number may go on counting them
    """
    numbers, folded = page.lexicons.numbers, page.folded[sentence.start : sentence.end]
    if not _DIGIT.search(folded) and not numbers.magnitudes.find_matches_as_indexes(folded):
        return []
    around = page.folded[max(0, sentence.start - _LINE) : sentence.end + _LINE]  # a cell may stand on a line of its own
    may_count = goes_on or bool(page.lexicons.counted.find_matches_as_indexes(around))
    read = read_numbers(page.text, numbers, partial(page.language, sentence.start), *sentence)
    sane = [q for q in read if 0 < q.high <= _LARGEST and not _is_in_address(page, q)]
    kept = [q for q in sane if q.unit or q.is_from_to or is_bare_money(page, q) or (may_count and _may_count(page, q))]
    kept = [q for q, before in zip(kept, [None, *kept], strict=False) if not _is_conversion(page, q, before)]
    return [q for q, following in zip_longest(kept, kept[1:]) if not (following and _is_converted(page, q, following))]


def _is_in_address(page: Page, quantity: Quantity) -> bool:
    """Whether a number is part of a web address, as pages that keep their markup have them."""
    token = page.text[max(0, quantity.start - _LONGEST_ADDRESS) : quantity.start]
    return "://" in token[max(token.rfind(" "), token.rfind("\n")) + 1 :]


def _may_count(page: Page, quantity: Quantity) -> bool:
    return is_unnamed(page, quantity) or names_accelerators(page, quantity)


def _is_converted(page: Page, quantity: Quantity, following: Quantity) -> bool:
    """ "€75 billion (around $87 billion)" is one amount, and the dollars are the ones that compare."""
    is_other_money = quantity.unit not in (None, "MW", "USD") and following.unit == "USD"
    return is_other_money and _CONVERTED.fullmatch(page.text, quantity.end, following.start) is not None


def _is_conversion(page: Page, quantity: Quantity, before: Quantity | None) -> bool:
    """ "$1 billion (940 million euros)": the dollars stand before it."""
    is_other_money = before is not None and before.unit == "USD" and quantity.unit not in (None, "MW", "USD")
    return is_other_money and before is not None and bool(_CONVERTED.fullmatch(page.text, before.end, quantity.start))


def _converted(page: Page, quantity: Quantity) -> tuple[tuple[str | None, Decimal, Decimal], ...]:
    """The amount of which these dollars are the conversion."""
    if quantity.unit != "USD":
        return ()
    start = max(0, quantity.start - 3 * _LONGEST_CONVERSION)
    language = partial(page.language, start)
    before = read_numbers(page.text, page.lexicons.numbers, language, start, quantity.start)
    last = before[-1] if before else None
    return ((last.unit, last.low, last.high),) if last and _is_converted(page, last, quantity) else ()


def _surroundings(
    page: Page, index: int, quantities: list[Quantity], phrases: list[DatePhrase], title: Page | None
) -> Iterator[Surroundings]:
    sentence, clauses = page.sentences[index], page.clauses(index)
    starts = [sentence.start, *(q.end for q in quantities)]
    ends = [*(q.start for q in quantities[1:]), sentence.end]
    for quantity, start, end in zip(quantities, starts, ends, strict=False):
        before, after = Span(start, quantity.start), Span(quantity.end, end)
        heading = page.heading(quantity.start)
        yield Surroundings(page, sentence, clauses, quantity, before, after, index, phrases, title, heading)


def _levels(page: Page, around: Surroundings, following: Quantity | None) -> list[tuple[Quantity, bool]]:
    """The amounts of a quantity, each with whether it is where a growth starts from.

    "Raise from A to B" is two levels, the first of which is in place; without a verb of change it is a range.
    """
    quantity = around.quantity
    if quantity.second_start and not quantity.is_from_to and _is_growth(page, quantity):
        return [(quantity.levels()[1], False)]  # "increased 600 megawatts to 2.2 gigawatts"
    grows = bool(page.within(*around.before, "change"))
    if quantity.is_from_to and grows:
        first, second = quantity.levels()
        return [(first, True), (second, False)]
    return [(quantity, grows and following is not None and _starts_growth(page, quantity, following))]


def _is_growth(page: Page, quantity: Quantity) -> bool:
    """Whether a verb of change, and at most a hedge, stands right before two amounts of which the first is the change."""
    changes = page.within(quantity.start - _LONGEST_GROWTH, quantity.start, "change")
    between = page.text[changes[-1].end : quantity.start].split() if changes else []
    return bool(changes) and len(between) <= 1 and not set(between) & page.lexicons.numbers.range_words


def _starts_growth(page: Page, quantity: Quantity, following: Quantity) -> bool:
    """ "From 54 megawatts to more than 200": the hedge keeps the two ends from being read as one range."""
    words, numbers = (
        _WORD.findall(page.text[max(0, quantity.start - 10) : quantity.start].lower()),
        page.lexicons.numbers,
    )
    between = page.text[quantity.end : following.start].lower()
    is_opened = bool(words) and words[-1] in numbers.from_words
    connected = _WORD.search(between)
    is_short = len(between) <= _LONGEST_GROWTH and quantity.unit == following.unit
    return is_opened and is_short and connected is not None and connected.group() in numbers.range_words


def _phrase_of(around: Surroundings, phrases: Sequence[DatePhrase]) -> DatePhrase | None:
    """The date of a quantity: the first behind it and before the next quantity, else the nearest before it.

    Passed over before it: the date of a verb of saying ("in July analysts estimated that…"), and the month or day of
    another event in another clause ("Colossus, unveiled in September, will…"). A sentence may open with its date.
    """
    page, quantity = around.page, around.quantity
    clause, opening = around.clause(), around.sentence.start + _OPENING
    here = [p for p in phrases if clause.start <= p.start and p.end <= quantity.start]
    for phrase in phrases:
        is_elsewhere = bool(here) and phrase.start >= clause.end
        is_behind = around.after.start <= phrase.start and phrase.end <= around.after.end
        if is_behind and not is_elsewhere and _reaches(around, phrase):
            return phrase
    for phrase in reversed([p for p in phrases if p.end <= quantity.start]):
        if phrase.is_deadline:
            return phrase
        is_elsewhere = bool(phrase.months) and opening < phrase.start < clause.start
        if not is_elsewhere and not page.within(phrase.end, quantity.start, "reporting"):
            return phrase
    return None


def _reaches(around: Surroundings, phrase: DatePhrase) -> bool:
    """Whether a date behind a quantity is the quantity's: in its clause, near it, or at the head of another clause;
    and not the date of a verb of saying ("as Musk said in April")."""
    page, quantity = around.page, around.quantity
    if any(phrase.start - said.end <= _SAID_AT for said in page.within(quantity.end, phrase.start, "reporting")[-1:]):
        return False
    if is_subject(around.sentence, Span(quantity.start, quantity.end)):
        return True
    clause = next(c for c in around.clauses if c.start <= phrase.start < c.end)
    is_near = phrase.start - quantity.end <= _NEAR_DATE
    return is_near or clause.start <= quantity.end or phrase.start - clause.start <= _OPENING


def _dates(metric: str, period: Period | None, published: date | None) -> tuple[date | None, date | None]:
    """A stock holds at the end of its period ("from 2027" on: at its start), or when it was published."""
    if metric == "accelerator_price":
        return None, published
    if metric in _STOCKS:
        return None, (period.end or period.start) if period else published
    return (period.start, period.end) if period else (None, None)


def _rate(around: Surroundings) -> str | None:
    end = min(around.quantity.end + _RATE_REACH, around.after.end)
    words = around.page.within(around.quantity.end, end, "period")
    return next((_RATES[m.value] for m in words if m.value in _RATES), None)


def _quote(around: Surroundings, words: list[Span]) -> Span:
    """The quantity with the words that the reading rests on, as far as they fit into the clause or beside it."""
    quantity = around.quantity
    best = Span(quantity.start, quantity.end)
    for word in words:
        wider = Span(min(best.start, word.start), max(best.end, word.end))
        if wider.end - wider.start <= _LONGEST_QUOTE:
            best = wider
    return best


def _merge_repeats(claims: list[Claim]) -> list[Claim]:
    """One claim for each statement that the document repeats: the fullest mention, hedged if any mention is. A guess
    at an owner gives way where the same amount has another owner by name."""
    kept: defaultdict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        same = kept[claim.organization, claim.metric, claim.low, claim.high, claim.currency, claim.status, claim.per]
        twin = next((index for index, other in enumerate(same) if _agree(other, claim)), None)
        if twin is None:
            same.append(claim)
            continue
        hedge = next((c.qualifier for c in (same[twin], claim) if c.qualifier != "exact"), "exact")
        fuller, other = sorted((same[twin], claim), key=_fullness, reverse=True)
        chip, facility = fuller.chip or other.chip, fuller.facility or other.facility
        same[twin] = replace(fuller, qualifier=hedge, chip=chip, facility=facility)
    merged = sorted((claim for same in kept.values() for claim in same), key=lambda claim: claim.receipt.char_start)
    surest: dict[tuple[object, ...], Claim] = {}  # by amount
    for claim in merged:
        if claim.confidence > surest.setdefault(_amount(claim), claim).confidence:
            surest[_amount(claim)] = claim
    return [claim for claim in merged if not _outweighs(surest[_amount(claim)], claim)]


def _outweighs(surest: Claim, claim: Claim) -> bool:
    """Whether the same amount has an owner elsewhere, and here only a guess."""
    return surest.organization != claim.organization and claim.confidence + _SURER <= surest.confidence


def _amount(claim: Claim) -> tuple[object, ...]:
    return claim.metric, claim.low, claim.high, claim.currency


def _agree(a: Claim, b: Claim) -> bool:
    """Whether nothing that both say differs."""
    pairs = ((a.chip, b.chip), (a.facility, b.facility), (a.period_end, b.period_end))
    return all(x is None or y is None or x == y for x, y in pairs)


def _fullness(claim: Claim) -> tuple[int, float]:
    said = (claim.chip, claim.facility, claim.period_end)
    return sum(value is not None for value in said), claim.confidence
