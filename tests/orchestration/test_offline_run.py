"""The main job on the embedded sample, as `make run` starts it: a real process, real files, no network."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.conftest import call_ledger
from warehouse import connection, publishing

pytestmark = pytest.mark.slow


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """A copy of the sample's home that a test may run on."""
    return Path(shutil.copytree(sample_home, tmp_path / "home", symlinks=True))


def facts(home: Path) -> list[tuple[object, ...]]:
    with connection.read(home) as con:
        return con.execute("from fct_compute_capacity_capex order by fact_id").fetchall()


def test_the_run_shows_progress_and_prints_the_facts(sample_home: Path) -> None:
    progress = (sample_home.parent / "stderr").read_text()
    printed = (sample_home.parent / "stdout").read_text()
    for step in ("landing feeds", "landing articles", "read_archive", "read_claims", "build_marts", "gate_2"):
        assert f"{step}" in progress
    assert "xAI" in printed
    assert str(connection.published_file(sample_home)) in printed
    assert "Try next" in printed


def test_what_the_sample_states_becomes_facts(sample_home: Path) -> None:
    with connection.read(sample_home) as con:
        colossus = con.execute(
            "select chip, value_low from fct_compute_capacity_capex "
            "where facility = 'Colossus' and metric = 'accelerator_count' and status = 'actual'"
        ).fetchall()
        (capex,) = con.execute(
            "select value_latest_usd from fct_capex_quarterly "
            "where organization = 'Alphabet' and period_end = date '2024-09-30'"
        ).fetchall()
    assert ("H100", 100_000) in colossus
    assert capex == (13_061_000_000,)


def test_a_plan_that_its_own_report_calls_earlier_is_kept_and_loses(sample_home: Path) -> None:
    with connection.read(sample_home) as con:
        (winner,) = con.execute(
            "select fact_id, value_low / 1e9, value_high / 1e9 from fct_compute_capacity_capex "
            "where organization = 'Alphabet' and metric = 'capex' and status = 'planned' and period_end = '2025-12-31'"
        ).fetchall()
        rivals = con.execute(
            "select rival_value_low / 1e9, resolution_rule from rpt_conflicts where fact_id = ? order by all",
            [winner[0]],
        ).fetchall()
        earlier = con.execute(
            "select organization, value_low / 1e9, is_current from fct_claims where is_replaced order by all"
        ).fetchall()
    assert winner[1:] == (91, 93)
    assert rivals == [(75, "newer_plan")], "85 and 91 billion are no tenth apart"
    assert earlier == [("Alphabet", 85, True), ("Amazon", 75, True)]


def test_copies_of_one_wire_story_count_as_one_source(sample_home: Path) -> None:
    with connection.read(sample_home) as con:
        stories = con.execute(
            "select count(distinct document_id), count(distinct story_id) from dim_document where url in ("
            "'http://lagazette.example/2024/09/04/colossus-s-allume-a-memphis.html',"
            "'http://lecourrier.example/ia/2024-09-04-xai-met-en-route-son-supercalculateur.html')"
        ).fetchall()
    assert stories == [(2, 1)]


def test_texts_about_other_money_state_nothing(sample_home: Path) -> None:
    expected = [json.loads(line)["doc"] for line in (Path("sources/sample/expected.jsonl")).read_text().splitlines()]
    with connection.read(sample_home) as con:
        read = {
            url.removeprefix("http://"): claims
            for url, claims in con.execute(
                "select url, count(claim_id) from dim_document left join fct_claims using (document_id) group by url"
            ).fetchall()
        }
    silent = {doc for doc in read if doc not in expected}
    assert len(silent) >= 3, "the sample holds texts without a claim"
    assert {doc: read[doc] for doc in silent} == dict.fromkeys(silent, 0)


def test_a_second_run_changes_nothing_and_starts_neither_dbt_nor_great_expectations(home: Path) -> None:
    before, manifest = facts(home), publishing.last_manifest(home)
    done = call_ledger(home, "run", "--offline")
    assert done.returncode == 0, done.stderr
    assert facts(home) == before
    assert publishing.last_manifest(home) == manifest
    assert "gate_2              nothing to do" in done.stderr


def test_replaying_the_archive_gives_the_same_facts(home: Path) -> None:
    before = facts(home)
    connection.working_file(home).write_bytes(b"a file that was damaged")
    done = call_ledger(home, "replay")
    assert done.returncode == 0, done.stderr
    assert facts(home) == before


def test_readers_see_whole_runs_while_one_is_going_on(home: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Nebius operates 1,234 H100 GPUs in Finland.\n")
    assert call_ledger(home, "add", tmp_path / "note.txt", "--published", "2025-05-05").returncode == 0
    reader = """
import sys, time
from pathlib import Path
from warehouse import connection
home, seen = Path(sys.argv[1]), set()
print("reading", flush=True)
while not Path(sys.argv[2]).exists():
    with connection.read(home) as con:
        facts, winners = con.execute(
            "select count(*), count(claim.claim_id) from fct_compute_capacity_capex as fact "
            "left join fct_claims as claim on fact.winning_claim_id = claim.claim_id").fetchall()[0]
    assert facts == winners > 0
    seen.add(facts)
    time.sleep(0.01)  # as fast as it can it would take one of two cores from the run
print(*sorted(seen))
"""
    stop = tmp_path / "stop"
    with subprocess.Popen(
        [sys.executable, "-c", reader, home, stop], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as reading:
        assert reading.stdout is not None
        assert reading.stdout.readline() == "reading\n"
        try:
            done = call_ledger(home, "run", "--offline")
        finally:
            stop.touch()
        out, err = reading.communicate(timeout=60)
    assert done.returncode == 0, done.stderr
    assert (reading.returncode, err) == (0, "")
    counts = [int(count) for count in out.split()]
    assert len(counts) == 2, f"before and after, and nothing between: {counts}"
    assert counts[1] == counts[0] + 1


def test_any_duckdb_client_reads_the_snapshot(sample_home: Path) -> None:
    with duckdb.connect(connection.published_file(sample_home), read_only=True) as con:
        assert con.execute("select count(*) > 0 from facts_as_known(date '2025-03-01')").fetchall() == [(True,)]
        known = con.execute("select max(known_at) < timestamptz '2025-03-02' from facts_as_known(date '2025-03-01')")
        assert known.fetchall() == [(True,)]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("sql", "select 1 as one", "--format", "json"), '{"one": 1}\n'),
        (("sql", "select 1 as one, 'a,b' as two", "--format", "csv"), 'one,two\n1,"a,b"\n'),
    ],
)
def test_sql_prints_rows(sample_home: Path, arguments: tuple[str, ...], expected: str) -> None:
    assert call_ledger(sample_home, *arguments).stdout == expected


def test_sql_cannot_write(sample_home: Path) -> None:
    done = call_ledger(sample_home, "sql", "create table mine as select 1")
    assert done.returncode == 1
    assert "read-only" in done.stderr


def test_a_receipt_shows_the_words_the_source_and_the_rule(sample_home: Path) -> None:
    with connection.read(sample_home) as con:
        (fact_id, quote), *_ = con.execute(
            "select fact_id, quote from fct_compute_capacity_capex where quote is not null and statement_count > 1"
        ).fetchall()
    shown = call_ledger(sample_home, "receipt", fact_id).stdout
    assert " ".join(quote.split()) in " ".join(shown.split())
    assert "Chosen by" in shown
    assert "Rival" in shown


def test_a_receipt_says_of_each_rival_by_which_rule_it_lost(sample_home: Path) -> None:
    with connection.read(sample_home) as con:
        ((fact_id,),) = con.execute(
            "select fact_id from fct_claims where is_replaced and organization = 'Alphabet'"
        ).fetchall()
    shown = call_ledger(sample_home, "receipt", fact_id[:8]).stdout
    won, *rivals = shown.split("\nRival: ")
    assert "Chosen by: newer_plan" in won
    lost = {rival.split(" USD")[0]: rival.splitlines()[1].strip() for rival in rivals}
    assert lost["approx 75,000,000,000"].startswith("Lost by newer_plan. A plan replaces")
    assert lost["85,000,000,000"].startswith("Lost by replaced. What a text itself")
    assert list(lost)[-1] == "85,000,000,000", "the rivals stand in the order of their rank"


def test_a_snapshot_of_an_older_version_says_how_to_publish_it_anew(home: Path) -> None:
    with duckdb.connect(connection.published_file(home)) as con:
        con.execute("drop macro table statements_ranked")
    shown = call_ledger(home, "receipt", "0")
    assert shown.returncode == 1
    assert "`ledger run` publishes it anew" in shown.stderr


def test_status_lists_the_sources(sample_home: Path) -> None:
    shown = call_ledger(sample_home, "status").stdout
    assert "sample-gazette" in shown
    assert "Quarantine" in shown
