"""The chart is a picture that a browser can draw, with the names that it is about."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import duckdb

from warehouse import charts, connection, publishing

from .conftest import Build


def words(svg: bytes) -> set[str]:
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    return {text for text in root.itertext() if text.strip()}


def test_the_chart_of_a_snapshot_is_svg_and_names_organisations_and_metrics(home: Path, build: Build) -> None:
    build(1)
    publishing.publish(home, "inputs")
    with connection.read(home) as con:
        drawn = words(charts.facts_by_organization(con))
    assert {"Tesla", "Meta", "capex", "accelerator_count"} <= drawn


def test_of_many_organisations_the_fifteen_with_most_facts_are_drawn() -> None:
    with duckdb.connect() as con:
        con.execute(
            """
            create table fct_compute_capacity_capex as
            select format('Company {:02d}', company) as organization, 'capex' as metric
            from range(1, 21) as companies(company), range(company)
            """
        )
        drawn = {word for word in words(charts.facts_by_organization(con)) if word.startswith("Company")}
    assert drawn == {f"Company {company:02d}" for company in range(6, 21)}


def test_an_empty_ledger_gives_an_empty_chart() -> None:
    with duckdb.connect() as con:
        con.execute("create table fct_compute_capacity_capex (organization varchar, metric varchar)")
        assert words(charts.facts_by_organization(con)) is not None
