"""Days: what came into the archive on a UTC day is one partition, from landing to claims.

By day and not by article or feed: the UI shows a year of days at a glance, and thousands of partitions freeze it.
"""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime

import dagster as dg

# Backfill policies are called beta since 2023; each use would warn, in each process.
warnings.filterwarnings("ignore", message="Parameter `backfill_policy`")

DAYS = dg.DailyPartitionsDefinition(start_date="2026-01-01", end_offset=1)  # end_offset: today is a partition already
ONE_RUN_FOR_MANY_DAYS = dg.BackfillPolicy.single_run()


def now() -> datetime:
    """The clock of landing."""
    return datetime.now(UTC)


def today() -> str:
    """The partition that is being written now."""
    return now().date().isoformat()


def days_of(context: dg.AssetExecutionContext) -> list[date]:
    """The days that this run was asked for."""
    return [date.fromisoformat(key) for key in context.partition_keys]


def includes_today(context: dg.AssetExecutionContext) -> bool:
    """Whether there is something to fetch: of yesterday's web we have what was archived yesterday."""
    return today() in context.partition_keys
