"""The dbt project as assets: one a seed and a model, with dbt's tests as checks. What a mart means is in `dbt/`."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets

from orchestration.settings import DBT_PROJECT, DEFAULT_HOME, Settings
from warehouse import connection, exporting, loading, publishing

_log = logging.getLogger("ledger.marts")
DBT = str(Path(sys.executable).with_name("dbt"))  # of this environment, whether or not it is activated
NOT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")  # they judge the SQL, not the data: `make test` runs them
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

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return ["team:ledger"]


def _with_row_count(output: dg.Output[Any], rows: Mapping[str, int]) -> dg.Output[Any]:
    table = str(output.metadata["unique_id"].value).rpartition(".")[2]
    return output.with_metadata({**output.metadata, "dagster/row_count": rows[table]}) if table in rows else output


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
            inputs = publishing.fingerprint(con, DBT_PROJECT)
        published = publishing.last_manifest(settings.home)
        unchanged = published is not None and published.inputs == inputs and exporting.is_current(settings.home)
        if config.only_if_new and unchanged:
            context.log.info("Nothing new since the published snapshot: nothing to build.")
            return
        os.environ["LEDGER_WAREHOUSE"] = str(connection.working_file(settings.home))
        build = dbt.cli(
            ["build", *NOT_UNIT_TESTS], context=context, target_path=settings.home / "dbt", raise_on_error=False
        )
        events = list(build.stream())  # dbt holds the file to its end, and only then can rows be counted
        with connection.write(settings.home) as con:
            rows = loading.built_rows(con)
            if build.is_successful():
                loading.note_build(con, inputs)
        for event in events:
            yield _with_row_count(event, rows) if isinstance(event, dg.Output) else event
        error = build.get_error()
        if error is not None:
            raise error

    return build_marts


ASSETS = [_assets()]
RESOURCE = DbtCliResource(project_dir=str(DBT_PROJECT), profiles_dir=str(DBT_PROJECT), dbt_executable=DBT)
