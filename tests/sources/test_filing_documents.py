"""Filing documents: what a reader of the text gets to see of a filing, of our own pages and of the recorded ones."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.documents import document_id
from sources.filing_documents import read_filing, text_of
from sources.landing import Record, Unreadable

FETCHED = datetime(2025, 7, 25, 3, tzinfo=UTC)
ABOUT = {
    **{"kind": "filing", "source": "acme", "source_kind": "filing", "publisher": "SEC EDGAR", "speaker": "Acme"},
    **{"cik": 7, "accession": "0000000007-25-000012", "form": "10-Q", "filed_on": "2025-07-24"},
    **{"report_date": "2025-06-30", "document": "acme-20250630.htm", "document_type": "10-Q"},
}
XHTML = '<?xml version="1.0" encoding="ASCII"?><html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="{}"><body>{}</body>'
INLINE = "http://www.xbrl.org/2013/inlineXBRL"


def filing(payload: bytes | str, **more: Any) -> Record:
    raw = payload.encode() if isinstance(payload, str) else payload
    url = "http://127.0.0.1:8080/Archives/edgar/data/7/000000000725000012/acme-20250630.htm"
    return Record("urn:uuid:1", "w", FETCHED.date(), url, 200, "text/html", raw, "", FETCHED, ABOUT | more)


def text(body: str) -> str:
    """The text of a page, which must be the same as XHTML and as the HTML of old."""
    old = re.sub(r"<(/?\w+)", lambda tag: tag[0].upper(), re.sub(r"<(td|br|hr)([^>]*)/>", r"<\1\2>", body))
    read = text_of(f"{XHTML.format(INLINE, body)}</html>".encode())
    assert text_of(f"<HTML><BODY>{old}</BODY></HTML>".encode()) == read
    return read


def row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def test_a_filing_is_a_document_of_its_company_and_its_day() -> None:
    (document,) = read_filing(filing("<p>We paid $3.9 billion.</p>"))
    assert document.text == "We paid $3.9 billion."
    assert (document.title, document.speaker) == ("Acme 10-Q for 2025-06-30 (filed 2025-07-24)", "Acme")
    assert document.url == "https://www.sec.gov/Archives/edgar/data/7/000000000725000012/acme-20250630.htm"
    assert (document.published_at, document.published_method) == (datetime(2025, 7, 24, tzinfo=UTC), "filing")
    assert (document.source, document.source_kind, document.publisher) == ("acme", "filing", "SEC EDGAR")
    assert (document.accession, document.language) == ("0000000007-25-000012", "en")
    assert document.document_id == document_id(document.url, document.text)


def test_a_prefix_that_is_not_declared_costs_nothing_of_the_text() -> None:
    page = XHTML.format(INLINE, "<acme:context>hidden?</acme:context><p>We paid $3.9 billion.</p>")
    assert "We paid $3.9 billion." in text_of(f"{page}</html>".encode())


def test_a_filing_without_a_period_or_a_name_still_has_a_title() -> None:
    (document,) = read_filing(filing("<p>News.</p>", speaker=None, report_date=None, form="8-K", document_type="8-K"))
    assert (document.title, document.speaker) == ("CIK 7 8-K (filed 2025-07-24)", None)


def test_paragraphs_stand_apart_and_spans_join_without_a_gap() -> None:
    body = "<p>We paid <b>$</b><i>3</i>.9&#160;&#160;billion<br/>in&#8239;cash.</p>\n<p>And<span>&#160;more</span>.</p>"
    assert text(body) == "We paid $3.9 billion\n\nin cash.\n\nAnd more."


def test_the_hidden_parts_of_inline_xbrl_go_and_its_tagged_numbers_stay() -> None:
    header = "<ix:header><ix:hidden><ix:nonNumeric>secret</ix:nonNumeric></ix:hidden></ix:header>"
    body = (
        f"<div style='display: none'>unseen</div><div>{header}</div><script>run()</script><style>p {{}}</style>"
        '<p>We paid $<ix:nonFraction name="us-gaap:Payments" scale="6">3,886</ix:nonFraction> million'
        "<span style='display:none'> or not</span>.</p>"
    )
    assert text_of(f"{XHTML.format(INLINE, body)}</html>".encode()) == "We paid $3,886 million."


def test_a_table_is_one_line_a_row_with_signs_and_brackets_at_their_numbers() -> None:
    table = "".join(
        [
            "<p>Cash flows</p><p>(in millions, except ratios)</p><table>",
            row("", "2025", "&#160;", "2024"),
            row("", "", ""),
            row("Purchases of equipment", "", "$", "(3,886", ")", "", "$", "(5,049", ")"),
            row("Share", "", "12", "%", "", "(3", ")%"),
            row("Other", "US$", "17", "", "—"),
            "</table><p>Notes</p>",
        ]
    )
    assert text(table) == (
        "Cash flows\n\n(in millions, except ratios)\n2025 | 2024\n"
        "Purchases of equipment | $(3,886) | $(5,049)\nShare | 12% | (3)%\nOther | US$17 | —\n\nNotes"
    )


def test_a_bullet_belongs_to_its_words() -> None:
    table = (
        "<table>"
        + row("", "•", "We add halls.")
        + row("(b)", "We add power.")
        + "</table><div>•</div><div>Chips.</div>"
    )
    assert text(table) == "• We add halls.\n(b) We add power.\n\n• Chips."


def test_a_table_within_a_table_gives_its_rows() -> None:
    hidden = "<tr style='display:none'><td>unseen</td></tr>"
    inner = "<table>" + row("Halls", "3", "</td><td style='display:none'>unseen") + hidden + "</table>"
    assert text("<table>" + row(f"Sites{inner}", "Spent $5") + "</table>") == "Halls | 3\nSites | Spent $5"


def test_page_numbers_running_heads_and_feet_go_and_a_table_that_goes_on_keeps_its_head() -> None:
    pages = [
        f"<p>Acme Corp. notes</p><table>{row('Year', '2024')}{row(f'Hall {number}', '10')}</table>"
        f"<p>Words {number}.</p>"
        f"<div>Acme | Form 10-Q | {number}</div><div>{number}</div><hr style='page-break-after: always'/>"
        for number in range(1, 5)
    ]
    assert text("".join(pages)) == "\n\n".join(
        f"{'Acme Corp. notes' if number == 1 else ''}\n\nYear | 2024\nHall {number} | 10\n\nWords {number}.".strip()
        for number in range(1, 5)
    )


def test_characters_of_old_and_named_ones_are_read() -> None:
    assert text("<p>Acme&#146;s &#147;AI&#148; &amp; more &#151; &nbsp;&lt;5&gt; &eacute;t&eacute;</p>") == (
        "Acme’s “AI” & more — <5> été"
    )
    assert text_of("<html><body><p>Société “générale”</p></body></html>".encode("cp1252")) == "Société “générale”"


def test_an_old_filing_in_plain_text_has_its_lines_joined_and_its_columns_kept() -> None:
    plain = (
        "<PAGE>\n  We bought 10,000 chips for\n$5 million in\n1999.\n\n                    12\n\n"
        "<TABLE>\n<CAPTION>\n                 1999      1998\n<S>              <C>       <C>\n"
        "Plant ........  $5,049    $3,886\n</TABLE>\n"
    )
    read = text_of(plain.encode())
    assert read.startswith("We bought 10,000 chips for $5 million in 1999.\n\n")
    assert "1999      1998\n" in read
    assert read.endswith("Plant ........  $5,049    $3,886")
    assert "<" not in read


def part(kind: str, name: str, payload: str) -> str:
    return f"<DOCUMENT>\n<TYPE>{kind}\n<SEQUENCE>1\n<FILENAME>{name}\n<TEXT>\n{payload}\n</TEXT>\n</DOCUMENT>\n"


def test_a_whole_submission_is_split_into_its_main_document_and_its_press_releases() -> None:
    whole = "<SEC-DOCUMENT>x.txt : 20250724\n<SEC-HEADER>\nFORM TYPE: 8-K\n</SEC-HEADER>\n" + "".join(
        [
            part("8-K", "acme8k.htm", f"<XBRL>\n{XHTML.format(INLINE, '<p>See Exhibit 99.1.</p>')}</html>\n</XBRL>"),
            part("EX-99.1", "release.htm", "<html><body><p>We run 5,000 H100.</p></body></html>"),
            part("EX-99.2", "deck.pdf", "<PDF>\nbegin 644 deck.pdf\n</PDF>"),
            part("EX-10.1", "contract.htm", "<html><body><p>Whereas</p></body></html>"),
            part("GRAPHIC", "logo.jpg", "begin 644 logo.jpg"),
            part("XML", "R1.htm", "<html><body><p>Cover</p></body></html>"),
        ]
    )
    documents = read_filing(filing(whole, form="8-K", document="0000000007-25-000012.txt", document_type="8-K"))
    assert [(one.text, one.title, (one.url or "").rpartition("/")[2]) for one in documents][:2] == [
        ("See Exhibit 99.1.", "Acme 8-K for 2025-06-30 (filed 2025-07-24)", "acme8k.htm"),
        ("We run 5,000 H100.", "Acme 8-K EX-99.1 for 2025-06-30 (filed 2025-07-24)", "release.htm"),
    ]
    assert len(documents) == 2


def test_an_xbrl_instance_is_no_document_and_a_filing_without_words_is_told() -> None:
    assert read_filing(filing("<xbrl/>", document="acme-20250630_htm.xml")) == []
    with pytest.raises(Unreadable, match="pictures only"):
        read_filing(filing("<html><body><img src='page1.jpg'></body></html>"))


def test_a_broken_page_is_read_as_far_as_it_goes() -> None:
    assert text_of(XHTML.format(INLINE, "<p>We paid <b>$5 million</p><p>in cash.").encode()) == (
        "We paid $5 million\n\nin cash."
    )
    assert text_of(b"<html><body><table><tr><td>a<td>b<tr><td>c</table>d") == "a | b\nc\n\nd"


def test_a_deep_page_is_read() -> None:
    assert text_of(b"<html><body>" + b"<div>" * 200 + b"deep" + b"</div>" * 200) == "deep"


MARKUP = (
    "<html>",
    '<html xmlns="http://www.w3.org/1999/xhtml">',
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</table>",
    "<p>",
)
MARKUP += (
    "<td style='display:none'/>",
    "<div style='page-break-after:always'/>",
    "$",
    "(",
    "12",
    "&nbsp;",
    "&#0;",
    "\x00",
)


@given(pieces=st.lists(st.sampled_from(MARKUP) | st.text(max_size=5), max_size=30))
def test_whatever_comes_is_text_without_an_error(pieces: list[str]) -> None:
    read = text_of("".join(pieces).encode("utf-8", errors="surrogatepass"))
    read.encode()
    assert "\x00" not in read


@pytest.mark.shared
@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("1318605/000162828025035806/tsla-20250630.htm", r"Purchases of property[^|]*\| \(3,886\) \| \(5,049\)"),
        ("1318605/000162828025003063/tsla-20241231.htm", r"Purchases of property[^|]*\| \(11,339\) \| \(8,898\)"),
        ("1326801/000132680125000017/meta-20241231.htm", r"Purchases of property and equipment[^|]*\| \(37,256\)"),
        ("1652044/000165204425000014/goog-20241231.htm", r"Purchases of property and equipment \| \(31,485\)"),
        ("1018724/000101872425000004/amzn-20241231.htm", r"Purchases of property and equipment \| \(63,645\)"),
        ("1045810/000104581025000209/nvda-20250727.htm", r"Purchases related to property[^|]*\| \(3,122\)"),
        ("320193/000032019325000073/aapl-20250628.htm", r"Payments for acquisition of property[^|]*\| \(9,473\)"),
        ("1341439/000095017024104905/orcl-20240831.htm", r"Capital expenditures \| \(2,303\) \| \(1,314\)"),
    ],
)
def test_a_recorded_filing_is_readable_within_two_seconds(shared: Path, path: str, row: str) -> None:
    payload = (shared / "edgar" / "Archives" / "edgar" / "data" / path).read_bytes()
    started = time.perf_counter()
    read = text_of(payload)
    assert time.perf_counter() - started < 2
    assert re.search(f"^{row}", read, re.MULTILINE)
    lines = read.splitlines()
    assert "fasb.org" not in read
    assert "us-gaap:" not in read
    assert sum(bool(re.fullmatch(r"\d{1,3}", line)) for line in lines) <= 2
    assert not re.search("[\xa0\u2007\u202f]", read)
    assert max(sum(line == one for line in lines) for one in ("Table of Contents", "Table of contents")) <= 1


@pytest.mark.shared
def test_a_recorded_submission_gives_the_text_of_its_main_document(shared: Path) -> None:
    folder = shared / "edgar" / "Archives" / "edgar" / "data" / "1045810" / "000104581026000024"
    more = {"form": "8-K", "document_type": "8-K"}
    (whole,) = read_filing(filing((folder / "0001045810-26-000024.txt").read_bytes(), **more))
    (alone,) = read_filing(filing((folder / "nvda-20260302.htm").read_bytes(), document="nvda-20260302.htm", **more))
    assert whole == alone
    assert "Item 5.02" in alone.text
