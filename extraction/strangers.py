"""Organisations that the vocabulary doesn't have: a capitalised name that the words beside it make a firm, a university
or the one who acts.

Here: finding such names, conservatively: one that is missed costs a claim, a wrong one makes one up. Not here: what a
name owns (`owners`). Words that end a name or stand before it are part of this grammar, as they are few and closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extraction.mentions import Mention, Page
from extraction.text import Span, fold

_TOKEN = r"[A-ZÀ-Þ][\w&+]*(?:[.-][\w&+]+)*"
_NAME = rf"{_TOKEN}(?: (?:{_TOKEN}|&|of|de|di|of the)(?= |[.,;:)'\"\n]|$)){{0,3}}"
# "The Norwegian start-up Polar", "l'opérateur Sesterce", "le suisse Infomaniak", "der Rechenzentrumsbetreiber Virtus".
_FIRM = re.compile(
    r"(?<!\w)(?i:company|firm|start-?up|operator|provider|neocloud|miner|hyperscaler|conglomerate|consortium|subsidiary"
    r"|joint venture|AI lab|group|(?:cent(?:er|re)|infrastructure|campus|energy|cloud|AI) (?:developer|specialist)"
    r"|société|entreprise|start-up|opérateur|fournisseur|groupe|hébergeur|jeune pousse|pépite|licorne|filiale|néocloud"
    r"|(?:le |la |l')(?:français|suisse|belge|allemand|britannique|américain|norvégien|suédois|finlandais|danois"
    r"|néerlandais|espagnol|italien|canadien|chinois|japonais|coréen|sud-coréen|indien|émirati|saoudien|australien"
    r"|israélien|autrichien|portugais|irlandais|polonais)(?:n?e)?"
    r"|empresa|compañía|operadora?|proveedora?|grupo|firma|consorcio|filial|tecnológica|multinacional"
    r"|società|azienda|operatore|fornitore|gruppo|consorzio|colosso|controllata"
    r"|bedrijf|exploitant|aanbieder|companhia"
    r"|(?!afirma|confirma)(?:\w+-?)?(?:unternehmen|konzern|firma|betreiber|anbieter|dienstleister|spezialist|gruppe|konsortium|tochter"
    r"|entwickler|(?:start-?up|miner|neocloud)))s? "
    rf"(?:(?:like|such as|comme|como|come|wie) )?({_NAME})"
)
# Firms that count, advise or lend: the numbers that they tell are of others.
_ADVISER = re.compile(
    r"(?:research|consult\w*|law|investment|analy\w*|advisory|market\w*|venture|equity|accounting|ratings?|news"
    r"|(?:études|conseil|analyse)\w*|Berat\w*|Marktforsch\w*|Analyse\w*|consulenza|consultora?|analisi) ?-?"
    r"(?:firm|company|group|firma|unternehmen|société|società|azienda|empresa)?s? $",
    re.IGNORECASE,
)
_LONGEST_ADVISER = 30
# What makes a name that of an organisation, wherever it stands.
_ORGANISATION = re.compile(
    rf"(?<![\w.'-])((?:{_TOKEN} ){{1,3}}"
    r"(?:Data ?[Cc]ent(?:er|re)s|Datacent(?:er|re)s|Technologies|Holdings?|Group|Compute|Labs|Networks|Telecom|Infrastructure"
    r"|Inc|Ltd|Limited|LLC|Corp|Corporation|GmbH|AG|SE|plc|PLC|ASA|SpA|S\.p\.A|N\.V|B\.V|Supercomputing Cent(?:er|re))(?!\w)"
    rf"|University of {_TOKEN}(?: {_TOKEN})?|(?:{_TOKEN} ){{1,2}}University"
    rf"|Universit(?:é|à|ät|y|at) (?:de |di |of )?{_TOKEN}|Universidade?(?: de)? {_TOKEN})"
)
# Who stands where a clause begins, right before a verb of having, buying or building.
_SUBJECT = re.compile(rf"(?:^|(?<=[.;:,] )|(?<=\n)|(?<= and )|(?<=[\"(]))({_NAME}) (?=[a-zà-ÿ])")
_LEGAL = re.compile(
    r"(?:,? (?:Inc|Ltd|Limited|LLC|Corp|Corporation|GmbH|AG|SE|plc|PLC|ASA|SpA|S\.p\.A|N\.V|B\.V))\.?$"
)
_CONNECTED = re.compile(r" (?:of|de|di|&|of the)$")
_IMAGINED = frozenset({"would", "could", "might", "würde", "könnte"})
_WORDS = re.compile(r"(?: ([a-zà-ÿ]+))?(?: (?:s'|n'|y )?([a-zà-ÿ]+))?")
_PLACED = r"(?<!\w)(?:in|en|à|au|aux|im|bei|near|nahe|outside|a|ad|nel|nella|em|across|aus|from|dans|nach) {}(?!\w)"
_ARTICLED = r"(?<!\w)(?:[Dd](?:er|ie|as|en|em|es)|[Ee]ine?[rnms]?|[a-zà-ÿ]+e[rnms]?) {}(?!\w)"
_KNOWN = ("organization", "facility", "chip", "month", "decoy", "anaphor", "industry")
_NO_NAME = ("accelerator", "compute", "capex", "spend", "site", "reporting", "negative", "period")
_TITLE = re.compile(
    r"(?:President|Elon|Musk|Huang|Jensen|Trump|Macron|Merz|Prime|Minister|Mr|Mrs|Ms|Dr|Sir|Big|Global|Chief|CEO|Project|Projekt|Président|Presidente|ChatGPT|GPT"
    r"|Gemini|Claude|Llama|AI|IA|KI|US|EU|UE|Wall|Silicon|European|American|Chinese|Indian|African|National|Phase)(?!\w)"
)
_BESIDE_CAPITAL = r"(?<!\w)(?:[A-ZÀ-Þ][a-zà-ÿ]+ {0}|{0} [A-ZÀ-Þ][a-zà-ÿ]+)(?!\w)"
_INNER = re.compile(r"[a-zà-ÿ][A-ZÀ-Þ\d]|[A-Z]{2}|\d")
_LONGEST = 60


def strangers(page: Page, sentence: Span) -> list[Mention]:
    """The unknown organisations of a sentence, in order, each named as the text names it most fully."""
    key = "strangers named", sentence
    if key not in page.worked_out:
        found: dict[int, Mention] = {}
        for name in _candidates(page, sentence):
            if not any(m.start < name.end and name.start < m.end for m in found.values()):
                found[name.start] = name
        page.worked_out[key] = [found[start] for start in sorted(found)]
    named: list[Mention] = page.worked_out[key]
    return named


def _candidates(page: Page, sentence: Span) -> Iterator[Mention]:
    text = page.text
    for pattern in (_ORGANISATION, _FIRM):
        for match in pattern.finditer(text, *sentence):
            if not _ADVISER.search(text, max(sentence.start, match.start() - _LONGEST_ADVISER), match.start(1)):
                yield from _named(page, *match.span(1))
    for match in _SUBJECT.finditer(text, *sentence):
        if _acts(page, match.end(1)) and _is_name(page, sentence, *match.span(1)):
            yield from _named(page, *match.span(1))


def _named(page: Page, start: int, end: int) -> Iterator[Mention]:
    """A name, if nothing that the vocabulary knows is in it; without its legal form."""
    first = page.text[start:end].split(" ", 1)[0]
    if end - start > _LONGEST or page.within(start, end, *_KNOWN) or fold(first) in page.lexicons.small_words:
        return
    if any(m.kind in _NO_NAME for m in page.at(start)) or _TITLE.match(page.text, start):
        return
    name = _LEGAL.sub("", _CONNECTED.sub("", page.text[start:end]))
    end = start + len(name)
    if any(m.start <= start < m.end for m in page.within(max(0, start - _LONGEST), end + _LONGEST, *_KNOWN)):
        return
    if len(name) > 1 and not _is_placed(page, name):
        yield Mention("organization", _fullest(page, name), start, end)


def _fullest(page: Page, name: str) -> str:
    """ "Virtus", where the text has said "Virtus Data Centres" before."""
    longer = re.search(rf"(?<!\w){re.escape(name)} (?:Data ?[Cc]ent(?:er|re)s|Datacent(?:er|re)s)(?!\w)", page.text)
    return longer.group() if longer else name


def _acts(page: Page, end: int) -> bool:
    """Whether a verb of having, buying or building comes right after, or after one more word: "hat bereits gekauft"."""
    words = [word.lower() for word in _WORDS.match(page.text, end).groups() if word]  # type: ignore[union-attr]
    return not _IMAGINED.intersection(words) and any(word in page.lexicons.undertakings for word in words)


def _is_name(page: Page, sentence: Span, start: int, end: int) -> bool:
    """Whether a capitalised word is a name: it has a capital or a digit inside, or stands elsewhere too, within a
    sentence, and (in German, where every noun has a capital) never with an article."""
    name = page.text[start:end]
    if _INNER.search(name):
        return True
    surname = name.rsplit(" ", 1)[-1]
    if surname != name and re.search(rf"(?<!{name.split(' ')[-2]} ){re.escape(surname)}(?!\w)", page.text):
        return False  # "Elon Musk", who is "Musk" elsewhere
    is_german = page.language(start) == "de"
    if not is_german and " " not in name and re.search(_BESIDE_CAPITAL.format(re.escape(name)), page.text):
        return False  # "Huang", where "Jensen Huang" was named
    if is_german:
        others = re.findall(rf"(?<!\w){re.escape(name)}(?!\w)", page.text)
        return len(others) > 1 and not re.search(_ARTICLED.format(re.escape(name)), page.text)
    return start > sentence.start + 1 or re.search(rf"[a-zà-ÿ,] {re.escape(name)}(?!\w)", page.text) is not None


def _is_placed(page: Page, name: str) -> bool:
    """Whether the text says "in …" of it: a town or a region."""
    return re.search(_PLACED.format(re.escape(name)), page.text) is not None
