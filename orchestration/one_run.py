"""One run at a time in a data home, whoever starts it: a command, a schedule, the UI.

Steps of two runs between each other would publish what one has built and the other has audited. The lock is a file that
the kernel frees with the process: no kill leaves it behind.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from filelock import FileLock, Timeout

from orchestration.retention import clear_leftovers
from orchestration.settings import load

_log = logging.getLogger("ledger.runs")


@contextmanager
def only_run(home: Path) -> Iterator[None]:
    """While this is open, no other run is at work in the data home; waits for one that is, and says so.

    What a killed run has left is cleared away first.
    """
    lock = FileLock(home / "run.lock", thread_local=False)  # Dagster may go on with a generator in another thread
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _log.warning("Another run is at work in %s: this one starts when that has ended. Ctrl-C leaves.", home)
        lock.acquire()
    try:
        clear_leftovers(home)
        yield
    finally:
        lock.release()


class _OneRun(dg.Executor):
    """Another executor, on a data home of its own as long as it works."""

    def __init__(self, executor: dg.Executor, home: Path) -> None:
        self._executor, self._home = executor, home

    @property
    def retries(self) -> Any:
        return self._executor.retries

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[dg.DagsterEvent]:
        with only_run(self._home):
            yield from self._executor.execute(plan_context, execution_plan)


@dg.executor(  # type: ignore[call-overload, untyped-decorator]  # it takes a schema as another executor has it
    name="one_run", config_schema=dg.in_process_executor.config_schema
)
def one_run_executor(init_context: dg.InitExecutorContext) -> dg.Executor:
    """All steps in one process, since a process a step costs seconds of imports, and no other run beside it."""
    create = dg.in_process_executor.executor_creation_fn
    assert create is not None
    return _OneRun(create(init_context), load().home)
