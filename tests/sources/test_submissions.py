"""A company's list of filings, read, and what is asked for because of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sources.landing import Unreadable
from sources.submissions import Filing, read_submissions, without_capex
from tests import edgar_server
from tests.edgar_server import filing

CAPEX = {("us-gaap", "PaymentsToAcquirePropertyPlantAndEquipment")}


def test_a_list_is_read_with_the_names_of_older_ones():
    listed = edgar_server.submissions(
        7,
        "Acme Corp",
        [
            filing("0000000007-26-000002", "8-K", "2026-02-03", "2026-02-02"),
            filing("0000000007-26-000001", "4", "2026-01-05"),
        ],
        older=["CIK0000000007-submissions-001.json"],
    )
    read = read_submissions(listed, 7)
    assert (read.entity_name, read.older) == ("Acme Corp", ["CIK0000000007-submissions-001.json"])
    assert read.filings[0] == Filing(
        cik=7,
        accession="0000000007-26-000002",
        form="8-K",
        filed_on=date(2026, 2, 3),
        report_date=date(2026, 2, 2),
        primary_document="main.htm",
        items="2.02,9.01",
        accepted_at_stated="2026-02-03T21:00:00.000Z",
        is_xbrl=True,
        is_inline_xbrl=True,
    )
    assert (read.filings[1].report_date, read.filings[1].items) == (None, None)
    assert (read.filings[0].has_documents, read.filings[1].has_documents) == (True, False)


def test_an_older_list_has_bare_columns():
    read = read_submissions(edgar_server.older_submissions([filing("0000000007-09-000001", "10-K", "2009-02-03")]), 7)
    assert [(one.accession, one.cik) for one in read.filings] == [("0000000007-09-000001", 7)]
    assert (read.entity_name, read.older) == (None, [])


@pytest.mark.parametrize(
    "payload",
    [
        edgar_server.submissions(7, "Acme", [filing("a", "8-K", "2026-02-03")])[:-30],
        b"<html>busy</html>",
        b"[]",
        b"[" * 100_000,
        b'{"filings": {"recent": {"accessionNumber": ["a"]}}}',
        edgar_server.submissions(7, "Acme", [filing("a", "8-K", "2026-02-30")]),
    ],
)
def test_a_list_that_is_cut_or_odd_cannot_be_read(payload):
    with pytest.raises(Unreadable):
        read_submissions(payload, 7)


def test_the_stamp_that_moves_between_recordings_is_no_news(shared: Path):
    path = "submissions/CIK0001045810.json"
    now, before = (
        {
            one.accession: one
            for one in read_submissions((shared / "edgar" / folder / path).read_bytes(), 1045810).filings
        }
        for folder in (".", "_vintages/2026-03-05")
    )
    both = now.keys() & before.keys()
    assert len(both) > 900
    assert sum(now[accession] != before[accession] for accession in both) > 900
    assert [accession for accession in both if now[accession].what_counts != before[accession].what_counts] == []


def test_a_period_without_capital_expenditure_in_company_facts_wants_its_filing():
    known = Filing(
        cik=7, accession="a", form="10-Q", filed_on=date(2022, 5, 27), report_date=date(2022, 5, 1), is_xbrl=True
    )
    filings = [
        known,
        replace(known, accession="amended", form="10-Q/A"),
        replace(known, accession="event", form="8-K"),
        replace(known, accession="before-xbrl", is_xbrl=False),
        replace(known, accession="there", report_date=date(2022, 7, 31)),
    ]
    facts = {"us-gaap": {}}
    assert [one.accession for one in without_capex(filings[:4], facts, CAPEX)] == ["a"]
    answer = json.loads(edgar_server.company_facts(7, "Acme", [("2022-05-02", "2022-07-30", 1, "x", "2022-08-30")]))
    assert [one.accession for one in without_capex(filings, answer["facts"], CAPEX)] == ["a"]


def test_nvidias_own_tag_leaves_the_recorded_facts_without_two_quarters(shared: Path):
    edgar = shared / "edgar"
    filings = read_submissions((edgar / "submissions/CIK0001045810.json").read_bytes(), 1045810).filings
    facts = json.loads((edgar / "api/xbrl/companyfacts/CIK0001045810.json").read_bytes())["facts"]
    concepts = CAPEX | {("us-gaap", "PaymentsToAcquireProductiveAssets")}
    wanted = {(one.form, one.report_date) for one in without_capex(filings, facts, concepts) if one.report_date}
    assert {("10-Q", date(2022, 5, 1)), ("10-Q", date(2022, 7, 31))} <= wanted
    apple = read_submissions((edgar / "submissions/CIK0000320193.json").read_bytes(), 320193).filings
    facts = json.loads((edgar / "api/xbrl/companyfacts/CIK0000320193.json").read_bytes())["facts"]
    assert [one.report_date for one in without_capex(apple, facts, concepts)] == []
