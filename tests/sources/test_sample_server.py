from datetime import UTC, datetime

import pytest

from sources.articles import land_articles
from sources.feeds import land_feeds
from sources.fetching import Client, FetchError
from sources.sample_server import SampleServer

PAGE = "http://news.example/a.html"


@pytest.fixture
def sample(tmp_path):
    """A folder with one host, beside a file that is none of the sample's, and a client that sees only the folder."""
    folder = tmp_path / "sample"
    (folder / "news.example" / "dir").mkdir(parents=True)
    (folder / "news.example" / "a.html").write_bytes(b"<p>words</p>")
    (folder / "news.example" / "feed.xml").write_bytes(b"<rss/>")
    (folder / "news.example" / "dir" / "index.html").write_bytes(b"index")
    (folder / "feeds.yaml").write_text("of the folder, not of a host")
    (tmp_path / "secret").write_text("outside")
    with SampleServer(folder) as server, Client("tests", proxy=server.proxy_url, retries=0) as client:
        yield folder, client


def test_files_are_answered_under_the_name_of_their_host(sample):
    _, client = sample
    answer = client.get(PAGE + "?page=2")
    assert (answer.payload, answer.header("Content-Type")) == (b"<p>words</p>", "text/html; charset=utf-8")
    assert client.get("http://news.example/dir/").payload == b"index"
    assert client.get("http://news.example/feed.xml").header("Content-Type") == "application/xml"


def test_who_has_a_file_gets_a_304(sample):
    folder, client = sample
    first = client.get(PAGE)
    assert client.get(PAGE, etag=first.header("ETag")).status == 304
    assert client.get(PAGE, last_modified=first.header("Last-Modified")).status == 304
    (folder / "news.example" / "a.html").write_bytes(b"<p>other words</p>")
    assert client.get(PAGE, etag=first.header("ETag"), last_modified=first.header("Last-Modified")).status == 200


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example/missing",
        "http://news.example/dir",
        "http://other.example/a.html",
        "http://news.example/%2e%2e/feeds.yaml",
        "http://news.example/../../secret",
        "http://news.example/%2e%2e%2f%2e%2e%2fsecret",
        "http://news.example//etc/hostname",
        "http://news.example/a.html%00",
    ],
)
def test_whatever_is_not_a_file_of_the_host_is_missing(sample, url):
    _, client = sample
    with pytest.raises(FetchError, match="answered 404"):
        client.get(url)


def test_a_sample_is_landed_by_the_same_way_as_the_network(sample, site, tmp_path):
    folder, client = sample
    (folder / "news.example" / "feed.xml").write_bytes(site.rss(("A", PAGE, "Mon, 02 Mar 2026 10:00:00 GMT")))
    feeds, now = [site.feed("news", "http://news.example/feed.xml")], datetime.now(UTC)
    assert [land_feeds(tmp_path, feeds, client, now, force=True).landed for _ in range(2)] == [1, 0]
    assert [land_articles(tmp_path, feeds, client, now).landed for _ in range(2)] == [1, 0]
