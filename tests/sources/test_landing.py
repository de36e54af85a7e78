import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from sources.fetching import Response
from sources.landing import LandingWriter, days, digest_of, name_of, read_records, warc_files

NOW = datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)
ABOUT = {"source": "news", "source_kind": "press", "publisher": "Nouvelles", "kind": "article", "title": "À lire"}


def response(payload):
    headers = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("X-Kept", "yes"))
    return Response("http://news.example/a", 203, "Odd", headers, payload)


@settings(deadline=None)  # files are fsynced, and disks are slow at times
@given(payloads=st.lists(st.binary(max_size=300), min_size=1, max_size=4))
def test_payloads_come_back_byte_for_byte_with_what_was_known(payloads):
    with TemporaryDirectory() as folder:
        home = Path(folder)
        with LandingWriter(home, "articles", NOW) as writer:
            ids = [writer.add_response(response(payload), ABOUT) for payload in payloads]
            ids += [writer.add_file("a b.txt", payload, "text/plain", ABOUT) for payload in payloads]
        records = list(read_records(writer.path))
    assert [record.payload for record in records] == payloads * 2
    assert [record.fetch_id for record in records] == ids
    assert [record.payload_digest for record in records] == [digest_of(payload) for payload in payloads] * 2
    assert all(record.metadata == ABOUT for record in records)
    assert [(record.http_status, record.content_type) for record in records] == [(203, "text/html")] * len(payloads) + [
        (None, "text/plain")
    ] * len(payloads)
    assert {record.url for record in records} == {"http://news.example/a", "inbox:a%20b.txt"}
    assert all(NOW <= record.fetched_at < NOW + timedelta(minutes=1) for record in records)


def test_the_file_is_standard_warc_without_the_encodings_that_were_undone(tmp_path):
    with LandingWriter(tmp_path, "articles", NOW) as writer:
        fetch_id = writer.add_response(response(b"words"), ABOUT)
    with writer.path.open("rb") as stream:
        records = [(record.rec_type, record.rec_headers, record.http_headers) for record in ArchiveIterator(stream)]
    assert [kind for kind, _, _ in records] == ["warcinfo", "response", "metadata"]
    assert records[1][1].protocol == "WARC/1.1"
    assert records[1][2].headers == [("Content-Type", "text/html"), ("X-Kept", "yes")]
    assert records[2][1].get_header("WARC-Concurrent-To") == f"<{fetch_id}>"


def test_files_lie_by_day_and_are_listed_oldest_first(tmp_path):
    for moment in (NOW, NOW + timedelta(seconds=1)):
        with LandingWriter(tmp_path, "feeds", moment) as writer:
            writer.add_response(response(b"words"), ABOUT)
    assert days(tmp_path) == [date(2026, 3, 2), date(2026, 3, 3)]
    assert [name_of(path)[:27] for path in warc_files(tmp_path)] == [
        "2026-03-02/20260302T235959Z",
        "2026-03-03/20260303T000000Z",
    ]
    assert warc_files(tmp_path, [date(2026, 3, 3)]) == [writer.path]


def test_a_run_without_news_leaves_no_file(tmp_path):
    with LandingWriter(tmp_path, "feeds", NOW) as writer:
        pass
    assert (writer.path, writer.count, list(tmp_path.rglob("*"))) == (None, 0, [])


def test_a_run_that_breaks_off_leaves_nothing_to_read(tmp_path):
    def break_off():
        with LandingWriter(tmp_path, "feeds", NOW) as writer:
            writer.add_response(response(b"words"), ABOUT)
            assert warc_files(tmp_path) == []
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@settings(deadline=None)
@given(at=st.floats(0, 1, exclude_max=True), mask=st.integers(1, 255))
def test_a_damaged_byte_costs_one_payload_at_most_and_changes_none(at, mask):
    noise = random.Random(1)
    payloads = [noise.randbytes(200) for _ in range(4)]
    with TemporaryDirectory() as folder:
        with LandingWriter(Path(folder), "articles", NOW) as writer:
            for payload in payloads:
                writer.add_response(response(payload), ABOUT)
        damaged = bytearray(writer.path.read_bytes())
        damaged[int(at * len(damaged))] ^= mask
        writer.path.write_bytes(damaged)
        read = [record.payload for record in read_records(writer.path)]
    assert set(read) <= set(payloads)
    assert len(read) >= len(payloads) - 1


def test_a_file_that_was_cut_off_gives_what_is_whole_in_it(tmp_path, caplog):
    with LandingWriter(tmp_path, "articles", NOW) as writer:
        for payload in (b"first", b"second"):
            writer.add_response(response(payload), ABOUT)
    writer.path.write_bytes(writer.path.read_bytes()[:-30])
    assert [record.payload for record in read_records(writer.path)] == [b"first"]
    assert "skipped" in caplog.text
