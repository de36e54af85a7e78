"""Growing equals building anew: a ledger that comes in pieces, in any order, ends in the tables of one full build.

Texts, filings and corrections come together, so that the few builds here tell of all of them.
"""

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
    *("marts.fct_capex_quarterly", "marts.rpt_press_vs_filings", "marts.dim_correction"),
)
PAST_DAYS = ("2017-03-31", "2021-06-15")
pytestmark = pytest.mark.slow

# Ten filers over ten years: the year to date each quarter with that of the year before beside it, which one filer in
# three gives anew. Two filers report the fourth quarter as such, a month after the year.
FILINGS = """
insert into raw.company_facts by name
with years as (
    select 1000 + filer as cik, filer, year
    from range(10) as filers (filer)
    cross join range(2015, 2025) as years (year)
),
values_to_date as (
    select
        cik, filer, year, quarter, given_in,
        make_date(year, 1, 1) as period_start,
        last_day(make_date(year, 3 * quarter, 1)) as period_end,
        quarter * (100000 + 1000 * (hash(filer, year) % 50)) + hash(filer, year, quarter) % 900
            - if(given_in > year and filer % 3 = 0, 1000 * quarter, 0) as value
    from years
    cross join range(1, 5) as quarters (quarter)
    cross join (values (0), (1)) as again (later)
    cross join lateral (select year + later as given_in)
),
filed as (
    select
        *, if(quarter = 4, '10-K', '10-Q') as form, printf('%d-%d-q%d', cik, given_in, quarter) as accession,
        last_day(make_date(given_in, 3 * quarter, 1)) + 30 as filed_on
    from values_to_date
    union all
    select
        * replace (make_date(year, 10, 1) as period_start, value // 4 + 7 as value),
        '10-K/A', printf('%d-%d-late', cik, year), period_end + 60
    from values_to_date
    where quarter = 4 and given_in = year and filer in (4, 5)
)
select
    cik, 'Company ' || cik as entity_name, 'us-gaap' as taxonomy,
    'PaymentsToAcquirePropertyPlantAndEquipment' as concept, 'USD' as unit, period_start, period_end, accession, value,
    form, filed_on, 'facts' as fetch_id, filed_on as landing_day, 'company_facts' as source
from filed
"""
# One claim in fifty and one filed value in forty is declared wrong, whenever it comes. A value that is corrected in one
# filing and repeated in the next is restated there.
CORRECTIONS = """
delete from raw.corrections;
insert into raw.corrections by name
select
    'claim-' || claim_id as correction_id, if(hash(claim_id) % 100 = 0, 'drop', 'override') as action,
    'A slip.' as reason, 'Jane Roe' as author, date '2026-01-01' as corrected_on, 'value' as changes,
    claim_id, organization, facility, metric, chip, scope, unit, currency, per, qualifier, status, period_start,
    period_end,
    3 * value_low as value_low, 3 * value_high as value_high
from raw.claims
where hash(claim_id) % 50 = 0;
insert into raw.corrections by name
select
    printf('filing-%s-%s', accession, period_start) as correction_id,
    if(hash(accession) % 3 = 0, 'drop', 'override') as action, 'A slip.' as reason, 'Jane Roe' as author,
    date '2026-01-01' as corrected_on, 'value' as changes, cik, taxonomy, concept, unit, period_start, period_end,
    accession, value as value_filed, value + 500 as value
from raw.company_facts
where hash(accession, period_start) % 40 = 0
"""


def correct(warehouse: Warehouse) -> None:
    """Declare the corrections of what is in, as a run does before each build."""
    with warehouse.open() as connection:
        connection.execute(CORRECTIONS)


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
        connection.execute(FILINGS)
    correct(warehouse)
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
        connection.execute("create table filing_pieces (accession varchar, piece integer)")
        filings = whole.rows("select distinct accession from raw.company_facts order by all")
        chosen = [(row["accession"], choose.randrange(PIECES)) for row in filings]
        connection.executemany("insert into filing_pieces values (?, ?)", chosen)
    for piece in range(PIECES):
        bring(whole, empty_warehouse, piece)
        correct(empty_warehouse)
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
        connection.execute(
            """
            insert into raw.company_facts
            from whole.raw.company_facts
            where accession in (select accession from filing_pieces where piece = getvariable('piece'))
            """
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
        connection.execute("insert into raw.company_facts from whole.raw.company_facts where filed_on <= ?", [day])
    correct(empty_warehouse)
    empty_warehouse.build("--exclude-resource-type", "test")
    # settled_at looks ahead on purpose: it says until when a past day may differ from today; the id of a filed value is
    # over the time for which it stood
    columns = (
        "* exclude (settled_at) replace (if(source_kind = 'filing', accession, winning_claim_id) as winning_claim_id)"
    )
    then = empty_warehouse.rows(f"select {columns} from marts.fct_compute_capacity_capex order by all")
    assert whole.rows(f"select {columns} from marts.facts_as_known(date '{day}') order by all") == then


def test_the_ledger_holds_corrected_claims_and_quarters_derived_from_corrected_years(whole: Warehouse) -> None:
    """What the tests above compare is there: otherwise they would compare nothing."""
    (found,) = whole.rows(
        """
        select
            count(*) filter (statement_kind = 'claim' and correction_id is not null and is_current) as claims,
            count(*) filter (statement_kind = 'filing' and correction_id is not null and derivation is not null)
                as quarters,
            count(*) filter (statement_kind = 'filing' and superseded_at is not null) as restated
        from marts.fct_claims
        """
    )
    assert min(found.values()) >= 5, found


def test_every_fact_out_of_a_filing_has_a_winner_and_a_filing_that_is_there(whole: Warehouse) -> None:
    facts = "from marts.fct_compute_capacity_capex as fact where source_kind = 'filing'"
    assert whole.rows(f"select 1 {facts} limit 1") != []
    unresolved = whole.rows(
        f"""
        select fact_id {facts} and (
            known_at is null or accession not in (select accession from raw.company_facts)
            or winning_claim_id not in (select claim_id from marts.fct_claims where is_current)
        )
        """
    )
    assert unresolved == []
