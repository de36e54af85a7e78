"""When things run, and who is told when they don't: jobs, schedules, the inbox sensor, the alert of failed runs."""

import logging
from typing import Any

import dagster as dg
import httpx

from orchestration.one_run import one_run_executor
from orchestration.partitions import today
from orchestration.retention import retention, retention_schedule
from orchestration.settings import Settings
from sources import inbox

Job = Any  # what define_asset_job gives has no public type

_log = logging.getLogger("ledger.alerts")

_FROM_RAW = (
    dg.AssetSelection.groups("raw", "vocabulary", "staging", "intermediate", "marts", "publish")
    | dg.AssetSelection.checks_for_assets()
)


class AlertNotSent(RuntimeError):
    """The webhook didn't take an alert; the sensor's tick shows it."""


def run_config(
    *,
    only_if_new: bool = True,
    every_day: bool = False,
    every_feed: bool = False,
    filings: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """How a run fetches, reads and builds.

    See `landing.FeedsConfig`, `landing.FilingsConfig` (`filings` has its fields), `raw.ReadConfig` and
    `marts.BuildConfig`.
    """
    feeds = {"landing__feeds": {"config": {"every_feed": True}}} if every_feed else {}
    asked = {"landing__filings": {"config": filings}} if filings else {}
    return {
        "ops": feeds
        | asked
        | {
            "read_claims": {"config": {"every_day": every_day}},
            "build_marts": {"config": {"only_if_new": only_if_new}},
        },
        "loggers": {"console": {}},
    }


def _job(name: str, landing: tuple[str, ...], description: str) -> Job:
    landed = dg.AssetSelection.assets(*(dg.AssetKey(["landing", source]) for source in landing))
    return dg.define_asset_job(
        name,
        selection=landed | _FROM_RAW if landing else _FROM_RAW,
        config=run_config(),
        executor_def=one_run_executor,
        tags={"dagster/max_retries": "2"},
        description=description,
    )


ledger = _job("ledger", ("feeds", "articles", "inbox", "filings"), "Everything once: what `ledger run` does.")
feeds = _job("feeds", ("feeds", "articles"), "Check the feeds, read what is new, publish.")
filings = _job("filings", ("filings",), "Ask EDGAR for what companies filed, load what is new, publish.")
documents = _job("inbox", ("inbox",), "Read the documents that wait in the inbox, publish.")
replay = _job("replay", (), "Read the landing archive anew and publish: what `ledger replay` does.")
JOBS = [ledger, feeds, filings, documents, replay, retention]


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """The schedules, on from the start: each tick of the first two runs the day that is being written."""

    def scheduled(job: Job, cron: str, description: str) -> dg.ScheduleDefinition:
        @dg.schedule(
            name=f"{job.name}_schedule",
            job=job,
            cron_schedule=cron,
            execution_timezone="UTC",
            default_status=dg.DefaultScheduleStatus.RUNNING,
            description=description,
        )
        def tick() -> dg.RunRequest:
            return dg.RunRequest(partition_key=today())

        return tick

    return [
        scheduled(feeds, settings.feeds_cron, "LEDGER_FEEDS_CRON says when the feeds are checked."),
        scheduled(filings, settings.filings_cron, "LEDGER_FILINGS_CRON says when filings are checked."),
        retention_schedule,
    ]


_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


@dg.sensor(
    job=documents,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts a run when files wait in the inbox.",
)
def inbox_sensor(
    context: dg.SensorEvaluationContext, settings: dg.ResourceParam[Settings]
) -> dg.RunRequest | dg.SkipReason:
    """No run key: it would refuse, for ever and silently, a file that was added again after a failed run."""
    waiting = inbox.waiting(settings.home)
    if not waiting:
        return dg.SkipReason("The inbox is empty.")
    if context.instance.get_runs_count(dg.RunsFilter(job_name=documents.name, statuses=_UNFINISHED)):
        return dg.SkipReason("A run is on its way to the inbox.")
    return dg.RunRequest(partition_key=today(), tags={"ledger/files": str(len(waiting))})


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells LEDGER_ALERT_WEBHOOK of a run that failed and won't be retried.",
)
def alert_on_failure(context: dg.RunFailureSensorContext, settings: dg.ResourceParam[Settings]) -> None:
    """Post one JSON object: text, job, run_id, error, url. Silent about a run that will be tried again."""
    run = context.dagster_run
    if settings.alert_webhook is None or run.tags.get("dagster/will_retry") == "true":
        return
    url = f"http://127.0.0.1:{settings.ui_port}/runs/{run.run_id}"
    told = {
        "text": f"Compute Ledger: {run.job_name} failed: {context.failure_event.message} ({url})",
        "job": run.job_name,
        "run_id": run.run_id,
        "error": context.failure_event.message,
        "url": url,
    }
    try:
        answer = httpx.post(settings.alert_webhook.get_secret_value(), json=told, timeout=10)
    except httpx.TransportError as error:
        # not the error itself: it may name the webhook, whose address is a secret
        raise AlertNotSent(
            f"The webhook can't be reached ({type(error).__name__}): check LEDGER_ALERT_WEBHOOK."
        ) from None
    if answer.is_error:
        raise AlertNotSent(f"The webhook answered {answer.status_code}: check LEDGER_ALERT_WEBHOOK.")


SENSORS = [inbox_sensor, alert_on_failure]
