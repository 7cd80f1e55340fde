"""WARC and ARC records in the shapes other tools write them."""

from __future__ import annotations

PAGE = "<html><body><p>Sáng 12/5, Sở Nội vụ họp giao ban.</p></body></html>".encode()
URL = "http://so.tinhthu.example/tin/{}"


def record(
    number: int,
    *,
    kind: str = "response",
    block: bytes | None = None,
    date: str = "2019-03-04T05:06:07Z",
    more: str = "",
) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE if block is None else block
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:0-{number}>\r\n"
        f"WARC-Target-URI: <{URL.format(number)}>\r\nWARC-Date: {date}\r\n{more}"
        f"Content-Type: application/http;msgtype={kind}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def arc(number: int, end: bytes = b"\r\n") -> bytes:
    block = end.join([b"HTTP/1.1 200 OK", b"Content-Type: text/html", b"", b""]) + PAGE
    return f"{URL.format(number)} 203.0.113.7 2005040506070{number} text/html {len(block)}\n".encode() + block + b"\n"


VERSION = b"1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n"
ARC_HEAD = f"filedesc://cu.arc 0.0.0.0 20050405060700 text/plain {len(VERSION)}\n".encode() + VERSION + b"\n"
