"""`python -m tests.sources.bench`: how fast a cold start lands feeds and their pages, and how long a quiet tick takes.

A server in a process of its own stands for as many hosts as there are feeds; the client asks it as its proxy. The pages
are made to look like a newspaper's: 30 to 100 kB of menus, scripts, boxes and comments around 3 kB of text. Landing,
taking the text out and gate 1 run as in a run. Prints rates and the peak of resident memory; fails past the limits.
Times of one machine say little on another. FEEDS=20 makes it short.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from orchestration import steps
from sources.articles import land_articles
from sources.feeds import land_feeds
from sources.fetching import Client
from sources.watchlist import Feed
from tests.memory import Memory

FEEDS, ENTRIES, QUIET_FEEDS = int(os.environ.get("FEEDS", "200")), 50, 1_000
ARTICLES_A_SECOND, PEAK_GB, TICK_S = 60.0, 1.5, 15.0
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SENTENCES = (
    "The company said that it would run {n},000 H100 GPUs in its halls by the end of 2026.",
    "Analysts had expected {n} million dollars, and the shares rose by {n} percent before noon.",
    "Its head of operations spoke of a year in which cooling mattered more than chips.",
    "A second site will follow when the line to the substation is built, which takes three years.",
    "Nobody at the meeting asked who would pay for the land, and nobody offered to say it.",
    "The mayor called the plan a gift to the region, with work for {n} people in the first year.",
)


@cache
def skeleton(number: int) -> tuple[bytes, bytes]:
    """All of a page but its article: what stands before, and after."""
    chance = random.Random(number)
    menu = "".join(f"<li class='nav-item'><a href='/section/{n}'>Section {n}</a></li>" for n in range(80))
    script = "".join(
        f"window.q.push(['track',{n},'{chance.getrandbits(64):x}']);" for n in range(chance.randint(100, 300))
    )
    box = "".join(
        f"<div class='teaser teaser--small' data-id='{chance.getrandbits(32)}'><a href='/story/{n}'><picture><source "
        f"srcset='/img/{n}-320.webp 320w, /img/{n}-640.webp 640w'><img src='/img/{n}.jpg' alt='' loading='lazy'>"
        f"</picture><h3>Another story of the day, number {n}</h3></a><span class='meta'>{n} min</span></div>"
        for n in range(chance.randint(10, 110))
    )
    comments = "".join(f"<div class='comment'><p>I read it {n} times.</p></div>" for n in range(30))
    head = f"<script>{script}</script><style>{'.a{margin:0}' * 200}</style>"
    top = f"<header><nav><ul>{menu}</ul></nav></header><div class='layout'><aside>{box}</aside><main><article>"
    end = f"</article></main><section id='comments'>{comments}</section></div><footer><ul>{menu}</ul></footer>"
    return f"{head}</head><body>{top}".encode(), f"{end}<script>{script}</script></body></html>".encode()


def page(host: str, number: int) -> bytes:
    """A page of its own for each host and number."""
    chance = random.Random(f"{host} {number}")
    paragraphs = "".join(
        f"<p class='paragraph'>{' '.join(s.format(n=chance.randint(2, 900)) for s in chance.sample(SENTENCES, 4))}</p>"
        for _ in range(9)
    )
    before, after = skeleton(chance.randint(0, 19))
    title = f"Story {number} of {host}"
    start = f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>"
    about = _described(title, f"http://{host}/story/{number}") if number % 5 else ""
    return f"{start}{about}".encode() + before + f"<h1>{title}</h1>{paragraphs}".encode() + after


def _described(title: str, url: str) -> str:
    """What four publishers of five say of a page in its head."""
    day = (NOW - timedelta(hours=1)).isoformat()
    person = {"@type": "Person", "name": "Jane Roe"}
    told = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "datePublished": day}
    return (
        f"<link rel='canonical' href='{url}'><meta property='og:title' content='{title}'>"
        f"<meta property='og:type' content='article'><meta property='og:url' content='{url}'>"
        f"<meta property='article:published_time' content='{day}'><meta name='author' content='Jane Roe'>"
        f"<script type='application/ld+json'>{json.dumps(told | {'author': person, 'url': url})}</script>"
    )


@cache
def feed(host: str) -> bytes:
    date = format_datetime(NOW - timedelta(hours=1))
    items = "".join(
        f"<item><title>Story {n} of {host}</title><link>http://{host}/story/{n}</link><guid>{host}-{n}</guid>"
        f"<description>{SENTENCES[n % 6]}</description><pubDate>{date}</pubDate></item>"
        for n in range(ENTRIES)
    )
    start = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
    return f"{start}<title>{host}</title>{items}</channel></rss>".encode()


class _Web(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one write an answer: with two, the second waits for an acknowledgment

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        kind, _, number = parts.path.strip("/").partition("/")
        if kind not in ("feed", "story"):
            self.send_error(404)
            return
        payload = feed(parts.netloc) if kind == "feed" else page(parts.netloc, int(number))
        etag = f'"{hashlib.sha256(payload).hexdigest()[:16]}"' if kind == "feed" else ""
        unchanged = bool(etag) and self.headers["If-None-Match"] == etag
        self.send_response(304 if unchanged else 200)
        self.send_header("ETag", etag)
        self.send_header("Content-Type", "application/rss+xml" if kind == "feed" else "text/html; charset=utf-8")
        self.send_header("Content-Length", "0" if unchanged else str(len(payload)))
        self.end_headers()
        self.wfile.write(b"" if unchanged else payload)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _serve(pipe: Connection) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Web) as server:
        server.daemon_threads = True
        pipe.send(server.server_port)
        server.serve_forever()


@contextmanager
def web() -> Iterator[tuple[str, int]]:
    """The address of a proxy behind which all hosts are, and its process."""
    ours, its_end = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(its_end,), daemon=True)
    process.start()
    its_end.close()  # else its death would go unnoticed
    try:
        yield f"http://127.0.0.1:{ours.recv()}", process.pid or 0
    finally:
        process.kill()


def feeds(count: int) -> list[Feed]:
    told = {"kind": "press", "language": "en", "terms": "our own"}
    hosts = [f"press{number}.example" for number in range(count)]
    return [
        Feed(key=f"press{n}", name=host, url=f"http://{host}/feed", **told)  # type: ignore[arg-type]
        for n, host in enumerate(hosts)
    ]


def main() -> int:
    """Time a cold start and a quiet tick; 1 where one misses its limit."""
    steps_s: dict[str, float] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        web() as (proxy, server),
        Client("compute-ledger bench", proxy=proxy) as client,
    ):
        cold, quiet = Path(folder, "cold"), Path(folder, "quiet")
        watched, many = feeds(FEEDS), feeds(QUIET_FEEDS)
        with Memory(without=server) as memory:
            started = perf_counter()
            land_feeds(cold, watched, client, NOW)
            steps_s["feeds"] = perf_counter() - started
            pages = land_articles(cold, watched, client, NOW)
            steps_s["pages"] = perf_counter() - started - steps_s["feeds"]
            loaded = steps.read_archive(cold)
            cold_s = perf_counter() - started
        steps_s["texts and gate 1"] = cold_s - steps_s["feeds"] - steps_s["pages"]
        peak = memory.peak_bytes / 1e9
        assert pages.landed == loaded.new["documents"] == FEEDS * ENTRIES, (pages.landed, loaded.new, loaded.refused)
        land_feeds(quiet, many, client, NOW)
        started = perf_counter()
        tick = land_feeds(quiet, many, client, NOW + timedelta(hours=1))
        tick_s = perf_counter() - started
        assert tick.unchanged == QUIET_FEEDS
    rate = pages.landed / cold_s
    print(f"{'cold start':<28}{pages.landed:>8} pages{cold_s:>8.1f} s{rate:>8.1f} pages/s{peak:>7.2f} GB at the peak")
    for name, seconds in steps_s.items():
        print(f"  {name:<26}{seconds:>22.1f} s")
    print(f"{'tick, nothing new':<28}{QUIET_FEEDS:>8} feeds{tick_s:>8.1f} s")
    return int(rate < ARTICLES_A_SECOND or peak > PEAK_GB or tick_s > TICK_S)


if __name__ == "__main__":
    raise SystemExit(main())
