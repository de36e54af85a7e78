"""What reading costs: time in proportion to length, whatever the text. Seconds of this thread, ratios of one run."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from datetime import date
from math import log
from time import thread_time

import pytest

from extraction.lexicons import Lexicons
from extraction.reading import may_hold_claims

from .bench import OTHER_NEWS
from .conftest import Reader

# Cost grows with length to the power of 1 if it is linear, of 2 if it is a square.
MOST_GROWTH = 1.5
LONGER = 5
# Measured again where a first look says otherwise: a busy machine is never slow every time.
TRIES = 5

# name -> text of about so many characters; each opens with what lets it through the gate
TEXTS: dict[str, Callable[[int], str]] = {
    "numbers and commas": lambda n: "Meta GPU " + "1," * (n // 2),
    "one range after the other": lambda n: "Meta GPU de " + "3 à 4 à 5 " * (n // 10),
    "spelled numbers": lambda n: "Meta GPU " + "deux cent mille trois millions " * (n // 31),
    "no full stop": lambda n: "Meta dépense 3 milliards pour ses GPU et " * (n // 41),
    "no spaces": lambda n: "MetaGPU50000" * (n // 12),
    "nothing but points": lambda n: "Meta GPU " + "." * n,
    "nothing but dashes": lambda n: "Meta GPU 5 " + "- " * (n // 2),
    "a table of many rows": lambda n: "GPU capex\n" + "".join(f"| {i + 100} GPU |\n" for i in range(n // 14)),
    "a list of amounts": lambda n: "GPU capex\n" + "".join(f"- $ {i + 60} million\n" for i in range(n // 17)),
    "many different claims": lambda n: "".join(f"Meta a {i + 10} GPU.\n" for i in range(n // 18)),
    "many guesses": lambda n: "Meta capex GPU.\n" + "".join(f"It spent ${i + 60} million. " for i in range(n // 23)),
}


Seconds = Callable[[str], float]


@pytest.fixture
def seconds(read: Reader) -> Iterator[Seconds]:
    """Of this thread, to read a text; without the collector, whose cost is that of what other tests left behind."""

    def once(text: str) -> float:
        started = thread_time()
        read(text, date(2024, 11, 1))
        return thread_time() - started

    once("Meta a acheté 50 000 GPU H100.")  # what is worked out at the first reading only
    gc.collect()
    gc.disable()
    yield once
    gc.enable()


def growth(seconds: Seconds, text: Callable[[int], str], length: int) -> float:
    """The power of the length with which the cost of a text grows, as far as that is above MOST_GROWTH: the quickest
    readings of a short and of a long text, taken in turn."""
    short, long = text(length // LONGER), text(length)
    quickest = [float("inf")] * 2
    for _ in range(TRIES):
        quickest = [min(known, seconds(each)) for known, each in zip(quickest, (short, long), strict=True)]
        power = log(quickest[1] / quickest[0], LONGER)
        if power < MOST_GROWTH:
            break
    return power


@pytest.mark.parametrize("name", TEXTS)
def test_a_longer_text_costs_no_more_a_character(name: str, seconds: Seconds) -> None:
    assert growth(seconds, TEXTS[name], 60_000) < MOST_GROWTH


@pytest.mark.parametrize(
    ("unit", "length"),
    [
        ("une vie sans virgule ", 4_000_000),
        ("1", 1_000_000),
        (" ", 1_000_000),
        ("\n", 1_000_000),
        ("[(", 1_000_000),
        ('"', 1_000_000),
        ("!?", 500_000),
        ("… ", 100_000),
    ],
)
def test_a_line_of_megabytes_costs_no_more_a_character_than_a_short_one(
    unit: str, length: int, seconds: Seconds
) -> None:
    def line(length: int) -> str:
        return "Meta GPU 50 000 " + unit * (length // len(unit))

    assert growth(seconds, line, length) < MOST_GROWTH


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("[", "]"), ('"', '"'), ("« ", " »")])
def test_ten_thousand_nested_pairs_are_no_recursion(opening: str, closing: str, read: Reader) -> None:
    nested = opening * 10_000 + "Meta a acheté 50 000 GPU H100" + closing * 10_000
    assert [int(claim.low) for claim in read(nested, date(2024, 11, 1))] == [50_000]


def test_other_news_cost_next_to_nothing(lexicons: Lexicons, seconds: Seconds) -> None:
    news = OTHER_NEWS.read_text(encoding="utf-8")
    assert not any(may_hold_claims(paragraph, lexicons) for paragraph in news.split("\n\n"))
    relevant = "Meta a acheté 50 000 GPU H100 pour 3 à 4 milliards de dollars. "
    length = 40_000
    other, dense = (text * (length // len(text)) for text in (news, relevant))
    assert min(seconds(other) for _ in range(TRIES)) < seconds(dense) / 20
