"""Numbers beside a chip that count none: parts of names, sizes, what is asked for. And look-alikes that count."""

from __future__ import annotations

import pytest

from .conftest import Reader

NO_CHIPS = [
    "Meta gave each intern a 4090 GPU.",
    "Meta ships laptops with a Core Ultra 5 245K RTX 5070 GPU.",
    "Meta keeps a few x86 processors for its archive.",
    "OpenAI's small model fits on a single 80GB GPU.",
    "Microsoft showed its Maia 200 chip in Dublin.",
    "Mistral AI puts a proof at 12 H20-days.",
    "Meta said 48 GPUs are required to run the model.",
    "Laut Meta sind 48 GPUs nötig.",
    "Selon Meta, 48 GPU seraient nécessaires.",
    "Según Meta, 48 GPU son necesarias.",
    "Secondo Meta, 48 GPU sono necessarie.",
    "The Lambda system combines 72 GPUs and 36 Grace CPUs.",
    "Amazon setzt auf bis zu 144 Chips pro UltraServer.",
    "Meta relie environ 100 GPU dans une baie.",
    "Nebius offers cluster sizes from 100 GPUs.",
    "Nebius: you have paid for 100 GPUs and see the work of 90.",
    "Amazon:\n| Measure | H100 | Trainium3 |\n|---|---|---|\n| Training | 31 days | 24 days |",
    "Amazon:\n| Maß | H100 | Trainium3 |\n|---|---|---|\n| Kosten | Referenz | 35 % günstiger |",
]
CHIPS = [
    ("Meta operates 1,640 H100 GPUs and 320 AMD CPUs.", 1640),
    ("Meta puts 64,000 GPUs in a server hall.", 64_000),
    ("Microsoft bought 4,000 Maia 200 chips.", 4000),
    ("Meta a acheté 4 000 exemplaires de la puce MI300X.", 4000),
    ("Microsoft bought 5,000 units of the chip B200.", 5000),
    ("SAP hat 3.000 Exemplare des Chips H100 gekauft.", 3000),
    ("Telefónica compró 1.900 ejemplares del chip H100.", 1900),
    ("Aruba ha comprato 1.500 esemplari del chip B200.", 1500),
    ("| Firm | H100 |\n|---|---|\n| Meta | 350,000 |\n| Tesla | 35,000 |", 350_000),
]


@pytest.mark.parametrize("text", NO_CHIPS)
def test_a_number_beside_a_chip_may_count_none(text: str, read: Reader) -> None:
    assert [c for c in read(text) if c.unit == "accelerator"] == []


@pytest.mark.parametrize(("text", "low"), CHIPS)
def test_a_look_alike_counts_chips(text: str, low: int, read: Reader) -> None:
    assert low in [c.low for c in read(text) if c.unit == "accelerator"]
