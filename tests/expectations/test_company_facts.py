"""Gate 1 on whole series of company facts: what is a slip of scale, what is growth, and that only mapped rows cost."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations import company_facts, gates
from warehouse import loading

from .conftest import COMPANY_FACT, SEEDS, Row

CIKS = iter(range(1, 10_000))  # a company of its own for each test: they share one warehouse


def quarters(cik: int, *values: int, first: date = date(2019, 1, 1), **more: object) -> list[Row]:
    """A quarterly line, each quarter in a filing of its own a month after its end."""
    rows = []
    for number, value in enumerate(values):
        start = first + timedelta(days=91 * number)
        end = start + timedelta(days=90)
        period = {"period_start": start, "period_end": end, "filed_on": end + timedelta(days=30)}
        own = {"cik": cik, "value": Decimal(value), "accession": f"0000000001-24-{number:06d}"}
        rows.append(COMPANY_FACT | {"taxonomy": "us-gaap"} | period | own | more)
    return rows


def admit(con: duckdb.DuckDBPyConnection, home: Path, rows: list[Row]) -> gates.Admission:
    suite = company_facts.SUITE
    return gates.admit(con, suite, loading.arrow(con, suite.table, rows), home, SEEDS)


def refused_values(admission: gates.Admission) -> list[int]:
    return [int(Decimal(json.loads(row["row_json"])["value"])) for row in admission.refused.to_pylist()]


MILLION = 10**6
STEADY = [40 * MILLION, 55 * MILLION, 38 * MILLION, 61 * MILLION, 47 * MILLION, 70 * MILLION]


@pytest.mark.parametrize("place", range(len(STEADY)))
def test_a_value_a_thousand_times_its_neighbours_is_refused_wherever_it_stands(
    con: duckdb.DuckDBPyConnection, home: Path, place: int
) -> None:
    values = [value * 1000 if at == place else value for at, value in enumerate(STEADY)]
    admission = admit(con, home, quarters(next(CIKS), *values))
    assert refused_values(admission) == [values[place]]
    assert admission.refused.to_pylist()[0]["rules"] == ["mapped_value_to_scale"]
    assert admission.admitted.num_rows == len(STEADY) - 1


def test_the_neighbours_may_be_in_the_warehouse_already(con: duckdb.DuckDBPyConnection, home: Path) -> None:
    *earlier, last = quarters(next(CIKS), *STEADY[:-1], STEADY[-1] * 1000)
    loading.append(con, "raw.company_facts", admit(con, home, earlier).admitted)
    assert refused_values(admit(con, home, [last])) == [STEADY[-1] * 1000]


def test_a_slip_that_a_filing_repeats_in_its_comparatives_is_refused_throughout(
    con: duckdb.DuckDBPyConnection, home: Path
) -> None:
    rows = quarters(next(CIKS), *STEADY)
    slipped = [row | {"value": row["value"] * 1000, "accession": "0000000001-25-000001"} for row in rows[3:]]
    for row in slipped:
        row["filed_on"] = date(2025, 2, 1)
    assert refused_values(admit(con, home, rows + slipped)) == [value * 1000 for value in STEADY[3:]]


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([2 * MILLION * 3**number for number in range(9)], id="tripling each quarter"),
        pytest.param([8_000, 12_000, 5_000, 9_000, 60 * MILLION, 90 * MILLION], id="a tiny company builds its first"),
        pytest.param([MILLION, MILLION, MILLION, 200 * MILLION], id="one large purchase"),
        pytest.param([0, 0, 0, 0, 60 * MILLION], id="nothing until now"),
        pytest.param([40 * MILLION, 40 * MILLION, 40_000 * MILLION], id="too few to know"),
    ],
)
def test_growth_is_no_slip(con: duckdb.DuckDBPyConnection, home: Path, values: list[int]) -> None:
    assert refused_values(admit(con, home, quarters(next(CIKS), *values))) == []


def test_neighbours_are_of_one_concept_unit_length_and_company(con: duckdb.DuckDBPyConnection, home: Path) -> None:
    cik, other = next(CIKS), next(CIKS)
    large = [COMPANY_FACT["value"]]
    rows = [
        *quarters(other, *STEADY),
        *quarters(cik, *STEADY, unit="EUR"),
        *quarters(cik, *STEADY, concept="PaymentsToAcquireProductiveAssets"),
        *quarters(cik, *(value * 1000 for value in STEADY)),
        COMPANY_FACT | {"cik": cik, "value": large[0] * 1000, "period_start": date(2020, 1, 1)},
    ]
    assert refused_values(admit(con, home, rows)) == []


def test_who_grows_a_thousandfold_and_stays_there_is_believed_in_the_end_in_one_load_or_in_many(
    con: duckdb.DuckDBPyConnection, home: Path
) -> None:
    values = [MILLION, 2 * MILLION, MILLION, 3 * MILLION, 2000 * MILLION, 4 * MILLION, 2500 * MILLION, 3000 * MILLION]
    at_once, one_by_one = next(CIKS), next(CIKS)
    together = refused_values(admit(con, home, quarters(at_once, *values)))
    apart = []
    for row in quarters(one_by_one, *values):
        admission = admit(con, home, [row])
        loading.append(con, "raw.company_facts", admission.admitted)
        loading.insert(con, "quarantine.company_facts", admission.refused)
        apart += refused_values(admission)
    assert together == apart == [2000 * MILLION, 2500 * MILLION]


def test_the_frame_holds_the_mapped_rows_and_of_the_others_those_that_break_a_rule(
    con: duckdb.DuckDBPyConnection, home: Path
) -> None:
    cik = next(CIKS)
    unmapped = quarters(cik, *STEADY, concept="Revenues")
    late = unmapped[2] | {"filed_on": date(2999, 1, 1), "accession": "0000000001-99-000001"}
    admission = admit(con, home, [*unmapped, *quarters(cik, *STEADY), late])
    assert [row["rules"] for row in admission.refused.to_pylist()] == [["filing_date_plausible"]]
    assert {result.observed["element_count"] for result in admission.results} == {len(STEADY) + 1}
    assert admission.admitted.num_rows == 2 * len(STEADY)


def test_a_duplicate_accession_with_other_content_is_kept_beside_the_first(
    con: duckdb.DuckDBPyConnection, home: Path
) -> None:
    (row,) = quarters(next(CIKS), 40 * MILLION)
    loading.append(con, "raw.company_facts", admit(con, home, [row]).admitted)
    again = admit(con, home, [row, row | {"value": Decimal(41 * MILLION)}])
    assert again.admitted.column("value").to_pylist() == [41 * MILLION]
