"""`ledger up`: the real daemon and web server, from a schedule's tick to a run, an alert and a clean end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import call_ledger
from tests.serving import free_port, webhook
from warehouse import connection

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

RUNS = "{ runsOrError { ... on Runs { results { jobName status tags { key value } } } } }"
EVERY_MINUTE = "* * * * *"
NEVER_SOON = "0 0 29 2 *"  # only on a leap day


@dataclass
class Services:
    """What a test needs of the running services."""

    home: Path
    ui: str
    docs: str
    process: subprocess.Popen[str]
    alerts: list[dict[str, str]]

    def ask(self, query: str) -> dict[str, Any]:
        answer = httpx.post(f"{self.ui}/graphql", json={"query": query}, timeout=30).json()
        assert "errors" not in answer, answer
        return dict(answer["data"])

    def runs(self) -> list[dict[str, Any]]:
        return [
            run | {"tags": {tag["key"]: tag["value"] for tag in run["tags"]}}
            for run in self.ask(RUNS)["runsOrError"]["results"]
        ]

    def wait_for(self, job: str, status: str, within_s: float = 240) -> dict[str, Any]:
        """The first run of a job that ends so; polls the UI's own interface, which pushes nothing."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            found = [run for run in self.runs() if (run["jobName"], run["status"]) == (job, status)]
            if found:
                return found[0]
            assert self.process.poll() is None, "the services ended by themselves"
            time.sleep(1)
        pytest.fail(f"no run of {job} became {status}: {self.runs()}")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """`ledger up` on an empty data home, offline, with the feeds' schedule on every minute."""
    folder = tmp_path_factory.mktemp("services")
    home = folder / "home"
    ui_port, docs_port = free_port(), free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LEDGER_", "DAGSTER_"))}
    with webhook() as (url, alerts), (folder / "log").open("w") as log:
        environment = clean | {
            "LEDGER_HOME": str(home),
            "LEDGER_OFFLINE": "true",
            "LEDGER_UI_PORT": str(ui_port),
            "LEDGER_DOCS_PORT": str(docs_port),
            "LEDGER_FEEDS_CRON": EVERY_MINUTE,
            "LEDGER_FILINGS_CRON": NEVER_SOON,
            "LEDGER_ALERT_WEBHOOK": f"{url}/hook?token=secret-token",
            "PYTHONDONTWRITEBYTECODE": "",
        }
        process = subprocess.Popen(
            [Path(sys.executable).with_name("ledger"), "up"],
            env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            assert "Dagster UI" in process.stdout.readline(), (folder / "log").read_text()
            yield Services(home, f"http://127.0.0.1:{ui_port}", f"http://127.0.0.1:{docs_port}", process, alerts)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        assert process.returncode == 0, (folder / "log").read_text()
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.1:{ui_port}")


def test_a_tick_of_the_schedule_produces_a_successful_run(services: Services) -> None:
    run = services.wait_for("feeds", "SUCCESS")
    assert run["tags"]["dagster/schedule_name"] == "feeds_schedule"
    assert run["tags"]["dagster/partition"].startswith("20")
    with connection.read(services.home) as con:
        assert con.execute("select count(*) > 0 from fct_compute_capacity_capex").fetchall() == [(True,)]


def test_the_inbox_sensor_starts_a_run_for_a_new_document(services: Services, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Nebius operates 1,234 H100 GPUs in Finland.\n")
    assert call_ledger(services.home, "add", note, "--published", "2025-05-05").returncode == 0
    services.wait_for("inbox", "SUCCESS")
    with connection.read(services.home) as con:
        found = con.execute("select organization from fct_compute_capacity_capex where value_low = 1234").fetchall()
    assert found == [("Nebius",)]


def test_a_backfill_of_many_days_from_the_ui_is_one_run(services: Services) -> None:
    launched = services.ask(
        "mutation { launchPartitionBackfill(backfillParams: {"
        'assetSelection: [{path: ["raw", "claims"]}, {path: ["raw", "extractions"]}],'
        'partitionNames: ["2026-03-01", "2026-03-02", "2026-03-03"]'
        "}) { __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"
    )["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched
    run = services.wait_for("__ASSET_JOB", "SUCCESS")
    assert run["tags"]["dagster/backfill"] == launched["backfillId"]
    assert run["tags"]["dagster/asset_partition_range_start"] == "2026-03-01"
    assert run["tags"]["dagster/asset_partition_range_end"] == "2026-03-03"


def test_the_data_docs_are_linked_and_served(services: Services) -> None:
    page = httpx.get(f"{services.docs}/data_docs/index.html").text
    assert "raw_claims" in page
    link = page.split('href="')[1].split('"')[0]
    assert "Validation" in httpx.get(f"{services.docs}/data_docs/{link}").text
    assert httpx.get(f"{services.docs}/dagster/dagster.yaml").status_code == 404


def test_a_run_that_fails_is_told_to_the_webhook_and_keeps_its_secret(services: Services) -> None:
    # longer than what a killed run may leave of a file that it began, which the next run clears away
    connection.working_file(services.home).write_bytes(b"a file that was damaged: no retry can mend it" * 1000)
    launched = services.ask(
        "mutation { launchRun(executionParams: {"
        'selector: {repositoryLocationName: "compute_ledger", repositoryName: "__repository__", jobName: "feeds"},'
        f"runConfigData: {json.dumps(json.dumps(_feeds_config()))},"
        'executionMetadata: {tags: [{key: "dagster/max_retries", value: "0"},'
        f'{{key: "dagster/partition", value: "{time.strftime("%Y-%m-%d", time.gmtime())}"}}]}}'
        "}) { __typename ... on PythonError { message } ... on RunConfigValidationInvalid { errors { message } } } }"
    )
    assert launched["launchRun"]["__typename"] == "LaunchRunSuccess", launched
    services.wait_for("feeds", "FAILURE")
    deadline = time.monotonic() + 120
    while not services.alerts and time.monotonic() < deadline:
        time.sleep(1)
    alert = services.alerts[0]
    assert alert["job"] == "feeds"
    assert alert["url"].startswith(f"{services.ui}/runs/")
    for path in (services.home / "dagster").rglob("*"):
        if path.is_file():
            assert b"secret-token" not in path.read_bytes(), path


def _feeds_config() -> dict[str, Any]:
    from orchestration import automation

    return automation.run_config()
