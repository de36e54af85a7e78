import gzip
import socket
import struct
import zlib
from functools import partial

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.fetching import Client, FetchError, Request, _Brotli, _Gzip, _Zstandard
from tests.serving import LOOPBACK


def failure(client, url):
    with pytest.raises(FetchError) as caught:
        client.get(url)
    return str(caught.value)


def test_an_answer_comes_whole_with_its_headers(site, client):
    url = site.give("/a", b"words", "text/plain", X_Kept="yes")
    answer = client.get(url)
    assert (answer.status, answer.payload, answer.url) == (200, b"words", url)
    assert (answer.header("content-type"), answer.header("X-KEPT"), answer.header("none")) == (
        "text/plain",
        "yes",
        None,
    )


@settings(deadline=None)
@given(start=st.sampled_from(["", "http://", "http://127.0.0.1:1/", "https://[", "http://a.invalid:"]), rest=st.text())
def test_whatever_is_given_as_an_address_gives_an_error_at_worst(start, rest):
    with Client("tests", retries=0, proxy="http://127.0.0.1:1") as client:
        ((request, answer),) = client.get_each([Request(start + rest)])
    assert (request.url, type(answer)) == (start + rest, FetchError)


def test_validators_go_back_as_they_came(site, client):
    sent = []

    def odd(handler):
        sent.append(handler.headers["If-None-Match"])
        handler.send_response(200)
        handler.send_header("ETag", "W/\xe9t\xe9")
        handler.end_headers()

    url = site.do("/odd", odd)
    client.get(url, etag=client.get(url).header("ETag"))
    assert sent == [None, "W/\xe9t\xe9"]


def test_who_has_the_payload_gets_a_304_without_one(site, client):
    url = site.give("/a", b"words")
    again = client.get(url, etag=client.get(url).header("ETag"))
    assert (again.status, again.payload) == (304, b"")


def test_a_304_to_who_has_no_payload_is_an_error(site, client):
    def unchanged(handler):
        handler.send_response(304)
        handler.end_headers()

    assert failure(client, site.do("/unchanged", unchanged)) == "127.0.0.1 answered 304 (Not Modified)."


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda text: zlib.compress(text)[2:-4]),
        ("gzip", lambda text: gzip.compress(text[:2]) + gzip.compress(text[2:])),
        ("br", brotli.compress),
        ("zstd", zstandard.compress),
        ("zstd", lambda text: zstandard.compress(text[:2]) + zstandard.compress(text[2:])),
    ],
    ids=["gzip", "deflate", "deflate without its header", "gzip in two members", "brotli", "zstd", "zstd in two"],
)
def test_encodings_are_undone(site, client, encoding, pack):
    url = site.give("/a", pack(b"words " * 1000), Content_Encoding=encoding)
    assert client.get(url).payload == b"words " * 1000


@settings(deadline=None)  # slow machines
@given(
    text=st.binary(min_size=1, max_size=400),
    size=st.integers(1, 40),
    limit=st.integers(1, 500),
    way=st.sampled_from([(gzip.compress, _Gzip), (brotli.compress, _Brotli), (zstandard.compress, _Zstandard)]),
)
def test_expanding_gives_the_text_up_to_the_limit_however_it_is_cut(text, size, limit, way):
    pack, expander = way[0], way[1]()
    packed, expanded = pack(text), b""
    for start in range(0, len(packed), size):
        if len(expanded) < limit:
            expanded += expander.expand(packed[start : start + size], limit - len(expanded))
    assert expanded[:limit] == text[:limit]


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("br", partial(brotli.compress, quality=1)), ("zstd", zstandard.compress)],
)
def test_a_bomb_is_too_large(site, client, encoding, pack):
    url = site.give("/bomb", pack(bytes(50_000_000)), Content_Encoding=encoding)
    assert failure(client, url) == "127.0.0.1 sent more than 20,000,000 bytes."


def test_a_zstd_bomb_is_expanded_piece_by_piece():
    packed = zstandard.compress(bytes(200_000_000))
    assert len(_Zstandard().expand(packed, 1_000_000)) < 20_000_000


def test_what_is_asked_for_is_what_can_be_expanded(site, client):
    asked = []

    def answer(handler):
        asked.append(handler.headers["Accept-Encoding"])
        handler.send_response(200)
        handler.end_headers()

    client.get(site.do("/a", answer))
    assert asked == ["gzip, deflate, br, zstd"]


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"<p>more</p>" * 6000)


def test_an_endless_page_is_too_large(site, client):
    assert failure(client, site.do("/endless", endless)) == "127.0.0.1 sent more than 20,000,000 bytes."


def test_a_page_that_takes_too_long_is_given_up(site):
    with Client("tests", max_bytes=10**12, total_s=0.05, allow_hosts=LOOPBACK) as client:
        assert "was still sending after" in failure(client, site.do("/endless", endless))


def test_a_server_that_falls_silent_is_given_up(site):
    def fall_silent(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.flush()
        site.over.wait(30)

    with Client("tests", timeout_s=0.1, retries=0, allow_hosts=LOOPBACK) as client:
        assert "stopped answering" in failure(client, site.do("/silent", fall_silent))


def test_a_connection_that_is_reset_is_an_error(site, client):
    def reset(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"half")
        handler.wfile.flush()
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()

    assert failure(client, site.do("/reset", reset)) == "127.0.0.1 broke off the answer."


def test_a_gzip_body_that_is_cut_off_is_an_error(site, client):
    url = site.give("/cut", gzip.compress(b"words " * 1000)[:-20], Content_Encoding="gzip")
    assert failure(client, url) == "127.0.0.1 sent a gzip body that is cut off."


def test_each_way_to_fail_has_its_own_sentence(site, client, dead_url):
    looping = site.do("/loop", lambda handler: redirect(handler, "/loop"))
    leaving = site.do("/leave", lambda handler: redirect(handler, "ftp://files.example/x"))
    sentences = [
        failure(client, url)
        for url in (
            dead_url,
            "http://no-such-name.invalid/",
            site.url + "/missing",
            looping,
            leaving,
            "ftp://127.0.0.1/x",
            site.give("/lzma", b"?", Content_Encoding="lzma"),
            site.give("/no-gzip", b"words", Content_Encoding="gzip"),
        )
    ]
    assert sentences == [
        "127.0.0.1 refused the connection.",
        "The name no-such-name.invalid was not found: check the address, or the network.",
        "127.0.0.1 answered 404 (Not Found).",
        "127.0.0.1 redirected more than 5 times.",
        "ftp://files.example/x is not an http or https address.",
        "ftp://127.0.0.1/x is not an http or https address.",
        "127.0.0.1 sent the encoding 'lzma', though only gzip, deflate, br, zstd were asked for.",
        "127.0.0.1 sent a body that is not valid gzip.",
    ]


def redirect(handler, target):
    handler.send_response(302)
    handler.send_header("Location", target)
    handler.end_headers()


def test_a_redirect_is_followed_and_its_own_body_is_not_read(site, client):
    target = site.give("/target", b"words")

    def endless_redirect(handler):
        handler.send_response(301)
        handler.send_header("Location", "/target")
        handler.end_headers()
        while True:
            handler.wfile.write(bytes(60_000))

    answer = client.get(site.do("/moved", endless_redirect))
    assert (answer.url, answer.payload) == (target, b"words")


def test_a_server_that_is_busy_once_is_asked_again(site):
    def busy_once(handler):
        handler.send_response(503 if len(site.asked) == 1 else 200)
        handler.end_headers()

    with Client("tests", retries=1, allow_hosts=LOOPBACK) as client:
        assert client.get(site.do("/busy", busy_once)).status == 200
    assert site.asked == ["/busy", "/busy"]


def test_many_are_fetched_one_at_a_time_from_one_host_and_failures_stop_none(site, client, dead_url):
    urls = [site.give(f"/{number}", b"%d" % number) for number in range(8)]
    answers = {request.url: answer for request, answer in client.get_each(map(Request, [dead_url, *urls]))}
    assert isinstance(answers.pop(dead_url), FetchError)
    assert {url: answer.payload for url, answer in answers.items()} == {
        url: b"%d" % number for number, url in enumerate(urls)
    }
    assert site.most_at_once == 1


def test_a_password_in_an_address_is_neither_kept_nor_told(client, site):
    with_password = site.url.replace("//", "//jane:hunter2@")
    site.give("/page", b"hello")
    assert client.get(f"{with_password}/page").url == f"{site.url}/page"
    told = [failure(client, f"{with_password}/missing"), failure(client, "ftp://jane:hunter2@acme.example/x")]
    assert not any("hunter2" in sentence for sentence in told)
