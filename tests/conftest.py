"""What several rooms share: a data home on which the main job has run, and the command line as a user calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from tests.serving import LOOPBACK

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

Ledger = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests go first, so that at the end no worker is left alone with one of them."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The recorded documents beside the repository."""
    if not SHARED.is_dir():
        pytest.skip("the recorded documents are not beside the repository (../shared)")
    return SHARED


def call_ledger(home: Path, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installed `ledger` on a data home of its own, whatever the caller's environment or .env says.

    It may ask servers of the tests.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LEDGER_", "DAGSTER_"))}
    return subprocess.run(
        [Path(sys.executable).with_name("ledger"), *map(str, arguments)],
        env=clean
        | {"LEDGER_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "", "NO_COLOR": "1"}
        | {"LEDGER_ALLOW_HOSTS": ",".join(LOOPBACK)}
        | environment,
        cwd=home.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data home on which `ledger run --offline` has run once. Read it; don't run on it.

    One for all workers: the first that wants it makes it, and what the run printed lies beside it.
    """
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    folder = (tmp_path_factory.getbasetemp().parent if is_worker else tmp_path_factory.getbasetemp()) / "sample"
    home = folder / "home"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"):
        if not (folder / "stdout").exists():
            home.mkdir()
            done = call_ledger(home, "run", "--offline")
            assert done.returncode == 0, done.stderr
            (folder / "stderr").write_text(done.stderr)
            (folder / "stdout").write_text(done.stdout)
    return home
