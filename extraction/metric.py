"""What a quantity measures: chips, money or power, each by words of its own; or nothing, and why.

Here: which of them it is by its unit, and power. Not here: whose it is, when, and how certain.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from extraction.chips import measure_chips
from extraction.mentions import Mention
from extraction.money import SITE_OF_ONE, measure_money
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
from extraction.unsaid import UNIT_COST, is_bare_money

# Firms whose megawatts are computing unless a power plant is named beside them.
_COMPUTE_SECTORS = frozenset({"ai_lab", "cloud", "neocloud", "social"})
# What a computing site runs on, where it isn't a power plant that is spoken of.
_SUPPLY = re.compile(r"powered|aliment|betrieben|versorgt|supplied|fuell?ed|stromverbrauch|runs? on", re.IGNORECASE)
_WITH = re.compile(
    r"(?: [^\W\d_]+){0,3} ?(?:,? (?:of|with|good for|totall?ing|producing|generating"
    r"|de|d'une puissance de|avec|von|mit|con|da|di)"
    r"|\(|:)(?: (?:about|some|up to|rund|bis zu|environ|jusqu'à|hasta|circa|unos|more than|plus de|over))? ?"
)
# The demand of all together: "global data center demand will reach 130 GW".
_DEMAND = re.compile(
    r"(?i:[^.;]*(?<!\w)(?:(?:in|en|dans) (?:all of|todo|toda|tout|toute|ganz|tutta) [^\W\d_]+"
    r"|global|worldwide|mondiale?|weltweite?|mundial|nationwide|industry-wide|sector-wide)"
    r"[^.;,]{0,60}(?:demand|capacity|consumption|demande|capacité|consommation|nachfrage|bedarf|kapazität|demanda"
    r"|capacidad|domanda|capacità|puissance))"
)
# What any site draws its power from, or draws as much as: no power plant is spoken of.
_DRAWN = re.compile(
    r"grid|réseau électrique|stromnetz|substation|subesta|sous-station|poste élec|umspann|sottostaz|consum"
    r"|consommation él|stromverbrauch",
    re.IGNORECASE,
)
# "Its consumption", "it gets 200 megawatts": of the site that was spoken of before.
_ITS = re.compile(r"(?<!\w)(?:its?|sa|son|elle|il|ihre?[nr]?|seine?[nr]?|su|sua|suo|esso|essa)(?!\w)", re.IGNORECASE)
# What is asked for, given off as heat, said of a size or of hours: "25 GW de demandes", "1,7 MW de chaleur".
_NO_POWER = re.compile(
    r"[- ]?(?:(?:of|de|d'|an|von|di) )?(?:(?:grid|new|pending|neue[rn]?|nouvelles) )?"
    r"(?:(?:interconnection |connection |grid |load )?(?:requests?|applications?)|demandes?(?! de calcul)|Anträgen?"
    r"|Anfragen|Anschlussbegehren|solicitudes|peticiones|richieste|domande|(?:waste )?heat|chaleur|Abwärme|Wärme|calor"
    r"|calore|scale|class|sized?|hours?|heures?|horas?|hora|ore|stunden?|h)(?!\w)",
    re.IGNORECASE,
)
_THRESHOLD = re.compile(
    r"(?<!\w)(?:seuils?|thresholds?|Schwellen?|Schwellenwert|umbral|umbrales|soglia|soglie)"
    r" (?:of|de|von|di|d')[ ]?(?:[^\W\d_]+ )?$",
    re.IGNORECASE,
)
_BEYOND_IT = re.compile(r",? (?:au-delà|à partir|above|beyond|over|from|ab|oberhalb|oltre|a partir|por encima)(?!\w)")
_INCREMENT = re.compile(
    r"(?<!\w)(?:extensibles? de|expandable by|ampliable en|espandibile di|erweiterbar um|étendus? de)(?: [^\W\d_]+)? $"
)
_MORE_THAN = re.compile(r" (?:more|de plus|mehr|más|in più) (?:than|qu[e']|en|in|als|che|di)(?!\w)")
_LEAST_POWER = Decimal("0.2")


def measure(around: Surroundings, memory: Memory) -> Measure | Refusal:
    """What the quantity measures, or why it is no claim of ours."""
    quantity = around.quantity
    if quantity.unit == "MW":
        return _power(around, memory)
    if quantity.unit is None and not is_bare_money(around.page, quantity):
        return measure_chips(around, memory)
    return measure_money(around, memory)


def _is_supply(around: Surroundings, cue: Mention) -> bool:
    """ "The site, powered by hydropower, has 230 MW"; not so "powered by a new gas plant of 9 GW"."""
    page, start, end = around.page, around.quantity.start, around.quantity.end
    if cue.end <= start:
        is_apart = any(cue.end <= clause.start <= start for clause in around.clauses)
        return is_apart and _SUPPLY.search(page.text, max(cue.start - NEAR, 0), cue.end) is not None
    if page.within(end, cue.start, "joining"):
        return True  # "150 megawatts, and gas turbines help out"
    return _SUPPLY.search(page.text, max(cue.start - NEAR, end), cue.end) is not None


def _is_compared(around: Surroundings, cue: Mention) -> bool:
    """ "Draws 11 MW, as much as ten thousand homes"."""
    end = around.quantity.end
    return end <= cue.start and bool(around.page.within(end, cue.start, "alike", "equivalent"))


def _is_of_plant(around: Surroundings, cue: Mention, near: list[Mention]) -> bool:
    """ "Gas turbines of 422 MW", "a coal plant with 900 megawatts": the power of what stands right before it."""
    if near and around.distance(near[0]) <= BESIDE // 4:
        return False  # "two reactors for a 1 GW data center"
    return _WITH.fullmatch(around.page.text, cue.end, around.quantity.start) is not None


def _is_of_a_site_before(around: Surroundings) -> bool:
    """ "Its consumption", where computing was spoken of just before, and no utility here."""
    page, start = around.page, around.sentence.start
    if not around.nearby(2, 0, *COMPUTING) or _ITS.search(page.text, start, around.quantity.end) is None:
        return False
    named = page.within(*around.sentence, "organization")
    return all(page.lexicons.sectors[m.value] != "energy" for m in named)


def _is_about_a_plant(around: Surroundings, cue: Mention) -> bool:
    """ "The turbines, 18 of them, with a capacity of around 100 megawatts": what a sentence opens with."""
    page, start = around.page, around.quantity.start
    opens = cue.end <= start and cue.start - around.sentence.start <= BESIDE and not _DRAWN.match(page.text, cue.start)
    return opens and not page.within(cue.end, start, *COMPUTING, "site") and around.before.start < cue.start


def _power(around: Surroundings, memory: Memory) -> Measure | Refusal:
    """Power counts where computing is spoken of: beside it, in sentences near it or the title, or by an AI firm."""
    page, near = around.page, around.cues(*COMPUTING)
    clause = around.clause()
    if around.quantity.high < _LEAST_POWER:
        return Refusal("too small")
    other = [m for m in around.cues("negative") if m.value == "not_compute_power"]
    is_of_plant = any(_is_of_plant(around, m, near) for m in other)
    spoken_of = page.within(*around.sentence, *COMPUTING) or (
        page.within(*around.sentence, "anaphor", "site") and around.nearby(2, 0, *COMPUTING)
    )
    is_of_plant = is_of_plant or any(_is_about_a_plant(around, m) for m in other)
    other = [m for m in other if not _is_compared(around, m)]
    if spoken_of or _is_of_a_site_before(around):
        other = [m for m in other if not _DRAWN.match(page.text, m.start)]
    sites = page.within(
        max(around.before.start, around.quantity.start - NEAR), around.quantity.start, "site", *COMPUTING
    )
    if sites and not is_of_plant and _WITH.fullmatch(page.text, sites[-1].end, around.quantity.start):
        other = []  # "a campus of 2 gigawatts on top of a gas field"
    if other and spoken_of and not is_of_plant:
        other = [m for m in other if not _is_supply(around, m)]
    reach = NEAR if near else REACH
    if around.is_cancelled():
        return Refusal("cancelled")
    if _MORE_THAN.match(page.text, around.quantity.end):
        return Refusal("increment")  # "120 megawatts more than in June"
    if _INCREMENT.search(page.text, max(around.sentence.start, around.quantity.start - NEAR), around.quantity.start):
        return Refusal("increment")
    first, last = around.quantity.start - NEAR, around.quantity.end + NEAR
    if _NO_POWER.match(page.text, around.quantity.end):
        return Refusal("not compute power")
    is_beyond = _BEYOND_IT.match(page.text, around.quantity.end)
    if is_beyond and _THRESHOLD.search(page.text, max(around.sentence.start, first), around.quantity.start):
        return Refusal("hypothetical")  # "the threshold of 20 MW above which the law applies"
    if SITE_OF_ONE.search(page.text, max(around.sentence.start, first), min(last, around.sentence.end)):
        return Refusal(UNIT_COST)
    if COMPARISON.match(page.text, around.sentence.start) and not page.within(*around.sentence, "organization"):
        return Refusal("comparison")
    negatives = page.within(around.sentence.start, around.quantity.start, "negative")
    plants = [m for m in negatives if m.value == "not_compute_power" and not _is_compared(around, m)]
    if plants and not (spoken_of or page.within(*around.sentence, "site", "facility")):
        return Refusal("not compute power")
    if is_of_plant or _DEMAND.match(page.text, around.sentence.start, around.quantity.start):
        return Refusal("not compute power")
    if other and around.distance(other[0]) <= min(reach, around.distance(near[0]) if near else reach):
        return Refusal("not compute power")
    racks = page.within(
        max(around.before.start, around.quantity.start - NEAR), around.quantity.start, "container", "system"
    )
    if racks and _WITH.fullmatch(page.text, racks[-1].end, around.quantity.start):
        return Refusal("size of a rack")  # "racks of 250 kW"
    if page.within(clause.start, around.quantity.start, "hypothetical"):
        return Refusal("hypothetical")
    named = page.within(*around.sentence, "organization")
    if not named and around.index and page.within(*around.sentence, "anaphor"):  # "the operator has 470 megawatts"
        named = page.within(*page.sentences[around.index - 1], "organization")
    title = around.title
    if not named and title:  # "Power, he added, grew by 3.9 gigawatts", under a headline about Amazon
        named = title.within(0, len(title.text), "organization")
    is_supplied = named and all(page.lexicons.sectors[m.value] == "energy" for m in named)
    if is_supplied and page.within(*around.sentence, "customers"):
        return Refusal("not compute power")
    firms = [m for m in named if page.lexicons.sectors[m.value] in _COMPUTE_SECTORS]
    is_speaker = not named and page.lexicons.sectors.get(around.speaker or "") in _COMPUTE_SECTORS
    if not (near or firms or is_speaker or page.within(*around.sentence, *COMPUTING)):
        said = memory.get("power")
        if said and around.index - said.index <= REMEMBERED - 1:  # "another gigawatt is to follow"
            return replace(said.measure, evidence=cover(around.quantity), is_sure=False, is_carried=True)
        spoken = any(m.value == "speaker" for m in page.within(*around.sentence, "anaphor"))
        if not around.nearby(REMEMBERED, 2 if spoken else 0, *COMPUTING):
            return Refusal("not compute power")
        return Measure("power_mw", "MW", cover(around.quantity), is_sure=False)
    return Measure("power_mw", "MW", cover(around.quantity, *near[:1]), is_sure=bool(near))
