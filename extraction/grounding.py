"""Whether a claim stands on its own words: the quote is where the receipt says, and reads as the claim's numbers.

Every claim holds this, whoever made it: exact on purpose, because a near match invents numbers.
"""

from __future__ import annotations

from functools import partial

from extraction.announced import announced_in, as_announced
from extraction.claims import Claim
from extraction.lexicons import Lexicons
from extraction.numbers import read_numbers
from extraction.text import language_at, make_alike


def is_grounded(claim: Claim, text: str, lexicons: Lexicons) -> bool:
    """Whether the quote stands at its offsets and gives the claim's (low, high) when it is read again.

    text   the archived text, as it is: the paragraph around the quote tells the language of its number words
    """
    receipt = claim.receipt
    if not receipt.quote or text[receipt.char_start : receipt.char_end] != receipt.quote:
        return False
    language = partial(language_at, text, receipt.char_start, lexicons.function_words)
    quote = make_alike(receipt.quote).replace("\n", " ")
    announced = next(announced_in(quote, lexicons.numbers), None)  # "(in billions) … Amazon | 131"
    for quantity in read_numbers(quote, lexicons.numbers, language):
        levels = quantity.levels() if quantity.second_start else ()
        if any(claim.low == q.low and claim.high == q.high for q in (quantity, *levels)):
            return True
        if announced and announced.end < quantity.start and quantity.unit is None:
            meant = as_announced(quantity, announced)
            if claim.low == meant.low and claim.high == meant.high:
                return True
    return False
