"""Quarterly capital expenditure out of recorded company facts, against quarters that were worked out by hand."""

from __future__ import annotations

import csv
import hashlib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sources.company_facts import read_company_facts
from sources.landing import Record
from tests.dbt.test_build import Warehouse
from warehouse import loading

ALPHABET, NVIDIA, TESLA, APPLE = 1652044, 1045810, 1318605, 320193
# Numbers that no filer has: under them the same filings are loaded in another order.
REPLAYED, AT_ONCE, IN_TIME = 9_000_000_000, 8_000_000_000, 7_000_000_000


def recorded(path: Path) -> pa.Table:
    """The rows of a recorded answer, by the reader that a run uses."""
    payload = path.read_bytes()
    return read_company_facts(
        Record(
            fetch_id=path.name,
            warc_file="recorded.warc.gz",
            landing_day=date(2026, 8, 6),
            url=f"https://data.sec.gov/api/xbrl/companyfacts/{path.name}",
            http_status=200,
            content_type="application/json",
            payload=payload,
            payload_digest=f"sha256:{hashlib.sha256(payload).hexdigest()}",
            fetched_at=datetime(2026, 8, 6, tzinfo=UTC),
            metadata={},
        )
    )


def under(number: int, rows: pa.Table) -> pa.Table:
    """The rows as those of a filer whose CIK is higher by `number`."""
    return rows.set_column(0, "cik", pc.add(rows["cik"], number))


@pytest.fixture(scope="module")
def books(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """All recorded companies, and the recorded days of two of them in order and at once; built once."""
    scratch = tmp_path_factory.mktemp("capex")
    warehouse = Warehouse(scratch / "warehouse.duckdb", scratch)
    warehouse.create()
    folder = "api/xbrl/companyfacts"
    latest = {path.name: recorded(path) for path in (shared / "edgar" / folder).glob("*.json")}
    nvidia, alphabet = f"CIK{NVIDIA:010}.json", f"CIK{ALPHABET:010}.json"
    april = {name: recorded(shared / "edgar/_vintages/2026-04-27" / folder / name) for name in (nvidia, alphabet)}
    august = recorded(shared / "edgar/_vintages/2026-08-06" / folder / alphabet)
    by_2016 = latest[alphabet].filter(pc.less(latest[alphabet]["filed_on"], date(2017, 1, 1)))
    loads = [
        *latest.values(),
        august,
        *[under(REPLAYED, rows) for rows in (april[nvidia], latest[nvidia], april[alphabet], latest[alphabet])],
        *[under(AT_ONCE, rows) for rows in (latest[nvidia], latest[alphabet])],
        *[under(IN_TIME, rows) for rows in (by_2016, april[alphabet], latest[alphabet])],
    ]
    with duckdb.connect(str(warehouse.path)) as connection:
        for rows in loads:
            loading.insert(connection, "raw.company_facts", rows)
    warehouse.build("--exclude-resource-type", "unit_test")
    return warehouse


def text(value: Any) -> str:
    return "" if value is None else str(int(value)) if hasattr(value, "quantize") else str(value)


@pytest.mark.slow
@pytest.mark.shared
def test_every_quarter_that_was_worked_out_by_hand_comes_out_equal_with_both_operands(books, shared):
    columns = {
        **{"method": "method", "value_first": "value_first_usd", "value_latest": "value_usd", "unit": "unit"},
        **{"minuend_accession": "minuend_accn", "minuend_filed_on": "minuend_filed"},
        **{"subtrahend_accession": "subtrahend_accn", "subtrahend_filed_on": "subtrahend_filed"},
        **{"period_start": "period_start", "period_end": "period_end", "first_known_at": "first_known"},
    }
    found = {
        (row["cik"], row["fiscal_year"], row["fiscal_quarter"]): {name: text(row[name]) for name in columns}
        for row in books.rows(
            "select * replace (cast(first_known_at as date) as first_known_at) from marts.fct_capex_quarterly"
        )
    }
    with (shared / "filings" / "truth_dev.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            key = (int(row["cik"]), int(row["fiscal_year"]), int(row["fiscal_quarter"]))
            quarter = found.pop(key)
            if row["method"] == "not derivable":  # what there is of it, the table doesn't give
                quarter |= dict.fromkeys(("minuend_accession", "minuend_filed_on"), "")
            assert quarter == {name: row[theirs] for name, theirs in columns.items()}, key
    assert [key for key in found if key[0] in (APPLE, ALPHABET, 789019, TESLA)] == []


@pytest.mark.slow
@pytest.mark.shared
def test_values_of_mixed_bases_are_flagged_and_the_ledger_has_the_pair_of_one_basis(books):
    mixed = books.rows(
        "select ticker, fiscal_year, fiscal_quarter, value_first, value_latest, value_one_basis "
        f"from marts.fct_capex_quarterly where warning like 'mixed bases%' and cik < {IN_TIME} order by all"
    )
    assert [tuple(row.values()) for row in mixed] == [
        ("GOOGL", 2014, 4, 3_551_000_000, 3_606_000_000, 3_551_000_000),
        ("TSLA", 2011, 4, 54_262_000, 40_592_000, 54_262_000),
        ("TSLA", 2012, 4, 41_483_000, 64_053_000, 64_053_000),
    ]
    facts = books.rows(
        "select value_low from marts.fct_claims where organization = 'Tesla' "
        "and period_start in ('2011-10-01', '2012-10-01') and period_end - period_start < 100 order by period_start"
    )
    assert [row["value_low"] for row in facts] == [54_262_000, 64_053_000]


@pytest.mark.slow
@pytest.mark.shared
def test_what_was_known_of_teslas_2012_on_a_past_day(books):
    def known(day: str, start: str, end: str) -> list[int]:
        rows = books.rows(
            f"select cast(value / 1000 as bigint) as value from marts.facts_as_known(date '{day}') "
            f"where organization = 'Tesla' and period_start = '{start}' and period_end = '{end}'"
        )
        return [row["value"] for row in rows]

    first, fourth = ("2012-01-01", "2012-03-31"), ("2012-10-01", "2012-12-31")
    assert known("2012-05-09", *first) == []
    assert known("2012-05-10", *first) == [67_987]
    assert known("2015-06-01", *first) == [54_774]
    assert known("2013-06-01", *fourth) == []  # the year on the new basis, nine months on the old one
    assert known("2015-06-01", *fourth) == [64_053]


LEDGER = (
    "select fiscal_year, fiscal_quarter, period_start, period_end, method, value_first, value_latest, value_one_basis, "
    "minuend_accession_first, minuend_accession, subtrahend_accession_first, subtrahend_accession, first_known_at, "
    "known_at, restated, warning from marts.fct_capex_quarterly where cik = {} order by all"
)


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("cik", [NVIDIA, ALPHABET])
def test_recorded_days_in_order_give_the_ledger_of_the_last_one(books, cik):
    replayed = books.rows(LEDGER.format(REPLAYED + cik))
    assert replayed
    assert replayed == books.rows(LEDGER.format(AT_ONCE + cik))


@pytest.mark.slow
@pytest.mark.shared
def test_a_restated_quarter_has_both_values_whether_it_was_loaded_in_time_or_at_once(books):
    in_time = books.rows(LEDGER.format(IN_TIME + ALPHABET))
    assert in_time == books.rows(LEDGER.format(AT_ONCE + ALPHABET))
    (first_of_2016,) = [row for row in in_time if (row["fiscal_year"], row["fiscal_quarter"]) == (2016, 1)]
    assert (first_of_2016["value_first"], first_of_2016["value_latest"]) == (2_428_000_000, 2_444_000_000)


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(
    ("ticker", "quarter", "millions"),
    [
        ("AMZN", (2024, 4), 27_834),
        ("AMZN", (2025, 1), 25_019),
        ("NVDA", (2022, 4), 273),
        ("NVDA", (2025, 4), 1_077),
        ("NVDA", (2026, 1), 1_227),
        ("META", (2023, 4), 7_592),
        ("META", (2024, 4), 14_425),
        ("META", (2025, 1), 12_941),
        ("AMD", (2022, 4), 124),
        ("AMD", (2024, 4), 208),
    ],
)
def test_published_quarters_of_other_companies_come_out(books, ticker, quarter, millions):
    (row,) = books.rows(
        f"select value_latest_usd from marts.fct_capex_quarterly where ticker = '{ticker}' and cik < {IN_TIME} "
        f"and (fiscal_year, fiscal_quarter) = {quarter}"
    )
    assert row["value_latest_usd"] == millions * 1_000_000


@pytest.mark.slow
@pytest.mark.shared
def test_the_quarters_of_a_year_add_up_to_the_year_as_filed(books):
    apart = books.rows(
        "with years as (select cik, fiscal_year, sum(value_latest) as quarters, string_agg(warning, '; ') as warnings "
        "from marts.fct_capex_quarterly group by all having count(value_latest) = 4) "
        "select ticker, years.fiscal_year, quarters - minuend_value as difference, warnings "
        "from years inner join marts.fct_capex_quarterly as fourth on years.cik = fourth.cik "
        "and years.fiscal_year = fourth.fiscal_year and fiscal_quarter = 4 "
        f"where fourth.method = 'derived' and quarters <> minuend_value and years.cik < {IN_TIME} order by all"
    )
    # rounded years, bases that no filing gives together, and the quarter that Alphabet gives otherwise than its years
    for row in apart:
        assert any(word in row["warnings"] for word in ("rounded", "mixed bases", "years to date differ")), row
    assert ("GOOGL", 2015) in {(row["ticker"], row["fiscal_year"]) for row in apart}
