"""Exchanges into a WACZ: WARC 1.1 records gzipped one by one, a CDXJ index, a page list, and their hashes."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import uuid
import zipfile
from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from captures import Exchange

WARC_NAME = "data.warc.gz"
SOFTWARE = "luutin sample/make.py"
TITLE = "Sở Kế hoạch và Đầu tư tỉnh Tân Sơn (invented sample)"
USER_AGENT = "luutin/0.1 (+https://luutin.example/bot)"
ZIP_DATE = (2025, 6, 3, 0, 0, 0)
CREATED = "2025-06-03T04:00:00Z"


def write_wacz(exchanges: Iterable[Exchange], path: Path) -> None:
    """Write the exchanges as a WACZ file; the same exchanges give the same bytes."""
    exchanges = list(exchanges)
    warc, index = _warc(exchanges)
    files = {
        f"archive/{WARC_NAME}": warc,
        "indexes/index.cdx": index,
        "pages/pages.jsonl": _pages(exchanges),
    }
    package = _json({**_package_head(), "resources": [_resource(name, body) for name, body in files.items()]})
    digest = _json({"path": "datapackage.json", "hash": _sha256(package)})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as wacz:
        for name, body in {**files, "datapackage.json": package, "datapackage-digest.json": digest}.items():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            wacz.writestr(entry, body)


def _warc(exchanges: list[Exchange]) -> tuple[bytes, bytes]:
    """The WARC file and its CDXJ index."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    _write_info(writer, exchanges[0])
    lines = []
    for exchange in exchanges:
        offset = out.tell()
        _write_response(writer, exchange)
        lines.append(_cdxj(exchange, offset, out.tell() - offset))
        _write_request(writer, exchange)
    return out.getvalue(), "".join(sorted(lines)).encode()


def _write_info(writer: WARCWriter, first: Exchange) -> None:
    fields = f"software: {SOFTWARE}\r\nformat: WARC File Format 1.1\r\nrobots: obey\r\ndescription: {TITLE}\r\n"
    body = fields.encode()
    headers = _warc_headers(first, "warcinfo") | {"WARC-Filename": WARC_NAME}
    writer.write_record(
        writer.create_warc_record("", "warcinfo", io.BytesIO(body), len(body), warc_headers_dict=headers)
    )


def _write_response(writer: WARCWriter, exchange: Exchange) -> None:
    http = StatusAndHeaders(exchange.status, list(exchange.headers), protocol="HTTP/1.1")
    _write(writer, exchange, "response", http, exchange.body, _warc_headers(exchange, "response"))


def _write_request(writer: WARCWriter, exchange: Exchange) -> None:
    parts = urlsplit(exchange.url)
    sent = [
        ("Host", parts.netloc),
        ("User-Agent", USER_AGENT),
        ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("Accept-Encoding", "gzip"),
    ]
    http = StatusAndHeaders(f"GET {parts.path} HTTP/1.1", sent, is_http_request=True)
    headers = _warc_headers(exchange, "request") | {"WARC-Concurrent-To": _record_id(exchange, "response")}
    _write(writer, exchange, "request", http, b"", headers)


def _write(
    writer: WARCWriter, exchange: Exchange, kind: str, http: StatusAndHeaders, body: bytes, headers: dict[str, str]
) -> None:
    record = writer.create_warc_record(
        exchange.url, kind, io.BytesIO(body), len(body), warc_headers_dict=headers, http_headers=http
    )
    writer.write_record(record)


def _warc_headers(exchange: Exchange, kind: str) -> dict[str, str]:
    return {"WARC-Record-ID": _record_id(exchange, kind), "WARC-Date": _moment(exchange)}


def _record_id(exchange: Exchange, kind: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{exchange.url} {_moment(exchange)} {kind}')}>"


def _moment(exchange: Exchange) -> str:
    return exchange.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cdxj(exchange: Exchange, offset: int, length: int) -> str:
    mime = dict(exchange.headers)["Content-Type"].partition(";")[0]
    entry = {
        "url": exchange.url,
        "mime": mime,
        "status": exchange.status.partition(" ")[0],
        "digest": f"sha1:{base64.b32encode(hashlib.sha1(exchange.body).digest()).decode()}",  # noqa: S324 (what CDXJ holds)
        "length": str(length),
        "offset": str(offset),
        "filename": WARC_NAME,
    }
    timestamp = exchange.at.astimezone(UTC).strftime("%Y%m%d%H%M%S")
    return f"{_sort_key(exchange.url)} {timestamp} {json.dumps(entry)}\n"


def _sort_key(url: str) -> str:
    """The SURT form for the plain URLs of this site: host turned round, no trailing slash."""
    parts = urlsplit(url.lower())
    host = ",".join(reversed(parts.netloc.split(".")))
    return f"{host}){parts.path.rstrip('/') or '/'}"


def _pages(exchanges: list[Exchange]) -> bytes:
    lines = [{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}]
    lines += [
        {
            "id": uuid.uuid5(uuid.NAMESPACE_URL, f"{exchange.url} {_moment(exchange)}").hex[:16],
            "url": exchange.url,
            "ts": _moment(exchange),
            "title": exchange.title,
        }
        for exchange in exchanges
        if exchange.title
    ]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def _package_head() -> dict[str, str]:
    return {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": TITLE,
        "created": CREATED,
        "software": SOFTWARE,
    }


def _resource(name: str, body: bytes) -> dict[str, str | int]:
    return {"name": name.rpartition("/")[2].lower(), "path": name, "hash": _sha256(body), "bytes": len(body)}


def _sha256(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"
