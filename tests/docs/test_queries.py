"""Every query and receipt of the pages runs on the sample, and prints what the page says.

Where a change of the program changes what is printed, the message shows the new output: put it into the page.
"""

import re
import shlex

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from tests.docs.handbook import PAGES, PROJECT, Session, blocks, commands, sessions
from warehouse import connection

pytestmark = pytest.mark.slow

SESSIONS = [session for page in PAGES for session in sessions(page)]
QUERIES = [
    (page.name, words[1])
    for page in PAGES
    for words in commands(page)
    if words[0] == "sql" and len(words) > 1 and words[1] != "MORE"
]
QUERIES += [(page.name, query) for page in PAGES for body in blocks(page, "sql") for query in body.split(";\n")]


def _lines(printed: str) -> list[str]:
    """Without what only the width of a table decides: blank lines, rules, runs of spaces."""
    lines = (re.sub(r"\s+", " ", line).strip() for line in printed.splitlines())
    return [line for line in lines if line.strip("─ ")]


def _matches(told: str, printed: str) -> bool:
    """Line by line; `…` stands for any part of a line, and alone for any lines."""
    pattern = [r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in _lines(told)]
    return re.fullmatch("".join(pattern), "".join(f"{line}\n" for line in _lines(printed))) is not None


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: f"{session.page}: {session.command[:60]}")
def test_a_command_prints_what_the_page_says(session: Session, sample_home, monkeypatch):
    monkeypatch.setenv("LEDGER_HOME", str(sample_home))
    monkeypatch.chdir(PROJECT)
    result = CliRunner().invoke(app, shlex.split(session.command)[1:])
    assert result.exit_code == 0, result.output
    assert _matches(session.printed, result.stdout), f"{session.page} should say:\n$ {session.command}\n{result.stdout}"


@pytest.mark.parametrize(("page", "query"), QUERIES)
def test_a_query_runs_on_the_sample(page, query, sample_home):
    with connection.read(sample_home) as con:
        con.execute(query)


def test_a_run_prints_the_facts_that_the_readme_shows(sample_home):
    printed = _lines((sample_home.parent / "stdout").read_text(encoding="utf-8"))
    example = "\n".join(blocks(PROJECT / "README.md", "text"))
    shown = _lines("\n".join(re.findall(r"^  [0-9a-f]{8}   .+$", example, flags=re.MULTILINE)))
    assert shown
    assert set(shown) <= set(printed)
