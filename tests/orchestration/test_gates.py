"""A run of Dagster's own on the sample: what a tick and a backfill do, and what they leave alone.

What the gates do to a run is in `test_corrections` (gate 1) and `test_unbreakable` (gate 2).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from orchestration import automation, steps
from orchestration.definitions import defs
from orchestration.partitions import today
from warehouse import connection, loading

pytestmark = pytest.mark.slow


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample_home, tmp_path / "home", symlinks=True))


@pytest.fixture
def instance(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("LEDGER_HOME", str(home))
    monkeypatch.setenv("LEDGER_OFFLINE", "true")
    with dg.DagsterInstance.local_temp(str(home / "dagster")) as instance:
        yield instance


def test_a_backfill_of_many_days_is_one_run_that_reads_their_documents_anew(
    home: Path, instance: dg.DagsterInstance
) -> None:
    days = ["2026-03-01", "2026-03-02", "2026-03-03"]
    with connection.write(home) as con:  # as if the sample had come in on three days, read by an older extractor
        con.execute("update raw.documents set landing_day = date '2026-03-01' + (hash(document_id) % 3)::integer")
        con.execute("update raw.extractions set extractor_version = 'older'")
        con.execute("update raw.claims set extractor_version = 'older', claim_id = 'older' || claim_id[6:]")
        documents, claims = con.execute(
            "select (select count(*) from raw.documents), (select count(*) from raw.claims)"
        ).fetchall()[0]
    result = (
        defs()
        .get_implicit_global_asset_job_def()
        .execute_in_process(
            instance=instance,
            asset_selection=[dg.AssetKey(["raw", "claims"]), dg.AssetKey(["raw", "extractions"])],
            tags={"dagster/asset_partition_range_start": days[0], "dagster/asset_partition_range_end": days[-1]},
        )
    )
    assert result.success
    materialized = {
        event.step_materialization_data.materialization.partition for event in result.get_asset_materialization_events()
    }
    assert materialized == set(days)
    with connection.write(home) as con:
        read = con.execute(
            "select count(*), count(distinct document_id) from raw.extractions where extractor_version <> 'older'"
        ).fetchall()
        twice = con.execute("select count(*) from raw.claims").fetchall()
    assert read == [(documents, documents)]
    assert twice == [(2 * claims,)]


def test_a_tick_of_a_quiet_hour_builds_nothing(home: Path, instance: dg.DagsterInstance) -> None:
    job = defs().resolve_job_def("feeds")
    result = job.execute_in_process(instance=instance, partition_key=today(), run_config=automation.run_config())
    assert result.success
    assert not any(event.step_key == "published__snapshot" for event in result.get_asset_materialization_events())


def test_reading_claims_is_idempotent(home: Path) -> None:
    with connection.write(home) as con:
        before = loading.row_counts(con)
        days = [day for (day,) in con.execute("select distinct landing_day from raw.documents").fetchall()]
    loaded = steps.read_claims(home, [*days, date(2026, 1, 1)])
    assert not any(loaded.new.values())
    with connection.write(home) as con:
        assert loading.row_counts(con) == before
