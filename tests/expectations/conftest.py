"""A working file with one document in it, and rows that hold every rule, to be broken one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse import connection, loading

SEEDS = Path(__file__).parents[2] / "dbt" / "seeds"

Row = dict[str, Any]

DAY = date(2024, 11, 5)
NOON = datetime(2024, 11, 5, 12, tzinfo=UTC)
TEXT = "🚀 In Austin, Tesla runs 50,000 H100 today; xAI spent 10.000001 dollars. 機械"
QUOTE = "50,000 H100"

DOCUMENT: Row = {
    "document_id": "good",
    "fetch_id": "fetch-1",
    "landing_day": DAY,
    "source": "wire",
    "source_kind": "press",
    "language": "en",
    "published_at": NOON,
    "published_method": "feed",
    "fetched_at": NOON,
    "text": TEXT,
}
CLAIM: Row = {
    "claim_id": "good",
    "document_id": "good",
    "landing_day": DAY,
    "extractor": "grammar",
    "extractor_version": "1",
    "organization": "Tesla",
    "facility": "Cortex",
    "metric": "accelerator_count",
    "chip": "H100",
    "value_low": Decimal(50_000),
    "value_high": Decimal(50_000),
    "unit": "accelerator",
    "qualifier": "exact",
    "status": "actual",
    "period_end": date(2024, 11, 5),
    "quote": QUOTE,
    "char_start": TEXT.index(QUOTE),
    "char_end": TEXT.index(QUOTE) + len(QUOTE),
    "confidence": 0.9,
}
FLOW: Row = {"metric": "capex", "unit": "USD", "currency": "USD", "scope": "total", "chip": None, "facility": None}
COMPANY_FACT: Row = {
    "cik": 1318605,
    "entity_name": "Tesla, Inc.",
    "taxonomy": "good",
    "concept": "PaymentsToAcquirePropertyPlantAndEquipment",
    "unit": "USD",
    "period_start": date(2024, 7, 1),
    "period_end": date(2024, 9, 30),
    "accession": "0001628280-24-043486",
    "value": Decimal("3513000000.000001"),
    "form": "10-Q",
    "filed_on": date(2024, 10, 24),
    "fetch_id": "fetch-1",
    "landing_day": DAY,
    "source": "company_facts",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def con(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The working file; the good document is loaded, so that the quotes of claims can stand in it."""
    with connection.write(home) as con:
        loading.insert(con, "raw.documents", loading.arrow(con, "raw.documents", [DOCUMENT]))
        yield con
