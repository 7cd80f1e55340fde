"""Pages that answer 200 and are not the portal: challenges, log-ins, parking, suspended accounts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.text import fold, one_line

if TYPE_CHECKING:
    from crawler.parse.page import Page

REASONS = ("challenge", "parking", "login")
MAX_CHALLENGE_CHARS = 3_000
"""A challenge or parking page says little; a longer text is content, whatever words are in it."""

_CHALLENGE_IDS = ("challenge-form", "cf-wrapper", "cf-error-details", "challenge-running", "px-captcha")
_TITLES = {
    "challenge": re.compile(r"just a moment|attention required|checking your browser|ddos guard|access denied|captcha|"
                            r"dang kiem tra trinh duyet|xac minh ban la con nguoi"),
    "parking": re.compile(r"domain (?:is )?for sale|this domain|ten mien .* (?:het han|da dang ky)|parked|"
                          r"account (?:has been )?suspended|default web site page|apache2 \w+ default page|"
                          r"welcome to nginx|iis windows server"),
    "login": re.compile(r"^(?:dang nhap|log in|login|sign in)\b"),
}  # fmt: skip
_MARKS = str.maketrans("", "", "".join(map(chr, range(0x300, 0x370))))


def blocked(page: Page) -> str | None:
    """Why a page that answered 200 is not the portal's own (`challenge`, `parking`, `login`), or None."""
    if any(page.index.by_id.get(name) for name in _CHALLENGE_IDS):
        return "challenge"
    titles = page.index.by_tag["title"]
    title = _plain(titles[0].text_content()) if titles else ""
    for reason, pattern in _TITLES.items():
        if pattern.search(title) and len(page.tree.text_content()) < MAX_CHALLENGE_CHARS:
            return reason
    return None


def _plain(text: str) -> str:
    """Folded and without diacritics: what such pages print comes with and without."""
    import unicodedata

    return unicodedata.normalize("NFD", fold(one_line(text))).translate(_MARKS).replace("đ", "d")
