"""Several names and several numbers: who has as much as another, who has it together, and whose is held against whose.

Here: "each", "respectively", "these companies", comparisons and lists. Not here: a number of one name (`owners`).
"""

from __future__ import annotations

import re
from itertools import pairwise

from extraction.actors import COUNTRY, LIST, PARTY_REACH, Actor, actors_in, sentences_back
from extraction.anaphors import FEWEST, GROUP
from extraction.mentions import Page
from extraction.text import Span

EACH_REACH = 30
_MANY = 3
_RESPECTIVELY = re.compile(r"(?<!\w)(?:respective(?:ly|ment)|respectivamente|rispettivamente|beziehungsweise|bzw\.)")
# "Gegenüber 185 Milliarden bei Alphabet", "ahead of Meta with 224,000", "$34 billion at Amazon and $19 billion at Meta"
_OF_ITS_OWN = re.compile(
    r"(?: [^\W\d_]+)? (?:at|of|by|for|chez|pour|de|par|bei|von|für|para|por|di|per|da|presso) (?:(?:the|la|le|el) )?"
    r"|(?: [^\W\d_]+)? d'"
)
_WITH = re.compile(
    r",? (?:with|mit|avec|con|à|a|at|on|auf) (?:(?:about|some|up to|environ|près de|etwa|rund|unos|circa) )?"
)
# "…, with Microsoft somewhere between 750,000 and 900,000", "mit Meta bei 135"
_STANDS_AT = re.compile(
    r" (?:somewhere |at |on |around |close to |near |à |bei |auf |en |a |con |holding |planning )"
    r"(?:(?:about|some|up to|between|environ|près de|etwa|rund|unos|circa) )?"
)
# "…, tous crédités de 50 000", "Google and Oracle were all given 50,000".
_ALL = re.compile(
    r",? (?:(?:were|are|have|had|sont|ont|wurden|haben|son|han|sono|hanno) )?"
    r"(?:tous|toutes|all|alle|todos|todas|tutti|tutte)"
    r"(?: [^\W\d_']+){0,3} (?:d')?"
)
# "35,000 each to G42 and to Humain", "1.5 million each at Google and Meta".
_TO = (
    r" (?:to|at|for|by|from|à|chez|pour|par|für|bei|an|von|para|en|a|per|da) (?:(?:the|la|le|el|il|die|der|den) )?"
    r"(?:[^\W\d_]+(?: [^\W\d_]+)?'s )?"
)
_EACH_TO, _AND_TO = re.compile(_TO), re.compile(rf"(?:,| and| et| und| y| e|, and)(?:{_TO}| )")
_WITH_IT = re.compile(r"(?<!\w)(?:with|mit|avec|con) (?:(?:about|some|up to|environ|près de|etwa|rund|unos|circa) )?$")
_RANKED_REACH = 22
_IN_BRACKETS = re.compile(r" ?\([^()\d]*\)")


def is_told_of_many(page: Page, actor: Actor, quantity: Span) -> bool:
    """ "El Gobierno chileno calcula que la industria atraerá 2.500 millones": a country tells what others do."""
    is_country = page.lexicons.sectors.get(actor.organization) == COUNTRY
    reported = page.within(actor.end, quantity.start, "reporting", "status") if is_country else []
    return bool(reported) and bool(page.within(reported[0].end, quantity.start, "industry", "firms"))


def is_of_many(page: Page, index: int, quantity: Span) -> bool:
    """Whether firms without a name are the subject: "All told, tech companies will spend", not "sells to companies"."""
    start = page.sentences[index].start
    for firms in page.within(start, quantity.start, "firms"):
        words = page.folded[max(start, firms.start - PARTY_REACH) : firms.start]
        before = words[max(words.rfind(mark) for mark in ",;:.") + 1 :].split()[-_MANY:]
        if page.lexicons.placing.isdisjoint(before):
            return True
    return False


def each_span(page: Page, index: int, quantity: Span) -> Span:
    """Where "chacun" or "each" would stand."""
    return Span(clause_of(page, index, quantity).start, min(quantity.end + EACH_REACH, page.sentences[index].end))


def who_share(page: Page, index: int, actors: list[Actor], quantity: Span, is_total: bool) -> list[Actor]:
    """ "ByteDance et Tencent auraient commandé chacun 230 000 puces": as much for each of the names before it.

    is_total   whether three names or more have the amount together though nothing says so: "Amazon, Alphabet, Meta et
               Microsoft prévoient d'engager 725 milliards"
    """
    if behind := _shared_behind(page, actors, quantity, each_span(page, index, quantity)):
        return behind
    before = [a for a in actors if a.end <= quantity.start]
    if len(before) > 1 and _is_of_all(page, before[-1], quantity):
        return _listed_to(page, before)
    before = [a for a in before if a.role in ("direct", "owner")]
    if len(before) < 2 or len({a.role for a in before}) > 1:
        return []
    is_said = bool(page.within(*each_span(page, index, quantity), "each", "jointly", "per_unit"))
    if not is_said and not is_total:
        return []
    sharing = _listed_to(page, before)
    return sharing if len(sharing) >= (2 if is_said else _MANY) else []


def _listed_to(page: Page, actors: list[Actor]) -> list[Actor]:
    """Those of the list that ends with the last actor, each organisation once."""
    named: list[Actor] = []
    for actor in reversed(actors):
        is_same = bool(named) and named[-1].organization == actor.organization  # "TikTok-owner ByteDance"
        if named and not is_same and not LIST.fullmatch(_IN_BRACKETS.sub("", page.text[actor.end : named[-1].start])):
            break
        named.append(actor)
    return list({a.organization: a for a in reversed(named)}.values())


def _is_of_all(page: Page, last: Actor, quantity: Span) -> bool:
    hedges = page.within(last.end, quantity.start, "qualifier")[-1:]
    end = hedges[0].start if hedges and quantity.start - hedges[0].end <= 1 else quantity.start
    return _ALL.fullmatch(page.text, last.end, end) is not None


def is_for_each(page: Page, index: int, actors: list[Actor], quantity: Span) -> bool:
    """Whether an amount is that of each of several names, not of all of them together."""
    if page.within(*each_span(page, index, quantity), "each", "per_unit"):
        return True
    before = [a for a in actors if a.end <= quantity.start]
    return bool(before) and _is_of_all(page, before[-1], quantity)


def _shared_behind(page: Page, actors: list[Actor], quantity: Span, span: Span) -> list[Actor]:
    """ "35,000 chips each to G42 and to Humain": as much for each of the names behind it."""
    each = page.within(quantity.end, span.end, "each")[:1]
    behind = [a for a in actors if each and each[0].end <= a.start]
    behind = [a for a in behind if page.lexicons.sectors.get(a.organization) != COUNTRY]
    if len(behind) < 2 or not _EACH_TO.fullmatch(page.text, each[0].end, behind[0].start):
        return []
    named = behind[:1]
    for actor in behind[1:]:
        between = page.text[named[-1].end : actor.start]
        if not (LIST.fullmatch(between) or _AND_TO.fullmatch(between)):
            break
        named.append(actor)
    return named if len(named) > 1 else []


def group_meant(page: Page, index: int, actors: list[Actor], quantity: Span) -> list[str]:
    """The firms of "these companies" and "the three companies": those of the nearest sentence that names so many. Of a
    contract one of them is the customer."""
    groups = [
        m for m in page.within(page.sentences[index].start, quantity.start, "anaphor") if m.value.startswith(GROUP)
    ]
    if not groups or page.within(*page.sentences[index], "contract"):
        return []
    said, count = groups[-1], groups[-1].value.removeprefix(GROUP)
    if any(said.end <= a.start < quantity.start for a in actors):
        return []
    for sentence in (Span(page.sentences[index].start, said.start), *sentences_back(page, index)):
        parties = (a for a in actors_in(page, sentence) if a.role != "ranked")
        named = sorted({a.organization for a in parties if page.lexicons.sectors.get(a.organization) != COUNTRY})
        if len(named) >= FEWEST:
            return named if count in ("", str(len(named))) else []
    return []


def who_respectively(page: Page, index: int, actors: list[Actor], quantity: Span, place: int) -> Actor | None:
    """ "Alphabet and Meta raised it to $91 billion and $70 billion respectively": to each name its number."""
    if len(actors) < 2 or not _RESPECTIVELY.search(page.text, *page.sentences[index]):
        return None
    before = [a for a in actors if a.end <= quantity.start]
    named = [a for a in before if a.role == "direct"] or before or actors
    for first, actor in enumerate(named):
        listed = [actor]
        for other in named[first + 1 :]:
            if LIST.fullmatch(page.text, listed[-1].end, other.start):
                listed.append(other)
        if place < len(listed) > 1:
            return listed[place]
    return None


def clause_of(page: Page, index: int, quantity: Span) -> Span:
    """The clause in which a quantity begins, and the quantity to its end."""
    clause = next(c for c in page.clauses(index) if c.start <= quantity.start < c.end)
    return Span(clause.start, max(clause.end, quantity.end))


def who_is_ranked(page: Page, index: int, actors: list[Actor], quantity: Span, since: int) -> tuple[Actor, str] | None:
    """Whose number is held against another's: "ahead of Meta with 224,000", "against $185 billion at Alphabet"."""
    if page.within(*each_span(page, index, quantity), "each"):
        return None
    with_it = _WITH_IT.search(page.text, max(since, quantity.start - _RANKED_REACH), quantity.start)
    if with_it and since > page.sentences[index].start:  # "twice what Meta got, its second customer with 224,000"
        named = [a for a in actors if since <= a.start and a.end <= with_it.start() and a.role != "backer"]
        if named:
            return named[-1], "name"
    for actor in actors:
        if actor.role == "ranked" and _WITH.fullmatch(page.text, actor.end, quantity.start):
            return actor, "name"
        is_later = actor.role == "counterparty" and actor.start >= since > page.sentences[index].start
        if is_later and _STANDS_AT.fullmatch(page.text, actor.end, quantity.start):
            return actor, "name"
        opening = max(since, quantity.start - _RANKED_REACH)
        is_against = actor.start > quantity.end and page.within(opening, quantity.start, "ranked", "joining")
        if is_against and _OF_ITS_OWN.fullmatch(page.text, quantity.end, actor.start):
            return actor, "name"
    return None


def joint_row(page: Page, actors: list[Actor], quantity: Span) -> str | None:
    """ "| Tesla + xAI | 200,000 |": a row for several together."""
    named = [a for a in actors if a.end <= quantity.start]
    pluses = [page.text[first.end : second.start].strip() for first, second in pairwise(named)]
    is_joint = bool(pluses) and all(plus == "+" for plus in pluses)
    return " + ".join(sorted(a.organization for a in named)) if is_joint else None


def who_goes_on(
    page: Page, actors: list[Actor], quantity: Span, since: int, before: str | None
) -> tuple[Actor, str] | None:
    """The owner of the quantity before this one in the sentence, where nobody else is spoken of since."""
    if before is None or " + " in before:
        return None
    if any(since <= a.start and a.end <= quantity.start for a in actors) or page.within(
        since, quantity.start, "anaphor"
    ):
        return None
    return Actor(before, None, "direct", quantity.start, quantity.start), "name"
