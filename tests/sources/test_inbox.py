import json
from datetime import UTC, datetime
from io import BytesIO

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from sources.inbox import InboxError, add, land_inbox, waiting
from sources.landing import read_records
from sources.reading import read_document


def write(path, text="Tesla has 35,000 chips."):
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def documents(report):
    return [read_document(record) for record in read_records(report.path)]


def test_a_file_goes_through_the_inbox_into_the_archive(tmp_path, now):
    given = write(tmp_path / "note.txt")
    (added,) = add(tmp_path / "home", [given], published="2024-06-05", title="Chips", source="A paper", language="en")
    assert waiting(tmp_path / "home") == [added]
    report = land_inbox(tmp_path / "home", now)
    assert (report.landed, report.errors, waiting(tmp_path / "home")) == (1, [], [])
    assert list((tmp_path / "home" / "inbox").iterdir()) == []
    (document,) = documents(report)
    assert (document.text, document.title, document.publisher) == ("Tesla has 35,000 chips.", "Chips", "A paper")
    assert (document.source, document.source_kind, document.language, document.url) == ("inbox", "press", "en", None)
    assert (document.published_at, document.published_method) == (datetime(2024, 6, 5, tzinfo=UTC), "stated")


def test_a_sidecar_gives_what_the_command_line_does_not(tmp_path, now):
    given = write(tmp_path / "note.txt")
    facts = {"published": "2024-06-05T12:00:00+02:00", "title": "From the sidecar", "url": "http://Paper.example/a#b"}
    (tmp_path / "note.txt.meta.json").write_text(json.dumps(facts | {"kind": "company", "speaker": "Tesla"}))
    add(tmp_path, [given, tmp_path / "note.txt.meta.json"], title="From the command line")
    (document,) = documents(land_inbox(tmp_path, now))
    assert (document.title, document.url) == ("From the command line", "http://paper.example/a")
    assert (document.source_kind, document.speaker) == ("company", "Tesla")
    assert document.published_at == datetime(2024, 6, 5, 10, tzinfo=UTC)


def test_another_file_of_the_same_name_gets_a_number_and_keeps_its_identity(tmp_path, now):
    first, second = write(tmp_path / "a" / "note.txt", "One chip."), write(tmp_path / "b" / "note.txt", "Two chips.")
    added = add(tmp_path, [first, second])
    assert [path.name for path in added] == ["note.txt", "note-2.txt"]
    together = documents(land_inbox(tmp_path, now))
    add(tmp_path, [second])
    (alone,) = documents(land_inbox(tmp_path, now))
    assert alone.document_id in {document.document_id for document in together}


def test_the_same_file_twice_waits_once(tmp_path):
    given = write(tmp_path / "note.txt")
    assert add(tmp_path, [given]) == add(tmp_path, [given])
    assert len(waiting(tmp_path)) == 1


def test_the_same_file_added_again_makes_no_new_document_but_with_another_date_does(tmp_path, now):
    given = write(tmp_path / "note.txt")
    ids = []
    for published in ("2024-06-05", "2024-06-05", "2024-06-06"):
        add(tmp_path, [given], published=published)
        ids += [document.document_id for document in documents(land_inbox(tmp_path, now))]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    ("name", "published", "sentence"),
    [
        ("missing.txt", None, r"missing\.txt does not exist: check its name\."),
        ("folder", None, r"folder is a folder: name the files in it\."),
        ("note.docx", None, r"note\.docx is of a kind that can't be read: give one of \.txt, .*\.warc\.gz\."),
        ("note.txt", "1717545600", r"note\.txt: '1717545600' is not a date: write it as YYYY-MM-DD\."),
        ("note.txt", "5 June", r"note\.txt: '5 June' is not a date: write it as YYYY-MM-DD\."),
        ("note.txt", "2199-01-01", r"note\.txt: its date 2199-01-01 lies in the future: correct it\."),
    ],
)
def test_what_cannot_be_added_is_told_and_nothing_goes_in(tmp_path, name, published, sentence):
    (tmp_path / "folder").mkdir()
    write(tmp_path / "note.txt")
    write(tmp_path / "note.docx")
    with pytest.raises(InboxError, match=sentence):
        add(tmp_path / "home", [tmp_path / "note.txt", tmp_path / name], published=published)
    assert waiting(tmp_path / "home") == []


@pytest.mark.parametrize(
    ("sidecar", "sentence"),
    [
        ("{", "is not valid JSON"),
        ("[]", "it is not an object"),
        ('{"titel": "x"}', "`titel` is not known: take it out"),
    ],
)
def test_a_bad_sidecar_is_told(tmp_path, sidecar, sentence):
    (tmp_path / "note.txt.meta.json").write_text(sidecar)
    with pytest.raises(InboxError, match=sentence):
        add(tmp_path / "home", [write(tmp_path / "note.txt")])


def test_a_file_put_there_by_hand_that_cannot_be_read_is_set_aside_and_stops_no_other(tmp_path, now):
    write(tmp_path / "inbox" / "note.docx")
    write(tmp_path / "inbox" / "note.txt")
    report = land_inbox(tmp_path, now)
    assert (report.checked, report.landed, waiting(tmp_path)) == (2, 1, [])
    assert [source for source, _ in report.errors] == ["inbox"]
    assert [path.name for path in (tmp_path / "inbox" / "refused").iterdir()] == ["note.docx"]


def test_an_empty_inbox_lands_nothing(tmp_path, now):
    assert (waiting(tmp_path), land_inbox(tmp_path, now).path) == ([], None)


def write_warc(path, *pages):
    with path.open("wb") as stream:
        warc = WARCWriter(stream, gzip=True)
        for url, status, payload, *content_type in pages:
            types = [("Content-Type", content_type[0] if content_type else "text/html")]
            headers = StatusAndHeaders(status, types, protocol="HTTP/1.1")
            record = warc.create_warc_record(
                url,
                "response",
                payload=BytesIO(payload),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": "2025-01-05T10:00:00Z"},
            )
            warc.write_record(record)
    return path


def test_the_pages_of_a_warc_file_become_documents(tmp_path, site, now):
    head = "<meta property='article:published_time' content='2025-06-01'>"
    given = write_warc(
        tmp_path / "crawl.warc.gz",
        ("http://news.example/a", "200 OK", site.page("Tesla has 35,000 chips.")),
        ("http://news.example/b", "404 Not Found", b"gone"),
        ("http://news.example/logo", "200 OK", b"\x89PNG", "image/png"),
        ("http://news.example/c", "200 OK", site.page("Meta has chips.", head)),
    )
    add(tmp_path, [given], source="A crawl")
    first, second = documents(land_inbox(tmp_path, now))
    assert (first.url, first.publisher, first.source) == ("http://news.example/a", "A crawl", "inbox")
    assert first.text.startswith("Tesla has 35,000 chips.")
    assert second.published_at is None  # its date lies after the day on which it was crawled


@pytest.mark.parametrize("kept", [40, 300, -30])
def test_a_cut_warc_file_is_set_aside_whole(tmp_path, site, now, kept):
    pages = [(f"http://news.example/{number}", "200 OK", site.page(f"{number} chips.")) for number in range(3)]
    given = write_warc(tmp_path / "crawl.warc.gz", *pages)
    given.write_bytes(given.read_bytes()[:kept])
    add(tmp_path, [given])
    report = land_inbox(tmp_path, now)
    assert (report.landed, report.path, len(report.errors), waiting(tmp_path)) == (0, None, 1, [])
    assert (tmp_path / "inbox" / "refused" / "crawl.warc.gz").exists()


def test_a_warc_file_without_pages_is_told(tmp_path, now):
    add(tmp_path, [write_warc(tmp_path / "crawl.warc.gz", ("http://news.example/b", "404 Not Found", b"gone"))])
    assert "has no page that was answered with status 200" in land_inbox(tmp_path, now).errors[0][1]
