"""The dbt project as assets: one a seed and a model, with dbt's tests as checks. What a mart means is in `dbt/`."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets

from orchestration.settings import DBT_PROJECT, DEFAULT_HOME, Settings
from warehouse import connection, exporting, loading, publishing

_log = logging.getLogger("ledger.marts")
DBT = str(Path(sys.executable).with_name("dbt"))  # of this environment, whether or not it is activated
# Unit tests judge the SQL and not the data: `make test` runs them. Nothing reads the files that dbt would write.
BUILD = ("build", "--exclude-resource-type", "unit_test", "--no-write-json", "--log-level-file", "none")
MANIFEST = DBT_PROJECT / "target" / "manifest.json"


def ensure_manifest() -> Path:
    """dbt's description of the project; made anew (5 s) only where a file of the project is younger.

    `make setup` makes it, so that loading the definitions stays quick.
    """
    made = MANIFEST.stat().st_mtime if MANIFEST.exists() else 0.0
    parts = (p for kind in ("*.sql", "*.yml", "*.csv") for p in DBT_PROJECT.rglob(kind) if "target" not in p.parts)
    if any(part.stat().st_mtime > made for part in parts):
        _log.info("parsing the dbt project")
        # for the usual working file: its name is shown in the UI, and a run on the same file needn't parse again
        environment = os.environ | {"LEDGER_WAREHOUSE": str(connection.working_file(DEFAULT_HOME))}
        command = [DBT, "parse", "--quiet"]
        done = subprocess.run(command, cwd=DBT_PROJECT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(
                f"The dbt project in {DBT_PROJECT} has an error; `dbt parse` says: {done.stdout.strip()}"
            )
        MANIFEST.touch()
    return MANIFEST


class _Translator(DagsterDbtTranslator):
    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return super().get_asset_key(dbt_resource_props)
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_asset_check_spec(self, *arguments: Any, **named: Any) -> dg.AssetCheckSpec | None:
        """Not blocking: a test that fails stops dbt and with it the run, and one that isn't asked has no result."""
        spec = super().get_asset_check_spec(*arguments, **named)
        return spec and spec._replace(blocking=False)

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return ["team:ledger"]


def _row_count(table: str, rows: Mapping[str, int]) -> dict[str, int]:
    return {"dagster/row_count": rows[table]} if table in rows else {}


def _with_row_count(output: dg.Output[Any], rows: Mapping[str, int]) -> dg.Output[Any]:
    table = str(output.metadata["unique_id"].value).rpartition(".")[2]
    return output.with_metadata({**output.metadata, **_row_count(table, rows)})


def unchanged(manifest: Mapping[str, Any], built: str, inputs: str) -> list[str]:
    """The seeds and models that needn't be built again: those of which the last build left what this one would.

    manifest  dbt's description of the project
    built     the fingerprint of the inputs of the last build; empty where none was completed
    inputs    that of this one (`publishing.fingerprint`)
    Returns   none where the project or a correction changed. Else the vocabulary, the views, and, where no filing came,
              what is made of filings only. News count as changed always: a growing model is built with all others.
    """
    before, now = (json.loads(text) if text.startswith("{") else {} for text in (built, inputs))
    if any(before.get(name) != now[name] for name in ("project", "raw.corrections")):
        return []  # a correction may say what gate 1 hasn't judged
    as_before = {
        name for name in ("company_facts", "filings", "corrections") if before.get(f"raw.{name}") == now[f"raw.{name}"]
    }
    reached: set[str] = set()
    following = {key for key in manifest["sources"] if key.partition(".raw.")[2] not in as_before}
    while following:
        reached |= following
        following = {child for key in following for child in manifest["child_map"][key]} - reached
    return [
        node["name"]
        for key, node in manifest["nodes"].items()
        if node["resource_type"] in ("seed", "model")
        and (key not in reached or node["config"]["materialized"] == "view")
    ]


class BuildConfig(dg.Config):
    """How to build."""

    only_if_new: bool = False  # the scheduled runs: without new rows or a changed project there is nothing to build


def _assets() -> dg.AssetsDefinition:
    @dbt_assets(
        manifest=ensure_manifest(),
        name="build_marts",
        dagster_dbt_translator=_Translator(settings=DagsterDbtTranslatorSettings(enable_code_references=False)),
        pool="warehouse",
    )
    def build_marts(
        context: dg.AssetExecutionContext,
        dbt: DbtCliResource,
        config: BuildConfig,
        settings: dg.ResourceParam[Settings],
    ) -> Iterator[Any]:
        with connection.write(settings.home) as con:
            inputs, built = publishing.fingerprint(con, DBT_PROJECT), loading.last_build(con)
        published = publishing.last_manifest(settings.home)
        is_published = published is not None and published.inputs == inputs and exporting.is_current(settings.home)
        if config.only_if_new and is_published:
            context.log.info("Nothing new since the published snapshot: nothing to build.")
            return
        # dbt leaves out a test with any table that it reads: gate 1 judged the new rows by the vocabulary
        kept = [] if context.is_subset else unchanged(json.loads(MANIFEST.read_text()), built, inputs)
        with connection.write(settings.home) as con:
            loading.note_build(con, "")  # until this build is completed, the next one builds everything
        os.environ["LEDGER_WAREHOUSE"] = str(connection.working_file(settings.home))
        build = dbt.cli(
            [*BUILD, *(("--exclude", " ".join(kept)) if kept else ())],
            context=context,
            target_path=settings.home / "dbt",
            raise_on_error=False,
        )
        events = list(build.stream())  # dbt holds the file to its end, and only then can rows be counted
        with connection.write(settings.home) as con:
            rows = loading.built_rows(con)
            if build.is_successful():
                loading.note_build(con, inputs)
        # the others are as of this run, too, so that what is made of them goes on; each after those that it is made of
        for key in TopologicalSorter(context.assets_def.asset_deps).static_order() if build.is_successful() else ():
            if key in context.assets_def.keys and key.path[-1] in kept:
                yield dg.MaterializeResult(asset_key=key, metadata=_row_count(key.path[-1], rows))
        for event in events:
            yield _with_row_count(event, rows) if isinstance(event, dg.Output) else event
        error = build.get_error()
        if error is not None:
            raise error

    return build_marts


ASSETS = [_assets()]
RESOURCE = DbtCliResource(project_dir=str(DBT_PROJECT), profiles_dir=str(DBT_PROJECT), dbt_executable=DBT)
