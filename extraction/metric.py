"""What a quantity measures: chips in place or in motion, H100 equivalents, capex, AI spend, a price, power; or nothing.

Here: the noun that follows a number, the cue words around it, the negative lexicon (funding, revenue, loss…), and what
a number leaves unsaid because the sentence before said it. Not here: whose it is, when, and how certain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from extraction.dates import DatePhrase
from extraction.mentions import Mention, Page
from extraction.numbers import Quantity
from extraction.text import Span

_COMPUTING = ("compute", "hardware", "accelerator", "chip", "facility")
# Firms whose megawatts are computing unless a power plant is named beside them.
_COMPUTE_SECTORS = frozenset({"ai_lab", "cloud"})
# What may stand between the words of a noun phrase: "GPU/TPU", "AMD's", "NVIDIA®", "A100 80GB", Markdown's bold.
# "N'expédiera pas … les 500 000 puces", "hasn't yet received its 10,000 GPUs"; not "n'investira plus que".
_NEGATED = re.compile(
    r"(?<!\w)(?:n'|ne )(?:[^\W\d_]+ ){1,2}(?:pas|plus|jamais)(?! que?(?!\w))"
    r"|(?:n't|(?<!\w)will not|has not|have not|had not|did not|does not|do not|never)(?!\w)"
    r"|(?<!\w)(?:non (?:ha|avrà|riceverà|compra)|no (?:ha|tiene|tendrá|compr\w+|recib\w+))(?!\w)",
    re.IGNORECASE,
)
_ITEM = re.compile(r"[^.;]*(?:[:,(]| and| et| und| y| e| plus)(?: [^\W\d_]+){0,2} ")
_GAP = re.compile(r"(?:'s(?!\w)|\+(?= )|, (?=[^\W\d_]+-)|\d{2,3} ?G[Bo](?!\w)|of [A-Z][\w-]+'s |[ \-/'*®™])*")
# What may follow a number that names nothing: "50,000 each", "16 000 d'ici à la mi-2022".
_FOLLOWING_KINDS = frozenset({"period", "each", "per_unit", "destination", "month", "continuation"})
_UNIT_KINDS = ("chip", "accelerator", "equivalent", "item")
# The price of one accelerator, in any of the currencies met: below it is rent, above it a system.
_CHEAPEST, _DEAREST = 300, 2_000_000
# A comma or a bracket between a cue and its number weighs like this many characters.
_CLAUSE_BORDER = 30
_FARTHEST = 1000
# How far a cue word reaches, in characters: about a line of print.
_REACH = 110
_NEAR = 40
_BESIDE = 12
# What is left unsaid is remembered for so many sentences; a topic named in so many before or after counts too.
_REMEMBERED = 3
_TOPIC_BEFORE, _TOPIC_AFTER = 5, 3
# Money of one topic is of one size: 39 billion a year and 17 a quarter, not 100,000.
_LARGEST_RATIO = 60
_ROWS = 12
_LEAST_MONEY, _MOST_MONEY = 1_000_000, 8 * 10**12
_LEAST_TOPIC_MONEY, _MOST_TOPIC_MONEY = 50_000_000, 3 * 10**12
_LEAST_POWER = Decimal("0.2")
_LEAST_COUNT, _LEAST_UNNAMED, _MOST_UNNAMED = 10, 1000, 20_000_000
_MILLION = 1_000_000
_LABEL = re.compile(r"(?: \d{2,3} ?GB?)?[ :=*|x×\n-]{1,4}|[ (]{1,2}(?:for |soit |pour )?(?:a |un )?total (?:of|de) ")
_AI_BEFORE = re.compile(r"(?<!\w)(?:AI|IA|KI)(?:[ -](?:related|linked|focused|specific))?[ -]$")
_OF = re.compile(
    r" ?(?:of|de|d'|di|in|en|on|an|für|for|pour|dans|into|towards?|sur|sui|sul|nei|nel|nell'|auf|para|per|worth of)"
    r"(?: |(?<='))(?:new |les |la |l'|le |des |the |its |el |los |las |i |il |die |das |den |ses |son )?"
)
_INTO = re.compile(
    r",? (?:more |investment |stake |investment deal |investment round )?"
    r"(?:with|from|in|into|dans|au capital de|au capital d'|chez|bei|en) (?:[^\W\d_]+[ -]){0,6}?$"
)
_IN_A_FIRM = re.compile(
    r" (?:investment )?(?:in|into) (?:[^\W\d_]+[ -]){0,3}?"
    r"(?:\w*maker|operator|startup|start-up|company|developer|rival|lab|firm) [A-Z]"
)
_FOR_ONE = re.compile(
    r" (?:for|pour|für|por|per|par|pro|a|un|an) "
    r"(?:(?:an?|une?|eine?n?|uno|una|one|each|single|every|chaque|Nvidia|carte|la|le|el) ){0,3}"
)
_SHARE_OF = re.compile(r" (?:for|pour|für|por|per) (?:[^\W\d_]+ )?\d+(?:[.,]\d+)? ?(?:%|percent|pour cent|Prozent)")
_FOR = re.compile(r" (?:pour|for|für|por|per) (?:[^\W\d_]+ ){0,3}")
_INVESTS = re.compile(r"invest|put|pour|misé|plac|inyect|stak|engag|commit", re.IGNORECASE)
_SPENDS = re.compile(
    r"invest|invers|inviert|invirt|spen[dt]|dépens|gast|ausg[ae]b|spes|engag|débours|desembols|sborsa", re.IGNORECASE
)
_YEARS = frozenset({"this_year", "the_year", "last_year", "next_year", "fiscal", "fiscal_this", "fiscal_last"})
_BUYS = re.compile(r"(?:buy|bought|acquir|purchas|rachet|acquér|acquis|kauf|übern|compr|adquir)", re.IGNORECASE)
_AGREEMENTS = re.compile(r"deal|contra|agreement|accord|vertrag|abkommen|commitment|acuerdo|engagement|auftrag", re.I)
# What a statement of its own says after "and".
_NEXT = frozenset({"share_price", "loss", "revenue", "cash_flow", "inventory"})
# What is listed after one amount of these is the same: "raised $110 billion, of which $50 billion from Amazon".
CHAINED = frozenset({"funding", "revenue", "acquisition"})
_ADJECTIVES = frozenset({"rate_month", "rate_year", "last_quarter"})  # "117 million monthly users"
_MORE = re.compile(r" (?:de plus|more|supplémentaires|additional|mehr|más|in più|de más|adicionales|aggiuntivi|zusätzlich|[^\W\d_]{3,}(?:és|ées|ati|ate|uti|ute|ados|adas|idos|idas))(?!\w)")
_MONEY_WORD = re.compile(r"[ ]?(?:(?:d'|de |of |di |von )?([^\W\d_]+))?")


class Refusal(NamedTuple):
    """Why a quantity is no claim: a reason of `lexicon_negatives.csv`, or one of this room ("no metric"…)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What a quantity measures. `evidence` is the part of the text that says so, the quantity included.

    is_sure      whether the words that say so stand beside the quantity
    is_carried   whether the quantity leaves it unsaid, so that an earlier one says it
    """

    metric: str
    unit: str
    evidence: Span
    chip: str | None = None
    scope: str | None = None
    is_sure: bool = True
    is_carried: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a claim of an earlier sentence, or of the same, leaves in the reader's mind."""

    index: int
    measure: Measure
    value: Decimal


Memory = Mapping[str, Said]  # by kind: "money", "chips", "power"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A quantity in its sentence. `before` and `after` reach to the neighbouring quantities: what lies beyond a
    neighbour speaks of the neighbour. `heading` is that of its column, in a table."""

    page: Page
    sentence: Span
    clauses: Sequence[Span]
    quantity: Quantity
    before: Span
    after: Span
    index: int
    dates: Sequence[DatePhrase] = ()
    title: Page | None = None
    heading: Span | None = None

    def clause(self) -> Span:
        """The clause in which the quantity begins."""
        start = self.quantity.start
        return next(c for c in self.clauses if c[0] <= start < c[1])

    def cues(self, *kinds: str) -> list[Mention]:
        """The mentions of these kinds on both sides, nearest first."""
        if self.heading and (headed := self.page.within(*self.heading, *kinds)):
            return headed
        found = [*self.page.within(*self.before, *kinds), *self.page.within(*self.after, *kinds)]
        near = [(distance, m) for m in found if (distance := self.distance(m)) <= _REACH]
        near.sort(key=itemgetter(0))
        return [m for _, m in near]

    def distance(self, mention: Mention) -> int:
        """Characters between a mention and the quantity; each clause border between them counts extra."""
        if self.heading and self.heading.start <= mention.start < self.heading.end:
            return 1
        quantity = self.quantity
        if (mention.start, mention.end) <= (quantity.start, quantity.end):
            left, right = mention.end, quantity.start
        else:
            left, right = quantity.end, mention.start
        if right <= left:
            return right - left
        return right - left + _CLAUSE_BORDER * sum([left <= c[0] <= right for c in self.clauses])

    def nearby(self, before: int, after: int, *kinds: str) -> bool:
        """Whether one of so many sentences before or after, or the title, mentions one of these kinds."""
        sentences = self.page.sentences
        if self.page.is_row(self.index):  # the whole table or list goes together
            before += _ROWS
        here = self.index
        around = (*sentences[max(0, here - before) : here], *sentences[here + 1 : here + 1 + after])
        if any(self.page.within(*sentence, *kinds) for sentence in around):
            return True
        return bool(self.title and self.title.within(0, len(self.title.text), *kinds))


def measure(around: Surroundings, memory: Memory) -> Measure | Refusal:
    """What the quantity measures, or why it is no claim of ours."""
    quantity = around.quantity
    if quantity.unit == "MW":
        return _power(around, memory)
    if quantity.unit is None and not is_bare_money(around.page, quantity):
        return _accelerators(around, memory)
    return _money(around, memory)


def names_accelerators(page: Page, quantity: Quantity) -> bool:
    """Whether the words right after a bare number make it a number of chips, or those right before do ("GPUs: 360")."""
    return bool(_noun_phrase(page, quantity.end)) or _labelled(page, quantity) is not None


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
    word = _MONEY_WORD.match(page.text, quantity.end)
    if word is None or word[1] is None:
        return True
    kinds = {m.kind for m in page.at(word.start(1)) if m.value not in _ADJECTIVES}
    if kinds & {"capex", "status", "period", "month"} or _SPENDS.match(page.text, word.start(1)):
        return True
    is_elided = len(word[1]) == 1 and page.text[word.end() : word.end() + 1] == "'"
    if is_elided or _MORE.match(page.text, quantity.end):  # "131 milliards l'an dernier"
        return True
    text = page.text[quantity.end : word.start(1)].strip()
    return not text and not kinds & {"accelerator", "chip"} and word[1].lower() in page.lexicons.small_words


def is_unnamed(page: Page, quantity: Quantity) -> bool:
    """ "Google 169 000.": a bare number, printed as an amount, that names nothing it counts."""
    if quantity.unit is not None or quantity.low < _LEAST_UNNAMED:
        return False
    if page.heading(quantity.start):
        return False
    printed = page.text[quantity.start : quantity.end]
    if printed.isdigit():
        return False
    if page.text[quantity.end : quantity.end + 2].lstrip()[:1] in ("%", "°", "$"):
        return False
    word = _MONEY_WORD.match(page.text, quantity.end)
    if word is None or word[1] is None:
        return True
    if any(m.kind in _FOLLOWING_KINDS for m in page.at(quantity.end + 1)):
        return True
    is_apart = page.text[quantity.end : word.start(1)] == " "
    return is_apart and word[1].lower() in page.lexicons.small_words


def _labelled(page: Page, quantity: Quantity) -> Mention | None:
    """The chips of "GPUs: 360" and "Total GPUs: 488", and those that head a column."""
    heading = page.heading(quantity.start)
    if heading:
        return next(iter(page.within(*heading, "chip", "accelerator")), None)
    following = page.text[quantity.end : quantity.end + 2]
    is_whole = following[:1] == "\n" or not following.strip() or following.lstrip()[:1] in "(,;.|)"
    if not is_whole or quantity.unit is not None:
        return None
    before = page.within(quantity.start - _NEAR, quantity.start, "chip", "accelerator")
    if not before or not _LABEL.fullmatch(page.text, before[-1].end, quantity.start):
        return None
    has_colon = page.text[before[-1].end : quantity.start] != " "
    return before[-1] if has_colon else None


def _accelerators(around: Surroundings, memory: Memory) -> Measure | Refusal:
    page, quantity = around.page, around.quantity
    if quantity.high < _LEAST_COUNT:
        return Refusal("too small")
    nouns = _noun_phrase(page, quantity.end)
    if nouns and quantity.high < _LEAST_UNNAMED and page.text[quantity.end] == "-":
        return Refusal("too small")  # "a 72-accelerator rack"
    clause = around.clause()
    earlier: list[Mention] = []
    if page.within(clause.start, quantity.start, "hypothetical"):
        return Refusal("hypothetical")
    if page.within(quantity.start - _BESIDE, quantity.start, "denied"):
        return Refusal("denied")
    if _NEGATED.search(page.text, max(clause.start, around.before.start, quantity.start - _REACH), quantity.start):
        return Refusal("denied")
    if not nouns or all(noun.kind == "item" for noun in nouns):
        # "29 000 unités", "from 35,000 to 85,000", "GPUs: 360": what is counted was said before
        label = _labelled(page, quantity)
        opening = around.sentence.start if nouns else clause.start  # "261 nodes, each with four V100, 1,044 in all"
        earlier = page.within(max(opening, quantity.start - _REACH), quantity.start, "chip", "accelerator")
        grown = is_unnamed(page, quantity) and page.within(quantity.start - _NEAR, quantity.start, "change")
        earlier = [label] if label else earlier if nouns or quantity.is_from_to or grown else []
        chips = [m.value for m in earlier if m.kind == "chip"][-1:]
        if not earlier:
            return _chips_unsaid(around, memory, nouns)
    else:
        chips = [noun.value for noun in nouns if noun.kind == "chip"]
    chip = "/".join(dict.fromkeys(chips)) or None
    evidence = _cover(quantity, *nouns, *earlier[:1])
    near = page.within(max(clause.start, around.before.start, quantity.start - _NEAR), quantity.start, "equivalent")
    behind = page.within(evidence.end, min(evidence.end + _NEAR, around.after.end, clause.end), "equivalent")
    equivalents = [*near, *(noun for noun in nouns if noun.kind == "equivalent"), *behind]
    if equivalents and chip in (None, "H100"):
        return Measure("h100_equivalents", "H100e", _cover(quantity, *nouns, *equivalents), "H100")
    if page.within(quantity.start - _NEAR, quantity.start, "level"):  # "brings the total to 23,000 GPUs"
        return Measure("accelerator_count", "accelerator", evidence, chip)
    moved = page.within(max(clause.start, around.before.start, quantity.start - _REACH), quantity.start, "flow")
    counted = memory.get("chips")
    if not moved and counted and counted.index == around.index and counted.measure.metric == "accelerator_flow":
        if _ITEM.fullmatch(page.text, max(around.before.start, quantity.start - _NEAR), quantity.start):
            # "ordered 12,400 GPUs: 7,100 B300s, 4,200 B200s"
            return Measure("accelerator_flow", "accelerator", evidence, chip)
    behind = page.within(evidence.end, min(evidence.end + _NEAR // 2, around.after.end, clause.end), "flow")
    moved += [m for m in behind if m.start - evidence.end <= _BESIDE]  # "20,000 chips ordered"
    sellers = page.within(around.sentence.start, quantity.start, "organization")
    if not moved and any(m.value in page.lexicons.sellers for m in sellers[:1]):
        moved = page.within(clause.start, quantity.start, "seller_flow")
    said = memory.get("money")
    is_bought = said is not None and said.index == around.index and said.measure.scope == "chips"
    if not moved and is_bought and page.text[around.before.start : quantity.start].count(",") <= 1:
        # "to buy $40 billion of chips, some 400,000 GB200"
        moved = page.within(around.sentence.start, quantity.start, "flow")
    if moved:
        return Measure("accelerator_flow", "accelerator", _cover(quantity, *nouns, *earlier[:1], moved[-1]), chip)
    return Measure("accelerator_count", "accelerator", evidence, chip)


def _chips_unsaid(around: Surroundings, memory: Memory, nouns: list[Mention]) -> Measure | Refusal:
    """ "Amazon en a pris 196 000 et Google 169 000": what earlier numbers counted."""
    page, quantity, said = around.page, around.quantity, memory.get("chips")
    if said is None or around.index - said.index > _REMEMBERED - 1 or quantity.high > _MOST_UNNAMED:
        return _chips_meant(around) or Refusal("counts something else")
    opening = max(around.before.start, quantity.start - _NEAR)
    introduced = page.within(opening, quantity.start, "organization", "flow", "change", "status")
    introduced += page.within(quantity.end, min(quantity.end + _NEAR, around.after.end), "flow")  # "16 384 qu'il a commandés"
    if not (nouns or (is_unnamed(page, quantity) and (introduced or quantity.is_from_to))):
        return Refusal("counts something else")
    evidence, metric = _cover(around.quantity, *nouns), said.measure.metric
    is_level = page.within(quantity.start - _BESIDE, quantity.start, "change")
    is_level += page.within(quantity.start - _NEAR, quantity.start, "level")
    if metric == "accelerator_flow" and is_level:
        metric = "accelerator_count"  # "with room to grow to 31,000"
    elif not nouns and metric == "accelerator_count" and page.within(around.clause().start, quantity.start, "flow"):
        metric = "accelerator_flow"  # "ne aggiungerà 20.000"
    return replace(said.measure, metric=metric, evidence=evidence, is_sure=False, is_carried=True)


def _chips_meant(around: Surroundings) -> Measure | None:
    """ "… en GPU. Ne avrebbe comprate 300.000": chips that the sentence before named without a number."""
    page, quantity = around.page, around.quantity
    clause = around.clause()
    moved = page.within(clause.start, quantity.start, "flow")
    if not (moved and around.index and is_unnamed(page, quantity)) or quantity.high > _MOST_UNNAMED:
        return None
    named = page.within(*page.sentences[around.index - 1], "chip", "accelerator")
    if not named:
        return None
    chip = named[-1].value if named[-1].kind == "chip" else None
    evidence = _cover(quantity, moved[-1])
    return Measure("accelerator_flow", "accelerator", evidence, chip, is_sure=False, is_carried=True)


def _noun_phrase(page: Page, position: int) -> list[Mention]:
    """The counted nouns that follow a number: "autres puces Dojo", "H100 GPU equivalents", "GPU de calcul Nvidia".

    Between number and noun only filler words and names may stand, so that "8 racks with GPUs" counts no chips; nor does
    "8 GPU racks", where the last noun is what is counted.
    """
    nouns: list[Mention] = []
    while True:
        gap = _GAP.match(page.text, position)
        position = gap.end() if gap else position
        if not page.text[position : position + 1].isalnum():
            return nouns
        here = page.at(position)
        if any(m.kind == "container" for m in here):
            return []
        here = [m for m in here if m.kind in (*_UNIT_KINDS, "filler", "organization", "qualifier")]
        if not here:
            return nouns
        nouns += [m for m in here if m.kind in _UNIT_KINDS][:1]
        position = here[0].end


def _power(around: Surroundings, memory: Memory) -> Measure | Refusal:
    """Power counts where computing is spoken of: beside it, in sentences near it or the title, or by an AI firm."""
    page, near = around.page, around.cues(*_COMPUTING)
    clause = around.clause()
    if around.quantity.high < _LEAST_POWER:
        return Refusal("too small")
    other = [m for m in around.cues("negative") if m.value == "not_compute_power"]
    reach = _NEAR if near else _REACH
    if page.within(*around.sentence, "cancelled"):
        return Refusal("cancelled")
    if other and around.distance(other[0]) <= min(reach, around.distance(near[0]) if near else reach):
        return Refusal("not compute power")
    if page.within(clause.start, around.quantity.start, "hypothetical"):
        return Refusal("hypothetical")
    named = page.within(*around.sentence, "organization")
    firms = [m for m in named if page.lexicons.sectors[m.value] in _COMPUTE_SECTORS]
    if not (near or firms or page.within(*around.sentence, *_COMPUTING)):
        said = memory.get("power")
        if said and around.index - said.index <= _REMEMBERED - 1:  # "another gigawatt is to follow"
            return replace(said.measure, evidence=_cover(around.quantity), is_sure=False, is_carried=True)
        if not around.nearby(_REMEMBERED, 0, *_COMPUTING):
            return Refusal("not compute power")
        return Measure("power_mw", "MW", _cover(around.quantity), is_sure=False)
    return Measure("power_mw", "MW", _cover(around.quantity, *near[:1]), is_sure=bool(near))


def _money(around: Surroundings, memory: Memory) -> Measure | Refusal:
    page, quantity, currency = around.page, around.quantity, _currency(around, memory)
    negatives = _money_negatives(around)
    price = _price(around)
    if price is not None:
        return price
    capex, spending = around.cues("capex"), around.cues("spend")
    if capex and _is_part(around, capex[0]):  # "$30 billion, half of it capital spending"
        capex = []
    if not capex and around.before.start == around.sentence.start:  # the subject, wherever it stands
        subject = page.within(*around.before, "capex")[-1:]
        opens = bool(subject) and subject[0].start - around.sentence.start <= _NEAR
        capex = subject if opens or not spending else []
        spending = [] if opens else spending
    if quantity.low > _DEAREST:  # the price of a system
        spending = spending or [m for m in around.cues("price") if around.distance(m) <= _NEAR]
    guided = [m for m in around.cues("amount")[:1] if around.distance(m) <= _NEAR // 2]
    nearest = min((around.distance(cues[0]) for cues in (capex, spending, guided) if cues), default=None)
    if negatives and (nearest is None or around.distance(negatives[0]) <= nearest + _BESIDE // 2):
        return Refusal(negatives[0].value)
    if not _LEAST_MONEY <= quantity.high <= _MOST_MONEY:
        return Refusal("too small" if quantity.high < _LEAST_MONEY else "too large")
    if page.within(max(around.before.start, quantity.start - _REACH), quantity.start, "needed"):
        return Refusal("hypothetical")
    if _SHARE_OF.match(page.text, quantity.end) or (spending and _is_stake(around, spending[0])):
        return Refusal("funding")
    computing = around.cues(*_COMPUTING)
    if page.within(*around.sentence, "cancelled"):
        return Refusal("cancelled")
    if capex and not _is_for_computing(around, capex[0], computing):
        return Measure("capex", currency, _cover(quantity, capex[0]), scope="total")
    clause = around.clause()
    beside = [m for m in computing[:1] if clause.start <= m.start < clause.end]
    if spending and _is_plain_investment(around, spending[0], computing):
        return Measure("capex", currency, _cover(quantity, spending[0]), scope="total", is_sure=False)
    if computing and (capex or spending):
        cue = spending[0] if spending else capex[0]
        return Measure("ai_spend", currency, _cover(quantity, cue, *beside), scope=_scope(around))
    if spending and (hosts := _hosts(around)):
        scope = "chips" if hosts[0].value in page.lexicons.sellers else _scope(around)
        return Measure("ai_spend", currency, _cover(quantity, spending[0]), scope=scope, is_sure=False)
    if spending and _goes_on_about_capex(around, memory):
        return Measure("capex", currency, _cover(quantity, spending[0]), scope="total", is_sure=False, is_carried=True)
    if spending and (_is_known_deal(around, spending) or page.within(*around.sentence, *_COMPUTING)):
        return Measure("ai_spend", currency, _cover(quantity, spending[0]), scope=_scope(around), is_sure=False)
    if page.is_row(around.index) and page.within(*around.sentence, "facility"):
        return Measure("ai_spend", currency, _cover(quantity), scope="site", is_sure=False)
    counted = memory.get("chips") or memory.get("power")
    if counted and counted.index == around.index and not capex and quantity.high >= _LEAST_TOPIC_MONEY:
        scope = "chips" if kind_is_chips(counted.measure) else "total"  # "ordered 12,400 GPUs for about $674 million"
        return Measure("ai_spend", currency, _cover(quantity), scope=scope, is_sure=False)
    behind = [m for m in computing if m.start >= quantity.end]
    if any(_OF.fullmatch(page.text, quantity.end, m.start) for m in behind):  # "109 milliards d'euros pour l'IA"
        return Measure("ai_spend", currency, _cover(quantity, behind[0]), scope=_scope(around), is_sure=False)
    return _money_unsaid(around, memory, spending)


def _is_part(around: Surroundings, capex: Mention) -> bool:
    return capex.start >= around.quantity.end and bool(
        around.page.within(around.quantity.end, capex.start, "continuation", "half")
    )


def _is_stake(around: Surroundings, spending: Mention) -> bool:
    """ "Invest up to $10 billion in Anthropic", "misé 13 milliards dans OpenAI": a stake in a firm buys no compute."""
    page, quantity = around.page, around.quantity
    named = _firms(page, Span(quantity.end, min(quantity.end + 2 * _NEAR, around.sentence.end)))
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
        return True
    if _IN_A_FIRM.match(page.text, quantity.end):
        return True
    return any(
        _INTO.fullmatch(page.text, quantity.end, m.start) is not None and page.text[m.end : m.end + 2] != "'s"
        for m in named[:1]
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


def kind_is_chips(measured: Measure) -> bool:
    return measured.unit == "accelerator"


def _goes_on_about_capex(around: Surroundings, memory: Memory) -> bool:
    said = memory.get("money")
    return said is not None and said.measure.metric == "capex" and around.index - said.index <= 1


def _is_plain_investment(around: Surroundings, spending: Mention, computing: list[Mention]) -> bool:
    """ "We invested $14.8 billion in the fourth quarter": what a firm invests in a quarter is its capex, whatever it
    says later that it bought. Not so where the amount is of one thing ("$1 billion of AI infrastructure")."""
    page, quantity = around.page, around.quantity
    if not _SPENDS.match(page.text, spending.start):
        return False
    near = [d for d in around.dates if min(abs(d.start - quantity.end), abs(quantity.start - d.end)) <= _NEAR]
    if any(m.value in page.lexicons.sellers for m in page.within(*around.sentence, "organization")):
        return False  # "half a billion on Nvidia gear"
    is_quarter = any(d.quarter or d.words & {"last_quarter", "quarter"} for d in near)
    is_year = any(d.year or d.words & _YEARS for d in near if not d.months_ahead and not d.is_deadline)
    adjoining = [m for m in computing if quantity.end <= m.start and around.distance(m) <= _BESIDE + _BESIDE]
    return (is_quarter and not adjoining) or (is_year and not page.within(*around.sentence, *_COMPUTING))


def _is_for_computing(around: Surroundings, capex: Mention, computing: list[Mention]) -> bool:
    """Whether a word of capital spending is narrowed: "AI-related capex", "$1 billion of AI infrastructure"."""
    page, quantity = around.page, around.quantity
    if _AI_BEFORE.search(page.text, max(around.sentence.start, capex.start - 20), capex.start):
        return True
    if any(_OF.fullmatch(page.text, capex.end, m.start) for m in computing if m.start >= capex.end):
        return True
    if not computing or computing[0].start < quantity.end or capex.start < quantity.end:
        return False
    return _OF.fullmatch(page.text, quantity.end, computing[0].start) is not None


def _hosts(around: Surroundings) -> list[Mention]:
    """Whose compute is paid for: "a $300 billion deal with Oracle", "les achats auprès de Nvidia"."""
    return [m for m in around.page.within(*around.sentence, "organization") if _is_host(around.page, m)]


def _is_known_deal(around: Surroundings, spending: list[Mention]) -> bool:
    """ "The deal is worth $10 billion", where the sentences before said what it is about."""
    agreed = any(_AGREEMENTS.search(around.page.text, m.start, m.end) for m in spending)
    return agreed and around.nearby(2, 0, *_COMPUTING)


def _is_host(page: Page, mention: Mention) -> bool:
    is_party = any(
        not page.text[m.end : mention.start].strip()
        for m in page.within(mention.start - 14, mention.start, "counterparty")[-1:]
    )
    return is_party and (mention.value in page.lexicons.sellers or page.lexicons.sectors[mention.value] == "cloud")


def _money_unsaid(around: Surroundings, memory: Memory, spending: list[Mention]) -> Measure | Refusal:
    """ "The third quarter cost it $24.0 billion", "its range for 2025 to $70-72 billion": what the text speaks of.

    Only where the sentence itself goes on about amounts in time: a word of spending or planning, or a date beside it.
    """
    quantity = around.quantity
    dated = any(
        around.before.start <= d.start and d.end <= around.after.end and abs(d.start - quantity.start) <= _REACH
        for d in around.dates
    )
    opening = around.page.text[around.sentence.start : quantity.start]
    is_elliptic = len(opening) <= _NEAR and bool(around.page.within(around.sentence.start, quantity.start, "organization"))
    goes_on = spending or around.cues("amount") or dated or is_elliptic
    clause = around.clause()
    if not goes_on or quantity.high < _LEAST_TOPIC_MONEY or _money_negatives(around):
        return Refusal("no metric")
    if around.page.within(clause.start, max(clause.end, quantity.end), "negative"):
        return Refusal("no metric")
    currency = _currency(around, memory)
    evidence = _cover(quantity, *spending[:1])
    is_site = bool(around.page.within(*around.sentence, "facility", "site"))
    said = memory.get("money")
    if said and not _is_comparable(said.value, quantity.high):
        said = None
    is_recent = said is not None and around.index - said.index <= _REMEMBERED
    if said and around.index - said.index <= 2 and said.measure.metric == "ai_spend" and said.measure.scope != "chips":
        # its capital spending, if the text speaks of any, is farther back
        return replace(said.measure, unit=currency, evidence=evidence, is_sure=False, is_carried=True)
    if around.nearby(_TOPIC_BEFORE, _TOPIC_AFTER, "capex") and not is_site and (is_recent or spending or dated):
        return Measure("capex", currency, evidence, scope="total", is_sure=False, is_carried=True)
    if said and is_recent and not spending:
        carried = replace(said.measure, unit=currency, evidence=evidence)
        return replace(carried, is_sure=False, is_carried=True)
    if spending and around.nearby(_REMEMBERED, 1, *_COMPUTING):
        return Measure("ai_spend", currency, evidence, scope=_scope(around), is_sure=False, is_carried=True)
    return Refusal("no metric")


def _currency(around: Surroundings, memory: Memory) -> str:
    """The currency of an amount; where it is left out, that of the amounts before it."""
    said = memory.get("money")
    if around.quantity.unit or said is None or around.index - said.index > _REMEMBERED:
        return around.quantity.unit or "USD"
    return said.measure.unit


def _is_comparable(one: Decimal, other: Decimal) -> bool:
    return max(one, other) <= _LARGEST_RATIO * min(one, other)


def _money_negatives(around: Surroundings) -> list[Mention]:
    """The words nearby that make money something else, but for those of the next statement ("… and its shares fell")."""
    page, end = around.page, around.quantity.end
    found = [m for m in around.cues("negative") if m.value != "not_compute_power"]
    return [m for m in found if m.start < end or m.value not in _NEXT or not _is_next(page, end, m.start)]


def _is_next(page: Page, start: int, end: int) -> bool:
    """Whether another statement begins in between."""
    return ";" in page.text[start:end] or bool(page.within(start, end, "joining"))


def _price(around: Surroundings) -> Measure | None:
    """ "30 603 $ par unité": a price for one, of a chip named before in this sentence or as topic of one before."""
    page, quantity = around.page, around.quantity
    if quantity.unit is None or not _CHEAPEST <= quantity.low <= _DEAREST:
        return None
    end = around.after.end
    each = page.within(quantity.end, min(quantity.end + _NEAR, end), "per_unit")
    if any(m.value == "rent" for m in page.within(quantity.end, min(quantity.end + 2 * _NEAR, end), "negative")):
        return None
    asked = [m for m in around.cues("price") if around.distance(m) <= _NEAR]
    before = page.within(around.sentence.start, quantity.start, "chip")
    earlier = page.sentences[max(0, around.index - _REMEMBERED) : around.index]
    topic = [chip for sentence in reversed(earlier) for chip in page.within(*sentence, "chip")[:1]]
    if each and (chips := before[-1:] or topic[:1]):
        return Measure("accelerator_price", f"{quantity.unit}/accelerator", _cover(quantity, each[0]), chips[0].value)
    behind = page.within(quantity.end, min(quantity.end + _NEAR, end), "chip")
    if behind and _FOR_ONE.fullmatch(page.text, quantity.end, behind[0].start):
        evidence = _cover(quantity, behind[0])
        return Measure("accelerator_price", f"{quantity.unit}/accelerator", evidence, behind[0].value, is_sure=False)
    if around.index and (answered := earlier[-1:]):  # "Combien pour une B200 ? De 30 000 à 40 000 dollars"
        asked = asked or page.within(*answered[0], "how_much")
        before = before or (page.within(*answered[0], "chip") if page.within(*answered[0], "how_much") else [])
    if asked and before and quantity.high < _DEAREST / 10:
        evidence = _cover(quantity, asked[0], before[-1])
        return Measure("accelerator_price", f"{quantity.unit}/accelerator", evidence, before[-1].value, is_sure=False)
    return None


def goes_on_refused(around: Surroundings, measured: Measure) -> bool:
    """Whether an amount goes on listing what the one before it in the sentence was: "a $110 billion funding round, with
    Amazon putting in $50 billion". Not where it has a word of computing or of capital spending of its own."""
    is_money = measured.scope is not None
    return is_money and not around.cues("capex", "amount", *_COMPUTING)


def inherit(around: Surroundings, previous: Measure) -> Measure | None:
    """An amount without a word of its own, in a list: "capex was $8 billion in 2025 and $11 billion in 2024"."""
    unit = around.quantity.unit or (previous.unit if is_bare_money(around.page, around.quantity) else None)
    is_money = previous.scope is not None and unit != "MW"
    if unit is None or not is_money or _money_negatives(around) or around.cues("spend", "capex"):
        return None
    evidence = Span(previous.evidence.start, around.quantity.end)
    return replace(previous, unit=unit, evidence=evidence, is_sure=False, is_carried=True)


def _scope(around: Surroundings) -> str:
    start = max(around.before.start, around.quantity.start - _NEAR)
    end = min(around.after.end, around.quantity.end + _REACH)
    kinds = {m.kind for m in around.page.within(start, end, "training", "inference")}
    if any(around.distance(m) <= _NEAR for m in around.cues("hardware", "accelerator", "chip")):
        return "chips"
    return kinds.pop() if len(kinds) == 1 else "total"


def _cover(quantity: Quantity, *mentions: Mention) -> Span:
    mentions = tuple(m for m in mentions if abs(m.start - quantity.start) <= _FARTHEST)  # no heading of a long table
    starts, ends = zip((quantity.start, quantity.end), *((m.start, m.end) for m in mentions), strict=True)
    return Span(min(starts), max(ends))
