"""The drawing itself: what a person finds in the UI for each asset, check, schedule and sensor."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from orchestration.definitions import defs
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def repository() -> dg.RepositoryDefinition:
    return defs().get_repository_def()


@pytest.fixture(scope="module")
def assets(repository: dg.RepositoryDefinition) -> list[dg.AssetSpec]:
    return [asset for asset in repository.asset_graph.asset_nodes if asset.is_executable]


@pytest.mark.slow
def test_dg_finds_nothing_wrong() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("dg"), "check", "defs"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All definitions loaded successfully" in done.stdout + done.stderr


def test_every_asset_says_what_it_is_and_whose(assets: list[dg.AssetSpec]) -> None:
    assert len(assets) > 40
    for asset in assets:
        assert asset.description, asset.key
        assert asset.owners == ["team:ledger"], asset.key
        assert asset.kinds, asset.key
        assert asset.group_name != "default", asset.key


def test_every_table_shows_its_columns(assets: list[dg.AssetSpec]) -> None:
    tables = [asset for asset in assets if asset.group_name not in ("landing", "publish")]
    assert {asset.group_name for asset in tables} == {"raw", "vocabulary", "staging", "intermediate", "marts"}
    for asset in tables:
        schema = asset.metadata.get("dagster/column_schema")
        assert schema is not None, asset.key
        assert schema.value.columns if isinstance(schema, dg.TableSchemaMetadataValue) else schema.columns


def test_days_are_partitions_from_landing_to_claims(assets: list[dg.AssetSpec]) -> None:
    for asset in assets:
        by_day = isinstance(asset.partitions_def, dg.DailyPartitionsDefinition)
        assert by_day == (asset.group_name in ("landing", "raw")), asset.key
        if by_day:
            assert asset.backfill_policy == dg.BackfillPolicy.single_run()


def test_what_writes_the_warehouse_shares_one_slot(repository: dg.RepositoryDefinition) -> None:
    nodes = {node.name: node.definition.pool for node in repository.get_job("ledger").graph.nodes}  # type: ignore[attr-defined]
    writers = {"read_archive", "read_claims", "raw__corrections", "build_marts", "gate_2"}
    writers |= {"published__snapshot", "published__exports"}
    assert {name for name, pool in nodes.items() if pool == "warehouse"} == writers


def test_network_steps_are_tried_again(repository: dg.RepositoryDefinition) -> None:
    for node in repository.get_job("ledger").graph.nodes:
        if node.name.startswith("landing__"):
            policy = node.definition.retry_policy
            assert policy is not None
            assert (policy.max_retries, policy.backoff) == (2, dg.Backoff.EXPONENTIAL)


def test_schedules_and_sensors_are_on_from_the_start(repository: dg.RepositoryDefinition) -> None:
    schedules = {schedule.name: schedule for schedule in repository.schedule_defs}
    assert {name: schedule.cron_schedule for name, schedule in schedules.items()} == {
        "feeds_schedule": "*/30 * * * *",
        "filings_schedule": "0 * * * *",
        "retention_schedule": "17 3 * * *",
    }
    assert {schedule.default_status for schedule in schedules.values()} == {dg.DefaultScheduleStatus.RUNNING}
    assert {sensor.name: sensor.default_status for sensor in repository.sensor_defs} == {
        "inbox_sensor": dg.DefaultSensorStatus.RUNNING,
        "alert_on_failure": dg.DefaultSensorStatus.RUNNING,
    }


def test_fetching_and_publishing_have_freshness_policies(assets: list[dg.AssetSpec]) -> None:
    fresh = {asset.key.to_user_string() for asset in assets if asset.freshness_policy}
    assert {"landing/feeds", "landing/filings", "raw/claims", "published/snapshot"} <= fresh


def test_rules_of_both_gates_are_checks_with_a_sentence(repository: dg.RepositoryDefinition) -> None:
    checks = {key: repository.asset_graph.get_check_spec(key) for key in repository.asset_graph.asset_check_keys}
    ours = {key: spec for key, spec in checks.items() if spec.metadata.get("suite")}
    assert len(ours) > 35
    assert all(spec.description and spec.description.endswith(".") for spec in ours.values())
    assert any(spec.blocking for spec in ours.values())


def test_the_folder_dbt_does_not_hide_the_package() -> None:
    assert not (ROOT / "dbt" / "__init__.py").exists()


def test_arrows_between_the_rooms_run_one_way() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
