"""Fetching: the one HTTP client of the project, with a limit on everything a server could make endless.

Here: one GET, its limits (bytes as sent, bytes as expanded, seconds, redirects, tries) and a sentence for each way to
fail; many GETs side by side, one at a time per host. Not here: what to fetch and when, what an answer means, or what a
host asks of its visitors (`sources.manners`).
"""

from __future__ import annotations

import heapq
import logging
import re
import socket
import time
import zlib
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

import brotli
import httpcore
import httpx
import zstandard
from httpx_retries import Retry, RetryTransport

from sources.network import NotPublic, PublicNetwork, ends_at

log = logging.getLogger("ledger.fetching")

MAX_REDIRECTS = 5
HOSTS_AT_ONCE = 16  # an answer is waited for a hundred times as long as it is worked on; each host sees one request
RETRIED_STATUSES = (429, 502, 503, 504)
RETRIED_STATUSES_WITH_MANNERS = (502, 504)  # the others ask for a pause, which manners remember for everybody
PERMANENT_REDIRECTS = (301, 308)
ACCEPT_ENCODING = "gzip, deflate, br, zstd"
ERROR_BYTES = 16_384  # of an error's body: its title and first paragraph
_CONDITIONS = frozenset({"if-none-match", "if-modified-since"})
LONGEST_WAIT_S = 30.0  # a server may ask for more by Retry-After: then the next run comes back, not this one


class FetchError(Exception):
    """A GET that gave nothing to keep. The message is one plain sentence for whoever watches the sources.

    status       the HTTP status where there was an answer, else None
    body         the start of what came with it: some servers say only there what they mean
    retry_after  the header of that name, verbatim
    url          where the answer came from, after redirects
    """

    def __init__(
        self,
        sentence: str,
        status: int | None = None,
        body: bytes = b"",
        retry_after: str | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.body = body
        self.retry_after = retry_after
        self.url = url


class NotNow(FetchError):
    """Not asked: the turn is too far off for this run. No failure of anybody's; a later run asks."""


class HostResting(FetchError):
    """Not asked: the host wants a pause. No failure of the address."""


class Disallowed(FetchError):
    """Not asked: the host's robots.txt doesn't want us there."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask for; with the validators of the last answer, unchanged, the server may say 304 instead."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of status 200 to 299, or 304 with an empty payload.

    url       where the answer came from, after redirects
    moved_to  where permanent redirects led, as far as no other kind came between; None where there was none
    headers   as received, in order; names in the server's own case
    payload   the body with its content encoding undone
    """

    url: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    payload: bytes
    moved_to: str | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Manners(Protocol):
    """What hosts ask of a visitor. Called in several threads."""

    def wait_s(self, client: Client, url: str) -> float:
        """Seconds until the turn of this URL, which is then taken; raises NotNow, HostResting or Disallowed."""

    def note_refusal(self, url: str, error: FetchError) -> None:
        """The host had enough (429), or is down for a while (503)."""


class Client:
    """A GET with limits.

    proxy       "http://HOST:PORT", through which everything goes, so that only it knows to whom; None for the open
                network, of which only public addresses are asked
    allow_hosts hosts that may be asked wherever they are: see `network.PublicNetwork`
    max_bytes   of one body, both as sent and as expanded
    timeout_s   for connecting, and for each wait for further bytes
    total_s     for one body with all redirects
    retries     further tries after a failed connection or a status of RETRIED_STATUSES
    await_turn  called before each request, further tries and redirects too: it waits, or raises FetchError
    manners     asked before each request of `get_each`, redirects too
    """

    def __init__(
        self,
        user_agent: str,
        proxy: str | None = None,
        max_bytes: int = 20_000_000,
        timeout_s: float = 20.0,
        total_s: float = 90.0,
        retries: int = 2,
        await_turn: Callable[[], None] | None = None,
        manners: Manners | None = None,
        allow_hosts: Collection[str] = (),
    ) -> None:
        self._manners = manners
        self.max_bytes = max_bytes
        self.total_s = total_s
        retry = Retry(
            total=retries,
            status_forcelist=RETRIED_STATUSES_WITH_MANNERS if manners else RETRIED_STATUSES,
            retry_on_exceptions=(httpx.ConnectError, httpx.ConnectTimeout),
            backoff_factor=0.5,
            max_backoff_wait=LONGEST_WAIT_S,
        )
        transport: httpx.BaseTransport = httpx.HTTPTransport(proxy=proxy) if proxy else _PublicTransport(allow_hosts)
        if await_turn is not None:
            transport = _InTurn(transport, await_turn)
        self._client = httpx.Client(
            transport=RetryTransport(transport=transport, retry=retry),
            timeout=timeout_s,
            headers={"User-Agent": user_agent, "Accept-Encoding": ACCEPT_ENCODING},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Response:
        """Fetch one URL.

        etag, last_modified   of the last answer, verbatim; an unchanged resource then gives status 304
        Raises                FetchError, for whatever is not an answer that can be kept
        """
        return self._get(Request(url, etag, last_modified))

    def _get(self, request: Request, before_redirect: Callable[[str], None] | None = None) -> Response:
        with self._asked(request, self.total_s, before_redirect) as (answer, deadline, moved_to):
            return Response(
                url=_USERINFO.sub("//", str(answer.url), count=1),  # it is archived and published: no password with it
                status=answer.status_code,
                reason=answer.reason_phrase,
                headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers.raw),
                payload=b"" if answer.status_code == 304 else b"".join(_expanded(answer, self.max_bytes, deadline)),
                moved_to=moved_to,
            )

    def download(self, url: str, path: Path, max_bytes: int, total_s: float) -> None:
        """Fetch one large body into a file, a piece at a time.

        Raises   FetchError; what stands in the file then is not whole.
        """
        with path.open("wb") as file, self._asked(Request(url), total_s) as (answer, deadline, _):
            for piece in _expanded(answer, max_bytes, deadline):
                file.write(piece)

    @contextmanager
    def _asked(
        self, wanted: Request, total_s: float, before_redirect: Callable[[str], None] | None = None
    ) -> Iterator[tuple[httpx.Response, _Deadline, str | None]]:
        """The answer after redirects, its body not yet read, and where permanent ones led.

        FetchError for any but a good answer, in the block too.
        """
        host = _host(wanted.url)
        validators = ((b"If-None-Match", wanted.etag), (b"If-Modified-Since", wanted.last_modified))
        deadline = _Deadline(total_s)
        moved_to, all_permanent = None, True
        try:
            request = self._client.build_request(
                "GET", wanted.url, headers={name: value.encode("latin-1") for name, value in validators if value}
            )
            for _ in range(MAX_REDIRECTS + 1):
                # redirects by hand: httpx would read the body of each without a limit
                with ends_at(deadline.at):
                    answer = self._client.send(request, stream=True)
                try:
                    if answer.next_request is None:
                        _refuse_errors(answer, deadline)
                        yield answer, deadline, moved_to
                        return
                finally:
                    answer.close()
                request = answer.next_request
                _host(str(request.url))
                all_permanent &= answer.status_code in PERMANENT_REDIRECTS
                if all_permanent:
                    moved_to = str(request.url)
                if before_redirect is not None:
                    before_redirect(str(request.url))
            raise FetchError(f"{host} redirected more than {MAX_REDIRECTS} times.", answer.status_code)
        except NotPublic as error:
            raise FetchError(str(error)) from error
        except httpx.TimeoutException as error:
            late = f"{host} had not answered after {total_s:.0f} s."
            raise FetchError(late if deadline.is_over else _sentence(error, host)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FetchError(_sentence(error, host)) from error

    def get_each(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Response | FetchError]]:
        """Fetch many, in the order in which answers arrive: several hosts at once, one request at a time per host."""
        queues: dict[str, deque[Request]] = {}
        for request in requests:
            try:
                host = _host(request.url)
            except FetchError as error:
                yield request, error
            else:
                queues.setdefault(host, deque()).append(request)
        running: dict[Future[Response | FetchError | float], tuple[str, Request]] = {}
        waiting: list[tuple[float, str, Request]] = []  # a heap by when their turn comes, on the monotonic clock
        pool = ThreadPoolExecutor(HOSTS_AT_ONCE)

        def start(host: str, request: Request, *, is_its_turn: bool) -> None:
            running[pool.submit(self._step, request, is_its_turn)] = (host, request)

        def start_next(host: str) -> None:
            if queues[host]:
                start(host, queues[host].popleft(), is_its_turn=False)

        try:
            for host in queues:
                start_next(host)
            while running or waiting:
                while waiting and waiting[0][0] <= monotonic():
                    _, host, request = heapq.heappop(waiting)
                    start(host, request, is_its_turn=True)
                until_next = max(0.0, waiting[0][0] - monotonic()) if waiting else None
                if not running:
                    time.sleep(until_next or 0.0)
                    continue
                done, _ = wait(running, until_next, return_when=FIRST_COMPLETED)
                for future in done:
                    host, request = running.pop(future)
                    answer = future.result()
                    if isinstance(answer, float):
                        heapq.heappush(waiting, (monotonic() + answer, host, request))
                        continue
                    start_next(host)
                    yield request, answer
        finally:
            pool.shutdown(cancel_futures=True)

    def _step(self, request: Request, is_its_turn: bool) -> Response | FetchError | float:
        """The answer, or the seconds until it is this request's turn: no thread waits for that."""
        try:
            if self._manners is None:
                return self._get(request)
            wait_s = 0.0 if is_its_turn else self._manners.wait_s(self, request.url)
            return self._get(request, self._wait_for_turn) if wait_s <= 0 else wait_s
        except FetchError as error:
            if self._manners is not None and error.status in (429, 503):
                self._manners.note_refusal(error.url or request.url, error)
            return error

    def _wait_for_turn(self, url: str) -> None:
        if self._manners is not None:
            time.sleep(self._manners.wait_s(self, url))


class _PublicTransport(httpx.HTTPTransport):
    """HTTP to public addresses. httpx has no way to give its pool a network, so the pool is made here."""

    def __init__(self, allow_hosts: Collection[str]) -> None:
        super().__init__()
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), network_backend=PublicNetwork(allow_hosts)
        )


class _InTurn(httpx.BaseTransport):
    """Waits for its turn before each request."""

    def __init__(self, transport: httpx.BaseTransport, await_turn: Callable[[], None]) -> None:
        self._transport = transport
        self._await_turn = await_turn

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._await_turn()
        return self._transport.handle_request(request)

    def close(self) -> None:
        self._transport.close()


class _Deadline:
    """When a body must have come."""

    def __init__(self, total_s: float) -> None:
        self.total_s = total_s
        self.at = monotonic() + total_s

    @property
    def is_over(self) -> bool:
        return monotonic() > self.at


def _refuse_errors(answer: httpx.Response, deadline: _Deadline) -> None:
    status = answer.status_code
    if answer.is_success or (status == 304 and not _CONDITIONS.isdisjoint(answer.request.headers)):
        return
    body = bytearray()
    with suppress(FetchError, httpx.HTTPError):  # the status is what counts; the body may be large or broken
        for piece in _expanded(answer, ERROR_BYTES, deadline):
            body += piece
    raise FetchError(
        f"{answer.url.host} answered {status} ({answer.reason_phrase or 'no reason given'}).",
        status,
        bytes(body),
        answer.headers.get("Retry-After"),
        str(answer.url),
    )


def _expanded(answer: httpx.Response, max_bytes: int, deadline: _Deadline) -> Iterator[bytes]:
    """The body in pieces with its content encoding undone; FetchError past a limit, or where it isn't whole."""
    host, status = answer.url.host, answer.status_code
    too_large = FetchError(f"{host} sent more than {max_bytes:,} bytes.", status)
    encoding = answer.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in _EXPANDERS:
        raise FetchError(
            f"{host} sent the encoding {encoding!r}, though only {ACCEPT_ENCODING} were asked for.", status
        )
    expander = _EXPANDERS[encoding]()
    sent = given = 0
    for piece in answer.iter_raw():
        sent += len(piece)
        if sent > max_bytes:
            raise too_large
        try:
            expanded = expander.expand(piece, max_bytes + 1 - given)
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            raise FetchError(f"{host} sent a body that is not valid {encoding}.", status) from error
        given += len(expanded)
        if given > max_bytes:
            raise too_large
        if deadline.is_over:
            raise FetchError(f"{host} was still sending after {deadline.total_s:.0f} s.", status)
        yield expanded
    if sent and not expander.is_whole:
        raise FetchError(f"{host} sent a {encoding} body that is cut off.", status)


class _Plain:
    is_whole = True

    def expand(self, piece: bytes, limit: int) -> bytes:
        return piece


class _Gzip:
    """Expands a gzip body of one member or many, never past a limit."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)

    @property
    def is_whole(self) -> bool:
        return self._member.eof

    def expand(self, piece: bytes, limit: int) -> bytes:
        expanded = b""
        while piece and limit > len(expanded):
            if self._member.eof:
                if not piece.strip(b"\0"):  # padding after the last member
                    break
                self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
            expanded += self._member.decompress(piece, limit - len(expanded))
            piece = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
        return expanded


class _Deflate:
    """Expands a deflate body, with the zlib header that the standard asks for or without it, as many servers send."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None

    @property
    def is_whole(self) -> bool:
        return self._stream is not None and self._stream.eof

    def expand(self, piece: bytes, limit: int) -> bytes:
        if self._stream is None:
            has_zlib_header = piece[0] & 0x0F == 8
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if has_zlib_header else -zlib.MAX_WBITS)
        return self._stream.decompress(piece, limit)


class _Brotli:
    """Expands a brotli body, never much past a limit (brotli gives 32 kB at least)."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    @property
    def is_whole(self) -> bool:
        return bool(self._stream.is_finished())

    def expand(self, piece: bytes, limit: int) -> bytes:
        expanded: bytes = self._stream.process(piece, output_buffer_limit=limit)
        while len(expanded) < limit and not self._stream.can_accept_more_data():
            expanded += self._stream.process(b"", output_buffer_limit=limit - len(expanded))
        return expanded


class _Zstandard:
    """Expands a zstd body of one frame or many, never by more than 16 MB past a limit."""

    # 512 bytes are at most 128 blocks of 128 kB each
    SLICE = 512
    WINDOW = 8 * 2**20  # the most that RFC 9659 lets a server ask of its readers

    def __init__(self) -> None:
        self._frame = self._next_frame()

    def _next_frame(self) -> zstandard.ZstdDecompressionObj:
        return zstandard.ZstdDecompressor(max_window_size=self.WINDOW).decompressobj()

    @property
    def is_whole(self) -> bool:
        return self._frame.eof

    def expand(self, piece: bytes, limit: int) -> bytes:
        expanded = bytearray()
        for start in range(0, len(piece), self.SLICE):
            rest = piece[start : start + self.SLICE]
            while rest and len(expanded) < limit:
                if self._frame.eof:
                    self._frame = self._next_frame()
                expanded += self._frame.decompress(rest)
                rest = self._frame.unused_data if self._frame.eof else b""
        return bytes(expanded)


_USERINFO = re.compile(r"(?<=:)//[^/?#@]*@")

_EXPANDERS: dict[str, type[_Plain | _Gzip | _Deflate | _Brotli | _Zstandard]] = {
    "identity": _Plain,
    "": _Plain,
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstandard,
}


def _host(url: str) -> str:
    """The host of an address that can be asked; FetchError for any other."""
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            return parts.hostname
    except ValueError:
        pass  # brackets or a port that make no sense
    raise FetchError(f"{_USERINFO.sub('//', url, count=1)[:200]} is not an http or https address.")


def _sentence(error: httpx.HTTPError | httpx.InvalidURL, host: str) -> str:
    """What went wrong, for a reader who knows no Python: each cause has its own sentence."""
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return f"The name {host} was not found: check the address, or the network."
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return f"{host} refused the connection."
    if isinstance(error, httpx.ConnectTimeout):
        return f"{host} could not be reached in time."
    if isinstance(error, httpx.TimeoutException):
        return f"{host} stopped answering: the wait for its next bytes timed out."
    if "CERTIFICATE" in str(error).upper():
        return f"The certificate of {host} could not be verified."
    if isinstance(error, httpx.ProxyError):
        return f"The proxy did not let a request to {host} through: {error}."
    if isinstance(error, httpx.RemoteProtocolError) and "too long" in str(error):  # h11's words for 100 kB of them
        return f"{host} sent headers without end."
    if isinstance(error, (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError, httpx.CloseError)):
        return f"{host} broke off the answer."
    if isinstance(error, httpx.InvalidURL):
        return f"{host} is not an address that can be fetched: {error}."
    return f"{host} could not be fetched: {error or type(error).__name__}."
