"""Where the vocabulary stands in a text: names of organisations, facilities and chips, and every kind of cue word.

Here: matching, and looking up by place. Not here: what a mention means for a number (`owners`, `metric`, `status`…).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from operator import itemgetter
from typing import Any, NamedTuple

from extraction.lexicons import Lexicons, Meanings
from extraction.tables import MARKS, heading_at
from extraction.text import Span, borders_as_spaces, clauses, fold, language_of, make_alike, sentences, unwrap

_FIRST_LETTER = re.compile(r"[^\W\d_]")
# Such words may hold a verb or a hedge: "will receive" tells a flow, and its "will" a plan.
_SHOWING = frozenset(
    {
        *("amount", "change", "completion", "contract", "due", "flow", "in_place", "level", "present", "promise"),
        *("qualifier", "seller_flow", "serving", "spend", "status"),
    }
)
_ROW = re.compile(r" *(?:\||[-*+\u2022] |\d{1,2}[.)] )")
_FOUND_START, _FOUND_END, _PLACE, _START = itemgetter(0), itemgetter(1), itemgetter(2, 3), itemgetter(2)


class Mention(NamedTuple):
    """One entry of the vocabulary at `text[start:end]`; `kind` and `value` as in `lexicons.Term`."""

    kind: str
    value: str
    start: int
    end: int


class Mentions(NamedTuple):
    """The mentions of one sentence, in order and by kind."""

    all: list[Mention]
    by_kind: Mapping[str, list[Mention]]


def find_mentions(text: str, folded: str, words: bytes, lexicons: Lexicons, span: Span) -> Mentions:
    """Every whole-word occurrence of the vocabulary in a stretch of text, in order. What lies inside a longer one is
    part of that one: "capital" of "venture capital" isn't a mention. Two meanings of the same words are two mentions.

    words   the folded text's `lexicons.borders_as_spaces`
    """
    start, stop = span
    found: list[tuple[int, int, Meanings]] = []  # (start, end, meanings)
    patterns, plain = lexicons.patterns, lexicons.plain
    searched = b" %b " % words[start:stop]
    for number, place, past in lexicons.matcher.find_matches_as_indexes(searched, overlapping=True):
        if meanings := plain[number]:  # three in four
            found.append((start + place, start + past - 2, meanings))
            continue
        for written, lead, length, is_plain, is_open, terms, names, acronyms in patterns[number]:
            begin = start + place - lead
            end = begin + length
            if not is_plain and (begin < start or end > stop or not folded.startswith(written, begin)):
                continue  # "A 100" isn't "A-100"
            if is_open:
                end = words.find(b" ", end, stop)
                end = stop if end == -1 else end
            if names and text[begin].isupper():
                terms += names
            if acronyms and text[begin : begin + length].isupper():
                terms += acronyms
            if terms:
                found.append((begin, end, terms))
    for sign, terms in lexicons.signs.items():
        begin = folded.find(sign, start, stop)
        while begin != -1:
            found.append((begin, begin + len(sign), terms))
            begin = folded.find(sign, begin + 1, stop)
    found.sort(key=_FOUND_END, reverse=True)
    found.sort(key=_FOUND_START)  # where two begin together, the longer one comes first
    return _outermost(found)


def _outermost(found: Iterable[tuple[int, int, Meanings]]) -> Mentions:
    """Without what lies inside a longer mention. A status covers only its like ("to spend" plans and names spending);
    statuses and hedges show through words that tell what happens ("will receive", "worth up to")."""
    kept: list[Mention] = []
    by_kind: defaultdict[str, list[Mention]] = defaultdict(list)
    make = partial(tuple.__new__, Mention)  # in half the time of Mention(…), and nothing is made as often
    first = last = shut_first = shut_last = 0  # what is covered, and for statuses and hedges too
    shown = {"status": (0, 0), "qualifier": (0, 0)}
    for start, end, terms in found:
        is_inside = end <= last and (start != first or end != last)
        is_shut = end <= shut_last and (start != shut_first or end != shut_last)
        if is_inside and is_shut:
            continue
        for kind, value in terms:
            if kind in shown:
                if is_shut or (end <= shown[kind][1] and (start, end) != shown[kind]):
                    continue
                if end > shown[kind][1]:
                    shown[kind] = start, end
            elif is_inside:
                continue
            if kind != "status" and end > last:
                first, last = start, end
            if kind not in _SHOWING and end > shut_last:
                shut_first, shut_last = start, end
            mention = make((kind, value, start, end))
            kept.append(mention)
            by_kind[kind].append(mention)
    return Mentions(kept, by_kind)


class Page:
    """One text with its sentences and mentions, by place: what every later step looks things up in.

    Mentions are looked for when a sentence is first asked about, for most sentences hold no number and never are.
    """

    def __init__(self, text: str, lexicons: Lexicons) -> None:
        self.text = unwrap(make_alike(text))
        self.folded = fold(self.text)
        self.lexicons = lexicons
        self._words = borders_as_spaces(self.folded)
        self.sentences = sentences(self.text, lexicons.abbreviations)
        self._starts = [sentence.start for sentence in self.sentences]
        self._found: list[Mentions | None] = [None] * len(self.sentences)
        self._clauses: dict[int, list[Span]] = {}
        self._languages: dict[int, str] = {}
        self._headings: dict[int, Span] = {}
        self._headings_at: dict[int, Span | None] = {}
        self._list_starts: dict[int, int] = {}
        self.worked_out: dict[tuple[str, Span], Any] = {}  # by later steps, of a sentence: so that each does it once

    def within(self, start: int, end: int, *kinds: str) -> list[Mention]:
        """The mentions that lie in `text[start:end]`, of the given kinds or of all, in order."""
        found: list[Mention] = []
        if start >= end:
            return found
        index = bisect_right(self._starts, start) - 1
        if index < 0:
            index = 0
        last = bisect_left(self._starts, end, index)
        while index < last:
            mentions, by_kind = self._found[index] or self._mentions(index)
            index += 1
            for kind in kinds:
                if kind in by_kind:
                    for mention in by_kind[kind]:
                        if mention[2] >= start and mention[3] <= end:
                            found.append(mention)
            if not kinds:
                found += [m for m in mentions if m[2] >= start and m[3] <= end]
        if len(found) > 1 and len(kinds) > 1:
            found.sort(key=_PLACE)
        return found

    def at(self, position: int) -> list[Mention]:
        """The mentions that begin exactly there."""
        index = bisect_right(self._starts, position) - 1
        if index < 0:
            return []
        mentions = (self._found[index] or self._mentions(index)).all
        first = last = bisect_left(mentions, position, key=_START)
        while last < len(mentions) and mentions[last].start == position:
            last += 1
        return mentions[first:last]

    def _mentions(self, index: int) -> Mentions:
        found = find_mentions(self.text, self.folded, self._words, self.lexicons, self.sentences[index])
        self._found[index] = found
        return found

    def clauses(self, index: int) -> list[Span]:
        """The clauses of the sentence with that index."""
        if index not in self._clauses:
            self._clauses[index] = clauses(self.text, self.sentences[index])
        return self._clauses[index]

    @cached_property
    def speaks_fiscally(self) -> bool:
        """Whether the text speaks of fiscal years anywhere: "this year" of its company is then the fiscal one."""
        return any(term in self.folded for term in self.lexicons.fiscal_terms)

    def opens_with(self, span: Span, kind: str) -> bool:
        """Whether a stretch of text begins with a mention of a kind."""
        first = _FIRST_LETTER.search(self.text, *span)
        return first is not None and any(mention.kind == kind for mention in self.at(first.start()))

    def heading(self, position: int) -> Span | None:
        """The heading of the table's column in which a place lies; None outside tables."""
        if not self._marks:
            return None
        if position not in self._headings_at:
            self._headings_at[position] = self._heading(position)
        return self._headings_at[position]

    def _heading(self, position: int) -> Span | None:
        index = max(0, bisect_right(self._starts, position) - 1)
        sentence = self.sentences[index]
        if not any(self.text.find(mark, *sentence) != -1 for mark in self._marks):
            return None
        return heading_at(self.text, position, self._headings)

    @cached_property
    def _marks(self) -> list[str]:
        return [mark for mark in MARKS if mark in self.text]

    def is_row(self, index: int) -> bool:
        """Whether a sentence is a row of a table or an item of a list."""
        return index < len(self.sentences) and _ROW.match(self.text, self.sentences[index].start) is not None

    def list_start(self, index: int) -> int:
        """The first of the rows that come one after the other up to a sentence; the sentence itself if it is no row."""
        first = index
        while first > 0 and first not in self._list_starts and self.is_row(first) and self.is_row(first - 1):
            first -= 1
        self._list_starts[index] = self._list_starts.get(first, first)
        return self._list_starts[index]

    def index_at(self, position: int) -> int:
        """The index of the sentence at a position."""
        return max(0, bisect_right(self._starts, position) - 1)

    def language(self, position: int) -> str:
        """The language of the sentence at a position."""
        start = self._starts[max(0, bisect_right(self._starts, position) - 1)] if self._starts else 0
        if start not in self._languages:
            self._languages[start] = language_of(self.folded, self._words, start, self.lexicons.function_words)
        return self._languages[start]
