"""How far a claim can be trusted: the chance that organisation, metric and value are right, from how they were found.

The weights are those of a logistic regression on 297 claims that an earlier version of these rules read in texts it had
not been written for (177 of our own, 120 of real pages; ten-fold cross-validation: of the claims at 0.9 and more 92 to
98 % were right). Weak ones were left out and the rest rounded; `make eval` tells how well they hold.
"""

from __future__ import annotations

import math
import re

from extraction.owners import Owner
from extraction.surroundings import Measure, Surroundings
from extraction.text import Span

_EVEN = 1.7
_METRICS = {"power_mw": 1.4, "accelerator_price": 0.9, "h100_equivalents": 0.9, "accelerator_count": -0.6}
_FOUND_BY = {"topic": -0.7, "behind": -1.0, "party": -1.0}
_FAR_CUE, _CARRIED, _LATER = -0.3, -0.9, -0.3
_SOLE, _STRANGER, _ESTIMATED, _NEGATIVE = 1.0, -0.3, -0.4, -0.4
_UNLISTED = -1.0  # a name that isn't in the vocabulary; not part of that regression
# So many sentences before may name somebody else.
_BEFORE = 2
_NAME = re.compile(r"[A-ZÀ-Þ](?<=[a-zà-ÿ,] .)[\w-]{2,}")


def confidence(around: Surroundings, owner: Owner, measured: Measure, status: str) -> float:
    """A number from 0 to 1, with two digits."""
    page = around.page
    score = _EVEN + _METRICS.get(measured.metric, 0.0) + _FOUND_BY.get(owner.found_by, 0.0)
    score += 0.0 if measured.is_sure else _FAR_CUE
    score += _CARRIED if measured.is_carried else 0.0
    score += _LATER if around.before.start > around.sentence.start else 0.0
    score += _SOLE if _is_alone(around, owner) else 0.0
    score += _STRANGER if _names_strangers(around) else 0.0
    score += _ESTIMATED if status == "estimated" else 0.0
    score += 0.0 if owner.organization in page.lexicons.sectors or " + " in owner.organization else _UNLISTED
    score += _NEGATIVE if page.within(*around.sentence, "negative") else 0.0
    return round(1 / (1 + math.exp(-score)), 2)


def _is_alone(around: Surroundings, owner: Owner) -> bool:
    """Whether no other organisation is named nearby or in the title; makers of chips don't count."""
    page, title = around.page, around.title
    ignored = page.lexicons.sellers | {owner.organization}
    spans = [(title, Span(0, len(title.text)))] if title else []  # searched already, unlike the sentences before
    spans += [(page, page.sentences[index]) for index in range(around.index, max(0, around.index - _BEFORE) - 1, -1)]
    return all(m.value in ignored for there, span in spans for m in there.within(*span, "organization"))


def _names_strangers(around: Surroundings) -> bool:
    """Whether the sentence has a name that the vocabulary doesn't know: it may be the true owner."""
    page, key = around.page, ("strangers", around.sentence)
    if key not in page.worked_out:
        names = [name.start() for name in _NAME.finditer(page.text, *around.sentence)]
        known = page.within(*around.sentence) if names else []
        beginnings = {mention.start for mention in known}
        unknown = [name for name in names if name not in beginnings]
        page.worked_out[key] = any(not any(m.start <= name < m.end for m in known) for name in unknown)
    return bool(page.worked_out[key])
