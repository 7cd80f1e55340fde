"""An invented portal of any number of articles, each page made when it is asked for: ~78 kB and ~250 links a page."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cached_property
from html import escape
from random import Random
from typing import NamedTuple

from copies.articles import Writer

NAME = "Trang thông tin điện tử Sở Nội vụ tỉnh Tân Lâm"
SECTIONS = (
    "Tin hoạt động", "Cải cách hành chính", "Tổ chức bộ máy", "Cán bộ, công chức", "Thi đua – Khen thưởng", "Tôn giáo",
    "Văn thư – Lưu trữ", "Thanh tra", "Đào tạo, bồi dưỡng", "Chuyển đổi số", "Đảng – Đoàn thể", "Thông báo",
)  # fmt: skip
STATIC = (
    "Giới thiệu chung", "Cơ cấu tổ chức", "Chức năng, nhiệm vụ", "Lịch tiếp công dân", "Thủ tục hành chính",
    "Sơ đồ trang", "Đường dây nóng", "Liên hệ",
)  # fmt: skip
LINKED_SITES = 40
PER_LIST = 25
NEWEST_OF_SECTION, RECENT, MOST_READ = 5, 15, 15  # in the sidebar of every page
RELATED, OLDER, SUGGESTED = 10, 15, 15  # under an article
YEARS = 15
_NEWEST = datetime(2024, 12, 30, 16, 45, tzinfo=timezone(timedelta(hours=7)))
_CDN = "http://cdn.tanlam.example/wp-content"  # pictures and styles are another host's, so that every peer walks pages
_FILES = f"{_CDN}/themes/cong-so/assets"
_CSS_RULES, _CSS_COLOURS = 150, 60
_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_SCRIPT = """
var csThu=["Chủ Nhật","Thứ Hai","Thứ Ba","Thứ Tư","Thứ Năm","Thứ Sáu","Thứ Bảy"];
function csHai(n){return n<10?"0"+n:""+n}
function csDongHo(){var d=new Date(),o=document.getElementById("cs-dong-ho");if(o){o.innerHTML=csThu[d.getDay()]+", "+
csHai(d.getDate())+"/"+csHai(d.getMonth()+1)+"/"+d.getFullYear()+" | "+csHai(d.getHours())+":"+csHai(d.getMinutes())}
setTimeout(csDongHo,30000)}
function csCoChu(n){var o=document.querySelector(".entry-content");if(o){var c=parseInt(o.style.fontSize||"16",10)+n;
o.style.fontSize=Math.min(24,Math.max(12,c))+"px"}return false}
"""


class Title(NamedTuple):
    """What links to an article say: its escaped headline and path."""

    text: str
    path: str


def slug(text: str) -> str:
    """As WordPress makes it of a Vietnamese headline: `Thẩm định hồ sơ` gives `tham-dinh-ho-so`."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "-".join(
        "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char)).split()
    )


def _number(path: str) -> int:
    """The number an article's path ends with, else -1."""
    number = path.rstrip("/").rpartition("-")[2]
    return int(number) if number.isdecimal() else -1


@dataclass(frozen=True)
class Portal:
    """`articles` pages and the lists that lead to them, 0 being the newest; the same bytes for the same `base`."""

    base: str
    articles: int
    seed: int = 9

    def page(self, path: str) -> str | None:
        """The page at a path, or None where there is none."""
        parts = path.strip("/").split("/")
        if path == "/":
            return self._front
        if parts[0] == "category":
            return self._list(parts[1:])
        if self.is_article(path):
            return self._article(_number(path))
        return next((self._static(name) for name in STATIC if path == f"/{slug(name)}/"), None)

    def is_article(self, path: str) -> bool:
        """Whether an article is there."""
        return 0 <= _number(path) < self.articles and self._titles[_number(path)].path == path

    def path_of(self, number: int) -> str:
        """Where an article is."""
        return self._titles[number].path

    @property
    def pages(self) -> int:
        """How many pages there are in all: articles, lists, the start page and what every portal has."""
        return self.articles + sum(self._last_page(section) for section in range(len(SECTIONS))) + len(STATIC) + 1

    @cached_property
    def _titles(self) -> list[Title]:
        texts = (Writer(Random(f"title {self.seed} {number}")).title() for number in range(self.articles))
        return [Title(escape(text), f"/{slug(text)[:60].strip('-')}-{number}/") for number, text in enumerate(texts)]

    def _published(self, number: int) -> datetime:
        return _NEWEST - timedelta(minutes=number * YEARS * 365 * 24 * 60 // self.articles)

    def _of_section(self, section: int, at: int, count: int) -> range:
        """Numbers of a section's articles from its `at`-th newest on."""
        step = len(SECTIONS)
        return range(section + at * step, min(section + (at + count) * step, self.articles), step)

    def _last_page(self, section: int) -> int:
        return -(-len(range(section, self.articles, len(SECTIONS))) // PER_LIST) or 1

    def _link(self, number: int, kind: str = "") -> str:
        text, path = self._titles[number]
        return f'<a{kind} href="{self.base}{path}" title="{text}" rel="bookmark">{text}</a>'

    def _items(self, numbers: Sequence[int], kind: str) -> str:
        return "\n".join(
            f'<li class="{kind} post-{number}">{self._link(number)} <span class="cs-ngay">'
            f"({self._published(number):%d/%m/%Y})</span></li>"
            for number in numbers
        )

    def _article(self, number: int) -> str:
        rng = Random(f"article {self.seed} {number}")
        text, when, section = Writer(rng).article(), self._published(number), number % len(SECTIONS)
        title, path = self._titles[number]
        lead, *paragraphs = map(escape, text.text.split("\n"))
        said = "\n".join(f'<p style="text-align: justify;">{paragraph}</p>' for paragraph in paragraphs)
        byline = f'<p style="text-align: right;"><strong>{escape(text.byline)}</strong></p>' if text.byline else ""
        at, others = number // len(SECTIONS), self.articles
        older = self._of_section(section, at + 1 + RELATED, OLDER)
        suggested = [rng.randrange(others) for _ in range(SUGGESTED)]
        around = [self._link(near, f' class="{kind}"') for near, kind in ((number + 1, "prev"), (number - 1, "next"))
                  if 0 <= near < others]  # fmt: skip
        main = f"""<nav class="cs-duong-dan"><a href="{self.base}/">Trang chủ</a> » {self._section_link(section)}</nav>
<article id="post-{number}" class="post-{number} post type-post status-publish format-standard hentry">
<header class="entry-header"><h1 class="entry-title">{title}</h1>
<div class="entry-meta"><time class="entry-date published" datetime="{when.isoformat()}">\
{_WEEKDAYS[when.weekday()]}, {when:%d/%m/%Y | %H:%M}</time>
<a href="#" onclick="return csCoChu(1)">A+</a> <a href="#" onclick="return csCoChu(-1)">A-</a></div></header>
<div class="entry-content"><p style="text-align: justify;"><strong>{lead}</strong></p>
<figure id="attachment_{number}" class="wp-caption aligncenter" style="width: 640px">\
<img loading="lazy" class="size-full wp-image-{number}" src="{_CDN}/uploads/{when:%Y/%m}/anh-{number}.jpg" \
alt="" width="640" height="427" /><figcaption class="wp-caption-text">Quang cảnh buổi làm việc</figcaption></figure>
{said}
{byline}</div>
<footer class="entry-footer"><span class="cat-links">{self._section_link(section)}</span> \
Lượt xem: {rng.randrange(9000)}</footer>
</article>
<nav class="navigation post-navigation"><h2>Điều hướng bài viết</h2>{" ".join(around)}</nav>
<div class="cs-lien-quan"><h3>Tin cùng chuyên mục</h3><ul>
{self._items(self._of_section(section, at + 1, RELATED), "cs-tin")}</ul></div>
<div class="cs-tin-cu"><h3>Các tin đã đưa</h3><ul>
{self._items(older, "cs-tin")}</ul></div>
<div class="cs-quan-tam"><h3>Có thể bạn quan tâm</h3><ul>
{self._items(suggested, "cs-tin")}</ul></div>"""
        canonical = f'<link rel="canonical" href="{self.base}{path}" />'
        kind = f"post-template-default single single-post postid-{number} single-format-standard"
        return self._document(f"{title} – {NAME}", kind, canonical, main)

    def _list(self, parts: list[str]) -> str | None:
        """The page `[slug]` or `[slug, "page", number]` of a section."""
        section = next((order for order, name in enumerate(SECTIONS) if parts[:1] == [slug(name)]), None)
        at = parts[2] if len(parts) == 3 and parts[1] == "page" and parts[2].isdecimal() else "1"
        if section is None or len(parts) not in (1, 3) or not 1 <= int(at) <= self._last_page(section):
            return None
        return self._listing(section, int(at))

    def _listing(self, section: int, at: int) -> str:
        numbers, last = self._of_section(section, (at - 1) * PER_LIST, PER_LIST), self._last_page(section)
        near = sorted({1, *range(max(1, at - 2), min(last, at + 2) + 1), last})
        address = f"{self.base}/category/{slug(SECTIONS[section])}"
        pager = " ".join(
            f'<span class="page-numbers current">{page}</span>'
            if page == at
            else f'<a class="page-numbers" href="{address}/{f"page/{page}/" if page > 1 else ""}">{page}</a>'
            for page in near
        )
        entries = "\n".join(map(self._entry, numbers))
        main = f"""<header class="page-header"><h1 class="page-title">{SECTIONS[section]}</h1></header>
{entries}
<nav class="navigation pagination"><div class="nav-links">{pager}</div></nav>"""
        kind = f"archive category category-{slug(SECTIONS[section])} category-{section + 3}"
        return self._document(f"{SECTIONS[section]} – {NAME}", f"{kind} paged-{at}", "", main)

    def _entry(self, number: int) -> str:
        when = self._published(number)
        return (
            f'<article id="post-{number}" class="post-{number} post type-post hentry"><h2 class="entry-title">'
            f'{self._link(number)}</h2><time class="entry-date published" datetime="{when.isoformat()}">'
            f"{when:%d/%m/%Y}</time></article>"
        )

    @cached_property
    def _front(self) -> str:
        main = "\n".join(
            f'<section class="cs-khoi"><h2>{self._section_link(section)}</h2>'
            + "\n".join(map(self._entry, self._of_section(section, 0, NEWEST_OF_SECTION)))
            + "</section>"
            for section in range(len(SECTIONS))
        )
        return self._document(NAME, "home blog", "", main)

    def _static(self, name: str) -> str:
        text = Writer(Random(f"static {name}")).paragraphs(3)
        said = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in text)
        main = f'<h1 class="entry-title">{name}</h1><div class="entry-content">{said}</div>'
        return self._document(f"{name} – {NAME}", "page-template-default page page-id-2", "", main)

    def _section_link(self, section: int) -> str:
        name = SECTIONS[section]
        return f'<a href="{self.base}/category/{slug(name)}/" rel="category tag">{name}</a>'

    def _document(self, title: str, kind: str, head: str, main: str) -> str:
        return f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="UTF-8" /><title>{title}</title>
{self._head}
{head}</head>
<body class="{kind}">
{self._top}
<div id="content" class="cs-than-trang"><main id="main" class="cs-cot-giua">
{main}
</main>
{self._side}
</div>
{self._bottom}
</body></html>
"""

    @cached_property
    def _head(self) -> str:
        colours = "".join(
            f"body{{--wp--preset--color--cs-{hue}: #{Random(hue).randrange(16**6):06x};}}"
            f".has-cs-{hue}-color{{color: var(--wp--preset--color--cs-{hue}) !important;}}"
            for hue in range(_CSS_COLOURS)
        )
        rules = "".join(
            f".cs-luoi .cs-cot-{number}{{flex-basis: {number % 97 + 3}%;padding: 0 {number % 13}px {number % 7}px;}}"
            for number in range(_CSS_RULES)
        )
        return f"""<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name='robots' content='max-image-preview:large' />
<meta name="generator" content="WordPress 5.9.3" />
<link rel='stylesheet' id='cong-so-style-css' href='{_FILES}/style.css?ver=5.9.3' type='text/css' media='all' />
<style id='global-styles-inline-css' type='text/css'>{colours}{rules}</style>
<script type='text/javascript' src='{_FILES}/main.js?ver=5.9.3' id='cong-so-main-js'></script>
<script type="text/javascript">{_SCRIPT}</script>"""

    def _menu(self, place: str) -> str:
        sections = "\n".join(
            f'<li id="menu-item-{place}-{order}" class="menu-item menu-item-type-taxonomy menu-item-object-category '
            f'menu-item-{order}">{self._section_link(order)}</li>'
            for order in range(len(SECTIONS))
        )
        pages = "\n".join(
            f'<li class="menu-item menu-item-type-post_type menu-item-object-page"><a href="{self.base}/{slug(name)}/">'
            f"{name}</a></li>"
            for name in STATIC
        )
        return f'<ul id="menu-{place}" class="menu">\n{sections}\n{pages}\n</ul>'

    @cached_property
    def _top(self) -> str:
        return f"""<header id="masthead" class="cs-dau-trang">\
<a class="custom-logo-link" href="{self.base}/" rel="home">\
<img src="{_FILES}/banner.jpg" alt="{NAME}" width="1170" height="160" /></a>
<div id="cs-dong-ho" class="cs-dong-ho">Thứ Năm, 16/01/2025 | 09:20</div>
<nav class="main-navigation">{self._menu("chinh")}</nav>
<nav class="cs-menu-di-dong">{self._menu("di-dong")}</nav></header>"""

    @cached_property
    def _side(self) -> str:
        boxes = [("Bài viết mới", range(min(RECENT, self.articles)))]
        boxes += [(name, self._of_section(order, 0, NEWEST_OF_SECTION)) for order, name in enumerate(SECTIONS)]
        read = [Random(f"read {self.seed} {order}").randrange(self.articles) for order in range(MOST_READ)]
        widgets = "\n".join(
            f'<section class="widget widget_recent_entries"><h2 class="widget-title">{name}</h2><ul>\n'
            f"{self._items(numbers, 'cs-moi')}</ul></section>"
            for name, numbers in [*boxes, ("Tin đọc nhiều", read)]
        )
        sites = "\n".join(
            f'<li><a href="http://don-vi-{number}.tanlam.example/" target="_blank" rel="noopener">'
            f"Trang thông tin đơn vị số {number}</a></li>"
            for number in range(LINKED_SITES)
        )
        return f"""<aside id="secondary" class="widget-area cs-cot-phai">
{widgets}
<section class="widget widget_links"><h2 class="widget-title">Liên kết web</h2><ul>
{sites}</ul></section>
<section class="widget widget_text"><h2 class="widget-title">Thống kê truy cập</h2>Đang truy cập: 23<br />\
Hôm nay: 1.306<br />Tổng lượt truy cập: 4.918.227</section></aside>"""

    @cached_property
    def _bottom(self) -> str:
        return f"""<footer id="colophon" class="cs-chan-trang">{self._menu("chan")}
<p>Bản quyền thuộc {NAME}. Giấy phép số 12/GP-TTĐT. Ghi rõ nguồn khi phát hành lại thông tin từ trang này.</p>
<p>Chịu trách nhiệm: Phó Giám đốc Sở. Điện thoại: 0209.3000.444</p></footer>
<a class="pojo-skip-link" href="#content">Skip to content</a>"""
