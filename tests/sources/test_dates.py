from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.dates import read_date
from sources.feeds import parse_feed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("29 juin 2016", "2016-06-29 00:00"),
        ("2016/6/29", "2016-06-29 00:00"),
        ("29/06/2016 10:00", "2016-06-29 10:00"),
        ("05.05.2026", "2026-05-05 00:00"),
        ("lundi 2 mars 2026", "2026-03-02 00:00"),
        ("mar. 3 févr. 2026 08:15", "2026-02-03 08:15"),
        ("Mié, 01 Ene 2020 10:00:00 +0100", "2020-01-01 09:00"),
        ("Sáb, 05 Dic 2026 08:00:00 EST", "2026-12-05 13:00"),
        ("Tue, 5 Mai 2026 10:00:00 +0200", "2026-05-05 08:00"),
        ("March 2, 2026", "2026-03-02 00:00"),
        ("2. März 2026", "2026-03-02 00:00"),
    ],
)
def test_a_date_is_read_in_its_own_writing(text, expected):
    assert f"{read_date(text):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "il y a 2 heures", "Mié, 01 Ene", "août 2026", "03/04/2026", "3-4-2026 10:00", "2026", "x" * 99],
)
def test_a_date_that_could_be_another_is_none(text):
    assert read_date(text) is None


@settings(deadline=None, max_examples=30)  # the first of a kind loads a language
@given(start=st.text(max_size=20), end=st.text(max_size=20))
def test_any_text_gives_a_date_or_none(start, end):
    date = read_date(f"{start} 29 juin 2016 {end}")
    assert date is None or date.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("Mon, 02 Mar 2026 10:00:00 +0100", "feed"),
        ("Mon, 02 Mar 2026 10:00:00 GMT", "feed"),
        ("2026-03-02T10:00:00Z", "feed"),
        ("Mon, 02 Mar 2026 10:00:00", "feed_lenient"),
        ("2026-03-02 10:00:00", "feed_lenient"),
        ("lundi 2 mars 2026", "feed_lenient"),
        ("yesterday", "none"),
    ],
)
def test_how_a_feeds_date_was_read_is_kept(site, text, method):
    (entry,) = parse_feed(site.rss(("A", "http://news.example/a", text)), None).entries
    assert entry.method == method
    assert (entry.published is None) == (method == "none")
    assert entry.published is None or f"{entry.published:%Y-%m-%d}" == "2026-03-02"
