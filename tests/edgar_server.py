"""An EDGAR on 127.0.0.1: a folder laid out like EDGAR, answered with EDGAR's statuses, headers, limits and bad days.

One server stands for data.sec.gov and www.sec.gov, whose paths don't meet. The folder may be the recorded answers
(`../shared/edgar`) or a small one that a test writes with `write_filer` and its like; all words in here are ours.

    /submissions/, /api/      gzip, no validators, a missing path is 404 with NoSuchKey
    /Archives/                gzip, ETag and Last-Modified, 304; a missing path is 403 with AccessDenied
    /cgi-bin/browse-edgar     the pages NAME_start-0.atom, NAME_start-100.atom …; past the last one 503 with HTML
"""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

CONTACT = "Jane Doe jane@example.org"

_LAST_MODIFIED = "Fri, 06 Mar 2026 21:11:50 GMT"
_TYPES = {".json": "application/json", ".htm": "text/html", ".html": "text/html", ".xml": "application/xml"}
_TYPES |= {".atom": "application/atom+xml", ".zip": "application/zip"}
_UNDECLARED = (
    b"<html><head><title>SEC.gov | Your Request Originates from an Undeclared Automated Tool</title></head></html>"
)
_THROTTLED = b"<html><head><title>SEC.gov | Request Rate Threshold Exceeded</title></head></html>"
_BUSY = b"<html><head><title>Try again later</title></head></html>"
_DENIED = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>'
_NO_KEY = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code></Error>'


class EdgarServer:
    """What a test may turn while it runs.

    day      name of a folder in `_vintages/` whose files stand before the others; None for the newest
    feed     start of the names of the feed's pages
    bad      path → "busy", "cut", "throttled" or "undeclared": how it is answered instead
    limit    requests a second; one more is answered as throttled
    asked    (path with query, status) of each request, in their order
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.day: str | None = None
        self.feed = "getcurrent"
        self.bad: dict[str, str] = {}
        self.limit = 10
        self.asked: list[tuple[str, int]] = []
        self.most_in_a_second = 0
        self.url = ""
        self._moments: deque[float] = deque()
        self._lock = Lock()

    def paths(self, *statuses: int) -> list[str]:
        """What was asked for, and answered so."""
        return [path for path, status in self.asked if not statuses or status in statuses]

    def answer(self, target: str, headers: Any) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for one request."""
        path = urlsplit(target).path
        bad = self.bad.get(path)
        if "@" not in (headers["User-Agent"] or "") or bad == "undeclared":
            return 403, {"Content-Type": "text/html"}, _UNDECLARED
        if self._is_too_fast() or bad == "throttled":
            return 403, {"Content-Type": "text/html"}, _THROTTLED
        if bad == "busy":
            return 503, {"Content-Type": "text/html"}, _BUSY
        file = self._file(target)
        if path.startswith("/cgi-bin/"):
            if file is None and "start=0&" not in target:
                return 503, {"Content-Type": "text/html"}, _BUSY
            payload = file.read_bytes() if file else current_filings([])
            return 200, {"Content-Type": "application/atom+xml", "Cache-Control": "no-cache"}, payload
        if file is None:
            if path.startswith("/Archives/"):
                return 403, {"Content-Type": "application/xml"}, _DENIED
            return 404, {"Content-Type": "application/xml", "Cache-Control": "no-store"}, _NO_KEY
        payload = file.read_bytes()
        if bad == "cut":
            payload = payload[: len(payload) // 2]
        told = {"Content-Type": _TYPES.get(file.suffix, "text/plain")}
        if not path.startswith("/Archives/"):
            return 200, told | {"Cache-Control": "max-age=0, no-cache, no-store"}, payload
        etag = f'"{hashlib.md5(payload, usedforsecurity=False).hexdigest()}"'
        told |= {"ETag": etag, "Last-Modified": _LAST_MODIFIED}
        if headers["If-None-Match"] == etag:
            return 304, told, b""
        return 200, told, payload

    def _is_too_fast(self) -> bool:
        with self._lock:
            now = time.monotonic()
            self._moments.append(now)
            while now - self._moments[0] >= 1:
                self._moments.popleft()
            self.most_in_a_second = max(self.most_in_a_second, len(self._moments))
            return len(self._moments) > self.limit

    def _file(self, target: str) -> Path | None:
        parts = urlsplit(target)
        if parts.path == "/cgi-bin/browse-edgar":
            start = parse_qs(parts.query)["start"][0]
            found = sorted((self.folder / "cgi-bin" / "browse-edgar").glob(f"{self.feed}*_start-{start}.atom"))
            return found[0] if found else None
        layers = [self.folder / "_vintages" / self.day] if self.day else []
        wanted = [layer / parts.path.lstrip("/") for layer in (*layers, self.folder)]
        return next((path for path in wanted if path.is_file() and ".." not in path.parts), None)


@contextmanager
def edgar(folder: Path) -> Iterator[EdgarServer]:
    """EDGAR over that folder, while the `with` block lasts."""
    server = EdgarServer(folder)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = server.answer(self.path, self.headers)
            with server._lock:
                server.asked.append((self.path, status))
            if status == 200 and "gzip" in (self.headers["Accept-Encoding"] or ""):
                body, headers = gzip.compress(body), headers | {"Content-Encoding": "gzip"}
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        server.url = f"http://127.0.0.1:{http.server_port}"
        try:
            yield server
        finally:
            http.shutdown()


# How EDGAR writes things: a folder of one's own, with as much in it as a test needs.


def filing(accession: str, form: str, filed: str, report: str = "", main: str = "main.htm") -> dict[str, Any]:
    """One filing as `write_filer` wants it."""
    told = {"accessionNumber": accession, "form": form, "filingDate": filed, "reportDate": report}
    told |= {"primaryDocument": main, "items": "2.02,9.01" if form == "8-K" else "", "isXBRL": 1, "isInlineXBRL": 1}
    return told | {"acceptanceDateTime": f"{filed}T21:00:00.000Z", "size": 1000}


def submissions(cik: int, name: str, filings: Iterable[dict[str, Any]], older: Iterable[str] = ()) -> bytes:
    """A company's list of filings."""
    listed = {"recent": _columns(filings), "files": [{"name": file} for file in older]}
    return json.dumps({"cik": f"{cik:010d}", "name": name, "filings": listed}).encode()


def older_submissions(filings: Iterable[dict[str, Any]]) -> bytes:
    """A list of older filings: the bare columns."""
    return json.dumps(_columns(filings)).encode()


def _columns(filings: Iterable[dict[str, Any]]) -> dict[str, list[Any]]:
    rows = list(filings)
    return {name: [row[name] for row in rows] for name in filing("", "", "")}


def company_facts(cik: int, name: str, rows: Iterable[tuple[str, str, int, str, str]], concept: str = "") -> bytes:
    """A company's facts: rows of (start, end, value, accession, filed) of one concept, capital expenditure."""
    concept = concept or "PaymentsToAcquirePropertyPlantAndEquipment"
    listed = [
        {"start": start, "end": end, "val": value, "accn": accession, "fy": 2026, "fp": "Q1", "form": "10-Q"}
        | {"filed": filed}
        for start, end, value, accession, filed in rows
    ]
    units = {"label": "Capital expenditure", "description": "", "units": {"USD": listed}}
    return json.dumps({"cik": cik, "entityName": name, "facts": {"us-gaap": {concept: units}}}).encode()


def filing_index(cik: int, accession: str, report: str, documents: Iterable[tuple[str, str]]) -> bytes:
    """A filing's index page: rows of (file name, type)."""
    folder = f"/Archives/edgar/data/{cik}/{accession.replace('-', '')}"
    rows = "".join(
        f'<tr><td>{row}</td><td>A file</td><td><a href="{folder}/{name}">{name}</a></td><td>{kind}</td><td>9</td></tr>'
        for row, (name, kind) in enumerate(documents, start=1)
    )
    period = f'<div class="infoHead">Period of Report</div><div class="info">{report}</div>'
    return f'<html><body>{period}<table class="tableFile"><tr><th>Seq</th></tr>{rows}</table></body></html>'.encode()


def current_filings(entries: Iterable[tuple[str, str, int, str, str]]) -> bytes:
    """A page of the feed of current filings: entries of (form, name, CIK, accession, moment)."""
    body = "".join(
        f"<entry><title>{form} - {name} ({cik:010d}) (Filer)</title>"
        f'<link rel="alternate" href="https://www.sec.gov/Archives/edgar/data/{cik}/{accession}-index.htm"/>'
        f'<summary type="html">&lt;b&gt;Filed:&lt;/b&gt; {moment[:10]} &lt;b&gt;AccNo:&lt;/b&gt; {accession}</summary>'
        f"<updated>{moment}</updated>"
        f'<category scheme="https://www.sec.gov/" label="form type" term="{form}"/>'
        f"<id>urn:tag:sec.gov,2008:accession-number={accession}</id></entry>"
        for form, name, cik, accession, moment in entries
    )
    start = (
        '<?xml version="1.0" encoding="ISO-8859-1" ?><feed xmlns="http://www.w3.org/2005/Atom"><title>Latest</title>'
    )
    return f"{start}{body}</feed>".encode("iso-8859-1")


def daily_index(rows: Iterable[tuple[str, str, int, str, str]]) -> bytes:
    """A daily index by form: rows of (form, name, CIK, filed, accession)."""
    head = f"{'Form Type':<12}{'Company Name':<62}{'CIK':<12}{'Date Filed':<12}File Name\n{'-' * 120}\n"
    body = "".join(
        f"{form:<12}{name:<62}{cik:<12}{filed.replace('-', ''):<12}edgar/data/{cik}/{accession}.txt         \n"
        for form, name, cik, filed, accession in rows
    )
    return f"Description:           Daily Index by Form Type\n\n{head}{body}".encode("iso-8859-1")


def write(folder: Path, path: str, payload: bytes) -> Path:
    """Put a file where EDGAR has it."""
    file = folder / path.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(payload)
    return file


def write_filing(folder: Path, cik: int, listed: dict[str, Any], **documents: str) -> None:
    """A filing's index page and its documents: by type ("8-K" is written as `main`, "EX-99.1" as `EX_99_1`), texts."""
    accession = listed["accessionNumber"]
    types = {
        kind: listed["form"] if kind == "main" else kind.replace("_", "-", 1).replace("_", ".") for kind in documents
    }
    endings = {kind: "xml" if kind.startswith("EX_101") else "htm" for kind in documents}
    named = {
        listed["primaryDocument"] if kind == "main" else f"{types[kind].lower()}.{endings[kind]}": types[kind]
        for kind in documents
    }
    page = filing_index(cik, accession, listed["reportDate"], [*named.items(), ("logo.jpg", "GRAPHIC")])
    write(folder, f"Archives/edgar/data/{cik}/{accession}-index.html", page)
    for name, text in zip(named, documents.values(), strict=True):
        page = f"<html><body><p>{text}</p></body></html>".encode()
        write(folder, f"Archives/edgar/data/{cik}/{accession.replace('-', '')}/{name}", page)
