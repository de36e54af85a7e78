"""Warehouse: the DuckDB files. How they are opened, what loaders put into them, how a snapshot is published.

Here: connections, the raw schema, idempotent loading, publishing, the SQL that the command line asks.
Not here: what a row means (`dbt/`), whether it may enter (`expectations/`), where it came from (`sources/`).
The data files live under the data home, never in this folder's code.
"""
