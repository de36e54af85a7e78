"""All definitions of the code location, gathered: what `dg`, the web UI and the daemon load."""

from __future__ import annotations

import dagster as dg

from orchestration import automation, corrections, landing, marts, publish, raw, settings
from orchestration.one_run import one_run_executor


@dg.definitions
def defs() -> dg.Definitions:
    """The settings are read once, here; a bad one fails with its sentence before anything runs."""
    configured = settings.load()
    return dg.Definitions(
        assets=[*landing.ASSETS, *raw.ASSETS, *corrections.ASSETS, *marts.ASSETS, *publish.ASSETS],
        asset_checks=publish.CHECKS,
        jobs=automation.JOBS,
        schedules=automation.schedules(configured),
        sensors=automation.SENSORS,
        resources={
            "settings": configured,
            "dbt": marts.RESOURCE,
        },
        executor=one_run_executor,
    )
