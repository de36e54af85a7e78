"""A few inputs a fuzz target, the same ones each time; `make fuzz` gives each millions of others."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from tests import fuzz

FEW = settings(
    max_examples=40, derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.parametrize("name", fuzz.TARGETS)
def test_what_comes_from_outside_is_read_or_refused_in_a_sentence(name: str) -> None:
    fuzz.property_of(name, FEW)()
