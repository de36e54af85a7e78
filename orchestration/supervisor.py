"""`ledger up`: Dagster's web UI and daemon and the Data Docs, under one process that ends them together."""

from __future__ import annotations

import functools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType

import httpx

from orchestration.settings import PROJECT, Settings

READY_S = 180.0  # a slow machine loads the definitions in one minute
STOP_S = 20.0


class ServiceDied(RuntimeError):
    """A service ended by itself."""


def serve(settings: Settings) -> None:
    """Start everything, say where it is, and stay until SIGINT or SIGTERM.

    Raises   ServiceDied where a service doesn't come up or ends by itself.
    """
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    with _pages(settings), _services(settings) as services:
        ui = f"http://127.0.0.1:{settings.ui_port}"
        _wait_until_up(f"{ui}/server_info", services, stop)
        if not stop.is_set():
            print(f"Dagster UI   {ui}\nData Docs    http://127.0.0.1:{settings.docs_port}/data_docs/index.html")
            print("Schedules and the inbox sensor are on. Ctrl-C ends everything.", flush=True)
        while not stop.wait(1.0):
            _check(services)


@contextmanager
def _services(settings: Settings) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    port = _free_port()
    workspace = settings.home / "dagster" / "workspace.yaml"
    workspace.write_text(
        f"load_from:\n  - grpc_server: {{host: 127.0.0.1, port: {port}, location_name: compute_ledger}}\n",
        encoding="utf-8",
    )
    here = Path(sys.executable)
    commands = {
        "code server": [
            *(here.with_name("dagster"), "code-server", "start", "-m", "orchestration.definitions"),
            *("-h", "127.0.0.1", "-p", str(port)),
        ],
        "web server": [
            *(here.with_name("dagster-webserver"), "-h", "127.0.0.1", "-p", str(settings.ui_port)),
            *("-w", workspace),
        ],
        "daemon": [here.with_name("dagster-daemon"), "run", "-w", workspace],
    }
    # a session of their own: Ctrl-C reaches this process only, which then ends them in order
    services = {
        name: subprocess.Popen(list(map(str, command)), cwd=PROJECT, start_new_session=True)
        for name, command in commands.items()
    }
    try:
        yield services
    finally:
        for process in reversed(services.values()):
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + STOP_S
        for process in reversed(services.values()):
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def _pages(settings: Settings) -> Iterator[None]:
    """The Data Docs, which the checks link to: a page from the disk can't be opened from one of a web server."""
    folder = settings.home / "data_docs"
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadingHTTPServer(
        ("127.0.0.1", settings.docs_port), functools.partial(_Page, directory=str(folder))
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


class _Page(SimpleHTTPRequestHandler):
    """Files of the Data Docs and nothing else, under /data_docs/."""

    def translate_path(self, path: str) -> str:
        return super().translate_path(path.removeprefix("/data_docs"))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal is for the services."""


def _wait_until_up(url: str, services: dict[str, subprocess.Popen[bytes]], stop: threading.Event) -> None:
    deadline = time.monotonic() + READY_S
    while not stop.wait(0.5):
        _check(services)
        try:
            if httpx.get(url, timeout=5).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise ServiceDied(f"The web UI did not answer at {url} within {READY_S:.0f} s.") from None


def _check(services: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, process in services.items():
        if process.poll() is not None:
            raise ServiceDied(f"The {name} ended with code {process.returncode}; its messages stand above.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
