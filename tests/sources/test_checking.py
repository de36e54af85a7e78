from datetime import UTC, datetime

import yaml
from typer.testing import CliRunner

from orchestration.cli import app
from sources.checking import check_feeds
from sources.feeds import land_feeds
from sources.state import State
from tests.serving import LOOPBACK, answer_with

DATE = "Mon, 02 Mar 2026 10:00:00 +0100"


def found(site, now, *feeds):
    checks = check_feeds(feeds, "compute-ledger tests", 0.0, LOOPBACK, now)
    assert [check.key for check in checks] == [feed.key for feed in feeds]
    return checks


def test_a_feed_tells_what_it_holds_and_how_it_wants_to_be_asked(site, now):
    payload = site.rss(("A", "http://news.example/a", DATE), ("B", "http://news.example/b", DATE))
    site.give("/robots.txt", b"User-agent: *\nCrawl-delay: 0.01\n", "text/plain")
    feed = site.feed("news", site.give("/feed", payload.replace(b"<item>", b"<ttl>60</ttl><item>", 1)))
    (check,) = found(site, now, feed)
    assert (check.status, check.entries, check.newest) == (200, 2, datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert (check.robots, check.pace_minutes, check.problem, check.note) == ("allows, 0.01 s apart", 60, None, None)


def test_what_is_wrong_comes_with_what_to_do(site, now, dead_url):
    site.give("/robots.txt", b"User-agent: *\nDisallow: /closed\n", "text/plain")
    site.give("/new", site.rss(("A", "http://news.example/a", DATE)))
    checks = found(
        site,
        now,
        site.feed("missing", site.url + "/missing"),
        site.feed("gone", site.do("/gone", answer_with(410))),
        site.feed("html", site.give("/html", site.page("Moved"))),
        site.feed("closed", site.give("/closed", b"")),
        site.feed("down", dead_url.replace("127.0.0.1", "localhost")),
        site.feed("moved", site.do("/old", answer_with(301, Location="/new"))),
        site.feed(
            "asleep", site.give("/asleep", site.rss(("A", "http://news.example/a", DATE.replace("2026", "2024"))))
        ),
        site.feed("odd", site.give("/odd", site.rss(("A", "http://news.example/a", "2 mars 2026")))),
        site.feed("undated", site.give("/undated", site.rss(("A", "http://news.example/a", "")))),
    )
    told = {check.key: check.problem or check.note or "" for check in checks}
    expected = {
        "missing": "answered 404 (Not Found). Look for the feed's new address",
        "gone": "gone for good: look for a new one",
        "html": "look for the feed's new address",
        "closed": "robots.txt of 127.0.0.1 doesn't let us read /closed: ask the publisher",
        "down": "localhost refused the connection.",
        "moved": f"put {site.url}/new into feeds.yaml",
        "asleep": "Nothing new since 2024-03-02",
        "odd": "1 dates",
        "undated": "No entry has a date",
    }
    assert {key: words for key, words in expected.items() if words not in told[key]} == {}
    assert [check.key for check in checks if check.problem] == ["missing", "gone", "html", "closed", "down"]
    assert {check.key: check.robots for check in checks if check.robots != "allows"} == {
        "closed": "forbids",
        "down": "unknown",
    }


def test_the_command_prints_a_table_fails_where_a_feed_does_and_writes_nothing(tmp_path, site, monkeypatch):
    good = site.feed("good", site.give("/feed", site.rss(("A", "http://news.example/a", DATE))))
    bad = site.feed("bad", site.url + "/missing")
    config, home = tmp_path / "config", tmp_path / "home"
    config.mkdir()
    (config / "feeds.yaml").write_text(yaml.safe_dump([feed.model_dump(exclude_none=True) for feed in (good, bad)]))
    for name, value in {
        "LEDGER_CONFIG": config,
        "LEDGER_HOME": home,
        "LEDGER_HOST_DELAY_S": 0,
        "LEDGER_ALLOW_HOSTS": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, str(value))
    whole = CliRunner().invoke(app, ["sources", "check"])
    assert whole.exit_code == 1
    assert "ledger: 1 of 2 feeds give nothing: bad." in whole.output
    assert "bad: 127.0.0.1 answered 404 (Not Found). Look for" in whole.output
    one = CliRunner().invoke(app, ["sources", "check", "good"])
    assert (one.exit_code, "bad" in one.output) == (0, False)
    unknown = CliRunner().invoke(app, ["sources", "check", "other"])
    assert (unknown.exit_code, "has no feed other" in unknown.output) == (1, True)
    assert not home.exists()


def test_a_muted_feed_is_woken_by_its_key(tmp_path, site, client, now, monkeypatch):
    land_feeds(tmp_path, [site.feed("news", site.do("/feed", answer_with(410)))], client, now)
    monkeypatch.setenv("LEDGER_HOME", str(tmp_path))
    results = [CliRunner().invoke(app, ["sources", "wake", "news"]) for _ in range(2)]
    assert [result.exit_code for result in results] == [0, 1]
    assert "news is asked again by the next run." in results[0].output
    with State(tmp_path) as state:
        assert state.polled("news", site.url + "/feed").muted_at is None
