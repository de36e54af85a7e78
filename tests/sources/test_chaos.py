"""Feeds and pages from a server on which everything goes wrong, beside good ones: see `tests/chaos_server.py`."""

from __future__ import annotations

import pytest

from sources.fetching import FetchError
from tests import chaos, chaos_server


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> chaos.Outcome:
    return chaos.face_server(tmp_path_factory.mktemp("chaos"))


def test_each_fault_is_told_in_one_clear_sentence_or_what_it_gives_is_used(outcome: chaos.Outcome) -> None:
    assert outcome.troubles == []


def test_what_is_good_beside_the_faults_is_there_once(outcome: chaos.Outcome) -> None:
    assert (outcome.lost, outcome.doubled) == (0, 0)


def test_no_redirect_leads_to_an_address_of_this_machine(outcome: chaos.Outcome) -> None:
    assert outcome.forbidden == 0


def test_headers_that_drip_are_given_up() -> None:
    with (
        chaos_server.serving() as served,
        chaos.client(served) as client,
        pytest.raises(FetchError, match="had not answered"),
    ):
        client.get(served.dripping_headers)
