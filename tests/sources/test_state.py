import pytest

from sources.state import Seen, State, StateDamaged

URL = "http://news.example/feed"


def answer(state, now, digest):
    state.record_answer("news", URL, "feed", now, None, 200, Seen('W/"1"', "yesterday", digest))


def test_validators_come_back_verbatim(tmp_path, now):
    with State(tmp_path) as state:
        answer(state, now, "sha256:1")
    with State(tmp_path) as state:
        assert state.seen("news", URL) == Seen('W/"1"', "yesterday", "sha256:1")
        assert state.seen("other", URL) == Seen()


def test_an_error_leaves_what_was_known_of_the_last_good_answer(tmp_path, now):
    with State(tmp_path) as state:
        answer(state, now, "sha256:1")
        state.record_error("news", URL, "feed", now, None, 500, "news.example answered 500.")
        assert state.seen("news", URL).payload_digest == "sha256:1"


def test_a_run_that_breaks_off_leaves_the_memory_as_it_was(tmp_path, now):
    def break_off():
        with State(tmp_path) as state:
            answer(state, now, "sha256:1")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    with State(tmp_path) as state:
        assert state.source_states() == []


def test_a_damaged_memory_says_what_to_do(tmp_path):
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "state.sqlite").write_bytes(b"no database " * 100)
    with pytest.raises(StateDamaged, match="delete it"), State(tmp_path):
        pass
