"""Manners: what a host asks of its visitors, and how often one comes.

robots.txt (RFC 9309, read by protego) is asked for once a day a host and remembered; its Crawl-delay, or else our own
gap, lies between two requests to one host, whichever process makes them; a host that answers 429, or 503 with a
Retry-After, is left alone by everybody until the pause is over. EDGAR has manners of its own (`sources.edgar`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from protego import Protego

from sources.fetching import Client, Disallowed, FetchError, HostResting, NotNow, Response
from sources.hosts import LONGEST_PAUSE_S, Hosts, Robots
from sources.polling import freshness, retry_after

log = logging.getLogger("ledger.manners")

PATIENCE_S = 120.0  # for one host; its other pages wait for the next run: a Crawl-delay must not hold up this one
PAUSE_S = 600.0  # after a 429 that names no time
ROBOTS_LIFE = timedelta(days=1)  # the most that RFC 9309 allows, and what is taken where the server names none
ROBOTS_RENEWED = timedelta(hours=1)  # the least, and the wait where none could be read
ROBOTS_BYTES = 512_000  # RFC 9309 asks for 500 KiB


def read_robots(answer: Response | FetchError, before: Robots | None, now: datetime) -> Robots:
    """What an answer to /robots.txt means, until when.

    A page that isn't there allows all (4xx and endless redirects; but 429 is a server that has enough). A server that
    can't answer now disallows all, unless an earlier answer is known: that one goes on for as long.
    """
    if isinstance(answer, Response):
        life = max(ROBOTS_RENEWED, min(freshness(answer, now) or ROBOTS_LIFE, ROBOTS_LIFE))
        body = answer.payload[:ROBOTS_BYTES].decode("utf-8", errors="replace")
        return Robots(body, None, now, now + life)
    if answer.status is not None and 300 <= answer.status < 500 and answer.status != 429:
        return Robots("", None, now, now + ROBOTS_LIFE)
    problem = str(answer)
    if answer.status is not None:
        problem += " So its robots.txt isn't known, and nothing else is asked there until it is."
    renewed = Robots(None, problem, now, now + ROBOTS_RENEWED)
    return renewed if before is None else replace(renewed, body=before.body)


class HostManners:
    """The manners of one client in one data home; a `sources.fetching.Manners`.

    user_agent   by whose name robots.txt is read
    gap_s        seconds between two requests to one host that names no Crawl-delay
    clock        Unix time
    """

    def __init__(self, home: Path, user_agent: str, gap_s: float, clock: Callable[[], float] = time.time) -> None:
        self._hosts = Hosts(home)
        self._user_agent = user_agent
        self._gap_s = gap_s
        self._clock = clock
        self._robots: dict[str, Robots] = {}
        self._asking: dict[str, Lock] = {}
        self._began: dict[str, float] = {}  # when each host had its first turn
        self._lock = Lock()

    def __enter__(self) -> Self:
        self._hosts.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hosts.__exit__(kind, error, trace)

    def wait_s(self, client: Client, url: str) -> float:
        """Seconds until this URL's turn, which is then taken.

        Raises   Disallowed by robots.txt; HostResting, in a pause that the host asked for; NotNow, where the turn is
                 too far off; FetchError, while the host's robots.txt can't be had
        """
        host = urlsplit(url).hostname or ""
        now = self._clock()
        paused_until = self._hosts.paused_until(_turns_of(host), now)
        if paused_until is not None:
            raise HostResting(f"{host} asked for a pause: it is left alone until {_told(paused_until)}.")
        robots = self._robots_of(client, url)
        if robots.body is None:
            raise FetchError(robots.problem or "")
        rules = _parsed(robots.body)
        if not rules.can_fetch(url, self._user_agent):
            raise Disallowed(
                f"The robots.txt of {host} doesn't let us read {urlsplit(url).path or '/'}: "
                "ask the publisher, or take the feed out of feeds.yaml."
            )
        gap_s = max(self._gap_s, min(rules.crawl_delay(self._user_agent) or 0.0, LONGEST_PAUSE_S))
        if not gap_s:
            return 0.0
        left_s = self._began.setdefault(host, now) + PATIENCE_S - now
        turn = self._hosts.take_turn(_turns_of(host), now, gap_s, left_s) if left_s >= 0 else None
        if turn is None:
            raise NotNow(f"Of {host}, with {gap_s:g} s between two requests, later runs ask for the rest.")
        return max(0.0, turn - now)

    def note_refusal(self, url: str, error: FetchError) -> None:
        """Leave the host alone for as long as it asks, a day at most."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        asked = retry_after(error.retry_after, now)
        if asked is None and error.status != 429:
            return
        host = urlsplit(url).hostname or ""
        pause_s = PAUSE_S if asked is None else min(asked.total_seconds(), LONGEST_PAUSE_S)
        self._hosts.pause(_turns_of(host), now.timestamp() + pause_s)
        log.info("%s is left alone for %.0f s", host, pause_s)

    def told_by_robots(self, client: Client, url: str) -> str:
        """What robots.txt says to a URL, in a word or two."""
        robots = self._robots_of(client, url)
        if robots.body is None:
            return "unknown"
        rules = _parsed(robots.body)
        if not rules.can_fetch(url, self._user_agent):
            return "forbids"
        delay_s = rules.crawl_delay(self._user_agent)
        return f"allows, {delay_s:g} s apart" if delay_s else "allows"

    def _robots_of(self, client: Client, url: str) -> Robots:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
        with self._lock:
            asking = self._asking.setdefault(origin, Lock())
        with asking:  # two threads at one host: a redirect leads the one where the other is
            known = self._robots.get(origin) or self._hosts.robots(origin)
            now = datetime.fromtimestamp(self._clock(), UTC)
            if known is None or not known.read_at <= now < known.good_until:
                known = read_robots(self._asked(client, f"{origin}/robots.txt"), known, now)
                self._hosts.remember_robots(origin, known)
            self._robots[origin] = known
            return known

    def _asked(self, client: Client, url: str) -> Response | FetchError:
        try:
            return client.get(url)
        except FetchError as error:
            return error


@lru_cache(maxsize=256)
def _parsed(body: str) -> Protego:
    return Protego.parse(body)


def _turns_of(host: str) -> str:
    return f"host:{host}"


def _told(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M} UTC"
