"""Who a quantity belongs to: the organisation that runs, buys or pays, and the facility that is spoken of.

Here: subjects, possessors and simple coreference ("la société", "il", "this"). Not here: what the number means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from extraction.mentions import Mention, Page
from extraction.text import Span

# Three sentences back, "the company" may mean anyone.
_SENTENCES_BACK = 3
_SPEAKER = "speaker"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who a quantity belongs to.

    found_by   name (in the sentence), anaphor ("the company", "il"), or topic (of the sentences before)
    """

    organization: str
    facility: str | None
    found_by: str


class _Actor(NamedTuple):
    """A name in the text, by the preposition before it.

    role   direct (none), owner ("chez Tesla"), counterparty ("with Oracle", "par Tesla") or destination ("vers X")
    """

    organization: str
    facility: str | None
    role: str
    start: int
    end: int


def find_owner(page: Page, index: int, quantity: Span, speaker: str | None, is_moved: bool = False) -> Owner | None:
    """The owner of a quantity in the sentence with that index; None where the text names nobody.

    is_moved   whether the quantity is a movement of chips: then its destination comes first

    From the quantity's clause backwards: the first actor, "the company", a possessor, a pronoun; then what follows the
    quantity; then the parties behind "with" or "by"; last the topic of the sentences before. A facility speaks for its
    operator. Sellers of chips own nothing.
    """
    actors = _actors(page, page.sentences[index])
    found = (
        (_receiving(actors, quantity) if is_moved else None)
        or next(_preceding(page, index, quantity, actors, speaker), None)
        or _following(page, index, quantity, actors)
    )
    if found is None:
        return None
    actor, found_by = found
    facility = actor.facility or _facility(page, index, actors, actor.organization, quantity)
    return Owner(actor.organization, facility, found_by)


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


def _actors(page: Page, sentence: Span, sector: str = "") -> list[_Actor]:
    """The names in a sentence that can own something, of one sector or of any."""
    actors = []
    for mention in page.within(*sentence, "organization", "facility"):
        is_facility = mention.kind == "facility"
        organization = page.lexicons.operators[mention.value] if is_facility else mention.value
        is_meant = not sector or page.lexicons.sectors[organization] == sector
        if is_meant and organization not in page.lexicons.sellers:
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
    for sentence in reversed(page.sentences[max(0, index - _SENTENCES_BACK) : index]):
        actors = _actors(page, sentence, sector)
        if actors:
            return next((a for a in actors if a.role == "direct"), actors[0])
    return None


def _facility(page: Page, index: int, actors: list[_Actor], organization: str, quantity: Span) -> str | None:
    """Its facility named last before the quantity in the sentence, else the first behind it in the clause."""
    mine = [a for a in actors if a.facility and a.organization == organization]
    before = [a.facility for a in mine if a.end <= quantity.start]
    clause_end = next(c.end for c in page.clauses(index) if c.end >= quantity.end)
    after = [a.facility for a in mine if quantity.end <= a.start < clause_end]
    return before[-1] if before else next(iter(after), None)
