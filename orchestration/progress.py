"""What a run says on the terminal: a line a step with its time, and what the rooms report on the way."""

from __future__ import annotations

import logging
import sys

import dagster as dg

# What Dagster tells of its own machinery; it stays in the run's event log.
_STEP_WORDS = {
    dg.DagsterEventType.STEP_SUCCESS: "done",
    dg.DagsterEventType.STEP_FAILURE: "failed",
    dg.DagsterEventType.STEP_SKIPPED: "nothing to do",
    dg.DagsterEventType.STEP_UP_FOR_RETRY: "will be tried again",
}


class _Lines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        meta = getattr(record, "dagster_meta", {})
        event: dg.DagsterEvent | None = meta.get("dagster_event")
        step = meta.get("step_key") or ""
        if event is None:
            text = meta.get("orig_message") or record.getMessage()
            self._say(f"  {step:<18} {text}")
        elif event.event_type in _STEP_WORDS:
            took = getattr(event.event_specific_data, "duration_ms", None)
            seconds = f" in {took / 1000:.1f} s" if took else ""
            self._say(f"  {step:<18} {_STEP_WORDS[event.event_type]}{seconds}")
        elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation_data
            if not check.passed:
                self._say(f"  {step:<18} {check.severity.value} {check.check_name}: {check.description}")

    def _say(self, line: str) -> None:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


@dg.logger(description="One line a step, for the terminal.")
def console(init_context: dg.InitLoggerContext) -> logging.Logger:
    """The console logger of every run."""
    logger = logging.Logger("ledger.console", logging.INFO)
    logger.addHandler(_Lines())
    return logger
