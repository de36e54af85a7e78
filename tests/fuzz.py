"""`make fuzz`: payloads that nobody meant, against everything that reads what comes from outside, for MINUTES minutes.

A target is a reader, a way to make its input, and what must hold: it gives what it promises or raises its declared
error, within seconds, and never a claim that isn't grounded. The inputs are hypothesis's: good payloads of our own,
cut, doubled and spliced with words that mean something to the reader. `tests/test_fuzz.py` gives each target a few
inputs, always the same, in every test run; what a long run finds becomes an `@example` there, or a test of its room.
"""

from __future__ import annotations

import faulthandler
import gzip
import json
import logging
import os
import secrets
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import cache, wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, thread_time
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from extraction import lexicons
from extraction.grounding import is_grounded
from extraction.reading import read_claims
from sources import company_facts, feeds, filing_documents, filing_indexes, inline_xbrl, landing, reading, submissions
from sources.documents import Document
from sources.fetching import Response

SEEDS = Path(__file__).parents[1] / "dbt" / "seeds"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOST_S = 5.0  # of the processor, for one input of some kilobytes: far more than any needs, so that a loop shows
HANGS_S = 120  # on the wall: then the stack is printed and the process ends
EXAMPLES_AT_ONCE = 200

Payloads = st.SearchStrategy[bytes]
Check = Callable[..., None]

TARGETS: dict[str, tuple[Check, dict[str, st.SearchStrategy[Any]]]] = {}


def target(**inputs: st.SearchStrategy[Any]) -> Callable[[Check], Check]:
    """Makes a check a target, with its inputs."""

    def register(check: Check) -> Check:
        TARGETS[check.__name__] = check, inputs
        return check

    return register


def spliced(good: Sequence[bytes], words: Sequence[bytes]) -> Payloads:
    """Good payloads after some edits: a stretch is taken out, said twice, or makes room for words or any bytes."""
    place = st.floats(0, 1, allow_nan=False)
    piece = st.sampled_from(list(words)) | st.binary(max_size=8) | st.text(max_size=8).map(_encoded)
    edit = st.tuples(place, st.integers(0, 40), st.integers(0, 3), piece)

    def edited(payload: bytes, edits: Sequence[tuple[float, int, int, bytes]]) -> bytes:
        for share, length, times, new in edits:
            at = int(share * len(payload))
            payload = payload[:at] + new + payload[at : at + length] * times + payload[at + length :]
        return payload

    return st.builds(edited, st.sampled_from(list(good)), st.lists(edit, max_size=6)) | st.binary(max_size=200)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


# -- feeds ------------------------------------------------------------------------------------------------------------

RSS = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title><ttl>60</ttl>'
    "<item><title>Chips &amp; halls</title><link>https://news.example/a?utm_source=x#top</link>"
    "<guid isPermaLink='false'>tag:1</guid><pubDate>Mon, 02 Mar 2026 10:00:00 +0100</pubDate></item>"
    "<item><title><![CDATA[Là <b>où</b>]]></title><link>/b</link><pubDate>2026/6/29</pubDate></item></channel></rss>"
).encode()
ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://news.example/"><title>A</title><entry><id>tag:1</id>'
    b'<title type="html">One &lt;b&gt;two&lt;/b&gt;</title><link rel="alternate" href="one"/><link href="http://[x/"/>'
    b'<updated>2026-03-02T10:00:00Z</updated><content type="xhtml"><div>Text</div></content></entry></feed>'
)
RDF = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="http://n.example/1"><title>T</title>'
    b"<link>http://n.example/1</link><dc:date>2026-03-02</dc:date></item></rdf:RDF>"
)
FEED_WORDS = [
    *(b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"&#0;", b"&#xFFFFF;", b"<![CDATA[", b"]]>", b"<!--", b"-->"),
    *(b"<item>", b"</item>", b"<entry>", b"<link>", b"<guid>", b"<pubDate>", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf"),
    *(b"encoding='utf-16'", b"encoding='klingon'", b"encoding='cp037'", b"encoding='utf-7'", b"encoding='idna'"),
    *(b"http://[", b"http://a:99999/", b"javascript:x", b"0001-01-01T00:00:00Z", b"9999-12-31T23:59:59-23:59"),
    *(b"Fri, 31 Feb 99999 25:61:61 +9999", b"xmlns='x'", b"xml:base='http://['", b"<geo:point>1 2</geo:point>"),
    *(b"<georss:polygon>1 2 x</georss:polygon>", b"<enclosure length='x'/>", b"<itunes:image/>", b"type='base64'"),
]
CONTENT_TYPES = st.sampled_from(
    [None, "application/xml", "text/xml; charset=latin-1", "text/html", "x; charset=utf-16", "charset=\x00", "; ;"]
) | st.text(max_size=20)


@target(payload=spliced([RSS, ATOM, RDF], FEED_WORDS), content_type=CONTENT_TYPES)
def feed(payload: bytes, content_type: str | None) -> None:
    """A feed gives entries that can be kept and told apart, or says why not."""
    try:
        parsed = feeds.parse_feed(payload, content_type, "https://news.example/feed")
    except landing.Unreadable:
        return
    assert parsed.entries
    for told in ([entry.id for entry in parsed.entries], [entry.url for entry in parsed.entries]):
        assert len(told) == len(set(told))
    for entry in parsed.entries:
        assert entry.link.startswith(("http://", "https://"))
        assert entry.published is None or entry.published.year >= feeds.FIRST_YEAR
        for text in (entry.id, entry.url, entry.link, entry.title):
            assert text is None or text.encode()  # SQLite and the archive take UTF-8


# -- pages, and the claims in them ------------------------------------------------------------------------------------

STATEMENTS = (
    "Meta says that it will operate 350,000 H100 GPUs by the end of 2024. Tesla spent between $3 and 4 billion on AI.",
    "xAI a acheté 100 000 puces H100 ; Mistral dépensera 1,4 milliard d'euros d'ici fin 2026, dont 30 % en GPU.",
    "Microsoft gibt 80 Mrd. Dollar für KI-Rechenzentren aus. La empresa Google compró 1.250 GPU por 2.500 millones.",
)
PAGES = [
    (
        f"<html lang='en-US'><head><title>News</title><meta charset='utf-8'><meta property='article:published_time' "
        f"content='2026-02-28T10:00:00Z'></head><body><nav><a href='/'>Home</a></nav><article><h1>Chips</h1>"
        f"<p>{statement}</p><table><tr><td>H100</td><td>85,000</td></tr></table>"
        f"<p>The company runs halls of servers in three states and will say more about them in the spring.</p>"
        f"</article><script>var a = '<p>';</script></body></html>"
    ).encode()
    for statement in STATEMENTS
]
PAGE_WORDS = [
    *(b"<p>", b"</p>", b"<div>" * 300, b"<table><tr><td>", b"<!--", b"-->", b"<script>", b"</html>", b"&nbsp;"),
    *(b"&#xD800;", b"&#0;", b"<br/>", b"<svg><a>", b"<math>", b"<template>", b"<base href='http://['>", b"\x00"),
    *(b"charset=utf-16", b"charset=undefined", b"charset=idna", b"charset=rot13", b"charset=hex", b"\xff\xfe\x00"),
    *(b"<time datetime='9999-99-99'>", b"<html lang=''>", b"<?xml version='1.0'?>", b"<frameset>", b"%PDF-1.4"),
    *(b"$", b"3 \xc3\xa0 4 ", b" milliards", b" billion", b"\xe2\x80\xaf000", b"H100", b"GPU", b"1e999", b"0.0.0,0"),
]
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 54>>stream\nBT /F1 12 Tf 72 720 Td (Meta has 350,000 H100 GPUs) Tj ET\nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Size 6/Root 1 0 R>>\n%%EOF"
)
PDF_WORDS = [b"1 0 R", b"<<", b">>", b"/Kids", b"[", b"]", b"/Filter/FlateDecode", b"-1", b"99999999999", b"stream"]


def _record(payload: bytes, content_type: str | None, url: str, **about: Any) -> landing.Record:
    known = {"source": "news", "source_kind": "press", "kind": "article", "published": None, "published_method": "none"}
    return landing.Record(
        fetch_id="urn:uuid:1",
        warc_file="2026-03-02/x.warc.gz",
        landing_day=NOW.date(),
        url=url,
        http_status=200,
        content_type=content_type,
        payload=payload,
        payload_digest="",
        fetched_at=NOW,
        metadata=known | about,
    )


@cache
def _words() -> lexicons.Lexicons:
    return lexicons.load(SEEDS)


def _assert_grounded(document: Document) -> None:
    for claim in read_claims(document, _words()):
        assert is_grounded(claim, document.text, _words())
        assert claim.low <= claim.high
        assert claim.period_start is None or claim.period_end is None or claim.period_start <= claim.period_end


def _assert_readable_or_told(record: landing.Record) -> None:
    try:
        document = reading.read_document(record)
    except landing.Unreadable:
        return
    assert document is not None
    assert document.text.strip()
    assert document.published_at is None or document.published_at <= NOW
    for text in (document.text, document.title, document.url, document.language):
        assert text is None or (text.encode() and "\x00" not in text)  # DuckDB takes both ill
    _assert_grounded(document)


@target(payload=spliced(PAGES, PAGE_WORDS), content_type=CONTENT_TYPES, path=st.text(max_size=20))
def page(payload: bytes, content_type: str | None, path: str) -> None:
    """A page gives a text and grounded claims, or says why not."""
    _assert_readable_or_told(_record(payload, content_type, f"https://news.example/2026/02/{path}"))


@target(payload=spliced([PDF], PDF_WORDS))
def pdf(payload: bytes) -> None:
    """So does a PDF."""
    _assert_readable_or_told(_record(payload, "application/pdf", "https://news.example/report.pdf"))


# -- numbers and statements -------------------------------------------------------------------------------------------

NUMBER_WORDS = [
    *("1", "3", "12", "350", "000", "0", "9" * 30, "1e9", "½", "٣", "²", "0x1F", "1/2", "-", "–", "−", "±", "~", "<"),
    *(".", ",", "'", "’", " ", "\u00a0", "\u202f", "\u2009", "\u200b", "\n", "\t", "%", "$", "€", "£", "¥", "US$", "x"),
    *("million", "billion", "bn", "Mrd.", "Mio", "milliards", "milliers", "mille", "thousand", "cents", "dozens", "k"),
    *("to", "à", "bis", "entre", "between", "et", "and", "de", "from", "von", "over", "plus de", "fewer than", "mil"),
    *("H100", "GB200 NVL72", "B200s", "A100", "TPU v5p", "MI300X", "puces", "GPU", "chips", "MW", "GW", "gigawatt"),
    *("Meta", "xAI", "Tesla", "OpenAI", "Colossus", "Stargate", "Microsoft", "the company", "Elle", "it", "they"),
    *("will spend", "a acheté", "operates", "dépense", "plans", "invested", "capex", "in AI", "per year", "par mois"),
    *("by 2026", "en 2025", "Q3 2024", "FY25", "d'ici fin", "30/02/2025", "last year", "fiscal 2024", "1999-2051"),
    *("not", "ne", "pas", "n'", "(", ")", "«", "»", "“", "|", ";", ":", "…", "Ⅷ", "İ", "ß", "ſ", "\u0301"),
]
TEXTS = st.sampled_from(["", " ", " "]).flatmap(
    lambda glue: st.lists(st.sampled_from(NUMBER_WORDS) | st.text(max_size=4), max_size=50).map(glue.join)
) | spliced([statement.encode() for statement in STATEMENTS], [word.encode() for word in NUMBER_WORDS]).map(
    lambda payload: payload.decode("utf-8", "replace")
)
DAYS = st.none() | st.dates(date(1995, 1, 1), date(2030, 12, 31))


@target(text=TEXTS, published=DAYS, language=st.sampled_from([None, "fr", "en", "de", "es", "it", "zz"]))
def numbers(text: str, published: date | None, language: str | None) -> None:
    """Any text is read, and what is read stands on its words."""
    noon = datetime(published.year, published.month, published.day, 12, tzinfo=UTC) if published else None
    _assert_grounded(
        Document(
            **{"document_id": "d1", "fetch_id": "f1", "source": "news", "source_kind": "press", "text": text},
            **{"fetched_at": NOW, "published_at": noon, "language": language},
        )
    )


# -- the archive ------------------------------------------------------------------------------------------------------

ABOUT = {"source": "news", "kind": "feed"}
ARCHIVED = [b"one" * 30, b"", bytes(range(256))]
WARC_WORDS = [
    *(b"\x1f\x8b\x08", b"WARC/1.1\r\n", b"\r\n\r\n", b"Content-Length: 99999999\r\n", bytes(20), gzip.compress(b"")),
    gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\nHTTP/"),
    gzip.compress(b"HTTP/1.1 x"),
]


@cache
def _archive() -> bytes:
    with TemporaryDirectory() as folder:
        with landing.LandingWriter(Path(folder), "feeds", NOW) as writer:
            for payload in ARCHIVED:
                writer.add_response(Response("http://news.example/", 200, "OK", (("X", "y"),), payload), ABOUT)
        assert writer.path
        return writer.path.read_bytes()


@target(payload=st.deferred(lambda: spliced([_archive()], WARC_WORDS)))
def warc(payload: bytes) -> None:
    """What is left of an archive file: payloads as archived, and a damage for what isn't there."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "2026-03-02" / "x.warc.gz"
        path.parent.mkdir()
        path.write_bytes(payload)
        read = list(landing.read_all(path))
    whole = [one for one in read if isinstance(one, landing.Record)]
    assert all(one.payload in ARCHIVED for one in whole)
    assert all(0 <= one.byte <= len(payload) for one in read if isinstance(one, landing.Damage))


# -- EDGAR ------------------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("2024-03-31"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_FACT = {"start": "2024-01-01", "end": "2024-03-31", "val": 2773000000, "accn": "0000000007-24-000001", "fy": 2024}
_FACT |= {"fp": "Q1", "form": "10-Q", "filed": "2024-04-24", "frame": "CY2024Q1"}
FACTS = st.builds(
    lambda fact, units, more: json.dumps(
        {"cik": 7, "entityName": "ACME", "facts": {"us-gaap": {"Payments": {"units": {"USD": [fact, _FACT]} | units}}}}
        | more
    ).encode(),
    st.dictionaries(st.sampled_from(sorted(_FACT)), JSON, max_size=3).map(lambda odd: _FACT | odd),
    st.dictionaries(st.text(max_size=4), JSON, max_size=1),
    st.dictionaries(st.sampled_from(["cik", "entityName", "facts"]), JSON, max_size=1),
)
JSON_WORDS = [b"null", b"{", b"}", b"[", b"]", b'"', b"1e999", b"NaN", b"-Infinity", b"[" * 2000, b'"val":', b'"end":']


_FACTS = json.dumps({"cik": 7, "facts": {"us-gaap": {"P": {"units": {"USD": [_FACT]}}}}}).encode()


@target(payload=FACTS | spliced([_FACTS], JSON_WORDS))
def company_facts_json(payload: bytes) -> None:
    """Company facts give rows as filed, or say why not."""
    record = _record(payload, "application/json", "https://data.example/x.json", kind="company_facts", cik=7)
    try:
        table = company_facts.read_company_facts(record)
    except landing.Unreadable:
        return
    assert table.schema == company_facts.SCHEMA
    assert not table["value"].null_count


_SUBMITTED = {
    "cik": "7",
    "name": "ACME",
    "filings": {
        "recent": {
            **{"accessionNumber": ["0000000007-26-000002"], "filingDate": ["2026-02-03"], "reportDate": [""]},
            **{"acceptanceDateTime": ["2026-02-03T21:00:00.000Z"], "form": ["8-K"], "items": ["2.02"]},
            **{"primaryDocument": ["main.htm"], "isXBRL": [1], "isInlineXBRL": [1]},
        },
        "files": [{"name": "CIK0000000007-submissions-001.json"}],
    },
}
SUBMITTED = st.dictionaries(st.sampled_from(sorted(_SUBMITTED["filings"]["recent"])), JSON, max_size=2).map(
    lambda odd: json.dumps(_SUBMITTED | {"filings": {"recent": _SUBMITTED["filings"]["recent"] | odd}}).encode()
)
CURRENT = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Latest Filings</title><entry><title>8-K - ACME (0000000007) '
    b'(Filer)</title><link href="https://www.sec.gov/Archives/edgar/data/7/000000000726000002/0000000007-26-000002-'
    b'index.htm"/><updated>2026-02-03T17:00:00-05:00</updated><category term="8-K"/>'
    b"<id>urn:tag:sec.gov,2008:accession-number=0000000007-26-000002</id></entry></feed>"
)
DAILY = (
    b"Form Type   Company Name   CIK   Date Filed  File Name\n------------------------------------------\n"
    b"8-K         ACME           7     20260203    edgar/data/7/0000000007-26-000002.txt         \n"
)


@target(
    payload=SUBMITTED | spliced([json.dumps(_SUBMITTED).encode(), CURRENT, DAILY], [*JSON_WORDS, *FEED_WORDS]),
    read=st.sampled_from(
        [
            lambda payload: submissions.read_submissions(payload, 7),
            filing_indexes.read_current_filings,
            filing_indexes.read_daily_index,
            filing_indexes.read_filing_index,
        ]
    ),
)
def lists_of_filings(payload: bytes, read: Callable[[bytes], object]) -> None:
    """Lists of filings are read, or say why not."""
    try:
        read(payload)
    except landing.Unreadable:
        return


_PAID = ("us-gaap", "PaymentsToAcquirePropertyPlantAndEquipment")
FILING = (
    b"<?xml version='1.0' encoding='UTF-8'?><html xmlns='http://www.w3.org/1999/xhtml' "
    b"xmlns:ix='http://www.xbrl.org/2013/inlineXBRL' xmlns:xbrli='http://www.xbrl.org/2003/instance' "
    b"xmlns:us-gaap='http://fasb.org/us-gaap/2024'><body><ix:header><ix:resources><xbrli:context id='half'>"
    b"<xbrli:entity><xbrli:identifier scheme='x'>0000000007</xbrli:identifier></xbrli:entity><xbrli:period>"
    b"<xbrli:startDate>2024-01-01</xbrli:startDate><xbrli:endDate>2024-06-30</xbrli:endDate></xbrli:period>"
    b"</xbrli:context><xbrli:unit id='usd'><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit></ix:resources>"
    b"</ix:header><p>Capital spending was (<ix:nonFraction name='us-gaap:PaymentsToAcquirePropertyPlantAndEquipment'"
    b" contextRef='half' unitRef='usd' decimals='-6' scale='6' sign='-' format='ixt:num-dot-decimal'>11,339"
    b"</ix:nonFraction>) million.</p><table><tr><td>Capex</td><td>$</td><td>11,339</td></tr></table></body></html>"
)
SUBMISSION = (
    b"<SEC-DOCUMENT>\n<DOCUMENT>\n<TYPE>10-Q\n<SEQUENCE>1\n<FILENAME>a.htm\n<TEXT>\n" + FILING + b"\n</TEXT>\n"
    b"</DOCUMENT>\n<DOCUMENT>\n<TYPE>EX-99.1\n<FILENAME>b.htm\n<TEXT>\n<p>Text</p>\n</TEXT>\n</DOCUMENT>\n</SEC-DOCUMENT>"
)
FILING_WORDS = [
    *(b"scale='99999999'", b"scale='x'", b"decimals='INF'", b"sign='-'", b"format='ixt:zero-dash'", b"1e400", b"NaN"),
    *(b"Infinity", b"9" * 40, b"0001-01-01", b"2024-02-30", b"<ix:nonFraction>", b"</td>", b"<tr>", b"<!DOCTYPE a ["),
    *(b"<!ENTITY a 'aaaa'>]>", b"&a;", b"&#0;", b"\x00", b"<TEXT>", b"</TEXT>", b"<DOCUMENT>", b"<PDF>", b"<?x?>"),
]


@target(payload=spliced([FILING, SUBMISSION], FILING_WORDS), name=st.sampled_from(["a.htm", "a.txt", "a_htm.xml"]))
def inline_xbrl_filing(payload: bytes, name: str) -> None:
    """A filing gives its texts and its tagged values, or says why not."""
    record = _record(
        payload,
        None,
        f"https://www.sec.gov/Archives/edgar/data/7/000000000724000012/{name}",
        **{"kind": "filing", "cik": 7, "accession": "0000000007-24-000012", "form": "10-Q", "document_type": "10-Q"},
        **{"filed_on": "2024-08-01", "document": name},
    )
    for read in (filing_documents.read_filing, lambda one: inline_xbrl.read_facts(one, {_PAID})):
        try:
            read(record)
        except landing.Unreadable:
            continue


# -- running ----------------------------------------------------------------------------------------------------------


def property_of(name: str, how: settings, before: Callable[[], None] = lambda: None) -> Callable[[], None]:
    """A target as hypothesis runs it; an input that takes too long fails too. `before` is called before each input."""
    check, inputs = TARGETS[name]

    @wraps(check)
    def timed(**given_: object) -> None:
        before()
        started = thread_time()
        check(**given_)
        assert thread_time() - started < MOST_S, "it took too long"

    return how(given(**inputs)(timed))


def fuzz(name: str, seconds: float) -> tuple[int, str | None]:
    """Run a target on ever new inputs until the time is over or one fails: the number of inputs, and what failed."""
    how = settings(
        max_examples=EXAMPLES_AT_ONCE,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    tried, ends = 0, monotonic() + seconds

    def count() -> None:
        nonlocal tried
        tried += 1
        faulthandler.dump_traceback_later(HANGS_S, exit=True)

    try:
        while monotonic() < ends:
            seed(secrets.randbits(64))(property_of(name, how, count))()
    except Exception as error:  # noqa: BLE001 (whatever a reader lets through is what is looked for)
        return tried, "".join(traceback.format_exception(error))
    finally:
        faulthandler.cancel_dump_traceback_later()
    return tried, None


def main() -> int:
    """Give each target its share of the time; 1 where one failed."""
    logging.disable()
    share_s = float(os.environ.get("MINUTES", "10")) * 60 / len(TARGETS)
    print(f"{'target':<22}{'inputs':>8}{'s':>7}  outcome")
    failures = 0
    for name in TARGETS:
        started = monotonic()
        tried, failure = fuzz(name, share_s)
        failures += failure is not None
        outcome = f"fails\n{failure}" if failure else "holds"
        print(f"{name:<22}{tried:>8}{monotonic() - started:>7.0f}  {outcome}", flush=True)
    return min(failures, 1)


if __name__ == "__main__":
    raise SystemExit(main())
