"""Tables that a text has kept as lines: which cell a place lies in, and the heading of its column.

A table is a run of lines with as many separators each (" | ", " ; ") of which the first is the heading. Here: lines and
cells. Not here: what a heading means for a number (`metric`, `reading`).
"""

from __future__ import annotations

import re

from extraction.text import Span

MARKS = ("|", " ; ")  # a text without one has no tables
_SEPARATORS = tuple(re.compile(re.escape(mark)) for mark in MARKS)
_RULE = re.compile(r"[\s|:+=-]+")  # |---|---|
_FEWEST_CELLS, _MOST_ROWS, _LONGEST_LINE = 3, 200, 1000


def heading_at(text: str, position: int, known: dict[int, Span]) -> Span | None:
    """The heading of the column in which a place of the text lies; None outside tables and in the heading itself.

    known   line -> the line of its table's heading, as found so far: filled here, so that a long table is walked once
    """
    line = _line(text, position)
    separator = next((s for s in _SEPARATORS if len(_cells(text, line, s)) >= _FEWEST_CELLS), None)
    if separator is None:
        return None
    cells = _cells(text, line, separator)
    heading, above = line, line
    for _ in range(_MOST_ROWS):
        if above.start == 0:
            break
        above = _line(text, above.start - 1)
        if above.start in known:
            heading = known[above.start]
            break
        if len(_cells(text, above, separator)) != len(cells):
            break
        heading = heading if _RULE.fullmatch(text, *above) else above
    headings = _cells(text, heading, separator)
    if heading == line or len(headings) != len(cells):
        return None
    known[line.start] = heading
    return headings[next(i for i, cell in enumerate(cells) if position <= cell.end)]


def _line(text: str, position: int) -> Span:
    """The line at a position; an empty one where it is longer than a line of a table."""
    first, last = max(0, position - _LONGEST_LINE), min(len(text), position + _LONGEST_LINE)
    start, end = text.rfind("\n", first, position), text.find("\n", position, last)
    if (start == -1 and first > 0) or (end == -1 and last < len(text)):
        return Span(position, position)
    return Span(start + 1 if start != -1 else 0, end if end != -1 else len(text))


def _cells(text: str, line: Span, separator: re.Pattern[str]) -> list[Span]:
    cuts = [line.start, *(m.end() for m in separator.finditer(text, *line))]
    ends = [*(m.start() for m in separator.finditer(text, *line)), line.end]
    return [Span(start, end) for start, end in zip(cuts, ends, strict=True)]
