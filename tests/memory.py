"""How much memory a program takes with all the processes that it starts: for benches and experiments."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self

EVERY_S = 0.5


class Memory:
    """The most resident memory, in bytes, of this process and its descendants together, looked at now and then.

    What several share is counted for each, so it is rather too much. 0 where there is no /proc.

    without   process whose memory doesn't count, with its children
    """

    def __init__(self, without: int = 0) -> None:
        self.peak_bytes = 0
        self._without = without
        self._over = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *of_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(EVERY_S):
            with suppress(OSError, IndexError, ValueError):  # a process that has just ended, or no /proc
                self.peak_bytes = max(self.peak_bytes, sum(self._resident_bytes()))

    def _resident_bytes(self) -> Iterator[int]:
        stats = [path.read_text().rpartition(")") for path in Path("/proc").glob("[0-9]*/stat")]
        children: dict[int, list[tuple[int, int]]] = {}
        for start, _, rest in stats:
            told = rest.split()
            children.setdefault(int(told[1]), []).append((int(start.split(" ")[0]), int(told[21])))
        ours = [os.getpid()]
        page_bytes = os.sysconf("SC_PAGE_SIZE")
        yield int(Path("/proc/self/statm").read_text().split()[1]) * page_bytes
        while ours:
            for pid, pages in children.get(ours.pop(), []):
                if pid != self._without:
                    ours.append(pid)
                    yield pages * page_bytes
