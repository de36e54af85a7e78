import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sources.company_facts import read_company_facts
from sources.edgar import REFUSED, land_company_facts
from sources.landing import Unreadable, read_records, warc_files
from sources.state import State
from sources.watchlist import Company

ROW = {"start": "2024-01-01", "end": "2024-03-31", "val": 2773000000, "accn": "0001-24-1", "fy": 2024, "fp": "Q1"}
ROW |= {"form": "10-Q", "filed": "2024-04-24", "frame": "CY2024Q1"}
INSTANT = {"end": "2024-03-31", "val": 0.125, "accn": "0001-24-1", "fy": None, "fp": None, "form": "6-K"}
INSTANT |= {"filed": "2024-04-24"}


def facts(*rows):
    concepts = {"us-gaap": {"Payments": {"label": "P", "units": {"USD": list(rows)}}}, "dei": {}}
    return json.dumps({"cik": 7, "entityName": "ACME", "facts": concepts}).encode()


def company(key, *ciks):
    return Company(key=key, name=key.title(), ciks=[{"cik": cik} for cik in ciks])


def path(cik):
    return f"/api/xbrl/companyfacts/CIK{cik:010d}.json"


def land(home, site, client, now, *companies):
    return land_company_facts(home, companies, client, site.url, now)


def test_every_row_is_read_as_filed(tmp_path, site, client, now):
    site.give(path(7), facts(ROW, INSTANT, ROW), "application/json")
    report = land(tmp_path, site, client, now, company("acme", 7))
    (record,) = read_records(report.path)
    rows = read_company_facts(record)
    first = {
        **{"cik": 7, "entity_name": "ACME", "taxonomy": "us-gaap", "concept": "Payments", "unit": "USD"},
        **{"period_start": date(2024, 1, 1), "period_end": date(2024, 3, 31), "accession": "0001-24-1"},
        **{"value": Decimal(2773000000), "form": "10-Q", "filed_on": date(2024, 4, 24), "fiscal_year": 2024},
        **{"fiscal_period": "Q1", "frame": "CY2024Q1", "fetch_id": record.fetch_id},
    }
    assert rows[0] == rows[2] == first
    assert (rows[1]["period_start"], rows[1]["value"], rows[1]["fiscal_year"], rows[1]["frame"]) == (
        None,
        Decimal("0.125"),
        None,
        None,
    )


def test_an_endless_quotient_is_rounded_where_no_money_is(tmp_path, site, client, now):
    site.give(path(7), facts(INSTANT | {"val": 0.3333333333333333}, ROW), "application/json")
    (record,) = read_records(land(tmp_path, site, client, now, company("acme", 7)).path)
    assert [row["value"] for row in read_company_facts(record)] == [Decimal("0.333333333333"), Decimal(2773000000)]


def test_the_same_facts_are_archived_once_and_new_ones_again(tmp_path, site, client, now):
    site.give(path(7), facts(ROW))
    reports = [land(tmp_path, site, client, now, company("acme", 7)) for _ in range(2)]
    site.give(path(7), facts(ROW, INSTANT))
    reports.append(land(tmp_path, site, client, now, company("acme", 7)))
    assert [(report.landed, report.unchanged) for report in reports] == [(1, 0), (0, 1), (1, 0)]
    assert len(warc_files(tmp_path)) == 2


def test_a_bad_answer_is_an_error_of_its_company_and_stops_no_other(tmp_path, site, client, now):
    def limited(handler):
        handler.send_error(403)

    site.do(path(1), limited)
    site.give(path(2), site.page("Undeclared tool"))
    site.give(path(3), facts(ROW)[:-40])
    site.give(path(4), b"[]")
    site.give(path(7), facts(ROW))
    companies = [company("limited", 1), company("html", 2), company("cut", 3), company("odd", 4)]
    report = land(tmp_path, site, client, now, *companies, company("acme", 6, 7))
    assert (report.checked, report.landed) == (6, 1)
    assert dict(report.errors) == {
        "limited": f"CIK 1: {REFUSED}",
        "html": "CIK 2: A web page came instead of JSON: EDGAR was busy or refused; the next run asks again.",
        "cut": "CIK 3: The JSON of the company facts is cut off or invalid; the next run asks again.",
        "odd": "CIK 4: The JSON holds no company facts; the next run asks again.",
        "acme": "CIK 6: 127.0.0.1 answered 404 (Not Found).",
    }
    with State(tmp_path) as state:
        assert {(row["source"], row["http_status"]) for row in state.source_states()} == {
            *(("limited", 403), ("html", 200), ("cut", 200), ("odd", 200), ("acme", 404), ("acme", 200)),
        }


@pytest.mark.parametrize(
    "payload",
    [
        facts(ROW)[:-30],
        b"<html>busy</html>",
        facts({"end": "2024-03-31", "val": 1}),
        facts(ROW | {"val": "many"}),
        facts(ROW | {"end": "2024-02-31"}),
        b'{"cik": 7, "facts": {"us-gaap": {"Payments": {"units": [1]}}}}',
        b"\xff\xfe\x00",
    ],
)
def test_archived_facts_that_are_cut_or_odd_cannot_be_read(tmp_path, site, client, now, payload):
    site.give(path(7), facts(ROW))
    (record,) = read_records(land(tmp_path, site, client, now, company("acme", 7)).path)
    with pytest.raises(Unreadable):
        read_company_facts(replace(record, payload=payload))
