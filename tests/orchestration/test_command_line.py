"""The command line where nothing has run: helpful texts, clear errors, and no heavy import before it is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import call_ledger
from tests.extraction.llm_server import Reply, Request, choose, completion, endpoint

COMMANDS = ("run", "up", "add", "extract", "sql", "receipt", "replay", "status")
HEAVY = ("dagster", "dbt", "great_expectations", "pandas", "trafilatura", "altair", "pyarrow")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches(tmp_path: Path, command: str) -> None:
    assert command in call_ledger(tmp_path, "--help").stdout
    shown = call_ledger(tmp_path, command, "--help")
    assert shown.returncode == 0
    assert "Usage: ledger" in shown.stdout


def test_help_imports_nothing_heavy() -> None:
    probe = f"""
import sys
from typer.testing import CliRunner
from orchestration.cli import app
assert CliRunner().invoke(app, ["extract", "--help"]).exit_code == 0
print([name for name in {HEAVY} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_sql_imports_neither_dagster_nor_dbt(tmp_path: Path) -> None:
    probe = """
import sys
from typer.testing import CliRunner
from orchestration.cli import app
CliRunner().invoke(app, ["sql", "select 1"])
print([name for name in ("dagster", "dbt", "great_expectations", "trafilatura", "pandas") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (("sql", "select 1"), {}, "Nothing is published"),
        (("receipt", "abc"), {}, "Nothing is published"),
        (("add", "nowhere.txt"), {}, "nowhere.txt does not exist"),
        (("add", "nowhere.docx"), {}, "nowhere.docx does not exist"),
        (("extract", "nowhere.txt"), {}, "nowhere.txt does not exist"),
        (("status",), {"LEDGER_UI_PORT": "high"}, "LEDGER_UI_PORT"),
        (("run",), {"LEDGER_CONFIG": "/nonexistent"}, "there is no feeds.yaml in /nonexistent"),
        (("up",), {"LEDGER_HOME": "/proc/ledger"}, "set LEDGER_HOME to a folder of yours"),
        (("run",), {"LEDGER_HOME": "/proc/ledger"}, "set LEDGER_HOME to a folder of yours"),
    ],
)
def test_an_error_is_one_clear_sentence(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str], sentence: str
) -> None:
    done = call_ledger(tmp_path / "home", *arguments, **environment)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_extract_prints_claims_and_writes_nothing(tmp_path: Path) -> None:
    text = tmp_path / "note.txt"
    text.write_text("CoreWeave a déjà installé 16 000 GPU H100 dans son centre de Plano.\n", encoding="utf-8")
    home = tmp_path / "home"
    done = call_ledger(home, "extract", text, "--published", "2024-05-06")
    (claim,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (claim["doc"], claim["org"], claim["low"], claim["status"]) == ("note.txt", "CoreWeave", 16_000, "actual")
    assert claim["end"] == "2024-05-06"
    assert claim["quote"] in text.read_text(encoding="utf-8")
    assert not home.exists()


def test_extract_explains_every_number(tmp_path: Path) -> None:
    text = tmp_path / "note.txt"
    text.write_text("CoreWeave has raised $1.1 billion. It already runs 16,000 H100 GPUs in Plano.\n")
    shown = call_ledger(tmp_path / "home", "extract", text, "--published", "2024-05-06", "--explain").stdout
    told = {line.split("  ")[1].strip(): line for line in shown.splitlines() if line.startswith("  ")}
    assert "funding" in told["$1.1 billion"]
    assert "accelerator_count" in told["16,000"]


def test_the_second_reader_is_asked_only_where_it_is_named(tmp_path: Path) -> None:
    text = tmp_path / "note.txt"
    text.write_text("Sixteen thousand came first. CoreWeave : 32,000 H100 GPUs.\n")

    def answer(request: Request) -> Reply:
        return completion({"claims": [choose(request, "32,000", metric="accelerator_count", organization="CoreWeave")]})

    with endpoint(answer) as asked:
        named = {"LEDGER_LLM_BASE_URL": asked.base_url, "LEDGER_LLM_MODEL": "tiny", "LEDGER_LLM_API_KEY": "key-1"}
        alone = call_ledger(tmp_path / "home", "extract", text, **named)
        assert asked.requests == []
        both = call_ledger(tmp_path / "home", "extract", text, "--second-reader", **named)
    assert "extractor" not in alone.stdout.replace("extractor_version", "")
    claims = [json.loads(line) for line in both.stdout.splitlines()]
    assert ("llm", 32_000) in [(claim["extractor"], claim["low"]) for claim in claims]
    assert "key-1" not in both.stdout + both.stderr
    off = call_ledger(tmp_path / "home", "extract", text, "--second-reader")
    assert "set LEDGER_LLM_BASE_URL and LEDGER_LLM_MODEL" in off.stderr
