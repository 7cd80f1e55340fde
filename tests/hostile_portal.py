"""A provincial portal on a real server that does all that old and hostile hosts do to crawlers, with its truth known."""

from __future__ import annotations

import gzip
import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, quote, urlsplit

UNITS = (
    "Ủy ban nhân dân huyện Lâm Sơn", "Sở Nông nghiệp tỉnh", "Hội Phụ nữ xã Thạch Bình", "Công an huyện Vĩnh Tuy",
    "Trung tâm Y tế Đồng Mỏ", "Đoàn Thanh niên xã Nà Rì", "Ban quản lý rừng Khe Mo", "Trường Tiểu học Bản Lầu",
)  # fmt: skip
DEEDS = (
    "tập huấn kỹ thuật chăm sóc cây hồi", "kiểm tra công tác phòng chống bão lũ", "bàn giao mười nhà đại đoàn kết",
    "ra mắt tổ công nghệ số cộng đồng", "nghiệm thu tuyến kênh nội đồng", "trao học bổng cho học sinh vùng cao",
    "khám bệnh miễn phí cho người cao tuổi", "đối thoại với các hộ nuôi cá lồng", "trồng ba nghìn cây phân tán",
)  # fmt: skip
SAID = (
    "Theo báo cáo tại buổi làm việc, đến nay {n} hộ đã đăng ký tham gia, vượt kế hoạch đề ra từ đầu năm.",
    "Tổng kinh phí thực hiện là {n} triệu đồng, trong đó nhân dân đóng góp gần một nửa bằng ngày công và vật liệu.",
    "Đồng chí chủ trì đề nghị các cơ quan chuyên môn bám sát cơ sở, giải quyết dứt điểm {n} kiến nghị còn tồn đọng.",
    "Bà con thôn {x} phấn khởi cho biết công trình giúp {n} nhân khẩu đi lại thuận tiện trong mùa mưa.",
    "Kết thúc đợt ra quân, đoàn đã rà soát {n} hồ sơ và hướng dẫn từng hộ hoàn thiện giấy tờ ngay tại nhà văn hóa.",
    "Thời gian tới, đơn vị tiếp tục nhân rộng cách làm này ra {n} thôn bản, gắn với xây dựng nông thôn mới.",
)  # fmt: skip
VILLAGES = ("Khuổi Nặm", "Pác Cáp", "Nà Lẹng", "Tân Tiến", "Đồng Trầu", "Bản Chang")
SECTIONS = (
    "Kinh tế",
    "Văn hóa - Xã hội",
    "An ninh quốc phòng",
    "Cải cách hành chính",
    "Y tế giáo dục",
    "Nông thôn mới",
)
SLUGS = ("kinh-te", "van-hoa-xa-hoi", "an-ninh-quoc-phong", "cai-cach-hanh-chinh", "y-te-giao-duc", "nong-thon-moi")
BEYOND = ("missing", "empty", "last-page", "first-page", "random", "last-page")
"""What the pages of each section after its last one are."""
PER_PAGE = 8
TAGS = ("chuyển đổi số", "nông thôn mới", "cây hồi", "phòng chống lụt bão", "học bổng", "cải cách hành chính")
DISALLOWED = ("/quan-tri/", "/noi-bo/")
PRIVATE = (
    "http://10.0.0.1/tin-noi-bo/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "http://127.0.0.1:9/",
)
OFFSITE = ("http://quang-cao.example/khuyen-mai-mua-he-cho-ban.html", "//cdn.khac.example/tin-doi-tac-moi-nhat.html")
TRAITS = {
    3: "challenge", 11: "parking", 19: "loop", 24: "offsite", 29: "private", 33: "home", 38: "endless-chain", 41: "broken",
    46: "chain", 51: "busy", 57: "octets", 63: "untyped", 68: "image-type", 72: "refresh", 77: "chain", 82: "busy",
    90: "gone", 91: "gone-home", 92: "gone-popular", 93: "sitemap", 94: "sitemap", 95: "sitemap", 96: "feed", 97: "feed",
    101: "cut-gzip", 106: "short-length", 111: "huge", 116: "bomb", 121: "drip", 128: "gone", 134: "gone-popular",
}  # fmt: skip
"""What is special about some articles, by number."""
UNREACHABLE = frozenset(
    ["challenge", "parking", "loop", "offsite", "private", "home", "endless-chain", "broken", "gone", "gone-home", "gone-popular", "huge", "bomb", "drip"]
)
WIRE = frozenset(["cut-gzip", "short-length", "huge", "bomb", "drip"])

BOMB = gzip.compress(bytes(64 * 1024 * 1024))
"""64 MiB of nothing in 64 KiB."""


@dataclass(frozen=True, slots=True)
class Story:
    """One article: `number` is its id in every form of its address."""

    number: int
    section: int
    title: str
    paragraphs: tuple[str, ...]
    at: datetime
    trait: str

    @property
    def path(self) -> str:
        """Its address without anything added: a slug, a query, or a page of an old ASP.NET site."""
        if self.section % 3 == 0:
            return f"/{SLUGS[self.section]}/ban-tin-so-{self.number}.html"
        return (
            f"/tin.php?id={self.number}&muc={self.section}"
            if self.section % 3 == 1
            else f"/Pages/ChiTiet.aspx?ItemID={self.number}"
        )


def stories(count: int, *, wire: bool) -> list[Story]:
    """The portal's articles, newest last."""
    dice, made = random.Random(7), []
    for number in range(count):
        unit, deed, village = UNITS[number % 8], DEEDS[number // 8 % 9], dice.choice(VILLAGES)
        text = [line.format(n=dice.randint(11, 979), x=village) for line in dice.sample(SAID, 4)]
        trait = TRAITS.get(number, "")
        at = datetime(2021, 1, 4, 7, 15) + timedelta(days=6 * number, minutes=dice.randint(0, 600))
        title = f"{unit} {deed} đợt {number // 72 + 1} tại {village} lần thứ {number + 1}"
        made.append(
            Story(number, dice.randrange(6), title, tuple(text), at, trait if wire or trait not in WIRE else "")
        )
    return made


@dataclass(slots=True)
class Reply:
    body: str | bytes
    status: int = 200
    kind: str | None = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    wire: str = ""
    """What is wrong with how it is sent."""


class HostilePortal:
    """`asked` lists the paths requested, `traps` counts requests by the trap they fell into.

    `wire` switches on what is hostile below HTML: cut and endless bodies, bombs, drips. `delay` is robots.txt's.
    """

    def __init__(self, count: int = 150, *, wire: bool = False, delay: float | None = None) -> None:
        self.stories = stories(count, wire=wire)
        self.asked: list[str] = []
        self.traps: Counter[str] = Counter()
        self.times: list[float] = []
        self._delay = delay
        self._busy: set[int] = set()
        self._dice = random.Random(11)
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
        return self._missing() if path.endswith(".php") else self._popular() if path.endswith("html") else self._home()

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
            return self._missing()
        self.traps["mobile"] += path.startswith("/m/")
        return self._told(self.stories[int(number)], path)

    def _told(self, story: Story, path: str) -> Reply:
        trait, page = story.trait, self._article(story)
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
            "gone": self._missing,
            "gone-home": self._home,
            "gone-popular": self._popular,
            "challenge": _challenge,
            "parking": _parking,
        }
        if trait in gone:
            return gone[trait]()
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
            return Reply(self._article(self.stories[int(match[1])]))
        if match := re.fullmatch(r"/(\d{4})/(?:(\d\d)/)?(?:(\d\d)/)?", path):
            return self._calendar(int(match[1]), int(match[2] or 1))
        if path == "/lich":
            return self._calendar(int(query.get("y", 2024)), int(query.get("m", 5)))
        if path.startswith(("/chu-de/", "/tag/", "/ket-qua", "/tim-kiem")):
            self.traps["search" if "i" in path[2:5] else "tag"] += 1
            return Reply(self._page("Chủ đề", self._rows(self._dice.sample(self.stories, 4)) + self._tags()))
        if "/tin-lien-quan/" in path:
            self.traps["deep"] += 1
            return Reply(self._page("Tin liên quan", self._rows(self._dice.sample(self.stories, 3))))
        return None

    def _list(self, path: str, query: dict[str, str]) -> Reply | None:
        if path == "/":
            return Reply(
                "<html><head><meta http-equiv='refresh' content='1;url=/trang-chu'></head><body>Đang vào cổng</body></html>"
            )
        if path == "/trang-chu":
            return self._home()
        if path in ("/gioi-thieu", "/lien-he", "/so-do"):
            return Reply(
                self._page(
                    "Giới thiệu",
                    f"<div class=nd>{'<p>Cơ quan có chức năng tham mưu, quản lý nhà nước trên địa bàn tỉnh, gồm năm phòng chuyên môn.</p>' * 4}</div>",
                )
            )
        self.traps["mobile"] += path.startswith("/m/")
        match = re.search(r"/(?:(khung)-)?([a-z-]+)/?$", path.lower())
        if not match or match[2] not in SLUGS:
            return None
        section = SLUGS.index(match[2])
        inside = section == 5 and not match[1]
        if inside:
            return Reply(self._page(SECTIONS[5], "<iframe src='/khung-nong-thon-moi' width=600></iframe>"))
        return self._section(section, int(query.get("trang", 1)), bare=bool(match[1]))

    def _section(self, section: int, at: int, *, bare: bool) -> Reply:
        mine = [s for s in reversed(self.stories) if s.section == section and s.trait not in ("sitemap", "feed")]
        last = -(-len(mine) // PER_PAGE)
        shown, beyond = at, at > last
        if beyond:
            self.traps["beyond"] += 1
            how = BEYOND[section]
            if how == "missing":
                return self._missing()
            shown = {"first-page": 1, "last-page": last}.get(how, at)
        rows = mine[(shown - 1) * PER_PAGE : shown * PER_PAGE]
        if beyond and BEYOND[section] == "random":
            rows = self._dice.sample(self.stories, 6)
        slug = f"khung-{SLUGS[5]}" if bare else SLUGS[section]
        end = last if section in (0, 1) else max(at, last) + 2
        pager = "".join(
            f"<a href='{self._adorn(f'/{slug}?trang={n}', section)}'>{n}</a> " for n in range(1, end + 1) if n != at
        )
        facets = "".join(
            f"<a href='/{slug}?{facet}'>{text}</a> "
            for facet, text in (("sort=moi", "Mới nhất"), ("view=grid", "Dạng lưới"), ("xem=danh-sach", "Danh sách"),
                                ("orderby=title&dir=asc", "Theo tên"), ("limitstart=0", "Về đầu danh sách tin"))
        )  # fmt: skip
        body = f"<p>{facets}</p>{self._rows(rows, section)}<div class=phan-trang>{pager}</div>"
        if bare:
            return Reply(f"<html><body>{body}</body></html>")
        return Reply(self._page(SECTIONS[section], body, base={3: "/", 4: "http://may-cu.example/"}.get(section, "")))

    # -- pages ------------------------------------------------------------------------------------

    def _adorn(self, path: str, form: int) -> str:
        """An address as it is linked to on one page: with a session, a random number, another case or order."""
        dice, mark = self._dice, "&" if "?" in path else "?"
        token = f"{dice.getrandbits(48):012x}"
        if form % 6 == 0:
            return f"{path}{mark}r={dice.random():.6f}"
        if form % 6 == 1:
            base, _, query = path.partition("?")
            pairs = [*query.split("&"), f"_={1_700_000_000_000 + dice.randrange(10**9)}"]
            dice.shuffle(pairs)
            return f"{base}?{'&'.join(pair for pair in pairs if pair)}"
        if form % 6 == 2:
            return f"/(S({token}))" + (
                path.swapcase()
                if dice.random() < 0.3 and "?" not in path
                else path.replace("ItemID", dice.choice(["ItemID", "itemid", "ITEMID"]))
            )
        if form % 6 == 3:
            return f"/s/{token}{path}"
        return (
            f"{path}{mark}zx={token}"
            if form % 6 == 4
            else f"{path}{mark}ts={1_700_000_000 + dice.randrange(10**6)}&sid={token}{token}"
        )

    def _rows(self, rows: list[Story], form: int = 0) -> str:
        made = []
        for story in rows:
            url, date = self._adorn(story.path, story.section), f"{story.at:%d/%m/%Y}"
            if form == 2:
                made.append(f"<div class=o onclick=\"location.href='{url}'\"><h3>{story.title}</h3><i>{date}</i></div>")
            elif form == 4:
                made.append(f"<li><a href='#' onclick=\"window.open('{url}')\">{story.title}</a> ({date})</li>")
            else:
                made.append(f"<tr><td><a class=td href='{url}'>{story.title}</a><br><i>{date}</i></td></tr>")
        return f"<table>{''.join(made)}</table>" if form not in (2, 4) else f"<div>{''.join(made)}</div>"

    def _article(self, story: Story) -> str:
        """An article in the theme of its section, with all that hangs around one."""
        text = "".join(f"<p>{line}</p>" for line in story.paragraphs)
        date = f"{story.at:%d/%m/%Y %H:%M}"
        head, foot = {
            0: (f"<h1>{story.title}</h1><span class=ngay>{date}</span><div class=noi-dung>", "</div>"),
            1: (f"<table><tr><td class=tieude><b>{story.title}</b></td></tr><tr><td>Ngày đăng: {date}</td></tr><tr><td class=nd>", "</td></tr></table>"),
            2: (f"<h2 id=ctl00_lblTieuDe>{story.title}</h2><span id=ctl00_lblNgayDang>{date}</span><div id=ctl00_lblNoiDung>", "</div>"),
        }[story.section % 3]  # fmt: skip
        near = [
            s
            for s in self.stories[max(0, story.number - 4) : story.number]
            if s.section == story.section and s.trait not in ("sitemap", "feed")
        ]
        mark = "&" if "?" in story.path else "?"
        links = "".join(
            f"<a href='{story.path}{mark}{query}'>{label}</a> "
            for query, label in (("print=1", "In trang này"), ("tmpl=component", "Bản in"), ("share=facebook", "Chia sẻ lên mạng xã hội Facebook"),
                                 (f"replytocom={self._dice.randrange(10**6)}", "Trả lời bình luận của bạn đọc này"), ("lang=en", "English"))
        )  # fmt: skip
        links += f"<a href='/m{story.path}'>Xem bài này trên điện thoại di động</a><a href='{story.path.partition('?')[0]}/amp/'>Bản AMP</a>"
        return self._page(story.title, f"{head}{text}{foot}<p>{links}</p><b>Tin khác</b>{self._rows(near)}")

    def _page(self, title: str, main: str, base: str = "") -> str:
        menu = "".join(
            f"<td><a href='{self._adorn(f'/{slug}', at)}'>{name}</a></td>"
            for at, (slug, name) in enumerate(zip(SLUGS, SECTIONS, strict=True))
        )
        menu += "<td><a href='/gioi-thieu'>Giới thiệu</a></td><td><a href='/lien-he'>Liên hệ</a></td>"
        around = "".join(f"<a href='{url}'>Liên kết ngoài</a> " for url in (*PRIVATE, *OFFSITE))
        around += "".join(
            f"<a href='{start}{self._dice.randrange(999)}.html'>Văn bản nội bộ của cơ quan</a> " for start in DISALLOWED
        )
        around += "".join(
            f"<a href='?{facet}'>{facet[5:]}</a> " for facet in ("skin=xanh", "theme=tuong-phan", "lang=en", "lang=vi")
        )
        around += f"<a href='tin-lien-quan/'>Tin liên quan</a> <a href='/m/{SLUGS[0]}'>Bản di động</a>"
        around += f"<a href='/tim-kiem?q={self._dice.randrange(9999)}'>Tìm kiếm</a> <a href='/ket-qua?tu={self._dice.randrange(9999)}'>Kết quả</a>"
        year, month = self._dice.randrange(1990, 2060), self._dice.randrange(1, 13)
        head = f"<base href='{base}'>" if base else ""
        return (
            f"<html><head><title>{title}</title>{head}<link rel=alternate type='application/rss+xml' href='/tin.rss'></head><body>"
            f"<table><tr>{menu}</tr></table><div id=giua>{main}</div><div id=phai>{self._month(year, month)}{self._tags()}</div>"
            f"<p>{around}</p></body></html>"
        )

    def _month(self, year: int, month: int) -> str:
        days = "".join(f"<td><a href='/{year}/{month:02d}/{day:02d}/'>{day}</a></td>" for day in range(1, 8))
        turns = f"<a href='/lich?y={year}&m={month % 12 + 1}'>Tháng sau</a> <a href='/lich?m={month}&y={year - 1}'>Năm trước</a>"
        return (
            f"<table class=thang><tr>{days}</tr></table>{turns}<a href='/{year}/{month:02d}/'>Tháng {month}/{year}</a>"
        )

    def _tags(self) -> str:
        cloud = [f"{self._dice.choice(TAGS)} {self._dice.randrange(500)}" for _ in range(4)]
        return "".join(
            f"<a href='/chu-de/{quote(tag.replace(' ', '-'))}'>{tag}</a> <a href='/tag/{self._dice.randrange(999)}'>{tag}</a> "
            for tag in cloud
        )

    def _calendar(self, year: int, month: int) -> Reply:
        self.traps["calendar"] += 1
        rows = self._rows(self._dice.sample(self.stories, 2))
        return Reply(
            self._page(f"Lịch tháng {month}", self._month(year, month % 12 + 1) + self._month(year + 1, month) + rows)
        )

    def _home(self) -> Reply:
        latest = [s for s in reversed(self.stories) if s.trait not in ("sitemap", "feed")][:10]
        return Reply(self._page("Cổng thông tin điện tử", f"<h3>Tin mới nhận</h3>{self._rows(latest)}"))

    def _popular(self) -> Reply:
        shown = self._rows(self._dice.sample(self.stories[:80], 6))
        return Reply(self._page("Tin đọc nhiều", f"<h2>Tin đọc nhiều trong tuần</h2>{shown}"))

    def _missing(self) -> Reply:
        said = "<h2>Không tìm thấy nội dung</h2><p>Bài viết bạn yêu cầu không tồn tại hoặc đã bị xóa khỏi hệ thống. Mời bạn quay lại trang chủ.</p>"
        return Reply(self._page("Thông báo", said))


def _challenge() -> Reply:
    return Reply(
        "<html><head><title>Just a moment...</title></head><body>Đang kiểm tra trình duyệt trước khi truy cập.</body></html>"
    )


def _parking() -> Reply:
    return Reply(
        "<html><head><title>Tên miền này đã hết hạn</title></head><body><h1>Tên miền đang được rao bán</h1></body></html>"
    )
