"""The fixtures of the tests of the dbt project: an empty warehouse, and where dbt keeps its own files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dbt.test_build import Warehouse


@pytest.fixture(scope="session")
def dbt_scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt keeps its manifest and log: shared, so that it parses the project once."""
    return tmp_path_factory.mktemp("dbt")


@pytest.fixture
def empty_warehouse(tmp_path: Path, dbt_scratch: Path) -> Warehouse:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb", dbt_scratch)
    warehouse.create()
    return warehouse
