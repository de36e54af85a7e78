"""How certain a quantity is: in place (actual), to come (planned), or somebody's estimate; by cue words and tenses.

Here: which cue belongs to a quantity, and the tenses of the Romance languages, which endings tell. Not here: the words
(`lexicon_statuses.csv`), and what a date says against them (`reading`).
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


class _Tenses(NamedTuple):
    """How the verbs of a language end; `phrases` are verbs of two words and what they say."""

    future: _Tense
    conditional: _Tense
    phrases: tuple[tuple[str, re.Pattern[str]], ...]


_TENSES = {
    "fr": _Tenses(
        future=_Tense(
            re.compile(
                r"(?<!\w)(?!(?:extra|ultra|infra|contra|opéra|affront)(?!\w))"
                r"(?:[^\W\d_]{2,}(?:[eidtv]ra|[^\W\d_]ront)|[^\W\d_]*aura|ira|iront)(?!\w)"
            ),
            re.compile(r"r(?:a|ont)(?!\w)"),
        ),
        conditional=_Tense(re.compile(r"(?<!\w)[^\W\d_]{2,}r(?:ait|aient)(?!\w)"), re.compile(r"r(?:ait|aient)(?!\w)")),
        phrases=(
            (
                "planned",
                re.compile(r"compt(?<!\w.{5})(?:e|ent|ait|aient) (?:y |en |les? |la )?[^\W\d_]+(?:er|ir|re)(?!\w)"),
            ),
            (
                "actual",
                re.compile(
                    r"(?=[ao])(?<!\w)(?:a|ont|avait|avaient|ayant) (?:[^\W\d_]+ )?[^\W\d_]+(?:ée?s?|is?|it|u)(?!\w)"
                ),
            ),
        ),
    ),
    "es": _Tenses(
        future=_Tense(re.compile(r"(?<!\w)[a-zñáéíóú]{2,}(?:[aei]rán?|drán?|brán?)(?!\w)"), re.compile(r"rán?(?!\w)")),
        conditional=_Tense(
            re.compile(r"(?<!\w)[a-zñáéíóú]{2,}(?:[aei]rían?|drían?|brían?)(?!\w)"), re.compile(r"rían?(?!\w)")
        ),
        phrases=(("actual", re.compile(r"ha(?<!\w..)(?:n|bían?)? (?:[^\W\d_]+ )?[^\W\d_]+(?:ado|ido|sto|cho)(?!\w)")),),
    ),
    "it": _Tenses(
        future=_Tense(re.compile(r"(?<!\w)[a-zàèéìòù]{2,}(?:rà|ranno)(?!\w)"), re.compile(r"r(?:à|anno)(?!\w)")),
        conditional=_Tense(re.compile(r"(?<!\w)[a-zàèéìòù]{2,}rebber?[eo](?!\w)"), re.compile(r"rebber?[eo](?!\w)")),
        phrases=(
            (
                "actual",
                re.compile(
                    r"(?=[ah])(?<!\w)(?:ha|hanno|avevan?o?) (?:[^\W\d_]+ )?[^\W\d_]+(?:[aui]to|eso|sso|sto)(?!\w)"
                ),
            ),
        ),
    ),
}
# "Le premier", "Environ ", "An additional ": so late a quantity may stand that opens a sentence.
_OPENING = 16
# "Its $110 billion plan", "une capacité prévue de": what a quantity is part of stands this near behind it.
_ADJOINING, _IN_PLACE_REACH = 14, 30
# "Selon" with a conditional is hearsay; "a dit que" makes it the future of the past.
_HEARSAY = frozenset({"selon", "d'après", "según", "secondo"})
_PLANNED_NOUNS, _PRESENT_NOUNS = frozenset({"contract", "amount", "promise"}), frozenset({"in_place"})
# A bound says nothing of what is in place: "trained on up to 16,384 chips".
_BOUND = "bound"
# Says "today" of whatever the verb says: "has", or "now expects".
_NOW = "now"
# A house of analysts: an estimate is theirs where they are quoted or expect, not where they are told.
_HOUSE = "house"
_CERTAINTIES = frozenset({"actual", "planned", "estimated"})
_QUOTED_REACH, _LONGEST_SAYING = 5, 16
# "Will have", "to be installed", "would then have reached": the first verb speaks.
_AUXILIARY = re.compile(
    r"(?:will|'ll|would|should|could|might|may|to|be|soll|sollen|wird|werden|devrait|devraient|devra|devront"
    r"|sera|seront|serait|seraient|aura|auront|aurait|auraient|dovrebbe|dovrebbero|sarà|saranno|sarebbe|sarebbero"
    r"|será|serán|sería|serían|habrá|habrán|podría|podrían|pourrait|pourraient)(?: be| been| have)?",
    re.IGNORECASE,
)
_AUXILIARY_REACH = 12
_VERB_REACH = 40
_BY_NOW = ("already", "currently", "online today", "déjà", "bereits", "ya ", "già")
# "…, according to analysts", "…, people familiar with the plans said": the clause that says whose number it is.
_SOURCE_OPENING = 8
_POSSESSIVE = ("'s ", "s' ")
# "Visible Alpha's consensus of 1.59 gigawatts" says nothing of another number.
_OF_NUMBER = re.compile(r" (?:of|de|d'|von|di|for|at|bei) ?(?:[$€£~]|US\$)?(?=\d)")
_INFINITIVE_JOINED = re.compile(r" (?:and|et|und|y|e) $")
_BASE_FORMS = frozenset({"have", "own", "operate", "run", "use", "house", "host", "sell"})
_GERMAN_MODAL = re.compile(
    r"(?:soll|sollen|solle|sollten|wird|werden|will|wollen|würde|würden|möchte|könnte|könnten|dürfte|dürften)",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"[ ,]*(?:than|above|below|beating|topping|versus|compared|que|als|und|et|and|e|y|but|while)(?!\w)"
)


class Status(NamedTuple):
    """actual, planned or estimated, and the words that say so, where words do."""

    value: str
    cue: Span | None


def read_status(page: Page, sentence: Span, clause: Span, quantity: Span) -> Status:
    """The status of a quantity in its clause and sentence.

    An estimate, named before the quantity or in its clause, outweighs tense. Else the nearest cue before the quantity
    decides, or the nearest behind it in its clause; a statement without any is actual, or planned if it is a bound ("up
    to"). A conditional is hearsay ("aurait dépensé", "habría gastado"), except behind a verb of saying, where it is the
    future of the past ("a dit qu'il dépenserait").
    """
    reach = max(clause.end, min(quantity.end + _ADJOINING, sentence.end))
    opens = is_subject(sentence, quantity) and not page.within(sentence.start, quantity.start, "organization")
    end = sentence.end if opens else reach
    found = [Status(m.value, Span(m.start, m.end)) for m in page.within(sentence.start, end, "status")]
    tenses = _TENSES.get(page.language(quantity.start))
    cues = [cue for cue in found if cue.value in _CERTAINTIES]
    cues += [Status("estimated", cue.cue) for cue in found if cue.value == _HOUSE and _is_quoted(page, cue)]
    if tenses:
        cues += _by_tense(page, Span(sentence.start, end), tenses)
    before = [cue for cue in cues if cue.cue and cue.cue.end <= quantity.start]
    after = [cue for cue in cues if cue.cue and cue.cue.start >= quantity.end]
    if not opens:  # "has 220 megawatts, and will have 800"
        joined = page.within(quantity.end, end, "joining")
        after = [cue for cue in after if not (joined and cue.cue and cue.cue.start >= joined[0].end)]
    for cue in (*before, *after):
        if cue.value == "estimated" and not _is_of_another(page, cue, quantity):
            return cue
    cues = [cue for cue in cues if cue.value != "estimated"]
    before, after = [c for c in before if c in cues], [c for c in after if c in cues]
    source = _source(page, Span(max(clause.end, quantity.end), sentence.end)) if not opens else None
    if source:
        return source
    if _is_possessed(page, quantity):
        before, after = [], [cue for cue in after if _is_noun_of(page, quantity, cue)]
    nearest = _leading(page, before, max(before, key=lambda cue: cue.cue or quantity)) if before else None
    adjoining = next((cue for cue in after if _is_noun_of(page, quantity, cue)), None)
    is_expected = nearest is not None and nearest.value == "planned" and (nearest.cue or quantity).start >= clause.start
    if adjoining and not (is_expected and adjoining.value == "actual" and not _is_by_now(page, adjoining)):
        return adjoining  # "will have 850 MW of active power" has none yet
    if nearest:
        return nearest
    if after:
        return min(after, key=lambda cue: cue.cue or quantity)
    now = next((cue.cue for cue in found if cue.value == _NOW), None)
    behind = Span(max(clause.end, quantity.end), sentence.end)
    joined = [
        m for m in page.within(quantity.end, behind.start, "joining") if not page.text[m.end + 1 : m.end + 2].isdigit()
    ]
    if not (now or opens or joined) and (verb := _verb_behind(page, behind, tenses)):
        return verb
    bound = next((cue.cue for cue in found if cue.value == _BOUND), None)
    return Status("planned" if bound and not now else "actual", now or bound)


def _is_possessed(page: Page, quantity: Span) -> bool:
    """ "SpaceX's million H100 equivalents": what it has, whatever the sentence wants with them."""
    return page.text.endswith(_POSSESSIVE, 0, quantity.start) or page.text.startswith(_POSSESSIVE, quantity.start)


def _verb_behind(page: Page, span: Span, tenses: _Tenses | None) -> Status | None:
    """The verb of a number that stands aside before it: "the site, 44 MW and 13,800 GPUs, is to open in June"."""
    ends = [m.start for m in page.within(*span, "joining", "organization")]
    span = Span(span.start, min([*ends, span.start + _VERB_REACH, span.end]))
    if any(c in ";:" for c in page.text[span.start - 2 : span.end]):
        return None
    cues = [Status(m.value, Span(m.start, m.end)) for m in page.within(*span, "status") if m.value == "planned"]
    if tenses:
        cues += [cue for cue in _by_tense(page, span, tenses) if cue.value == "planned"]
    return min(cues, key=lambda cue: cue.cue or span, default=None)


def _source(page: Page, span: Span) -> Status | None:
    """Who is said to have estimated a number, behind its clause: "…, according to analysts", "…, Omdia estimated"."""
    for cue in page.within(*span, "status"):
        is_house = cue.value == _HOUSE and _is_quoted(page, Status(cue.value, Span(cue.start, cue.end)))
        if cue.value != "estimated" and not is_house:
            continue
        opening = max(span.start, page.text.rfind(",", span.start, cue.start) + 1)
        end = page.text.find(",", cue.end, span.end)
        end = span.end if end == -1 else end
        said = page.within(opening, end, "reporting")
        opens = bool(said) and (said[0].start - opening <= 1 or cue.start - opening <= _SOURCE_OPENING)
        has_number = any(c.isdigit() for c in page.text[span.start : end])
        if opens and not has_number and not _CONTRAST.match(page.text, opening, end):
            return Status("estimated", Span(cue.start, cue.end))
    return None


def _is_by_now(page: Page, cue: Status) -> bool:
    """ "Already deployed", where "of active power" and "in Betrieb" may still be to come."""
    return any(m.kind == "in_place" and m.value.startswith(_BY_NOW) for m in page.at((cue.cue or Span(0, 0)).start))


def _is_quoted(page: Page, house: Status) -> bool:
    """ "According to Morgan Stanley", "Morgan Stanley expects"."""
    start, end = house.cue or Span(0, 0)
    before = page.within(start - _QUOTED_REACH - _LONGEST_SAYING, start, "reporting")
    is_source = bool(before) and start - before[-1].end <= _QUOTED_REACH
    return is_source or any(m.kind in ("status", "reporting") for m in page.at(end + 1))


def _is_of_another(page: Page, cue: Status, quantity: Span) -> bool:
    numbered = _OF_NUMBER.match(page.text, (cue.cue or quantity).end)
    return numbered is not None and numbered.end() < quantity.start


def _leading(page: Page, cues: list[Status], cue: Status) -> Status:
    """The verb that leads another: "will" of "will have installed", "soll" of "soll … beherbergen und … bieten"."""
    if cue.value != "actual" or cue.cue is None:
        return cue
    text, word = page.text, page.text[slice(*cue.cue)].lower()
    is_joined = word in _BASE_FORMS and _INFINITIVE_JOINED.search(text, cue.cue.start - 5, cue.cue.start) is not None
    is_german = word.endswith("en") and page.language(cue.cue.start) == "de"
    leaders = [(c.cue, c) for c in cues if c.cue and c.cue.end <= cue.cue.start and c.value != "actual"]
    for span, other in sorted(leaders, reverse=True):
        led, between = text[slice(*span)], text[span.end : cue.cue.start]
        is_near = len(between) <= _AUXILIARY_REACH and "," not in between
        if (is_near and _AUXILIARY.fullmatch(led)) or is_joined or (is_german and _GERMAN_MODAL.fullmatch(led)):
            return other
    return cue


def _is_noun_of(page: Page, quantity: Span, cue: Status) -> bool:
    """ "$10 billion deal" is a plan, whatever the verb before it, and "170 MW of active power" in place; "spent $10
    billion to build" is neither."""
    is_plan = cue.value == "planned"
    if cue.cue is None or cue.cue.start - quantity.end > (_ADJOINING if is_plan else _IN_PLACE_REACH):
        return False
    if page.text.count(",", quantity.end, cue.cue.start):
        return False
    nouns = _PLANNED_NOUNS if is_plan else _PRESENT_NOUNS
    return any(m.kind in nouns for m in page.at(cue.cue.start))


def is_said_in_place(page: Page, quantity: Span, said: Status) -> bool:
    """ "By 2026, with a million chips already deployed": in place today, whatever date the sentence begins with."""
    return (
        said.value == "actual"
        and said.cue is not None
        and said.cue.start >= quantity.end
        and _is_noun_of(page, quantity, said)
    )


def is_subject(sentence: Span, quantity: Span) -> bool:
    """Whether a quantity opens its sentence, so that verb and date stand behind it, wherever the clauses end."""
    return quantity.start - sentence.start <= _OPENING


def _by_tense(page: Page, span: Span, tenses: _Tenses) -> list[Status]:
    said = page.within(*span, "reporting")
    listed = [(m.start, m.end) for m in page.within(*span, "status")]
    found = [Status("planned", Span(*verb.span())) for verb in _words(page.text, span, tenses.future)]
    for value, phrase in tenses.phrases:
        for verb in phrase.finditer(page.text, *span):
            # "a déclaré" is the saying, not what is said
            if not any(verb.start() <= m.start < verb.end() for m in said):
                found.append(Status(value, Span(*verb.span())))
    for verb in _words(page.text, span, tenses.conditional):
        if not any(start <= verb.start() and verb.end() <= end for start, end in listed):
            is_reported = any(m.end <= verb.start() and m.value not in _HEARSAY for m in said)
            found.append(Status("planned" if is_reported else "estimated", Span(*verb.span())))
    return found


def _words(text: str, span: Span, tense: _Tense) -> Iterator[re.Match[str]]:
    """The words of a tense."""
    for end in tense.ending.finditer(text, *span):
        start = end.start()
        while start > span.start and text[start - 1].isalnum():
            start -= 1
        word = tense.word.match(text, start, span.end)
        if word:
            yield word
