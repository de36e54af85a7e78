"""What archive files hold, as rows: fetches, documents, filings and company facts, and what could not be read.

The rows have the columns of the raw tables (`warehouse/schema.sql`). Nothing is judged here but whether a payload can
be read at all; an unreadable one is told with its reason, never dropped.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from sources import company_facts, filing_documents, inline_xbrl, landing, reading, submissions
from sources.documents import Document
from sources.limited import Parsers, ahead

Row = dict[str, Any]

# How large a piece may get in memory, and what goes into it: estimates, for a value, a row of its own, a character.
PIECE_BYTES = 150_000_000
_VALUE, _ROW, _CHARACTER = 300, 1_000, 2


@dataclass(slots=True)
class Unpacked:
    """Rows of some of the records of one or more archive files.

    files        those that end in this piece
    unreadable   rows of `quarantine.documents` without `quarantined_at`
    bytes        about how much memory it takes
    """

    files: list[Row] = field(default_factory=list)
    fetches: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    filings: list[Row] = field(default_factory=list)
    company_facts: list[pa.Table] = field(default_factory=list)
    unreadable: list[Row] = field(default_factory=list)

    bytes: int = 0


def unpack(paths: Iterable[Path], concepts: Collection[tuple[str, str]]) -> Iterator[Unpacked]:
    """Read archive files to their end, piece by piece; at least one piece comes, if only an empty one.

    A file's own row comes in the piece that ends it: loaded in order, no file counts as read before all its rows are
    there.

    concepts   (taxonomy, concept) of the facts that are taken out of inline XBRL
    """
    piece = Unpacked()
    with Parsers() as parsers:
        for path in paths:
            records = 0
            read = ((one, _started(one, concepts, parsers)) for one in landing.read_all(path))
            for record, parsed in ahead(read):
                if isinstance(record, landing.Damage):
                    piece.unreadable.append(_damaged_row(record))
                    continue
                records += 1
                piece.fetches.append(_fetch_row(record))
                piece.bytes += _ROW
                try:
                    _unpack_record(record, parsed, piece)
                except landing.Unreadable as error:
                    piece.unreadable.append(_unreadable_row(record, error))
                if piece.bytes >= PIECE_BYTES:
                    yield piece
                    piece = Unpacked()
            day = date.fromisoformat(path.parent.name)
            piece.files.append({"warc_file": landing.name_of(path), "landing_day": day, "record_count": records})
    yield piece


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What children are making of a record."""

    document: Future[Document | None] | None = None
    filing: Future[list[Document]] | None = None
    facts: Future[list[Row]] | None = None


def _started(
    record: landing.Record | landing.Damage, concepts: Collection[tuple[str, str]], parsers: Parsers
) -> _Parsed:
    """Texts of strangers are parsed in children; what EDGAR itself writes, as JSON, is not."""
    if isinstance(record, landing.Damage):
        return _Parsed()
    kind = record.metadata["kind"]
    if kind in reading.DOCUMENT_KINDS:
        return _Parsed(document=parsers.start(reading.read_document, record))
    if kind == "filing":
        return _Parsed(
            filing=parsers.start(filing_documents.read_filing, record),
            facts=parsers.start(inline_xbrl.read_facts, record, concepts),
        )
    return _Parsed()


def _unpack_record(record: landing.Record, parsed: _Parsed, into: Unpacked) -> None:
    kind = record.metadata["kind"]
    if kind == "company_facts":
        _add_facts(company_facts.read_company_facts(record), into)
    elif kind == "submissions":
        listed = submissions.read_submissions(record.payload, int(record.metadata["cik"])).filings
        same = {"fetch_id": record.fetch_id, "landing_day": record.landing_day}
        into.filings += [asdict(filing) | same for filing in listed]
        into.bytes += _ROW * len(listed)
    if parsed.document is not None:
        read = parsed.document.result()
        if read is not None:
            _add_document(record, read, into)
    if parsed.filing is not None and parsed.facts is not None:
        for document in parsed.filing.result():
            _add_document(record, document, into)
        _add_facts(pa.Table.from_pylist(parsed.facts.result(), schema=company_facts.SCHEMA), into)


def _add_facts(facts: pa.Table, into: Unpacked) -> None:
    into.company_facts.append(facts)
    into.bytes += _VALUE * facts.num_rows


def _add_document(record: landing.Record, document: Document, into: Unpacked) -> None:
    into.documents.append(asdict(document) | {"landing_day": record.landing_day})
    into.bytes += _CHARACTER * len(document.text)


def _unreadable_row(record: landing.Record, error: landing.Unreadable) -> Row:
    place = {"url": record.url, "warc_file": record.warc_file, "kind": record.metadata["kind"]}
    return {
        "row_key": record.fetch_id,
        "landing_day": record.landing_day,
        "source": record.metadata["source"],
        "rules": ["readable"],
        "reasons": [str(error)],
        "row_json": json.dumps(place),
    }


def _damaged_row(damage: landing.Damage) -> Row:
    return {
        "row_key": f"{damage.warc_file}:{damage.byte}",
        "landing_day": damage.landing_day,
        "source": None,
        "rules": ["whole"],
        "reasons": [str(damage)],
        "row_json": json.dumps({"warc_file": damage.warc_file, "byte": damage.byte, "kind": "damaged record"}),
    }


def _fetch_row(record: landing.Record) -> Row:
    return {
        "fetch_id": record.fetch_id,
        "warc_file": record.warc_file,
        "landing_day": record.landing_day,
        "source": record.metadata["source"],
        "kind": record.metadata["kind"],
        "url": record.url,
        "http_status": record.http_status,
        "content_type": record.content_type,
        "payload_digest": record.payload_digest,
        "payload_bytes": len(record.payload),
        "fetched_at": record.fetched_at,
    }
