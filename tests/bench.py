"""`make bench`: the times of whole processes, as a user waits for them. Prints a table; judges nothing but the limits.

The first run and the limits are those of the README. Times of one machine say little on another: look at the ratios.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

BIN = Path(sys.executable).parent
RUNS = 3


def seconds(command: Sequence[str], home: Path) -> float:
    """Wall time of one process, from its start to its end."""
    environment = os.environ | {"LEDGER_HOME": str(home)}
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> int:
    """Time the commands; 1 where one takes longer than its limit."""
    ledger = str(BIN / "ledger")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        rows = [("first run on the sample", [ledger, "run", "--offline"], 1, 60.0)]
        rows += [
            (name, command, RUNS, limit)
            for name, command, limit in (
                ("run with nothing new", [ledger, "run", "--offline"], 10.0),
                ('ledger sql "select 1"', [ledger, "sql", "select 1"], 1.0),
                ("ledger extract --help", [ledger, "extract", "--help"], 0.5),
                (
                    "load the definitions",
                    [sys.executable, "-c", "from orchestration.definitions import defs; defs()"],
                    None,
                ),
            )
        ]
        slow = 0
        print(f"{'command':<28}{'runs':>5}{'median s':>10}{'max s':>8}{'limit s':>9}")
        for name, command, runs, limit in rows:
            times = [seconds(command, home) for _ in range(runs)]
            middle = statistics.median(times)
            slow += limit is not None and middle > limit
            print(f"{name:<28}{runs:>5}{middle:>10.2f}{max(times):>8.2f}{limit if limit else '':>9}", flush=True)
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
