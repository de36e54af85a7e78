"""Whether a text gives an amount as what was expected before: "91 to 93 billion, up from 75 and then 85".

Of three numbers in one document of one day only the words tell which of them still holds. Not here: the words
(`lexicon_replaced.csv`), and what becomes of a number that is replaced (`resolution_rules.csv`).
"""

from __future__ import annotations

import re
from string import whitespace

from extraction.claims import Claim
from extraction.surroundings import Surroundings

# How far before an amount and behind it such a word is its own: "previously expected capital expenditures of",
# "milliards de dollars prévus auparavant". A comma, a bracket or another amount ends it sooner.
_BEFORE, _AFTER = 60, 30
_ENDS = re.compile(r"[,;:()\n]|\. ")
_MONEY = f"{whitespace},$€£¥"


def is_replaced(around: Surroundings, status: str, is_start: bool, last: Claim | None) -> bool:
    """Whether the text itself says that another expectation has taken the place of this one.

    status     of the amount: what has happened is never replaced
    is_start   whether a growth starts from it: "raised from 75 to 85"
    last       the claim before it, of the same kind
    """
    if status == "actual":
        return False
    if is_start:
        return True
    page, quantity, words = around.page, around.quantity, around.page.lexicons.replaced
    before = page.folded[max(around.before.start, quantity.start - _BEFORE) : quantity.start]
    after = page.folded[quantity.end : min(around.after.end, quantity.end + _AFTER)]
    leading, following = _ENDS.split(before)[-1], _ENDS.split(after)[0]
    if words["announced"].search(leading + following):  # a plan that still holds
        return False
    if words["before"].search(leading):
        return True
    next_one = words["before"].search(following)  # "91 billion against 85 so far"
    own = following[: next_one.start()] if next_one else following
    if words["after"].search(own) and not words["than"].search(own):
        return True
    if last is None or last.receipt.char_end < around.sentence.start or last.status == "actual":
        return False
    between = before.strip(_MONEY)
    if last.is_replaced:  # "75 and then 85"
        return words["then"].fullmatch(between) is not None
    is_from = between in page.lexicons.numbers.from_words  # "raised to 85 from 75"
    return is_from and bool(page.within(around.sentence.start, around.before.start, "change"))
