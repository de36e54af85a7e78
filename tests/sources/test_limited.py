"""Parsing in children: whatever a document does to its parser is told of that document, and the others are read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sources import limited
from sources.feeds import parse_feed
from sources.landing import Unreadable
from sources.limited import Limits, Parsers, ahead

LEFT_OUT = "it was left out, and the others were read."


@pytest.fixture(scope="module")
def parsers() -> Iterator[Parsers]:
    with Parsers(Limits(memory_bytes=1_000_000_000, cpu_s=1)) as parsers:
        yield parsers


def failure(parsers: Parsers, code: str) -> str:
    with pytest.raises(Unreadable) as refused:
        parsers.start(exec, code).result()
    return str(refused.value)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("import re; re.match('(a+)+$', 'a' * 40 + 'b')", "Reading it took more than 1 s of processor time"),
        ("bytes(10**10)", "Reading it took more than 1 GB of memory"),
        ("import os; os.abort()", "Its parser crashed on it (SIGABRT)"),
        ("import os; os._exit(3)", "Its parser crashed on it (exit code 3)"),
        ("1 / 0", "Its parser failed on it (ZeroDivisionError: division by zero)"),
    ],
    ids=["endless", "swells", "crashes", "ends", "fails"],
)
def test_what_a_document_does_to_its_parser_is_one_sentence_and_the_next_one_is_read(
    parsers: Parsers, code: str, sentence: str
) -> None:
    assert failure(parsers, code) == f"{sentence}: {LEFT_OUT}"
    assert parsers.start(len, "abc").result() == 3


def test_a_parser_that_waits_is_ended() -> None:
    with Parsers(Limits(wall_s=0.2)) as parsers:
        assert failure(parsers, "import signal; signal.pause()") == f"Reading it took more than 0.2 s: {LEFT_OUT}"


def test_results_come_in_the_order_of_the_documents(parsers: Parsers) -> None:
    names = [str(number) for number in range(50)]
    started = ((name, parsers.start(int, name)) for name in names)
    assert [(name, parsing.result()) for name, parsing in ahead(started)] == [(name, int(name)) for name in names]


def test_a_child_is_replaced_after_its_share_of_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "DOCUMENTS_A_CHILD", 3)
    with Parsers() as parsers:
        seen = [parsers.start(os.getpid).result() for _ in range(7)]
    assert [seen.count(pid) for pid in dict.fromkeys(seen)] == [3, 3, 1]


def test_leaving_the_block_ends_a_child_that_is_still_at_work() -> None:
    with Parsers() as parsers:
        child = parsers.start(os.getpid).result()
        parsers.start(exec, "import signal; signal.pause()")
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_children_do_not_outlive_a_killed_run(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        "import os, signal\n"
        "from sources.limited import Parsers\n"
        "if __name__ == '__main__':\n"
        "    with Parsers() as parsers:\n"
        "        print(parsers.start(os.getpid).result(), flush=True)\n"
        "        signal.pause()\n"
    )
    run = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    child = int(run.stdout.readline())
    run.send_signal(signal.SIGKILL)
    run.wait()
    deadline = time.monotonic() + 30
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        os.sched_yield()
    assert not Path(f"/proc/{child}").exists()


def test_where_no_child_can_start_the_run_stops_instead_of_leaving_out_every_document() -> None:
    script = "from sources.limited import Parsers\nwith Parsers() as parsers: parsers.start(len, '').result()"
    run = subprocess.run([sys.executable, "-"], input=script, capture_output=True, text=True, check=False)
    assert "A child process for parsing ended before it began" in run.stderr


def feed_of_entities(characters: int, uses: int) -> bytes:
    """A feed of one entry, whose title is one entity many times over."""
    item = f"<item><title>{'&e;' * uses}</title><link>https://acme.example/1</link></item>"
    declared = f'<!DOCTYPE rss [\n<!ENTITY e "{"x" * characters}">\n]>\n'
    return f"{declared}<rss version='2.0'><channel>{item}</channel></rss>".encode()


def test_a_small_feed_that_expands_to_a_gigabyte_is_left_out(parsers: Parsers) -> None:
    with pytest.raises(Unreadable, match=r"took more than 1 (GB of memory|s of processor time)"):
        parsers.start(parse_feed, feed_of_entities(50_000, 20_000), None).result()


def test_a_title_that_expands_is_cut(parsers: Parsers) -> None:
    (entry,) = parsers.start(parse_feed, feed_of_entities(1_000, 1_000), None).result().entries
    assert entry.title == "x" * 1_000


def test_an_entity_of_a_file_of_ours_is_not_read(parsers: Parsers, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    feed = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
        "<rss version='2.0'><channel><title>&s;</title>"
        "<item><title>a&s;b</title><link>https://acme.example/1</link></item></channel></rss>"
    ).encode()
    assert "hunter2" not in repr(parsers.start(parse_feed, feed, None).result())
