"""A real web server on the loopback, which a test fills with answers, good and bad."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

import pytest

from sources.fetching import Client
from sources.watchlist import Feed
from tests.serving import LOOPBACK

Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """What the server answers, by path; a path that a test didn't fill is a 404."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.most_at_once = 0
        self.over = Event()  # set when the test is: answers that wait may end
        self.url = ""
        self._at_once = 0
        self._lock = Lock()

    def give(self, path: str, payload: bytes, content_type: str = "text/html", **headers: str) -> str:
        """Answer with these bytes, under an ETag, and with 304 to whoever has them; gives the URL."""
        etag = f'"{hashlib.sha256(payload).hexdigest()[:8]}"'

        def answer(handler: BaseHTTPRequestHandler) -> None:
            unchanged = handler.headers["If-None-Match"] == etag
            handler.send_response(304 if unchanged else 200)
            for name, value in {"ETag": etag, "Content-Type": content_type, **headers}.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(b"" if unchanged else payload)

        return self.do(path, answer)

    def do(self, path: str, answer: Answer) -> str:
        """Answer as told; gives the URL."""
        self.answers[path] = answer
        return self.url + path

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self.asked.append(handler.path)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            self.answers.get(handler.path, lambda handler: handler.send_error(404))(handler)
        except OSError:
            pass  # the client has had enough, which is what many of these tests are about
        finally:
            with self._lock:
                self._at_once -= 1

    @staticmethod
    def feed(key: str, url: str, **more: Any) -> Feed:
        told = {"key": key, "name": key.title(), "url": url, "kind": "press", "language": "en", "terms": "our own"}
        return Feed(**told | more)

    @staticmethod
    def rss(*items: tuple[str, str, str]) -> bytes:
        """An RSS feed of (title, link, date) items."""
        body = "".join(
            f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate></item>"
            for title, link, date in items
        )
        start = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>News</title>'
        return f"{start}{body}</channel></rss>".encode()

    @staticmethod
    def page(paragraph: str, head: str = "") -> bytes:
        """A page with enough text around a paragraph to be taken for an article."""
        filler = "<p>The company runs halls of servers in three states and will say more about them in the spring.</p>"
        body = f"<body><article><p>{paragraph}</p>{filler * 3}</article></body>"
        return f"<html lang='en-US'><head>{head}</head>{body}</html>".encode()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.handle(self)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Clients that hang up are part of these tests; what an answer itself gets wrong fails its own test."""

    with Server(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        site.url = f"http://127.0.0.1:{server.server_port}"
        yield site
        site.over.set()
        server.shutdown()


@pytest.fixture
def client() -> Iterator[Client]:
    with Client("compute-ledger tests", timeout_s=2, retries=0, allow_hosts=LOOPBACK) as client:
        yield client


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def dead_url() -> str:
    """An address at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{held.getsockname()[1]}/feed.xml"
