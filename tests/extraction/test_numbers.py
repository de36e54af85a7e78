from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extraction.lexicons import Lexicons
from extraction.numbers import read_numbers
from extraction.text import make_alike


@pytest.mark.parametrize(
    ("text", "language", "low", "high", "unit"),
    [
        ("3 ou 4 milliards de dollars", "fr", "3e9", "4e9", "USD"),
        ("3 à 4 milliards d'euros", "fr", "3e9", "4e9", "EUR"),
        ("entre 30 et 350 000 puces", "fr", "30e3", "350e3", None),
        ("entre 3 et 4 milliards de dollars", "fr", "3e9", "4e9", "USD"),
        ("entre 500 et 1 000 puces", "fr", "500", "1000", None),
        ("de 35 000 à 85 000 puces", "fr", "35e3", "85e3", None),
        ("30\u202f603 $ par unité", "fr", "30603", "30603", "USD"),
        ("30\u00a0603\u00a0$", "fr", "30603", "30603", "USD"),
        ("1,2 milliard d’euros", "fr", "1.2e9", "1.2e9", "EUR"),
        ("35 Md€", "fr", "35e9", "35e9", "EUR"),
        ("500 M€", "fr", "500e6", "500e6", "EUR"),
        ("un billion d'euros", "fr", "1e12", "1e12", "EUR"),
        ("1 billion dollars", "en", "1e9", "1e9", "USD"),
        ("$10B", "en", "10e9", "10e9", "USD"),
        ("NT$20 billion", "en", "20e9", "20e9", "TWD"),
        ("SEK95bn", "en", "95e9", "95e9", "SEK"),
        ("8,300 crore rupees", "en", "83e9", "83e9", "INR"),
        ("100 Millionen Franken", "de", "100e6", "100e6", "CHF"),
        ("4 mil 800 millones de dólares", "es", "4.8e9", "4.8e9", "USD"),
        ("mil 300 millones de dólares", "es", "1.3e9", "1.3e9", "USD"),
        ("1.300 MDD", "es", "1.3e9", "1.3e9", "USD"),
        ("1.300 MM$", "es", "1.3e9", "1.3e9", "USD"),
        ("2 G$", "fr", "2e9", "2e9", "USD"),
        ("1,5 M USD", "fr", "1.5e6", "1.5e6", "USD"),
        ("20 MWe", "fr", "20", "20", "MW"),
        ("16 mm", "fr", "16", "16", None),
        ("5G", "fr", "5", "5", None),
        ("435 millones de reales", "es", "435e6", "435e6", "BRL"),
        ("900 millones de vatios", "es", "900", "900", "MW"),
        ("US$2.5bn", "en", "2.5e9", "2.5e9", "USD"),
        ("$3-4 billion", "en", "3e9", "4e9", "USD"),
        ("between $175 billion and $185 billion", "en", "175e9", "185e9", "USD"),
        ("between $3 and $4 billion", "en", "3e9", "4e9", "USD"),
        ("800,000 to 1 million GPUs", "en", "800e3", "1e6", None),
        ("100k GPUs", "en", "100e3", "100e3", None),
        ("110 thousand GPUs", "en", "110e3", "110e3", None),
        ("1,250,000 GPUs", "en", "1250000", "1250000", None),
        ("a million GPUs", "en", "1e6", "1e6", None),
        ("five gigawatts", "en", "5000", "5000", "MW"),
        ("1,4-1,6 GW", "fr", "1400", "1600", "MW"),
        ("1.125 GW", "en", "1125", "1125", "MW"),
        ("0,125 GW", "fr", "125", "125", "MW"),
        ("0,000,000 GPUs", "en", "0", "0", None),
        ("1.250.000,50 Euro", "de", "1250000.5", "1250000.5", "EUR"),
        ("15.000 GPUs", "de", "15e3", "15e3", None),
        ("30 Milliarden US-Dollar", "de", "30e9", "30e9", "USD"),
        ("5 Mrd. Euro", "de", "5e9", "5e9", "EUR"),
        ("mil millones de dólares", "es", "1e9", "1e9", "USD"),
        ("deux cent mille puces", "fr", "200e3", "200e3", None),
        ("two hundred and fifty thousand chips", "en", "250e3", "250e3", None),
        ("a hundred thousand GPUs", "en", "100e3", "100e3", None),
        ("tens of thousands of GPUs", "en", None, "0", None),
        ("des milliers de puces", "fr", None, "0", None),
        ("half a billion dollars", "en", "500e6", "500e6", "USD"),
        ("un demi-milliard d'euros", "fr", "500e6", "500e6", "EUR"),
        ("three to four billion dollars", "en", "3e9", "4e9", "USD"),
        ("le premier gigawatt", "fr", "1000", "1000", "MW"),
        ("SpaceX's million GPUs", "en", "1e6", "1e6", None),
        ("cien mil chips", "es", "100e3", "100e3", None),
        ("eine halbe Milliarde Euro", "de", "500e6", "500e6", "EUR"),
        ("five GW", "en", "5000", "5000", "MW"),
        ("3 mil millones de dólares", "es", "3e9", "3e9", "USD"),
        ("2 miliardi di euro", "it", "2e9", "2e9", "EUR"),
        ("a quarter of a million GPUs", "en", "250e3", "250e3", None),
        ("one and a half billion dollars", "en", "1.5e9", "1.5e9", "USD"),
        ("2 milliards et demi d'euros", "fr", "2.5e9", "2.5e9", "EUR"),
        ("une centaine de millions de francs", "fr", "100e6", "100e6", "CHF"),
        ("una decina di miliardi di euro", "it", "10e9", "10e9", "EUR"),
        ("anderthalb Milliarden Euro", "de", "1.5e9", "1.5e9", "EUR"),
        ("Rmb50bn", "en", "50e9", "50e9", "CNY"),
        ("EUR5bn", "en", "5e9", "5e9", "EUR"),
    ],
)
def test_a_quantity_is_read_into_base_units(
    text: str, language: str, low: str | None, high: str, unit: str | None, lexicons: Lexicons
) -> None:
    read = [(q.low, q.high, q.unit) for q in read_numbers(make_alike(text), lexicons.numbers, lambda: language)]
    assert read == ([] if low is None else [(Decimal(low), Decimal(high), unit)])


@pytest.mark.parametrize("text", ["H100", "GB200 NVL72"[:5], "H-100", "v2x", "MI300X"])
def test_a_chip_name_is_no_number(text: str, lexicons: Lexicons) -> None:
    assert read_numbers(text, lexicons.numbers, lambda: "en") == []


def test_a_year_and_an_amount_are_no_range(lexicons: Lexicons) -> None:
    read = read_numbers("from $12 billion in 2025 to $7 billion", lexicons.numbers, lambda: "en")
    assert [str(q.low) for q in read] == ["12000000000", "2025", "7000000000"]


def test_the_two_levels_of_a_growth_are_amounts_of_their_own(lexicons: Lexicons) -> None:
    text = "from 35,000 to 85,000 chips"
    (quantity,) = read_numbers(text, lexicons.numbers, lambda: "en")
    first, second = quantity.levels()
    assert (first.low, first.high, text[first.start : first.end]) == (35000, 35000, "from 35,000")
    assert (second.low, second.high, text[second.start : second.end]) == (85000, 85000, "85,000")


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("$85 billion, up from 75.", "75e9"),
        ("85 milliards de dollars, contre 75 auparavant", "75e9"),
        ("150 megawatts and is to grow to about 300 next year", "300"),
        ("hat 40 Megawatt und soll auf 120 wachsen.", "120"),
        ("85 milliards de dollars, après en avoir mis 20.", "20e9"),
        ("85 milliards de dollars, alors qu'il tablait sur 70 à 75.", "70e9"),
        ("two gigawatts by 2030 and could grow to five in the years after", "5000"),
        ("elf Megawatt und in der Spitze sind es 17.", "17"),
        ("12 billion dollars for Oracle, 6 for Meta", "6e9"),
        ("200 milliards de dollars pour Amazon, 185 pour Alphabet", "185e9"),
        ("200 milliards de dollars de 2025 à 2028", None),
        ("200 milliards de dollars au cours des quatre prochaines années", None),
        ("200 milliards de dollars sur 5 ans", None),
        ("two gigawatts that will be shared between the two.", None),
        ("$85 billion for Gemini 3 and its stock", None),
        ("$85 billion with Oracle; Ellison, who was 81, said so", None),
        ("300 megawatts, and temperatures were above 40 in summer", None),
        ("$85 billion, up from 75 percent", None),
        ("150 megawatts and is to grow to 300 people", None),
        ("$85 billion, compared to 2024", None),
        ("$85 billion in the 12 months to June 30", None),
    ],
)
def test_a_bare_number_is_of_the_unit_before_it_where_a_word_leads_to_it(
    text: str, shared: str | None, lexicons: Lexicons
) -> None:
    language = "de" if " und " in text else "fr" if " de " in text else "en"
    last = read_numbers(text, lexicons.numbers, lambda: language)[-1]
    is_shared = last.unit is not None and last.lender is not None
    assert (last.low if is_shared else None) == (None if shared is None else Decimal(shared))


@pytest.mark.parametrize(
    ("text", "language", "amounts"),
    [
        ("von 66 bis 72 auf 70 bis 72 Milliarden Dollar", "de", [("66e9", "72e9"), ("70e9", "72e9")]),
        ("d'une puissance de 12 et 30 MW respectivement", "fr", [("12", "12"), ("30", "30")]),
        ("ont gagné 41 % à 12,6 milliards de dollars", "fr", [("41", "41"), ("12.6e9", "12.6e9")]),
        ("from about 54 up to 70 billion dollars", "en", [("54e9", "54e9"), ("70e9", "70e9")]),
    ],
)
def test_a_bare_number_is_of_the_unit_of_the_amount_that_it_leads_to(
    text: str, language: str, amounts: list[tuple[str, str]], lexicons: Lexicons
) -> None:
    read = read_numbers(text, lexicons.numbers, lambda: language)
    assert [(q.low, q.high) for q in read] == [(Decimal(low), Decimal(high)) for low, high in amounts]


words = st.text(alphabet="abcdefghij é'", max_size=20)


@given(
    before=words,
    after=words,
    value=st.integers(1, 999_999),
    gap=st.sampled_from([" ", "\u00a0", "\u202f"]),
    scale=st.sampled_from([("milliards", 10**9), ("millions", 10**6)]),
)
@example(before="", after="chf", value=1, gap=" ", scale=("milliards", 10**9))
def test_a_planted_number_is_found_where_it_stands(
    before: str, after: str, value: int, gap: str, scale: tuple[str, int], lexicons: Lexicons
) -> None:
    printed = f"{value:,}".replace(",", gap) + gap + scale[0]
    text = make_alike(f"{before} : {printed}. {after}")
    (found,) = [q for q in read_numbers(text, lexicons.numbers, lambda: "fr") if q.high >= 10**6]
    start = len(before) + 3
    assert (found.start, found.end) == (start, start + len(printed))
    assert found.low == found.high == value * scale[1]
