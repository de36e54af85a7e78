"""Where the vocabulary stands in a text: names of organisations, facilities and chips, and every kind of cue word.

Here: matching, and looking up by place. Not here: what a mention means for a number (`owners`, `metric`, `status`…).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from extraction.lexicons import Lexicons
from extraction.text import Span, clauses, fold, language_at, make_alike, sentences


class Mention(NamedTuple):
    """One entry of the vocabulary at `text[start:end]`; `kind` and `value` as in `lexicons.Term`."""

    kind: str
    value: str
    start: int
    end: int


def find_mentions(text: str, folded: str, lexicons: Lexicons) -> list[Mention]:
    """Every whole-word occurrence of the vocabulary, in order. What lies inside a longer one is part of that one:
    "capital" of "venture capital" isn't a mention. Two meanings of the same words are two mentions."""
    found = [
        Mention(term.kind, term.value, start, whole_end)
        for pattern, start, end in lexicons.matcher.find_matches_as_indexes(folded, overlapping=True)
        if not (start and folded[start - 1].isalnum() and folded[start].isalnum())
        for term in lexicons.terms[pattern]
        if (whole_end := _word_end(folded, end, term.is_stem, term.kind)) is not None
        and not (term.is_name and not text[start].isupper())
    ]
    found.sort(key=lambda mention: (mention.start, -mention.end))
    return list(_outermost(found))


def _word_end(folded: str, end: int, is_stem: bool, kind: str) -> int | None:
    """Where the word of a match ends, or None if the match is only the beginning of another word."""
    if kind == "chip" and folded[end : end + 1] == "s":
        end += 1  # H100s
    if end == len(folded) or not folded[end].isalnum() or not folded[end - 1].isalnum():
        return end
    if not is_stem:
        return None
    while end < len(folded) and folded[end].isalnum():
        end += 1
    return end


def _outermost(found: list[Mention]) -> Iterator[Mention]:
    """Without what lies inside a longer mention. A status covers only its like: "to spend" plans and names spending."""
    covers = {True: Span(0, 0), False: Span(0, 0)}
    for mention in found:
        span, is_status = Span(mention.start, mention.end), mention.kind == "status"
        if any(span != covers[kind] and span.end <= covers[kind].end for kind in {is_status, False}):
            continue
        if span.end > covers[is_status].end:
            covers[is_status] = span
        yield mention


class Page:
    """One text with its sentences and mentions, by place: what every later step looks things up in."""

    def __init__(self, text: str, lexicons: Lexicons) -> None:
        self.text = make_alike(text)
        self.lexicons = lexicons
        self.sentences = sentences(self.text, lexicons.abbreviations)
        self._found = find_mentions(self.text, fold(self.text), lexicons)
        self._clauses: dict[int, list[Span]] = {}
        self._starts = [mention.start for mention in self._found]

    def within(self, start: int, end: int, *kinds: str) -> list[Mention]:
        """The mentions that lie in `text[start:end]`, of the given kinds or of all, in order."""
        low, high = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [m for m in self._found[low:high] if m.end <= end and (not kinds or m.kind in kinds)]

    def at(self, position: int) -> list[Mention]:
        """The mentions that begin exactly there."""
        low, high = bisect_left(self._starts, position), bisect_left(self._starts, position + 1)
        return self._found[low:high]

    def clauses(self, index: int) -> list[Span]:
        """The clauses of the sentence with that index."""
        if index not in self._clauses:
            self._clauses[index] = clauses(self.text, self.sentences[index])
        return self._clauses[index]

    @cached_property
    def speaks_fiscally(self) -> bool:
        """Whether the text speaks of fiscal years anywhere: "this year" of its company is then the fiscal one."""
        return any(mention.kind == "period" and mention.value.startswith("fiscal") for mention in self._found)

    def language(self, position: int) -> str:
        """The language of the paragraph at a position."""
        return language_at(self.text, position, self.lexicons.function_words)
