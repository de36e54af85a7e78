from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.feeds import land_feeds, parse_feed
from sources.landing import Unreadable, read_records, warc_files
from sources.state import State
from tests.serving import answer_with

DATE = "Mon, 02 Mar 2026 10:00:00 +0100"


def titles(payload, content_type="application/xml"):
    return [entry.title for entry in parse_feed(payload, content_type).entries]


def test_entries_have_id_canonical_link_title_and_time(site):
    feed = parse_feed(site.rss(("Chips &amp; halls", "https://News.example/a?utm_source=rss#top", DATE)), None)
    (entry,) = feed.entries
    assert (feed.title, entry.url, entry.id, entry.title) == (
        "News",
        "https://news.example/a",
        "https://news.example/a",
        "Chips & halls",
    )
    assert entry.link == "https://News.example/a?utm_source=rss#top"
    assert (entry.published, entry.method) == (datetime(2026, 3, 2, 9, tzinfo=UTC), "feed")


def test_atom_is_read_with_its_own_ids_and_relative_links():
    payload = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>
        <entry><id>tag:1</id><title>One</title><link href="/one"/><updated>2026-03-02T10:00:00Z</updated></entry>
        <entry><id>tag:1</id><title>One, again</title><link href="/one"/></entry></feed>"""
    (entry,) = parse_feed(payload, None, "https://news.example/feed").entries
    assert (entry.id, entry.url) == ("tag:1", "https://news.example/one")


def test_one_id_for_all_entries_does_not_merge_them(site):
    payload = site.rss(("A", "http://news.example/a", DATE), ("B", "http://news.example/b", DATE))
    entries = parse_feed(payload.replace(b"<title>", b"<guid>same</guid><title>"), None).entries
    assert [(entry.id, entry.title) for entry in entries] == [
        ("http://news.example/a", "A"),
        ("http://news.example/b", "B"),
    ]


@pytest.mark.parametrize(
    "date",
    [
        *("03/04/2026", "Mié, 01 Ene", "", "yesterday", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        "9999-12-31T23:59:59-23:59",  # after the last day that Python knows
    ],
)
def test_a_date_that_cannot_be_trusted_is_none(site, date):
    (entry,) = parse_feed(site.rss(("A", "http://news.example/a", date)), None).entries
    assert (entry.published, entry.method) == (None, "none")


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        (b" \n", "The answer is empty."),
        (b"\n<!DOCTYPE html><html><body>Gone</body></html>", "A web page came instead of a feed"),
        (b"<!-- hi --><html><body>Gone</body></html>", "A web page came instead of a feed"),
        (b'{"error": "gone"}', "The answer is neither RSS nor Atom."),
        (b"<rss version='2.0'><channel><title>T</title></channel></rss>", "The feed has no entries with a link."),
        (b"<?xml version='1.0' encoding='\x00\x80'?><rss version='2.0'>\xc3\xa0</rss>", "The feed can't be read"),
        (b"<rss version='2.0' xmlns:a='http://\xc2\x85a/'><channel><a:b/></channel></rss>", "The feed can't be read"),
    ],
)
def test_what_is_no_feed_is_told(payload, sentence):
    with pytest.raises(Unreadable, match=sentence):
        parse_feed(payload, "text/xml")


def test_a_feed_of_plain_letters_is_read_whatever_charset_it_claims(site):
    payload = site.rss(("Chips", "http://news.example/a", DATE))
    assert titles(payload, "application/xml; charset=utf-16") == ["Chips"]


@settings(deadline=None)
@given(link=st.text(), at=st.integers(0, 300), noise=st.binary(max_size=8))
def test_a_mangled_feed_is_read_or_told(link, at, noise):
    items = "".join(f"<item><link>http://{text}</link></item>" for text in (link, "[news.example/", "news.example/a"))
    payload = f"<rss version='2.0'><channel>{items}</channel></rss>".encode(errors="replace")
    try:
        entries = parse_feed(payload[:at] + noise + payload[at:], "text/xml").entries
    except Unreadable:
        return
    assert entries


def test_a_feed_that_looks_like_a_path_is_not_opened(tmp_path, site):
    secret = tmp_path / "secret.xml"
    secret.write_bytes(site.rss(("Secret", "http://news.example/a", DATE)))
    with pytest.raises(Unreadable):
        parse_feed(str(secret).encode(), None)


def test_a_few_invalid_bytes_do_not_spoil_the_others(site):
    payload = site.rss(
        ("Été à Évry, côté données", "http://news.example/a", DATE), ("x", "http://news.example/b", DATE)
    )
    assert titles(payload.replace(b">x<", b">\xe9<")) == ["Été à Évry, côté données", "\ufffd"]


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1"])
@pytest.mark.parametrize("actual", ["utf-8", "windows-1252"])
def test_a_wrong_charset_in_the_declaration_is_seen_through(site, declared, actual):
    text = site.rss(("Coût des données", "http://news.example/a", DATE)).decode()
    payload = text.replace('encoding="utf-8"', f'encoding="{declared}"').encode(actual)
    assert titles(payload) == ["Coût des données"]


def test_a_charset_for_names_of_hosts_reads_no_feed(site):
    text = site.rss(("Coût", "http://news.example/a", DATE)).decode().replace('encoding="utf-8"', 'encoding="idna"')
    assert [len(title) for title in titles(text.encode("windows-1252"))] == [4]


def test_utf_16_is_read(site):
    payload = site.rss(("Coût", "http://news.example/a", DATE)).decode().replace('encoding="utf-8"', "")
    assert titles(payload.encode("utf-16")) == ["Coût"]


def test_an_unchanged_feed_is_archived_once(tmp_path, site, client, now):
    payload = site.rss(("A", "http://news.example/a", DATE))
    feed = site.feed("news", site.give("/feed", payload, "application/rss+xml"))
    reports = [land_feeds(tmp_path, [feed], client, now, force=True) for _ in range(2)]
    assert [(report.landed, report.unchanged) for report in reports] == [(1, 0), (0, 1)]
    ((record,),) = [list(read_records(path)) for path in warc_files(tmp_path)]
    assert record.payload == payload
    assert (record.metadata["kind"], record.metadata["source"], record.url) == ("feed", "news", feed.url)


def test_a_feed_without_etag_is_told_unchanged_by_its_bytes(tmp_path, site, client, now):
    def plain(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(site.rss(("A", "http://news.example/a", DATE)))

    feed = site.feed("news", site.do("/feed", plain))
    reports = [land_feeds(tmp_path, [feed], client, now, force=True) for _ in range(2)]
    assert [(report.landed, report.unchanged) for report in reports] == [(1, 0), (0, 1)]


def test_a_feed_is_asked_again_only_when_it_is_due(tmp_path, site, client, now):
    feed = site.feed("news", site.give("/feed", site.rss(("A", "http://news.example/a", DATE))), every_minutes=30)
    waits = (0, 28, 30)
    assert [land_feeds(tmp_path, [feed], client, now + timedelta(minutes=minutes)).checked for minutes in waits] == [
        1,
        0,
        1,
    ]


def test_a_bad_feed_has_its_error_and_stops_no_other(tmp_path, site, client, now, dead_url):
    def reset(handler):
        handler.connection.close()

    feeds = [
        site.feed("down", dead_url),
        site.feed("empty", site.give("/empty", b"", "text/xml")),
        site.feed("html", site.give("/html", site.page("Moved"))),
        site.feed("broken", site.do("/broken", reset)),
        site.feed("missing", site.url + "/missing"),
        site.feed("good", site.give("/good", site.rss(("A", "http://news.example/a", DATE)), "text/xml")),
    ]
    report = land_feeds(tmp_path, feeds, client, now)
    assert (report.checked, report.landed, report.unchanged) == (6, 1, 0)
    assert dict(report.errors) == {
        "down": "127.0.0.1 refused the connection.",
        "empty": "The answer is empty.",
        "html": "A web page came instead of a feed: look for the feed's new address.",
        "broken": "127.0.0.1 broke off the answer.",
        "missing": "127.0.0.1 answered 404 (Not Found).",
    }
    with State(tmp_path) as state:
        states = {row["source"]: row for row in state.source_states()}
    assert {key: (row["error"], row["error_count"]) for key, row in states.items()} == {
        **{key: (sentence, 1) for key, sentence in report.errors},
        "good": (None, 0),
    }
    assert [states[key]["http_status"] for key in ("down", "missing", "good")] == [None, 404, 200]
    waits = {key: row["next_check_at"] - now for key, row in states.items()}
    assert waits.pop("good") == timedelta(minutes=30)
    assert all(timedelta(minutes=30) <= wait <= timedelta(minutes=45) for wait in waits.values())


def test_a_feed_that_comes_back_loses_its_error(tmp_path, site, client, now):
    feed = site.feed("news", site.url + "/feed")
    for _ in range(2):
        land_feeds(tmp_path, [feed], client, now, force=True)
    with State(tmp_path) as state:
        assert [(row["error_count"], row["changed_at"]) for row in state.source_states()] == [(2, None)]
    site.give("/feed", site.rss(("A", "http://news.example/a", DATE)))
    land_feeds(tmp_path, [feed], client, now, force=True)
    with State(tmp_path) as state:
        assert [(row["error_count"], row["error"], row["changed_at"]) for row in state.source_states()] == [
            (0, None, now)
        ]


def test_a_page_that_stands_in_two_feeds_belongs_to_the_first_of_the_list(tmp_path, site, client, now):
    second_was_taken = Event()

    def give(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(site.rss(("A", "http://news.example/a", DATE)))

    def late(handler):
        second_was_taken.wait(2)
        give(handler)

    def third(handler):  # of the host of the second, which is asked only then
        second_was_taken.set()
        give(handler)

    urls = [site.do("/first", late), site.do("/second", give), site.do("/third", third)]
    urls[1:] = [url.replace("127.0.0.1", "localhost") for url in urls[1:]]  # hosts are asked beside each other
    keys = ["first", "second", "third"]
    land_feeds(tmp_path, [site.feed(key, url) for key, url in zip(keys, urls, strict=True)], client, now)
    with State(tmp_path) as state:
        assert [entry.source for entry, _ in state.pending_entries(keys, now)] == ["first"]


def status_of(home):
    with State(home) as state:
        (row,) = [row for row in state.source_states() if row["kind"] == "feed"]
    return row


def test_a_feed_that_fails_is_asked_ever_more_seldom_and_at_once_as_before_when_it_is_back(tmp_path, site, client, now):
    feed = site.feed("news", site.do("/feed", answer_with(503)))
    waits = []
    for _ in range(12):
        land_feeds(tmp_path, [feed], client, now, jitter=lambda: 0.0)
        after = status_of(tmp_path)["next_check_at"]
        waits.append((after - now) / timedelta(minutes=30))
        now = after
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 336, 336, 336]
    site.give("/feed", site.rss(("A", "http://news.example/a", DATE)))
    land_feeds(tmp_path, [feed], client, now)
    assert (status_of(tmp_path)["error"], status_of(tmp_path)["next_check_at"]) == (None, now + timedelta(minutes=30))


def test_sources_that_failed_together_do_not_come_back_together(tmp_path, dead_url, site, client, now):
    jitters = iter([0.0, 1.0])
    feeds = [site.feed("a", dead_url), site.feed("b", dead_url.replace("127.0.0.1", "localhost"))]
    land_feeds(tmp_path, feeds, client, now, jitter=lambda: next(jitters))
    with State(tmp_path) as state:
        after = sorted(row["next_check_at"] - now for row in state.source_states())
    assert after == [timedelta(minutes=30), timedelta(minutes=45)]


def test_a_server_that_names_a_time_is_not_asked_before(tmp_path, site, client, now):
    feed = site.feed("news", site.do("/feed", answer_with(429, Retry_After="86400")))
    land_feeds(tmp_path, [feed], client, now)
    assert status_of(tmp_path)["next_check_at"] == now + timedelta(days=1)


def test_what_a_feed_declares_of_its_pace_holds_while_it_is_unchanged(tmp_path, site, client, now):
    payload = site.rss(("A", "http://news.example/a", DATE)).replace(b"<item>", b"<ttl>120</ttl><item>")
    feed = site.feed("news", site.give("/feed", payload))
    for hours in (0, 2):
        land_feeds(tmp_path, [feed], client, now + timedelta(hours=hours))
        assert status_of(tmp_path)["next_check_at"] == now + timedelta(hours=hours + 2)
    assert status_of(tmp_path)["http_status"] == 304


def test_a_feed_that_is_gone_is_muted_until_somebody_wakes_it(tmp_path, site, client, now):
    feed = site.feed("news", site.do("/feed", answer_with(410)))
    checked = [land_feeds(tmp_path, [feed], client, now + timedelta(days=d), force=True).checked for d in (0, 1, 99)]
    assert checked == [1, 0, 0]
    row = status_of(tmp_path)
    assert "gone for good (410)" in row["error"]
    assert "`ledger sources wake news`" in row["error"]
    assert row["next_check_at"] is None
    site.give("/feed", site.rss(("A", "http://news.example/a", DATE)))
    with State(tmp_path) as state:
        assert (state.wake("news"), state.wake("news")) == (1, 0)
    assert land_feeds(tmp_path, [feed], client, now + timedelta(days=99)).landed == 1
    assert status_of(tmp_path)["error"] is None


def move(home, site, client, now, feed, *days):
    """Which paths were asked on each of these days."""
    asked = []
    for day in days:
        site.asked.clear()
        land_feeds(home, [feed], client, now + timedelta(days=day), force=True)
        asked.append(list(site.asked))
    return asked


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_is_believed_once_it_has_agreed_for_days(tmp_path, site, client, now, status):
    site.give("/new", site.rss(("A", "http://news.example/a", DATE)))
    feed = site.feed("news", site.do("/old", answer_with(status, Location="/new")))
    both, new = ["/old", "/new"], ["/new"]
    assert move(tmp_path, site, client, now, feed, 0, 1, 2, 3, 4, 5) == [both, both, both, both, new, new]
    row = status_of(tmp_path)
    assert (row["url"], row["moved_to"], row["error"], row["http_status"]) == (feed.url, f"{site.url}/new", None, 304)


def test_a_redirect_that_is_not_permanent_or_goes_elsewhere_each_time_is_not_believed(tmp_path, site, client, now):
    site.give("/new", site.rss(("A", "http://news.example/a", DATE)))
    site.give("/newer", site.rss(("A", "http://news.example/a", DATE)))
    feed = site.feed("news", site.do("/old", answer_with(302, Location="/new")))
    assert move(tmp_path, site, client, now, feed, 0, 9) == [["/old", "/new"]] * 2
    assert status_of(tmp_path)["moved_to"] is None
    for day, target in ((10, "/new"), (14, "/newer"), (15, "/new")):
        site.do("/old", answer_with(301, Location=target))
        assert move(tmp_path, site, client, now, feed, day) == [["/old", target]]


def test_only_the_permanent_part_of_a_way_is_remembered(tmp_path, site, client, now):
    site.give("/today", site.rss(("A", "http://news.example/a", DATE)))
    site.do("/new", answer_with(302, Location="/today"))
    feed = site.feed("news", site.do("/old", answer_with(301, Location="/new")))
    land_feeds(tmp_path, [feed], client, now)
    assert status_of(tmp_path)["moved_to"] == f"{site.url}/new"


def test_where_the_new_address_fails_the_old_one_is_asked_again(tmp_path, site, client, now):
    site.give("/new", site.rss(("A", "http://news.example/a", DATE)))
    feed = site.feed("news", site.do("/old", answer_with(301, Location="/new")))
    move(tmp_path, site, client, now, feed, 0, 3)
    site.do("/new", answer_with(410))
    assert move(tmp_path, site, client, now, feed, 4) == [["/new"]]
    site.give("/old", site.rss(("B", "http://news.example/b", DATE)))
    assert move(tmp_path, site, client, now, feed, 5) == [["/old"]]
    assert (status_of(tmp_path)["error"], status_of(tmp_path)["moved_to"]) == (None, None)


def test_two_feeds_that_move_to_one_address_are_both_still_asked(tmp_path, site, client, now):
    site.give("/new", site.rss(("A", "http://news.example/a", DATE)))
    feeds = [site.feed(key, site.do(f"/{key}", answer_with(301, Location="/new"))) for key in ("a", "b")]
    reports = [land_feeds(tmp_path, feeds, client, now + timedelta(days=d), force=True) for d in (0, 3, 4)]
    assert [(report.checked, report.landed + report.unchanged) for report in reports] == [(2, 2)] * 3


def test_an_address_that_was_put_in_the_place_of_another_is_all_that_is_told_of(tmp_path, site, client, now):
    land_feeds(tmp_path, [site.feed("news", site.do("/old", answer_with(410)))], client, now)
    new = site.feed("news", site.give("/new", site.rss(("A", "http://news.example/a", DATE))))
    assert land_feeds(tmp_path, [new], client, now).landed == 1
    assert (status_of(tmp_path)["url"], status_of(tmp_path)["error"]) == (new.url, None)


def items(site, *told):
    """A feed of (guid, title, link, summary, date) items."""
    payload = site.rss()
    body = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title><link>{link}</link>"
        f"<description>{summary}</description><pubDate>{date}</pubDate></item>"
        for guid, title, link, summary, date in told
    )
    return payload.replace(b"</channel>", f"{body}</channel>".encode())


def known(home, site, client, now, *feeds):
    """How many entries are remembered after the feed gave each of these in turn."""
    counts = []
    for place, told in enumerate(feeds):
        feed = site.feed("news", site.give("/feed", items(site, *told)))
        land_feeds(home, [feed], client, now + timedelta(days=place), force=True)
        with State(home) as state:
            counts.append(len(state._rows("select 1 from entries")))
    return counts


SUMMARY = "Tesla has 35,000 chips in its hall in Texas."


@pytest.mark.parametrize(
    ("again", "count"),
    [
        (("2", "Chips", "http://news.example/a", SUMMARY, DATE), 1),
        (("1", "Chips", "http://news.example/a?session=2", SUMMARY, DATE), 1),
        (("2", "Chips", "http://news.example/b", SUMMARY, DATE), 1),
        (("1", "More chips", "http://news.example/a", "Other words, and more of them.", DATE), 1),
        (("2", "Chips", "http://news.example/b", "Other words, and more of them.", DATE), 2),
        (("2", "Chips", "http://news.example/b", SUMMARY, DATE.replace("02 Mar", "03 Mar")), 2),
    ],
    ids=["another id", "another link", "both", "other words", "another of that title", "the same words on another day"],
)
def test_an_entry_is_known_by_its_id_its_url_or_its_content(tmp_path, site, client, now, again, count):
    first = ("1", "Chips", "http://news.example/a", SUMMARY, DATE)
    assert known(tmp_path, site, client, now, [first], [again]) == [1, count]


def test_entries_of_one_title_and_day_without_words_of_their_own_are_not_merged(tmp_path, site, client, now):
    told = [(str(number), "Form 8-K", f"http://news.example/{number}", "", DATE) for number in range(3)]
    assert known(tmp_path, site, client, now, told) == [3]
