from __future__ import annotations

from .scoring import score

GOLD = {"doc": "d", "org": "Tesla", "metric": "capex", "low": 100, "high": 100, "chip": None, "status": "actual"}
GOLD |= {"end": "2024-09-30"}


def test_a_right_claim_scores_one_and_an_invented_one_halves_precision() -> None:
    assert score([GOLD], [GOLD])["full"].f1 == 1
    assert score([GOLD], [GOLD, GOLD | {"low": 7, "high": 7}])["core"].precision == 0.5


def test_a_wrong_status_or_a_far_date_is_core_but_not_full() -> None:
    for wrong in ({"status": "planned"}, {"end": "2024-12-31"}, {"end": None}):
        result = score([GOLD], [GOLD | wrong])
        assert (result["core"].f1, result["full"].f1) == (1, 0)


def test_an_alternative_counts_and_an_optional_row_does_not() -> None:
    assert score([GOLD | {"org_any": ["xAI"]}], [GOLD | {"org": "xAI"}])["full"].f1 == 1
    assert score([GOLD, GOLD | {"low": 5, "high": 5, "optional": True}], [GOLD])["core"].recall == 1
    assert score([GOLD], [])["core"] == (0, 0, 0)
