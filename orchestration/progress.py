"""What a run says on the terminal: a line a step with its time, and what the rooms tell on the way."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from orchestration.terminal import printable

# What Dagster tells of its own machinery; it stays in the run's event log.
_STEP_WORDS = {
    dg.DagsterEventType.STEP_SUCCESS: "done",
    dg.DagsterEventType.STEP_FAILURE: "failed",
    dg.DagsterEventType.STEP_SKIPPED: "nothing to do",
    dg.DagsterEventType.STEP_UP_FOR_RETRY: "will be tried again",
}


class _Steps(logging.Handler):
    """How each step ends, and each rule that doesn't hold."""

    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", {})
        event: dg.DagsterEvent | None = meta.get("dagster_event")
        line = _of_event(event) if event else None
        if line:
            _say(str(meta.get("step_key") or "").replace("__", " "), line)


class _Rooms(logging.Handler):
    """What the rooms say on the way: a line a source, a page, a batch."""

    def emit(self, record: logging.LogRecord) -> None:
        _say("", record.getMessage())


def _of_event(event: dg.DagsterEvent) -> str | None:
    if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
        check = event.asset_check_evaluation_data
        return (
            None
            if check.passed
            else f"{check.severity.value}: {check.check_name}: {check.description or 'a dbt test failed'}"
        )
    if event.event_type not in _STEP_WORDS:
        return None
    took_ms = getattr(event.event_specific_data, "duration_ms", None)
    return _STEP_WORDS[event.event_type] + (f" in {took_ms / 1000:.1f} s" if took_ms else "")


def _say(step: str, line: str) -> None:
    sys.stderr.write(f"  {step:<19} {printable(line)}\n")  # lines tell titles, reasons and addresses from outside
    sys.stderr.flush()


@contextmanager
def shown() -> Iterator[None]:
    """While this is open, what the rooms log goes to the terminal."""
    rooms, handler = logging.getLogger("ledger"), _Rooms(logging.INFO)
    rooms.setLevel(logging.INFO)
    rooms.addHandler(handler)
    try:
        yield
    finally:
        rooms.removeHandler(handler)


@dg.logger({}, description="One line a step, for the terminal.")
def console(init_context: dg.InitLoggerContext) -> logging.Logger:
    """The console logger of `ledger run`."""
    logger = logging.Logger("ledger.console", logging.DEBUG)  # Dagster tells of its events at debug level
    logger.addHandler(_Steps())
    return logger
