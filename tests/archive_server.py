"""A web archive on loopback: captures of a WARC file behind a CDX server, a Wayback and Common Crawl's services."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from fastwarc import ArchiveIterator

from crawler.origins.copies import stamp_time
from pipelines.archive.warc import read_records, split_http

CRAWL = "CC-MAIN-2025-23"
DATA = f"crawl-data/{CRAWL}/segments/1748/warc/{CRAWL}-00000.warc.gz"


@dataclass(frozen=True)
class Held:
    """A capture: `stamp` is its time, offset and length are of its record."""

    url: str
    stamp: str
    block: bytes
    offset: int
    length: int

    @property
    def key(self) -> str:
        return f"{self.url} {self.stamp}"

    @property
    def row(self) -> dict[str, str]:
        status, headers, body = split_http(self.block)
        mime = next((v for n, v in headers if n.lower() == "content-type"), "unk").partition(";")[0]
        return {
            "urlkey": self.url.lower(),
            "timestamp": self.stamp,
            "original": self.url,
            "mimetype": mime,
            "statuscode": str(status),
            "digest": base64.b32encode(hashlib.sha1(body).digest()).decode(),
            "length": str(self.length),
        }


@dataclass
class Said:
    """An answer; `cut` bytes of its body are announced and not sent."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    cut: int = 0


def warc_of(wacz: Path, folder: Path) -> Path:
    """The WARC file of a WACZ, on its own."""
    with zipfile.ZipFile(wacz) as packed:
        name = next(name for name in packed.namelist() if name.endswith(".warc.gz"))
        return Path(packed.extract(name, folder))


class ArchiveServer:
    """`before` may answer in its place; `asked` are the paths requested, in order."""

    def __init__(self, warc: Path) -> None:
        self.warc = warc.read_bytes()
        with warc.open("rb") as stream:
            starts = [record.stream_pos for record in ArchiveIterator(stream, parse_http=False)]
        ends = dict(zip(starts, [*starts[1:], len(self.warc)], strict=True))
        self.held = [
            Held(r.url, f"{r.at:%Y%m%d%H%M%S}", r.block, r.offset, ends[r.offset] - r.offset)
            for r in read_records(warc)
            if r.type == "response" and not r.request
        ]
        self.held.sort(key=lambda held: held.key)
        self.asked: list[str] = []
        self.before: Callable[[str], Said | None] = lambda _: None
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # headers and body are two packets: it holds back the second for 40 ms

            def do_GET(self) -> None:
                server.asked.append(self.path)
                said = server.before(self.path) or server.answer(self.path, self.headers.get("Range"))
                self.send_response_only(said.status)
                for name, value in said.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said.body) + said.cut))
                self.end_headers()
                self.wfile.write(said.body)
                if said.cut:
                    self.close_connection = True

            def log_message(self, *args: object) -> None:
                """Nothing on the terminal."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/"
        self.wayback = f"wayback:{self.url}search/cdx,{self.url}web/"
        self.commoncrawl = f"commoncrawl:{self.url}cc/,{self.url}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def replays(self) -> list[str]:
        """The captures asked for, in order."""
        return [path for path in self.asked if path.startswith("/web/")]

    def answer(self, path: str, wanted: str | None) -> Said:
        parts = urlsplit(path)
        query = dict(parse_qsl(parts.query))
        if parts.path == "/search/cdx":
            return self._cdx(query)
        if path.startswith("/web/"):
            return self._replay(path)
        if parts.path == "/cc/collinfo.json":
            apis = [(f"CC-MAIN-{week}", f"{self.url}cc/CC-MAIN-{week}-index") for week in ("2025-23", "2013-20")]
            return _json([{"id": name, "cdx-api": api} for name, api in apis])
        if parts.path.startswith("/cc/"):
            return self._common_crawl(parts.path, query)
        if parts.path == f"/{DATA}" and wanted:
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            return Said(206, body=self.warc[int(first) : int(last) + 1])
        return Said(404)

    def of(self, query: dict[str, str]) -> list[Held]:
        rows = [held for held in self.held if urlsplit(held.url).netloc.removeprefix("www.") == query["url"]]
        return [h for h in rows if query.get("from", "0") <= h.stamp <= query.get("to", "9")]

    def _cdx(self, query: dict[str, str]) -> Said:
        rows = [held for held in self.of(query) if held.key > query.get("resumeKey", "")]
        page = rows[: int(query.get("limit", "1000000"))]
        if not page:
            return _json([])
        table = [list(page[0].row), *(list(held.row.values()) for held in page)]
        if len(page) < len(rows):
            table += [[], [page[-1].key]]
        return _json(table)

    def _replay(self, path: str) -> Said:
        stamp, _, url = path.removeprefix("/web/").partition("id_/")
        for held in self.held:
            if (held.url, held.stamp) == (url, stamp):
                status, headers, body = split_http(held.block)
                said = [(f"x-archive-orig-{name.lower()}", value) for name, value in headers]
                own = [("server", "nginx"), ("memento-datetime", format_datetime(stamp_time(stamp), usegmt=True))]
                return Said(status, (*own, *said), body)
        return Said(404, body=b"not archived")

    def _common_crawl(self, path: str, query: dict[str, str]) -> Said:
        rows = self.of(query) if CRAWL in path else []
        if not rows:
            return Said(404, body=json.dumps({"message": f"No Captures found for: {query['url']}"}).encode())
        if "showNumPages" in query:
            return _json({"pages": -(-len(rows) // 20), "pageSize": 5, "blocks": 1})
        start = int(query["page"]) * 20
        return Said(200, body="".join(f"{json.dumps(cc_fields(held))}\n" for held in rows[start : start + 20]).encode())


def cc_fields(held: Held) -> dict[str, str]:
    """A capture as Common Crawl's index describes it."""
    row = held.row
    return {
        "urlkey": row["urlkey"], "timestamp": row["timestamp"], "url": row["original"], "mime": row["mimetype"],
        "mime-detected": row["mimetype"], "status": row["statuscode"], "digest": row["digest"], "length": row["length"],
        "offset": str(held.offset), "filename": DATA,
    }  # fmt: skip


def _json(data: object) -> Said:
    return Said(200, (("Content-Type", "application/json"),), json.dumps(data).encode())
