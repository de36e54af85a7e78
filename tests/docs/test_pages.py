"""What the pages say about the program is so: links, commands, settings, the data dictionary, the picture."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest
import typer

from orchestration.cli import app
from orchestration.settings import PROJECT as FOLDER
from orchestration.settings import Settings
from tests.docs.handbook import PAGES, PROJECT, anchors, commands, prose_of, relative_links, text_of

SETTINGS = {f"LEDGER_{name.upper()}": field for name, field in Settings.model_fields.items()}
NOT_FOR_USERS = {"LEDGER_WAREHOUSE"}  # how a run tells dbt which file to write


def _name(page: Path) -> str:
    return page.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_relative_link_leads_somewhere(page):
    for target in relative_links(page):
        path, _, fragment = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), f"{target} doesn't exist"
        if fragment:
            assert fragment in anchors(linked), f"{target}: there is no such heading"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_command_and_option_that_is_named_exists(page):
    group = typer.main.get_command(app)
    assert isinstance(group, click.Group) or hasattr(group, "commands")
    for words in commands(page):
        if words[0] == "--help":
            continue
        assert words[0] in group.commands, f"there is no `ledger {words[0]}`"
        command = group.commands[words[0]]
        if hasattr(command, "commands") and len(words) > 1:
            assert words[1] in command.commands, f"there is no `ledger {words[0]} {words[1]}`"
            command = command.commands[words[1]]
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        named = {word.partition("=")[0] for word in words[1:] if word.startswith("--")}
        assert named <= known, f"`ledger {words[0]}` has no {named - known}"


def test_the_readme_lists_every_setting_with_its_default():
    rows = re.findall(r"^\| `(LEDGER_\w+)` \| (.+?) \|", text_of(PROJECT / "README.md"), flags=re.MULTILINE)
    assert [name for name, _ in rows] == list(SETTINGS)
    for name, told in rows:
        assert told.strip("`") == _shown(SETTINGS[name].default), name


def _shown(default: object) -> str:
    if default in (None, ()):
        return "none"
    if isinstance(default, Path):
        return default.relative_to(FOLDER).as_posix()
    return str(default).lower() if isinstance(default, bool) else str(default)


def test_the_example_file_lists_every_setting_commented_out():
    lines = (PROJECT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = [line.removeprefix("# ").partition("=")[0] for line in lines if re.match(r"(# )?LEDGER_\w+=", line)]
    assert named == list(SETTINGS)
    assert all(line.startswith("#") or not line for line in lines), "a copy of the file must change nothing"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_setting_that_is_named_exists(page):
    assert _named_in(page) <= SETTINGS.keys()


def test_the_code_names_no_other_setting():
    rooms = ("dbt", "expectations", "extraction", "orchestration", "sources", "warehouse")
    code = [path for room in rooms for kind in ("*.py", "*.yml", "*.yaml") for path in (PROJECT / room).rglob(kind)]
    written = [path for path in code if not {"target", "data"} & set(path.parts)]  # not what dbt and a run have made
    named = set().union(*map(_named_in, written))
    assert named - NOT_FOR_USERS <= SETTINGS.keys()


def _named_in(path: Path) -> set[str]:
    return set(re.findall(r"LEDGER_[A-Z][A-Z_]+", text_of(path)))


def test_the_data_dictionary_is_up_to_date():
    checked = subprocess.run(
        [sys.executable, PROJECT / "docs" / "dictionary.py", "--check"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def test_the_index_leads_to_every_page_of_the_handbook():
    listed = {target.partition("#")[0] for target in relative_links(PROJECT / "docs" / "README.md")}
    assert {page.name for page in (PROJECT / "docs").glob("*.md")} - {"README.md"} <= listed


def test_the_picture_is_well_formed_and_has_a_title():
    picture = ElementTree.parse(PROJECT / "docs" / "flow.svg").getroot()
    assert picture.find("{http://www.w3.org/2000/svg}title") is not None


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_make_target_that_is_named_exists(page):
    targets = set(re.findall(r"^(\w+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert set(re.findall(r"`make (\w+)`", prose_of(page))) <= targets
