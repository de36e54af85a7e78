"""How exactly a number is meant: the hedge right before it ("environ", "au moins", "up to"), or a plus after it."""

from __future__ import annotations

import re

from extraction.mentions import Mention, Page
from extraction.numbers import Quantity

# "environ de 3", "over the 5", "plus de US$": at most an article or a sign stands between hedge and number.
_WIDEST_GAP = 5
_REACH = 50
_NOT = re.compile(
    r"(?:(?<!\w)(?:n'|ne )[^\W\d_]+ pas|n't|(?<!\w)(?:not|no|nicht|non))(?: [^\W\d_]+){0,2} $", re.IGNORECASE
)
_LONGEST_HEDGE = 30


def read_qualifier(page: Page, quantity: Quantity) -> tuple[str, Mention | None]:
    """The qualifier of a quantity, and the words that say so, where words do. A range is a range, hedged or not."""
    hedges = page.within(quantity.start - _LONGEST_HEDGE, quantity.start, "qualifier")
    hedge = hedges[-1] if hedges and quantity.start - hedges[-1].end <= _WIDEST_GAP else None
    if hedge is not None and any(c.isdigit() for c in page.text[hedge.end : quantity.start]):
        hedge = None
    if quantity.low != quantity.high:
        return "range", hedge
    if hedge is not None:
        is_denied = hedge.value == "at_least" and _NOT.search(page.text, max(0, hedge.start - _REACH), hedge.start)
        return "at_most" if is_denied else hedge.value, hedge  # "can't make more than 200,000"
    return ("at_least" if page.text[quantity.end : quantity.end + 1] == "+" else "exact"), None
