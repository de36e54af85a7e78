"""Stories, winners and receipts: what counts as one source, which statement is shown, and that each can be shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.dbt import generated
from tests.dbt.test_build import ROOT, Warehouse, claim, document, reading

pytestmark = pytest.mark.slow

LEAD = "The new hall beside the river was opened on Monday by the mayor and two ministers of the region."
BODY = [
    "Inside stand 24,000 accelerators of the newest kind, which the firm bought in the spring of last year.",
    "By the end of next year there will be 60,000 of them, a manager told the guests at the opening.",
    "The hall draws 45 megawatts from a substation that was built for it by the utility of the city.",
    "Neighbours had gone to court against the noise of the coolers and lost their case in the autumn.",
    "The first models will be trained there in March, the firm wrote in a note to its shareholders.",
]
WIRE = " ".join([LEAD, *BODY])
NEW_LEAD = "With brass music and sausages a town in the north has celebrated its arrival in the age of machines."
TRANSLATION = (
    "Die neue Halle am Fluss wurde am Montag von der Bürgermeisterin und zwei Ministern eröffnet. "
    "Darin stehen 24.000 Beschleuniger, die das Unternehmen im vorigen Frühjahr gekauft hat. "
    "Bis Ende nächsten Jahres werden es 60.000 sein, sagte ein Manager. Die Halle nimmt 45 Megawatt auf."
)
INDEPENDENT = (
    "Our reporter walked through the river hall on the evening before its doors opened to the public. "
    "She counted long rows of humming cabinets, and the firm says that 24,000 accelerators are in them. "
    "A total of 60,000 is meant to be reached by the end of next year, at 45 megawatts and more."
)
TITLE = "Tesla opens Cortex hall with 24,000 H100"


def three_claims(of: dict[str, Any], numbers: tuple[str, str, str], **more: Any) -> list[dict[str, Any]]:
    """The same three values in each text, as the text prints them."""
    name, (count, plan, power) = of["document_id"], numbers
    return [
        claim(f"{name}-count", of, count, 24_000, **more),
        claim(f"{name}-plan", of, plan, 60_000, status="planned", **more),
        claim(f"{name}-power", of, power, 45, metric="power_mw", unit="MW", chip=None, **more),
    ]


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory, dbt_scratch: Path) -> dict[str, str]:
    """Story by document, of one event told in many ways."""
    english = {"language": "en", "title": TITLE}
    printed = [
        document("wire", WIRE, "2024-11-04", **english),
        *(document(f"copy-{n}", WIRE, "2024-11-05", **english | {"title": f"Paper {n}"}) for n in range(1, 10)),
        document("cut", " ".join([LEAD, *BODY[:3]]), "2024-11-05", **english),
        document("new-lead", " ".join([NEW_LEAD, *BODY]), "2024-11-06", **english | {"title": "A town celebrates"}),
        document(
            "translated", TRANSLATION, "2024-11-05", language="de", title="Tesla eröffnet Cortex: Halle mit 24.000 H100"
        ),
        document("independent", INDEPENDENT, "2024-11-05", **english),
        document("archive", WIRE, "2024-12-24", **english),
    ]
    quotes = {"translated": ("24.000", "60.000", "45 Megawatt")}
    warehouse = Warehouse(tmp_path_factory.mktemp("stories") / "warehouse.duckdb", dbt_scratch)
    warehouse.create()
    warehouse.insert("raw.documents", printed)
    warehouse.insert("raw.extractions", [reading(of["document_id"]) for of in printed])
    for of in printed:
        numbers = quotes.get(of["document_id"], ("24,000", "60,000", "45 megawatts"))
        warehouse.insert("raw.claims", three_claims(of, numbers))
    warehouse.build("--select", "+int_documents_clustered", "--exclude-resource-type", "test")
    rows = warehouse.rows("from intermediate.int_documents_clustered")
    return {row["document_id"]: row["story_id"] for row in rows}


def test_ten_verbatim_prints_are_one_story(stories: dict[str, str]) -> None:
    assert {stories[f"copy-{n}"] for n in range(1, 10)} == {"wire"}


@pytest.mark.parametrize("copy", ["cut", "new-lead", "translated"])
def test_a_shortened_a_newly_opened_and_a_translated_copy_are_the_same_story(
    stories: dict[str, str], copy: str
) -> None:
    assert stories[copy] == "wire"


@pytest.mark.parametrize("other", ["independent", "archive"])
def test_another_report_of_the_event_and_a_print_of_another_week_are_stories_of_their_own(
    stories: dict[str, str], other: str
) -> None:
    assert stories[other] == other


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, dbt_scratch: Path) -> Warehouse:
    """A generated ledger of 5,000 claims, built with every test of the project."""
    warehouse = Warehouse(tmp_path_factory.mktemp("ledger") / "warehouse.duckdb", dbt_scratch)
    warehouse.create()
    with warehouse.open() as connection:
        generated.tell(connection, 0, 5_000, str(ROOT / "dbt" / "seeds" / "facilities.csv"), organizations=30)
    warehouse.build("--exclude-resource-type", "unit_test")
    return warehouse


def test_every_fact_has_a_winner_whose_receipt_resolves(ledger: Warehouse) -> None:
    unresolved = ledger.rows(
        """
        select fact.fact_id
        from marts.fct_compute_capacity_capex as fact
        left join marts.fct_claims as winner
            on fact.winning_claim_id = winner.claim_id and fact.fact_id = winner.fact_id and winner.is_current
        left join raw.documents as document on winner.document_id = document.document_id
        where
            winner.claim_id is null
            or substr(document.text, winner.char_start + 1, winner.char_end - winner.char_start)
            is distinct from fact.quote
        """
    )
    assert unresolved == []
    assert ledger.rows("select 1 from marts.fct_compute_capacity_capex limit 1") != []


def test_every_standing_statement_has_a_fact_and_no_fact_is_without_its_day(ledger: Warehouse) -> None:
    facts = "select fact_id from marts.fct_compute_capacity_capex"
    assert ledger.rows(f"select fact_id from marts.fct_claims where is_current and fact_id not in ({facts})") == []
    undated = "known_at is null or first_known_at is null or first_known_at > known_at or known_at > settled_at"
    assert ledger.rows(f"{facts} where {undated}") == []


def test_a_contested_fact_is_one_with_a_row_in_the_conflicts(ledger: Warehouse) -> None:
    contested = ledger.rows("select fact_id from marts.fct_compute_capacity_capex where is_contested order by all")
    assert contested == ledger.rows("select distinct fact_id from marts.rpt_conflicts order by all")
    assert contested != []


def test_a_rival_in_the_conflicts_names_the_rule_by_which_it_lost(ledger: Warehouse) -> None:
    told = {row["rule"] for row in ledger.rows("select distinct resolution_rule as rule from marts.rpt_conflicts")}
    rules = {row["rule_id"] for row in ledger.rows("select distinct rule_id from marts.dim_resolution_rule")}
    assert told <= rules | {"lowest_id"}
    assert "source_kind" in told


def test_the_ranks_of_a_receipt_are_those_of_the_facts(ledger: Warehouse) -> None:
    columns = "select claim_id, fact_id, resolution_rank, resolution_rule"
    ranked = ledger.rows(f"{columns} from intermediate.int_facts_ranked order by all")
    assert ledger.rows(f"{columns} from marts.statements_ranked('') order by all") == ranked
    one = next(row["fact_id"] for row in ranked if row["resolution_rank"] == 2)
    of_one = [row for row in ranked if row["fact_id"] == one]
    assert ledger.rows(f"{columns} from marts.statements_ranked('{one}') order by all") == of_one


def test_levels_are_never_summed_over_time(ledger: Warehouse) -> None:
    """What is counted of a month is at most what was said of single levels, each once."""
    carried = ledger.rows(
        """
        select timeline.fact_id
        from marts.rpt_capacity_timeline as timeline
        inner join marts.fct_compute_capacity_capex as fact on timeline.fact_id = fact.fact_id
        where timeline.value_low <> fact.value_low or timeline.month < date_trunc('month', fact.period_end)
            or (timeline.status = 'planned' and timeline.months_carried > 0)
        """
    )
    assert carried == []
    twice = ledger.rows(
        """
        select organization_id, facility, metric, chip, status, month, count(*) as row_count
        from marts.rpt_capacity_timeline
        where status <> 'planned'
        group by all
        having count(*) > 1
        """
    )
    assert twice == []


def test_a_month_has_no_gap_from_the_first_word_on_a_level_to_the_last_of_the_ledger(ledger: Warehouse) -> None:
    gaps = ledger.rows(
        """
        select organization_id, facility, metric, chip, status
        from marts.rpt_capacity_timeline
        where status <> 'planned'
        group by all
        having count(*) <> datediff('month', min(month), max(month)) + 1 or max(month) <> max(ledger_month)
        """
    )
    assert gaps == []
