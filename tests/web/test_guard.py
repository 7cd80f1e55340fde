"""What stands before the site: rates, lengths, methods, bodies, and headers on every answer."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from kept_site import Visitor, visited

from pipelines.archive import database
from pipelines.web import holdings, serving
from pipelines.web.guard import Buckets, Limits, client_of

SAFE = ("x-content-type-options", "referrer-policy", "content-security-policy", "cross-origin-resource-policy")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_client_has_a_burst_and_then_a_rate() -> None:
    clock = Clock()
    buckets = Buckets(Limits(requests_per_second=2, burst=3), clock)
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.take("b") == 0  # another's is another
    clock.now += 0.25
    assert buckets.take("a") == 0.25  # to ask in vain costs nothing
    clock.now += 0.25
    assert [buckets.take("a"), buckets.take("a")] == [0, 0.5]
    clock.now += 3600
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]  # no more than a burst is saved


def test_memory_of_clients_is_bounded() -> None:
    clock = Clock()
    buckets = Buckets(Limits(requests_per_second=1, burst=1, clients=10), clock)
    for number in range(1000):
        buckets.take(f"client {number}")
    assert len(buckets) == 10
    assert buckets.take("client 999") > 0
    for number in range(9):
        buckets.take(f"another {number}")
    assert buckets.take("client 999") > 0  # asking goes on keeps it known


@pytest.mark.parametrize(
    ("one", "client", "local"),
    [
        ("203.0.113.9", "203.0.113.9", False),
        ("2001:db8:1:2:3::4", "2001:0db8:0001:0002::/64", False),
        ("2001:db8:1:2:ffff::1", "2001:0db8:0001:0002::/64", False),
        ("fe80::1%eth0", "fe80:0000:0000:0000::/64", False),
        ("::ffff:203.0.113.9", "203.0.113.9", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.8.8.8", "127.8.8.8", True),
        ("::ffff:127.0.0.1", "127.0.0.1", True),
        ("::1", "0000:0000:0000:0000::/64", True),
        ("unknown" * 100, ("unknown" * 100)[:64], False),
        ("", "", False),
    ],
)
def test_who_asks_is_told_by_the_address(one: str, client: str, local: bool) -> None:
    assert client_of(one) == (client, local)


def test_who_asks_too_much_is_told_when_to_go_on(kept: Path) -> None:
    with visited(kept, limits=Limits(requests_per_second=0.01, burst=3, local=True)) as visitor:
        assert [visitor.ask("/about").status for _ in range(3)] == [200] * 3
        page, data = visitor.ask("/en/about"), visitor.ask("/api/portals")
        assert (page.status, data.status) == (429, 429)
        assert 90 <= int(page.headers["retry-after"]) <= 100
        assert "<html" in page.text
        assert data.json["error"]["status"] == 429
        assert "go on after" in data.json["error"]["message"]
        assert_safe(page.headers)
        assert data.headers["access-control-allow-origin"] == "*"
        behind = visitor.ask("/about", X_Forwarded_For="198.51.100.7")  # as a proxy on this machine says it
        assert behind.status == 200
        assert [visitor.ask("/about", X_Forwarded_For="127.0.0.1, 198.51.100.7").status for _ in range(3)][-1] == 429


def test_this_machine_asks_without_limit_unless_asked(kept: Path) -> None:
    with visited(kept, limits=Limits(requests_per_second=0.01, burst=1)) as visitor:
        assert [visitor.ask("/robots.txt").status for _ in range(5)] == [200] * 5
        assert [visitor.ask("/robots.txt", X_Forwarded_For="198.51.100.7").status for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/", "/api/search", "/none"])
def test_nothing_can_be_changed(visitor: Visitor, method: str, path: str) -> None:
    answer = visitor.ask(path, method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    assert_safe(answer.headers)


def test_bodies_are_refused(visitor: Visitor) -> None:
    answer = visitor.ask("/about", "GET", b"x" * 10)
    assert (answer.status, answer.headers["connection"]) == (413, "close")
    answer = visitor.ask("/api/search", "GET", None, Transfer_Encoding="chunked", Connection="close")
    assert (answer.status, answer.json["error"]["status"]) == (413, 413)
    assert visitor.ask("/oai", "POST", b"verb=Identify&x=" + b"x" * 8000).status == 413
    assert visitor.ask("/about", Content_Length="0").status == 200


def test_a_body_that_never_ends_holds_nothing_up(visitor: Visitor) -> None:
    with socket.create_connection(("127.0.0.1", visitor.port), timeout=10) as client:
        client.sendall(b"GET /about HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\nxxx")
        got = b""
        while part := client.recv(65536):  # until the server ends it
            got += part
    assert got.startswith(b"HTTP/1.1 413 ")


def test_addresses_have_a_length(visitor: Visitor) -> None:
    assert visitor.ask("/search?q=" + "x" * 7900).status == 200
    for path in ("/search?q=" + "x" * 8000, "/" + "%C3%A1" * 2000):
        answer = visitor.ask(path)
        assert answer.status == 414
        assert_safe(answer.headers)
    assert visitor.ask("/api/search?q=" + "x" * 8000).json["error"]["status"] == 414


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/none", 404), ("/search/", 307), ("/articles/none", 404), ("/static/style.css", 200)],
)
def test_every_answer_keeps_a_browser_safe(visitor: Visitor, path: str, status: int) -> None:
    answer = visitor.ask(path)
    assert answer.status == status
    assert_safe(answer.headers)


@pytest.mark.parametrize("host", ["evil.example", "", "[", "[::1", "a b", "127.0.0.1.evil.example"])
def test_what_is_asked_under_another_name_is_refused_safely(visitor: Visitor, host: str) -> None:
    for path, method in (("/", "GET"), ("/api/portals", "GET"), ("/", "POST"), ("/search?q=" + "x" * 8000, "GET")):
        answer = visitor.ask(path, method, Host=host)
        assert answer.status in (400, 405, 414), (path, method)
        assert "evil" not in answer.text
        assert_safe(answer.headers)


def assert_safe(headers: dict[str, str]) -> None:
    for name in SAFE:
        assert name in headers, name
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_a_request_that_does_not_come_is_not_awaited_for_ever(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.2)
    for said in (b"", b"GET / HTTP/1.1\r\nHost: loc"):
        with socket.create_connection(("127.0.0.1", visitor.port), timeout=10) as client:
            client.sendall(said)
            assert client.recv(100) == b""
    with socket.create_connection(("127.0.0.1", visitor.port), timeout=10) as client:
        client.sendall(b"HEAD /robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
        client.sendall(b"HEAD /robots.txt HTTP/1.1\r\nHo")  # the next one stops half way
        assert client.recv(100) == b""


def test_a_head_has_a_length(visitor: Visitor) -> None:
    with socket.create_connection(("127.0.0.1", visitor.port), timeout=10) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: " + b"x" * 20_000)
        assert client.recv(65536).startswith(b"HTTP/1.1 400 ")


def test_an_answer_is_sent_at_once(visitor: Visitor) -> None:
    with serving.listening("127.0.0.1", 0) as place, socket.create_connection(place.getsockname()) as client:
        accepted, _ = place.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert client.getsockname() == accepted.getpeername()


def test_a_page_that_takes_too_long_is_given_up(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holdings, "MAX_SECONDS", -1.0)
    monkeypatch.setattr(database, "STEPS_BETWEEN_LOOKS", 1)
    page, data = visitor.ask("/en/captures?url=none"), visitor.ask("/api/captures?url=none")
    assert (page.status, data.status) == (503, 503)
    assert "Ask for less" in page.text
    assert "ask for less" in data.json["error"]["message"]
    assert_safe(page.headers)


def test_a_search_that_is_not_understood_stays_to_be_mended_and_says_why(visitor: Visitor) -> None:
    page = visitor.ask("/search?q=a*&portal=bao_tanson")
    assert page.status == 400
    assert "Không hiểu" in page.text
    assert "at least 2 letters" in page.text
    assert 'value="a*"' in page.text
