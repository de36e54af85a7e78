"""Organisations that the vocabulary doesn't have: a capitalised name that the words beside it make a firm, a university
or the one who acts.

Here: finding such names, conservatively: one that is missed costs a claim, a wrong one makes one up. Not here: what a
name owns (`owners`).
"""

from __future__ import annotations

import re

from extraction.mentions import Mention, Page
from extraction.text import Span, fold

_TOKEN = r"[A-ZÀ-Þ][\w&+]*(?:[.-][\w&+]+)*"
_RUN = re.compile(rf"(?<![\w-]){_TOKEN}(?: (?:(?:of|de|di|of the|&) )?{_TOKEN}){{0,5}}")
# What makes a name that of an organisation, wherever it stands; what it may begin with.
_PARTS = re.compile(
    r" (?:Datacent(?:er|re)s|Technologies|Holdings?|Group|Compute|Labs|Networks|Telecom|Infrastructure|Inc|Ltd"
    r"|Limited|LLC|Corp|Corporation|GmbH|AG|SE|plc|PLC|ASA|SpA|S\.p\.A|N\.V|B\.V|University|Data ?[Cc]ent(?:er|re)s"
    r"|Supercomputing Cent(?:er|re))(?!\w)"
)
_SCHOOLS = frozenset({"University", "Université", "Universität", "Universidad", "Universidade", "Università"})
_LEGAL = re.compile(r"(?:,? (?:Inc|Ltd|Limited|LLC|Corp|Corporation|GmbH|AG|SE|plc|PLC|ASA|SpA|S\.p\.A|N\.V|B\.V))\.?$")
# "The Norwegian start-up Polar", "le suisse Infomaniak", "Betreiber wie Virtus": the word before a name.
_BEFORE = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)?) (?:(?:like|such as|comme|como|come|wie) )?$")
_GERMAN_FIRM = re.compile(
    r"(?<!^a)(?<!^con)(?:unternehmen|konzern|firma|betreiber|anbieter|dienstleister|spezialist|gruppe|konsortium|tochter|entwickler|start-?up"
    r"|miner|neocloud)s?$"
)
# Firms that count, advise or lend: the numbers that they tell are of others.
_ADVISER = re.compile(
    r"(?<!\w)(?:research|consult\w*|law|investment|analy\w*|advisory|market\w*|venture|equity|accounting|ratings?|news"
    r"|(?:études|conseil|analyse)\w*|Berat\w*|Marktforsch\w*|Analyse\w*|consulenza|consultora?|analisi)[ -]?"
    r"(?:\w+ )?$",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"(?:President|Prime|Minister|Mr|Mrs|Ms|Dr|Sir|Big|Global|Chief|CEO|Project"
    r"|Projekt|Président|Presidente|ChatGPT|GPT|Gemini|Claude|Llama|AI|IA|KI|US|EU|UE|Wall|Silicon|European|American|Chinese"
    r"|Indian|African|National|Phase)(?!\w)"
)
_OPENS_CLAUSE = re.compile(r"(?:[.;:,\"(\n-]|(?<!\w)and) ?$")
_WORDS = re.compile(r"(?: ([a-zà-ÿ]+))?(?: (?:s'|n'|y )?([a-zà-ÿ]+))?")
_IMAGINED = frozenset({"would", "could", "might", "würde", "könnte"})
_PLACED = r"(?<!\w)(?i:in|en|à|au|aux|im|bei|near|nahe|outside|a|ad|nel|nella|em|across|aus|from|dans|nach) {}(?!\w)"
_ARTICLED = r"(?<!\w)(?:[Dd](?:er|ie|as|en|em|es)|[Ee]ine?[rnms]?|[a-zà-ÿ]+e[rnms]?) {}(?!\w)"
_BESIDE_CAPITAL = r"(?<!\w)(?:[A-ZÀ-Þ][a-zà-ÿ]+ {0}|{0} [A-ZÀ-Þ][a-zà-ÿ]+)(?!\w)"
_SMALL, _CAPITAL = re.compile(r"(?<!\w)[a-zà-ÿ]\w+"), re.compile(r"(?<!\w)[A-ZÀ-Þ]\w")
_INNER = re.compile(r"[a-zà-ÿ][A-ZÀ-Þ\d]|[A-Z]{2}|\d")
_KNOWN = ("organization", "facility", "chip", "month", "decoy", "anaphor", "industry")
_NO_NAME = ("accelerator", "compute", "capex", "spend", "site", "reporting", "negative", "period")
_LONGEST, _LOOKED_AT = 60, 30
_WINDOW = 5000


def strangers(page: Page, sentence: Span) -> list[Mention]:
    """The unknown organisations of a sentence, in order, each named as the text names it most fully."""
    key = "strangers named", sentence
    if key not in page.worked_out:
        runs = [run.span() for run in _RUN.finditer(page.text, *sentence)]
        left = _unknown(runs, page.within(*sentence, *_KNOWN)) if runs else []
        if left and 3 * len(_SMALL.findall(page.text, *sentence)) < len(_CAPITAL.findall(page.text, *sentence)):
            left = []  # a heading, in which every word has its capital
        found = [_stranger(page, sentence, start, end) for start, end in left]
        page.worked_out[key] = [mention for mention in found if mention]
    named: list[Mention] = page.worked_out[key]
    return named


def _unknown(runs: list[tuple[int, int]], known: list[Mention]) -> list[tuple[int, int]]:
    """The runs of capitalised words without what the vocabulary knows of them."""
    left = []
    for start, end in runs:
        inside = [m for m in known if m.start < end and m.end > start]
        if not inside:
            left.append((start, end))
        elif inside[0].start > start:  # "Rechenzentrumsbetreiber Virtus und …"
            left.append((start, inside[0].start - 1))
    return left


def _stranger(page: Page, sentence: Span, start: int, end: int) -> Mention | None:
    """The organisation that a run of capitalised words names, if it does."""
    text, small = page.text, page.lexicons.small_words
    tokens = text[start:end].split(" ")
    firm: str | None = None
    while tokens and (fold(tokens[0]) in small or _is_firm(page, tokens[0])):  # "Der Betreiber Prologis"
        firm = tokens[0] if _is_firm(page, tokens[0]) else firm
        start += len(tokens.pop(0)) + 1
    if not tokens or end - start > _LONGEST or _TITLE.match(text, start):
        return None
    if firm is None and (before := _BEFORE.search(text, max(sentence.start, start - _LOOKED_AT), start)):
        firm = before[1] if _is_firm(page, before[1]) else None
    is_adviser = firm and _ADVISER.search(text, max(sentence.start, start - len(firm) - _LOOKED_AT), start)
    name = text[start:end]
    is_by_form = _PARTS.search(name) or (tokens[0] in _SCHOOLS and len(tokens) > 1)
    if not is_by_form:
        is_other = any(m.kind in _NO_NAME for m in page.at(start))
        is_doer = firm or (_is_subject(page, sentence, start, end) and _is_name(page, sentence, start, end))
        if is_other or not is_doer:
            return None
    around = _around(page, start)
    name = _LEGAL.sub("", name)
    if is_adviser or len(name) < 2 or re.search(_PLACED.format(re.escape(name)), around):
        return None  # "in Brandenburg": a town or a region
    return Mention("organization", _fullest(around, name), start, start + len(name))


def _is_firm(page: Page, word: str) -> bool:
    """Whether a word is one for a firm, or says from which country one is."""
    folded = fold(word)
    return folded in page.lexicons.firm_words or _GERMAN_FIRM.search(folded) is not None


def _is_subject(page: Page, sentence: Span, start: int, end: int) -> bool:
    """Whether a name opens a clause before a verb of having, buying or building, with or without a word between."""
    words = [word.lower() for word in _WORDS.match(page.text, end).groups() if word]  # type: ignore[union-attr]
    if _IMAGINED.intersection(words) or not any(word in page.lexicons.undertakings for word in words):
        return False
    opening = page.text[max(sentence.start, start - 6) : start]
    return not opening.strip() or _OPENS_CLAUSE.search(opening) is not None


def _is_name(page: Page, sentence: Span, start: int, end: int) -> bool:
    """Whether a capitalised word is a name: it has a capital or a digit inside, or stands elsewhere too, within a
    sentence, and (in German, where every noun has a capital) never with an article."""
    name, around = page.text[start:end], _around(page, start)
    if _INNER.search(name):
        return True
    *first, surname = name.split(" ")
    if first and re.search(rf"(?<!{re.escape(first[-1])} ){re.escape(surname)}(?!\w)", around):
        return False  # "Jane Doe", who is "Doe" elsewhere
    is_german = page.language(start) == "de"
    if not is_german and not first and re.search(_BESIDE_CAPITAL.format(re.escape(name)), around):
        return False  # "Doe", where "Jane Doe" was named
    if is_german:
        others = re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", around)
        return len(others) > 1 and not re.search(_ARTICLED.format(re.escape(name)), around)
    return start > sentence.start + 1 or re.search(rf"[a-zà-ÿ,] {re.escape(name)}(?!\w)", around) is not None


def _around(page: Page, start: int) -> str:
    """So much of the text tells what a name is; all of a long one would be searched for each of its names."""
    return page.text[max(0, start - _WINDOW) : start + _WINDOW]


def _fullest(around: str, name: str) -> str:
    """ "Virtus", where the text has said "Virtus Data Centres"."""
    longer = re.search(rf"(?<!\w){re.escape(name)} (?:Data ?[Cc]ent(?:er|re)s|Datacent(?:er|re)s)(?!\w)", around)
    return longer.group() if longer else name
