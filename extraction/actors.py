"""Who is named in a sentence, and the part each plays: who acts, whose a thing is, with whom, to whom, than whom.

Here: names with the preposition before them, countries that act, and who is named only for what they say or as a
measure. Not here: pronouns and "the company" (`anaphors`), and which of the names a quantity belongs to (`owners`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

from extraction.mentions import Mention, Page
from extraction.strangers import strangers
from extraction.text import Span

# Three sentences back, "the company" may mean anyone.
SENTENCES_BACK = 3
NAMED = frozenset({"direct", "owner", "agent"})
# "Washington has cleared 35,000 GB300s for G42": who permits doesn't buy.
_PERMITS = re.compile(
    r" (?:has |have |had |a |ont |hat |haben |ha |han |would |will |may |aurait |wird |n'a pas |)"
    r"(?:déjà |bereits |already |)"
    r"(?:clear|allow|approv|authori|let|ban|block|licen|permit|restrict|autoris|laiss|interdi|bloqu|assoupl|erlaub|genehmig"
    r"|verbiet|verbot|autoriz|permit|prohib|consent|vieta)"
)
# "The deal would allow the Emirates to import 500,000 chips": who may do it acts, where that is a country too.
_ALLOWED = re.compile(
    r"(?<!\w)(?:allow(?:s|ed|ing)?|permit(?:s|ted|ting)?|let(?:s|ting)?|enabl(?:e|es|ed|ing)|permett\w+|permet(?:tra)?"
    r"|autoris\w+|consent\w+|permiti\w+|permite) (?:aux? |à |a |al |ai |agli |alla |all')?"
    r"(?:(?:the|la|le|les|los|el) |l')?$"
)
# "Compró 20.000 GPU a Nvidia", "vermietet 200 MW an Meta": in English both words are articles.
_DATIVE, _WITH_DATIVE = re.compile(r"(?<!\w)(?:an|ad?) $"), frozenset({"de", "es", "it"})
# "L'opérateur Éclairion lui réserve 40 mégawatts": the customer was named before.
# "Microsoft lui fournit", but for "Microsoft lui achète": who pays isn't who serves.
_SERVES = re.compile(
    r" (?:lui|leur|ihm|ihr|ihnen|gli) (?!\w*er\b)"
    r"(?!achèt|achet|lou[eai]|commande|vers|pai|pay|doi|devra|zahl|pag|compr)"
)
_INCLUDING = re.compile(
    r"(?<!\w)(?:including|such as|among them|notamment|darunter|einschließlich|incluidos?|tra cui)(?: [\w'-]+){0,3} $"
)
_WHO = re.compile(r",? (?:qui|which|who|che|que|die|der|das) ")
_ONE_OF = re.compile(r"(?<!\w)dont $")  # "sept banques dont BNP Paribas et Bpifrance"
LIST = re.compile(
    r"(?: ?,| and| et| und| y| e| or| ou| oder| o| &|, and| also| aussi| auch| anche| también)+ "
    r"(?:(?:de|di|von|of|en|à|bei|at) )?"
)
# "Livrera 50 000 GPU à Samsung": a party, and where the chips go.
_GIVEN_TO = frozenset({"à", "au", "a", "an", "alla", "al", "to"})
COUNTRY = "country"
_ARTICLE = re.compile(r" ?(?:both )?(?:(?:the|la|le|les|der|die|das|dem|den|il|lo|gli|el|los|las) |l')?")
_GERUND = re.compile(r" [a-z]+ing (?:with|to|up|its|a|an|\d|[$€£])")
_COMPARED = re.compile(
    r"(?<!\w)(?:than|als|rispetto a|compared (?:with|to)) (?:(?:the|la|le|les|die|der|das|il|el) |l')?$"
)
_FOR, _FOR_REACH = re.compile(r"(?<!\w)(?:for|pour|für|para|per) $"), 8
_MEASURED = re.compile(
    r"(?<!\w)(?:more|less|fewer|larger|bigger|higher|mehr|weniger|größer|höher|plus|moins|más|menos|più|meno)(?!\w)"
)
_PREPOSITION_REACH, PARTY_REACH = 22, 40
_SUCH_AS = frozenset({"like", "such as", "comme", "como", "come", "wie"})
_FIRMS = re.compile(
    r"(?:gruppi|aziende|colossi|giganti|società|operatori|groups?|companies|firms|giants|players|operators|providers"
    r"|groupes|entreprises|géants|sociétés|acteurs|opérateurs|empresas|gigantes|compañías|grupos|operadores|Konzerne"
    r"|Unternehmen|Firmen|Anbieter|Betreiber|Riesen)[ ,]*$",
    re.IGNORECASE,
)
_PREPOSITIONS = ("owner", "agent", "counterparty", "destination", "serving", "ranked", "backer")
OPENING_REACH = 20
# A country acts where a clause begins with it, but for an article or a conjunction.
OPENS = re.compile(
    r"(?:^|[.;:,\n\"•]|\n ?[*-]|(?<!\w)(?:dass|que|qu'|che|that|says?|said|and|et|und|y|e|quant (?:à|au|aux)|as for))"
    r"\s*(?:(?:la|le|les|the|il|gli|el|los|die|der|das) |l')?$",
    re.IGNORECASE,
)
# "The machine" is that of a firm or an institute, or of whom a site was named.
_SITE, _NO_SITES = "site", frozenset({"country", "finance"})
_HAS_RIVAL = re.compile(r"(?:'s?|-) ?(?:[a-z]+ )?(?:rival|competitor|Rivale|Konkurrent)(?!\w)")
_RIVAL_AS_SUBJECT = re.compile(
    r"(?:^|[.,;:\n] ?|(?<!\w)(?:and|while|et|tandis que|und|während|y|mientras|e|mentre) )"
    r"(?:(?:its|their|son|sa|sein|seine?|ihre?|sein|su|il suo|the|le|der|el|il) |(?=[A-Z]))"
    r"(?:[a-zà-ÿ]+ )?(?:rivale?|concurrente?|Konkurrent|competidor|concorrente|competitor) $",
    re.IGNORECASE,
)
_SOURCES = frozenset({"selon", "laut", "según", "secondo"})
# Parties that the vocabulary lacks, in a list: "With Adani and Airtel".
_OTHERS = re.compile(
    r" ?(?:(?:the |la |l')?[A-ZÀ-Þ][\w.&-]*(?: [A-ZÀ-Þ][\w.&-]*)*, )*"
    r"(?:the |la |l')?[A-ZÀ-Þ][\w.&-]*(?: [A-ZÀ-Þ][\w.&-]*)*,? (?:and|et|und|y|e) "
)
# "Dänemarks Superrechner Gefion": whose country it stands in.
_GENITIVE = re.compile(r"(?<!Pari)s (?!Regierung|Staat)")
# A state that acts, wherever it is named: "the Indian government", "das Bundesministerium", "South Korea's total".
_GOVERNMENT = re.compile(
    r"gou?v|govern|gobier|minis|regier|(?<!\w)(?:état|stat[eo]|staat|estado|total|mission|bund)(?!s)(?!en)|admini|authorit"
    r"|autorit|publics",
    re.IGNORECASE,
)
# "South Korea's science ministry".
_ITS_GOVERNMENT = re.compile(
    r"'s (?:[a-zA-Z]+ ){0,2}(?:ministry|government|army|department|parliament|cabinet)(?!\w)", re.I
)
_GOVERNMENT_OF = re.compile(
    r"(?:gobierno|governo|government|gouvernement|regierung|minist[eè]r[eioy]*|ministry|ejecutivo|autorités|authorities)"
    r"(?: [^\W\d_]+)? (?:of|de|del|di|du|des|von|der|d'|dell')(?: ?(?:the|la|las|los|les|l'|el))? ?$",
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
_GOES_ON = re.compile(
    r"(?:,|,? (?:and|et|und|y|e|&|sowie|or|ou|oder|o)(?: (?:also|auch|aussi|anche|también))?) "
    r"(?:(?:the|la|le|les|de|di|von) |l'|d')?[A-ZÀ-Þ]"
)


class Actor(NamedTuple):
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


def is_for(page: Page, actor: Actor) -> bool:
    """ "For OpenAI"."""
    return _FOR.search(page.text, max(0, actor.start - _FOR_REACH), actor.start) is not None


def actors_in(page: Page, sentence: Span, sector: str = "", with_sellers: bool = False) -> list[Actor]:
    """The names in a sentence that can own something, of one sector or of any."""
    key = "named", sentence
    named: list[Actor] | None = page.worked_out.get(key)
    if named is None:
        named = page.worked_out[key] = list(_named(page, sentence))
    sellers = page.lexicons.sellers
    return [
        actor for actor in named if (with_sellers or actor.organization not in sellers) and _is_of(page, actor, sector)
    ]


def _is_of(page: Page, actor: Actor, sector: str) -> bool:
    """Whether an actor is of a sector ("the cloud provider" may be a neocloud), or may have a site: no country has."""
    own = page.lexicons.sectors.get(actor.organization, "")
    return actor.facility is not None or own not in _NO_SITES if sector == _SITE else own.endswith(sector)


def _named(page: Page, sentence: Span) -> Iterator[Actor]:
    """The names in a sentence, each with its role; a country only where it acts."""
    role, is_last, told = "direct", False, False
    end: int | None = None
    known = page.within(*sentence, "organization", "facility")
    for mention in sorted((*known, *strangers(page, sentence)), key=_START):
        between = LIST.fullmatch(page.text, end, mention.start) if end is not None else None
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
        if is_facility or page.lexicons.sectors.get(organization) != COUNTRY or _acts(page, sentence, mention):
            facility = mention.value if is_facility else None
            yield Actor(organization, facility, role, mention.start, mention.end)


def _is_compared(page: Page, sentence: Span, mention: Mention) -> bool:
    """Whether a country or a firm only gives the measure: "more than the US government has spent"."""
    if not _COMPARED.search(page.text, max(sentence.start, mention.start - _PREPOSITION_REACH), mention.start):
        return False
    return _MEASURED.search(page.text, max(sentence.start, mention.start - _SOURCE_REACH), mention.start) is not None


def _has_rival(page: Page, sentence: Span, mention: Mention) -> bool:
    """Whether a name only says whose rival or parent is meant: "le rival d'OpenAI", "OpenAI's rival"."""
    before = page.within(max(sentence.start, mention.start - PARTY_REACH), mention.start, "relation")
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
    if _GOVERNMENT.search(page.text, country.start, country.end) or _is_government_of(page, country):
        return True
    if _ALLOWED.search(page.text, max(sentence.start, country.start - PARTY_REACH), country.start):
        return True
    if _ITS_GOVERNMENT.match(page.text, country.end):
        return True
    if _GENITIVE.match(page.text, country.end - 1) and page.language(country.start) == "de":
        return False
    before = page.text[max(sentence.start, country.start - OPENING_REACH) : country.start]
    return OPENS.search(before) is not None and not page.text.startswith(("'s", ")"), country.end)


def _is_government_of(page: Page, mention: Mention) -> bool:
    """ "El Gobierno de Chile licitará": the state itself, and not where or whose."""
    start = max(0, mention.start - PARTY_REACH)
    is_country = page.lexicons.sectors.get(mention.value) == COUNTRY
    return is_country and _GOVERNMENT_OF.search(page.text, start, mention.start) is not None


def _role(page: Page, mention: Mention) -> str:
    opening = max(0, mention.start - PARTY_REACH)
    if _ALLOWED.search(page.text, opening, mention.start) or _is_government_of(page, mention):
        return "direct"
    if _SERVES.match(page.text, mention.end):
        return "counterparty"
    if _RIVAL_AS_SUBJECT.search(page.text, opening, mention.start):
        return "direct"  # "Its rival Alphabet plans"
    before = page.within(opening, mention.start, *_PREPOSITIONS)
    included = _INCLUDING.search(page.text, opening, mention.start)
    included = included or (
        _ONE_OF.search(page.text, opening, mention.start) if _GOES_ON.match(page.text, mention.end) else None
    )
    if _WHO.match(page.text, mention.end):
        included = None  # "with others, notably Adani, which plans"
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


def is_example(page: Page, actor: Actor) -> bool:
    """ "Tenants such as Meta": who is named only as one of several."""
    return _INCLUDING.search(page.text, max(0, actor.start - _SOURCE_REACH // 2), actor.start) is not None


def sentences_back(page: Page, index: int) -> Iterator[Span]:
    """The sentences before, nearest first. A row of a table or an item of a list follows from what leads into the list,
    however many rows stand between; its neighbours speak of others."""
    before = page.list_start(index) - 1
    for back in range(before, max(-1, before - SENTENCES_BACK), -1):
        yield page.sentences[back]
