"""The command line `ledger`: each command is a call or two into the rooms, whose heavy imports wait until then."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from extraction.lexicons import Lexicons
    from extraction.llm import SecondReader
    from orchestration.running import Outcome
    from orchestration.settings import Settings

app = typer.Typer(
    help="Who has how much AI compute, and what they paid for it: every number with a receipt.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

filings_app = typer.Typer(
    help="What companies filed with the SEC: lists of filings, company facts, and the filings' texts.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(filings_app, name="filings")

sources_app = typer.Typer(help="The feeds that are watched.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(sources_app, name="sources")

Paths = Annotated[list[Path], typer.Argument(help="Files: .txt, .html, .pdf, .warc, .warc.gz")]
Published = Annotated[str | None, typer.Option(help="Publication date, e.g. 2024-11-01")]
Title = Annotated[str | None, typer.Option(help="Title, where the text doesn't have it")]
Url = Annotated[str | None, typer.Option(help="Where the text stands on the web")]


class Format(StrEnum):
    """How rows are printed."""

    table = "table"
    csv = "csv"
    json = "json"


class Part(StrEnum):
    """What of the main job is done: each is a job of its own."""

    feeds = "feeds"
    filings = "filings"
    inbox = "inbox"


@app.command()
def run(
    offline: Annotated[bool, typer.Option("--offline", help="Only the embedded sample and the inbox")] = False,
    only: Annotated[Part | None, typer.Option(help="Fetch from these sources only, then do all that follows")] = None,
) -> None:
    """Do the main job once: fetch, read, check, build, publish."""
    from orchestration import running, terminal

    settings = _settings(offline=offline)
    if only is Part.filings:
        _require_contact(settings)
    outcome = _run(settings, lambda settings: running.run_once(settings, only.value if only else "ledger"))
    if only is Part.filings:
        terminal.print_filings(outcome.filings)
    _show_facts(settings, rows=25)


@filings_app.command()
def load(
    cik: Annotated[
        list[int] | None,
        typer.Option(
            min=1,
            max=9_999_999_999,
            metavar="NUMBER",
            help="EDGAR's number of a filer, watched or not, e.g. 1018724; may be given several times",
        ),
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help="All companies of companies.yaml")] = False,
    bulk: Annotated[
        bool, typer.Option("--bulk", help="From EDGAR's two nightly archives (some 3 GB): for hundreds of companies")
    ] = False,
) -> None:
    """Load what companies have filed, with its history: archive, read, check, build, publish.

    Asked for are the list of filings, the company facts, and the texts of 10-K, 10-Q, 20-F, 6-K and 8-K (with the
    exhibits that tell of results) since LEDGER_FILINGS_SINCE. What is there already isn't fetched again, so a load that
    was broken off is just started again. A filer that companies.yaml doesn't have is loaded this once; to follow it,
    add it there. LEDGER_SEC_USER_AGENT must hold your name and mail address. The table at the end says what came.

    ledger filings load --all

    ledger filings load --cik 1018724 --cik 320193
    """
    from orchestration import running, terminal

    settings = _settings()
    if bool(cik) == everyone:
        _fail("Say whose filings: either --cik NUMBER, which may be given several times, or --all.")
    _require_contact(settings)
    outcome = _run(settings, lambda settings: running.load_filings(settings, cik or [], bulk=bulk))
    terminal.print_filings(outcome.filings)
    if not any(row["answers"] for row in outcome.filings):
        _fail("EDGAR gave nothing: the table says why.")


@sources_app.command()
def check(
    keys: Annotated[list[str] | None, typer.Argument(metavar="KEY", help="Keys of feeds; all unless given")] = None,
) -> None:
    """Ask each feed once and show what it gives, what its robots.txt says, and what to do where something is wrong.

    Nothing is archived or remembered. The command fails where a feed gives nothing.
    """
    from datetime import UTC, datetime

    from orchestration import terminal
    from sources import checking, watchlist

    settings = _settings()
    try:
        feeds = watchlist.load_feeds(settings.watchlist)
    except watchlist.WatchlistError as error:
        _fail(str(error))
    unknown = sorted(set(keys or ()) - {feed.key for feed in feeds})
    if unknown:
        _fail(f"{settings.watchlist / 'feeds.yaml'} has no feed {unknown[0]}: take a key that stands there.")
    if settings.offline:
        _fail("Feeds can't be checked offline: unset LEDGER_OFFLINE.")
    asked = [feed for feed in feeds if not keys or feed.key in keys]
    found = checking.check_feeds(
        asked, settings.user_agent, settings.host_delay_s, settings.allow_hosts, datetime.now(UTC)
    )
    terminal.print_checks(found)
    failed = [one.key for one in found if one.problem]
    if failed:
        _fail(f"{len(failed)} of {len(found)} feeds give nothing: {', '.join(failed)}.")


@sources_app.command()
def wake(key: Annotated[str, typer.Argument(metavar="KEY", help="Key of a feed that isn't asked any more")]) -> None:
    """Have a muted feed asked again by the next run: one that said that it was gone for good."""
    from sources.state import State

    with State(_settings().home) as state:
        woken = state.wake(key)
    if not woken:
        _fail(f"{key} isn't muted: `ledger status` shows what is.")
    typer.echo(f"{key} is asked again by the next run.")


@app.command()
def up() -> None:
    """Start the Dagster web UI and daemon on 127.0.0.1, schedules on."""
    from orchestration import running, supervisor

    settings = _settings()
    try:
        running.prepare_home(settings)
        supervisor.serve(settings)
    except (RuntimeError, OSError) as error:
        _fail(str(error))


@app.command()
def add(
    paths: Paths,
    published: Published = None,
    title: Title = None,
    url: Url = None,
    source: Annotated[str | None, typer.Option(help="Name of the paper or sender")] = None,
    language: Annotated[str | None, typer.Option(help="ISO 639-1 code, e.g. fr")] = None,
) -> None:
    """Put documents into the inbox; the next run reads them.

    A sidecar NAME.meta.json beside a file gives published, title, url, source and language; options override it.
    """
    from sources import inbox

    home = _settings().home
    try:
        added = inbox.add(home, paths, published=published, title=title, url=url, source=source, language=language)
    except inbox.InboxError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"The data home {home} can't be written ({error.strerror}): set LEDGER_HOME to a folder of yours.")
    typer.echo(f"{len(added)} in the inbox. `ledger run --offline` reads them now, `ledger up` within a minute.")


@app.command()
def extract(
    paths: Paths,
    published: Published = None,
    title: Title = None,
    url: Url = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the text with what each number is, and why it is no claim")
    ] = False,
    second_reader: Annotated[
        bool,
        typer.Option("--second-reader", help="Ask the model of LEDGER_LLM_BASE_URL too; see docs/second-reader.md"),
    ] = False,
) -> None:
    """Print the claims of documents as JSON Lines; writes nothing (but the second reader's answers, in the data home).

    Keys: doc, quote, org, facility, metric, chip, low, high, qualifier, scope, status, start, end, currency, per,
    and the receipt's offsets, confidence and extractor version. A sidecar NAME.meta.json beside a file gives
    published, title, url and language; options override it.
    """
    from extraction import explaining, gold, lexicons, reading
    from orchestration import terminal
    from orchestration.settings import SEEDS
    from sources import inbox
    from sources.landing import Unreadable

    words = lexicons.load(SEEDS)
    model = _second_reader(words) if second_reader else None
    unread = 0
    for path in paths:
        try:
            documents = inbox.read(path, published=published, title=title, url=url)
        except (inbox.InboxError, Unreadable) as error:
            typer.echo(terminal.printable(str(error)), err=True)
            unread += 1
            continue
        for document in documents:
            if explain:
                terminal.print_explanation(document.text, explaining.explain(document, words))
                continue
            claims = reading.read_claims(document, words)
            if model is not None:
                claims += model.read(document) or []
            for claim in claims:
                terminal.print_json(gold.to_row(claim, path.name) | ({"extractor": claim.extractor} if model else {}))
    if model is not None:
        typer.echo(f"second reader: {model.report}", err=True)
    if unread:
        raise typer.Exit(1)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help='e.g. "select * from fct_compute_capacity_capex limit 5"')],
    format: Annotated[Format, typer.Option(help="How rows are printed")] = Format.table,
) -> None:
    """Ask the published snapshot, read-only; never waits for a run. "show tables" lists what is there."""
    import duckdb

    from orchestration import terminal
    from warehouse import connection

    try:
        with connection.read(_settings().home) as con:
            terminal.print_rows(con.sql(query), format.value)
    except (connection.NothingPublished, duckdb.Error) as error:
        _fail(str(error))


@app.command()
def receipt(
    fact_id: Annotated[str, typer.Argument(help="fact_id of fct_compute_capacity_capex, or its first digits")],
) -> None:
    """Show where a fact comes from: the exact words, the document, the rivals and the rule that chose."""
    from orchestration import terminal
    from warehouse import connection

    try:
        with connection.read(_settings().home) as con:
            terminal.print_receipt(con, fact_id)
    except (connection.NothingPublished, terminal.NoSuchFact) as error:
        _fail(str(error))


@app.command()
def quarantine(
    row_key: Annotated[str | None, typer.Argument(help="Key of a refused row, or its first characters")] = None,
) -> None:
    """Show which rules refused what; with the key of a row, that row with the rules' sentences and its source.

    A refused row isn't put through by hand: mend its cause, and the next run judges it again.
    """
    import duckdb

    from orchestration import quarantine as refused
    from warehouse import connection

    try:
        with connection.read(_settings().home) as con:
            refused.print_row(con, row_key) if row_key else refused.print_rules(con)
    except (connection.NothingPublished, refused.NoSuchRow, duckdb.Error) as error:
        _fail(str(error))


@app.command()
def diff() -> None:
    """Show what the published snapshot says that the one before it didn't, and why."""
    from warehouse import publishing

    changes = publishing.last_changes(_settings().home)
    typer.echo(changes or "Nothing is published yet: start `ledger run` (or `ledger run --offline`) first.")


@app.command()
def replay() -> None:
    """Rebuild the warehouse from the landing archive; readers keep the published snapshot until it is done."""
    from orchestration import running

    settings = _settings()
    _run(settings, running.replay)
    _show_facts(settings, rows=5)


@app.command()
def backup(
    target: Annotated[str, typer.Argument(help="A folder on another disk, or a URL that fsspec knows: s3://bucket/x")],
) -> None:
    """Copy what can't be made again: the archive, the fetchers' memory, the inbox, your lists, the snapshot.

    Again into the same target it copies what is new. It may be done while a run is going on.
    """
    from warehouse import backup as backups

    settings = _settings()
    try:
        made = backups.back_up(settings.home, settings.config, target)
    except backups.BackupError as error:
        _fail(str(error))
    size = sum(file.bytes for file in made.files.values())
    typer.echo(f"{len(made.files)} files ({size / 1e6:.1f} MB) are in {target}; {made.copied} of them were copied now.")


@app.command()
def restore(
    source: Annotated[str, typer.Argument(help="The target of a `ledger backup`")],
) -> None:
    """Bring the newest backup into the data home, which must be empty; `ledger replay` then makes the working file."""
    from warehouse import backup as backups

    settings = _settings()
    try:
        done = backups.restore(source, settings.home)
    except backups.BackupError as error:
        _fail(str(error))
    typer.echo(
        f"{len(done.backup.files) - len(done.damaged)} files of {done.backup.made_at} are in {settings.home}. "
        "`ledger replay` makes the working file from them. "
        "The lists of what is watched are in its folder config: to use them, "
        f"set LEDGER_CONFIG={settings.home / 'config'}"
    )
    if done.damaged:
        _fail(f"Damaged in the backup, or gone: {', '.join(done.damaged)}. Is there an older backup that has them?")


@app.command()
def status() -> None:
    """Show the sources with their fetches and errors, what waits, what was refused, and how old the snapshot is."""
    from orchestration import terminal
    from sources import inbox
    from sources.state import State
    from warehouse import connection, publishing

    home = _settings().home
    with State(home) as state:
        states = state.source_states()
    refused = []
    manifest = publishing.last_manifest(home)
    if manifest is not None:
        with connection.read(home) as con:
            refused = con.execute(terminal.query("quarantine")).fetchall()
    terminal.print_status(home, states, len(inbox.waiting(home)), manifest, refused)


def _settings(*, offline: bool = False) -> Settings:
    from orchestration import settings

    try:
        found = settings.load()
    except settings.BadSettings as error:
        _fail(str(error))
    return found.model_copy(update={"offline": True}) if offline else found


def _second_reader(words: Lexicons) -> SecondReader:
    from extraction import llm

    settings = _settings()
    config = settings.second_reader
    if config is None:
        _fail("The second reader is off: set LEDGER_LLM_BASE_URL and LEDGER_LLM_MODEL (docs/second-reader.md).")
    return llm.SecondReader(config, settings.home / "second_reader", words)


def _require_contact(settings: Settings) -> None:
    from sources.edgar import NO_CONTACT

    if settings.sec_contact is None:
        _fail(NO_CONTACT)


def _run(settings: Settings, job: Callable[[Settings], Outcome]) -> Outcome:
    from orchestration import running

    started = time.monotonic()
    try:
        running.prepare_home(settings)
        outcome = job(settings)
    except RuntimeError as error:
        _fail(str(error))
    if outcome.failures:
        _fail(
            f"{' '.join(outcome.failures)} Readers still have the last good snapshot. "
            f"`ledger up` shows run {outcome.run_id} in full."
        )
    typer.echo(f"Done in {time.monotonic() - started:.0f} s.\n", err=True)
    return outcome


def _show_facts(settings: Settings, rows: int) -> None:
    from orchestration import terminal
    from warehouse import connection

    try:
        with connection.read(settings.home) as con:
            total = con.execute("select count(*) from fct_compute_capacity_capex").fetchall()[0][0]
            terminal.print_rows(con.sql(terminal.query("facts"), params={"rows": rows}), "table")
    except connection.NothingPublished as error:
        _fail(str(error))
    # how the reader of this line can call it: the environment may not be activated
    ledger = "ledger" if shutil.which("ledger") else os.path.relpath(sys.argv[0])
    typer.echo(
        f"\n{total} facts in {connection.published_file(settings.home)}"
        "\nTry next:"
        f"\n  {ledger} sql \"from rpt_press_vs_filings\"              a paper's figure beside the filing's"
        f'\n  {ledger} sql "show tables"                           what else there is to ask'
        f"\n  {ledger} receipt FACT_ID                             the words behind a number, and its rivals"
        f"\n  {ledger} add article.html --published 2026-11-01     a document of your own"
        f"\n  {ledger} up                                          the web UI, with the schedules on"
    )


def _fail(sentence: str) -> NoReturn:
    from orchestration.terminal import printable

    typer.echo(f"ledger: {printable(sentence)}", err=True)  # it may tell what a server or a text said
    raise typer.Exit(1)
