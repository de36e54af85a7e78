"""Declared corrections on raw rows made by hand: what they give, and the sentence where they no longer apply."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse import connection, corrections, loading, publishing
from warehouse.corrections import CorrectionError

Row = dict[str, Any]

DAY = date(2024, 11, 5)
NOON = datetime(2024, 11, 5, 12, tzinfo=UTC)
URL = "https://wire.example/cortex"
QUOTE = "200\u202f000 GPU H100"  # French, with a no-break space
DOCUMENT: Row = {
    "document_id": "page",
    "fetch_id": "fetch",
    "landing_day": DAY,
    "source": "wire",
    "source_kind": "press",
    "url": URL,
    "published_method": "feed",
    "fetched_at": NOON,
    "text": f"Tesla exploite {QUOTE}.",
}
READING: Row = {
    "document_id": "page",
    "extractor": "grammar",
    "extractor_version": "2",
    "landing_day": DAY,
    "claim_count": 1,
    "extracted_at": NOON,
}
CLAIM: Row = {
    "claim_id": "claim",
    "document_id": "page",
    "landing_day": DAY,
    "extractor": "grammar",
    "extractor_version": "2",
    "organization": "Tesla",
    "facility": "Cortex",
    "metric": "accelerator_count",
    "chip": "H100",
    "value_low": Decimal(200_000),
    "value_high": Decimal(200_000),
    "unit": "accelerator",
    "qualifier": "exact",
    "status": "actual",
    "period_end": DAY,
    "quote": QUOTE,
    "char_start": 15,
    "char_end": 15 + len(QUOTE),
    "confidence": 0.9,
}
FILED: Row = {
    "cik": 1318605,
    "taxonomy": "us-gaap",
    "concept": "PaymentsToAcquirePropertyPlantAndEquipment",
    "unit": "USD",
    "period_start": date(2024, 7, 1),
    "period_end": date(2024, 9, 30),
    "accession": "0001628280-24-043486",
    "value": Decimal(3_513_000),
    "filed_on": date(2024, 10, 24),
    "fetch_id": "fetch",
    "landing_day": DAY,
    "source": "company_facts",
}
WHY = """
  reason: The paper doubled what its source says.
  author: Jane Roe
  date: 2026-11-23"""
OVERRIDE = f"""
- id: halved{WHY}
  claim: {{url: "{URL}", quote: "200 000 GPU H100"}}
  action: override
  expect: {{value_low: 200000, value_high: 200000}}
  set: {{value_low: 100000, value_high: 100000, facility: null}}
"""
DROP = f"""
- id: joke{WHY}
  claim: {{document: page, quote: "200 000 GPU H100"}}
  action: drop
  expect: {{metric: accelerator_count}}
"""
RESCALE = f"""
- id: thousands{WHY}
  filing:
    cik: 1318605
    taxonomy: us-gaap
    concept: PaymentsToAcquirePropertyPlantAndEquipment
    unit: USD
    period_start: 2024-07-01
    period_end: 2024-09-30
    accession: 0001628280-24-043486
  action: rescale
  expect: {{value: 3513000}}
  factor: 1000
"""


def insert(con: duckdb.DuckDBPyConnection, table: str, *rows: Row) -> None:
    loading.insert(con, table, loading.arrow(con, table, rows))


@pytest.fixture
def con(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A working file with a page, its reading, a claim, and a value of a filing."""
    with connection.write(home) as con:
        insert(con, "raw.documents", DOCUMENT)
        insert(con, "raw.extractions", READING)
        insert(con, "raw.claims", CLAIM)
        insert(con, "raw.company_facts", FILED)
        yield con


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "corrections.yaml"


def applied(con: duckdb.DuckDBPyConnection, file: Path, text: str) -> list[Row]:
    file.write_text(text, encoding="utf-8")
    corrections.apply(con, corrections.load([file]))
    rows: list[Row] = con.sql("from raw.corrections order by all").to_arrow_table().to_pylist()
    return rows


def test_the_file_of_the_project_is_sound_and_empty() -> None:
    assert corrections.load([corrections.OURS]) == []


def test_the_examples_of_the_handbook_are_sound(file: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "corrections.md").read_text(encoding="utf-8")
    file.write_text(page.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    assert [one.action for one in corrections.load([file])] == ["override", "drop", "rescale"]


def test_no_file_is_no_correction(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    assert corrections.apply(con, corrections.load([file])) == 0


def test_an_override_gives_the_claim_as_it_should_be(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    (row,) = applied(con, file, OVERRIDE)
    assert row["claim_id"] == "claim"
    assert (row["value_low"], row["value_high"], row["facility"]) == (100_000, 100_000, None)
    assert (row["chip"], row["organization"], row["period_end"]) == ("H100", "Tesla", DAY)  # what it doesn't speak of
    assert row["changes"] == "facility: Cortex → nothing; value_high: 200000 → 100000; value_low: 200000 → 100000"
    assert (row["correction_id"], row["author"], row["corrected_on"]) == ("halved", "Jane Roe", date(2026, 11, 23))


def test_a_drop_names_the_claim(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    (row,) = applied(con, file, DROP)
    assert (row["action"], row["claim_id"], row["value_low"], row["changes"]) == ("drop", "claim", 200_000, "left out")


def test_a_rescale_multiplies_exactly(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    (row,) = applied(con, file, RESCALE)
    assert (row["claim_id"], row["accession"]) == (None, FILED["accession"])
    assert (row["value_filed"], row["value"]) == (3_513_000, 3_513_000_000)
    rescaled = OVERRIDE.replace("override", "rescale").partition("  set:")[0] + "  factor: 0.001\n"
    (row,) = applied(con, file, rescaled)
    assert (row["value_low"], row["value_high"]) == (Decimal(200), Decimal(200))


def test_a_value_that_two_sources_give_is_corrected_once(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    insert(con, "raw.company_facts", FILED | {"source": "inline_xbrl"})
    assert len(applied(con, file, RESCALE)) == 1


def test_older_revisions_and_readings_that_say_the_same_are_corrected_too(
    con: duckdb.DuckDBPyConnection, file: Path
) -> None:
    insert(con, "raw.documents", DOCUMENT | {"document_id": "before", "fetched_at": NOON - timedelta(days=1)})
    insert(con, "raw.extractions", READING | {"document_id": "before"})
    insert(con, "raw.claims", CLAIM | {"claim_id": "before", "document_id": "before"})
    insert(con, "raw.claims", CLAIM | {"claim_id": "older reading", "extractor_version": "1"})
    assert {row["claim_id"] for row in applied(con, file, OVERRIDE)} == {"claim", "before", "older reading"}


def test_what_both_readers_of_a_page_say_is_corrected_in_both_and_each_stands(
    con: duckdb.DuckDBPyConnection, file: Path
) -> None:
    second = {"extractor": "llm", "extractor_version": "2-tiny"}
    insert(con, "raw.extractions", READING | second | {"extracted_at": NOON + timedelta(hours=1)})
    assert {row["claim_id"] for row in applied(con, file, OVERRIDE)} == {"claim"}
    insert(con, "raw.claims", CLAIM | second | {"claim_id": "again"})
    assert {row["claim_id"] for row in applied(con, file, OVERRIDE)} == {"claim", "again"}


def test_a_part_of_the_words_is_enough(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    assert len(applied(con, file, DROP.replace("200 000 GPU H100", "000 GPU"))) == 1


def test_what_is_taken_out_of_the_file_is_corrected_no_more(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    assert len(applied(con, file, OVERRIDE + RESCALE)) == 2
    assert len(applied(con, file, OVERRIDE)) == 1
    assert applied(con, file, "[]") == []


def test_a_changed_correction_changes_what_a_build_is_made_from(
    con: duckdb.DuckDBPyConnection, file: Path, tmp_path: Path
) -> None:
    fingerprints = []
    for text in ("[]", OVERRIDE, OVERRIDE.replace("100000", "90000"), "[]"):
        applied(con, file, text)
        fingerprints.append(publishing.fingerprint(con, tmp_path / "no project"))
    assert fingerprints[0] == fingerprints[3]
    assert len(set(fingerprints)) == 3


def later(con: duckdb.DuckDBPyConnection, **changes: Any) -> None:
    """The page again, a day later, with another claim in the same words."""
    insert(con, "raw.documents", DOCUMENT | {"document_id": "later", "fetched_at": NOON + timedelta(days=1)})
    insert(con, "raw.extractions", READING | {"document_id": "later"})
    insert(con, "raw.claims", CLAIM | {"claim_id": "later", "document_id": "later"} | changes)


def test_a_source_that_mended_itself_stops_the_build(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    applied(con, file, OVERRIDE)
    later(con, value_low=Decimal(100_000), value_high=Decimal(100_000))
    with pytest.raises(
        CorrectionError,
        match=r"^Correction halved no longer applies: it expects value_high 200000, value_low 200000, "
        r"and its source has value_high 100000, value_low 100000\. "
        r"Look at the source again, then mend the correction or take it out\.$",
    ):
        applied(con, file, OVERRIDE)
    assert con.execute("select count(*) from raw.corrections").fetchall() == [(1,)]  # nothing was changed


def test_words_that_are_gone_stop_the_build(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    later(con, quote="100 000 GPU H100")
    with pytest.raises(CorrectionError, match=r"^Correction halved finds nothing to correct: .* `ledger receipt`"):
        applied(con, file, OVERRIDE)


def test_a_claim_that_the_newest_reading_lacks_stops_the_build(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    newer = {"extractor_version": "3", "extracted_at": NOON + timedelta(days=1)}
    insert(con, "raw.extractions", READING | newer)
    with pytest.raises(CorrectionError, match="Correction halved finds nothing to correct"):
        applied(con, file, OVERRIDE)


@pytest.mark.parametrize("text", [OVERRIDE.replace(URL, "https://elsewhere.example"), DROP.replace("page", "nowhere")])
def test_an_unknown_claim_stops_the_build(con: duckdb.DuckDBPyConnection, file: Path, text: str) -> None:
    with pytest.raises(CorrectionError, match="is not in the warehouse"):
        applied(con, file, text)


def test_a_filing_that_states_another_value_stops_the_build(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    with pytest.raises(
        CorrectionError, match=r"thousands no longer applies: it expects value 5, .* has value 3513000\."
    ):
        applied(con, file, RESCALE.replace("value: 3513000", "value: 5"))


def test_a_filing_that_is_not_there_stops_the_build(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    with pytest.raises(
        CorrectionError, match=r"thousands finds nothing to correct: Payments.* of 2024-09-30 in 0000-1"
    ):
        applied(con, file, RESCALE.replace(FILED["accession"], "0000-1"))


def test_two_claims_of_one_quote_must_be_told_apart(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    insert(con, "raw.claims", CLAIM | {"claim_id": "other", "chip": "H200"})
    with pytest.raises(CorrectionError, match="fits 2 claims of its quote"):
        applied(con, file, OVERRIDE)
    (row,) = applied(con, file, OVERRIDE.replace("expect: {", "expect: {chip: H200, "))
    assert row["claim_id"] == "other"


def test_two_corrections_of_one_claim_are_refused(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    with pytest.raises(CorrectionError, match="The corrections halved and joke speak of the same row"):
        applied(con, file, OVERRIDE + DROP)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("- id: [", r"corrections.yaml is not valid YAML at line \d+: mend that line\."),
        (
            "id: halved",
            "corrections.yaml must be a list: start each correction with `- id: …`, or write \\[\\] for none",
        ),
        ("- halved", "correction 1 has no fields"),
        (OVERRIDE + OVERRIDE, "The correction halved is declared more than once"),
        (
            OVERRIDE.replace("id: halved", "id: Halved!"),
            "correction 1 \\(Halved!\\): `id` is 'Halved!': String should match",
        ),
        (OVERRIDE.replace("author", "auther"), r"correction 1 \(halved\): `author` is missing: add it\."),
        (OVERRIDE + "  colour: red\n", "`colour` is not known here: take it out, or correct its spelling"),
        (
            OVERRIDE.replace("date: 2026-11-23", "date: yesterday"),
            "`date` is 'yesterday': Input should be a valid date",
        ),
        (
            OVERRIDE.replace("action: override", "action: mend"),
            "`action` is 'mend': Input should be 'drop', 'override'",
        ),
        (
            OVERRIDE.replace("value_low: 100000", "value_low: many"),
            "`set.value_low` is 'many': Input should be a valid dec",
        ),
        (OVERRIDE.replace("action: override", "action: drop"), "`set` says what an override puts in place"),
        (OVERRIDE.partition("  set:")[0], "`set` says what an override puts in place"),
        (OVERRIDE + "  factor: 2\n", "`factor` says what a rescale multiplies by"),
        (RESCALE.partition("  factor:")[0], "`factor` says what a rescale multiplies by"),
        (RESCALE.replace("factor: 1000", "factor: 0"), "`factor` is 0: Input should be greater than 0"),
        (DROP.replace("{metric: accelerator_count}", "{}"), "`expect` is empty: write what the source says now"),
        (DROP.replace("document: page, ", ""), "give either `document` or `url`"),
        (DROP.replace("  claim:", "  clame:"), "`claim` is missing: add it"),
        (DROP.replace("reason: The paper doubled what its source says.", "reason: ' '"), "`reason` is ' '"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_sentence(file: Path, text: str, sentence: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CorrectionError, match=sentence) as caught:
        corrections.load([file])
    assert "\n" not in str(caught.value)


def test_a_file_in_another_encoding_is_refused(file: Path) -> None:
    file.write_bytes("- id: é".encode("latin-1"))
    with pytest.raises(CorrectionError, match="is not UTF-8 text: save it as UTF-8"):
        corrections.load([file])
