"""What "the company", "il" and "the tenant" stand for, and what the sentences before are about.

Here: from a pronoun or a noun to who was named before. Not here: the names themselves (`actors`), and which anaphor a
quantity belongs to (`owners`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import partial

from extraction.actors import (
    COUNTRY,
    NAMED,
    OPENING_REACH,
    OPENS,
    SENTENCES_BACK,
    Actor,
    actors_in,
    is_example,
    sentences_back,
)
from extraction.mentions import Mention, Page
from extraction.surroundings import COMPARISON
from extraction.text import Span

_SPEAKER = "speaker"
# So many sentences tell what a document is about.
OPENING_SENTENCES = 12
# Who rents and who lets: of two sectors the higher is the customer.
_NEEDS = {"ai_lab": 3, "social": 2, "cloud": 0, "neocloud": -1, "energy": -2}
_RENTS = 0.5
# "The tenant", "the landlord": parties to a lease.
TENANT, _LEASERS, NOBODY = "tenant", frozenset({"tenant", "landlord"}), ""
_LAST = "last"  # "ce dernier", "the latter"
# "These companies" and "the three companies" (group3), for amounts that may be of all.
GROUP, _PAIR, FEWEST = "group", "group2", 2
# "With Adani and Airtel, it starts": of others.
_PARTNERS = frozenset({"counterparty", "ranked", "backer"})
_SECTORS_MEANT = frozenset({"ai_lab", "social", "cloud", "neocloud", "chips", "automotive", "telecom", "electronics"})
_FIRST = re.compile(r"\w")
_SUBJECTS = frozenset({"it", "they", "il", "elle", "ils", "elles", "er", "sie", "es"})


def is_only_one(page: Page, index: int, title: Page | None, organization: str) -> bool:
    """Whether nobody else is spoken of, in the title, in what the text begins with and around a sentence."""
    near = page.sentences[max(0, index - OPENING_SENTENCES) : index + SENTENCES_BACK]
    actors = [a for s in (*page.sentences[:OPENING_SENTENCES], *near) for a in actors_in(page, s)]
    actors += actors_in(title, Span(0, len(title.text))) if title else []
    return {a.organization for a in actors} == {organization} and any(a.role == "direct" for a in actors)


def need_of(page: Page, actor: Actor) -> float:
    """How likely somebody is to use computing power rather than to let it."""
    rents = _RENTS if actor.organization in page.lexicons.renters else 0
    return _NEEDS.get(page.lexicons.sectors.get(actor.organization, ""), 1) + rents


def is_noun(page: Page, anaphor: Mention) -> bool:
    """ "The company", "l'entreprise" and who leads a firm stand for a party by themselves; "il" and "its" may as well
    mean a person."""
    is_leader = anaphor.value in page.lexicons.sectors
    return is_leader or any(mark in page.text[anaphor.start : anaphor.end] for mark in " '")


def is_subject_pronoun(page: Page, pronoun: Mention) -> bool:
    """ "It", where "its" is none."""
    return page.folded[pronoun.start : pronoun.end] in _SUBJECTS


def is_speaking(page: Page, pronoun: Mention) -> bool:
    """ "Il croit", "he says": a person, whose words these are."""
    return any(m.kind == "reporting" or m.value == "estimated" for m in page.at(pronoun.end + 1))


def who_is_meant(
    page: Page, index: int, anaphors: list[Mention], speaker: str | None, title: Page | None = None
) -> Iterator[Actor]:
    """What anaphors stand for: the last actor before each in its sentence, else the topic of the sentences before, else
    whom the title names."""
    for anaphor in anaphors:
        leads = anaphor.value if anaphor.value in page.lexicons.sectors else None
        named = speaker if anaphor.value == _SPEAKER else leads
        if named:
            yield Actor(named, None, "direct", anaphor.start, anaphor.end)
            continue
        if anaphor.value.startswith(GROUP) and anaphor.value != _PAIR:
            yield Actor(NOBODY, None, "direct", anaphor.start, anaphor.end)  # "the five hyperscalers", whoever they are
            continue
        if anaphor.value == _LAST:
            spans = (Span(page.sentences[index].start, anaphor.start), *sentences_back(page, index))
            yield from ([a for span in spans for a in actors_in(page, span)[-1:]][:1])
            continue
        if anaphor.value == COUNTRY and (country := _country(page, index, anaphor)):
            yield country
            continue
        if anaphor.value in _LEASERS:
            yield from who_leases(page, index, anaphor, speaker)
            continue
        if noun := _noun_before(page, index, anaphor):
            yield from who_is_meant(page, index, [noun], speaker, title)
            continue
        is_any = anaphor.value in (_SPEAKER, _PAIR)
        sector = "" if is_any else anaphor.value
        before = [a for a in actors_in(page, page.sentences[index], sector) if a.end <= anaphor.start]
        before = [a for a in before if a.role not in _PARTNERS] or (before if sector else [])
        opening = page.text[max(page.sentences[index].start, anaphor.start - OPENING_REACH) : anaphor.start]
        if sector == COUNTRY and OPENS.search(opening) and not before and not topic_before(page, index, sector):
            yield Actor(NOBODY, None, "direct", anaphor.start, anaphor.end)  # "the government", of whatever country
        before = [a for a in before if not is_example(page, a)] or before
        actor = next((a for a in reversed(before) if a.role == "direct"), before[-1] if before else None)
        actor = actor or topic_before(page, index, sector) or (who_is_titled(title) if sector == "" else None)
        if anaphor.value == _SPEAKER and actor and actor.role not in NAMED:
            continue  # "'We expect …'", after a sentence on deals with others
        if actor is not None:
            yield actor


def _noun_before(page: Page, index: int, anaphor: Mention) -> Mention | None:
    """The noun that a pronoun goes on with: "the chipmaker wants 2.5 GW, where it had wanted 1 GW"."""
    if is_noun(page, anaphor) or anaphor.value:
        return None
    start = page.sentences[index].start
    nouns = [m for m in page.within(start, anaphor.start, "anaphor") if is_noun(page, m) and m.value in _SECTORS_MEANT]
    if not nouns or any(a.start > nouns[-1].end for a in actors_in(page, Span(start, anaphor.start))):
        return None
    return nouns[-1]


def _country(page: Page, index: int, anaphor: Mention) -> Actor | None:
    """The country that was spoken of last, even where it only said where: "in South Korea. The state will get"."""
    for span in (Span(page.sentences[index].start, anaphor.start), *sentences_back(page, index)):
        for mention in reversed(page.within(*span, "organization")):
            if page.lexicons.sectors.get(mention.value) == COUNTRY:
                return Actor(mention.value, None, "direct", mention.start, mention.end)
    return None


def who_leases(page: Page, index: int, anaphor: Mention, speaker: str | None) -> Iterator[Actor]:
    """The tenant or the landlord, of the parties named so far: who needs the capacity most, who least; the one who says
    "we" is the landlord. Nobody by name where one of them is left unnamed."""
    spans = [*sentences_back(page, index), Span(page.sentences[index].start, anaphor.start)]
    parties = {a.organization: a for span in spans for a in actors_in(page, span) if a.organization != speaker}
    if speaker:
        parties[speaker] = Actor(speaker, None, "direct", anaphor.start, anaphor.end)
    least, most = (select(parties.values(), key=partial(need_of, page), default=None) for select in (min, max))
    if least and most and need_of(page, least) < need_of(page, most):
        yield most if anaphor.value == TENANT else least
    else:
        yield Actor(NOBODY, None, "direct", anaphor.start, anaphor.end)


def who_is_titled(title: Page | None) -> Actor | None:
    """The first that the title names as who acts, else the first at all."""
    named = actors_in(title, Span(0, len(title.text))) if title else []
    return next((a for a in named if a.role == "direct"), next(iter(named), None))


def topic_before(
    page: Page,
    index: int,
    sector: str = "",
    title: Page | None = None,
    besides: Set[str] = frozenset(),
    is_any: bool = False,
) -> Actor | None:
    """What the sentences before are about: the first actor of the nearest one that names any; whom the title names
    comes first.

    besides   the partners of whom is meant, as the sentence names them
    is_any    whether sentences count, too, that only name others beside "the company" that they are about
    """
    titled = {a.organization for a in actors_in(title, Span(0, len(title.text)))} if title else set()
    parties: list[Actor] = []
    first: Actor | None = None
    back = [s for s in sentences_back(page, index) if not COMPARISON.match(page.text, s.start)]
    # a sentence about "the company" is about whom those before it name, and names others
    nearer = [] if is_any else [s for s in back if not _goes_on_about(page, s)]
    for sentence in nearer or back:
        actors = [a for a in actors_in(page, sentence, sector) if a.organization not in besides]
        named = [a for a in actors if a.role in NAMED]
        first = first or next(iter(named), None)
        meant = next((a for a in named if a.organization in titled), None if titled else first)
        if meant:
            return meant
        parties += actors
    return first or next((a for a in parties if not titled or a.organization in titled), None)


def _goes_on_about(page: Page, sentence: Span) -> bool:
    """Whether a sentence begins with "the company" or "it", but for a word or two before a comma."""
    first = _FIRST.search(page.text, *sentence)
    if first is None:
        return False
    places = [first.start()]
    comma = page.text.find(", ", first.start(), min(first.start() + OPENING_REACH, sentence.end))
    if comma != -1 and not any(a.start < comma for a in actors_in(page, sentence)):
        places.append(comma + len(", "))
    return any(_is_party(page, mention) for place in places for mention in page.at(place))


def _is_party(page: Page, mention: Mention) -> bool:
    """Whether a mention stands for a single party of which others speak."""
    if mention.kind != "anaphor" or mention.value == _SPEAKER or mention.value.startswith(GROUP):
        return False
    return is_noun(page, mention) or (is_subject_pronoun(page, mention) and not is_speaking(page, mention))
