"""The five documents that started the project and EDGAR's recorded answers, from the command line to SQL."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import call_ledger
from tests.serving import static_files
from warehouse import connection

pytestmark = [pytest.mark.slow, pytest.mark.shared]


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


def rows(home: Path, query: str) -> list[dict[str, object]]:
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
