"""The embedded sample as a network: a forward proxy that answers from a folder, and from nowhere else.

A `Client` with this proxy fetches the sample by the same code as the real network, offline. `http://HOST/PATH` is the
file `HOST/PATH` below the folder, with an ETag and Last-Modified; whatever isn't there is a 404.
"""

from __future__ import annotations

import hashlib
import mimetypes
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

CONTENT_TYPES = {".xml": "application/xml", ".atom": "application/atom+xml", ".rss": "application/rss+xml"}


class SampleServer:
    """Serves while the `with` block lasts. `proxy_url` is for `Client(proxy=…)`."""

    def __init__(self, folder: Path) -> None:
        root = folder.resolve()

        class Proxy(_Proxy):
            folder = root

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        self._server.daemon_threads = True
        self.proxy_url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Proxy(BaseHTTPRequestHandler):
    folder: Path
    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        with suppress(ConnectionError):  # a client that hangs up is no news
            super().handle()

    def do_GET(self) -> None:
        path = self._file()
        if path is None:
            self._answer(HTTPStatus.NOT_FOUND, b"Not in the sample.\n", {"Content-Type": "text/plain"})
            return
        payload = path.read_bytes()
        changed = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
        etag = f'"{hashlib.sha256(payload).hexdigest()}"'
        headers = {"ETag": etag, "Last-Modified": format_datetime(changed, usegmt=True)}
        if self._has(etag, changed):
            self._answer(HTTPStatus.NOT_MODIFIED, b"", headers)
            return
        guessed = CONTENT_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        charset = "; charset=utf-8" if guessed.startswith("text/") else ""
        self._answer(HTTPStatus.OK, payload, headers | {"Content-Type": guessed + charset})

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the fetcher logs what it does."""

    def _file(self) -> Path | None:
        """The file that the request line names; None where it is not one below the folder."""
        parts = urlsplit(self.path)
        if parts.scheme != "http" or not parts.hostname:
            return None
        name = unquote(parts.path).lstrip("/")
        wanted = self.folder / parts.hostname / (f"{name}index.html" if not name or name.endswith("/") else name)
        if "\0" in str(wanted):
            return None
        path = wanted.resolve()
        return path if path.is_relative_to(self.folder / parts.hostname) and path.is_file() else None

    def _has(self, etag: str, changed: datetime) -> bool:
        """Whether the client has this version; the ETag decides where it sends one."""
        if self.headers["If-None-Match"]:
            return etag in self.headers["If-None-Match"]
        try:
            return changed <= parsedate_to_datetime(self.headers["If-Modified-Since"] or "")
        except (TypeError, ValueError):
            return False

    def _answer(self, status: HTTPStatus, payload: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)
