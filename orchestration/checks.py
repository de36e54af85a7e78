"""The bridge from a suite's rules to Dagster's asset checks: one check a rule, by the rule's name.

How a rule is evaluated is in `expectations/`; here it is only told to Dagster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import dagster as dg

from expectations import validation
from expectations.rules import RuleResult, Suite
from orchestration.settings import Settings

SHOWN = 10  # failing keys in a check's metadata; all of them are in the Data Docs


def asset_key(suite: Suite) -> dg.AssetKey:
    """The asset that a suite judges: "raw.claims" is the asset raw/claims."""
    return dg.AssetKey(suite.table.split("."))


def specs(suites: Iterable[Suite]) -> list[dg.AssetCheckSpec]:
    """One check a rule; a critical one blocks what is downstream."""
    return [
        dg.AssetCheckSpec(
            name=rule.name,
            asset=asset_key(suite),
            description=rule.sentence,
            blocking=rule.severity == "critical",
            metadata={"suite": suite.name, "expectation": rule.expectation},
        )
        for suite in suites
        for rule in suite.rules
    ]


def results(
    judged: Iterable[tuple[Suite, RuleResult]], settings: Settings, *, rows_were_refused: bool
) -> Iterator[dg.AssetCheckResult]:
    """One check result a rule.

    rows_were_refused   gate 1: the failing rows are in quarantine already, so a failure is a warning and the rest
    goes on.
                        Gate 2: a failing critical rule is an error, and what it blocks doesn't run.
    """
    for suite, result in judged:
        warns = result.error is None and (rows_were_refused or result.rule.severity == "warning")
        yield dg.AssetCheckResult(
            asset_key=asset_key(suite),
            check_name=result.rule.name,
            passed=result.passed,
            severity=dg.AssetCheckSeverity.WARN if warns else dg.AssetCheckSeverity.ERROR,
            description=result.error or result.rule.sentence,
            metadata={
                "failing rows": len(result.failing_keys),
                "first failing keys": list(result.failing_keys[:SHOWN]),
                "observed": dict(result.observed),
                "Data Docs": dg.MetadataValue.url(f"{data_docs_url(settings)}#{suite.name}"),
            },
        )


def data_docs_url(settings: Settings) -> str:
    """Where `ledger up` shows the Data Docs."""
    page: Path = validation.data_docs(settings.home).relative_to(settings.home)
    return f"http://127.0.0.1:{settings.docs_port}/{page}"
