"""Landing as assets: the outside world into the archive. How to fetch is in `sources/`."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import dagster as dg

from orchestration.partitions import DAYS, ONE_RUN_FOR_MANY_DAYS, includes_today, now
from orchestration.settings import SAMPLE, Settings
from sources import articles, edgar, feeds, inbox, watchlist
from sources.fetching import Client
from sources.landing import LandingReport
from sources.sample_server import SampleServer

logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells of each request; the reports tell of each source

# The client has tried thrice by then, and a source that fails is told of in the report: this is for what neither
# foresees.
RETRY = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)


def _freshness(hours: int) -> dg.FreshnessPolicy:
    return dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=hours), warn_window=timedelta(hours=hours / 2))


@contextmanager
def _client(settings: Settings, user_agent: str) -> Iterator[Client]:
    """The one HTTP client; offline, its way leads to the embedded sample and nowhere else."""
    if not settings.offline:
        with Client(user_agent) as client:
            yield client
        return
    with SampleServer(SAMPLE) as server, Client(user_agent, proxy=server.proxy_url) as client:
        yield client


def _land(context: dg.AssetExecutionContext, fetch: Callable[[datetime], LandingReport]) -> dg.MaterializeResult[None]:
    if not includes_today(context):
        context.log.info("The past can't be fetched again; its archive stays as it is.")
        return dg.MaterializeResult(metadata={"landed": 0})
    report = fetch(now())
    errors = "\n".join(f"- **{source}**: {sentence}" for source, sentence in report.errors)
    return dg.MaterializeResult(
        metadata={
            "checked": report.checked,
            "landed": report.landed,
            "unchanged": report.unchanged,
            "errors": dg.MetadataValue.md(errors or "none"),
            "archive": str(report.path.name) if report.path else "nothing new",
        }
    )


def _landing_asset(name: str, **described: object) -> Callable[..., dg.AssetsDefinition]:
    return dg.asset(  # type: ignore[call-overload, no-any-return]
        key=["landing", name],
        group_name="landing",
        owners=["team:ledger"],
        partitions_def=DAYS,
        backfill_policy=ONE_RUN_FOR_MANY_DAYS,
        retry_policy=RETRY,
        **described,
    )


class FeedsConfig(dg.Config):
    """Which feeds to ask."""

    every_feed: bool = False  # also those that aren't due: what `ledger run` does, since a person waits for it


@_landing_asset(
    "feeds",
    kinds={"rss"},
    freshness_policy=_freshness(6),
    description="RSS and Atom feeds of feeds.yaml, asked with conditional GET and archived when they changed.",
)
def landing_feeds(
    context: dg.AssetExecutionContext, config: FeedsConfig, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult[None]:
    """Check the feeds that are due."""
    watched = watchlist.load_feeds(settings.watchlist)
    with _client(settings, settings.user_agent) as client:
        return _land(context, lambda at: feeds.land_feeds(settings.home, watched, client, at, force=config.every_feed))


@_landing_asset(
    "articles",
    deps=[["landing", "feeds"]],
    kinds={"html"},
    freshness_policy=_freshness(6),
    description="The pages that new feed entries point to, archived byte for byte.",
)
def landing_articles(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult[None]:
    """Fetch the pages of entries that aren't in the archive yet."""
    watched = watchlist.load_feeds(settings.watchlist)
    with _client(settings, settings.user_agent) as client:
        return _land(context, lambda at: articles.land_articles(settings.home, watched, client, at))


@_landing_asset(
    "inbox",
    kinds={"file"},
    description="Documents that a person put into the inbox with `ledger add`.",
)
def landing_inbox(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult[None]:
    """Archive the waiting files and clear the inbox."""
    return _land(context, lambda at: inbox.land_inbox(settings.home, at))


@_landing_asset(
    "filings",
    kinds={"json"},
    freshness_policy=_freshness(12),
    description="EDGAR company facts of companies.yaml, archived when they changed.",
)
def landing_filings(
    context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult[None]:
    """Ask EDGAR, or the mirror that the settings name, for each company's facts."""
    watched = watchlist.load_companies(settings.watchlist)
    if settings.sec_contact is None:
        context.log.warning(edgar.NO_CONTACT)
        return dg.MaterializeResult(metadata={"landed": 0, "errors": dg.MetadataValue.md(edgar.NO_CONTACT)})
    with _client(settings, settings.sec_contact) as client:
        return _land(
            context,
            lambda at: edgar.land_company_facts(settings.home, watched, client, settings.filings_url, at),
        )


ASSETS = [landing_feeds, landing_articles, landing_inbox, landing_filings]
