"""The vocabulary as shipped, and a short way from a text to its claims."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from extraction.claims import Claim
from extraction.lexicons import Lexicons, load
from extraction.reading import read_claims
from sources.documents import Document

SEEDS = Path(__file__).parents[2] / "dbt" / "seeds"

Reader = Callable[..., list[Claim]]


@pytest.fixture(scope="session")
def lexicons() -> Lexicons:
    return load(SEEDS)


@pytest.fixture(scope="session")
def document() -> Callable[..., Document]:
    def make(text: str, published: date | None = None, speaker: str | None = None) -> Document:
        noon = datetime(published.year, published.month, published.day, 12, tzinfo=UTC) if published else None
        return Document(
            document_id="d1",
            fetch_id="f1",
            source="inbox",
            source_kind="press",
            text=text,
            fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
            published_at=noon,
            speaker=speaker,
        )

    return make


@pytest.fixture(scope="session")
def read(lexicons: Lexicons, document: Callable[..., Document]) -> Reader:
    """A text's claims; `published` and `speaker` as for a document."""

    def read(text: str, published: date | None = None, speaker: str | None = None) -> list[Claim]:
        return read_claims(document(text, published, speaker), lexicons)

    return read
