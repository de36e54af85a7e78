"""What a tick builds: everything that its rows reach, and no more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orchestration import marts

BUILT = {"project": "a", "raw.corrections": "b", "raw.company_facts": 5, "raw.filings": 1, "raw.claims": 7}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return dict(json.loads(marts.ensure_manifest().read_text()))


def unchanged(manifest: dict[str, Any], **now: object) -> set[str]:
    inputs = BUILT | {name.replace("raw_", "raw."): value for name, value in now.items()}
    return set(marts.unchanged(manifest, json.dumps(BUILT), json.dumps(inputs)))


def test_new_claims_leave_the_vocabulary_and_what_only_filings_make(manifest: dict[str, Any]) -> None:
    kept = unchanged(manifest, raw_claims=8)
    assert {"organizations", "dim_metric", "stg_raw__claims", "int_filings_stated", "fct_capex_quarterly"} <= kept
    assert kept.isdisjoint({"fct_claims", "dim_organization", "rpt_press_vs_filings", "rpt_source_health"})


def test_every_growing_model_is_built_each_time(manifest: dict[str, Any]) -> None:
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    growing = {node["name"] for node in models if node["config"]["materialized"] == "incremental"}
    assert growing
    for changed in ({"raw_claims": 8}, {"raw_company_facts": 6}, {"raw_filings": 2}, {}):
        assert unchanged(manifest, **changed).isdisjoint(growing)


def test_a_new_filing_builds_what_filings_make(manifest: dict[str, Any]) -> None:
    for changed in ({"raw_company_facts": 6}, {"raw_filings": 2}):
        assert "rpt_silent_concepts" not in unchanged(manifest, **changed)
    assert "fct_capex_quarterly" not in unchanged(manifest, raw_company_facts=6)


def test_another_project_or_correction_builds_everything(manifest: dict[str, Any]) -> None:
    assert unchanged(manifest, project="c") == set()
    assert unchanged(manifest, raw_corrections="c") == set()


@pytest.mark.parametrize("built", ["", "0123456789abcdef"], ids=["none was completed", "by an older version"])
def test_what_was_built_from_is_unknown_and_everything_is_built(manifest: dict[str, Any], built: str) -> None:
    assert marts.unchanged(manifest, built, json.dumps(BUILT)) == []
