"""What the hostile portal is made of: invented articles with what is special about some, and pages in three themes."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

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
    3: "challenge", 11: "parking", 19: "loop", 24: "offsite", 29: "private", 33: "home", 38: "endless-chain",
    41: "broken", 46: "chain", 51: "busy", 57: "octets", 60: "gone-popular", 62: "gone", 63: "untyped",
    68: "image-type", 72: "refresh", 77: "chain", 81: "cut-gzip", 82: "busy", 84: "short-length", 86: "huge",
    88: "bomb", 89: "drip", 90: "gone", 91: "gone-home", 92: "gone-popular", 93: "sitemap", 94: "sitemap",
    95: "sitemap", 96: "feed", 97: "feed",
}  # fmt: skip
"""What is special about some articles, by number."""
UNREACHABLE = frozenset(
    ("challenge", "parking", "loop", "offsite", "private", "home", "endless-chain", "broken", "gone", "gone-home",
     "gone-popular", "huge", "bomb", "drip")
)  # fmt: skip
WIRE = frozenset(("cut-gzip", "short-length", "huge", "bomb", "drip"))
VIEWS = (
    ("print=1", "In trang này"), ("tmpl=component", "Bản in"), ("lang=en", "English"),
    ("share=facebook", "Chia sẻ lên mạng xã hội Facebook"),
)  # fmt: skip
MISSING = (
    "<h2>Không tìm thấy nội dung</h2><p>Bài viết bạn yêu cầu không tồn tại hoặc đã bị xóa khỏi hệ thống. "
    "Mời bạn quay lại trang chủ.</p>"
)
ABOUT = "<p>Cơ quan có chức năng tham mưu, quản lý nhà nước trên địa bàn tỉnh, gồm năm phòng chuyên môn.</p>" * 4
SPLASH = "<html><head><meta http-equiv='refresh' content='1;url=/trang-chu'></head><body>Đang vào cổng</body></html>"
CHALLENGE = "<html><head><title>Just a moment...</title></head><body>Đang kiểm tra trình duyệt của bạn.</body></html>"
PARKING = "<html><head><title>Tên miền này đã hết hạn</title></head><body><h1>Đang được rao bán</h1></body></html>"


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
        at = datetime(2021, 1, 4, 7, 15, tzinfo=timezone(timedelta(hours=7))) + timedelta(
            days=6 * number, minutes=dice.randint(0, 600)
        )
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


class Pages:
    """Renders the portal; every page differs from its last rendering in what tells no pages apart."""

    def __init__(self, count: int, *, wire: bool) -> None:
        self.stories = stories(count, wire=wire)
        self.traps: Counter[str] = Counter()
        self.dice = random.Random(11)

    def adorn(self, path: str, form: int) -> str:
        """An address as it is linked to on one page: with a session, a random number, another case or order."""
        dice, mark = self.dice, "&" if "?" in path else "?"
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

    def rows(self, rows: list[Story], form: int = 0) -> str:
        """The entries of a list, in the form of its section: a table, scripted boxes, scripted links."""
        made = []
        for story in rows:
            url, date = self.adorn(story.path, story.section), f"{story.at:%d/%m/%Y}"
            if form == 2:
                made.append(f"<div class=o onclick=\"location.href='{url}'\"><h3>{story.title}</h3><i>{date}</i></div>")
            elif form == 4:
                made.append(f"<li><a href='#' onclick=\"window.open('{url}')\">{story.title}</a> ({date})</li>")
            else:
                made.append(f"<tr><td><a class=td href='{url}'>{story.title}</a><br><i>{date}</i></td></tr>")
        return f"<table>{''.join(made)}</table>" if form not in (2, 4) else f"<div>{''.join(made)}</div>"

    def article(self, story: Story) -> str:
        """An article in the theme of its section, with all that hangs around one."""
        text = "".join(f"<p>{line}</p>" for line in story.paragraphs)
        date = f"{story.at:%d/%m/%Y %H:%M}"
        head, foot = {
            0: (f"<h1>{story.title}</h1><span class=ngay>{date}</span><div class=noi-dung>", "</div>"),
            1: (
                f"<table><tr><td class=td><b>{story.title}</b></td></tr><tr><td>Ngày đăng: {date}</td></tr><tr><td>",
                "</td></tr></table>",
            ),
            2: (
                f"<h2 id=ctl00_lblTieuDe>{story.title}</h2><span id=ctl00_lblNgayDang>{date}</span><div id=lblNoiDung>",
                "</div>",
            ),
        }[story.section % 3]
        near = [
            s
            for s in self.stories[max(0, story.number - 4) : story.number]
            if s.section == story.section and s.trait not in ("sitemap", "feed")
        ]
        mark = "&" if "?" in story.path else "?"
        views = [*VIEWS, (f"replytocom={self.dice.randrange(10**6)}", "Trả lời bình luận của bạn đọc này")]
        links = "".join(f"<a href='{story.path}{mark}{query}'>{label}</a> " for query, label in views)
        links += f"<a href='/m{story.path}'>Xem bài này trên điện thoại di động</a>"
        links += f"<a href='{story.path.partition('?')[0]}/amp/'>Bản AMP</a>"
        return self.page(story.title, f"{head}{text}{foot}<p>{links}</p><b>Tin khác</b>{self.rows(near)}")

    def page(self, title: str, main: str, base: str = "") -> str:
        """A page with the menu, calendar, tags and links to everywhere that every page has."""
        menu = "".join(
            f"<td><a href='{self.adorn(f'/{slug}', at)}'>{name}</a></td>"
            for at, (slug, name) in enumerate(zip(SLUGS, SECTIONS, strict=True))
        )
        menu += "<td><a href='/gioi-thieu'>Giới thiệu</a></td><td><a href='/lien-he'>Liên hệ</a></td>"
        around = "".join(f"<a href='{url}'>Liên kết ngoài</a> " for url in (*PRIVATE, *OFFSITE))
        around += "".join(
            f"<a href='{start}{self.dice.randrange(999)}.html'>Văn bản nội bộ của cơ quan</a> " for start in DISALLOWED
        )
        around += "".join(
            f"<a href='?{facet}'>{facet[5:]}</a> " for facet in ("skin=xanh", "theme=tuong-phan", "lang=en", "lang=vi")
        )
        around += f"<a href='tin-lien-quan/'>Tin liên quan</a> <a href='/m/{SLUGS[0]}'>Bản di động</a>"
        for query in ("/tim-kiem?q", "/ket-qua?tu"):
            around += f"<a href='{query}={self.dice.randrange(9999)}'>Kết quả</a> "
        year, month = self.dice.randrange(1990, 2060), self.dice.randrange(1, 13)
        head = f"<title>{title}</title><link rel=alternate type='application/rss+xml' href='/tin.rss'>"
        head += f"<base href='{base}'>" if base else ""
        beside = self._month(year, month) + self.tags()
        return (
            f"<html><head>{head}</head><body><table><tr>{menu}</tr></table><div id=giua>{main}</div>"
            f"<div id=phai>{beside}</div><p>{around}</p></body></html>"
        )

    def _month(self, year: int, month: int) -> str:
        days = "".join(f"<td><a href='/{year}/{month:02d}/{day:02d}/'>{day}</a></td>" for day in range(1, 8))
        turns = f"<a href='/lich?y={year}&m={month % 12 + 1}'>Tháng sau</a> "
        turns += f"<a href='/lich?m={month}&y={year - 1}'>Năm trước</a> "
        turns += f"<a href='/{year}/{month:02d}/'>Tháng {month}/{year}</a>"
        return f"<table class=thang><tr>{days}</tr></table>{turns}"

    def tags(self) -> str:
        """A cloud of tags, never the same."""
        cloud = [f"{self.dice.choice(TAGS)} {self.dice.randrange(500)}" for _ in range(4)]
        slugs = [(f"/chu-de/{quote(tag.replace(' ', '-'))}", tag) for tag in cloud]
        slugs += [(f"/tag/{self.dice.randrange(999)}", tag) for tag in cloud]
        return "".join(f"<a href='{url}'>{tag}</a> " for url, tag in slugs)

    def calendar(self, year: int, month: int) -> Reply:
        """A month or a day: there is one before and after each."""
        self.traps["calendar"] += 1
        rows = self.rows(self.dice.sample(self.stories, 2))
        return Reply(
            self.page(f"Lịch tháng {month}", self._month(year, month % 12 + 1) + self._month(year + 1, month) + rows)
        )

    def home(self) -> Reply:
        """The home page, which is also what unknown paths are answered with."""
        latest = [s for s in reversed(self.stories) if s.trait not in ("sitemap", "feed")][:10]
        return Reply(self.page("Cổng thông tin điện tử", f"<h3>Tin mới nhận</h3>{self.rows(latest)}"))

    def popular(self) -> Reply:
        """What unknown articles are answered with."""
        shown = self.rows(self.dice.sample(self.stories[:80], 6))
        return Reply(self.page("Tin đọc nhiều", f"<h2>Tin đọc nhiều trong tuần</h2>{shown}"))

    def missing(self) -> Reply:
        """A page that says with status 200 that there is none."""
        return Reply(self.page("Thông báo", MISSING))
