"""Gate 2 and publishing as assets: when, and after what. How is in `expectations/` and `warehouse/`."""

import base64
from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from expectations import batch, gates, units
from expectations import facts as fact_rules
from orchestration import checks
from orchestration.settings import Settings
from warehouse import charts, exporting, loading, publishing
from warehouse.connection import published_file, read, write

_GATE_2 = (*fact_rules.SUITES, units.SUITE, batch.SUITE)
_FACTS = dg.AssetKey(["marts", "fct_compute_capacity_capex"])


@dg.multi_asset_check(name="gate_2", specs=checks.specs(_GATE_2), pool="warehouse")
def gate_2(settings: dg.ResourceParam[Settings]) -> Iterator[dg.AssetCheckResult]:
    """Judge the finished marts; a critical rule that fails stops the run before publishing."""
    with write(settings.home) as con, publishing.previous_facts(con, settings.home):
        judged = gates.audit(con, _GATE_2, settings.home)
    yield from checks.results(judged, settings, rows_were_refused=False)


@dg.asset(
    key=["published", "snapshot"],
    deps=[_FACTS, *(dg.AssetKey(["marts", name]) for name in ("fct_claims", "fct_capex_quarterly"))],
    group_name="publish",
    kinds={"duckdb"},
    owners=["team:ledger"],
    pool="warehouse",  # it reads the working file, which can't be opened beside a writer
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(days=7), warn_window=timedelta(days=2)),
    description="The read-only file that analysts open: one whole audited run, or else the one before it.",
)
def snapshot(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[None]:
    """Publish what gate 2 let pass."""
    with write(settings.home) as con:
        inputs = loading.last_build(con)
    manifest = publishing.publish(settings.home, inputs)
    with read(settings.home) as con:
        chart = base64.b64encode(charts.facts_by_organization(con)).decode()
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": manifest.rows["fct_compute_capacity_capex"],
            "file": dg.MetadataValue.path(str(published_file(settings.home))),
            "sha256": manifest.sha256,
            "rows": manifest.rows,
            **{f"facts {kind}": number for kind, number in manifest.changes.items()},
            "changes": dg.MetadataValue.md(publishing.last_changes(settings.home)),
            "chart": dg.MetadataValue.md(f"![Facts by organisation and metric](data:image/svg+xml;base64,{chart})"),
            "Data Docs": dg.MetadataValue.url(checks.data_docs_url(settings)),
        }
    )


@dg.asset(
    key=["published", "exports"],
    deps=[snapshot],
    group_name="publish",
    kinds={"csv", "parquet"},
    owners=["team:ledger"],
    pool="warehouse",  # one export at a time
    description="The marts of the snapshot as CSV and Parquet files, with a datapackage.json that describes them.",
)
def exports(settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult[None]:
    """Export what was published."""
    made = exporting.export(settings.home)
    return dg.MaterializeResult(
        metadata={
            "folder": dg.MetadataValue.path(str(exporting.latest(settings.home))),
            "tables": len(made.tables),
            "bytes": made.bytes,
        }
    )


ASSETS = [snapshot, exports]
CHECKS = [gate_2]
