"""A data home with marts made by hand, each build under a generation number that stands in two tables."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from warehouse import connection

Build = Callable[[int], None]
Process = Callable[..., AbstractContextManager["subprocess.Popen[str]"]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def build(home: Path) -> Build:
    """Makes the marts anew: two facts and two claims, all of one generation."""

    def build(generation: int) -> None:
        with connection.write(home) as con:
            con.execute("create schema if not exists marts; create schema if not exists vocabulary")
            con.execute(
                f"""
                create or replace table marts.fct_compute_capacity_capex as
                select * from (values
                    ('f1', 'Tesla', 'accelerator_count', 50000::decimal(28, 6), timestamptz '2024-06-04 00:00:00+00'),
                    ('f2', 'Meta', 'capex', 12345678901234567890.123456, timestamptz '2024-10-30 00:00:00+00')
                ) as fact(fact_id, organization, metric, value_low, known_at), (select {generation} as generation);

                create or replace table marts.fct_claims as
                select * from (values ('c1', 'f1'), ('c2', 'f2')) as claim(claim_id, fact_id),
                    (select {generation} as generation);

                comment on table marts.fct_compute_capacity_capex is 'One row a fact; Meta''s too.';
                comment on column marts.fct_compute_capacity_capex.known_at is 'UTC; when it was "published".';

                create or replace macro marts.facts_as_known(as_of) as table
                select fact.* from marts.fct_compute_capacity_capex as fact
                inner join marts.fct_claims using (fact_id)
                where fact.known_at < as_of::date + 1;

                create or replace table vocabulary.metrics as select 'capex' as metric_id;
                create or replace table vocabulary.lexicon_compute as select 'GPU' as term;
                """
            )

    return build


@pytest.fixture
def process(home: Path) -> Process:
    """A Python process that runs some lines, to which `home` is known; it is killed at the end of the block."""

    @contextmanager
    def process(code: str) -> Iterator[subprocess.Popen[str]]:
        lines = f"import sys\nfrom pathlib import Path\nhome = Path({str(home)!r})\n" + code
        with subprocess.Popen(
            [sys.executable, "-c", lines], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as running:
            try:
                yield running
            finally:
                running.kill()

    return process
