from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from extraction.claims import Claim
from extraction.gold import to_row
from extraction.grounding import is_grounded
from extraction.lexicons import Lexicons, load
from extraction.reading import EXTRACTOR, extractor_version, may_hold_claims, read_claims
from sources.documents import Document

from .conftest import SEEDS, Reader

PUBLISHED = date(2024, 11, 1)


def said(claim: Claim) -> tuple[str, str, str | None, int, int, str, str, str | None]:
    return (
        *(claim.organization, claim.metric, claim.chip, int(claim.low), int(claim.high)),
        *(claim.qualifier, claim.status, str(claim.period_end) if claim.period_end else None),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # counts
        (
            "Tesla exploite désormais 29 000 GPU H100 dans son usine Giga Texas.",
            ("Tesla", "accelerator_count", "H100", 29000, 29000, "exact", "actual", "2024-11-01"),
        ),
        (
            "Le groupe Meta disposera de 350 000 H100 d'ici la fin de l'année pour l'IA.",
            ("Meta", "accelerator_count", "H100", 350000, 350000, "exact", "planned", "2024-12-31"),
        ),
        (
            "Tesla compte porter son parc de puces H100 de 35 000 à 85 000 d'ici décembre.",
            ("Tesla", "accelerator_count", "H100", 85000, 85000, "exact", "planned", "2024-12-31"),
        ),
        (
            "Tesla compte porter son parc de puces H100 de 35 000 à 85 000 d'ici décembre.",
            ("Tesla", "accelerator_count", "H100", 35000, 35000, "exact", "actual", "2024-11-01"),
        ),
        (
            "xAI trains Grok on roughly 100,000 Nvidia H100 GPUs at Colossus.",
            ("xAI", "accelerator_count", "H100", 100000, 100000, "approx", "actual", "2024-11-01"),
        ),
        (
            "Microsoft opened the hall in May. The company now runs more than 50,000 GPUs there.",
            ("Microsoft", "accelerator_count", None, 50000, 50000, "at_least", "actual", "2024-11-01"),
        ),
        (
            "Mistral hat 18.000 Chips für das Training der Modelle, und die Firma will mehr.",
            ("Mistral AI", "accelerator_count", None, 18000, 18000, "exact", "actual", "2024-11-01"),
        ),
        (
            "Microsoft has installed 44,544 of AMD's MI300A chips.",
            ("Microsoft", "accelerator_count", "MI300A", 44544, 44544, "exact", "actual", "2024-11-01"),
        ),
        # movements
        (
            "Twitter a acheté environ 10 000 GPU pour un projet de modèle de langage.",
            ("X Corp.", "accelerator_flow", None, 10000, 10000, "approx", "actual", None),
        ),
        (
            "Meta ordered 24,000 H100 chips.",
            ("Meta", "accelerator_flow", "H100", 24000, 24000, "exact", "actual", None),
        ),
        # H100 equivalents
        (
            "Meta will have compute equivalent to nearly 600,000 H100s by the end of 2024.",
            ("Meta", "h100_equivalents", "H100", 600000, 600000, "approx", "planned", "2024-12-31"),
        ),
        (
            "La capacité de Tesla équivaut à l'équivalent de 40 000 GPU H100 fin mars.",
            ("Tesla", "h100_equivalents", "H100", 40000, 40000, "exact", "actual", "2024-03-31"),
        ),
        # capex
        (
            "Quant à Alphabet, ses dépenses d'investissement ont atteint 13 milliards de dollars "
            "au troisième trimestre 2024.",
            ("Alphabet", "capex", None, 13 * 10**9, 13 * 10**9, "exact", "actual", "2024-09-30"),
        ),
        (
            "Meta expects capital expenditures of between $38 billion and $40 billion in 2024.",
            ("Meta", "capex", None, 38 * 10**9, 40 * 10**9, "range", "planned", "2024-12-31"),
        ),
        # AI spending
        (
            "Selon des analystes, OpenAI dépenserait près de 7 milliards de dollars en calcul cette année.",
            ("OpenAI", "ai_spend", None, 7 * 10**9, 7 * 10**9, "approx", "estimated", "2024-12-31"),
        ),
        (
            "Le constructeur Tesla compte dépenser cette année 3 ou 4 milliards de dollars pour des puces de Nvidia.",
            ("Tesla", "ai_spend", None, 3 * 10**9, 4 * 10**9, "range", "planned", "2024-12-31"),
        ),
        (
            "Son patron a affirmé que Tesla investirait jusqu'à 10 milliards de dollars dans l'IA cette année.",
            ("Tesla", "ai_spend", None, 10**10, 10**10, "at_most", "planned", "2024-12-31"),
        ),
        (
            "Tesla will spend about $10B this year on training and inference compute.",
            ("Tesla", "ai_spend", None, 10**10, 10**10, "approx", "planned", "2024-12-31"),
        ),
        # prices
        (
            "Le revendeur propose la carte H100 PCIe à 30 603 $ l'unité.",
            ("Nvidia", "accelerator_price", "H100", 30603, 30603, "exact", "actual", "2024-11-01"),
        ),
        (
            "On eBay the H100 goes for more than $40,000 apiece.",
            ("Nvidia", "accelerator_price", "H100", 40000, 40000, "at_least", "actual", "2024-11-01"),
        ),
        # power
        (
            "The Colossus data center draws 150 MW.",
            ("xAI", "power_mw", None, 150, 150, "exact", "actual", "2024-11-01"),
        ),
        (
            "Meta will build a data center of up to five gigawatts called Hyperion.",
            ("Meta", "power_mw", None, 5000, 5000, "at_most", "planned", "2024-11-01"),
        ),
    ],
)
def test_a_statement_is_read(text: str, expected: tuple[object, ...], read: Reader) -> None:
    assert expected in [said(claim) for claim in read(text, PUBLISHED)]


@pytest.mark.parametrize(
    "text",
    [
        "xAI a levé 6 milliards de dollars pour développer son IA.",
        "OpenAI closed a $6.6 billion funding round for its AI at a valuation of $157 billion.",
        "Nvidia's data center revenue reached $26 billion in the quarter, thanks to AI chips.",
        "OpenAI perd environ 5 milliards de dollars par an malgré le succès de l'IA.",
        "Le flux de trésorerie de Tesla est négatif de 2,5 milliards de dollars malgré l'IA.",
        "Les stocks de Tesla ont augmenté de 2,7 milliards de dollars, dit l'analyste de l'IA.",
        "Tesla shareholders approved the $56 billion pay package of the AI enthusiast.",
        "Musk a acquis Twitter pour 44 milliards de dollars avant de se tourner vers l'IA.",
        "Meta's Llama 3 AI model has 405 billion parameters.",
        "The H100 of Nvidia has 80 GB of memory and is 30 times faster.",
        "Microsoft's AI team has 7,000 employees.",
        "Tesla's AI capacity grew by 130 % in the quarter.",
        "Tesla a livré 386 810 voitures au premier trimestre, et parle d'IA.",
        "Tesla shares lost 29 % while the company bought chips.",
        "Renting an H100 costs Meta $2,500 per hour in this data center example.",
        "A solar plant of 150 MW will feed the grid near the Meta data center.",
        "Meta's data center needs power: a solar plant of 150 MW and a gas plant of 200 MW will feed the grid.",
        "Meta has 0 GPUs, and then it has 900,000,000,000 million GPUs.",
        "It is hard: if Tesla had 50,000 H100 chips in one cluster, it would lead.",
        "Meta runs 261 GPU nodes for AI and has used 39 million GPU hours.",
        "Amazon's warehouse has 520,000 robots and AI software.",
    ],
)
def test_what_is_no_claim_gives_none(text: str, read: Reader) -> None:
    assert [said(claim) for claim in read(text, PUBLISHED)] == []


def test_a_facility_speaks_for_its_operator(read: Reader) -> None:
    (claim,) = read("Le supercalculateur Colossus, visité par Microsoft, utilise 100 000 GPU H100.", PUBLISHED)
    assert (claim.organization, claim.facility) == ("xAI", "Colossus")


@pytest.mark.parametrize(
    "text",
    [
        "Alphabet a publié ses comptes. La société a acheté 20 000 puces.",
        "Alphabet a publié ses comptes. Elle a acheté 20 000 puces.",
        "Alphabet published its results. It bought 20,000 chips.",
        "Alphabet, as Nvidia confirmed, has bought 20,000 Nvidia chips.",
        "The purchase of 20,000 chips by Alphabet is done.",
        "Tesla is redirecting 20,000 chips to Alphabet.",
    ],
)
def test_the_buyer_is_found_and_not_the_maker(text: str, read: Reader) -> None:
    assert [claim.organization for claim in read(text, PUBLISHED)] == ["Alphabet"]


def test_we_is_the_speaker_of_the_document(read: Reader) -> None:
    (claim,) = read("We expect capital expenditures of about $80 billion in 2025.", PUBLISHED, speaker="Microsoft")
    assert (claim.organization, claim.status) == ("Microsoft", "planned")


def test_a_list_of_amounts_shares_its_word(read: Reader) -> None:
    claims = read("Tesla's capital expenditures were $8.9 billion in 2023 and $11.3 billion in 2024.", date(2025, 3, 1))
    assert [(c.metric, int(c.low), str(c.period_start)) for c in claims] == [
        ("capex", 8_900_000_000, "2023-01-01"),
        ("capex", 11_300_000_000, "2024-01-01"),
    ]


def test_of_two_currencies_the_dollars_are_kept(read: Reader) -> None:
    (claim,) = read("SoftBank will invest €75 billion (around $87 billion) in data centers in France.", PUBLISHED)
    assert (int(claim.low), claim.currency, claim.unit) == (87 * 10**9, "USD", "USD")


def test_a_rate_is_kept_as_stated(read: Reader) -> None:
    (claim,) = read("Anthropic will pay $1.25 billion per month for compute through May 2029.", date(2026, 5, 20))
    assert (claim.per, str(claim.period_end)) == ("month", "2029-05-31")


def test_a_claim_said_twice_is_one_with_its_hedge(read: Reader) -> None:
    text = (
        "Tesla has 29,000 H100 GPUs. On Friday the carmaker repeated that it runs about 29,000 H100 GPUs at Giga Texas."
    )
    (claim,) = read(text, PUBLISHED)
    assert (claim.qualifier, claim.facility) == ("approx", "Giga Texas")


def test_an_unstated_date_of_a_level_is_the_publication(read: Reader) -> None:
    (actual,) = read("Meta has 24,000 H100 GPUs.", PUBLISHED)
    (planned,) = read("Meta will house 24,000 H100 GPUs.", PUBLISHED)
    (undated,) = read("Meta has 24,000 H100 GPUs.")
    assert (actual.period_end, planned.period_end, undated.period_end) == (PUBLISHED, PUBLISHED, None)


def test_the_quote_stands_at_its_offsets_whatever_the_spaces_and_quotes(read: Reader, lexicons: Lexicons) -> None:
    text = "\u00ab\u00a0Tesla\u00a0\u00bb a acheté jusqu\u2019à 12\u202f000\u00a0GPU\u00a0H100 d\u2019occasion."
    (claim,) = read(text, PUBLISHED)
    assert text[claim.receipt.char_start : claim.receipt.char_end] == claim.receipt.quote
    assert "12\u202f000\u00a0GPU" in claim.receipt.quote
    assert is_grounded(claim, text, lexicons)
    assert not is_grounded(replace(claim, low=claim.low + 1), text, lexicons)
    assert not is_grounded(claim, " " + text, lexicons)


def test_a_gold_row_has_the_keys_of_the_gold_files(read: Reader) -> None:
    (claim,) = read("Meta has 24,000 H100 GPUs.", PUBLISHED)
    row = to_row(claim, "m1")
    assert row["doc"] == "m1"
    assert (row["low"], row["high"], type(row["low"])) == (24000, 24000, int)
    assert {"quote", "org", "facility", "metric", "chip", "qualifier", "scope", "status", "start"} <= row.keys()
    assert {"end", "currency", "per", "char_start", "char_end", "confidence", "extractor_version"} <= row.keys()


def test_the_version_names_grammar_and_vocabulary(lexicons: Lexicons, tmp_path: Path) -> None:
    for seed in SEEDS.glob("*.csv"):
        (tmp_path / seed.name).write_bytes(seed.read_bytes())
    assert extractor_version(load(tmp_path)) == extractor_version(lexicons)
    with (tmp_path / "organizations.csv").open("a") as file:
        file.write("acme,Acme,,,,12-31,,cloud\n")
    assert extractor_version(load(tmp_path)) != extractor_version(lexicons)
    assert EXTRACTOR == "rules"


def test_a_missing_seed_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"accelerators\.csv"):
        load(tmp_path)


def test_importing_the_room_brings_no_heavy_library() -> None:
    heavy = ["pandas", "numpy", "duckdb", "dagster", "great_expectations", "trafilatura", "httpx"]
    code = f"import sys, extraction.reading; print(*[m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("text", ["A deal for gpus.", "LE PARC AURA 50 MÉGAWATTS", "l’IA coûte cher"])
def test_a_word_of_computing_is_noticed_in_any_case(text: str, lexicons: Lexicons) -> None:
    assert may_hold_claims(text, lexicons)
    assert not may_hold_claims("Le blé coûte cher.", lexicons)


def test_of_a_filing_only_what_names_capital_spending_is_capex(
    lexicons: Lexicons, document: Callable[..., Document]
) -> None:
    text = (
        "We invest in servers and data centers. Capital expenditures were $39.2 billion in 2024. Depreciation of "
        "property and equipment was $15.3 billion in 2024. Impairment losses on data centers were $2.0 billion in 2024."
    )
    filed = replace(document(text, date(2025, 1, 30), "Meta"), source_kind="filing")
    assert [int(claim.low) for claim in read_claims(filed, lexicons)] == [39_200_000_000]
