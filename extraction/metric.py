"""What a quantity measures: chips in place or in motion, H100 equivalents, capex, AI spend, a price, power; or nothing.

Here: the noun that follows a number, the cue words around it, and the negative lexicon (funding, revenue, loss…).
Not here: whose it is, when, and how certain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extraction.mentions import Mention, Page
from extraction.numbers import Quantity
from extraction.text import Span

_COMPUTING = ("compute", "hardware", "accelerator", "chip", "facility")
# Firms whose megawatts are computing unless a power plant is named beside them.
_COMPUTE_SECTORS = frozenset({"ai_lab", "cloud"})
# What may stand between the words of a noun phrase: "GPU/TPU", "AMD's", "NVIDIA®", Markdown's bold.
_GAP = re.compile(r"(?:'s(?!\w)|[ \-/'*®™])*")
_UNIT_KINDS = ("chip", "accelerator", "equivalent", "item")
# The price of one accelerator, in any of the currencies met: below it is rent, above it a system.
_CHEAPEST, _DEAREST = 300, 2_000_000
# A comma or a bracket between a cue and its number weighs like this many characters.
_CLAUSE_BORDER = 30
# How far a cue word reaches, in characters: about a line of print.
_REACH = 110
_NEAR = 40


@dataclass(frozen=True, slots=True)
class Measure:
    """What a quantity measures. `evidence` is the part of the text that says so, the quantity included."""

    metric: str
    unit: str
    evidence: Span
    chip: str | None = None
    scope: str | None = None
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A quantity in its sentence. `before` and `after` reach to the neighbouring quantities: what lies beyond a
    neighbour speaks of the neighbour."""

    page: Page
    sentence: Span
    clauses: Sequence[Span]
    quantity: Quantity
    before: Span
    after: Span
    index: int

    def clause(self) -> Span:
        """The clause in which the quantity begins."""
        return next(c for c in self.clauses if c.start <= self.quantity.start < c.end)

    def cues(self, *kinds: str) -> list[Mention]:
        """The mentions of these kinds on both sides, nearest first."""
        found = [*self.page.within(*self.before, *kinds), *self.page.within(*self.after, *kinds)]
        return sorted((m for m in found if self.distance(m) <= _REACH), key=self.distance)

    def distance(self, mention: Mention) -> int:
        """Characters between a mention and the quantity; each clause border between them counts extra."""
        left, right = sorted(((mention.start, mention.end), (self.quantity.start, self.quantity.end)))
        borders = sum(left[1] <= c.start <= right[0] and c.start > left[0] for c in self.clauses)
        return right[0] - left[1] + _CLAUSE_BORDER * borders


def measure(around: Surroundings) -> Measure | None:
    """What the quantity measures, or None where it is no claim of ours."""
    unit = around.quantity.unit
    if unit == "MW":
        return _power(around)
    return _accelerators(around) if unit is None else _money(around)


def names_accelerators(page: Page, quantity: Quantity) -> bool:
    """Whether the words right after a bare number make it a number of chips."""
    return bool(_noun_phrase(page, quantity.end))


def _accelerators(around: Surroundings) -> Measure | None:
    page, quantity = around.page, around.quantity
    nouns = _noun_phrase(page, quantity.end)
    clause = around.clause()
    earlier = page.within(max(clause.start, quantity.start - _REACH), quantity.start, "chip", "accelerator")
    if not nouns or all(noun.kind == "item" for noun in nouns):
        # "29 000 unités", "from 35,000 to 85,000": what is counted was said before
        if not earlier or not (nouns or quantity.is_from_to):
            return None
        chips = [m.value for m in earlier if m.kind == "chip"][-1:]
    else:
        chips = [noun.value for noun in nouns if noun.kind == "chip"]
        earlier = []
    if page.within(clause.start, quantity.start, "hypothetical"):
        return None
    chip = "/".join(dict.fromkeys(chips)) or None
    evidence = _cover(quantity, *nouns, *earlier[:1])
    near = page.within(max(clause.start, quantity.start - _NEAR), quantity.start, "equivalent")
    equivalents = [*near, *(noun for noun in nouns if noun.kind == "equivalent")]
    if equivalents and chip in (None, "H100"):
        return Measure("h100_equivalents", "H100e", _cover(quantity, *nouns, *equivalents), "H100")
    moved = page.within(max(clause.start, around.before.start, quantity.start - _REACH), quantity.start, "flow")
    moved += page.within(quantity.end, min(evidence.end + _NEAR // 2, around.after.end, clause.end), "flow")
    if moved:
        return Measure("accelerator_flow", "accelerator", _cover(quantity, *nouns, *earlier[:1], moved[-1]), chip)
    return Measure("accelerator_count", "accelerator", evidence, chip)


def _noun_phrase(page: Page, position: int) -> list[Mention]:
    """The counted nouns that follow a number: "autres puces Dojo", "H100 GPU equivalents", "GPU de calcul Nvidia".

    Between number and noun only filler words and names may stand, so that "8 racks with GPUs" counts no chips; nor does
    "8 GPU racks", where the last noun is what is counted.
    """
    nouns: list[Mention] = []
    while True:
        gap = _GAP.match(page.text, position)
        position = gap.end() if gap else position
        here = page.at(position)
        if any(m.kind == "container" for m in here):
            return []
        here = [m for m in here if m.kind in (*_UNIT_KINDS, "filler", "organization", "qualifier")]
        if not here:
            return nouns
        nouns += [m for m in here if m.kind in _UNIT_KINDS][:1]
        position = here[0].end


def _power(around: Surroundings) -> Measure | None:
    """Power counts where computing is spoken of: beside it, in its sentence or the one before, or by an AI firm."""
    page, near = around.page, around.cues(*_COMPUTING)
    other = [m for m in around.cues("negative") if m.value == "not_compute_power"]
    if other and (not near or around.distance(other[0]) <= around.distance(near[0])):
        return None
    previous = page.sentences[max(0, around.index - 1)]
    named = page.within(*around.sentence, "organization")
    firms = [m for m in named if page.lexicons.sectors[m.value] in _COMPUTE_SECTORS]
    if not (near or firms or page.within(*around.sentence, *_COMPUTING) or page.within(*previous, *_COMPUTING)):
        return None
    return Measure("power_mw", "MW", _cover(around.quantity, *near[:1]), is_sure=bool(near))


def _money(around: Surroundings) -> Measure | None:
    page, quantity, currency = around.page, around.quantity, around.quantity.unit or ""
    negatives = _money_negatives(around)
    price = _price(around)
    if price is not None:
        return price
    capex, spending = around.cues("capex"), around.cues("spend")
    nearest = min((around.distance(cues[0]) for cues in (capex, spending) if cues), default=None)
    if nearest is None or quantity.high < 100_000:
        return None
    if negatives and around.distance(negatives[0]) <= nearest:
        return None
    if capex:
        return Measure("capex", currency, _cover(quantity, capex[0]), scope="total")
    computing = around.cues(*_COMPUTING) or page.within(*around.sentence, *_COMPUTING)
    if not computing:
        return None
    clause = around.clause()
    beside = [m for m in computing[:1] if clause.start <= m.start < clause.end]
    evidence, is_sure = _cover(quantity, spending[0], *beside), around.distance(computing[0]) <= _REACH
    return Measure("ai_spend", currency, evidence, scope=_scope(around), is_sure=is_sure)


def _money_negatives(around: Surroundings) -> list[Mention]:
    return [m for m in around.cues("negative") if m.value != "not_compute_power"]


def _price(around: Surroundings) -> Measure | None:
    """ "30 603 $ par unité": a price for one, of a chip named before in this sentence or as topic of one before."""
    page, quantity = around.page, around.quantity
    if not _CHEAPEST <= quantity.low <= _DEAREST:
        return None
    end = around.after.end
    each = page.within(quantity.end, min(quantity.end + _NEAR, end), "per_unit")
    if any(m.value == "rent" for m in page.within(quantity.end, min(quantity.end + 2 * _NEAR, end), "negative")):
        return None
    asked = [m for m in around.cues("price") if around.distance(m) <= _NEAR]
    before = page.within(around.sentence.start, quantity.start, "chip")
    earlier = page.sentences[max(0, around.index - 2) : around.index]
    topic = [chip for sentence in reversed(earlier) for chip in page.within(*sentence, "chip")[:1]]
    if each and (chips := before[-1:] or topic[:1]):
        return Measure("accelerator_price", f"{quantity.unit}/accelerator", _cover(quantity, each[0]), chips[0].value)
    if asked and before and quantity.high < _DEAREST / 10:
        evidence = _cover(quantity, asked[0], before[-1])
        return Measure("accelerator_price", f"{quantity.unit}/accelerator", evidence, before[-1].value, is_sure=False)
    return None


def inherit(around: Surroundings, previous: Measure) -> Measure | None:
    """An amount without a word of its own, in a list: "capex was $8 billion in 2025 and $11 billion in 2024"."""
    is_money = previous.scope is not None and previous.unit == around.quantity.unit
    if not is_money or _money_negatives(around) or around.cues("spend", "capex"):
        return None
    evidence = Span(previous.evidence.start, around.quantity.end)
    return replace(previous, evidence=evidence, is_sure=False)


def _scope(around: Surroundings) -> str:
    start = max(around.before.start, around.quantity.start - _NEAR)
    end = min(around.after.end, around.quantity.end + _REACH)
    kinds = {m.kind for m in around.page.within(start, end, "training", "inference")}
    if any(around.distance(m) <= _NEAR for m in around.cues("hardware", "accelerator", "chip")):
        return "chips"
    return kinds.pop() if len(kinds) == 1 else "total"


def _cover(quantity: Quantity, *mentions: Mention) -> Span:
    starts, ends = zip((quantity.start, quantity.end), *((m.start, m.end) for m in mentions), strict=True)
    return Span(min(starts), max(ends))
