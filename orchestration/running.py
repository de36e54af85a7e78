"""Running the main job once in this process, through Dagster, so that the UI shows it like a scheduled run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.settings import Settings
from warehouse import connection

_STARTED_BY = "ledger/pid"
_ROOM_BYTES = 2_000_000  # less than any step writes: a disk with that little is full


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    failures   the sentences of the steps that failed, empty where all went well
    filings    what came of each filer that was asked for: the rows of `landing_filings`
    """

    run_id: str
    failures: tuple[str, ...]
    filings: tuple[dict[str, Any], ...] = ()


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


def run_once(settings: Settings, job: str = "ledger") -> Outcome:
    """The main job, or one that is part of it, today.

    Every feed and all company facts, since a person waits for it; the documents of every day, since a change of the
    lexicons makes old ones worth another reading. What is unchanged or read already is passed over, and where nothing
    is new nothing is built.
    """
    from orchestration import automation

    asked = {"every_facts": True} if job in ("ledger", "filings") else None
    return _run_job(
        settings,
        job,
        automation.run_config(every_day=True, every_feed=job in ("ledger", "feeds"), filings=asked),
    )


def load_filings(settings: Settings, ciks: Sequence[int], *, bulk: bool) -> Outcome:
    """The filings job on these CIKs, or on all watched ones, with their history."""
    from orchestration import automation

    asked = {"ciks": list(ciks), "history": True, "bulk": bulk}
    return _run_job(settings, "filings", automation.run_config(filings=asked))


def replay(settings: Settings) -> Outcome:
    """The whole archive into an empty working file, then the marts, whatever was published before."""
    from orchestration import automation

    config = automation.run_config(every_day=True, only_if_new=False)
    return _run_job(settings, "replay", config, first=lambda: connection.discard(settings.home))


def _run_job(
    settings: Settings, job: str, run_config: dict[str, Any], first: Callable[[], None] | None = None
) -> Outcome:
    """Run a job as the only run in the data home; `first` is done when no other run is at work."""
    from sources import limited

    limited.prepare()  # while this process imports the rest
    import dagster as dg
    from sqlalchemy.exc import SQLAlchemyError

    from orchestration import progress
    from orchestration.definitions import defs
    from orchestration.one_run import only_run
    from orchestration.partitions import today

    definition = defs().resolve_job_def(job).with_logger_defs({"console": progress.console})
    log = settings.home / "dbt" / "console.log"
    log.parent.mkdir(exist_ok=True)
    # dbt says each of its steps on standard output, which is for the facts
    with (
        progress.shown(),
        only_run(settings.home),
        dg.DagsterInstance.get() as instance,
        log.open("w", encoding="utf-8") as quiet,
        redirect_stdout(quiet),
    ):
        if first is not None:
            first()
        _bury_dead_runs(instance)
        try:
            result = definition.execute_in_process(
                instance=instance,
                partition_key=today(),
                run_config=run_config,
                raise_on_error=False,
                tags={_STARTED_BY: str(os.getpid())},
            )
        except SQLAlchemyError as error:  # Dagster can't write what happens
            raise RuntimeError(_why_not_written(settings.home, error)) from error
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
    if failures and _is_full(settings.home):
        failures = [_full(settings.home)]
    if not result.success and not failures:
        failures.append("The run failed before its first step; the Dagster UI shows why.")
    return Outcome(result.run_id, tuple(failures), tuple(_filings_of(result.all_events, settings)))


def _is_full(home: Path) -> bool:
    return shutil.disk_usage(home).free < _ROOM_BYTES


def _full(home: Path) -> str:
    return f"The disk of {home} is full: make room and run again."


def _why_not_written(home: Path, error: Exception) -> str:
    if _is_full(home):
        return _full(home)
    return f"The history of runs in {home / 'dagster'} can't be written ({error.__cause__ or error}): mend that."


def _filings_of(events: Iterable[Any], settings: Settings) -> Iterator[dict[str, Any]]:
    """What came of each filer, with the number of values that are new by it."""
    for event in events:
        if event.is_step_materialization and "companies" in event.materialization.metadata:
            for row in event.materialization.metadata["companies"].data:
                yield row | {"facts": _new_facts(settings, row["archive"]) if row["archive"] else 0}


def _new_facts(settings: Settings, warc_files: Sequence[str]) -> int:
    query = (
        "select count(*) from raw.company_facts join raw.fetches using (fetch_id) where warc_file in (from unnest(?))"
    )
    with connection.write(settings.home) as con:
        return int(con.execute(query, [list(warc_files)]).fetchall()[0][0])


def _is_check(event: Any) -> bool:
    return bool(event.event_type_value == "ASSET_CHECK_EVALUATION")


def _root_cause(error: Any) -> str:
    while error is not None and error.cause is not None:
        error = error.cause
    return str(error.message).strip().splitlines()[0] if error else "no reason was given"


def _bury_dead_runs(instance: object) -> None:
    """A run of a process that was killed still counts as started and holds the warehouse's pool: end it, free that.

    Only as the only run: no other command is at work then, and a run of the daemon waits before it takes a slot.
    """
    import dagster as dg

    assert isinstance(instance, dg.DagsterInstance)
    started = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])
    for run in instance.get_runs(started):
        if _STARTED_BY in run.tags:  # what the daemon has started, it also watches
            instance.report_run_failed(run, "The process of this run was killed.")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
