"""A provincial portal on a real server that does all that old and hostile hosts do to crawlers; its truth is known."""

from __future__ import annotations

import gzip
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from hostile_pages import (
    ABOUT,
    BEYOND,
    CHALLENGE,
    DISALLOWED,
    OFFSITE,
    PARKING,
    PER_PAGE,
    PRIVATE,
    SECTIONS,
    SLUGS,
    SPLASH,
    UNREACHABLE,
    WIRE,
    Pages,
    Reply,
    Story,
)  # fmt: skip

BOMB = gzip.compress(bytes(64 * 1024 * 1024))
"""64 MiB of nothing in 64 KiB."""


class HostilePortal(Pages):
    """`asked` lists the paths requested, `traps` counts requests by the trap they fell into.

    `wire` switches on what is hostile below HTML: cut and endless bodies, bombs, drips. `delay` is robots.txt's.
    """

    def __init__(self, count: int = 150, *, wire: bool = False, delay: float | None = None) -> None:
        super().__init__(count, wire=wire)
        self.asked: list[str] = []
        self.times: list[float] = []
        self._delay = delay
        self._busy: set[int] = set()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/"
        self.name = f"127_0_0_1_{self._http.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def reachable(self) -> list[Story]:
        """The articles a visitor can read."""
        return [story for story in self.stories if story.trait not in UNREACHABLE]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        portal = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # headers and body are two packets: it holds back the second for 40 ms

            def do_GET(self) -> None:
                portal.asked.append(self.path)
                portal.times.append(time.monotonic())
                try:
                    self._send(portal.answer(self.path))
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def do_HEAD(self) -> None:
                portal.traps["head"] += 1
                self.send_error(405)

            def _send(self, reply: Reply) -> None:
                body = reply.body.encode() if isinstance(reply.body, str) else reply.body
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.kind:
                    self.send_header("Content-Type", reply.kind)
                if reply.wire in ("cut-gzip", "bomb"):
                    self.send_header("Content-Encoding", "gzip")
                    body = gzip.compress(body)[:-9] if reply.wire == "cut-gzip" else BOMB
                if reply.wire in ("huge", "drip"):
                    self.send_header("Transfer-Encoding", "chunked")
                    self.end_headers()
                    self._pour(body, b"<p>" + b"x" * 65_536, pause=1.0 if reply.wire == "drip" else 0.0)
                    return
                self.send_header("Content-Length", str(len(body) + 400 * (reply.wire == "short-length")))
                self.end_headers()
                self.wfile.write(body)
                self.close_connection = reply.wire == "short-length"

            def _pour(self, body: bytes, more: bytes, *, pause: float) -> None:
                for _ in range(20_000):
                    chunk, body = body or more if not pause else more[:1], b""
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                    self.wfile.flush()
                    time.sleep(pause)

            def log_message(self, *args: object) -> None:
                """Nothing on the terminal."""

        return Handler

    # -- what is answered -------------------------------------------------------------------------

    def answer(self, target: str) -> Reply:
        """The reply to a path with query; every spelling of an address gives the same page."""
        parts = urlsplit(target)
        path = re.sub(r";jsessionid=\w+|/\(S\(\w+\)\)|^/s/\w{12}(?=/)", "", parts.path)
        query = {name.lower(): value for name, value in parse_qsl(parts.query, keep_blank_values=True)}
        for name in (
            "print",
            "tmpl",
            "skin",
            "theme",
            "lang",
            "replytocom",
            "share",
            "view",
            "sort",
            "xem",
            "amp",
            "zx",
        ):
            self.traps[name] += name in query
        for reply in (self._files(path), self._story(path, query), self._list(path, query), self._maze(path, query)):
            if reply is not None:
                return reply
        self.traps["unknown"] += 1
        return self.missing() if path.endswith(".php") else self.popular() if path.endswith("html") else self.home()

    def _files(self, path: str) -> Reply | None:
        if path == "/robots.txt":
            rules = "".join(f"Disallow: {start}\n" for start in DISALLOWED)
            rules += f"Crawl-delay: {self._delay}\n" if self._delay else ""
            return Reply(f"User-agent: *\n{rules}Sitemap: {self.url}ban-do.xml\n", kind="text/plain")
        if path == "/ban-do.xml":
            urls = [story.path for story in self.stories if story.trait == "sitemap"] + [
                "/2031/07/",
                "/lich?y=2031&m=7",
            ]
            rows = "".join(f"<url><loc>{self.url}{url[1:].replace('&', '&amp;')}</loc></url>" for url in urls)
            rows += f"<url><loc>{OFFSITE[0]}</loc></url><url><loc>{self.url}noi-bo/bao-cao-tuan.html</loc></url>"
            return Reply(
                f"<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{rows}</urlset>"
            )
        if path == "/tin.rss":
            fed = [story for story in self.stories if story.trait == "feed"]
            items = "".join(
                f"<item><title>{s.title}</title><link>{self.url}{s.path[1:].replace('&', '&amp;')}</link></item>"
                for s in fed
            )
            return Reply(f"<?xml version='1.0'?><rss version='2.0'><channel>{items}</channel></rss>", kind="text/xml")
        if path.startswith(DISALLOWED):
            self.traps["robots"] += 1
            return Reply("<p>Nội bộ", 403)
        return None

    def _story(self, path: str, query: dict[str, str]) -> Reply | None:
        plain = path.lower().removesuffix("/amp/")
        self.traps["amp"] += plain != path.lower()
        match = re.search(r"/ban-tin-so-(\d+)\.html$", plain)
        number = (
            match[1] if match else {"/tin.php": query.get("id"), "/pages/chitiet.aspx": query.get("itemid")}.get(plain)
        )
        if number is None or not number.isdigit():
            return None
        if int(number) >= len(self.stories):
            return self.missing()
        self.traps["mobile"] += path.startswith("/m/")
        return self._told(self.stories[int(number)])

    def _told(self, story: Story) -> Reply:
        trait, page = story.trait, self.article(story)
        self.traps[trait] += bool(trait)
        if trait in ("chain", "loop", "endless-chain", "offsite", "private", "home"):
            start = {"offsite": OFFSITE[0], "private": PRIVATE[1], "home": "/"}.get(
                trait, f"/di/{trait}/{story.number}/1"
            )
            return Reply("", 302, headers={"Location": start})
        if trait == "busy" and story.number not in self._busy:
            self._busy.add(story.number)
            return Reply("Đang bận", 503, headers={"Retry-After": "1"})
        gone = {
            "gone": self.missing,
            "gone-home": self.home,
            "gone-popular": self.popular,
        }
        if trait in gone:
            return gone[trait]()
        if trait in ("challenge", "parking"):
            return Reply(CHALLENGE if trait == "challenge" else PARKING)
        if trait == "broken":
            return Reply("Lỗi máy chủ", 500)
        if trait == "refresh":
            door = f"<meta http-equiv=refresh content='0; url=/doc/{story.number}/'>"
            return Reply(f"<html><head>{door}</head><body>Đang chuyển trang</body></html>")
        kind = {"octets": "application/octet-stream", "untyped": None, "image-type": "image/jpeg"}.get(
            trait, "text/html"
        )
        return Reply(page, kind=kind, wire=trait if trait in WIRE else "")

    def _maze(self, path: str, query: dict[str, str]) -> Reply | None:
        """What has no end: redirects, calendars, tags, searches, paths in themselves."""
        if match := re.fullmatch(r"/di/([a-z-]+)/(\d+)/(\d+)", path):
            trait, number, step = match[1], match[2], int(match[3])
            ends = trait == "chain" and step == 2
            onward = f"/doc/{number}/" if ends else f"/di/{trait}/{number}/{2 - step if trait == 'loop' else step + 1}"
            self.traps["redirect-steps"] += 1
            return Reply("", 301, headers={"Location": onward})
        if match := re.fullmatch(r"/doc/(\d+)/", path):
            return Reply(self.article(self.stories[int(match[1])]))
        if match := re.fullmatch(r"/(\d{4})/(?:(\d\d)/)?(?:(\d\d)/)?", path):
            return self.calendar(int(match[1]), int(match[2] or 1))
        if path == "/lich":
            return self.calendar(int(query.get("y", 2024)), int(query.get("m", 5)))
        if path.startswith(("/chu-de/", "/tag/", "/ket-qua", "/tim-kiem")):
            self.traps["search" if "i" in path[2:5] else "tag"] += 1
            return Reply(self.page("Chủ đề", self.rows(self.dice.sample(self.stories, 4)) + self.tags()))
        if "/tin-lien-quan/" in path:
            self.traps["deep"] += 1
            return Reply(self.page("Tin liên quan", self.rows(self.dice.sample(self.stories, 3))))
        return None

    def _list(self, path: str, query: dict[str, str]) -> Reply | None:
        if path == "/":
            return Reply(SPLASH)
        if path == "/trang-chu":
            return self.home()
        if path in ("/gioi-thieu", "/lien-he", "/so-do"):
            return Reply(self.page("Giới thiệu", f"<div class=nd>{ABOUT}</div>"))
        self.traps["mobile"] += path.startswith("/m/")
        match = re.search(r"/(?:(khung)-)?([a-z-]+)/?$", path.lower())
        if not match or match[2] not in SLUGS:
            return None
        section = SLUGS.index(match[2])
        inside = section == 5 and not match[1]
        if inside:
            return Reply(self.page(SECTIONS[5], "<iframe src='/khung-nong-thon-moi' width=600></iframe>"))
        return self._section(section, int(query.get("trang", 1)), bare=bool(match[1]))

    def _section(self, section: int, at: int, *, bare: bool) -> Reply:
        mine = [s for s in reversed(self.stories) if s.section == section and s.trait not in ("sitemap", "feed")]
        last = -(-len(mine) // PER_PAGE)
        shown, beyond = at, at > last
        if beyond:
            self.traps["beyond"] += 1
            how = BEYOND[section]
            if how == "missing":
                return self.missing()
            shown = {"first-page": 1, "last-page": last}.get(how, at)
        rows = mine[(shown - 1) * PER_PAGE : shown * PER_PAGE]
        if beyond and BEYOND[section] == "random":
            rows = self.dice.sample(self.stories, 6)
        slug = f"khung-{SLUGS[5]}" if bare else SLUGS[section]
        end = last if section in (0, 1) else max(at, last) + 2
        pager = "".join(
            f"<a href='{self.adorn(f'/{slug}?trang={n}', section)}'>{n}</a> " for n in range(1, end + 1) if n != at
        )
        facets = "".join(
            f"<a href='/{slug}?{facet}'>{text}</a> "
            for facet, text in (("sort=moi", "Mới nhất"), ("view=grid", "Dạng lưới"), ("xem=danh-sach", "Danh sách"),
                                ("orderby=title&dir=asc", "Theo tên"), ("limitstart=0", "Về đầu danh sách tin"))
        )  # fmt: skip
        body = f"<p>{facets}</p>{self.rows(rows, section)}<div class=phan-trang>{pager}</div>"
        if bare:
            return Reply(f"<html><body>{body}</body></html>")
        return Reply(self.page(SECTIONS[section], body, base={3: "/", 4: "http://may-cu.example/"}.get(section, "")))
