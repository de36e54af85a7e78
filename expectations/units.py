"""Gate 2 for units: Pint reads every unit of every public table, as of the dimension of the metric beside it.

Here: the registry (its units are in `units.txt`) and the rules. Not here: which unit a metric has (`dbt/seeds/`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from duckdb.func import FunctionNullHandling

from expectations.rules import Rule, Suite

if TYPE_CHECKING:
    import pint

_DEFINITIONS = Path(__file__).with_name("units.txt")
# A unit of each dimension of `dbt/seeds/units.csv`.
_EXAMPLES = {
    "accelerators": "accelerator",
    "h100_equivalents": "H100e",
    "money": "USD",
    "power": "watt",
    "price": "USD / accelerator",
}


@cache
def registry() -> pint.UnitRegistry[Any]:
    """The units of `units.txt` and no others. Between currencies there is no factor: a conversion gives no number."""
    import pint  # in half a second, which whoever only lists the rules needn't wait for

    units: pint.UnitRegistry[Any] = pint.UnitRegistry(None)
    units.load_definitions(_DEFINITIONS)
    return units


def dimension_of(unit: str | None) -> str | None:
    """The dimension of a unit, by its name in `units.csv`, or in Pint's words where that has none for it.

    None where Pint can't read the unit, or it is only a number.
    """
    import pint

    if not unit:
        return None
    try:
        dimensionality = registry().parse_units(unit).dimensionality
    except (pint.errors.PintError, ValueError, AssertionError):  # the last is what Pint says to an unfinished term
        return None
    known = {registry().parse_units(example).dimensionality: name for name, example in _EXAMPLES.items()}
    return known.get(dimensionality, str(dimensionality)) if dimensionality else None


@contextmanager
def readable(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Within, `dimension_of` is a function of SQL, too."""
    special = FunctionNullHandling.SPECIAL  # a missing unit is for the rules to judge
    con.create_function("dimension_of", dimension_of, ["varchar"], "varchar", null_handling=special)
    try:
        yield
    finally:
        con.remove_function("dimension_of")


SUITE = Suite(
    name="units",
    table="marts.fct_compute_capacity_capex",
    frame="""
        with stated as (
            select 'fct_compute_capacity_capex.unit' as place, unit, metric from marts.fct_compute_capacity_capex
            union
            select 'fct_claims.unit', unit, metric from marts.fct_claims
            union
            select 'fct_capex_quarterly.unit', unit, 'capex_cash_ppe' from marts.fct_capex_quarterly
            union
            select 'rpt_conflicts.unit', unit, metric from marts.rpt_conflicts
            union
            select 'rpt_plan_vs_actual.unit', unit, metric from marts.rpt_plan_vs_actual
        ),
        expected as (
            select stated.place, stated.unit, coalesce(metric.dimension, 'unknown metric') as dimension
            from stated
            left join marts.dim_metric as metric on stated.metric = metric.metric_id
            union
            select 'fct_compute_capacity_capex.currency', currency, 'money' from marts.fct_compute_capacity_capex
            where currency is not null
            union
            select 'fct_claims.currency', currency, 'money' from marts.fct_claims where currency is not null
            union
            select 'rpt_press_vs_filings.currency', currency, 'money' from marts.rpt_press_vs_filings
            union
            select 'dim_metric.unit', unit, dimension from marts.dim_metric
            union
            select 'dim_unit.unit', unit, dimension from marts.dim_unit
            union
            select 'dim_unit.base_unit', base_unit, dimension from marts.dim_unit
            union
            select 'dim_unit.pint_expression', pint_expression, dimension from marts.dim_unit
        )
        select
            concat_ws(' ', place || ':', coalesce(unit, 'none'), 'for', dimension) as row_key,
            dimension,
            dimension_of(unit) as pint_dimension
        from expected
    """,
    rules=(
        Rule(
            "units_are_read",
            "Pint reads every unit and currency of every public table.",
            "ExpectColumnValuesToNotBeNull",
            {"column": "pint_dimension"},
        ),
        Rule(
            "units_have_the_dimension_of_their_metric",
            "Every unit has the dimension of its metric, as Pint reckons it.",
            "ExpectColumnPairValuesToBeEqual",
            {"column_A": "dimension", "column_B": "pint_dimension", "ignore_row_if": "either_value_is_missing"},
        ),
    ),
)
