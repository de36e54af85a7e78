"""The alert of a failed run: what is posted, when it is silent, and that its address stays a secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from orchestration.automation import AlertNotSent, alert_on_failure
from orchestration.settings import Settings
from tests.serving import free_port, static_files, webhook


@dg.op
def breaks() -> None:
    raise ValueError("the disk is full")


@pytest.fixture
def failed(tmp_path: Path) -> Iterator[dg.RunFailureSensorContext]:
    """The context of a run that failed, as the daemon hands it to the sensor."""

    @dg.job
    def broken() -> None:
        breaks()

    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        result = broken.execute_in_process(instance=instance, raise_on_error=False)
        event = result.get_run_failure_event()
        yield dg.build_run_status_sensor_context(
            sensor_name="alert_on_failure",
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            dagster_event=event,
        ).for_run_failure()


def settings(url: str | None) -> Settings:
    return Settings(alert_webhook=url)  # type: ignore[arg-type, call-arg]


def test_a_failed_run_is_posted_with_where_to_look(failed: dg.RunFailureSensorContext) -> None:
    with webhook() as (url, posted):
        alert_on_failure(failed, settings=settings(url))
    (alert,) = posted
    assert alert["job"] == "broken"
    assert alert["run_id"] in alert["url"]
    assert alert["text"].startswith("Compute Ledger: broken failed")


def test_without_a_webhook_nothing_is_sent(failed: dg.RunFailureSensorContext) -> None:
    alert_on_failure(failed, settings=settings(None))


def test_an_alert_that_is_refused_is_an_error_without_the_address(
    failed: dg.RunFailureSensorContext, tmp_path: Path
) -> None:
    with static_files(tmp_path) as url, pytest.raises(AlertNotSent) as refused:  # it takes no POST
        alert_on_failure(failed, settings=settings(f"{url}/hook?token=secret-token"))
    assert "answered 501" in str(refused.value)
    assert "secret-token" not in str(refused.value)


def test_a_webhook_that_is_down_is_an_error_without_the_address(failed: dg.RunFailureSensorContext) -> None:
    with pytest.raises(AlertNotSent) as down:
        alert_on_failure(failed, settings=settings(f"http://127.0.0.1:{free_port()}/hook?token=secret-token"))
    assert "secret-token" not in str(down.value)
    assert down.value.__suppress_context__
