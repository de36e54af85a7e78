"""What one accelerator costs: "30 603 $ par unité", "H100 PCIe: €27,500".

Here: amounts that are the price of a chip which the text names. Not here: what a system, a site or a whole order costs
(`money`).
"""

from __future__ import annotations

import re

from extraction.mentions import Mention, Page
from extraction.surroundings import NEAR, REMEMBERED, Measure, Surroundings, cover
from extraction.text import Span

# The price of one accelerator, in any of the currencies met: below it is rent, above it a system.
_CHEAPEST, DEAREST = 300, 2_000_000
_FOR_ONE = re.compile(
    r" (?:(?:for|pour|für|por|per|par|pro|a|un|an) |(?=(?:each|every|chaque|jede|cada|ogni)\w? ))"
    r"(?:(?:an?|une?|eine?n?|uno|una|one|each|single|every|chaque|cada|ogni|jede[ns]?|Nvidia|carte|la|le|el) ){0,3}"
)
# What stands between a chip and its price in a list: "H100 PCIe 80 Go : environ 27 500 €".
_LABELLED = re.compile(
    r"(?: (?:[A-Z]{2,5}|\d{2,3} ?G[Bo]|HBM\d\w?))*(?: ?[:=|]| -) ?(?:(?:~|à partir de|[^\W\d_]+(?: [^\W\d_]+)?) ?)?"
)
_OPENS_ITEM = re.compile(r"(?:^|[;\n,|•*-]) *(?:[A-Z]\w+ )?$")


def price_of_one(around: Surroundings) -> Measure | None:
    """ "30 603 $ par unité": a price for one, of a chip named before in this sentence or as topic of one before."""
    page, quantity = around.page, around.quantity
    if quantity.unit is None or not _CHEAPEST <= quantity.low <= DEAREST:
        return None
    end = around.after.end
    each = page.within(quantity.end, min(quantity.end + NEAR, end), "per_unit")
    if any(m.value == "rent" for m in page.within(quantity.end, min(quantity.end + 2 * NEAR, end), "negative")):
        return None
    if page.within(max(around.before.start, quantity.start - NEAR), min(quantity.end + NEAR, end), "making"):
        return None  # "a B200 costs barely $6,000 to produce"
    asked = [m for m in around.cues("price") if around.distance(m) <= NEAR]
    before = page.within(around.sentence.start, quantity.start, "chip")
    if not before:  # "a Blackwell GPU would go for $30,000 to $40,000"
        named = page.within(around.sentence.start, quantity.start, "accelerator")
        before = [m for m in named if m.value in page.lexicons.vendors][-1:]
    labelled = before[-1:] if before and _LABELLED.fullmatch(page.text, before[-1].end, quantity.start) else []
    earlier = page.sentences[max(0, around.index - REMEMBERED) : around.index]
    topic = [chip for sentence in reversed(earlier) for chip in page.within(*sentence, "chip")[:1]]
    if each and (chips := before[-1:] or topic[:1]):
        return Measure("accelerator_price", f"{quantity.unit}/accelerator", cover(quantity, each[0]), chips[0].value)
    if page.text[slice(*around.sentence)].strip() == page.text[quantity.start : quantity.end]:  # a cell on its own line
        cells = reversed(earlier) if around.index else ()
        labelled = labelled or next((found for cell in cells if (found := _opening_chip(page, cell))), [])
    if labelled and quantity.high < DEAREST / 10 and _is_row_or_start(around, labelled[0]):
        evidence = cover(quantity, labelled[0])
        return Measure("accelerator_price", f"{quantity.unit}/accelerator", evidence, labelled[0].value, is_sure=False)
    behind = page.within(quantity.end, min(quantity.end + NEAR, end), "chip")
    if behind and _FOR_ONE.fullmatch(page.text, quantity.end, behind[0].start):
        evidence = cover(quantity, behind[0])
        return Measure("accelerator_price", f"{quantity.unit}/accelerator", evidence, behind[0].value, is_sure=False)
    if around.index and (answered := earlier[-1:]):  # "Combien pour une B200 ? De 30 000 à 40 000 dollars"
        asked = asked or page.within(*answered[0], "how_much")
        before = before or (page.within(*answered[0], "chip") if page.within(*answered[0], "how_much") else [])
    if asked and not before and page.within(around.before.start, quantity.start, "per_unit"):
        before = topic[:1]  # "The price for each GPU is estimated at…"
    if asked and before and quantity.high < DEAREST / 10:
        evidence = cover(quantity, asked[0], before[-1])
        return Measure("accelerator_price", f"{quantity.unit}/accelerator", evidence, before[-1].value, is_sure=False)
    return None


def _opening_chip(page: Page, cell: Span) -> list[Mention]:
    """The chip that a short line begins with."""
    chips = page.within(cell.start, min(cell.end, cell.start + NEAR), "chip") if cell.end - cell.start <= NEAR else []
    return [m for m in chips[:1] if not page.text[cell.start : m.start].strip(" |*")]


def _is_row_or_start(around: Surroundings, chip: Mention) -> bool:
    """Whether a chip stands where a list has its labels: "- H100 PCIe: €27,500", "H100: $30,000; H200: $35,000"."""
    if chip.end <= around.sentence.start:
        return True
    opening = around.page.text[around.sentence.start : chip.start]
    return _OPENS_ITEM.search(opening) is not None
