"""The command line `ledger`: each command is a call or two into the rooms, whose heavy imports wait until then."""

from __future__ import annotations

import json
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

Paths = Annotated[list[Path], typer.Argument(help="Files: .txt, .html, .pdf, .warc, .warc.gz")]
Published = Annotated[str | None, typer.Option(help="Publication date, e.g. 2024-11-01")]
Title = Annotated[str | None, typer.Option(help="Title, where the text doesn't have it")]
Url = Annotated[str | None, typer.Option(help="Where the text stands on the web")]


class Format(StrEnum):
    """How rows are printed."""

    table = "table"
    csv = "csv"
    json = "json"


@app.command()
def run(
    offline: Annotated[bool, typer.Option("--offline", help="Only the embedded sample and the inbox")] = False,
) -> None:
    """Do the main job once: fetch, read, check, build, publish."""
    from orchestration import running

    settings = _settings(offline=offline)
    _run(settings, running.run_once)
    _show_facts(settings, rows=25)


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

    try:
        added = inbox.add(
            _settings().home, paths, published=published, title=title, url=url, source=source, language=language
        )
    except inbox.InboxError as error:
        _fail(str(error))
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
            typer.echo(str(error), err=True)
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
                row = gold.to_row(claim, path.name) | ({"extractor": claim.extractor} if model else {})
                typer.echo(json.dumps(row, ensure_ascii=False))
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
def replay() -> None:
    """Rebuild the warehouse from the landing archive; readers keep the published snapshot until it is done."""
    from orchestration import running

    settings = _settings()
    _run(settings, running.replay)
    _show_facts(settings, rows=5)


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
    if settings.llm_base_url is None or settings.llm_model is None:
        _fail("The second reader is off: set LEDGER_LLM_BASE_URL and LEDGER_LLM_MODEL (docs/second-reader.md).")
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else ""
    try:
        config = llm.Config(str(settings.llm_base_url), settings.llm_model, key, settings.llm_max_requests)
    except ValueError as error:
        _fail(str(error))
    return llm.SecondReader(config, settings.home / "second_reader", words)


def _run(settings: Settings, job: Callable[[Settings], Outcome]) -> None:
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
    typer.echo(f"ledger: {sentence}", err=True)
    raise typer.Exit(1)
