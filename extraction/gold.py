"""A claim as a row of plain values, keyed as the gold files are: what `ledger extract` prints and what scorers read."""

from __future__ import annotations

from decimal import Decimal

from extraction.claims import Claim


def to_row(claim: Claim, doc: str) -> dict[str, str | int | float | None]:
    """One JSON-ready row. Whole numbers are ints, dates YYYY-MM-DD; `currency` is None for USD as in the gold files."""
    return {
        "doc": doc,
        "quote": claim.receipt.quote,
        "org": claim.organization,
        "facility": claim.facility,
        "metric": claim.metric,
        "chip": claim.chip,
        "low": _number(claim.low),
        "high": _number(claim.high),
        "qualifier": claim.qualifier,
        "scope": claim.scope,
        "status": claim.status,
        "start": claim.period_start.isoformat() if claim.period_start else None,
        "end": claim.period_end.isoformat() if claim.period_end else None,
        "currency": None if claim.currency == "USD" else claim.currency,
        "per": claim.per,
        "replaced": claim.is_replaced,
        "char_start": claim.receipt.char_start,
        "char_end": claim.receipt.char_end,
        "confidence": claim.confidence,
        "extractor_version": claim.extractor_version,
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
