"""From a document to its claims: the steps of this room, joined.

gate, sentences, numbers, then for each quantity: what it measures (`metric`), whose it is (`owners`), how exact
(`qualifier`), how certain (`status`), when (`dates`); repeats are merged and what isn't grounded is left out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from extraction.amounts import converted_from, levels_of, quantities_of
from extraction.chips import list_head
from extraction.claims import Claim, Receipt
from extraction.confidence import confidence
from extraction.dates import DatePhrase, Period, is_year_end, last_year_end, read_dates, resolve
from extraction.grounding import is_grounded
from extraction.lexicons import Lexicons
from extraction.mentions import Page
from extraction.metric import measure
from extraction.money import CHAINED, LEVELS, NO_LEVELS, goes_on_refused, inherit, is_tranche
from extraction.numbers import Quantity
from extraction.owners import Heard, Owner, find_owners, is_only_one
from extraction.qualifier import read_qualifier
from extraction.replaced import is_replaced
from extraction.status import Status, is_said_in_place, is_subject, read_status, tells_future
from extraction.surroundings import REACH, Measure, Refusal, Said, Surroundings
from extraction.text import Span
from extraction.when import (
    OPENING,
    STOCKS,
    When,
    carried_period,
    dates_of,
    dates_of_series,
    is_annual,
    lies_ahead,
    phrase_of,
    rate_of,
    years_repeated,
)

if TYPE_CHECKING:
    from sources.documents import Document

EXTRACTOR = "rules"
# Goes up with every change of the grammar that can change a claim.
_GRAMMAR = "7"
_LONGEST_QUOTE = 200
_GOES_ON = 2  # sentences after a claim, a number without any name is still its owner's
# A text that speaks of compute mostly does so at once, and is searched no further.
_OPENING_BLOCK, _BLOCK, _LONGEST_CUE = 400, 4000, 100
_KINDS = {"capex": "money", "ai_spend": "money", "power_mw": "power", "accelerator_price": "price"}
# What was expected of a year that is over: "had spoken of $75 billion", "chiffrait à 3 milliards".
_RECALLED = re.compile(r"(?<!\w)(?:had |would(?!\w)|avai|hatte|habí|avev)|[^\W\d_]+(?:ait|aient)(?!\w)")
# How accounts call it; "investments" and "property and equipment" are other lines as well.
_SPELLED_OUT = re.compile(r"capital (?:expenditure|spending)|capex|purchases? of property", re.IGNORECASE)
_ESTIMATES = re.compile(r"cree|croi|pens|think|believ|glaub|estim|schätz|stim|calcul|rechn|veranschlag|évalu|project")
_HUGE = {"power_mw": Decimal(1000), "ai_spend": Decimal(10**9)}
# A dollar is some hundred of these.
_SMALL_COINS, _A_HUNDRED = frozenset({"JPY", "KRW", "INR", "RUB", "HUF", "CLP", "IDR", "VND", "PKR"}), 100
_SUBJECT_REACH = 40
_JOINED = 12
_DECEMBER = 12
_COMPLETES = 20
_YEAR, _JUST_BEGUN = 366, 45  # days
_OPENS_WITH = 20
_RELATIVE_TO_SAYING = frozenset({"this_year", "next_year", "fiscal_this", "fiscal_next", "the_year"})
_PART_REACH = 40
_LONGEST_ITEM = 60
_RESTATES = re.compile(
    r"(?<!\w)(?:soit|i\.e\.|that is|das sind|cioè|ovvero|es decir|o sea|enough for)(?!\w)[^.;]{0,25}$"
)
# What is said to be expected of a time gone by wasn't known when it was said: "expects $80 billion in fiscal 2025".
_FORESEES = re.compile(
    r"expect|forecast|project|anticipat|guid|plan|target|prévo|s'attend|tabl|erwart|rechne|prevé|espera|preved"
)
_SURER = 0.2  # an owner by name outweighs a guess that is so much less sure


def extractor_version(lexicons: Lexicons) -> str:
    """Version of the grammar and of the vocabulary: two readings with the same version are the same."""
    return f"{_GRAMMAR}-{lexicons.version}"


def read_claims(document: Document, lexicons: Lexicons) -> list[Claim]:
    """The grounded claims of a document, in the order of the text, each once. Pure; no text is an error."""
    found = [found for found in read_quantities(document, lexicons) if found.claims]
    converted = {amount for each in found for amount in each.converted}
    claims = [c for each in found for c in each.claims if (c.currency, c.low, c.high) not in converted]
    return _merge_repeats(claims, document.published_at.date() if document.published_at else None)


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
    folded = f"\n{text}".encode("utf-8", "replace").lower()
    cuts = (0, *range(_OPENING_BLOCK, len(folded), _BLOCK), len(folded))
    blocks = (folded[start : end + _LONGEST_CUE] for start, end in pairwise(cuts))
    return any(lexicons.gate.find_matches_as_indexes(block) for block in blocks)


class _Reader:
    """One document on its way through the steps; remembers what the sentences so far have said."""

    def __init__(self, page: Page, document: Document, title: Page | None) -> None:
        self.page, self.document, self.title = page, document, title
        self.memory: dict[str, Said] = {}
        self.last: dict[str, Claim] = {}  # by kind, for what a number leaves unsaid
        self.leading: dict[str, str] = {}  # status of the first claim of the sentence that `last` is of, by kind
        self.spoken_of: tuple[int, str] | None = None  # sentence and organisation of the last claim of any kind
        self.stake = -_GOES_ON  # sentence of the last amount that is put into a firm
        self.published = document.published_at.date() if document.published_at else None

    def read(self, index: int) -> Iterator[Found]:
        page, sentence = self.page, self.page.sentences[index]
        quantities = quantities_of(page, sentence, "chips" in self.memory)
        if not quantities:
            return
        phrases = read_dates(page, sentence)
        spans = [p for p in phrases if p.until]  # "from 2026 to 2030" is no amount
        quantities = [q for q in quantities if not any(p.start <= q.start and q.end <= p.end for p in spans)]
        previous: Measure | None = None
        refused: Refusal | None = None
        speaker = self.document.speaker
        for place, around in enumerate(_surroundings(page, index, quantities, phrases, self.title, speaker)):
            measured = measure(around, self.memory)
            if isinstance(measured, Measure):
                if refused and goes_on_refused(around, measured, refused):
                    measured = refused
                elif 0 < index - self.stake <= _GOES_ON and is_tranche(around, measured):
                    measured = Refusal("funding")
            if isinstance(measured, Refusal) and measured.reason == "funding":
                self.stake = index
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
        kind = kind_of(measured)
        claims = [
            claim
            for claim in self._claims(around, measured, is_start)
            if is_grounded(claim, self.document.text, self.page.lexicons)
        ]
        if not claims:
            return Found(around.quantity, reason="no organization")
        if self.document.source_kind == "filing" and not _is_spelled_out(claims[0], measured):
            return Found(around.quantity, reason="another line of the accounts")
        if kind not in self.memory or self.memory[kind].index != around.index:
            self.leading[kind] = claims[0].status
        self.memory[kind] = Said(around.index, measured, around.quantity.high)
        self.last[kind] = claims[0]
        self.spoken_of = around.index, claims[0].organization
        return Found(around.quantity, tuple(claims), converted=converted_from(self.page, around.quantity))

    def _claims(self, around: Surroundings, measured: Measure, is_start: bool) -> Iterator[Claim]:
        last = self.last.get(kind_of(measured))
        for owner in self._owners(around, measured, last):
            is_guess = owner.found_by in ("topic", "title") and not measured.is_sure and not measured.is_carried
            is_known = self._spoken_of(around.index) == owner.organization
            if is_guess and not (is_known or is_only_one(self.page, around.index, self.title, owner.organization)):
                return  # neither who nor what is said beside the number: a guess upon a guess
            is_country = self.page.lexicons.sectors.get(owner.organization) == "country"
            is_site = bool(self.page.within(*around.sentence, "facility", "site"))
            if measured.metric == "power_mw" and is_country and not is_site:
                return  # what a whole country has
            if measured.metric == "capex" and is_country:
                measured = replace(measured, metric="ai_spend")  # a country has no capital expenditure of its own
            claim = self._claim(around, measured, owner, last, is_start)
            yield claim
            if claim.period_end and claim.period_start:
                for years in range(1, years_repeated(around) + 1):
                    first, end = claim.period_start, claim.period_end
                    start = first.replace(year=first.year + years)
                    yield replace(claim, period_start=start, period_end=end.replace(year=end.year + years))

    def _spoken_of(self, index: int) -> str | None:
        """Whose the claim just before is."""
        return self.spoken_of[1] if self.spoken_of and index - self.spoken_of[0] <= _GOES_ON else None

    def _is_hearsay(self, index: int, spoken: Status, measured: Measure, last: Claim | None) -> bool:
        """Whether a statement goes on with what somebody estimates: it carries on a number of theirs, or comes right
        after it and says nothing of its own certainty ("He puts Microsoft at 150,000")."""
        if last is None or last.status != "estimated" or self.leading.get(kind_of(measured)) != "estimated":
            return False
        said = self.memory[kind_of(measured)]
        sentence = self.page.sentences[index]
        is_bare, is_promised = spoken.cue is None, spoken.value == "planned"
        opening = self.page.within(sentence.start, sentence.start + OPENING, "anaphor")
        is_another = measured.metric == last.metric == "accelerator_flow" and not is_promised
        is_another = is_another and not self.page.within(*sentence, "reporting", "anaphor")
        follows = index - said.index <= 1 and (is_bare or (bool(opening) and not is_promised) or is_another)
        return (measured.is_carried and not is_promised) or follows

    def _comes_later(self, around: Surroundings, phrase: DatePhrase) -> bool:
        """Whether a date behind a quantity is of what becomes of it: "bought chips that will be installed by March"."""
        between = around.quantity.end, phrase.start
        is_planned = any(m.value == "planned" for m in self.page.within(*between, "status"))
        return is_planned or (between[0] < between[1] and tells_future(self.page, *between))

    def _recalls(self, around: Surroundings, cue: Span) -> bool:
        """Whether a quantity is what somebody expected back then: "avait initialement tablé sur 100 milliards"."""
        opening = max(around.before.start, cue.start - _OPENS_WITH)
        return cue.start >= opening and _RECALLED.search(self.page.folded, opening, cue.end) is not None

    def _foresees(self, around: Surroundings, cue: Span) -> bool:
        """Whether a quantity is what somebody expects, by a verb of its own."""
        is_own = cue.start >= around.before.start and not self._goes_on(cue.end, around.quantity.start)
        return is_own and _FORESEES.match(self.page.folded, *cue) is not None

    def _said_on(self, around: Surroundings, phrase: DatePhrase, published: date) -> date:
        """The day by which "this year" is meant: "in January 2025 its head had spoken of 80 billion this year"."""
        first = around.dates[0] if around.dates else phrase
        if first is phrase or first.start > around.sentence.start + OPENING or not (first.year and first.months):
            return published
        period = resolve(first, published, False)
        return period.end if period and period.end and period.end < published else published

    def _list_head(self, around: Surroundings) -> Span | None:
        """The line with a colon above the short lines of a list, of which the quantity's is one."""
        if around.sentence.end - around.sentence.start > _LONGEST_ITEM:
            return None
        head = list_head(self.page, around.index)
        return None if head is None else self.page.sentences[head]

    def _restated(self, around: Surroundings, said: Status) -> Claim | None:
        """The claim that a quantity says in another unit: "5 gigawatts, soit plus de 2 millions de puces"."""
        latest = max(self.last.values(), key=lambda claim: claim.receipt.char_start, default=None)
        if latest is None or said.cue is not None or latest.receipt.char_start < around.sentence.start:
            return None
        is_told = _RESTATES.search(self.page.text, around.before.start, around.quantity.start) is not None
        return latest if is_told else None

    def _is_part(self, around: Surroundings, measured: Measure, last: Claim) -> bool:
        """Whether a quantity is said to be part of the one before it: "1.3 million GPUs, of which 350,000 H100s"."""
        said, quantity = self.memory[kind_of(measured)], around.quantity
        if measured.metric != last.metric or around.index - said.index > 1 or quantity.high >= said.value:
            return False
        opening = max(around.before.start, quantity.start - _PART_REACH)
        words = self.page.within(opening, quantity.start, "continuation", "joining")
        behind = self.page.within(quantity.end, quantity.end + _OPENS_WITH, "continuation")
        return bool(words and words[-1].kind == "continuation") or bool(behind)

    def _completion(self, index: int, is_opening: bool) -> Period | None:
        """The date at which the next sentence, or the one before, says that a plan is to be complete."""
        page = self.page
        is_spoken_of = self.spoken_of is not None and self.spoken_of[0] == index - 1
        start = page.sentences[index].start
        goes_on = not is_spoken_of and (is_opening or page.within(start, start + _OPENS_WITH, "anaphor"))
        for other in (index + 1, index - 1) if goes_on else (index + 1,):
            if not 0 <= other < len(page.sentences):
                continue
            sentence = page.sentences[other]
            if not page.within(*sentence, "completion") or page.within(*sentence, "organization"):
                continue
            if any(quantity.unit for quantity in quantities_of(page, sentence, False)):
                continue  # "A first 200 megawatts is expected in 2026"
            ends = [p for p in read_dates(page, sentence) if _is_completion(page, sentence, p)]
            period = resolve(ends[-1], self.published, True) if ends else None
            if period and (other > index or self.published is None or lies_ahead(period, self.published)):
                return period
        return None

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

    def _is_news(self, index: int, last: Claim | None) -> bool:
        """Whether a plan of capital spending goes on about no other amount: it is of the year that runs."""
        if last is None or last.metric != "capex":
            return True
        return last.status == "actual" and self.memory["money"].index != index

    def _quarter_named(self, index: int) -> DatePhrase | None:
        """The quarter of the sentence before: "We closed the first quarter with 420 megawatts. Capex was…"."""
        phrases = read_dates(self.page, self.page.sentences[index - 1]) if index else []
        return next((p for p in phrases if p.quarter or "last_quarter" in p.words), None)

    def _owners(self, around: Surroundings, measured: Measure, last: Claim | None) -> list[Owner]:
        page = self.page
        if measured.metric == "accelerator_price":  # belongs to the maker of the chip
            return [Owner(page.lexicons.vendors[measured.chip or ""], None, found_by="name")]
        is_contract = measured.metric == "ai_spend" and page.within(*around.sentence, "contract")
        spoken_of = self._spoken_of(around.index)
        if is_contract and spoken_of and not page.within(*around.sentence, "organization"):
            return [Owner(spoken_of, None, "topic")]  # "the contract is worth $5.5 billion"
        goes_on = last is not None and around.index - self.memory[kind_of(measured)].index <= _GOES_ON
        carried = last.organization if last and (measured.is_carried or goes_on) else None
        is_first = around.before.start == around.sentence.start
        is_same = self.spoken_of is not None and self.spoken_of[0] == around.index
        listed = spoken_of if is_same and not is_first else None
        heard = Heard(self.document.speaker, self.title, carried, listed, around.place)
        quantity, between = (
            Span(around.quantity.start, around.quantity.end),
            Span(around.before.start, around.after.end),
        )
        return find_owners(page, around.index, quantity, between, measured.metric, heard)

    def _said(self, around: Surroundings) -> Status:
        """What the words beside a quantity say of its certainty; in a table, else those of its column's heading."""
        said = read_status(
            self.page, around.sentence, around.clause(), Span(around.quantity.start, around.quantity.end)
        )
        if said.cue:
            return said
        if not around.heading:
            head = self._list_head(around)
            doubts = [m for m in self.page.within(*head, "status") if m.value == "estimated"] if head else []
            return Status("estimated", Span(doubts[0].start, doubts[0].end)) if doubts else said
        page, end = self.page, around.heading.end
        headed = bisect_right(page.sentences, around.heading.start, key=itemgetter(0)) - 1
        first = min(headed, page.list_start(around.index))
        doubts = [m for m in page.within(*page.sentences[max(0, first - 1)], "status") if m.value == "estimated"]
        if doubts:  # "by Omdia's estimates:"
            return Status("estimated", Span(doubts[0].start, doubts[0].end))
        return read_status(page, around.heading, around.heading, Span(end, end))

    def _phrase(
        self, around: Surroundings, measured: Measure, said: Status, last: Claim | None
    ) -> tuple[DatePhrase | None, str]:
        """The date that belongs to a quantity, and its status as far as words tell."""
        quantity, status = around.quantity, said.value
        if said.cue is None and is_huge(measured, quantity):
            status = "planned"
        goes_on = measured.is_carried and not around.heading and kind_of(measured) == "money"
        if said.cue is None and last and goes_on and last.status == "planned":
            status = last.status  # "Amazon plans $200 billion; Alphabet follows with $185 billion"
        if last and last.status != "estimated" and self._is_part(around, measured, last):
            status = last.status  # "… by the end of 2024. The number includes 340,000 H100s"
        said_before = self._restated(around, said)
        status = said_before.status if said_before and status != "estimated" else status
        phrase = phrase_of(around, around.dates)
        if around.heading:
            phrase = phrase or next(iter(read_dates(self.page, around.heading)), None) or self._titled
        elif phrase is None and (head := self._list_head(around)):  # "Orders of 2024, by Omdia's estimates:"
            phrase = next(iter(read_dates(self.page, head)), None)
        if phrase and "open" in phrase.words and status != "planned":
            phrase = None  # "a year later"
        if phrase and (phrase.months_ahead or 0) > 0 and status == "planned" and not phrase.starting:
            opening = max(around.before.start, around.sentence.start)
            dates = [d for d in around.dates if opening <= d.start and d.end <= quantity.start]
            promised = [d for d in dates if d.is_bare_month or d.is_past or "ago" in d.words]
            phrase = phrase._replace(starting=promised[-1]) if promised else phrase
        if phrase and (phrase.months_ahead or 0) > 0 and said.cue and said.value == "actual" and not phrase.starting:
            phrase = None  # "in two years Meta has gone from 150,000 GPUs to 1.3 million"
        if measured.metric == "accelerator_price" and status == "planned":
            status = "actual"  # "up to $36,000 a board" is what it costs
        is_guidance = _is_guidance(measured, last)
        is_of_saying = phrase is not None and phrase.is_bare_month and (said.value != "actual" or is_guidance)
        is_of_saying |= phrase is not None and is_guidance and "ago" in phrase.words  # "up from 85 three months ago"
        if is_of_saying and (kind_of(measured) == "money" or self.page.within(*around.sentence, "contract")):
            # "signed a $10 billion deal in September", "in July it had said $85 billion": the month of the saying
            said_on, phrase = phrase, phrase_of(around, [other for other in around.dates if other is not phrase])
            phrase = phrase._replace(starting=said_on) if phrase and (phrase.months_ahead or 0) > 0 else None
            status = "planned" if is_guidance else status
        if phrase is None and measured.metric == "capex":
            if status == "actual" and (self._reports_quarter or last is None):
                phrase = self._reports_quarter or self._quarter_named(around.index)
            elif status == "planned" and (is_annual(around) or self._is_news(around.index, last)):
                phrase = DatePhrase(quantity.start, quantity.end, frozenset({"this_year"}))
        if phrase and phrase.quarter and not phrase.year:  # "au premier trimestre 2024 … au premier trimestre"
            dated = [d.year for d in around.dates if d.quarter == phrase.quarter and d.year and d.end <= phrase.start]
            phrase = phrase._replace(year=dated[-1]) if dated else phrase
        if phrase and ("year_same" in phrase.words or phrase.is_same):  # "most of its 2024 revenue … that year"
            before = read_dates(self.page, self.page.sentences[around.index - 1]) if around.index else []
            earlier = [d for d in (*before, *around.dates) if d.year and d.end <= quantity.start]
            phrase = earlier[-1] if earlier else phrase
        return phrase, status

    def _period(
        self,
        around: Surroundings,
        measured: Measure,
        owner: Owner,
        last: Claim | None,
        phrase: DatePhrase | None,
        status: str,
    ) -> tuple[Period | None, str]:
        """The days that are meant: those of the date, or those that an earlier claim or the title has said."""
        published = self.published
        speaks_fiscally = self.page.speaks_fiscally and (measured.metric == "capex" or not (phrase and phrase.year))
        speaks_fiscally = speaks_fiscally and measured.metric not in STOCKS
        year_ends_in = self.page.lexicons.year_ends.get(owner.organization, 12)
        spoken = last
        if phrase and phrase.is_same and self.last and not last:  # "at that point it will reach 1 GW"
            spoken = max(self.last.values(), key=lambda claim: claim.receipt.char_start)
        reference = Period(spoken.period_start, spoken.period_end) if spoken else None
        if phrase and status == "actual" and (phrase.months_ahead or 0) > 0 and measured.metric not in STOCKS:
            return None, status  # "had been $22 billion in the three months before that"
        if phrase and published and phrase.words & _RELATIVE_TO_SAYING and not phrase.year:
            published = self._said_on(around, phrase, published)
        if phrase:
            # of one day with the amount before: "Q2: 470 MW of active power, 2.2 GW contracted"
            is_shared = last is not None and last.status == "actual" and phrase.end <= around.before.start
            will_be = status == "planned" and not (is_shared and measured.metric in STOCKS)
            period = resolve(phrase, published, will_be, year_ends_in, speaks_fiscally, reference)
            runs = period if status == "actual" and "this_quarter" in phrase.words else None
            if runs and runs.start and published and (published - runs.start).days <= _JUST_BEGUN:  # the one just ended
                phrase = phrase._replace(words=phrase.words - {"this_quarter"} | {"last_quarter"})
                period = resolve(phrase, published, False, year_ends_in, speaks_fiscally, reference)
            if phrase.quarter and not phrase.months and published and year_ends_in != _DECEMBER:
                fiscal = resolve(phrase._replace(words=phrase.words | {"fiscal"}), published, False, year_ends_in)
                period = _quarter_meant(period, fiscal, published, status)
            is_ahead = bool(period and published and lies_ahead(period, published))
            if is_ahead and phrase.quarter and phrase.year and published:
                fiscal = resolve(phrase._replace(words=phrase.words | {"fiscal"}), published, False, year_ends_in)
                if fiscal and fiscal.end and fiscal.end <= published and status != "estimated":
                    return fiscal, "actual"  # "in Q1 2026", said in October 2025
            is_over = status == "actual" and phrase.is_deadline and not self._comes_later(around, phrase)
            if is_over and period and published and lies_ahead(period, published):
                bare = phrase._replace(words=phrase.words - {"by"})  # "by the end of the third quarter, it had"
                over = resolve(bare, published, False, year_ends_in, speaks_fiscally, reference)
                period = over if over and not lies_ahead(over, published) else period
            if period is None and published is None and self._titled and self._titled.year:
                dated = phrase._replace(year=self._titled.year)
                period = resolve(dated, None, status == "planned", year_ends_in, speaks_fiscally, reference)
            return period, status
        return self._period_unsaid(around, measured, owner, last, status), status

    def _period_unsaid(
        self, around: Surroundings, measured: Measure, owner: Owner, last: Claim | None, status: str
    ) -> Period | None:
        if last and self._is_part(around, measured, last):
            return Period(last.period_start, last.period_end)
        is_planned_stock = status == "planned" and measured.metric in STOCKS
        is_opening = is_subject(around.sentence, Span(around.quantity.start, around.quantity.end))
        if last is None:
            return self._completion(around.index, is_opening) if is_planned_stock else None
        reference = Period(last.period_start, last.period_end)
        sentences = around.index - self.memory[kind_of(measured)].index
        is_same = (measured.metric, owner.organization) == (last.metric, last.organization)
        if is_same and status == "estimated" and sentences <= 1 and measured.metric in (*STOCKS, "capex"):
            return reference  # "had 850 megawatts at the end of the year. Analysts had projected 827"
        is_bare = measured.is_carried and measured.metric == "ai_spend" and _is_of_a_year(reference)
        is_expected = (measured.metric == "capex" or is_bare) and status == last.status == "planned"
        if is_expected and sentences <= _GOES_ON and last.organization == owner.organization:
            return reference  # "So far the range was $60 billion to $65 billion"
        is_alike = measured.metric == last.metric and status == last.status == "planned" and sentences == 0
        is_listed = self.page.text.rfind(";", last.receipt.char_end, around.quantity.start) != -1
        is_listed = is_listed and last.metric == "ai_spend" and _is_of_a_year(reference)
        if is_alike and (last.metric == "capex" or is_listed):
            return reference  # "Amazon plans $200 billion this year, while Meta has projected $135 billion"
        is_spent = (measured.metric, status) == (last.metric, last.status) == ("capex", "actual")
        if is_spent and sentences <= _GOES_ON + 1:
            return reference
        if measured.is_carried or (measured.metric == "accelerator_flow" and sentences <= _GOES_ON):
            is_guidance = _is_guidance(measured, last) and status == "planned"
            carried = reference if is_guidance else carried_period(measured, owner, last)
            return carried or (self._completion(around.index, is_opening) if is_planned_stock else None)
        return self._completion(around.index, is_opening) if is_planned_stock else None

    def _certainty(
        self, around: Surroundings, measured: Measure, owner: Owner, last: Claim | None, said: Status, when: When
    ) -> tuple[Period | None, str]:
        """Where words and date disagree: what has a date to come is planned, what has one gone by has happened."""
        (phrase, period, status), published = when, self.published
        if status == "actual" and period and published and phrase and is_year_end(phrase) and said.cue:
            period = last_year_end(period, published, self.page.lexicons.year_ends.get(owner.organization, 12))
        if self._is_hearsay(around.index, said, measured, last):
            return period, "estimated"
        if status == "actual" and phrase and "soon" in phrase.words:
            return period, "planned"  # "50,000 go live in the coming months"
        is_late = bool(phrase and phrase.is_deadline and period and published and lies_ahead(period, published))
        if (
            is_late
            and phrase
            and phrase.end <= around.quantity.start  # "500,000 operational by 2026" are not
            and measured.metric in STOCKS
            and is_said_in_place(self.page, Span(around.quantity.start, around.quantity.end), said)
        ):
            return None, status
        if status == "estimated" and said.cue and self._is_own(owner, said.cue):
            status = "planned"  # "Meta estimates that it'll spend"
        if status == "actual" and period and published and phrase and lies_ahead(period, published):
            is_stated = said.cue is not None and not phrase.is_deadline
            return period, status if is_stated and period.start and period.start <= published else "planned"
        if status == "planned" and last and self._is_of_before(around, period, last):
            return period, "actual"
        if status == "planned" and phrase and measured.metric not in STOCKS:
            is_over = bool(period and period.end and published and period.end <= published)
            is_near = phrase.end > around.clause().start
            is_dated = is_over and is_near and not phrase.is_bare_month and not phrase.is_deadline
            agreed = Span(max(around.sentence.start, around.quantity.start - REACH), around.sentence.end)
            is_agreed = measured.metric == "ai_spend" and self.page.within(*agreed, "contract", "promise")
            is_recalled = said.cue is not None and self._recalls(around, said.cue)
            if is_over and said.cue and self._goes_on(phrase.end, said.cue.start):
                return None, status  # "spent $83 billion in 2024 and will top that with $100 billion"
            is_behind = said.cue is not None and said.cue.start > phrase.end > around.quantity.start and phrase.is_past
            is_foreseen = said.cue is not None and not is_behind and self._foresees(around, said.cue)
            has_happened = (phrase.is_past or is_dated) and not (is_agreed or is_foreseen)
            return period, "actual" if has_happened and not is_recalled else status
        return period, status

    def _is_of_before(self, around: Surroundings, period: Period | None, last: Claim) -> bool:
        """Whether an amount is what a later one is held against: "100 billion in 2026, compared to 85 in 2025"."""
        if not (period and period.end and last.period_end and period.end < last.period_end):
            return False
        if self.published and period.end > self.published:
            return False
        before = self.page.folded[max(around.before.start, around.quantity.start - _PART_REACH) : around.quantity.start]
        return self.page.lexicons.replaced["before"].search(before) is not None

    def _goes_on(self, start: int, end: int) -> bool:
        """Whether a sentence joins another statement on between a date and a verb."""
        return bool(self.page.within(start, end, "joining"))

    def _is_own(self, owner: Owner, cue: Span) -> bool:
        """Whether a verb of estimating has the owner itself for its subject."""
        if not _ESTIMATES.match(self.page.text, cue.start):
            return False
        before = self.page.within(cue.start - 2 * _SUBJECT_REACH, cue.start, "organization")[-1:]
        # "Meta spent 19 billion and thinks"
        is_joined = bool(self.page.within(cue.start - _JOINED, cue.start, "joining"))
        return any(m.value == owner.organization and (is_joined or m.end + 1 == cue.start) for m in before)

    def _claim(
        self, around: Surroundings, measured: Measure, owner: Owner, last: Claim | None, is_start: bool
    ) -> Claim:
        page, quantity, published = self.page, around.quantity, self.published
        qualifier, hedge = read_qualifier(page, quantity)
        said = self._said(around)
        if is_start and measured.metric in STOCKS:
            said, phrase, period, status = Status("actual", said.cue), None, None, "actual"
        else:
            phrase, status = self._phrase(around, measured, said, last)
            period, status = self._period(around, measured, owner, last, phrase, status)
            period, status = self._certainty(around, measured, owner, last, said, When(phrase, period, status))
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


def _is_completion(page: Page, sentence: Span, phrase: DatePhrase) -> bool:
    """ "To be completed in 2027", "soll 2027 in Betrieb gehen"."""
    before = page.within(sentence.start, phrase.start, "completion")
    return bool(before or page.within(phrase.end, phrase.end + _COMPLETES, "completion"))


def _is_of_a_year(period: Period) -> bool:
    return bool(period.start and period.end and (period.end - period.start).days <= _YEAR)


def _quarter_meant(calendar: Period | None, fiscal: Period | None, published: date, status: str) -> Period | None:
    """ "In the second quarter" of a company whose year ends in May: of both quarters the one that is over last."""
    if not (status == "actual" and fiscal and fiscal.end and fiscal.end <= published):
        return calendar
    is_later = calendar is None or calendar.end is None or calendar.end > published or calendar.end < fiscal.end
    return fiscal if is_later else calendar


def _is_guidance(measured: Measure, last: Claim | None) -> bool:
    """Whether an amount of capital spending goes on about what is expected."""
    return bool(last and measured.metric == "capex" and measured.is_carried and last.status == "planned")


def is_huge(measured: Measure, quantity: Quantity) -> bool:
    """More than is paid or switched on at once: where nothing is said of it, it is promised."""
    coins = _A_HUNDRED if measured.unit in _SMALL_COINS else 1
    return quantity.low >= coins * _HUGE.get(measured.metric, quantity.low + 1)


def kind_of(measured: Measure) -> str:
    """What may carry on from one number to the next: "money", "chips", "power", "price"."""
    return _KINDS.get(measured.metric, "chips")


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
        own = (title, heading, dated.get(quantity), place, speaker)
        yield Surroundings(page, sentence, clauses, quantity, before, after, index, phrases, *own)


def _quote(around: Surroundings, words: list[Span]) -> Span:
    """The quantity with the words that the reading rests on, as far as they fit into the clause or beside it."""
    quantity = around.quantity
    best = Span(quantity.start if quantity.lender is None else quantity.lender, quantity.end)
    for word in words:
        wider = Span(min(best.start, word.start), max(best.end, word.end))
        if wider.end - wider.start <= _LONGEST_QUOTE:
            best = wider
    return best


def _merge_repeats(claims: list[Claim], published: date | None) -> list[Claim]:
    """One claim for each statement that the document repeats: the fullest mention, hedged if any mention is; a mention
    without a date has that of another. A guess at an owner gives way where the amount has another owner by name."""
    kept: defaultdict[tuple[object, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        same = kept[claim.organization, claim.metric, claim.low, claim.high, claim.currency, claim.status, claim.per]
        twin = next((index for index, other in enumerate(same) if _agree(other, claim, published)), None)
        if twin is None:
            same.append(claim)
            continue
        hedge = next((c.qualifier for c in (same[twin], claim) if c.qualifier != "exact"), "exact")
        fuller, other = sorted((same[twin], claim), key=lambda c: _fullness(c, published), reverse=True)
        chip, facility = fuller.chip or other.chip, fuller.facility or other.facility
        replaced = fuller.is_replaced or other.is_replaced
        dated = other if _date_said(fuller, published) is None and _date_said(other, published) else fuller
        same[twin] = replace(
            fuller,
            qualifier=hedge,
            chip=chip,
            facility=facility,
            is_replaced=replaced,
            period_start=dated.period_start,
            period_end=dated.period_end,
        )
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


def _agree(a: Claim, b: Claim, published: date | None) -> bool:
    """Whether nothing that both say differs."""
    pairs = ((a.chip, b.chip), (a.facility, b.facility), (_date_said(a, published), _date_said(b, published)))
    return all(x is None or y is None or x == y for x, y in pairs)


def _date_said(claim: Claim, published: date | None) -> date | None:
    """The end of a claim's period, unless it is only the day of publication."""
    is_unsaid = claim.metric in STOCKS and claim.period_end == published
    return None if is_unsaid else claim.period_end


def _fullness(claim: Claim, published: date | None) -> tuple[int, float]:
    said = (claim.chip, claim.facility, _date_said(claim, published))
    return sum(value is not None for value in said), claim.confidence


def _is_spelled_out(claim: Claim, measured: Measure) -> bool:
    """Whether a sentence of the accounts names capital spending: a filing has a hundred amounts of other kinds,
    and its company facts have the amounts that were spent."""
    if claim.metric == "capex":
        return _SPELLED_OUT.search(claim.receipt.quote) is not None
    return claim.metric != "ai_spend" or measured.is_sure
