from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.lexicons import Lexicons
from extraction.text import LONGEST_SENTENCE, Span, clauses, fold, language_at, make_alike, sentences


@given(st.text())
def test_every_character_keeps_its_place(text: str) -> None:
    assert len(make_alike(text)) == len(text)
    assert len(fold(text)) == len(text)


@given(st.text())
def test_sentences_come_in_order_and_lose_only_blanks(text: str) -> None:
    alike = make_alike(text)
    spans = sentences(alike, frozenset())
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(span.end - span.start <= LONGEST_SENTENCE for span in spans)
    kept = "".join(alike[slice(*span)] for span in spans)
    assert "".join(kept.split()) == "".join(alike.split())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Meta buys chips. It spends more.", 2),
        ("Le budget augmente.Mais rien n'est signé.", 2),
        ("Le coût atteint 5 Mrd. Euro.", 1),
        ("Oracle Corp. signed.", 1),
        ("Version 2.5 is out", 1),
        ("One line\nand another", 2),
    ],
)
def test_a_sentence_ends_at_a_stop_and_not_at_an_abbreviation(text: str, count: int, lexicons: Lexicons) -> None:
    assert len(sentences(text, lexicons.abbreviations)) == count


def test_a_clause_ends_at_a_comma_but_not_at_a_decimal_comma() -> None:
    text = "Il paie 2,5 milliards, dit-on"
    assert [text[slice(*c)] for c in clauses(text, Span(0, len(text)))] == ["Il paie 2,5 milliards,", " dit-on"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The company has bought the chips for its data center.", "en"),
        ("La société a acheté des puces pour le centre de données.", "fr"),
        ("Der Konzern hat die Chips für das Rechenzentrum gekauft.", "de"),
        ("La empresa compró los chips para el centro de datos del grupo.", "es"),
        ("L'azienda ha comprato i chip per il data center che gestisce.", "it"),
        ("12345", "fr"),  # too few words of its own: what stands around it tells
    ],
)
def test_a_paragraph_tells_its_language(text: str, language: str, lexicons: Lexicons) -> None:
    assert language_at(f"Un autre paragraphe.\n{text}", 25, lexicons.function_words) == language
