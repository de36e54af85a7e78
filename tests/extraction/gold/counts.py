"""Counts of the gold set, as the README beside this file quotes them: `python tests/extraction/gold/counts.py`.

Reads the four files of this folder and prints tables; it never compares them with what the program finds.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

Row = dict[str, Any]
HERE = Path(__file__).parent
HALVES = ("tuned", "held_out")


def rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def two_columns(title: str, counted: Mapping[str, Iterable[str]]) -> Table:
    """One row a word, most frequent first, with its number in each half and in both."""
    numbers = {half: Counter(words) for half, words in counted.items()}
    both = sum(numbers.values(), Counter())
    table = Table(*(title, *HALVES, "both"))
    for word, total in both.most_common():
        table.add_row(word, *(str(numbers[half][word]) for half in HALVES), str(total))
    return table


def main() -> None:
    texts = {half: rows(f"{half}_texts.jsonl") for half in HALVES}
    claims = {half: rows(f"{half}.jsonl") for half in HALVES}
    language = {text["doc"]: text["language"] for half in HALVES for text in texts[half]}
    with_claims = {claim["doc"] for half in HALVES for claim in claims[half]}
    totals = {
        half: ["texts"] * len(texts[half])
        + ["texts without a claim"] * sum(text["doc"] not in with_claims for text in texts[half])
        + ["claims"] * len(claims[half])
        + ["optional claims"] * sum(claim.get("optional", False) for claim in claims[half])
        + ["negatives"] * sum(len(text["negatives"]) for text in texts[half])
        for half in HALVES
    }
    by_language = {
        half: [f"{text['language']} texts" for text in texts[half]]
        + [f"{language[claim['doc']]} claims" for claim in claims[half]]
        + [f"{text['language']} negatives" for text in texts[half] for _ in text["negatives"]]
        for half in HALVES
    }
    console = Console()
    console.print(two_columns("all", totals))
    console.print(two_columns("language", by_language))
    console.print(two_columns("style", {half: [text["style"] for text in texts[half]] for half in HALVES}))
    for key in ("metric", "status", "qualifier", "org"):
        console.print(two_columns(key, {half: [claim[key] for claim in claims[half]] for half in HALVES}))
    reasons = {half: [n["why"] for text in texts[half] for n in text["negatives"]] for half in HALVES}
    console.print(two_columns("negative", reasons))


if __name__ == "__main__":
    main()
