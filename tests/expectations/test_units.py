"""Every unit of every public table is one that Pint reads, and of its metric's dimension; a wrong one fails gate 2."""

from __future__ import annotations

import csv
import math
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from expectations import gates, units
from expectations.rules import RuleResult
from warehouse import connection

from .conftest import SEEDS

MODELS = SEEDS.parent / "models" / "marts"
UNREADABLE, WRONG = "units_are_read", "units_have_the_dimension_of_their_metric"

# a unit in a table, and the one rule that it breaks
BROKEN = [
    ("fct_compute_capacity_capex", {"unit": "rack", "metric": "power_mw"}, UNREADABLE),
    ("fct_compute_capacity_capex", {"unit": "H100e", "metric": "accelerator_count"}, WRONG),
    ("fct_compute_capacity_capex", {"unit": None, "metric": "capex"}, UNREADABLE),
    ("fct_compute_capacity_capex", {"unit": "USD", "metric": "capex", "currency": "MW"}, WRONG),
    ("fct_compute_capacity_capex", {"unit": "USD", "metric": "spending"}, WRONG),
    ("fct_claims", {"unit": "USD", "metric": "accelerator_price"}, WRONG),
    ("fct_claims", {"unit": "usd", "metric": "capex"}, UNREADABLE),
    ("fct_claims", {"unit": "EUR", "metric": "capex", "currency": "euros"}, UNREADABLE),
    ("fct_capex_quarterly", {"unit": "shares"}, UNREADABLE),
    ("fct_capex_quarterly", {"unit": "accelerator"}, WRONG),
    ("rpt_conflicts", {"unit": "MW/accelerator", "metric": "power_mw"}, WRONG),
    ("rpt_plan_vs_actual", {"unit": "1000", "metric": "accelerator_count"}, UNREADABLE),
    ("rpt_press_vs_filings", {"currency": "MWh"}, UNREADABLE),
    ("dim_metric", {"metric_id": "heat", "unit": "MW", "dimension": "money"}, WRONG),
    ("dim_unit", {"unit": "TW", "pint_expression": "terrawatt", "base_unit": "MW", "dimension": "power"}, UNREADABLE),
    ("dim_unit", {"unit": "MW", "pint_expression": "megawatt", "base_unit": "MW", "dimension": "price"}, WRONG),
]


def audit(home: Path, *rows: tuple[str, dict[str, str | None]]) -> dict[str, RuleResult]:
    """The units' rules on the seeds' units and metrics, sound rows, and some more."""
    sound: list[tuple[str, dict[str, str | None]]] = [
        ("fct_compute_capacity_capex", {"unit": "JPY", "metric": "capex", "currency": "JPY"}),
        ("fct_claims", {"unit": "CHF/accelerator", "metric": "accelerator_price", "currency": "CHF"}),
        ("fct_claims", {"unit": "GW", "metric": "power_mw"}),
    ]
    with connection.write(home) as con:
        con.execute("create schema if not exists marts")
        for table in ("fct_compute_capacity_capex", "fct_claims", "rpt_conflicts", "rpt_plan_vs_actual"):
            con.execute(f"create or replace table marts.{table} (unit varchar, metric varchar, currency varchar)")
        con.execute("create or replace table marts.fct_capex_quarterly (unit varchar)")
        con.execute("create or replace table marts.rpt_press_vs_filings (currency varchar)")
        for name in ("metric", "unit"):
            seed = f"read_csv('{SEEDS}/{name}s.csv', header = true)"
            con.execute(f"create or replace table marts.dim_{name} as from {seed}")
        for table, row in (*sound, *rows):
            marks = ", ".join("?" * len(row))
            con.execute(f"insert into marts.{table} ({', '.join(row)}) values ({marks})", list(row.values()))
        return {result.rule.name: result for _, result in gates.audit(con, [units.SUITE], home)}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RuleResult]:
    """All broken rows in one audit."""
    return audit(tmp_path_factory.mktemp("broken"), *((table, row) for table, row, _ in BROKEN))


@pytest.mark.parametrize(("table", "row", "rule"), BROKEN)
def test_a_wrong_unit_fails_the_rule_that_it_breaks(
    broken: dict[str, RuleResult], table: str, row: dict[str, str | None], rule: str
) -> None:
    named = [row.get("currency"), row.get("unit") or "none", row.get("pint_expression")]
    failing = [key for key in broken[rule].failing_keys if key.startswith(f"{table}.")]
    assert any(f": {unit} for " in key for unit in named for key in failing)
    assert broken[rule].rule.severity == "critical"


def test_nothing_else_fails_beside_wrong_units(broken: dict[str, RuleResult]) -> None:
    tables = {table for table, _, _ in BROKEN}
    failing = {key for result in broken.values() for key in result.failing_keys}
    assert {key.partition(".")[0] for key in failing} == tables
    assert not [key for key in failing if "JPY" in key or "CHF" in key or "GW" in key]


def test_the_units_of_the_seeds_hold_every_rule(tmp_path: Path) -> None:
    results = audit(tmp_path)
    assert [result.error for result in results.values()] == [None, None]
    assert all(result.passed for result in results.values())


def test_every_column_of_units_or_currencies_of_a_public_table_is_judged() -> None:
    named = {
        f"{model['name']}.{column['name']}"
        for file in MODELS.glob("*.yml")
        for model in yaml.safe_load(file.read_text()).get("models", [])
        for column in model["columns"]
        if re.search(r"(?:^|_)(?:unit|currency|pint_expression)$", column["name"])
    }
    assert named == set(re.findall(r"'(\w+\.\w+)'", units.SUITE.frame))


def test_the_unit_in_the_name_of_a_column_is_one_that_pint_reads() -> None:
    dimensions = {"usd": "money", "mw": "power", "w": "power", "tflops": "[operations]", "tops": "[operations]"}
    columns = {
        column["name"].rpartition("_")[2]
        for file in MODELS.glob("*.yml")
        for model in yaml.safe_load(file.read_text()).get("models", [])
        for column in model["columns"]
    } & dimensions.keys()
    assert columns >= {"usd", "w", "tflops", "tops"}
    printed = {"usd": "USD", "mw": "MW", "w": "W", "tflops": "Tflops", "tops": "Tops"}
    assert {name: units.dimension_of(printed[name]) for name in columns} == {c: dimensions[c] for c in columns}


def test_a_unit_is_worth_of_its_base_unit_what_its_pint_expression_says() -> None:
    registry = units.registry()
    assert registry.Quantity(1, "GPU").to("accelerator").magnitude == 1
    assert registry.Quantity(2, "GW").to("MW").magnitude == pytest.approx(2000)
    assert registry.Quantity(500, "kW").to("MW").magnitude == pytest.approx(0.5)


def test_no_currency_becomes_another_without_a_rate() -> None:
    assert math.isnan(units.registry().Quantity(1, "EUR").to("USD").magnitude)


def test_every_currency_that_texts_are_read_in_is_money() -> None:
    with (SEEDS / "lexicon_currencies.csv").open(encoding="utf-8") as file:
        currencies = {row["currency"] for row in csv.DictReader(file)}
    assert {code for code in currencies if units.dimension_of(code) != "money"} == set()


@pytest.mark.parametrize("slip", ["", "1", "3 USD", "USD +", "MWh", "megawatts per", "2024-01-01", None])
def test_a_slip_is_no_unit(slip: str | None) -> None:
    assert units.dimension_of(slip) is None


def test_listing_the_rules_does_not_import_pint() -> None:
    code = "import sys; from expectations import gates, units; sys.exit('pint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_function_of_sql_is_there_only_while_units_are_judged() -> None:
    with duckdb.connect() as con:
        for _ in range(2):
            with units.readable(con):
                assert con.execute("select dimension_of('GW'), dimension_of(null)").fetchall() == [("power", None)]
        with pytest.raises(duckdb.CatalogException):
            con.execute("select dimension_of('GW')")
