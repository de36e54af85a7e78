"""Archived filings on their way into the raw tables: bad rows to quarantine, all others once, in one load or many."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import steps
from sources import unpacking
from sources.fetching import Response
from sources.landing import LandingWriter
from warehouse import connection

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAID = "PaymentsToAcquirePropertyPlantAndEquipment"
MILLION = 10**6
QUARTERS = [("2024-01-01", "2024-03-31"), ("2024-04-01", "2024-06-30"), ("2024-07-01", "2024-09-30")]
QUARTERS += [("2024-10-01", "2024-12-31"), ("2025-01-01", "2025-03-31")]

Stated = dict[str, Any]


def stated(number: int, value: float, **more: Any) -> Stated:
    """The value of the so-manyeth quarter, in the filing of that quarter."""
    start, end = QUARTERS[number]
    filing = {"accn": f"0000000007-25-{number:06d}", "form": "10-Q", "filed": f"2025-0{number + 1}-15"}
    return {"start": start, "end": end, "val": value, "fy": 2024, "fp": "Q1", **filing, **more}


def land(home: Path, days: int, *files: dict[tuple[str, str], list[Stated]]) -> None:
    """Archive company facts of CIK 7, as a run of that day would; each a map of concept and unit to its values."""
    with LandingWriter(home, "filings", NOW + timedelta(days=days)) as writer:
        for series in files:
            concepts: dict[str, Any] = {}
            for (concept, unit), values in series.items():
                concepts.setdefault(concept, {"units": {}})["units"][unit] = values
            facts = {"cik": 7, "entityName": "ACME", "facts": {"us-gaap": concepts}}
            answer = Response("https://edgar.example/7", 200, "OK", (), json.dumps(facts).encode())
            writer.add_response(answer, {"source": "acme", "kind": "company_facts", "cik": 7})


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    with connection.write(home) as con:
        return con.execute(query).fetchall()


ORDINARY = [stated(number, (40 + number) * MILLION) for number in range(5)]
BAD = {
    "mapped_unit_is_a_currency": {(PAID, "USD/shares"): [stated(0, 1.5)], (PAID, "pure"): [stated(0, 0.2)]},
    "mapped_value_to_scale": {(PAID, "USD"): [*ORDINARY[:4], stated(4, 44_000 * MILLION)]},
    "mapped_value_not_negative": {(PAID, "USD"): [stated(0, -40 * MILLION)]},
    "period_ordered": {("Revenues", "USD"): [stated(0, 5, start="2024-04-01")]},
    "filing_date_plausible": {("Revenues", "USD"): [stated(0, 5, filed="1891-04-24")]},
    "accession_well_formed": {("Revenues", "USD"): [stated(0, 5, accn="none")]},
}


@pytest.mark.parametrize("rule", BAD)
def test_a_bad_value_goes_to_quarantine_with_the_rule_and_the_rest_goes_on(tmp_path: Path, rule: str) -> None:
    land(tmp_path, 0, BAD[rule] | {("Assets", "USD"): [stated(0, 1)]})
    bad = 2 if rule == "mapped_unit_is_a_currency" else 1
    loaded = steps.read_archive(tmp_path)
    assert loaded.refused["company_facts"] == bad
    refused = rows(tmp_path, "select rules, source, row_json ->> 'accession', reasons from quarantine.company_facts")
    assert [(rules, source) for rules, source, *_ in refused] == [([rule], "company_facts")] * bad
    assert all(accession and reasons[0].endswith(".") for *_, accession, reasons in refused)
    assert rows(tmp_path, "select count(*) from raw.company_facts where concept = 'Assets'") == [(1,)]
    failed = {name for (_, name), (_, result) in loaded.results.items() if not result.passed}
    assert failed == {rule}


def test_a_filing_that_comes_again_with_other_content_stands_beside_itself(tmp_path: Path) -> None:
    land(tmp_path, 0, {(PAID, "USD"): ORDINARY})
    land(tmp_path, 1, {(PAID, "USD"): [stated(0, 39 * MILLION), *ORDINARY[1:]]})
    assert steps.read_archive(tmp_path).new["company_facts"] == len(ORDINARY) + 1
    both = rows(tmp_path, "select value from raw.company_facts where accession like '%000000' order by value")
    assert both == [(39 * MILLION,), (40 * MILLION,)]


def test_the_same_archive_gives_the_same_rows_in_one_load_in_many_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vintages = [{(PAID, "USD"): ORDINARY[: number + 1], ("Assets", "USD"): ORDINARY[:number]} for number in range(5)]
    everything = "select * exclude (fetch_id) from raw.company_facts order by all"
    many, once, small = tmp_path / "many", tmp_path / "once", tmp_path / "small"
    for day, vintage in enumerate(vintages):
        land(many, day, vintage)
        steps.read_archive(many)
        land(once, day, vintage)
        land(small, day, vintage, vintage)
    steps.read_archive(once)
    monkeypatch.setattr(unpacking, "PIECE_BYTES", 1)
    steps.read_archive(small)
    assert len(rows(many, everything)) == 9
    assert rows(many, everything) == rows(once, everything) == rows(small, everything)
    again = steps.read_archive(once)
    assert set(again.new.values()) == {0}
    assert all(result.passed for _, result in again.results.values())


def test_a_run_that_dies_between_two_pieces_leaves_its_file_unread_and_the_next_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(tmp_path, 0, {(PAID, "USD"): ORDINARY[:2]}, {("Assets", "USD"): ORDINARY})
    obstacle = tmp_path / "landing" / "2026-03-03" / "20260303T000000Z-filings-0.warc.gz"
    obstacle.mkdir(parents=True)
    count = "select (select count(*) from raw.company_facts), (select count(*) from raw.landing_files)"
    monkeypatch.setattr(unpacking, "PIECE_BYTES", 1)
    with pytest.raises(IsADirectoryError):
        steps.read_archive(tmp_path)
    assert rows(tmp_path, count) == [(7, 0)]
    obstacle.rmdir()
    assert steps.read_archive(tmp_path).new["company_facts"] == 0
    assert rows(tmp_path, count) == [(7, 1)]


def test_a_warehouse_from_before_inline_xbrl_is_brought_up_to_date(tmp_path: Path) -> None:
    land(tmp_path, 0, {(PAID, "USD"): ORDINARY})
    steps.read_archive(tmp_path)
    with duckdb.connect(connection.working_file(tmp_path)) as con:
        con.execute("alter table raw.company_facts drop column source; drop table raw.filings")
    land(tmp_path, 1, {(PAID, "USD"): ORDINARY, ("Assets", "USD"): ORDINARY})
    steps.read_archive(tmp_path)
    counts = rows(
        tmp_path, "select source, count(*), (select count(*) from raw.filings) from raw.company_facts group by 1"
    )
    assert counts == [("company_facts", 10, 0)]
