"""The site's pages: articles, listings, static and attachment pages, the 404."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from content import image_id, inline, page_url, texturise, the_content, upload_url
from frame import Frame, View, document
from source import ACCOUNTS, SECTIONS, SITE, Block, Post, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

PER_PAGE = 10

# Articles


def single(view: View, post: Post, page: int = 1) -> str:
    """Page 1, 2, … of one article."""
    classes = f"post-template-default single single-post postid-{post.post_id} single-format-standard"
    title = post.shown_title
    if page > 1:
        classes += f" paged-{page} single-paged-{page}"
        title += f" – Trang {page}"
    frame = Frame(plain(title), classes, page_url(post, page), post.post_id)
    return document(view, frame, f"{_breadcrumb(post)}\n{_article(view, post, page)}\n{_comments(post)}")


def _breadcrumb(post: Post) -> str:
    label = post.sections[0]
    slug, _ = SECTIONS[label]
    return (
        f'<div class="ts-duong-dan"><a href="{SITE}/">Trang chủ</a> &raquo; '
        f'<a href="{SITE}/category/{slug}/">{texturise(label)}</a> &raquo; '
        f"<span>{texturise(post.shown_title)}</span></div>"
    )


def _hentry(post: Post) -> str:
    sections = " ".join(f"category-{SECTIONS[label][0]}" for label in post.sections)
    locked = " post-password-required" if "protected" in post.traits else ""
    return f"post-{post.post_id} post type-post status-publish format-standard{locked} hentry {sections}"


def _times(post: Post) -> str:
    """The entry's date as core themes write it: a second element when the post was changed later."""
    if post.modified == post.published:
        return _time(post.published, "entry-date published updated")
    return _time(post.published, "entry-date published") + _time(post.modified, "updated")


def _time(at: datetime, classes: str) -> str:
    return f'<time class="{classes}" datetime="{at.isoformat()}">{at:%H:%M | %d/%m/%Y}</time>'


def _article(view: View, post: Post, page: int) -> str:
    account = f'<a class="url fn n" href="{SITE}/author/{post.account}/">{ACCOUNTS[post.account]}</a>'
    labels = ", ".join(
        f'<a href="{SITE}/category/{SECTIONS[label][0]}/" rel="category tag">{texturise(label)}</a>'
        for label in post.sections
    )
    return f"""<article id="post-{post.post_id}" class="{_hentry(post)}">
<header class="entry-header">
<h1 class="entry-title">{texturise(post.shown_title)}</h1>
<div class="entry-meta"><span class="posted-on">{_times(post)}</span> | <span class="byline">Đăng bởi: \
<span class="author vcard">{account}</span></span></div>
</header>
<div class="entry-content">
{the_content(post, page, _share_bar(post) + _related(view, post))}</div>
<footer class="entry-footer"><span class="cat-links">Chuyên mục: {labels}</span>{_tags(post)}</footer>
</article>"""


def _share_bar(post: Post) -> str:
    views = 40 + post.post_id * 37 % 1900
    return (
        '<div class="ts-chia-se"><span>Chia sẻ:</span> <a href="#" class="fb">Facebook</a> '
        f'<a href="#" class="zl">Zalo</a> <a rel="nofollow" href="{post.url}?print=1">In bài viết</a> '
        f'<span class="ts-luot-xem">Lượt xem: {views}</span></div>\n'
    )


def _related(view: View, post: Post) -> str:
    others = [other for other in view.in_section(post.sections[0]) if other.slug != post.slug]
    near = sorted(others, key=lambda other: abs(other.published - post.published))[:5]
    items = "".join(
        f'<li><a href="{other.url}">{texturise(other.shown_title)}</a> <span>({other.published:%d/%m/%Y})</span></li>'
        for other in sorted(near, key=lambda other: other.published, reverse=True)
    )
    return f'<div class="ts-cung-muc"><h3>TIN BÀI CÙNG CHUYÊN MỤC</h3><ul>{items}</ul></div>\n'


def _tags(post: Post) -> str:
    links = ", ".join(f'<a href="{SITE}/tag/{_slug(tag)}/" rel="tag">{texturise(tag)}</a>' for tag in post.tags)
    return f'<span class="tags-links">Thẻ: {links}</span>' if links else ""


def _slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, as WordPress makes them."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", letters))


def _comments(post: Post) -> str:
    comments = post.of("comment")
    if not comments:
        return ""
    items = "\n".join(_comment(post, order, *comment.cells) for order, comment in enumerate(comments))
    return f"""<div id="comments" class="comments-area">
<h2 class="comments-title">{len(comments)} phản hồi</h2>
<ol class="comment-list">
{items}
</ol>
<div id="respond" class="comment-respond"><h3 id="reply-title" class="comment-reply-title">Để lại một bình luận</h3>
<form action="{SITE}/wp-comments-post.php" method="post" id="commentform" class="comment-form">
<p class="comment-notes">Email của bạn sẽ không được hiển thị công khai. Các trường bắt buộc được đánh dấu *</p>
<p class="comment-form-comment"><label for="comment">Bình luận *</label>
<textarea id="comment" name="comment"></textarea></p>
<p class="form-submit"><input name="submit" type="submit" id="submit" class="submit" value="Gửi bình luận" /></p>
</form></div>
</div>"""


def _comment(post: Post, order: int, name: str, when: str, text: str) -> str:
    number = post.post_id + 900 + order
    return (
        f'<li id="comment-{number}" class="comment even thread-even depth-1"><article id="div-comment-{number}" '
        f'class="comment-body"><footer class="comment-meta"><b class="fn">{texturise(name)}</b> '
        f'<span class="says">viết:</span> <a href="{post.url}#comment-{number}">{when}</a></footer>'
        f'<div class="comment-content"><p>{texturise(text)}</p></div><div class="reply">Trả lời</div></article></li>'
    )


# Listings and other pages


def listing(view: View, label: str | None, page: int, link: Callable[[Post], str], extra: str = "") -> str:
    """Page 1, 2, … of a section, or of the home page (label None); `link` gives each item's address."""
    posts = view.in_section(label) if label else list(view.posts)
    shown = posts[(page - 1) * PER_PAGE : page * PER_PAGE]
    items = "\n".join(_item(post, link(post)) for post in shown)
    base = f"{SITE}/category/{SECTIONS[label][0]}/" if label else f"{SITE}/"
    heading = f'<header class="page-header"><h1 class="page-title">{texturise(label)}</h1></header>\n' if label else ""
    frame = _listing_frame(label, page)
    return document(view, frame, f"{heading}{items}\n{extra}{_pagination(base, page, page_count(posts))}")


def page_count(posts: Sequence[Post]) -> int:
    """How many listing pages these posts fill."""
    return -(-len(posts) // PER_PAGE)


def _listing_frame(label: str | None, page: int) -> Frame:
    if label:
        slug, number = SECTIONS[label]
        classes = f"archive category category-{slug} category-{number}"
        kind = "category-paged"
    else:
        classes, kind = "home blog", "paged"
    title = label or ""
    if page > 1:
        title = f"{label} – Trang {page}" if label else f"Trang {page}"
        classes = (
            classes.replace("archive", "archive paged").replace("blog", "blog paged") + f" paged-{page} {kind}-{page}"
        )
    return Frame(title, f"{classes} wp-embed-responsive hfeed")


def _item(post: Post, link: str) -> str:
    number = post.of("image")
    thumbnail = ""
    if number and "protected" not in post.traits:
        picture = upload_url(post, number[0].cells[0]).replace(".jpg", "-150x150.jpg")
        thumbnail = f'<a class="ts-anh-nho" href="{link}"><img width="150" height="150" src="{picture}" alt="" /></a>\n'
    return f"""<article id="post-{post.post_id}" class="{_hentry(post)}">
{thumbnail}<h2 class="entry-title"><a href="{link}" rel="bookmark">{texturise(post.shown_title)}</a></h2>
<div class="entry-meta"><span class="posted-on">{_times(post)}</span></div>
<div class="entry-summary"><p>{texturise(excerpt(post))}</p></div>
</article>"""


def excerpt(post: Post) -> str:
    """The first words, as WordPress cuts an excerpt."""
    if "protected" in post.traits:
        return "Không có tóm tắt vì bài này được bảo vệ."
    words = " ".join(plain(block.text) for block in post.of("paragraph")).split()
    return " ".join(words[:55]) + " […]"


def gone_item(slug: str, title: str) -> str:
    """A listing item whose post has been deleted since: the link is dead."""
    url = f"{SITE}/{slug}/"
    return f"""<article id="post-88" class="post-88 post type-post status-publish hentry category-van-ban">
<h2 class="entry-title"><a href="{url}" rel="bookmark">{texturise(title)}</a></h2>
</article>
"""


def _pagination(base: str, page: int, count: int) -> str:
    if count == 1:
        return ""

    def url(number: int) -> str:
        return base if number == 1 else f"{base}page/{number}/"

    links = [f'<a class="prev page-numbers" href="{url(page - 1)}">Trang trước</a>'] if page > 1 else []
    links += [
        f'<span aria-current="page" class="page-numbers current">{number}</span>'
        if number == page
        else f'<a class="page-numbers" href="{url(number)}">{number}</a>'
        for number in range(1, count + 1)
    ]
    links += [f'<a class="next page-numbers" href="{url(page + 1)}">Trang sau</a>'] if page < count else []
    inside = "\n".join(links)
    return (
        '<nav class="navigation pagination" aria-label="Bài viết">'
        '<h2 class="screen-reader-text">Điều hướng bài viết</h2>'
        f'<div class="nav-links">{inside}</div></nav>'
    )


def static_page(view: View, number: int, slug: str, title: str, lines: Sequence[str]) -> str:
    """A WordPress page such as “Giới thiệu”."""
    text = "\n".join(f"<p>{inline(line)}</p>" for line in lines)
    main = f"""<article id="post-{number}" class="post-{number} page type-page status-publish hentry">
<header class="entry-header"><h1 class="entry-title">{texturise(title)}</h1></header>
<div class="entry-content">
{text}
</div>
</article>"""
    classes = f"page-template-default page page-id-{number} wp-embed-responsive"
    return document(view, Frame(title, classes, f"{SITE}/{slug}/", number), main)


def attachment_url(post: Post, image: Block) -> str:
    """The page WordPress makes for an uploaded image."""
    return f"{post.url}{image.cells[0].rsplit('.', 1)[0]}/"


def attachment_page(view: View, post: Post, image: Block) -> str:
    """The attachment page of an article's image: a photo and its caption, no article."""
    name, caption = image.cells[0], image.cells[1]
    stem = name.rsplit(".", 1)[0]
    number = image_id(post, name)
    url = upload_url(post, name)
    main = f"""<article id="post-{number}" class="post-{number} attachment type-attachment status-inherit hentry">
<header class="entry-header"><h1 class="entry-title">{stem}</h1>
<div class="entry-meta">{_time(post.published, "entry-date published updated")}</div></header>
<div class="entry-content">
<p class="attachment"><a href='{url}'><img width="300" height="200" src="{url}" alt="" /></a></p>
<p>{texturise(caption)}</p>
{_share_bar(post)}</div>
</article>"""
    classes = f"attachment single single-attachment postid-{number} attachmentid-{number} attachment-jpeg"
    return document(view, Frame(stem, classes, attachment_url(post, image), number), main)


def not_found(view: View) -> str:
    """WordPress's answer for a post that is gone."""
    main = """<section class="error-404 not-found"><h1 class="page-title">Không tìm thấy trang</h1>
<p>Đường dẫn này không còn tồn tại. Bạn thử tìm kiếm xem sao?</p></section>"""
    return document(view, Frame("Không tìm thấy trang", "error404 wp-embed-responsive"), main)
