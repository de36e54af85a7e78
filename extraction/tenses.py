"""How the Romance languages put a verb into the future, the conditional and the perfect: their endings tell.

Here: the tables of tenses by language, and the words of a tense in a text. Not here: the listed words of certainty
(`lexicon_statuses.csv`), and to which number a verb belongs (`status`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from extraction.mentions import Page
from extraction.text import Span


class _Tense(NamedTuple):
    """The words of a tense, and their ending: few words have it, and what is found by it costs a tenth."""

    word: re.Pattern[str]
    ending: re.Pattern[str]


class Tenses(NamedTuple):
    """How the verbs of a language end; `phrases` are verbs of two words and what they say."""

    future: _Tense
    conditional: _Tense
    phrases: tuple[tuple[str, re.Pattern[str]], ...]
    promised: re.Pattern[str]  # what follows a perfect that promises: "a accepté d'acheter", and not "a commencé à"


TENSES = {
    "fr": Tenses(
        future=_Tense(
            re.compile(
                r"(?<!\w)(?!(?:extra|ultra|infra|contra|opéra|affront|environs|(?:dé)?montra|entra|rencontra)(?!\w))"
                r"(?:[^\W\d_]{2,}(?:[eidtv]ra|[^\W\d_]ront|[ei]rons|[dv]rons)|[^\W\d_]*aura|(?:au|se)rons|ira|iront)(?!\w)"
            ),
            re.compile(r"r(?:a|ont|ons)(?!\w)"),
        ),
        # "opérait", "livrait" and "consacrait" are no conditionals: their stem ends in r
        conditional=_Tense(
            re.compile(
                r"(?<!\w)(?!(?:(?:re|at)?tir|cadr|encadr)ai)"
                r"[^\W\d_]*(?:(?<!é)[ei]|[dr]|tt|aît|oît|[ei]v(?<!liv)|uiv|(?<!\w)[as]?au|oi)r(?:ait|aient)(?!\w)"
            ),
            re.compile(r"r(?:ait|aient)(?!\w)"),
        ),
        phrases=(
            (
                "planned",
                re.compile(
                    r"compt(?<!\w.{5})(?:e|ent|ait|aient|ons) "
                    r"(?:désormais |maintenant |toujours |encore |aussi |bien )?"
                    r"(?:y |en |les? |la )?[^\W\d_]+(?:er|ir|re)(?!\w)"
                ),
            ),
            (
                "planned",
                re.compile(r"s(?<!\w.)(?:'est|'étai(?:en)?t|e sont) (?:[^\W\d_]+ )?engagée?s?(?!\w)"),
            ),
            (
                "actual",
                re.compile(
                    r"[ao](?<!\w.)(?:(?<=a)(?:vait|vaient|yant|vons|i)?|(?<=o)nt) "
                    r"(?:(?!(?:une?|l[ae]s?|sa|son|ses|cette|ce|des?|du|en|pour) )[^\W\d_]+ )?"
                    r"[^\W\d_]+(?:ée?s?|is?|it|u)(?!\w)"
                ),
            ),
            (
                "actual",
                re.compile(
                    r"(?<!\w)(?:est|sont|étai(?:en)?t) (?:[^\W\d_]+ )?"
                    r"(?:(?:pass|mont|tomb|grimp|arriv|entr)é|(?:re|par|de)venu|descendu)e?s?(?!\w)"
                ),
            ),
        ),
        promised=re.compile(
            r"(?<!\w)(?!commenc|début|continu|fini|permis|réussi|achev|termin|servi|contribu)[^\W\d_]+"
            r"(?: [^\W\d_]+di)? (?:de |d'|à )(?:l'|l[ae]s? |y |en )?[^\W\d_]+(?:er|ir|re)(?!\w)"
        ),
    ),
    "es": Tenses(
        future=_Tense(
            re.compile(r"(?<!\w)[a-zñáéíóú]{2,}[aeidb]r(?:án?|emos)(?!\w)"), re.compile(r"r(?:án?|emos)(?!\w)")
        ),
        conditional=_Tense(
            re.compile(
                r"(?<!\w)(?!(?:qu|refi?|requ|adqui|bat|min|ingeni|gal|may)[aeio]?r)[a-zñáéíóú]{2,}[aeidb]rían?(?!\w)"
            ),
            re.compile(r"rían?(?!\w)"),
        ),
        phrases=(
            (
                "actual",
                re.compile(
                    r"h[ae](?<!\w..)(?:(?<=a)(?:n|bían?)|(?<=e)mos)? (?:[^\W\d_]+ )?[^\W\d_]+(?:ado|ido|sto|cho)(?!\w)"
                ),
            ),
        ),
        promised=re.compile(
            r"(?<!\w)(?!empez|comenz|logr|consegu|termin|permit|serv)[^\W\d_]+ (?:a |en |de )?[^\W\d_]+[aei]r(?!\w)"
        ),
    ),
    "it": Tenses(
        future=_Tense(
            re.compile(r"(?<!\w)[a-zàèéìòù]{2,}(?:rà|ranno|[eidv]remo)(?!\w)"), re.compile(r"r(?:à|anno|emo)(?!\w)")
        ),
        conditional=_Tense(re.compile(r"(?<!\w)[a-zàèéìòù]{2,}rebbe(?:ro)?(?!\w)"), re.compile(r"rebbe(?:ro)?(?!\w)")),
        phrases=(
            (
                "actual",
                re.compile(
                    r"[ah](?<!\w.)(?:(?<=h)(?:a(?:nno)?|o)|(?<=a)(?:vevan?o?|bbiamo)) "
                    r"(?:[^\W\d_]+ )?[^\W\d_]+(?:[aui]to|eso|iso|sso|sto)(?!\w)"
                ),
            ),
        ),
        promised=re.compile(
            r"(?<!\w)(?!cominci|inizi|continu|finit|permess|riuscit|servit)[^\W\d_]+ (?:di |a )[^\W\d_]+[aei]re(?!\w)"
        ),
    ),
}


def tells_future(page: Page, start: int, end: int) -> bool:
    """Whether a verb of the future tense stands there, in a language whose endings tell."""
    tenses = TENSES.get(page.language(start))
    return tenses is not None and any(words_of(page.text, Span(start, end), tenses.future))


def words_of(text: str, span: Span, tense: _Tense) -> Iterator[re.Match[str]]:
    """The words of a tense."""
    for end in tense.ending.finditer(text, *span):
        start = end.start()
        while start > span.start and text[start - 1].isalnum():
            start -= 1
        word = tense.word.match(text, start, span.end)
        if word:
            yield word
