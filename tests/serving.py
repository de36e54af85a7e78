"""Small real servers on 127.0.0.1 that stand in for the outside world."""

from __future__ import annotations

import contextlib
import functools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

LOOPBACK = frozenset({"127.0.0.1", "localhost"})  # whom a `Client` of these tests may ask, for it asks nobody else here


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(url: str, within_s: float = 120) -> None:
    """Ask until a server that is starting answers."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            httpx.get(url, timeout=5)
            return
        time.sleep(0.2)
    raise TimeoutError(f"{url} did not answer within {within_s:.0f} s")


@contextmanager
def static_files(folder: Path) -> Iterator[str]:
    """The files of a folder; gives the base URL."""
    with _serving(functools.partial(_Quiet, directory=str(folder))) as url:
        yield url


@contextmanager
def webhook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A webhook; gives its URL, and the JSON objects that were posted to it."""
    posted: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with _serving(Handler) as url:
        yield url, posted


def answer_with(status: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer without a body; underscores in names of headers stand for hyphens."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def _serving(handler: object) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:  # type: ignore[arg-type]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
