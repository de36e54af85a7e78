"""What money is spent on: capital expenditure, AI, one chip; or nothing of ours (funding, revenue, a stake in a firm).

Here: the words around an amount, those of the negative lexicon among them, and what an amount leaves unsaid because
the sentences before said it. Not here: who pays, when, and how certain.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from extraction.mentions import Mention, Page
from extraction.numbers import Quantity
from extraction.surroundings import (
    BESIDE,
    COMPARISON,
    COMPUTING,
    NEAR,
    REACH,
    REMEMBERED,
    Measure,
    Memory,
    Refusal,
    Surroundings,
    cover,
)
from extraction.text import Span

# The price of one accelerator, in any of the currencies met: below it is rent, above it a system.
_CHEAPEST, _DEAREST = 300, 2_000_000
_TOPIC_BEFORE, _TOPIC_AFTER = 5, 3
# Money of one topic is of one size: 39 billion a year and 17 a quarter, not 100,000.
_LARGEST_RATIO = 60
_LEAST_MONEY, _MOST_MONEY = 1_000_000, 8 * 10**12
_LEAST_SPENT = 20_000_000
_LEAST_TOPIC_MONEY, _MOST_TOPIC_MONEY = 50_000_000, 3 * 10**12
_MILLION = 1_000_000
_AI_BEFORE = re.compile(r"(?<!\w)(?:AI|IA|KI)(?:[ -](?:related|linked|focused|specific))?[ -]$")
_OF = re.compile(
    r" ?(?:of|de|d'|di|in|en|on|an|für|for|pour|dans|into|towards?|sur|sui|sul|nei|nel|nell'|auf|para|per|worth of)"
    r"(?: |(?<='))(?:new |les |la |l'|le |des |the |its |el |los |las |i |il |die |das |den |ses |son )?"
)
_FOR_WHAT = re.compile(
    rf"(?:{_OF.pattern}|,? (?:à|au|aux|al|alla|to|zum?|zur) (?:la |l'|une? |einer? |un[ao]? )?)"
    r"(?:(?:its|his|their|sa|son|ses|ihre?n?|sein\w*|su|sus|la sua|il suo) )?"
    r"(?:[^\W\d_]+ (?:de |of |für |di |d'))?(?:[A-Z][\w-]+ |new |planned |neue[sn]? |nouveau |nuevo |nuovo ){0,2}"
)
_NARROWED = re.compile(rf"(?: [^\W\d_]+)?{_OF.pattern}")  # "d'investissements privés dans l'IA"
_INTO = re.compile(
    r",? (?:each |more |de plus |chacun |zusätzlich |investment |stake |investment deal |investment round )?"
    r"(?:with|from|in|into|dans|au capital de|au capital d'|chez|bei|en)"
    r" (?:(?!(?:for|pour|para|für|per) )[^\W\d_]+[ -]){0,6}?$"
)
_IN_A_FIRM = re.compile(
    r" (?:investment )?(?:in|into) (?:[^\W\d_]+[ -]){0,3}?"
    r"(?:\w*maker|operator|startup|start-up|company|developer|rival|lab|firm) [A-Z]"
)
# The same without a word of investing: "5 billion in the ailing Intel", "100 milliards (85 milliards d'euros) dans X".
_INTO_ONE = re.compile(
    r"(?: \([^()]{1,40}\))? (?:into|in|dans|en|nella|nell'|nel)(?: |(?<='))"
    r"(?:(?!(?:for|from|with|at|by|to|and|pour|avec|chez|par|et|für|mit|bei|von|und|para|con|por|y|per|da|e) )"
    r"[^\W\d_]+(?: |')){0,3}$"
)
_GLOBAL = re.compile(
    r"(?<!\w)(?:global|worldwide|weltweiten?|globalen?)(?: AI| IT| KI-?)? ?$",
    re.IGNORECASE,
)
_SECTOR = re.compile(r"(?<!\w)(?:industry(?:-wide)?|neocloud|hyperscalers?'?) $", re.IGNORECASE)
_GLOBALLY = re.compile(r" (?:global(?:es|e|i)?|mundial(?:es)?|mondia(?:le?|les|li|ux)|worldwide|weltweit)(?!\w)")
_NOT_MONEY = frozenset({"not_compute_power", "funding", "acquisition"})
_ARTICLE, _OTHER_STATEMENTS = 5, ("capex", "joining", "aside", *COMPUTING)
_FAR = 400
_WORD_AFTER = re.compile(r" ([^\W\d_]+)")
_PAIRED = re.compile(r"(?: [^\W_]+){0,2} (?:et|and|und|y|e) ")
_MONEYS = re.compile(r"[€$£]|(?<!\w)(?:euros?|dollars?|livres|pounds|yuans?|dólares|dollari|yuan)(?!\w)", re.IGNORECASE)
_DEAREST_SYSTEM = 10_000_000
_WOULD = re.compile(r"(?<!\w)(?:would|could|'d|würden?|wären?)(?!\w)|(?:rait|raient|ría|rían|rebbe|rebbero)(?!\w)")
_AT_EACH = re.compile(
    r"(?:At|À|A|Bei|Zu) [$€£]?\d[\d.,\s]{0,12}(?:[^\W\d_]+ ){0,2}(?:each|apiece|a piece|pièce|l'unité|cada|l'uno|Stück)"
)
_ON = re.compile(rf"{_OF.pattern}(?:(?!and |or |et |ou |und )[^\W\d_]+ )?")
_INTO_IT = re.compile(
    r" (?:\([^()]{1,40}\) )?(?:(?:more|de plus|investment|each|chacun|respectivement) )?"
    r"(?:in|into|dans|en|nella|nel|nell')(?: |(?<='))"
)
_INTO_IT_BEFORE = re.compile(r" (?:in|into|dans|en|nella|nell'|nel)(?: |(?<='))(?P<it>(?:[^\W\d_]|[' -])+)$")
_FIRM_SAID = re.compile(
    r"(?:start-?up|lab|labor|labo|laboratoire|laboratori?o|company|firm|entreprise|société|pousse|Unternehmen|Firma"
    r"|empresa|compañía|azienda|società|concern|maker|developer|éditeur|rival|operator)(?!\w)",
    re.IGNORECASE,
)
_INTO_PRONOUN = re.compile(
    r" (?:in(?:to)? it|dans (?:elle|lui|celle-ci|celui-ci)|en ella|in (?:ihn|sie|essa))(?=[ ,.;])"
)
# "L'an dernier, X avait financé Y à hauteur de 6 milliards": who is financed has the money.
_FINANCES = re.compile(r"(?<!\w)(?:finan[cz]\w{0,6}|bankroll(?:s|ed)) (?:(?:the|la|le|el|die|das|il) )?$")
_INVESTMENT_OF = re.compile(
    r"(?<!\w)(?:invest\w+|inversi\w+|apport\w*) (?:of|by|from|de|d'|di|da|del|della|por|von|par) ?(?:the |la |l')?$",
    re.IGNORECASE,
)
_TO_FINANCE = re.compile(
    r"(?<!\w)(?:to (?:help )?(?:finance|fund)|(?:pour|afin de) financer|zur Finanzierung|para financiar|per finanziare)"
    r"(?!\w)"
)
# A part of an amount that was refused just before: "the first $10 billion will come once…".
_FIRST_OF = re.compile(
    r"(?<!\w)(?:first|initial|tranche|premiers?|première|primer[ao]?|prim[ao]|inizial[ei]|erste[rns]?|inicial(?:es)?)(?!\w)",
    re.IGNORECASE,
)
_IN_EACH = re.compile(r" (?:each|apiece|chacun|chacune) (?:in|into|dans) [A-ZÀ-Þ]")
_MAINLY = re.compile(
    r"(?<!\w)(?:vor allem|hauptsächlich|überwiegend|insbesondere|größtenteils|mainly|mostly|primarily|largely|chiefly"
    r"|principalement|essentiellement|surtout|principalmente|sobre todo|soprattutto|in gran parte|en gran parte)"
    r" (?:(?:in|into|on|for|für|dans|pour|sur|en|para|nei|per|nel|auf|to|destinés? (?:à|aux)|de) )?"
    r"(?:[^\W\d_]+ ){0,2}$",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"(?:d'|en )?(?:investissements?|investments?|inversiones|inversión|investimenti|investimento)", re.I
)
_SUBORDINATE = re.compile(
    r"(?<!\w)(?:after|while|because|despite|whereas|although|après que|alors que|tandis que|malgré|bien que"
    r"|nachdem|während|obwohl|trotz|mientras|aunque|pese a|mentre|nonostante|dopo che"
    r"|(?:higher|larger|more|greater|bigger) than the|plus que le|mehr als das)(?!\w)"
)
_ADJECTIVES_ONLY = re.compile(r"[ -](?:(?:new|AI|giant|massive|planned|huge|[A-Z]\w+) ){0,2}")
_FOR_ONE = re.compile(
    r" (?:(?:for|pour|für|por|per|par|pro|a|un|an) |(?=(?:each|every|chaque|jede|cada|ogni)\w? ))"
    r"(?:(?:an?|une?|eine?n?|uno|una|one|each|single|every|chaque|cada|ogni|jede[ns]?|Nvidia|carte|la|le|el) ){0,3}"
)
# What stands between a chip and its price in a list: "H100 PCIe 80 Go : environ 27 500 €".
_LABELLED = re.compile(
    r"(?: (?:[A-Z]{2,5}|\d{2,3} ?G[Bo]|HBM\d\w?))*(?: ?[:=|]| -) ?(?:(?:~|à partir de|[^\W\d_]+(?: [^\W\d_]+)?) ?)?"
)
_OPENS_ITEM = re.compile(r"(?:^|[;\n,|•*-]) *(?:[A-Z]\w+ )?$")
_SHARE_OF = re.compile(r" (?:for|pour|für|por|per) (?:[^\W\d_]+ )?\d+(?:[.,]\d+)? ?(?:%|percent|pour cent|Prozent)")
_LEADS_TO = re.compile(
    r"(?<!\w)(?:auf|to|hasta|fino a|à|bis auf) (?:(?:about|rund|etwa|environ|circa|unos|mehr als|over) )?$"
)
_WORTH = re.compile(  # "un centro de datos de 25.000 millones", "ein Rechenzentrum für elf Milliarden"
    r" (?:de|da|di|von|of|für|pour|worth|por|im Wert von|valant|à) "
    r"(?:(?:about|some|rund|etwa|environ|plus de|circa|unos) )?"
)
_GIVES = re.compile(r"g(?<!\wg)(?:ibt|ab|eben|aben)(?!\w)")
_OUT = re.compile(r"[^.;]*? aus(?=[.,;:]| und |$)")
_PER_POWER = re.compile(
    r" (?:per|par|pro|por|je|al) (?:megawatts?|mégawatts?|megavatio|gigawatts?|gigavatio|MW|GW)(?!\w)", re.IGNORECASE
)
# "Un data center da 1 gigawatt costa circa $50 miliardi": any one of them.
SITE_OF_ONE = re.compile(
    r"(?<!\w)(?:an?|one|each|une?|chaque|eine?[sn]?|jedes|una?|cada|ogni) (?:[^\W\d_]+ ){0,4}?"
    r"(?:(?:of|von|mit|de|d'|da) ?)?(?:1|one|une?|eine[mn]?|uno?)[ -](?:gigawatts?|gigavatio|GW)"
    r"[^.;:,]{0,20} (?:costs?|kostet|coûte|cuesta|costa)(?!\w)"
    r"|(?<!\w)(?:an?|one|each|every|1|un|une|ein|jedes|cada|ogni|per) (?:gigawatts?|gigavatio|GW)(?!\w)[^.;:,]{0,50}?"
    r" (?:costs?|kostet|coûte|coûterait|coûtera|cuesta|costa|revient à)(?!\w)"
    r"|(?<!\w)(?:puts?|estimates?|reckons?|values?|chiffre|estime|évalue|beziffert|schätzt|estima|cifra|stima)"
    r" (?:the (?:price|cost) of )?(?:an?|one|une?|eine?n?|una|uno) (?:[^\W\d_]+[ -]){0,4}?"
    r"(?:(?:of|de|d'|da|mit|von) ?)?(?:1|one|une?|eine[mn]?|uno?)[ -]?(?:gigawatts?|gigavatio|GW)(?!\w)",
    re.IGNORECASE,
)
_FOR_PRICE = re.compile(r" (?:for|pour|für|por|per) (?:(?:about|some|roughly|environ|rund|etwa|unos|circa) )?$")
_PUT_THERE = re.compile(r"(?<!\w)y (?:a|ont|avait|avaient|aura) (?:déjà )?(?:mis|investi|injecté|placé|versé)(?!\w)")
_WHICH_IN = re.compile(r" in(?:to)?(?=[.,;])")  # "a lab that Oracle has put $270 million into."
_BY = re.compile(
    r"(?<!\w)(?:by|um|up|down) (?:about |around |roughly |nearly |some |over |more than |rund |etwa |mehr als )?$"
)
_FOR = re.compile(r" (?:pour|for|für|por|per) (?:[^\W\d_]+ ){0,3}")
_INVESTS = re.compile(
    r"invest|inver[st]|invi[er]|put|pour|misé?(?!\w)|plac|in[jy]ect|iniet|stak|engag|commit|vers[ée]|steck|beteilig|apport"
    r"|a mis|ont mis",
    re.IGNORECASE,
)
_SPENDS = re.compile(
    r"invest|invers|inviert|invirt|invert|consacr|dedic|destin[aóòe]|spen[dt]|dépens|gast|ausg[ae]b|spes|engag|débours|desembols|sborsa",
    re.IGNORECASE,
)
_YEARS = frozenset({"this_year", "the_year", "last_year", "next_year", "fiscal", "fiscal_this", "fiscal_last"})
_BUYS = re.compile(r"(?:buy|bought|acquir|purchas|rachet|acquér|acquis|kauf|übern|compr|adquir)", re.IGNORECASE)
_BOUGHT = (*COMPUTING, "capex", "site")
_HOSTS = frozenset({"cloud", "neocloud"})
_AGREEMENTS = re.compile(r"deal|contra|agreement|accord|vertrag|abkommen|commitment|acuerdo|engagement|auftrag", re.I)
# What a statement of its own says after "and".
_NEXT = frozenset({"share_price", "loss", "revenue", "cash_flow", "inventory"})
_OF_ANOTHER = _NEXT | {"funding", "acquisition", "valuation"}
# What is listed after one amount of these is the same: "raised $110 billion, of which $50 billion from Amazon".
CHAINED = frozenset({"funding", "revenue", "acquisition"})
# Of these an amount goes on only as the level that the one before leads to: "could drop from $54 billion to $20".
UNIT_COST = "cost of a unit"
LEVELS = frozenset({UNIT_COST, "cash_flow", "loss", "valuation", "pay", "share_price"})
# What no amount of a list is, though the one before it was a claim: "capex of $11 billion, up $1 billion".
NO_LEVELS = frozenset({"increment", "hypothetical", "of everybody"})
_LEVEL = re.compile(
    r"(?: \([^()]{1,20}\))?(?:(?: [^\W\d_]+){0,2} (?:to|à|auf|bis|a|hasta)|,? (?:down|up) from"
    r"|,? (?:compared (?:with|to)|against|versus|contre|gegenüber|nach|après|frente a|contro)) ?(?:[^\W\d_]+ |~)?"
)
_ADJECTIVES = frozenset({"rate_month", "rate_year", "last_quarter"})  # "117 million monthly users"
# What goes on with an amount and names nothing it counts: "750 millions de plus", "50 milliards prévus".
_NEXTS = re.compile(
    r"(?: (?:of|was|were|at|de|d'|von|di|à|was about|of about))?(?: (?:about|some|rund|environ|circa))? ?"
)
_MORE = re.compile(
    r" (?:davon|of (?:it|that|which|them)|dont|di cui|de ellos|de los cuales|d'entre eux|de plus|more|supplémentaires"
    r"|additional|mehr|más|in più|de más|adicionales|aggiuntivi|zusätzlich"
    r"|conclus?|promis|investis?|mis|[^\W\d_]{3,}(?:ée?s?|ue?s?|ati|ate|uti|ute|ados|adas|idos|idas))(?!\w)"
)
_MONEY_WORD = re.compile(r"[ ]?(?:(?:d'|de |of |di |von )?([^\W\d_]+))?")


def is_bare_money(page: Page, quantity: Quantity) -> bool:
    """ "50 milliards prévus", "13.2 billion in the second": an amount of millions that leaves out its currency.

    Where a noun follows ("70 milliards de paramètres", "3 million cars") it counts that, unless that is spending.
    """
    if quantity.unit is not None or quantity.factor < _MILLION:
        return False
    if not _LEAST_TOPIC_MONEY <= quantity.high <= _MOST_TOPIC_MONEY:
        return False
    if not page.text[quantity.end - 2 : quantity.end].isalpha():
        return False  # "27B" is the size of a model
    if page.text[quantity.end : quantity.end + 1] == "-":
        return False  # "a 34-billion-parameter model"
    word = _MONEY_WORD.match(page.text, quantity.end)
    if word is None or word[1] is None:
        return True
    kinds = {m.kind for m in page.at(word.start(1)) if m.value not in _ADJECTIVES}
    if kinds & {"capex", "status", "period", "month", "organization"} or _SPENDS.match(page.text, word.start(1)):
        return True
    is_elided = len(word[1]) == 1 and page.text[word.end() : word.end() + 1] == "'"
    if is_elided or _MORE.match(page.text, quantity.end):  # "131 milliards l'an dernier"
        return True
    text = page.text[quantity.end : word.start(1)].strip()
    is_small = word[1].lower() in page.lexicons.small_words | page.lexicons.numbers.expected
    return not text and not kinds & {"accelerator", "chip"} and is_small


def measure_money(around: Surroundings, memory: Memory) -> Measure | Refusal:
    """What an amount is spent on, or why it is no claim."""
    page, quantity, currency = around.page, around.quantity, _currency(around, memory)
    negatives = _money_negatives(around)
    price = _price(around)
    if price is not None:
        return price
    clause_start = around.clause().start
    capex, spending = around.cues("capex"), around.cues("spend") or around.cues("contract")
    if capex and _is_part(around, capex[0]):  # "$30 billion, half of it capital spending"
        capex = []
    if not capex and around.before.start == around.sentence.start:  # the subject, wherever it stands
        subject = page.within(*around.before, "capex")[-1:]
        opens = bool(subject) and subject[0].start - around.sentence.start <= NEAR
        capex = subject if opens or not spending else []
        spending = [] if opens else spending
    if (
        not capex and not spending and page.text[quantity.start - 1] == "("
    ):  # "Amazon ($200 billion) and … gave their capex"
        capex = page.within(*around.sentence, "capex")[-1:]
    if apart := _spent_apart(around):
        spending = [apart, *spending]
    if quantity.low > _DEAREST:  # the price of a system
        spending = spending or [m for m in around.cues("price") if around.distance(m) <= NEAR]
    guided = [m for m in around.cues("amount")[:1] if around.distance(m) <= NEAR // 2]
    if guided and any(m.end <= guided[0].start and guided[0].start - m.end <= BESIDE for m in negatives):
        guided = []  # "revenue in the range of $100 million"
    if spending and any(m.value == "funding" and 0 < spending[0].start - m.end <= 2 for m in negatives):
        return Refusal("funding")  # "a funding round worth $700 million"
    if capex and capex[0].end < quantity.start and _is_agreed(around):
        capex = []  # "beside the spending of others, OpenAI has announced $1 trillion of deals"
    nearest = min((around.distance(cues[0]) for cues in (capex, spending, guided) if cues), default=None)
    if capex and (lost := _loss_of(page, capex[0])):
        return Refusal(lost.value)
    is_object = bool(capex) and _OF.fullmatch(page.text, quantity.end, capex[0].start) is not None
    if not is_object and (about := _negative_subject(around, negatives)):
        return Refusal(about.value)
    if spending and any(_governs(around, m, spending[0]) for m in negatives[:1]):
        return Refusal(negatives[0].value)
    plants = page.within(quantity.end, min(quantity.end + NEAR, around.after.end), "factory")
    if not capex and any(_FOR_WHAT.fullmatch(page.text, quantity.end, m.start) for m in plants):
        return Refusal("other")  # "14,6 milliards à une usine en Corée"
    if negative := _is_of_a_negative(around, negatives):
        return Refusal(negative.value)
    behind = [m for m in negatives if capex and quantity.end <= capex[0].start and m.start == capex[0].end + 1]
    if behind and behind[0].value == "funding":
        return Refusal("funding")  # "d'investissements dans le capital-risque"
    if negatives and (nearest is None or around.distance(negatives[0]) <= nearest + BESIDE // 2):
        return Refusal(negatives[0].value)
    if not _LEAST_MONEY <= quantity.high <= _MOST_MONEY:
        return Refusal("too small" if quantity.high < _LEAST_MONEY else "too large")
    if page.within(max(around.before.start, quantity.start - REACH), quantity.start, "needed"):
        return Refusal("hypothetical")
    if _is_supposed(around):
        return Refusal("hypothetical")
    if _BY.search(page.text, max(around.before.start, quantity.start - NEAR), quantity.start):
        return Refusal("increment")  # "to dip by $3 billion"
    is_unit = SITE_OF_ONE.search(page.text, max(around.sentence.start, quantity.start - NEAR - NEAR), quantity.start)
    if is_unit or _PER_POWER.match(page.text, quantity.end):
        return Refusal(UNIT_COST)
    if (
        _SHARE_OF.match(page.text, quantity.end)
        or _WHICH_IN.match(page.text, quantity.end)
        or _goes_into_a_firm(around)
        or (spending and _is_stake(around, spending[0]))
    ):
        return Refusal("funding")
    if any(_is_everybodys(page, m) for m in (*capex[:1], *spending[:3])):
        return Refusal("of everybody")
    is_spent = bool(spending) and _SPENDS.match(page.text, spending[0].start) is not None
    if (
        not is_spent
        and not capex
        and _TO_FINANCE.search(page.text, quantity.end, min(quantity.end + REACH, around.after.end))
    ):
        return Refusal("funding")  # "a $3.4 billion deal with X, an asset manager, to finance construction"
    if any(_is_sellers(around, m) for m in spending):
        return Refusal("funding")  # "Nvidia will invest up to $100 billion to build with OpenAI"
    opening = max(clause_start, quantity.start - 2 * NEAR)
    if quantity.high < _DEAREST_SYSTEM and page.within(opening, quantity.start, "system"):
        return Refusal("price of a system")  # "the GB200 rack lands at approximately $3 million"
    if spending and spending[0].kind == "price" and page.within(around.clause().start, quantity.start, "container"):
        return Refusal("price of a system")
    computing = [m for m in around.cues(*COMPUTING) if not _is_main_part(page, m)]
    computing = computing or [m for m in around.cues("training", "inference") if around.distance(m) <= NEAR]
    if page.within(*around.sentence, "cancelled"):
        return Refusal("cancelled")
    if spending and _PUT_THERE.search(page.text, max(around.clause().start, quantity.start - NEAR), quantity.start):
        return Refusal("funding")  # "Amazon, qui y a mis 8 milliards"
    if COMPARISON.match(page.text, around.sentence.start) and not page.within(*around.sentence, "capex", *COMPUTING):
        return Refusal("comparison")
    if capex and _is_of_a_site(around, capex[0]):
        return Measure("ai_spend", currency, cover(quantity, capex[0]), scope="site", is_sure=False)
    if capex and not _is_for_computing(around, capex[0], computing):
        return Measure("capex", currency, cover(quantity, capex[0]), scope="total")
    clause = around.clause()
    beside = [m for m in computing[:1] if clause.start <= m.start < clause.end]
    verbs = [s for s in spending if 0 <= s.start - quantity.end <= NEAR // 2]
    behind_verb = [(s, m) for s in verbs for m in computing if m.start > s.end]  # "85 billion are set aside for chips"
    beside = beside or [m for s, m in behind_verb if _FOR_WHAT.fullmatch(page.text, s.end, m.start)][:1]
    plain = next((m for m in spending if _is_plain_investment(around, m, computing)), None)
    if plain:
        return Measure("capex", currency, cover(quantity, plain), scope="total", is_sure=False)
    if spending and not capex and not beside and _goes_on_about_capex(around, memory) and not _hosts(around):
        # "This year it expects to spend $30 billion, with growth driven by servers"
        return Measure("capex", currency, cover(quantity, spending[0]), scope="total", is_sure=False, is_carried=True)
    if capex or (computing and spending):  # capital spending that is narrowed to computing
        cue = spending[0] if spending else capex[0]
        return Measure("ai_spend", currency, cover(quantity, cue, *beside), scope=_scope(around))
    if spending and (hosts := _hosts(around)):
        scope = "chips" if hosts[0].value in page.lexicons.sellers else _scope(around)
        return Measure("ai_spend", currency, cover(quantity, spending[0]), scope=scope, is_sure=False)
    if spending and _goes_on_about_capex(around, memory):
        return Measure("capex", currency, cover(quantity, spending[0]), scope="total", is_sure=False, is_carried=True)
    if spending and (_is_known_deal(around, spending) or page.within(*around.sentence, *COMPUTING)):
        return Measure("ai_spend", currency, cover(quantity, spending[0]), scope=_scope(around), is_sure=False)
    places = page.within(max(around.before.start, quantity.start - NEAR), quantity.start, "site")
    places = places if computing or around.nearby(2, 1, *COMPUTING) else []  # "un site de 450 millions d'euros"
    if any(
        _WORTH.fullmatch(page.text, m.end, quantity.start) for m in (*computing, *places) if m.end <= quantity.start
    ):
        return Measure("ai_spend", currency, cover(quantity, *places, *computing[:1]), scope="site", is_sure=False)
    if quantity.unit and any(_ADJECTIVES_ONLY.fullmatch(page.text, quantity.end, m.start) for m in computing):
        # "announced a $10 billion AI data center": by what it costs
        return Measure("ai_spend", currency, cover(quantity, computing[0]), scope="site", is_sure=False)
    sites = page.within(quantity.end, quantity.end + NEAR // 2, "site") if quantity.unit else []
    if any(_ADJECTIVES_ONLY.fullmatch(page.text, quantity.end, m.start) for m in sites) and around.nearby(
        2, 1, *COMPUTING
    ):
        return Measure("ai_spend", currency, cover(quantity, sites[0]), scope="site", is_sure=False)
    if page.is_row(around.index) and page.within(*around.sentence, "facility"):
        return Measure("ai_spend", currency, cover(quantity), scope="site", is_sure=False)
    counted = memory.get("chips") or memory.get("power")
    is_counted = counted is not None and counted.index == around.index and not capex
    is_paired = page.text[slice(*around.before)].strip() in (
        "et",
        "and",
        "und",
        "y",
        "e",
    )  # "with 2,048 GPUs and $6 million"
    if counted and is_counted and (quantity.high >= _LEAST_TOPIC_MONEY or is_paired or _is_their_price(around)):
        scope = (
            "chips" if counted.measure.unit == "accelerator" else "total"
        )  # "ordered 12,400 GPUs for about $674 million"
        return Measure("ai_spend", currency, cover(quantity), scope=scope, is_sure=False)
    is_it = around.nearby(1, 0, *COMPUTING) and page.within(*around.before, "spend")
    if (
        quantity.low >= _LEAST_SPENT
        and _is_their_price(around)
        and (is_it or page.within(*around.before, *COMPUTING, "site"))
    ):
        # "construira un pôle de centres de données, pour 15 milliards de dollars", "built it for 35 billion"
        return Measure("ai_spend", currency, cover(quantity, *computing[:1]), scope=_scope(around), is_sure=False)
    behind = [m for m in computing if m.start >= quantity.end]
    starts = {quantity.end, *(d.end for d in around.dates if 0 < d.start - quantity.end <= BESIDE)}
    if any(_FOR_WHAT.fullmatch(page.text, start, m.start) for m in behind for start in starts):
        # "109 milliards d'euros pour l'IA", "$15 billion over five years for its AI hub"
        return Measure("ai_spend", currency, cover(quantity, behind[0]), scope=_scope(around), is_sure=False)
    if (_is_agreed(around) or _is_contracts_worth(around)) and around.nearby(2, 1, *COMPUTING):
        return Measure("ai_spend", currency, cover(quantity, *spending[:1]), scope=_scope(around), is_sure=False)
    return _money_unsaid(around, memory, spending)


def _is_supposed(around: Surroundings) -> bool:
    """ "If it were to buy a million, that would cost $30 billion": a sentence that opens by supposing."""
    page, start = around.page, around.sentence.start
    opens = page.within(start, start + BESIDE + BESIDE, "hypothetical")
    is_sum = _AT_EACH.match(page.text, start) is not None
    if not is_sum and not (opens and opens[0].start - start <= 2):
        return False
    end = min(around.quantity.end + NEAR, around.after.end)
    return _WOULD.search(page.text, opens[0].end if opens else start, end) is not None


def _is_their_price(around: Surroundings) -> bool:
    """ "12,400 GPUs for about $674 million"."""
    start = around.quantity.start
    return _FOR_PRICE.search(around.page.text, max(around.before.start, start - NEAR), start) is not None


def _spent_apart(around: Surroundings) -> Mention | None:
    """ "Google gibt bis 2029 gut 5,5 Milliarden Euro aus": a German verb in two parts, with the amount between them."""
    page, quantity = around.page, around.quantity
    first = _GIVES.search(page.text, max(around.before.start, quantity.start - REACH), quantity.start)
    second = _OUT.match(page.text, quantity.end, around.after.end) if first else None
    return Mention("spend", "ausgeben", *first.span()) if first and second else None


def _price(around: Surroundings) -> Measure | None:
    """ "30 603 $ par unité": a price for one, of a chip named before in this sentence or as topic of one before."""
    page, quantity = around.page, around.quantity
    if quantity.unit is None or not _CHEAPEST <= quantity.low <= _DEAREST:
        return None
    end = around.after.end
    each = page.within(quantity.end, min(quantity.end + NEAR, end), "per_unit")
    if any(m.value == "rent" for m in page.within(quantity.end, min(quantity.end + 2 * NEAR, end), "negative")):
        return None
    if page.within(max(around.before.start, quantity.start - NEAR), min(quantity.end + NEAR, end), "making"):
        return None  # "a B200 costs barely $6,000 to produce"
    asked = [m for m in around.cues("price") if around.distance(m) <= NEAR]
    before = page.within(around.sentence.start, quantity.start, "chip")
    if not before:  # "a Blackwell GPU would go for $30,000 to $40,000"
        named = page.within(around.sentence.start, quantity.start, "accelerator")
        before = [m for m in named if m.value in page.lexicons.vendors][-1:]
    labelled = before[-1:] if before and _LABELLED.fullmatch(page.text, before[-1].end, quantity.start) else []
    earlier = page.sentences[max(0, around.index - REMEMBERED) : around.index]
    topic = [chip for sentence in reversed(earlier) for chip in page.within(*sentence, "chip")[:1]]
    if each and (chips := before[-1:] or topic[:1]):
        return Measure("accelerator_price", f"{quantity.unit}/accelerator", cover(quantity, each[0]), chips[0].value)
    if page.text[slice(*around.sentence)].strip() == page.text[quantity.start : quantity.end]:  # a cell on its own line
        cells = reversed(earlier) if around.index else ()
        labelled = labelled or next((found for cell in cells if (found := _opening_chip(page, cell))), [])
    if labelled and quantity.high < _DEAREST / 10 and _is_row_or_start(around, labelled[0]):
        evidence = cover(quantity, labelled[0])
        return Measure("accelerator_price", f"{quantity.unit}/accelerator", evidence, labelled[0].value, is_sure=False)
    behind = page.within(quantity.end, min(quantity.end + NEAR, end), "chip")
    if behind and _FOR_ONE.fullmatch(page.text, quantity.end, behind[0].start):
        evidence = cover(quantity, behind[0])
        return Measure("accelerator_price", f"{quantity.unit}/accelerator", evidence, behind[0].value, is_sure=False)
    if around.index and (answered := earlier[-1:]):  # "Combien pour une B200 ? De 30 000 à 40 000 dollars"
        asked = asked or page.within(*answered[0], "how_much")
        before = before or (page.within(*answered[0], "chip") if page.within(*answered[0], "how_much") else [])
    if asked and not before and page.within(around.before.start, quantity.start, "per_unit"):
        before = topic[:1]  # "The price for each GPU is estimated at…"
    if asked and before and quantity.high < _DEAREST / 10:
        evidence = cover(quantity, asked[0], before[-1])
        return Measure("accelerator_price", f"{quantity.unit}/accelerator", evidence, before[-1].value, is_sure=False)
    return None


def _opening_chip(page: Page, cell: Span) -> list[Mention]:
    """The chip that a short line begins with."""
    chips = page.within(cell.start, min(cell.end, cell.start + NEAR), "chip") if cell.end - cell.start <= NEAR else []
    return [m for m in chips[:1] if not page.text[cell.start : m.start].strip(" |*")]


def _is_row_or_start(around: Surroundings, chip: Mention) -> bool:
    """Whether a chip stands where a list has its labels: "- H100 PCIe: €27,500", "H100: $30,000; H200: $35,000"."""
    if chip.end <= around.sentence.start:
        return True
    opening = around.page.text[around.sentence.start : chip.start]
    return _OPENS_ITEM.search(opening) is not None


def _is_part(around: Surroundings, capex: Mention) -> bool:
    return capex.start >= around.quantity.end and bool(
        around.page.within(around.quantity.end, capex.start, "continuation", "half")
    )


def _is_stake(around: Surroundings, spending: Mention) -> bool:
    """ "Invest up to $10 billion in Anthropic", "misé 13 milliards dans OpenAI": a stake in a firm buys no compute."""
    page, quantity = around.page, around.quantity
    named = _firms(page, Span(quantity.end, min(quantity.end + 2 * NEAR, around.sentence.end)))
    before = _firms(page, Span(spending.end, quantity.start))
    if any(_is_bought(page, m) for m in page.within(*around.sentence, "spend", "flow")):
        return True  # "a consortium to buy Aligned Data Centers"
    bought = before[:1] if spending.end < quantity.start else []
    is_object = any(not page.text[spending.end : m.start].strip() for m in bought)
    if is_object and _FOR.fullmatch(page.text, bought[0].end, quantity.start):
        return True  # "acquired Twitter for $44 billion"
    if not _INVESTS.match(page.text, spending.start):
        return False
    if before and spending.end < quantity.start and _INTO.fullmatch(page.text, spending.end, before[0].start):
        return not page.within(before[0].end, before[0].end + BESIDE, "accelerator", "chip")  # "in Nvidia chips"
    if _IN_A_FIRM.match(page.text, quantity.end) or _IN_EACH.match(page.text, quantity.end):
        return True
    return any(
        _INTO.fullmatch(page.text, quantity.end, m.start) is not None
        and (page.text[m.end : m.end + 2] != "'s" or page.within(m.end, m.end + NEAR, "negative"))
        and not page.within(quantity.end, m.end + BESIDE, "accelerator", "chip", "capex")  # "dans les puces Nvidia"
        for m in named[:1]
    )


def _goes_into_a_firm(around: Surroundings) -> bool:
    """Whether an amount is put into a firm by where it stands, whatever word of investing is near it."""
    page, quantity = around.page, around.quantity
    if _goes_into_it(around):
        return True
    for m in _firms(page, Span(quantity.end, min(quantity.end + 2 * NEAR, around.sentence.end)))[:1]:
        is_object = _is_possessor(page, m) or page.within(quantity.end, m.end + BESIDE, *_BOUGHT)
        is_object = is_object or page.within(quantity.end, m.start, "spend", "flow")  # "en achat d'équipements Nvidia"
        if not is_object and _INTO_ONE.fullmatch(page.text, quantity.end, m.start):
            return True
    pair = _firms(page, Span(around.before.start, quantity.start))[-2:]
    if len(pair) > 1 and _INTO_ONE.fullmatch(page.text, pair[0].end, pair[1].start):
        opening = max(around.sentence.start, pair[0].start - NEAR)
        is_stake = _INVESTMENT_OF.search(page.text, opening, pair[0].start) and not _is_possessor(page, pair[1])
        if is_stake:
            return True  # "an investment by Nvidia in OpenAI of up to $100 billion"
    before = pair[-1:]
    start = around.sentence.start
    return any(
        not _is_possessor(page, m) and _FINANCES.search(page.text, max(start, m.start - NEAR), m.start) for m in before
    )


def _goes_into_it(around: Surroundings) -> bool:
    """ "Has invested $8 billion in the lab", "qui y a mis": a firm spoken of, and nothing that is built or bought."""
    page, quantity = around.page, around.quantity
    behind = _INTO_IT.match(page.text, quantity.end, around.sentence.end)
    before = _INTO_IT_BEFORE.search(page.text, max(around.sentence.start, quantity.start - NEAR), quantity.start)
    for place in (behind and behind.end(), before and before.start("it")):
        if place is None:
            continue
        firm = next((m for m in page.at(place) if m.kind == "anaphor"), None)
        if firm is None:
            continue
        ends = next(clause.end for clause in around.clauses if firm.start < clause.end)
        if any(m.start > firm.end + 1 for m in page.within(firm.end, min(firm.end + NEAR, ends), *_BOUGHT)):
            continue  # "dans l'entreprise, ses puces", "in the lab's data centers"; an "AI" is part of its name
        if not page.text.startswith(("'s", "' "), firm.end) and _FIRM_SAID.search(page.text, place, firm.end):
            return True
    return _INTO_PRONOUN.match(page.text, quantity.end) is not None


def _loss_of(page: Page, capex: Mention) -> Mention | None:
    """ "Depreciation of property and equipment", "Abschreibungen auf Sachanlagen"."""
    before = page.within(capex.start - NEAR, capex.start, "negative")[-1:]
    return next((m for m in before if m.value == "other" and _OF.fullmatch(page.text, m.end, capex.start)), None)


def _negative_subject(around: Surroundings, negatives: list[Mention]) -> Mention | None:
    """ "La valorisation de Mistral AI atteint 11,7 milliards": what the sentence or the clause is about."""
    page, start = around.page, around.quantity.start
    first, clause = around.sentence.start, around.clause().start
    opening = page.within(first, min(first + NEAR, start), "negative") if around.before.start == first else []
    subjects = [m for m in opening if m.value not in _NOT_MONEY and m.start - first <= _ARTICLE]
    for m in (*subjects, *(m for m in negatives if 0 <= m.start - clause <= _ARTICLE)):
        if m.end >= start:
            continue
        amounts = {a.start for a in page.within(m.end, start, "amount", "price")}
        verbs = [s for s in page.within(m.end, start, "spend") if s.start not in amounts]
        if m.value != "increment" and not verbs and not page.within(m.end, start, *_OTHER_STATEMENTS):
            return m
    return None


def _governs(around: Surroundings, negative: Mention, spending: Mention) -> bool:
    """ "Earned $18 billion in the quarter and builds data centers": what comes after "and" is another statement."""
    page, quantity = around.page, around.quantity
    is_joined = spending.start >= quantity.end and page.within(quantity.end, spending.start, "joining")
    return bool(is_joined) and around.clause().start <= negative.start < quantity.start and negative.value in _NEXT


def _is_of_a_negative(around: Surroundings, negatives: list[Mention]) -> Mention | None:
    """What an amount is said to be spent on where that is none of ours: "spent $20 billion on share buybacks"."""
    page, end = around.page, around.quantity.end
    return next(
        (
            m
            for m in negatives
            if m.value not in ("increment", "funding", "valuation")
            and m.start > end
            and _ON.fullmatch(page.text, end, m.start)
        ),
        None,
    )


def _is_everybodys(page: Page, cue: Mention) -> bool:
    """ "Global AI spending", "la inversión global en IA", "die weltweiten Investitionen": those of all together."""
    return (
        _GLOBAL.search(page.text, max(0, cue.start - NEAR // 2), cue.start) is not None
        or (
            _SECTOR.search(page.text, max(0, cue.start - NEAR // 2), cue.start) is not None
            and (cue.kind == "capex" or _SPENDS.match(page.text, cue.start) is not None)
        )
        or _GLOBALLY.match(page.text, cue.end) is not None
    )


def _is_possessor(page: Page, firm: Mention) -> bool:
    return page.text.startswith("'s", firm.end)


def _is_sellers(around: Surroundings, spending: Mention) -> bool:
    """Whether it is a seller of chips who invests: in its customers, as a rule."""
    page = around.page
    if not _INVESTS.match(page.text, spending.start) or spending.start > around.quantity.start:
        return False
    behind = _firms(page, Span(around.quantity.end, around.after.end))[:1]
    if behind and behind[0].value in page.lexicons.sellers:  # "an investment of $100 billion, confirmed by Nvidia"
        agents = page.within(behind[0].start - BESIDE, behind[0].start, "agent")
        if any(m.end + 1 == behind[0].start for m in agents):
            return True
    before = _firms(page, Span(around.sentence.start, around.quantity.start))
    return bool(before) and all(
        m.value in page.lexicons.sellers and not page.within(m.end, m.end + BESIDE, "accelerator", "chip")
        for m in before
    )


def _is_bought(page: Page, verb: Mention) -> bool:
    """Whether a verb of buying has a firm for its object."""
    if not _BUYS.search(page.text, verb.start, verb.end):
        return False
    bought = [m for m in page.at(verb.end + 1) if m.kind in ("organization", "anaphor")]
    is_firm = any(m.kind == "anaphor" and " " in page.text[m.start : m.end] for m in bought)
    firms = [m for m in bought if m.kind == "organization" and m.value not in page.lexicons.sellers]
    after = page.text[firms[0].end : firms[0].end + 2] if firms else ""
    return is_firm or (bool(firms) and (not after.strip() or after[0] in ",.") and "'" not in after)


def _firms(page: Page, span: Span) -> list[Mention]:
    return [
        m
        for m in page.within(*span, "organization")
        if page.lexicons.sectors[m.value] != "country" and not any(f.kind == "facility" for f in page.at(m.start))
    ]


def _is_agreed(around: Surroundings) -> bool:
    """ "Has committed $1 trillion in deals this year": what contracts are worth is no capital spending."""
    page, end = around.page, around.quantity.end
    return any(_OF.fullmatch(page.text, end, m.start) for m in page.within(end, end + NEAR, "contract"))


def _is_contracts_worth(around: Surroundings) -> bool:
    """ "… under a contract that runs through 2031. It is worth $17.4 billion": what the sentence before is about."""
    page = around.page
    opens = page.within(around.sentence.start, around.sentence.start + BESIDE, "anaphor")[:1]
    said = page.within(*page.sentences[around.index - 1], "contract") if around.index else []
    return bool(opens and said) and opens[0].start - around.sentence.start <= 1


def _goes_on_about_capex(around: Surroundings, memory: Memory) -> bool:
    said = memory.get("money")
    is_said = said is not None and said.measure.metric == "capex" and around.index - said.index <= 1
    return is_said and not _is_agreed(around)


def _is_plain_investment(around: Surroundings, spending: Mention, computing: list[Mention]) -> bool:
    """ "We invested $14.8 billion in the fourth quarter": what a firm invests in a quarter is its capex, whatever it
    says later that it bought. Not so where the amount is of one thing ("$1 billion of AI infrastructure")."""
    page, quantity = around.page, around.quantity
    if not _SPENDS.match(page.text, spending.start):
        return False
    reach = REACH if around.is_fronted() else NEAR
    near = [d for d in around.dates if min(abs(d.start - quantity.end), abs(quantity.start - d.end)) <= reach]
    is_quarter = any(d.quarter or d.words & {"last_quarter", "quarter"} for d in near)
    is_year = any(d.year or d.words & _YEARS for d in near if not d.months_ahead and not d.is_deadline and not d.until)
    if (not is_quarter and not is_year) or _is_agreed(around):
        return False
    if any(m.value in page.lexicons.sellers for m in page.within(*around.sentence, "organization")):
        return False  # "half a billion on Nvidia gear"
    if page.within(quantity.end, quantity.end + NEAR, "training", "inference"):
        return False  # "will spend $10 billion on training and inference"
    adjoining = [m for m in computing if quantity.end <= m.start and around.distance(m) <= BESIDE + BESIDE]
    if is_quarter and not adjoining:
        return True
    return is_year and all(_is_main_part(page, m) for m in page.within(*around.sentence, *COMPUTING))


def _is_main_part(page: Page, computing: Mention) -> bool:
    """ "Investments of $65 billion, mainly in data centres": the amount is the total."""
    return _MAINLY.search(page.text, max(0, computing.start - NEAR), computing.start) is not None


def _is_of_a_site(around: Surroundings, capex: Mention) -> bool:
    """ "A site of 1 GW and 10 billion euros of investments": an amount without a year, where a site is spoken of."""
    page = around.page
    if not _PLAIN.fullmatch(page.text, capex.start, capex.end) or any(not d.is_deadline for d in around.dates):
        return False
    is_site = page.within(*around.sentence, "site", "facility", "compute") or any(
        unit in page.text[slice(*around.sentence)] for unit in (" MW", " GW", "gawatt")
    )
    return bool(is_site) and around.nearby(2, 0, *COMPUTING)


def _is_for_computing(around: Surroundings, capex: Mention, computing: list[Mention]) -> bool:
    """Whether a word of capital spending is narrowed: "AI-related capex", "$1 billion of AI infrastructure"."""
    page, quantity = around.page, around.quantity
    if _AI_BEFORE.search(page.text, max(around.sentence.start, capex.start - 20), capex.start):
        return True
    if any(_NARROWED.fullmatch(page.text, capex.end, m.start) for m in computing if m.start >= capex.end):
        return True
    if not computing or computing[0].start < quantity.end or capex.start < quantity.end:
        return False
    return _OF.fullmatch(page.text, quantity.end, computing[0].start) is not None


def _hosts(around: Surroundings) -> list[Mention]:
    """Whose compute is paid for: "a $300 billion deal with Oracle", "les achats auprès de Nvidia"."""
    return [m for m in around.page.within(*around.sentence, "organization") if _is_host(around.page, m)]


def _is_host(page: Page, mention: Mention) -> bool:
    is_party = any(
        not page.text[m.end : mention.start].strip()
        for m in page.within(mention.start - 14, mention.start, "counterparty")[-1:]
    )
    return is_party and (mention.value in page.lexicons.sellers or page.lexicons.sectors[mention.value] in _HOSTS)


def _is_known_deal(around: Surroundings, spending: list[Mention]) -> bool:
    """ "The deal is worth $10 billion", where the sentences before said what it is about, or a party lets GPUs."""
    agreed = any(_AGREEMENTS.search(around.page.text, m.start, m.end) for m in spending)
    named = [m.value for m in around.page.within(*around.sentence, "organization")]
    names_host = any(around.page.lexicons.sectors.get(name) == "neocloud" for name in (*named, around.speaker or ""))
    return agreed and (names_host or around.nearby(2, 0, *COMPUTING))


def _money_unsaid(around: Surroundings, memory: Memory, spending: list[Mention]) -> Measure | Refusal:
    """ "The third quarter cost it $24.0 billion", "its range for 2025 to $70-72 billion": what the text speaks of.

    Only where the sentence itself goes on about amounts in time: a word of spending or planning, or a date beside it.
    """
    quantity = around.quantity
    dated = any(
        around.before.start <= d.start and d.end <= around.after.end and abs(d.start - quantity.start) <= REACH
        for d in around.dates
    )
    opening = around.page.text[around.sentence.start : quantity.start]
    is_elliptic = len(opening) <= NEAR and bool(
        around.page.within(around.sentence.start, quantity.start, "organization")
    )
    following = _WORD_AFTER.match(around.page.text, quantity.end)
    is_expected = following is not None and following[1].lower() in around.page.lexicons.numbers.expected
    goes_on = spending or around.cues("amount") or dated or is_elliptic or is_expected
    clause = around.clause()
    guided = [m for m in around.cues("amount")[:1] if around.distance(m) <= NEAR // 2 and m.start >= clause.start]
    least = _LEAST_SPENT if spending else _LEAST_TOPIC_MONEY
    if not goes_on or quantity.high < least or (_money_negatives(around) and not guided):
        return Refusal("no metric")
    if any(m.value != "increment" for m in around.page.within(clause.start, max(clause.end, quantity.end), "negative")):
        return Refusal("no metric")
    currency = _currency(around, memory)
    evidence = cover(quantity, *spending[:1])
    is_site = bool(around.page.within(*around.sentence, "facility", "site"))
    said = memory.get("money")
    if said and not _is_comparable(said.value, quantity.high):
        said = None
    is_recent = said is not None and around.index - said.index <= REMEMBERED
    if said and around.index - said.index <= 2 and said.measure.metric == "ai_spend" and said.measure.scope != "chips":
        # its capital spending, if the text speaks of any, is farther back
        return replace(said.measure, unit=currency, evidence=evidence, is_sure=False, is_carried=True)
    is_topic = is_recent or spending or dated or is_expected
    if around.nearby(_TOPIC_BEFORE, _TOPIC_AFTER, "capex") and not is_site and is_topic:
        return Measure("capex", currency, evidence, scope="total", is_sure=False, is_carried=True)
    if said and is_recent and not spending:
        carried = replace(said.measure, unit=currency, evidence=evidence)
        return replace(carried, is_sure=False, is_carried=True)
    if spending and around.nearby(REMEMBERED, 1, *COMPUTING):
        return Measure("ai_spend", currency, evidence, scope=_scope(around), is_sure=False, is_carried=True)
    return Refusal("no metric")


def _currency(around: Surroundings, memory: Memory) -> str:
    """The currency of an amount; where it is left out, that of the amounts before it."""
    said, start = memory.get("money"), around.quantity.start
    if around.quantity.unit:
        return around.quantity.unit
    if said and around.index - said.index <= REMEMBERED:
        return said.measure.unit
    text = around.page.text
    printed = _MONEYS.findall(text, max(0, start - _FAR), start) or _MONEYS.findall(text, start, start + _FAR)[:1]
    return around.page.lexicons.numbers.currencies.get(printed[-1].lower(), "USD") if printed else "USD"


def _is_comparable(one: Decimal, other: Decimal) -> bool:
    return max(one, other) <= _LARGEST_RATIO * min(one, other)


def _money_negatives(around: Surroundings) -> list[Mention]:
    """The words nearby that make money something else, but for those of the next statement ("and its shares fell")."""
    page, end = around.page, around.quantity.end
    found = [m for m in around.cues("negative") if m.value != "not_compute_power"]
    found = [m for m in found if m.value != "valuation" or not page.within(m.start - NEAR, m.start, "contract")]
    if _is_contracts_worth(around):
        found = [m for m in found if m.value != "valuation" or m.start - around.sentence.start > BESIDE]
    if _LEADS_TO.search(page.text, max(around.sentence.start, around.quantity.start - NEAR), around.quantity.start):
        found = [m for m in found if m.value != "increment"]  # "by 6.5 billion to 22.4 billion"
    counted = page.within(around.before.start, around.quantity.start, "accelerator", "chip")
    if (
        counted and around.quantity.start - counted[-1].end <= NEAR
    ):  # "up to 35,000 chips, worth an estimated $1 billion"
        found = [
            m for m in found if m.value != "valuation" or m.start < counted[-1].end or m.end > around.quantity.start
        ]
    if not found:
        return []
    # "raised its guidance" raises no money
    found = [m for m in found if not any(s.kind == "status" and s.end > m.end for s in page.at(m.start))]
    if around.after.end < around.sentence.end:  # "capex was $2.9 billion, up over $1 billion"
        found = [m for m in found if m.start < end or not _NEXTS.fullmatch(page.text, m.end, around.after.end)]
    clause = around.clause()
    if page.within(*clause, "spend", "flow", "capex") and page.within(*clause, "capex", *COMPUTING):
        # the clause says all: "purchased 10,000 GPUs for $420 million, acquiring a stake in a miner"
        found = [m for m in found if m.start < max(clause.end, end) and (m.end > clause.start or m.value != "other")]
    return [m for m in found if m.start < end or m.value not in _NEXT or not _is_next(page, end, m.start)]


def _is_next(page: Page, start: int, end: int) -> bool:
    """Whether another statement begins in between."""
    is_subordinate = _SUBORDINATE.search(page.text, start, end) is not None
    return is_subordinate or ";" in page.text[start:end] or bool(page.within(start, end, "joining"))


def goes_on_refused(around: Surroundings, measured: Measure, refused: Refusal) -> bool:
    """Whether an amount goes on listing what the one before it in the sentence was: "a $110 billion funding round, with
    Amazon putting in $50 billion". Not where it has a word of computing or of capital spending of its own."""
    if measured.scope is None or around.cues("capex"):
        return False
    if refused.reason == UNIT_COST or _LEVEL.fullmatch(around.page.text, around.before.start, around.quantity.start):
        return True
    agreed = any(_AGREEMENTS.search(around.page.text, m.start, m.end) for m in around.cues("spend")[:1])
    return refused.reason in CHAINED and not agreed and not around.cues("amount", *COMPUTING)


def is_tranche(around: Surroundings, measured: Measure) -> bool:
    """Whether an amount is the first part of one spoken of before: "the first $10 billion will be paid once…"."""
    start = max(around.before.start, around.quantity.start - NEAR)
    is_money = measured.scope is not None and not measured.is_carried and not around.cues("capex")
    return is_money and _FIRST_OF.search(around.page.text, start, around.quantity.start) is not None


def inherit(around: Surroundings, previous: Measure) -> Measure | None:
    """An amount without a word of its own, in a list: "capex was $8 billion in 2025 and $11 billion in 2024"."""
    unit = around.quantity.unit or (previous.unit if is_bare_money(around.page, around.quantity) else None)
    is_money = previous.scope is not None and unit != "MW"
    if unit is None or not is_money or _money_negatives(around) or around.cues("spend", "capex"):
        return None
    evidence = Span(previous.evidence.start, around.quantity.end)
    return replace(previous, unit=unit, evidence=evidence, is_sure=False, is_carried=True)


def _scope(around: Surroundings) -> str:
    start = max(around.before.start, around.quantity.start - NEAR)
    end = min(around.after.end, around.quantity.end + REACH)
    kinds = {m.kind for m in around.page.within(start, end, "training", "inference")}
    if any(around.distance(m) <= NEAR for m in around.cues("hardware", "accelerator", "chip")):
        return "chips"
    return kinds.pop() if len(kinds) == 1 else "total"
