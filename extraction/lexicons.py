"""The vocabulary in memory: the words that the grammar knows, read once from the CSV seeds that dbt loads too.

Here: reading the seeds, the one I/O of this room. Not here: what a word means in a sentence.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from extraction.text import fold, make_alike

FILES = (
    "accelerators",
    "facilities",
    "lexicon_anaphors",
    "lexicon_cues",
    "lexicon_currencies",
    "lexicon_languages",
    "lexicon_months",
    "lexicon_negatives",
    "lexicon_numbers",
    "lexicon_periods",
    "lexicon_qualifiers",
    "lexicon_statuses",
    "organizations",
)
# A text without one of these says nothing about compute or the money for it, and is read no further.
_GATE_KINDS = frozenset({"accelerator", "capex", "chip", "compute", "facility", "hardware"})
# Firms that make chips or build servers: in "Nvidia chips" they say what is bought, not who buys.
_SELLING_SECTORS = frozenset({"chips", "servers"})


class Term(NamedTuple):
    """What one entry of the vocabulary stands for. A name is met with a capital only; a stem may go on."""

    kind: str
    value: str
    is_name: bool
    is_stem: bool


@dataclass(frozen=True, slots=True)
class NumberWords:
    """Words around digits and in place of them. `scales` have a value a language ("" for any).

    magnitudes    the words one of which stands in every spelled quantity: scales, hundreds, power units
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
    magnitudes: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Lexicons:
    """All seeds that the grammar reads.

    version        hash of the CSV files read: another vocabulary is another extractor
    terms          what the pattern of the same index in `matcher` stands for
    gate           matches where a text may hold a claim at all
    sectors        organisation -> sector
    year_ends      organisation -> last month of its fiscal year
    operators      facility -> organisation that runs it
    vendors        chip -> organisation that makes it
    small_words    function words of all languages: what stands after a number that names nothing it counts
    sellers        organisations that sell chips or servers
    """

    version: str
    terms: tuple[tuple[Term, ...], ...]
    matcher: AhoCorasick
    gate: AhoCorasick
    numbers: NumberWords
    function_words: Mapping[str, frozenset[str]]
    small_words: frozenset[str]
    abbreviations: frozenset[str]
    sectors: Mapping[str, str]
    year_ends: Mapping[str, int]
    operators: Mapping[str, str]
    vendors: Mapping[str, str]
    sellers: frozenset[str]


def load(folder: Path) -> Lexicons:
    """Read the seeds.

    folder   the folder of the CSV files, `dbt/seeds`
    Raises   FileNotFoundError, with the file's name, where a seed is missing.
    """
    contents = {name: (folder / f"{name}.csv").read_bytes() for name in FILES}
    seeds = {name: list(csv.DictReader(io.StringIO(raw.decode("utf-8")))) for name, raw in contents.items()}
    terms = _terms(seeds)
    function_words = _words_by_language(seeds["lexicon_languages"])
    return Lexicons(
        version=hashlib.sha256(b"\0".join(contents[name] for name in FILES)).hexdigest()[:8],
        terms=tuple(tuple(meanings) for meanings in terms.values()),
        matcher=_matcher(terms),
        gate=_matcher(_gate_patterns(terms)),
        numbers=_number_words(seeds["lexicon_numbers"], seeds["lexicon_currencies"]),
        function_words=function_words,
        small_words=frozenset().union(*function_words.values()),
        abbreviations=frozenset(fold(r["term"]) for r in seeds["lexicon_cues"] if r["cue"] == "abbreviation"),
        sectors={r["organization"]: r["sector"] for r in seeds["organizations"]},
        year_ends={r["organization"]: int(r["fiscal_year_end"][:2]) for r in seeds["organizations"]},
        operators={r["facility"]: r["operator"] for r in seeds["facilities"]},
        vendors={r["chip"]: r["vendor"] for r in seeds["accelerators"]},
        sellers=frozenset(r["organization"] for r in seeds["organizations"] if r["sector"] in _SELLING_SECTORS),
    )


def _terms(seeds: Mapping[str, list[dict[str, str]]]) -> dict[str, list[Term]]:
    """Folded pattern -> its meanings; most have one."""
    terms: defaultdict[str, list[Term]] = defaultdict(list)

    def add(written: str, kind: str, value: str, is_name: bool = False) -> None:
        stem = written.removesuffix("*")
        term = Term(kind, value, is_name and stem[0].isupper(), stem != written)
        meanings = terms[fold(make_alike(stem))]
        if term not in meanings:
            meanings.append(term)

    for kind, name in (("organizations", "organization"), ("facilities", "facility"), ("accelerators", "chip")):
        for row in seeds[kind]:
            for written in (row[name], *filter(None, row["aliases"].split("|"))):
                add(written, name, row[name], is_name=True)
    for row in seeds["lexicon_months"]:
        add(row["word"], "month", row["month"], is_name=True)
    for row in seeds["lexicon_cues"]:
        if row["cue"] != "abbreviation":
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


def _gate_patterns(terms: Mapping[str, list[Term]]) -> Iterable[str]:
    """The gate looks at no word borders, so two letters ("IA", "AI") count only where a border stands beside them."""
    for pattern, meanings in terms.items():
        if any(term.kind in _GATE_KINDS for term in meanings):
            yield from [pattern] if len(pattern) > 2 else [f"{a}{pattern}{b}" for a in " '" for b in " .,:;\n-"]


def _matcher(patterns: Iterable[str]) -> AhoCorasick:
    return AhoCorasick(list(patterns), matchkind=MatchKind.Standard)


def _number_words(rows: list[dict[str, str]], currencies: list[dict[str, str]]) -> NumberWords:
    scales: defaultdict[str, dict[str, Decimal]] = defaultdict(dict)
    for row in rows:
        if row["kind"] == "scale":
            scales[row["word"]][row["language"]] = Decimal(row["value"])

    def values(kind: str) -> dict[str, Decimal]:
        return {row["word"]: Decimal(row["value"]) for row in rows if row["kind"] == kind}

    def words(kind: str) -> frozenset[str]:
        return frozenset(row["word"] for row in rows if row["kind"] == kind)

    return NumberWords(
        scales=dict(scales),
        numerals=values("numeral"),
        hundreds=values("hundred"),
        powers=values("power"),
        currencies={fold(row["term"]): row["currency"] for row in currencies},
        range_words=words("range"),
        between_words=words("between"),
        and_words=words("and"),
        from_words=words("from"),
        magnitudes=frozenset(
            r["word"] for r in rows if r["kind"] in ("scale", "hundred", "power") and len(r["word"]) > 2
        ),
    )


def _words_by_language(rows: list[dict[str, str]]) -> dict[str, frozenset[str]]:
    words: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        words[row["language"]].add(row["word"])
    return {language: frozenset(known) for language, known in words.items()}
