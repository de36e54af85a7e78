"""The two gates: gate 1 judges rows before the raw tables, gate 2 judges tables before publishing.

A row that breaks a critical rule of gate 1 is refused: it goes to quarantine with the rule's name and sentence, the
rest goes on. A critical rule of gate 2 that fails stops the run before anything is published. A warning is shown at
either gate and changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from expectations.rules import RuleResult, Suite
from warehouse import loading

if TYPE_CHECKING:
    import pandas as pd

_SEEDS = ("metrics", "units", "organizations", "accelerators", "facilities", "concepts", "plausible_magnitudes")


class RuleNotEvaluated(RuntimeError):
    """A rule of gate 1 could not be checked, so nothing of its batch may pass."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What gate 1 made of a batch: rows of the suite's table, rows of the quarantine table, and one result a rule."""

    admitted: pa.Table
    refused: pa.Table
    results: tuple[RuleResult, ...]


def admit(con: duckdb.DuckDBPyConnection, suite: Suite, candidates: pa.Table, home: Path, seeds: Path) -> Admission:
    """Divide the rows that the table doesn't have yet into those that hold every critical rule and those that don't.

    candidates   rows of the suite's table; known keys are passed over, so a repeated batch is judged once
    seeds        the folder of the vocabulary
    Raises       RuleNotEvaluated where a rule could not be checked.
    """
    new = loading.missing(con, suite.table, candidates)
    quarantine = suite.table.replace("raw.", "quarantine.")
    judged = _frame(con, suite, new, seeds)
    if judged is None:  # the usual tick: no reason to import Great Expectations
        nothing = loading.arrow(con, quarantine, [])
        return Admission(new, nothing, tuple(RuleResult(rule, passed=True) for rule in suite.rules))

    from expectations.validation import validate

    positions = dict(zip(judged["row_key"], judged["position"].tolist(), strict=True))
    results = tuple(validate(suite, judged, home))
    for result in results:
        if result.error:
            raise RuleNotEvaluated(f"Rule {result.rule.name} of {suite.name} could not be checked: {result.error}")

    broken: dict[str, list[RuleResult]] = {}
    for result in (result for result in results if result.rule.severity == "critical"):
        for key in result.failing_keys:
            broken.setdefault(key, []).append(result)
    version, refused = rules_version(suite, seeds), []
    for key, why in broken.items():
        row = new.slice(positions[key], 1).to_pylist()[0]
        refused.append(
            {
                "row_key": key,
                "landing_day": row["landing_day"],
                "source": row.get("source"),
                "rules": [result.rule.name for result in why],
                "reasons": [result.rule.sentence for result in why],
                "row_json": json.dumps(row, default=str, ensure_ascii=False),
                "quarantined_at": loading.now(),
                "rules_version": version,
            }
        )
    if not broken:
        return Admission(new, loading.arrow(con, quarantine, []), results)
    out = {positions[key] for key in broken}
    kept = pa.array([position not in out for position in range(new.num_rows)], pa.bool_())
    return Admission(new.filter(kept), loading.arrow(con, quarantine, refused), results)


def rules_version(suite: Suite, seeds: Path) -> str:
    """What judges a row, as 16 hex digits: the suite's rules and the vocabulary that they ask."""
    hashed = hashlib.sha256(repr(suite).encode())
    for name in _SEEDS:
        hashed.update((seeds / f"{name}.csv").read_bytes())
    return hashed.hexdigest()[:16]


def audit(con: duckdb.DuckDBPyConnection, suites: Sequence[Suite], home: Path) -> list[tuple[Suite, RuleResult]]:
    """Check finished tables, one result a rule of each suite; changes nothing."""
    from expectations.validation import validate

    return [(suite, result) for suite in suites for result in validate(suite, con.sql(suite.frame).df(), home)]


def _frame(con: duckdb.DuckDBPyConnection, suite: Suite, new: pa.Table, seeds: Path) -> pd.DataFrame | None:
    """What the suite judges of the new rows; None where that is nothing."""
    if new.num_rows == 0:
        return None
    con.register("candidates", new.append_column("position", pa.array(range(new.num_rows), pa.int64())))
    _vocabulary(con, seeds)
    frame = con.sql(suite.frame).df()
    con.unregister("candidates")
    return None if frame.empty else frame


def _vocabulary(con: duckdb.DuckDBPyConnection, seeds: Path) -> None:
    """The seeds that a rule may ask, each as a temporary view by its file's name."""
    for name in _SEEDS:
        file = str(seeds / f"{name}.csv").replace("'", "''")
        con.execute(f"create or replace temporary view {name} as from read_csv('{file}', header = true)")
