import shutil
from datetime import date, timedelta

import pytest

from sources.articles import land_articles, text_of_html
from sources.feeds import land_feeds
from sources.fetching import Client
from sources.hosts import Hosts
from sources.landing import read_records, warc_files
from sources.manners import HostManners
from sources.reading import read_document
from sources.state import State
from tests.serving import LOOPBACK

DATE = "Mon, 02 Mar 2026 10:00:00 +0000"
TODAY = date(2026, 3, 2)


def watch(home, site, client, now, *items):
    """A feed of these (title, path) items, already landed."""
    payload = site.rss(*[(title, site.url + path, DATE) for title, path in items])
    feed = site.feed("news", site.give("/feed", payload), language="fr", speaker="Tesla")
    land_feeds(home, [feed], client, now, force=True)
    return feed


def articles(home):
    return [
        record for path in warc_files(home) for record in read_records(path) if record.metadata["kind"] == "article"
    ]


def test_pages_of_new_entries_are_archived_once_with_what_the_feed_said(tmp_path, site, client, now):
    payload = site.page("Tesla has 35,000 chips.")
    site.give("/a", payload)
    feed = watch(tmp_path, site, client, now, ("Chips", "/a"))
    reports = [land_articles(tmp_path, [feed], client, now) for _ in range(2)]
    assert [(report.checked, report.landed) for report in reports] == [(1, 1), (0, 0)]
    (record,) = articles(tmp_path)
    assert record.payload == payload
    assert record.metadata == {
        **{"source": "news", "source_kind": "press", "publisher": "News", "kind": "article", "language": "fr"},
        **{"speaker": "Tesla", "title": "Chips", "entry_id": f"{site.url}/a", "entry_url": f"{site.url}/a"},
        **{"published": "2026-03-02T10:00:00+00:00", "published_method": "feed"},
    }


def test_a_bad_page_has_its_error_and_stops_no_other(tmp_path, site, client, now):
    def fifty_megabytes(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(50):
            handler.wfile.write(bytes(1_000_000))

    site.do("/large", fifty_megabytes)
    site.give("/sound", b"ID3", "audio/mpeg")
    site.give("/empty", b" ")
    site.give("/good", site.page("Tesla has 35,000 chips."))
    feed = watch(
        tmp_path, site, client, now, *((path, path) for path in ("/large", "/gone", "/sound", "/empty", "/good"))
    )
    report = land_articles(tmp_path, [feed], client, now)
    assert (report.checked, report.landed) == (5, 1)
    expected = {
        f"{site.url}/large": "127.0.0.1 sent more than 20,000,000 bytes.",
        f"{site.url}/gone": "127.0.0.1 answered 404 (Not Found).",
        f"{site.url}/sound": "The page is of type audio/mpeg, which holds no text to read.",
        f"{site.url}/empty": "The page is empty.",
    }
    assert sorted(report.errors) == sorted(("news", f"{url}: {sentence}") for url, sentence in expected.items())
    with State(tmp_path) as state:
        rows = [row for row in state.source_states() if row["kind"] == "article"]
    assert {row["url"]: row["error"] for row in rows} == expected


def test_a_page_that_fails_is_asked_for_after_an_hour_then_after_a_day_then_no_more(tmp_path, site, client, now):
    feed = watch(tmp_path, site, client, now, ("A", "/gone"))
    hours = (0, 0.5, 1, 2, 24, 25, 1000)
    checked = [land_articles(tmp_path, [feed], client, now + timedelta(hours=hour)).checked for hour in hours]
    assert checked == [1, 0, 1, 0, 0, 1, 0]


def test_a_page_is_fetched_by_the_link_as_it_was_given(tmp_path, site, client, now):
    site.give("/a+b;c?x=", site.page("Tesla has 35,000 chips."))
    feed = watch(tmp_path, site, client, now, ("Chips", "/a+b;c?x="))
    assert land_articles(tmp_path, [feed], client, now).landed == 1


def test_a_page_in_two_feeds_is_fetched_once(tmp_path, site, client, now):
    for key in ("first", "second"):
        site.give(f"/a?utm_source={key}", site.page("Tesla has 35,000 chips."))
    feeds = [
        site.feed(key, site.give(f"/{key}.xml", site.rss((key, f"{site.url}/a?utm_source={key}", DATE))))
        for key in ("first", "second")
    ]
    land_feeds(tmp_path, feeds, client, now)
    land_articles(tmp_path, feeds, client, now)
    land_articles(tmp_path, feeds, client, now)
    assert [path for path in site.asked if path.startswith("/a?")] == ["/a?utm_source=first"]


def test_a_crash_between_archive_and_state_doubles_no_document(tmp_path, site, client, now):
    site.give("/a", site.page("Tesla has 35,000 chips."))
    feed = watch(tmp_path, site, client, now, ("Chips", "/a"))
    memory, kept = tmp_path / "landing" / "state.sqlite", tmp_path / "kept.sqlite"
    shutil.copy(memory, kept)
    land_articles(tmp_path, [feed], client, now)
    shutil.copy(kept, memory)  # as if the run had been killed after the archive file got its name
    assert land_articles(tmp_path, [feed], client, now).landed == 1
    first, second = articles(tmp_path)
    assert first.fetch_id != second.fetch_id
    assert read_document(first).document_id == read_document(second).document_id


def test_without_its_memory_everything_is_fetched_again_and_nothing_is_new(tmp_path, site, client, now):
    site.give("/a", site.page("Tesla has 35,000 chips."))
    feed = watch(tmp_path, site, client, now, ("Chips", "/a"))
    land_articles(tmp_path, [feed], client, now)
    (tmp_path / "landing" / "state.sqlite").unlink()
    land_feeds(tmp_path, [feed], client, now)
    land_articles(tmp_path, [feed], client, now)
    assert len({read_document(record).document_id for record in articles(tmp_path)}) == 1


def test_a_page_gives_its_text_title_day_and_language(site):
    head = "<title>Chips in Texas</title><meta property='article:published_time' content='2026-02-27T08:00:00Z'>"
    page = text_of_html(site.page("Tesla has 35,000 chips.", head), "http://news.example/a", TODAY)
    assert (page.title, page.published, page.language) == ("Chips in Texas", date(2026, 2, 27), "en")
    assert page.text.startswith("Tesla has 35,000 chips.")


@pytest.mark.parametrize(
    ("head", "paragraph"),
    [
        ("", "Tesla will have 85,000 chips by 31 December 2024, it said in 2023."),
        ("<meta property='article:published_time' content='2031-01-01'>", "Tesla has chips."),
    ],
    ids=["dates in the text only", "a date after the fetch"],
)
def test_a_page_without_a_date_of_its_own_has_none(site, head, paragraph):
    assert text_of_html(site.page(paragraph, head), "http://news.example/a", TODAY).published is None


def test_a_page_inside_a_drawing_stops_nothing_and_has_no_date(site):
    page = b"<svg><a><p>" + site.page("Tesla has 35,000 chips.", "<title>Chips</title>")
    assert text_of_html(page, "http://news.example/a", TODAY).published is None


def test_tables_are_part_of_the_text(site):
    table = "<table><tr><th>Site</th><th>Chips</th></tr><tr><td>Memphis</td><td>100,000</td></tr></table>"
    assert "100,000" in text_of_html(site.page(f"Sites:</p>{table}<p>."), None, TODAY).text


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "utf-16"])
def test_a_page_is_read_in_its_charset(site, charset):
    head = "" if charset == "utf-16" else f"<meta charset='{charset}'>"
    payload = site.page("Le coût des données dépasse 3 milliards d’euros.", head).decode().encode(charset)
    assert "coût des données dépasse 3 milliards d’euros" in text_of_html(payload, None, TODAY).text


def watch_version(home, site, client, now, title, date=DATE):
    """The feed with its one entry, under another title or date."""
    feed = site.feed("news", site.give("/feed", site.rss((title, f"{site.url}/a", date))))
    land_feeds(home, [feed], client, now, force=True)
    return feed


@pytest.mark.parametrize(
    ("title", "date"), [("Fewer chips", DATE), ("Chips", DATE.replace("10:00", "11:00"))], ids=["title", "date"]
)
def test_an_article_that_changes_becomes_a_revision(tmp_path, site, client, now, title, date):
    site.give("/a", site.page("Tesla has 35,000 chips."))
    feed = watch_version(tmp_path, site, client, now, "Chips")
    land_articles(tmp_path, [feed], client, now)
    site.give("/a", site.page("Tesla has 34,000 chips."))
    later = now + timedelta(hours=7)
    watch_version(tmp_path, site, client, later, title, date)
    assert [land_articles(tmp_path, [feed], client, later).landed for _ in range(2)] == [1, 0]
    first, second = (read_document(record) for record in articles(tmp_path))
    assert (first.url, first.title) == (second.url, "Chips")
    assert second.title == title
    assert second.text.startswith("Tesla has 34,000 chips.")


def test_a_page_that_did_not_change_with_its_entry_is_not_sent_again(tmp_path, site, client, now):
    site.give("/a", site.page("Tesla has 35,000 chips."))
    feed = watch_version(tmp_path, site, client, now, "Chips")
    land_articles(tmp_path, [feed], client, now)
    later = now + timedelta(hours=7)
    watch_version(tmp_path, site, client, later, "Chips, corrected")
    report = land_articles(tmp_path, [feed], client, later)
    assert (report.checked, report.landed, report.unchanged) == (1, 0, 1)
    assert len(articles(tmp_path)) == 1


def test_a_feed_that_always_touches_its_dates_has_a_page_looked_at_every_six_hours_and_five_times(
    tmp_path, site, client, now
):
    site.give("/a", site.page("Tesla has 35,000 chips."))
    looks = []
    for hour in range(0, 48, 2):
        at = now + timedelta(hours=hour)
        feed = watch_version(tmp_path, site, client, at, "Chips", f"{at:%a, %d %b %Y %H:%M:%S} +0000")
        looks.append(land_articles(tmp_path, [feed], client, at).checked)
    assert [2 * place for place, look in enumerate(looks) if look] == [0, 6, 12, 18, 24, 30]


def test_a_page_that_cannot_be_looked_at_again_leaves_what_is_known_of_it(tmp_path, site, client, now):
    site.give("/a", site.page("Tesla has 35,000 chips."))
    feed = watch_version(tmp_path, site, client, now, "Chips")
    land_articles(tmp_path, [feed], client, now)
    del site.answers["/a"]
    later = now + timedelta(hours=7)
    watch_version(tmp_path, site, client, later, "No chips")
    assert [len(land_articles(tmp_path, [feed], client, later).errors) for _ in range(2)] == [1, 0]
    with State(tmp_path) as state:
        assert [row for row in state.source_states() if row["error"]] == []


def test_a_memory_from_before_versions_brings_no_page_again(tmp_path, site, client, now):
    site.give("/a", site.page("Tesla has 35,000 chips."))
    feed = watch_version(tmp_path, site, client, now, "Chips")
    land_articles(tmp_path, [feed], client, now)
    with State(tmp_path) as state:
        state._connection.executescript(
            "drop index entries_by_content; drop table pages; alter table entries drop column version;"
            "alter table entries drop column content; alter table entries drop column not_before;"
            "alter table sources drop column pace; alter table sources drop column moved_to;"
            "alter table sources drop column moved_since; alter table sources drop column muted_at;"
        )
    watch_version(tmp_path, site, client, now + timedelta(days=1), "Chips, corrected")
    assert land_articles(tmp_path, [feed], client, now + timedelta(days=1)).checked == 0


@pytest.fixture
def polite_client(tmp_path):
    with (
        HostManners(tmp_path, "tests", 0.0) as manners,
        Client("tests", retries=0, manners=manners, allow_hosts=LOOPBACK) as client,
    ):
        yield client


def test_a_page_that_robots_txt_forbids_is_told_and_left_alone_for_a_month(tmp_path, site, client, polite_client, now):
    site.give("/robots.txt", b"User-agent: *\nDisallow: /closed\n", "text/plain")
    site.give("/closed", site.page("Tesla has 35,000 chips."))
    feed = watch(tmp_path, site, client, now, ("A", "/closed"))
    days = (0, 1, 29, 30)
    reports = [land_articles(tmp_path, [feed], polite_client, now + timedelta(days=day)) for day in days]
    assert [report.checked for report in reports] == [1, 0, 0, 1]
    with State(tmp_path) as state:
        (row,) = [row for row in state.source_states() if row["kind"] == "article"]
    assert "robots.txt of 127.0.0.1 doesn't let us read /closed" in row["error"]
    assert "/closed" not in site.asked


def test_pages_of_a_host_without_robots_txt_to_go_by_fail_as_others_do(tmp_path, site, client, polite_client, now):
    def fail(handler):
        handler.send_response(500)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.do("/robots.txt", fail)
    feed = watch(tmp_path, site, client, now, ("A", "/a"))
    hours = (0, 0.5, 1, 25, 1000)
    reports = [land_articles(tmp_path, [feed], polite_client, now + timedelta(hours=hour)) for hour in hours]
    assert [len(report.errors) for report in reports] == [1, 0, 1, 1, 0]
    assert "robots.txt isn't known" in reports[0].errors[0][1]


def test_pages_of_a_host_that_has_enough_are_no_failures_and_come_later(tmp_path, site, client, polite_client, now):
    def enough(handler):
        handler.send_response(429)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.do("/a", enough)
    site.give("/b", site.page("Tesla has 35,000 chips."))
    feed = watch(tmp_path, site, client, now, ("A", "/a"), ("B", "/b"))
    report = land_articles(tmp_path, [feed], polite_client, now)
    assert (report.checked, len(report.errors)) == (2, 1)
    assert "/b" not in site.asked
    with Hosts(tmp_path) as hosts:
        hosts.pause("host:127.0.0.1", 0.0)
    assert land_articles(tmp_path, [feed], polite_client, now).landed == 1
