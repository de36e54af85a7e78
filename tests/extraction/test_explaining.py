from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.explaining import explain
from extraction.lexicons import Lexicons
from extraction.reading import read_claims
from sources.documents import Document

from .test_properties import JOINED

PUBLISHED = date(2025, 3, 1)


@pytest.mark.parametrize(
    ("text", "number", "reason"),
    [
        ("OpenAI, now valued at $300 billion, rents GPUs.", "$300 billion", "valuation"),
        ("Mistral AI a levé 1,7 milliard d'euros pour ses GPU.", "1,7 milliard d'euros", "funding"),
        ("Nvidia's revenue from AI chips rose to $39.1 billion.", "$39.1 billion", "revenue"),
        ("Meta's capex grew 35 % on AI.", "35", "growth rate or share"),
        ("Meta bought its first GPU in 2016.", "2016", "date"),
        ("Meta employs 72,000 people and runs GPUs.", "72,000", "counts something else: people"),
        ("Somebody bought 20,000 GPUs.", "20,000", "no organization"),
        ("Renting an H100 costs Meta $2.50 per hour.", "$2.50", "rent"),
        ("Microsoft signed for 500 MW of solar power near its data center.", "500 MW", "not compute power"),
    ],
)
def test_a_number_that_is_no_claim_has_its_reason(
    text: str, number: str, reason: str, document: Callable[..., Document], lexicons: Lexicons
) -> None:
    spans = explain(document(text, PUBLISHED), lexicons)
    (span,) = [span for span in spans if text[span.char_start : span.char_end] == number]
    assert (span.kind, span.claim) == ("number", None)
    assert span.reason.startswith(reason)


def test_a_claim_is_shown_where_its_number_stands(document: Callable[..., Document], lexicons: Lexicons) -> None:
    text = "In 2024 Tesla bought 12,000 H100 chips."
    date_span, claim_span = explain(document(text, PUBLISHED), lexicons)
    assert (date_span.reason, claim_span.kind, claim_span.reason) == ("date", "claim", "accelerator_flow")
    assert text[claim_span.char_start : claim_span.char_end] == "12,000"
    assert claim_span.claim is not None
    assert claim_span.claim.organization == "Tesla"


@settings(max_examples=150, deadline=None)
@given(text=st.text() | JOINED)
def test_every_claim_and_every_digit_is_told_of(
    text: str, document: Callable[..., Document], lexicons: Lexicons
) -> None:
    made = document(text, PUBLISHED)
    spans = explain(made, lexicons)
    told = {claim.receipt.char_start for claim in read_claims(made, lexicons)}
    assert told == {span.claim.receipt.char_start for span in spans if span.claim}
    assert all(0 <= span.char_start < span.char_end <= len(text) for span in spans)
