"""To whom a connection is made: public addresses, and hosts opened by name; by redirects and odd spellings too."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from typing import Any

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.fetching import Client, FetchError
from sources.network import NotPublic, PublicNetwork, is_public
from tests.serving import LOOPBACK

PUBLIC = ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4007:80e::200e"]
NOT_PUBLIC = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1"),
    *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.0.2.1"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:1.1.1.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::"),
    *("2001:0:53aa:64c::1", "3fff::1", "100::1"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_open_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_leads_into_a_network_of_ours_is_not(address: str) -> None:
    assert not is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_hidden_in_an_ipv6_one_is_never_public(address: object) -> None:
    number = int(ip_address(str(address)))
    hidden = [0xFFFF << 32 | number, number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80]
    assert not any(is_public(ip_address(f"{socket.inet_ntop(socket.AF_INET6, one.to_bytes(16))}")) for one in hidden)


@pytest.fixture
def stranger() -> Iterator[Client]:
    """A client as a run has it: nobody's network is opened to it."""
    with Client("tests", retries=0, timeout_s=2) as client:
        yield client


def failure(client: Client, url: str) -> str:
    with pytest.raises(FetchError) as error:
        client.get(url)
    return str(error.value)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433", "0", "[::1]", "[::ffff:127.0.0.1]", "LOCALHOST"]
)
def test_no_spelling_of_the_loopback_is_asked(site: Any, stranger: Client, host: str) -> None:
    site.give("/secret", b"for us only")
    sentence = failure(stranger, site.url.replace("127.0.0.1", host) + "/secret")
    assert "was not asked: it leads to" in sentence
    assert "LEDGER_ALLOW_HOSTS" in sentence
    assert site.asked == []


def test_a_redirect_to_an_address_of_ours_is_not_followed(site: Any) -> None:
    site.give("/secret", b"for us only")

    def elsewhere(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", site.url.replace("127.0.0.1", "localhost") + "/secret")
        handler.end_headers()

    url = site.do("/page", elsewhere)
    with Client("tests", retries=0, allow_hosts=["127.0.0.1"]) as client:
        assert failure(client, url).startswith("localhost was not asked: it leads to ")
    assert site.asked == ["/page"]


def test_a_host_is_opened_by_name_or_by_name_and_port(site: Any) -> None:
    url = site.give("/page", b"hello")
    port = url.split(":")[2].split("/")[0]
    for opened in ("127.0.0.1", f"127.0.0.1:{port}"):
        with Client("tests", retries=0, allow_hosts=[opened]) as client:
            assert client.get(url).payload == b"hello"
    with Client("tests", retries=0, allow_hosts=["127.0.0.1:1", "localhost"]) as client:
        assert "was not asked" in failure(client, url)


def test_a_refused_address_is_not_tried_again(site: Any) -> None:
    with Client("tests", retries=5) as client:  # half a second and more between two tries
        assert "was not asked" in failure(client, site.url)


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that says "public" when it is checked and "loopback" when it is connected to gains nothing."""
    answers = iter([["198.51.100.7", "93.184.215.14"], ["127.0.0.1"]])
    connected: list[str] = []

    def resolve(host: str, port: int, **_: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in next(answers)]

    def connect(self: object, host: str, *_: object) -> object:
        connected.append(host)
        raise httpcore.ConnectError("nobody is there")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    with pytest.raises(httpcore.ConnectError):
        PublicNetwork().connect_tcp("rebinding.example", 80)
    assert connected == ["93.184.215.14"]
    with pytest.raises(NotPublic):
        PublicNetwork().connect_tcp("rebinding.example", 80)


def test_headers_that_drip_in_end_with_the_time_of_the_answer(site: Any) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not site.over.wait(0.02):
            handler.wfile.write(b"X: y\r\n")

    def hints(handler: BaseHTTPRequestHandler) -> None:
        while not site.over.wait(0.02):
            handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")

    with Client("tests", retries=0, total_s=0.3, allow_hosts=LOOPBACK) as client:
        for path, answer in (("/drip", drip), ("/hints", hints)):
            assert failure(client, site.do(path, answer)) == "127.0.0.1 had not answered after 0 s."


def test_headers_without_end_are_refused(site: Any) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not site.over.is_set():
            handler.wfile.write(b"X-Filler: " + b"x" * 1_000 + b"\r\n")

    with Client("tests", retries=0, allow_hosts=LOOPBACK) as client:
        assert failure(client, site.do("/headers", endless)) == "127.0.0.1 sent headers without end."
