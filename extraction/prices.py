"""What one accelerator costs: "30 603 $ par unité", "H100 PCIe: €27,500".

Here: amounts that are the price of a chip which the text names. Not here: what a system, a site or a whole order costs
(`money`).
"""

from __future__ import annotations

import re

from extraction.mentions import Mention, Page
from extraction.surroundings import BESIDE, NEAR, REACH, REMEMBERED, Measure, Surroundings, cover
from extraction.text import Span

# The price of one accelerator, in any of the currencies met: below it is rent, above it a system.
_CHEAPEST, DEAREST = 300, 2_000_000
# What a chip costs where no word says that it is for one: above it, and in dollars far above it, many are paid for.
_MOST_FOR_ONE = DEAREST / 10
_ARTICLES = (
    r"(?:an?|the|this|one|each|single|every|une?|la|le|cette|chaque|eine?[nr]?|die|der|den|jede[ns]?|una|uno|el|il|lo"
    r"|cada|ogni)"
)
_FOR_ONE = re.compile(
    r",? (?:(?:for|pour|für|por|per|par|pro|a|un|an|on) |(?=(?:each|every|chaque|jede|cada|ogni)\w? ))"
    rf"(?:(?:{_ARTICLES}|used|new|Nvidia|carte) ){{0,3}}"
)
# "Une vieille H100", "chaque carte H100", "l'A100", "an AMD MI300X": one of them, whatever stands between.
_ONE = re.compile(rf"(?<![^\W\d_])(?:{_ARTICLES} (?:[^\W\d_][^\W_]*[ -]){{0,3}}|l')$", re.IGNORECASE)
_CHIPS_NAME = re.compile(r"chip|GPU|card|board|accel|puce|carte|karte|prozess|proces|tarjeta|scheda|beschleun", re.I)
# Cards for games have prices of their own.
_FOR_GAMES = re.compile(r"RTX [345]0\d\d")
# What stands between a chip and its price in a list: "H100 PCIe 80 Go : environ 27 500 €".
_LABELLED = re.compile(
    r"(?: (?:[A-Z]{2,5}\d?|\d{2,3} ?G[Bo]|HBM\d\w?))*(?: ?[:=|]| -| ?(?:…|\.{3,})[….]*) ?"
    r"(?:(?:~|à partir de|[^\W\d_]+(?: [^\W\d_]+)?) ?)?"
)
_OPENS_ITEM = re.compile(r"(?:^|[;\n,|•*-]) *(?:[A-Z]\w+(?:'s)? )?$")
_OF_SIZE = re.compile(r"\d ?G[Bo] (?:de |of |di )?$")  # "with 80 GB of memory"
_THEY = re.compile(r"(?:(?:No|Yes|Oui|Non|Ja|Nein|Sí)[.,] )?(?:They|It|Elles?|Ils?|Sie|Er|Es|Esta|Este)(?!\w)")


def price_of_one(around: Surroundings) -> Measure | None:
    """ "30 603 $ par unité": a price for one, of a chip named before in this sentence or as topic of one before."""
    page, quantity = around.page, around.quantity
    if quantity.unit is None or not _CHEAPEST <= quantity.low <= DEAREST:
        return None
    start, end = around.sentence.start, around.after.end
    until = min(quantity.end + NEAR, end)
    if any(m.value == "rent" for m in page.within(quantity.end, min(quantity.end + 2 * NEAR, end), "negative")):
        return None
    if page.within(max(around.before.start, quantity.start - NEAR), until, "making"):
        return None  # "a B200 costs barely $6,000 to produce"
    before = _named(page, start, quantity.start)
    earlier = page.sentences[max(0, around.index - REMEMBERED) : around.index]
    topic = [chip for sentence in reversed(earlier) for chip in _named(page, *sentence)[:1]]
    each = page.within(quantity.end, until, "per_unit")
    of_chips = page.within(quantity.end, min(quantity.end + 2 * NEAR, end), "per_unit")
    of_chips = [m for m in of_chips if _CHIPS_NAME.search(page.text, m.start, m.end)]
    each = each or of_chips
    if not of_chips and _is_of_other_ware(around, before):
        return None
    if each and (chips := before[-1:] or _named(page, quantity.end, around.sentence.end)[:1] or topic[:1]):
        return _price(around, chips[0], each[0])
    if labelled := _label(around, before, earlier):
        return _price(around, labelled, labelled, is_sure=False)
    if quantity.high >= _MOST_FOR_ONE:
        return None
    behind = _named(page, quantity.end, min(quantity.end + REACH, end))
    if behind and _FOR_ONE.fullmatch(page.text, quantity.end, behind[0].start):
        return _price(around, behind[0], behind[0], is_sure=False)
    asked = [m for m in around.cues("price") if around.distance(m) <= NEAR]
    if not before and earlier:
        before = _asked_for(around, earlier[-1], asked)
        asked = asked or before
    if asked and not before and page.within(around.before.start, quantity.start, "per_unit"):
        before = topic[:1]  # "The price for each GPU is estimated at…"
    if asked and before:
        return _price(around, before[-1], asked[0], is_sure=False)
    beside = [m for m in (*before[-1:], *behind[:1]) if m.start >= around.before.start]
    one = next((m for m in beside if _is_one(page, start, m)), None)
    if one and all(m.value == "valuation" for m in around.cues("negative")):  # "a B300 is worth $60,000"
        return _price(around, one, one, is_sure=False)
    return None


def _price(around: Surroundings, chip: Mention, evidence: Mention, is_sure: bool = True) -> Measure:
    unit = f"{around.quantity.unit}/accelerator"
    covered = cover(around.quantity, evidence) if is_sure else cover(around.quantity, evidence, chip)
    return Measure("accelerator_price", unit, covered, chip.value, is_sure=is_sure)


def _named(page: Page, start: int, end: int) -> list[Mention]:
    """The chips named there, or generations of chips ("a Blackwell GPU"), but for cards for games."""
    named = page.within(start, end, "chip")
    if not named:
        named = [m for m in page.within(start, end, "accelerator") if m.value in page.lexicons.vendors]
    return [m for m in named if not _FOR_GAMES.match(m.value)]


def _is_one(page: Page, start: int, chip: Mention) -> bool:
    """Whether a chip is spoken of as one: "an H100", "chaque carte B200"."""
    return _ONE.search(page.text, max(start, chip.start - NEAR), chip.start) is not None


def _is_of_other_ware(around: Surroundings, chips: list[Mention]) -> bool:
    """Whether something else in the clause has the price: "the memory of one H100", "an H100 server", a card for
    games."""
    page, end = around.page, around.quantity.start
    since = max(around.before.start, (chips[-1].start if chips else around.sentence.start) - NEAR)
    wares = page.within(max(since, around.sentence.start), end, "ware", "system")
    if any(not _OF_SIZE.search(page.text, max(0, m.start - BESIDE), m.start) for m in wares):
        return True
    games = [m for m in page.within(around.sentence.start, end, "chip") if _FOR_GAMES.match(m.value)]
    return bool(games) and (not chips or games[-1].start > chips[-1].start)


def _label(around: Surroundings, before: list[Mention], earlier: list[Span]) -> Mention | None:
    """The chip that a line of a price list begins with: "- H100 PCIe: €27,500", also for its further prices."""
    page, quantity = around.page, around.quantity
    if quantity.high >= _MOST_FOR_ONE:
        return None
    if page.text[slice(*around.sentence)].strip() == page.text[quantity.start : quantity.end]:  # a cell on its own line
        cells = reversed(earlier) if around.index else ()
        return next((found[0] for cell in cells if (found := _opening_chip(page, cell))), None)
    if not before:
        return None
    opening = page.text[around.sentence.start : before[-1].start]
    follows = _LABELLED.fullmatch if around.before.start <= before[-1].start else _LABELLED.match
    is_label = follows(page.text, before[-1].end, quantity.start) is not None
    return before[-1] if is_label and _OPENS_ITEM.search(opening) else None


def _opening_chip(page: Page, cell: Span) -> list[Mention]:
    """The chip that a short line begins with."""
    chips = page.within(cell.start, min(cell.end, cell.start + NEAR), "chip") if cell.end - cell.start <= NEAR else []
    return [m for m in chips[:1] if not page.text[cell.start : m.start].strip(" |*")]


def _asked_for(around: Surroundings, answered: Span, asked: list[Mention]) -> list[Mention]:
    """The chip of the sentence before, whose price is asked there ("Combien pour une B200 ? De 30 000 à 40 000 euros")
    or given here ("They fetch $600")."""
    page = around.page
    is_it = bool(asked) and around.distance(asked[0]) <= BESIDE and _THEY.match(page.text, around.sentence.start)
    return _named(page, *answered) if is_it or page.within(*answered, "how_much") else []
