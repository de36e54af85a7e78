"""`ledger filings load`, `ledger run --only filings` and the schedule, against an EDGAR on 127.0.0.1."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from orchestration.settings import Settings
from sources.landing import read_records, warc_files
from tests import edgar_server
from tests.conftest import call_ledger
from tests.edgar_server import CONTACT, EdgarServer, filing, write, write_filing
from tests.serving import free_port
from warehouse import connection

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FILED = (datetime.now(UTC) - timedelta(days=20)).date()
QUARTER = filing("0001652044-26-000900", "10-Q", FILED.isoformat(), "2026-09-30", "goog-20260930.htm")
FACTS = [
    ("2026-01-01", "2026-03-31", 35_674_000_000, "0001652044-26-000800", "2026-04-30"),
    ("2026-07-01", "2026-09-30", 40_000_000_000, "0001652044-26-000900", FILED.isoformat()),
]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EdgarServer]:
    """Alphabet, which is watched, and a filer that isn't."""
    folder = tmp_path / "edgar"
    for cik, name in ((1652044, "Alphabet Inc."), (7, "ACME CORP")):
        write(folder, f"submissions/CIK{cik:010d}.json", edgar_server.submissions(cik, name, [QUARTER]))
        write(folder, f"api/xbrl/companyfacts/CIK{cik:010d}.json", edgar_server.company_facts(cik, name, FACTS))
    text = "Purchases of property and equipment were $40.0 billion in the quarter."
    write_filing(folder, 1652044, QUARTER, main=text)
    with edgar_server.edgar(folder) as server:
        yield server


@pytest.fixture
def home(tmp_path: Path) -> Path:
    config = tmp_path / "config"
    config.mkdir()
    (config / "feeds.yaml").write_text("[]\n")
    (config / "companies.yaml").write_text(
        "- {key: alphabet, name: Alphabet, ciks: [{cik: 1652044, from: 2015-10-02}, {cik: 1288776, to: 2015-10-01}]}\n"
    )
    return tmp_path / "home"


def settings(server: EdgarServer, home: Path) -> dict[str, str]:
    return {
        "LEDGER_CONFIG": str(home.parent / "config"),
        "LEDGER_SEC_DATA_URL": server.url,
        "LEDGER_SEC_WWW_URL": server.url,
        "LEDGER_SEC_USER_AGENT": CONTACT,
    }


def table(printed: str) -> dict[int, list[str]]:
    """The rows of the table of filings, by CIK: company, filings, documents, facts, first error."""
    rows = [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in printed.splitlines()]
    return {int(row[1]): [row[0], *row[2:]] for row in rows if len(row) >= 5 and row[1].isdigit()}


def values(home: Path) -> list[tuple[Any, ...]]:
    with connection.write(home) as con:
        return con.execute(
            "select cik, period_end::varchar, value::bigint from raw.company_facts order by all"
        ).fetchall()


def landed(cik: int) -> list[tuple[Any, ...]]:
    return [(cik, end, value) for _, end, value, *_ in FACTS]


def test_watched_companies_are_loaded_then_nothing_is_written_then_a_filer_that_nobody_watches_is_loaded(
    server: EdgarServer, home: Path
) -> None:
    first = call_ledger(home, "run", "--only", "filings", **settings(server, home))
    assert first.returncode == 0, first.stderr
    assert "landing feeds" not in first.stderr
    shown = table(first.stdout)
    assert shown[1652044] == ["Alphabet", "1", "1", "2"]
    assert shown[1288776][:4] == ["Alphabet", "0", "0", "0"]
    assert "check the number" in shown[1288776][4], "its number of before 2015 is not in this EDGAR"
    assert values(home) == landed(1652044)
    archive = warc_files(home)
    kinds = {record.metadata["kind"] for path in archive for record in read_records(path)}
    assert kinds == {"submissions", "company_facts", "filing_index", "filing"}

    second = call_ledger(home, "filings", "load", "--all", **settings(server, home))
    assert second.returncode == 0, second.stderr
    assert warc_files(home) == archive
    assert "gate_2              nothing to do" in second.stderr

    unwatched = call_ledger(home, "filings", "load", "--cik", "7", "--cik", "999", **settings(server, home))
    assert unwatched.returncode == 0, unwatched.stderr
    shown = table(unwatched.stdout)
    assert shown[7][:4] == ["ACME CORP", "1", "0", "2"]
    assert shown[999][:4] == ["CIK 999", "0", "0", "0"]
    assert values(home) == landed(7) + landed(1652044)

    nothing = call_ledger(home, "filings", "load", "--cik", "999", **settings(server, home))
    assert nothing.returncode == 1
    assert "EDGAR gave nothing: the table says why." in nothing.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("filings", "load", "--all"), "Set LEDGER_SEC_USER_AGENT to your name and mail address"),
        (("run", "--only", "filings"), "Set LEDGER_SEC_USER_AGENT to your name and mail address"),
        (("filings", "load"), "Say whose filings: either --cik NUMBER"),
        (("filings", "load", "--all", "--cik", "7"), "Say whose filings: either --cik NUMBER"),
    ],
)
def test_without_a_contact_or_a_filer_nothing_starts(tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = call_ledger(tmp_path / "home", *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("told", "contact", "asks_www"),
    [
        ({}, None, False),
        ({"sec_user_agent": CONTACT}, CONTACT, True),
        ({"sec_data_url": "http://127.0.0.1:1"}, "compute-ledger/0.1 (feed reader)", False),
        ({"sec_data_url": "http://127.0.0.1:1", "sec_www_url": "http://127.0.0.1:1"}, "compute-ledger/0.1", True),
        ({"sec_www_url": "http://127.0.0.1:1"}, None, True),
        ({"offline": True}, "compute-ledger/0.1", False),
    ],
)
def test_the_sec_itself_wants_a_contact_and_a_mirror_does_not(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, Any], contact: str | None, asks_www: bool
) -> None:
    for name in [name for name in os.environ if name.startswith("LEDGER_")]:
        monkeypatch.delenv(name)
    found = Settings(_env_file=None, **told)
    assert (found.sec_contact or "none").startswith(contact or "none")
    assert (found.filings_www_url is not None) == asks_www


def test_help_teaches_what_is_loaded(tmp_path: Path) -> None:
    shown = " ".join(call_ledger(tmp_path, "filings", "load", "--help").stdout.split())
    for word in ("--cik", "--all", "--bulk", "LEDGER_FILINGS_SINCE", "LEDGER_SEC_USER_AGENT", "companies.yaml", "10-Q"):
        assert word in shown


def test_the_real_daemon_polls_edgar(server: EdgarServer, home: Path) -> None:
    home.mkdir()
    ports = {"LEDGER_UI_PORT": str(free_port()), "LEDGER_DOCS_PORT": str(free_port())}
    crons = {"LEDGER_FEEDS_CRON": "0 0 29 2 *", "LEDGER_FILINGS_CRON": "* * * * *"}
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LEDGER_", "DAGSTER_"))}
    with (home.parent / "log").open("w") as log:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("ledger"), "up"],
            env=clean | settings(server, home) | ports | crons | {"LEDGER_HOME": str(home)},
            cwd=home.parent, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            assert "Dagster UI" in process.stdout.readline(), (home.parent / "log").read_text()
            run = _finished_run(f"http://127.0.0.1:{ports['LEDGER_UI_PORT']}/graphql", process)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
    assert (run["jobName"], run["status"]) == ("filings", "SUCCESS")
    assert values(home) == landed(1652044)
    assert server.paths(200)[0] == "/submissions/CIK0001652044.json"
    assert server.most_in_a_second <= 8


def _finished_run(graphql: str, process: subprocess.Popen[str], within_s: float = 300) -> dict[str, Any]:
    """The first run that ends; polls the UI's own interface, which pushes nothing."""
    query = "{ runsOrError { ... on Runs { results { jobName status } } } }"
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline and process.poll() is None:
        runs = httpx.post(graphql, json={"query": query}, timeout=30).json()["data"]["runsOrError"]["results"]
        ended = [run for run in runs if run["status"] in ("SUCCESS", "FAILURE")]
        if ended:
            return dict(ended[-1])
        time.sleep(1)
    pytest.fail("no run came to its end")
