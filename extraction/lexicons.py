"""The vocabulary in memory: the words that the grammar knows, read once from the CSV seeds that dbt loads too.

Here: reading the seeds, the one I/O of this room. Not here: what a word means in a sentence.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, Implementation, MatchKind

from extraction.text import FOREIGN, borders_as_spaces, fold, make_alike

# Words that point at something, by what they point at; all with the same columns.
_CUES = ("lexicon_compute", "lexicon_money", "lexicon_dealings", "lexicon_parties", "lexicon_sentences")
FILES = (
    "accelerators",
    "facilities",
    "lexicon_anaphors",
    "lexicon_currencies",
    "lexicon_languages",
    "lexicon_months",
    "lexicon_negatives",
    "lexicon_numbers",
    "lexicon_periods",
    "lexicon_qualifiers",
    "lexicon_replaced",
    "lexicon_statuses",
    "organizations",
    *_CUES,
)
# A text without one of these says nothing about compute or the money for it, and is read no further.
_GATE_KINDS = frozenset({"accelerator", "capex", "chip", "compute", "facility", "hardware"})
_COUNTED_KINDS = frozenset({"accelerator", "chip", "equivalent", "item"})
_GATE_POWER = (
    *("gigawatt", "megawatt", "mégawatt", "gigavati", "megavati"),
    *(f"{before}{unit}" for unit in ("mw", "gw") for before in " 0123456789"),
)
# Firms whose every contract is one for compute, or nearly: their names let a text through the gate.
_GATE_SECTORS = frozenset({"ai_lab", "cloud", "neocloud"})
_SHORTEST_GATE_NAME = 5
_SHORTEST_GENITIVE = 4
# Cues that are looked up word by word, not searched for.
_SETS = frozenset({"abbreviation", "firm", "placing", "renter", "undertakes"})
# Their names are words of the language.
_LONG_NAMED = frozenset({"country", "government"})
# Firms that make chips or build servers: in "Nvidia chips" they say what is bought, not who buys.
_SELLING_SECTORS = frozenset({"chips", "servers"})


class Term(NamedTuple):
    """What one entry of the vocabulary stands for. A name is met with a capital only, an acronym in capitals only
    ("MIT" isn't the German "Mit"); a stem may go on."""

    kind: str
    value: str
    is_name: bool
    is_stem: bool
    is_acronym: bool = False


Meanings = tuple[tuple[str, str], ...]  # (kind, value) of each term


class Pattern(NamedTuple):
    """How an entry is found, and what it stands for: `names` with a capital, `acronyms` in capitals.

    lead       how many characters of `written` stand before its first letter or digit, less the space searched for
    is_plain   whether it holds nothing but letters and digits, so that the search needs no second look
    is_open    whether more letters may follow: a stem, a plural of a chip
    """

    written: str
    lead: int
    length: int
    is_plain: bool
    is_open: bool
    terms: Meanings
    names: Meanings
    acronyms: Meanings


@dataclass(frozen=True, slots=True)
class NumberWords:
    """Words around digits and in place of them. `scales` have a value a language, or one for any ("").

    alone_words   scale words that need no numeral: "mille puces", "mil chips"
    vague         words that make no number of what follows: "several hundred thousand"
    openers       words with which a spelled number begins
    followers     words and signs that begin what a number has behind it: a scale, a currency, a power unit
    magnitudes    matches in every spelled quantity: the shortest parts of scales, hundreds and power units
    hedges        words of hedges, which may stand between "from A to" and B
    sharing       words that lead to a bare number of the unit of the amount before it: "85 billion, up from 75"
    behind_shared   words that may follow such a number: no noun that it would count
    expected      participles that may follow any amount: "8 milliards attendus"
    the other sets hold connectors
    """

    scales: Mapping[str, Mapping[str, Decimal]]
    numerals: Mapping[str, Decimal]
    hundreds: Mapping[str, Decimal]
    powers: Mapping[str, Decimal]
    currencies: Mapping[str, str]
    range_words: frozenset[str]
    between_words: frozenset[str]
    and_words: frozenset[str]
    from_words: frozenset[str]
    alone_words: frozenset[str]
    vague: frozenset[str]
    openers: frozenset[str]
    followers: frozenset[str]
    hedges: frozenset[str]
    sharing: frozenset[str]
    behind_shared: frozenset[str]
    expected: frozenset[str]
    magnitudes: AhoCorasick


@dataclass(frozen=True, slots=True, eq=False)
class Lexicons:
    """All seeds that the grammar reads.

    version        hash of the CSV files read: another vocabulary is another extractor
    patterns       what the pattern of the same index in `matcher` stands for; `matcher` reads `borders_as_spaces`
    plain          the same, of a pattern that needs no second look; empty for others
    signs          entries that are no words, and what they stand for
    fiscal_terms   words that speak of fiscal years: the shortest, which stand in all others
    counted        matches where a sentence names anything that chips are counted in
    gate           matches where a text may hold a claim at all; reads UTF-8 in which the ASCII letters are small
    undertakings   verbs of having, buying and building, whose subject may be an organisation that isn't listed
    firm_words     words for a firm that stand right before its name: "operator", "société", "français"
    placing        prepositions and possessives: firms behind one of them aren't the subject, "sells to companies"
    renters        neoclouds that rent the sites of others
    sectors        organisation -> sector
    year_ends      organisation -> last month of its fiscal year
    operators      facility -> organisation that runs it
    vendors        chip, or generation of chips -> organisation that makes it
    small_words    function words of all languages: what stands after a number that names nothing it counts
    families       chip -> its generation: H100 is Hopper
    sellers        organisations that sell chips or servers
    short_names    first word of a firm's name -> organisation: "Cipher", where "Cipher Mining" was named
    replaced       place of `lexicon_replaced.csv` -> finds its words in a folded text
    """

    version: str
    patterns: tuple[tuple[Pattern, ...], ...]
    plain: tuple[Meanings, ...]
    matcher: BytesAhoCorasick
    signs: Mapping[str, Meanings]
    gate: BytesAhoCorasick
    counted: AhoCorasick
    numbers: NumberWords
    function_words: Mapping[str, frozenset[str]]
    small_words: frozenset[str]
    fiscal_terms: tuple[str, ...]
    abbreviations: frozenset[str]
    undertakings: frozenset[str]
    firm_words: frozenset[str]
    placing: frozenset[str]
    renters: frozenset[str]
    sectors: Mapping[str, str]
    year_ends: Mapping[str, int]
    operators: Mapping[str, str]
    vendors: Mapping[str, str]
    families: Mapping[str, str]
    sellers: frozenset[str]
    short_names: Mapping[str, str]
    replaced: Mapping[str, re.Pattern[str]]


def load(folder: Path) -> Lexicons:
    """Read the seeds.

    folder   the folder of the CSV files, `dbt/seeds`
    Raises   FileNotFoundError, with the file's name, where a seed is missing.
    """
    contents = {name: (folder / f"{name}.csv").read_bytes() for name in FILES}
    seeds = {name: list(csv.DictReader(io.StringIO(raw.decode("utf-8")))) for name, raw in contents.items()}
    cues = [row for name in _CUES for row in seeds[name]]
    terms = _terms(seeds, cues)
    coded = _coded(terms)
    firms = frozenset(r["organization"] for r in seeds["organizations"] if r["sector"] in _GATE_SECTORS)
    function_words = _words_by_language(seeds["lexicon_languages"])
    return Lexicons(
        version=hashlib.sha256(b"\0".join(contents[name] for name in FILES)).hexdigest()[:8],
        patterns=tuple(tuple(patterns) for patterns in coded.values()),
        plain=tuple(_plain_meanings(*patterns) for patterns in coded.values()),
        matcher=BytesAhoCorasick(list(coded), matchkind=MatchKind.Standard),
        signs=_signs(terms),
        gate=BytesAhoCorasick(list(_as_searched(_gate_patterns(terms, firms))), implementation=Implementation.DFA),
        counted=_matcher(w for w, meanings in terms.items() if any(m.kind in _COUNTED_KINDS for m in meanings)),
        numbers=_number_words(seeds, function_words),
        function_words=function_words,
        small_words=frozenset().union(*function_words.values()),
        fiscal_terms=_shortest(
            written
            for written, meanings in terms.items()
            if len(written) > 2 and any(m.kind == "period" and m.value.startswith("fiscal") for m in meanings)
        ),
        abbreviations=_cue_words(cues, "abbreviation"),
        firm_words=_cue_words(cues, "firm"),
        placing=_cue_words(cues, "placing"),
        renters=frozenset(row["term"] for row in cues if row["cue"] == "renter"),
        undertakings=_cue_words(cues, "undertakes"),
        sectors={r["organization"]: r["sector"] for r in seeds["organizations"]},
        year_ends={r["organization"]: int(r["fiscal_year_end"][:2]) for r in seeds["organizations"]},
        operators={r["facility"]: r["operator"] for r in seeds["facilities"]},
        vendors={r[key]: r["vendor"] for key in ("family", "chip") for r in seeds["accelerators"]},
        families={r["chip"]: r["family"] for r in seeds["accelerators"]},
        sellers=frozenset(r["organization"] for r in seeds["organizations"] if r["sector"] in _SELLING_SECTORS),
        short_names=_short_names(seeds["organizations"]),
        replaced=_words_by_place(seeds["lexicon_replaced"]),
    )


def _short_names(rows: list[dict[str, str]]) -> dict[str, str]:
    """First word of a firm's name -> the firm; not of a country's or a university's ("South", "Max")."""
    short: dict[str, str] = {}
    for row in rows:
        first, _, rest = row["organization"].partition(" ")
        if rest and first.isalpha() and len(first) >= _SHORTEST_GENITIVE and row["sector"] not in _LONG_NAMED:
            short[first] = row["organization"]
    return short


def _cue_words(rows: list[dict[str, str]], cue: str) -> frozenset[str]:
    return frozenset(fold(row["term"]) for row in rows if row["cue"] == cue)


def _terms(seeds: Mapping[str, list[dict[str, str]]], cues: list[dict[str, str]]) -> dict[str, list[Term]]:
    """Folded pattern -> its meanings; most have one."""
    terms: defaultdict[str, list[Term]] = defaultdict(list)

    def add(written: str, kind: str, value: str, is_name: bool = False) -> None:
        stem = written.removesuffix("*")
        term = Term(kind, value, is_name and stem[0].isupper(), stem != written, is_name and stem.isupper())
        meanings = terms[fold(make_alike(stem))]
        if term not in meanings:
            meanings.append(term)

    for kind, name in (("organizations", "organization"), ("facilities", "facility"), ("accelerators", "chip")):
        for row in seeds[kind]:
            tickers = [t for t in (row.get("ticker", ""),) if len(t) >= _SHORTEST_GENITIVE]
            abroad = _university_abroad(row[name]) if kind == "organizations" else ()
            for written in (row[name], *tickers, *filter(None, row["aliases"].split("|")), *abroad):
                add(written, name, row[name], is_name=True)
                if kind == "organizations" and " " in written:  # "die Schwarz-Gruppe"
                    add(written.replace(" ", "-"), name, row[name], is_name=True)
    for row in seeds["lexicon_months"]:
        add(row["word"], "month", row["month"], is_name=True)
    for row in cues:
        if row["cue"] not in _SETS:
            add(row["term"], row["cue"], row["term"], is_name=row["cue"] == "decoy")
    for seed, kind, value in (
        ("lexicon_anaphors", "anaphor", "sector"),
        ("lexicon_negatives", "negative", "reason"),
        ("lexicon_periods", "period", "meaning"),
        ("lexicon_qualifiers", "qualifier", "qualifier"),
        ("lexicon_statuses", "status", "status"),
    ):
        for row in seeds[seed]:
            add(row["term"], kind, row[value])
    return dict(terms)


_UNIVERSITY = re.compile(r"University of (.+)|(.+) University")


def _university_abroad(name: str) -> Iterator[str]:
    """ "Princeton University" as the other languages of the news call it."""
    if university := _UNIVERSITY.fullmatch(name):
        place = university[1] or university[2]
        of = "d'" if place[0] in "AEIOU" else "de "
        yield from (f"université {of}{place}", f"université {place}", f"Universität {place}")
        yield from (f"Universidad de {place}", f"Università di {place}")


def _may_be_genitive(written: str, term: Term) -> bool:
    """ "Metas Rechenzentrum": a German name takes an s without an apostrophe."""
    is_firm = term.kind == "organization" and term.is_name and not term.is_acronym
    return is_firm and written.isalpha() and len(written) >= _SHORTEST_GENITIVE and not written.endswith("s")


def _coded(terms: Mapping[str, list[Term]]) -> dict[bytes, list[Pattern]]:
    """What is searched for -> the entries that it may be."""
    coded: defaultdict[bytes, list[Pattern]] = defaultdict(list)
    for written, meanings in terms.items():
        words = borders_as_spaces(written)
        core = words.strip()
        if not core:
            continue  # a sign: see `_signs`
        lead = words.index(core)
        is_plain = words.decode("latin-1") == written and FOREIGN not in written
        stems = tuple(term for term in meanings if term.is_stem)
        whole = tuple(term for term in meanings if not term.is_stem)
        plurals = tuple(term for term in whole if term.kind == "chip" or _may_be_genitive(written, term))
        for searched, is_open, those in (
            (b" " + core, True, stems),
            (b" " + core + b" ", False, whole),
            (b" " + core + b"s ", True, plurals),
        ):
            if those:
                meant = tuple((term.kind, term.value) for term in those if not term.is_name)
                names = tuple((term.kind, term.value) for term in those if term.is_name and not term.is_acronym)
                acronyms = tuple((term.kind, term.value) for term in those if term.is_acronym)
                coded[searched].append(Pattern(written, lead, len(written), is_plain, is_open, meant, names, acronyms))
    return dict(coded)


def _plain_meanings(pattern: Pattern, *others: Pattern) -> Meanings:
    """What a pattern stands for that is found as it stands: plain, closed, no name and the only one so searched."""
    is_found = pattern.is_plain and not (pattern.is_open or pattern.names or pattern.acronyms or others)
    return pattern.terms if is_found else ()


def _signs(terms: Mapping[str, list[Term]]) -> dict[str, Meanings]:
    """Entries without a letter or digit ("~"): what they stand for, as (kind, value)."""
    return {
        written: tuple((term.kind, term.value) for term in meanings)
        for written, meanings in terms.items()
        if not any(map(str.isalnum, written))
    }


def _gate_patterns(terms: Mapping[str, list[Term]], firms: frozenset[str]) -> Iterable[str]:
    """The gate looks at no word borders, so two letters ("IA", "AI") count only where a border stands beside them, and
    a name where one stands before it ("Vantage" is no "advantage")."""
    yield from _GATE_POWER
    for pattern, meanings in terms.items():
        if len(pattern) >= _SHORTEST_GATE_NAME and any(term.value in firms for term in meanings):
            yield from (f"{border}{pattern}" for border in " \n")
        elif any(term.kind in _GATE_KINDS for term in meanings):
            yield from (
                [pattern, pattern.replace("'", "\u2019")]
                if len(pattern) > 2
                else [f"{a}{pattern}{b}" for a in " '" for b in " .,:;\n-"]
            )


def _as_searched(patterns: Iterable[str]) -> Iterator[bytes]:
    """Bytes are made small many times faster than text, but for letters beyond ASCII: "MÉGAWATT" is sought as well."""
    for pattern in patterns:
        yield pattern.encode()
        if not pattern.isascii():
            yield "".join(c if c.isascii() else c.upper() for c in pattern).encode()


def _matcher(patterns: Iterable[str]) -> AhoCorasick:
    return AhoCorasick(list(patterns), matchkind=MatchKind.Standard)


_OF = ("of", "de", "d", "di")  # "millions of dollars"


def _number_words(
    seeds: Mapping[str, list[dict[str, str]]], function_words: Mapping[str, frozenset[str]]
) -> NumberWords:
    rows = seeds["lexicon_numbers"]
    scales: defaultdict[str, dict[str, Decimal]] = defaultdict(dict)
    for row in rows:
        if row["kind"] == "scale":
            scales[row["word"]][row["language"]] = Decimal(row["value"])
    for word, meanings in scales.items():
        if len(set(meanings.values())) == 1:  # a million is the same in every language
            scales[word] = {"": next(iter(meanings.values()))}

    def values(kind: str) -> dict[str, Decimal]:
        return {row["word"]: Decimal(row["value"]) for row in rows if row["kind"] == kind}

    def words(kind: str) -> frozenset[str]:
        return frozenset(row["word"] for row in rows if row["kind"] == kind)

    currency_words = {fold(row["term"]): row["currency"] for row in seeds["lexicon_currencies"]}
    behind = {*scales, *values("power"), *currency_words, *_OF}
    times = {fold(row["term"]).split()[0] for name in ("lexicon_periods", "lexicon_replaced") for row in seeds[name]}
    return NumberWords(
        hedges=frozenset(word for row in seeds["lexicon_qualifiers"] for word in fold(row["term"]).split()),
        sharing=words("sharing"),
        expected=words("expected"),
        behind_shared=frozenset(times.union(words("expected"), *function_words.values())) - words("timespan"),
        scales=dict(scales),
        numerals=values("numeral"),
        hundreds=values("hundred"),
        powers=values("power"),
        currencies=currency_words,
        range_words=words("range"),
        between_words=words("between"),
        and_words=words("and"),
        from_words=words("from"),
        alone_words=words("alone"),
        vague=words("vague"),
        openers=words("numeral") | words("hundred") | words("alone") | {w.split()[0] for w in words("numeral")},
        followers=frozenset(re.split("[ -]", word)[0] for word in behind),
        magnitudes=_matcher(_roots(r["word"] for r in rows if r["kind"] in ("scale", "hundred", "power"))),
    )


def _roots(words: Iterable[str]) -> tuple[str, ...]:
    """The words that contain no other of them; without abbreviations, which need digits, but for those of power."""
    return _shortest((" mw", " gw", *(word for word in words if len(word) > 2)))  # "five GW"


def _shortest(words: Iterable[str]) -> tuple[str, ...]:
    """The words that contain no other of them."""
    shortest: list[str] = []
    for word in sorted(words, key=len):
        if not any(other in word for other in shortest):
            shortest.append(word)
    return tuple(shortest)


def _words_by_language(rows: list[dict[str, str]]) -> dict[str, frozenset[str]]:
    words: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        words[row["language"]].add(row["word"])
    return {language: frozenset(known) for language, known in words.items()}


def _words_by_place(rows: list[dict[str, str]]) -> dict[str, re.Pattern[str]]:
    """One pattern a place, for these words are looked for beside few numbers and hide no others."""
    words: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        words[row["place"]].append(re.escape(fold(make_alike(row["term"]))))
    longest_first = {place: sorted(terms, key=len, reverse=True) for place, terms in words.items()}
    return {place: re.compile(rf"(?<!\w)(?:{'|'.join(terms)})(?!\w)") for place, terms in longest_first.items()}
