"""What is left of an archive file that was damaged after it was whole, and how the damage is told."""

import gzip
import random
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from sources.feeds import land_feeds
from sources.fetching import Response
from sources.landing import Damage, LandingWriter, Record, name_of, read_all, read_records
from sources.unpacking import unpack

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ABOUT = {"source": "news", "source_kind": "press", "publisher": "Nouvelles", "kind": "feed"}
PAYLOADS = [random.Random(number).randbytes(400) for number in range(4)]


def archived(home, payloads=PAYLOADS):
    with LandingWriter(home, "feeds", NOW) as writer:
        for number, payload in enumerate(payloads):
            answer = Response(f"http://news.example/{number}", 200, "OK", (("Content-Type", "text/xml"),), payload)
            writer.add_response(answer, ABOUT)
    return writer.path


def members(path):
    """(first byte, kind) of each WARC record, as a reader of whole files finds them."""
    with path.open("rb") as stream:
        records = ArchiveIterator(stream)
        return [(records.get_record_offset(), record.rec_type) for record in records]


def read(path):
    everything = list(read_all(path))
    payloads = [one.payload for one in everything if isinstance(one, Record)]
    return payloads, [one for one in everything if isinstance(one, Damage)]


@pytest.mark.parametrize("kind", ["response", "metadata"])
def test_a_damaged_record_is_one_damage_with_its_place_and_the_others_are_read(tmp_path, kind):
    path = archived(tmp_path)
    place = [start for start, one in members(path) if one == kind][1]
    whole = bytearray(path.read_bytes())
    whole[place + 40 : place + 60] = bytes(20)
    path.write_bytes(whole)
    payloads, damages = read(path)
    assert payloads == [PAYLOADS[0], *PAYLOADS[2:]]
    assert [(one.warc_file, one.landing_day, one.byte) for one in damages] == [(name_of(path), date(2026, 3, 2), place)]
    assert "`ledger replay`" in str(damages[0])
    assert [record.payload for record in read_records(path)] == payloads


def test_neighbours_that_are_damaged_together_are_one_damage(tmp_path):
    path = archived(tmp_path)
    starts = [start for start, kind in members(path) if kind == "response"]
    whole = bytearray(path.read_bytes())
    whole[starts[1] : starts[3]] = bytes(starts[3] - starts[1])
    path.write_bytes(whole)
    payloads, damages = read(path)
    assert payloads == [PAYLOADS[0], PAYLOADS[3]]
    assert [one.byte for one in damages] == [starts[1]]


@settings(deadline=None)
@given(kept=st.floats(0, 1, exclude_max=True))
def test_a_file_that_was_cut_off_gives_what_is_whole_in_it_and_tells_of_the_rest(kept):
    with TemporaryDirectory() as folder:
        path = archived(Path(folder))
        records, whole = members(path), path.read_bytes()
        cut = int(kept * len(whole))
        path.write_bytes(whole[:cut])
        payloads, damages = read(path)
    ends = [start for start, _ in records[1:]] + [len(whole)]
    complete = sum(kind == "metadata" and end <= cut for (_, kind), end in zip(records, ends, strict=True))
    assert payloads == PAYLOADS[:complete]
    between_payloads = cut in {start for start, kind in records if kind == "response"}
    assert len(damages) == (0 if between_payloads else 1)


def test_a_file_that_a_power_cut_left_empty_is_damaged(tmp_path):
    path = archived(tmp_path)
    path.write_bytes(b"")
    assert [one.byte for one in read(path)[1]] == [0]


def test_damage_goes_to_quarantine_and_the_file_counts_as_read(tmp_path):
    path = archived(tmp_path)
    place = [start for start, kind in members(path) if kind == "response"][2]
    whole = bytearray(path.read_bytes())
    whole[place + 40] ^= 255
    path.write_bytes(whole)
    (piece,) = unpack([path], set())
    assert [row["record_count"] for row in piece.files] == [3]
    assert len(piece.fetches) == 3
    (row,) = piece.unreadable
    assert (row["row_key"], row["rules"]) == (f"{name_of(path)}:{place}", ["whole"])
    assert f"at byte {place}" in row["reasons"][0]


def test_a_clock_that_ran_ahead_does_not_silence_a_feed(tmp_path, site, client, now):
    payload = site.rss(("A", "http://news.example/a", "Mon, 02 Mar 2026 10:00:00 +0100"))
    feed = site.feed("news", site.give("/feed", payload, "application/rss+xml"))
    ahead = land_feeds(tmp_path, [feed], client, now + timedelta(days=365))
    put_back = land_feeds(tmp_path, [feed], client, now)
    again = land_feeds(tmp_path, [feed], client, now + timedelta(minutes=2))
    assert [ahead.checked, put_back.checked, again.checked] == [1, 1, 0]
    assert put_back.errors == []


def test_a_record_that_is_no_answer_is_a_damage_and_the_others_are_read(tmp_path):
    path = archived(tmp_path)
    without_address = gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\nHTTP/")
    path.write_bytes(without_address + path.read_bytes())
    payloads, damages = read(path)
    assert payloads == PAYLOADS
    assert [one.byte for one in damages] == [0]


def test_an_archive_file_is_read_without_being_in_memory_whole(tmp_path):
    path = archived(tmp_path, [random.Random(number).randbytes(300_000) for number in range(10)])
    tracemalloc.start()
    count = sum(1 for _ in read_records(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 10
    assert peak < 0.6 * path.stat().st_size
