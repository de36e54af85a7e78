"""Money that is put into a firm and buys no compute: stakes, funding, whole firms that are bought.

Here: "invest $10 billion in Anthropic", and "in the lab". Not here: what the words of the negative lexicon say
(`negatives`).
"""

from __future__ import annotations

import re

from extraction.mentions import Mention, Page
from extraction.surroundings import BESIDE, COMPUTING, NEAR, Surroundings
from extraction.text import Span

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
_IN_EACH = re.compile(r" (?:each|apiece|chacun|chacune) (?:in|into|dans) [A-ZÀ-Þ]")
_FOR = re.compile(r" (?:pour|for|für|por|per) (?:[^\W\d_]+ ){0,3}")
_INVESTS = re.compile(
    r"invest|inver[st]|invi[er]|put|pour|misé?(?!\w)|plac|in[jy]ect|iniet|stak|engag|commit|vers[ée]|steck|beteilig|apport"
    r"|a mis|ont mis",
    re.IGNORECASE,
)
_SHARE_FOR = re.compile(
    r"\d ?(?:%|percent|per cent|pour cent|Prozent|por ciento|per cento) (?:stake in |share of )?"
    r"(?:of|de|d'|du|des|von|an|der|di|in) ?(?:(?! (?:et|and|und|y|e) )[^.;\d]){0,60}"
    r"(?:for|pour|für|por|per) (?:[^\W\d_]+ ){0,2}$"
)
# "The takeover of X in November for $61 billion", "compra la empresa X por más de 2.000 millones".
_FIRM_FOR = re.compile(
    r"(?<!\w)(?:(?:acquisition|takeover|buyout|purchase|rachat|übernahme|kaufoption|acquisizione|adquisición|compra)"
    r" (?:of|de|du|d'|von|der|des|di|del|della|dell'|auf|für) ?|(?:compra|achète|rachète|kauft|compra|buys|acquires) )"
    r"(?P<what>[^.;:]{2,120}?),? (?:for|pour|für|por|per) (?:[^\W\d_]+ ){0,5}$",
    re.IGNORECASE,
)
_A_FIRM = re.compile(
    r"start-?up|company|firm(?!\w)|maker|entreprise|société|pépite|unternehmen|firma|empresa|compañía|azienda|società",
    re.IGNORECASE,
)
# "Secured 150 million from …".
_FROM = re.compile(r" (?:(?:[^\W\d_]+) )?(?:from|auprès d(?:e|')|von|bei|de|da) ?(?:the )?$")
_BUYS = re.compile(r"(?:buy|bought|acquir|purchas|rachet|acquér|acquis|kauf|übern|compr|adquir)", re.IGNORECASE)
_GIVERS = frozenset({"finance", "investor"})
_BOUGHT = (*COMPUTING, "capex", "site")


def is_stake(around: Surroundings, spending: Mention) -> bool:
    """ "Invest up to $10 billion in Anthropic", "misé 13 milliards dans OpenAI": a stake in a firm buys no compute."""
    page, quantity = around.page, around.quantity
    named = _firms(page, Span(quantity.end, min(quantity.end + 2 * NEAR, around.sentence.end)))
    before = _firms(page, Span(spending.end, quantity.start))
    if any(_is_firm_bought(page, m) for m in page.within(*around.sentence, "spend", "flow")):
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


def goes_into_a_firm(around: Surroundings) -> bool:
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


def takes_a_share(around: Surroundings) -> bool:
    """ "Achète 64 % d'Exaion pour 168 millions de dollars"."""
    start = around.quantity.start
    return _SHARE_FOR.search(around.page.text, max(around.sentence.start, start - 2 * NEAR), start) is not None


def buys_a_firm(around: Surroundings) -> bool:
    """Whether an amount is what a whole firm costs: "the takeover of X in November 2023 for $61 billion"."""
    page, start = around.page, around.quantity.start
    opening = max(around.sentence.start, start - 4 * NEAR)
    bought = _FIRM_FOR.search(page.text, opening, start)
    if bought is None or page.within(*bought.span("what"), "accelerator", "chip", "hardware", "site"):
        return False
    words = Span(*bought.span("what"))
    called = _A_FIRM.search(page.text, *words)
    firms = [called.start()] if called else [m.start for m in _firms(page, words)[:1]]
    # "buys computing capacity of Oracle for $30 billion" buys no firm
    return bool(firms) and not page.within(words.start, firms[0], "compute")


def comes_from_an_investor(around: Surroundings) -> bool:
    """ "Secured $150 million from" whoever lends or puts in capital."""
    page, end = around.page, around.quantity.end
    behind = page.within(end, min(end + NEAR, around.sentence.end), "organization")[:1]
    return any(page.lexicons.sectors[m.value] in _GIVERS and _FROM.fullmatch(page.text, end, m.start) for m in behind)


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


def _is_possessor(page: Page, firm: Mention) -> bool:
    return page.text.startswith("'s", firm.end)


def is_sellers(around: Surroundings, spending: Mention) -> bool:
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


def _is_firm_bought(page: Page, verb: Mention) -> bool:
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
