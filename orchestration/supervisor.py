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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import IO

import httpx

from orchestration.retention import rotate
from orchestration.settings import PROJECT, Settings

Services = dict[str, "subprocess.Popen[bytes]"]

READY_S = 180.0  # a slow machine loads the definitions in one minute
STOP_S = 20.0


class ServiceDied(RuntimeError):
    """A service ended by itself."""


def serve(settings: Settings) -> None:
    """Start everything, say where it is, and stay until SIGINT or SIGTERM.

    Raises   ServiceDied where a port is taken, or a service doesn't come up or ends by itself.
    """
    _require_free(settings.ui_port, "LEDGER_UI_PORT")
    _require_free(settings.docs_port, "LEDGER_DOCS_PORT")
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    # a file, since each run tells hundreds of lines of dbt's, which the UI shows too
    log_file = settings.home / "dagster" / "services.log"
    rotate(log_file, most_bytes=0)
    with log_file.open("ab") as log, _pages(settings), _services() as services:
        ui = f"http://127.0.0.1:{settings.ui_port}"
        _start_in_order(settings, services, log, stop)
        if not stop.is_set():
            print(f"Dagster UI   {ui}\nData Docs    http://127.0.0.1:{settings.docs_port}/data_docs/index.html")
            print(
                f"Log          {log_file}\nSchedules and the inbox sensor are on. Ctrl-C ends everything.", flush=True
            )
        while not stop.wait(1.0):
            _check(services)
            rotate(log_file)


def _start_in_order(settings: Settings, services: Services, log: IO[bytes], stop: threading.Event) -> None:
    """The code server first: what asks it before it answers fills the terminal with errors."""
    port = _free_port()
    workspace = settings.home / "dagster" / "workspace.yaml"
    workspace.write_text(
        f"load_from:\n  - grpc_server: {{host: 127.0.0.1, port: {port}, location_name: compute_ledger}}\n",
        encoding="utf-8",
    )
    quiet, local = ("--log-level", "warning"), ("-h", "127.0.0.1")
    start = functools.partial(_start, services, log)
    start(
        "code server", "dagster", "code-server", "start", "-m", "orchestration.definitions", *local, "-p", port, *quiet
    )
    _wait_until(lambda: _answers_tcp(port), services, stop)
    start("web server", "dagster-webserver", *local, "-p", settings.ui_port, "-w", workspace, *quiet)
    start("daemon", "dagster-daemon", "run", "-w", workspace, *quiet)
    _wait_until(lambda: _answers_http(f"http://127.0.0.1:{settings.ui_port}/server_info"), services, stop)


def _start(services: Services, log: IO[bytes], name: str, program: str, *arguments: object) -> None:
    command = [str(Path(sys.executable).with_name(program)), *map(str, arguments)]
    # a session of its own: Ctrl-C reaches the supervisor only, which then ends the services in order
    services[name] = subprocess.Popen(command, cwd=PROJECT, start_new_session=True, stdout=log, stderr=log)


@contextmanager
def _services() -> Iterator[Services]:
    """The running services by name; at the end each is asked to end, and killed where it doesn't."""
    services: Services = {}
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


def _wait_until(answers: Callable[[], bool], services: Services, stop: threading.Event) -> None:
    deadline = time.monotonic() + READY_S
    while not stop.wait(0.2) and not answers():
        _check(services)
        if time.monotonic() > deadline:
            raise ServiceDied(f"The {list(services)[-1]} did not answer within {READY_S:.0f} s.")


def _answers_http(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _answers_tcp(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _check(services: Services) -> None:
    for name, process in services.items():
        if process.poll() is not None:
            raise ServiceDied(
                f"The {name} ended with code {process.returncode}; services.log in the data home says why."
            )


def _require_free(port: int, setting: str) -> None:
    if _answers_tcp(port):
        raise ServiceDied(f"Port {port} is taken on this machine: end what uses it, or set {setting} to another.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
