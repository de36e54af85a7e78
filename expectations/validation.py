"""Running a suite in Great Expectations, and making its Data Docs.

The only module that imports Great Expectations, and only when there are rows to judge: the import takes seconds.
"""

from __future__ import annotations

import html
import json
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.rules import Rule, RuleResult, Suite

if TYPE_CHECKING:
    import pandas as pd

_log = logging.getLogger("ledger.expectations")


def data_docs(home: Path) -> Path:
    """The index page of the Data Docs, whether or not a suite has run yet."""
    return home / "data_docs" / "index.html"


def _write_index(home: Path) -> None:
    """A plain list of the suites' newest results: the index of Great Expectations stays empty without a network."""
    folder = data_docs(home).parent
    pages = (page.relative_to(folder) for page in sorted(folder.glob("*/validations/**/*.html")))
    newest = {page.parts[0]: page for page in pages}
    items = "".join(
        f'<li id="{suite}">{suite}: <a href="{page}">results</a>, '
        f'<a href="{suite}/expectations/{suite}.html">rules</a></li>'
        for suite, page in newest.items()
    )
    unfinished = data_docs(home).with_suffix(".tmp")
    unfinished.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Data Docs</title><h1>Data Docs</h1>'
        f"<p>The newest results of each suite of expectations.</p><ul>{items}</ul></html>\n",
        encoding="utf-8",
    )
    unfinished.replace(data_docs(home))


def validate(suite: Suite, frame: pd.DataFrame, home: Path) -> list[RuleResult]:
    """Check every rule of a suite on a frame, one result a rule, in the suite's order; writes the Data Docs."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    import great_expectations.expectations as gxe

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    context.add_data_docs_site("data_docs", _site(home, suite))
    expectations = [
        getattr(gxe, rule.expectation)(
            **rule.arguments, severity=rule.severity, meta={"name": rule.name}, notes=rule.sentence
        )
        for rule in suite.rules
    ]
    rows = context.data_sources.add_pandas("warehouse").add_dataframe_asset(suite.name)
    checkpoint = gx.Checkpoint(
        name=suite.name,
        validation_definitions=[
            context.validation_definitions.add(
                gx.ValidationDefinition(
                    name=suite.name,
                    data=rows.add_batch_definition_whole_dataframe("rows"),
                    suite=context.suites.add(gx.ExpectationSuite(name=suite.name, expectations=expectations)),
                )
            )
        ],
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["row_key"]},
    )
    checkpoint = context.checkpoints.add(checkpoint)
    outcome = checkpoint.run(batch_parameters={"dataframe": frame})
    ((identifier, validation),) = outcome.run_results.items()
    by_name = {result.expectation_config.meta["name"]: result for result in validation.results}
    results = [_result(rule, by_name[rule.name]) for rule in suite.rules]
    for result in validation.results:  # the pages of Great Expectations show values as they are, markup and all
        result.result, result.exception_info = _escaped(result.result), _escaped(result.exception_info)
    context.validation_results_store.set(identifier, validation)
    context.build_data_docs(site_names=["data_docs"])
    _write_index(home)
    return results


def _escaped(value: Any) -> Any:
    """The same with every text in it as HTML that can do nothing but be read."""
    if isinstance(value, str):
        return html.escape(value)
    if isinstance(value, dict):
        return {key: _escaped(one) for key, one in value.items()}
    return [_escaped(one) for one in value] if isinstance(value, (list, tuple)) else value


def _site(home: Path, suite: Suite) -> dict[str, Any]:
    """One site a suite, with its newest results only: what a context doesn't know, it removes from its site."""
    folder = data_docs(home).parent / suite.name
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }


def _result(rule: Rule, result: Any) -> RuleResult:
    # to_json_dict: the raw result holds numpy numbers, which neither JSON nor Dagster takes
    told = result.to_json_dict()
    detail = told.get("result") or {}
    raised = [info for info in _exceptions(told.get("exception_info") or {}) if info.get("raised_exception")]
    return RuleResult(
        rule=rule,
        passed=bool(told["success"]),
        failing_keys=tuple(str(row["row_key"]) for row in detail.get("unexpected_index_list") or ()),
        observed={
            key: json.loads(json.dumps(detail[key], default=str))
            for key in ("observed_value", "element_count", "unexpected_count", "partial_unexpected_list")
            if detail.get(key) is not None
        },
        error=str(raised[0].get("exception_message")) if raised else None,
    )


def _exceptions(info: dict[str, Any]) -> list[dict[str, Any]]:
    """An exception info is one record, or one record a metric, by the metric's name."""
    return [info] if "raised_exception" in info else [one for one in info.values() if isinstance(one, dict)]
