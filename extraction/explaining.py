"""Why each number of a text is a claim or none: what `ledger extract --explain` shows, and how one finds out which word
a lexicon lacks.

Here: a label for every number. Not here: the reading itself (`reading` tells what became of each quantity) and colours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from extraction.claims import Claim
from extraction.lexicons import Lexicons
from extraction.mentions import Page
from extraction.reading import read_claims, read_quantities

if TYPE_CHECKING:
    from sources.documents import Document

_NUMBER = re.compile(r"(?=\d)(?<!\w)\d(?:[\d.,' ]*\d)?")
_PERCENT = re.compile(r" ?(?:%|per ?cent|percent|pour cent|Prozent|por ciento|per cento|points?\b)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NEXT_WORD = re.compile(r" ?([^\W\d_]+)?")
_DATE_REACH = 12


class Span(NamedTuple):
    """A number of the text, `text[char_start:char_end]`.

    kind     claim (`claim` says what) or number (`reason` says why it is none)
    reason   of a number: what it is instead ("valuation", "growth rate", "date"…) or what is missing ("no metric",
             "no organization"); of a claim: its metric
    """

    char_start: int
    char_end: int
    kind: str
    reason: str
    claim: Claim | None = None


def explain(document: Document, lexicons: Lexicons) -> list[Span]:
    """Every number of a document, in the order of the text, with its claims or the reason why it is none. Pure.

    A claim that another mention of the same statement stands for is a number with the reason "said elsewhere".
    """
    page = Page(document.text, lexicons)
    kept = {_identity(claim): claim for claim in read_claims(document, lexicons)}
    taken: list[Span] = []
    for found in read_quantities(document, lexicons):
        start, end = found.quantity.start, found.quantity.end
        claims = [kept[_identity(claim)] for claim in found.claims if _identity(claim) in kept]
        taken += [Span(start, end, "claim", claim.metric, claim) for claim in claims]
        if not claims:
            is_date = len(set(_YEAR.findall(page.text[start:end]))) > 1
            reason = "date" if is_date else found.reason or "said elsewhere"
            taken.append(Span(start, end, "number", reason))
    return sorted([*taken, *_others(page, taken)], key=lambda span: (span.char_start, span.char_end))


def _identity(claim: Claim) -> tuple[object, ...]:
    """What stays of a claim when other mentions lend it a hedge or a chip."""
    receipt = claim.receipt
    return receipt.char_start, receipt.char_end, claim.organization, claim.metric, claim.low, claim.period_end


def _others(page: Page, taken: list[Span]) -> list[Span]:
    """The numbers that were no quantity of ours in the first place."""
    covered = sorted((span.char_start, span.char_end) for span in taken)
    others, index = [], 0
    for number in _NUMBER.finditer(page.text):
        start, end = number.span()
        while index < len(covered) and covered[index][1] <= start:
            index += 1
        if index == len(covered) or covered[index][0] >= end:
            others.append(Span(start, end, "number", _reason(page, start, end)))
    return others


def _reason(page: Page, start: int, end: int) -> str:
    """What a number is that neither has a currency or a power unit nor counts chips."""
    printed = page.text[start:end]
    if _PERCENT.match(page.text, end):
        return "growth rate or share"
    dated = page.within(start - _DATE_REACH, end + _DATE_REACH, "month")
    if _YEAR.fullmatch(printed) or (dated and len(printed) <= len("31")):
        return "date"
    word = _NEXT_WORD.match(page.text, end)
    if word is None or not word[1] or word[1].lower() in page.lexicons.small_words:
        return "counts nothing named"
    return f"counts something else: {word[1]}"
