"""The declared corrections as an asset: when they take effect, and what stops. How is in `warehouse.corrections`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from expectations import claims as claim_rules
from expectations import company_facts as company_fact_rules
from expectations import quarantine
from orchestration import columns
from orchestration.settings import SEEDS, Settings
from warehouse import connection, corrections

_log = logging.getLogger("ledger.corrections")
_KEY = dg.AssetKey(["raw", "corrections"])
_CHECK = "every_correction_applies"


def correct(home: Path, config: Path) -> int:
    """Let the declared corrections take effect at the next build; to how many rows they apply.

    config   the folder of the user's own `corrections.yaml`, read after the project's
    Raises   CorrectionError where one can't be used or no longer applies.
    """
    declared = corrections.load([corrections.OURS, config / "corrections.yaml"])
    with connection.write(home) as con:
        for suite in (claim_rules.SUITE, company_fact_rules.SUITE) if declared else ():
            refused = corrections.among_refused(con, declared, suite.table, quarantine.refused(con, suite))
            released = quarantine.release_corrected(con, suite, refused, home, SEEDS)
            if released:
                _log.info("%d corrected rows of %s left the quarantine", released, suite.table.removeprefix("raw."))
        return corrections.apply(con, declared)


@dg.asset(
    key=_KEY,
    deps=[dg.AssetKey(["raw", "claims"]), dg.AssetKey(["raw", "company_facts"])],
    group_name="vocabulary",
    kinds={"yaml", "duckdb"},
    owners=["team:ledger"],
    pool="warehouse",
    metadata={"dagster/column_schema": columns.of_raw_table("corrections"), "dagster/table_name": "raw.corrections"},
    check_specs=[
        dg.AssetCheckSpec(
            _CHECK,
            asset=_KEY,
            blocking=True,  # a correction that was forgotten would make a right figure wrong
            description="Each declared correction finds what it expects of its source.",
        )
    ],
    description="One row a claim or filed value that corrections.yaml speaks of, as it should be.",
)
def raw_corrections(settings: dg.ResourceParam[Settings]) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Read the declared corrections and find what they speak of."""
    try:
        rows = correct(settings.home, settings.config)
    except corrections.CorrectionError as error:
        yield dg.MaterializeResult()
        yield dg.AssetCheckResult(check_name=_CHECK, passed=False, description=str(error))
        return
    yield dg.MaterializeResult(metadata={"dagster/row_count": rows})
    yield dg.AssetCheckResult(check_name=_CHECK, passed=True)


ASSETS = [raw_corrections]
