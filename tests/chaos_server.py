"""A web server on which everything goes wrong, one path a fault, and a few good feeds beside.

Real sockets and real bytes: what a fault does to a client it does here. A `Fault` says under which path it is and what
its source is to be told, as a pattern; None where the answer is odd but can be used. `Trap` is the address that no
request may reach.
"""

from __future__ import annotations

import gzip
import re
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

Answer = Callable[["Handler"], None]

BROKEN_OFF = r"127\.0\.0\.1 (broke off the answer|sent headers without end)\."
TOO_LARGE = r"127\.0\.0\.1 sent more than [\d,]+ bytes\."
TOO_SLOW = r"127\.0\.0\.1 (was still sending after|had not answered after|stopped answering)"
NOT_ASKED = r"was not asked"
EITHER = ""  # it may be refused in any sentence, or be read
DATE = "Mon, 02 Mar 2026 10:00:00 +0000"


class Handler(BaseHTTPRequestHandler):
    """One request; `server` knows the answers."""

    server: _Server

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.asked.append(self.path)
        self.server.answers.get(self.path, lambda handler: handler.send_error(404))(self)

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def begin(self, status: int = 200, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def go_on(self, piece: bytes, every_s: float = 0.0) -> None:
        """The same bytes again and again, until the client has had enough or the server ends."""
        while not self.server.over.wait(every_s):
            self.wfile.write(piece)
            self.wfile.flush()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.lock = Lock()
        self.over = Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what this is about."""


# -- answers ----------------------------------------------------------------------------------------------------------


def give(payload: bytes, content_type: str = "application/rss+xml", status: int = 200, **headers: object) -> Answer:
    def answer(handler: Handler) -> None:
        handler.begin(status, **{"Content_Type": content_type} | headers)
        handler.wfile.write(payload)

    return answer


def give_if_changed(payload: bytes, etag: str) -> Answer:
    """A good server: 304 to whoever has it."""

    def answer(handler: Handler) -> None:
        has_it = handler.headers["If-None-Match"] == etag
        handler.begin(304 if has_it else 200, ETag=etag, Content_Type="application/rss+xml")
        handler.wfile.write(b"" if has_it else payload)

    return answer


def redirect(target: str) -> Answer:
    return lambda handler: handler.begin(302, Location=target)


def _hang_up(handler: Handler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def _reset_in_the_body(handler: Handler) -> None:
    handler.begin(Content_Length=1000)
    handler.wfile.write(b"<rss>")
    handler.wfile.flush()
    _hang_up(handler)


def _drip(handler: Handler) -> None:
    handler.begin(Content_Type="application/rss+xml")
    handler.go_on(b" ", every_s=0.02)


def drip_headers(handler: Handler) -> None:
    """A byte at a time for a while, then an answer after all."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    ends = time.monotonic() + 4.0
    while time.monotonic() < ends and not handler.server.over.wait(0.02):
        handler.wfile.write(b"x")
        handler.wfile.flush()
    handler.wfile.write(b"\r\n\r\n")


def _say_nothing(handler: Handler) -> None:
    handler.begin()
    handler.wfile.flush()
    handler.server.over.wait(60)


def _endless(handler: Handler) -> None:
    handler.begin(Content_Type="application/rss+xml")
    handler.go_on(b"<item><title>more</title></item>" * 2000)


def _endless_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    handler.go_on(b"X-More: more\r\n" * 2000)


def rss(
    *items: tuple[str, str], start: str = '<?xml version="1.0" encoding="utf-8"?>', guid: str | None = None
) -> bytes:
    """A feed of (title, link) items, each with its link as its guid, or all with the same one."""
    body = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{guid or link}</guid><pubDate>{DATE}</pubDate></item>"
        for title, link in items
    )
    return f'{start}<rss version="2.0"><channel><title>News</title>{body}</channel></rss>'.encode()


def page(paragraph: str) -> bytes:
    filler = "<p>The company runs halls of servers in three states and will say more about them in the spring.</p>"
    return f"<html lang='en'><body><article><p>{paragraph}</p>{filler * 3}</article></body></html>".encode()


# -- faults -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    told      pattern of the sentence about it; None where the answer can be used all the same
    """

    name: str
    answer: Answer
    told: str | None


def transfer_faults(trap_port: int) -> list[Fault]:
    """What may happen to any GET, of a feed or a page."""
    forbidden = {
        "a name of the loopback": "localhost",
        "the loopback in one number": "2130706433",
        "the loopback in hexadecimal": "0x7f000001",
        "the loopback in two parts": "127.1",
        "the loopback in IPv6": "[::ffff:127.0.0.1]",
        "the address of any interface": "0.0.0.0",
        "another port of the server": "127.0.0.1",
    }
    return [
        Fault("reset before the answer", _hang_up, BROKEN_OFF),
        Fault("reset in the body", _reset_in_the_body, BROKEN_OFF),
        Fault("shorter than its length", give(b"<rss>", Content_Length=500), BROKEN_OFF),
        Fault("a length that is no number", give(b"<rss>", Content_Length="many"), BROKEN_OFF),
        Fault("slow drip", _drip, TOO_SLOW),
        Fault("silence in the body", _say_nothing, TOO_SLOW),
        Fault("endless body", _endless, TOO_LARGE),
        Fault("endless headers", _endless_headers, BROKEN_OFF),
        Fault("not HTTP", lambda handler: handler.go_on(b"\x00\x16\x03\x01 not HTTP\r\n\r\n"), BROKEN_OFF),
        Fault("gzip bomb", give(gzip.compress(bytes(30_000_000)), Content_Encoding="gzip"), TOO_LARGE),
        Fault("gzip that isn't", give(b"<rss/>", Content_Encoding="gzip"), r"is not valid gzip\."),
        Fault("gzip that is cut off", give(gzip.compress(rss())[:-9], Content_Encoding="gzip"), r"is cut off\."),
        Fault("an encoding that nobody asked for", give(b"?", Content_Encoding="zpaq"), r"the encoding 'zpaq'"),
        Fault("redirect loop", redirect("?"), r"redirected more than \d+ times\."),
        Fault("redirect to no web address", redirect("file:///etc/hosts"), r"is not an http or https address\."),
        Fault("redirect to nonsense", redirect("http://[/"), r"\.$"),
        Fault("304 to an unconditional GET", lambda handler: handler.begin(304), r"\.$"),
        Fault("404", give(b"<html>no", "text/html", 404), r"answered 404"),
        Fault("429 without Retry-After", give(b"", status=429), r"answered 429"),
        Fault("429 with Retry-After", give(b"", status=429, Retry_After=86_400), r"answered 429"),
        Fault("429 with a Retry-After of nonsense", give(b"", status=429, Retry_After="soon"), r"answered 429"),
        Fault("503 with a page", give(b"<html><title>Busy</title>", "text/html", 503), r"answered 503"),
        Fault("empty body", give(b"", "text/html"), r"is empty\."),
        *(
            Fault(f"redirect to {what}", redirect(f"http://{host}:{trap_port}/"), NOT_ASKED)
            for what, host in forbidden.items()
        ),
        # were it asked after all, nobody would be there
        Fault("redirect to a private address", redirect("http://10.255.255.1:1/"), NOT_ASKED),
        Fault("redirect to a cloud's metadata", redirect("http://169.254.169.254:1/latest/"), NOT_ASKED),
    ]


def feed_faults(url: str, trap_port: int) -> list[Fault]:
    """What may be wrong with a feed that came whole. Entries of usable ones lie at `url`/odd/…"""
    trap = f"http://127.0.0.1:{trap_port}"
    one = rss(("One", f"{url}/odd/one"))
    grown = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "ha">{grown}]>'
    quadratic = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "{"a" * 50_000}">]>'
    outside = f'<?xml version="1.0"?><!DOCTYPE rss SYSTEM "{trap}/dtd" [<!ENTITY x SYSTEM "{trap}/x">]>'
    not_feed = r"neither RSS nor Atom|no entries"
    return [
        Fault("HTML instead of a feed", give(page("News"), "text/html"), r"A web page came instead of a feed"),
        Fault("JSON instead of a feed", give(b'{"items": []}', "application/json"), not_feed),
        Fault("random bytes", give(bytes(range(256)) * 20), not_feed),
        Fault("no entries", give(rss()), r"no entries"),
        Fault("links that lead nowhere", give(rss(("A", "javascript:x"), ("B", "file:///etc/hosts"))), r"no entries"),
        Fault("entities that grow", give(rss(("&a9;", f"{url}/odd/laughs"), start=laughs)), EITHER),
        Fault("an entity a thousand times", give(rss(("&a;" * 1000, f"{url}/odd/quadratic"), start=quadratic)), EITHER),
        Fault("entities from elsewhere", give(rss(("&x;", f"{url}/odd/outside"), start=outside)), EITHER),
        Fault("tags 20,000 deep", give(one.replace(b"<title>One", b"<x>" * 20_000 + b"<title>One")), EITHER),
        Fault("a title of a megabyte", give(rss(("x" * 1_000_000, f"{url}/odd/title"))), EITHER),
        Fault("longer than its length", give(one, Content_Length=len(one) - 30), None),
        Fault("XML that isn't well formed", give(one.replace(b"</channel>", b"<p>&nbsp;&bad;")), None),
        Fault("a charset that isn't its own", give(one, "application/rss+xml; charset=utf-16"), None),
        Fault("a charset that nobody has", give(one.replace(b"utf-8", b"klingon")), None),
        Fault("Latin-1 that calls itself UTF-8", give(one.replace(b"One", b"\xe9t\xe9")), None),
        Fault("one guid for all", give(rss(("A", f"{url}/odd/a"), ("B", f"{url}/odd/b"), guid="same")), None),
        Fault("each entry twice", give(rss(*[("A", f"{url}/odd/twice"), ("B", f"{url}/odd/twice2")] * 2)), None),
        Fault("escape sequences in a title", give(rss(("\x1b]0;owned\x07\x1b[2J", f"{url}/odd/escape"))), EITHER),
        Fault("a type that isn't its own", give(one, "image/png"), None),
        Fault("10,000 entries", give(rss(*((f"N{n}", f"{url}/many/{n}") for n in range(10_000)))), None),
    ]


def page_faults() -> list[Fault]:
    """What may be wrong with a page that came whole."""
    return [
        Fault("a picture", give(b"\x89PNG", "image/png"), r"is of type image/png"),
        Fault("blanks only", give(b" \n ", "text/html"), r"is empty\."),
    ]


# -- running ----------------------------------------------------------------------------------------------------------


class Trap:
    """A listening socket behind the guard's back: `count` is how many connections came."""

    def __init__(self) -> None:
        self.count = 0
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._socket.getsockname()[1]
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.count += 1
            connection.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@dataclass(frozen=True, slots=True)
class Chaos:
    """A running server.

    good    URL of a good feed -> URLs of its pages
    feeds   URL -> fault
    pages   URL -> fault; all of them are entries of the feed at `index`
    """

    url: str
    trap: Trap
    asked: list[str]
    good: dict[str, list[str]]
    feeds: dict[str, Fault]
    pages: dict[str, Fault]
    index: str
    dripping_headers: str


@contextmanager
def serving() -> Iterator[Chaos]:
    """The server with all faults, while the block lasts."""
    with _Server() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        trap = Trap()
        try:
            yield _filled(server, trap)
        finally:
            server.over.set()
            trap.close()
            server.shutdown()
            thread.join()


def _filled(server: _Server, trap: Trap) -> Chaos:
    url = f"http://127.0.0.1:{server.server_port}"

    def at(path: str, answer: Answer) -> str:
        server.answers[path] = answer
        return url + path

    good: dict[str, list[str]] = {}
    for number in range(3):
        pages = [
            at(f"/good/{number}/{n}", give(page(f"Meta runs {number + 1}{n},500 H100 GPUs in hall {n}."), "text/html"))
            for n in range(3)
        ]
        payload = rss(*((f"Hall {n}", link) for n, link in enumerate(pages)))
        good[at(f"/good/{number}", give_if_changed(payload, f'"{number}"'))] = pages
    shared = transfer_faults(trap.port)
    feeds = {at(_path("feed", fault), fault.answer): fault for fault in [*shared, *feed_faults(url, trap.port)]}
    broken = {at(_path("page", fault), fault.answer): fault for fault in [*shared, *page_faults()]}
    index = at("/index", give(rss(*((fault.name, link) for link, fault in broken.items()))))
    return Chaos(url, trap, server.asked, good, feeds, broken, index, at("/headers", drip_headers))


def _path(kind: str, fault: Fault) -> str:
    return f"/{kind}/{re.sub(r'[^a-z0-9]+', '-', fault.name.lower())}"
