from __future__ import annotations

from datetime import date

import pytest

from extraction.dates import read_dates, resolve
from extraction.lexicons import Lexicons
from extraction.mentions import Page
from extraction.text import Span

PUBLISHED = date(2024, 11, 1)


def periods(
    text: str, lexicons: Lexicons, published: date | None, is_ahead: bool
) -> list[tuple[str | None, str] | None]:
    page = Page(text, lexicons)
    found = [resolve(p, published, is_ahead) for p in read_dates(page, Span(0, len(text)))]
    return [(str(p.start) if p.start else None, str(p.end)) if p else None for p in found]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("d'ici fin octobre", None, "2024-10-31"),
        ("d'ici décembre", None, "2024-12-31"),
        ("d'ici la fin de l'année", None, "2024-12-31"),
        ("d’ici fin 2025", None, "2025-12-31"),
        ("cette année", "2024-01-01", "2024-12-31"),
        ("l'année dernière", "2023-01-01", "2023-12-31"),
        ("depuis le début de l'année", "2024-01-01", "2024-11-01"),
        ("au troisième trimestre 2024", "2024-07-01", "2024-09-30"),
        ("au premier trimestre", "2024-01-01", "2024-03-31"),
        ("en août", "2024-08-01", "2024-08-31"),
        ("en décembre", "2023-12-01", "2023-12-31"),
        ("au quatrième trimestre", "2023-10-01", "2023-12-31"),
        ("Sept 2024", "2024-09-01", "2024-09-30"),
        ("last quarter", "2024-07-01", "2024-09-30"),
        ("le 4 juin 2024", "2024-06-04", "2024-06-04"),
        ("by the end of this year", None, "2024-12-31"),
        ("at the end of 2023", None, "2023-12-31"),
        ("by 2027", None, "2027-12-31"),
        ("in 2025", "2025-01-01", "2025-12-31"),
        ("Q1 2024", "2024-01-01", "2024-03-31"),
        ("in the second half of 2025", "2025-07-01", "2025-12-31"),
        ("in July", "2024-07-01", "2024-07-31"),
        ("on March 3, 2025", "2025-03-03", "2025-03-03"),
        ("next year", "2025-01-01", "2025-12-31"),
        ("in the past 12 months", "2023-11-02", "2024-11-01"),
        ("from October 2026 through June 2029", "2026-10-01", "2029-06-30"),
        ("Ende 2025", None, "2025-12-31"),
        ("entro il 2026", None, "2026-12-31"),
        ("on 2025-06-30", "2025-06-30", "2025-06-30"),
        ("in 1H26", "2026-01-01", "2026-06-30"),
        ("Q3/2025", "2025-07-01", "2025-09-30"),
        ("im 3. Quartal 2025", "2025-07-01", "2025-09-30"),
        ("von Januar bis März", "2024-01-01", "2024-03-31"),
        ("by early next year", None, "2025-01-31"),
        ("bis Mitte 2027", None, "2027-06-30"),
        ("in the next 12 months", "2024-11-01", "2025-11-01"),
        ("over a four-year period", "2024-11-01", "2028-11-01"),
        ("d'ici deux à trois ans", "2024-11-01", "2027-11-01"),
        ("over the past two years", "2022-11-01", "2024-11-01"),
        ("negli ultimi tre anni", "2021-11-01", "2024-11-01"),
        ("two years ago", None, "2022-11-01"),
        ("vor zwei Jahren", None, "2022-11-01"),
        ("depuis 2022", "2022-01-01", "2024-11-01"),
        ("seit zwei Jahren", "2022-11-01", "2024-11-01"),
        ("over five years, starting in 2027", "2027-01-01", "2031-12-31"),
        ("ab 2027 über fünf Jahre", "2027-01-01", "2031-12-31"),
        ("en cinco años a partir de 2027", "2027-01-01", "2031-12-31"),
        ("le plan à cinq ans", "2024-11-01", "2029-11-01"),
        ("sur la période 2025-2029", "2025-01-01", "2029-12-31"),
        ("140k GPUs by YE26", None, "2026-12-31"),
        ("die 2026er-Prognose", "2026-01-01", "2026-12-31"),
        ("Oct. 27, 2024", "2024-10-27", "2024-10-27"),
        ("da quest'anno", "2024-01-01", "2024-11-01"),
        ("in the same quarter last year", "2023-07-01", "2023-09-30"),
        ("over the past four quarters", "2023-10-01", "2024-09-30"),
        ("le trimestre en cours", "2024-10-01", "2024-12-31"),
        ("in the quarter through August", "2024-06-01", "2024-08-31"),
    ],
)
def test_a_phrase_is_resolved_by_the_day_of_publication(
    text: str, start: str | None, end: str, lexicons: Lexicons
) -> None:
    assert periods(text, lexicons, PUBLISHED, is_ahead=False) == [(start, end)]


def test_a_month_of_a_plan_lies_ahead(lexicons: Lexicons) -> None:
    assert periods("in July", lexicons, PUBLISHED, is_ahead=True) == [("2025-07-01", "2025-07-31")]


def test_a_fiscal_year_ends_with_the_organisations_books(lexicons: Lexicons) -> None:
    page = Page("in fiscal 2025", lexicons)
    (phrase,) = read_dates(page, Span(0, 14))
    assert resolve(phrase, PUBLISHED, False, year_ends_in=6) == (date(2024, 7, 1), date(2025, 6, 30))


def test_one_date_joined_on_to_another_is_its_own(lexicons: Lexicons) -> None:
    text = "nel trimestre chiuso a settembre, e negli ultimi quattro trimestri"
    assert len(periods(text, lexicons, PUBLISHED, is_ahead=False)) == 2


@pytest.mark.parametrize("text", ["cette année", "by December", "last quarter", "so far this year", "in Q2"])
def test_without_a_publication_date_a_relative_phrase_stays_unknown(text: str, lexicons: Lexicons) -> None:
    assert periods(text, lexicons, None, is_ahead=False) == [None]


def test_a_year_of_its_own_needs_no_publication_date(lexicons: Lexicons) -> None:
    assert periods("in Q1 2024", lexicons, None, is_ahead=False) == [("2024-01-01", "2024-03-31")]


@pytest.mark.parametrize(
    "text",
    ["80 GB of memory", "30 times faster", "2,500 cars", "$2024", "Vision 2030 and France 2030", "chips may help"],
)
def test_what_is_no_date_gives_none(text: str, lexicons: Lexicons) -> None:
    assert periods(text, lexicons, PUBLISHED, is_ahead=False) == []
