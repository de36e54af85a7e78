"""Who a quantity belongs to: the organisation that runs, buys or pays, and the facility that is spoken of.

Here: subjects, possessors and simple coreference ("la société", "il", "this"). Not here: what the number means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from extraction.mentions import Mention, Page
from extraction.text import Span

# Three sentences back, "the company" may mean anyone.
_SENTENCES_BACK = 3
_SPEAKER = "speaker"
_EACH_REACH = 30
_LARGEST_GROUP = 4
_LIST = re.compile(r"(?:,| and| et| und| y| e| &|, and)+ ")
_ROW = re.compile(r" *(?:\||[-*+•] |\d{1,2}[.)] )")


@dataclass(frozen=True, slots=True)
class Owner:
    """Who a quantity belongs to.

    found_by   name (in the sentence), anaphor ("the company", "il"), topic (of the sentences before), title
    """

    organization: str
    facility: str | None
    found_by: str


class Heard(NamedTuple):
    """What the document tells about its parties outside the sentence.

    speaker   who says "we"
    title     the document's title
    carried   organisation of the earlier number that this one carries on ("the third quarter cost $24 billion")
    """

    speaker: str | None = None
    title: Page | None = None
    carried: str | None = None


class _Actor(NamedTuple):
    """A name in the text, by the preposition before it.

    role   direct (none), owner ("chez Tesla"), counterparty ("with Oracle", "par Tesla") or destination ("vers X")
    """

    organization: str
    facility: str | None
    role: str
    start: int
    end: int


def find_owners(page: Page, index: int, quantity: Span, metric: str, heard: Heard) -> list[Owner]:
    """The owner of a quantity in the sentence with that index; several where each has as much; none where nobody is named.

    From the quantity's clause backwards: the first actor, "the company", a possessor, a pronoun; then what follows the
    quantity; then the parties behind "with" or "by"; then the topic of the sentences before, of the document's title and
    of the sentence that a number carries on. A facility speaks for its operator. Sellers of chips own nothing, but have
    a capex of their own, and what they ship to nobody in particular is theirs. Chips sent "to Tesla" are Tesla's.
    """
    actors = _actors(page, page.sentences[index], with_sellers=metric == "capex")
    shared = _sharing(page, index, actors, quantity)
    if shared:
        return [Owner(actor.organization, actor.facility, "name") for actor in shared]
    is_moved = metric == "accelerator_flow"
    found = (
        (_receiving(actors, quantity) if is_moved else None)
        or (_selling(page, index, quantity, actors) if metric in ("accelerator_flow", "accelerator_count") else None)
        or next(_preceding(page, index, quantity, actors, heard.speaker), None)
        or _following(page, index, quantity, actors)
        or _of_document(heard)
    )
    if found is None:
        return []
    actor, found_by = found
    facility = actor.facility or _facility(page, index, actors, actor.organization, quantity)
    return [Owner(actor.organization, facility, found_by)]


def _sharing(page: Page, index: int, actors: list[_Actor], quantity: Span) -> list[_Actor]:
    """ "ByteDance et Tencent auraient commandé chacun 230 000 puces": as much for each of the names before it."""
    sentence = page.sentences[index]
    clause = next(c for c in page.clauses(index) if c.start <= quantity.start < c.end)
    if not page.within(clause.start, min(quantity.end + _EACH_REACH, sentence.end), "each"):
        return []
    here = [a for a in actors if sentence.start <= a.start and a.end <= quantity.start and a.role == "direct"]
    named = list({a.organization: a for a in here[-_LARGEST_GROUP:]}.values())
    is_list = all(_LIST.fullmatch(page.text, a.end, b.start) for a, b in pairwise(named))
    return named if len(named) > 1 and is_list else []


def _selling(page: Page, index: int, quantity: Span, actors: list[_Actor]) -> tuple[_Actor, str] | None:
    """ "Nvidia shipped 500,000 H100": only where no buyer is named."""
    if any(a.role != "counterparty" for a in actors):
        return None
    sold = page.within(page.sentences[index].start, quantity.start, "seller_flow")
    sellers = _actors(page, Span(page.sentences[index].start, quantity.start), with_sellers=True)
    sellers = [a for a in sellers if a.organization in page.lexicons.sellers and a.role == "direct"]
    return (sellers[0], "name") if sold and sellers else None


def _of_document(heard: Heard) -> tuple[_Actor, str] | None:
    """Who the document is about, where the sentence and those before it name nobody: the speaker, or the title's name."""
    if heard.carried:
        return _Actor(heard.carried, None, "direct", 0, 0), "topic"
    title = heard.title
    named = _actors(title, Span(0, len(title.text))) if title else []
    direct = [a for a in named if a.role == "direct"] or named
    if direct:
        return direct[0], "title"
    return (_Actor(heard.speaker, None, "direct", 0, 0), "title") if heard.speaker else None


def _receiving(actors: list[_Actor], quantity: Span) -> tuple[_Actor, str] | None:
    """Chips that are sent "to Tesla" are Tesla's, whoever sends them."""
    actor = next((a for a in actors if a.role == "destination" and a.start >= quantity.end), None)
    return (actor, "name") if actor else None


def _preceding(
    page: Page, index: int, quantity: Span, actors: list[_Actor], speaker: str | None
) -> Iterator[tuple[_Actor, str]]:
    """The actors that stand before a quantity, best first."""
    for clause in reversed([c for c in page.clauses(index) if c.start <= quantity.start]):
        end = min(clause.end, quantity.start)
        here = [actor for actor in actors if clause.start <= actor.start and actor.end <= end]
        anaphors = page.within(clause.start, end, "anaphor")
        nouns = [anaphor for anaphor in anaphors if _is_noun(page, anaphor)]
        pronouns = [anaphor for anaphor in anaphors if anaphor not in nouns]
        yield from ((actor, "name") for actor in here if actor.role == "direct")
        yield from ((actor, "anaphor") for actor in _meant(page, index, nouns, speaker))
        yield from ((actor, "name") for actor in reversed(here) if actor.role == "owner")
        yield from ((actor, "anaphor") for actor in _meant(page, index, pronouns, speaker))


def _following(page: Page, index: int, quantity: Span, actors: list[_Actor]) -> tuple[_Actor, str] | None:
    """Where nobody stands before a quantity: who follows it, then the parties, then the topic so far."""
    after = [actor for actor in actors if actor.start >= quantity.end]
    parties = [actor for actor in reversed(actors) if actor.end <= quantity.start]
    for actor in after:
        if actor.role in ("direct", "owner"):
            return actor, "name"
    anaphors = page.within(quantity.end, page.sentences[index].end, "anaphor")
    for actor in _meant(page, index, [anaphor for anaphor in anaphors if _is_noun(page, anaphor)], None):
        return actor, "anaphor"
    for actor in (*parties, *after):
        return actor, "name"
    topic = _topic(page, index)
    return (topic, "topic") if topic else None


def _actors(page: Page, sentence: Span, sector: str = "", with_sellers: bool = False) -> list[_Actor]:
    """The names in a sentence that can own something, of one sector or of any."""
    actors = []
    for mention in page.within(*sentence, "organization", "facility"):
        is_facility = mention.kind == "facility"
        organization = page.lexicons.operators[mention.value] if is_facility else mention.value
        is_meant = not sector or page.lexicons.sectors[organization] == sector
        if is_meant and (with_sellers or organization not in page.lexicons.sellers):
            facility = mention.value if is_facility else None
            actors.append(_Actor(organization, facility, _role(page, mention), mention.start, mention.end))
    return actors


def _role(page: Page, mention: Mention) -> str:
    before = page.within(mention.start - 14, mention.start, "owner", "counterparty", "destination")
    if before and not page.text[before[-1].end : mention.start].strip():
        return before[-1].kind
    return "direct"


def _is_noun(page: Page, anaphor: Mention) -> bool:
    """ "The company", "l'entreprise" stand for a party by themselves; "il" and "its" may as well mean a person."""
    return any(mark in page.text[anaphor.start : anaphor.end] for mark in " '")


def _meant(page: Page, index: int, anaphors: list[Mention], speaker: str | None) -> Iterator[_Actor]:
    """What anaphors stand for: the last actor before each in its sentence, else the topic of the sentences before."""
    for anaphor in anaphors:
        if anaphor.value == _SPEAKER and speaker:
            yield _Actor(speaker, None, "direct", anaphor.start, anaphor.end)
            continue
        sector = "" if anaphor.value == _SPEAKER else anaphor.value
        before = [a for a in _actors(page, page.sentences[index], sector) if a.end <= anaphor.start]
        actor = next((a for a in reversed(before) if a.role == "direct"), before[-1] if before else None)
        actor = actor or _topic(page, index, sector)
        if actor is not None:
            yield actor


def _topic(page: Page, index: int, sector: str = "") -> _Actor | None:
    """What the sentences before are about: the first actor of the nearest one that names any."""
    for sentence in _sentences_back(page, index):
        actors = _actors(page, sentence, sector)
        if actors:
            return next((a for a in actors if a.role == "direct"), actors[0])
    return None


def _sentences_back(page: Page, index: int) -> Iterator[Span]:
    """The sentences before, nearest first. A row of a table or an item of a list follows from what leads into the list,
    however many rows stand between; its neighbours speak of others."""
    is_row = _is_row(page, index)
    index -= 1
    while is_row and index >= 0 and _is_row(page, index):
        index -= 1
    for back in range(index, max(-1, index - _SENTENCES_BACK), -1):
        yield page.sentences[back]


def _is_row(page: Page, index: int) -> bool:
    return _ROW.match(page.text, page.sentences[index].start) is not None


def _facility(page: Page, index: int, actors: list[_Actor], organization: str, quantity: Span) -> str | None:
    """Its facility named last before the quantity in the sentence, else the first behind it in the clause."""
    mine = [a for a in actors if a.facility and a.organization == organization]
    before = [a.facility for a in mine if a.end <= quantity.start]
    clause_end = next(c.end for c in page.clauses(index) if c.end >= quantity.end)
    after = [a.facility for a in mine if quantity.end <= a.start < clause_end]
    return before[-1] if before else next(iter(after), None)
