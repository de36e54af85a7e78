"""Chips that a quantity counts: in place (a level), in motion (bought, shipped, ordered), or as H100 equivalents.

Here: the noun that follows a number, and the chips that a number leaves out because they were named before.
Not here: money, power, and whose the chips are.
"""

from __future__ import annotations

import re
from dataclasses import replace

from extraction.mentions import Mention, Page
from extraction.numbers import Quantity
from extraction.surroundings import BESIDE, NEAR, REACH, REMEMBERED, Measure, Memory, Refusal, Surroundings, cover

# "N'expédiera pas … les 500 000 puces", "hasn't yet received its 10,000 GPUs"; not "n'investira plus que".
_NEGATED = re.compile(
    r"(?<!\w)(?:n'|ne )(?:[^\W\d_]+ ){1,2}(?:pas|plus|jamais)(?! que?(?!\w))"
    r"|(?:n't|(?<!\w)will not|has not|have not|had not|did not|does not|do not"
    r"|never(?! (?:more|fewer|less) than))(?!\w)"
    r"|(?<!\w)(?:non (?:ha|avrà|riceverà|compra)|no (?:ha|tiene|tendrá|compr\w+|recib\w+))(?!\w)",
    re.IGNORECASE,
)
# "Can't make more than 200,000": a bound, and no denial.
_NO_MORE_THAN = re.compile(
    r"(?<!\w)(?:plus d[e'u]|more than|over|mehr als|más de|más que|più di|au-delà de) ?$", re.IGNORECASE
)
_ARE = re.compile(r" (?:are|were|will be|sont|seront|étaient|sind|waren|son|serán|sono|saranno) (?:des |de )?")
# What stands before a further item of a list: ": ", ", ", " and about ".
_ITEM = re.compile(
    r"[^.;]*(?:[:,(]| and| et| und| y| e| plus| ainsi que| as well as| sowie| así como| nonché)(?: [^\W\d_]+){0,2} "
)
# What may stand between the words of a noun phrase: "GPU/TPU", "AMD's", "NVIDIA®", "A100 80GB", Markdown's bold.
_GAP = re.compile(
    r"(?:'s(?!\w)|\((?:GPU|TPU|NPU)s?\)|\+(?= )|, (?=[^\W\d_]+-)|\d{2,3} ?G[Bo](?!\w)"
    r"|(?:in|d') ?(?=unit)|of (?=[A-Z]\d)"
    r"|of (?:[A-Z]|the |its |their )[\w-]+'s |of (?:its|their) own "
    r"|(?:of|de) (?:the|la|los|las) (?:same|mêmes?|mism[oa]s?) "
    r"|(?:cette|ces?|this|that|these|dieser?|diese[ns]|est[ae]|quest[oaie]|la même|même) (?=[^\W\d_])"
    r"|(?<= de )(?:la |l')|(?:[Cc]hips?|puces?|GPU|processeur|procesador|processore) (?=[A-Z]+\d)|[ \-/'\"*®™])*"
)
# A name that the vocabulary lacks, before the noun that says it is one of a chip.
_NAME, _MOST_UNKNOWN = re.compile(r"(?=[^\W\d_]*[A-Z0-9])[A-ZÀ-Þ][\w]*(?![\w.])"), 2
_MOST_IN_A_POD = 10_000
# What may follow a number that names nothing: "50,000 each", "16 000 d'ici à la mi-2022".
_ALSO = re.compile(r" ?(?:&|and|et|und|y|e) ")  # "550,000 GB200s and GB300s"
_APPOSED = re.compile(
    r"(?: (?:de |d'|from |von |di )?[A-Z][\w]+)?(?:,| \(| [–—-]|:) ?"
    r"((?:(?:des|de|les|all|all of them|alles?|tod[oa]s|tutt[ei]|tous|toutes|modèle|model|modello|modelo|Typ) )+)?"
)
_AND_CHIPS = re.compile(r"(?:,| ?&| et| and| und| y| e) (?:des |de |les )?")
_FOLLOWING_KINDS = frozenset({"period", "each", "per_unit", "destination", "month", "continuation"})
_UNIT_KINDS = ("chip", "accelerator", "equivalent", "item")
_LEAST_COUNT, _LEAST_UNNAMED, _MOST_UNNAMED, _MOST = 10, 1000, 20_000_000, 200_000_000
_LABEL = re.compile(r"(?: \d{2,3} ?GB?)?[ :=*|x×\n-]{1,4}|[ (]{1,2}(?:for |soit |pour )?(?:a |un )?total (?:of|de) ")
# "2024 - Hopper GPU recipients"
_YEAR, _HEADS = re.compile(r"(?:19|20)[0-4]\d"), re.compile(r" ?[-:(] ?")
_ENDS_LABEL = re.compile(r"(?:[:=*|x×\n-]|(?:[ :=*|x×\n-]|[GB]|of|de) )$")  # as every label does but a lone space
_PER_RACK = re.compile(
    r"(?<!\w)(?:per|par|pro|por|je|a|in (?:a|one|a single)|dans une?(?: seule?)?|in eine[mr](?: einzigen)?"
    r"|en un(?: solo)?|in un(?: solo)?|in compute)"
    r" (?:racks?|(?:Ultra)?servers?|serveur|servidor|node|n[œo]+ud|nodo|pod|trays?|Knoten|baie|armario|armadio|Schrank)"
    r"(?!\w| (?:farm|hall|park|room))",
    re.IGNORECASE,
)
# "The system combines 72 GPUs and 36 Grace CPUs".
_WITH_CPUS = re.compile(r" (?:and|und|et|y|e|plus|&|\+) \d{1,3} (?:[\w-]+ )?(?:[\w]+-)?CPUs?(?!\w)")
_RACKS = (72, 144)
# A number that goes on as a word is none ("265F", "80GB"); "16x H100" counts.
_GLUED, _X86 = re.compile(r"(?<=\d)(?![x×](?!\w))[^\W\d_]"), re.compile(r"(?<=(?<!\w)x)86(?!\d)")
# A graphics card's name without its series, "a 4090 GPU"; how long chips work, "10 H20-days".
_CARD, _WORKED = (
    re.compile(r"[2-5]0[5-9]0"),
    re.compile(r"[- ](?:days?|hours?|weeks?|Tage|Stunden|jours?|heures?)(?!\w)"),
)
# "64 GPUs are required to run it", "sind 64 GPUs nötig".
_NEEDED = re.compile(
    r" (?:(?:are|were|would be|will be|sont|seraient|seront|sind|wären|son|serían|serán|sono|sarebbero) )?"
    r"(?:required|needed|necessary|requis|nécessaires?|nötig|notwendig|erforderlich|benötigt|necesari[ao]s?"
    r"|requerid[ao]s|necessari[ae]?|richiest[ie])(?!\w)"
)
# "Demand for 2026 - an estimated 900,000 chips", "cluster sizes from 100 GPUs", "you have paid for 100 GPUs".
_NOBODYS = re.compile(
    r"(?<!\w)(?:(?:demand|besoins?|Bedarf|demanda|domanda|fabbisogno)(?: [^\W\d_]+)?(?: 20\d\d)? ?[-:,(] ?"
    r"(?:[^\W\d_]+ ){0,3}"
    r"|(?:[\w-]*größen?|sizes?|tailles?|tamaños?|dimensioni)"
    r" (?:of|from|de|von|da|desde|entre|between|zwischen) (?:[^;.:]{0,20} )?"
    r"|you(?:'ve| have|'re)? (?:need|get|buy|bought|paid|pay|rent|run|want)(?: [^\W\d_]+){0,2} )$",
    re.IGNORECASE,
)
_SCORE = re.compile(r"(?<!\w)(?:scores?|Punktzahl|puntuación|punteggio|tokens?)(?!\w)", re.IGNORECASE)
# "Ne monterà 10.000", "il en compte 16 000", "dont 16 000": of what was counted before.
_OF_THEM = re.compile(
    r"(?<!\w)(?:ne [^\W\d_]+|(?:y )?en (?:[^\W\d_]*(?:[aà]|ait|ra|te|[aeio]nt|ons|ont|ez|ve|de|it)|aligne|compte)"
    r"(?: [^\W\d_]*(?:é|is|u))?(?: en réalité| chacune?)?|dont|davon|darunter|di cui"
    r"|of which|of them|de ellos|de los cuales|de las que|de ellas)"
    r"(?: (?:about|environ|circa|rund|etwa|unos|déjà|già|presque|quelque|(?:au )?moins(?: de)?|plus de|près de|que"
    r"|jusqu'à|più di|meno di|mehr als))? $",
    re.IGNORECASE,
)
# What says whose few chips are: "Riga has 16.", "en realidad son 170", "the other gets 540".
_HAS_FEW = re.compile(
    r"(?<!\w)(?:has|ha[vd]e?|gets?|got|takes?|owns?|receiv(?:es?|ed)|tiene|tenía|tendrá|recib\w+|hat|hatte|bekommt|bekam"
    r"|erhält|erhielt|besitzt|compte|comptait|possède|reçoit|recevra|obtient|aveva|avrà|riceve|riceverà|possiede)"
    r"(?: (?:only|just|barely|seulement|nur|solo|apenas|sólo|soltanto))? $",
    re.IGNORECASE,
)
_THEY_ARE = re.compile(  # "En realidad son 170"
    r"\W*(?:en (?:realidad|verdad)|hoy|in (?:realtà|Wahrheit|Wirklichkeit)|oggi|tatsächlich|heute)"
    r" (?:son|eran|sono|erano|sind es|waren es) $",
    re.IGNORECASE,
)
_THE_OTHER = re.compile(r"(?<!\w)(?:other|latter|autre|otr[oa]|altr[oa]|andere)(?!\w)", re.IGNORECASE)
_NOTHING_BEHIND = re.compile(r'(?:[.,;:!?)"]+(?: |\n|$)|$)')
_SUPPLIED_BY = re.compile(r" (?:[^\W\d_]+ (?:par|by|da|por|von) |de (?:dernière|nouvelle|même|última) )")
_HOLDS = re.compile(r"(?<!\w)(?:en|ne) (?:compt|align|réuni|possèd|exploit|abrit|cont[aie]|possied|av[aer])\w*(?!\w)")
_OTHER_UNIT = re.compile(r"watt|flop|octet|byte|hectare|hektar")
_AT = re.compile(r" (?:at|for|chez|à|au|pour|bei|für|en|para|presso|per|da) (?:l'|la |the )?")
# One rack or pod, and how many chips it holds: "a pod links 9,216 chips", "the NVL72 rack (72 GPUs".
_IN_A_RACK = re.compile(r"(?: [^\W\d_]+){0,3}[ (]{1,2}")
_FOR_THEM = re.compile(r",? (?:en|for|on|in|into|für|pour|dans|per|por|su|auf) (?:[^\W\d_]+ ){0,2}")
_JOINED = re.compile(r"(?:,| et| and| und| y| e) $")  # "104,000 will go to Texas, and 12,600 to Sines"
_FURTHER = re.compile(r" (?:more|mehr|más|de más|de plus|in più)(?!\w)")
_LONGEST_LIST, _LONGEST_ITEM = 40, 80
_GETS = re.compile(
    r"(?<!\w)(?:schaff(?:t|en|te|ten)|nimmt|nehmen|nahm|nahmen|fügt|fügen|legt|legen|holt|holen|führt|führen)(?!\w)"
)
_PARTICLE = re.compile(r" (?:an|ab|ein|zu|hinzu|nach)(?=[.,;:]| und |$)")
_NUMBER_OF = re.compile(
    r"(?<!\w)(?:nombre|number|Zahl|Anzahl|número|numero|parc|flotte|fleet) (?:de|d'|of|der|di|des|delle|dei)"
    r"(?: ?|['] ?| (?:ses|leurs|its|their|sus|sue|suoi) | (?:seiner|ihrer) )(?:[A-Z]\w+ )?$"
)
_PARTITIVES = frozenset({"of", "de", "von"})
_TO = frozenset({"to", "à", "auf", "a", "hasta"})
# "Viennent s'ajouter aux 416 A100 et aux quelque 1 600 V100", "join its 416 A100s": what is there already.
_ADDED_TO = re.compile(
    r"(?<!\w)(?:s'ajout\w+|join|joins|joined|joining|on top of|in addition to|alongside|en plus|zusätzlich zu|neben|zu"
    r"|se sum\w+|además de|si aggiung\w+|oltre) "
    r"(?:(?:[^.;:]*[ ,])?(?:aux|its|the|their|des|de ses|à ses|den|ihren|seinen|a los|a sus|ai|alle|ai suoi) )"
    r"(?:[^\W\d_]+ )?$"
)
# "Operates or has on order 23,000": what is there is counted with it.
_OR = re.compile(r"(?<!\w)(?:or|ou|oder|o)(?: (?:has|had|have|a|ont|avait|hat|ha|avrebbe|habría))? $")
_NUMBER_BEHIND = re.compile(
    r" (?:le nombre|le parc|la flotte|the number|the fleet|die (?:An)?[Zz]ahl|den Bestand|el número|il numero|il parco)"
    r" (?:of|de[rs]?|d'|di|an) ?(?:its|their|ses|leurs|ihrer|seiner|sus|suoi|sue)? ?"
)
_ANOTHER = re.compile(
    r"(?<!\w)(?:another|(?:encore )?autres?|weitere|otr[oa]s|altr[ie]|further|encore) (?:[^\W\d_]+ )?$"
)
_WORD_BEHIND = re.compile(r"[ ]?(?:(?:d'|de |of |di |von )?([^\W\d_]+))?")


def names_accelerators(page: Page, quantity: Quantity) -> bool:
    """Whether the words right after a bare number make it a number of chips, or those right before do ("GPUs: 360")."""
    return bool(_noun_phrase(page, quantity.end)) or _labelled(page, quantity) is not None


def is_unnamed(page: Page, quantity: Quantity) -> bool:
    """ "Google 169 000.": a bare number, printed as an amount, that names nothing it counts."""
    if quantity.unit is not None or page.heading(quantity.start):
        return False
    if quantity.low < _LEAST_UNNAMED:
        return quantity.low >= _LEAST_COUNT and (_is_few_of_them(page, quantity) or _is_anothers(page, quantity))
    if page.text[quantity.start : quantity.end].isdigit():
        return False
    return _names_nothing(page, quantity) or (
        is_of_them(page, quantity) and _SUPPLIED_BY.match(page.text, quantity.end) is not None
    )


def _names_nothing(page: Page, quantity: Quantity) -> bool:
    """Whether no noun follows a number that it would count."""
    if page.text[quantity.end : quantity.end + 2].lstrip()[:1] in ("%", "°", "$"):
        return False
    word = _WORD_BEHIND.match(page.text, quantity.end)
    if word is None or word[1] is None:
        return True
    if any(m.kind in _FOLLOWING_KINDS for m in page.at(quantity.end + 1)):
        return True
    is_apart = page.text[quantity.end : word.start(1)] == " "
    if is_apart and (word[1].lower() in page.lexicons.small_words or word[1].lower() in page.lexicons.numbers.numerals):
        return True  # "up from 20,000 two years earlier"
    return is_of_them(page, quantity) and _SUPPLIED_BY.match(page.text, quantity.end) is not None


def is_of_them(page: Page, quantity: Quantity) -> bool:
    """Whether a number is a part of what was spoken of: "en réunira 8 192", "davon 5.000"."""
    return _OF_THEM.search(page.text, max(0, quantity.start - NEAR), quantity.start) is not None


def _is_few_of_them(page: Page, quantity: Quantity) -> bool:
    """ "Riga has 16.": as few as anything may be counted in, so that nothing may follow and somebody has them."""
    if _NOTHING_BEHIND.match(page.text, quantity.end) is None:
        return False
    if _OTHER_UNIT.search(page.folded, max(0, quantity.start - 2 * REACH), quantity.start):
        return False  # "477 petaflops; its predecessor had 35"
    opening, sentence = max(0, quantity.start - NEAR), page.sentences[page.index_at(quantity.start)]
    if _HAS_FEW.search(page.text, opening, quantity.start):
        named = page.within(sentence.start, quantity.start, "organization")
        return bool(named) or _THE_OTHER.search(page.text, sentence.start, quantity.start) is not None
    is_held = _HOLDS.search(page.text, opening, quantity.start) is not None and is_of_them(page, quantity)
    return is_held or _THEY_ARE.fullmatch(page.text, sentence.start, quantity.start) is not None


def _is_anothers(page: Page, quantity: Quantity) -> bool:
    """ "Stanford has only 248 H100s, against 300 at Princeton"."""
    if _OTHER_UNIT.search(page.folded, max(0, quantity.start - 2 * REACH), quantity.start):
        return False
    before = page.folded[max(0, quantity.start - NEAR) : quantity.start]
    if page.lexicons.replaced["before"].search(before) is None:
        return False
    named = page.within(quantity.end, quantity.end + NEAR, "organization")[:1]
    return bool(named) and _AT.fullmatch(page.text, quantity.end, named[0].start) is not None


def _labelled(page: Page, quantity: Quantity) -> Mention | None:
    """The chips of "GPUs: 360" and "Total GPUs: 488", and those that head a column."""
    heading = page.heading(quantity.start)
    if heading:
        if not _names_nothing(page, quantity):
            return None  # "21 days" under "H100"
        return next(iter(page.within(*heading, "chip", "accelerator")), None)
    following = page.text[quantity.end : quantity.end + 2]
    is_whole = following[:1] == "\n" or not following.strip() or following.lstrip()[:1] in "(,;.|)"
    if not is_whole or quantity.unit is not None:
        return None
    if not _ENDS_LABEL.search(page.text, max(0, quantity.start - 3), quantity.start):
        return None
    before = page.within(quantity.start - NEAR, quantity.start, "chip", "accelerator")
    if not before or not _LABEL.fullmatch(page.text, before[-1].end, quantity.start):
        return None
    has_colon = page.text[before[-1].end : quantity.start] != " "
    return before[-1] if has_colon else None


def _leading(page: Page, start: int, quantity: Quantity) -> str:
    """The word that leads to a number, a hedge left out: the "to" of "… its GPU fleet to about 31,000"."""
    hedges = page.within(max(start, quantity.start - NEAR), quantity.start, "qualifier")[-1:]
    end = hedges[0].start if hedges and quantity.start - hedges[0].end <= 1 else quantity.start
    return next(iter(page.folded[max(start, end - NEAR) : end].split()[-1:]), "")


def _lead_in(around: Surroundings) -> list[Mention]:
    """The chips of "H100 shipments in 2023:" before a list of bare numbers ("Meta 150,000"), in a line or above it."""
    page = around.page
    if not is_unnamed(page, around.quantity):
        return []
    colon = page.text.find(":", around.sentence.start, min(around.quantity.start, around.sentence.start + 2 * NEAR))
    said = page.within(around.sentence.start, colon, "chip", "accelerator")[-1:] if colon != -1 else []
    if said:  # "H100 count, end of 2024: Meta 350k, xAI 100k"
        return said
    head = list_head(page, around.index)
    return page.within(*page.sentences[head], "chip", "accelerator")[-1:] if head is not None else []


def list_head(page: Page, index: int) -> int | None:
    """The line that ends in a colon, above the short lines of a list or of a table without a heading."""
    for above in range(index - 1, max(-1, index - _LONGEST_LIST), -1):
        line = page.text[slice(*page.sentences[above])].strip(" \n*")
        if line.endswith(":"):
            return above
        if len(line) > _LONGEST_ITEM:
            return None
    return None


def measure_chips(around: Surroundings, memory: Memory) -> Measure | Refusal:
    """How a bare number counts chips, or why it doesn't."""
    page, quantity = around.page, around.quantity
    if quantity.high < _LEAST_COUNT:
        return Refusal("too small")
    if quantity.high > _MOST:
        return Refusal("too large")  # "19 billion chips" are of every kind
    if _YEAR.fullmatch(page.text, quantity.start, quantity.end) and _HEADS.match(page.text, quantity.end):
        return Refusal("date")
    if _YEAR.fullmatch(page.text, quantity.start, quantity.end) and any(
        d.start < quantity.start and quantity.end <= d.end for d in around.dates
    ):
        return Refusal("date")  # "stellt bis 2031 GPU-Leistung bereit"
    if _is_of_a_name(page, quantity):
        return Refusal("part of a name")
    nouns = _noun_phrase(page, quantity.end)
    if _is_needed(around, nouns):
        return Refusal("hypothetical")
    if nouns and quantity.high < _LEAST_UNNAMED and page.text[quantity.end] == "-":
        return Refusal("too small")  # "a 72-accelerator rack"
    clause = around.clause()
    racks = page.within(max(clause.start, quantity.start - NEAR), quantity.start, "system")[-1:]
    racks = [m for m in racks if m.value not in ("DGX", "HGX")]  # may be many racks
    is_in_a_rack = quantity.high < _MOST_IN_A_POD and any(
        _IN_A_RACK.fullmatch(page.text, m.end, quantity.start) for m in racks
    )
    if nouns and quantity.high in _RACKS:
        is_in_a_rack |= _WITH_CPUS.match(page.text, nouns[-1].end) is not None
    if is_in_a_rack or _PER_RACK.search(page.text, quantity.end, min(quantity.end + NEAR, around.after.end)):
        return Refusal("size of a rack")
    earlier: list[Mention] = []
    if page.within(clause.start, quantity.start, "hypothetical"):
        return Refusal("hypothetical")
    if page.within(quantity.start - BESIDE, quantity.start, "denied"):
        return Refusal("denied")
    negated = _NEGATED.search(page.text, max(clause.start, around.before.start, quantity.start - REACH), quantity.start)
    if negated and not _NO_MORE_THAN.search(page.text, negated.end(), quantity.start):
        return Refusal("denied")
    if nouns and quantity.high < _LEAST_UNNAMED // 10 and all(noun.kind == "item" for noun in nouns):
        return Refusal("too small")  # "5 to 10 others" are sites
    if not nouns or all(noun.kind == "item" for noun in nouns):
        # "29 000 unités", "from 35,000 to 85,000", "GPUs: 360": what is counted was said before
        label, sharing = _labelled(page, quantity), page.lexicons.numbers.sharing - _PARTITIVES
        is_led = not nouns and _leading(page, around.before.start, quantity) in sharing
        # "261 nodes, each with four V100, 1,044 in all", "from 100,000 graphics processors, or GPUs, to 200,000"
        opening = around.sentence.start if nouns or is_led else clause.start
        earlier = page.within(max(opening, quantity.start - REACH), quantity.start, "chip", "accelerator")
        grown = is_unnamed(page, quantity) and (
            page.within(quantity.start - NEAR, quantity.start, "change", "level")
            or _leading(page, opening, quantity) in sharing
        )
        if not (nouns or quantity.is_from_to or grown):
            earlier = _lead_in(around)
        earlier = [label] if label else earlier
        if not earlier:  # "porter à 10 000 unités le nombre de GPU"
            end = nouns[-1].end if nouns else quantity.end
            following = page.within(end, min(end + NEAR, around.after.end), "chip", "accelerator")[:1]
            earlier = [m for m in following if _NUMBER_OF.search(page.text, end, m.start)]
        chips = [m.value for m in earlier if m.kind == "chip"][-1:]
        if not earlier:
            return _chips_unsaid(around, memory, nouns)
    else:
        chips = [noun.value for noun in nouns if noun.kind == "chip"] or _apposed(page, nouns[-1].end)
    families = {page.lexicons.families.get(chip) for chip in chips}
    chip = "/".join(dict.fromkeys(c for c in chips if c not in families or len(chips) == 1)) or None
    evidence = cover(quantity, *nouns, *earlier[:1])
    near = page.within(max(clause.start, around.before.start, quantity.start - NEAR), quantity.start, "equivalent")
    behind = page.within(evidence.end, min(evidence.end + NEAR, around.after.end, clause.end), "equivalent")
    equivalents = [*near, *(noun for noun in nouns if noun.kind == "equivalent"), *behind]
    if equivalents and chip in (None, "H100"):
        return Measure("h100_equivalents", "H100e", cover(quantity, *nouns, *equivalents), "H100")
    counted = memory.get("chips")
    goes_on = counted is not None and counted.index == around.index and not nouns
    if goes_on and counted and counted.measure.metric == "h100_equivalents" and chip in (None, "H100"):
        return replace(
            counted.measure, evidence=evidence, is_carried=True
        )  # "to 67,000 H100s in spring, then to 81,000"
    is_level = not nouns and _leading(page, around.before.start, quantity) in _TO
    if is_level or page.within(quantity.start - NEAR, quantity.start, "level"):  # "brings the total to 23,000 GPUs"
        return Measure("accelerator_count", "accelerator", evidence, chip)
    is_part = page.within(
        clause.start, quantity.start, "continuation"
    )  # "agreements for more GPUs, including 4,200 B200"
    opening = around.sentence.start if is_part else clause.start
    moved = page.within(max(opening, around.before.start, quantity.start - REACH), quantity.start, "flow")
    moved = moved or (page.within(*around.heading, "flow") if around.heading else [])
    if earlier and earlier[0].end < around.sentence.start and not around.heading:  # the line above a list
        head = list_head(page, around.index)
        moved = moved or (page.within(*page.sentences[head], "flow") if head is not None else [])
    moved = [m for m in moved if not _OR.search(page.text, max(opening, m.start - NEAR), m.start)]
    if _ADDED_TO.search(page.text, max(clause.start, quantity.start - REACH), quantity.start):
        return Measure("accelerator_count", "accelerator", evidence, chip)
    is_listed = _ITEM.fullmatch(page.text, max(around.before.start, quantity.start - NEAR), quantity.start) is not None
    if nouns and _FURTHER.match(page.text, evidence.end):  # "16 000 H200 de plus"
        return Measure("accelerator_flow", "accelerator", evidence, chip)
    is_listed = is_listed or (
        bool(nouns) and bool(earlier)
    )  # "bought 485,000 chips, twice those of Meta with 224,000 units"
    behind = page.within(evidence.end, min(evidence.end + NEAR // 2, around.after.end, clause.end), "flow")
    behind = [m for m in behind if not page.within(evidence.end, m.start, "joining")]  # "5,000 and wants to add 3,000"
    behind = [m for m in behind if m.start - evidence.end <= BESIDE]  # "20,000 chips ordered"
    if not (moved or behind) and is_listed and counted and counted.index == around.index:
        return Measure(counted.measure.metric, "accelerator", evidence, chip)  # "ordered 12,400 GPUs: 7,100 B300s, …"
    moved += behind or _taken_apart(around, evidence.end)
    sellers = page.within(around.sentence.start, quantity.start, "organization")
    if not moved and any(m.value in page.lexicons.sellers for m in sellers[:1]):
        moved = page.within(around.sentence.start, quantity.start, "seller_flow")
    said = memory.get("money")
    is_bought = said is not None and said.index == around.index and said.measure.scope == "chips"
    is_paid = said is not None and said.index == around.index and bool(_FOR_THEM.fullmatch(page.text, *around.before))
    if not moved and is_paid:  # "gastará 40.000 millones de dólares en 400.000 chips"
        moved = page.within(around.sentence.start, quantity.start, "flow", "spend")
    if not moved and is_bought and page.text[around.before.start : quantity.start].count(",") <= 1:
        # "to buy $40 billion of chips, some 400,000 GB200"
        moved = page.within(around.sentence.start, quantity.start, "flow")
    if moved:
        return Measure("accelerator_flow", "accelerator", cover(quantity, *nouns, *earlier[:1], moved[-1]), chip)
    if counted and around.index - counted.index <= REMEMBERED - 1 and page.within(*around.sentence, "ranked"):
        return Measure(counted.measure.metric, "accelerator", evidence, chip)  # "Suivent Meta avec 224.000 puces"
    return Measure("accelerator_count", "accelerator", evidence, chip)


def _is_of_a_name(page: Page, quantity: Quantity) -> bool:
    """Whether a number belongs to a product or a measure: "Maia 200", "x86", "80GB", "a 4090 GPU"."""
    text, start, end = page.text, quantity.start, quantity.end
    if _GLUED.match(text, end) or _X86.match(text, start) or _CARD.fullmatch(text, start, end):
        return True
    return any(m.start < start and end <= m.end for m in page.within(start - NEAR, end + BESIDE, "chip"))


def _is_needed(around: Surroundings, nouns: list[Mention]) -> bool:
    """Whether chips are only asked for, worked with for a time or imagined: nobody has them."""
    page, start = around.page, around.quantity.start
    if nouns and (_NEEDED.match(page.text, nouns[-1].end) or _WORKED.match(page.text, nouns[-1].end)):
        return True
    if not nouns and _SCORE.search(page.text, *around.sentence):
        return True
    return _NOBODYS.search(page.text, max(around.sentence.start, start - 2 * NEAR), start) is not None


def _apposed(page: Page, end: int) -> list[str]:
    """The chips that an apposition names: "640 accélérateurs, des H100", "1,024 GPUs (A100 and H100)"."""
    chips: list[str] = []
    opening = _APPOSED.match(page.text, end)
    is_bare = opening is not None and opening[1] is None
    while opening:
        named = [m for m in page.at(opening.end()) if m.kind == "chip"]
        if not named:
            break
        chips.append(named[0].value)
        end = named[0].end
        opening = _AND_CHIPS.match(page.text, end)
    # "1,024 GPUs, H100 prices having fallen"; "24 000 GPU, A100 compris"
    is_none = is_bare and page.text[end : end + 1] not in (",", ".", ";", ")", "")
    return [] if is_none else chips


def _taken_apart(around: Surroundings, end: int) -> list[Mention]:
    """ "BMW schafft 2.000 Beschleuniger an": a German verb of getting in two parts, with the chips between them."""
    page, opening = around.page, max(around.before.start, around.quantity.start - REACH)
    first = _GETS.search(page.text, opening, around.quantity.start) if _PARTICLE.match(page.text, end) else None
    return [Mention("flow", "anschaffen", *first.span())] if first else []


def _chips_unsaid(around: Surroundings, memory: Memory, nouns: list[Mention]) -> Measure | Refusal:
    """ "Amazon en a pris 196 000 et Google 169 000": what earlier numbers counted."""
    page, quantity, said = around.page, around.quantity, memory.get("chips")
    if said is None or around.index - said.index > REMEMBERED - 1 or quantity.high > _MOST_UNNAMED:
        return _chips_meant(around) or Refusal("counts something else")
    power = memory.get("power")
    is_few = quantity.low < _LEAST_UNNAMED
    if power and power.index == around.index > said.index:
        return Refusal("counts something else")  # "draws 280 MW and is to reach 1,000"
    opening = max(around.before.start, quantity.start - NEAR)
    introduced = page.within(opening, quantity.start, "organization", "flow", "change", "status", "level")
    introduced += page.within(
        quantity.end, min(quantity.end + NEAR, around.after.end), "flow"
    )  # "16 384 qu'il a commandés"
    if said.index == around.index and _JOINED.search(page.text, *around.before):
        introduced = introduced or [m for m in page.within(*around.sentence) if m.end <= quantity.start][-1:]
    end = min(quantity.end + NEAR, around.after.end)
    named = page.within(quantity.end, end, "organization", "facility", "in_place")
    partitive = is_few or is_of_them(page, quantity)
    opens = bool(named) and quantity.start - around.sentence.start <= BESIDE
    opens = opens or any(page.text[d.end : quantity.start].strip() == ":" for d in around.dates)  # "End of year: 85k."
    is_further = _FURTHER.match(page.text, quantity.end) is not None  # "and 550,000 more are coming"
    if not (
        nouns
        or (is_unnamed(page, quantity) and (introduced or partitive or opens or is_further or quantity.is_from_to))
    ):
        return Refusal("counts something else")
    evidence, metric = cover(around.quantity, *nouns), said.measure.metric
    if is_further:
        return replace(
            said.measure,
            metric="accelerator_flow",
            unit="accelerator",
            evidence=evidence,
            is_sure=False,
            is_carried=True,
        )
    is_level = page.within(quantity.start - BESIDE, quantity.start, "change")
    is_level += page.within(quantity.start - NEAR, quantity.start, "level")
    is_led = _leading(page, around.before.start, quantity) in _TO
    is_held = partitive and _HOLDS.search(page.text, max(around.before.start, quantity.start - NEAR), quantity.start)
    moved = page.within(around.clause().start, quantity.start, "flow") if not nouns else []
    if _ANOTHER.search(page.text, max(around.before.start, quantity.start - NEAR), quantity.start):
        moved += page.within(quantity.end, quantity.end + BESIDE, "flow")
    if metric == "accelerator_flow" and (is_level or is_led or is_held):
        metric = "accelerator_count"  # "with room to grow to 31,000"
    elif metric == "accelerator_count" and moved and not is_led:
        metric = "accelerator_flow"  # "ne aggiungerà 20.000", "another 15,000 on order"
    return replace(said.measure, metric=metric, evidence=evidence, is_sure=False, is_carried=True)


def _chips_meant(around: Surroundings) -> Measure | None:
    """ "… en GPU. Ne avrebbe comprate 300.000": chips that the sentence before named without a number."""
    page, quantity = around.page, around.quantity
    clause = around.clause()
    moved = page.within(clause.start, quantity.start, "flow")
    is_part = is_of_them(page, quantity)
    if is_part:  # "une grappe, livrée par Dell, qui en comptera 22 000"
        moved = [m for m in moved if quantity.start - m.start <= NEAR // 2]
    if not ((moved or is_part) and is_unnamed(page, quantity)) or quantity.high > _MOST_UNNAMED:
        return None
    named = page.within(around.sentence.start, quantity.start, "chip", "accelerator") if is_part else []
    if not named and around.index:
        named = page.within(*page.sentences[around.index - 1], "chip", "accelerator")
    if not named:
        return None
    chip = named[-1].value if named[-1].kind == "chip" else None
    metric = "accelerator_flow" if moved else "accelerator_count"
    evidence = cover(quantity, *moved[-1:])
    return Measure(metric, "accelerator", evidence, chip, is_sure=False, is_carried=True)


def _noun_phrase(page: Page, position: int) -> list[Mention]:
    """The counted nouns that follow a number: "autres puces Dojo", "H100 GPU equivalents", "GPU de calcul Nvidia".

    Between number and noun only filler words and names may stand, so that "8 racks with GPUs" counts no chips; nor does
    "8 GPU racks", where the last noun is what is counted.
    """
    nouns: list[Mention] = []
    unknown = 0
    verb = _ARE.match(page.text, position)
    if verb and any(m.kind == "chip" for m in page.at(verb.end())):
        position = verb.end()  # "of which 10,080 are B200s"
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
            name = _NAME.match(page.text, position) if not nouns and unknown < _MOST_UNKNOWN else None
            if name is None:
                return nouns
            unknown, position = unknown + 1, name.end()  # "200,000 Maia processors"
            continue
        units = [m for m in here if m.kind in _UNIT_KINDS]
        nouns += sorted(units, key=lambda unit: unit.kind != "chip")[:1]  # "TPU" names a chip and its kind
        position = here[0].end
        also = _ALSO.match(page.text, position) if units else None
        if also and any(m.kind == "chip" for m in page.at(also.end())):
            position = also.end()
