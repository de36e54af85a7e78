import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest

from sources.fetching import Client, Disallowed, HostResting, NotNow, Request
from sources.hosts import Hosts
from sources.manners import HostManners
from tests.serving import LOOPBACK, answer_with

AGENT = "compute-ledger/0.1 (+mailto:jane@example.org)"


class Clock:
    """Unix time that a test moves."""

    def __init__(self, now):
        self.at = now.timestamp()

    def __call__(self):
        return self.at


@pytest.fixture
def clock(now):
    return Clock(now)


@contextmanager
def visitor(home, clock=time.time, gap_s=0.0):
    with (
        HostManners(home, AGENT, gap_s, clock) as manners,
        Client(AGENT, timeout_s=2, retries=0, manners=manners, allow_hosts=LOOPBACK) as client,
    ):
        yield client


def ask(client, *urls):
    """What each URL gave: its payload, or the error."""
    answers = {request.url: answer for request, answer in client.get_each(map(Request, urls))}
    return [getattr(answers[url], "payload", answers[url]) for url in urls]


def give_rules(rules):
    def answer(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(f"User-agent: *\n{rules}\n".encode())

    return answer


def test_a_page_that_robots_txt_forbids_is_not_asked_for(tmp_path, site):
    site.give("/robots.txt", b"User-agent: *\nDisallow: /private/\n", "text/plain")
    open_page, closed = site.give("/a", b"words"), site.give("/private/a", b"words")
    with visitor(tmp_path) as client:
        answer, refusal = ask(client, open_page, closed)
    assert answer == b"words"
    assert isinstance(refusal, Disallowed)
    assert str(refusal).startswith("The robots.txt of 127.0.0.1 doesn't let us read /private/a: ")
    assert site.asked == ["/robots.txt", "/a"]


def test_rules_for_our_name_go_before_those_for_all(tmp_path, site):
    rules = b"User-agent: compute-ledger\nDisallow: /b\n\nUser-agent: *\nDisallow: /a\n"
    site.give("/robots.txt", rules, "text/plain")
    with visitor(tmp_path) as client:
        answer, refusal = ask(client, site.give("/a", b"words"), site.give("/b", b"words"))
    assert (answer, type(refusal)) == (b"words", Disallowed)


def test_a_redirect_into_what_is_forbidden_is_not_followed(tmp_path, site):
    site.give("/robots.txt", b"User-agent: *\nDisallow: /private/\n", "text/plain")
    with visitor(tmp_path) as client:
        (refusal,) = ask(client, site.do("/a", answer_with(302, Location="/private/a")))
    assert isinstance(refusal, Disallowed)
    assert site.asked == ["/robots.txt", "/a"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_robots_txt_that_is_not_there_allows_all(tmp_path, site, status):
    site.do("/robots.txt", answer_with(status))
    with visitor(tmp_path) as client:
        assert ask(client, site.give("/a", b"words")) == [b"words"]


def test_a_robots_txt_that_redirects_for_ever_allows_all(tmp_path, site):
    site.do("/robots.txt", answer_with(301, Location="/robots.txt"))
    with visitor(tmp_path) as client:
        assert ask(client, site.give("/a", b"words")) == [b"words"]


@pytest.mark.parametrize("status", [429, 500])
def test_a_robots_txt_that_cannot_be_had_now_forbids_all_for_an_hour(tmp_path, site, clock, status):
    page = site.give("/a", b"words")
    site.do("/robots.txt", answer_with(status))
    with visitor(tmp_path, clock) as client:
        (first,), (second,) = ask(client, page), ask(client, page)
    assert str(first) == str(second)
    assert f"answered {status}" in str(first)
    assert "robots.txt isn't known" in str(first)
    assert site.asked == ["/robots.txt"]
    site.do("/robots.txt", answer_with(404))
    clock.at += 3601
    with visitor(tmp_path, clock) as client:
        assert ask(client, page) == [b"words"]


def test_a_host_that_is_down_says_so_in_its_own_sentence(tmp_path, dead_url):
    with visitor(tmp_path) as client:
        (error,) = ask(client, dead_url)
    assert str(error) == "127.0.0.1 refused the connection."


def test_what_was_known_of_robots_txt_holds_while_it_cannot_be_had(tmp_path, site, clock):
    site.give("/robots.txt", b"User-agent: *\nDisallow: /private/\n", "text/plain")
    urls = [site.give("/a", b"words"), site.give("/private/a", b"words")]
    with visitor(tmp_path, clock) as client:
        ask(client, *urls)
    site.do("/robots.txt", answer_with(500))
    clock.at += 2 * 86_400
    with visitor(tmp_path, clock) as client:
        answer, refusal = ask(client, *urls)
    assert (answer, type(refusal)) == (b"words", Disallowed)


@pytest.mark.parametrize(
    ("control", "hours_kept"),
    [("", 24), ("max-age=7200", 2), ("max-age=5", 1), ("max-age=31536000", 24)],
    ids=["a day", "as it says", "an hour at least", "a day at most"],
)
def test_robots_txt_is_asked_for_again_after_its_life(tmp_path, site, clock, control, hours_kept):
    site.give("/robots.txt", b"User-agent: *\nDisallow:\n", "text/plain", Cache_Control=control)
    page, started = site.give("/a", b"words"), clock.at
    for hours in (0, hours_kept - 0.1, hours_kept):
        clock.at = started + hours * 3600
        with visitor(tmp_path, clock) as client:
            ask(client, page)
    assert site.asked.count("/robots.txt") == 2


def test_a_clock_that_ran_ahead_does_not_keep_an_old_robots_txt(tmp_path, site, clock):
    page, started = site.give("/a", b"words"), clock.at
    for at in (started + 365 * 86_400, started):
        clock.at = at
        with visitor(tmp_path, clock) as client:
            ask(client, page)
    assert site.asked.count("/robots.txt") == 2


def test_between_two_requests_to_one_host_lies_the_gap_that_its_robots_txt_asks_for(tmp_path, site):
    site.give("/robots.txt", b"User-agent: *\nCrawl-delay: 0.1\n", "text/plain")
    started = time.time()
    with visitor(tmp_path) as client:
        ask(client, *(site.give(f"/{number}", b"words") for number in range(4)))
    assert time.time() - started >= 0.3
    assert site.most_at_once == 1


def test_no_host_waits_because_others_want_gaps(tmp_path, site, monkeypatch):
    monkeypatch.setattr("sources.fetching.HOSTS_AT_ONCE", 2)
    hosts = [f"http://h{number}.example" for number in range(3)]
    for host in hosts:
        site.answers[f"{host}/robots.txt"] = give_rules("Crawl-delay: 1")
    pages = [f"{host}/{number}" for host in hosts for number in range(2)]
    with (
        HostManners(tmp_path, AGENT, 0.0) as manners,
        Client(AGENT, proxy=site.url, manners=manners) as client,
    ):
        ask(client, *pages)
    asked = [path for path in site.asked if path in pages]
    assert set(asked[: len(hosts)]) == set(pages[::2])


def test_a_host_that_wants_long_gaps_holds_up_no_run(tmp_path, site, clock):
    site.give("/robots.txt", b"User-agent: *\nCrawl-delay: 3600\n", "text/plain")
    urls = [site.give(f"/{number}", b"words") for number in range(3)]
    for _ in range(2):
        with visitor(tmp_path, clock) as client:
            first, *others = ask(client, *urls)
        assert first == b"words"
        assert [type(other) for other in others] == [NotNow, NotNow]
        assert str(others[0]) == "Of 127.0.0.1, with 3600 s between two requests, later runs ask for the rest."
        clock.at += 86_400
    assert site.asked == ["/robots.txt", "/0", "/robots.txt", "/0"]


def test_a_run_stays_two_minutes_with_one_host(tmp_path, site, client, clock):
    site.give("/robots.txt", b"User-agent: *\nCrawl-delay: 50\n", "text/plain")
    started, waits = clock.at, []
    with HostManners(tmp_path, AGENT, 1.0, clock) as manners:
        for after_s in (0, 10, 100, 130):
            clock.at = started + after_s
            try:
                waits.append(manners.wait_s(client, f"{site.url}/{after_s}"))
            except NotNow:
                waits.append(None)
    assert waits == [0, 40, 0, None]


@pytest.mark.parametrize("delay", ["inf", "nan", "-5", "1e300"])
def test_a_delay_that_makes_no_sense_costs_a_day_at_most(tmp_path, site, client, clock, delay):
    site.give("/robots.txt", f"User-agent: *\nCrawl-delay: {delay}\n".encode(), "text/plain")
    for _ in range(2):
        with HostManners(tmp_path, AGENT, 1.0, clock) as manners:
            assert manners.wait_s(client, site.url + "/a") == 0.0
        clock.at += 86_400


def test_all_threads_and_processes_take_turns(tmp_path):
    with Hosts(tmp_path) as one, Hosts(tmp_path) as other, ThreadPoolExecutor(4) as pool:
        turns = sorted(pool.map(lambda place: (one, other)[place % 2].take_turn("host:a", 1000.0, 1.0), range(40)))
    assert turns == [1000.0 + place for place in range(40)]


def test_a_turn_that_is_too_far_off_is_not_taken(tmp_path):
    with Hosts(tmp_path) as hosts:
        turns = [hosts.take_turn("host:a", 1000.0, 50.0, patience_s=60.0) for _ in range(4)]
        assert turns == [1000.0, 1050.0, None, None]
        assert hosts.take_turn("host:a", 1090.0, 50.0, patience_s=60.0) == 1100.0


def test_a_host_that_has_enough_is_left_alone_by_everybody_for_as_long_as_it_asks(tmp_path, site, clock):
    urls = [site.do("/0", answer_with(429, Retry_After="1800")), site.give("/1", b"words")]
    with visitor(tmp_path, clock) as client:
        refusal, other = ask(client, *urls)
    assert (refusal.status, refusal.retry_after) == (429, "1800")
    assert isinstance(other, HostResting)
    assert "asked for a pause: it is left alone until 2026-03-02 12:30 UTC" in str(other)
    assert site.asked == ["/robots.txt", "/0"]  # once, not thrice
    clock.at += 1801
    with visitor(tmp_path, clock) as client:
        assert ask(client, urls[1]) == [b"words"]


def test_the_host_that_refused_is_paused_and_not_the_one_that_led_there(tmp_path, site, clock):
    site.do("/0", answer_with(429))
    elsewhere = site.url.replace("127.0.0.1", "localhost")
    with visitor(tmp_path, clock) as client:
        ask(client, site.do("/away", answer_with(302, Location=f"{elsewhere}/0")))
    with Hosts(tmp_path) as hosts:
        assert hosts.paused_until("host:localhost", clock.at)
        assert hosts.paused_until("host:127.0.0.1", clock.at) is None


@pytest.mark.parametrize(
    ("status", "headers", "pause"),
    [
        (429, {}, timedelta(minutes=10)),
        (503, {"Retry_After": "60"}, timedelta(minutes=1)),
        (503, {}, None),
        (429, {"Retry_After": "99999999"}, timedelta(days=1)),
    ],
)
def test_a_pause_is_as_long_as_asked_but_a_day_at_most(tmp_path, site, clock, status, headers, pause):
    with visitor(tmp_path, clock) as client:
        ask(client, site.do("/0", answer_with(status, **headers)))
    with Hosts(tmp_path) as hosts:
        until = hosts.paused_until("host:127.0.0.1", clock.at)
    assert until == (None if pause is None else clock.at + pause.total_seconds())


def test_a_pause_of_a_clock_that_ran_ahead_is_none(tmp_path):
    with Hosts(tmp_path) as hosts:
        hosts.pause("host:a", 10_000_000.0)
        assert hosts.paused_until("host:a", 9_999_000.0) == 10_000_000.0
        assert hosts.paused_until("host:a", 1_000_000.0) is None


def test_a_damaged_memory_of_hosts_is_begun_anew(tmp_path, site):
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "hosts.sqlite").write_bytes(b"no database " * 100)
    with visitor(tmp_path) as client:
        assert ask(client, site.give("/a", b"words")) == [b"words"]
