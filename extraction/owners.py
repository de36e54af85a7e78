"""Who a quantity belongs to: the organisation that runs, buys or pays, and the facility that is spoken of.

Here: the order in which a sentence, those before it and the document are asked. Not here: the names (`actors`), what
stands for one (`anaphors`), several at once (`together`), deals (`parties`), and what the number means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from extraction.actors import COUNTRY, NAMED, OPENING_REACH, Actor, actors_in, is_for
from extraction.anaphors import (
    NOBODY,
    OPENING_SENTENCES,
    is_noun,
    is_speaking,
    is_subject_pronoun,
    need_of,
    topic_before,
    who_is_meant,
    who_is_titled,
)
from extraction.mentions import Page
from extraction.parties import (
    BESIDE_REACH,
    HOSTS,
    customer_of,
    is_bought,
    seller_as_subject,
    who_is_served,
    who_receives,
    who_sells,
)
from extraction.status import HOUSE
from extraction.strangers import has_other_names
from extraction.text import Span
from extraction.together import (
    EACH_REACH,
    clause_of,
    each_span,
    group_meant,
    is_for_each,
    is_of_many,
    is_told_of_many,
    joint_row,
    who_goes_on,
    who_is_ranked,
    who_respectively,
    who_share,
)

# Who is found so stands outside the sentence, or where others may be meant as well.
_FAR = frozenset({"topic", "title"})
_GUESSES = _FAR | {"behind", "party"}
_BESIDE = re.compile(
    r"(?:: |, (?:the|le|la|its|der|die|das|il|el) )(?:(?:about|some|up to|environ|près de|etwa|rund) )?"
)
_TELLERS = re.compile(
    r"(?<!\w)(?:Branchenverband|Verband|trade (?:body|association)|federation|fédération|asociación|patronal"
    r"|associazione|Osservatorio|observatoire|observatorio)(?!\w)",
    re.IGNORECASE,
)
_AT = re.compile(r"(?: [^\W\d_]+)? (?:chez|bei|presso) ")
_LISTED = re.compile(r"(?:[,;:(]| and| et| und| y| e| sowie) $")
_PART = re.compile(
    r"(?<!\w)(?:phases?|buildings?|halls?|tranches?|first|bâtiments?|premi(?:er|ère)s?|Bauabschnitt|Gebäude|ersten?|fases?|edificios?"
    r"|primer[ao]?|prim[ao])(?!\w)",
    re.IGNORECASE,
)
_CONTRACTED = frozenset({"ai_spend", "power_mw", "accelerator_count"})
# What a seller of chips may have too: a site, and the money for it.
_OWN = frozenset({"ai_spend", "power_mw"})
_SOLD = frozenset({"accelerator_flow", "accelerator_count"})
_MONEY = frozenset({"capex", "ai_spend"})
_COORDINATED = re.compile(r",? ?(?:and|et|und|y|e) [^\W\d_]")
# "An investment of a billion by a technology giant": somebody who isn't named.
_BY_SOMEBODY = re.compile(
    r" (?:by|from|par|de la part d'|da parte di|por parte de|de parte de|durch|von) ?"
    r"(?:an?|une?|uno|una|un'|eine[nmrs]?|unnamed|undisclosed|several|plusieurs|varios|diversi|mehrere[nr]?)(?!\w)"
)
_THAT = re.compile(r"(?<!\w)(?:that |que |qu'|dass |che )(?:(?:the|la|le|les|der|die|das|il|el) |l')?$")
_POSSESSED = 8
_SHARED = frozenset({"ai_spend", "capex", "accelerator_flow", "accelerator_count"})
_BRACKETED = re.compile(r"(?<![^\W\d_])[A-ZÀ-Þ][\w.&-]+ \((?:[^\W\d_]+ )?$")
# What a clause begins with that explains a name; a conjunction goes on about another.
_ASIDE = re.compile(r" ?(?!(?:and|et|und|y|e|but|mais|aber|pero|ma|while|tandis|während|mientras|mentre) )[a-zà-ÿ]")
_BORDER = re.compile(r" ?[,(-] ?")
_RELATIVE = re.compile(r"[, ]*(?:which|who|qui|che|que|die|der|das) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who a quantity belongs to.

    found_by   name (before the quantity), behind (it), party ("with Oracle"), anaphor ("the company", "il"), topic (of
               the sentences before), title
    """

    organization: str
    facility: str | None
    found_by: str


class Heard(NamedTuple):
    """What the document tells about its parties outside the sentence.

    speaker   who says "we"
    title     the document's title
    carried   organisation of the earlier number that this one carries on ("the third quarter cost $24 billion")
    listed    organisation of the number before this one in its sentence
    place     how many numbers stand before it in its sentence
    """

    speaker: str | None = None
    title: Page | None = None
    carried: str | None = None
    listed: str | None = None
    place: int = 0


def find_owners(page: Page, index: int, quantity: Span, between: Span, metric: str, heard: Heard) -> list[Owner]:
    """The owner of a quantity in a sentence; several where each has as much; none where nobody is named.

    between   from the end of the quantity before it to the start of the one after it, for "Amazon took 196,000 and
              Google 169,000"

    From the quantity's clause backwards: the first actor, "the company", a possessor, a pronoun; then what follows the
    quantity; then the parties behind "with" or "by"; then the topic of the sentences before, the owner of the number
    that this one carries on, and the document's title. A facility speaks for its operator. Sellers of chips own
    nothing, but have a capex of their own, and what they ship to nobody in particular is theirs. Chips sent "to Tesla"
    are Tesla's.
    """
    sentence = page.sentences[index]
    everyone = actors_in(page, sentence, with_sellers=metric == "capex")
    actors = _spenders(page, everyone, quantity) if metric == "capex" else everyone
    if several := _of_several(page, index, actors, quantity, metric, heard.place):
        return several
    if _is_of_unknown(page, sentence, quantity):
        return []
    is_first = not any(a.end <= quantity.start for a in actors)
    if heard.carried and is_first and page.within(sentence.start, quantity.start, "figure"):
        return [Owner(heard.carried, None, "topic")]
    found = _best(page, index, quantity, between, metric, heard, everyone, actors)
    if found and found[1] == "topic" and heard.speaker:  # who speaks of nobody by name speaks of himself
        found = Actor(heard.speaker, None, "direct", quantity.start, quantity.start), "anaphor"
    if found is None or _is_nobodys(page, index, quantity, metric, found):
        return []
    is_host = page.lexicons.sectors.get(found[0].organization) in HOSTS
    if heard.carried and is_host and metric == "power_mw" and _is_let_part(page, index, quantity, found, heard.carried):
        return [Owner(heard.carried, None, found[1])]
    is_let = metric == "accelerator_flow" and is_host and not is_bought(page, actors, quantity)
    is_used = metric in _CONTRACTED or (is_let and bool(page.within(*sentence, "contract")))
    actor, found_by = customer_of(page, index, quantity, actors, found, metric, heard.speaker) if is_used else found
    named = actor.facility if actor.end <= quantity.start else None
    facility = named or _facility(page, index, actors, actor.organization, quantity) or actor.facility
    return [Owner(actor.organization, facility, found_by)]


def _spenders(page: Page, actors: list[Actor], quantity: Span) -> list[Actor]:
    """Who may have a capital expenditure: a seller of chips only if it is the subject, and nobody for whom it is."""
    sellers = page.lexicons.sellers
    return [
        a
        for a in actors
        if (a.organization not in sellers or (a.role == "direct" and a.end <= quantity.start))
        and not (a.start >= quantity.end and is_for(page, a))
    ]


def _of_several(page: Page, index: int, actors: list[Actor], quantity: Span, metric: str, place: int) -> list[Owner]:
    """The owners where a sentence sets several names beside several numbers, or beside one; none where it doesn't."""
    if one := who_respectively(page, index, actors, quantity, place):
        return [Owner(one.organization, one.facility, "name")]
    if shared := who_share(page, index, actors, quantity, is_total=metric in _SHARED):
        is_joint = not is_for_each(page, index, actors, quantity)
        if is_joint or page.within(*clause_of(page, index, quantity), "jointly"):
            return [Owner(" + ".join(sorted(actor.organization for actor in shared)), None, "name")]
        return [Owner(actor.organization, actor.facility, "name") for actor in shared]
    if metric in _SHARED and (group := group_meant(page, index, actors, quantity)):
        if page.within(*each_span(page, index, quantity), "each", "per_unit"):
            return [Owner(organization, None, "anaphor") for organization in group]
        return [Owner(" + ".join(group), None, "anaphor")]
    if page.heading(quantity.start) and (joint := joint_row(page, actors, quantity)):
        return [Owner(joint, None, "name")]
    return []


def _is_of_unknown(page: Page, sentence: Span, quantity: Span) -> bool:
    """ "Flux ($37M)": whoever that is."""
    bracketed = _BRACKETED.search(page.text, max(sentence.start, quantity.start - BESIDE_REACH), quantity.start)
    return bracketed is not None and not page.at(bracketed.start())


def _best(
    page: Page,
    index: int,
    quantity: Span,
    between: Span,
    metric: str,
    heard: Heard,
    everyone: list[Actor],
    actors: list[Actor],
) -> tuple[Actor, str] | None:
    """The one that a quantity belongs to, and how it was found: the first of these rules that finds anybody.

    everyone   the actors of the sentence, `actors` those of them who may own such a quantity
    """
    is_money = metric in _MONEY
    return (
        (who_receives(page, actors, quantity, between.end) if metric in _SOLD else None)
        or who_is_served(page, actors, quantity, is_money=is_money)
        or _of_row(page, actors, quantity)
        or _beside(page, actors, quantity, is_money=is_money)
        or who_is_ranked(page, index, everyone, quantity, between.start)
        or _between(page, index, quantity, actors, between.start)
        or who_goes_on(page, actors, quantity, between.start, heard.listed)
        or (who_sells(page, index, quantity, actors) if metric in _SOLD else None)
        or next(_preceding(page, index, quantity, actors, heard), None)
        or _following(page, index, quantity, actors, heard.title, is_paid=metric == "ai_spend")
        or _of_document(page, heard)
        or ((last := topic_before(page, index, is_any=True)) and (last, "topic"))
        or (seller_as_subject(page, index, quantity) if metric in _OWN else None)
    )


def _is_nobodys(page: Page, index: int, quantity: Span, metric: str, found: tuple[Actor, str]) -> bool:
    """Whether a quantity is that of firms without a name or of everybody, though somebody is spoken of."""
    (actor, found_by), sentence = found, page.sentences[index]
    if actor.organization == NOBODY or is_told_of_many(page, actor, quantity):
        return True
    if found_by not in _GUESSES:
        return False
    end = quantity.end + 2 * EACH_REACH if metric in _MONEY else quantity.start
    if page.within(sentence.start, end, "industry"):
        return True  # "Hyperscalers are to spend $800 billion"
    if _BY_SOMEBODY.match(page.text, quantity.end) or is_of_many(page, index, quantity):
        return True
    if found_by not in _FAR:
        return False
    if _is_told_by_another(page, Span(sentence.start, quantity.start)):
        return True  # "Bitkom, an association, expects investments of 12 billion euros": those of everybody
    sector = page.lexicons.sectors.get(actor.organization, "" if " + " in actor.organization else COUNTRY)
    # a country, or a name that the vocabulary lacks, goes on as the topic only where no other begins
    return sector == COUNTRY and has_other_names(page, sentence)


def _is_let_part(page: Page, index: int, quantity: Span, found: tuple[Actor, str], tenant: str) -> bool:
    """ "The first building, 100 MW, is on schedule": a part of what the host has let to the tenant just before."""
    host, found_by = found
    if found_by not in _FAR or not _PART.search(page.text, page.sentences[index].start, quantity.end):
        return False
    return need_of(page, Actor(tenant, None, "direct", quantity.start, quantity.start)) > need_of(page, host)


def _is_told_by_another(page: Page, span: Span) -> bool:
    """Whether a federation or a house of analysts has the word."""
    is_house = any(m.value == HOUSE for m in page.within(*span, "status"))
    return is_house or _TELLERS.search(page.text, *span) is not None


def _of_document(page: Page, heard: Heard) -> tuple[Actor, str] | None:
    """Who the document is about, where the sentence and those before it name nobody: the title's name, the speaker."""
    if heard.carried:
        return Actor(heard.carried, None, "direct", 0, 0), "topic"
    if titled := who_is_titled(heard.title):
        return titled, "title"
    if heard.speaker:
        return Actor(heard.speaker, None, "direct", 0, 0), "title"
    opening = (a for s in page.sentences[:OPENING_SENTENCES] for a in actors_in(page, s) if a.role == "direct")
    first = next(opening, None)
    if first is None or any(actor.organization != first.organization for actor in opening):
        return None
    return first, "title"  # the only one that the text has begun with


def _beside(page: Page, actors: list[Actor], quantity: Span, *, is_money: bool) -> tuple[Actor, str] | None:
    """Who stands right before a number: "and Google 169 000", "Stargate, the $500 billion project"."""
    for actor in actors:
        reach = max(0, actor.start - BESIDE_REACH)
        if not is_money and _AT.fullmatch(page.text, quantity.end, actor.start):
            return actor, "name"  # "120 000 GPU, dont 60 000 chez Nscale"
        is_near = 0 <= quantity.start - actor.end <= BESIDE_REACH
        if is_near and _BESIDE.fullmatch(page.text, actor.end, quantity.start):
            return actor, "name"
        if is_near and _LISTED.search(page.text, reach, actor.start) and quantity.start == actor.end + 1:
            return actor, "name"  # "Microsoft takes 5 GW, Meta 2.4 GW"
        if actor.facility and actor.start == quantity.end + 1 and page.text[quantity.end] == " ":
            return actor, "name"  # "the upcoming $500 million Dojo supercomputer"
    return None


def _between(page: Page, index: int, quantity: Span, actors: list[Actor], since: int) -> tuple[Actor, str] | None:
    """The subject that follows the quantity before this one: "Amazon en a pris 196 000 et Google 169 000"."""
    if since <= page.sentences[index].start:
        return None
    here = [a for a in actors if since <= a.start and a.end <= quantity.start and a.role == "direct"]
    joined = [a for a in here if page.within(since, a.start, "joining")]
    return (joined[0], "name") if joined else None


def _of_row(page: Page, actors: list[Actor], quantity: Span) -> tuple[Actor, str] | None:
    """Whom a row of a table is about: its first name; a country in it says where."""
    if not page.heading(quantity.start):
        return None
    named = [a for a in actors if a.end <= quantity.start]
    firms = [a for a in named if page.lexicons.sectors.get(a.organization) != COUNTRY]
    return next(((a, "name") for a in (*firms, *named)), None)


def _preceding(
    page: Page, index: int, quantity: Span, actors: list[Actor], heard: Heard
) -> Iterator[tuple[Actor, str]]:
    """The actors that stand before a quantity, best first."""
    for clause in reversed([c for c in page.clauses(index) if c.start <= quantity.start]):
        end = min(clause.end, quantity.start)
        if end < quantity.start and page.opens_with(clause, "aside"):
            continue  # ", led by OpenAI and SoftBank, " says who stands behind the subject
        here = [actor for actor in actors if clause.start <= actor.start and actor.end <= end]
        if _RELATIVE.match(page.text, clause.start):  # "OpenAI, which will pay Oracle": who stands before the comma
            yield from ((actor, "name") for actor in actors if 0 <= clause.start - actor.end <= 1)
        elif clause.end <= quantity.start and _ASIDE.match(page.text, clause.start):
            explained = [actor for actor in actors if _is_explained(page, actor, clause)]
            yield from ((actor, "name") for actor in explained if actor.role == "direct")
            if explained:
                continue
        direct = [actor for actor in here if actor.role == "direct"]
        if not here and _COORDINATED.match(page.text, *clause):  # "X's project unites A, B, C, and will spend …"
            listed = [actor for actor in actors if actor.end <= clause.start and actor.role in NAMED]
            yield from ((listed[0], "name") for last in listed[-1:] if clause.start - last.end <= 1)
        yield from ((actor, "name") for actor in direct if not _reports(page, actor, direct))
        anaphors = page.within(clause.start, end, "anaphor")
        possessed = {m.end for m in anaphors for a in here if a.role == "owner" and 0 < a.start - m.end <= _POSSESSED}
        anaphors = [anaphor for anaphor in anaphors if anaphor.end not in possessed]  # "the campus of Data4"
        nouns = [anaphor for anaphor in anaphors if is_noun(page, anaphor)]
        pronouns = [anaphor for anaphor in anaphors if anaphor not in nouns and not is_speaking(page, anaphor)]
        yield from ((actor, "anaphor") for actor in who_is_meant(page, index, nouns, heard.speaker, heard.title))
        owners = [actor for actor in reversed(here) if actor.role == "owner"]
        subjects = [p for p in pronouns if owners and p.end <= owners[-1].start and is_subject_pronoun(page, p)]
        yield from ((actor, "anaphor") for actor in who_is_meant(page, index, subjects, heard.speaker, heard.title))
        yield from ((actor, "name") for actor in owners)
        yield from ((actor, "anaphor") for actor in who_is_meant(page, index, pronouns, heard.speaker, heard.title))


def _is_explained(page: Page, actor: Actor, clause: Span) -> bool:
    """Whether a clause only says something of who stands before its comma: "G42, in which Microsoft has a stake,"."""
    return actor.end <= clause.start and _BORDER.fullmatch(page.text, actor.end, clause.start) is not None


def _reports(page: Page, actor: Actor, direct: list[Actor]) -> bool:
    """ "IREN announced that Microsoft will pay", "Microsoft said OpenAI had": who says it isn't who does it."""
    for other in direct:
        told = page.within(actor.end, other.start, "reporting") if other.start > actor.end else []
        if told and (
            told[-1].end == other.start - 1
            or _THAT.search(page.text, max(actor.end, other.start - OPENING_REACH), other.start)
        ):
            return True
    return False


def _following(
    page: Page, index: int, quantity: Span, actors: list[Actor], title: Page | None, *, is_paid: bool
) -> tuple[Actor, str] | None:
    """Where nobody stands before a quantity: who follows it, then the parties, then the topic so far.

    is_paid   whether it is money, which who receives it doesn't spend: "250 milliards promis à Microsoft"
    """
    after = [actor for actor in actors if actor.start >= quantity.end]
    parties = [actor for actor in reversed(actors) if actor.end <= quantity.start]
    for actor in after:
        is_apart = ";" in page.text[quantity.end : actor.start]
        is_country = page.lexicons.sectors.get(actor.organization) == COUNTRY
        if actor.role in ("direct", "owner") and not is_apart and not is_country:
            return actor, "behind"
    anaphors = page.within(quantity.end, page.sentences[index].end, "anaphor")
    for actor in who_is_meant(page, index, [anaphor for anaphor in anaphors if is_noun(page, anaphor)], None):
        return actor, "anaphor"
    roles = ("agent", "serving") if is_paid else ("agent", "destination", "recipient", "serving")
    agents = [actor for actor in (*parties, *after) if actor.role in roles]
    if agents:
        return agents[0], "party"
    partners = {actor.organization for actor in actors if actor.role in ("counterparty", "recipient")}
    topic = topic_before(page, index, title=title, besides=partners)
    if topic:  # "Con Oracle habría firmado": the one who signed was named before
        return topic, "topic"
    return next(((actor, "party") for actor in (*parties, *after) if actor.role != "backer"), None)


def _facility(page: Page, index: int, actors: list[Actor], organization: str, quantity: Span) -> str | None:
    """Its facility named last before the quantity in the sentence, else the first behind it in the clause."""
    mine = [a for a in actors if a.facility and a.organization == organization]
    if not mine:
        return None
    before = [a.facility for a in mine if a.end <= quantity.start]
    clause_end = next(c.end for c in page.clauses(index) if c.end >= quantity.end)
    after = [a.facility for a in mine if quantity.end <= a.start < clause_end]
    return before[-1] if before else next(iter(after), None)
