"""A quantity in its sentence, and what the steps that decide what it measures say to each other.

Here: cue words by their distance, and what an earlier sentence has said. Not here: any decision.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from extraction.dates import DatePhrase
from extraction.mentions import Mention, Page
from extraction.numbers import Quantity
from extraction.text import Span

COMPUTING = ("compute", "hardware", "accelerator", "chip", "facility")
# A comma or a bracket between a cue and its number weighs like this many characters.
_CLAUSE_BORDER = 30
_FARTHEST = 1000
# How far a cue word reaches, in characters: about a line of print.
REACH = 110
NEAR = 40
BESIDE = 12
# What is left unsaid is remembered for so many sentences; a topic named in so many before or after counts too.
REMEMBERED = 3
_ROWS = 12


# A sentence that holds something else against what is spoken of.
COMPARISON = re.compile(
    r"\W*(?:zum Vergleich|im Vergleich dazu|for reference|for context|by (?:way of )?comparison"
    r"|for comparison|in comparison|to compare|à titre de comparaison"
    r"|par comparaison|pour comparaison|en comparaison|a modo de comparación|en comparación|para comparar|per confronto"
    r"|per fare un (?:confronto|paragone)|a titolo di confronto)(?!\w)",
    re.IGNORECASE,
)


_COLON = re.compile(r"[^.;:\n]{0,30}:")
# "Elf Milliarden Euro will der Konzern in das Rechenzentrum stecken": the verb that says so ends the German sentence.
_MODAL = re.compile(
    r" (?:will|wollen|wolle|wollte|soll|sollen|möchte|wird|werden|würde|hat|haben|hatte|lässt|lassen|ließ|muss|müsste"
    r"|kann|könnte|dürfte|plant|planen)(?!\w)"
)


class Refusal(NamedTuple):
    """Why a quantity is no claim: a reason of `lexicon_negatives.csv`, or one of this room ("no metric"…)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What a quantity measures. `evidence` is the part of the text that says so, the quantity included.

    is_sure      whether the words that say so stand beside the quantity
    is_carried   whether the quantity leaves it unsaid, so that an earlier one says it
    """

    metric: str
    unit: str
    evidence: Span
    chip: str | None = None
    scope: str | None = None
    is_sure: bool = True
    is_carried: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a claim of an earlier sentence, or of the same, leaves in the reader's mind."""

    index: int
    measure: Measure
    value: Decimal


Memory = Mapping[str, Said]  # by kind: "money", "chips", "power"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A quantity in its sentence. `before` and `after` reach to the neighbouring quantities: what lies beyond a
    neighbour speaks of the neighbour. `heading` is that of its column, in a table; `dated` its date out of a list that
    gives one to each of several quantities, `place` how many stand before it in its sentence, `speaker` who
    says "we", `announced` the line above that gives the unit of its table or list."""

    page: Page
    sentence: Span
    clauses: Sequence[Span]
    quantity: Quantity
    before: Span
    after: Span
    index: int
    dates: Sequence[DatePhrase] = ()
    title: Page | None = None
    heading: Span | None = None
    dated: DatePhrase | None = None
    place: int = 0
    speaker: str | None = None
    announced: Span | None = None

    def clause(self) -> Span:
        """The clause in which the quantity begins."""
        return self.clauses[bisect_left(self.clauses, (self.quantity.start + 1,)) - 1]

    def is_cancelled(self) -> bool:
        """Whether the sentence says that something is given up, and not that it has been taken up again."""
        is_said = bool(self.page.within(*self.sentence, "cancelled"))
        return is_said and not self.page.within(*self.sentence, "revived")

    def is_fronted(self) -> bool:
        """ "500 billion dollars in four years: that is what they want to put in"."""
        opens = self.quantity.start - self.sentence.start <= BESIDE
        text, end = self.page.text, self.quantity.end
        return opens and (_COLON.match(text, end) is not None or _MODAL.match(text, end) is not None)

    def cues(self, *kinds: str) -> list[Mention]:
        """The mentions of these kinds on both sides, nearest first."""
        for heading in (self.heading, self.announced):
            if heading and (headed := self.page.within(*heading, *kinds)):
                return headed
        left, right = self.before.end, self.after.start
        reach = REACH + REACH if self.is_fronted() else REACH
        near = [
            (distance, m)
            for m in self.page.within(self.before.start, self.after.end, *kinds)
            if (m.end <= left or m.start >= right) and (distance := self.distance(m)) <= reach
        ]
        near.sort(key=itemgetter(0))
        return [m for _, m in near]

    def distance(self, mention: Mention) -> int:
        """Characters between a mention and the quantity; each clause border between them counts extra."""
        if any(heading and heading.start <= mention.start < heading.end for heading in (self.heading, self.announced)):
            return 1
        quantity = self.quantity
        if (mention.start, mention.end) <= (quantity.start, quantity.end):
            left, right = mention.end, quantity.start
        else:
            left, right = quantity.end, mention.start
        if right <= left:
            return right - left
        borders = bisect_left(self.clauses, (right + 1,)) - bisect_left(self.clauses, (left,))
        return right - left + _CLAUSE_BORDER * borders

    def nearby(self, before: int, after: int, *kinds: str) -> bool:
        """Whether one of so many sentences before or after, or the title, mentions one of these kinds."""
        sentences = self.page.sentences
        if self.page.is_row(self.index):  # the whole table or list goes together
            before += _ROWS
        here = self.index
        around = (*sentences[max(0, here - before) : here], *sentences[here + 1 : here + 1 + after])
        if any(self.page.within(*sentence, *kinds) for sentence in around):
            return True
        return bool(self.title and self.title.within(0, len(self.title.text), *kinds))


def cover(quantity: Quantity, *mentions: Mention) -> Span:
    """The stretch of text from the first to the last of them."""
    mentions = tuple(m for m in mentions if abs(m.start - quantity.start) <= _FARTHEST)  # no heading of a long table
    starts, ends = zip((quantity.start, quantity.end), *((m.start, m.end) for m in mentions), strict=True)
    return Span(min(starts), max(ends))
