"""The landing archive: every payload that came in, byte for byte, in WARC 1.1 files that are never changed.

A payload is one record (`response` for HTTP, `resource` for a file of the inbox), followed by one `metadata` record
with what we knew about it, as JSON. A file is written under a temporary name and renamed when whole, so whatever bears
its final name can be trusted; a record that was damaged later is told (`Damage`) and skipped, and the others are read.
Response headers are kept but for the encodings, which are undone: the payload is what the publisher wrote.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Any, BinaryIO, Self
from urllib.parse import quote

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from sources.fetching import Response

log = logging.getLogger("ledger.landing")

ENCODING_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})

_GZIP_MARK = b"\x1f\x8b\x08"
_PIECE_BYTES = 65_536  # of an archive file, read at once
# warcio lets AttributeError through from a record without an address, beside its own errors
_WARC_FAULTS = (ArchiveLoadFailed, ValueError, EOFError, AttributeError)


class Unreadable(Exception):
    """A payload out of which nothing can be read; the message is the sentence for its row in quarantine."""


@dataclass(frozen=True, slots=True)
class Record:
    """One archived payload with what was known about it.

    fetch_id         "urn:uuid:…", the WARC record id
    warc_file        see `name_of`
    url              where the payload came from, or "inbox:NAME"
    http_status      None for a file of the inbox
    payload_digest   "sha256:HEX"
    fetched_at       UTC
    metadata         source, source_kind, publisher, kind (feed, article, inbox_file, company_facts, submissions,
                     filing_index, filing), and where they apply: language, speaker, title, published, published_method,
                     entry_id, url, name, cik, valid_from and valid_to (days of the CIK), accession, form, filed_on,
                     report_date, document, document_type
    """

    fetch_id: str
    warc_file: str
    landing_day: date
    url: str
    http_status: int | None
    content_type: str | None
    payload: bytes
    payload_digest: str
    fetched_at: datetime
    metadata: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LandingReport:
    """What one run of one group brought in.

    checked, landed, unchanged   sources, pages or files that were looked at, archived, or the same as last time
    errors                       (source, sentence); an error never stops the others
    path                         the archive file, None where nothing was new
    """

    group: str
    checked: int
    landed: int
    unchanged: int
    errors: list[tuple[str, str]]
    path: Path | None


def digest_of(payload: bytes) -> str:
    """The identity of a payload: "sha256:HEX"."""
    return f"sha256:{hashlib.sha256(payload).hexdigest()}"


class LandingWriter:
    """One new archive file, which exists only once the `with` block has ended well, and only if it holds something.

    home    the data home
    group   what is landed: feeds, articles, inbox, company_facts
    now     UTC, the start of the run; records are dated from it by the time that has passed since
    """

    def __init__(self, home: Path, group: str, now: datetime) -> None:
        self._folder = home / "landing" / f"{now.astimezone(UTC):%Y-%m-%d}"
        self._name = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{group}-{uuid.uuid4().hex[:8]}.warc.gz"
        self._started = now.astimezone(UTC), monotonic()
        self._stream: IO[bytes] | None = None
        self._warc: Any = None
        self.count = 0
        self.path: Path | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is None:
            return
        with self._stream:
            self._stream.flush()
            os.fsync(self._stream.fileno())
        if error is not None:
            self._unfinished.unlink()
            return
        self.path = self._folder / self._name
        self._unfinished.rename(self.path)
        _fsync_folder(self._folder)
        log.info("archived %d payloads in %s", self.count, self._name)

    def add_response(self, response: Response, metadata: Mapping[str, Any]) -> str:
        """Archive an HTTP answer; gives its fetch_id."""
        headers = [(name, value) for name, value in response.headers if name.lower() not in ENCODING_HEADERS]
        status = StatusAndHeaders(f"{response.status} {response.reason}".strip(), headers, protocol="HTTP/1.1")
        return self._add("response", response.url, response.payload, metadata, http_headers=status)

    def add_file(self, name: str, payload: bytes, content_type: str, metadata: Mapping[str, Any]) -> str:
        """Archive a file of the inbox; gives its fetch_id."""
        return self._add("resource", f"inbox:{quote(name)}", payload, metadata, warc_content_type=content_type)

    def _add(self, kind: str, url: str, payload: bytes, metadata: Mapping[str, Any], **more: Any) -> str:
        if self._stream is None:
            self._open()
        fetch_id = f"urn:uuid:{uuid.uuid4()}"
        start, start_tick = self._started
        moment = start + timedelta(seconds=monotonic() - start_tick)
        shared = {"WARC-Date": moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
        own = {"WARC-Record-ID": f"<{fetch_id}>", "WARC-Payload-Digest": digest_of(payload)}
        self._write(kind, url, payload, shared | own, **more)
        about = {"WARC-Record-ID": f"<{uuid.uuid4().urn}>", "WARC-Concurrent-To": f"<{fetch_id}>"}
        note = json.dumps(metadata, ensure_ascii=False, sort_keys=True).encode()
        self._write("metadata", url, note, shared | about, warc_content_type="application/json")
        self.count += 1
        return fetch_id

    def _write(self, kind: str, url: str, payload: bytes, headers: dict[str, str], **more: Any) -> None:
        record = self._warc.create_warc_record(
            url, kind, payload=BytesIO(payload), length=len(payload), warc_headers_dict=headers, **more
        )
        self._warc.write_record(record)

    @property
    def _unfinished(self) -> Path:
        return self._folder / f"{self._name}.tmp"

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._stream = self._unfinished.open("xb")
        self._warc = WARCWriter(self._stream, gzip=True, warc_version="WARC/1.1")
        about = {"software": "compute-ledger", "format": "WARC File Format 1.1"}
        self._warc.write_record(self._warc.create_warcinfo_record(self._name, about))


def days(home: Path) -> list[date]:
    """The days that have archive files, oldest first."""
    return sorted({date.fromisoformat(path.parent.name) for path in warc_files(home)})


def warc_files(home: Path, days: Iterable[date] | None = None) -> list[Path]:
    """The whole archive files, oldest first; of the given landing days, or of all."""
    names = ["????-??-??"] if days is None else [day.isoformat() for day in days]
    return sorted(path for name in names for path in (home / "landing").glob(f"{name}/*.warc.gz"))


def name_of(path: Path) -> str:
    """What an archive file is called in the warehouse: its path below the landing folder."""
    return f"{path.parent.name}/{path.name}"


@dataclass(frozen=True, slots=True)
class Damage:
    """A place of an archive file where a record was and can't be read; the message is the sentence for quarantine.

    byte   where it begins
    """

    warc_file: str
    landing_day: date
    byte: int
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.warc_file}: a record at byte {self.byte} was skipped ({self.reason}). "
            "Put the file back from a backup, then `ledger replay`."
        )


def read_records(path: Path) -> Iterator[Record]:
    """The payloads of one archive file, in the order in which they came in, without the damaged ones."""
    for read in read_all(path):
        if isinstance(read, Record):
            yield read


def read_all(path: Path) -> Iterator[Record | Damage]:
    """The payloads of one archive file and its damages, in their order; each damage is logged too.

    A damage is one stretch of bytes: it costs the payloads in it, or the payload whose metadata was there.
    """

    def damage(byte: int, reason: str) -> Damage:
        found = Damage(name_of(path), date.fromisoformat(path.parent.name), byte, reason)
        log.warning("%s", found)
        return found

    pending: _Stored | None = None
    for stored in _stored(path):
        if isinstance(stored, _Hole):
            pending = None  # its metadata was there
            yield damage(stored.byte, stored.reason)
        elif stored.kind in ("response", "resource"):
            if pending is not None:
                yield damage(pending.byte, "a payload without its metadata")
            pending = stored
        elif stored.kind == "metadata" and pending is not None:
            yield _joined(path, pending, stored) or damage(pending.byte, "a payload that isn't the one archived")
            pending = None
    if pending is not None:
        yield damage(pending.byte, "a payload without its metadata, at the end")


@dataclass(frozen=True, slots=True)
class _Stored:
    """One WARC record as it stands in a file, from that byte on."""

    byte: int
    kind: str
    headers: dict[str, str]
    http_status: int | None
    content_type: str | None
    content: bytes


def _joined(path: Path, payload: _Stored, note: _Stored) -> Record | None:
    """A payload with its metadata; None where they don't belong together or a byte has changed."""
    digest = digest_of(payload.content)
    fetch_id = payload.headers.get("WARC-Record-ID", "")
    if note.headers.get("WARC-Concurrent-To") != fetch_id or payload.headers.get("WARC-Payload-Digest") != digest:
        return None
    try:
        return Record(
            fetch_id=fetch_id.strip("<>"),
            warc_file=name_of(path),
            landing_day=date.fromisoformat(path.parent.name),
            url=payload.headers["WARC-Target-URI"],
            http_status=payload.http_status,
            content_type=payload.content_type,
            payload=payload.content,
            payload_digest=digest,
            fetched_at=datetime.fromisoformat(payload.headers["WARC-Date"]),
            metadata=json.loads(note.content),
        )
    except (KeyError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class _Hole:
    """Bytes of a file, from that one on, out of which no record can be read."""

    byte: int
    reason: str


def _stored(path: Path) -> Iterator[_Stored | _Hole]:
    """The WARC records of a file, each of which is a gzip member of its own; one at a time is in memory."""
    with path.open("rb") as archive:
        for start, member in _gzip_members(archive):
            if member is None:
                yield _Hole(start, "its bytes have changed or are cut off")
                continue
            try:
                for record in ArchiveIterator(BytesIO(member)):
                    http, headers = record.http_headers, dict(record.rec_headers.headers)
                    yield _Stored(
                        byte=start,
                        kind=record.rec_type,
                        headers=headers,
                        http_status=None if http is None else int(http.get_statuscode()),
                        content_type=headers.get("Content-Type") if http is None else http.get_header("Content-Type"),
                        content=record.raw_stream.read(),
                    )
            except _WARC_FAULTS as error:
                yield _Hole(start, f"not a WARC record: {error}")


def _gzip_members(archive: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """The gzip members of a file with their first bytes; None for a stretch, up to the next member, that has none."""
    size = archive.seek(0, os.SEEK_END)
    start: int | None = 0 if size else None
    hole = None if size else 0
    while start is not None and start < size:
        archive.seek(start)
        member, expanded = zlib.decompressobj(zlib.MAX_WBITS | 16), bytearray()
        with suppress(zlib.error):  # then it doesn't come to its end
            while not member.eof and (piece := archive.read(_PIECE_BYTES)):
                expanded += member.decompress(piece)
        if member.eof:
            if hole is not None:
                yield hole, None
                hole = None
            after = archive.tell() - len(member.unused_data)
            yield start, bytes(expanded)
            start = after
        else:
            hole = start if hole is None else hole
            start = _next_member(archive, start + 1)
    if hole is not None:
        yield hole, None


def _next_member(archive: BinaryIO, start: int) -> int | None:
    """The first byte from there on at which a gzip member may begin."""
    archive.seek(start)
    window = b""
    while piece := archive.read(_PIECE_BYTES):
        window = window[1 - len(_GZIP_MARK) :] + piece
        at = window.find(_GZIP_MARK)
        if at >= 0:
            return archive.tell() - len(window) + at
    return None


def _fsync_folder(folder: Path) -> None:
    """Make a rename outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
