"""From a document to its claims: the steps of this room, joined.

gate, sentences, numbers, then for each quantity: what it measures (`metric`), whose it is (`owners`), how exact
(`qualifier`), how certain (`status`, `certainty`), when (`dates`, `when`, `dating`); repeats are merged (`repeats`) and
what isn't grounded is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from extraction.amounts import converted_from, levels_of, quantities_of
from extraction.anaphors import is_only_one
from extraction.certainty import settle, status_said
from extraction.claims import Claim, Receipt
from extraction.confidence import confidence
from extraction.dates import DatePhrase, read_dates
from extraction.dating import date_of, period_of
from extraction.grounding import is_grounded
from extraction.lexicons import Lexicons
from extraction.mentions import Page
from extraction.metric import measure
from extraction.numbers import Quantity
from extraction.owners import Heard, Owner, find_owners
from extraction.qualifier import read_qualifier
from extraction.repeats import merge_repeats
from extraction.replaced import is_replaced
from extraction.status import Status
from extraction.story import GOES_ON, Story, kind_of
from extraction.surroundings import COMPUTING, Measure, Refusal, Surroundings
from extraction.text import Span
from extraction.unsaid import CHAINED, LEVELS, NO_LEVELS, goes_on_refused, inherit, is_tranche
from extraction.when import STOCKS, When, dates_of, dates_of_series, rate_of, years_repeated

if TYPE_CHECKING:
    from sources.documents import Document

EXTRACTOR = "rules"
# Goes up with every change of the grammar that can change a claim.
_GRAMMAR = "10"
_LONGEST_QUOTE = 200
# A text that speaks of compute mostly does so at once, and is searched no further.
_OPENING_BLOCK, _BLOCK, _LONGEST_CUE = 400, 4000, 100
# How accounts call it; "investments" and "property and equipment" are other lines as well.
_SPELLED_OUT = re.compile(r"capital (?:expenditure|spending)|capex|purchases? of property", re.IGNORECASE)


def extractor_version(lexicons: Lexicons) -> str:
    """Version of the grammar and of the vocabulary: two readings with the same version are the same."""
    return f"{_GRAMMAR}-{lexicons.version}"


def read_claims(document: Document, lexicons: Lexicons) -> list[Claim]:
    """The grounded claims of a document, in the order of the text, each once. Pure; no text is an error."""
    found = [found for found in read_quantities(document, lexicons) if found.claims]
    converted = {amount for each in found for amount in each.converted}
    claims = [c for each in found for c in each.claims if (c.currency, c.low, c.high) not in converted]
    return merge_repeats(claims, document.published_at.date() if document.published_at else None)


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
    reader = _Reader(Story(page, document, Page(document.title, lexicons) if document.title else None))
    for index in range(len(page.sentences)):
        yield from reader.read(index)


def may_hold_claims(text: str, lexicons: Lexicons) -> bool:
    """Whether a text speaks of compute or of capital spending at all."""
    folded = f"\n{text}".encode("utf-8", "replace").lower()
    cuts = (0, *range(_OPENING_BLOCK, len(folded), _BLOCK), len(folded))
    blocks = (folded[start : end + _LONGEST_CUE] for start, end in pairwise(cuts))
    return any(lexicons.gate.find_matches_as_indexes(block) for block in blocks)


class _Reader:
    """One document on its way through the steps, with its story so far."""

    def __init__(self, story: Story) -> None:
        self.story, self.page, self.document = story, story.page, story.document

    def read(self, index: int) -> Iterator[Found]:
        page, sentence = self.page, self.page.sentences[index]
        quantities = quantities_of(page, sentence, "chips" in self.story.memory)
        if not quantities:
            return
        phrases = read_dates(page, sentence)
        spans = [p for p in phrases if p.until]  # "from 2026 to 2030" is no amount
        quantities = [q for q in quantities if not any(p.start <= q.start and q.end <= p.end for p in spans)]
        previous: Measure | None = None
        refused: Refusal | None = None
        speaker = self.document.speaker
        for place, around in enumerate(_surroundings(page, index, quantities, phrases, self.story.title, speaker)):
            measured = measure(around, self.story.memory)
            if isinstance(measured, Measure):
                if refused and goes_on_refused(around, measured, refused):
                    measured = refused
                elif 0 < index - self.story.stake <= GOES_ON and is_tranche(around, measured):
                    measured = Refusal("funding")
            if isinstance(measured, Refusal) and measured.reason == "funding":
                self.story.stake = index
            if isinstance(measured, Refusal):
                inherited = inherit(around, previous) if previous and measured.reason not in NO_LEVELS else None
                if inherited is None:
                    previous = None
                    refused = measured if measured.reason in CHAINED | LEVELS else refused
                    yield Found(around.quantity, reason=measured.reason)
                    continue
                measured = inherited
            previous = measured
            following = quantities[place + 1] if place + 1 < len(quantities) else None
            for quantity, is_start in levels_of(page, around, following):
                here = around if quantity is around.quantity else replace(around, quantity=quantity)
                yield self._found(here, measured, is_start)

    def _found(self, around: Surroundings, measured: Measure, is_start: bool) -> Found:
        claims = [
            claim
            for claim in self._claims(around, measured, is_start)
            if is_grounded(claim, self.document.text, self.page.lexicons)
        ]
        if not claims:
            return Found(around.quantity, reason="no organization")
        if self.document.source_kind == "filing" and not _is_spelled_out(claims[0], measured):
            return Found(around.quantity, reason="another line of the accounts")
        self.story.remember(around, measured, claims[0])
        return Found(around.quantity, tuple(claims), converted=converted_from(self.page, around.quantity))

    def _claims(self, around: Surroundings, measured: Measure, is_start: bool) -> Iterator[Claim]:
        last = self.story.last.get(kind_of(measured))
        for owner in self._owners(around, measured, last):
            is_guess = owner.found_by in ("topic", "title") and not measured.is_sure and not measured.is_carried
            is_known = self.story.owner_before(around.index) == owner.organization
            if is_guess and not (
                is_known or is_only_one(self.page, around.index, self.story.title, owner.organization)
            ):
                return  # neither who nor what is said beside the number: a guess upon a guess
            sector = self.page.lexicons.sectors.get(owner.organization)
            is_country = sector == "country"
            is_site = bool(self.page.within(*around.sentence, "facility", "site"))
            if measured.metric == "power_mw" and is_country and not is_site:
                return  # what a whole country has
            is_utility = sector == "energy" and not owner.facility
            if measured.metric == "power_mw" and is_utility and not is_site and not _speaks_of_computing(around):
                return  # what it generates or delivers
            if measured.metric == "capex" and is_country and not _speaks_of_computing(around):
                return  # what it invests in anything
            if measured.metric == "capex" and is_country:
                measured = replace(measured, metric="ai_spend")  # a country has no capital expenditure of its own
            claim = self._claim(around, measured, owner, last, is_start)
            yield claim
            if claim.period_end and claim.period_start:
                for years in range(1, years_repeated(around) + 1):
                    first, end = claim.period_start, claim.period_end
                    start = first.replace(year=first.year + years)
                    yield replace(claim, period_start=start, period_end=end.replace(year=end.year + years))

    def _owners(self, around: Surroundings, measured: Measure, last: Claim | None) -> list[Owner]:
        page = self.page
        if measured.metric == "accelerator_price":  # belongs to the maker of the chip
            return [Owner(page.lexicons.vendors[measured.chip or ""], None, found_by="name")]
        is_contract = measured.metric == "ai_spend" and page.within(*around.sentence, "contract")
        spoken_of = self.story.owner_before(around.index)
        if is_contract and spoken_of and not page.within(*around.sentence, "organization"):
            return [Owner(spoken_of, None, "topic")]  # "the contract is worth $5.5 billion"
        goes_on = last is not None and around.index - self.story.memory[kind_of(measured)].index <= GOES_ON
        carried = last.organization if last and (measured.is_carried or goes_on) else None
        is_first = around.before.start == around.sentence.start
        is_same = self.story.spoken_of is not None and self.story.spoken_of[0] == around.index
        listed = spoken_of if is_same and not is_first else None
        heard = Heard(self.document.speaker, self.story.title, carried, listed, around.place)
        quantity, between = (
            Span(around.quantity.start, around.quantity.end),
            Span(around.before.start, around.after.end),
        )
        return find_owners(page, around.index, quantity, between, measured.metric, heard)

    def _claim(
        self, around: Surroundings, measured: Measure, owner: Owner, last: Claim | None, is_start: bool
    ) -> Claim:
        page, quantity, published = self.page, around.quantity, self.story.published
        qualifier, hedge = read_qualifier(page, quantity)
        said = status_said(self.story, around)
        if is_start and measured.metric in STOCKS:
            said, phrase, period, status = Status("actual", said.cue), None, None, "actual"
        else:
            phrase, status = date_of(self.story, around, measured, said, last)
            period, status = period_of(self.story, around, measured, owner, last, phrase, status)
            period, status = settle(self.story, around, measured, owner, last, said, When(phrase, period, status))
        start, end = dates_of(measured.metric, period, published)
        support = (hedge, measured.evidence, said.cue, phrase)
        quote = _quote(around, [Span(words.start, words.end) for words in support if words])
        currency = measured.unit.split("/")[0] if kind_of(measured) in ("money", "price") else None
        return Claim(
            organization=owner.organization,
            facility=owner.facility,
            metric=measured.metric,
            chip=measured.chip if measured.chip not in page.lexicons.families.values() else None,
            scope="site" if owner.facility and measured.scope == "total" else measured.scope,
            low=quantity.low,
            high=quantity.high,
            unit=measured.unit,
            currency=currency,
            per=rate_of(around) if kind_of(measured) == "money" else None,
            qualifier=qualifier,
            status=status,
            period_start=start,
            period_end=end,
            is_replaced=is_replaced(around, status, is_start, last),
            receipt=Receipt(self.document.document_id, self.document.text[slice(*quote)], *quote),
            extractor=EXTRACTOR,
            extractor_version=extractor_version(page.lexicons),
            confidence=confidence(around, owner, measured, status),
        )


def _surroundings(
    page: Page,
    index: int,
    quantities: list[Quantity],
    phrases: list[DatePhrase],
    title: Page | None,
    speaker: str | None,
) -> Iterator[Surroundings]:
    sentence, clauses = page.sentences[index], page.clauses(index)
    starts = [sentence.start, *(q.end for q in quantities)]
    ends = [*(q.start for q in quantities[1:]), sentence.end]
    dated = dates_of_series(page.text, quantities, phrases)
    for place, (quantity, start, end) in enumerate(zip(quantities, starts, ends, strict=False)):
        before, after = Span(start, quantity.start), Span(quantity.end, end)
        heading = page.heading(quantity.start)
        is_announced = quantity.lender is not None and quantity.lender < sentence.start
        announced = page.sentences[page.index_at(quantity.lender or 0)] if is_announced else None
        own = (title, heading, dated.get(quantity), place, speaker, announced)
        yield Surroundings(page, sentence, clauses, quantity, before, after, index, phrases, *own)


def _speaks_of_computing(around: Surroundings) -> bool:
    """Whether the sentence or the one before it names computing or a place for it."""
    is_said = around.page.within(*around.sentence, *COMPUTING)
    return bool(is_said) or around.nearby(1, 0, *COMPUTING, "site")


def _quote(around: Surroundings, words: list[Span]) -> Span:
    """The quantity with the words that the reading rests on, as far as they fit into the clause or beside it."""
    quantity = around.quantity
    best = Span(quantity.start if quantity.lender is None else quantity.lender, quantity.lender_end or quantity.end)
    for word in words:
        wider = Span(min(best.start, word.start), max(best.end, word.end))
        if wider.end - wider.start <= _LONGEST_QUOTE:
            best = wider
    return best


def _is_spelled_out(claim: Claim, measured: Measure) -> bool:
    """Whether a sentence of the accounts names capital spending: a filing has a hundred amounts of other kinds,
    and its company facts have the amounts that were spent."""
    if claim.metric == "capex":
        return _SPELLED_OUT.search(claim.receipt.quote) is not None
    return claim.metric != "ai_spend" or measured.is_sure
