"""Which words of the negative lexicon an amount belongs to: revenue, valuation, funding, what everybody spends.

Here: the words that make money something else than ours, and the statement that each is part of. Not here: stakes in a
firm without such a word (`stakes`), and what ours is spent on (`money`).
"""

from __future__ import annotations

import re

from extraction.mentions import Mention, Page
from extraction.surroundings import BESIDE, COMPUTING, NEAR, Surroundings

OF = re.compile(
    r" ?(?:of|de|d'|di|in|en|on|an|für|for|pour|dans|into|towards?|sur|sui|sul|nei|nel|nell'|auf|para|per|worth of)"
    r"(?: |(?<='))(?:new |les |la |l'|le |des |the |its |el |los |las |i |il |die |das |den |ses |son )?"
)
_GLOBAL = re.compile(
    r"(?<!\w)(?:global|worldwide|weltweiten?|globalen?)"
    r"(?: AI| IT| KI-?| cloud| tech| technology| infrastructure| data[- ]?cent(?:er|re)){0,3} ?$",
    re.IGNORECASE,
)
_SECTOR = re.compile(r"(?<!\w)(?:industry(?:-wide)?|neocloud|hyperscalers?'?) $", re.IGNORECASE)
_GLOBALLY = re.compile(r" (?:global(?:es|e|i)?|mundial(?:es)?|mondia(?:le?|les|li|ux)|worldwide|weltweit)(?!\w)")
# "Revenue, after a slow year, jumped 40% to": what a change leads from and to is one thing.
_CHANGED_TO = re.compile(
    r"(?: (?:by )?[^\W\d_]*(?: ?\d+(?:[.,]\d+)? ?(?:%|percent|Prozent))?,?)? (?:to|à|auf|a)(?: [^\W\d_]+){0,2} ?$"
)
_NOT_MONEY = frozenset({"not_compute_power", "funding", "acquisition"})
_ARTICLE, _OTHER_STATEMENTS = 5, ("capex", "joining", "aside", *COMPUTING)
_ON = re.compile(rf"{OF.pattern}(?:(?!and |or |et |ou |und )[^\W\d_]+ )?")
_SUBORDINATE = re.compile(
    r"(?<!\w)(?:after|while|because|despite|whereas|although|après que|alors que|tandis que|malgré|bien que"
    r"|nachdem|während|obwohl|trotz|mientras|aunque|pese a|mentre|nonostante|dopo che"
    r"|(?:higher|larger|more|greater|bigger) than the|plus que le|mehr als das)(?!\w)"
)
_LEADS_TO = re.compile(
    r"(?<!\w)(?:auf|to|hasta|fino a|à|bis auf) (?:(?:about|rund|etwa|environ|circa|unos|mehr als|over) )?$"
)
# "For 730 million euros hardware from Nvidia, which a loan of Tether covers".
_RELATIVE = re.compile(
    r", (?:die|der|das|deren|dessen|dont|qui|que|whose|which|cuy[oa]s?|las? cual(?:es)?|la cui|il cui|che)(?!\w)"
)
# "Ein Plus von 74 Prozent", "soit une hausse de 45 %": no difference in money.
_BY_PERCENT = re.compile(
    r"(?: (?:of|by|von|um|de|di|del|d'))? ?(?:(?:about|rund|etwa|environ|circa|près de) )?\d[\d.,]* ?"
    r"(?:%|percent|per cent|Prozent|pour cent|por ciento|per cento)"
)
_LEASES = re.compile(r"location-financ|finance lease|Finanzierungsleas|leasing financ", re.IGNORECASE)
_OVERALL = re.compile(
    r"investissement|enveloppe|budget|coût|montant|coste|presupuesto|investimento|spesa", re.IGNORECASE
)
SPENDS = re.compile(
    r"invest|invers|inviert|invirt|invert|consacr|dedic|destin[aóòe]|spen[dt]|dépens|gast|ausg[ae]b|spes|engag|débours|desembols|sborsa",
    re.IGNORECASE,
)
# What a statement of its own says after "and".
_NEXT = frozenset({"share_price", "loss", "revenue", "cash_flow", "inventory"})
# What goes on with an amount and names nothing it counts: "750 millions de plus", "50 milliards prévus".
_NEXTS = re.compile(
    r"(?: (?:of|was|were|at|de|d'|von|di|à|was about|of about))?(?: (?:about|some|rund|environ|circa))? ?"
)


def loss_of(page: Page, capex: Mention) -> Mention | None:
    """ "Depreciation of property and equipment", "Abschreibungen auf Sachanlagen"."""
    before = page.within(capex.start - NEAR, capex.start, "negative")[-1:]
    return next((m for m in before if m.value == "other" and OF.fullmatch(page.text, m.end, capex.start)), None)


def negative_subject(around: Surroundings, negatives: list[Mention]) -> Mention | None:
    """ "La valorisation de Mistral AI atteint 11,7 milliards": what the sentence or the clause is about."""
    page, start = around.page, around.quantity.start
    first, clause = around.sentence.start, around.clause().start
    opening = page.within(first, min(first + NEAR, start), "negative") if around.before.start == first else []
    other = _NOT_MONEY | {"valuation"} if is_contracts_worth(around) else _NOT_MONEY
    subjects = [m for m in opening if m.value not in other and m.start - first <= _ARTICLE]
    leading = [m for m in negatives if _leads_to_it(around, m)]
    for m in (*subjects, *leading, *(m for m in negatives if 0 <= m.start - clause <= _ARTICLE)):
        if m.end >= start:
            continue
        amounts = {a.start for a in page.within(m.end, start, "amount", "price")}
        verbs = [s for s in page.within(m.end, start, "spend") if s.start not in amounts]
        if m.value == "valuation":  # "la valeur de la firme, chiffrée à 500 milliards"
            verbs = [s for s in verbs if SPENDS.match(page.text, s.start)]
        if m.value != "increment" and not verbs and not page.within(m.end, start, *_OTHER_STATEMENTS):
            return m
    return None


def _leads_to_it(around: Surroundings, negative: Mention) -> bool:
    """ "Its backlog, revenue not yet recognized, jumped 40% to $90 billion": what has changed to an amount."""
    page, start = around.page, around.quantity.start
    if negative.value in _NOT_MONEY or not around.before.start <= negative.start < negative.end < start:
        return False
    changes = page.within(negative.end, start, "change")[-1:]
    return bool(changes) and _CHANGED_TO.fullmatch(page.text, changes[0].end, start) is not None


def governs(around: Surroundings, negative: Mention, spending: Mention) -> bool:
    """ "Earned $18 billion in the quarter and builds data centers": what comes after "and" is another statement."""
    page, quantity = around.page, around.quantity
    is_joined = spending.start >= quantity.end and page.within(quantity.end, spending.start, "joining")
    return bool(is_joined) and around.clause().start <= negative.start < quantity.start and negative.value in _NEXT


def is_of_a_negative(around: Surroundings, negatives: list[Mention]) -> Mention | None:
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


def is_everybodys(page: Page, cue: Mention) -> bool:
    """ "Global AI spending", "la inversión global en IA", "die weltweiten Investitionen": those of all together."""
    return (
        _GLOBAL.search(page.text, max(0, cue.start - NEAR // 2), cue.start) is not None
        or (
            _SECTOR.search(page.text, max(0, cue.start - NEAR // 2), cue.start) is not None
            and (cue.kind == "capex" or SPENDS.match(page.text, cue.start) is not None)
        )
        or _is_global(page, cue)
    )


def _is_global(page: Page, cue: Mention) -> bool:
    """ "Les investissements mondiaux"; not "l'investissement global", which is that of all parts."""
    worldwide = _GLOBALLY.match(page.text, cue.end)
    is_overall = _OVERALL.fullmatch(page.text, cue.start, cue.end) is not None
    return worldwide is not None and not (is_overall and worldwide[0].strip().startswith("global"))


def is_contracts_worth(around: Surroundings) -> bool:
    """ "… under a contract that runs through 2031. It is worth $17.4 billion": what the sentence before is about."""
    page = around.page
    opens = page.within(around.sentence.start, around.sentence.start + BESIDE, "anaphor")[:1]
    said = page.within(*page.sentences[around.index - 1], "contract") if around.index else []
    return bool(opens and said) and opens[0].start - around.sentence.start <= 1


def money_negatives(around: Surroundings) -> list[Mention]:
    """The words nearby that make money something else, but for those of the next statement ("and its shares fell")."""
    page, end = around.page, around.quantity.end
    found = [m for m in around.cues("negative") if m.value != "not_compute_power"]
    found = [m for m in found if not _LEASES.search(page.text, max(0, m.start - BESIDE), m.end + BESIDE)]
    found = [m for m in found if m.value != "increment" or m.start < end or not _BY_PERCENT.match(page.text, m.end)]
    found = [m for m in found if m.value != "valuation" or not page.within(m.start - NEAR, m.start, "contract")]
    if is_contracts_worth(around):
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
    relative = _RELATIVE.search(page.text, end, around.sentence.end)
    bought = page.within(end, relative.start(), "hardware", "chip", "organization") if relative else []
    if relative and any(m.kind != "organization" or m.value in page.lexicons.sellers for m in bought):
        found = [m for m in found if m.start < relative.start()]
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
