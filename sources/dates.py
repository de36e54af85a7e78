"""Dates that a feed writes in a way of its own: "29 juin 2016", "2016/6/29", "Mié, 01 Ene 2020 10:00".

A date that could be two (03/04/2026), lacks its year, or is told by the time since ("yesterday") is none.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

LANGUAGES = ["fr", "en", "es", "de", "it", "pt", "nl"]
LONGEST = 64  # characters; nobody writes a date in more

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# a day's name, of which feeds have many spellings and mixtures, before the day and its month's name
_DAY_NAME = re.compile(r"^[^\W\d_]{2,12}[.,]{0,2}\s+(?=\d{1,2}(?:er|\.)?\s+[^\W\d_])")
_TWO_WAYS = re.compile(r"^\D*(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?\d{4}")


def read_date(text: str) -> datetime | None:
    """The moment that a text names, in UTC; a date without a zone is taken for UTC, one without a time for midnight."""
    text = " ".join(text.split())
    if len(text) > LONGEST or not _YEAR.search(text):
        return None
    two_ways = _TWO_WAYS.match(text)
    if two_ways and max(int(two_ways[1]), int(two_ways[2])) <= 12 and two_ways[1] != two_ways[2]:
        return None
    try:
        read = _parser().get_date_data(_DAY_NAME.sub("", text)).date_obj
        return read.astimezone(UTC) if read else None
    except (ValueError, OverflowError):
        return None


@cache
def _parser() -> Any:
    # here, for it takes a third of a second, which most feeds need not spend
    from dateparser.date import DateDataParser  # type: ignore[import-untyped]

    settings = {
        **{"PARSERS": ["absolute-time"], "STRICT_PARSING": True},
        **{"TIMEZONE": "UTC", "RETURN_AS_TIMEZONE_AWARE": True},
    }
    return DateDataParser(languages=LANGUAGES, use_given_order=True, settings=settings)
