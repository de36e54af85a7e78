from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from sources.landing import Record, digest_of
from sources.reading import Unreadable, read_document

FETCHED = datetime(2026, 3, 2, 12, tzinfo=UTC)


def record(payload, content_type="text/plain", **about):
    known = {"source": "inbox", "source_kind": "press", "kind": "inbox_file", "name": "note.txt"}
    known |= {"published": None, "published_method": "none"}
    return Record(
        fetch_id="urn:uuid:1",
        warc_file="2026-03-02/x.warc.gz",
        landing_day=date(2026, 3, 2),
        url="inbox:note.txt",
        http_status=None,
        content_type=content_type,
        payload=payload,
        payload_digest=digest_of(payload),
        fetched_at=FETCHED,
        metadata=known | about,
    )


def article(payload, url="http://news.example/a", **about):
    known = {"source": "news", "kind": "article"}
    return replace(record(payload, "text/html; charset=utf-8", **known | about), url=url, http_status=200)


def pdf(text):
    """The smallest PDF of one page with one line."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(written))
        written += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(written)
    return written + b"xref\n0 6\n0000000000 65535 f \n" + table + end


@pytest.mark.parametrize("kind", ["feed", "company_facts", "submissions"])
def test_other_payloads_are_no_documents(kind):
    assert read_document(record(b"{}", kind=kind)) is None


@pytest.mark.parametrize(
    "payload",
    ["Coût des données : 3 milliards".encode(charset) for charset in ("utf-8", "utf-8-sig", "utf-16", "windows-1252")],
)
def test_text_is_read_whatever_its_charset(payload):
    assert read_document(record(payload)).text == "Coût des données : 3 milliards"


def test_a_pdf_gives_its_text():
    document = read_document(record(pdf("Tesla has 35,000 chips."), "application/pdf", name="note.pdf"))
    assert document.text.strip() == "Tesla has 35,000 chips."
    assert (document.published_at, document.published_method) == (None, "none")


def empty_pdf():
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(stream := BytesIO())
    return stream.getvalue()


@pytest.mark.parametrize("payload", [b"%PDF-1.4 and then nothing", b"%PDF-", pdf("x")[:200]])
def test_a_broken_pdf_cannot_be_read(payload):
    with pytest.raises(Unreadable, match=r"^The PDF can't be read \(.*\): get a whole copy of it\.$"):
        read_document(record(payload, "application/pdf"))


@settings(deadline=None, max_examples=60)
@given(
    kind=st.sampled_from(["application/pdf", "text/html", "text/plain"]),
    at=st.integers(0, 900),
    noise=st.binary(min_size=1, max_size=12),
)
def test_a_mangled_payload_is_read_or_told(kind, at, noise):
    page = b"<html><body><article>" + b"<p>Tesla has 35,000 chips in its halls in Texas.</p>" * 4 + b"</article></body>"
    payload = pdf("Tesla has 35,000 chips.") if kind == "application/pdf" else page
    try:
        document = read_document(record(payload[:at] + noise + payload[at + len(noise) :], kind))
    except Unreadable:
        return
    assert document.text.encode()


@pytest.mark.parametrize(
    ("payload", "content_type"),
    [(b" \n ", "text/plain"), (b"<html><body></body></html>", "text/html"), (empty_pdf(), "application/pdf")],
)
def test_a_payload_without_text_cannot_be_read(payload, content_type):
    with pytest.raises(Unreadable, match="No text could be read"):
        read_document(record(payload, content_type))


def test_characters_that_no_table_holds_are_replaced():
    assert read_document(record(b"35,000\0chips")).text == "35,000\ufffdchips"


STATED = {"published": "2024-06-05T00:00:00+00:00", "published_method": "stated"}
FROM_FEED = {"published": "2026-03-01T08:00:00+00:00", "published_method": "feed"}
FUTURE = {"published": "2026-03-09T08:00:00+00:00", "published_method": "feed"}
DATED = "<meta property='article:published_time' content='2026-02-27'>"


@pytest.mark.parametrize(
    ("about", "head", "day", "method"),
    [
        (STATED, DATED, date(2024, 6, 5), "stated"),
        (FROM_FEED, DATED, date(2026, 3, 1), "feed"),
        (FUTURE, DATED, date(2026, 2, 27), "page"),
        ({}, DATED, date(2026, 2, 27), "page"),
        (FUTURE, "", None, "none"),
        ({}, "", None, "none"),
    ],
)
def test_the_date_is_the_stated_one_then_the_feeds_then_the_pages(site, about, head, day, method):
    document = read_document(article(site.page("Tesla has 35,000 chips.", head), **about))
    assert (document.published_at and document.published_at.date(), document.published_method) == (day, method)


def test_two_spellings_of_an_address_are_one_document(site):
    urls = ("http://news.example/a", "http://News.example:80/a?utm_medium=feed#top")
    documents = [read_document(article(site.page("Tesla has 35,000 chips."), url)) for url in urls]
    assert documents[0].document_id == documents[1].document_id
    assert {document.url for document in documents} == {"http://news.example/a"}


def test_another_text_under_the_same_address_is_another_document(site):
    texts = ("Tesla has 35,000 chips.", "Tesla has 36,000 chips.")
    assert len({read_document(article(site.page(text))).document_id for text in texts}) == 2


def test_a_shifted_feed_date_makes_no_new_document(site):
    articles = [article(site.page("Tesla has 35,000 chips."), **about) for about in (FROM_FEED, FUTURE)]
    assert len({read_document(record).document_id for record in articles}) == 1


def test_the_language_is_the_watchlists_then_the_pages(site):
    payload = site.page("Tesla has 35,000 chips.")
    assert [read_document(article(payload, language=given)).language for given in ("fr", None)] == ["fr", "en"]
