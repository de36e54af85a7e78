"""Which of several numbers of one text is still expected, and which the text itself calls an earlier one."""

from __future__ import annotations

from datetime import date

import pytest

from extraction.gold import to_row

from .conftest import Reader

PUBLISHED = date(2025, 10, 31)
REPLACED = [
    ("Alphabet expects capital expenditures of $91 billion to $93 billion in 2025, up from $75 billion.", [75]),
    ("Alphabet sees 2025 capex of 91 to 93 billion dollars, up from 75 billion and then 85 billion.", [75, 85]),
    ("Alphabet sees capital expenditures of $91 billion in 2025. In July it had said $85 billion.", [85]),
    ("Alphabet raised its 2025 capex forecast to $85 billion from $75 billion.", [75]),
    ("Alphabet raised its 2025 capex forecast from $75 billion to $85 billion.", [75]),
    ("Alphabet previously expected 2025 capital expenditures of $85 billion; it now expects $92 billion.", [85]),
    ("Meta's 2025 capex will be $70 billion (previously $66 billion).", [66]),
    ("Amazon expects $125 billion of capex in 2025, up from the $118 billion it had forecast.", [118]),
    ("Alphabet prévoit des dépenses d'investissement de 92 milliards de dollars en 2025, contre 85 milliards.", [85]),
    ("Alphabet table sur un capex de 92 milliards de dollars en 2025, au lieu de 85 milliards.", [85]),
    ("Alphabet prévoyait auparavant 75 milliards de dollars de capex en 2025, il en prévoit 85 milliards.", [75]),
    ("Alphabet erwartet für 2025 Investitionsausgaben von 92 Milliarden Dollar statt bisher 85 Milliarden.", [85]),
    ("Alphabet erwartet 2025 Investitionsausgaben von 92 Milliarden Dollar, zuvor waren es 85 Milliarden.", [85]),
    ("Alphabet prevé un capex de 92.000 millones de dólares en 2025, frente a los 85.000 millones.", [85]),
    ("Alphabet prevede un capex di 92 miliardi di dollari nel 2025, contro gli 85 miliardi previsti.", [85]),
]


@pytest.mark.parametrize(("text", "billions"), REPLACED)
def test_a_number_that_its_own_text_calls_earlier_is_marked_and_the_new_one_is_not(
    read: Reader, text: str, billions: list[int]
) -> None:
    claims = read(text, PUBLISHED)
    assert [int(claim.low) // 10**9 for claim in claims if claim.is_replaced] == billions
    assert any(not claim.is_replaced for claim in claims)


@pytest.mark.parametrize(
    "text",
    [
        "Microsoft will spend $80 billion on capex in 2025, more than previously planned.",
        "OpenAI plans to spend $500 billion on the previously announced Stargate data centers.",
        "Alphabet's capex will be $91 billion in 2025, against $52.5 billion in 2024.",
        "Meta plans to install 50,000 GPUs in May, then 100,000 GPUs by the end of 2026.",
        "Tesla compte porter son parc de puces H100 de 35 000 à 85 000 d'ici décembre.",
    ],
)
def test_a_plan_that_holds_and_what_has_happened_are_never_replaced(read: Reader, text: str) -> None:
    claims = read(text, PUBLISHED)
    assert claims
    assert [claim for claim in claims if claim.is_replaced] == []


def test_the_mark_is_printed_with_the_claim_and_is_part_of_what_it_says(read: Reader) -> None:
    claims = read("Alphabet raised its 2025 capex forecast to $85 billion from $75 billion.", PUBLISHED)
    assert [(row["low"], row["replaced"]) for row in (to_row(claim, "d") for claim in claims)] == [
        (85_000_000_000, False),
        (75_000_000_000, True),
    ]


def test_a_number_told_twice_is_replaced_if_the_text_says_so_once(read: Reader) -> None:
    text = (
        "Alphabet's $85 billion of capex planned for 2025 made headlines. "
        "Alphabet now expects capex of $92 billion in 2025, up from $85 billion."
    )
    assert {int(claim.low) // 10**9: claim.is_replaced for claim in read(text, PUBLISHED)} == {85: True, 92: False}
