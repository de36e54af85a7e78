"""The raw tables as assets: from the archive to rows that have passed gate 1."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import dagster as dg

from expectations import claims as claim_rules
from expectations import company_facts as company_fact_rules
from expectations import documents as document_rules
from extraction import llm
from orchestration import checks, columns, steps
from orchestration.partitions import DAYS, ONE_RUN_FOR_MANY_DAYS, days_of
from orchestration.settings import Settings
from sources import landing
from warehouse.connection import write

Event = dg.MaterializeResult[None] | dg.AssetCheckResult

_DOCUMENTS = (document_rules.SUITE, company_fact_rules.SUITE)
_CLAIMS = (claim_rules.SUITE,)
_FRESH = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=12), warn_window=timedelta(hours=6))


class ReadConfig(dg.Config):
    """Which documents to read anew when the extractor has changed."""

    every_day: bool = False  # those of the whole archive, not only of the run's partitions: what `ledger run` does


def _spec(name: str, description: str, deps: list[list[str]]) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=["raw", name],
        deps=[dg.AssetKey(key) for key in deps],
        group_name="raw",
        owners=["team:ledger"],
        kinds={"duckdb", "python"},
        description=description,
        partitions_def=DAYS,
        freshness_policy=_FRESH,
        metadata={"dagster/column_schema": columns.of_raw_table(name), "dagster/table_name": f"raw.{name}"},
    )


@dg.multi_asset(
    name="read_archive",
    specs=[
        _spec(
            "fetches",
            "One row an archived payload: what was fetched, when, and its digest.",
            [["landing", "feeds"], ["landing", "articles"], ["landing", "inbox"], ["landing", "filings"]],
        ),
        _spec(
            "documents",
            "One row a revision of a document: its text, its dates and who speaks.",
            [["landing", "articles"], ["landing", "inbox"], ["landing", "filings"]],
        ),
        _spec(
            "filings",
            "One row a filing with the SEC: its form, its dates and its main document.",
            [["landing", "filings"]],
        ),
        _spec(
            "company_facts",
            "One row a value as filed with the SEC, by filing: restatements stand beside what they restate.",
            [["landing", "filings"]],
        ),
    ],
    check_specs=checks.specs(_DOCUMENTS),
    backfill_policy=ONE_RUN_FOR_MANY_DAYS,
    pool="warehouse",
)
def read_archive(settings: dg.ResourceParam[Settings]) -> Iterator[Event]:
    """Read the archive files that the warehouse doesn't have yet."""
    loaded = steps.read_archive(settings.home)
    yield from _told(settings, loaded, ["fetches", "documents", "filings", "company_facts"])


@dg.multi_asset(
    name="read_claims",
    specs=[
        _spec(
            "claims",
            "One row a grounded claim: who, what, how much, when, and the exact words that say so.",
            [["raw", "documents"]],
        ),
        _spec(
            "extractions",
            "One row a reading of a document by one version of the extractor, also where it found nothing.",
            [["raw", "documents"]],
        ),
    ],
    check_specs=checks.specs(_CLAIMS),
    backfill_policy=ONE_RUN_FOR_MANY_DAYS,
    pool="warehouse",
)
def read_claims(
    context: dg.AssetExecutionContext, config: ReadConfig, settings: dg.ResourceParam[Settings]
) -> Iterator[Event]:
    """Read the days' documents with today's extractor; a backfill brings past days up to it."""
    days = landing.days(settings.home) if config.every_day else days_of(context)
    loaded = steps.read_claims(settings.home, days, settings.second_reader)
    yield from _told(settings, loaded, ["claims", "extractions"])


def _told(settings: Settings, loaded: steps.Loaded, tables: list[str]) -> Iterator[Event]:
    with write(settings.home) as con:
        totals = {table: con.execute(f"select count(*) from raw.{table}").fetchall()[0][0] for table in tables}
    for table in tables:
        yield dg.MaterializeResult(
            asset_key=["raw", table],
            metadata={
                "dagster/row_count": totals[table],
                "new rows": loaded.new.get(table, 0),
                "rows to quarantine": loaded.refused.get(table, 0),
                **(_second_reading(loaded.second_reader) if table == "extractions" else {}),
            },
        )
    yield from checks.results(loaded.results.values(), settings, rows_were_refused=True)


def _second_reading(report: llm.Report | None) -> dict[str, Any]:
    if report is None:
        return {}
    left = {"unread": report.reasons, "first unread": dict(list(report.unread.items())[: checks.SHOWN])}
    return {"second reader": asdict(report) | left}


ASSETS = [read_archive, read_claims]
