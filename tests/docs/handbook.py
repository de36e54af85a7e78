"""What the tests of the written side read: pages of Markdown, their links, settings and commands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SKIPPED = {".venv", "node_modules", "target", "data"}
PAGES = sorted(
    path
    for path in PROJECT.rglob("*.md")
    if not any(part in SKIPPED or part.startswith(".") for part in path.relative_to(PROJECT).parts)
)

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_COMMENT = re.compile(r"\s#\s.*$")


@dataclass(frozen=True)
class Session:
    """A command of a `console` block and what the page says that it prints."""

    page: str
    command: str
    printed: str


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose_of(page: Path) -> str:
    """The page without its code blocks."""
    return _BLOCK.sub("", text_of(page))


def blocks(page: Path, *languages: str) -> Iterator[str]:
    for language, body in _BLOCK.findall(text_of(page)):
        if language in languages:
            yield body


def sessions(page: Path) -> Iterator[Session]:
    """A command starts with `$ ` and goes on to the line in which its quotes are closed; the rest is its output."""
    for body in blocks(page, "console"):
        for piece in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            command, printed = _first_statement(piece.splitlines())
            yield Session(page.name, command, "\n".join(printed))


def commands(page: Path) -> Iterator[list[str]]:
    """Each `ledger …` that the page names, in its blocks and in its prose, as words without `ledger`."""
    lines = [*_INLINE.findall(prose_of(page)), *(session.command for session in sessions(page))]
    for body in blocks(page, "sh"):
        rest = [_COMMENT.sub("", line) for line in body.splitlines()]
        while rest:
            statement, rest = _first_statement(rest)
            lines.append(statement)
    for line in lines:
        words = shlex.split(line.replace("…", "MORE")) if "ledger " in line else []
        if "ledger" in words[:2]:  # a setting may stand before it
            yield words[words.index("ledger") + 1 :]


def _first_statement(lines: list[str]) -> tuple[str, list[str]]:
    """The lines up to the one in which the quotes are closed, and the others."""
    size = next(n for n in range(1, len(lines) + 1) if "\n".join(lines[:n]).count('"') % 2 == 0)
    return "\n".join(lines[:size]), lines[size:]


def anchors(page: Path) -> set[str]:
    """The fragments that a code host gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", prose_of(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def relative_links(page: Path) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose_of(page)):
        if not re.match(r"[a-z]+:", target):
            yield target
