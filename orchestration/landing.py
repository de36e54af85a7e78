"""Landing as assets: the outside world into the archive. How to fetch is in `sources/`."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import dagster as dg
from pydantic import Field

from orchestration.partitions import DAYS, ONE_RUN_FOR_MANY_DAYS, includes_today, now
from orchestration.settings import SAMPLE, SEEDS, Settings
from sources import articles, edgar, feeds, filings, inbox, watchlist
from sources.bulk import nightly_archives
from sources.fetching import Client
from sources.filers import Landed, filers_of
from sources.landing import LandingReport, name_of
from sources.manners import HostManners
from sources.sample_server import SampleServer
from warehouse.markdown import code_span

_log = logging.getLogger("ledger.filings")
logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells of each request; the reports tell of each source

# The client has tried thrice by then, and a source that fails is told of in the report: this is for what neither
# foresees.
RETRY = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)


def _freshness(hours: int) -> dg.FreshnessPolicy:
    return dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=hours), warn_window=timedelta(hours=hours / 2))


@contextmanager
def _client(settings: Settings, user_agent: str, mirrors: Sequence[str] = (), **limits: Any) -> Iterator[Client]:
    """The one HTTP client; offline, its way leads to the embedded sample and nowhere else.

    mirrors   hosts of the settings, which may be asked wherever they are
    """
    if not settings.offline:
        with Client(user_agent, allow_hosts=[*settings.allow_hosts, *mirrors], **limits) as client:
            yield client
        return
    with SampleServer(SAMPLE) as server, Client(user_agent, proxy=server.proxy_url, **limits) as client:
        yield client


@contextmanager
def _visitor(settings: Settings) -> Iterator[Client]:
    """The client for feeds and pages, with the manners that their hosts ask for; the sample's ask for none."""
    if settings.offline:
        with _client(settings, settings.user_agent) as client:
            yield client
        return
    with (
        HostManners(settings.home, settings.user_agent, settings.host_delay_s) as manners,
        _client(settings, settings.user_agent, manners=manners) as client,
    ):
        yield client


def _land(context: dg.AssetExecutionContext, fetch: Callable[[datetime], LandingReport]) -> dg.MaterializeResult[None]:
    if not includes_today(context):
        return _nothing_of_the_past(context)
    report = fetch(now())
    errors = "\n".join(f"- {code_span(source)}: {code_span(sentence)}" for source, sentence in report.errors)
    return dg.MaterializeResult(
        metadata={
            "checked": report.checked,
            "landed": report.landed,
            "unchanged": report.unchanged,
            "errors": dg.MetadataValue.md(errors or "none"),
            "archive": str(report.path.name) if report.path else "nothing new",
        }
    )


def _nothing_of_the_past(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
    context.log.info("The past can't be fetched again; its archive stays as it is.")
    return dg.MaterializeResult(metadata={"landed": 0})


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
    with _visitor(settings) as client:
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
    with _visitor(settings) as client:
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


class FilingsConfig(dg.Config):
    """Whose filings to ask for: nothing set is the regular look at the watched companies."""

    ciks: list[int] = Field(default_factory=list)  # of any filers, watched or not; none: the watched companies
    history: bool = False  # a first load: the lists of older filings too, and no look at everybody's lists
    every_facts: bool = False  # company facts of all, not only where a filing came: what `ledger run` does
    bulk: bool = False  # out of EDGAR's nightly archives instead of company by company


@_landing_asset(
    "filings",
    kinds={"json"},
    freshness_policy=_freshness(12),
    description="What the companies of companies.yaml filed with the SEC: lists, company facts and texts that are new.",
)
def landing_filings(
    context: dg.AssetExecutionContext, config: FilingsConfig, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult[None]:
    """Ask EDGAR, or the mirror that the settings name, for what each company has filed."""
    if settings.sec_contact is None:
        context.log.warning(edgar.NO_CONTACT)
        return dg.MaterializeResult(metadata={"landed": 0, "errors": dg.MetadataValue.md(edgar.NO_CONTACT)})
    if not includes_today(context):
        return _nothing_of_the_past(context)
    filers = filers_of(watchlist.load_companies(settings.watchlist), config.ciks)
    since, concepts = settings.texts_since(now().date()), filings.read_capex_concepts(SEEDS / "concepts.csv")
    with _edgar(settings, settings.sec_contact, bulk=config.bulk) as asked:
        if config.history:
            landed = [
                filings.land_filer(asked, filer, now(), since, concepts, history=True, every_facts=True)
                for filer in filers
            ]
        else:
            landed = filings.land_watched(asked, filers, now, since, concepts, every_facts=config.every_facts)
    rows = [_row_of(one) for one in landed if one.filer or one.filings or one.errors]
    errors = "\n".join(f"- {code_span(row['company'])}: {code_span(told)}" for row in rows for told in row["errors"])
    return dg.MaterializeResult(
        metadata={
            "checked": len(filers),
            "landed": sum(row["filings"] + row["documents"] for row in rows),
            "errors": dg.MetadataValue.md(errors or "none"),
            "archive": [name for row in rows for name in row["archive"]],
            "companies": dg.MetadataValue.json(rows),
        }
    )


@contextmanager
def _edgar(settings: Settings, contact: str, *, bulk: bool) -> Iterator[edgar.Edgar]:
    """EDGAR; offline, the sample's, which needn't be asked slowly."""
    await_turn = None if settings.offline else edgar.fair_access(settings.home)
    with _client(settings, contact, settings.mirrors, max_bytes=edgar.MAX_BYTES, await_turn=await_turn) as client:
        asked = edgar.Edgar(client, settings.home, settings.filings_data_url, settings.filings_www_url)
        if not (asked.asks_www or settings.offline):
            _log.warning(edgar.NO_TEXTS)
        if not bulk:
            yield asked
            return
        try:
            with nightly_archives(asked):
                yield asked
        except edgar.EdgarError as error:  # not again by itself: they have gigabytes
            raise dg.Failure(str(error), allow_retries=False) from error


def _row_of(landed: Landed) -> dict[str, Any]:
    filer = landed.filer
    return {
        "company": (filer.name or landed.entity_name or f"CIK {filer.cik}") if filer else "EDGAR's own lists",
        "cik": filer.cik if filer else None,
        "filings": landed.filings,
        "documents": landed.documents,
        "answers": landed.answers,
        "archive": [name_of(path) for path in landed.warc_files],
        "errors": landed.errors,
    }


ASSETS = [landing_feeds, landing_articles, landing_inbox, landing_filings]
