"""From a document to its claims: the steps of this room, joined.

gate, sentences, numbers, then for each quantity: what it measures (`metric`), whose it is (`owners`), how exact
(`qualifier`), how certain (`status`), when (`dates`); repeats are merged and what isn't grounded is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING

from extraction.claims import Claim, Receipt
from extraction.dates import DatePhrase, Period, read_dates, resolve
from extraction.grounding import is_grounded
from extraction.lexicons import Lexicons
from extraction.mentions import Page
from extraction.metric import Measure, Surroundings, inherit, measure, names_accelerators
from extraction.numbers import Quantity, read_numbers
from extraction.owners import Owner, find_owner
from extraction.qualifier import read_qualifier
from extraction.status import read_status
from extraction.text import Span, fold, make_alike

if TYPE_CHECKING:
    from sources.documents import Document

EXTRACTOR = "rules"
# Goes up with every change of the grammar that can change a claim.
_GRAMMAR = "1"
_LONGEST_QUOTE = 200
_STOCKS = frozenset({"accelerator_count", "h100_equivalents", "power_mw"})
_RATES = {"rate_month": "month", "rate_year": "year"}
_RATE_REACH = 25
_LARGEST = 10**16  # a hundred times what the world earns in a year: beyond it the digits are no amount
# How far things reach, in characters.
_NEAR_DATE = 40  # a date behind a quantity, over the end of its clause
_OPENING = 12  # "Au cours de ", "By the ": so late may a date stand that a sentence opens with
_SAID_AT = 6  # "announced in April": a preposition at most
_LONGEST_CONVERSION = 16
# First estimates, to be calibrated on the gold files.
_TRUST = {"name": 0.9, "anaphor": 0.75, "topic": 0.55}
_FAR_CUE = 0.15


def extractor_version(lexicons: Lexicons) -> str:
    """Version of the grammar and of the vocabulary: two readings with the same version are the same."""
    return f"{_GRAMMAR}-{lexicons.version}"


def read_claims(document: Document, lexicons: Lexicons) -> list[Claim]:
    """The grounded claims of a document, in the order of the text, each once. Pure; no text is an error."""
    if not lexicons.gate.find_matches_as_indexes(fold(make_alike(document.text))):
        return []
    page = Page(document.text, lexicons)
    claims = [
        claim
        for index in range(len(page.sentences))
        for claim in _read_sentence(page, index, document)
        if is_grounded(claim, document.text, lexicons)
    ]
    return _merge_repeats(claims)


def _read_sentence(page: Page, index: int, document: Document) -> Iterator[Claim]:
    sentence = page.sentences[index]
    quantities = _quantities(page, sentence) if page.within(*sentence) else []
    if not quantities:
        return
    phrases = read_dates(page, sentence)
    previous = None
    for around in _surroundings(page, index, quantities):
        previous = measure(around) or (inherit(around, previous) if previous else None)
        if previous is None:
            continue
        for quantity, is_start in _levels(page, around):
            claim = _claim(replace(around, quantity=quantity), previous, phrases, document, is_start)
            if claim is not None:
                yield claim


def _quantities(page: Page, sentence: Span) -> list[Quantity]:
    """The amounts of a sentence that could be claims: with a currency, a power unit, or chips to count."""
    read = read_numbers(page.text, page.lexicons.numbers, page.language(sentence.start), *sentence)
    sane = [q for q in read if 0 < q.high <= _LARGEST]
    kept = [q for q in sane if q.unit or q.is_from_to or names_accelerators(page, q)]
    return [q for q, following in zip_longest(kept, kept[1:]) if not (following and _is_converted(page, q, following))]


def _is_converted(page: Page, quantity: Quantity, following: Quantity) -> bool:
    """ "€75 billion (around $87 billion)" is one amount, and the dollars are the ones that compare."""
    is_other_money = quantity.unit not in (None, "MW", "USD") and following.unit == "USD"
    between = page.text[quantity.end : following.start]
    return is_other_money and len(between) <= _LONGEST_CONVERSION and between.lstrip().startswith("(")


def _surroundings(page: Page, index: int, quantities: list[Quantity]) -> Iterator[Surroundings]:
    sentence, clauses = page.sentences[index], page.clauses(index)
    starts = [sentence.start, *(q.end for q in quantities)]
    ends = [*(q.start for q in quantities[1:]), sentence.end]
    for quantity, start, end in zip(quantities, starts, ends, strict=False):
        yield Surroundings(
            page, sentence, clauses, quantity, Span(start, quantity.start), Span(quantity.end, end), index
        )


def _levels(page: Page, around: Surroundings) -> list[tuple[Quantity, bool]]:
    """The amounts of a quantity, each with whether it is where a growth starts from.

    "Raise from A to B" is two levels, the first of which is in place; without a verb of change it is a range.
    """
    if not around.quantity.is_from_to or not page.within(*around.before, "change"):
        return [(around.quantity, False)]
    first, second = around.quantity.levels()
    return [(first, True), (second, False)]


def _claim(
    around: Surroundings, measured: Measure, phrases: list[DatePhrase], document: Document, is_start: bool
) -> Claim | None:
    page, quantity, sentence = around.page, around.quantity, around.sentence
    owner = _owner(around, measured, document.speaker)
    if owner is None:
        return None
    qualifier, hedge = read_qualifier(page, quantity)
    published = document.published_at.date() if document.published_at else None
    is_start_level = is_start and measured.metric in _STOCKS
    said = read_status(page, sentence, around.clause(), Span(quantity.start, quantity.end))
    phrase = None if is_start_level else _phrase_of(around, phrases)
    if phrase and quantity.unit and said.value != "actual" and phrase.is_bare_month:
        phrase = None  # "signed a $10 billion deal in September" dates the signing, not the spending
    status = "actual" if is_start_level else said.value
    year_ends_in = page.lexicons.year_ends.get(owner.organization, 12)
    period = resolve(phrase, published, status == "planned", year_ends_in) if phrase else None
    if status == "actual" and period and published and period.end > published and phrase and phrase.is_deadline:
        status = "planned"
    if status == "planned" and phrase and phrase.is_past and measured.metric not in _STOCKS:
        status = "actual"
    start, end = _dates(measured.metric, status, period, published)
    support = (hedge, measured.evidence, said.cue, phrase)
    quote = _quote(around, [Span(words.start, words.end) for words in support if words])
    currency = measured.unit.split("/")[0] if quantity.unit and quantity.unit != "MW" else None
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
        per=_rate(around) if currency and measured.metric != "accelerator_price" else None,
        qualifier=qualifier,
        status=status,
        period_start=start,
        period_end=end,
        receipt=Receipt(document.document_id, document.text[slice(*quote)], *quote),
        extractor=EXTRACTOR,
        extractor_version=extractor_version(page.lexicons),
        confidence=_confidence(owner, measured),
    )


def _owner(around: Surroundings, measured: Measure, speaker: str | None) -> Owner | None:
    if measured.metric == "accelerator_price":  # belongs to the maker of the chip
        return Owner(around.page.lexicons.vendors[measured.chip or ""], None, found_by="name")
    quantity = Span(around.quantity.start, around.quantity.end)
    return find_owner(around.page, around.index, quantity, speaker, measured.metric == "accelerator_flow")


def _phrase_of(around: Surroundings, phrases: list[DatePhrase]) -> DatePhrase | None:
    """The date of a quantity: the first behind it and before the next quantity, else the nearest before it.

    Passed over before it: the date of a verb of saying ("in July analysts estimated that…"), and the month or day of
    another event in another clause ("Colossus, unveiled in September, will…"). A sentence may open with its date.
    """
    page, quantity = around.page, around.quantity
    for phrase in phrases:
        if around.after.start <= phrase.start and phrase.end <= around.after.end and _reaches(around, phrase):
            return phrase
    clause, opening = around.clause(), around.sentence.start + _OPENING
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
    clause = next(c for c in around.clauses if c.start <= phrase.start < c.end)
    is_near = phrase.start - quantity.end <= _NEAR_DATE
    return is_near or clause.start <= quantity.end or phrase.start - clause.start <= _OPENING


def _dates(metric: str, status: str, period: Period | None, published: date | None) -> tuple[date | None, date | None]:
    """A stock holds at the end of its period, or when it was published; a plan without a date has none."""
    if metric == "accelerator_price":
        return None, published
    if metric in _STOCKS:
        return None, period.end if period else (None if status == "planned" else published)
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


def _confidence(owner: Owner, measured: Measure) -> float:
    """A name left to a pronoun or to the topic, or a cue that stands far off, costs trust."""
    return round(_TRUST[owner.found_by] - (0.0 if measured.is_sure else _FAR_CUE), 2)


def _merge_repeats(claims: list[Claim]) -> list[Claim]:
    """One claim for each statement that the document repeats: the fullest mention, hedged if any mention is."""
    kept: defaultdict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        same = kept[claim.organization, claim.metric, claim.low, claim.high, claim.currency, claim.status, claim.per]
        twin = next((index for index, other in enumerate(same) if _agree(other, claim)), None)
        if twin is None:
            same.append(claim)
            continue
        hedge = next((c.qualifier for c in (same[twin], claim) if c.qualifier != "exact"), "exact")
        same[twin] = replace(max(same[twin], claim, key=_fullness), qualifier=hedge)
    return sorted((claim for same in kept.values() for claim in same), key=lambda claim: claim.receipt.char_start)


def _agree(a: Claim, b: Claim) -> bool:
    """Whether nothing that both say differs."""
    pairs = ((a.chip, b.chip), (a.facility, b.facility), (a.period_end, b.period_end))
    return all(x is None or y is None or x == y for x, y in pairs)


def _fullness(claim: Claim) -> tuple[int, float]:
    said = (claim.chip, claim.facility, claim.period_end)
    return sum(value is not None for value in said), claim.confidence
