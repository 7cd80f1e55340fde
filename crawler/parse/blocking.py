"""Pages that answer 200 and are not what was asked for: challenges, log-ins, parking, and "not found"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.parse.text import plain
from pipelines.text import one_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.parse.page import Page

REASONS = ("challenge", "parking", "login")
MAX_CHALLENGE_CHARS = 3_000
"""A challenge or parking page says little; a longer text is content, whatever words are in it."""

_CHALLENGE_IDS = ("challenge-form", "cf-wrapper", "cf-error-details", "challenge-running", "px-captcha")
_TITLES = {
    "challenge": re.compile(r"just a moment|attention required|checking your browser|ddos[ -]guard|access denied|"
                            r"(?:dang )?kiem tra trinh duyet|xac minh ban (?:la|khong phai)|security check|captcha|"
                            r"one more step|(?:are you|you are) (?:a )?(?:human|robot)|bot verification"),
    "parking": re.compile(r"domain (?:name )?(?:is |may be )?for sale|this domain|buy this domain|parked|"
                          r"ten mien .*(?:het han|da dang ky|rao ban|dang ban|can ban)|website .*(?:tam ngung|bi khoa)|"
                          r"account (?:has been )?suspended|default web site page|apache2 \w+ default page|"
                          r"welcome to nginx|iis windows server"),
    "login": re.compile(r"^(?:dang nhap|log in|login|sign in)\b"),
}  # fmt: skip
MAX_SOFT_404_CHARS = 200
"""A page that only says that there is nothing has no longer paragraph than the one that says it."""
MAX_SAYING = 2_000
"""Elements looked at; such pages are short, with the portal's menus around them."""
MAX_INSIDE = 12
"""What says it holds a few links and breaks at most."""
_THING = r"(?:bai viet|tin|trang|noi dung|duong dan|lien ket|du lieu|tai lieu|chuyen muc|dia chi|thong tin|ket qua)\b"
_NO_SUCH = (
    rf"(?:{_THING}[^.!?]{{0,60}}?(?:khong (?:con )?ton tai|khong (?:duoc )?tim thay|(?:da )?bi (?:xoa|go)|da het han)|"
    rf"(?:khong tim thay|khong ton tai) {_THING}[^.!?]{{0,40}}|"
    r"(?:the )?(?:page|article|content|file)[^.!?]{0,40}(?:not (?:be )?found|does ?n[o']t exist|no longer available)|"
    r"page not found|not found|404(?: not found| error)?|(?:loi|error) 404)"
)
_SOFT_404 = re.compile(rf"(?:(?:rat tiec|xin loi|thong bao|loi|oops|sorry|404)\W+)*{_NO_SUCH}.*")
_HEADINGS = ("title", "h1", "h2", "h3")
_TEXTS = ("p", "td", "div", "span", "center", "strong", "b")


def is_headed_missing(page: Page) -> bool:
    """The same of a page that may list something, on which an empty box says as much: told by its headings."""
    return is_missing(page, of=_HEADINGS)


def blocked(page: Page) -> str | None:
    """Why a page that answered 200 is not the portal's own (`challenge`, `parking`, `login`), or None."""
    if any(page.index.by_id.get(name) for name in _CHALLENGE_IDS):
        return "challenge"
    titles = page.index.by_tag["title"]
    title = plain(one_line(titles[0].text_content())) if titles else ""
    for reason, pattern in _TITLES.items():
        if pattern.search(title) and len(page.tree.text_content()) < MAX_CHALLENGE_CHARS:
            return reason
    return None


def is_missing(page: Page, *, of: tuple[str, ...] = _HEADINGS + _TEXTS) -> bool:
    """Whether a page that answered 200 only says that what was asked for is not there, and nothing else at length.

    `of` are the tags that may say it: on a page that lists something a box that is empty says the same.
    """
    elements = [element for name in of for element in page.index.by_tag[name][:MAX_SAYING]]
    if any(len(element.text or "") > MAX_SOFT_404_CHARS and _is_long(_own_text(element)) for element in elements):
        return False  # as nearly every article does, without a look at all else
    said = False
    for element in elements:
        own = _own_text(element)
        if _is_long(own):
            return False
        if not said and len(own) > 6 and len(element) < MAX_INSIDE:
            said = _says_missing(own)
    return said


def _own_text(element: HtmlElement) -> str:
    return (element.text or "") + "".join([child.tail or "" for child in element if child.tag != "a"])


def _is_long(text: str) -> bool:
    return len(text) > MAX_SOFT_404_CHARS and len(one_line(text)) > MAX_SOFT_404_CHARS


@lru_cache(maxsize=4096)  # the texts around articles come again on every page
def _says_missing(text: str) -> bool:
    return _SOFT_404.fullmatch(plain(one_line(text))) is not None
