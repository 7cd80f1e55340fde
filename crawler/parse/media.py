"""Links of an article's text that are files or pictures: which, where they lie and what they are."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.html import HtmlElement

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "rtf": "application/rtf",
    "odt": "application/vnd.oasis.opendocument.text",
    "zip": "application/zip",
    "rar": "application/vnd.rar",
    "7z": "application/x-7z-compressed",
}
MIN_PICTURE_PIXELS = 16
"""Declared sides below this are icons and counters."""
MAX_URL_CHARS = 4_000

_EXTENSION = re.compile(r"\.([a-z0-9]{2,4})$", re.IGNORECASE)
_MAYBE_FILE = re.compile(r"\.(?:" + "|".join(MEDIA_TYPES) + r")(?![a-z0-9])", re.IGNORECASE)
_PICTURES = frozenset({"jpg", "jpeg", "png", "gif", "webp", "bmp", "avif", "tif", "tiff"})
_LAZY = (
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-lazy",
    "data-orig-file",
    "data-srcset",
    "data-lazy-srcset",
    "src",
    "srcset",
)
_ORIGIN = re.compile(r"https?://[\w.-]+(?::\d+)?(?=/)")
_PLAIN_PATH = re.compile(r"/(?![/.])(?:[\w%,~=&+:@!()-]|/(?![/.])|\.(?!/))*(?:\?[^\s#\x00-\x20]+)?")
"""A path and query that `urljoin` would only put behind the origin."""
_OTHER_SCHEME = re.compile(r"(?!https?:|ftp:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ICON = re.compile(
    r"(?:^|[\s/_-])(?:emoji|wp-smiley|icon|spacer|blank|pixel|avatar|loading)(?:[\s/_.-]|$)", re.IGNORECASE
)


def extension(url: str) -> str:
    """The file extension a URL names, in its path or in a parameter; lower case, empty where there is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    path = parts.path.removesuffix("/@@download/file").rstrip("/")
    match = _EXTENSION.search(path)
    found = match[1].lower() if match else ""
    if found in MEDIA_TYPES or found in _PICTURES or not parts.query:
        return found
    for _, value in parse_qsl(parts.query[:MAX_URL_CHARS]):
        match = _EXTENSION.search(value)
        if match and match[1].lower() in MEDIA_TYPES:
            return match[1].lower()
    return found


def is_file(url: str, *, download: bool = False) -> bool:
    """Whether a link leads to a document; `download` is the link's attribute of that name."""
    if not (download or _MAYBE_FILE.search(url)) or not url.startswith(("http://", "https://", "ftp://")):
        return False
    kind = extension(url)
    return kind in MEDIA_TYPES or (download and kind not in _PICTURES and kind not in ("htm", "html", "php", "aspx"))


def is_picture(url: str) -> bool:
    """Whether a link leads to an image file."""
    return extension(url) in _PICTURES


def media_type(url: str) -> str | None:
    """The media type a URL's extension stands for."""
    return MEDIA_TYPES.get(extension(url))


def file_name(url: str) -> str:
    """The last part of a URL's path, decoded."""
    path = urlsplit(url).path.removesuffix("/@@download/file").rstrip("/")
    return unquote(path.rsplit("/", 1)[-1]) or url


def image_url(element: HtmlElement) -> str | None:
    """The address of an image, lazy loading undone; None for icons, smileys, counters and placeholders."""
    given = dict(element.items())
    for side in ("width", "height"):
        value = given.get(side, "").removesuffix("px")
        if value.isascii() and value.isdigit() and int(value[:6]) < MIN_PICTURE_PIXELS:
            return None
    if (names := given.get("class")) and _ICON.search(names):
        return None
    for name in _LAZY:
        if name not in given:
            continue
        value = given[name].strip()
        if "srcset" in name:
            value = value.split(",", 1)[0].split(" ", 1)[0]
        if value and len(value) <= MAX_URL_CHARS and not value.startswith(("data:", "about:", "javascript:")):
            return None if _ICON.search(value) and name == "src" and "." in value and _tiny(value) else value
    return None


def _tiny(url: str) -> bool:
    """Whether a file name is a placeholder's."""
    name = url.rsplit("/", 1)[-1].lower()
    return name.startswith(("spacer", "blank", "pixel", "loading", "emoji", "icon"))


def embedded_file(element: HtmlElement) -> str | None:
    """The document an iframe, object or embed shows, directly or through a viewer's `url=` parameter."""
    source = (element.get("src") or element.get("data") or element.get("data-src") or "").strip()
    if not source or len(source) > MAX_URL_CHARS:
        return None
    try:
        query = urlsplit(source).query
    except ValueError:
        return None
    for name, value in parse_qsl(query):
        if name in ("url", "file", "src") and extension(value) in MEDIA_TYPES:
            return value
    return source if extension(source) in MEDIA_TYPES else None


def resolver(base: str) -> Callable[[str], str]:
    """A function that makes links absolute; what is no http(s) or ftp link, and what cannot be read, becomes empty."""

    origin = _ORIGIN.match(base)
    root = origin[0] if origin else ""

    @cache  # menus and lists link to the same pages over and over
    def resolve(target: str) -> str:
        if target.startswith(("http://", "https://")):
            return target.replace(" ", "%20") if len(target) <= MAX_URL_CHARS else ""
        if not target or target.startswith("#") or len(target) > MAX_URL_CHARS:
            return ""
        if root and _PLAIN_PATH.fullmatch(target):
            return root + target
        if _OTHER_SCHEME.match(target):
            return ""
        try:
            url = urljoin(base, target)
        except ValueError:
            return ""
        return url.replace(" ", "%20") if url.startswith(("http://", "https://", "ftp://")) else ""

    return resolve
