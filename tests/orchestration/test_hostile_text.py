"""Texts from outside on a terminal and in Dagster's Markdown: they can be read, and do nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration import progress, terminal
from orchestration.settings import Settings
from warehouse.markdown import code_span

HOSTILE = [
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "\x1b[2J\x1b]8;;https://evil.example\x07link",
    "\x9b31mred",
    "invoice\u202efdp.exe",
    "\u2066hidden\u2069",
    "one\r\ntwo",
    "`code` [bold red]markup[/bold red]",
]
OBEYED = set("\x1b\x07\x9b\r\u202e\u2066\u2069")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("format", ["table", "csv", "json"])
@pytest.mark.parametrize("is_terminal", [True, False])
def test_rows_on_a_terminal_hold_nothing_that_it_would_obey(
    text: str, format: str, is_terminal: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    monkeypatch.setenv("TERM", "dumb")  # without the bold letters of our own
    terminal.print_rows(duckdb.sql("select $text as title", params={"text": text}), format)  # type: ignore[arg-type]
    shown = capsys.readouterr().out
    if is_terminal or format == "table":
        assert not OBEYED & set(shown)
        assert "[bold red]markup" in shown or "markup" not in text
    elif format == "json":
        assert json.loads(shown) == {"title": text}


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_run_tells_on_the_way_is_one_line_of_readable_text(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    progress._say("landing", text)
    assert not OBEYED & set(capsys.readouterr().err)


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_holds_it_in_a_code_span(text: str) -> None:
    span = code_span(text)
    assert span.startswith("`")
    assert span.endswith("`")
    assert "`" not in span[1:-1]
    assert "\n" not in span
    assert not OBEYED & set(span)


@pytest.mark.parametrize(
    ("told", "hosts"), [("", ()), ("a.intranet", ("a.intranet",)), ("a.intranet, b:81 c", ("a.intranet", "b:81", "c"))]
)
def test_opened_hosts_are_listed_with_commas_or_spaces(
    told: str, hosts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEDGER_ALLOW_HOSTS", told)
    assert Settings().allow_hosts == hosts  # type: ignore[call-arg]
