"""The five documents that started the project, from the inbox to the facts: all that a careful reader finds in them.

The gold names for each claim what else counts as right; a fact that no claim of the gold allows is wrong.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import call_ledger

pytestmark = [pytest.mark.slow, pytest.mark.shared]

Row = dict[str, Any]
# column of the fact table -> key of the gold
KEYS = {
    "organization": "org",
    "facility": "facility",
    "metric": "metric",
    "chip": "chip",
    "status": "status",
    "period_end": "end",
}


def allowed(claim: Row, key: str) -> list[Any]:
    return [claim[key], *claim.get(f"{key}_any", [])]


def values(claim: Row) -> list[list[float]]:
    return [[claim["low"], claim["high"]], *claim.get("value_any", [])]


def agrees(fact: Row, claim: Row) -> bool:
    """Whether the claim allows the fact: each column its value or one of its alternatives."""
    return [fact["value_low"], fact["value_high"]] in values(claim) and all(
        fact[column] in allowed(claim, key) for column, key in KEYS.items()
    )


@pytest.fixture(scope="module")
def gold(shared: Path) -> list[Row]:
    return [json.loads(line) for line in (shared / "gold" / "seeds.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def expected(shared: Path) -> list[Row]:
    with (shared / "gold" / "facts_expected.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def facts(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """The fact table after `ledger add` of the five documents and one `ledger run`."""
    folder = tmp_path_factory.mktemp("seeds")
    home, config = folder / "home", folder / "config"
    config.mkdir()
    (config / "feeds.yaml").write_text("[]\n")
    (config / "companies.yaml").write_text("[]\n")
    for line in (shared / "gold" / "seeds_index.jsonl").read_text().splitlines():
        told = json.loads(line)
        path = (shared / "gold" / told["file"]).resolve()
        added = call_ledger(home, "add", path, "--published", told["published"], "--language", told["language"])
        assert added.returncode == 0, added.stderr
    done = call_ledger(home, "run", LEDGER_CONFIG=str(config))
    assert done.returncode == 0, done.stderr
    printed = call_ledger(
        home,
        "sql",
        "select *, value_low::double as low, value_high::double as high from fct_compute_capacity_capex",
        "--format",
        "json",
    )
    assert printed.returncode == 0, printed.stderr
    rows = [json.loads(line) for line in printed.stdout.splitlines()]
    return [row | {"value_low": row["low"], "value_high": row["high"]} for row in rows]


def test_every_fact_of_a_careful_reader_is_in_the_table(facts: list[Row], expected: list[Row], gold: list[Row]) -> None:
    missing = []
    for row in expected:
        claims = [
            claim
            for claim in gold
            if claim["doc"] in row["documents"].split()
            and claim["org"] == row["organization"]
            and (claim["facility"] or "") == row["facility"]
            and claim["metric"] == row["metric"]
            and [claim["low"], claim["high"]] == [float(row["value_low"]), float(row["value_high"])]
        ]
        assert claims, f"the gold has no claim for {row}"
        if not any(agrees(fact, claim) for fact in facts for claim in claims):
            missing.append(row)
    assert missing == []


def test_no_fact_is_in_the_table_that_the_gold_does_not_allow(facts: list[Row], gold: list[Row]) -> None:
    shown = (*KEYS, "value_low", "value_high", "quote")
    wrong = [{name: fact[name] for name in shown} for fact in facts if not any(agrees(fact, claim) for claim in gold)]
    assert wrong == []
