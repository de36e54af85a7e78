"""What a rule is: a Great Expectations expectation with a name, a sentence and a severity.

Rules are declared as data, for importing Great Expectations takes seconds: whoever only lists them (the Dagster
definitions, `ledger status`) needn't pay for it. `validation` makes the expectations of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["critical", "warning"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation.

    name          unique in its suite; the name of the Dagster asset check
    sentence      what holds where the rule holds, for the person who reads the check or the quarantined row
    expectation   class of `great_expectations.expectations`
    arguments     its arguments; columns of the suite's frame
    severity      critical quarantines the row at gate 1 and stops publishing at gate 2; a warning is shown
    """

    name: str
    sentence: str
    expectation: str
    arguments: Mapping[str, Any]
    severity: Severity = "critical"


@dataclass(frozen=True, slots=True)
class Suite:
    """The rules of one table, and the query that gives the frame that they are checked on.

    table    the table whose rows are judged, "raw.claims" or "marts.fct_compute_capacity_capex"
    frame    SQL that gives one row a judged row: `row_key`, every column that a rule names, and for gate 1, which finds
             the new rows as `candidates`, also their `position`
    """

    name: str
    table: str
    frame: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How one rule came out.

    failing_keys   `row_key` of each row that broke it; empty for a rule on a whole table
    error          why the rule couldn't be evaluated, else None
    """

    rule: Rule
    passed: bool
    failing_keys: tuple[str, ...] = ()
    observed: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None
