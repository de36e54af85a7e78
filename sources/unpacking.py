"""What an archive file holds, as rows: its fetches, documents and company facts, and what could not be read.

The rows have the columns of the raw tables (`warehouse/schema.sql`). Nothing is judged here but whether a payload can
be read at all; an unreadable one is told with its reason, never dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sources import company_facts, landing, reading

Row = dict[str, Any]


@dataclass(slots=True)
class Unpacked:
    """Rows of one or more archive files."""

    files: list[Row] = field(default_factory=list)
    fetches: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    company_facts: list[Row] = field(default_factory=list)
    unreadable: list[Row] = field(default_factory=list)


def unpack(paths: Iterable[Path]) -> Unpacked:
    """Read archive files to their end.

    `unreadable` has rows of `quarantine.documents` without `quarantined_at`.
    """
    unpacked = Unpacked()
    for path in paths:
        records = 0
        for record in landing.read_records(path):
            records += 1
            unpacked.fetches.append(_fetch_row(record))
            try:
                _unpack_record(record, unpacked)
            except landing.Unreadable as error:
                unpacked.unreadable.append(
                    {
                        "row_key": record.fetch_id,
                        "landing_day": record.landing_day,
                        "source": record.metadata["source"],
                        "rules": ["readable"],
                        "reasons": [str(error)],
                        "row_json": json.dumps(
                            {"url": record.url, "warc_file": record.warc_file, "kind": record.metadata["kind"]}
                        ),
                    }
                )
        unpacked.files.append(
            {
                "warc_file": landing.name_of(path),
                "landing_day": date.fromisoformat(path.parent.name),
                "record_count": records,
            }
        )
    return unpacked


def _unpack_record(record: landing.Record, into: Unpacked) -> None:
    if record.metadata["kind"] == "company_facts":
        into.company_facts += [
            row | {"landing_day": record.landing_day} for row in company_facts.read_company_facts(record)
        ]
        return
    document = reading.read_document(record)
    if document is not None:
        into.documents.append(asdict(document) | {"landing_day": record.landing_day})


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
