from datetime import date
from pathlib import Path

import pytest

import sources
from sources.watchlist import WatchlistError, load_companies, load_feeds

FEED = "{key: news, name: News, url: 'https://news.example/rss', kind: press, language: en, terms: our own}"


def test_the_lists_that_come_with_the_project_load():
    folder = Path(sources.__file__).parent
    feeds, companies = load_feeds(folder), load_companies(folder)
    assert {feed.language for feed in feeds} == {"en", "fr"}
    assert len({feed.url for feed in feeds}) == len(feeds)
    assert all(feed.speaker for feed in feeds if feed.kind == "company")
    alphabet = next(company for company in companies if company.key == "alphabet")
    assert [(number.cik, number.valid_from, number.valid_to) for number in alphabet.ciks] == [
        (1652044, date(2015, 10, 2), None),
        (1288776, None, date(2015, 10, 1)),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("- key: [", "feeds.yaml is not valid YAML at line 1 (expected the node content, but found '<stream end>')"),
        ("feeds: []", "feeds.yaml must be a list: start each entry with `- key: …`."),
        ("- just words", "feeds.yaml, entry 1: it has no fields: write them as `name: value`, one a line."),
        (f"- {FEED.replace('press', 'gossip')}", "feeds.yaml, entry 1 (news): `kind` is 'gossip', but input should be"),
        (f"- {FEED}\n- {{key: b}}", "feeds.yaml, entry 2 (b): `name` is missing: add it."),
        (f"- {FEED[:-1]}, evry: 5}}", "feeds.yaml, entry 1 (news): `evry` is not known here: take it out, or correct"),
        (
            f"- {FEED.replace('//', '//jane:pw@')}",
            "feeds.yaml, entry 1 (news): its address has a user name and password",
        ),
        (f"- {FEED}\n- {FEED}", "feeds.yaml has the key news more than once: give each entry its own."),
        (f"- {FEED}\n- {FEED.replace('key: news', 'key: b')}", "feeds.yaml has the address https://news.example/rss"),
    ],
)
def test_a_bad_list_is_told_in_one_sentence_with_its_entry(tmp_path, text, sentence):
    (tmp_path / "feeds.yaml").write_text(text)
    with pytest.raises(WatchlistError) as caught:
        load_feeds(tmp_path)
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


def test_a_missing_list_says_where_it_was_looked_for(tmp_path):
    with pytest.raises(WatchlistError, match=r"companies\.yaml is missing: create it, or point LEDGER_CONFIG"):
        load_companies(tmp_path)


def test_days_of_a_number_are_in_order(tmp_path):
    (tmp_path / "companies.yaml").write_text("- {key: a, name: A, ciks: [{cik: 1, from: 2020-01-02, to: 2020-01-01}]}")
    with pytest.raises(WatchlistError, match=r"entry 1 \(a\): .*`from` of CIK 1 lies after its `to`"):
        load_companies(tmp_path)
