"""Money that looks like spending on compute and is none, beside look-alikes that are: one statement a line."""

from __future__ import annotations

from datetime import date

import pytest

from .conftest import Reader

PUBLISHED = date(2025, 10, 31)

NO_SPENDING = [
    "Oracle said its backlog, orders not yet billed, climbed 40% to $90 billion after a "
    "contract with Meta for AI compute.",
    "Nebius a vu son carnet de commandes bondir de 30 % à 12 milliards de dollars après un "
    "contrat avec Meta pour du calcul.",
    "Google is to invest $5 billion right away in the lab, at a $200 billion valuation, for AI.",
    "Amazon investira 3 milliards de dollars, à une valorisation de 90 milliards, dans l'IA.",
    "A power plant aside, Google builds data centers; each lithography machine of its supplier "
    "costs 300 million euros apiece.",
    "The takeover of Brightmoor, an AI cloud, by Nebius in May 2024 for $3 billion changed the "
    "market for data centers.",
    "Nebius a conclu le rachat de la pépite Velmora, spécialiste de l'IA, pour plus de 2 milliards d'euros.",
    "Meta compra la empresa Solvanta, dedicada a la IA, por más de 900 millones de dólares.",
    "Meta hat sich das Recht gesichert, das KI-Start-up noch 2026 für 20 Milliarden Dollar zu übernehmen.",
    "Velmora secured $90 million from Sequoia to build AI inference software.",
    "Velmora a obtenu 90 millions de dollars auprès de Sequoia pour construire son cloud IA.",
    "Microsoft and Nebius were rethinking an earlier $40 billion deal for AI data centers.",
    "Microsoft et Nebius remettent en cause un accord de 40 milliards de dollars sur des centres de données.",
    "Microsoft replantea un acuerdo de 40.000 millones de dólares con Nebius para centros de datos.",
    "Microsoft überdenkt einen Vertrag über 40 Milliarden Dollar mit Nebius für Rechenzentren.",
    "Il contratto da 40 miliardi di dollari di Microsoft con Nebius per i data center è in stallo.",
    "SoftBank made a $4 billion gain on its AI investment in the quarter.",
    "SoftBank a réalisé une plus-value de 4 milliards de dollars sur ses investissements dans l'IA.",
    "Meta reported that daily active users of its AI grew 9% to 3.2 billion.",
    "Meta builds AI sites. Epoch puts the capex of a data center of 1 GW at 40 billion dollars.",
    "Meta baut Rechenzentren. Die Kosten pro MW liegen bei 12 Millionen Dollar.",
    "Mistral bâtit des centres de données : 1 GW = 45 milliards de dollars d'investissement.",
    "Mistral bâtit des centres de données. Coût par MW : 12 millions d'euros.",
    "OpenAI signs deals. Global data-center spending should reach $900 billion in 2027.",
    "Equinix lists contract wins of $300 million for AI data centers.",
]

SPENDING = [
    ("Oracle raised its capital expenditures 40% to $35 billion.", "Oracle", "capex", 35_000_000_000),
    ("Meta's spending on AI compute jumped 40% to $35 billion.", "Meta", "ai_spend", 35_000_000_000),
    ("Meta signed a contract for AI compute, and its total rose to $90 billion.", "Meta", "ai_spend", 90_000_000_000),
    (
        "Microsoft invests $5 billion in data centers, at a time of high valuations.",
        "Microsoft",
        "ai_spend",
        5_000_000_000,
    ),
    (
        "Microsoft will buy for the French company 10,000 GPUs for $400 million.",
        "Microsoft",
        "accelerator_flow",
        10_000,
    ),
    ("Microsoft achète 10 000 GPU pour 400 millions d'euros.", "Microsoft", "accelerator_flow", 10_000),
    (
        "OpenAI compra capacidad de cómputo a Oracle por 30.000 millones de dólares.",
        "OpenAI",
        "ai_spend",
        30_000_000_000,
    ),
    ("Nebius will pay $400 million for each data center.", "Nebius", "ai_spend", 400_000_000),
    ("Nebius spent $150 million on GPUs from Nvidia.", "Nebius", "ai_spend", 150_000_000),
    ("Global Switch will invest $500 million in data centers.", "Global Switch", "ai_spend", 500_000_000),
    (
        "Meta, the most valuable customer of Nebius, will pay $3 billion for AI compute.",
        "Meta",
        "ai_spend",
        3_000_000_000,
    ),
    ("Amazon will invest $11 billion in a data center of 1 GW.", "Amazon", "ai_spend", 11_000_000_000),
    ("Amazon expects its capital expenditures to be up to $200 billion.", "Amazon", "capex", 200_000_000_000),
    (
        "Google stellt 20 Milliarden Dollar für KI-Rechenzentren bereit, um Nachfrage zu übernehmen.",
        "Alphabet",
        "ai_spend",
        20_000_000_000,
    ),
    ("Meta will invest $50 million in GPUs from its own money.", "Meta", "ai_spend", 50_000_000),
    ("Meta gained access to AI compute for $3 billion.", "Meta", "ai_spend", 3_000_000_000),
]


@pytest.mark.parametrize("text", NO_SPENDING)
def test_what_only_looks_like_spending_is_none(text: str, read: Reader) -> None:
    assert [(c.organization, c.metric, int(c.low)) for c in read(text, PUBLISHED)] == []


@pytest.mark.parametrize(("text", "organization", "metric", "low"), SPENDING)
def test_what_looks_like_it_and_is_spending_stays_a_claim(
    text: str, organization: str, metric: str, low: int, read: Reader
) -> None:
    assert (organization, metric, low) in [(c.organization, c.metric, int(c.low)) for c in read(text, PUBLISHED)]
