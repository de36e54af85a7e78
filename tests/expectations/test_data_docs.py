"""The Data Docs show values from outside, and no browser obeys them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from expectations.rules import Rule, Suite
from expectations.validation import validate

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def test_a_value_with_markup_is_shown_as_text(tmp_path: Path) -> None:
    rule = Rule(
        "short", "A title is short.", "ExpectColumnValueLengthsToBeBetween", {"column": "title", "max_value": 9}
    )
    suite = Suite("raw_documents", "raw.documents", "", (rule,))
    (result,) = validate(suite, pd.DataFrame({"row_key": [HOSTILE, "b"], "title": [HOSTILE, "fine"]}), tmp_path)
    assert result.failing_keys == (HOSTILE,)
    assert result.observed["partial_unexpected_list"] == [HOSTILE]
    pages = [page.read_text(encoding="utf-8") for page in tmp_path.rglob("*.html")]
    assert any("&lt;script&gt;alert(1)" in page for page in pages)
    assert not any("<script>alert" in page or "<img src=x" in page for page in pages)
