"""Growing equals building anew: a ledger that comes in pieces, in any order, ends in the tables of one full build."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.dbt import generated
from tests.dbt.test_build import ROOT, Warehouse

CLAIMS = 2_000
PIECES = 3
TABLES = (
    *("intermediate.int_documents_revised", "intermediate.int_documents_clustered", "intermediate.int_facts_ranked"),
    *("marts.fct_claims", "marts.fct_compute_capacity_capex", "marts.rpt_conflicts", "marts.rpt_plan_vs_actual"),
    *("marts.rpt_capacity_timeline", "marts.dim_document", "marts.dim_organization"),
)
PAST_DAYS = ("2017-03-31", "2021-06-15")
pytestmark = pytest.mark.slow


def state(warehouse: Warehouse) -> dict[str, list[dict[str, Any]]]:
    """Every row that a reader can ask for, of today and of some past days."""
    relations = [*TABLES, *(f"marts.facts_as_known(date '{day}')" for day in PAST_DAYS)]
    return {relation: warehouse.rows(f"from {relation} order by all") for relation in relations}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, dbt_scratch: Path) -> Warehouse:
    warehouse = Warehouse(tmp_path_factory.mktemp("whole") / "warehouse.duckdb", dbt_scratch)
    warehouse.create()
    with warehouse.open() as connection:
        generated.tell(connection, 0, CLAIMS, str(ROOT / "dbt" / "seeds" / "facilities.csv"), organizations=20)
    warehouse.build("--exclude-resource-type", "test")
    return warehouse


def test_pieces_in_random_order_end_in_the_tables_of_one_full_build(
    whole: Warehouse, empty_warehouse: Warehouse
) -> None:
    choose = random.Random(5)
    readings = whole.rows("select distinct document_id, extractor_version from raw.extractions order by all")
    pieces = [(row["document_id"], row["extractor_version"], choose.randrange(PIECES)) for row in readings]
    with empty_warehouse.open() as connection:
        connection.execute("create table pieces (document_id varchar, extractor_version varchar, piece integer)")
        connection.executemany("insert into pieces values (?, ?, ?)", pieces)
    for piece in range(PIECES):
        bring(whole, empty_warehouse, piece)
        empty_warehouse.build("--exclude-resource-type", "test")
    assert state(empty_warehouse) == state(whole)


def bring(whole: Warehouse, part: Warehouse, piece: int) -> None:
    """A document comes with the first of its readings, whatever else has come before it."""
    with part.open() as connection:
        connection.execute(f"attach '{whole.path}' as whole (read_only)")
        connection.execute("create temporary view piece as from pieces where piece = getvariable('piece')")
        connection.execute(f"set variable piece = {piece}")
        connection.execute(
            """
            insert into raw.documents
            from whole.raw.documents
            where document_id in (select document_id from piece)
                and document_id not in (select document_id from raw.documents)
            """
        )
        connection.execute(
            """
            insert into raw.fetches
            from whole.raw.fetches
            where fetch_id in (select fetch_id from raw.documents)
                and fetch_id not in (select fetch_id from raw.fetches)
            """
        )
        for table in ("extractions", "claims"):
            connection.execute(
                f"insert into raw.{table} from whole.raw.{table} semi join piece using (document_id, extractor_version)"
            )


def test_the_same_ledger_again_changes_no_row(whole: Warehouse) -> None:
    before = state(whole)
    whole.build("--exclude-resource-type", "test")
    assert state(whole) == before


@pytest.mark.parametrize("day", PAST_DAYS)
def test_a_past_day_is_as_a_ledger_of_that_day_had_it(whole: Warehouse, empty_warehouse: Warehouse, day: str) -> None:
    """Nothing that came to be known later shows: the ledger is built of the documents of those days alone."""
    with empty_warehouse.open() as connection:
        connection.execute(f"attach '{whole.path}' as whole (read_only)")
        connection.execute(
            """
            insert into raw.documents
            from whole.raw.documents
            where document_id in (
                select document_id from whole.intermediate.int_documents_revised
                where known_at < cast(cast(? as date) + 1 as timestamp) at time zone 'UTC'
            )
            """,
            [day],
        )
        connection.execute("insert into raw.fetches from whole.raw.fetches semi join raw.documents using (fetch_id)")
        for table in ("extractions", "claims"):
            known = f"whole.raw.{table} semi join raw.documents using (document_id)"
            connection.execute(f"insert into raw.{table} from {known}")
    empty_warehouse.build("--exclude-resource-type", "test")
    # settled_at looks ahead on purpose: it says until when a past day may differ from today
    columns = "* exclude (settled_at)"
    then = empty_warehouse.rows(f"select {columns} from marts.fct_compute_capacity_capex order by all")
    assert whole.rows(f"select {columns} from marts.facts_as_known(date '{day}') order by all") == then
