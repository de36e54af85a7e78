"""Limited: a parser at work on what strangers wrote, in a child process that may fail without harm.

A feed, page, PDF or filing can be made so that reading it takes hours, gigabytes, or the process itself. Here: children
with a limit on memory, processor time and patience, which are replaced after so many documents, for parsers leak; each
failure is the sentence of an `Unreadable`. Not here: what is parsed, or what becomes of the sentence.

Pebble's pool was tried: its workers share one locked pipe, so a child that dies while it takes a large document in
leaves the others and the caller waiting for ever. Here each child has a pipe of its own.
"""

from __future__ import annotations

import math
import multiprocessing
import resource
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.forkserver import ensure_running
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from sources.landing import Unreadable

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 2  # the two cores of a small machine
AHEAD = 2 * AT_ONCE  # documents in memory at a time: enough to keep both children busy
DOCUMENTS_A_CHILD = 500  # trafilatura's caches grow with each page, and a new child costs less than two pages

# What a child imports before the first document: it is forked from a process that has them, so a new one costs little.
_PRELOADED = ["sources.feeds", "sources.reading", "sources.filing_documents", "sources.inline_xbrl"]
_PROCESSES = multiprocessing.get_context("forkserver")  # not "fork": this process has threads and open databases


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost.

    memory_bytes   of address space, the 400 MB of interpreter and libraries included (RLIMIT_AS; macOS has none)
    cpu_s          of processor time, so that a slow or busy machine gives the same answer
    wall_s         from start to end, for a child that waits instead of working
    """

    memory_bytes: int = 1_500_000_000
    cpu_s: int = 60
    wall_s: float = 300.0


class ParsersBroken(RuntimeError):
    """No child can be started, whatever the document: the run stops, for it would leave out all of them."""


def prepare() -> None:
    """Start the process that children are forked from, which imports for a second, beside what the caller does next."""
    _PROCESSES.set_forkserver_preload(_PRELOADED)
    ensure_running()


class Parsers:
    """Children that parse; they start with the first document, and end with the `with` block."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="parsers")
        self._children: set[_Child] = set()
        self._idle: deque[_Child] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in tuple(self._children):
            child.kill()
        self._threads.shutdown()

    def start(self, parser: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> Future[T]:
        """Have a document parsed by a function of a module, whose arguments and result can be pickled.

        The future's `result()` raises Unreadable where the parser does, and where it fails or breaks a limit.
        """
        return self._threads.submit(self._parsed, parser, arguments, named)

    def _parsed(self, parser: Callable[..., T], arguments: tuple[Any, ...], named: dict[str, Any]) -> T:
        child = self._free_child()
        value, sentence = child.ask(parser, arguments, named)
        if child.is_spent:
            self._children.discard(child)
            child.kill()
        else:
            self._idle.append(child)
        if sentence is not None:
            raise Unreadable(sentence)
        return value  # type: ignore[no-any-return]

    def _free_child(self) -> _Child:
        while self._idle:
            child = self._idle.pop()
            if child.is_alive:
                return child
            self._children.discard(child)  # somebody ended it between two documents
        child = _Child(self._limits)
        self._children.add(child)
        return child


def ahead(started: Iterable[T]) -> Iterator[T]:
    """The same in the same order, a few pulled before they are asked for: what is pulled is being parsed already."""
    pulled: deque[T] = deque()
    for one in started:
        pulled.append(one)
        if len(pulled) > AHEAD:
            yield pulled.popleft()
    yield from pulled


class _Child:
    """One process and the pipe to it."""

    def __init__(self, limits: Limits) -> None:
        prepare()
        self._limits = limits
        self._pipe, its_end = _PROCESSES.Pipe()
        self._process = _PROCESSES.Process(target=_serve, args=(its_end, limits), name="ledger parser", daemon=True)
        self._process.start()
        its_end.close()  # else its death would go unnoticed
        self._left = DOCUMENTS_A_CHILD
        try:
            if not self._pipe.poll(_START_S):
                raise ParsersBroken(f"No child process for parsing came up within {_START_S:.0f} s: {_MEND}")
            self._pipe.recv()
        except EOFError:
            raise ParsersBroken(f"A child process for parsing ended before it began: {_MEND}") from None

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    @property
    def is_spent(self) -> bool:
        return self._left <= 0

    def ask(self, *call: Any) -> tuple[Any, str | None]:
        """What the parser gave; or, with nothing, the sentence that says why there is none."""
        self._left -= 1
        try:
            self._pipe.send(call)
            if self._pipe.poll(self._limits.wall_s):
                value, sentence, goes_on = self._pipe.recv()
                self._left = self._left if goes_on else 0
                return value, sentence
            reason = f"Reading it took more than {self._limits.wall_s:g} s: {_LEFT_OUT}"
        except (EOFError, OSError):
            self._process.join()
            reason = self._cause_of_death()
        self._left = 0
        return None, reason

    def _cause_of_death(self) -> str:
        code = self._process.exitcode or 0
        if code == -signal.SIGXCPU:
            return f"Reading it took more than {self._limits.cpu_s} s of processor time: {_LEFT_OUT}"
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return f"Its parser crashed on it ({how}): {_LEFT_OUT}"

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


_START_S = 120.0
_MEND = "is the machine out of memory or processes? A script that calls this needs `if __name__ == '__main__':`."
_LEFT_OUT = "it was left out, and the others were read."


def _serve(pipe: Connection, limits: Limits) -> None:
    """Parse what comes until the other end is closed, by its owner or by its death."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run, which ends its children
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    with suppress(EOFError, ConnectionError):
        pipe.send("ready")
        while True:
            try:
                parser, arguments, named = pipe.recv()
                _allow_cpu(limits.cpu_s)
                pipe.send((parser(*arguments, **named), None, True))
            except (EOFError, ConnectionError):
                raise
            except Unreadable as error:
                pipe.send((None, str(error), True))
            except MemoryError:  # what was taken may not come back to the system: the next document gets a new process
                sentence = f"Reading it took more than {limits.memory_bytes / 1e9:g} GB of memory: {_LEFT_OUT}"
                pipe.send((None, sentence, False))
            except Exception as error:  # noqa: BLE001  whatever a text made of a parser is of that text only
                pipe.send((None, f"Its parser failed on it ({type(error).__name__}: {error}): {_LEFT_OUT}", True))


def _allow_cpu(seconds: int) -> None:
    """From now on: past that, the system ends this process by SIGXCPU."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = math.ceil(used.ru_utime + used.ru_stime)
    _limit(resource.RLIMIT_CPU, spent + seconds)


def _limit(what: int, most: int) -> None:
    """Set a limit, or leave a lower one that the machine's owner has set."""
    _, owners = resource.getrlimit(what)
    resource.setrlimit(what, (most if owners == resource.RLIM_INFINITY else min(most, owners), owners))
