"""WordPress: body classes say what a page is; REST API, feed and sitemap list what sections do not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from crawler.parse.layout import Layout
from crawler.platforms.base import Kind, Platform
from crawler.platforms.marks import Marks
from crawler.sources import Feed, RestApi, Section, Sitemap, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.parse.page import Page
    from crawler.platforms.marks import Traces

_KINDS = {
    "error404": Kind.NOT_FOUND,
    "attachment": Kind.ATTACHMENT,
    "single-attachment": Kind.ATTACHMENT,
    "single": Kind.ARTICLE,
    "author": Kind.AUTHOR,
    "date": Kind.DATE,
    "tag": Kind.TAG,
    "search": Kind.SEARCH,
    "search-results": Kind.SEARCH,
    "search-no-results": Kind.SEARCH,
    "category": Kind.LISTING,
    "post-type-archive": Kind.LISTING,
    "tax-category": Kind.LISTING,
    "blog": Kind.LISTING,
    "page": Kind.STATIC,
    "archive": Kind.LISTING,
    "home": Kind.LISTING,
}
"""body_class() of WordPress core, the telling ones first (wp-includes/post-template.php, get_body_class)."""
_REST_KINDS = {
    "posts": Kind.ARTICLE,
    "pages": Kind.STATIC,
    "media": Kind.ATTACHMENT,
    "categories": Kind.LISTING,
    "tags": Kind.TAG,
    "users": Kind.AUTHOR,
}
_REST_ROUTE = re.compile(r"/wp/v2/(\w+)/\d+")
_REST_ROOT = re.compile(r"<([^>]+)>;\s*rel=\"https://api\.w\.org/\"")
_NO_ARTICLE = re.compile(
    r"/wp-(?:admin|login|content|includes|json|signup|cron|comments-post)\b|/xmlrpc\.php|/(?:comments/)?feed/?$|"
    r"/author/|/comment-page-\d+|/trackback/?$|/embed/?$|/(?:19|20)\d\d/(?:\d\d/(?:\d\d/)?)?(?:page/\d+/?)?$|"
    r"[?&](?:replytocom|print|attachment_id|author|feed|s|m|preview|share|like_comment|rest_route|page_id|sitemap)=",
    re.IGNORECASE,
)
_NOT_POSTS = re.compile(
    r"(?:^|[-_/])(?:pages?|categor(?:y|ies)|taxonom(?:y|ies)|tags?|post_tag|users?|author|attachments?|image|video|"
    r"addl|misc|elementor\w*|nav_menu\w*)(?:[-_.\d]|$)",
    re.IGNORECASE,
)
_PART_CLASSES = ("post-page-numbers", "page-links", "pages-links", "wp-link-pages", "link-pages", "td-page-links")


class WordPress(Platform):
    """WordPress of any version and theme."""

    name = "wordpress"
    marks = Marks(generator=("wordpress",), assets=("/wp-content/", "/wp-includes/"))
    listing_url = r"/(?:category|chuyen-muc|danh-muc)/|[?&]cat=\d+|/page/\d+/?$|/tag/|[?&]tag="
    layouts = (
        Layout(
            name="wordpress",
            title=(
                "h1.entry-title",
                "h1.wp-block-post-title",
                "h1.post-title",
                "h1.tdb-title-text",
                "h1.jeg_post_title",
            ),
            published=(
                "time.entry-date.published[datetime]",
                "time.entry-date[datetime]",
                ".wp-block-post-date time[datetime]",
                ".td-post-date time[datetime]",
                ".jeg_meta_date",
                "time.published[datetime]",
            ),
            modified=("time.updated:not(.published)[datetime]",),
            lead=(".td-post-sub-title", ".jeg_post_subtitle", ".entry-subtitle", ".post-subtitle"),
            featured=(
                ".jeg_featured",
                ".td-post-featured-image",
                ".wp-block-post-featured-image",
                "article .post-thumbnail",
                ".single-featured-image-header",
            ),
            body=(
                ".entry-content.wp-block-post-content",
                "article .entry-content",
                ".td-post-content",
                ".jeg_main .content-inner",
                ".single .entry-content",
                ".post-content",
                ".entry-content",
            ),
            section=(
                ".cat-links a",
                ".td-category a",
                ".jeg_meta_category a",
                ".wp-block-post-terms.taxonomy-category a",
            ),
            tags=(".tags-links a", ".td-tags a", ".jeg_post_tags a", ".wp-block-post-terms.taxonomy-post_tag a"),
            drop=(
                ".sharedaddy",
                ".jp-relatedposts",
                ".post-views",
                ".addtoany_share_save_container",
                ".td-post-sharing",
                ".jeg_share_button",
                ".jnews_inline_related_post",
                ".code-block",
                ".yarpp-related",
                ".crp_related",
                ".page-links",
                ".post-page-numbers",
                ".wp-block-buttons",
                ".heateor_sss_sharing_container",
                ".kk-star-ratings",
                ".simplesocialbuttons",
                ".ez-toc-container",
                "#toc_container",
                ".mh-social-bottom",
                ".wpcnt",
                ".td-a-rec",
                ".jeg_ad",
                ".wp-block-rank-math-toc-block",
                ".lwptoc",
                ".ez-toc-counter",
            ),
        ),
    )

    def detects(self, traces: Traces) -> bool:
        """By generator, REST link or paths under wp-content."""
        page = traces.page
        linked = _REST_ROOT.search(page.headers.get("link", "")) or self._rest_link(page)
        return bool(linked) or super().detects(traces)

    def kind(self, page: Page) -> Kind:
        """By the body's classes, else by which REST resource the page says it is, else by its entries."""
        bodies = page.index.by_tag["body"]
        classes = set((bodies[0].get("class") or "").split()) if bodies else set()
        if "single" not in classes and any(name.startswith("single-") for name in classes):
            classes.add("single")
        for name, kind in _KINDS.items():
            if name in classes:
                return kind
        if route := _REST_ROUTE.search(page.headers.get("link", "") + " ".join(self._rest_resources(page))):
            return _REST_KINDS.get(route[1], Kind.UNKNOWN)
        entries = page.index.by_class.get("hentry", ())
        types = {name for entry in entries for name in (entry.get("class") or "").split() if name.startswith("type-")}
        if types == {"type-page"}:
            return Kind.STATIC
        return Kind.LISTING if len(entries) > 1 else Kind.UNKNOWN

    def sources(self, page: Page, sitemaps: Sequence[str]) -> list[Source]:
        """REST API first (it knows when each post changed), then sections, sitemaps, feed."""
        root = self._rest_root(page)
        maps = list(sitemaps) or [urljoin(page.url, "/wp-sitemap.xml"), urljoin(page.url, "/sitemap_index.xml")]
        sections = [
            Section(link.url, link.text)
            for link in self.menu(page)
            if link.taxonomy not in ("page", "post", "post_tag") and not _is_home(link.url, page.url)
        ]
        return [
            *([RestApi(root)] if root else []),
            *sections,
            *(Sitemap(url) for url in maps),
            *(Feed(url) for url in self._feeds(page)[:1]),
        ]

    def subsections(self, page: Page) -> list[Section]:
        """None: REST API, sitemaps and the start page's menu name them all."""
        return []

    def lists_posts(self, sitemap: str) -> bool:
        """`wp-sitemap-users-1.xml`, `page-sitemap.xml` and the like list no articles."""
        return not _NOT_POSTS.search(urlsplit(sitemap).path.rpartition("/")[2])

    def refuses(self, url: str) -> bool:
        return super().refuses(url) or bool(_NO_ARTICLE.search(url))

    def parts(self, page: Page) -> list[str]:
        """What wp_link_pages() prints: numbered links under the article's own URL."""
        own = page.url.partition("?")[0].rstrip("/")
        parts: dict[str, None] = {}
        boxes = [box for name in _PART_CLASSES for box in page.index.by_class.get(name, ())]
        for anchor in (a for box in boxes for a in ([box] if box.tag == "a" else box.iter("a"))):
            url = urljoin(page.base_url, anchor.get("href") or "")
            number = re.search(r"/(\d+)/?$|[?&]page=(\d+)$", url)
            if number and url.partition("?")[0].startswith(own) and url.rstrip("/") != page.url.rstrip("/"):
                parts[url] = None
        return sorted(parts, key=lambda url: int(re.findall(r"\d+", url)[-1][:6]))

    def _rest_link(self, page: Page) -> str | None:
        for link in page.index.by_tag["link"]:
            if link.get("rel") == "https://api.w.org/" and link.get("href"):
                return urljoin(page.base_url, link.get("href") or "")
        return None

    def _rest_root(self, page: Page) -> str | None:
        match = _REST_ROOT.search(page.headers.get("link", ""))
        root = match[1] if match else self._rest_link(page)
        return root if root and urlsplit(root).netloc == urlsplit(page.url).netloc else None

    def _rest_resources(self, page: Page) -> list[str]:
        return [
            link.get("href") or ""
            for link in page.index.by_tag["link"]
            if link.get("rel") == "alternate" and link.get("type") == "application/json"
        ]

    def _feeds(self, page: Page) -> list[str]:
        return [
            urljoin(page.base_url, link.get("href") or "")
            for link in page.index.by_tag["link"]
            if (link.get("type") or "") in ("application/rss+xml", "application/atom+xml")
            and "/comments/" not in (link.get("href") or "")
        ]


def _is_home(url: str, home: str) -> bool:
    return url.partition("?")[0].rstrip("/") == home.partition("?")[0].rstrip("/") and "?" not in url
