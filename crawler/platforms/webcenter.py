"""Oracle WebCenter Portal: pages of ADF, whose URLs carry the state of a visit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from crawler.platforms.base import Platform
from crawler.platforms.marks import Marks

if TYPE_CHECKING:
    from crawler.parse.page import Page

_NO_ARTICLE = re.compile(
    r"/webcenter/(?:documentcontent|content/|intrinsics/|faces/(?:oracle|login)|adfauthentication|afr/|rss)|"
    r"[?&]_afrredirect=",
    re.IGNORECASE,
)


class WebCenter(Platform):
    """Oracle WebCenter Portal; the name of a document in its content server is the key of an article."""

    name = "webcenter"
    marks = Marks(assets=("/webcenter/",), url=r"(?i)/webcenter/portal/")
    article_url = r"/webcenter/portal/.*[?&]ddocname="

    def canonical(self, page: Page) -> str | None:
        """The page with the document alone: `_afrLoop`, `_adf.ctrl-state` and the like belong to a visit."""
        parts = urlsplit(page.url)
        names = [value for key, value in parse_qsl(parts.query) if key.lower() == "ddocname"]
        return f"{parts.scheme}://{parts.netloc}{parts.path}?dDocName={names[0]}" if names else None

    def refuses(self, url: str) -> bool:
        return super().refuses(url) or bool(_NO_ARTICLE.search(url))
