"""What reading costs: time in proportion to length, whatever the text. Seconds of the processor, ratios of one run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from time import process_time

import pytest

from extraction.lexicons import Lexicons
from extraction.reading import may_hold_claims

from .bench import OTHER_NEWS
from .conftest import Reader

# Twice the text may take twice the time, and somewhat more where the machine is busy; a square would take four times.
MOST = 3.0

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


@pytest.fixture(scope="session")
def seconds(read: Reader) -> Callable[[str], float]:
    """Of the processor, to read a text; the better of two, for a machine that is busy."""

    def once(text: str) -> float:
        started = process_time()
        read(text, date(2024, 11, 1))
        return process_time() - started

    return lambda text: min(once(text), once(text))


@pytest.mark.parametrize("name", TEXTS)
def test_twice_the_text_takes_about_twice_the_time(name: str, seconds: Callable[[str], float]) -> None:
    # long enough that anything square would show, short enough to be measured twice
    short, long = TEXTS[name](20_000), TEXTS[name](40_000)
    assert seconds(long) < MOST * seconds(short) + 0.01


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
    unit: str, length: int, seconds: Callable[[str], float]
) -> None:
    short, long = ("Meta GPU 50 000 " + unit * (size // len(unit)) for size in (length // 2, length))
    assert seconds(long) < MOST * seconds(short) + 0.01


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("[", "]"), ('"', '"'), ("« ", " »")])
def test_ten_thousand_nested_pairs_are_no_recursion(opening: str, closing: str, read: Reader) -> None:
    nested = opening * 10_000 + "Meta a acheté 50 000 GPU H100" + closing * 10_000
    assert [int(claim.low) for claim in read(nested, date(2024, 11, 1))] == [50_000]


def test_other_news_cost_next_to_nothing(lexicons: Lexicons, seconds: Callable[[str], float]) -> None:
    news = OTHER_NEWS.read_text(encoding="utf-8")
    assert not any(may_hold_claims(paragraph, lexicons) for paragraph in news.split("\n\n"))
    relevant = "Meta a acheté 50 000 GPU H100 pour 3 à 4 milliards de dollars. "
    length = 40_000
    other, dense = (text * (length // len(text)) for text in (news, relevant))
    assert seconds(other) < seconds(dense) / 20
