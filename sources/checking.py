"""Checking: each feed asked once, to see what it gives and what is wrong with it. Archives and remembers nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sources.feeds import ParsedFeed, parse_feed
from sources.fetching import Client, FetchError, Request, Response
from sources.landing import Unreadable
from sources.limited import Parsers
from sources.manners import HostManners
from sources.watchlist import Feed

ASLEEP_AFTER = timedelta(days=90)  # without anything new: the publisher may have another feed by now

_WHAT_TO_DO = {
    401: "The feed wants a login: look for a public one.",
    403: "Set LEDGER_USER_AGENT to a name with a contact of yours; a publisher who refuses that wants no readers.",
    404: "Look for the feed's new address on its site, and put it into feeds.yaml.",
    410: "The feed is gone for good: look for a new one, or take it out of feeds.yaml.",
    429: "It asks for fewer requests: give it a larger `every_minutes`.",
}


@dataclass(frozen=True, slots=True)
class FeedCheck:
    """What one feed gave.

    status        of HTTP; None where there was no answer
    newest        date of its newest entry, None where none has one
    robots        what its robots.txt says to the feed's address, in a word or two
    pace_minutes  between two checks, as the feed itself declares; 0 where it doesn't
    problem       why nothing can be had from it, and what to do; None where all is well
    note          what to look at although it works
    """

    key: str
    status: int | None
    entries: int = 0
    newest: datetime | None = None
    robots: str = "allows"
    pace_minutes: int = 0
    problem: str | None = None
    note: str | None = None


def check_feeds(
    feeds: Iterable[Feed], user_agent: str, gap_s: float, allow_hosts: Collection[str], now: datetime
) -> list[FeedCheck]:
    """Ask each feed, several hosts at once; in the order of the list.

    gap_s        seconds between two requests to one host
    allow_hosts  hosts that may be asked wherever they are
    now          UTC
    """
    watched = {feed.url: feed for feed in feeds}
    # hosts are remembered only as long as this takes: a check leaves nothing behind
    with (
        TemporaryDirectory() as scratch,
        HostManners(Path(scratch), user_agent, gap_s) as manners,
        Client(user_agent, retries=0, manners=manners, allow_hosts=allow_hosts) as client,
    ):
        answers = {request.url: answer for request, answer in client.get_each(map(Request, watched))}
        robots = {url: manners.told_by_robots(client, url) for url in watched}
    with Parsers() as parsers:
        return [_checked(feed, answers[url], robots[url], parsers, now) for url, feed in watched.items()]


def _checked(feed: Feed, answer: Response | FetchError, robots: str, parsers: Parsers, now: datetime) -> FeedCheck:
    if isinstance(answer, FetchError):
        advice = _WHAT_TO_DO.get(answer.status or 0)
        problem = f"{answer} {advice}" if advice else str(answer)
        return FeedCheck(feed.key, answer.status, robots=robots, problem=problem)
    try:
        parsed = parsers.start(parse_feed, answer.payload, answer.header("Content-Type"), answer.url).result()
    except Unreadable as error:
        return FeedCheck(feed.key, answer.status, robots=robots, problem=str(error))
    dates = [entry.published for entry in parsed.entries if entry.published]
    return FeedCheck(
        key=feed.key,
        status=answer.status,
        entries=len(parsed.entries),
        newest=max(dates, default=None),
        robots=robots,
        pace_minutes=parsed.pace.every_minutes,
        note=_note(answer, parsed, max(dates, default=None), now),
    )


def _note(answer: Response, parsed: ParsedFeed, newest: datetime | None, now: datetime) -> str | None:
    if answer.moved_to is not None:
        return f"It has moved for good: put {answer.moved_to} into feeds.yaml."
    if newest is None:
        return "No entry has a date that can be read: documents will bear the dates of their pages."
    if newest < now.astimezone(UTC) - ASLEEP_AFTER:
        return f"Nothing new since {newest:%Y-%m-%d}: does the publisher have another feed?"
    odd = sum(entry.method == "feed_lenient" for entry in parsed.entries)
    if odd:
        return f"{odd} dates have no zone or a writing of their own, and were made out."
    return None
