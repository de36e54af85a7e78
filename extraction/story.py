"""A document on its way through the steps, and what its claims so far leave in the reader's mind.

Here: what is remembered from one number to the next. Not here: any decision about a number.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from extraction.claims import Claim
from extraction.dates import DatePhrase, read_dates
from extraction.mentions import Page
from extraction.surroundings import Measure, Said, Surroundings
from extraction.text import Span

if TYPE_CHECKING:
    from sources.documents import Document

GOES_ON = 2  # sentences after a claim, a number without any name is still its owner's
_KINDS = {"capex": "money", "ai_spend": "money", "power_mw": "power", "accelerator_price": "price"}


class Story:
    """A document, and what its claims so far leave in the reader's mind.

    memory      what the last claim of each kind ("money", "chips", "power", "price") measured
    last        that claim, for what a number leaves unsaid
    planned     the last claim of each kind that is a plan, and its sentence
    leading     status of the first claim of the sentence that `last` is of, by kind
    spoken_of   sentence and organisation of the last claim of any kind
    stake       sentence of the last amount that is put into a firm
    """

    def __init__(self, page: Page, document: Document, title: Page | None) -> None:
        self.page, self.document, self.title = page, document, title
        self.memory: dict[str, Said] = {}
        self.last: dict[str, Claim] = {}
        self.planned: dict[str, tuple[int, Claim]] = {}
        self.leading: dict[str, str] = {}
        self.spoken_of: tuple[int, str] | None = None
        self.stake = -GOES_ON
        self.published = document.published_at.date() if document.published_at else None

    def remember(self, around: Surroundings, measured: Measure, claim: Claim) -> None:
        """Keep a claim in mind for the numbers that follow."""
        kind = kind_of(measured)
        if kind not in self.memory or self.memory[kind].index != around.index:
            self.leading[kind] = claim.status
        self.memory[kind] = Said(around.index, measured, around.quantity.high)
        self.last[kind] = claim
        if claim.status == "planned":
            self.planned[kind] = around.index, claim
        self.spoken_of = around.index, claim.organization

    def owner_before(self, index: int) -> str | None:
        """Whose the claim just before is."""
        return self.spoken_of[1] if self.spoken_of and index - self.spoken_of[0] <= GOES_ON else None

    @cached_property
    def _title_dates(self) -> list[DatePhrase]:
        return read_dates(self.title, Span(0, len(self.title.text))) if self.title else []

    @property
    def titled(self) -> DatePhrase | None:
        """The date that the title names, for a table that names none."""
        return next(iter(self._title_dates), None)

    @property
    def reports_quarter(self) -> DatePhrase | None:
        """The quarter that a report of one is about, by its title: for capital spending that names no other."""
        if self.document.speaker is None:
            return None
        return next((phrase for phrase in self._title_dates if phrase.quarter or "quarter" in phrase.words), None)


def kind_of(measured: Measure) -> str:
    """What may carry on from one number to the next: "money", "chips", "power", "price"."""
    return _KINDS.get(measured.metric, "chips")
