"""Where the vocabulary stands in a text, and who owns what a sentence counts.

Here: matching of names and cue words, and the search for the organisation and the facility of a quantity, with simple
coreference ("the company", "il", "this"). Not here: what the number means.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extraction.lexicons import Lexicons
from extraction.numbers import Quantity
from extraction.text import Span

# Three sentences back, "the company" may mean anyone.
_SENTENCES_BACK = 3


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
    cover = Span(0, 0)
    for mention in found:
        span = Span(mention.start, mention.end)
        if span == cover or span.end > cover.end:
            cover = span
            yield mention


@dataclass(frozen=True, slots=True)
class Owner:
    """Who a quantity belongs to. `is_stated` is false where a pronoun or the whole page had to say it."""

    organization: str
    facility: str | None
    is_stated: bool


class _Candidate(NamedTuple):
    organization: str
    facility: str | None
    role: str  # direct, owner ("of Tesla"), counterparty ("with Tesla")
    start: int
    end: int


class Mentions:
    """The mentions of one document, by place."""

    def __init__(self, found: Sequence[Mention]) -> None:
        self._found = found
        self._starts = [mention.start for mention in found]

    def within(self, span: Span, *kinds: str) -> list[Mention]:
        """The mentions that begin inside a span and end there too, of the given kinds or of all."""
        low, high = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        return [m for m in self._found[low:high] if m.end <= span.end and (not kinds or m.kind in kinds)]

    def at(self, position: int) -> list[Mention]:
        """The mentions that begin exactly there."""
        low, high = bisect_left(self._starts, position), bisect_left(self._starts, position + 1)
        return list(self._found[low:high])


def find_owner(
    quantity: Quantity, sentences: Sequence[Span], index: int, clauses: Sequence[Span], mentions: Mentions, lexicons: Lexicons
) -> Owner | None:
    """The organisation whose chips, money or power a quantity is, and the facility that it stands in.

    In this order: the first actor of the clause, a possessor before the number ("chez Tesla"), what a pronoun stands
    for, earlier clauses, the rest of the sentence. A facility speaks for its operator. None where nobody is named.
    """
    sentence = sentences[index]
    candidates = _candidates(sentence, mentions, lexicons)
    clause = next(c for c in clauses if c.start <= quantity.start < c.end)
    before = [c for c in candidates if c.end <= quantity.start]
    in_clause = [c for c in before if c.start >= clause.start]
    anaphors = mentions.within(Span(clause.start, quantity.start), "anaphor")

    chosen = next((c for c in in_clause if c.role == "direct"), None)
    by_name = [a for a in anaphors if " " in quantity_text(a)]
    return None


def quantity_text(mention: Mention) -> str:
    return mention.value


def _candidates(span: Span, mentions: Mentions, lexicons: Lexicons) -> list[_Candidate]:
    return []
