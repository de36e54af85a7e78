"""A company's turn at EDGAR: what is asked, what is archived, and that nothing new writes nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from sources.bulk import nightly_archives
from sources.edgar import Edgar, EdgarError
from sources.fetching import Client
from sources.filers import Filer, filers_of
from sources.filings import land_filer, land_watched, read_capex_concepts
from sources.landing import read_records, warc_files
from sources.state import State
from sources.watchlist import Company
from tests import edgar_server
from tests.conftest import ROOT
from tests.edgar_server import CONTACT, EdgarServer, filing, write, write_filing
from tests.serving import LOOPBACK

ACME = Filer(7, "acme", "Acme")
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
SINCE = date(2025, 3, 4)
CAPEX = [(None, ("us-gaap", "PaymentsToAcquirePropertyPlantAndEquipment"))]

FACTS = "/api/xbrl/companyfacts/CIK0000000007.json"
QUARTER = filing("0000000007-25-000009", "10-Q", "2025-11-03", "2025-09-30", "q3.htm")
EVENT = filing("0000000007-26-000002", "8-K", "2026-02-03", "2026-02-03", "news.htm")
INSIDER = filing("0000000007-26-000001", "4", "2026-01-05", main="form4.xml")
FACT = ("2025-07-01", "2025-09-30", 1_000_000, "0000000007-25-000009", "2025-11-03")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Acme: a list of three filings, company facts, and the documents of two."""
    folder = tmp_path / "edgar"
    write(folder, "submissions/CIK0000000007.json", edgar_server.submissions(7, "ACME CORP", [EVENT, INSIDER, QUARTER]))
    write(folder, FACTS, edgar_server.company_facts(7, "ACME CORP", [FACT]))
    write_filing(folder, 7, QUARTER, main="We bought property.")
    write_filing(folder, 7, EVENT, main="We announce.", EX_99_1="Results.", EX_10_1="A lease.")
    return folder


@pytest.fixture
def server(folder: Path) -> Iterator[EdgarServer]:
    with edgar_server.edgar(folder) as server:
        server.limit = 1_000  # these tests take no turns
        yield server


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def asking(server: EdgarServer, home: Path) -> Edgar:
    """A run's EDGAR."""
    server.asked.clear()
    return Edgar(Client(CONTACT, retries=0, timeout_s=5, allow_hosts=LOOPBACK), home, server.url, server.url)


def turn(server: EdgarServer, home: Path, filer: Filer = ACME, now: datetime = NOW, **more: Any) -> Any:
    return land_filer(asking(server, home), filer, now, more.pop("since", SINCE), CAPEX, **more)


def by_age(home: Path) -> list[Path]:
    """The archive files as they were written: their names tell seconds only."""
    return sorted(warc_files(home), key=lambda path: path.stat().st_mtime_ns)


def archived(home: Path) -> list[tuple[str, str]]:
    """(kind, last part of the path) of all that is archived."""
    records = [record for path in by_age(home) for record in read_records(path)]
    return [(record.metadata["kind"], record.url.rpartition("/")[2]) for record in records]


def relisted(folder: Path, *filings: dict[str, Any], older: tuple[str, ...] = ()) -> None:
    write(folder, "submissions/CIK0000000007.json", edgar_server.submissions(7, "ACME CORP", filings, older))


def test_the_list_comes_first_then_the_facts_then_the_documents(server, home):
    landed = turn(server, home)
    assert (landed.filings, landed.documents, landed.errors) == (3, 3, [])
    assert archived(home) == [
        ("submissions", "CIK0000000007.json"),
        ("company_facts", "CIK0000000007.json"),
        ("filing_index", "0000000007-26-000002-index.html"),
        ("filing", "news.htm"),
        ("filing", "ex-99.1.htm"),
        ("filing_index", "0000000007-25-000009-index.html"),
        ("filing", "q3.htm"),
    ]


def test_a_document_is_archived_with_its_accession_form_and_days(server, home):
    turn(server, home)
    record = next(
        record for path in warc_files(home) for record in read_records(path) if record.url.endswith("ex-99.1.htm")
    )
    assert record.metadata == {
        **{"kind": "filing", "source": "acme", "source_kind": "filing", "publisher": "SEC EDGAR", "speaker": "Acme"},
        **{"cik": 7, "accession": "0000000007-26-000002", "form": "8-K", "filed_on": "2026-02-03", "language": "en"},
        **{"report_date": "2026-02-03", "document": "ex-99.1.htm", "document_type": "EX-99.1"},
    }


def test_a_year_polled_again_with_nothing_new_writes_nothing(server, home, folder):
    turn(server, home)
    before = warc_files(home)
    for day in range(0, 365, 5):
        stamped = [one | {"acceptanceDateTime": f"2026-02-03T{day % 24:02d}:00:00.000Z"} for one in (EVENT, QUARTER)]
        relisted(folder, *stamped, INSIDER)  # another order and other stamps: nothing that counts
        landed = turn(server, home, now=NOW + timedelta(days=day))
        assert (landed.filings, landed.documents, landed.errors) == (0, 0, [])
        assert server.paths()[1:] in ([], [FACTS]), "one request where nothing came, and the facts once a week"
    assert warc_files(home) == before


def test_company_facts_are_asked_for_again_only_after_a_filing_that_may_have_changed_them(server, home, folder):
    turn(server, home)
    relisted(folder, filing("0000000007-26-000003", "4", "2026-03-03"), EVENT, INSIDER, QUARTER)
    assert turn(server, home).filings == 1
    assert not any("companyfacts" in path for path in server.paths())
    relisted(folder, filing("0000000007-26-000004", "10-K", "2026-03-04", "2025-12-31"), EVENT, INSIDER, QUARTER)
    turn(server, home)
    assert any("companyfacts" in path for path in server.paths())


def test_company_facts_are_asked_for_once_a_week_and_by_a_person_at_any_time(server, home):
    turn(server, home)
    turn(server, home, now=NOW + timedelta(days=6))
    assert FACTS not in server.paths()
    turn(server, home, now=NOW + timedelta(days=7))
    assert FACTS in server.paths()
    turn(server, home, now=NOW + timedelta(days=7), every_facts=True)
    assert FACTS in server.paths()


def test_company_facts_that_lag_behind_a_quarterly_report_are_asked_for_until_they_have_it(server, home, folder):
    turn(server, home)
    new = filing("0000000007-26-000004", "10-Q", "2026-03-04", "2025-12-31")
    relisted(folder, new, EVENT, INSIDER, QUARTER)
    for _ in range(2):
        turn(server, home)
        assert FACTS in server.paths()
    newer = ("2025-10-01", "2025-12-31", 5, "0000000007-26-000004", "2026-03-04")
    write(folder, FACTS, edgar_server.company_facts(7, "ACME CORP", [FACT, newer]))
    turn(server, home)
    assert FACTS in server.paths()
    turn(server, home)
    assert FACTS not in server.paths()


def test_another_mirror_of_the_same_answers_brings_nothing_new(server, home, folder):
    turn(server, home)
    before = warc_files(home)
    with edgar_server.edgar(folder) as mirror:
        assert turn(mirror, home, every_facts=True).answers == 2
    assert warc_files(home) == before


def test_without_a_list_the_facts_still_come_and_the_error_is_told(server, home, folder):
    (folder / "submissions/CIK0000000007.json").unlink()
    landed = turn(server, home)
    assert [kind for kind, _ in archived(home)] == ["company_facts"]
    assert landed.errors == [
        "EDGAR has nothing at /submissions/CIK0000000007.json: "
        "check the number, and take one that has vanished out of companies.yaml."
    ]
    before = warc_files(home)
    turn(server, home)
    assert warc_files(home) == before


def test_a_filer_that_vanished_stops_no_other(server, home):
    landed = land_watched(asking(server, home), [Filer(999, "gone"), ACME], lambda: NOW, SINCE, CAPEX)
    assert ["vanished" in error for one in landed if one.filer == Filer(999, "gone") for error in one.errors] == [
        True
    ] * 2
    assert [one.filings for one in landed if one.filer == ACME] == [3]
    with State(home) as state:
        errors = {row["source"]: row["http_status"] for row in state.source_states() if row["error"]}
    assert errors["gone"] == 404


@pytest.mark.parametrize("bad", ["busy", "cut", "undeclared"])
def test_a_bad_day_is_an_error_and_the_next_run_makes_it_good(server, home, bad):
    paths = ("/submissions/CIK0000000007.json", FACTS)
    server.bad = dict.fromkeys(paths, bad)
    assert turn(server, home).errors
    assert warc_files(home) == []
    server.bad = {}
    landed = turn(server, home)
    assert (landed.filings, landed.documents, landed.errors) == (3, 3, [])


def test_documents_are_those_of_the_window_and_of_forms_that_are_read(server, home):
    landed = turn(server, home, since=date(2026, 1, 1))
    assert landed.documents == 2
    assert not any("q3.htm" in path or "form4" in path for path in server.paths())
    assert turn(server, home, since=SINCE).documents == 1, "a wider window brings the rest"


def test_a_document_that_failed_is_asked_for_after_an_hour_and_the_others_are_not_archived_twice(server, home):
    path = "/Archives/edgar/data/7/000000000726000002/ex-99.1.htm"
    server.bad[path] = "busy"
    landed = turn(server, home)
    assert landed.errors == ["8-K 0000000007-26-000002: EDGAR is busy (503): the next run asks again."]
    server.bad.clear()
    assert turn(server, home, now=NOW + timedelta(minutes=10)).documents == 0
    assert server.paths() == ["/submissions/CIK0000000007.json"]
    assert turn(server, home, now=NOW + timedelta(hours=2)).documents == 1
    assert (path, 200) in server.asked
    assert ("/Archives/edgar/data/7/000000000726000002/news.htm", 304) in server.asked
    names = [name for kind, name in archived(home) if kind in ("filing", "filing_index")]
    assert len(names) == len(set(names)) == 5


def test_a_filing_whose_index_page_is_missing_gives_the_main_document_of_the_list(server, home, folder):
    (folder / "Archives/edgar/data/7/0000000007-26-000002-index.html").unlink()
    landed = turn(server, home, since=date(2026, 1, 1))
    assert (landed.documents, landed.errors) == (1, [])
    assert archived(home)[-1] == ("filing", "news.htm")


def test_the_index_page_of_a_fresh_filing_is_waited_for_lest_its_exhibits_be_lost(server, home, folder):
    page = folder / "Archives/edgar/data/7/0000000007-26-000002-index.html"
    told = page.read_bytes()
    page.unlink()
    filed = datetime(2026, 2, 3, 22, tzinfo=UTC)
    landed = turn(server, home, now=filed, since=date(2026, 1, 1))
    assert (landed.documents, len(landed.errors)) == (0, 1)
    page.write_bytes(told)
    assert turn(server, home, now=filed + timedelta(hours=1), since=date(2026, 1, 1)).documents == 2


def test_an_old_report_whose_period_has_no_capital_expenditure_is_archived_for_its_xbrl(server, home, folder):
    inline = filing("0000000007-22-000005", "10-Q", "2022-05-27", "2022-05-01", "q1.htm")
    apart = filing("0000000007-13-000001", "10-K", "2013-02-20", "2013-01-27", "10k.htm") | {"isInlineXBRL": 0}
    relisted(folder, EVENT, QUARTER, inline, apart)
    write_filing(folder, 7, inline, main="Inline.")
    write_filing(folder, 7, apart, main="Words only.", EX_101_INS="<xbrl/>")
    landed = turn(server, home, since=date(2026, 1, 1))
    assert landed.errors == []
    assert [name for kind, name in archived(home) if kind == "filing"] == [
        *("news.htm", "ex-99.1.htm", "q1.htm", "ex-101.ins.xml")
    ]


def test_the_history_is_read_once(server, home, folder):
    old = "CIK0000000007-submissions-001.json"
    relisted(folder, EVENT, older=(old,))
    listed = edgar_server.older_submissions([filing("0000000007-09-000001", "10-K", "2009-02-03", "2008-12-31")])
    write(folder, f"submissions/{old}", listed)
    assert turn(server, home).filings == 1
    assert f"/submissions/{old}" not in server.paths()
    assert turn(server, home, history=True).filings == 1
    assert ("submissions", old) in archived(home)
    turn(server, home, history=True)
    assert f"/submissions/{old}" not in server.paths()


def test_what_was_filed_outside_the_days_of_a_cik_is_not_the_companys(server, home):
    closed = Filer(7, "acme", "Acme", valid_to=date(2025, 12, 31))
    landed = turn(server, home, closed)
    assert landed.documents == 1
    records = [record for path in warc_files(home) for record in read_records(path)]
    assert {record.metadata["valid_to"] for record in records} == {"2025-12-31"}
    assert not any("26000002" in path for path in server.paths())
    turn(server, home, closed)
    assert server.paths() == [], "a number that the company has left is not asked for again"


def test_any_filer_can_be_asked_for_by_its_number(server, home):
    acme = Company(key="acme", name="Acme", ciks=[{"cik": 7, "from": "2015-10-02"}, {"cik": 6, "to": "2015-10-01"}])
    assert [(one.cik, one.source) for one in filers_of([acme])] == [(7, "acme"), (6, "acme")]
    watched, other = filers_of([acme], [7, 99, 7])
    assert (watched.source, watched.valid_from) == ("acme", date(2015, 10, 2))
    assert other == Filer(99)
    turn(server, home, Filer(7))
    records = [record for path in warc_files(home) for record in read_records(path)]
    assert {(record.metadata["source"], record.metadata["speaker"]) for record in records} == {("edgar", "ACME CORP")}


def test_a_first_load_in_bulk_reads_the_nightly_archives(server, home, folder):
    archives = {
        "bulkdata/submissions.zip": "submissions/CIK0000000007.json",
        "xbrl/companyfacts.zip": "api/xbrl/companyfacts/CIK0000000007.json",
    }
    for archive, path in archives.items():
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as members:
            members.writestr("CIK0000000007.json", (folder / path).read_bytes())
            members.writestr("CIK0000000008.json", b"{}")
        write(folder, f"Archives/edgar/daily-index/{archive}", packed.getvalue())
    with nightly_archives(asking(server, home)) as edgar:
        assert land_filer(edgar, ACME, NOW, SINCE, CAPEX).filings == 3
    assert not any("companyfacts/" in path or path.startswith("/submissions") for path in server.paths())
    assert [path.name for path in (home / "landing").iterdir() if path.is_dir()] == ["2026-03-04"], (
        "nothing is left over"
    )
    before, asked_singly = archived(home), turn(server, home)
    assert (asked_singly.filings, archived(home)) == (0, before), "as if it had been fetched singly"


def test_a_nightly_archive_that_came_cut_off_is_told(server, home, folder):
    write(folder, "Archives/edgar/daily-index/bulkdata/submissions.zip", b"PK\x03\x04 and no more")
    with pytest.raises(EdgarError, match="cut off or damaged"), nightly_archives(asking(server, home)):
        pass


def night(server: EdgarServer, home: Path, now: datetime) -> list[Any]:
    return land_watched(asking(server, home), [ACME], lambda: now, SINCE, CAPEX)


def missed_filing(folder: Path) -> dict[str, Any]:
    """An 8-K of Tuesday that Acme's own list doesn't show."""
    missed = filing("0000000007-26-000005", "8-K", "2026-03-03", "2026-03-02", "missed.htm")
    write_filing(folder, 7, missed, main="We forgot.", EX_99_1="More results.")
    return missed


def test_a_nights_sweep_of_the_daily_index_finds_what_polling_missed(server, home, folder):
    night(server, home, NOW - timedelta(days=1))
    missed_filing(folder)
    rows = [("8-K", "Acme Corp", 7, "2026-03-03", "0000000007-26-000005"), ("8-K", "Other", 8, "2026-03-03", "x-1")]
    write(folder, "Archives/edgar/daily-index/2026/QTR1/form.20260303.idx", edgar_server.daily_index(rows))
    landed = night(server, home, NOW)
    assert [(one.filer and one.filer.cik, one.filings, one.documents) for one in landed] == [
        (7, 0, 0),
        (None, 1, 0),
        (7, 0, 2),
    ]
    new = archived(home)[-4:]
    assert [name for _, name in new] == [
        *("form.20260303.idx", "0000000007-26-000005-index.html", "missed.htm", "ex-99.1.htm")
    ]
    record = [record for path in by_age(home) for record in read_records(path)][-1]
    assert (record.metadata["form"], record.metadata["report_date"]) == ("8-K", "2026-03-02")
    before = warc_files(home)
    night(server, home, NOW + timedelta(hours=1))
    assert not any("daily-index" in path for path in server.paths()), "once a night"
    night(server, home, NOW + timedelta(days=1))
    assert ("/Archives/edgar/daily-index/2026/QTR1/form.20260303.idx", 304) in server.asked
    assert warc_files(home) == before
    night(server, home, NOW + timedelta(days=30))
    with State(home) as state:
        remembered = [row["url"] for row in state.source_states() if row["kind"] == "filing_index"]
    assert len(remembered) == 5, "four working days of the last five, and the feed"


def test_the_feed_of_current_filings_is_walked_to_its_end(server, home, folder):
    night(server, home, NOW - timedelta(days=1))
    missed_filing(folder)
    noise = [("4", "Other", 8, f"0000000008-26-{row:06d}", "2026-03-04T01:00:00-05:00") for row in range(100)]
    ours = ("8-K", "Acme Corp", 7, "0000000007-26-000005", "2026-03-03T17:00:00-05:00")
    write(folder, "cgi-bin/browse-edgar/getcurrent_start-0.atom", edgar_server.current_filings(noise))
    write(folder, "cgi-bin/browse-edgar/getcurrent_start-100.atom", edgar_server.current_filings([*noise[:99], ours]))
    landed = night(server, home, NOW)
    assert landed[-1].documents == 2
    feed = [(path, status) for path, status in server.asked if path.startswith("/cgi-bin")]
    assert [status for _, status in feed] == [200, 200, 503], "past the last page EDGAR is busy, which is no error"
    assert [one.errors for one in landed] == [[]] * 3
    assert sum(kind == "filing_index" and name.startswith("browse-edgar") for kind, name in archived(home)) == 1


def test_a_feed_that_is_busy_at_its_start_is_an_error_and_is_asked_again(server, home, folder):
    server.bad["/cgi-bin/browse-edgar"] = "busy"
    assert "busy" in night(server, home, NOW)[-1].errors[0]
    server.bad.clear()
    write(folder, "cgi-bin/browse-edgar/getcurrent_start-0.atom", edgar_server.current_filings([]))
    night(server, home, NOW + timedelta(hours=1))
    assert any(path.startswith("/cgi-bin") for path in server.paths())


def test_the_list_that_shows_a_swept_filing_later_is_archived_for_it(server, home, folder):
    night(server, home, NOW - timedelta(days=1))
    missed = missed_filing(folder)
    rows = [("8-K", "Acme Corp", 7, "2026-03-03", "0000000007-26-000005")]
    write(folder, "Archives/edgar/daily-index/2026/QTR1/form.20260303.idx", edgar_server.daily_index(rows))
    night(server, home, NOW)
    relisted(folder, missed, EVENT, INSIDER, QUARTER)
    landed = night(server, home, NOW + timedelta(hours=1))
    assert archived(home)[-1] == ("submissions", "CIK0000000007.json")
    assert [one.documents for one in landed if one.filer] == [0], "its documents are there"


def test_the_recorded_vintages_in_their_order_bring_each_filing_once(shared, home):
    nvidia = Filer(1045810, "nvidia", "Nvidia")
    concepts = read_capex_concepts(ROOT / "dbt" / "seeds" / "concepts.csv")
    with edgar_server.edgar(shared / "edgar") as server:
        server.limit = 1_000
        new = []
        for day in ("2026-03-05", "2026-04-27", None, None):
            server.day = day
            new.append(land_filer(asking(server, home), nvidia, NOW, date(2026, 3, 1), concepts))
    assert [(one.filings, one.documents) for one in new] == [(1007, 0), (24, 1), (0, 0), (0, 0)]
    assert [kind for kind, _ in archived(home)] == [
        *("submissions", "company_facts", "submissions", "company_facts", "filing_index", "filing"),
    ]


def test_the_concepts_of_capital_expenditure_are_read_from_the_map(tmp_path):
    table = tmp_path / "concepts.csv"
    table.write_text(
        "cik,taxonomy,concept,metric_id,scope\n,us-gaap,A,capex_cash_ppe,gross\n,us-gaap,B,finance_lease_principal,leases\n"
        "7,acme,C,capex_cash_ppe,gross\n"
    )
    assert read_capex_concepts(table) == [(None, ("us-gaap", "A")), (7, ("acme", "C"))]
