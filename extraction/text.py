"""The text as the grammar reads it: characters made alike one for one, then sentences, clauses and their language.

Here: everything that is about letters and punctuation. Not here: numbers, names or meaning. Every offset is an offset
into the archived text, because no function adds or takes away a character.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

# Odd character -> plain one. A search for each is many times faster than one table for all.
_ALIKE = [
    *(
        (odd, " ")
        for odd in "\u202f\u00a0\t\u2009\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u200a\u2000\u2001\u205f\u3000"
    ),
    *((odd, "'") for odd in "\u2019\u2018\u201a\u201b\u02bc\u00b4`"),
    *((odd, '"') for odd in "\u201c\u201d\u201e\u201f\u00ab\u00bb"),
    *((odd, "-") for odd in "\u2013\u2014\u2011\u2010\u2012\u2015\u2212"),
    *((odd, "\n") for odd in "\r\u2028\u2029"),
]
_ALIKE += [("u$s", "US$"), ("U$S", "US$")]  # as Argentina prints dollars
_ALIKE_ASCII = [(odd, plain) for odd, plain in _ALIKE if odd.isascii()]
# The look-ahead lets the engine skip to where a sentence may end.
_STOP = re.compile(
    r"(?=[\n.!?\u2026\"])(?:\n+"
    r"|(?<![.!?\u2026])[.!?\u2026]+[\"')\]]*\s+"  # from the first stop only: a megabyte of points is one run
    r"|(?<=[^\W\d_A-Z])[.!?\u2026]+[\"')\]]*(?=\"?[^\W\d_a-z][^\W\d_A-Z]|[LDCJNSM]')"  # no space: "…calcul.Mais…"
    r"|(?<=[^\W\d_A-Z] )[.!?]+(?=[A-ZÀ-Þ][^\W\d_A-Z'])"  # "pour l'année .Les revenus"
    r"|(?<=[^\W\d_]\")\.(?=[A-ZÀ-Þ][^\W\d_A-Z])"  # "to support AI".Meta's…"
    r"|(?<=\d)\.(?=[A-ZÀ-Þ][^\W\d_A-Z]+[ ',])"  # "…depuis 75.Dans le trimestre", "en 2024.Le groupe"
    r"|(?<=[A-Z]{3})\.(?=(?:[LDCJNSM]'|[A-ZÀ-Þ][^\W\d_A-Z]+ ))"  # "sur un seul tissu RDMA.L'installation"
    r"|(?<=20\d\d)\.(?=[A-Z]{2,5} [^\W\d_A-Z])"  # "en novembre 2027.AWS mettra"
    r"|(?:(?<=[.!?\u2026])|(?<=[.!?\u2026]\s))\"\s*(?=[^\W\d_a-z]))"
)
_WORDED = re.compile(r"\w")
_LAST_WORD = re.compile(r"[^\W\d_][\w.]*$")
# One class first, for the engine to skip by; then what else a comma and a dash need.
_CLAUSE = re.compile(r"[;:()\[\]\"|,-](?:(?<![,-])|(?<=,)(?!\d)|(?<=\s-)\s)")

# A line so long that ends in the middle of a sentence was broken by whoever printed it.
_WRAP = re.compile(r"\n(?<![.!?:;|\n]\n)(?=[^\W\d_A-ZÀ-Þ]|[\d$€£(]|, )")
_SHORTEST_WRAPPED = 50
_LONGEST_WORD = 16
# So does one, however short, that leaves a preposition behind, or that goes on with a small letter.
_GOES_ON = re.compile(
    r"(?<!\w)(?:at|of|to|for|with|than|about|approximately|nearly|over|de|à|pour|avec|environ|mit|von|rund|con|di)\n"
    r"|[^\W_]\n(?=[^\W\d_A-ZÀ-Þ]+[ ,.]|, )"
)
# A longer sentence isn't prose but a table or a list that lost its line ends; cutting it keeps reading time linear.
LONGEST_SENTENCE = 1000
# Some hundred words tell a language; a paragraph of a megabyte needn't be counted whole.
_LANGUAGE_SAMPLE = 200
_ENOUGH_WORDS = 3


class Span(NamedTuple):
    """A stretch of the text, `text[start:end]`."""

    start: int
    end: int


def make_alike(text: str) -> str:
    """The text with every kind of space, quote and dash written in one way; as many characters as before."""
    for odd, plain in _ALIKE if not text.isascii() else _ALIKE_ASCII:
        if odd in text:
            text = text.replace(odd, plain)
    return text


def unwrap(text: str) -> str:
    """The text with the line ends inside sentences made spaces; as many characters as before."""
    pieces, last = [], 0
    for wrap in _WRAP.finditer(text):
        opening = text.rfind("\n", last, wrap.start()) + 1 or last
        line = text[opening : wrap.start()]
        is_broken = len(line) >= _SHORTEST_WRAPPED or _GOES_ON.search(
            text, max(opening, wrap.start() - _LONGEST_WORD), wrap.end() + _LONGEST_WORD
        )
        if is_broken and "|" not in line:
            pieces += [text[last : wrap.start()], " "]
            last = wrap.end()
    return "".join((*pieces, text[last:]))


def fold(text: str) -> str:
    """Lower case, as many characters as before ("İ" alone would become two, and stays)."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


# A letter of another script, in one byte: no word of ours is found by it alone.
FOREIGN = "ÿ"
_BORDERS_AS_SPACES = bytes(code if chr(code).isalnum() else ord(" ") for code in range(256))


def _one_byte_each(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    run = error.object[error.start : error.end]
    return "".join(FOREIGN if c.isalnum() else " " for c in run), error.end


codecs.register_error("extraction.one_byte_each", _one_byte_each)


def borders_as_spaces(folded: str) -> bytes:
    """The text in one byte a character, with a space for whatever is no letter or digit: whole words can then be
    searched for with their borders, at the same offsets, many times faster than in the text itself."""
    return folded.encode("latin-1", "extraction.one_byte_each").translate(_BORDERS_AS_SPACES)


def sentences(text: str, abbreviations: frozenset[str]) -> list[Span]:
    """The sentences of a text that was made alike. A stop after one of the `abbreviations` doesn't end one.

    None is longer than LONGEST_SENTENCE: what is longer is cut at a space.
    """
    cuts = [0]
    for stop in _STOP.finditer(text):
        if stop.group()[0] == "." and _is_abbreviation(text, stop.start(), abbreviations):
            continue
        cuts.append(stop.end())
    cuts.append(len(text))
    parts, opening = [], 0
    for start, end in pairwise(cuts):
        if _WORDED.search(text, start, end) or end == len(text):  # a lone quotation mark opens the next
            parts += _cut(text, min(start, opening), end)
            opening = end
    return parts


def _is_abbreviation(text: str, stop: int, abbreviations: frozenset[str]) -> bool:
    word = _LAST_WORD.search(text, max(0, stop - 12), stop)
    return word is not None and word.group().lower() in abbreviations


def _cut(text: str, start: int, end: int) -> list[Span]:
    parts = []
    while end - start > LONGEST_SENTENCE:
        middle = text.rfind(" ", start + 1, start + LONGEST_SENTENCE)
        middle = start + LONGEST_SENTENCE if middle == -1 else middle
        parts.append(Span(start, middle))
        start = middle
    if text[start:end].strip():
        parts.append(Span(start, end))
    return parts


def clauses(text: str, sentence: Span) -> list[Span]:
    """The pieces of a sentence between commas, colons, brackets, quotes and dashes; a decimal comma isn't one."""
    cuts = [sentence.start, *(m.end() for m in _CLAUSE.finditer(text, *sentence)), sentence.end]
    return [Span(start, end) for start, end in pairwise(cuts) if end > start]


def language_at(text: str, position: int, function_words: Mapping[str, frozenset[str]]) -> str:
    """The language around a position, by the function words of its paragraph; where that has too few, of what stands
    around it; English where nothing tells.

    It decides only what is ambiguous: whether a billion is 1e9 or 1e12, and whether "1.250" is a thousand or one.
    """
    opening = max(0, position - _LANGUAGE_SAMPLE)
    around = fold(make_alike(text[opening : position + _LANGUAGE_SAMPLE]))
    return language_of(around, borders_as_spaces(around), position - opening, function_words)


def language_of(folded: str, spaced: bytes, position: int, function_words: Mapping[str, frozenset[str]]) -> str:
    """The language at a position of a text that was made alike and folded.

    spaced   its `borders_as_spaces`
    """
    opening, closing = max(0, position - _LANGUAGE_SAMPLE), min(len(folded), position + _LANGUAGE_SAMPLE)
    start = folded.rfind("\n", opening, position) + 1 or opening
    end = folded.find("\n", position, closing)
    for sample in (spaced[start : end if end != -1 else closing], spaced[opening:closing]):
        words = set(sample.decode("latin-1").split())
        counts = {language: len(words & known) for language, known in function_words.items()}
        best = max(counts, key=counts.__getitem__, default="en")
        if counts.get(best, 0) >= _ENOUGH_WORDS:
            return best
    return best if counts.get(best) else "en"
