"""An article's HTML as the site may show it: cleaned once more, pictures only where there is a capture of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import nh3

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXT = {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "a", "strong", "em", "b", "i", "sub", "sup", "br"}
_TABLES = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
TAGS = _TEXT | _TABLES | {"figure", "figcaption", "img"}
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_SPAN = re.compile(r"[1-9]\d?")
_NO_PICTURE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")


def clean(html: str, pictures: Mapping[str, str], missing: str) -> str:
    """`html` with nothing in it but text, tables, links and pictures.

    `pictures` says what each picture is shown from, by the URL it had; in the place of any other stands `missing`, a
    plain text. Links lead to the web in the open: they say so (`rel`), and tell nobody where they come from.
    """

    def kept(_: str, name: str, value: str) -> str | None:
        if name == "src":
            return pictures.get(value)
        if name == "href":
            return value if _leads_on(value) else None
        if name in ("colspan", "rowspan"):
            return value if _SPAN.fullmatch(value) else None
        return value

    done = nh3.clean(
        html,
        tags=TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=kept,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow external",
    )
    return _NO_PICTURE.sub(f'<span class="missing">{nh3.clean_text(missing)}</span>', done)


def _leads_on(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "mailto" or (parts.scheme in ("http", "https") and bool(parts.netloc))
