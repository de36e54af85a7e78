"""Running the main job once in this process, through Dagster, so that the UI shows it like a scheduled run."""

from __future__ import annotations

import os
import shutil
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.settings import Settings
from warehouse import connection

_STARTED_BY = "ledger/pid"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended; `failures` are the sentences of the steps that failed, empty where all went well."""

    run_id: str
    failures: tuple[str, ...]


def prepare_home(settings: Settings) -> None:
    """The data home with Dagster's folder in it; this process and its children find both by the environment."""
    dagster_home = settings.home / "dagster"
    try:
        dagster_home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(__file__).with_name("dagster.yaml"), dagster_home / "dagster.yaml")
    except OSError as error:
        raise RuntimeError(
            f"The data home {settings.home} can't be written ({error.strerror}): set LEDGER_HOME to a folder of yours."
        ) from None
    os.environ["DAGSTER_HOME"] = str(dagster_home)
    os.environ["LEDGER_HOME"] = str(settings.home)
    os.environ["LEDGER_OFFLINE"] = str(settings.offline)
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")


def run_once(settings: Settings) -> Outcome:
    """The main job, today: every feed, and with today's extractor the documents of every day.

    Every feed, since a person waits for it; every day, since a change of the lexicons makes old documents worth another
    reading. What is unchanged or read already is passed over, and where nothing is new nothing is built.
    """
    from orchestration import automation

    return _run_job(settings, "ledger", automation.run_config(every_day=True, every_feed=True))


def replay(settings: Settings) -> Outcome:
    """The whole archive into an empty working file, then the marts, whatever was published before."""
    from orchestration import automation

    connection.discard(settings.home)
    return _run_job(settings, "replay", automation.run_config(every_day=True, only_if_new=False))


def _run_job(settings: Settings, job: str, run_config: dict[str, Any]) -> Outcome:
    import dagster as dg

    from orchestration import progress
    from orchestration.definitions import defs
    from orchestration.partitions import today

    definition = defs().resolve_job_def(job).with_logger_defs({"console": progress.console})
    log = settings.home / "dbt" / "console.log"
    log.parent.mkdir(exist_ok=True)
    # dbt says each of its steps on standard output, which is for the facts
    with (
        dg.DagsterInstance.get() as instance,
        log.open("w", encoding="utf-8") as quiet,
        redirect_stdout(quiet),
        progress.shown(),
    ):
        _bury_dead_runs(instance)
        result = definition.execute_in_process(
            instance=instance,
            partition_key=today(),
            run_config=run_config,
            raise_on_error=False,
            tags={_STARTED_BY: str(os.getpid())},
        )
    failures = [
        f"{check.asset_key.to_user_string()} breaks {check.check_name}: {check.description}"
        for check in (event.asset_check_evaluation_data for event in result.all_events if _is_check(event))
        if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR
    ]
    failures += [
        f"{event.step_key}: {_root_cause(event.step_failure_data.error)}"
        for event in result.all_events
        if event.event_type == dg.DagsterEventType.STEP_FAILURE and not failures
    ]
    if not result.success and not failures:
        failures.append("The run failed before its first step; the Dagster UI shows why.")
    return Outcome(result.run_id, tuple(failures))


def _is_check(event: Any) -> bool:
    return bool(event.event_type_value == "ASSET_CHECK_EVALUATION")


def _root_cause(error: Any) -> str:
    while error is not None and error.cause is not None:
        error = error.cause
    return str(error.message).strip().splitlines()[0] if error else "no reason was given"


def _bury_dead_runs(instance: object) -> None:
    """A run of a process that was killed still counts as started and holds the warehouse's pool: end it."""
    import dagster as dg

    assert isinstance(instance, dg.DagsterInstance)
    started = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])
    for run in instance.get_runs(started):
        pid = run.tags.get(_STARTED_BY)
        if pid and not _alive(int(pid)):
            instance.report_run_failed(run, "The process of this run was killed.")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
