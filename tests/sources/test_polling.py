from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.feeds import parse_feed
from sources.fetching import Response
from sources.polling import LONGEST_BACKOFF, Pace, is_due, next_check, next_try, retry_after

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # a Monday
HALF_HOUR = timedelta(minutes=30)


def answer(*headers):
    return Response("http://news.example/feed", 200, "OK", headers, b"")


def minutes(pace=None, *headers):
    """How long after a good answer the next check is."""
    return (next_check(NOW, HALF_HOUR, pace or Pace(), answer(*headers)) - NOW) / timedelta(minutes=1)


def in_an_hour(name):
    return name, format_datetime(NOW + timedelta(hours=1), usegmt=True)


@pytest.mark.parametrize(
    ("pace", "headers", "expected"),
    [
        (None, [], 30),
        (Pace(90), [], 90),
        (Pace(5), [], 30),
        (None, [("Cache-Control", "public, max-age=7200")], 120),
        (None, [("Cache-Control", "s-maxage=7200")], 30),
        (None, [("Cache-Control", "max-age=60, no-store, max-age=7200")], 30),
        (None, [in_an_hour("Expires")], 60),
        (None, [in_an_hour("Expires"), in_an_hour("Date")], 30),
        (None, [in_an_hour("Expires"), ("Cache-Control", "max-age=5")], 30),
        (None, [("Expires", "0")], 30),
        (Pace(90), [("Cache-Control", "max-age=7200")], 120),
        (Pace(10**9), [("Cache-Control", "max-age=99999999999999")], 24 * 60),
        (Pace(0, frozenset({12, 13, 14})), [], 180),
        (Pace(0, frozenset(), frozenset({0, 1})), [], 36 * 60),
        (Pace(0, frozenset(range(24)), frozenset(range(7))), [], 30),
    ],
)
def test_the_next_check_is_as_late_as_feed_and_server_ask_within_a_day(pace, headers, expected):
    assert minutes(pace, *headers) == expected


def test_an_interval_of_the_list_beyond_a_day_is_kept():
    assert next_check(NOW, timedelta(days=3), Pace(), answer()) == NOW + timedelta(days=3)


def test_failures_double_the_wait_from_half_an_hour_to_a_week_and_never_more():
    waits = [(next_try(NOW, HALF_HOUR, failures, None, 0.0) - NOW) / HALF_HOUR for failures in (1, 2, 3, 9, 10, 1000)]
    assert waits == [1, 2, 4, 256, 336, 336]
    assert next_try(NOW, HALF_HOUR, 1, None, 1.0) == NOW + timedelta(minutes=45)


def test_a_server_that_asks_for_more_gets_it_up_to_a_week():
    asked = [timedelta(minutes=1), timedelta(hours=5), timedelta(days=400)]
    assert [next_try(NOW, HALF_HOUR, 1, wait, 0.0) - NOW for wait in asked] == [
        HALF_HOUR,
        timedelta(hours=5),
        LONGEST_BACKOFF,
    ]


@given(failures=st.integers(0, 10**6), jitter=st.floats(0, 1), asked=st.timedeltas(min_value=timedelta(0)))
def test_a_source_is_asked_at_least_once_a_week_whatever_happens(failures, jitter, asked):
    wait = next_try(NOW, HALF_HOUR, failures, asked, jitter) - NOW
    assert HALF_HOUR <= wait <= LONGEST_BACKOFF


@given(
    pace=st.builds(Pace, st.integers(0, 10**12), st.frozensets(st.integers(0, 23)), st.frozensets(st.integers(0, 6))),
    control=st.text(),
    expires=st.one_of(st.text(), st.datetimes().map(format_datetime)),
)
def test_whatever_is_declared_a_feed_is_asked_again_within_nine_days(pace, control, expires):
    headers = [("Cache-Control", control), ("Expires", expires)]
    assert HALF_HOUR <= next_check(NOW, HALF_HOUR, pace, answer(*headers)) - NOW <= timedelta(days=9)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("-5", None),
        ("soon", None),
        (None, None),
        (in_an_hour("")[1], 3600),
        ("9" * 500, 10**9),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(header, seconds):
    assert retry_after(header, NOW) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("checked_h", "next_h", "due"),
    [(None, None, True), (-1, 1, False), (-1, -0.1, True), (-1, 0.01, True), (8760, 8761, True), (-1, None, True)],
    ids=["never asked", "later", "past", "seconds early", "checked by a clock that ran ahead", "woken"],
)
def test_a_source_is_due_when_its_time_has_come_or_the_clock_went_back(checked_h, next_h, due):
    checked, following = (hours and NOW + timedelta(hours=hours) for hours in (checked_h, next_h))
    assert is_due(NOW, checked, following) is due


@pytest.mark.parametrize(
    ("declared", "pace"),
    [
        ("<ttl>90</ttl>", Pace(90)),
        ("<ttl>a while</ttl>", Pace()),
        ("<sy:updatePeriod> daily </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", Pace(360)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", Pace(60)),
        ("<ttl>5</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", Pace(60)),
        (
            "<skipHours><hour>0</hour><hour> 24 </hour><hour>7</hour></skipHours>"
            "<skipDays><day>Sunday</day></skipDays>",
            Pace(0, frozenset({0, 7}), frozenset({6})),
        ),
        ("<skipHours><hour>noon</hour></skipHours><skipDays><day>Someday</day></skipDays>", Pace()),
    ],
)
def test_a_feed_declares_its_pace(site, declared, pace):
    payload = site.rss(("A", "http://news.example/a", "Mon, 02 Mar 2026 10:00:00 +0100")).decode()
    payload = payload.replace("<rss ", "<rss xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' ")
    assert parse_feed(payload.replace("<item>", f"{declared}<item>", 1).encode(), None).pace == pace
