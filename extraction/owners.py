"""Who a quantity belongs to: the organisation that runs, buys or pays, and the facility that is spoken of.

Here: subjects, possessors and simple coreference ("la société", "il", "this"). Not here: what the number means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from extraction.mentions import Mention, Page
from extraction.status import HOUSE
from extraction.strangers import has_other_names, strangers
from extraction.surroundings import COMPARISON, COMPUTING
from extraction.text import Span

# Three sentences back, "the company" may mean anyone.
_SENTENCES_BACK = 3
_SPEAKER = "speaker"
_EACH_REACH = 30
_BESIDE_REACH = 24
_MANY = 3
_NAMED = frozenset({"direct", "owner", "agent"})
_GUESSES = frozenset({"topic", "title", "behind", "party"})
# So many sentences tell what a document is about.
_OPENING_SENTENCES = 12
_BESIDE = re.compile(
    r"(?:: |, (?:the|le|la|its|der|die|das|il|el) )(?:(?:about|some|up to|environ|près de|etwa|rund) )?"
)
# "Washington has cleared 35,000 GB300s for G42": who permits doesn't buy.
_PERMITS = re.compile(
    r" (?:has |have |had |a |ont |hat |haben |ha |han |would |will |may |aurait |wird |n'a pas |)"
    r"(?:déjà |bereits |already |)"
    r"(?:clear|allow|approv|authori|let|ban|block|licen|permit|restrict|autoris|laiss|interdi|bloqu|assoupl|erlaub|genehmig"
    r"|verbiet|verbot|autoriz|permit|prohib|consent|vieta)"
)
# "L'opérateur Éclairion lui réserve 40 mégawatts": the customer was named before.
# "Compró 20.000 GPU a Nvidia", "vermietet 200 MW an Meta": in English both words are articles.
_DATIVE, _WITH_DATIVE = re.compile(r"(?<!\w)(?:an|ad?) $"), frozenset({"de", "es", "it"})
_SERVES = re.compile(r" (?:lui|leur|ihm|ihr|ihnen|gli) (?!\w*er\b)")
_RESPECTIVELY = re.compile(r"(?<!\w)(?:respective(?:ly|ment)|respectivamente|rispettivamente|beziehungsweise|bzw\.)")
_INCLUDING = re.compile(
    r"(?<!\w)(?:including|such as|among them|notamment|darunter|einschließlich|incluidos?|tra cui)(?: [\w'-]+){0,3} $"
)
_ONE_OF = re.compile(r"(?<!\w)dont $")  # "sept banques dont BNP Paribas et Bpifrance"
_TELLERS = re.compile(
    r"(?<!\w)(?:Branchenverband|Verband|trade (?:body|association)|federation|fédération|asociación|patronal"
    r"|associazione|Osservatorio|observatoire|observatorio)(?!\w)",
    re.IGNORECASE,
)
_AT = re.compile(r"(?: [^\W\d_]+)? (?:chez|bei|presso) ")
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
_WITH_IT = re.compile(r"(?<!\w)(?:with|mit|avec|con) (?:(?:about|some|up to|environ|près de|etwa|rund|unos|circa) )?$")
_RANKED_REACH = 22
_LISTED = re.compile(r"(?:[,;:(]| and| et| und| y| e| sowie) $")
_LIST = re.compile(
    r"(?: ?,| and| et| und| y| e| &|, and| also| aussi| auch| anche| también)+ (?:(?:de|di|von|of|en|à|bei|at) )?"
)
# "Livrera 50 000 GPU à Samsung": a party, and where the chips go.
_GIVEN_TO = frozenset({"à", "au", "a", "an", "alla", "al", "to"})
# Who rents and who lets: of two sectors the higher is the customer.
_NEEDS = {"ai_lab": 3, "social": 2, "cloud": 0, "neocloud": -1, "energy": -2}
# "The first building, 100 MW, is on schedule": of what was let just before.
_PART = re.compile(
    r"(?<!\w)(?:phases?|buildings?|halls?|tranches?|first|bâtiments?|premi(?:er|ère)s?|Bauabschnitt|Gebäude|ersten?|fases?|edificios?"
    r"|primer[ao]?|prim[ao])(?!\w)",
    re.IGNORECASE,
)
_RENTS = 0.5
_HOSTS, _ENERGY = frozenset({"cloud", "neocloud"}), "energy"
_CONTRACTED = frozenset({"ai_spend", "power_mw", "accelerator_count"})
# What a seller of chips may have too: a site, and the money for it.
_OWN = frozenset({"ai_spend", "power_mw"})
_COUNTRY = "country"
_ARTICLE = re.compile(r" ?(?:both )?(?:(?:the|la|le|les|der|die|das|dem|den|il|lo|gli|el|los|las) |l')?")
_GERUND = re.compile(r" [a-z]+ing (?:with|to|up|its|a|an|\d|[$€£])")
_COMPARED = re.compile(
    r"(?<!\w)(?:than|als|rispetto a|compared (?:with|to)) (?:(?:the|la|le|les|die|der|das|il|el) |l')?$"
)
_COORDINATED = re.compile(r",? ?(?:and|et|und|y|e) [^\W\d_]")
_BUYS = re.compile(
    r"(?: [^\W\d_]+){0,3} (?:buy|bought|purchas|achèt|achet|acquis|acquér|kauf|compr|adquir)\w*(?: [^\W\d_]+){0,2} ?"
)
# "An investment of a billion by a technology giant": somebody who isn't named.
_BY_SOMEBODY = re.compile(
    r" (?:by|from|par|de la part d'|da parte di|por parte de|de parte de|durch|von) ?"
    r"(?:an?|une?|uno|una|un'|eine[nmrs]?|unnamed|undisclosed|several|plusieurs|varios|diversi|mehrere[nr]?)(?!\w)"
)
_THAT = re.compile(r"(?<!\w)(?:that |que |qu'|dass |che )(?:(?:the|la|le|les|der|die|das|il|el) |l')?$")
_FOR, _FOR_REACH = re.compile(r"(?<!\w)(?:for|pour|für|para|per) $"), 8
_AGREEING = frozenset({"agent", "counterparty", "recipient"})
_GOING_TO, _LET_REACH = frozenset({"destination", "recipient"}), 90  # "most of it for OpenAI"
_POSSESSED = 8
_MEASURED = re.compile(
    r"(?<!\w)(?:more|less|fewer|larger|bigger|higher|mehr|weniger|größer|höher|plus|moins|más|menos|più|meno)(?!\w)"
)
_PREPOSITION_REACH, _PARTY_REACH = 22, 40
_SUCH_AS = frozenset({"like", "such as", "comme", "como", "come", "wie"})
_FIRMS = re.compile(
    r"(?:gruppi|aziende|colossi|giganti|società|operatori|groups?|companies|firms|giants|players|operators|providers"
    r"|groupes|entreprises|géants|sociétés|acteurs|opérateurs|empresas|gigantes|compañías|grupos|operadores|Konzerne"
    r"|Unternehmen|Firmen|Anbieter|Betreiber|Riesen)[ ,]*$",
    re.IGNORECASE,
)
_PREPOSITIONS = ("owner", "agent", "counterparty", "destination", "serving", "ranked", "backer")
_OPENING_REACH = 20
# A country acts where a clause begins with it, but for an article or a conjunction.
_OPENS = re.compile(
    r"(?:^|[.;:,\n\"•]|\n ?[*-]|(?<!\w)(?:dass|que|qu'|che|that|says?|said|and|et|und|y|e|quant (?:à|au|aux)|as for))"
    r"\s*(?:(?:la|le|les|the|il|gli|el|los|die|der|das) |l')?$",
    re.IGNORECASE,
)
# "The tenant", "the landlord": parties to a lease.
_TENANT, _LEASERS, _NOBODY = "tenant", frozenset({"tenant", "landlord"}), ""
# "The machine" is that of a firm or an institute, or of whom a site was named.
_SITE, _NO_SITES = "site", frozenset({"country", "finance"})
_HAS_RIVAL = re.compile(r"(?:'s?|-) ?(?:[a-z]+ )?(?:rival|competitor|Rivale|Konkurrent)(?!\w)")
_RIVAL_AS_SUBJECT = re.compile(
    r"(?:^|[.,;:\n] ?|(?<!\w)(?:and|while|et|tandis que|und|während|y|mientras|e|mentre) )"
    r"(?:(?:its|their|son|sa|sein|seine?|ihre?|sein|su|il suo|the|le|der|el|il) |(?=[A-Z]))"
    r"(?:[a-zà-ÿ]+ )?(?:rivale?|concurrente?|Konkurrent|competidor|concorrente|competitor) $",
    re.IGNORECASE,
)
# "These companies" and "the three companies" (group3), for amounts that may be of all.
_LAST = "last"  # "ce dernier", "the latter"
_GROUP, _PAIR, _FEWEST = "group", "group2", 2
_SHARED = frozenset({"ai_spend", "capex", "accelerator_flow", "accelerator_count"})
# "With Adani and Airtel, it starts": of others.
_PARTNERS = frozenset({"counterparty", "ranked", "backer"})
_SUBJECTS = frozenset({"it", "they", "il", "elle", "ils", "elles", "er", "sie", "es"})
_SOURCES = frozenset({"selon", "laut", "según", "secondo"})
# Parties that the vocabulary lacks, in a list: "With Adani and Airtel".
_OTHERS = re.compile(
    r" ?(?:(?:the |la |l')?[A-ZÀ-Þ][\w.&-]*(?: [A-ZÀ-Þ][\w.&-]*)*, )*"
    r"(?:the |la |l')?[A-ZÀ-Þ][\w.&-]*(?: [A-ZÀ-Þ][\w.&-]*)*,? (?:and|et|und|y|e) "
)
# "Dänemarks Superrechner Gefion": whose country it stands in.
_GENITIVE = re.compile(r"(?<!Pari)s (?!Regierung|Staat)")
_BRACKETED = re.compile(r"(?<![^\W\d_])[A-ZÀ-Þ][\w.&-]+ \((?:[^\W\d_]+ )?$")
# A state that acts, wherever it is named: "the Indian government", "das Bundesministerium", "South Korea's total".
_GOVERNMENT = re.compile(
    r"gou?v|govern|gobier|minis|regier|(?<!\w)(?:état|stat[eo]|staat|estado|total|mission|bund)(?!s)(?!en)|admini|authorit"
    r"|autorit|publics",
    re.IGNORECASE,
)
# Whose numbers are told, where the one who tells has no chips: "selon le cabinet X", "laut X", "X zufolge".
_SOURCE = re.compile(
    r"(?<!\w)(?:according to|citing|estimates? (?:by|from)|selon|d'après|laut"
    r"|nach (?:Angaben|Schätzung(?:en)?|Berechnung(?:en)?)(?: von| der| des)?"
    r"|según|secondo|stando a(?:i dati)?)(?:[ '][^\W\d_][\w'-]*){0,6}[ ']$",
    re.IGNORECASE,
)
_LOOKS_ON = frozenset({"finance", "investor", "government"})
_SOURCE_REACH = 90
_START = attrgetter("start")
# What a clause begins with that explains a name; a conjunction goes on about another.
_ASIDE = re.compile(r" ?(?!(?:and|et|und|y|e|but|mais|aber|pero|ma|while|tandis|während|mientras|mentre) )[a-zà-ÿ]")
_BORDER = re.compile(r" ?[,(-] ?")
_IN_BRACKETS = re.compile(r" ?\([^()\d]*\)")
_GOES_ON = re.compile(
    r"(?:,|,? (?:and|et|und|y|e|&|sowie|or|ou|oder|o)(?: (?:also|auch|aussi|anche|también))?) "
    r"(?:(?:the|la|le|les|de|di|von) |l'|d')?[A-ZÀ-Þ]"
)
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


class _Actor(NamedTuple):
    """A name in the text, by the preposition before it.

    role   direct (none), owner ("chez Tesla"), agent ("par Tesla"), counterparty ("with Oracle", "pays Oracle"),
           recipient ("à Tesla"), destination ("vers X"), serving ("supply Microsoft"), ranked ("ahead of Meta") or
           backer ("backed by Google")
    """

    organization: str
    facility: str | None
    role: str
    start: int
    end: int


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
    everyone = actors = _actors(page, page.sentences[index], with_sellers=metric == "capex")
    if metric == "capex":  # a seller's own capital spending, if it is the subject
        sellers = page.lexicons.sellers
        actors = [
            a
            for a in actors
            if (a.organization not in sellers or (a.role == "direct" and a.end <= quantity.start))
            and not (a.start >= quantity.end and _FOR.search(page.text, max(0, a.start - _FOR_REACH), a.start))
        ]
    if one := _respectively(page, index, actors, quantity, heard.place):
        return [Owner(one.organization, one.facility, "name")]
    shared = _sharing(page, index, actors, quantity, is_total=metric in _SHARED)
    if shared:
        is_joint = not page.within(*_each_span(page, index, quantity), "each", "per_unit")
        if is_joint or page.within(*_clause(page, index, quantity), "jointly"):
            return [Owner(" + ".join(sorted(actor.organization for actor in shared)), None, "name")]
        return [Owner(actor.organization, actor.facility, "name") for actor in shared]
    is_moved = metric == "accelerator_flow"
    if metric in _SHARED and (group := _group(page, index, actors, quantity)):
        if page.within(*_each_span(page, index, quantity), "each", "per_unit"):
            return [Owner(organization, None, "anaphor") for organization in group]
        return [Owner(" + ".join(group), None, "anaphor")]
    if page.heading(quantity.start) and (joint := _joint(page, actors, quantity)):
        return [Owner(joint, None, "name")]
    reach = max(page.sentences[index].start, quantity.start - _BESIDE_REACH)
    bracketed = _BRACKETED.search(page.text, reach, quantity.start)
    if bracketed and not page.at(bracketed.start()):
        return []  # "Flux ($37M)": whoever that is
    if (
        heard.carried
        and page.within(page.sentences[index].start, quantity.start, "figure")
        and not any(a.end <= quantity.start for a in actors)
    ):
        return [Owner(heard.carried, None, "topic")]
    found = (
        _served(page, actors)
        or (_receiving(page, actors, quantity, between.end) if is_moved else None)
        or _of_row(page, actors, quantity)
        or _beside(page, actors, quantity, is_money=metric in ("capex", "ai_spend"))
        or _ranked(page, index, everyone, quantity, between.start)
        or _between(page, index, quantity, actors, between.start)
        or _listed(page, actors, quantity, between.start, heard.listed)
        or (_selling(page, index, quantity, actors) if metric in ("accelerator_flow", "accelerator_count") else None)
        or next(_preceding(page, index, quantity, actors, heard.speaker), None)
        or _following(page, index, quantity, actors, heard.title, is_paid=metric == "ai_spend")
        or _of_document(page, heard)
        or (_of_seller(page, index, quantity) if metric in _OWN else None)
    )
    is_money = metric in ("capex", "ai_spend")
    start, end = page.sentences[index].start, quantity.end + _EACH_REACH + _EACH_REACH if is_money else quantity.start
    if (
        found is None
        or found[0].organization == _NOBODY
        or (found[1] in _GUESSES and page.within(start, end, "industry"))
    ):
        return []  # "Hyperscalers are to spend $800 billion": nobody by name
    if _told_of_many(page, found[0], quantity):
        return []
    if found[1] in _GUESSES and _BY_SOMEBODY.match(page.text, quantity.end):
        return []
    if found[1] in _GUESSES and _is_of_many(page, index, quantity):
        return []
    if found[1] in ("topic", "title") and _is_told_by_another(page, Span(page.sentences[index].start, quantity.start)):
        return []  # "Bitkom, an association, expects investments of 12 billion euros": those of everybody
    sector = page.lexicons.sectors.get(found[0].organization, "" if " + " in found[0].organization else _COUNTRY)
    if found[1] in ("topic", "title") and sector == _COUNTRY and has_other_names(page, page.sentences[index]):
        return []  # a country, or a name that the vocabulary lacks, goes on as the topic only where no other begins
    is_host = page.lexicons.sectors.get(found[0].organization) in _HOSTS
    is_let = is_moved and is_host and not _is_bought(page, actors, quantity)
    is_let = is_let and bool(page.within(*page.sentences[index], "contract"))
    if found[1] in ("topic", "title") and is_host and heard.carried and metric == "power_mw":
        tenant = _Actor(heard.carried, None, "direct", quantity.start, quantity.start)
        if _PART.search(page.text, page.sentences[index].start, quantity.end) and _needs(page, tenant) > _needs(
            page, found[0]
        ):
            return [Owner(heard.carried, None, found[1])]
    is_used = metric in _CONTRACTED or is_let
    actor, found_by = _customer(page, index, quantity, actors, found, metric, heard.speaker) if is_used else found
    facility = actor.facility or _facility(page, index, actors, actor.organization, quantity)
    return [Owner(actor.organization, facility, found_by)]


def _told_of_many(page: Page, actor: _Actor, quantity: Span) -> bool:
    """ "El Gobierno chileno calcula que la industria atraerá 2.500 millones": a country tells what others do."""
    is_country = page.lexicons.sectors.get(actor.organization) == _COUNTRY
    reported = page.within(actor.end, quantity.start, "reporting", "status") if is_country else []
    return bool(reported) and bool(page.within(reported[0].end, quantity.start, "industry", "firms"))


def _is_of_many(page: Page, index: int, quantity: Span) -> bool:
    """Whether firms without a name are the subject: "All told, tech companies will spend", not "sells to companies"."""
    start = page.sentences[index].start
    for firms in page.within(start, quantity.start, "firms"):
        words = page.folded[max(start, firms.start - _PARTY_REACH) : firms.start]
        before = words[max(words.rfind(mark) for mark in ",;:.") + 1 :].split()[-_MANY:]
        if page.lexicons.placing.isdisjoint(before):
            return True
    return False


def _is_told_by_another(page: Page, span: Span) -> bool:
    """Whether a federation or a house of analysts has the word."""
    is_house = any(m.value == HOUSE for m in page.within(*span, "status"))
    return is_house or _TELLERS.search(page.text, *span) is not None


def _each_span(page: Page, index: int, quantity: Span) -> Span:
    """Where "chacun" or "each" would stand."""
    return Span(_clause(page, index, quantity).start, min(quantity.end + _EACH_REACH, page.sentences[index].end))


def _sharing(page: Page, index: int, actors: list[_Actor], quantity: Span, is_total: bool) -> list[_Actor]:
    """ "ByteDance et Tencent auraient commandé chacun 230 000 puces": as much for each of the names before it.

    is_total   whether three names or more have the amount together though nothing says so: "Amazon, Alphabet, Meta et
               Microsoft prévoient d'engager 725 milliards"
    """
    before = [a for a in actors if a.end <= quantity.start and a.role in ("direct", "owner")]
    if len(before) < 2 or len({a.role for a in before}) > 1:
        return []
    is_said = bool(page.within(*_each_span(page, index, quantity), "each", "jointly", "per_unit"))
    if not is_said and not is_total:
        return []
    named: list[_Actor] = []
    for actor in reversed(before):
        is_same = bool(named) and named[-1].organization == actor.organization  # "TikTok-owner ByteDance"
        if named and not is_same and not _LIST.fullmatch(_IN_BRACKETS.sub("", page.text[actor.end : named[-1].start])):
            break
        named.append(actor)
    sharing = list({a.organization: a for a in reversed(named)}.values())
    return sharing if len(sharing) >= (2 if is_said else _MANY) else []


def _group(page: Page, index: int, actors: list[_Actor], quantity: Span) -> list[str]:
    """The firms of "these companies" and "the three companies": those of the nearest sentence that names so many. Of a
    contract one of them is the customer."""
    groups = [
        m for m in page.within(page.sentences[index].start, quantity.start, "anaphor") if m.value.startswith(_GROUP)
    ]
    if not groups or page.within(*page.sentences[index], "contract"):
        return []
    said, count = groups[-1], groups[-1].value.removeprefix(_GROUP)
    if any(said.end <= a.start < quantity.start for a in actors):
        return []
    for sentence in (Span(page.sentences[index].start, said.start), *_sentences_back(page, index)):
        parties = (a for a in _actors(page, sentence) if a.role != "ranked")
        named = sorted({a.organization for a in parties if page.lexicons.sectors.get(a.organization) != _COUNTRY})
        if len(named) >= _FEWEST:
            return named if count in ("", str(len(named))) else []
    return []


def _respectively(page: Page, index: int, actors: list[_Actor], quantity: Span, place: int) -> _Actor | None:
    """ "Alphabet and Meta raised it to $91 billion and $70 billion respectively": to each name its number."""
    if len(actors) < 2 or not _RESPECTIVELY.search(page.text, *page.sentences[index]):
        return None
    before = [a for a in actors if a.end <= quantity.start]
    named = [a for a in before if a.role == "direct"] or before or actors
    for first, actor in enumerate(named):
        listed = [actor]
        for other in named[first + 1 :]:
            if _LIST.fullmatch(page.text, listed[-1].end, other.start):
                listed.append(other)
        if place < len(listed) > 1:
            return listed[place]
    return None


def is_only_one(page: Page, index: int, title: Page | None, organization: str) -> bool:
    """Whether nobody else is spoken of, in the title, in what the text begins with and around a sentence."""
    near = page.sentences[max(0, index - _OPENING_SENTENCES) : index + _SENTENCES_BACK]
    actors = [a for s in (*page.sentences[:_OPENING_SENTENCES], *near) for a in _actors(page, s)]
    actors += _actors(title, Span(0, len(title.text))) if title else []
    return {a.organization for a in actors} == {organization} and any(a.role == "direct" for a in actors)


def _clause(page: Page, index: int, quantity: Span) -> Span:
    """The clause in which a quantity begins, and the quantity to its end."""
    clause = next(c for c in page.clauses(index) if c.start <= quantity.start < c.end)
    return Span(clause.start, max(clause.end, quantity.end))


def _selling(page: Page, index: int, quantity: Span, actors: list[_Actor]) -> tuple[_Actor, str] | None:
    """ "Nvidia shipped 500,000 H100": only where no buyer is named."""
    if any(a.role not in ("counterparty", "recipient", "agent") for a in actors):
        return None
    start = page.sentences[index].start
    is_shipped = page.within(start, quantity.start, "seller_flow")
    if not (is_shipped or page.within(quantity.end, quantity.end + _BESIDE_REACH * 2, "seller_flow")):
        return None
    everyone = _actors(page, page.sentences[index], with_sellers=True)
    named = [a for a in everyone if a.role == "agent" and quantity.end <= a.start]
    if named and named[0].organization in page.lexicons.sellers:
        return named[0], "name"  # "six million GPUs delivered by Nvidia"
    spans = [Span(start, quantity.start)]
    spans += _sentences_back(page, index) if page.within(start, quantity.start, "anaphor") else []
    for span in spans:
        named = [a for a in _actors(page, span, with_sellers=True) if a.role in ("direct", "owner")]
        if named:
            return (named[0], "name") if named[0].organization in page.lexicons.sellers else None
    return None


def _of_seller(page: Page, index: int, quantity: Span) -> tuple[_Actor, str] | None:
    """ "Foxconn will build a 100-megawatt site": a seller that is the subject, where nobody else is spoken of."""
    start = page.sentences[index].start
    named = [a for a in _actors(page, page.sentences[index], with_sellers=True) if a.end <= quantity.start]
    if not named or named[0].role != "direct" or named[0].start - start > _PARTY_REACH:
        return None
    is_brand = page.within(named[0].end, named[0].end + _BESIDE_REACH, "chip", "accelerator", "hardware")
    return None if is_brand else (named[0], "name")


def _of_document(page: Page, heard: Heard) -> tuple[_Actor, str] | None:
    """Who the document is about, where the sentence and those before it name nobody: the title's name, the speaker."""
    if heard.carried:
        return _Actor(heard.carried, None, "direct", 0, 0), "topic"
    title = heard.title
    named = _actors(title, Span(0, len(title.text))) if title else []
    direct = [a for a in named if a.role == "direct"] or named
    if direct:
        return direct[0], "title"
    if heard.speaker:
        return _Actor(heard.speaker, None, "direct", 0, 0), "title"
    opening = (a for s in page.sentences[:_OPENING_SENTENCES] for a in _actors(page, s) if a.role == "direct")
    first = next(opening, None)
    if first is None or any(actor.organization != first.organization for actor in opening):
        return None
    return first, "title"  # the only one that the text has begun with


def _customer(
    page: Page,
    index: int,
    quantity: Span,
    actors: list[_Actor],
    found: tuple[_Actor, str],
    metric: str,
    speaker: str | None,
) -> tuple[_Actor, str]:
    """Of two parties to a contract the one that uses the capacity: "Oracle's deal with OpenAI" is OpenAI's. So is what
    somebody builds "for OpenAI", but not the money that he spends on it."""
    parties = [a for a in actors if a.role in _AGREEING]
    is_energy = page.lexicons.sectors.get(found[0].organization) == _ENERGY
    if is_energy and page.within(*page.sentences[index], "contract", "serving", "seller_flow"):
        # "TVA will supply xAI's site with 150 MW"
        parties = [a for a in actors if page.lexicons.sectors.get(a.organization) not in (_ENERGY, _COUNTRY)]
    elif is_energy and metric == "power_mw" and not page.within(*page.sentences[index], *COMPUTING):
        topic = _topic(page, index, besides={found[0].organization})
        return (topic, "topic") if topic else found  # "RTE is to make 1 GW available"
    elif not page.within(*page.sentences[index], "contract", "renting"):
        parties = _parties_before(page, index, found[0])
    elif not parties and _buys_hardware(page, index):
        return found
    elif not parties:
        parties = [a for a in actors if a.role == "owner"]  # "a reçu de Meta une commande"
    parties = parties or _parties_before(page, index, found[0])
    parties += _listed_with(page, actors, found[0])
    tenants = [m for m in page.within(*_clause(page, index, quantity), "anaphor") if m.value == _TENANT]
    parties += [a for m in tenants for a in _leaser(page, index, m, speaker) if a.organization]
    served = [a for a in actors if _is_for(page, a)]
    if metric != "ai_spend":
        parties = [*served, *parties]
    if not parties:
        return found

    best = max(parties, key=partial(_needs, page))
    most = _needs(page, found[0]) - (best in served)  # of two of a kind it is who is served
    return (best, "name") if _needs(page, best) > most else found


def _needs(page: Page, actor: _Actor) -> float:
    """How likely somebody is to use computing power rather than to let it."""
    rents = _RENTS if actor.organization in page.lexicons.renters else 0
    return _NEEDS.get(page.lexicons.sectors.get(actor.organization, ""), 1) + rents


def _buys_hardware(page: Page, index: int) -> bool:
    """Whether a sentence names a seller of hardware as the other party: what is bought from it is the buyer's."""
    named = _actors(page, page.sentences[index], with_sellers=True)
    return any(a.role == "counterparty" and a.organization in page.lexicons.sellers for a in named)


def _parties_before(page: Page, index: int, host: _Actor) -> list[_Actor]:
    """With whom the sentence before says that somebody who lets out compute has a contract, or for whom he works."""
    if not index or page.lexicons.sectors.get(host.organization) not in _HOSTS:
        return []
    before = page.sentences[index - 1]
    actors = _actors(page, before)
    if host.organization not in {a.organization for a in actors}:
        return []
    is_agreed = any(page.within(*page.sentences[i], "contract") for i in (index - 1, index))
    partners = [a for a in actors if a.role in _AGREEING] if is_agreed else []
    return partners + [a for a in actors if _is_for(page, a)]


def _is_for(page: Page, actor: _Actor) -> bool:
    """ "For OpenAI"."""
    return _FOR.search(page.text, max(0, actor.start - _FOR_REACH), actor.start) is not None


def _listed_with(page: Page, actors: list[_Actor], actor: _Actor) -> list[_Actor]:
    """Those who stand in one list with an actor: "SoftBank, OpenAI und Oracle"."""
    if actor not in actors:
        return []
    actors = [a for a in actors if a.role == actor.role]  # "Unlike Apple, Amazon" is no list
    place = listed = actors.index(actor)
    while listed and _LIST.fullmatch(page.text, actors[listed - 1].end, actors[listed].start):
        listed -= 1
    while place + 1 < len(actors) and _LIST.fullmatch(page.text, actors[place].end, actors[place + 1].start):
        place += 1
    return actors[listed : place + 1]


def _served(page: Page, actors: list[_Actor]) -> tuple[_Actor, str] | None:
    """Capacity that somebody is supplied with is theirs: "Nebius will supply Microsoft with GPU capacity". Who needs it
    more than those is the tenant himself: "OpenAI louera à Oracle"."""
    served = next((a for a in actors if a.role == "serving" or _is_let_to(page, a)), None)
    if served is None:
        return None
    tenant = next((a for a in actors if a.end <= served.start and a.role == "direct"), served)
    return (served if _needs(page, served) >= _needs(page, tenant) else tenant, "name")


def _is_let_to(page: Page, actor: _Actor) -> bool:
    """ "Leased another 150 megawatts to CoreWeave"."""
    return actor.role in _GOING_TO and bool(page.within(actor.start - _LET_REACH, actor.start, "letting"))


def _beside(page: Page, actors: list[_Actor], quantity: Span, *, is_money: bool) -> tuple[_Actor, str] | None:
    """Who stands right before a number: "and Google 169 000", "Stargate, the $500 billion project"."""
    for actor in actors:
        reach = max(0, actor.start - _BESIDE_REACH)
        if not is_money and _AT.fullmatch(page.text, quantity.end, actor.start):
            return actor, "name"  # "120 000 GPU, dont 60 000 chez Nscale"
        is_near = 0 <= quantity.start - actor.end <= _BESIDE_REACH
        if is_near and _BESIDE.fullmatch(page.text, actor.end, quantity.start):
            return actor, "name"
        if is_near and _LISTED.search(page.text, reach, actor.start) and quantity.start == actor.end + 1:
            return actor, "name"  # "Microsoft takes 5 GW, Meta 2.4 GW"
        if actor.facility and actor.start == quantity.end + 1 and page.text[quantity.end] == " ":
            return actor, "name"  # "the upcoming $500 million Dojo supercomputer"
    return None


def _ranked(page: Page, index: int, actors: list[_Actor], quantity: Span, since: int) -> tuple[_Actor, str] | None:
    """Whose number is held against another's: "ahead of Meta with 224,000", "against $185 billion at Alphabet"."""
    if page.within(*_each_span(page, index, quantity), "each"):
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


def _between(page: Page, index: int, quantity: Span, actors: list[_Actor], since: int) -> tuple[_Actor, str] | None:
    """The subject that follows the quantity before this one: "Amazon en a pris 196 000 et Google 169 000"."""
    if since <= page.sentences[index].start:
        return None
    here = [a for a in actors if since <= a.start and a.end <= quantity.start and a.role == "direct"]
    joined = [a for a in here if page.within(since, a.start, "joining")]
    return (joined[0], "name") if joined else None


def _of_row(page: Page, actors: list[_Actor], quantity: Span) -> tuple[_Actor, str] | None:
    """Whom a row of a table is about: its first name; a country in it says where."""
    if not page.heading(quantity.start):
        return None
    named = [a for a in actors if a.end <= quantity.start]
    firms = [a for a in named if page.lexicons.sectors.get(a.organization) != _COUNTRY]
    return next(((a, "name") for a in (*firms, *named)), None)


def _joint(page: Page, actors: list[_Actor], quantity: Span) -> str | None:
    """ "| Tesla + xAI | 200,000 |": a row for several together."""
    named = [a for a in actors if a.end <= quantity.start]
    pluses = [page.text[first.end : second.start].strip() for first, second in pairwise(named)]
    is_joint = bool(pluses) and all(plus == "+" for plus in pluses)
    return " + ".join(sorted(a.organization for a in named)) if is_joint else None


def _listed(
    page: Page, actors: list[_Actor], quantity: Span, since: int, before: str | None
) -> tuple[_Actor, str] | None:
    """The owner of the quantity before this one in the sentence, where nobody else is spoken of since."""
    if before is None or " + " in before:
        return None
    if any(since <= a.start and a.end <= quantity.start for a in actors) or page.within(
        since, quantity.start, "anaphor"
    ):
        return None
    return _Actor(before, None, "direct", quantity.start, quantity.start), "name"


def _is_bought(page: Page, actors: list[_Actor], quantity: Span) -> bool:
    return any(a.role == "direct" and _BUYS.fullmatch(page.text, a.end, quantity.start) for a in actors)


def _receiving(page: Page, actors: list[_Actor], quantity: Span, until: int) -> tuple[_Actor, str] | None:
    """Chips that are sent "to Tesla" are Tesla's, whoever sends them; not those that somebody buys to let them."""
    if _is_bought(page, actors, quantity):
        return None  # "Oracle achètera 400 000 puces et louera la puissance de calcul à OpenAI"
    behind = [a for a in actors if quantity.end <= a.start < until]
    actor = next((a for a in behind if a.role in ("destination", "recipient")), None)
    return (actor, "name") if actor else None


def _preceding(
    page: Page, index: int, quantity: Span, actors: list[_Actor], speaker: str | None
) -> Iterator[tuple[_Actor, str]]:
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
            listed = [actor for actor in actors if actor.end <= clause.start and actor.role in _NAMED]
            yield from ((listed[0], "name") for last in listed[-1:] if clause.start - last.end <= 1)
        yield from ((actor, "name") for actor in direct if not _reports(page, actor, direct))
        anaphors = page.within(clause.start, end, "anaphor")
        possessed = {m.end for m in anaphors for a in here if a.role == "owner" and 0 < a.start - m.end <= _POSSESSED}
        anaphors = [anaphor for anaphor in anaphors if anaphor.end not in possessed]  # "the campus of Data4"
        nouns = [anaphor for anaphor in anaphors if _is_noun(page, anaphor)]
        pronouns = [anaphor for anaphor in anaphors if anaphor not in nouns and not _speaks(page, anaphor)]
        yield from ((actor, "anaphor") for actor in _meant(page, index, nouns, speaker))
        owners = [actor for actor in reversed(here) if actor.role == "owner"]
        subjects = [p for p in pronouns if owners and p.end <= owners[-1].start and _is_subject(page, p)]
        yield from ((actor, "anaphor") for actor in _meant(page, index, subjects, speaker))
        yield from ((actor, "name") for actor in owners)
        yield from ((actor, "anaphor") for actor in _meant(page, index, pronouns, speaker))


def _is_explained(page: Page, actor: _Actor, clause: Span) -> bool:
    """Whether a clause only says something of who stands before its comma: "G42, in which Microsoft has a stake,"."""
    return actor.end <= clause.start and _BORDER.fullmatch(page.text, actor.end, clause.start) is not None


def _reports(page: Page, actor: _Actor, direct: list[_Actor]) -> bool:
    """ "IREN announced that Microsoft will pay": who says it isn't who does it."""
    return any(
        page.within(actor.end, other.start, "reporting")
        and _THAT.search(page.text, max(actor.end, other.start - _OPENING_REACH), other.start)
        for other in direct
        if other.start > actor.end
    )


def _following(
    page: Page, index: int, quantity: Span, actors: list[_Actor], title: Page | None, *, is_paid: bool
) -> tuple[_Actor, str] | None:
    """Where nobody stands before a quantity: who follows it, then the parties, then the topic so far.

    is_paid   whether it is money, which who receives it doesn't spend: "250 milliards promis à Microsoft"
    """
    after = [actor for actor in actors if actor.start >= quantity.end]
    parties = [actor for actor in reversed(actors) if actor.end <= quantity.start]
    for actor in after:
        is_apart = ";" in page.text[quantity.end : actor.start]
        is_country = page.lexicons.sectors.get(actor.organization) == _COUNTRY
        if actor.role in ("direct", "owner") and not is_apart and not is_country:
            return actor, "behind"
    anaphors = page.within(quantity.end, page.sentences[index].end, "anaphor")
    for actor in _meant(page, index, [anaphor for anaphor in anaphors if _is_noun(page, anaphor)], None):
        return actor, "anaphor"
    roles = ("agent", "serving") if is_paid else ("agent", "destination", "recipient", "serving")
    agents = [actor for actor in (*parties, *after) if actor.role in roles]
    if agents:
        return agents[0], "party"
    partners = {actor.organization for actor in actors if actor.role in ("counterparty", "recipient")}
    topic = _topic(page, index, title=title, besides=partners)
    if topic:  # "Con Oracle habría firmado": the one who signed was named before
        return topic, "topic"
    return next(((actor, "party") for actor in (*parties, *after) if actor.role != "backer"), None)


def _actors(page: Page, sentence: Span, sector: str = "", with_sellers: bool = False) -> list[_Actor]:
    """The names in a sentence that can own something, of one sector or of any."""
    key = "named", sentence
    named: list[_Actor] | None = page.worked_out.get(key)
    if named is None:
        named = page.worked_out[key] = list(_named(page, sentence))
    sellers = page.lexicons.sellers
    return [
        actor for actor in named if (with_sellers or actor.organization not in sellers) and _is_of(page, actor, sector)
    ]


def _is_of(page: Page, actor: _Actor, sector: str) -> bool:
    """Whether an actor is of a sector ("the cloud provider" may be a neocloud), or may have a site: no country has."""
    own = page.lexicons.sectors.get(actor.organization, "")
    return actor.facility is not None or own not in _NO_SITES if sector == _SITE else own.endswith(sector)


def _named(page: Page, sentence: Span) -> Iterator[_Actor]:
    """The names in a sentence, each with its role; a country only where it acts."""
    role, is_last, told = "direct", False, False
    end: int | None = None
    known = page.within(*sentence, "organization", "facility")
    for mention in sorted((*known, *strangers(page, sentence)), key=_START):
        between = _LIST.fullmatch(page.text, end, mention.start) if end is not None else None
        if between and between.group() == ", " and (told or not _GOES_ON.match(page.text, mention.end)):
            between = None  # "Unlike Apple, Amazon will spend", "Selon Omdia, Meta et Microsoft"
        if between is None or is_last:
            role, is_last = _role(page, mention), False
        else:  # "Avec Tencent et Alibaba, ByteDance": the list ends at "et"
            is_last = any(c.isalpha() or c == "&" for c in between.group())
        end = mention.end
        is_facility = mention.kind == "facility"
        organization = page.lexicons.operators[mention.value] if is_facility else mention.value
        told = _tells(page, sentence, mention)
        if told or _is_compared(page, sentence, mention) or _has_rival(page, sentence, mention):
            continue
        if is_facility or page.lexicons.sectors.get(organization) != _COUNTRY or _acts(page, sentence, mention):
            facility = mention.value if is_facility else None
            yield _Actor(organization, facility, role, mention.start, mention.end)


def _is_compared(page: Page, sentence: Span, mention: Mention) -> bool:
    """Whether a country or a firm only gives the measure: "more than the US government has spent"."""
    if not _COMPARED.search(page.text, max(sentence.start, mention.start - _PREPOSITION_REACH), mention.start):
        return False
    return _MEASURED.search(page.text, max(sentence.start, mention.start - _SOURCE_REACH), mention.start) is not None


def _has_rival(page: Page, sentence: Span, mention: Mention) -> bool:
    """Whether a name only says whose rival or parent is meant: "le rival d'OpenAI", "OpenAI's rival"."""
    before = page.within(max(sentence.start, mention.start - _PARTY_REACH), mention.start, "relation")
    if before and _ARTICLE.fullmatch(page.text, before[-1].end, mention.start):
        return True
    return _HAS_RIVAL.match(page.text, mention.end) is not None


def _tells(page: Page, sentence: Span, mention: Mention) -> bool:
    """Whether somebody who counts the chips of others is named for what they say: "JPMorgan estimates that …"."""
    sector = page.lexicons.sectors.get(mention.value, "finance")
    if mention.kind == "facility" or sector not in _LOOKS_ON:
        return False
    start = max(sentence.start, mention.start - _SOURCE_REACH)
    if _SOURCE.search(page.text[start : mention.start]) or page.text.startswith(" zufolge", mention.end):
        return True
    return any(m.value == "estimated" for m in page.at(mention.end + 1))


def _acts(page: Page, sentence: Span, country: Mention) -> bool:
    """Whether a country is who does something, and not where: it opens the sentence or a clause ("dass Indien")."""
    if _PERMITS.match(page.text, country.end) or page.text[country.end : country.end + 1] == "-":
        return False  # "Washington has cleared 35,000 GB300s for G42"
    if _GOVERNMENT.search(page.text, country.start, country.end):
        return True
    if _GENITIVE.match(page.text, country.end - 1) and page.language(country.start) == "de":
        return False
    before = page.text[max(sentence.start, country.start - _OPENING_REACH) : country.start]
    return _OPENS.search(before) is not None and not page.text.startswith(("'s", ")"), country.end)


def _role(page: Page, mention: Mention) -> str:
    if _SERVES.match(page.text, mention.end):
        return "counterparty"
    if _RIVAL_AS_SUBJECT.search(page.text, max(0, mention.start - _PARTY_REACH), mention.start):
        return "direct"  # "Its rival Alphabet plans"
    before = page.within(mention.start - _PARTY_REACH, mention.start, *_PREPOSITIONS)
    opening = max(0, mention.start - _PARTY_REACH)
    included = _INCLUDING.search(page.text, opening, mention.start)
    included = included or (
        _ONE_OF.search(page.text, opening, mention.start) if _GOES_ON.match(page.text, mention.end) else None
    )
    if included and mention.kind == "organization" and not _FIRMS.search(page.text, opening, included.start()):
        return "backer"  # "seven banks, among them BNP Paribas"
    if before and (
        _ARTICLE.fullmatch(page.text, before[-1].end, mention.start)
        or (before[-1].value not in _SOURCES and _OTHERS.fullmatch(page.text, before[-1].end, mention.start))
    ):
        if page.text[before[-1].start : before[-1].end].lower() in _SUCH_AS and _FIRMS.search(
            page.text, max(0, before[-1].start - _SOURCE_REACH), before[-1].start
        ):
            return "direct"  # "Groups such as Google and Meta are investing"
        if _GERUND.match(page.text, mention.end):
            return "direct"  # "with Meta building its own"
        is_given = page.text[before[-1].start : before[-1].end].lower() in _GIVEN_TO
        return "recipient" if is_given and before[-1].kind == "counterparty" else before[-1].kind
    is_given = _DATIVE.search(page.text, max(0, mention.start - _FOR_REACH), mention.start) is not None
    return "recipient" if is_given and page.language(mention.start) in _WITH_DATIVE else "direct"


def _is_noun(page: Page, anaphor: Mention) -> bool:
    """ "The company", "l'entreprise" and who leads a firm stand for a party by themselves; "il" and "its" may as well
    mean a person."""
    is_leader = anaphor.value in page.lexicons.sectors
    return is_leader or any(mark in page.text[anaphor.start : anaphor.end] for mark in " '")


def _is_subject(page: Page, pronoun: Mention) -> bool:
    """ "It", where "its" is none."""
    return page.folded[pronoun.start : pronoun.end] in _SUBJECTS


def _speaks(page: Page, pronoun: Mention) -> bool:
    """ "Il croit", "he says": a person, whose words these are."""
    return any(m.kind == "reporting" or m.value == "estimated" for m in page.at(pronoun.end + 1))


def _meant(page: Page, index: int, anaphors: list[Mention], speaker: str | None) -> Iterator[_Actor]:
    """What anaphors stand for: the last actor before each in its sentence, else the topic of the sentences before."""
    for anaphor in anaphors:
        leads = anaphor.value if anaphor.value in page.lexicons.sectors else None
        named = speaker if anaphor.value == _SPEAKER else leads
        if named:
            yield _Actor(named, None, "direct", anaphor.start, anaphor.end)
            continue
        if anaphor.value.startswith(_GROUP) and anaphor.value != _PAIR:
            yield _Actor(
                _NOBODY, None, "direct", anaphor.start, anaphor.end
            )  # "the five hyperscalers", whoever they are
            continue
        if anaphor.value == _LAST:
            spans = (Span(page.sentences[index].start, anaphor.start), *_sentences_back(page, index))
            yield from ([a for span in spans for a in _actors(page, span)[-1:]][:1])
            continue
        if anaphor.value == _COUNTRY and (country := _country(page, index, anaphor)):
            yield country
            continue
        if anaphor.value in _LEASERS:
            yield from _leaser(page, index, anaphor, speaker)
            continue
        is_any = anaphor.value in (_SPEAKER, _PAIR)
        sector = "" if is_any else anaphor.value
        before = [a for a in _actors(page, page.sentences[index], sector) if a.end <= anaphor.start]
        before = [a for a in before if a.role not in _PARTNERS]
        opening = page.text[max(page.sentences[index].start, anaphor.start - _OPENING_REACH) : anaphor.start]
        if sector == _COUNTRY and _OPENS.search(opening) and not before and not _topic(page, index, sector):
            yield _Actor(_NOBODY, None, "direct", anaphor.start, anaphor.end)  # "the government", of whatever country
        before = [a for a in before if not _is_example(page, a)] or before
        actor = next((a for a in reversed(before) if a.role == "direct"), before[-1] if before else None)
        actor = actor or _topic(page, index, sector)
        if anaphor.value == _SPEAKER and actor and actor.role not in _NAMED:
            continue  # "'We expect …'", after a sentence on deals with others
        if actor is not None:
            yield actor


def _country(page: Page, index: int, anaphor: Mention) -> _Actor | None:
    """The country that was spoken of last, even where it only said where: "in South Korea. The state will get"."""
    for span in (Span(page.sentences[index].start, anaphor.start), *_sentences_back(page, index)):
        for mention in reversed(page.within(*span, "organization")):
            if page.lexicons.sectors.get(mention.value) == _COUNTRY:
                return _Actor(mention.value, None, "direct", mention.start, mention.end)
    return None


def _leaser(page: Page, index: int, anaphor: Mention, speaker: str | None) -> Iterator[_Actor]:
    """The tenant or the landlord, of the parties named so far: who needs the capacity most, who least; the one who says
    "we" is the landlord. Nobody by name where one of them is left unnamed."""
    spans = [*_sentences_back(page, index), Span(page.sentences[index].start, anaphor.start)]
    parties = {a.organization: a for span in spans for a in _actors(page, span) if a.organization != speaker}
    if speaker:
        parties[speaker] = _Actor(speaker, None, "direct", anaphor.start, anaphor.end)
    least, most = (select(parties.values(), key=partial(_needs, page), default=None) for select in (min, max))
    if least and most and _needs(page, least) < _needs(page, most):
        yield most if anaphor.value == _TENANT else least
    else:
        yield _Actor(_NOBODY, None, "direct", anaphor.start, anaphor.end)


def _is_example(page: Page, actor: _Actor) -> bool:
    """ "Tenants such as Meta": who is named only as one of several."""
    return _INCLUDING.search(page.text, max(0, actor.start - _SOURCE_REACH // 2), actor.start) is not None


def _topic(
    page: Page, index: int, sector: str = "", title: Page | None = None, besides: Set[str] = frozenset()
) -> _Actor | None:
    """What the sentences before are about: the first actor of the nearest one that names any; whom the title names
    comes first.

    besides   the partners of whom is meant, as the sentence names them
    """
    titled = {a.organization for a in _actors(title, Span(0, len(title.text)))} if title else set()
    parties: list[_Actor] = []
    first: _Actor | None = None
    for sentence in _sentences_back(page, index):
        if COMPARISON.match(page.text, sentence.start):
            continue
        actors = [a for a in _actors(page, sentence, sector) if a.organization not in besides]
        named = [a for a in actors if a.role in _NAMED]
        first = first or next(iter(named), None)
        meant = next((a for a in named if a.organization in titled), None if titled else first)
        if meant:
            return meant
        parties += actors
    return first or next((a for a in parties if not titled or a.organization in titled), None)


def _sentences_back(page: Page, index: int) -> Iterator[Span]:
    """The sentences before, nearest first. A row of a table or an item of a list follows from what leads into the list,
    however many rows stand between; its neighbours speak of others."""
    before = page.list_start(index) - 1
    for back in range(before, max(-1, before - _SENTENCES_BACK), -1):
        yield page.sentences[back]


def _facility(page: Page, index: int, actors: list[_Actor], organization: str, quantity: Span) -> str | None:
    """Its facility named last before the quantity in the sentence, else the first behind it in the clause."""
    mine = [a for a in actors if a.facility and a.organization == organization]
    if not mine:
        return None
    before = [a.facility for a in mine if a.end <= quantity.start]
    clause_end = next(c.end for c in page.clauses(index) if c.end >= quantity.end)
    after = [a.facility for a in mine if quantity.end <= a.start < clause_end]
    return before[-1] if before else next(iter(after), None)
