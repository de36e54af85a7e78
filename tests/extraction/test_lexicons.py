"""What the vocabulary promises: whoever adds a row to a seed hears here if it doesn't fit the others."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from extraction.lexicons import FILES, Lexicons

from .conftest import SEEDS


def rows(seed: str) -> list[dict[str, str]]:
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("seed", [*FILES, "metrics", "units"])
def test_a_seed_has_no_row_twice_and_no_ragged_row(seed: str) -> None:
    read = rows(seed)
    assert all(None not in row and None not in row.values() for row in read)
    assert [row for row, times in Counter(tuple(row.values()) for row in read).items() if times > 1] == []


@pytest.mark.parametrize(
    ("seed", "key"),
    [
        ("organizations", "organization"),
        ("organizations", "organization_id"),
        ("facilities", "facility"),
        ("accelerators", "chip"),
        ("metrics", "metric_id"),
        ("units", "unit"),
    ],
)
def test_a_key_stands_once(seed: str, key: str) -> None:
    assert [value for value, times in Counter(row[key] for row in rows(seed)).items() if times > 1] == []


def test_every_name_that_a_seed_refers_to_is_an_organization() -> None:
    known = {row["organization"] for row in rows("organizations")}
    named = {row["operator"] for row in rows("facilities")} | {row["vendor"] for row in rows("accelerators")}
    named |= {row["parent"] for row in rows("organizations") if row["parent"]}
    assert named - known == set()


def test_every_metric_has_a_unit_of_its_dimension() -> None:
    dimensions = {row["unit"]: row["dimension"] for row in rows("units")}
    assert [row["metric_id"] for row in rows("metrics") if dimensions.get(row["unit"]) != row["dimension"]] == []


def test_every_currency_that_is_read_is_a_unit_with_a_price() -> None:
    units = {row["unit"] for row in rows("units")}
    currencies = {row["currency"] for row in rows("lexicon_currencies")}
    assert currencies | {f"{currency}/accelerator" for currency in currencies} <= units


def test_an_accelerator_with_a_figure_names_its_source() -> None:
    figures = ("dense_16bit_tflops", "dense_8bit_tops", "tdp_w")
    assert [row["chip"] for row in rows("accelerators") if any(row[f] for f in figures) and not row["source"]] == []
    (h100,) = (row for row in rows("accelerators") if row["chip"] == "H100")
    assert (h100["dense_16bit_tflops"], h100["dense_8bit_tops"]) == ("989.4", "1979")


def test_an_alias_means_one_organization_only() -> None:
    names = Counter(
        name for row in rows("organizations") for name in {row["organization"], *row["aliases"].split("|")} if name
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_the_version_is_a_short_hash(lexicons: Lexicons) -> None:
    assert len(lexicons.version) == 8
    assert int(lexicons.version, 16) >= 0
