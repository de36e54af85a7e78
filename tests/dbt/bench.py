"""`python -m tests.dbt.bench`: the times of a generated ledger of a million claims, and of a small one beside it.

Prints a table with the limits; the exit code is 1 where one is missed. Wall time is what a user waits for, CPU time is
what the work takes whatever else the machine does: on a busy machine compare that.
Needs 6 GB of disk in the temporary folder (`--claims` for less) and some ten minutes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb

from orchestration import marts
from tests.dbt import generated
from warehouse import publishing

ROOT = Path(__file__).parents[2]
SMALL = 10_000
TICK = 100
ORGANIZATIONS = 5_000
FACILITIES = str(ROOT / "dbt" / "seeds" / "facilities.csv")
PAST_DAY = generated.FIRST_DAY + timedelta(days=5 * 365)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took, in seconds and in MB at its peak."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def opened(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(path, read_only=read_only, config={"storage_compatibility_version": "v1.5.0"})
    connection.execute("set TimeZone = 'UTC'")
    return connection


def tell(path: Path, first: int, last: int) -> None:
    """Add claims, in a process of its own: the memory of this one would count in that of the builds."""
    process = multiprocessing.get_context("spawn").Process(target=_tell, args=(path, first, last))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"The claims {first} to {last} could not be made: see the error above.")


def _tell(path: Path, first: int, last: int) -> None:
    with opened(path) as connection:
        connection.execute((ROOT / "warehouse" / "schema.sql").read_text())
        generated.tell(connection, first, last, FACILITIES, organizations=ORGANIZATIONS)


def build(path: Path, *selection: str) -> Spent:
    """`dbt build` as runs call it: with the tests of the data."""
    command = [
        *(marts.DBT, *marts.BUILD),
        *("--project-dir", str(ROOT / "dbt"), "--profiles-dir", str(ROOT / "dbt")),
        *selection,
    ]
    scratch = path.with_suffix(".dbt")
    environment = os.environ | {
        "LEDGER_WAREHOUSE": str(path),
        "DBT_TARGET_PATH": str(scratch / "target"),
        "DBT_LOG_PATH": str(scratch / "logs"),
    }
    with tempfile.TemporaryFile() as printed:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=printed, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started
        if status:
            printed.seek(0)
            raise SystemExit(printed.read().decode())
    return Spent(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def fingerprint(path: Path) -> str:
    with opened(path, read_only=True) as connection:
        return publishing.fingerprint(connection, ROOT / "dbt")


def ticks(path: Path, claims: int) -> Spent:
    """The median of three builds, each with a hundred claims that have just come, and of what a run builds then."""
    project = json.loads(marts.ensure_manifest().read_text())
    spent = []
    for number in range(3):
        built = fingerprint(path)
        tell(path, claims + number * TICK, claims + (number + 1) * TICK)
        spent.append(build(path, "--exclude", *marts.unchanged(project, built, fingerprint(path))))
    return sorted(spent, key=lambda one: one.wall_s)[1]


def gate_1(path: Path, claims: int) -> float:
    """Seconds in which gate 1 judges 10,000 claims that the ledger doesn't have; its import is paid before."""
    from expectations import claims as claim_rules
    from expectations import gates, validation  # noqa: F401

    with tempfile.TemporaryDirectory() as folder, opened(path) as connection:
        connection.execute("begin")
        first = claims + 10 * TICK
        generated.insert(connection, first, first + SMALL, FACILITIES, organizations=ORGANIZATIONS)
        condition = f"substr(claim_id, 2)::bigint between {first} and {first + SMALL - 1} and claim_id like 'c%'"
        # names of the vocabulary: a row that is refused costs more than one that passes, and is rare
        candidates = connection.sql(
            f"select * replace ('Tesla' as organization) from raw.claims where {condition}"
        ).to_arrow_table()
        connection.execute(f"delete from raw.claims where {condition}")
        gates.admit(connection, claim_rules.SUITE, candidates.slice(0, TICK), Path(folder), ROOT / "dbt" / "seeds")
        started = time.perf_counter()
        admission = gates.admit(connection, claim_rules.SUITE, candidates, Path(folder), ROOT / "dbt" / "seeds")
        spent = time.perf_counter() - started
        connection.execute("rollback")
    assert admission.admitted.num_rows + admission.refused.num_rows == SMALL
    return spent


def queries(path: Path) -> dict[str, float]:
    """Milliseconds of each query that reads every row and column of a report, and of a past day's facts; warm."""
    with opened(path, read_only=True) as connection:
        reports = [
            name
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() "
                "where schema_name = 'marts' and table_name like 'rpt%' order by 1"
            ).fetchall()
        ]
        whole = "select max(hash(report)) from marts.{} as report"
        asked = {f"{name}, every row and column": whole.format(name) for name in reports}
        known = f"marts.facts_as_known(date '{PAST_DAY}')"
        asked["facts_as_known, all counted"] = f"select count(*), sum(value_low), max(known_at) from {known}"
        asked["facts_as_known, of one organization"] = f"from {known} where organization_id = 'organization_77'"
        times = {}
        for name, query in asked.items():
            connection.execute(query).fetchall()
            started = time.perf_counter()
            connection.execute(query).fetchall()
            times[name] = (time.perf_counter() - started) * 1000
        return times


def main() -> int:
    """Generate, build, tick and ask; 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=1_000_000, help="claims of the large ledger")
    claims = parser.parse_args().claims
    missed = 0

    def show(name: str, value: float, unit: str, limit: float | None, more: str = "") -> None:
        nonlocal missed
        missed += limit is not None and value > limit
        print(f"{name:<52}{value:>9.1f} {unit:<3}{limit if limit else '':>8}  {more}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder) / "large.duckdb", Path(folder) / "small.duckdb"
        tell(large, 0, claims)
        tell(small, 0, SMALL)
        print(f"{'a ledger of ' + format(claims, ',') + ' claims':<52}{'measured':>13}{'limit':>8}")
        full = build(large)
        show("full build", full.wall_s, "s", 120, f"{full.cpu_s:.1f} s CPU")
        build(small)
        small_tick, large_tick = ticks(small, SMALL), ticks(large, claims)
        show(f"tick with {TICK} new claims", large_tick.wall_s, "s", 8, f"{large_tick.cpu_s:.1f} s CPU")
        show(f"the same on {SMALL:,} claims", small_tick.wall_s, "s", None, f"{small_tick.cpu_s:.1f} s CPU")
        show("their ratio", large_tick.wall_s / small_tick.wall_s, "", 1.5)
        show("peak memory of a build", max(full.peak_mb, large_tick.peak_mb), "MB", 3_000)
        show("gate 1 on 10,000 new claims", gate_1(large, claims), "s", 3)
        for name, milliseconds in queries(large).items():
            show(name, milliseconds, "ms", 200 if name.startswith("facts") else 500)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
