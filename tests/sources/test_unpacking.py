"""Archive files as rows: each kind of record, in pieces that fit in memory, and no file read before its last row."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from sources import unpacking
from sources.fetching import Response
from sources.landing import LandingWriter, name_of, warc_files
from sources.unpacking import Unpacked, unpack

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CONCEPTS = frozenset({("us-gaap", "Payments")})
ROW = {"start": "2024-01-01", "end": "2024-03-31", "val": 5, "accn": "0000000007-24-000001", "fy": 2024, "fp": "Q1"}
ROW |= {"form": "10-Q", "filed": "2024-04-24"}
COLUMNS = {
    "accessionNumber": ["0000000007-24-000001", "0000000007-24-000002"],
    "filingDate": ["2024-04-24", "2024-05-02"],
    "reportDate": ["2024-03-31", ""],
    "acceptanceDateTime": ["2024-04-24T20:01:07.000Z", "2024-05-02T18:00:00.000Z"],
    "form": ["10-Q", "8-K"],
    "items": ["", "2.02,9.01"],
    "isXBRL": [1, 0],
    "isInlineXBRL": [1, 0],
    "primaryDocument": ["acme.htm", ""],
}
INLINE = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" '
    'xmlns:x="http://www.xbrl.org/2003/instance" xmlns:us-gaap="http://fasb.org/us-gaap/2024"><body>'
    '<div style="display:none"><ix:header><x:context id="c"><x:entity><x:identifier>7</x:identifier></x:entity>'
    "<x:period><x:startDate>2024-01-01</x:startDate><x:endDate>2024-03-31</x:endDate></x:period></x:context>"
    '<x:unit id="u"><x:measure>iso4217:USD</x:measure></x:unit></ix:header></div>'
    '<p>We paid <ix:nonFraction name="us-gaap:Payments" contextRef="c" unitRef="u" decimals="0">6</ix:nonFraction> '
    "dollars.</p></body></html>"
)
FILING = {"accession": "0000000007-24-000001", "form": "10-Q", "filed_on": "2024-04-24", "report_date": "2024-03-31"}
FILING |= {"document": "acme.htm", "document_type": "10-Q", "speaker": "Acme", "publisher": "SEC EDGAR"}


def facts(cik: int, *values: int) -> bytes:
    rows = [ROW | {"val": value} for value in values]
    return json.dumps({"cik": cik, "facts": {"us-gaap": {"Payments": {"units": {"USD": rows}}}}}).encode()


def archive(home: Path, *payloads: tuple[str, bytes | str], **more: Any) -> Path:
    """One archive file with a record for each (kind, payload)."""
    with LandingWriter(home, "filings", NOW) as writer:
        for number, (kind, payload) in enumerate(payloads):
            raw = payload.encode() if isinstance(payload, str) else payload
            about = {"source": "acme", "source_kind": "filing", "kind": kind, "cik": 7} | more
            writer.add_response(Response(f"https://edgar.example/{number}", 200, "OK", (), raw), about)
    assert writer.path is not None
    return writer.path


def together(pieces: list[Unpacked]) -> dict[str, list[Any]]:
    names = ("files", "fetches", "documents", "filings", "unreadable")
    rows: dict[str, list[Any]] = {name: [row for piece in pieces for row in getattr(piece, name)] for name in names}
    return rows | {
        "company_facts": [row for piece in pieces for table in piece.company_facts for row in table.to_pylist()]
    }


def test_each_kind_of_record_gives_the_rows_of_its_table(tmp_path: Path) -> None:
    submissions = json.dumps({"cik": "0000000007", "name": "ACME", "filings": {"recent": COLUMNS, "files": []}})
    path = archive(
        tmp_path,
        *(
            ("company_facts", facts(7, 5)),
            ("submissions", submissions),
            ("filing", INLINE),
            ("filing_index", "<feed/>"),
        ),
        **FILING,
    )
    rows = together(list(unpack([path], CONCEPTS)))
    assert rows["files"] == [{"warc_file": name_of(path), "landing_day": NOW.date(), "record_count": 4}]
    assert [row["kind"] for row in rows["fetches"]] == ["company_facts", "submissions", "filing", "filing_index"]
    assert [(row["source"], row["value"]) for row in rows["company_facts"]] == [
        ("company_facts", 5),
        ("inline_xbrl", 6),
    ]
    assert [(row["text"], row["accession"]) for row in rows["documents"]] == [
        ("We paid 6 dollars.", FILING["accession"])
    ]
    fetch_ids = [row["fetch_id"] for row in rows["fetches"]]
    assert rows["filings"] == [
        {
            **{"cik": 7, "accession": "0000000007-24-000001", "form": "10-Q", "filed_on": date(2024, 4, 24)},
            **{"report_date": date(2024, 3, 31), "primary_document": "acme.htm", "items": None},
            **{"accepted_at_stated": "2024-04-24T20:01:07.000Z", "is_xbrl": True, "is_inline_xbrl": True},
            **{"fetch_id": fetch_ids[1], "landing_day": NOW.date()},
        },
        {
            **{"cik": 7, "accession": "0000000007-24-000002", "form": "8-K", "filed_on": date(2024, 5, 2)},
            **{"report_date": None, "primary_document": None, "items": "2.02,9.01"},
            **{"accepted_at_stated": "2024-05-02T18:00:00.000Z", "is_xbrl": False, "is_inline_xbrl": False},
            **{"fetch_id": fetch_ids[1], "landing_day": NOW.date()},
        },
    ]
    assert rows["unreadable"] == []


def test_older_filings_come_in_files_of_the_bare_columns(tmp_path: Path) -> None:
    path = archive(tmp_path, ("submissions", json.dumps(COLUMNS)))
    assert [row["form"] for row in together(list(unpack([path], CONCEPTS)))["filings"]] == ["10-Q", "8-K"]


def test_what_cannot_be_read_is_told_with_its_place_and_stops_nothing(tmp_path: Path) -> None:
    path = archive(
        tmp_path,
        *(("company_facts", facts(7, 5)[:-9]), ("submissions", "<html>busy</html>"), ("filing", "<p> </p>")),
        *(("company_facts", facts(8, 5)), ("company_facts", facts(7, 5))),
        **FILING,
    )
    rows = together(list(unpack([path], CONCEPTS)))
    assert [row["reasons"] for row in rows["unreadable"]] == [
        ["The JSON of the company facts is cut off or invalid; the next run asks again."],
        ["A web page came instead of JSON: EDGAR was busy or refused; the next run asks again."],
        ["No text could be read out of the filing: it may be pictures only."],
        ["The company facts are those of CIK 8, and those of CIK 7 were asked for."],
    ]
    assert [row["row_key"] for row in rows["unreadable"]] == [row["fetch_id"] for row in rows["fetches"][:4]]
    place = {"url": "https://edgar.example/0", "warc_file": name_of(path), "kind": "company_facts"}
    assert json.loads(rows["unreadable"][0]["row_json"]) == place
    assert len(rows["company_facts"]) == 1
    assert rows["files"][0]["record_count"] == 5


def test_nothing_to_read_is_one_empty_piece() -> None:
    assert list(unpack([], CONCEPTS)) == [Unpacked()]


@pytest.mark.parametrize("size", [1, 1_500, 4_000, 20_000])
def test_pieces_stay_small_and_a_file_counts_as_read_in_the_piece_with_its_last_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    payloads = [("company_facts", facts(7, 1, 2)), ("filing", INLINE), ("submissions", json.dumps(COLUMNS))]
    for _ in range(3):
        archive(tmp_path, *payloads * 3, **FILING)
    paths = warc_files(tmp_path)
    whole = together(list(unpack(paths, CONCEPTS)))
    monkeypatch.setattr(unpacking, "PIECE_BYTES", size)
    pieces = list(unpack(paths, CONCEPTS))
    assert len(pieces) > 1
    assert together(pieces) == whole
    seen: dict[str, int] = {}
    for piece in pieces:
        assert piece.bytes <= size + 3_000  # a record more, at most
        for fetch in piece.fetches:
            seen[fetch["warc_file"]] = seen.get(fetch["warc_file"], 0) + 1
        assert all(seen[file["warc_file"]] == file["record_count"] for file in piece.files)
