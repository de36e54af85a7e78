"""One claim for each statement that a document repeats.

Here: which mentions agree, and what each adds. Not here: the same statement in another document.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

from extraction.claims import Claim
from extraction.when import STOCKS

_SURER = 0.2  # an owner by name outweighs a guess that is so much less sure


def merge_repeats(claims: list[Claim], published: date | None) -> list[Claim]:
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
