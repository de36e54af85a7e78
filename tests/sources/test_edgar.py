"""EDGAR's manners: what a refusal means, whom it concerns, and one pace for all processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sources.edgar import (
    DATA_URL,
    PAUSE_S,
    REQUESTS_PER_S,
    UNDECLARED,
    WWW_URL,
    Busy,
    Edgar,
    EdgarError,
    Missing,
    Refused,
    fair_access,
    judge,
)
from sources.fetching import Client, FetchError
from sources.hosts import Hosts
from tests import edgar_server
from tests.edgar_server import CONTACT, EdgarServer
from tests.serving import LOOPBACK

LIST, PAGE = f"{DATA_URL}/submissions/CIK0000000007.json", f"{WWW_URL}/Archives/edgar/data/7/a.htm"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EdgarServer]:
    folder = tmp_path / "edgar"
    edgar_server.write(folder, "submissions/CIK0000000007.json", b"{}")
    edgar_server.write(folder, "Archives/edgar/data/7/a.htm", b"<p>A page.</p>")
    with edgar_server.edgar(folder) as server:
        yield server


def asking(server: EdgarServer, home: Path, contact: str = CONTACT) -> Edgar:
    client = Client(contact, retries=0, timeout_s=5, await_turn=fair_access(home), allow_hosts=LOOPBACK)
    return Edgar(client, home, server.url, server.url)


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (
            403,
            b"<title>SEC.gov | Your Request Originates from an Undeclared Automated Tool</title>",
            Refused,
            "SEC_USER",
        ),
        (403, b"<h1>Request Rate Threshold Exceeded</h1>", Refused, "left alone until"),
        (403, b"<Error><Code>AccessDenied</Code></Error>", Missing, "nothing at /Archives/x.idx"),
        (403, b"<html>no</html>", EdgarError, "give it ten minutes"),
        (404, b"<Error><Code>NoSuchKey</Code></Error>", Missing, "nothing at /Archives/x.idx"),
        (503, b"<html>busy</html>", Busy, "busy (503)"),
        (429, b"", Busy, "busy (429)"),
        (None, b"", EdgarError, "refused the connection"),
    ],
)
def test_a_failure_is_read_before_it_is_judged(status, body, kind, words):
    judged = judge(
        FetchError("www.sec.gov refused the connection.", status, body), "https://www.sec.gov/Archives/x.idx"
    )
    assert type(judged) is kind or (kind is Refused and isinstance(judged, Refused))
    assert words in str(judged)
    assert judged.status == status


def test_the_recorded_refusals_are_understood(shared: Path):
    errors = shared / "edgar" / "_errors"
    judged = {
        name: judge(FetchError("", int(name[:3]), (errors / name).read_bytes()[:16_384]), "https://www.sec.gov/x")
        for name in (path.name for path in errors.iterdir() if path.suffix in (".html", ".xml"))
    }
    kinds = {name: type(error) for name, error in judged.items()}
    assert kinds == {
        "403-undeclared-automated-tool.html": Refused,
        "403-archives-missing-key.xml": Missing,
        "404-submissions-missing-cik.xml": Missing,
        "503-getcurrent-past-the-end.html": Busy,
    }


def test_the_contact_is_sent_and_without_one_nothing_more_is_asked(server: EdgarServer, tmp_path: Path):
    with pytest.raises(Refused, match="LEDGER_SEC_USER_AGENT") as refused:
        asking(server, tmp_path, "a feed reader").get(LIST)
    assert str(refused.value) == UNDECLARED
    assert asking(server, tmp_path).get(LIST).payload == b"{}"


def test_after_a_rate_limit_no_process_asks_for_ten_minutes(server: EdgarServer, tmp_path: Path):
    edgar = asking(server, tmp_path)
    server.bad["/Archives/edgar/data/7/a.htm"] = "throttled"
    with pytest.raises(Refused, match="left alone until"):
        edgar.get(PAGE)
    server.bad.clear()
    for again in (edgar, asking(server, tmp_path)):  # the same run, and one that starts later
        with pytest.raises(Refused, match="left alone until"):
            again.get(LIST)
    assert len(server.asked) == 1
    with Hosts(tmp_path) as hosts:
        pause_s = (hosts.paused_until("edgar", time.time()) or 0) - time.time()
        assert PAUSE_S - 60 < pause_s <= PAUSE_S
        hosts.pause("edgar", time.time() - 1)  # ten minutes later
    assert asking(server, tmp_path).get(LIST).status == 200


def test_a_host_that_is_busy_three_times_is_left_alone_for_the_run(server: EdgarServer, tmp_path: Path):
    edgar, path = asking(server, tmp_path), "/submissions/CIK0000000007.json"
    server.bad[path] = "busy"
    kinds = []
    for _ in range(5):
        with pytest.raises(EdgarError) as error:
            edgar.get(f"{DATA_URL}{path}")
        kinds.append(type(error.value))
    assert kinds == [Busy, Busy, Refused, Refused, Refused]
    assert len(server.asked) == 3


def test_a_path_that_is_missing_is_no_sign_of_a_host_that_is_down(server: EdgarServer, tmp_path: Path):
    edgar = asking(server, tmp_path)
    for number in range(5):
        with pytest.raises(Missing):
            edgar.get(f"{WWW_URL}/Archives/edgar/data/7/{number}.htm")
    assert len(server.asked) == 5


def test_validators_bring_a_304_under_archives_and_data_has_none(server: EdgarServer, tmp_path: Path):
    edgar = asking(server, tmp_path)
    page = edgar.get(PAGE)
    again = edgar.get(PAGE, page.header("ETag"), page.header("Last-Modified"))
    assert (page.status, again.status) == (200, 304)
    assert edgar.get(LIST).header("ETag") is None


def test_two_processes_together_stay_under_eight_requests_a_second(server: EdgarServer, tmp_path: Path):
    server.limit = 8
    asks = f"""
import sys
from pathlib import Path
from sources.edgar import Edgar, fair_access
from sources.fetching import Client
home = Path(sys.argv[1])
client = Client("{CONTACT}", await_turn=fair_access(home), allow_hosts=["127.0.0.1"])
edgar = Edgar(client, home, "{server.url}", "{server.url}")
for _ in range(14):
    edgar.get("{LIST}")
"""
    started = time.monotonic()
    processes = [subprocess.Popen([sys.executable, "-c", asks, tmp_path], stderr=subprocess.PIPE) for _ in range(2)]
    told = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], told
    assert len(server.paths(200)) == 28
    assert server.most_in_a_second <= 8
    assert time.monotonic() - started >= 27 / REQUESTS_PER_S


def test_a_clock_that_was_set_back_makes_nobody_wait(tmp_path: Path):
    with Hosts(tmp_path) as hosts:
        hosts.take_turn("edgar", 10_000.0, 0.1)
        assert hosts.take_turn("edgar", 5_000.0, 0.1) == 5_000.0
        assert hosts.take_turn("edgar", 5_000.0, 0.1) == pytest.approx(5_000.1)
