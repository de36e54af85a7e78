"""What may happen to a run: a kill at any moment, a rival, damage, a full disk, a read-only one, an older warehouse.

The runs are real processes on the embedded sample. One is killed here; `make chaos` (`tests/chaos.py`) kills sixty.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from threading import Timer

import dagster as dg
import pytest
from filelock import FileLock

from orchestration import retention
from orchestration.one_run import only_run
from sources import landing
from tests.conftest import call_ledger
from warehouse import connection, loading, publishing

LEDGER = Path(sys.executable).with_name("ledger")
SEED = 6
# The moments of a run and the identifiers of its requests; all else is the same whenever a run was.
VOLATILE = {"fetched_at", "fetch_id", "last_checked_at", "last_changed_at", "next_check_at", "last_fetched_at"}
RAW = ("raw.documents", "raw.claims", "raw.extractions", "raw.filings", "raw.company_facts")
# of some facts of the sample
ONLY_SOURCE = "http://lecourrier.example/ia/2026-03-31-mistral-emprunte-pour-ses-puces.html"
IMPORTS_S = 5  # what a run takes before its own clock starts

Tables = dict[str, tuple[list[str], list[str]]]


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """A copy of the sample's home that a test may hurt."""
    return Path(shutil.copytree(sample_home, tmp_path / "home", symlinks=True))


def snapshot(home: Path) -> Tables:
    """All that is published, but for moments and request ids."""
    tables: Tables = {}
    with connection.read(home) as con:
        columns = con.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns() "
            "where not internal group by table_name"
        ).fetchall()
        for table, names in columns:
            steady = [name for name in names if name not in VOLATILE]
            chosen = ", ".join(f'"{name}"' for name in steady)
            tables[table] = steady, sorted(map(repr, con.execute(f'select {chosen} from "{table}"').fetchall()))
    return tables


def ledger(home: Path) -> Tables:
    """The same, and how much the working file has of it."""
    tables = snapshot(home)
    with connection.write(home) as con:
        counts = loading.row_counts(con)
    tables["raw"] = list(RAW), [repr(counts[table]) for table in RAW]
    return tables


def assert_nothing_is_half(home: Path) -> None:
    """What bears its final name is whole, whatever has been killed."""
    for path in landing.warc_files(home):
        assert [one for one in landing.read_all(path) if isinstance(one, landing.Damage)] == []
    manifest = publishing.last_manifest(home)
    if manifest is not None:
        assert publishing._sha256(connection.published_file(home)) == manifest.sha256


def assert_nothing_is_left(home: Path) -> None:
    """After the run that follows a kill nothing is left of the killed one."""
    assert_nothing_is_half(home)
    written = [path for folder in ("landing", "snapshots", "exports") for path in (home / folder).rglob("*")]
    assert [path for path in written if ".tmp" in path.name] == []
    with FileLock(home / "run.lock", timeout=0):
        pass
    with dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
        assert instance.get_runs_count(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])) == 0


def environment(home: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LEDGER_", "DAGSTER_"))}
    return clean | {"LEDGER_HOME": str(home), "PYTHONDONTWRITEBYTECODE": ""}


def start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [LEDGER, *arguments],
        env=environment(home),
        cwd=home.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def phases_of(progress: str) -> list[tuple[str, float]]:
    """The steps of a run with the seconds that they took; before the first comes what its imports take."""
    steps = re.findall(r"^  (\S.*?)\s+done in ([\d.]+) s$", progress, flags=re.MULTILINE)
    return [("imports", IMPORTS_S), *((step, float(seconds)) for step, seconds in steps)]


def moment_in(phases: Sequence[tuple[str, float]], share: float) -> tuple[int, float]:
    """A moment of a run, as (steps that are done, seconds since then)."""
    ends = list(accumulate(seconds for _, seconds in phases))
    moment = share * ends[-1]
    phase = bisect_right(ends, moment)
    return max(phase - 1, 0), moment - (ends[phase - 1] if phase > 1 else 0)


def wait_for_steps(run: subprocess.Popen[str], steps: int) -> None:
    """Until so many more steps are done, or the run is over."""
    assert run.stderr is not None
    while steps and (line := run.stderr.readline()):
        steps -= " done in " in line


def kill_a_run(home: Path, phases: Sequence[tuple[str, float]], number: int, kills: int) -> str:
    """Start a run in an empty home and kill it at the moment that is that one of so many; says when that was."""
    chance = random.Random(SEED + number)
    phase, after_s = moment_in(phases, (number + chance.random()) / kills)
    with_children = chance.random() < 0.5  # a power cut; else only the process itself, and dbt goes on without it
    home.mkdir()
    with start(home, "run", "--offline") as run:

        def kill() -> None:
            with suppress(ProcessLookupError):
                (os.killpg if with_children else os.kill)(run.pid, signal.SIGKILL)

        wait_for_steps(run, phase)
        timer = Timer(after_s, kill)
        timer.start()
        wait_for_steps(run, 1)  # a machine that is faster by now is killed at the end of the phase
        timer.cancel()
        kill()
    assert run.returncode == -signal.SIGKILL
    after = phases[phase][0] if phase else "its start"
    return f"killed {after_s:.1f} s after {after}, {'with' if with_children else 'without'} its children"


@pytest.mark.slow
def test_after_a_run_was_killed_the_next_gives_the_ledger_of_an_unkilled_one(sample_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    print(kill_a_run(home, phases_of((sample_home.parent / "stderr").read_text()), 0, 1))
    assert_nothing_is_half(home)
    done = call_ledger(home, "run", "--offline")
    assert done.returncode == 0, done.stderr
    assert ledger(home) == ledger(sample_home)
    assert_nothing_is_left(home)


@pytest.mark.slow
def test_of_two_runs_at_once_one_waits_and_says_so(home: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Nebius operates 1,234 H100 GPUs in Finland.\n")
    assert call_ledger(home, "add", tmp_path / "note.txt", "--published", "2025-05-05").returncode == 0
    with start(home, "run", "--offline") as first:
        assert first.stderr is not None
        first.stderr.readline()  # of its first step
        second = call_ledger(home, "run", "--offline")
        first.communicate()
    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    assert "Another run is at work" in second.stderr
    with connection.read(home) as con:
        told = con.execute("select count(*) from fct_compute_capacity_capex where value = 1234").fetchall()
    assert told == [(1,)]
    assert_nothing_is_left(home)


def test_while_one_run_is_at_work_no_other_process_is_and_then_any_is(tmp_path: Path) -> None:
    with only_run(tmp_path):
        rival = "import sys; from filelock import FileLock; FileLock(sys.argv[1]).acquire(timeout=0)"
        tried = [subprocess.run([sys.executable, "-c", rival, tmp_path / "run.lock"], check=False, capture_output=True)]
    tried += [subprocess.run([sys.executable, "-c", rival, tmp_path / "run.lock"], check=False, capture_output=True)]
    assert [done.returncode for done in tried] == [1, 0]


@pytest.mark.slow
def test_damage_is_told_and_what_was_backed_up_comes_back_with_the_same_facts(
    sample_home: Path, home: Path, tmp_path: Path
) -> None:
    target = tmp_path / "backup"
    assert call_ledger(home, "backup", target).returncode == 0
    article = next(path for path in landing.warc_files(home) if "-articles-" in path.name)
    urls = [one.url for one in landing.read_all(article) if isinstance(one, landing.Record)]
    payload = article.read_bytes()
    members = [at for at in range(len(payload)) if payload.startswith(b"\x1f\x8b\x08", at)]
    place = members[1 + 2 * urls.index(ONLY_SOURCE)]
    article.write_bytes(payload[: place + 30] + bytes(30) + payload[place + 60 :])
    working = connection.working_file(home)
    working.write_bytes(working.read_bytes()[:6_000_000])

    refused = call_ledger(home, "run", "--offline")
    assert refused.returncode == 1
    assert "working.duckdb is damaged: `ledger replay` makes it again" in refused.stderr
    assert call_ledger(home, "sql", "select 1").returncode == 0

    published_before = publishing.last_manifest(home)
    replayed = call_ledger(home, "replay")
    assert f"a record at byte {place} was skipped" in replayed.stderr
    assert replayed.returncode == 1, "gate 2 lets no fact vanish because its document can't be read any more"
    assert "no_fact_disappears" in replayed.stderr
    assert "last good snapshot" in replayed.stderr
    assert publishing.last_manifest(home) == published_before
    with connection.write(home) as con:
        read = {url for (url,) in con.execute("select url from raw.documents").fetchall()}
        quarantined = con.execute("select rules, reasons[1] from quarantine.documents").fetchall()
    with connection.read(home) as con:
        published = {url for (url,) in con.execute("select url from dim_document").fetchall()}
    assert published - read == {ONLY_SOURCE}
    assert [rules for rules, _ in quarantined] == [["whole"]]
    assert f"at byte {place}" in quarantined[0][1]

    new = tmp_path / "new" / "home"
    new.parent.mkdir()
    restored = call_ledger(new, "restore", target)
    assert restored.returncode == 0, restored.stderr
    assert snapshot(new) == snapshot(sample_home)
    archived = [{path.name: path.read_bytes() for path in landing.warc_files(one)} for one in (new, sample_home)]
    assert archived[0] == archived[1], "what `ledger replay` makes all of again"


@pytest.mark.slow
def test_a_warehouse_of_an_older_version_is_brought_up_to_date(sample_home: Path, home: Path) -> None:
    with connection.write(home) as con:
        con.execute("alter table raw.company_facts drop column source")
        con.execute("alter table quarantine.claims drop column rules_version")
        con.execute("drop table raw.corrections")
    done = call_ledger(home, "run", "--offline")
    assert done.returncode == 0, done.stderr
    assert ledger(home) == ledger(sample_home)


def test_the_last_build_is_the_last_one_whatever_the_clock_said(tmp_path: Path) -> None:
    with connection.write(tmp_path) as con:
        con.execute("insert into raw.builds values ('first', now() + interval 1 year)")
        loading.note_build(con, "second")
        assert loading.last_build(con) == "second"


# Mounting needs a name space of one's own, which some machines don't give.
def in_own_mounts(script: str, home: Path) -> subprocess.CompletedProcess[str]:
    """A shell script in which $HOME_OF_DATA may be mounted, and LEDGER is the command."""
    home.mkdir(exist_ok=True)
    probe = ["unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", home]
    if shutil.which("unshare") is None or subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("this machine doesn't let a test mount anything")
    return subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", script],
        env=environment(home) | {"HOME_OF_DATA": str(home), "LEDGER": str(LEDGER)},
        cwd=home.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )


@pytest.mark.slow
def test_on_a_read_only_disk_readers_read_and_writers_say_what_to_do(home: Path) -> None:
    (home.parent / "note.txt").write_text("Nebius operates 1,234 H100 GPUs.\n")
    done = in_own_mounts(
        'mount --bind "$HOME_OF_DATA" "$HOME_OF_DATA"; mount -o remount,ro,bind "$HOME_OF_DATA"\n'
        '"$LEDGER" sql "select 1 as one" --format json; "$LEDGER" status > status; echo "status: $?"\n'
        '"$LEDGER" run --offline; echo "run: $?"; "$LEDGER" add note.txt; echo "add: $?"',
        home,
    )
    assert done.stdout.splitlines() == ['{"one": 1}', "status: 0", "run: 1", "add: 1"]
    told = done.stderr.strip().splitlines()
    assert len(told) == 2, done.stderr
    assert all("can't be written (Read-only file system): set LEDGER_HOME to a folder" in line for line in told)


@pytest.mark.slow
def test_on_a_full_disk_a_run_says_so_and_the_next_one_with_room_gives_the_same_facts(
    sample_home: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "copied"
    done = in_own_mounts(
        'mount -t tmpfs -o size=12m tmpfs "$HOME_OF_DATA"; "$LEDGER" run --offline > /dev/null; echo "full: $?"\n'
        f'echo "more room" >&2; mount -o remount,size=400m "$HOME_OF_DATA"\n'
        f'"$LEDGER" run --offline > /dev/null; echo "room: $?"; cp -a "$HOME_OF_DATA" "{copied}"',
        tmp_path / "home",
    )
    assert done.stdout.splitlines() == ["full: 1", "room: 0"], done.stderr
    told = done.stderr.partition("more room")[0]
    assert "Traceback" not in told
    assert "make room and run again" in told.strip().splitlines()[-1]
    assert ledger(copied) == ledger(sample_home)
    assert_nothing_is_left(copied)


def test_what_a_killed_run_left_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    left = ["landing/2026-03-02/a.warc.gz.tmp", "snapshots/b.tmp", "snapshots/b.tmp.wal", ".compute_ledger.duckdb.77"]
    left.append("working.duckdb")  # begun, and not a header long
    kept = ["landing/2026-03-02/a.warc.gz", "snapshots/b.duckdb", "inbox/.c.txt.tmp", "landing/state.sqlite"]
    for name in left + kept:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert {path.relative_to(tmp_path).as_posix() for path in retention.clear_leftovers(tmp_path)} == set(left)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == set(kept)


@dg.asset(check_specs=[dg.AssetCheckSpec("holds", asset="something")])
def something() -> dg.MaterializeResult:
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


@dg.op
def fails() -> None:
    raise RuntimeError


@dg.job
def failing() -> None:
    fails()


def test_old_runs_go_with_their_events_and_files_and_the_newest_of_each_asset_stays(tmp_path: Path) -> None:
    materialize = dg.Definitions([something], jobs=[dg.define_asset_job("one", "something")]).resolve_job_def("one")
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        old = [materialize.execute_in_process(instance=instance).run_id for _ in range(2)]
        old.append(failing.execute_in_process(instance=instance, raise_on_error=False).run_id)
        going_on = instance.create_run_for_job(failing, status=dg.DagsterRunStatus.STARTED).run_id
        now = datetime.now(UTC)
        assert retention.purge_runs(instance, now - timedelta(days=1)) == 0
        assert retention.purge_runs(instance, now + timedelta(seconds=1)) == 2
        assert {run.run_id for run in instance.get_runs()} == {old[1], going_on}
        newest = instance.get_latest_materialization_event(dg.AssetKey("something"))
        assert newest is not None
        assert newest.run_id == old[1]
        files: Sequence[str] = [path.name for path in tmp_path.rglob("*")]
        assert [name for name in files if old[0] in name or old[2] in name] == []
    with closing(sqlite3.connect(tmp_path / "history" / "runs" / "index.db")) as events:
        for table in ("event_logs", "asset_check_executions"):
            assert {run for (run,) in events.execute(f"select run_id from {table}")} == {old[1]}


def test_a_log_that_grew_long_begins_anew_under_the_programs_that_append_to_it(tmp_path: Path) -> None:
    log = tmp_path / "services.log"
    with log.open("ab", buffering=0) as service:
        service.write(b"old\n" * 3)
        retention.rotate(log, most_bytes=100)
        assert log.stat().st_size == 12
        retention.rotate(log, most_bytes=10)
        service.write(b"new\n")
    assert (log.read_bytes(), (tmp_path / "services.log.1").read_bytes()) == (b"new\n", b"old\n" * 3)


def test_the_purge_is_a_job_of_its_own_that_the_settings_rule(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PURGE], env=environment(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"success": True}
    assert "0 runs of before" in done.stderr


PURGE = """
import json, os
os.environ["DAGSTER_HOME"] = os.environ["LEDGER_HOME"] + "/dagster"
import dagster as dg
from orchestration.definitions import defs
with dg.DagsterInstance.get() as instance:
    done = defs().resolve_job_def("retention").execute_in_process(instance=instance)
print(json.dumps({"success": done.success}))
"""


def test_settings_refuse_to_keep_no_history_at_all(tmp_path: Path) -> None:
    done = call_ledger(tmp_path, "status", LEDGER_KEEP_RUNS_DAYS="0")
    assert done.returncode == 1
    assert "LEDGER_KEEP_RUNS_DAYS" in done.stderr
