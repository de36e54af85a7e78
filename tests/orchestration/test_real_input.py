"""The five documents that started the project and EDGAR's recorded answers, from the command line to SQL.

The gold names for each claim what else counts as right; a fact of the press that no claim of the gold allows is wrong.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import call_ledger
from tests.serving import static_files
from warehouse import connection

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
def home(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data home after `ledger add` of the five documents and one `ledger run` with EDGAR's stand-in."""
    folder = tmp_path_factory.mktemp("real")
    home, config = folder / "home", folder / "config"
    config.mkdir()
    (config / "feeds.yaml").write_text("[]\n")
    (config / "companies.yaml").write_text(Path("sources/companies.yaml").read_text())
    for line in (shared / "gold" / "seeds_index.jsonl").read_text().splitlines():
        told = json.loads(line)
        path = (shared / "gold" / told["file"]).resolve()
        added = call_ledger(home, "add", path, "--published", told["published"], "--language", told["language"])
        assert added.returncode == 0, added.stderr
    with static_files(shared / "edgar") as url:
        done = call_ledger(home, "run", LEDGER_SEC_DATA_URL=url, LEDGER_CONFIG=str(config))
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="module")
def gold(shared: Path) -> list[Row]:
    return [json.loads(line) for line in (shared / "gold" / "seeds.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def expected(shared: Path) -> list[Row]:
    with (shared / "gold" / "facts_expected.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def facts(home: Path) -> list[Row]:
    """What the press says: the facts that no filing states."""
    query = (
        "select * replace (value_low::double as value_low, value_high::double as value_high) "
        "from fct_compute_capacity_capex where source_kind <> 'filing'"
    )
    return rows(home, query)


def rows(home: Path, query: str) -> list[Row]:
    printed = call_ledger(home, "sql", query, "--format", "json")
    assert printed.returncode == 0, printed.stderr
    return [json.loads(line) for line in printed.stdout.splitlines()]


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("organization = 'Tesla' and metric = 'accelerator_count' and chip = 'H100' and status = 'actual'", 29_000),
        (
            "organization = 'Tesla' and metric = 'accelerator_count' and chip = 'H100' and status = 'planned' "
            "and period_end = date '2024-10-31'",
            50_000,
        ),
        (
            "organization = 'xAI' and facility = 'Colossus' and metric = 'accelerator_count' and chip = 'H100' "
            "and status = 'actual'",
            100_000,
        ),
        ("organization = 'Tesla' and metric = 'h100_equivalents' and period_end = date '2023-12-31'", 15_000),
        ("organization = 'Tesla' and metric = 'h100_equivalents' and period_end = date '2024-12-31'", 85_000),
        ("organization = 'Alphabet' and metric = 'capex' and period_end = date '2024-09-30'", 13e9),
        ("organization = 'Alphabet' and metric = 'capex_cash_ppe' and period_end = date '2024-09-30'", 13.061e9),
    ],
)
def test_a_careful_readers_fact_is_in_the_table(home: Path, where: str, value: float) -> None:
    found = rows(home, f"select value::double as value from fct_compute_capacity_capex where {where}")
    assert value in [row["value"] for row in found]


def test_colossus_stands_at_memphis(home: Path) -> None:
    assert rows(home, "select operator, site from dim_facility where facility = 'Colossus'") == [
        {"operator": "xAI", "site": "Memphis, Tennessee"}
    ]


def test_the_papers_figure_stands_beside_the_filings(home: Path) -> None:
    (pair,) = rows(
        home,
        "select value_low::double as press, filing_value::double as filing, filing_accession from rpt_press_vs_filings "
        "where organization = 'Alphabet' and period_end = date '2024-09-30' and filing_metric = 'capex_cash_ppe'",
    )
    assert pair == {"press": 13e9, "filing": 13.061e9, "filing_accession": "0001652044-24-000118"}


def test_every_quote_stands_in_its_document_at_the_place_of_its_receipt(home: Path) -> None:
    with connection.write(home) as con:
        misplaced = con.execute(
            "select count(*) from raw.claims join raw.documents using (document_id) "
            "where substr(text, char_start + 1, char_end - char_start) <> quote"
        ).fetchall()
    assert misplaced == [(0,)]


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
