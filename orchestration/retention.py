"""Retention: what doesn't stay. The history of old runs, old logs of the services, and what a killed run has left.

Not here: snapshots and exports, which publishing thins out itself; the landing archive, of which nothing ever goes.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from dagster._core.storage.event_log import SqlEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable  # no public way deletes a run's checks

from orchestration.settings import Settings
from warehouse import connection, publishing

LOG_BYTES = 20_000_000  # of services.log: some days of hundreds of lines a run
_DUCKDB_HEADERS = 3 * 4096  # a file that is shorter was never begun
_RUNS_AT_ONCE = 100  # bounds memory, and how long the run storage is locked
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def clear_leftovers(home: Path) -> list[Path]:
    """Remove what a killed run has left half written, and say what that was; nothing of it was ever read.

    Only while no run is at work: what it is writing looks the same.
    """
    left = [*home.glob("landing/????-??-??/*.warc.gz.tmp"), *publishing.snapshots(home).glob("*.tmp*")]
    left += home.glob(f".{connection.published_file(home).name}.*")
    working = connection.working_file(home)
    if working.exists() and working.stat().st_size < _DUCKDB_HEADERS:
        left.append(working)
    for path in left:
        path.unlink()
    return left


def purge_runs(instance: dg.DagsterInstance, older_than: datetime) -> int:
    """Delete the runs that ended before that, with their events and logs; how many they were.

    Each asset's newest materialization stays, and with it the run that it was in: the UI shows when it was and with
    what. Runs that haven't ended stay too.
    """
    kept = set(_newest_runs(instance))
    deleted, cursor = 0, None
    while True:
        filters = dg.RunsFilter(statuses=_ENDED, updated_before=older_than)
        runs = [record.dagster_run.run_id for record in instance.get_run_records(filters, _RUNS_AT_ONCE, cursor=cursor)]
        if not runs:
            return deleted
        cursor = runs[-1]
        for run_id in (run_id for run_id in runs if run_id not in kept):
            instance.delete_run(run_id)
            _remove_rest(instance, run_id)
            deleted += 1


def rotate(log: Path, most_bytes: int = LOG_BYTES) -> None:
    """Let a log begin anew where it is too long; the old one stays as `NAME.1`.

    The file itself is emptied, for the programs that append to it hold it open.
    """
    if log.exists() and log.stat().st_size > most_bytes:
        shutil.copyfile(log, log.with_name(f"{log.name}.1"))
        with log.open("r+b") as file:
            file.truncate(0)


def _newest_runs(instance: dg.DagsterInstance) -> Iterator[str]:
    for record in instance.get_asset_records():
        newest = record.asset_entry.last_materialization_record
        if newest is not None:
            yield newest.run_id


def _remove_rest(instance: dg.DagsterInstance, run_id: str) -> None:
    """What Dagster leaves of a deleted run: how its checks went, its own event file, and what its steps printed."""
    events = instance.event_log_storage
    if isinstance(events, SqlEventLogStorage):
        with events.index_connection() as connected:
            connected.execute(AssetCheckExecutionsTable.delete().where(AssetCheckExecutionsTable.c.run_id == run_id))
    folder = Path(instance.root_directory)
    for path in (folder / "history" / "runs").glob(f"{run_id}.db*"):
        path.unlink()
    shutil.rmtree(folder / "storage" / run_id, ignore_errors=True)


@dg.op(description="Delete the runs that are older than LEDGER_KEEP_RUNS_DAYS, with their events and logs.")
def purge_old_runs(context: dg.OpExecutionContext, settings: dg.ResourceParam[Settings]) -> None:
    """One line in the log says how many."""
    before = datetime.now(UTC) - timedelta(days=settings.keep_runs_days)
    context.log.info(f"{purge_runs(context.instance, before)} runs of before {before:%Y-%m-%d} deleted.")


@dg.job(
    executor_def=dg.in_process_executor,
    description="Keep Dagster's history of runs from growing without bound; touches no data.",
)
def retention() -> None:
    """What the retention schedule starts once a day."""
    purge_old_runs()


@dg.schedule(
    job=retention,
    cron_schedule="17 3 * * *",  # when few look at the UI
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="LEDGER_KEEP_RUNS_DAYS says how long runs are kept.",
)
def retention_schedule() -> dg.RunRequest:
    """Once a day."""
    return dg.RunRequest()
