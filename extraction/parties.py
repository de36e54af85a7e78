"""The two sides of a lease, a contract or a sale: of whom the capacity is that one lets and the other uses.

Here: customers, tenants, those who are served or sent chips, and sellers. Not here: who is spoken of where nobody deals
with anybody (`owners`).
"""

from __future__ import annotations

import re
from functools import partial

from extraction.actors import COUNTRY, LIST, PARTY_REACH, Actor, actors_in, is_for, sentences_back
from extraction.anaphors import TENANT, need_of, topic_before, who_leases
from extraction.mentions import Page
from extraction.surroundings import COMPUTING
from extraction.text import Span
from extraction.together import clause_of

BESIDE_REACH = 24
HOSTS, _ENERGY = frozenset({"cloud", "neocloud"}), "energy"
_BUYS = re.compile(
    r"(?: [^\W\d_]+){0,3} (?:buy|bought|purchas|achèt|achet|acquis|acquér|kauf|compr|adquir)\w*(?: [^\W\d_]+){0,2} ?"
)
_SPENDS = re.compile(r"[^.;]{0,30}(?:spend|dépense|invest|consacre|ausgeben|stecken|gasta|spende)", re.IGNORECASE)
_COUNTED = frozenset({"accelerator_count", "accelerator_flow", "h100_equivalents"})
_AGREEING = frozenset({"agent", "counterparty", "recipient"})
# "60 000 à Naver", "150,000 GPUs for Meta", "200 000 puces iront à Microsoft"
_TO = re.compile(
    r"(?: [^\W\d_][\w-]*){0,3} (?:to|for|à|au|aux|pour|an|für|al?|alla|para|per|ad) (?:(?:the|la|le|les) |l')?"
)
_LODGED = re.compile(
    r"(?<!\w)(?:hosted|housed|located|colocated|installed|logée?s?|hébergée?s?|installée?s?|untergebracht|stehen|steht|installiert"
    r"|alojad[oa]s?|instalad[oa]s?|ospitat[oaie]|installat[oaie]|collocat[oaie])(?!\w)"
)
_GOING_TO, _LET_REACH = frozenset({"destination", "recipient"}), 90  # "most of it for OpenAI"


def who_sells(page: Page, index: int, quantity: Span, actors: list[Actor]) -> tuple[Actor, str] | None:
    """ "Nvidia shipped 500,000 H100": only where no buyer is named."""
    if any(a.role not in ("counterparty", "recipient", "agent") for a in actors):
        return None
    start = page.sentences[index].start
    is_shipped = page.within(start, quantity.start, "seller_flow")
    if not (is_shipped or page.within(quantity.end, quantity.end + BESIDE_REACH * 2, "seller_flow")):
        return None
    everyone = actors_in(page, page.sentences[index], with_sellers=True)
    named = [a for a in everyone if a.role == "agent" and quantity.end <= a.start]
    if named and named[0].organization in page.lexicons.sellers:
        return named[0], "name"  # "six million GPUs delivered by Nvidia"
    spans = [Span(start, quantity.start)]
    spans += sentences_back(page, index) if page.within(start, quantity.start, "anaphor") else []
    for span in spans:
        named = [a for a in actors_in(page, span, with_sellers=True) if a.role in ("direct", "owner")]
        if named:
            return (named[0], "name") if named[0].organization in page.lexicons.sellers else None
    return None


def seller_as_subject(page: Page, index: int, quantity: Span) -> tuple[Actor, str] | None:
    """ "Foxconn will build a 100-megawatt site": a seller that is the subject, where nobody else is spoken of."""
    start = page.sentences[index].start
    named = [a for a in actors_in(page, page.sentences[index], with_sellers=True) if a.end <= quantity.start]
    if not named or named[0].role != "direct" or named[0].start - start > PARTY_REACH:
        return None
    is_brand = page.within(named[0].end, named[0].end + BESIDE_REACH, "chip", "accelerator", "hardware")
    return None if is_brand else (named[0], "name")


def customer_of(
    page: Page,
    index: int,
    quantity: Span,
    actors: list[Actor],
    found: tuple[Actor, str],
    metric: str,
    speaker: str | None,
) -> tuple[Actor, str]:
    """Of two parties to a contract the one that uses the capacity: "Oracle's deal with OpenAI" is OpenAI's. So is what
    somebody builds "for OpenAI", but not the money that he spends on it."""
    parties = [a for a in actors if a.role in _AGREEING]
    if found[0].role == "owner" and _is_lodging(page, index, found[0]):
        topic = topic_before(page, index, besides={found[0].organization})
        return (topic, "topic") if topic and need_of(page, topic) > need_of(page, found[0]) else found
    is_energy = page.lexicons.sectors.get(found[0].organization) == _ENERGY
    if is_energy and page.within(*page.sentences[index], "contract", "serving", "seller_flow"):
        # "TVA will supply xAI's site with 150 MW"
        parties = [a for a in actors if page.lexicons.sectors.get(a.organization) not in (_ENERGY, COUNTRY)]
        topic = None if parties else topic_before(page, index, besides={found[0].organization})
        if topic:
            return topic, "party"
    elif is_energy and metric == "power_mw" and not page.within(*page.sentences[index], *COMPUTING):
        topic = topic_before(page, index, besides={found[0].organization})
        return (topic, "topic") if topic else found  # "RTE is to make 1 GW available"
    elif not page.within(*page.sentences[index], "contract", "renting"):
        parties = _parties_before(page, index, found[0])
        if metric in _COUNTED and found[1] == "topic":
            parties += _supplied_before(page, index, found[0])
    elif not parties and _buys_hardware(page, index):
        return found
    elif not parties:
        parties = [a for a in actors if a.role == "owner"]  # "a reçu de Meta une commande"
    parties = parties or _parties_before(page, index, found[0])
    parties += _listed_with(page, actors, found[0])
    tenants = [m for m in page.within(*clause_of(page, index, quantity), "anaphor") if m.value == TENANT]
    parties += [a for m in tenants for a in who_leases(page, index, m, speaker) if a.organization]
    served = [a for a in actors if is_for(page, a)]
    if metric != "ai_spend":
        parties = [*served, *parties]
    if not parties:
        return found

    best = max(parties, key=partial(need_of, page))
    most = need_of(page, found[0]) - (best in served)  # of two of a kind it is who is served
    return (best, "name") if need_of(page, best) > most else found


def _is_lodging(page: Page, index: int, host: Actor) -> bool:
    """ "The chips will be housed at CoreWeave": with whom they stand, not whose they are."""
    if page.lexicons.sectors.get(host.organization) not in HOSTS:
        return False
    start = max(page.sentences[index].start, host.start - _LET_REACH)
    return _LODGED.search(page.text, start, host.start) is not None


def _buys_hardware(page: Page, index: int) -> bool:
    """Whether a sentence names a seller of hardware as the other party: what is bought from it is the buyer's."""
    named = actors_in(page, page.sentences[index], with_sellers=True)
    return any(a.role == "counterparty" and a.organization in page.lexicons.sellers for a in named)


def _parties_before(page: Page, index: int, host: Actor) -> list[Actor]:
    """With whom the sentence before says that somebody who lets out compute has a contract, or for whom he works."""
    if not index or page.lexicons.sectors.get(host.organization) not in HOSTS:
        return []
    before = page.sentences[index - 1]
    actors = actors_in(page, before)
    if host.organization not in {a.organization for a in actors}:
        return []
    is_agreed = any(page.within(*page.sentences[i], "contract") for i in (index - 1, index))
    partners = [a for a in actors if a.role in _AGREEING] if is_agreed else []
    return partners + [a for a in actors if is_for(page, a)]


def _supplied_before(page: Page, index: int, host: Actor) -> list[Actor]:
    """Whom a host supplies: "Nscale will supply Microsoft with 200,000 GPUs. The largest part goes to Texas"."""
    for sentence in sentences_back(page, index):
        if actors := actors_in(page, sentence):
            is_host = host.organization in {a.organization for a in actors}
            return [a for a in actors if a.role == "serving"] if is_host else []
    return []


def _listed_with(page: Page, actors: list[Actor], actor: Actor) -> list[Actor]:
    """Those who stand in one list with an actor: "SoftBank, OpenAI und Oracle"."""
    if actor not in actors:
        return []
    actors = [a for a in actors if a.role == actor.role]  # "Unlike Apple, Amazon" is no list
    place = listed = actors.index(actor)
    while listed and LIST.fullmatch(page.text, actors[listed - 1].end, actors[listed].start):
        listed -= 1
    while place + 1 < len(actors) and LIST.fullmatch(page.text, actors[place].end, actors[place + 1].start):
        place += 1
    return actors[listed : place + 1]


def who_is_served(page: Page, actors: list[Actor], quantity: Span, *, is_money: bool) -> tuple[Actor, str] | None:
    """Capacity that somebody is supplied with is theirs: "Nebius will supply Microsoft with GPU capacity". Who needs it
    more than those is the tenant himself: "OpenAI louera à Oracle"."""
    served = next((a for a in actors if a.role == "serving" or _is_let_to(page, a)), None)
    if served is None:
        return None
    before = [a for a in actors if a.end <= quantity.start and a.role == "direct"]
    buys = any(_BUYS.match(page.text, a.end, quantity.start) for a in before)
    spends = is_money and any(_SPENDS.match(page.text, a.end, quantity.start) for a in before)
    if served.start >= quantity.end and (buys or spends):
        return None  # "Oracle will spend $40 billion on chips for the campus that serves OpenAI"
    tenant = next((a for a in actors if a.end <= served.start and a.role == "direct"), served)
    return (served if need_of(page, served) >= need_of(page, tenant) else tenant, "name")


def _is_let_to(page: Page, actor: Actor) -> bool:
    """ "Leased another 150 megawatts to CoreWeave"."""
    return actor.role in _GOING_TO and bool(page.within(actor.start - _LET_REACH, actor.start, "letting"))


def is_bought(page: Page, actors: list[Actor], quantity: Span) -> bool:
    """ "Oracle achètera 400 000 puces": who acts buys them."""
    return any(a.role == "direct" and _BUYS.fullmatch(page.text, a.end, quantity.start) for a in actors)


def who_receives(page: Page, actors: list[Actor], quantity: Span, until: int) -> tuple[Actor, str] | None:
    """Chips that are sent "to Tesla" are Tesla's, whoever sends them; not those that somebody buys to let them."""
    if is_bought(page, actors, quantity):
        return None  # "Oracle achètera 400 000 puces et louera la puissance de calcul à OpenAI"
    behind = [a for a in actors if quantity.end <= a.start < until]
    if behind and _TO.fullmatch(page.text, quantity.end, behind[0].start):
        return behind[0], "name"
    actor = next((a for a in behind if a.role in ("destination", "recipient")), None)
    return (actor, "name") if actor else None
