from datetime import date

import pytest

from sources.articles import text_of_html
from sources.stubs import incompleteness

WHOLE = "Tesla has 35,000 chips in its hall. " * 20


def structured(more):
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {more}}}</script>'


@pytest.mark.parametrize(
    ("html", "text", "expected"),
    [
        ("", WHOLE, None),
        (structured('"isAccessibleForFree": true, "wordCount": 140'), WHOLE, None),
        (structured('"isAccessibleForFree": false'), WHOLE, "paywall"),
        (structured('"isAccessibleForFree":"False"'), WHOLE, "paywall"),
        ('<meta property="article:content_tier" content="locked">', WHOLE, "paywall"),
        ('<meta property="article:content_tier" content="free">', WHOLE, None),
        ("", WHOLE + "Subscribe to continue reading this story.", "paywall"),
        ("", WHOLE + "Il vous reste 74.3% de cet article à lire.", "paywall"),
        ("", WHOLE + "La suite est réservée aux abonnés.", "paywall"),
        ("", "Subscribe to read our letter. " + WHOLE, None),
        ("", WHOLE + "The company will …", "truncated"),
        ("", WHOLE + "The company will [...]", "truncated"),
        ("", WHOLE + "The company will… Read more »", "truncated"),
        ("", WHOLE + "“We will see…” he said.", None),
        ("", WHOLE + "Lire la suite", "truncated"),
        (structured('"wordCount": "900"'), WHOLE, "truncated"),
        (structured('"wordCount": 90'), "Short.", None),
        (structured('"wordCount": 200') + structured('"wordCount": 5000'), WHOLE, None),
    ],
)
def test_a_page_says_what_it_holds_back(html, text, expected):
    assert incompleteness(html, text.strip()) == expected


def test_a_stub_is_read_and_bears_its_flag(site):
    page = site.page("Tesla has 35,000 chips.", structured('"isAccessibleForFree": false'))
    read = text_of_html(page, None, date(2026, 3, 2))
    assert (read.incomplete, read.text[:23]) == ("paywall", "Tesla has 35,000 chips.")
    assert text_of_html(site.page("Tesla has 35,000 chips."), None, date(2026, 3, 2)).incomplete is None
