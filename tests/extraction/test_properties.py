"""What holds for any text: no error, every claim grounded, time in proportion to length."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.grounding import is_grounded
from extraction.lexicons import Lexicons
from extraction.reading import read_claims
from sources.documents import Document

from .conftest import Reader

WORDS = """
Tesla|xAI|Meta|Google|Nvidia|Colossus|Cortex|H100|H200|GPU|puces|chips|will|dépense|acheté|capex|IA|la société|it|50|000
85,000|1.250|3|à|4|entre|et|de|from|to|milliards|billion|Mrd.|$10B|30|603|$|€|MW|GW|par unité|per month|2024|d'ici|Q3|by
fin octobre|through|environ|plus de|million|équivalent|,|.|;|(|)|«|»|’|-|\u00a0|\u202f"""
PIECES = st.sampled_from([piece for line in WORDS.splitlines() for piece in (*line.split("|"), "\n") if piece])
JOINED = st.sampled_from([" ", ""]).flatmap(lambda glue: st.lists(PIECES, max_size=60).map(glue.join))


@settings(max_examples=500, deadline=None)
@given(text=st.text() | JOINED)
def test_any_text_is_read_and_every_claim_is_grounded(
    text: str, lexicons: Lexicons, document: Callable[..., Document]
) -> None:
    for published in (None, date(2024, 11, 1)):
        for claim in read_claims(document(text, published), lexicons):
            assert is_grounded(claim, text, lexicons)
            assert claim.low <= claim.high
            assert claim.period_start is None or claim.period_end is None or claim.period_start <= claim.period_end


@settings(max_examples=100, deadline=None)
@given(
    before=st.text(alphabet="abc é\n«»", max_size=40),
    thousands=st.integers(1, 999),
    gap=st.sampled_from([" ", "\u00a0", "\u202f", ",", "."]),
)
def test_a_planted_claim_is_found_at_its_place(before: str, thousands: int, gap: str, read: Reader) -> None:
    printed = f"{thousands}{gap}000"
    # a point groups thousands in German, a comma or a space in French
    german = f"Das Unternehmen Meta hat {printed} GPUs für die KI."
    french = f"La société Meta possède {printed} GPU pour l'IA."
    (claim,) = read(f"{before}\n{german if gap == '.' else french}", date(2024, 11, 1))
    assert int(claim.low) == int(claim.high) == thousands * 1000
    assert printed in claim.receipt.quote


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "111 ",
        "1,1,",
        "(",
        "$(1",
        "GPU ",
        "a" * 50,
        "Meta dépense 3 à 4 milliards de dollars en IA, ",
        "50 000 GPU H100 d'ici fin 2024 et ",
        "entre 1 et ",
        "Meta. Il a ",
    ],
)
def test_time_grows_with_length_and_no_faster(unit: str, read: Reader) -> None:
    def seconds(length: int) -> float:
        text = "Meta GPU " + (unit * (length // len(unit) + 1))[:length]
        start = perf_counter()
        read(text, date(2024, 11, 1))
        return perf_counter() - start

    seconds(10_000)
    # four times the text in at most eight times the time, with room for the noise of a busy machine
    assert seconds(200_000) < 8 * seconds(50_000) + 1


@pytest.mark.parametrize("unit", ["1", "[(", "x"])
def test_a_megabyte_on_one_line_is_read_in_seconds(unit: str, read: Reader) -> None:
    start = perf_counter()
    read("Meta GPU " + unit * (1_000_000 // len(unit)), date(2024, 11, 1))
    assert perf_counter() - start < 20
