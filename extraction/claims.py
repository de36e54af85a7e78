"""What a claim is: one statement about AI compute or the money for it, with the receipt that shows where it stands.

Types and the identity rule only. How claims are found is in `extraction.reading`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the number was read: `text[char_start:char_end] == quote`, in a document that never changes."""

    document_id: str
    quote: str
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement in base units (accelerators, H100 equivalents, currency units, MW); `low == high` for one value.

    organization, facility, chip   canonical names of the vocabulary (`dbt/seeds/`)
    metric        metric_id of `metrics.csv`
    scope         of money: total, chips, site, training, inference; None for the other metrics
    unit          accelerator, H100e, MW, a currency code, or CODE/accelerator for a price
    currency      ISO 4217 for money, else None
    per           month or year where the text gives a rate, else None
    qualifier     exact, approx, at_least, at_most, range
    status        actual, planned, estimated
    is_replaced   whether the text itself gives it as what was expected before ("up from $75 billion")
    period_start  None for a stock; both ends None for a flow whose period isn't said
    confidence    0 to 1: the extractor's own estimate that organisation, metric and value are right
    """

    organization: str
    metric: str
    low: Decimal
    high: Decimal
    unit: str
    qualifier: str
    status: str
    receipt: Receipt
    extractor: str
    extractor_version: str
    confidence: float
    facility: str | None = None
    chip: str | None = None
    scope: str | None = None
    currency: str | None = None
    per: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    is_replaced: bool = False

    @property
    def claim_id(self) -> str:
        """16 hex digits over everything that the claim says and where: the same reading gives the same id."""
        said = (
            *(self.receipt.document_id, self.receipt.char_start, self.receipt.char_end, self.extractor_version),
            *(self.organization, self.facility, self.metric, self.chip, self.scope, self.unit, self.per),
            *(f"{self.low:f}", f"{self.high:f}", self.qualifier, self.status, self.period_start, self.period_end),
            *(("replaced",) if self.is_replaced else ()),
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
