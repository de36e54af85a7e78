"""The recorded documents beside the repository, scored against what a careful reader found in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from extraction.gold import to_row
from extraction.lexicons import Lexicons
from extraction.reading import read_claims
from sources.documents import Document

from .scoring import score

SHARED = Path(__file__).parents[2].parent / "shared"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.exists(), reason="The recorded documents stand in ../shared, which is absent here."),
]


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.fixture(scope="module")
def predicted(lexicons: Lexicons, document: Callable[..., Document]) -> list[dict]:
    found = []
    for entry in rows(SHARED / "gold" / "seeds_index.jsonl"):
        text = (SHARED / "gold" / entry["file"]).read_text(encoding="utf-8")
        claims = read_claims(document(text, date.fromisoformat(entry["published"])), lexicons)
        found += [to_row(claim, entry["doc"]) for claim in claims]
    return found


def test_the_seed_documents_are_read_as_well_as_promised(predicted: list[dict]) -> None:
    scores = score(rows(SHARED / "gold" / "seeds.jsonl"), predicted)
    assert scores["core"].f1 >= 0.95
    assert scores["full"].f1 >= 0.90


@pytest.mark.parametrize(
    "fact",
    [
        {
            "doc": "000",
            "org": "Tesla",
            "metric": "accelerator_count",
            "low": 29_000,
            "status": "actual",
            "chip": "H100",
        },
        {"doc": "000", "org": "Tesla", "metric": "accelerator_count", "low": 50_000, "end": "2024-10-31"},
        {"doc": "000", "org": "xAI", "metric": "accelerator_count", "low": 100_000, "facility": "Colossus"},
        {"doc": "001", "org": "Tesla", "metric": "h100_equivalents", "low": 15_000, "end": "2023-12-31"},
        {"doc": "001", "org": "Tesla", "metric": "h100_equivalents", "low": 85_000, "end": "2024-12-31"},
        {
            "doc": "000",
            "org": "Alphabet",
            "metric": "capex",
            "low": 13 * 10**9,
            "start": "2024-07-01",
            "end": "2024-09-30",
        },
        {"doc": "000", "org": "Microsoft", "metric": "capex", "low": 20 * 10**9, "status": "actual"},
        {"doc": "000", "org": "OpenAI", "metric": "ai_spend", "low": 7 * 10**9, "status": "estimated"},
        {"doc": "004", "org": "Nvidia", "metric": "accelerator_price", "low": 30_603, "qualifier": "at_most"},
        {"doc": "004", "org": "Nvidia", "metric": "accelerator_price", "low": 40_000, "qualifier": "at_least"},
    ],
)
def test_a_fact_that_must_never_be_missed(fact: dict, predicted: list[dict]) -> None:
    assert any(fact.items() <= row.items() for row in predicted)
