"""Who is known by which names, and what looks like a name and is none; German, Spanish and Italian words of dealing."""

from __future__ import annotations

from datetime import date

import pytest

from extraction.lexicons import Lexicons
from extraction.reading import may_hold_claims

from .conftest import Reader

PUBLISHED = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("text", "organization", "metric", "low"),
    [
        # subsidiaries, former names, symbols, whoever stands behind a site
        ("Taiga Cloud has bought 2,000 H100 GPUs.", "Northern Data", "accelerator_flow", 2_000),
        ("Die T-Systems betreibt in München 4.000 Blackwell-GPUs.", "Deutsche Telekom", "accelerator_count", 4_000),
        ("MSFT spent $30 billion on capex in the quarter.", "Microsoft", "capex", 30_000_000_000),
        ("In Lübbenau sollen einmal 90.000 KI-Chips rechnen.", "Schwarz Gruppe", "accelerator_count", 90_000),
        ("Beacon Point will draw 352 megawatts of IT load.", "Hut 8", "power_mw", 352),
        ("Il Politecnico di Torino ospita 40 GPU A100.", "Politecnico di Torino", "accelerator_count", 40),
        ("El superordenador Coatlicue tendrá 14.480 GPU.", "Mexico", "accelerator_count", 14_480),
        ("Am HLRS rechnet der Superrechner Hunter mit 752 Beschleunigern.", "HLRS", "accelerator_count", 752),
        # where a country is only where something stands
        (
            "Rechenzentren wachsen überall. Dänemarks Superrechner Gefion besteht aus 1.528 H100.",
            "Danish Centre for AI Innovation",
            "accelerator_count",
            1_528,
        ),
        ("Frankreichs Regierung steckt 2 Milliarden Euro in KI-Rechenzentren.", "France", "ai_spend", 2_000_000_000),
        # a verb of paying names the other party and the spending
        (
            "Meta pagará a Google 10.000 millones de dólares por servicios en la nube.",
            "Meta",
            "ai_spend",
            10_000_000_000,
        ),
        (
            "I data center crescono. Nebius ha firmato con Microsoft un contratto da 17,4 miliardi di dollari.",
            "Microsoft",
            "ai_spend",
            17_400_000_000,
        ),
        ("Anthropic erhält Zugriff auf 400.000 TPUs von Google.", "Anthropic", "accelerator_count", 400_000),
        ("La empresa Azora prevé 150 megawatios para su centro de datos.", "Azora", "power_mw", 150),
    ],
)
def test_a_name_stands_for_its_firm(text: str, organization: str, metric: str, low: int, read: Reader) -> None:
    claims = [(c.organization, c.metric, int(c.low)) for c in read(text, PUBLISHED)]
    assert (organization, metric, low) in claims


def test_an_italian_conditional_is_hearsay(read: Reader) -> None:
    (claim,) = read("I data center crescono. Colossus 2 costerebbe 18 miliardi di dollari di chip.", PUBLISHED)
    assert (claim.organization, claim.status) == ("xAI", "estimated")


def test_half_of_an_amount_is_no_half_of_a_year(read: Reader) -> None:
    (claim,) = read("ByteDance gastará 160.000 millones de yuanes en 2026, la mitad de ellos en chips.", PUBLISHED)
    assert claim.period_end == date(2026, 12, 31)


def test_a_name_inside_a_word_does_not_let_a_text_through(lexicons: Lexicons) -> None:
    assert not may_hold_claims("The home side took advantage of the wind.", lexicons)
    assert may_hold_claims("Vantage is hiring.", lexicons)
