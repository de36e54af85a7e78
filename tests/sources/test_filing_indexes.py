"""EDGAR's lists of everybody's filings, and the index page of one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sources.filing_indexes import FilingDocument, read_current_filings, read_daily_index, read_filing_index
from sources.landing import Unreadable
from sources.submissions import Filing
from tests import edgar_server

EIGHT_K = Filing(cik=7, accession="0000000007-26-000002", form="8-K", filed_on=date(2026, 2, 3), is_inline_xbrl=True)


def test_a_filing_stands_in_the_feed_once_for_each_whom_it_concerns():
    page = read_current_filings(
        edgar_server.current_filings(
            [
                ("8-K", "Société Générale", 7, "0000000007-26-000002", "2026-02-03T17:00:00-05:00"),
                ("8-K", "Société Générale", 7, "0000000007-26-000002", "2026-02-03T17:00:00-05:00"),
                ("8-K", "Subsidiary (Holdings) - B", 8, "0000000007-26-000002", "2026-02-03T16:00:00-05:00"),
            ]
        )
    )
    assert [(one.cik, one.form, one.filed_on) for one in page.filings] == [
        (7, "8-K", date(2026, 2, 3)),
        (8, "8-K", date(2026, 2, 3)),
    ]
    assert (page.entries, page.oldest_at) == (3, datetime(2026, 2, 3, 21, tzinfo=UTC))


@pytest.mark.parametrize(
    "title", ["8-K - ACME (0000000007) (Filer)", "x</title><b xmlns:b='http://a\u0085b/'><b:c/></b><title>"]
)
def test_a_feed_with_a_day_that_is_none_or_a_name_with_blanks_cannot_be_read(title: str):
    entry = f"<title>{title}</title><summary>Filed: 2026-02-31</summary><id>0000000007-26-000002</id>"
    with pytest.raises(Unreadable):
        read_current_filings(f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{entry}</entry></feed>'.encode())


def test_a_daily_index_with_a_day_that_is_none_cannot_be_read():
    line = "8-K         ACME           7     20260231    edgar/data/7/0000000007-26-000002.txt"
    with pytest.raises(Unreadable, match="20260231 is no day"):
        read_daily_index(f"Form Type   Company Name   CIK   Date Filed  File Name\n{line}\n".encode())


def test_the_recorded_feed_is_read_whole(shared: Path):
    name = "getcurrent_20260112T1628Z_type-all_count-100_start-0.atom"
    page = read_current_filings((shared / "edgar/cgi-bin/browse-edgar" / name).read_bytes())
    assert (page.entries, len({one.accession for one in page.filings})) == (100, 73)


def test_the_recorded_daily_index_is_read_whole(shared: Path):
    listed = (shared / "edgar/Archives/edgar/daily-index/2020/QTR1/form.20200318.idx").read_bytes()
    filings = read_daily_index(listed)
    assert len(filings) == listed.count(b"edgar/data/")
    assert ("10-K", "0001564590-20-011636", 1785173, date(2020, 3, 18)) in [
        (one.form, one.accession, one.cik, one.filed_on) for one in filings
    ]
    assert {one.form for one in filings} >= {"1-A POS", "10-12B/A", "8-K", "6-K"}


def test_a_web_page_is_no_list():
    for read in (read_current_filings, read_daily_index, read_filing_index):
        for payload in (b"<html><body>Busy</body></html>", b""):
            with pytest.raises(Unreadable):
                read(payload)


def test_of_a_filing_the_texts_are_worth_reading():
    documents = [
        *(("main.htm", "8-K"), ("release.htm", "EX-99.1"), ("slides.pdf", "EX-99.2"), ("lease.htm", "EX-10.1")),
        *(("logo.jpg", "GRAPHIC"), ("main.xsd", "EX-101.SCH")),
    ]
    page = read_filing_index(edgar_server.filing_index(7, EIGHT_K.accession, "2026-02-02", documents))
    assert page.report_date == date(2026, 2, 2)
    assert page.worth_reading(EIGHT_K, texts=True) == [
        FilingDocument("main.htm", "8-K"),
        FilingDocument("release.htm", "EX-99.1"),
    ]


def test_of_an_old_filing_only_the_xbrl_is_worth_reading():
    listed = [("main.htm", "10-K"), ("report.htm", "EX-13"), ("acme-2012.xml", "EX-101.INS")]
    page = read_filing_index(edgar_server.filing_index(7, "0000000007-13-000001", "2012-12-31", listed))
    old = Filing(cik=7, accession="0000000007-13-000001", form="10-K", filed_on=date(2013, 2, 3), is_xbrl=True)
    assert [one.name for one in page.worth_reading(old, texts=False)] == ["acme-2012.xml"]
    assert [one.name for one in page.worth_reading(old, texts=True)] == ["main.htm", "report.htm", "acme-2012.xml"]


def test_the_recorded_index_page_links_through_the_viewer(shared: Path):
    path = shared / "edgar/Archives/edgar/data/1045810/0001045810-26-000024-index.html"
    page = read_filing_index(path.read_bytes())
    assert page.report_date == date(2026, 3, 2)
    assert page.worth_reading(EIGHT_K, texts=True) == [FilingDocument("nvda-20260302.htm", "8-K")]
