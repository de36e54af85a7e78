"""Column schemas of the raw tables for the UI, from the schema that creates them; dbt's models bring their own."""

from __future__ import annotations

import re
from functools import cache

import dagster as dg

from warehouse.connection import SCHEMA

_TABLE = re.compile(r"create table if not exists raw\.(\w+) \(\n(.*?)\n\);", re.DOTALL)
_COLUMN = re.compile(r"^ +(\w+) ([\w(), ]+?)( not null)?,?(?: +-- (.*))?$", re.MULTILINE)


@cache
def of_raw_table(name: str) -> dg.TableSchema:
    """Names, types and comments of a raw table's columns."""
    body = dict(_TABLE.findall(SCHEMA.read_text(encoding="utf-8")))[name]
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column, kind, description=comment or None, constraints=dg.TableColumnConstraints(nullable=not required)
            )
            for column, kind, required, comment in _COLUMN.findall(body)
        ]
    )
