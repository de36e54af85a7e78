"""An endpoint on 127.0.0.1 that speaks the chat completions protocol, and answers as a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

Request = dict[str, Any]


class Reply(NamedTuple):
    """What the endpoint sends. `stalls`: it sends half of the body, and no more while the test lasts."""

    body: bytes
    status: int = 200
    stalls: bool = False


@dataclass
class Endpoint:
    """Where it is, and what it was asked: the JSON bodies, and the headers of each."""

    base_url: str
    requests: list[Request] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


def completion(message: object) -> Reply:
    """A chat completion with this message; what isn't text is sent as JSON text, as a model would."""
    content = message if isinstance(message, str) else json.dumps(message)
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    return Reply(json.dumps({"id": "1", "object": "chat.completion", "choices": [choice]}).encode())


def shown(request: Request) -> dict[str, Any]:
    """What the model sees of the document."""
    seen: dict[str, Any] = json.loads(request["messages"][1]["content"])
    return seen


def choose(request: Request, printed: str, **labels: object) -> dict[str, Any]:
    """A choice by the schema: the candidate printed so; a label that isn't given is null, or the first allowed."""
    schema = request["response_format"]["json_schema"]["schema"]["properties"]["claims"]["items"]["properties"]
    (number,) = (each["candidate"] for each in shown(request)["candidates"] if each["printed"] == printed)
    allowed = {key: values["enum"] for key, values in schema.items() if "enum" in values}
    first = {key: None if None in values else values[0] for key, values in allowed.items()}
    return first | {"candidate": number, "printed": printed} | labels


@contextmanager
def endpoint(answer: Callable[[Request], Reply]) -> Iterator[Endpoint]:
    """Serves while the block lasts; `answer` gives the reply to a request's body."""
    is_over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.requests.append(request)
            asked.headers.append({"path": self.path, **dict(self.headers)})
            reply = answer(request)
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            half = len(reply.body) // 2
            self.wfile.write(reply.body[:half])
            if reply.stalls:
                is_over.wait(60)
            else:
                self.wfile.write(reply.body[half:])

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        asked = Endpoint(f"http://127.0.0.1:{server.server_port}/v1")
        try:
            yield asked
        finally:
            is_over.set()
            server.shutdown()
