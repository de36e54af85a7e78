"""Network: the connections under the one HTTP client: to whom they may be made, and until when they may last.

A link of a stranger's feed mustn't lead into our own network. `is_public` is pure; `PublicNetwork` resolves a name
once, checks what came, and connects to the very address that was checked, so a name that changes its answer between the
two (DNS rebinding) gains nothing. Each redirect is a connection too. Behind a proxy there is nothing to see but the
proxy, which then must keep our network closed itself.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from time import monotonic
from typing import Any

import httpcore

# Of global unicast (2000::/3), what leads into an IPv4 network that the address names: 6to4 and Teredo. NAT64 and
# IPv4-mapped addresses lie outside of it. Source: IANA's registry of special-purpose addresses.
_GLOBAL_UNICAST = ip_network("2000::/3")
_NOT_GLOBAL = (
    *(ip_network("2002::/16"), ip_network("2001::/32")),
    ip_network("3fff::/20"),  # for documents, not yet known to Python 3.11
)
# Services of a cloud for its own machines, Azure's and Oracle's, which `ipaddress` takes for public; others are
# link-local, private or shared.
_METADATA = (ip_address("168.63.129.16"), ip_address("192.0.0.192"))


class NotPublic(Exception):
    """A connection that was not made; the message is the sentence for whoever watches the sources."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the open internet, and leads to nothing else."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and address not in _METADATA
    return address.is_global and address in _GLOBAL_UNICAST and not any(address in network for network in _NOT_GLOBAL)


class PublicNetwork(httpcore.NetworkBackend):
    """Connects to public addresses only, and to the hosts that are opened by name.

    allow_hosts   "HOST" or "HOST:PORT", as it stands in the URL
    """

    def __init__(self, allow_hosts: Collection[str] = ()) -> None:
        self._allowed = frozenset(host.lower() for host in allow_hosts)
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises NotPublic, and httpcore's own errors."""
        addresses = _resolved(host, port)
        wanted = host.lower(), f"{host.lower()}:{port}"
        if self._allowed.isdisjoint(wanted):
            public = [address for address in addresses if is_public(ip_address(address))]
            if not public:
                raise NotPublic(
                    f"{host} was not asked: it leads to {addresses[0]}, which is no public address. "
                    f"If you mean it, add {host}:{port} to LEDGER_ALLOW_HOSTS."
                )
            addresses = public
        for address in addresses[:-1]:
            try:
                return self._connected(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue  # a host may have an address that is down, or of a family that we don't reach
        return self._connected(addresses[-1], port, timeout, local_address, socket_options)

    def _connected(self, address: str, port: int, timeout: float | None, *more: Any) -> httpcore.NetworkStream:
        timeout = _left(timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._network.connect_tcp(address, port, timeout, *more))


def _resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, each once; of an address in any spelling (127.1, 0x7f000001), the address."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)  # of the GET that this thread is at


@contextmanager
def ends_at(moment: float) -> Iterator[None]:
    """What this thread does on a `PublicNetwork` in the block ends in time, headers that drip in one by one too.

    moment   of `time.monotonic`
    """
    before = _deadline.set(moment)
    try:
        yield
    finally:
        _deadline.reset(before)


def _left(timeout: float | None, too_late: type[httpcore.TimeoutException]) -> float | None:
    deadline = _deadline.get()
    if deadline is None:
        return timeout
    left = deadline - monotonic()
    if left <= 0:
        raise too_late("the time for this answer is over")
    return left if timeout is None else min(timeout, left)


class _TimedStream(httpcore.NetworkStream):
    """A connection whose each wait ends with the deadline."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        timeout = _left(timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()
