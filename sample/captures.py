"""What the invented crawl saw: every exchange with its time, status, headers and body as sent."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING
from zlib import crc32

import feeds
from content import page_url
from frame import NAME, View
from render import (
    attachment_page,
    attachment_url,
    gone_item,
    listing,
    not_found,
    page_count,
    single,
    static_page,
)
from source import HANOI, SECTIONS, SITE, Post

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_DAY = datetime(2025, 6, 2, 8, 12, 7, tzinfo=HANOI)
SECOND_DAY = datetime(2025, 6, 3, 9, 40, 31, tzinfo=HANOI)
REVISITED_SECTION = "Hoạt động của Sở"
CHUNKED = f"{SITE}/category/thong-bao/"
CHUNK = 4096
GONE = ("van-ban-so-212-skhdt-ttr", "Văn bản số 212/SKHĐT-TTr về việc báo cáo kết quả tự kiểm tra")
HTML = "text/html; charset=UTF-8"
XML = "application/xml; charset=UTF-8"
REST_ERROR = {
    "code": "rest_not_logged_in",
    "message": "Bạn chưa đăng nhập.",
    "data": {"status": 401},
}
STATIC = {
    "gioi-thieu": (
        2,
        "Giới thiệu",
        (
            f"{NAME} tham mưu về quy hoạch, kế hoạch phát triển, đầu tư công, đăng ký kinh doanh, đấu thầu và vốn ODA.",
            "Sở có Văn phòng, Thanh tra và sáu phòng chuyên môn; trụ sở tại số 12 đường Trần Hưng Đạo.",
        ),
    ),
    "lien-he": (
        3,
        "Liên hệ",
        (
            f"{NAME}: số 12 đường Trần Hưng Đạo, thành phố Tân Sơn. Điện thoại: 0299.000.112.",
            "Bộ phận tiếp nhận hồ sơ làm việc từ thứ Hai đến thứ Sáu, sáng 7 giờ 30, chiều 13 giờ 30.",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP exchange; `body` is what went over the wire (gzip or chunked where the headers say so)."""

    url: str
    at: datetime
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    title: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """An answer before it is put on the wire; `title` is set for pages a reader would open."""

    url: str
    text: str
    status: str = "200 OK"
    content_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()
    title: str = ""


def crawl(posts: list[Post]) -> list[Exchange]:
    """All exchanges of both days, in order of time; `posts` newest first."""
    exchanges = []
    for start, visit in ((FIRST_DAY, _first_visit), (SECOND_DAY, _second_visit)):
        at = start
        view = View(at, tuple(post.as_of(at) for post in posts if post.published <= at))
        for page in visit(view):
            exchanges.append(_sent(page, at))
            at += timedelta(seconds=3 + crc32(page.url.encode()) % 4)
    return exchanges


def _first_visit(view: View) -> Iterator[Page]:
    yield Page(f"{SITE}/robots.txt", feeds.robots(), content_type="text/plain; charset=utf-8")
    yield from _listing_pages(view, None)
    yield Page(f"{SITE}/wp-json/", json.dumps(REST_ERROR), "401 Unauthorized", "application/json; charset=UTF-8")
    yield from (Page(url, text, content_type=XML) for url, text in feeds.sitemaps(view, tuple(STATIC)))
    yield Page(f"{SITE}/feed/", feeds.rss(view), content_type="application/rss+xml; charset=UTF-8")
    for slug, (number, title, lines) in STATIC.items():
        yield Page(f"{SITE}/{slug}/", static_page(view, number, slug, title, lines), title=title)
    for label in SECTIONS:
        yield from _listing_pages(view, label)
    yield Page(f"{SITE}/{GONE[0]}/", not_found(view), "404 Not Found")
    for post in view.posts:
        yield from _post_pages(view, post)


def _second_visit(view: View) -> Iterator[Page]:
    """The next morning: home, one section, and what was edited or published meanwhile."""
    yield next(_listing_pages(view, None))
    yield next(_listing_pages(view, REVISITED_SECTION))
    for post in view.posts:
        if post.modified > FIRST_DAY:
            yield from _post_pages(view, post)


def _listing_pages(view: View, label: str | None) -> Iterator[Page]:
    posts = view.in_section(label) if label else view.posts
    base = f"{SITE}/category/{SECTIONS[label][0]}/" if label else f"{SITE}/"
    for page in range(1, page_count(posts) + 1):
        extra = gone_item(*GONE) if label == "Văn bản" and page == 1 else ""
        text = listing(view, label, page, _stale_link if label else _link, extra)
        yield Page(base if page == 1 else f"{base}page/{page}/", text, title=label or NAME)


def _link(post: Post) -> str:
    return post.url


def _stale_link(post: Post) -> str:
    """The section pages come from a cache and still link to a post's former slug."""
    return f"{SITE}/{post.old_slug}/" if post.old_slug else post.url


def _post_pages(view: View, post: Post) -> Iterator[Page]:
    if post.old_slug:
        moved = (("X-Redirect-By", "WordPress"), ("Location", post.url))
        yield Page(f"{SITE}/{post.old_slug}/", "", "301 Moved Permanently", headers=moved)
    links = (
        ("Link", f'<{SITE}/wp-json/wp/v2/posts/{post.post_id}>; rel="alternate"; type="application/json"'),
        ("Link", f"<{SITE}/?p={post.post_id}>; rel=shortlink"),
    )
    for number in range(1, len(post.pages()) + 1):
        yield Page(page_url(post, number), single(view, post, number), headers=links, title=post.title)
    if "attachment-page" in post.traits:
        for image in post.of("image"):
            yield Page(attachment_url(post, image), attachment_page(view, post, image), title=image.cells[0])


def _sent(page: Page, at: datetime) -> Exchange:
    """The answer on the wire: some bodies gzipped, one chunked, as a real server mixes them."""
    body = page.text.encode()
    headers = [
        ("Server", "nginx/1.24.0"),
        ("Date", format_datetime(at.astimezone(UTC), usegmt=True)),
        ("Content-Type", page.content_type),
        ("Vary", "Accept-Encoding"),
        ("Link", f'<{SITE}/wp-json/>; rel="https://api.w.org/"'),
        *page.headers,
    ]
    if page.url == CHUNKED:
        headers.append(("Transfer-Encoding", "chunked"))
        body = _chunked(body)
    else:
        if page.content_type == HTML and body and crc32(page.url.encode()) % 3:
            headers.append(("Content-Encoding", "gzip"))
            body = gzip.compress(body, 9, mtime=0)
        headers.append(("Content-Length", str(len(body))))
    headers.append(("Connection", "keep-alive"))
    return Exchange(page.url, at, page.status, tuple(headers), body, page.title)


def _chunked(body: bytes) -> bytes:
    chunks = [body[at : at + CHUNK] for at in range(0, len(body), CHUNK)]
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in [*chunks, b""])
