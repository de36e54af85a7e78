"""What money is spent on: capital expenditure, AI, one chip; or nothing of ours (funding, revenue, a stake in a firm).

Here: the words of spending and of computing around an amount, and the order in which it is asked what it is. Not here:
the words against it (`negatives`, `stakes`), what it leaves unsaid (`unsaid`), who pays, when, and how certain.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from extraction.mentions import Mention, Page
from extraction.negatives import (
    OF,
    SPENDS,
    governs,
    is_contracts_worth,
    is_everybodys,
    is_of_a_negative,
    loss_of,
    money_negatives,
    negative_subject,
)
from extraction.prices import DEAREST, price_of_one
from extraction.stakes import buys_a_firm, comes_from_an_investor, goes_into_a_firm, is_sellers, is_stake, takes_a_share
from extraction.surroundings import (
    BESIDE,
    COMPARISON,
    COMPUTING,
    NEAR,
    REACH,
    Measure,
    Memory,
    Refusal,
    Surroundings,
    cover,
)
from extraction.unsaid import (
    AGREEMENTS,
    LEAST_SPENT,
    LEAST_TOPIC_MONEY,
    UNIT_COST,
    currency_of,
    goes_on_about_capex,
    is_agreed,
    measure_unsaid,
    scope_of,
)

_LEAST_MONEY, _MOST_MONEY = 1_000_000, 8 * 10**12
_AI_BEFORE = re.compile(r"(?<!\w)(?:AI|IA|KI)(?:[ -](?:related|linked|focused|specific))?[ -]$")
_FOR_WHAT = re.compile(
    rf"(?:{OF.pattern}|,? (?:à|au|aux|al|alla|to|zum?|zur) (?:la |l'|des |une? |einer? |un[ao]? )?)"
    r"(?:(?:its|his|their|sa|son|ses|ihre?n?|sein\w*|su|sus|la sua|il suo) )?"
    r"(?:[^\W\d_]+ (?:de |of |für |di |d'))?(?:[A-Z][\w-]+ |new |planned |neue[sn]? |nouveau |nuevo |nuovo ){0,2}"
)
_NARROWED = re.compile(rf"(?: [^\W\d_]+)?{OF.pattern}")  # "d'investissements privés dans l'IA"
_MORE_THAN = re.compile(
    r" (?:more than (?:the|a|last|in|it|they|we)|de plus qu[e']|mehr als (?:im|ein|zuvor)|más que"
    r"|in più (?:rispetto|di quanto))(?!\w)"
)
_MARK = re.compile(r"[ -](?:mark|threshold|level|-Marke)(?!\w)|-Marke(?!\w)")
_DEAREST_SYSTEM = 10_000_000
_WOULD = re.compile(r"(?<!\w)(?:would|could|'d|würden?|wären?)(?!\w)|(?:rait|raient|ría|rían|rebbe|rebbero)(?!\w)")
_AT_EACH = re.compile(
    r"(?:At|À|A|Bei|Zu) [$€£]?\d[\d.,\s]{0,12}(?:[^\W\d_]+ ){0,2}(?:each|apiece|a piece|pièce|l'unité|cada|l'uno|Stück)"
)
_TO_FINANCE = re.compile(
    r"(?<!\w)(?:to (?:help )?(?:finance|fund)|(?:pour|afin de) financer|zur Finanzierung|para financiar|per finanziare)"
    r"(?!\w)"
)
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
_ADJECTIVES_ONLY = re.compile(r"[ -](?:(?:new|AI|giant|massive|planned|huge|[A-Z]\w+) ){0,2}")
_SHARE_OF = re.compile(r" (?:for|pour|für|por|per) (?:[^\W\d_]+ )?\d+(?:[.,]\d+)? ?(?:%|percent|pour cent|Prozent)")
_WORTH = re.compile(  # "un centro de datos de 25.000 millones", "ein Rechenzentrum für elf Milliarden"
    r" (?:de|da|di|von|of|für|pour|worth|por|im Wert von|valant|à) "
    r"(?:(?:about|some|rund|etwa|environ|plus de|circa|unos) )?"
)
_GIVES = re.compile(r"g(?<!\wg)(?:ibt|ab|eben|aben)(?!\w)")
_OUT = re.compile(r"[^.;]*? aus(?=[.,;:]| und |$)")
_PER_POWER = re.compile(
    r"(?: (?:per|par|pro|por|je|al) |/)(?:megawatts?|mégawatts?|megavatio|gigawatts?|gigavatio|MW|GW)(?!\w)",
    re.IGNORECASE,
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
    r"(?:(?:of|de|d'|da|mit|von) ?)?(?:1|one|une?|eine[mn]?|uno?)[ -]?(?:gigawatts?|gigavatio|GW)(?!\w)"
    r"|(?<!\w)(?:costs?|capex|prices?|coûts?|prix|kosten|preis|costes?|costos?|costi|prezzo|precio)"
    r" (?:(?:of|de|für|di|von|per|par|pro|por|je) |d')(?:(?:an?|une?|eine?[ns]?|una?|uno) )?(?:[^\W\d_]+[ -]){0,4}?"
    r"(?:(?:of|de|da|mit|von) |d')?(?:(?:1|one|une?|uno?)[ -])?(?:[mg][eéi]gawatts?|[mg]egavatios?|[GM]W)(?!\w)"
    r"|(?<![\w.,])1 GW(?: [^.;:,=\n]{0,20})? ?=",
    re.IGNORECASE,
)
# "Builds for $10 billion, at shared cost, 500 megawatts".
_POWER_BEHIND = re.compile(
    r",? (?:[^.;,\d]{0,30}, )?(?:[^\W\d_]+ ){0,2}\d[\d.,]* ?(?:MW|GW|[gm][eéi]gawatts?|[gm]i?e?gava(?:t|tt)i?os?)(?!\w)"
)
_AND = frozenset({"et", "and", "und", "y", "e"})
_FOR_PRICE = re.compile(r" (?:for|pour|für|por|per) (?:(?:about|some|roughly|environ|rund|etwa|unos|circa) )?$")
_BOUGHT = re.compile(
    r" (?:(?:rund|etwa|mehr als|bis zu|about|some|environ|quelque|unos|unas|circa) )?"
    r"(?:\d[\d.,' ]*|eine?[nms]?|das|den|die|an?|une?|una|il|el|le|la) (?:[^\W\d_]+e[ns]? ){0,2}"
)
_PUT_THERE = re.compile(r"(?<!\w)y (?:a|ont|avait|avaient|aura) (?:déjà )?(?:mis|investi|injecté|placé|versé)(?!\w)")
_WHICH_IN = re.compile(r" in(?:to)?(?=[.,;])")  # "a lab that Oracle has put $270 million into."
_BY = re.compile(
    r"(?<!\w)(?:by|um|up|down) "
    r"(?:(?:about|approximately|around|roughly|nearly|some|over|more than|rund|etwa|mehr als) )?$"
)
_COSTS = re.compile(r"co[uû]t|cost|cuest|kost", re.IGNORECASE)
_CENTER = re.compile(r"[ -](?:new |AI |giant |massive |planned |computing ){0,2}(?:cent(?:er|re)|hub|complex)(?!\w)")
_IN_ORDERS = re.compile(
    r" (?:de|in|of|worth of|an|en|di) (?:new |nouvelles )?"
    r"(?:commandes|orders|Aufträgen|Bestellungen|pedidos|ordini)(?!\w)"
)
# "Puts in another $2 billion, at a valuation of $40 billion".
_AT_VALUATION = re.compile(
    r"(?: [^\W\d_]+){0,6},? (?:at|à|zu|bei|a|con) (?:(?:an?|une?|einer?|un|una) )?[^.;,]{0,40}?"
    r"(?:valuation|valorisation|bewertung|valoración|valuación|valutazione)(?!\w)",
    re.IGNORECASE,
)
_SUPPLIERS = frozenset({"chips", "servers", "electronics", "energy"})
_PLANTS_BUILT = re.compile(r" (?:on|for|to (?:build|modernize)|pour|dans|für|in|en|para|per) ")
_TO_A_LEVEL = re.compile(r",? (?:to|à|auf|a|hasta)(?: (?:between|entre|zwischen|tra|fra))? ?")
_YEARS = frozenset({"this_year", "the_year", "last_year", "next_year", "fiscal", "fiscal_this", "fiscal_last"})
_BOUGHT_BY_PIECE = frozenset({"chip", "accelerator", "hardware"})
_HOSTS = frozenset({"cloud", "neocloud"})


class _Words(NamedTuple):
    """The words around an amount that say what it is, nearest first: of capital spending, of spending or a contract, of
    guidance; and those that make it something else."""

    capex: list[Mention]
    spending: list[Mention]
    guided: list[Mention]
    negatives: list[Mention]


def measure_money(around: Surroundings, memory: Memory) -> Measure | Refusal:
    """What an amount is spent on, or why it is no claim."""
    if price := price_of_one(around):
        return price
    words = _words(around)
    if reason := _other_purpose(around, words) or _no_spending(around, words):
        return Refusal(reason)
    currency = currency_of(around, memory)
    computing = [m for m in around.cues(*COMPUTING) if not _is_main_part(around.page, m)]
    computing = computing or [m for m in around.cues("training", "inference") if around.distance(m) <= NEAR]
    return (
        _spent_on(around, memory, words, computing, currency)
        or _worth_of_a_site(around, computing, currency)
        or _beside_what_it_buys(around, memory, words, computing, currency)
        or measure_unsaid(around, memory, words.spending)
    )


def _words(around: Surroundings) -> _Words:
    """The words around an amount, but for those of another amount or of another part of this one."""
    page, quantity, negatives = around.page, around.quantity, money_negatives(around)
    capex, spending = around.cues("capex"), around.cues("spend") or around.cues("contract")
    if capex and _is_part(around, capex[0]):  # "$30 billion, half of it capital spending"
        capex = []
    if not capex and around.before.start == around.sentence.start:  # the subject, wherever it stands
        subject = page.within(*around.before, "capex")[-1:]
        opens = bool(subject) and subject[0].start - around.sentence.start <= NEAR
        capex = subject if opens or not spending else []
        spending = [] if opens else spending
    if not capex and around.place and _TO_A_LEVEL.fullmatch(page.text, *around.before):
        capex = page.within(around.sentence.start, quantity.start, "capex")[-1:]  # "raised capex by $400 million, to …"
    if not capex and not spending and page.text[quantity.start - 1] == "(":
        capex = page.within(*around.sentence, "capex")[-1:]  # "Amazon ($200 billion) and … gave their capex"
    if apart := _spent_apart(around):
        spending = [apart, *spending]
    if quantity.low > DEAREST:  # the price of a system
        spending = spending or [m for m in around.cues("price") if around.distance(m) <= NEAR]
    guided = [m for m in around.cues("amount")[:1] if around.distance(m) <= NEAR // 2]
    if guided and any(m.end <= guided[0].start and guided[0].start - m.end <= BESIDE for m in negatives):
        guided = []  # "revenue in the range of $100 million"
    if capex and capex[0].end < quantity.start and is_agreed(around):
        capex = []  # "beside the spending of others, OpenAI has announced $1 trillion of deals"
    return _Words(capex, spending, guided, negatives)


def _other_purpose(around: Surroundings, words: _Words) -> str | None:
    """What an amount is instead, by a word of the negative lexicon that is nearer to it or governs it."""
    page, quantity = around.page, around.quantity
    capex, spending, guided, negatives = words
    if spending and any(m.value == "funding" and 0 < spending[0].start - m.end <= 2 for m in negatives):
        return "funding"  # "a funding round worth $700 million"
    if capex and (lost := loss_of(page, capex[0])):
        return lost.value
    is_object = bool(capex) and OF.fullmatch(page.text, quantity.end, capex[0].start) is not None
    if not is_object and (about := negative_subject(around, negatives)):
        return about.value
    if spending and any(governs(around, m, spending[0]) for m in negatives[:1]):
        return negatives[0].value
    plants = page.within(quantity.end, min(quantity.end + NEAR, around.after.end), "factory")
    if not capex and any(_FOR_WHAT.fullmatch(page.text, quantity.end, m.start) for m in plants):
        return "other"  # "14,6 milliards à une usine en Corée"
    if negative := is_of_a_negative(around, negatives):
        return negative.value
    behind = [m for m in negatives if capex and quantity.end <= capex[0].start and m.start == capex[0].end + 1]
    if behind and behind[0].value == "funding":
        return "funding"  # "d'investissements dans le capital-risque"
    nearest = min((around.distance(cues[0]) for cues in (capex, spending, guided) if cues), default=None)
    if negatives and (nearest is None or around.distance(negatives[0]) <= nearest + BESIDE // 2):
        return negatives[0].value
    return None


def _no_spending(around: Surroundings, words: _Words) -> str | None:
    """Why an amount is no spending on compute though no word says what else it is: by its size, how it is put, and
    where it goes."""
    page, quantity = around.page, around.quantity
    capex, spending, clause_start = words.capex, words.spending, around.clause().start
    if not _LEAST_MONEY <= quantity.high <= _MOST_MONEY:
        return "too small" if quantity.high < _LEAST_MONEY else "too large"
    if put := _put_as(around):
        return put
    if (
        _SHARE_OF.match(page.text, quantity.end)
        or _WHICH_IN.match(page.text, quantity.end)
        or goes_into_a_firm(around)
        or takes_a_share(around)
        or buys_a_firm(around)
        or comes_from_an_investor(around)
        or (spending and is_stake(around, spending[0]))
        or _AT_VALUATION.match(page.text, quantity.end, around.sentence.end)
    ):
        return "funding"
    if any(is_everybodys(page, m) for m in (*capex[:1], *spending[:3])):
        return "of everybody"
    if page.within(clause_start, quantity.start, "curb") and spending and _COSTS.match(page.text, spending[0].start):
        return "loss"  # "export limits would cost it $5.5 billion"
    if _is_orders_received(around):
        return "revenue"
    if _PLANTS_BUILT.match(page.text, quantity.end) and _plants_behind(around):
        return "other"
    is_spent = bool(spending) and SPENDS.match(page.text, spending[0].start) is not None
    until = min(quantity.end + REACH, around.after.end)
    if not is_spent and not capex and _TO_FINANCE.search(page.text, quantity.end, until):
        return "funding"  # "a $3.4 billion deal with X, an asset manager, to finance construction"
    if any(is_sellers(around, m) for m in spending):
        return "funding"  # "Nvidia will invest up to $100 billion to build with OpenAI"
    opening = max(clause_start, quantity.start - 2 * NEAR)
    if quantity.high < _DEAREST_SYSTEM and page.within(opening, quantity.start, "system"):
        return "price of a system"  # "the GB200 rack lands at approximately $3 million"
    if quantity.low > DEAREST and any(m.kind == "per_unit" for m in page.at(quantity.end + 1)):
        return "price of a system"  # "a machine costs 300 million apiece"
    if spending and spending[0].kind == "price" and page.within(clause_start, quantity.start, "container"):
        return "price of a system"
    if around.is_cancelled():
        return "cancelled"
    if spending and _PUT_THERE.search(page.text, max(clause_start, quantity.start - NEAR), quantity.start):
        return "funding"  # "Amazon, qui y a mis 8 milliards"
    if COMPARISON.match(page.text, around.sentence.start) and not page.within(*around.sentence, "capex", *COMPUTING):
        return "comparison"
    return None


def _is_orders_received(around: Surroundings) -> bool:
    """ "Nvidia voit 500 milliards de dollars de commandes": of one that sells to data centres, and nobody else."""
    page, quantity = around.page, around.quantity
    if not _IN_ORDERS.match(page.text, quantity.end):
        return False
    named = page.within(around.sentence.start, quantity.start, "organization")
    return bool(named) and all(page.lexicons.sectors[m.value] in _SUPPLIERS for m in named)


def _plants_behind(around: Surroundings) -> bool:
    """ "$3 billion on modernizing two hydropower plants": what stands there first is no computing."""
    page, end = around.page, around.quantity.end
    behind = page.within(end, min(end + NEAR + NEAR // 2, around.sentence.end), "negative", *COMPUTING)
    return bool(behind) and behind[0].value == "not_compute_power"


def _put_as(around: Surroundings) -> str | None:
    """Whether an amount is put as what would be, as a difference, or as what one unit costs."""
    page, quantity = around.page, around.quantity
    if page.within(max(around.before.start, quantity.start - REACH), quantity.start, "needed"):
        return "hypothetical"
    if _MORE_THAN.match(page.text, quantity.end):
        return "increment"  # "spent $30 billion more than the year before"
    if _MARK.match(page.text, quantity.end):
        return "hypothetical"  # "deals above the $10 billion mark"
    if _is_supposed(around):
        return "hypothetical"
    if _BY.search(page.text, max(around.before.start, quantity.start - NEAR), quantity.start):
        return "increment"  # "to dip by $3 billion"
    is_unit = SITE_OF_ONE.search(page.text, max(around.sentence.start, quantity.start - NEAR - NEAR), quantity.start)
    return UNIT_COST if is_unit or _PER_POWER.match(page.text, quantity.end) else None


def _spent_on(
    around: Surroundings, memory: Memory, words: _Words, computing: list[Mention], currency: str
) -> Measure | None:
    """What is bought, by the words of spending around an amount: capital expenditure, or computing alone."""
    page, quantity = around.page, around.quantity
    capex, spending = words.capex, words.spending
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
    goes_on = bool(spending) and goes_on_about_capex(around, memory)
    if goes_on and not capex and not beside and not _hosts(around):
        # "This year it expects to spend $30 billion, with growth driven by servers"
        return Measure("capex", currency, cover(quantity, spending[0]), scope="total", is_sure=False, is_carried=True)
    if capex or (computing and spending):  # capital spending that is narrowed to computing
        cue = spending[0] if spending else capex[0]
        return Measure("ai_spend", currency, cover(quantity, cue, *beside), scope=scope_of(around))
    if spending and (hosts := _hosts(around)):
        scope = "chips" if hosts[0].value in page.lexicons.sellers else scope_of(around)
        return Measure("ai_spend", currency, cover(quantity, spending[0]), scope=scope, is_sure=False)
    if goes_on:
        return Measure("capex", currency, cover(quantity, spending[0]), scope="total", is_sure=False, is_carried=True)
    if spending and (_is_known_deal(around, spending) or page.within(*around.sentence, *COMPUTING)):
        return Measure("ai_spend", currency, cover(quantity, spending[0]), scope=scope_of(around), is_sure=False)
    return None


def _worth_of_a_site(around: Surroundings, computing: list[Mention], currency: str) -> Measure | None:
    """ "Un centro de datos de 25.000 millones", "a $10 billion AI data center": a site, by what it costs."""
    page, quantity = around.page, around.quantity
    places = page.within(max(around.before.start, quantity.start - NEAR), quantity.start, "site")
    places = places if computing or around.nearby(2, 1, *COMPUTING) else []  # "un site de 450 millions d'euros"
    before = [m for m in (*computing, *places) if m.end <= quantity.start]
    worth = [m for m in before if _WORTH.fullmatch(page.text, m.end, quantity.start)]
    if worth:
        scope = "chips" if any(m.kind in _BOUGHT_BY_PIECE for m in worth) else "site"  # "13,000 GPUs for $1 billion"
        return Measure("ai_spend", currency, cover(quantity, *places, *computing[:1]), scope=scope, is_sure=False)
    if quantity.unit and any(_ADJECTIVES_ONLY.fullmatch(page.text, quantity.end, m.start) for m in computing):
        return Measure("ai_spend", currency, cover(quantity, computing[0]), scope="site", is_sure=False)
    sites = page.within(quantity.end, quantity.end + NEAR // 2, "site") if quantity.unit else []
    is_adjoining = any(_ADJECTIVES_ONLY.fullmatch(page.text, quantity.end, m.start) for m in sites)
    if is_adjoining and around.nearby(2, 1, *COMPUTING):
        return Measure("ai_spend", currency, cover(quantity, sites[0]), scope="site", is_sure=False)
    if quantity.unit and _CENTER.match(page.text, quantity.end) and around.nearby(2, 1, *COMPUTING):
        return Measure("ai_spend", currency, cover(quantity), scope="site", is_sure=False)  # "a $6 billion center"
    if page.is_row(around.index) and page.within(*around.sentence, "facility"):
        return Measure("ai_spend", currency, cover(quantity), scope="site", is_sure=False)
    return None


def _beside_what_it_buys(
    around: Surroundings, memory: Memory, words: _Words, computing: list[Mention], currency: str
) -> Measure | None:
    """Where no word of spending is near: chips, power or computing that an amount stands beside, or a contract."""
    page, quantity = around.page, around.quantity
    counted = memory.get("chips") or memory.get("power")
    if counted and counted.index == around.index and not words.capex:
        is_paired = page.text[slice(*around.before)].strip() in _AND  # "with 2,048 GPUs and $6 million"
        if quantity.high >= LEAST_TOPIC_MONEY or is_paired or _is_their_price(around):
            # "ordered 12,400 GPUs for about $674 million"
            scope = "chips" if counted.measure.unit == "accelerator" else "total"
            return Measure("ai_spend", currency, cover(quantity), scope=scope, is_sure=False)
    if quantity.low >= LEAST_SPENT and _is_their_price(around):
        is_it = around.nearby(1, 0, *COMPUTING) and bool(page.within(*around.before, "spend"))
        is_behind = _POWER_BEHIND.match(page.text, quantity.end) is not None
        hosts = _hosts(around) if page.within(*around.sentence, "flow") else []
        is_it = is_it or any(m.value in page.lexicons.sellers for m in hosts)  # "bought for 730 million from Nvidia"
        if is_it or is_behind or page.within(*around.before, *COMPUTING, "site"):
            # "construira un pôle de centres de données, pour 15 milliards de dollars", "built it for 35 billion"
            evidence = cover(quantity, *computing[:1])
            return Measure("ai_spend", currency, evidence, scope=scope_of(around), is_sure=False)
        if bought := _bought_for_it(around):
            return Measure("ai_spend", currency, cover(quantity, bought), scope=scope_of(around), is_sure=False)
    behind = [m for m in computing if m.start >= quantity.end]
    starts = {quantity.end, *(d.end for d in around.dates if 0 < d.start - quantity.end <= BESIDE)}
    if any(_FOR_WHAT.fullmatch(page.text, start, m.start) for m in behind for start in starts):
        # "109 milliards d'euros pour l'IA", "$15 billion over five years for its AI hub"
        return Measure("ai_spend", currency, cover(quantity, behind[0]), scope=scope_of(around), is_sure=False)
    if (is_agreed(around) or is_contracts_worth(around)) and around.nearby(2, 1, *COMPUTING):
        evidence = cover(quantity, *words.spending[:1])
        return Measure("ai_spend", currency, evidence, scope=scope_of(around), is_sure=False)
    return None


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


def _bought_for_it(around: Surroundings) -> Mention | None:
    """ "Hat für 400 Millionen Euro 10.000 GPUs gekauft", "entsteht für 250 Millionen ein KI-Campus": what a price gets,
    right behind it. "Kauft für 600 Millionen den KI-Spezialisten X" gets a firm."""
    page, end = around.page, around.quantity.end
    bought = page.within(end, min(end + NEAR, around.clause().end), "chip", "accelerator", "compute")
    bought = [m for m in bought if m.kind != "compute" or not page.text.startswith("-", m.end)]
    return next((m for m in bought if _BOUGHT.fullmatch(page.text, end, m.start)), None)


def _spent_apart(around: Surroundings) -> Mention | None:
    """ "Google gibt bis 2029 gut 5,5 Milliarden Euro aus": a German verb in two parts, with the amount between them."""
    page, quantity = around.page, around.quantity
    first = _GIVES.search(page.text, max(around.before.start, quantity.start - REACH), quantity.start)
    second = _OUT.match(page.text, quantity.end, around.after.end) if first else None
    return Mention("spend", "ausgeben", *first.span()) if first and second else None


def _is_part(around: Surroundings, capex: Mention) -> bool:
    return capex.start >= around.quantity.end and bool(
        around.page.within(around.quantity.end, capex.start, "continuation", "half")
    )


def _is_plain_investment(around: Surroundings, spending: Mention, computing: list[Mention]) -> bool:
    """ "We invested $14.8 billion in the fourth quarter": what a firm invests in a quarter is its capex, whatever it
    says later that it bought. Not so where the amount is of one thing ("$1 billion of AI infrastructure")."""
    page, quantity = around.page, around.quantity
    if not SPENDS.match(page.text, spending.start):
        return False
    reach = REACH if around.is_fronted() else NEAR
    near = [d for d in around.dates if min(abs(d.start - quantity.end), abs(quantity.start - d.end)) <= reach]
    is_quarter = any(d.quarter or d.words & {"last_quarter", "quarter"} for d in near)
    is_year = any(d.year or d.words & _YEARS for d in near if not d.months_ahead and not d.is_deadline and not d.until)
    if (not is_quarter and not is_year) or is_agreed(around):
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
    return OF.fullmatch(page.text, quantity.end, computing[0].start) is not None


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
    agreed = any(AGREEMENTS.search(around.page.text, m.start, m.end) for m in spending)
    named = [m.value for m in around.page.within(*around.sentence, "organization")]
    names_host = any(around.page.lexicons.sectors.get(name) == "neocloud" for name in (*named, around.speaker or ""))
    return agreed and (names_host or around.nearby(2, 0, *COMPUTING))
