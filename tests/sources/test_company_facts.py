"""Company facts out of an archived answer: as filed, to the last digit, or told as unreadable."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sources.company_facts import SCHEMA, read_company_facts
from sources.landing import Record, Unreadable

ROW = {"start": "2024-01-01", "end": "2024-03-31", "val": 2773000000, "accn": "0001-24-1", "fy": 2024, "fp": "Q1"}
ROW |= {"form": "10-Q", "filed": "2024-04-24", "frame": "CY2024Q1"}
INSTANT = {"end": "2024-03-31", "val": 0.125, "accn": "0001-24-1", "fy": None, "fp": None, "form": "6-K"}
INSTANT |= {"filed": "2024-04-24"}
DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def archived(payload: bytes, **metadata: Any) -> Record:
    url = "https://data.example/api/xbrl/companyfacts/CIK0000000007.json"
    about = {"source": "acme", "kind": "company_facts", **metadata}
    return Record("urn:uuid:1", "w", DAY.date(), url, 200, "application/json", payload, "", DAY, about)


def facts(*rows: dict[str, Any], unit: str = "USD") -> bytes:
    concepts = {"us-gaap": {"Payments": {"label": "P", "units": {unit: list(rows)}}}, "dei": {}}
    return json.dumps({"cik": 7, "entityName": "ACME", "facts": concepts}).encode()


def test_every_row_is_read_as_filed() -> None:
    table = read_company_facts(archived(facts(ROW, INSTANT, ROW), cik=7))
    assert table.schema == SCHEMA
    rows = table.to_pylist()
    first = {
        **{"cik": 7, "entity_name": "ACME", "taxonomy": "us-gaap", "concept": "Payments", "unit": "USD"},
        **{"period_start": date(2024, 1, 1), "period_end": date(2024, 3, 31), "accession": "0001-24-1"},
        **{"value": Decimal(2773000000), "form": "10-Q", "filed_on": date(2024, 4, 24), "fiscal_year": 2024},
        **{"fiscal_period": "Q1", "frame": "CY2024Q1", "fetch_id": "urn:uuid:1", "landing_day": DAY.date()},
        "source": "company_facts",
    }
    assert rows[0] == rows[2] == first
    assert rows[1] == first | {
        **{"period_start": None, "value": Decimal("0.125"), "form": "6-K"},
        **{"fiscal_year": None, "fiscal_period": None, "frame": None},
    }


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0.1", "0.1"),
        ("12345678901234567.123456789012", "12345678901234567.123456789012"),
        ("-2.5E+9", "-2500000000"),
        ("0.33333333333333333333", "0.333333333333"),
        ("1e-20", "0"),
    ],
)
def test_a_number_keeps_its_digits_and_an_endless_quotient_is_rounded_where_no_money_is(
    written: str, value: str
) -> None:
    payload = facts(INSTANT, ROW).replace(b"0.125", written.encode())
    assert read_company_facts(archived(payload)).column("value").to_pylist() == [Decimal(value), Decimal(2773000000)]


def test_facts_without_a_value_are_no_rows() -> None:
    assert read_company_facts(archived(b'{"cik": 7, "entityName": "ACME", "facts": {}}')).num_rows == 0


def test_facts_of_another_company_than_asked_for_are_not_read() -> None:
    with pytest.raises(Unreadable, match="are those of CIK 7, and those of CIK 8 were asked for"):
        read_company_facts(archived(facts(ROW), cik=8))


def test_facts_that_name_no_company_are_those_of_the_one_that_was_asked_for() -> None:
    payload = facts(ROW).replace(b'"cik": 7, ', b"")
    assert read_company_facts(archived(payload, cik=9)).column("cik").to_pylist() == [9]
    with pytest.raises(Unreadable):
        read_company_facts(archived(payload))


@pytest.mark.parametrize(
    "payload",
    [
        facts(ROW)[:-30],
        b"<html>busy</html>",
        b"",
        b"[]",
        b"[" * 100_000,
        facts({"end": "2024-03-31", "val": 1}),
        facts(ROW | {"val": "many"}),
        facts(ROW | {"val": None}),
        facts(ROW | {"val": [1]}),
        facts(ROW | {"val": 10**30}),
        facts(ROW | {"accn": None}),
        facts(ROW | {"end": "2024-02-31"}),
        facts(ROW | {"fy": "next"}),
        facts(ROW).replace(b"2773000000", b"NaN"),
        facts(ROW).replace(b'"ACME"', b"[1]"),
        facts(ROW).replace(b'"cik": 7', b'"cik": 99999999999999999999'),
        b'{"cik": 7, "facts": {"us-gaap": {"Payments": {"units": [1]}}}}',
        b"\xff\xfe\x00",
    ],
)
def test_facts_that_are_cut_or_odd_cannot_be_read(payload: bytes) -> None:
    with pytest.raises(Unreadable):
        read_company_facts(archived(payload, cik=7))
