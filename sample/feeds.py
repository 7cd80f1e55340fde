"""The site's machine-readable lists: robots.txt, the core sitemap and the RSS feed."""

from __future__ import annotations

import html
from datetime import UTC
from email.utils import format_datetime
from typing import TYPE_CHECKING

from frame import NAME, TAGLINE
from render import PER_PAGE, excerpt
from source import ACCOUNTS, SECTIONS, SITE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from frame import View
    from source import Post

XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def robots() -> str:
    """WordPress's virtual robots.txt."""
    return f"User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\nSitemap: {SITE}/wp-sitemap.xml\n"


def sitemaps(view: View, pages: Sequence[str]) -> list[tuple[str, str]]:
    """The sitemap index and its three parts, each as (url, text)."""
    parts = {
        "posts-post": [(post.url, post.modified.isoformat()) for post in reversed(view.posts)],
        "posts-page": [(f"{SITE}/{slug}/", "") for slug in pages],
        "taxonomies-category": [(f"{SITE}/category/{slug}/", "") for slug, _ in SECTIONS.values()],
    }
    urls = {name: f"{SITE}/wp-sitemap-{name}-1.xml" for name in parts}
    index = (f"{SITE}/wp-sitemap.xml", _sitemap("sitemapindex", "sitemap", ((url, "") for url in urls.values())))
    return [index, *((urls[name], _sitemap("urlset", "url", entries)) for name, entries in parts.items())]


def _sitemap(root: str, element: str, entries: Iterable[tuple[str, str]]) -> str:
    lines = "".join(
        f"<{element}><loc>{url}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</{element}>"
        for url, changed in entries
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{XMLNS}">{lines}</{root}>\n'


def rss(view: View) -> str:
    """The feed of the newest posts; the site publishes summaries only."""
    items = "".join(map(_feed_item, view.posts[:PER_PAGE]))
    return f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
\txmlns:dc="http://purl.org/dc/elements/1.1/"
\txmlns:atom="http://www.w3.org/2005/Atom"
\t>
<channel>
\t<title>{NAME}</title>
\t<atom:link href="{SITE}/feed/" rel="self" type="application/rss+xml" />
\t<link>{SITE}</link>
\t<description>{TAGLINE}</description>
\t<lastBuildDate>{_utc(max(view.posts, key=lambda post: post.modified))}</lastBuildDate>
\t<language>vi</language>
\t<generator>https://wordpress.org/?v=6.4.3</generator>
{items}</channel>
</rss>
"""


def _feed_item(post: Post) -> str:
    sections = "".join(f"\t\t<category><![CDATA[{label}]]></category>\n" for label in [*post.sections, *post.tags])
    return f"""\t<item>
\t\t<title>{html.escape(post.shown_title, quote=False)}</title>
\t\t<link>{post.url}</link>
\t\t<dc:creator><![CDATA[{ACCOUNTS[post.account]}]]></dc:creator>
\t\t<pubDate>{format_datetime(post.published.astimezone(UTC))}</pubDate>
{sections}\t\t<guid isPermaLink="false">{SITE}/?p={post.post_id}</guid>
\t\t<description><![CDATA[{excerpt(post)}]]></description>
\t</item>
"""


def _utc(post: Post) -> str:
    return format_datetime(post.modified.astimezone(UTC))
