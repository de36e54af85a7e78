"""Organisations that the vocabulary doesn't have: a capitalised name that the words beside it make a firm, a university
or the one who acts.

Here: finding such names, conservatively: one that is missed costs a claim, a wrong one makes one up. Not here: what a
name owns (`owners`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from operator import attrgetter

from extraction.mentions import Mention, Page
from extraction.text import Span, fold

_REST = r"[\w&+]*(?:[.-][\w&+]+)*"
# Begins with what the engine can skip to, and looks back from there.
_RUN = re.compile(
    rf"[A-ZÀ-Þ](?<![\w-].){_REST}(?: (?:[A-ZÀ-Þ]{_REST}|(?:of|de|di|of the|del|della|du|des|&) [A-ZÀ-Þ]{_REST})){{0,5}}"
)
# What makes a name that of an organisation, wherever it stands; what it may begin with.
_PARTS = re.compile(
    r" (?:Datacent(?:er|re)s|Technologies|Holdings?|Group|Compute|Labs|Networks|Telecom|Infrastructure|Inc|Ltd"
    r"|Limited|LLC|Corp|Corporation|GmbH|AG|SE|plc|PLC|ASA|SpA|S\.p\.A|N\.V|B\.V|University|Data ?[Cc]ent(?:er|re)s"
    r"|Supercomputing Cent(?:er|re))(?!\w)"
)
_SCHOOL = re.compile(
    r"(?:University|Université|Universität|Universidade?|Università|Politecnico|Hochschule|Institute? (?:of|für)"
    r"|Klinikum|Instituto|Istituto|Banque|Banco|Banca|Sparkasse) "
)
_LEGAL = re.compile(r"(?:,? (?:Inc|Ltd|Limited|LLC|Corp|Corporation|GmbH|AG|SE|plc|PLC|ASA|SpA|S\.p\.A|N\.V|B\.V))\.?$")
# "The Norwegian start-up Polar", "le suisse Infomaniak", "Betreiber wie Virtus": the word before a name.
_BEFORE = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)?) (?:(?:like|such as|comme|como|come|wie) )?$")
_BEFORE_THAT = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)?) [a-zà-ÿ-]{4,} $")  # "la société finlandaise Verdalia"
_SCHOOL_OF = re.compile(
    r"(?:université|universidad|universidade|università|university|universiteit) (?:de |di |van |of )?$"
)
_GERMAN_FIRM = re.compile(
    r"(?<!^a)(?<!^con)(?:unternehmen|konzern|firma|betreiber|anbieter|dienstleister|spezialist|gruppe|konsortium|tochter|entwickler|start-?up"
    r"|miner|neocloud)s?$"
)
# Firms that count, advise or lend: the numbers that they tell are of others.
_ADVISER = re.compile(
    r"(?<!\w)(?:research|consult\w*|law|investment|analy\w*|advisory|market\w*|venture|equity|accounting|ratings?|news"
    r"|(?:études|conseil|analyse)\w*|media|média|journal|quotidien|magazine|agence|newspaper|outlet|agency|Zeitung|diario"
    r"|periódico|medio|giornale|quotidiano|agenzia|agencia"
    r"|Berat\w*|Marktforsch\w*|Analyse\w*|consulenza|consultora?|analisi)[ -]?"
    r"(?:\w+ )?$",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r" (?:News|Times|Post|Journal|Daily|Weekly|Zeitung|Magazine|Research|Securities|Consulting|Advisory|Advisors"
    r"|Insights|Intelligence|Analytics)$"
)
_TITLE = re.compile(
    r"(?:JV|Management|Congress|Parliament|Generative|Sovereign|President|Prime|Minister|PDG|P-DG|DG|CFO|COO|CTO|ONU|PIB|Mr|Mrs|Ms|Dr|Sir|Big|Global|Chief|CEO|Project"
    r"|Projekt|Président|Presidente|ChatGPT|GPT|Gemini|Claude|Llama|AI|IA|KI|US|EU|UE|Wall|Silicon|European|American|Chinese"
    r"|Indian|African|National|Phase)(?!\w)"
)
# "Valdrome, hébergeur à Lyon", "Tarvik, a cloud start-up", "Nordhain, ein Anbieter": what a name is explained by.
_EXPLAINED = re.compile(r", (une? |an? |eine? |una? |uno )?((?:[^\W\d_][\w-]*(?: |(?=\W))){1,4})")
# "Le directeur de Valdrome", "the chief executive of Brightmoor": whom only a firm has.
_LED = re.compile(
    r"(?<!\w)(?:chief executive|CEO|boss|founder|co-founder|managing director|finance director|chief financial officer"
    r"|spokes(?:man|woman|person)|patronn?e?|PDG|P-DG|directeur|directrice|fondateur|fondatrice|cofondateur|cofondatrice"
    r"|porte-parole|président|présidente|Chef|Gründer|Geschäftsführer|Sprecher|Vorstandschef"
    r"|consejero delegado|fundador|portavoz|fondatore|amministratore delegato|portavoce)"
    r"(?:in)?(?: général| générale| technique| général adjoint)? (?:of |de |d'|von |di )\Z"
)
# In these a noun has an article, so that a capitalised word without one that is the subject of a verb is a name.
_WITH_ARTICLES = frozenset({"fr", "es", "it"})
# What a text calls a machine, where it doesn't say "the Alps supercomputer" in full.
_MACHINE, _NEARBY = re.compile(r"super(?:comput|calculat|ordenador|rechner|puces|chips)|hochleistungsrechner|hpc"), 300
_OPENS_CLAUSE = re.compile(r"(?:[.;:,\"(\n-]|(?<!\w)and) ?$")
_AFTER_ARTICLE = re.compile(r"(?:L'|(?:The|Le|La|El|Il|Lo) )")
# The verb behind a name; an aside may stand between.
_WORDS = re.compile(r"(?:, [^,.;:()\n]{3,40},)?(?: ([a-zà-ÿ]+))?(?: (?:s'|n'|y )?([a-zà-ÿ]+))?")
# What demand, a town or a plan does too; what a firm alone may be called by.
_ANYTHING_DOES = frozenset(
    {"added", "brought", "expects", "had", "has", "have", "hosts", "houses", "is", "opened", "opens", "runs", "will"}
    | {"abrite", "accueille", "alberga", "aloja", "fait", "met", "ospita", "sta", "vient"}
)
_TRADE = re.compile(r" (?:Calcul|Cloud|Hosting|Rechenzentren|Robotics|Supercomputing|Systems)$")
_IMAGINED = frozenset({"would", "could", "might", "würde", "könnte"})
# What stands before a name anywhere in the text, to the very end (`$` would pass over a line end), and behind it.
_IN = re.compile(
    r"(?<!\w)(?:in|en|à|au|aux|im|bei|near|nahe|outside|a|ad|nel|nella|em|across|aus|from|dans|nach) \Z", re.IGNORECASE
)
_ARTICLE = re.compile(r"(?<!\w)(?:[Dd](?:er|ie|as|en|em|es)|[Ee]ine?[rnms]?|[a-zà-ÿ]+e[rnms]?) \Z")
_CAPITAL_BEFORE, _CAPITAL_BEHIND = re.compile(r"(?<!\w)[A-ZÀ-Þ][a-zà-ÿ]+ \Z"), re.compile(r" [A-ZÀ-Þ][a-zà-ÿ]+(?!\w)")
_WITHIN = re.compile(r"[a-zà-ÿ,] \Z")
_DATA_CENTRES = re.compile(r" (?:Data ?[Cc]ent(?:er|re)s|Datacent(?:er|re)s)(?!\w)")
_BORDER_BEFORE, _BORDER = re.compile(r"(?<!\w)"), re.compile(r"(?!\w)")
_SMALL, _CAPITAL = re.compile(r"(?<!\w)[a-zà-ÿ]\w+"), re.compile(r"(?<!\w)[A-ZÀ-Þ]\w")
_FIRST = re.compile(r"\W*\w")
_INNER = re.compile(r"[a-zà-ÿ][A-ZÀ-Þ\d]|[A-Z]{2}|\d")
_KNOWN = ("organization", "facility", "chip", "month", "decoy", "anaphor", "industry")
_NO_NAME = ("accelerator", "compute", "capex", "spend", "site", "reporting", "negative", "period")
_PERSON = re.compile(
    r"(?<!\w)(?:sous-|vice-|co-?|Staats)?(?:secr[eé]taires?|secretary|Sekretär(?:in)?|director|directeur|directrice"
    r"|Direktor(?:in)?|CEO|PDG|patronn?e?|présidente?|president|Präsident(?:in)?|presidente|ministre|minister|ministr[oa]"
    r"|analyste?|Analyst(?:in)?|analista|économiste|economist|Ökonom(?:in)?|professeure?|professor|Professor(?:in)?"
    r"|chercheu[rs]e?|researcher|Forscher(?:in)?|fondateur|fondatrice|founder|Gründer(?:in)?|avocate?|lawyer"
    r"|porte-parole|spokes(?:man|woman|person)|Sprecher(?:in)?|portavoz|portavoce|députée?|sénat(?:eur|rice)|senator"
    r"|Abgeordneter?|maire|mayor|Bürgermeister(?:in)?|journaliste?|author)(?!\w)",
    re.IGNORECASE,
)
_LONGEST, _LOOKED_AT = 60, 30
_END = attrgetter("end")
_WINDOW = 5000


def strangers(page: Page, sentence: Span) -> list[Mention]:
    """The unknown organisations of a sentence, in order, each named as the text names it most fully."""
    key = "strangers named", sentence
    if key not in page.worked_out:
        runs = [run.span() for run in _RUN.finditer(page.text, *sentence)]
        left = _unknown(runs, page.within(*sentence, *_KNOWN)) if runs else []
        found = [mention for start, end in left if (mention := _stranger(page, sentence, start, end))]
        page.worked_out[key] = [] if found and _is_heading(page, sentence) else found
    named: list[Mention] = page.worked_out[key]
    return named


def has_other_names(page: Page, sentence: Span) -> bool:
    """Whether a sentence has a capitalised name, beyond its first word, that the vocabulary lacks."""
    runs = [run.span() for run in _RUN.finditer(page.text, *sentence)]
    known = page.within(*sentence) if runs else []
    first = _FIRST.match(page.text, *sentence)
    opening = first.end() if first else sentence.start
    return any(start > opening and not any(m.start <= start < m.end for m in known) for start, _ in runs)


def _unknown(runs: list[tuple[int, int]], known: list[Mention]) -> list[tuple[int, int]]:
    """The runs of capitalised words without what the vocabulary knows of them."""
    left = []
    for start, end in runs:
        first = bisect_right(known, start, key=_END)
        if first < len(known) and known[first].kind == "anaphor" and known[first].end < end:
            first += 1  # "L'Institut Kempner" is no "institute" named before
        border = known[first].start if first < len(known) else end
        if border >= end:
            left.append((start, end))
        elif border > start:  # "Rechenzentrumsbetreiber Virtus und …"
            left.append((start, border - 1))
    return left


def _is_heading(page: Page, sentence: Span) -> bool:
    """Whether (almost) every word has a capital."""
    return 3 * len(_SMALL.findall(page.text, *sentence)) < len(_CAPITAL.findall(page.text, *sentence))


def _stranger(page: Page, sentence: Span, start: int, end: int) -> Mention | None:
    """The organisation that a run of capitalised words names, if it does."""
    text, firm = page.text, None
    known = page.lexicons.short_names.get(text[start:end].removesuffix("'s"))
    if known and text.find(known, max(0, start - _WINDOW), start) != -1:
        return Mention("organization", known, start, end)  # "Cipher", where "Cipher Mining" was named before
    if machine := _machine(page, start, end):
        return Mention("facility", machine, start, end)
    for word in page.folded[start:end].split(" "):  # "Der Betreiber Prologis"
        is_firm = _is_firm(page, word)
        if not is_firm and word not in page.lexicons.small_words:
            break
        firm = word if is_firm else firm
        start += len(word) + 1
    if start >= end or end - start > _LONGEST or _TITLE.match(text, start):
        return None
    if firm is None and sentence.start < start and text[start - 1] == " ":
        firm = _firm_before(page, Span(max(sentence.start, start - _LOOKED_AT), start))
        if firm is None and (school := _SCHOOL_OF.search(text, max(sentence.start, start - _LOOKED_AT), start)):
            start, firm = school.start(), school.group()
    firm = firm or _said_of(page, sentence, start, end)
    is_adviser = firm and _ADVISER.search(text, max(sentence.start, start - len(firm) - _LOOKED_AT), start)
    name = text[start:end]
    if not _PARTS.search(name) and not _SCHOOL.match(name):
        is_doer = firm or (_is_subject(page, sentence, start, end) and _is_name(page, sentence, start, end))
        if not is_doer or any(m.kind in _NO_NAME for m in page.at(start)):
            return None
    name = _LEGAL.sub("", name)
    if is_adviser or len(name) < 2 or _TELLS.search(name):
        return None
    places = list(_places(page, name, start))
    if _is_ever_behind(_IN, page, places):
        return None  # "in Brandenburg": a town or a region
    return Mention("organization", _fullest(page, name, places), start, start + len(name))


def _firm_before(page: Page, span: Span) -> str | None:
    """The word for a firm that a stretch of text ends with."""
    before = _BEFORE.search(page.text, *span)
    if before and not _is_firm(page, fold(before[1])):
        before = _BEFORE_THAT.search(page.text, *span)
        before = before if before and _is_firm(page, fold(before[1])) else None
    return before[1] if before else None


def _machine(page: Page, start: int, end: int) -> str | None:
    """The machine that is known as "Alps supercomputer", where the text speaks of such machines."""
    known = page.text[start:end] + " supercomputer"
    if known not in page.lexicons.operators:
        return None
    return known if _MACHINE.search(page.folded, max(0, start - _NEARBY), end + _NEARBY) else None


def _said_of(page: Page, sentence: Span, start: int, end: int) -> str | None:
    """What makes a name that of a firm where no word for one stands before it: who leads it, what it is."""
    if led := _LED.search(page.text, max(sentence.start, start - _LOOKED_AT), start):
        return led.group()
    explained = _EXPLAINED.match(page.text, end, sentence.end)
    if explained is None or (not explained[1] and page.language(start) == "en"):
        return None
    if _PERSON.search(explained[2]):
        return None  # "Jane Doe, an American lawyer"
    for word in explained[2].split():
        if _is_firm(page, fold(word)):
            return word
        if word in page.lexicons.small_words:
            break
    return None


def _is_firm(page: Page, folded: str) -> bool:
    """Whether a word is one for a firm, or says from which country one is."""
    return folded in page.lexicons.firm_words or _GERMAN_FIRM.search(folded) is not None


def _is_subject(page: Page, sentence: Span, start: int, end: int) -> bool:
    """Whether a name opens a clause before a verb of having, buying or building, with or without a word between."""
    words = _WORDS.match(page.text, end).groups()  # type: ignore[union-attr]
    if not _verbs(page, start, end) or not _IMAGINED.isdisjoint(words):
        return False
    opening = _AFTER_ARTICLE.sub("", page.text[max(sentence.start, start - 6) : start])
    return not opening.strip() or _OPENS_CLAUSE.search(opening) is not None


def _verbs(page: Page, start: int, end: int) -> frozenset[str]:
    """The verbs of having, buying or building right behind a name; "a" is one in French, and elsewhere an article."""
    words = set(_WORDS.match(page.text, end).groups())  # type: ignore[union-attr]
    if "a" in words and page.language(start) != "fr":
        words.remove("a")
    return page.lexicons.undertakings & words


def _is_name(page: Page, sentence: Span, start: int, end: int) -> bool:
    """Whether a capitalised word is a name: it has a capital or a digit inside, or stands elsewhere too, within a
    sentence, and (in German, where every noun has a capital) never with an article."""
    text, name = page.text, page.text[start:end]
    if _INNER.search(name):
        return True
    *first, surname = name.split(" ")
    if first and any(not text.endswith(first[-1] + " ", 0, at) for at in _places(page, surname, start)):
        return False  # "Jane Doe", who is "Doe" elsewhere
    places = list(_places(page, name, start))
    whole = [at for at in places if _BORDER_BEFORE.match(text, at)]
    if page.language(start) == "de":
        return _TRADE.search(name) is not None or (len(whole) > 1 and not _is_ever_behind(_ARTICLE, page, places))
    has_first = any(_CAPITAL_BEHIND.match(text, at + len(name)) for at in whole)
    if not first and (has_first or _is_ever_behind(_CAPITAL_BEFORE, page, places)):
        return False  # "Doe", where "Jane Doe" was named
    is_elsewhere = start > sentence.start + 1 or _is_ever_behind(_WITHIN, page, places)
    return is_elsewhere or _is_lone_subject(page, start, end)


def _is_lone_subject(page: Page, start: int, end: int) -> bool:
    """Whether a word before a verb is a name though it has its capital from opening the sentence: it would have an
    article else, or the verb is one that only somebody does, and in the singular."""
    name, language = page.text[start:end], page.language(start)
    doing = _verbs(page, start, end) - _ANYTHING_DOES
    if _TRADE.search(name) or language in _WITH_ARTICLES:
        return bool(doing) and (" " not in name or _TRADE.search(name) is not None)  # "Jane Doe" is a person
    is_singular = not name.endswith("s") or any(verb.endswith("s") for verb in doing)
    return language == "en" and is_singular and bool(doing)


def _places(page: Page, name: str, start: int) -> Iterator[int]:
    """Where a name stands, as the end of a word at least, so near that it tells what the name is; all of a long text
    would be searched for each of its names."""
    text, end = page.text, start + _WINDOW
    at = text.find(name, max(0, start - _WINDOW), end)
    while at != -1:
        if _BORDER.match(text, at + len(name)):
            yield at
        at = text.find(name, at + 1, end)


def _is_ever_behind(words: re.Pattern[str], page: Page, places: list[int]) -> bool:
    """Whether a name stands behind such words anywhere."""
    return any(words.search(page.text, max(0, at - _LOOKED_AT), at) for at in places)


def _fullest(page: Page, name: str, places: list[int]) -> str:
    """ "Virtus", where the text has said "Virtus Data Centres"."""
    for at in places:
        longer = _DATA_CENTRES.match(page.text, at + len(name))
        if longer and _BORDER_BEFORE.match(page.text, at):
            return name + longer.group()
    return name
