"""What an amount leaves unsaid because the text has said it: that it is money, in which currency, what it is spent on.

Here: amounts of a list, of a topic, and without a currency. Not here: what words beside an amount say (`money`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from extraction.mentions import Mention, Page
from extraction.negatives import OF, SPENDS, money_negatives
from extraction.numbers import Quantity
from extraction.surroundings import COMPUTING, NEAR, REACH, REMEMBERED, Measure, Memory, Refusal, Surroundings, cover
from extraction.text import Span

_TOPIC_BEFORE, _TOPIC_AFTER = 5, 3
# Money of one topic is of one size: 39 billion a year and 17 a quarter, not 100,000.
_LARGEST_RATIO = 60
LEAST_SPENT = 20_000_000
LEAST_TOPIC_MONEY, _MOST_TOPIC_MONEY = 50_000_000, 3 * 10**12
_MILLION = 1_000_000
_FAR = 400
_WORD_AFTER = re.compile(r" ([^\W\d_]+)")
_MONEYS = re.compile(r"[€$£]|(?<!\w)(?:euros?|dollars?|livres|pounds|yuans?|dólares|dollari|yuan)(?!\w)", re.IGNORECASE)
# A part of an amount that was refused just before: "the first $10 billion will come once…".
_FIRST_OF = re.compile(
    r"(?<!\w)(?:first|initial|tranche|premiers?|première|primer[ao]?|prim[ao]|inizial[ei]|erste[rns]?|inicial(?:es)?)(?!\w)",
    re.IGNORECASE,
)
AGREEMENTS = re.compile(r"deal|contra|agreement|accord|vertrag|abkommen|commitment|acuerdo|engagement|auftrag", re.I)
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
_MORE = re.compile(
    r" (?:davon|of (?:it|that|which|them)|dont|di cui|de ellos|de los cuales|d'entre eux|de plus|more|supplémentaires"
    r"|additional|mehr|más|in più|de más|adicionales|aggiuntivi|zusätzlich"
    r"|conclus?|promis|investis?|mis|[^\W\d_]{3,}(?:ée?s?|ue?s?|ati|ate|uti|ute|ados|adas|idos|idas))(?!\w)"
)
_UNITS = re.compile(r" (?:in |d'|di |de |an )?(?:units?|unités?|Einheiten|unidades|unità|Stück)(?!\w)")
_MONEY_WORD = re.compile(r"[ ]?(?:(?:d'|de |of |di |von )?([^\W\d_]+))?")


def is_bare_money(page: Page, quantity: Quantity) -> bool:
    """ "50 milliards prévus", "13.2 billion in the second": an amount of millions that leaves out its currency.

    Where a noun follows ("70 milliards de paramètres", "3 million cars") it counts that, unless that is spending.
    """
    if quantity.unit is not None or quantity.factor < _MILLION:
        return False
    if not LEAST_TOPIC_MONEY <= quantity.high <= _MOST_TOPIC_MONEY:
        return False
    if not page.text[quantity.end - 2 : quantity.end].isalpha():
        return False  # "27B" is the size of a model
    if page.text[quantity.end : quantity.end + 1] == "-":
        return False  # "a 34-billion-parameter model"
    if _UNITS.match(page.text, quantity.end):
        return False  # "50 million in units of H100 equivalents"
    word = _MONEY_WORD.match(page.text, quantity.end)
    if word is None or word[1] is None:
        return True
    kinds = {m.kind for m in page.at(word.start(1)) if m.value not in _ADJECTIVES}
    if kinds & {"capex", "status", "period", "month", "organization"} or SPENDS.match(page.text, word.start(1)):
        return True
    is_elided = len(word[1]) == 1 and page.text[word.end() : word.end() + 1] == "'"
    if is_elided or _MORE.match(page.text, quantity.end):  # "131 milliards l'an dernier"
        return True
    text = page.text[quantity.end : word.start(1)].strip()
    written = word[1].lower()
    is_small = written in page.lexicons.small_words or written in page.lexicons.numbers.expected
    return not text and not kinds & {"accelerator", "chip"} and is_small


def is_agreed(around: Surroundings) -> bool:
    """ "Has committed $1 trillion in deals this year": what contracts are worth is no capital spending."""
    page, end = around.page, around.quantity.end
    return any(OF.fullmatch(page.text, end, m.start) for m in page.within(end, end + NEAR, "contract"))


def goes_on_about_capex(around: Surroundings, memory: Memory) -> bool:
    """Whether the claim just before is of capital spending, and no contract is spoken of now."""
    said = memory.get("money")
    is_said = said is not None and said.measure.metric == "capex" and around.index - said.index <= 1
    return is_said and not is_agreed(around)


def measure_unsaid(around: Surroundings, memory: Memory, spending: list[Mention]) -> Measure | Refusal:
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
    least = LEAST_SPENT if spending else LEAST_TOPIC_MONEY
    if not goes_on or quantity.high < least or (money_negatives(around) and not guided):
        return Refusal("no metric")
    if any(m.value != "increment" for m in around.page.within(clause.start, max(clause.end, quantity.end), "negative")):
        return Refusal("no metric")
    currency = currency_of(around, memory)
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
        return Measure("ai_spend", currency, evidence, scope=scope_of(around), is_sure=False, is_carried=True)
    return Refusal("no metric")


def currency_of(around: Surroundings, memory: Memory) -> str:
    """The currency of an amount; where it is left out, that of the amounts before it."""
    said, start = memory.get("money"), around.quantity.start
    if around.quantity.unit:
        return around.quantity.unit
    if said and around.index - said.index <= REMEMBERED:
        return said.measure.unit
    return printed_currency(around.page, start)


def printed_currency(page: Page, start: int) -> str:
    """The currency printed nearest before a place, or else right after it; dollars where there is none."""
    text = page.text
    printed = _MONEYS.findall(text, max(0, start - _FAR), start) or _MONEYS.findall(text, start, start + _FAR)[:1]
    return page.lexicons.numbers.currencies.get(printed[-1].lower(), "USD") if printed else "USD"


def _is_comparable(one: Decimal, other: Decimal) -> bool:
    return max(one, other) <= _LARGEST_RATIO * min(one, other)


def goes_on_refused(around: Surroundings, measured: Measure, refused: Refusal) -> bool:
    """Whether an amount goes on listing what the one before it in the sentence was: "a $110 billion funding round, with
    Amazon putting in $50 billion". Not where it has a word of computing or of capital spending of its own."""
    if measured.scope is None or around.cues("capex"):
        return False
    if refused.reason == UNIT_COST or _LEVEL.fullmatch(around.page.text, around.before.start, around.quantity.start):
        return True
    agreed = any(AGREEMENTS.search(around.page.text, m.start, m.end) for m in around.cues("spend")[:1])
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
    if unit is None or not is_money or money_negatives(around) or around.cues("spend", "capex"):
        return None
    evidence = Span(previous.evidence.start, around.quantity.end)
    return replace(previous, unit=unit, evidence=evidence, is_sure=False, is_carried=True)


def scope_of(around: Surroundings) -> str:
    """What part of computing an amount is for: chips, training, inference, or all of it ("total")."""
    start = max(around.before.start, around.quantity.start - NEAR)
    end = min(around.after.end, around.quantity.end + REACH)
    kinds = {m.kind for m in around.page.within(start, end, "training", "inference")}
    if any(around.distance(m) <= NEAR for m in around.cues("hardware", "accelerator", "chip")):
        return "chips"
    return kinds.pop() if len(kinds) == 1 else "total"
