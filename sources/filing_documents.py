"""Filing documents: the text of what a company files with the SEC, for the readers of claims.

Pure: from an archived file of a filing (its main document, an exhibit, or the whole submission as one text) to
Documents. Block structure stays as paragraphs, a table row is a line of its own with its cells between bars; the hidden
parts of inline XBRL, page numbers and running heads go. The values that inline XBRL tags are read in `inline_xbrl.py`.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree
from lxml.html import HTMLParser

from sources.articles import decode
from sources.documents import Document, document_id
from sources.landing import Record, Unreadable

EXHIBITS = ("EX-99", "EX-13")  # press releases and presentations; the annual report that a 10-K only refers to
_XBRL = "EX-101.INS"  # of filings from before inline XBRL
_TEXTS = (".htm", ".html", ".txt")  # others are pictures, and PDFs that repeat a text
_ARCHIVES = "https://www.sec.gov/Archives/edgar/data"

_PART = re.compile(rb"<DOCUMENT>\s*<TYPE>([^\r\n]*)(.*?)<TEXT>(.*?)</TEXT>", re.DOTALL)
_FILE_NAME = re.compile(rb"<FILENAME>([^\r\n]*)")
_WRAPPER = re.compile(rb"\A\s*<(XBRL|XML)>(.*?)(?:</\1>\s*)?\Z", re.DOTALL)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_HTML_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]\w*;")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")
# &#146; and the like: numbers of Windows' character set, which old filings use for quotation marks and dashes
_WINDOWS = {code: bytes([code]).decode("cp1252", errors="replace") for code in range(0x80, 0xA0)}

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_UNREAD = frozenset({"head", "script", "style", "ix:header", "ix:hidden"})
_HIDDEN = re.compile(r"display\s*:\s*none")
_BREAKS_PAGE = re.compile(r"(?:page-)?break-(?:before|after)\s*:\s*(?:always|page)")

_SPACE = re.compile(r"\s+")
_CURRENCY_OR_BRACKET = re.compile(r"(?:[A-Z]{1,3})?[$€£¥]?\(?")
_CLOSING = re.compile(r"[)%]+(?:\s*\(\w{1,2}\))?")
_BULLET = re.compile(r"[•●▪■◦○·*\-–—]|\(?\w{1,3}[.)]")
_SCALE = re.compile(r"\(?.{0,60}\b[Ii]n (?:thousands|millions|billions)\b.{0,120}")
_PAGE_NUMBER = re.compile(r"(?:page\s*)?[-–—\s]*(?:[A-Z]-)?(?:\d{1,3}|[ivxl]{1,6})[-–—\s]*", re.IGNORECASE)
_RUNNING = 3  # a line that stands at so many page breaks is a running head or foot
_COLUMNS = re.compile(r"\S {3,}\S|\.{4,}|-{4,}|={4,}")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a filing. `type` is the form for the main document, else "EX-99.1" and the like."""

    name: str
    type: str
    payload: bytes


def parts_of(record: Record) -> Iterator[Part]:
    """The files in an archived payload that are worth reading: itself, or those of a whole submission."""
    about = record.metadata
    if b"<DOCUMENT>" not in record.payload:
        yield Part(about["document"], about.get("document_type") or about["form"], record.payload)
        return
    for kind, head, payload in _PART.findall(record.payload):
        named, type_ = _FILE_NAME.search(head), kind.decode("latin-1").strip()
        name = named[1].decode("latin-1").strip() if named else about["document"]  # before 2001 they have no names
        is_text = type_ == about["form"] or type_.startswith(EXHIBITS)
        if (is_text and name.lower().endswith(_TEXTS)) or type_ == _XBRL:
            wrapped = _WRAPPER.match(payload)
            yield Part(name, type_, wrapped[2] if wrapped else payload)


def read_filing(record: Record) -> list[Document]:
    """The documents in an archived file of a filing: none for a bare XBRL instance, several for a whole submission.

    Their date is the day of filing, the speaker is the company, and each has its own address on EDGAR, from wherever it
    was fetched.
    Raises   Unreadable, where no text can be had from any
    """
    about = record.metadata
    documents = []
    parts = [part for part in parts_of(record) if not part.name.lower().endswith(".xml")]
    for part in parts:
        text = text_of(part.payload)
        if text:
            folder = f"{_ARCHIVES}/{int(about['cik'])}/{about['accession'].replace('-', '')}"
            documents.append(_document(record, part, f"{folder}/{part.name}", text))
    if parts and not documents:
        raise Unreadable("No text could be read out of the filing: it may be pictures only.")
    return documents


def _document(record: Record, part: Part, url: str, text: str) -> Document:
    about = record.metadata
    period = f" for {about['report_date']}" if about.get("report_date") else ""
    exhibit = f" {part.type}" if part.type != about["form"] else ""
    company = about.get("speaker") or f"CIK {about['cik']}"
    return Document(
        document_id=document_id(url, text),
        fetch_id=record.fetch_id,
        source=about["source"],
        source_kind=about["source_kind"],
        text=text,
        fetched_at=record.fetched_at,
        publisher=about.get("publisher"),
        url=url,
        title=f"{company} {about['form']}{exhibit}{period} (filed {about['filed_on']})",
        language=about.get("language") or "en",  # the SEC takes no other, but for exhibits with a translation beside
        speaker=about.get("speaker"),
        published_at=datetime.fromisoformat(about["filed_on"]).replace(tzinfo=UTC),
        published_method="filing",
        accession=about["accession"],
    )


def text_of(payload: bytes) -> str:
    """The text of one file: paragraphs with an empty line between, the rows of a table on lines that follow each other.

    A cell's currency sign, brackets and percent sign stand with its number: "Purchases | $(3,886) | $(5,049)". What
    says "(in millions)" before a table stays on the line above it.
    """
    if payload.startswith(b"%PDF-"):
        return ""
    if not re.search(rb"<(?:html|body|div|p|font|tr)\b", payload[:100_000], re.IGNORECASE):
        return _plain(decode(payload))
    root = parse(payload)
    return "" if root is None else _laid_out(_without_page_furniture(_lines(root)))


def parse(payload: bytes) -> etree._Element | None:
    """The tree of a page: as XML where it is XHTML, as inline XBRL has to be, else as a browser would read it.

    None where there is no element in it.
    """
    markup = _CONTROL.sub(" ", _XML_DECLARATION.sub("", decode(payload)))
    if "xmlns" in markup[:20_000]:
        markup = _HTML_ENTITY.sub(lambda entity: html.escape(html.unescape(entity[0]), quote=False), markup)
        # A document's own entities are not resolved: they could be bombs. recover: a flaw costs a tag, no more.
        options = {"resolve_entities": False, "no_network": True, "recover": True}
        parser = etree.XMLParser(encoding="utf-8", huge_tree=True, **options)
    else:
        parser = HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        return etree.fromstring(markup.encode(), parser)
    except etree.LxmlError:
        return None


def name_of(element: etree._Element) -> tuple[str, str]:
    """Namespace and local name. lxml's own QName fails on a prefix that a flawed document doesn't declare."""
    namespace, _, name = element.tag.rpartition("}")
    return namespace.removeprefix("{"), name.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph (table 0), a row of the so-manyeth table, or the place where a page ends (no text)."""

    text: str
    table: int = 0


def _lines(root: etree._Element) -> list[_Line]:
    """What is shown, in order."""
    lines: list[_Line] = []
    buffers: list[list[str]] = [[]]  # the text of the line, and of each cell that is open
    rows: list[list[str]] = []  # of each row that is open, the cells that are closed
    tables = 0

    def flush() -> None:
        """End the line; inside a cell, a block only parts words."""
        if rows:
            buffers[-1].append(" ")
            return
        text = _folded(buffers[-1])
        buffers[-1].clear()
        if text and lines and lines[-1].text in {"•", "●", "▪", "■", "◦", "○"}:  # a bullet in a block of its own
            lines[-1] = _Line(f"{lines[-1].text} {text}")
        elif text:
            lines.append(_Line(text))

    skipped = None
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = _tag(element)
        if event == "start":
            style = element.get("style") or ""
            if tag in _UNREAD or _HIDDEN.search(style):
                walk.skip_subtree()
                skipped = element
                continue
            if tag in _BLOCKS or tag == "br":
                flush()
            if not rows and _BREAKS_PAGE.search(style):
                lines.append(_Line(""))
            tables += tag == "table"
            if tag == "tr":
                rows.append([])
            elif tag in {"td", "th"} and rows:
                buffers.append([])
            buffers[-1].append(element.text or "")
        elif element is skipped:
            buffers[-1].append(element.tail or "")
        else:
            if tag in {"td", "th"} and rows and len(buffers) > len(rows):
                rows[-1].append(_folded(buffers.pop()))
            elif tag == "tr" and rows:
                text = _row(rows.pop())
                if text:
                    lines.append(_Line(text, tables))
            elif tag in _BLOCKS:
                flush()
            buffers[-1].append(element.tail or "")
    flush()
    return lines


def _tag(element: etree._Element) -> str:
    """Local name in lower case; the hidden parts of inline XBRL with their prefix, lest a page's <header> be one."""
    if not isinstance(element.tag, str):
        return ""
    namespace, local = name_of(element)
    return f"ix:{local.lower()}" if namespace.endswith("/inlineXBRL") else local.lower()


def _folded(pieces: Sequence[str]) -> str:
    return _SPACE.sub(" ", "".join(pieces).translate(_WINDOWS)).strip()


def _row(cells: Sequence[str]) -> str:
    """The cells of a row on one line; signs and brackets that have a cell of their own go to their number."""
    joined: list[str] = []
    opens = False
    for cell in filter(None, cells):
        if joined and ((opens and cell[0] in "(0123456789—–-") or _CLOSING.fullmatch(cell)):
            joined[-1] += cell
        elif len(joined) == 1 and _BULLET.fullmatch(joined[0]):
            joined[0] += f" {cell}"
        else:
            joined.append(cell)
        opens = bool(_CURRENCY_OR_BRACKET.fullmatch(cell)) and not cell.isalpha()
    return " | ".join(joined)


def _without_page_furniture(lines: Sequence[_Line]) -> list[_Line]:
    """The lines without page numbers, and without what stands at one page break after another."""
    edges: dict[int, str] = {}  # at a page break, the nearest lines: by place, their text with its numbers blanked
    breaks = [at for at, line in enumerate(lines) if not line.text]
    for at in breaks:
        for step in (-1, 1):
            place = at + step
            while 0 <= place < len(lines) and not lines[place].text:
                place += step
            for near in (place, place + step):
                line = lines[near] if 0 <= near < len(lines) else _Line("")
                is_content = (step > 0 and line.table) or _SCALE.fullmatch(line.text)  # a table that goes on, its scale
                if line.text and len(line.text) < 150 and not is_content:
                    edges[near] = re.sub(r"\d+", "0", line.text)
    often = Counter(edges.values())
    return [
        line
        for at, line in enumerate(lines)
        if line.text
        and not (
            at in edges and (often[edges[at]] >= _RUNNING or _PAGE_NUMBER.fullmatch(line.text)) and len(breaks) > 1
        )
    ]


def _laid_out(lines: Sequence[_Line]) -> str:
    """One text: rows of a table under each other and under their scale, everything else apart."""
    text: list[str] = []
    for before, line in zip((None, *lines), lines, strict=False):
        if before is not None:
            is_scale = line.table and before.table != line.table and len(before.text) < 200
            together = line.table and (line.table == before.table or (is_scale and _SCALE.fullmatch(before.text)))
            text.append("\n" if together else "\n\n")
        text.append(line.text)
    return "".join(text)


def _plain(text: str) -> str:
    """A filing from before HTML: wrapped lines of prose are joined, columns stay as they are."""
    text = re.sub(r"</?(?:PAGE|TABLE|CAPTION|S|C|FN|R)>", "", _CONTROL.sub(" ", text))
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n").expandtabs()):
        lines = [line.rstrip() for line in paragraph.split("\n") if line.strip()]
        if not lines or (len(lines) == 1 and _PAGE_NUMBER.fullmatch(lines[0].strip())):
            continue
        in_columns = any(_COLUMNS.search(line.strip()) for line in lines)
        paragraphs.append("\n".join(lines) if in_columns else " ".join(line.strip() for line in lines))
    return "\n\n".join(paragraphs)
