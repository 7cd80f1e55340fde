"""Small portals on loopback, each on a port of its own, well-behaved or not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

from made_portal import frame

REPOST = (
    "Chiều 12/3, đoàn công tác của tỉnh kiểm tra tiến độ giải ngân vốn đầu tư công tại các huyện miền núi.</p><p>"
    "Trưởng đoàn yêu cầu các chủ đầu tư hoàn thiện hồ sơ quyết toán trước ngày 25 hằng tháng."
)
CHALLENGE = "<html><head><title>Just a moment...</title></head><body><form id='challenge-form'></form></body></html>"
LIST = "/muc?id=1"


class SmallPortal:
    """Lists `articles` articles of its own, of which the first is the same text on every portal.

    `kind` is `good`, `errors` (500 to all), `challenge`, `hangs` (takes requests and never answers) or `empty`. `times`
    are when its pages were asked for (monotonic seconds), `at_once` the most requests it had to answer at a time.
    """

    def __init__(self, number: int, kind: str = "good", *, articles: int = 6, crawl_delay: float | None = None) -> None:
        self.number = number
        self.kind = kind
        self.articles = articles
        self.crawl_delay = crawl_delay
        self.asked: list[str] = []
        self.times: list[float] = []
        self.at_once = 0
        self.on_request: Callable[[str], object] = lambda _: None
        self._answering = 0
        self._closing = threading.Event()
        portal = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # headers and body are two packets: it holds back the second for 40 ms

            def do_GET(self) -> None:
                portal.times.append(time.monotonic())
                portal.asked.append(self.path)
                portal._answering += 1
                portal.at_once = max(portal.at_once, portal._answering)
                portal.on_request(self.path)
                if portal.kind == "hangs":
                    portal._closing.wait()
                status, page = portal.page(self.path)
                portal._answering -= 1
                body = page.encode()
                self.send_response(status)
                kind = "text/plain" if self.path == "/robots.txt" else "text/html; charset=utf-8"
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Nothing on the terminal."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/"
        self.name = f"127_0_0_1_{self._http.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()

    def page(self, path: str) -> tuple[int, str]:
        """Status and page of a path."""
        if path == "/robots.txt":
            delay = "" if self.crawl_delay is None else f"Crawl-delay: {self.crawl_delay}\n"
            return 200, f"User-agent: *\n{delay}Disallow: /quan-tri/\n"
        if self.kind == "errors":
            return 500, "<h1>Internal Server Error</h1>"
        if self.kind == "challenge":
            return 200, CHALLENGE
        if self.kind == "empty":
            return (200, "<html><body><p>Trang đang xây dựng</p></body></html>") if path == "/" else (404, "")
        if path in ("/", LIST):
            return 200, frame("".join(map(self._row, range(self.articles))))
        if path.startswith("/tin?id="):
            return 200, self._article(int(path.removeprefix("/tin?id=")))
        return 404, "<h1>404</h1>"

    def title(self, number: int) -> str:
        if number == 0:
            return "Đoàn công tác của tỉnh kiểm tra tiến độ giải ngân vốn đầu tư công"
        return f"Xã Nà Mạ {self.number} nghiệm thu công trình nước sạch số {number}"

    def _row(self, number: int) -> str:
        date = f"{number + 1:02d}/03/2024"
        return f"<div class=tin><a href='/tin?id={number}'>{self.title(number)}</a><i>{date}</i></div>"

    def _article(self, number: int) -> str:
        own = (
            f"Sáng 04/3, Ủy ban nhân dân xã Nà Mạ {self.number} nghiệm thu công trình số {number}, giao thôn quản lý."
            f"</p><p>Công trình số {number} của xã Nà Mạ {self.number} bảo đảm nước sinh hoạt cho {number + 40} hộ dân."
        )
        date = f"{number + 1:02d}/03/2024 08:30"
        text = f"<div class=nd><p>{own if number else REPOST}</p></div>"
        return frame(
            f"<h2 class=td>{self.title(number)}</h2><div class=ng>Ngày đăng: {date}</div>{text}", self.title(number)
        )


class SmallPortals(ExitStack):
    """Several at once; `list_file` writes the list `luutin crawlall --file` reads."""

    def __init__(self) -> None:
        super().__init__()
        self.portals: list[SmallPortal] = []

    def add(self, kind: str = "good", *, articles: int = 6, crawl_delay: float | None = None) -> SmallPortal:
        portal = SmallPortal(len(self.portals), kind, articles=articles, crawl_delay=crawl_delay)
        self.portals.append(self.enter_context(portal))
        return portal

    def list_file(self, path: Path) -> str:
        path.write_text("".join(f"{portal.url}  # {portal.kind}\n" for portal in self.portals), "utf-8")
        return str(path)
