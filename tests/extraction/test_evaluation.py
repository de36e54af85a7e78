"""What was read is still read: the scores on every gold set at hand stay above the floors beside `evaluate`."""

from __future__ import annotations

from tests.extraction.evaluate import main


def test_no_score_falls_below_its_floor() -> None:
    assert main([]) == 0
