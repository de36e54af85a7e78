"""Polling: when a source is asked again. Pure: the clock and the jitter come in as values.

What a publisher declares makes the wait longer, never shorter than the list of feeds says, and never silences a source
for good: each declaration is clamped, and after any number of failures the source is asked once a week.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sources.fetching import Response

LONGEST_DECLARED = timedelta(days=1)  # a TTL of a year is a slip: what is declared delays by a day at most
FIRST_BACKOFF = timedelta(minutes=30)  # after one failure; twice as long after each further one
LONGEST_BACKOFF = timedelta(days=7)
JITTER = 0.5  # of the wait: sources that failed together don't come back together
TICK_DRIFT = timedelta(minutes=1)  # a schedule's ticks come some seconds early or late: a feed mustn't miss its own
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_FRESH_ANEW = re.compile(r"\bno-(?:cache|store)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pace:
    """What a feed says of its own rhythm.

    every_minutes   RSS ttl, or the syndication module's period; 0 where it says nothing
    skip_hours      of the day, UTC, in which it asks not to be read
    skip_days       0 is Monday
    """

    every_minutes: int = 0
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


def next_check(now: datetime, every: timedelta, pace: Pace, answer: Response) -> datetime:
    """After a good answer: the longest of our interval, the feed's pace and the answer's freshness, then past rests.

    every   the interval of the list of feeds: never less, however it is declared
    """
    declared = max(timedelta(minutes=min(pace.every_minutes, 10_000)), freshness(answer, now) or timedelta(0))
    return _past_rests(now + max(every, min(declared, LONGEST_DECLARED)), pace.skip_hours, pace.skip_days)


def next_try(now: datetime, every: timedelta, failures: int, asked: timedelta | None, jitter: float) -> datetime:
    """After a failure: half an hour, doubled by each further one up to a week, and no earlier than the server asks.

    failures   in a row, this one included
    asked      its `retry_after`
    jitter     0 to 1
    """
    wait = FIRST_BACKOFF * (1 << min(max(failures, 1) - 1, 20))
    longest = max(every, wait * (1 + JITTER * jitter), asked or timedelta(0))
    return now + min(longest, max(every, LONGEST_BACKOFF))


def is_due(now: datetime, checked_at: datetime | None, next_check_at: datetime | None) -> bool:
    """Whether a source is to be asked. A check that lies in the future was made by a clock that ran ahead."""
    if checked_at is None or next_check_at is None or checked_at > now + TICK_DRIFT:
        return True
    return next_check_at <= now + TICK_DRIFT


def freshness(answer: Response, now: datetime) -> timedelta | None:
    """For how long the server says that the answer holds: Cache-Control before Expires. None where it says nothing."""
    control = ", ".join(value for name, value in answer.headers if name.lower() == "cache-control")
    if _FRESH_ANEW.search(control):
        return timedelta(0)
    age = _MAX_AGE.search(control)
    if age:
        return timedelta(seconds=min(int(age[1]), 10**9))
    expires = _http_date(answer.header("Expires"))
    if expires is None:
        return None
    # by the server's own clock where it shows it
    return max(timedelta(0), expires - (_http_date(answer.header("Date")) or now))


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """The wait that a Retry-After header asks for, in seconds or as a date; None where it can't be read."""
    if header is None:
        return None
    if header.strip().isascii() and header.strip().isdigit():
        return timedelta(seconds=min(int(header.strip()[:12]), 10**9))
    until = _http_date(header)
    return None if until is None else max(timedelta(0), until - now)


def _past_rests(moment: datetime, hours: Collection[int], days: Collection[int]) -> datetime:
    """The first moment from this one on that lies in none of the hours and days; itself where they leave none."""
    if not (hours or days) or len(set(days)) >= 7 or len(set(hours)) >= 24:
        return moment
    at = moment.astimezone(UTC)
    while at.weekday() in days or at.hour in hours:
        at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return at


def _http_date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
