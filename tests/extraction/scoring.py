"""Precision, recall and F1 of extracted claims against gold rows, as the gold files define them.

core: organisation, metric, currency and value (both ends within half a percent) are right.
full: core, and chip, status and end date (within 31 days) too. A gold row's `KEY_any` lists further right values;
an `optional` row counts neither when found nor when missed; a claim said again counts once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

Row = dict[str, Any]
_TOLERANCE = 0.005
_DAYS = 31


class Score(NamedTuple):
    precision: float
    recall: float
    f1: float


def score(gold: Iterable[Row], predicted: Iterable[Row]) -> dict[str, Score]:
    """The scores "core" and "full" over all documents."""
    return {"core": _score(list(gold), list(predicted), is_core), "full": _score(list(gold), list(predicted), is_full)}


def leave_out_neutral(gold: Iterable[Row], predicted: Iterable[Row], neutral: Iterable[Row]) -> list[Row]:
    """The claims, without those that rest on a passage which the gold set calls neither claim nor error."""
    gold, neutral = list(gold), list(neutral)
    return [
        row
        for row in predicted
        if not any(n["doc"] == row["doc"] and _lies_in(n["quote"], row["quote"]) for n in neutral)
        or any(g["doc"] == row["doc"] and is_core(g, row) for g in gold)
    ]


def _lies_in(passage: str, quote: str) -> bool:
    span, quote = (" ".join(text.split()).casefold() for text in (passage, quote))
    numbers = [set(re.findall(r"\d+", text)) for text in (quote, span)]
    return bool(quote) and (quote in span or (span in quote and numbers[0] <= numbers[1]))


def is_core(gold: Row, predicted: Row) -> bool:
    values = [(gold["low"], gold["high"]), *map(tuple, gold.get("value_any", []))]
    return (
        _same(gold, predicted, "org")
        and _same(gold, predicted, "metric")
        and (gold.get("currency") or "USD") == (predicted.get("currency") or "USD")
        and any(_close(low, predicted["low"]) and _close(high, predicted["high"]) for low, high in values)
    )


def is_full(gold: Row, predicted: Row) -> bool:
    return (
        is_core(gold, predicted)
        and _same(gold, predicted, "chip")
        and _same(gold, predicted, "status")
        and any(_near(end, predicted["end"]) for end in _accepted(gold, "end"))
    )


def _score(gold: list[Row], predicted: list[Row], match: Callable[[Row, Row], bool]) -> Score:
    found = wrong = missed = 0
    for doc in {row["doc"] for row in (*gold, *predicted)}:
        golds = [row for row in gold if row["doc"] == doc]
        claims = _once(row for row in predicted if row["doc"] == doc)
        pairs = _pairs(golds, claims, match)
        found += sum(not golds[index].get("optional") for index in pairs)
        missed += sum(not row.get("optional") for index, row in enumerate(golds) if index not in pairs)
        for claim in (row for index, row in enumerate(claims) if index not in pairs.values()):
            is_known = any(match(row, claim) or (row.get("optional") and is_core(row, claim)) for row in golds)
            wrong += not is_known
    precision, recall = found / max(1, found + wrong), found / max(1, found + missed)
    return Score(precision, recall, 2 * precision * recall / (precision + recall) if found else 0.0)


def _pairs(golds: list[Row], claims: list[Row], match: Callable[[Row, Row], bool]) -> dict[int, int]:
    """The largest one-to-one pairing, gold index to claim index; required rows choose first."""
    partner: dict[int, int] = {}

    def place(index: int, tried: set[int]) -> bool:
        for other, claim in enumerate(claims):
            if other not in tried and match(golds[index], claim):
                tried.add(other)
                if other not in partner or place(partner[other], tried):
                    partner[other] = index
                    return True
        return False

    for index in sorted(range(len(golds)), key=lambda index: bool(golds[index].get("optional"))):
        place(index, set())
    return {index: other for other, index in partner.items()}


def _once(claims: Iterable[Row]) -> list[Row]:
    kept: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in claims:
        said = tuple(_fold(row.get(key)) for key in ("org", "metric", "chip", "status", "low", "high"))
        kept[(*said, (row.get("end") or "")[:7])].append(row)
    return [rows[0] for rows in kept.values()]


def _accepted(gold: Row, key: str) -> list[Any]:
    return [gold.get(key), *gold.get(f"{key}_any", [])]


def _same(gold: Row, predicted: Row, key: str) -> bool:
    return _fold(predicted.get(key)) in [_fold(value) for value in _accepted(gold, key)]


def _fold(value: Any) -> Any:
    return value.casefold().replace("-", " ").strip() if isinstance(value, str) else value


def _close(wanted: float, found: float) -> bool:
    return abs(wanted - found) <= _TOLERANCE * max(abs(wanted), abs(found))


def _near(wanted: str | None, found: str | None) -> bool:
    if wanted is None or found is None:
        return wanted is found
    return abs((date.fromisoformat(wanted) - date.fromisoformat(found)).days) <= _DAYS
