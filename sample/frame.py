"""The invented theme around the content: header with clock and ticker, sidebar of core widgets, footer."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime

from content import texturise
from source import SECTIONS, SITE, Post

NAME = "Sở Kế hoạch và Đầu tư tỉnh Tân Sơn"
TAGLINE = "Trang thông tin điện tử"
THEME = f"{SITE}/wp-content/themes/tanson-portal"
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
MONTHS = ("Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai")
MENU = (
    ("Trang chủ", "/"),
    ("Giới thiệu", "/gioi-thieu/"),
    *((label, f"/category/{slug}/") for label, (slug, _) in SECTIONS.items()),
    ("Liên hệ", "/lien-he/"),
)


@dataclass(frozen=True, slots=True)
class View:
    """The site at one moment: its clock, and the posts visible then, newest first."""

    now: datetime
    posts: tuple[Post, ...]

    def in_section(self, label: str) -> list[Post]:
        """The posts of one section, newest first."""
        return [post for post in self.posts if label in post.sections]


@dataclass(frozen=True, slots=True)
class Frame:
    """What differs from page to page around the content."""

    title: str
    body_class: str
    canonical: str | None = None
    shortlink: int | None = None


def document(view: View, frame: Frame, main: str) -> str:
    """A whole HTML page."""
    return "\n".join([_head(frame), _header(view), _columns(view, main), _footer(), "</body>\n</html>\n"])


def _head(frame: Frame) -> str:
    links = f'<link rel="canonical" href="{frame.canonical}" />\n' if frame.canonical else ""
    if frame.shortlink:
        links += f"<link rel='shortlink' href='{SITE}/?p={frame.shortlink}' />\n"
    title = texturise(f"{frame.title} – {NAME}" if frame.title else f"{NAME} – {TAGLINE}")
    return f"""<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="UTF-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<link rel="profile" href="https://gmpg.org/xfn/11" />
<title>{title}</title>
<meta name='robots' content='max-image-preview:large' />
<link rel="alternate" type="application/rss+xml" title="Dòng thông tin {NAME} &raquo;" href="{SITE}/feed/" />
<link rel='stylesheet' id='wp-block-library-css' href='{SITE}/wp-includes/css/dist/block-library/style.min.css' />
<link rel='stylesheet' id='tanson-portal-style-css' href='{THEME}/style.css?ver=2.3' type='text/css' media='all' />
<script type="text/javascript">var ts_menu = {{"mo":"Mở menu","dong":"Đóng"}};</script>
<link rel="https://api.w.org/" href="{SITE}/wp-json/" />
<link rel="EditURI" type="application/rsd+xml" title="RSD" href="{SITE}/xmlrpc.php?rsd" />
<meta name="generator" content="WordPress 6.4.3" />
{links}</head>
<body class="{frame.body_class}">"""


def _header(view: View) -> str:
    items = "\n".join(
        f'<li class="menu-item menu-item-{10 + order}"><a href="{SITE}{path}">{texturise(label)}</a></li>'
        for order, (label, path) in enumerate(MENU)
    )
    ticker = " ".join(f'<a href="{post.url}">{texturise(post.shown_title)}</a>' for post in view.posts[:5])
    return f"""<div id="ts-khung" class="ts-khung">
<header id="ts-dau-trang" class="ts-dau-trang" role="banner">
<div class="ts-ten-so"><a href="{SITE}/" rel="home">{NAME}</a><p class="site-description">{TAGLINE}</p></div>
<div class="ts-dong-ho">Hôm nay, {WEEKDAYS[view.now.weekday()]}, {view.now:%d/%m/%Y}</div>
<nav id="ts-menu" class="ts-menu"><ul id="menu-chinh" class="menu">
{items}
</ul></nav>
<div class="ts-chay-chu"><span>Tin mới:</span> <marquee scrollamount="4">{ticker}</marquee></div>
</header>"""


def _columns(view: View, main: str) -> str:
    return f"""<div id="content" class="ts-than-trang">
<div class="ts-cot-chinh">
{main}
</div>
<aside id="ts-cot-phai" class="ts-cot-phai widget-area">
{_sidebar(view)}
</aside>
</div>"""


def _sidebar(view: View) -> str:
    recent = "\n".join(f'<li><a href="{post.url}">{texturise(post.shown_title)}</a></li>' for post in view.posts[:7])
    sections = "\n".join(
        f'<li class="cat-item cat-item-{number}"><a href="{SITE}/category/{slug}/">{texturise(label)}</a>'
        f" ({len(view.in_section(label))})</li>"
        for label, (slug, number) in SECTIONS.items()
    )
    months = dict.fromkeys((post.published.year, post.published.month) for post in view.posts)
    archive = "\n".join(
        f"<li><a href='{SITE}/{year}/{month:02d}/'>Tháng {MONTHS[month - 1]} {year}</a></li>" for year, month in months
    )
    translate = "<div class='gtranslate_wrapper'>Translate:<br /><select><option>Language</option></select></div>"
    return "\n".join(
        f'<section id="{name}-2" class="widget widget_{kind}"><h2 class="widget-title">{title}</h2>{inside}</section>'
        for name, kind, title, inside in (
            ("recent-posts", "recent_entries", "Bài viết mới", f"<ul>\n{recent}\n</ul>"),
            ("categories", "categories", "Chuyên mục", f"<ul>\n{sections}\n</ul>"),
            ("archives", "archive", "Lưu trữ", f"<ul>\n{archive}\n</ul>"),
            ("calendar", "calendar", "Lịch", _calendar(view)),
            ("custom_html", "custom_html", "Ngôn ngữ", translate),
        )
    )


def _calendar(view: View) -> str:
    """WordPress core's calendar widget: days with posts are links."""
    year, month = view.now.year, view.now.month
    busy = {post.published.day for post in view.posts if (post.published.year, post.published.month) == (year, month)}

    def cell(day: int) -> str:
        if day == 0:
            return "<td>&nbsp;</td>"
        today = ' id="today"' if day == view.now.day else ""
        link = f'<a href="{SITE}/{year}/{month:02d}/{day:02d}/">{day}</a>' if day in busy else str(day)
        return f"<td{today}>{link}</td>"

    weeks = calendar.Calendar().monthdayscalendar(year, month)
    rows = "\n".join("<tr>" + "".join(map(cell, week)) + "</tr>" for week in weeks)
    names = "".join(
        f'<th scope="col" title="{day}">{short}</th>' for day, short in zip(WEEKDAYS, "HBTNSBC", strict=True)
    )
    return (
        f'<div id="calendar_wrap" class="calendar_wrap"><table id="wp-calendar" class="wp-calendar-table">'
        f"<caption>Tháng {MONTHS[month - 1]} {year}</caption><thead><tr>{names}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
        f'<nav class="wp-calendar-nav"><a href="{SITE}/{year}/{month - 1:02d}/">&laquo; Th{month - 1}</a></nav></div>'
    )


def _footer() -> str:
    return f"""<footer id="ts-chan-trang" class="ts-chan-trang">
<p>Bản quyền thuộc {NAME}. Giấy phép số 09/GP-TTĐT do Sở Thông tin và Truyền thông cấp.</p>
<p>Chịu trách nhiệm nội dung: Ban Biên tập. Ghi rõ nguồn khi phát hành lại thông tin từ trang này.</p>
<p>Lượt truy cập: 1.284.533</p>
</footer>
</div>
<a class="pojo-skip-link" tabindex="1" accesskey="s" href="#content">Skip to content</a>"""
