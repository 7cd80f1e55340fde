"""ASP.NET WebForms portals with `__doPostBack` pagers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.parse.layout import Layout
from crawler.platforms.base import Platform
from crawler.platforms.marks import Marks

if TYPE_CHECKING:
    from crawler.platforms.marks import Traces

_NO_ARTICLE = re.compile(
    r"\.(?:axd|ashx|asmx)\b|/(?:login|dang-?nhap|dang-?ky|register|rss\w*|print\w*|in-?trang|in-?tin|so-?do\w*|sitemap|"
    r"lien-?he|hoi-?dap|search|tim-?kiem)\.aspx",
    re.IGNORECASE,
)


class WebForms(Platform):
    """ASP.NET WebForms portals of many makers; ids carry the names of the controls around an element, so ends count."""

    name = "webforms"
    marks = Marks(selectors=("form#aspnetForm", "input#__EVENTTARGET"))
    article_url = r"/(?:chi-?tiet\w*|\w*-?chi-?tiet|\w*details?|view-?news|xem-?tin)\.aspx\?(?:.*&)?\w*id\w*="
    listing_url = r"/(?:danh-?sach|chuyen-?muc|chuyen-?de|news-?list|\w*categor)[\w-]*\.aspx"
    layouts = (
        Layout(
            name="webforms",
            # The control that shows an article; lists of links use the same names for their own labels.
            title=(
                "h1 [id$=lblTieuDe]",
                "h1[id$=lblTieuDe]",
                "[id*=etail][id$=lblTieuDe]",
                "[id*=etail][id$=lblTitle]",
            ),
            published=("[id$=lblNgayDang]", "[id$=lblPostedDate]", ".de-newsCent span[id*=DateTime]"),
            lead=("[id$=lblTomTat]", ".de-sumcontent"),
            body=("[id$=lblNoiDung]", "div.contentView"),
            byline=("[id$=lblTacGia]", "[id$=lblAuthor]"),
            drop=("[id$=pnlTinLienQuan]", "[id$=pnlTinKhac]", "div.contentView > h1", "div.contentView > div.date"),
        ),
        Layout(name="webforms-document", title=("[id$=lblTrichYeu]",), published=("[id$=lblNgayDang]",)),
    )

    def detects(self, traces: Traces) -> bool:
        """View state and a form that is posted back: view state alone is left on pages of other makers' engines."""
        return "__VIEWSTATE" in traces.page.index.by_id and super().detects(traces)

    def refuses(self, url: str) -> bool:
        return super().refuses(url) or bool(_NO_ARTICLE.search(url))
