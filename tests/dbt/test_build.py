"""The dbt project, built by the real `dbt build` over a warehouse in a temporary folder that is filled by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
DAY = date(2024, 11, 5)


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


@dataclass
class Warehouse:
    """The working file, with the words of a test for what loaders put into it."""

    path: Path
    scratch: Path

    def create(self) -> None:
        with self.open() as connection:
            connection.execute((ROOT / "warehouse" / "schema.sql").read_text())

    def open(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(self.path, config={"storage_compatibility_version": "v1.5.0"})
        connection.execute("set TimeZone = 'UTC'")
        return connection

    def insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        with self.open() as connection:
            for row in rows:
                names, marks = ", ".join(row), ", ".join("?" * len(row))
                connection.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))

    def build(self, *selection: str) -> str:
        """Runs `dbt build` and gives what it printed; fails with that text when a model or a test fails."""
        command = [Path(sys.executable).with_name("dbt"), "build", "--project-dir", "dbt", "--profiles-dir", "dbt"]
        environment = os.environ | {
            "LEDGER_WAREHOUSE": str(self.path),
            "DBT_TARGET_PATH": str(self.scratch / "target"),
            "DBT_LOG_PATH": str(self.scratch / "logs"),
            "NO_COLOR": "1",
        }
        done = subprocess.run(
            [*command, *selection], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def rows(self, query: str) -> list[dict[str, Any]]:
        with self.open() as connection:
            return connection.sql(query).to_arrow_table().to_pylist()


def document(document_id: str, text: str, day: str, **more: Any) -> dict[str, Any]:
    """A row of raw.documents, published and fetched on a day."""
    return {
        "document_id": document_id,
        "fetch_id": f"fetch-{document_id}",
        "landing_day": DAY,
        "source": "wire",
        "source_kind": "press",
        "url": f"https://example.org/{document_id}",
        "title": document_id,
        "published_at": at(day),
        "published_method": "feed",
        "fetched_at": at(day) + timedelta(hours=1),
        "text": text,
    } | more


def claim(claim_id: str, of: dict[str, Any], quote: str, value: int, **more: Any) -> dict[str, Any]:
    """A row of raw.claims whose quote stands in the document's text: by default a count of Tesla's H100."""
    start = of["text"].index(quote)
    return {
        "claim_id": claim_id,
        "document_id": of["document_id"],
        "landing_day": DAY,
        "extractor": "grammar",
        "extractor_version": "1",
        "organization": "Tesla",
        "metric": "accelerator_count",
        "chip": "H100",
        "value_low": value,
        "value_high": value,
        "unit": "accelerator",
        "qualifier": "exact",
        "status": "actual",
        "period_end": of["published_at"].date(),
        "quote": quote,
        "char_start": start,
        "char_end": start + len(quote),
        "confidence": 0.9,
    } | more


def reading(document_id: str, version: str = "1", day: str = "2024-11-05") -> dict[str, Any]:
    """A row of raw.extractions."""
    return {
        "document_id": document_id,
        "extractor": "grammar",
        "extractor_version": version,
        "landing_day": DAY,
        "claim_count": 1,
        "extracted_at": at(day),
    }


def filed(start: str, end: str, value: int, accession: str, filed_on: str, **more: Any) -> dict[str, Any]:
    """A row of raw.company_facts: by default Alphabet's cash paid for property and equipment."""
    return {
        "cik": 1652044,
        "entity_name": "Alphabet Inc.",
        "taxonomy": "us-gaap",
        "concept": "PaymentsToAcquirePropertyPlantAndEquipment",
        "unit": "USD",
        "period_start": date.fromisoformat(start),
        "period_end": date.fromisoformat(end),
        "accession": accession,
        "value": value,
        "form": "10-Q",
        "filed_on": date.fromisoformat(filed_on),
        "fetch_id": "facts",
        "landing_day": DAY,
        "source": "company_facts",
    } | more


HEADLINE = "The machines stand in the southern hall of the factory and are cooled with water from a new plant."
WIRE = f"{HEADLINE} Tesla now runs 60,000 H100 chips in its Cortex cluster, said two people who saw it. Élan — 7 °C."


def tell(warehouse: Warehouse, *, backwards: bool = False) -> None:
    """A small world in which each judgment is asked for once."""
    wire = document("wire", WIRE, "2024-11-02")
    copy = document("copy", f"By our desk. {WIRE}", "2024-11-03", source="paper")
    late_copy = document("late-copy", WIRE, "2024-12-24", source="archive")
    company = document("company", "We run 50,000 H100 in Cortex.", "2024-11-04", source="site", source_kind="company")
    swapped = document("swapped", "Tesla's Colossus site in Memphis holds 100,000 H100.", "2024-11-02")
    joint = document("joint", "Together Tesla and xAI bought 7,000 H100.", "2024-11-02")
    first = document("first", "Tesla has 30,000 H100 today.", "2024-04-01", url="https://example.org/revised")
    corrected = document(
        "corrected", "Tesla has 35,000 H100 today.", "2024-04-01",
        url="https://example.org/revised", fetched_at=at("2024-05-01"),
    )  # fmt: skip
    plan = document("plan", "85,000 H100 by December, Tesla says.", "2024-04-23")
    reached = document("reached", "Tesla said that 90,000 H100 are up.", "2025-01-15", url="https://example.org/up")
    new_menu = document(
        "new-menu", "Cars. Chips. Tesla said that 90,000 H100 are up.", "2025-01-15",
        url="https://example.org/up", fetched_at=at("2025-03-01"),
    )  # fmt: skip
    press = document("press", "Google spent $13 billion on capex in the quarter.", "2024-10-30")
    nothing = document("nothing", "A text without a number.", "2024-11-02")
    cortex = {"facility": "Cortex", "period_end": date(2024, 11, 1)}
    by_december = {"status": "planned", "period_end": date(2024, 12, 31)}
    third_quarter = {"period_start": date(2024, 7, 1), "period_end": date(2024, 9, 30)}
    money = {"metric": "capex", "chip": None, "scope": "total", "unit": "USD", "currency": "USD"}
    claims = [
        claim("c-wire", wire, "60,000 H100", 60_000, **cortex),
        claim("c-copy", copy, "60,000 H100", 60_000, **cortex),
        claim("c-late-copy", late_copy, "60,000 H100", 60_000, **cortex),
        claim("c-company", company, "50,000 H100", 50_000, **cortex),
        claim("c-swapped", swapped, "100,000 H100", 100_000, facility="Colossus"),
        claim("c-joint", joint, "7,000 H100", 7_000, organization="Tesla + xAI", metric="accelerator_flow"),
        claim("c-first", first, "30,000 H100", 30_000),
        claim("c-corrected", corrected, "35,000 H100", 35_000),
        claim("c-plan-old", plan, "85,000", 8_500, extractor_version="0", **by_december),
        claim("c-plan", plan, "85,000 H100", 85_000, **by_december),
        claim("c-reached", reached, "90,000 H100", 90_000),
        claim("c-new-menu", new_menu, "90,000 H100", 90_000),
        claim("c-press", press, "$13 billion", 13_000_000_000, organization="Alphabet", **money, **third_quarter),
    ]
    documents = [
        wire,
        copy,
        late_copy,
        company,
        swapped,
        joint,
        first,
        corrected,
        plan,
        reached,
        new_menu,
        press,
        nothing,
    ]
    filings = [
        filed("2024-01-01", "2024-06-30", 25_198_000_000, "0001652044-24-000079", "2024-07-24"),
        filed("2024-01-01", "2024-09-30", 38_259_000_000, "0001652044-24-000118", "2024-10-30"),
        filed("2023-10-01", "2024-09-30", 49_299_000_000, "0001652044-24-000118", "2024-10-30"),
    ]
    states = [{"source": "wire", "kind": "feed", "url": "https://example.org/feed", "error": "It answered 503.",
               "error_count": 2, "checked_at": at("2024-11-05")}]  # fmt: skip
    order = -1 if backwards else 1
    warehouse.insert("raw.documents", documents[::order])
    warehouse.insert("raw.claims", claims[::order])
    warehouse.insert(
        "raw.extractions", [reading("plan", "0", "2024-05-01"), *(reading(d["document_id"]) for d in documents)]
    )
    warehouse.insert("raw.company_facts", filings[::order])
    warehouse.insert("raw.source_states", states)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, dbt_scratch: Path) -> Warehouse:
    warehouse = Warehouse(tmp_path_factory.mktemp("told") / "warehouse.duckdb", dbt_scratch)
    warehouse.create()
    tell(warehouse)
    warehouse.build()
    return warehouse


FACTS = "select * from marts.fct_compute_capacity_capex order by fact_id"


def one(warehouse: Warehouse, query: str) -> dict[str, Any]:
    (row,) = warehouse.rows(query)
    return row


@pytest.mark.slow
def test_a_company_beats_the_press_and_the_fact_says_so(told):
    fact = one(told, "select * from marts.fct_compute_capacity_capex where facility = 'Cortex'")
    assert (fact["value"], fact["winning_claim_id"], fact["resolution_rule"]) == (50_000, "c-company", "source_kind")
    assert fact["quote"] == "50,000 H100"
    assert fact["is_contested"]
    assert fact["spread"] == pytest.approx(0.2)
    assert {row["rival_claim_id"] for row in told.rows("from marts.rpt_conflicts")} == {
        "c-wire",
        "c-copy",
        "c-late-copy",
    }


@pytest.mark.slow
def test_copies_of_one_report_within_days_are_one_source(told):
    fact = one(told, "select * from marts.fct_compute_capacity_capex where facility = 'Cortex'")
    assert fact["statement_count"] == 4
    assert (
        fact["independent_source_count"] == 3
    )  # the wire with its copy, the company, and the print of seven weeks later
    stories = told.rows("select document_id, story_id from marts.dim_document where document_id like '%copy'")
    assert {row["document_id"]: row["story_id"] for row in stories} == {"copy": "wire", "late-copy": "late-copy"}


@pytest.mark.slow
def test_the_operator_of_a_named_facility_owns_it_and_the_papers_word_is_kept(told):
    statement = one(told, "select * from marts.fct_claims where claim_id = 'c-swapped'")
    assert (statement["organization"], statement["organization_stated"]) == ("xAI", "Tesla")


@pytest.mark.slow
def test_a_joint_organization_has_a_key_of_its_own(told):
    joint = one(told, "select * from marts.dim_organization where not is_in_vocabulary")
    assert (joint["organization_id"], joint["organization"]) == ("tesla_xai", "Tesla + xAI")


@pytest.mark.slow
def test_a_correction_counts_from_the_day_on_which_it_was_seen(told):
    question = "select value from {} where metric = 'accelerator_count' and period_end = '2024-04-01'"
    assert told.rows(question.format("marts.fct_compute_capacity_capex")) == [{"value": 35_000}]
    assert told.rows(question.format("marts.facts_as_known(date '2024-03-31')")) == []
    assert told.rows(question.format("marts.facts_as_known(date '2024-04-01')")) == [{"value": 30_000}]
    assert told.rows(question.format("marts.facts_as_known(date '2024-05-01')")) == [{"value": 35_000}]


@pytest.mark.slow
def test_a_changed_page_that_repeats_its_claim_does_not_make_the_news_younger(told):
    today = one(told, "select * from marts.fct_compute_capacity_capex where value_low = 90000")
    assert (today["winning_claim_id"], today["known_at"], today["statement_count"]) == (
        "c-new-menu",
        at("2025-01-15"),
        1,
    )
    before = one(told, "select * from marts.facts_as_known(date '2025-02-01') where value_low = 90000")
    assert (before["winning_claim_id"], before["statement_count"]) == ("c-reached", 1)


@pytest.mark.slow
def test_todays_facts_are_those_known_in_the_far_future(told):
    known = told.rows("select * from marts.facts_as_known(date '2100-01-01') order by fact_id")
    assert known == told.rows(FACTS)


@pytest.mark.slow
def test_only_the_newest_reading_stands_and_the_older_one_stays(told):
    readings = told.rows("select claim_id, is_current from marts.fct_claims where document_id = 'plan' order by all")
    assert readings == [{"claim_id": "c-plan", "is_current": True}, {"claim_id": "c-plan-old", "is_current": False}]
    assert told.rows("select 1 from marts.fct_compute_capacity_capex where winning_claim_id = 'c-plan-old'") == []


@pytest.mark.slow
def test_a_quarter_is_derived_from_the_years_to_date_and_stands_beside_the_papers_figure(told):
    quarter = one(told, "select * from marts.fct_capex_quarterly where period_end = '2024-09-30'")
    assert (quarter["value_latest_usd"], quarter["method"], quarter["fiscal_quarter"]) == (13_061_000_000, "derived", 3)
    assert (quarter["minuend_accession"], quarter["subtrahend_accession"]) == (
        "0001652044-24-000118",
        "0001652044-24-000079",
    )
    beside = one(told, "from marts.rpt_press_vs_filings")
    assert (beside["difference"], beside["filing_value"]) == (-61_000_000, 13_061_000_000)
    assert beside["difference_percent"] == pytest.approx(-0.467, abs=0.001)
    assert beside["filing_derivation"] == "38,259,000,000 - 25,198,000,000 (filed as 0001652044-24-000079)"


@pytest.mark.slow
def test_trailing_twelve_months_are_not_a_year(told):
    assert told.rows("select 1 from marts.fct_claims where value_low = 49299000000") == []


@pytest.mark.slow
def test_a_plan_is_held_against_what_was_then_said_to_be_in_place(told):
    plan = one(told, "from marts.rpt_plan_vs_actual")
    assert (plan["outcome"], plan["days_late"], plan["planned_low"], plan["actual_low"]) == ("late", 15, 85_000, 90_000)


@pytest.mark.slow
def test_the_health_of_a_source_shows_its_error_and_its_yield(told):
    wire = one(told, "select * from marts.rpt_source_health where source = 'wire'")
    assert (wire["last_error"], wire["error_count"]) == ("It answered 503.", 2)
    assert (wire["document_count"], wire["claim_count"]) == (10, 7)


@pytest.mark.slow
def test_building_again_and_loading_in_another_order_give_the_same_rows(told, empty_warehouse):
    tables = ["fct_claims", "fct_compute_capacity_capex", "fct_capex_quarterly", "dim_document", "rpt_conflicts"]
    before = {table: told.rows(f"from marts.{table} order by all") for table in tables}
    told.build()
    tell(empty_warehouse, backwards=True)
    empty_warehouse.build()
    for warehouse in (told, empty_warehouse):
        assert {table: warehouse.rows(f"from marts.{table} order by all") for table in tables} == before


@pytest.mark.slow
def test_an_empty_warehouse_builds_without_a_warning_and_has_no_facts(empty_warehouse, dbt_scratch):
    printed = empty_warehouse.build("--no-partial-parse")
    assert "deprecat" not in printed.lower()
    assert "WARN=0" in printed
    assert empty_warehouse.rows(FACTS) == []
    assert empty_warehouse.rows("from marts.facts_as_known(date '2025-01-01')") == []


@pytest.mark.slow
def test_a_quote_that_stands_elsewhere_fails_the_build(empty_warehouse):
    moved = document("moved", "Tesla has 30,000 H100.", "2024-04-01")
    empty_warehouse.insert("raw.documents", [moved])
    empty_warehouse.insert("raw.extractions", [reading("moved")])
    empty_warehouse.insert("raw.claims", [claim("c", moved, "30,000 H100", 30_000, char_start=3, char_end=14)])
    with pytest.raises(AssertionError, match="quote_at_its_offsets"):
        empty_warehouse.build()


@pytest.mark.slow
def test_every_model_seed_and_source_is_described_to_the_last_column(told):
    manifest = json.loads((told.scratch / "target" / "manifest.json").read_text())
    described = [n for n in manifest["nodes"].values() if n["resource_type"] in ("model", "seed")]
    for node in [*described, *manifest["sources"].values()]:
        assert node["description"], node["name"]
        assert [c for c, column in node["columns"].items() if not column["description"]] == [], node["name"]
        existing = told.rows(
            "select column_name from information_schema.columns "
            f"where table_schema = '{node['schema']}' and table_name = '{node['name']}'"
        )
        assert {row["column_name"] for row in existing} == set(node["columns"]), node["name"]


def test_the_project_folder_is_no_python_package():
    # with an __init__.py it would shadow dbt itself wherever the root is the working directory
    assert not (ROOT / "dbt" / "__init__.py").exists()
