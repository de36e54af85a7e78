"""How certain a statement is and of which day, as people word it in five languages. Each row fixes one way of saying
it; all are said on one day, and the last claim of a text is the one asked about."""

from __future__ import annotations

from datetime import date

import pytest

from .conftest import Reader

PUBLISHED = date(2025, 11, 10)
OPEN = None  # a flow without a date

SAID = [
    # stems in r are no conditional; a perfect with an infinitive promises
    ("Fin septembre, Nebius opérait plus de 20 000 GPU.", "actual", "2025-09-30"),
    ("L'an dernier, Iliad consacrait déjà 300 millions d'euros à des GPU.", "actual", "2024-12-31"),
    ("La minería quedó atrás: IREN opera 10.900 GPU en sus centros de datos.", "actual", "2025-11-10"),
    ("OpenAI a accepté d'exploiter 6 gigawatts de puces AMD.", "planned", "2025-11-10"),
    ("Nebius ha comenzado a usar 4.000 GPU.", "actual", "2025-11-10"),
    ("La capacité d'Anthropic est passée à 1,4 GW en 2024.", "actual", "2024-12-31"),
    ("Nous avons ajouté plus d'un gigawatt, dit le patron de Microsoft.", "actual", "2025-11-10"),
    # the verb of what is said stands behind its number
    ("Nscale kündigte an, dass 23.000 GPUs bereits in Betrieb sind.", "actual", "2025-11-10"),
    ("Nebius announced that 24,000 GPUs had been installed.", "actual", "2025-11-10"),
    ("The campus of Meta is expected to cost $27 billion for data centers.", "planned", OPEN),
    # a verb inside words that tell a flow
    ("xAI will receive 30,000 GB200s.", "planned", OPEN),
    ("Microsoft soll 2024 rund 485.000 GPUs gekauft haben.", "estimated", "2024-12-31"),
    ("Microsoft soll bis März 485.000 GPUs installiert haben.", "planned", "2026-03-31"),
    ("The report puts ByteDance's capex at 160 billion yuan for 2026.", "estimated", "2026-12-31"),
    ("A further 50,000 GPUs go live in the coming months at Nscale.", "planned", "2025-11-10"),
    # an aside in the conditional, a wish that holds on, another statement's estimate
    (
        "Le site de SK Telecom, qui serait le plus grand de Corée, doit accueillir 60 000 GPU en 2029.",
        "planned",
        "2029-12-31",
    ),
    (
        "OpenAI's deal with Oracle, which reportedly totals $300 billion, was followed by one with AMD, and OpenAI is "
        "also to install 10 gigawatts of its own chips by the end of 2029.",
        "planned",
        "2029-12-31",
    ),
    ("Capital expenditures were $34.9 billion at Meta, above what we told you in July.", "actual", OPEN),
    ("After $72 billion last year, Meta plans capex of $120 billion in 2026.", "planned", "2026-12-31"),
    # the line above a list
    (
        "Purchases of GPUs in 2024, by Omdia's estimates:\nMicrosoft | 485,000\nMeta | 224,000\nAmazon | 196,000",
        "estimated",
        "2024-12-31",
    ),
    # whose the date is
    ("Colossus, launched in 2024, has 200,000 GPUs.", "actual", "2025-11-10"),
    ("MareNostrum 5, inaugurado en 2023, cuenta con 4.480 H100 del BSC.", "actual", "2025-11-10"),
    ("For the full year, Meta expects capex of $71 billion, with notably more in 2026.", "planned", "2025-12-31"),
    ("Microsoft pledged $3 billion in January for AI infrastructure over two years.", "planned", "2027-01-31"),
    (
        "ByteDance prévoit de dépenser 100 milliards de yuans (12 milliards d'euros) en puces de Nvidia pour 2026.",
        "planned",
        "2026-12-31",
    ),
    ("Meta expects 600,000 GPUs by the end of 2026. The number includes 340,000 H100s.", "planned", "2026-12-31"),
    ("In the fourth quarter of its fiscal year Oracle spent $9 billion on capex.", "actual", "2025-05-31"),
    ("In the first quarter Oracle spent $8.5 billion on capex.", "actual", "2025-08-31"),
    ("CoreWeave Q2: active power 470 MW, contracted power 2.2 GW", "planned", "2025-06-30"),
    ("En deux ans, Meta est passée de 150 000 à 1,3 million de GPU.", "actual", "2025-11-10"),
    # the first verb speaks
    ("Tesla would have 100,000 H100 GPUs by next July, Musk said.", "planned", "2026-07-31"),
    ("CoreWeave will have more than 850 megawatts of active power by year end.", "planned", "2025-12-31"),
    ("CoreWeave expects to end the year with more than 850 megawatts of active power.", "planned", "2025-12-31"),
    ("Meta has been building a 2 GW data center in Louisiana since last year.", "planned", "2025-11-10"),
    ("Meta anticipe désormais 70 milliards de dollars de capex pour 2025.", "planned", "2025-12-31"),
    (
        "Die Anlage von Mistral AI soll 13.800 GPUs beherbergen und eine Leistung von 44 Megawatt haben.",
        "planned",
        "2025-11-10",
    ),
    ("Oracle will noch in diesem Jahr 27.000 GPUs in Betrieb nehmen.", "planned", "2025-12-31"),
    ("La tranche initiale de xAI, de 50 MW, entrera en service au premier trimestre.", "planned", "2026-03-31"),
    # what is joined on speaks of something else
    ("Nebius hatte Ende September 220 Megawatt am Netz und will bald mehr.", "actual", "2025-09-30"),
    ("Amazon hat in diesem Jahr bislang 89,9 Milliarden Dollar Capex ausgegeben.", "actual", "2025-11-10"),
    # what was promised for a year that is over
    (
        "Microsoft announced last year that it would invest $80 billion in AI data centers in fiscal 2025.",
        "planned",
        "2025-06-30",
    ),
    ("Tesla's 2024 capex came in below guidance, at $11.3 billion.", "actual", "2024-12-31"),
    # whose number it is, behind it
    ("Meta could spend $105 billion on capex next year, according to Morgan Stanley.", "estimated", "2026-12-31"),
    ("Meta has quietly bought 350,000 H100 GPUs, sources say.", "estimated", OPEN),
    ("Meta spent $70 billion on capex in 2025, above analysts' estimates.", "actual", "2025-12-31"),
    ("ByteDance a commandé 20 000 puces H200, selon deux sources proches du dossier.", "estimated", OPEN),
    ("ByteDance prévoirait de dépenser 20 milliards de dollars en GPU cette année.", "estimated", "2025-12-31"),
    (
        "Alphabet's finance chief told analysts to expect capex of $92 billion this year.",
        "planned",
        "2025-12-31",
    ),
    # an estimate says nothing of the next number
    (
        "Alphabet will spend $75 billion on capex in 2025, against the $58 billion that analysts had pencilled in. "
        "For the third quarter the bill was $24 billion.",
        "actual",
        "2025-09-30",
    ),
    # a possessive, and a list without a verb of its own
    ("With Colossus's million H100 equivalents xAI will train Grok.", "actual", "2025-11-10"),
    (
        "Amazon prévoit 125 milliards de dollars de capex cette année. Alphabet suit avec 92 milliards.",
        "planned",
        "2025-12-31",
    ),
    # dates that look back
    ("Google hat in den letzten drei Jahren 5,5 Milliarden Euro in Rechenzentren investiert.", "actual", "2025-11-10"),
    ("Google ha investito 40 miliardi di dollari in data center negli ultimi due anni.", "actual", "2025-11-10"),
    ("Mistral AI exploite depuis l'été dernier un parc de 18 000 GPU.", "actual", "2025-11-10"),
    ("Das Forschungszentrum Jülich betreibt seit September 24.000 GH200-Chips.", "actual", "2025-11-10"),
    ("El BSC cuenta con 4.480 GPU H100 desde hace dos años.", "actual", "2025-11-10"),
    ("xAI compró 30.000 GPU el mes pasado.", "actual", "2025-10-31"),
    ("By the end of the third quarter, CoreWeave had 590 megawatts of active power.", "actual", "2025-09-30"),
    ("When it opened in September 2024, xAI's Colossus had 100,000 H100 GPUs.", "actual", "2024-09-30"),
    ("Meta had said in July that it would buy 350,000 H100 GPUs.", "planned", OPEN),
    ("Les dépenses d'investissement de Meta ont atteint 19 milliards de dollars ce trimestre.", "actual", "2025-09-30"),
    ("Microsoft's capex was $34.9 billion in the first quarter of 2026.", "actual", "2025-09-30"),
    ("Last month OpenAI signed a deal worth $10 billion of compute.", "planned", OPEN),
    # dates that look ahead
    ("Google will invest $40 billion in Texas data centers from 2026 to 2030.", "planned", "2030-12-31"),
    ("Crusoe's Abilene campus is slated to reach 1.2 GW next July.", "planned", "2026-07-31"),
    ("Meta's Hyperion will have 2 GW by 2030, and more than 5 GW later on.", "planned", "2025-11-10"),
    # whose date it is
    (
        "Microsoft's capex hit $35 billion last quarter, while Google raised its annual capex guidance to $93 billion.",
        "planned",
        "2025-12-31",
    ),
    ("OpenAI will take 8,000 GPUs from Nscale in early 2026, with room to grow to 31,000.", "planned", "2025-11-10"),
    (
        "Pour le trimestre en cours, Microsoft annonce plus de 30 milliards de dollars de capex.",
        "planned",
        "2025-12-31",
    ),
    (
        "D'ici 2028, Fluidstack aura 500 000 puces d'IA. À ce moment-là, son site atteindra 1 GW.",
        "planned",
        "2028-12-31",
    ),
    # what a plan is held against is of today
    ("Crusoe will have 2 gigawatts of data centers by 2030, up from 135 megawatts now.", "actual", "2025-11-10"),
    ("Crusoe aura 2 gigawatts de centres de données d'ici 2030, contre 120 mégawatts actuels.", "actual", "2025-11-10"),
    ("Crusoe will bis 2030 Rechenzentren mit 2 GW betreiben, heute sind es 120 Megawatt.", "actual", "2025-11-10"),
    ("Crusoe tendrá centros de datos de 2 GW en 2030, frente a los 120 MW actuales.", "actual", "2025-11-10"),
    ("Crusoe avrà data center per 2 GW entro il 2030, dagli attuali 120 MW.", "actual", "2025-11-10"),
    ("Crusoe will have 120 MW of data centers in operation by 2030.", "planned", "2030-12-31"),
    # what a number is said to be outweighs the verb before it
    ("OVHcloud a commandé 2 500 B200, livrables entre décembre et avril.", "planned", "2026-04-30"),
    ("CoreWeave runs data centers of 302 MW and has another 398 MW under way.", "planned", "2025-11-10"),
    ("Nebius a en France 40 MW de centres de données en chantier.", "planned", "2025-11-10"),
    ("Amazon, capex 2025 désormais vu entre 70 et 75 milliards de dollars.", "planned", "2025-12-31"),
    (
        "Meta holds an option on 150 MW in a third data center, to be placed in service in 2027.",
        "planned",
        "2027-12-31",
    ),
    ("Nebius a reçu 9 000 GB300 commandés l'an dernier.", "actual", "2024-12-31"),
    # the verb of the clause that has an amount for its object
    ("Le patron a confirmé les 30 milliards de dollars que Meta compte investir dans l'IA.", "planned", OPEN),
    ("Der Chef hat die 30 Milliarden Dollar verteidigt, die Meta in KI-Rechenzentren stecken will.", "planned", OPEN),
    ("El directivo ha defendido los 30.000 millones de dólares que Meta destinará a la IA.", "planned", OPEN),
    ("Les 30 milliards de dollars que Meta a dépensés dans l'IA en 2024 font débat.", "actual", "2024-12-31"),
    ("Lambda received 7,500 H200s that Dell had kept for Nebius.", "actual", OPEN),
    # who commits himself or decides plans
    ("Mistral s'était déjà engagé auprès de CoreWeave pour 3 milliards de dollars.", "planned", OPEN),
    ("Oracle ha deciso di spendere 4 miliardi di dollari per un data center dedicato all'IA.", "planned", OPEN),
    ("Meta hat entschieden, 30 Milliarden Dollar in ein neues KI-Rechenzentrum zu investieren.", "planned", OPEN),
    ("Alphabet hat sein Investitionsziel für 2025 auf 85 Milliarden Dollar angehoben.", "planned", "2025-12-31"),
    (
        "Meta avait prévenu que son capex se situerait autour de 30 milliards de dollars en 2026.",
        "planned",
        "2026-12-31",
    ),
    # a date between commas, a length before other words, a year that ends
    (
        "Amazon va dépenser, au cours des deux prochaines années, 7 milliards d'euros en puces d'IA.",
        "planned",
        "2027-11-10",
    ),
    (
        "Meta bâtira au cours des cinq prochaines années un centre de données pour 8 milliards de dollars.",
        "planned",
        "2030-11-10",
    ),
    (
        "Microsoft compte consacrer 80 milliards de dollars à l'IA sur son exercice clos fin juin.",
        "planned",
        "2026-06-30",
    ),
    # what becomes of chips that are there; those in place among others to come
    ("Il vecchio cluster di Fastweb, con 2.400 A100, resterà in funzione.", "actual", "2025-11-10"),
    ("L'ancienne grappe d'Iliad, avec ses 1 600 V100, sera éteinte en mars.", "actual", "2025-11-10"),
    (
        "The order will raise Lambda's fleet to 9,000 GPUs, including 2,500 GPUs already in operation.",
        "actual",
        "2025-11-10",
    ),
    # whose estimate it is, and whose own paper
    ("Gli addetti ai lavori parlano di 50.000 GPU per DeepSeek.", "estimated", "2025-11-10"),
    ("Selon les calculs d'un cabinet, DeepSeek exploite 50 000 GPU.", "estimated", "2025-11-10"),
    ("Experts say DeepSeek runs some 50,000 GPUs.", "estimated", "2025-11-10"),
    (
        "SemiAnalysis reckons that DeepSeek has 50,000 GPUs. In its paper the company says that it used 2,048 GPUs.",
        "actual",
        "2025-11-10",
    ),
    # what an opening clause tells of the past is no date of what is there; when a site is due is one
    ("Lancé en 2024, le supercalculateur Colossus de xAI compte 200 000 GPU.", "actual", "2025-11-10"),
    ("Inaugurato nel 2024, il supercomputer Alps del CSCS conta 10.752 GH200.", "actual", "2025-11-10"),
    ("En 2024, le supercalculateur Colossus de xAI comptait 100 000 GPU.", "actual", "2024-12-31"),
    ("Scheduled to open in 2026, Nebius's data center will house 30,000 GPUs.", "planned", "2026-12-31"),
    ("Le centre de données d'Iliad, prévu pour 2026, comptera 30 000 GPU.", "planned", "2026-12-31"),
    (
        "Das Rechenzentrum von Nebius, das 2026 eröffnet werden soll, wird 30.000 GPUs beherbergen.",
        "planned",
        "2026-12-31",
    ),
    ("À terme, soit en 2030, le centre de données de Data4 atteindra 900 mégawatts.", "planned", "2030-12-31"),
    ("Oracle will invest $8 billion over five years (2026-2030) in AI data centers.", "planned", "2030-12-31"),
    ("Opérationnel début 2026, le site de la Telekom, à Munich, comprendra 10 000 GPU.", "planned", "2026-01-31"),
    ("Dans le cadre de la stratégie Numérique 2030, Iliad installera 30 000 GPU.", "planned", "2025-11-10"),
    (
        "Les investissements (capex) d'Iliad, de 90 millions d'euros en 2024, devraient doubler.",
        "actual",
        "2024-12-31",
    ),
    (
        "Telehouse présente un centre de données : un bloc de 25 MW, refroidi à l'eau, attendu fin 2026.",
        "planned",
        "2026-12-31",
    ),
    # two years are no growth
    ("Google investira 15 milliards de dollars dans l'IA de 2026 à 2029.", "planned", "2029-12-31"),
    ("Google invertirá 15.000 millones de dólares en IA de 2026 a 2029.", "planned", "2029-12-31"),
    # what looks like these and isn't
    ("Dans le cadre de son partenariat avec Nvidia, Iliad exploite 5 000 GPU.", "actual", "2025-11-10"),
    ("Meta a dépensé 3 milliards de dollars en puces d'IA en 2024, comme prévu.", "actual", "2024-12-31"),
    ("Nebius exploite un centre de 50 MW, dont la deuxième tranche est attendue en 2026.", "actual", "2025-11-10"),
    ("In its existing hall Nebius will have 9,000 H100s by 2026.", "planned", "2026-12-31"),
    (
        "Meta expects capex of $70 billion for 2025, up from the current guidance of $65 billion.",
        "planned",
        "2025-12-31",
    ),
    ("Iliad aura 20 000 GPU fin 2026, et l'ancien site sera éteint.", "planned", "2026-12-31"),
    # what another sentence says of the same plan
    (
        "Die Cloud soll im ersten Quartal 2026 in Betrieb gehen. "
        "Rund 10.000 Blackwell-GPUs werden von der Telekom installiert.",
        "planned",
        "2026-03-31",
    ),
]


@pytest.mark.parametrize(("text", "status", "end"), SAID)
def test_status_and_end_are_read_as_a_careful_reader_does(
    text: str, status: str, end: str | None, read: Reader
) -> None:
    claim = read(text, PUBLISHED)[-1]
    assert (claim.status, str(claim.period_end) if claim.period_end else None) == (status, end)


def test_a_consensus_says_nothing_of_the_number_behind_it(read: Reader) -> None:
    text = "CoreWeave wants 1.7 gigawatts in 2026, above a consensus of 1.6 gigawatts, and 5 gigawatts by 2030."
    claims = sorted(read(text, PUBLISHED), key=lambda claim: claim.low)
    assert [(claim.status, str(claim.period_end)) for claim in claims] == [
        ("estimated", "2026-12-31"),
        ("planned", "2026-12-31"),
        ("planned", "2030-12-31"),
    ]


def test_a_mention_without_a_date_has_that_of_another(read: Reader) -> None:
    text = "Tesla will have 90,000 H100 GPUs by the end of 2026. These 90,000 GPUs will train Tesla's cars."
    assert [str(claim.period_end) for claim in read(text, PUBLISHED)] == ["2026-12-31"]


def test_a_column_of_estimates_is_said_to_be_one_above_the_table(read: Reader) -> None:
    heading, rows = "| Buyer | H100s received |\n|---|---|", "| Meta | 150,000 |\n| Oracle | 50,000 |"
    text = f"H100s by buyer in 2023 (estimates):\n\n{heading}\n{rows}"
    assert [claim.status for claim in read(text, PUBLISHED)] == ["estimated", "estimated"]


def test_the_quarter_that_the_sentence_before_names_is_that_of_the_spending(read: Reader) -> None:
    text = "We closed the first quarter well. Capital expenditures totaled $1.9 billion."
    (claim,) = read(text, date(2025, 5, 8), speaker="CoreWeave")
    assert str(claim.period_end) == "2025-03-31"


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("IREN expects 3 GW by 2027, of which 750 MW is energised now at Childress.", ["planned", "actual"]),
        ("IREN vise 3 GW d'ici 2027, dont 750 MW sont aujourd'hui en service.", ["planned", "actual"]),
        ("Iliad plant 3.000 GPUs, davon sind 1.000 schon in Betrieb.", ["planned", "actual"]),
        (
            "AMD shipped 30,000 MI300X to Oracle in 2024, Omdia says; Nvidia shipped 48,500 GPUs to it.",
            ["estimated"] * 2,
        ),
        ("Crusoe is adding 1.2 gigawatts to its data centers in Abilene.", ["planned"]),
    ],
)
def test_a_part_has_a_verb_of_its_own_and_a_source_ends_its_statement(
    text: str, statuses: list[str], read: Reader
) -> None:
    assert [claim.status for claim in read(text, date(2025, 11, 3))] == statuses


def test_the_sector_of_an_anaphor_finds_its_party_behind_the_verb(read: Reader) -> None:
    text = "Microsoft will pay IREN $9.7 billion over five years; the miner will buy $5.8 billion of GB300s."
    assert [claim.organization for claim in read(text)] == ["Microsoft", "IREN"]


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("Analysts expect Oracle to spend $60 billion on data centers in 2026, up from $40 billion in 2025.", "ea"),
        ("Selon les analystes, Oracle investira 60 milliards de dollars en 2026, après 40 en 2025, dans l'IA.", "ea"),
        ("Laut UBS dürfte Oracle 2026 60 Milliarden Dollar in KI stecken, nach 40 Milliarden im Vorjahr.", "ea"),
        ("Selon Omdia, Oracle aurait acheté 48 000 GPU en 2024, contre 15 000 en 2023.", "ee"),
    ],
)
def test_what_a_forecast_is_held_against_has_happened(text: str, statuses: str, read: Reader) -> None:
    assert "".join(claim.status[0] for claim in read(text, date(2026, 1, 10))) == statuses
