"""One statement a line, as people word them in five languages: who, what, how many. Each fixes one way of saying it."""

from __future__ import annotations

from datetime import date

import pytest

from .conftest import Reader

PUBLISHED = date(2025, 10, 31)

CLAIMS = [
    # organisations that the vocabulary lacks, by the words beside them
    ("The Swedish start-up Brightmoor has ordered 4,096 H200 GPUs.", "Brightmoor", "accelerator_flow", 4_096),
    ("L'opérateur Valdrome installera 2 000 GPU à Lyon.", "Valdrome", "accelerator_count", 2_000),
    ("Le suisse Altacime a commandé 1 200 H100.", "Altacime", "accelerator_flow", 1_200),
    ("Der Rechenzentrumsbetreiber Nordhain will 5.000 GPUs aufstellen.", "Nordhain", "accelerator_count", 5_000),
    ("La empresa Montesol invertirá 800 millones de euros en un centro de datos.", "Montesol", "ai_spend", 800_000_000),
    ("L'azienda Pianalto ha comprato 3.000 H100.", "Pianalto", "accelerator_flow", 3_000),
    ("Keldmoor Data Centres is building a site of 300 MW.", "Keldmoor Data Centres", "power_mw", 300),
    # what a price gets stands behind it, German verbs stand at the end, in one piece or two
    (
        "Zehn Milliarden Euro will Nebius, das in Amsterdam sitzt, in Rechenzentren stecken.",
        "Nebius",
        "ai_spend",
        10**10,
    ),
    ("Nebius hat für 300 Millionen Euro 9.000 H100-GPUs gekauft.", "Nebius", "ai_spend", 300_000_000),
    ("In Lyon entsteht für 240 Millionen Euro ein KI-Rechenzentrum von Nebius.", "Nebius", "ai_spend", 240_000_000),
    ("BMW schafft für die Entwicklung 2.400 Nvidia-Beschleuniger an.", "BMW", "accelerator_flow", 2_400),
    # thousands as Mexico prints them
    ("CloudHQ invertirá 3 mil 700 millones de dólares en un centro de datos.", "CloudHQ", "ai_spend", 3_700_000_000),
    ("KIO instalará 2 mil 500 GPU de Nvidia en Querétaro.", "KIO Data Centers", "accelerator_count", 2_500),
    # by what explains them, who leads them, and a verb that only somebody does
    ("Velmora, hébergeur de Lille, a promis 4 000 GPU pour 2027.", "Velmora", "accelerator_count", 4_000),
    ("Tarvik, a cloud start-up founded in 2021, operates 3,000 H100s.", "Tarvik", "accelerator_count", 3_000),
    ("Le directeur d'Orvane assure que l'entreprise exploite 500 GPU H200.", "Orvane", "accelerator_count", 500),
    ('"We run 2,048 H100s," says Mara Lind, chief executive of Penstock.', "Penstock", "accelerator_count", 2_048),
    ("Corvella va investir 250 millions d'euros dans des GPU.", "Corvella", "ai_spend", 250_000_000),
    ("Vexholm will spend $300 million on GPUs.", "Vexholm", "ai_spend", 300_000_000),
    ("Solvanta, por su parte, compró 1.500 GPU H200.", "Solvanta", "accelerator_flow", 1_500),
    ("La Banque du Velay fait tourner 96 GPU A100.", "Banque du Velay", "accelerator_count", 96),
    # "the company" is whom the text is about, not whom the sentence before names beside it
    (
        "CoreWeave blames a builder. The company said Core Scientific was late. It spent $2 billion on data centers.",
        "CoreWeave",
        "ai_spend",
        2_000_000_000,
    ),
    (
        "Mistral a choisi. Ses puces seront logées à Bruyères chez Éclairion, pour 44 mégawatts de calcul.",
        "Mistral AI",
        "power_mw",
        44,
    ),
    (
        "Microsoft said OpenAI had committed to buy $250 billion of Azure services.",
        "OpenAI",
        "ai_spend",
        250_000_000_000,
    ),
    (
        "D'autres dépensent, notamment Meta, qui a investi 9 milliards de dollars en GPU.",
        "Meta",
        "ai_spend",
        9_000_000_000,
    ),
    ("La société enverra les puces H100 : 50 000 GPU à Samsung.", "Samsung", "accelerator_count", 50_000),
    ("Nscale et Aker mettront 230 MW de calcul à la disposition de Microsoft.", "Microsoft", "power_mw", 230),
    # a machine with a name that is a word, where machines are spoken of
    ("Le supercalculateur suisse est là. Alps compte 10 752 GPU.", "CSCS", "accelerator_count", 10_752),
    # countries and their governments
    ("El Gobierno de Chile destinará 45 millones de dólares a un superordenador.", "Chile", "ai_spend", 45_000_000),
    ("Das ITZBund betreibt 110 H100.", "ITZBund", "accelerator_count", 110),
    ("The South Korean government will deploy 50,000 GPUs.", "South Korea", "accelerator_count", 50_000),
    ("Le ministère indien disposera de 34 000 GPU.", "India", "accelerator_count", 34_000),
    (
        "L'accord permettrait aux Émirats d'importer 500 000 puces Nvidia.",
        "United Arab Emirates",
        "accelerator_flow",
        500_000,
    ),
    ("Die Bundesregierung will 30.000 GPUs anschaffen.", "Germany", "accelerator_flow", 30_000),
    # who rents, who stands behind, who only says it
    ("Humain, backed by the Public Investment Fund, wants 600,000 GPUs.", "Humain", "accelerator_count", 600_000),
    ("IREN announced that Microsoft will pay $9.7 billion for GPU capacity.", "Microsoft", "ai_spend", 9_700_000_000),
    ("CoreWeave stellt Meta Rechenleistung für 14,2 Milliarden Dollar bereit.", "Meta", "ai_spend", 14_200_000_000),
    (
        "Konzerne wie Meta investieren; Meta gab 19,4 Milliarden Dollar für Anlagen aus.",
        "Meta",
        "capex",
        19_400_000_000,
    ),
    # who buys to let, who lets, who only is named with others, and who says "we"
    ("Oracle achètera 90 000 puces GB200 et louera le calcul à OpenAI.", "Oracle", "accelerator_flow", 90_000),
    ("Nscale has a deal with Microsoft to supply 90,000 GB300 GPUs.", "Microsoft", "accelerator_flow", 90_000),
    (
        "IREN has a contract with Microsoft. IREN has an agreement with Dell to purchase chips for $3 billion.",
        "IREN",
        "ai_spend",
        3_000_000_000,
    ),
    (
        "OpenAI a contratti con AMD, Oracle e anche Google, per 900 miliardi di dollari di calcolo.",
        "OpenAI",
        "ai_spend",
        900_000_000_000,
    ),
    (
        "Le projet d'OpenAI réunit Oracle, SoftBank, le fonds MGX, et vise 400 milliards de dollars de dépenses d'IA.",
        "OpenAI",
        "ai_spend",
        400_000_000_000,
    ),
    ("Humain can buy up to 35,000 chips, worth an estimated $1 billion.", "Humain", "ai_spend", 1_000_000_000),
    (
        "Meta et Amazon ont chacun relevé leur capex et s'attendent collectivement à 200 milliards de dollars.",
        "Amazon + Meta",
        "capex",
        200_000_000_000,
    ),
    # contracts are no capital spending; a sentence ends after a closing quotation mark, too
    (
        "Faltan chips. El capex de Meta es de 70.000 millones. OpenAI ha comprometido 900.000 millones en acuerdos.",
        "OpenAI",
        "ai_spend",
        900_000_000_000,
    ),
    (
        'Google builds "AI".Meta\'s capex was $30 billion. This quarter the company spent $17 billion on capex.',
        "Meta",
        "capex",
        17_000_000_000,
    ),
    # word order, and what is left out
    ("Cent milliards de dollars : voilà ce que dépensera Amazon cette année.", "Amazon", "capex", 100_000_000_000),
    ("Microsoft takes 5 GW of compute, Meta 2.4 GW.", "Meta", "power_mw", 2_400),
    ("Meta has 350,000 H100 GPUs. Il en aura 600 000 à la fin de l'année.", "Meta", "accelerator_count", 600_000),
    (
        "Microsoft will 64 bis 72 Milliarden Dollar investieren, vor allem in Rechenzentren, in diesem Jahr.",
        "Microsoft",
        "ai_spend",
        64_000_000_000,
    ),
    ("OpenAI planea un centro de datos de IA de u$s25.000 millones.", "OpenAI", "ai_spend", 25_000_000_000),
    (
        "A ByteDance vai investir R$ 200 bilhões em um centro de dados no Ceará.",
        "ByteDance",
        "ai_spend",
        200_000_000_000,
    ),
    ("Microsoft investeert 3 miljard euro in een rekencentrum.", "Microsoft", "ai_spend", 3_000_000_000),
    ("Microsoft is understood to run some 400,000 GPUs across its fleet.", "Microsoft", "accelerator_count", 400_000),
    ("Meta says it'll finish the year with 1.3 million GPUs.", "Meta", "accelerator_count", 1_300_000),
    ("Oracle has signed up for 30,000 of AMD's MI355X accelerators.", "Oracle", "accelerator_flow", 30_000),
    ("CoreWeave ended June with 470 MW of active power.", "CoreWeave", "power_mw", 470),
    ("CoreWeave's capex came in at $2.9 billion for the three months to June.", "CoreWeave", "capex", 2_900_000_000),
    ("Amazon plans to pour $11 billion into data centers in Georgia.", "Amazon", "ai_spend", 11_000_000_000),
    ("AWS earmarks $10 billion for an AI campus in North Carolina.", "Amazon", "ai_spend", 10_000_000_000),
    (
        "OpenAI is on the hook to Oracle for $300 billion of compute over five years.",
        "OpenAI",
        "ai_spend",
        300_000_000_000,
    ),
    ("OpenAI and Nvidia signed a letter of intent for at least 10 gigawatts of systems.", "OpenAI", "power_mw", 10_000),
    ("Anthropic will spend $50 billion on data centers with Fluidstack.", "Anthropic", "ai_spend", 50_000_000_000),
    ("Google's parent guided for $75 billion in capital expenditure this year.", "Alphabet", "capex", 75_000_000_000),
    ("Google says it'll put $40 billion into Texas data centers through 2027.", "Alphabet", "ai_spend", 40_000_000_000),
    ("Capex at Microsoft hit $21.4 billion in the March quarter.", "Microsoft", "capex", 21_400_000_000),
    ("Nvidia sold roughly half a million H100s in the third quarter.", "Nvidia", "accelerator_flow", 500_000),
    ("ByteDance wants to spend as much as $7 billion on Nvidia chips in 2025.", "ByteDance", "ai_spend", 7_000_000_000),
    ("ByteDance placed orders for more than 100,000 Ascend 910B chips.", "ByteDance", "accelerator_flow", 100_000),
    (
        "Alibaba's capital expenditure rose to 38.6 billion yuan in the June quarter.",
        "Alibaba",
        "capex",
        38_600_000_000,
    ),
    ("The Memphis supercomputer of xAI now counts 200,000 GPUs.", "xAI", "accelerator_count", 200_000),
    ("xAI is seeking to buy chips worth $18 billion for Colossus 2.", "xAI", "ai_spend", 18_000_000_000),
    ("Colossus 2 will start with 550,000 GB200s and GB300s, Musk said.", "xAI", "accelerator_count", 550_000),
    ("Tesla's capex reached $11.3bn in 2024.", "Tesla", "capex", 11_300_000_000),
    ("Tesla is investing $500 million in a Dojo supercomputer in Buffalo.", "Tesla", "ai_spend", 500_000_000),
    ("Apple has ordered about $1 billion worth of Nvidia GB300 servers.", "Apple", "ai_spend", 1_000_000_000),
    ("Each H100 sells for about $30,000.", "Nvidia", "accelerator_price", 30_000),
    ("India has 38,000 GPUs in its national compute pool.", "India", "accelerator_count", 38_000),
    ("The UK government has put £500 million into compute for AI research.", "United Kingdom", "ai_spend", 500_000_000),
    ("The University of Texas has a cluster of 600 H100 GPUs.", "University of Texas", "accelerator_count", 600),
    ("Meta's Prometheus cluster will be a 1 GW site in Ohio.", "Meta", "power_mw", 1_000),
    ("All told, Meta shelled out $72.2 billion in capex in 2025.", "Meta", "capex", 72_200_000_000),
    ("Meta will pay CoreWeave $14.2 billion for computing power through 2031.", "Meta", "ai_spend", 14_200_000_000),
    (
        "Oracle is spending around $40 billion on Nvidia's chips for the site in Abilene.",
        "Oracle",
        "ai_spend",
        40_000_000_000,
    ),
    (
        "Oracle spent $8.5 billion on capex in the quarter, up from $2.3 billion a year earlier.",
        "Oracle",
        "capex",
        8_500_000_000,
    ),
    ("Humain gets 18,000 GB300 chips in a first shipment.", "Humain", "accelerator_flow", 18_000),
    (
        "Saudi Arabia's Humain plans to deploy up to 600,000 Nvidia chips within three years.",
        "Humain",
        "accelerator_count",
        600_000,
    ),
    ("Nebius forecasts capital expenditures of about $2 billion for the year.", "Nebius", "capex", 2_000_000_000),
    ("Reliance is building a 3GW data center in Jamnagar.", "Reliance Industries", "power_mw", 3_000),
    (
        "Microsoft aurait acheté 485 000 puces Hopper l'an dernier, selon Omdia.",
        "Microsoft",
        "accelerator_flow",
        485_000,
    ),
    ("À Memphis, xAI a branché 100 000 H100 en quatre mois.", "xAI", "accelerator_count", 100_000),
    (
        "Mistral va consacrer 1,2 milliard d'euros à un centre de données en Suède.",
        "Mistral AI",
        "ai_spend",
        1_200_000_000,
    ),
    ("Le centre suédois de Mistral offrira 23 MW.", "Mistral AI", "power_mw", 23),
    ("Iliad met 3 milliards d'euros sur la table pour ses infrastructures d'IA.", "Iliad", "ai_spend", 3_000_000_000),
    ("Scaleway aligne désormais 5 000 GPU.", "Iliad", "accelerator_count", 5_000),
    ("Le distributeur Amazon table sur 100 milliards de dollars de capex en 2025.", "Amazon", "capex", 100_000_000_000),
    (
        "Microsoft injectera 4 milliards d'euros dans le cloud et l'IA en France.",
        "Microsoft",
        "ai_spend",
        4_000_000_000,
    ),
    (
        "Brookfield prévoit d'investir 20 milliards d'euros dans des centres de données en France.",
        "Brookfield",
        "ai_spend",
        20_000_000_000,
    ),
    ("Le GENCI a acquis 1 456 H100 pour Jean Zay.", "GENCI", "accelerator_flow", 1_456),
    (
        "Alphabet relève à 85 milliards de dollars ses dépenses d'investissement pour 2025.",
        "Alphabet",
        "capex",
        85_000_000_000,
    ),
    (
        "Meta porte sa fourchette de dépenses d'investissement à 64-72 milliards de dollars.",
        "Meta",
        "capex",
        64_000_000_000,
    ),
    (
        "OpenAI a signé avec Amazon un contrat de 38 milliards de dollars sur sept ans.",
        "OpenAI",
        "ai_spend",
        38_000_000_000,
    ),
    ("Anthropic aura accès à un million de TPU de Google.", "Anthropic", "accelerator_count", 1_000_000),
    (
        "Anthropic s'engage à acheter pour 30 milliards de dollars de capacités Azure.",
        "Anthropic",
        "ai_spend",
        30_000_000_000,
    ),
    ("CoreWeave exploitait plus de 250 000 GPU fin 2024.", "CoreWeave", "accelerator_count", 250_000),
    ("La puissance de calcul de Tesla équivaut à environ 90 000 H100.", "Tesla", "h100_equivalents", 90_000),
    ("Cortex, le supercalculateur de Tesla, embarque 50 000 H100.", "Tesla", "accelerator_count", 50_000),
    ("Il faut compter 30 000 dollars pour un H100.", "Nvidia", "accelerator_price", 30_000),
    ("Le H100 se monnaie jusqu'à 40 000 dollars pièce.", "Nvidia", "accelerator_price", 40_000),
    (
        "Alibaba va débourser 380 milliards de yuans en trois ans pour le cloud et l'IA.",
        "Alibaba",
        "ai_spend",
        380_000_000_000,
    ),
    ("Meta bâtit en Louisiane un centre de données de plus de 2 GW.", "Meta", "power_mw", 2_000),
    ("Le parc de xAI a doublé, à 200 000 puces.", "xAI", "accelerator_count", 200_000),
    ("L'Inde débloque 1,25 milliard de dollars pour acheter des GPU.", "India", "ai_spend", 1_250_000_000),
    (
        "Die Deutsche Telekom stattet ihr Rechenzentrum in München mit 10.000 Blackwell-GPUs aus.",
        "Deutsche Telekom",
        "accelerator_count",
        10_000,
    ),
    (
        "Die Telekom und Nvidia investieren eine Milliarde Euro in die Industrie-Cloud.",
        "Deutsche Telekom",
        "ai_spend",
        1_000_000_000,
    ),
    (
        "Die Schwarz-Gruppe steckt elf Milliarden Euro in ein Rechenzentrum in Lübbenau.",
        "Schwarz Gruppe",
        "ai_spend",
        11_000_000_000,
    ),
    ("Das Rechenzentrum der Schwarz-Gruppe soll auf 200 Megawatt kommen.", "Schwarz Gruppe", "power_mw", 200),
    ("JUPITER rechnet mit rund 24.000 GH200.", "Forschungszentrum Jülich", "accelerator_count", 24_000),
    ("Meta rechnet 2025 mit Investitionsausgaben von 66 bis 72 Milliarden Dollar.", "Meta", "capex", 66_000_000_000),
    (
        "Microsoft will 3,2 Milliarden Euro in KI-Rechenzentren in Deutschland investieren.",
        "Microsoft",
        "ai_spend",
        3_200_000_000,
    ),
    (
        "Microsoft invertirá 2.100 millones de dólares en inteligencia artificial en España.",
        "Microsoft",
        "ai_spend",
        2_100_000_000,
    ),
    (
        "Amazon eleva a 33.700 millones de euros su inversión en centros de datos en Aragón.",
        "Amazon",
        "ai_spend",
        33_700_000_000,
    ),
    ("OpenAI planea en Argentina un centro de datos de 500 MW.", "OpenAI", "power_mw", 500),
    ("El superordenador de xAI ya suma 200.000 GPU.", "xAI", "accelerator_count", 200_000),
    ("Microsoft punta 4,3 miliardi di euro sui data center italiani.", "Microsoft", "ai_spend", 4_300_000_000),
    ("Il supercalcolatore HPC6 di Eni monta 13.888 GPU MI250X.", "Eni", "accelerator_count", 13_888),
    (
        "Le supercalculateur est en marche.Il possède 100 000 GPU H100 et appartient à xAI.",
        "xAI",
        "accelerator_count",
        100_000,
    ),
    ("Mistral loue 40 MW à Éclairion pour y loger ses puces.", "Mistral AI", "power_mw", 40),
    ("Chez Mistral, la première tranche compte 18 000 puces Blackwell.", "Mistral AI", "accelerator_count", 18_000),
    ("OpenAI et Oracle installeront 64 000 GB200 à Abilene d'ici fin 2026.", "OpenAI", "accelerator_count", 64_000),
    ("Selon Omdia, Meta et Microsoft ont acheté 150 000 H100 chacun.", "Meta", "accelerator_flow", 150_000),
    (
        "Broadcom a reçu d'Anthropic une commande de 21 milliards de dollars de systèmes à base de TPU.",
        "Anthropic",
        "ai_spend",
        21_000_000_000,
    ),
    ("Q1 capex at CoreWeave: $1.9bn.", "CoreWeave", "capex", 1_900_000_000),
    ("xAI's Colossus, per its own page: 150k H100, 50k H200, 30k GB200.", "xAI", "accelerator_count", 30_000),
    ("Oracle's largest supercluster scales to 131,072 Blackwell GPUs.", "Oracle", "accelerator_count", 131_072),
    (
        "Microsoft stood up more than 2 GW of new data center capacity over the past year.",
        "Microsoft",
        "power_mw",
        2_000,
    ),
    (
        "OpenAI has expanded its contract with CoreWeave to $22.4 billion in total.",
        "OpenAI",
        "ai_spend",
        22_400_000_000,
    ),
    (
        "OpenAI intends to spend about $100 billion over five years on backup servers.",
        "OpenAI",
        "ai_spend",
        100_000_000_000,
    ),
    ("Tesla ended the quarter with 35,000 H100s. By year end it wants 85,000.", "Tesla", "accelerator_count", 35_000),
    ("Tesla ended the quarter with 35,000 H100s. By year end it wants 85,000.", "Tesla", "accelerator_count", 85_000),
    ("Nscale will invest $2.5 billion in UK data centers over three years.", "Nscale", "ai_spend", 2_500_000_000),
    (
        "Isambard-AI in Bristol now has all 5,448 of its GH200 superchips.",
        "University of Bristol",
        "accelerator_count",
        5_448,
    ),
    ("Samsung's capex was $35 billion in 2024, mostly for memory.", "Samsung", "capex", 35_000_000_000),
    ("TSMC kept its capital budget at $38 billion to $42 billion for 2025.", "TSMC", "capex", 38_000_000_000),
    (
        "Microsoft pledged $30 billion for AI infrastructure in Britain, half of it capital spending.",
        "Microsoft",
        "ai_spend",
        30_000_000_000,
    ),
    ("Le groupe de Mark Zuckerberg fait tourner 350 000 H100.", "Meta", "accelerator_count", 350_000),
    ("La firme de Mountain View exploite un site de 400 mégawatts pour ses TPU.", "Alphabet", "power_mw", 400),
    ("Altman compte sur deux millions de puces d'ici dix-huit mois.", "OpenAI", "accelerator_count", 2_000_000),
    ("Metas Rechenzentrum in Ohio wird mit 1.000 Megawatt betrieben.", "Meta", "power_mw", 1_000),
    ("OpenAI, which will pay Oracle $30 billion a year, is short of chips.", "OpenAI", "ai_spend", 30_000_000_000),
    ("Quant à Nvidia, elle a livré 120 000 GPU Blackwell.", "Nvidia", "accelerator_flow", 120_000),
    (
        "OpenAI y firmó. Con Oracle habría firmado un contrato de nube por 300.000 millones de dólares.",
        "OpenAI",
        "ai_spend",
        300_000_000_000,
    ),
    (
        "Amazon, Alphabet, Meta et Microsoft prévoient 400 milliards de dollars de dépenses d'investissement.",
        "Alphabet + Amazon + Meta + Microsoft",
        "capex",
        400_000_000_000,
    ),
    ("Amazon investira 200 milliards de dollars en 2026.", "Amazon", "capex", 200_000_000_000),
    ("Amazon invertirá 200.000 millones de dólares en 2026.", "Amazon", "capex", 200_000_000_000),
    ("Amazon investirà 200 miliardi di dollari nel 2026.", "Amazon", "capex", 200_000_000_000),
    ("Amazon wird 2026 rund 200 Milliarden Dollar investieren.", "Amazon", "capex", 200_000_000_000),
    ("We ordered 12,400 GPUs, IREN says: 7,100 B300s and 4,200 B200s.", "IREN", "accelerator_flow", 4_200),
    ("IREN ordered 12,400 GPUs for about $674 million.", "IREN", "ai_spend", 674_000_000),
    ("Yotta a reçu 4 000 H100, ce qui porte le total à 20 000 GPU.", "Yotta", "accelerator_count", 20_000),
    ("L'Inde dispose de 38 000 GPU et en ajoutera 20 000.", "India", "accelerator_flow", 20_000),
    ("L'Italia ha 38.000 GPU e ne aggiungerà 20.000 nelle prossime settimane.", "Italy", "accelerator_flow", 20_000),
    (
        "CoreWeave's contracted power increased approximately 600 megawatts to 2.2 gigawatts.",
        "CoreWeave",
        "power_mw",
        2_200,
    ),
    ("Mistral vuole arrivare a un gigawatt di capacità di calcolo.", "Mistral AI", "power_mw", 1_000),
    (
        "Combien pour une B200 ? « De 30 000 à 40 000 dollars », dit le revendeur.",
        "Nvidia",
        "accelerator_price",
        30_000,
    ),
    ("Chaque H100 lui est revenue à près de 30 600 dollars.", "Nvidia", "accelerator_price", 30_600),
    ("Anthropic et Google : le contrat de calcul vaut 5,5 milliards.", "Anthropic", "ai_spend", 5_500_000_000),
    ("Company | Capex 2025 | MW\nAmazon | $125B | 2,000\nMeta | $71B | 1,000", "Meta", "capex", 71_000_000_000),
    (
        "Machine ; pays ; GPU\nLeonardo ; Italie ; 13 824\nFrontier ; États-Unis ; 37 632",
        "CINECA",
        "accelerator_count",
        13_824,
    ),
    (
        "Meta anticipates capital expenditures, mostly for data centers, of $130 billion to $145\nbillion in 2026.",
        "Meta",
        "capex",
        130_000_000_000,
    ),
    (
        "Le supercalculateur MareNostrum 5 tourne sur 4 480 H100.",
        "Barcelona Supercomputing Center",
        "accelerator_count",
        4_480,
    ),
    ("Google raised its 2025 capex outlook to $93\u202fB.", "Alphabet", "capex", 93_000_000_000),
    ("Meta's 2025 capital spending will jump to $70–$72\u202fB.", "Meta", "capex", 70_000_000_000),
    (
        "Alphabet lifted its annual spending forecast to $85 billion after revenue beat.",
        "Alphabet",
        "capex",
        85_000_000_000,
    ),
    (
        "Tether bought 10,000 H100 GPUs for $420 million, acquiring a stake in a miner.",
        "Tether",
        "ai_spend",
        420_000_000,
    ),
    (
        "xAI has 100,000 GPUs, and there is the upcoming $500 million Dojo supercomputer.",
        "Tesla",
        "ai_spend",
        500_000_000,
    ),
    ("| Firm | GPUs ordered (2024) |\n|---|---|\n| Meta | ~224,000 |", "Meta", "accelerator_flow", 224_000),
    (
        "| Firm | GPUs ordered (2024) |\n|---|---|\n| Tesla + xAI | ~200,000 |",
        "Tesla + xAI",
        "accelerator_flow",
        200_000,
    ),
    (
        "Nebius hat einen Vertrag mit Meta. Mit einem Volumen von 3 Milliarden Dollar rückt Nebius zu den"
        " KI-Rechenzentren auf.",
        "Meta",
        "ai_spend",
        3_000_000_000,
    ),
    (
        "Alphabet, Amazon and Meta had capex of $90 billion. The figure could near $500 billion in 2026, more than the"
        " output of Singapore.",
        "Alphabet + Amazon + Meta",
        "capex",
        500_000_000_000,
    ),
    (
        "Le groupe - Alphabet , Microsoft , Amazon et Meta - devrait injecter 630 milliards de dollars dans l'IA.",
        "Alphabet + Amazon + Meta + Microsoft",
        "ai_spend",
        630_000_000_000,
    ),
    (
        "Meta's capex was $72 billion. This year it expects to spend $115 billion, with growth driven by servers.",
        "Meta",
        "capex",
        115_000_000_000,
    ),
    ("xAI brings Colossus 2\nonline at\n1 gigawatt\nfor Grok.", "xAI", "power_mw", 1_000),
    ("Amazon's capex came to $31.4 billion in the quarter.", "Amazon", "capex", 31_400_000_000),
    ("Microsoft announced a $10 billion AI data center in Indiana.", "Microsoft", "ai_spend", 10_000_000_000),
    # bare numbers that go on about an amount, of its unit
    (
        "Alphabet a porté ses dépenses d'investissement 2025 à 85 milliards de dollars, contre 75 auparavant.",
        "Alphabet",
        "capex",
        75_000_000_000,
    ),
    (
        "Tesla rechnet 2026 mit Investitionsausgaben von über 20 Milliarden Dollar, nach 8,5 im Vorjahr.",
        "Tesla",
        "capex",
        8_500_000_000,
    ),
    (
        "Oracle ha alzato le spese in conto capitale per il 2026 da 35 a circa 50 miliardi di dollari.",
        "Oracle",
        "capex",
        35_000_000_000,
    ),
    ("CoreWeave had 470 megawatts of active power and expects to reach 850 by year-end.", "CoreWeave", "power_mw", 850),
    ("Das Rechenzentrum von Northern Data hat 40 Megawatt und soll auf 120 wachsen.", "Northern Data", "power_mw", 120),
    ("Le centre de données de Mistral AI offrira 40 MW en 2026 puis 200 en 2027.", "Mistral AI", "power_mw", 200),
    ("The order brings CoreWeave's GPU fleet to 250,000.", "CoreWeave", "accelerator_count", 250_000),
    (
        "xAI plans to grow Colossus from 100,000 graphics processing units, or GPUs, to 200,000.",
        "xAI",
        "accelerator_count",
        200_000,
    ),
    (
        "OpenAI expanded its contract with CoreWeave by $6.5 billion to $22.4 billion.",
        "OpenAI",
        "ai_spend",
        22_400_000_000,
    ),
    # lists under a line that says what they count, and prices in lists
    ("H100 shipments in 2023:\n- Meta: 150,000\n- Google: 50,000", "Alphabet", "accelerator_flow", 50_000),
    (
        "Prix relevés, hors taxes :\n- H100 PCIe 80 Go : 27 500 €\n- AMD MI300X : environ 15 500 €",
        "AMD",
        "accelerator_price",
        15_500,
    ),
    ("GPU prices in dollars\nH100 (Hopper)\nNvidia\n$29,000", "Nvidia", "accelerator_price", 29_000),
    ("Amazon ($200 billion) and Meta ($125 billion) gave their capex for 2026.", "Amazon", "capex", 200_000_000_000),
    # chips of names that the vocabulary lacks, additions and levels
    ("Microsoft has installed some 200,000 of its own Maia chips.", "Microsoft", "accelerator_count", 200_000),
    ("Microsoft hat rund 200.000 eigene Maia-Prozessoren eingebaut.", "Microsoft", "accelerator_count", 200_000),
    ("Lambda possède 10 000 H100 et en a encore 15 000 en commande.", "Lambda", "accelerator_flow", 15_000),
    ("Der Cluster von Tesla kommt auf umgerechnet 67.000 H100.", "Tesla", "h100_equivalents", 67_000),
    # power of a site, whatever feeds it
    (
        "Le centre de données de Mistral AI, alimenté par du nucléaire, aura une capacité de 44 mégawatts.",
        "Mistral AI",
        "power_mw",
        44,
    ),
    ("xAI's grid connection in Memphis is now 150 megawatts.", "xAI", "power_mw", 150),
    ("OpenAI's data center draws 300 megawatts, as much as a hundred thousand homes.", "OpenAI", "power_mw", 300),
    # what money is for, behind a period, before a colon, in a contract
    (
        "Google confirms $15 billion over five years for its AI hub in Visakhapatnam.",
        "Alphabet",
        "ai_spend",
        15_000_000_000,
    ),
    (
        "Environ 180 milliards de dollars : c'est ce que Google compte dépenser en 2026 pour ses centres de données.",
        "Alphabet",
        "ai_spend",
        180_000_000_000,
    ),
    (
        "Las inversiones de Microsoft subieron a 37.500 millones de dólares en el trimestre; usa GPU.",
        "Microsoft",
        "capex",
        37_500_000_000,
    ),
    (
        "Google conferma 10 miliardi di dollari in cinque anni per il data center di Milano.",
        "Alphabet",
        "ai_spend",
        10_000_000_000,
    ),
    ("Baidu has ordered Huawei chips worth 450 million yuan.", "Baidu", "ai_spend", 450_000_000),
    (
        "SpaceX ramped up capex. That number rose by 2,000 percent to $15.8 billion for the quarter.",
        "SpaceX",
        "capex",
        15_800_000_000,
    ),
    # who is held against another, and lists that say so at their end
    ("Microsoft a acheté 485 000 GPU en 2024, loin devant Meta avec 224 000.", "Meta", "accelerator_flow", 224_000),
    ("Meta liegt mit 600.000 GPUs vorn, gefolgt von xAI mit 230.000.", "xAI", "accelerator_count", 230_000),
    ("Amazon plans capex of $200 billion, against $185 billion at Alphabet.", "Alphabet", "capex", 185_000_000_000),
    ("Capex was $34 billion and $19 billion at Amazon and Meta respectively.", "Meta", "capex", 19_000_000_000),
    ("Unlike Apple, Amazon will spend $200 billion on data centers.", "Amazon", "ai_spend", 200_000_000_000),
    ("Meta bought 350,000 H100s. Rival Google bought 50,000 H100s.", "Alphabet", "accelerator_flow", 50_000),
    # who rents and who lets
    ("OpenAI louera à Oracle pour 300 milliards de dollars de calcul.", "OpenAI", "ai_spend", 300_000_000_000),
    ("Oracle proporcionará a OpenAI 4,5 gigavatios de capacidad de cómputo.", "OpenAI", "power_mw", 4_500),
    ("Applied Digital leased another 150 megawatts of data center to CoreWeave.", "CoreWeave", "power_mw", 150),
    ("Crusoe is building a 1.2 gigawatt data center in Abilene for OpenAI.", "OpenAI", "power_mw", 1_200),
    (
        "Nebius erhielt von Microsoft einen Auftrag über 17 Milliarden Dollar für Rechenleistung.",
        "Microsoft",
        "ai_spend",
        17_000_000_000,
    ),
    (
        "TeraWulf signed a hosting lease with Fluidstack. The tenant will take 200 MW of AI computing capacity.",
        "Fluidstack",
        "power_mw",
        200,
    ),
    # who stands behind or beside a party
    ("G42, the group in which Microsoft has a stake, will build a 5-gigawatt AI campus.", "G42", "power_mw", 5_000),
    (
        "Northern Data, an dem Tether die Mehrheit hält, besitzt 22.000 GPUs.",
        "Northern Data",
        "accelerator_count",
        22_000,
    ),
    (
        "Google builds there. With Adani and Airtel it starts at one gigawatt of data-center capacity.",
        "Alphabet",
        "power_mw",
        1_000,
    ),
    (
        "Mistral AI baut bei Paris. Der Rivale von OpenAI will 200 Megawatt Rechenleistung.",
        "Mistral AI",
        "power_mw",
        200,
    ),
    (
        "Le CINECA exploite Leonardo. L'Union européenne a payé la moitié. La machine consomme 7,4 MW.",
        "CINECA",
        "power_mw",
        7,
    ),
    ("Cipher Mining signed a contract. Cipher is building a 300 MW data center.", "Cipher Mining", "power_mw", 300),
    # several together
    (
        "Alibaba, Tencent and Baidu race. Together, these companies invested 50 billion yuan in AI infrastructure.",
        "Alibaba + Baidu + Tencent",
        "ai_spend",
        50_000_000_000,
    ),
    (
        "SoftBank und OpenAI sind Partner. Die beiden Unternehmen investieren 100 Milliarden Dollar in Rechenzentren.",
        "OpenAI + SoftBank",
        "ai_spend",
        100_000_000_000,
    ),
    # of whatever country
    ("Nvidia went to South Korea. The state will get 50,000 GPUs.", "South Korea", "accelerator_count", 50_000),
    # French press: what is bought for a price, lists, rankings, amounts that are expected or left without a currency
    (
        "Microsoft a consacré 34,9 milliards de dollars à ses investissements au premier trimestre, dont des GPU.",
        "Microsoft",
        "capex",
        34_900_000_000,
    ),
    (
        "Google construira à Visakhapatnam un pôle de centres de données, pour 15 milliards de dollars.",
        "Alphabet",
        "ai_spend",
        15_000_000_000,
    ),
    (
        "Achats de GPU Hopper en 2024 :\nMicrosoft | 485 000\nMeta | 224 000\nGoogle | 169 000",
        "Alphabet",
        "accelerator_flow",
        169_000,
    ),
    (
        "Microsoft a acheté 485 000 puces Hopper en 2024. Suivent Meta avec 224 000 puces, puis xAI (200 000).",
        "Meta",
        "accelerator_flow",
        224_000,
    ),
    ("DeepSeek a formé V3 sur 2 048 GPU H800 pour 5,576 millions de dollars.", "DeepSeek", "ai_spend", 5_576_000),
    (
        "Sesterce prépare à Valence un site de 450 millions d'euros, un centre de calcul.",
        "Sesterce",
        "ai_spend",
        450_000_000,
    ),
    (
        "Poolside bâtit un campus de 2 gigawatts sur un gisement de gaz naturel, avec CoreWeave, pour ses GPU.",
        "Poolside",
        "power_mw",
        2_000,
    ),
    ("Il supercalcolatore Leonardo conta 13.824 GPU A100, dice il Cineca.", "CINECA", "accelerator_count", 13_824),
    (
        "A Blackwell GPU would go for $30,000 to $40,000, said Jensen Huang of Nvidia.",
        "Nvidia",
        "accelerator_price",
        30_000,
    ),
    (
        "Microsoft rents GPUs from Nebius under a contract that runs to 2031. It is worth $17.4 billion.",
        "Microsoft",
        "ai_spend",
        17_400_000_000,
    ),
    # what one chip costs, and what else costs as much
    (
        "À près de 38 000 dollars l'exemplaire, la H100 de Nvidia reste introuvable.",
        "Nvidia",
        "accelerator_price",
        38_000,
    ),
    ("Une A100 80 Go d'occasion se trouve pour 14 000 $ environ.", "Nvidia", "accelerator_price", 14_000),
    ("La MI300X, elle, s'arracherait à 16 000 dollars chez les grossistes.", "AMD", "accelerator_price", 16_000),
    ("Sur le marché gris de Shenzhen, un B300 vaut désormais 60 000 dollars.", "Nvidia", "accelerator_price", 60_000),
    ("At the going rate of $31,000 to $39,000 for a B200, that adds up.", "Nvidia", "accelerator_price", 31_000),
    ("A used A100 can be had for $9,500.", "Nvidia", "accelerator_price", 9_500),
    ("Händler listen die H200 inklusive Mehrwertsteuer ab 33.900 Euro.", "Nvidia", "accelerator_price", 33_900),
    ("En el mercado gris piden 55.000 dólares por una B200.", "Nvidia", "accelerator_price", 55_000),
    ("Sul mercato nero una B300 arriva a 70.000 dollari.", "Nvidia", "accelerator_price", 70_000),
    # power of computing, and what only stands beside it
    (
        "Meta ouvre un centre de données. Puissance annoncée : 900 mégawatts, l'équivalent d'un réacteur nucléaire.",
        "Meta",
        "power_mw",
        900,
    ),
    (
        "El centro de datos de Meta tiene reconocida una potencia de 248 megavatios en la subestación.",
        "Meta",
        "power_mw",
        248,
    ),
    (
        "OpenAI's campus in Abilene is to draw 1.2 gigawatts, more than all the homes in Dallas.",
        "OpenAI",
        "power_mw",
        1_200,
    ),
    (
        "Le centre de données de Microsoft aura une puissance de 240 MW, celle d'un petit réacteur nucléaire.",
        "Microsoft",
        "power_mw",
        240,
    ),
    # money by where it stands
    (
        "Meta prévoit 125 milliards de dollars de capex en 2026. Les analystes tablaient sur 110 milliards.",
        "Meta",
        "capex",
        110_000_000_000,
    ),
    (
        "Scaleway paie un supercalculateur abandonné en août puis relancé en juin pour 70 millions d'euros.",
        "Iliad",
        "ai_spend",
        70_000_000,
    ),
    (
        "Microsoft gab im Quartal 33,1 Milliarden Dollar für Investitionen aus, ein Plus von 61 Prozent.",
        "Microsoft",
        "capex",
        33_100_000_000,
    ),
    (
        "AMD construit pour Humain, pour 10 milliards de dollars, 500 mégawatts de capacité de calcul.",
        "Humain",
        "ai_spend",
        10_000_000_000,
    ),
    (
        "Northern Data a acquis, pour 730 millions d'euros, du matériel auprès de Nvidia, dont un crédit couvre tout.",
        "Northern Data",
        "ai_spend",
        730_000_000,
    ),
    # what is there, and what comes to it
    ("Le CNRS exploite ou a commandé 3 000 GPU.", "CNRS", "accelerator_count", 3_000),
    ("The CNRS's new H100s join its 416 A100s.", "CNRS", "accelerator_count", 416),
    ("Les 1 456 H100 viennent s'ajouter aux 416 A100 et aux 1 600 V100 du CNRS.", "CNRS", "accelerator_count", 1_600),
    ("Nvidia wird die Deutsche Telekom mit 9.000 GPUs beliefern.", "Deutsche Telekom", "accelerator_flow", 9_000),
    ("Firmus a réceptionné 9 216 GB300, sur un total prévu de 36 000.", "Firmus", "accelerator_count", 36_000),
    ("OVHcloud va porter de 2 000 à environ 9 000 le nombre de ses GPU.", "OVHcloud", "accelerator_count", 9_000),
    ("The xAI goal is 50 million in units of H100 equivalent compute.", "xAI", "h100_equivalents", 50_000_000),
    (
        "Cortex, chez Tesla, équivalait à 67 000 H100 au printemps puis à 81 000 en septembre.",
        "Tesla",
        "h100_equivalents",
        81_000,
    ),
    (
        "NextDC lifted capex guidance by AU$400m, to between AU$2.2bn and AU$2.4bn.",
        "NextDC",
        "capex",
        2_200_000_000,
    ),
]

NO_CLAIMS = [
    # a charge, a grid, a year before what is let, a site that is sold, one that others stand in
    "Nvidia contabilizará un cargo de 4.100 millones de dólares por los chips H20.",
    "Die Wertberichtigung auf H20-Chips kostet AMD 700 Millionen Dollar.",
    "Nebius stellt Microsoft bis 2031 GPU-Leistung bereit.",
    "Meta verkauft für 3 Milliarden Dollar ein Rechenzentrum in Ohio.",
    "En Chile las empresas piden 900 megavatios para la red.",
    # of firms without a name
    "Amazon builds data centers. Lease commitments now exceed $500 billion across the five hyperscalers.",
    "Les trois groupes dépenseront 400 milliards de dollars en infrastructures d'IA cette année.",
    "Amazon est à Paris. Au total, les entreprises tech dépenseront 229 milliards de dollars en serveurs.",
    "Amazon está en Chile. El Gobierno cree que la industria gastará 2.500 millones de dólares en centros de datos.",
    # money that goes into a firm or comes out of a bank
    "Amazon investit dans le cloud : lundi, 4 milliards de dollars (3,4 milliards d'euros) dans Anthropic.",
    "Además, Nvidia ha invertido 2.000 millones de dólares en CoreWeave, que ofrece nube.",
    "Amazon aveva finanziato Anthropic con un investimento di 4 miliardi di dollari, chip compresi.",
    "Nvidia will invest $8 billion in xAI. The first $2 billion follow once the GPUs that xAI rents are installed.",
    "Crusoe signed a $2 billion deal with Brookfield, an asset manager, to finance a data center.",
    "Cela porterait Crusoe et ses centres de données à 900 millions de dollars en capital et en dette.",
    "Microsoft annonce 3 milliards d'euros d'investissements dans le capital-risque, puis un centre de données.",
    "On parle d'un investissement de Nvidia dans OpenAI pouvant monter à 70 milliards de dollars, puces comprises.",
    "Fluidstack, a cloud start-up, is to close a funding round worth $600 million.",
    "Amazon builds data centers. Lease commitments now exceed $500 billion across the five hyperscalers.",
    # those of everybody, of nobody by name, of nobody at all
    "Microsoft baut. Die weltweiten Investitionen in Rechenzentren erreichen 900 Milliarden Dollar.",
    "Microsoft costruisce. Nel 2024 l'industria ha investito 400 miliardi di dollari in data center.",
    "Un investimento di 3 miliardi di euro da parte di un colosso in un data center; ne approfitta Azure.",
    "When you put $15 billion in one data center, insurers worry, Oracle says.",
    "Meta's free cash flow could drop from about $50 billion (2024) to about $21 billion because it buys AI chips.",
    "OpenAI avrà data center pari a milioni di GPU.",
    "Alibaba prevé que la inversión global en inteligencia artificial alcance los 3 billones de dólares.",
    "Anthropic cresce: un data center da 1 gigawatt costa circa 50 miliardi, con circa 35 miliardi per i chip.",
    "Oracle's chips: the projects in construction were up $2.8 billion from the previous quarter.",
    "Google baut Rechenzentren. Im Vergleich dazu lag die Investition von Tesla in sein Werk bei 6 Milliarden Euro.",
    # towns, persons, advisers, heads of lists: no owners
    "Le média chinois Xinhe Daily a recensé 65 000 GPU, et Johor as a whole has 5.8GW of data centres.",
    "Marseille accueille 400 mégawatts de centres de données.",
    "À Lyon, l'opérateur compte 4 000 GPU.",
    "Cela a coûté 10 milliards de dollars en GPU, et personne ne possède 10 000 H100.",
    "Everybody wants 10,000 GPUs, and generative AI will take 40 GW of data centres.",
    "In Kelberg entsteht viel. Kelberg hat 300 Megawatt für Rechenzentren.",
    "The research firm Lorimer has 2,000 GPUs in its forecast.",
    "Investitionen in Werke: zum Vergleich, 6 Milliarden Euro.",
    # not chips in place, not money for them
    "Each of Oracle's systems holds 72 GPUs per rack.",
    "Cohere, a lab for AI chips that Oracle has put $270 million into.",
    "Amazon injecte 5 milliards de dollars dans Anthropic, et le cloud y gagne.",
    "Amazon avait déjà mis 8 milliards dans Anthropic, ce qui porte la mise cumulée à 13 milliards.",
    "Microsoft steckt 5 Milliarden Dollar in Anthropic, das seine Cloud nutzt.",
    "Microsoft inyecta 5.000 millones de dólares en Anthropic, que usa su nube.",
    "Microsoft inietta 5 miliardi di dollari in Anthropic, che usa i suoi data center.",
    "Nvidia investirà fino a 100 miliardi di dollari insieme a OpenAI in una infrastruttura di IA.",
    "Amazon invested $28.7 billion in OpenAI's Series C Preferred Stock, and runs its compute.",
    "Amazon made cash payments related to acquisition and other investment activity of $1.7 billion for its cloud.",
    "Microsoft recorded impairments of $1.2 billion on data center equipment.",
    "Ohio voters may ban data centers that require over 25 megawatts, and Oracle objects.",
    "Ein herkömmliches Rechenzentrum braucht 10 bis 25 MW, sagt Oracle.",
    "Un centre de données classique consomme 10 à 25 MW, dit Oracle.",
    "Meta's capital expenditure dipped in the quarter by $3 billion.",
    "Meta spends around $15 billion a year on the metaverse and virtual reality hardware.",
    "Apple expects to source more than 19 billion chips from a dozen states.",
    "Meta runs Llama.\n\n2024 — Hopper GPU recipients",
    "Smaller firms such as Flux ($37M for AI-driven hardware design) follow Meta.",
    "Nvidia n'expédiera pas vers les Émirats les 500 000 puces promises.",
    "OpenAI closed a $110 billion round, with Amazon contributing $50 billion and SoftBank putting in $30 billion.",
    "Humain's cluster may grow to several hundred thousand processors.",
    "Hyperscalers are on track to spend over $800 billion in 2026 on data centers.",
    "Germany must invest up to 60 billion euros in AI infrastructure, say consultants.",
    "A system with Nvidia's GPUs costs about $3 million per rack, says CoreWeave.",
    "Meta's capex was up over $1 billion quarter over quarter.",
    "Der Markt für KI-Chips: ein Marktvolumen von 400 Milliarden Dollar, schätzt Oracle.",
    "Google's data center is backed by 1.9 gigawatts of clean energy.",
    "A consortium with xAI agreed to buy Aligned Data Centers for $40 billion.",
    "OpenAI raised $40 billion at a $300 billion valuation to build data centers.",
    "Nvidia's data center revenue grew 73% to $39.1 billion.",
    "The 405-billion-parameter model needs 810 GB of memory.",
    "Amazon employs 1.5 million people and runs a cloud business.",
    "The lab's model scored 1,402 points after training on 14.8 trillion tokens.",
    "CoreWeave carries $8 billion of debt secured by GPUs.",
    "Renting an H100 costs about $2 an hour.",
    "Google signed a deal for 500 MW of nuclear power from Kairos for its data centers.",
    "Meta paid $14.3 billion for 49% of Scale AI.",
    "OpenAI has 800 million weekly users and $13 billion in revenue.",
    "Mistral lève 1,7 milliard d'euros et vaut 11,7 milliards.",
    "Le chiffre d'affaires des centres de données de Nvidia a bondi à 39,1 milliards de dollars.",
    "Les turbines d'une puissance de 420 MW alimentent le site de xAI.",
    "Tesla a livré 384 122 véhicules et mise sur l'IA.",
    "Meta versera jusqu'à 100 millions de dollars de prime à des chercheurs en IA.",
    "Nvidia erzielte einen Umsatz von 57 Milliarden Dollar mit KI-Chips.",
    "Amazon's stake in Anthropic is worth $60 billion, and AWS sells it Trainium chips.",
    "xAI's Grok costs $30 a month; Colossus draws power from gas turbines rated at 420 MW.",
    "Foxconn's AI server revenue topped NT$1 trillion.",
    "La levée de fonds de 2 milliards de dollars servira à acheter des GPU, selon Thinking Machines Lab.",
    "Meta pourrait lever 29 milliards de dollars de dette pour un centre de données en Louisiane.",
    "Ein H100 verbraucht 700 Watt und kostet die Cloud-Kunden von Lambda 2,99 Dollar pro Stunde.",
    "Nvidia cayó un 17 % y perdió 589.000 millones de dólares en bolsa por DeepSeek.",
    "An H100 costs Nvidia about $3,300 to make.",
    "Ein B200 kostet in der Herstellung rund 6.000 Dollar.",
    "The GB200 NVL72 rack lands at about $3 million.",
    "Google's TPU pod links 9,216 chips.",
    "Am Standort des neuen Google-Rechenzentrums stand früher ein Kohlekraftwerk mit 900 Megawatt.",
    "xAI installed gas turbines of 422 MW near its data center.",
    "Global data center demand will reach 130 GW by 2030, said Google.",
    "In Virginia, Dominion has contracts for 47 GW of data centers.",
    "OpenAI said that a gigawatt of data center capacity costs $50 billion.",
    "Amazon, qui a investi 8 milliards de dollars dans la start-up d'IA, fournit ses puces.",
    "Amazon has invested $8 billion in it and sells it chips.",
    "Microsoft spent $20 billion on share buybacks and opened AI data centers.",
    "If OpenAI were to buy 100 million GPUs, it would cost $3 trillion.",
    "À 30 000 dollars pièce, 100 000 puces coûteraient 3 milliards de dollars.",
    "JPMorgan is lending $2.3 billion for the Abilene data center.",
    "La valorisation de Mistral AI atteint 11,7 milliards d'euros, avec ses GPU.",
    "Meta spent $30 billion more than the year before on data centers.",
    "SK Hynix consacrera 14,6 milliards de dollars à une usine de mémoires pour accélérateurs.",
    "Au lieu de puces, Nvidia a passé une charge de 4,5 milliards de dollars sur ses H20.",
    # what one chip costs, and what else costs as much
    "Eight-way HGX H100 boxes change hands at €178,000 apiece.",
    "La RTX 5090, lancée à 2 349 €, se monnaie 3 600 €.",
    "Ajoutez à la H100 les commutateurs InfiniBand (8 500 $ l'unité).",
    "The memory of one H100 sells for around $1,900.",
    "Four second-hand V100 for 1,600 euros are in my rig.",
    # power of computing, and what only stands beside it
    "RTE a reçu pour 20 GW de demandes de raccordement de centres de données.",
    "Infomaniak restituera 1,7 MW de chaleur au réseau depuis son centre de données.",
    "Das Rechenzentrum von Hetzner gibt 3 Megawatt Abwärme an das Fernwärmenetz ab.",
    "Le seuil de 20 MW au-delà duquel un bilan énergétique est exigé s'appliquera aux centres de données de Google.",
    "Google will modernize two hydropower plants good for 670 megawatts near its data centers.",
    "Dominion spoke of its grid. At the height of summer Dominion's load was 24 gigawatts.",
    # money for other things, beside chips
    "OpenAI holds a purchase option of $60 billion on the AI chip start-up.",
    "Pour ses data centers, Ford consacre 2 milliards de dollars au stockage d'énergie.",
    "Oracle's remaining performance obligations for AI compute rose to $455 billion.",
    "Microsoft, which runs GPU clusters, announced a $4 billion AI skills program.",
    # what a task would take
    "Amazon recommends 64 accelerators for this model.",
    # orders received, stakes by their share, costs of a curb, plants
    "Le partenaire injecte 8 milliards de dollars dans son capital et bâtit des centres de données pour Anthropic.",
    "Nvidia voit 500 milliards de dollars de commandes pour Blackwell et Rubin d'ici fin 2026.",
    "AMD calcula que las restricciones a su chip MI308 le costarán hasta 800 millones de dólares.",
    "Nvidia said export limits on its H20 chip would cost it $5.5 billion.",
    "MARA achète 64 % d'Exaion, filiale de calcul d'EDF, pour 168 millions de dollars.",
    "Google will spend $3 billion on modernizing two hydropower plants near its data centers.",
    # grids and utilities, where data centres were spoken of before
    "Data centers need power in Virginia. The PJM grid had an extra 3.5 gigawatts of load last summer.",
    "Amazon opened a data center. Households in the state consume 5 gigawatts at peak.",
    "Les centres de données consomment. La consommation électrique de l'Irlande atteint 5 gigawatts.",
    "Meta construye un centro de datos. La red de Talavera tiene subestaciones de 900 megavatios.",
    # finance leases and all the world's spending
    "Les investissements mondiaux dans l'IA dépasseront 400 milliards de dollars, selon Gartner.",
    # what is paid beside a chip, and not for it
    "The H100 made Jensen Huang's leather jacket, worth $9,000, famous.",
    "Un étudiant a entraîné un modèle sur une H100 pour 5 000 euros de cloud.",
    "Each H100 brings its owner $12,000 a year in rent.",
]


@pytest.mark.parametrize(("text", "organization", "metric", "low"), CLAIMS)
def test_a_statement_gives_its_claim(text: str, organization: str, metric: str, low: int, read: Reader) -> None:
    assert (organization, metric, low) in [(c.organization, c.metric, int(c.low)) for c in read(text, PUBLISHED)]


@pytest.mark.parametrize("text", NO_CLAIMS)
def test_money_and_numbers_of_other_kinds_give_none(text: str, read: Reader) -> None:
    assert [(c.organization, c.metric, int(c.low)) for c in read(text, PUBLISHED)] == []


def test_a_list_of_amounts_takes_its_dates_from_a_list_as_long(read: Reader) -> None:
    text = (
        "Amazon's capital expenditures were $31.4 billion and $53.1 billion during Q2 2024 and Q2 2025, and"
        " $55.6 billion and $96.3 billion for the six months ended June 30, 2024 and 2025."
    )
    ends = [(int(claim.low / 10**8), str(claim.period_start), str(claim.period_end)) for claim in read(text, PUBLISHED)]
    assert ends == [
        (314, "2024-04-01", "2024-06-30"),
        (531, "2025-04-01", "2025-06-30"),
        (556, "2024-01-01", "2024-06-30"),
        (963, "2025-01-01", "2025-06-30"),
    ]


@pytest.mark.parametrize(
    ("text", "status", "end"),
    [
        (
            "Anthropic will have 5 GW by the end of 2026, with over a million TPUs already deployed.",
            "actual",
            PUBLISHED,
        ),
        ("Meta estimates capex of $70 billion this year.", "planned", date(2025, 12, 31)),
        ("Amazon's capex guidance is $125 billion.", "planned", date(2025, 12, 31)),
        ("OpenAI and Oracle: 4.5 gigawatts of compute.", "planned", PUBLISHED),
        ("Amazon's capex was $83 billion in 2024 and will top that with $100 billion.", "planned", None),
        ("Alphabet's capex was $63.6 billion in the first nine months of 2025.", "actual", date(2025, 9, 30)),
    ],
)
def test_status_and_end_follow_from_what_is_said_and_left_out(text: str, status: str, end: date, read: Reader) -> None:
    assert [(claim.status, claim.period_end) for claim in read(text, PUBLISHED)][-1] == (status, end)


@pytest.mark.parametrize(
    ("text", "metric", "claims"),
    [
        (
            "Capex, en milliards de dollars :\n• Amazon : 83\n• Meta : 60 à 65\n",
            "capex",
            [("Amazon", 83e9, 83e9), ("Meta", 60e9, 65e9)],
        ),
        (
            "Hyperscaler-Capex (in Mrd. Dollar)\n\nFirma | 2024 | 2025\nMeta | 39,2 | 72\n",
            "capex",
            [("Meta", 39.2e9, 39.2e9), ("Meta", 72e9, 72e9)],
        ),
        (
            "Inversión en centros de datos (millones de euros)\n\nEmpresa | 2025 | 2026\nAmazon | 300 | 450\n",
            "ai_spend",
            [("Amazon", 300e6, 300e6), ("Amazon", 450e6, 450e6)],
        ),
        (
            "Data centers\n\nSite | Tenant | MW | Term\nHarwood | CoreWeave | 526 | 15 years\n",
            "power_mw",
            [("CoreWeave", 526, 526)],
        ),
        (
            "| Company | Capex 2025 (USD bn) | Cars |\n|---|---|---|\n| Meta | 72 | 600 |\n",
            "capex",
            [("Meta", 72e9, 72e9)],
        ),
        ("Capex in billions of dollars: Microsoft 80, Alphabet 75.", "capex", [("Microsoft", 80e9, 80e9)]),
        ("Revenue from AI chips, in millions of dollars:\n- Nvidia: 57,006\n- AMD: 9,246\n", None, []),
        ("Capex is high.\n\nCompany | Share price ($) | Staff\nMeta | 612 | 405\n", None, []),
    ],
)
def test_a_unit_announced_once_holds_for_the_bare_numbers_of_a_table_or_list(
    text: str, metric: str | None, claims: list[tuple[str, float, float]], read: Reader
) -> None:
    found = read(text, date(2025, 11, 3))
    assert {claim.metric for claim in found} == ({metric} if metric else set())
    assert [(c.organization, float(c.low), float(c.high)) for c in found][: len(claims)] == claims


@pytest.mark.parametrize(
    ("text", "organization", "low"),
    [
        ("La H100 de Nvidia manque partout. L'Arabie saoudite en a acquis au moins 3 000 cette année.", None, 3000),
        ("OpenAI monte avec CoreWeave une grappe de H100 qui en comptera 22 000.", "OpenAI", 22000),
        ("Mistral louait 200 puces H100. Le supercalculateur suivant en aligne 1 024.", "Mistral AI", 1024),
        ("xAI exploite 22 832 GPU, dont 16 384 fournis par Nvidia.", "xAI", 16384),
        ("Telefónica tiene 1.700 procesadores gráficos. En realidad son 170, según ella.", "Telefónica", 170),
        ("Meta has 96 H200 GPUs in Berlin. In Riga, Google has 16.", "Alphabet", 16),
        ("Oracle offers clusters of up to 131,072 of our MI355X GPUs.", "Oracle", 131072),
        ("Google kaufte 30.000 besonders leistungsfähige Grafikprozessoren.", "Alphabet", 30000),
        ("Tesla a promis de porter de 2 000 à environ 10 000 le nombre de ses GPU.", "Tesla", 10000),
    ],
)
def test_chips_are_counted_where_the_noun_stands_apart(
    text: str, organization: str | None, low: int, read: Reader
) -> None:
    claim = read(text, date(2025, 11, 3))[-1]
    assert claim.metric.startswith("accelerator")
    assert int(claim.low) == low
    assert organization in (None, claim.organization)


@pytest.mark.parametrize(
    "text",
    [
        "The old Eni machine with H100 GPUs had 477 petaflops; its predecessor had 35.",
        "Google a des TPU à Paris. Le site emploie 12 personnes, la cantine 30.",
        "Nvidia vendió 500.000 GPU. La acción cerró en 170.",
        "Nvidia vend 5 000 GPU à Meta. Il en a repris 30.",
        "Google has 40,000 TPUs. The state has 12.",
        "Microsoft tiene 5.000 GPU. Los empleados son 200.",
    ],
)
def test_few_of_something_else_are_no_chips(text: str, read: Reader) -> None:
    assert [claim for claim in read(text, date(2025, 11, 3)) if claim.low < 1000] == []


@pytest.mark.parametrize(
    ("text", "organizations"),
    [
        ("Nvidia will send 10,000 GPUs each to Microsoft, Oracle and CoreWeave.", {"Microsoft", "Oracle", "CoreWeave"}),
        ("Exports of up to 35,000 GB300 chips each to G42 and to Humain are cleared.", {"G42", "Humain"}),
        ("Google, Meta und Oracle haben alle rund 50.000 H100 erhalten.", {"Alphabet", "Meta", "Oracle"}),
        ("Google, Meta et Oracle, tous crédités de 50 000 H100.", {"Alphabet", "Meta", "Oracle"}),
        ("Meta has 100,000 H100s; Google and Amazon have all sold 50,000 phones.", {"Meta"}),
    ],
)
def test_a_number_that_each_of_several_has_is_a_claim_of_each(text: str, organizations: set[str], read: Reader) -> None:
    assert {claim.organization for claim in read(text, date(2025, 11, 3))} == organizations


@pytest.mark.parametrize(
    ("text", "chip"),
    [
        ("Iliad exploite à Lyon 640 accélérateurs, des H100 refroidis à l'eau.", "H100"),
        ("Nebius runs 1,024 GPUs (H100 and H200) in Paris.", "H100/H200"),
        ("Das Rechenzentrum der Telekom hat 1.024 GPUs, alles H200.", "H200"),
        ("Fastweb gestisce 1.024 GPU, tutte H100.", "H100"),
        ("Iliad exploite 1 024 GPU, pour l'essentiel des H100.", None),
        ("Iliad runs 1,024 GPUs, H100 prices having fallen.", None),
        ("Iliad vise 24 000 GPU, A100 compris.", None),
    ],
)
def test_an_apposition_names_the_chips(text: str, chip: str | None, read: Reader) -> None:
    assert read(text)[0].chip == chip


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("Nebius exploite 5 000 GPU, contre 1 000 deux ans plus tôt.", {5000: 2025, 1000: 2023}),
        ("Nebius runs 50,000 GPUs, up from 2,000 three years earlier.", {50_000: 2025, 2000: 2022}),
        ("Ende 2024 hatte Nebius 50.000 GPUs, nach 20.000 zwei Jahre zuvor.", {50_000: 2024, 20_000: 2022}),
        ("Nebius gestisce 50.000 GPU, contro 20.000 due anni prima.", {50_000: 2025, 20_000: 2023}),
        ("A year ago Nebius had 2,000 H100s; it has 35,000 now.", {2000: 2024, 35_000: 2025}),
        ("Il y a un an, Nebius n'avait que 2 000 H100 ; il en a 35 000 désormais.", {2000: 2024, 35_000: 2025}),
        ("Nebius dispose d'un millier de GPU, contre un millier deux ans plus tôt.", {1000: 2023}),
    ],
)
def test_an_earlier_level_holds_so_long_before(text: str, levels: dict[int, int], read: Reader) -> None:
    claims = read(text, date(2025, 11, 3))
    assert {claim.low: claim.period_end.year for claim in claims if claim.period_end} == levels


def test_few_chips_of_another_are_counted_beside_those_of_one(read: Reader) -> None:
    claims = read("L'université de Stanford n'a que 248 H100, contre 300 à Princeton.")
    assert [(claim.organization, claim.low) for claim in claims] == [
        ("Stanford University", 248),
        ("Princeton University", 300),
    ]


def test_spending_raised_to_a_level_of_the_running_year_is_a_plan(read: Reader) -> None:
    text = "Alphabet a porté à 85 milliards de dollars son budget d'investissement pour 2025."
    assert read(text, date(2025, 7, 24))[0].status == "planned"


def test_an_operator_named_in_the_sentence_before_makes_power_compute_power(read: Reader) -> None:
    text = "CoreWeave a publié ses résultats. L'opérateur dispose de 470 mégawatts, contre 420 trois mois plus tôt."
    assert [(claim.organization, claim.low) for claim in read(text)] == [("CoreWeave", 470), ("CoreWeave", 420)]
    assert read(text.replace("CoreWeave", "Engie")) == []


def test_a_price_right_behind_chips_is_spent_on_chips(read: Reader) -> None:
    claims = read("Le ministère coréen des Sciences a annoncé l'achat de 13 000 GPU pour 1 460 milliards de wons.")
    assert claims[-1].scope == "chips"


@pytest.mark.parametrize(
    ("text", "organization", "metric", "low"),
    [
        (
            "OpenAI dépassera le million de GPU d'ici à la fin de l'année.",
            "OpenAI",
            "accelerator_count",
            10**6,
        ),
        ("Huawei prévoit de produire 200 000 puces Ascend 910C en 2026.", "Huawei", "accelerator_flow", 200_000),
        ("Huawei will ship 600,000 Ascend 910C chips next year.", "Huawei", "accelerator_flow", 600_000),
        (
            "Alibaba prévoit 160 milliards de yuans de dépenses d'investissement. Un peu plus de la moitié, soit 85"
            " milliards de yuans, irait à des processeurs d'IA.",
            "Alibaba",
            "ai_spend",
            85 * 10**9,
        ),
        (
            "La veille, Nebius avait annoncé que Microsoft lui achèterait pour 17,4 milliards de dollars de GPU.",
            "Microsoft",
            "ai_spend",
            17_400_000_000,
        ),
        (
            "Nscale fournira à Microsoft 200 000 GPU. Le plus gros lot, soit 104 000 unités, ira au Texas.",
            "Microsoft",
            "accelerator_count",
            104_000,
        ),
        (
            "Oracle va dépenser 40 milliards de dollars en GPU pour un campus destiné à OpenAI.",
            "Oracle",
            "ai_spend",
            40 * 10**9,
        ),
        (
            "Meta a signé avec Nebius. Le loueur de GPU vise 2,5 GW fin 2026, quand il n'en visait que 1 GW.",
            "Nebius",
            "power_mw",
            1_000,
        ),
        (
            "xAI a un centre de données. La Tennessee Valley Authority a autorisé la fourniture de 150 MW au site.",
            "xAI",
            "power_mw",
            150,
        ),
    ],
)
def test_who_and_what_is_meant_by_another_word(
    text: str, organization: str, metric: str, low: int, read: Reader
) -> None:
    claims = read(text, PUBLISHED)
    assert (organization, metric, low) == (claims[-1].organization, claims[-1].metric, int(claims[-1].low))


@pytest.mark.parametrize(
    "text",
    [
        "Meta achètera la production du réacteur de Clinton, dans l'Illinois, dont la puissance est de 1 121 MW.",
        "Riyad a promis 600 milliards de dollars d'investissements aux États-Unis. Humain veut des GPU.",
        "Nvidia vend des GPU. Le bureau de Jane Doe, sous-secrétaire américaine, demande 133 millions de dollars.",
    ],
)
def test_plants_countries_and_officials_have_no_compute(text: str, read: Reader) -> None:
    assert read(text, PUBLISHED) == []


def test_no_more_than_is_a_bound_and_no_denial(read: Reader) -> None:
    text = "Huawei ne pourra pas produire plus de 200 000 puces Ascend en 2025."
    assert [(claim.low, claim.qualifier) for claim in read(text, date(2025, 6, 12))] == [(200_000, "at_most")]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("Nebius installera 5 000 GPU au cours des 18 prochains mois.", date(2027, 4, 30)),
        ("Nebius installera 5 000 GPU au cours des trois prochains mois.", date(2026, 1, 31)),
        ("En los próximos 18 meses Nebius instalará 50.000 GPU.", date(2027, 4, 30)),
        ("Nebius installera 5 000 GPU au cours des prochains mois.", PUBLISHED),
    ],
)
def test_so_many_coming_months_end_on_a_day(text: str, end: date, read: Reader) -> None:
    assert [claim.period_end for claim in read(text, PUBLISHED)] == [end]


@pytest.mark.parametrize(
    "text",
    [
        "Meta a acheté 150 000 H100 en 2023, d'après la firme de recherche Omdia.",
        "Meta bought 150,000 H100s in 2023, according to the market research firm Omdia.",
        "Meta kaufte 2023 laut dem Marktforscher Omdia 150.000 H100.",
    ],
)
def test_a_house_may_be_described_before_it_is_named(text: str, read: Reader) -> None:
    assert [claim.status for claim in read(text, PUBLISHED)] == ["estimated"]


@pytest.mark.parametrize(
    ("text", "organization", "low"),
    [
        ("South Korea's science ministry will buy 13,000 GPUs, of which 10,080 are B200s.", "South Korea", 10_080),
        ("Oracle plans to buy 400,000 GB200 chips and lease the computing power to OpenAI.", "Oracle", 400_000),
    ],
)
def test_who_buys_has_the_chips_whomever_they_serve(text: str, organization: str, low: int, read: Reader) -> None:
    claim = read(text, PUBLISHED)[-1]
    assert (claim.organization, claim.low, claim.chip is not None) == (organization, low, True)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("xAI va agrandir son site de Memphis, où tournent 200 000 GPU.", "actual"),
        ("Iliad exploite un supercalculateur doté de 1 016 H100.", "actual"),
        ("xAI va agrandir son site de Memphis, où seront installés 200 000 GPU.", "planned"),
        ("Crusoe has broken ground in Cheyenne on a 1.8-gigawatt data center.", "planned"),
    ],
)
def test_a_place_has_what_its_own_verb_says(text: str, status: str, read: Reader) -> None:
    assert [claim.status for claim in read(text, PUBLISHED)] == [status]


def test_more_than_some_months_earlier_is_no_day_of_the_level(read: Reader) -> None:
    text = "Au 30 septembre, le parc de CoreWeave représentait 590 mégawatts, soit 120 de plus que trois mois plus tôt."
    assert [claim.period_end for claim in read(text, PUBLISHED)] == [date(2025, 9, 30)]
