"""How certain a quantity is: in place (actual), to come (planned), or somebody's estimate; by cue words and tenses.

Here: which cue belongs to a quantity. Not here: the words (`lexicon_statuses.csv`), the endings of verbs (`tenses`),
and what a date says against them (`reading`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from extraction.mentions import Page
from extraction.tenses import TENSES, Tenses, words_of
from extraction.text import Span

# "Le premier", "Environ ", "An additional ": so late a quantity may stand that opens a sentence.
_OPENING = 16
# "Its $110 billion plan", "une capacité prévue de": what a quantity is part of stands this near behind it.
_ADJOINING, _IN_PLACE_REACH, _DUE_REACH = 14, 30, 40
# "Selon" with a conditional is hearsay; "a dit que" makes it the future of the past.
_HEARSAY = frozenset({"selon", "d'après", "según", "secondo"})
_PLANNED_NOUNS, _PRESENT_NOUNS = frozenset({"contract", "amount", "promise"}), frozenset({"in_place"})
_CERTAINTIES = frozenset({"actual", "planned", "estimated"})
# A bound says nothing of what is in place: "trained on up to 16,384 chips".
_BOUND = "bound"
# Speaks of today or of back then, where no verb does: "currently", and not "currently plans".
_NOW = "now"
# A house of analysts: an estimate is theirs where they are quoted or expect something.
HOUSE = "house"
_LONGEST_SAYING = 50
# "Will have installed", "to be built", "doit mettre en service": the first verb speaks.
_AUXILIARY = re.compile(
    r"(?:will|'ll|would|should|could|might|may|to|be|soll|sollen|wird|werden|devrait|devraient|devra|devront|doit|doivent"
    r"|va|vont|veut|veulent|sera|seront|serait|seraient|aura|auront|aurait|auraient|mettra|mettront|dovrebbe|dovrebbero"
    r"|deve|devono|sarà|saranno|sarebbe|sarebbero|será|serán|sería|serían|habrá|habrán|podría|podrían|debe|deben"
    r"|va a|van a|pourrait|pourraient)(?: be| been| have)?|.* to|.* à",
    re.IGNORECASE,
)
_INFINITIVE = " to "  # "expected to cost"
_GERMAN_MODAL = re.compile(
    r"(?:soll|sollen|solle|sollten|wird|werden|will|wollen|würde|würden|möchte|könnte|könnten|dürfte|dürften)",
    re.IGNORECASE,
)
# "The report puts its spending at $160 billion"
_PUTS_AT = re.compile(r"(?<!\w)puts? [^.;,]{3,60} at (?:about |around |some |nearly |roughly |more than )?[$€£]? ?$")
_LONGEST_PUTS = 90
# "Capital expenditures were $34.9 billion, above what we told you in July"
_WAS = re.compile(
    r"(?<!\w)(?:was|were|war|waren|betrug|betrugen|fue|fueron|era|eran|erano|était|étaient|a été|ont été) "
    r"(?:[^\W\d_]+ ){0,2}[$€£]?$",
    re.IGNORECASE,
)
_LONGEST_WAS = 40
# "After $72 billion last year", "combined with $24 billion in the first quarter"
_AFTER = re.compile(
    r"\W*(?:after|following|combined with|together with|nach|zusammen mit|après|avec les|tras|después de|dopo)"
    r"(?: [^\W\d_]+)? [$€£]?",
    re.IGNORECASE,
)
# "Soll 485.000 GPUs gekauft haben" is hearsay, where no date makes it a plan.
_GERMAN_ALLEGED = re.compile(r"soll(?:en)?", re.IGNORECASE)
_GERMAN_PERFECT = re.compile(
    r"(?<!\w)(?:[a-zäöü]*ge[a-zäöüß]{2,}|(?:be|er|ver|zer|ent)[a-zäöüß]+|[a-zäöüß]+ier)(?:t|en) "
    r"(?:worden )?(?:haben|sein)(?!\w)"
)
_AUXILIARY_REACH = 18
# "Its forecast, which stood at $85 billion", "l'enveloppe atteint 554 millions"
_STATIVE = frozenset(
    {
        *("stood at", "amounts to", "totals", "came to", "stands at", "lag bei", "betrug", "beläuft", "s'établissait"),
        *("se situait", "atteint", "s'élevait", "s'élève à", "s'établit à", "se monte à", "asciende", "asciende a"),
        *("alcanza", "ammonta", "ammonta a", "ammontano", "raggiunge"),
    }
)
# "Will spend $10 billion and have 100,000 GPUs"
_BASE_FORMS = frozenset({"have", "own", "operate", "run", "use", "house", "host", "sell"})
_AND = re.compile(r" (?:and|et|und|y|e) $")
_VERB_REACH = 40
# "Announced that 12,000 more GPUs have been installed": the verb of what is said stands behind.
_THAT = re.compile(r"(?:that|which|que|qu'|dass|che)(?: [^\W\d_]+){0,2} $", re.IGNORECASE)
_LONGEST_THAT = 30
_RELATIVE_BEFORE, _LONGEST_RELATIVE = re.compile(r", (?:ce )?(?:qui|que|dont|che|cui|que) (?:[^\W\d_]+ )?$"), 20
_PART_OF = re.compile(r"\W*(?:dont|whose|of which|deren|dessen|cuy[oa]s?|l[ae] cui|il cui)(?!\w)")
_VERB_LAST = re.compile(r"\W*(?:dass|weil|wobei|sodass|obwohl|nachdem|sobald)(?!\w)")
_BY_NOW = ("already", "currently", "online today", "déjà", "bereits", "ya ", "già")
# "The $30 billion that Meta plans to spend", "les 30 milliards que prévoit le groupe", "die Meta ausgeben will".
_OBJECT = re.compile(
    r"(?: [^\W\d_]+(?=, (?:die|das) ))?,? (?:(?:que |qu')|(?:that|which|che|die|das|welche) "
    r"(?=[A-Z]|(?:the|it|they|we|he|she|la|il|lo|l'|i|gli|er|sie|es|der|das|man) )|(?=(?:it|they|we) [^\W\d_]+))"
)
_OBJECT_REACH, _CLAUSE_ENDS = 90, re.compile(r"[,;:()]|(?<!\w)\d")
_POSSESSIVE = ("'s ", "s' ")
# "Visible Alpha's consensus of 1.59 gigawatts" says nothing of another number.
_OF_NUMBER = re.compile(r" (?:of|de|d'|von|di|for|at|bei) ?(?:[$€£~]|US\$)?(?=\d)")
# "Sources say": so near the opening of its clause stands whose number it is; "above analysts' estimates" is none.
_SOURCE_OPENING = 8
# "From the 20,000 in operation to", "dagli attuali 120": what a growth starts from.
_FROM = re.compile(r"(?<!\w)(?:from|von|desde|da[il]|dagli|dalle)(?!\w)")
# "According to [the research firm] Omdia".
_DESCRIBED = re.compile(
    r" ?(?:the |la |le |l'|les |der |dem |den |das |el |il |lo )?(?:(?:[^\W\d_]+[ -]){0,3}?"
    r"(?:firm|house|group|company|cabinet|firme|société|institut|maison|Firma|Marktforscher|Institut|firma|casa|società)s?"
    r"(?:(?: (?:de|of|d'|di|für))?[ ']?[^\W\d_]+)? )?",
    re.IGNORECASE,
)
_WHERE = re.compile(r" ?(?:where|où|wo|donde|dove)(?!\w)")
_OF_WHICH = re.compile(
    r" ?(?:of which|dont|davon|wovon|de (?:los|las) (?:que|cuales)|di cui|dei quali) (?:[^\W\d_]+ ){0,2}$"
)
_SOURCE_ENDS = re.compile(r"[,;]")
_NUMBERED = re.compile(r"[;()]|(?<!\w)\d")
_COMPARED_REACH, _OUTGOING_REACH, _ENDS = 30, 60, re.compile(r"[,;()]|(?<!\w)\d")
_CONTRAST = re.compile(
    r"[ ,]*(?:than|above|below|beating|topping|versus|compared|que|als|und|et|and|e|y|but|while)(?!\w)"
)


class Status(NamedTuple):
    """actual, planned or estimated, and the words that say so, where words do."""

    value: str
    cue: Span | None


class _Cue(NamedTuple):
    """Words that say how certain something is."""

    start: int
    end: int
    value: str


def read_status(page: Page, sentence: Span, clause: Span, quantity: Span) -> Status:
    """The status of a quantity in its clause and sentence.

    An estimate, named before the quantity or in its clause, outweighs tense, and so does a source behind it
    ("…, according to analysts"). Else the nearest cue before the quantity decides, or the nearest behind it in its
    clause, but not in a statement that is joined on; a statement without any is actual, or planned if it is a bound
    ("up to"). A conditional is hearsay ("aurait dépensé", "habría gastado"), except behind a verb of saying, where it
    is the future of the past ("a dit qu'il dépenserait").
    """
    held = _held_today(page, sentence, clause, quantity)
    if held:
        return Status("actual", held)
    opens = is_subject(sentence, quantity) and not page.within(sentence.start, quantity.start, "organization")
    reach = sentence.end if opens else max(clause.end, min(quantity.end + _ADJOINING, sentence.end))
    behind = Span(reach if opens else max(clause.end, quantity.end), sentence.end)
    tenses = TENSES.get(page.language(quantity.start))
    found = [_Cue(m.start, m.end, m.value) for m in page.within(sentence.start, reach, "status")]
    cues = [cue for cue in found if cue.value in _CERTAINTIES]
    cues += [cue._replace(value="estimated") for cue in found if cue.value == HOUSE and _is_quoted(page, cue)]
    if tenses:
        by_tense = _by_tense(page, Span(sentence.start, reach), tenses)
        # "s'était déjà engagé" promises
        promises = [verb for verb in by_tense if verb.value == "planned"]
        cues = [c for c in cues if c.value != "actual" or not any(v.start < c.start < v.end for v in promises)]
        cues += [cue for cue in by_tense if not _is_of_aside(page, cue, (*cues, *by_tense), quantity)]
    before = [cue for cue in cues if cue.end <= quantity.start]
    after = [cue for cue in cues if cue.start >= quantity.end]
    joined = [m.end for m in page.within(quantity.end, reach, "joining") if not _is_of_chips(page, m.end)]
    if joined and not opens:  # "has 220 megawatts, and will have 800"
        after = [cue for cue in after if cue.start < joined[0]]
    estimates = [cue for cue in (*before, *after) if cue.value == "estimated"]
    estimate = next((cue for cue in estimates if not _is_of_another(page, sentence, cue, quantity)), None)
    puts = _PUTS_AT.search(page.text, max(sentence.start, quantity.start - _LONGEST_PUTS), quantity.start)
    if estimate is None and puts:
        estimate = _Cue(puts.start(), puts.start() + len("put"), "estimated")
    relative = _relative(page, sentence, clause, quantity, tenses)
    if relative:
        return Status(relative.value, Span(relative.start, relative.end))
    estimate = estimate or _alleged(page, Span(sentence.start, behind.start), before)
    cue = estimate or _source(page, behind) or _by_verb(page, sentence, clause, quantity, before, after)
    if cue is None and _NOW not in {other.value for other in found} and not _goes_on(page, quantity.end, behind.start):
        cue = _verb_behind(page, behind, tenses)
    if cue:
        return Status(cue.value, Span(cue.start, cue.end))
    weak = {cue.value: Span(cue.start, cue.end) for cue in reversed(found)}
    return Status("planned" if _BOUND in weak and _NOW not in weak else "actual", weak.get(_NOW, weak.get(_BOUND)))


def _held_today(page: Page, sentence: Span, clause: Span, quantity: Span) -> Span | None:
    """The words that make an amount the level of today, from which a plan starts: "up from 135 megawatts now", "contre
    120 aujourd'hui", "from the 20,000 in operation", "…, heute sind es 120"."""
    opening = max(sentence.start, quantity.start - _COMPARED_REACH)
    before = page.within(opening, quantity.start, "present")
    behind = page.within(quantity.end, min(quantity.end + _IN_PLACE_REACH, sentence.end), "present", "in_place")
    behind = [m for m in behind if _ENDS.search(page.text, quantity.end, m.start) is None]
    for mention in (*before[-1:], *behind[:1]):
        led = page.folded[opening : min(mention.start, quantity.start)]
        rest = Span(min(mention.start, quantity.start), max(mention.end, quantity.end) + _ADJOINING)
        if any(m.value == "planned" for m in page.within(*rest, "status")):
            continue  # "up from the current guidance of $65 billion"
        if _FROM.search(led) or page.lexicons.replaced["before"].search(led):
            return Span(mention.start, mention.end)
    outgoing = page.within(quantity.end, min(quantity.end + _OUTGOING_REACH, sentence.end), "outgoing")
    is_apart = bool(outgoing) and _goes_on(page, quantity.end, outgoing[0].start)
    if (
        outgoing and not is_apart and page.text.count(",", quantity.end, outgoing[0].start) <= 1
    ):  # "its 1,600 V100s, to be switched off"
        return Span(outgoing[0].start, outgoing[0].end)
    opens = [m for m in before if sentence.start < clause.start <= m.start <= clause.start + len(", and ")]
    if opens and not any(m.value == "planned" for m in page.within(clause.start, quantity.start, "status")):
        return Span(opens[0].start, opens[0].end)
    return None


def _is_of_chips(page: Page, end: int) -> bool:
    """ "550,000 GB200s and GB300s": the word joins nothing but chips."""
    return any(m.kind == "chip" for m in page.at(end + 1))


def _by_verb(
    page: Page, sentence: Span, clause: Span, quantity: Span, before: list[_Cue], after: list[_Cue]
) -> _Cue | None:
    """The verb or noun that a quantity belongs to, of those before it and behind it in its clause."""
    before, after = ([cue for cue in cues if cue.value != "estimated"] for cues in (before, after))
    if _WHERE.match(page.text, clause.start, quantity.start):  # "approved power for the site, where 200,000 GPUs train"
        before = [cue for cue in before if cue.start >= clause.start]
    noun = next((cue for cue in after if _is_noun_of(page, quantity, cue)), None) or _due(page, sentence, quantity)
    if _is_possessed(page, quantity):
        return noun
    verb = _leading(page, before, max(before)) if before else None
    # "haben wolle": the second verb speaks
    after = [c for c in after if c.value == "planned" or not any(other.start == c.end + 1 for other in after)]
    is_said = _THAT.search(page.text, max(clause.start, quantity.start - _LONGEST_THAT), quantity.start)
    is_part = _OF_WHICH.match(page.text, clause.start, quantity.start)
    if after and (is_said or is_part or _VERB_LAST.match(page.text, clause.start, quantity.start)):
        verb = min(after)
    if _AFTER.fullmatch(page.text, clause.start, quantity.start):
        return _Cue(clause.start, quantity.start, "actual")
    was = _WAS.search(page.text, max(clause.start, quantity.start - _LONGEST_WAS), quantity.start)
    if was and page.within(clause.start, was.start(), "capex") and not any(c.start >= clause.start for c in before):
        verb = _Cue(was.start(), quantity.start, "actual")
    is_expected = verb is not None and verb.value == "planned" and verb.start >= clause.start
    if noun and is_expected and noun.value == "actual" and not _is_by_now(page, noun):
        return verb  # "will have 850 MW of active power"
    return noun or verb or min(after, default=None)


def _is_of_aside(page: Page, conditional: _Cue, cues: Iterable[_Cue], quantity: Span) -> bool:
    """Whether a conditional is that of an aside: "the site, qui serait la plus grande de Corée, doit accueillir"."""
    if conditional.value != "estimated":
        return False
    later = [c for c in cues if c.start > conditional.end and c.end <= quantity.start and c.value != "estimated"]
    return any("," in page.text[conditional.end : cue.start] for cue in later) and (
        _RELATIVE_BEFORE.search(page.text, conditional.start - _LONGEST_RELATIVE, conditional.start) is not None
    )


def _relative(page: Page, sentence: Span, clause: Span, quantity: Span, tenses: Tenses | None) -> _Cue | None:
    """The verb of a clause that has the quantity for its object: "the $30 billion that Meta plans to spend"."""
    counted = page.within(quantity.end, min(quantity.end + _ADJOINING, sentence.end), "chip", "accelerator")
    opening = _OBJECT.match(page.text, counted[-1].end if counted else quantity.end, sentence.end)
    if opening is None or page.within(clause.start, quantity.start, "flow", "spend", "undertakes"):
        return None  # "received 7,500 H200s that Dell had kept for another"
    ends = _CLAUSE_ENDS.search(page.text, opening.end(), min(opening.end() + _OBJECT_REACH, sentence.end))
    end = ends.start() if ends else min(opening.end() + _OBJECT_REACH, sentence.end)
    cues = [cue for cue in _cues_of(page, Span(opening.end(), end), tenses) if cue.value != "estimated"]
    is_german = page.language(quantity.start) == "de"
    return (max if is_german else min)(cues, default=None)


def _cues_of(page: Page, span: Span, tenses: Tenses | None) -> list[_Cue]:
    """The words of certainty there, and the verbs that tell it by their tense."""
    cues = [_Cue(m.start, m.end, m.value) for m in page.within(*span, "status") if m.value in _CERTAINTIES]
    return cues + (_by_tense(page, span, tenses) if tenses else [])


def _alleged(page: Page, span: Span, before: list[_Cue]) -> _Cue | None:
    """ "Soll … gekauft haben", but for "soll bis März … gekauft haben"."""
    modals = [c for c in before if _GERMAN_ALLEGED.fullmatch(page.text, c.start, c.end)]
    if not modals or _GERMAN_PERFECT.search(page.text, modals[-1].end, span.end) is None:
        return None
    is_due = any(m.value in ("by", "soon", "next_year") for m in page.within(*span, "period"))
    return None if is_due else modals[-1]._replace(value="estimated")


def _goes_on(page: Page, start: int, end: int) -> bool:
    """Whether another statement is joined on; a list ("44 MW and 13,800 GPUs") is none."""
    return any(not page.text[m.end + 1 : m.end + 2].isdigit() for m in page.within(start, end, "joining"))


def _is_possessed(page: Page, quantity: Span) -> bool:
    """ "SpaceX's million H100 equivalents": what it has, whatever the sentence wants with them."""
    return page.text.endswith(_POSSESSIVE, 0, quantity.start) or page.text.startswith(_POSSESSIVE, quantity.start)


def _verb_behind(page: Page, span: Span, tenses: Tenses | None) -> _Cue | None:
    """The verb of a number that stands aside before it: "the site, 44 MW and 13,800 GPUs, is to open in June"."""
    ends = [m.start for m in page.within(*span, "joining", "organization")]
    span = Span(span.start, min([*ends, span.start + _VERB_REACH, span.end]))
    if _PART_OF.match(page.text, span.start - 2, span.end):
        return None  # "50 MW, dont la deuxième tranche est attendue en 2026"
    if not {";", ":"}.isdisjoint(page.text[span.start - 2 : span.end]):
        return None
    cues = _cues_of(page, span, tenses)
    first = min(cues, default=None)
    if first and first.value == "actual" and first.start - span.start <= len(", "):
        return first  # "the first phase, 100,000 GPUs, had taken 122 days"
    return min((cue for cue in cues if cue.value == "planned"), default=None)


def _source(page: Page, span: Span) -> _Cue | None:
    """Who is said to have estimated a number, behind its clause: "…, according to analysts", "…, Omdia estimated"."""
    for mention in page.within(*span, "status"):
        cue = _Cue(mention.start, mention.end, mention.value)
        if cue.value != "estimated" and not (cue.value == HOUSE and _is_quoted(page, cue)):
            continue
        opening = max(span.start, page.text.rfind(",", span.start, cue.start) + 1)
        border = _SOURCE_ENDS.search(page.text, cue.end, span.end)
        end = border.start() if border else span.end
        said = page.within(opening, end, "reporting")
        opens = bool(said) and (said[0].start - opening <= 1 or cue.start - opening <= _SOURCE_OPENING)
        if not opens:
            continue
        has_number = any(c.isdigit() for c in page.text[opening:end])
        if not has_number and not _CONTRAST.match(page.text, opening, end):
            return cue._replace(value="estimated")
    return None


def _is_by_now(page: Page, cue: _Cue) -> bool:
    """ "Already deployed", where "of active power" and "in Betrieb" may still be to come."""
    return any(m.kind == "in_place" and m.value.startswith(_BY_NOW) for m in page.at(cue.start))


def _is_quoted(page: Page, house: _Cue) -> bool:
    """ "According to Morgan Stanley", "Morgan Stanley expects"."""
    before = page.within(house.start - _LONGEST_SAYING, house.start, "reporting")
    is_source = bool(before) and _DESCRIBED.fullmatch(page.text, before[-1].end, house.start) is not None
    return is_source or any(m.kind in ("status", "reporting") for m in page.at(house.end + 1))


def _is_of_another(page: Page, sentence: Span, cue: _Cue, quantity: Span) -> bool:
    """Whether an estimate is of a number before: "… that reportedly totals $300 billion, and is to install"."""
    numbered = _OF_NUMBER.match(page.text, cue.end)
    if numbered is not None and numbered.end() < quantity.start:
        return True
    if is_subject(sentence, Span(cue.start, cue.end)) or cue.end > quantity.start:
        return False
    joined = page.within(cue.end, quantity.start, "joining")
    if not joined or page.within(cue.start, cue.end + 1, "reporting"):
        return False
    is_numbered = any(c.isdigit() for c in page.text[cue.end : joined[-1].start])
    return is_numbered and any(m.value in _CERTAINTIES for m in page.within(joined[-1].end, quantity.start, "status"))


def _leading(page: Page, cues: list[_Cue], cue: _Cue) -> _Cue:
    """The verb that leads another: "will" of "will have installed", "soll" of "soll … beherbergen und … bieten"."""
    if cue.value != "actual":
        return cue
    text, word = page.text, page.text[cue.start : cue.end].lower()
    is_joined = word in _BASE_FORMS and _AND.search(text, cue.start - 5, cue.start) is not None
    is_german = word.endswith("en") and page.language(cue.start) == "de"
    for other in sorted(cues, reverse=True):
        if other.end > cue.start or other.value == "actual":
            continue
        led, between = text[other.start : other.end], text[other.end : cue.start]
        is_near = len(between) <= _AUXILIARY_REACH and "," not in between
        is_stative = word in _STATIVE and len(between) <= _AUXILIARY_REACH
        if (
            is_stative
            or (is_near and (between.startswith(_INFINITIVE) or _AUXILIARY.fullmatch(led)))
            or is_joined
            or (is_german and _GERMAN_MODAL.fullmatch(led))
        ):
            return other
    return cue


def _is_noun_of(page: Page, quantity: Span, cue: _Cue) -> bool:
    """ "$10 billion deal" is a plan, whatever the verb before it, and "170 MW of active power" in place; "spent $10
    billion to build" is neither."""
    is_plan = cue.value == "planned"
    if cue.start - quantity.end > (_ADJOINING if is_plan else _IN_PLACE_REACH):
        return False
    if page.text.count(",", quantity.end, cue.start):
        return False
    nouns = _PLANNED_NOUNS if is_plan else _PRESENT_NOUNS
    return any(m.kind in nouns for m in page.at(cue.start))


def _due(page: Page, sentence: Span, quantity: Span) -> _Cue | None:
    """ "Has another 398 MW under way", "a commandé 9 000 GB300, livrables en mai": what a number is said to be."""
    for mention in page.within(quantity.end, min(quantity.end + _DUE_REACH, sentence.end), "due")[:1]:
        between = page.text[quantity.end : mention.start].rstrip()
        is_aside = between.endswith(",") or "," not in between
        is_apart = _NUMBERED.search(between) or not is_aside or _goes_on(page, quantity.end, mention.start)
        return None if is_apart else _Cue(mention.start, mention.end, "planned")
    return None


def is_said_in_place(page: Page, quantity: Span, said: Status) -> bool:
    """ "By 2026, with a million chips already deployed": in place today, whatever date the sentence begins with."""
    if said.value != "actual" or said.cue is None or said.cue.start < quantity.end:
        return False
    return _is_noun_of(page, quantity, _Cue(*said.cue, said.value))


def is_said_of_today(page: Page, said: Status) -> bool:
    """ "… by 2030, up from 135 megawatts now", "its 1,600 V100s will be switched off next month"."""
    if said.value != "actual" or said.cue is None:
        return False
    return any(m.kind in ("present", "outgoing") for m in page.at(said.cue.start))


def is_subject(sentence: Span, quantity: Span) -> bool:
    """Whether a quantity opens its sentence, so that verb and date stand behind it, wherever the clauses end."""
    return quantity.start - sentence.start <= _OPENING


def _by_tense(page: Page, span: Span, tenses: Tenses) -> list[_Cue]:
    said = page.within(*span, "reporting")
    found = [_Cue(*verb.span(), "planned") for verb in words_of(page.text, span, tenses.future)]
    for value, phrase in tenses.phrases:
        for verb in phrase.finditer(page.text, *span):
            # "a déclaré" is the saying, not what is said
            if not any(verb.start() <= m.start < verb.end() for m in said):
                last_word = page.text.rfind(" ", verb.start(), verb.end()) + 1
                is_promise = value == "actual" and tenses.promised.match(page.text, last_word, span.end)
                found.append(_Cue(*verb.span(), "planned" if is_promise else value))
    listed_cues = [_Cue(m.start, m.end, m.value) for m in page.within(*span, "status")]
    for verb in words_of(page.text, span, tenses.conditional):
        if not any(cue.start <= verb.start() and verb.end() <= cue.end for cue in listed_cues):
            is_reported = any(m.end <= verb.start() and m.value not in _HEARSAY for m in said)
            # a wish holds on: "veut en doubler la taille : elle en compterait alors 200 000"
            is_wanted = any(value == "planned" and end <= verb.start() for _, end, value in (*found, *listed_cues))
            is_wanted = is_wanted and not any(m.value in _HEARSAY for m in said)
            found.append(_Cue(*verb.span(), "planned" if is_reported or is_wanted else "estimated"))
    return found
