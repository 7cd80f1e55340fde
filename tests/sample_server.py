"""The sample archive served over HTTP on loopback, as the portal itself would have."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

from scrapy import Request

from crawler.errors import NotCaptured
from crawler.origins.warc import WarcOrigin
from pipelines.archive.warc import split_http

HOST = "https://sokhdt.tanson.example"
Answer = tuple[int, dict[str, str], bytes]


class SampleServer:
    """`day` 1 or 2 chooses the capture; `answers` replaces a path; `asked` lists the paths requested, in order."""

    def __init__(self, wacz: Path) -> None:
        self._origin = WarcOrigin(wacz, every_version=True)
        self.day = 1
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.validators = False
        """Whether answers carry an ETag, and 304 is said to who has it."""
        self.not_modified: list[str] = []
        self.on_request: Callable[[str], None] = lambda _: None
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # headers and body are two packets: it holds back the second for 40 ms

            def do_GET(self) -> None:
                server.asked.append(self.path)
                server.on_request(self.path)
                status, headers, body = server.answer(self.path)
                if server.validators and status == 200:
                    headers = {**headers, "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"'}
                    if self.headers.get("If-None-Match") == headers["ETag"]:
                        server.not_modified.append(self.path)
                        status, body = 304, b""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Nothing on the terminal."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/"
        self.name = f"127_0_0_1_{self._http.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def here(self, text: str) -> str:
        """A text of the sample with the portal's address replaced by this server's."""
        return text.replace(HOST, self.url.rstrip("/"))

    def answer(self, path: str) -> Answer:
        """What the portal answers; 404 where nothing was captured."""
        if path in self.answers:
            return self.answers[path]
        url = HOST + path
        times = self._origin.times(url)
        request = Request(url, meta={"at": times[min(self.day, len(times)) - 1] if times else None})
        try:
            exchange = asyncio.run(self._origin.fetch(request))
        except NotCaptured:
            return 404, {"Content-Type": "text/html; charset=UTF-8"}, b"<html><body class='error404'>404</body></html>"
        status, pairs, body = split_http(exchange.response)
        headers = {name: self.here(value) for name, value in pairs}
        if headers.pop("Content-Encoding", None):
            body = gzip.decompress(body)
        kept = {name: value for name, value in headers.items() if name in ("Content-Type", "Location", "Link")}
        return status, kept, self.here(body.decode()).encode()
