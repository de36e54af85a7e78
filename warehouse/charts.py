"""Charts of the published tables, as SVG: small pictures for the Dagster UI and for reports."""

from __future__ import annotations

import duckdb


def facts_by_organization(con: duckdb.DuckDBPyConnection) -> bytes:
    """A bar an organisation, the fifteen with most facts, divided by metric; SVG."""
    import altair as alt  # slow to import, and only publishing draws

    rows = con.sql(
        """
        select organization, metric, count(*) as facts
        from fct_compute_capacity_capex
        where organization in (
            select organization from fct_compute_capacity_capex group by 1 order by count(*) desc, 1 limit 15
        )
        group by all
        """
    ).to_arrow_table()
    chart = (
        alt.Chart(rows, width=420)
        .mark_bar()
        .encode(
            x=alt.X("facts:Q", title="facts"),
            y=alt.Y("organization:N", sort="-x", title=None),
            color=alt.Color("metric:N", title=None, legend=alt.Legend(labelLimit=0)),
        )
    )
    import vl_convert

    return vl_convert.vegalite_to_svg(chart.to_dict()).encode()
