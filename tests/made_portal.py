"""A portal of no known make on a real server: what a test says it answers, by path and posted form."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

PROSE = (
    "Sáng 04/3, Ủy ban nhân dân huyện Tân Lâm tổ chức hội nghị triển khai nhiệm vụ trọng tâm số {n}, giao các phòng rà "
    "soát hồ sơ còn tồn đọng.</p><p>Kết quả nghiệm thu số {n} cho thấy công trình bảo đảm phục vụ sản xuất của bà con."
)
Answer = Callable[[str, bytes], str | None]


class MadePortal:
    """`answer(path with query, posted form)` is a page, or None for 404; `asked` lists what was requested."""

    def __init__(self, answer: Answer) -> None:
        self.asked: list[str] = []
        self.posted: list[bytes] = []
        portal = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # headers and body are two packets: it holds back the second for 40 ms

            def do_GET(self) -> None:
                portal.asked.append(self.path)
                form = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.command == "POST":
                    portal.posted.append(form)
                page = answer(self.path, form)
                body = (page or "<html><body>404</body></html>").encode()
                self.send_response(404 if page is None else 200)
                kind = "text/xml" if body.startswith(b"<?xml") else "text/html; charset=utf-8"
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 - the name http.server calls

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


def title(number: int) -> str:
    return f"Huyện Tân Lâm nghiệm thu công trình nước sạch số {number} tại xã Nà Mạ"


def article(number: int) -> str:
    """An article page, with a list of others under it and a clock over it."""
    related = "".join(f"<p><a href='/tin?id={n}'>{title(n)}</a></p>" for n in range(number + 1, number + 4) if n < 30)
    return frame(
        f"<h2 class=td>{title(number)}</h2><div class=ng>Ngày đăng: {number + 1:02d}/03/2024 08:30</div>"
        f"<div class=nd><p>{PROSE.format(n=number)}</p></div><div class=kh><b>Tin khác</b>{related}</div>"
        f"<a href='/tin?id={number}&in=1'>In</a>",
        title(number),
    )


def rows(numbers: range) -> str:
    """The entries of a list."""
    return "".join(
        f"<div class=tin><a href='/tin?id={n}'>{title(n)}</a><i>{n + 1:02d}/03/2024</i></div>" for n in numbers
    )


def frame(main: str, name: str = "Trang tin điện tử") -> str:
    """A page with the menu every page has."""
    menu = {"/": "Trang chủ", "/muc?id=1": "Kinh tế", "/gioi-thieu": "Giới thiệu", "/dang-nhap": "Đăng nhập"}
    links = "".join(f"<td><a href='{url}'>{text}</a></td>" for url, text in menu.items())
    return f"<html><head><title>{name}</title></head><body><table><tr>{links}</tr></table>{main}</body></html>"
