"""Whether a statement says what is, what is planned, or what somebody estimates: tense, modality and hearsay.

Here: cue words and the French endings of future and conditional. Not here: dates, though a date in the future makes
a plan (see `reading`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from extraction.mentions import Page
from extraction.text import Span

_FUTURE = re.compile(
    r"(?<!\w)(?!(?:extra|ultra|infra|contra|opéra|affront)(?!\w))(?:[^\W\d_]{2,}(?:[eidtv]ra|[^\W\d_]ront)|[^\W\d_]*aura)(?!\w)"
)
_INTENTION = re.compile(r"(?=c)(?<!\w)compt(?:e|ent|ait|aient) (?:y |en |les? |la )?[^\W\d_]+(?:er|ir|re)(?!\w)")
_CONDITIONAL = re.compile(r"(?<!\w)[^\W\d_]{2,}r(?:ait|aient)(?!\w)")
# Few words end so: found by their ending and then read from their beginning, they cost a tenth.
_FUTURE_END = re.compile(r"r(?:a|ont)(?!\w)")
_CONDITIONAL_END = re.compile(r"r(?:ait|aient)(?!\w)")
_PERFECT = re.compile(
    r"(?=[ao])(?<!\w)(?:a|ont|avait|avaient|ayant) (?:[^\W\d_]+ )?[^\W\d_]+(?:é|és|ée|ées|is|it|u)(?!\w)"
)


# "Le premier", "Environ ", "An additional ": so late a quantity may stand that opens a sentence.
_OPENING = 16


# "Selon" with a conditional is hearsay; "a dit que" makes it the future of the past.
_HEARSAY = frozenset({"selon", "d'après"})


class Status(NamedTuple):
    """actual, planned or estimated, and the words that say so, where words do."""

    value: str
    cue: Span | None


def read_status(page: Page, sentence: Span, clause: Span, quantity: Span) -> Status:
    """The status of a quantity in its clause and sentence.

    An estimate, named before the quantity or in its clause, outweighs tense. Else the nearest cue before the quantity
    decides, or the nearest behind it in its clause; a statement without any is actual. A French conditional is hearsay
    ("aurait dépensé"), except behind a verb of saying, where it is the future of the past ("a dit qu'il dépenserait").
    """
    end = sentence.end if is_subject(sentence, quantity) else max(clause.end, quantity.end)
    cues = [Status(m.value, Span(m.start, m.end)) for m in page.within(sentence.start, end, "status")]
    if page.language(quantity.start) == "fr":
        cues += _french_tenses(page, Span(sentence.start, end))
    before = [cue for cue in cues if cue.cue and cue.cue.end <= quantity.start]
    after = [cue for cue in cues if cue.cue and cue.cue.start >= quantity.end]
    for cue in (*before, *after):
        if cue.value == "estimated":
            return cue
    if before:
        return max(before, key=lambda cue: cue.cue or quantity)
    return min(after, key=lambda cue: cue.cue or quantity, default=Status("actual", None))


def is_subject(sentence: Span, quantity: Span) -> bool:
    """Whether a quantity opens its sentence, so that verb and date stand behind it, wherever the clauses end."""
    return quantity.start - sentence.start <= _OPENING


def _french_tenses(page: Page, span: Span) -> list[Status]:
    said = page.within(*span, "reporting")
    listed = {(m.start, m.end) for m in page.within(*span, "status")}
    verbs = [*_words(page.text, span, _FUTURE, _FUTURE_END), *_INTENTION.finditer(page.text, *span)]
    tenses = [Status("planned", Span(*verb.span())) for verb in verbs]
    for verb in _PERFECT.finditer(page.text, *span):
        if not any(verb.start() <= m.start < verb.end() for m in said):  # "a déclaré" is the saying, not what is said
            tenses.append(Status("actual", Span(*verb.span())))
    for verb in _words(page.text, span, _CONDITIONAL, _CONDITIONAL_END):
        if verb.span() not in listed:
            is_reported = any(m.end <= verb.start() and m.value not in _HEARSAY for m in said)
            tenses.append(Status("planned" if is_reported else "estimated", Span(*verb.span())))
    return tenses


def _words(text: str, span: Span, pattern: re.Pattern[str], ending: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The words of a pattern, all of which have the ending."""
    for end in ending.finditer(text, *span):
        start = end.start()
        while start > span.start and text[start - 1].isalnum():
            start -= 1
        word = pattern.match(text, start, span.end)
        if word:
            yield word
