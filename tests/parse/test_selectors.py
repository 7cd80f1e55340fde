"""Selectors answered from the index find what walking the tree finds."""

import pytest
from cssselect import HTMLTranslator

from crawler.parse.page import Page, read_page
from crawler.parse.selectors import Selector

HTML = """
<div id="ctl00_g_1a_pnHide" class="tin-moi tandan-box"><span>14/09/2023</span><p>Một</p></div>
<div id="ctl00_g_2b_pnHideMore" class="tandan"><span>15/09/2023</span></div>
<div id=""><p id="pnHide">Hai</p></div>
<section id="ctl00_g_3c_pnNguontin"><p class="a b">Ba</p><div><p>Bốn</p></div></section>
<div id="ctl00_g_1a_pnHide" class="tandan-box">Lại</div>
<p itemprop="datePublished dateModified" class="x">Năm</p><p itemprop="dateModified">Sáu</p>
"""


@pytest.fixture(scope="module")
def page() -> Page:
    return read_page(HTML.encode(), "https://so.example/tin", {"content-type": "text/html; charset=utf-8"})


@pytest.mark.parametrize(
    "css",
    [
        "[id$=pnHide]",
        "[id$=pnHide] span",
        "div[id$=_pnHide]",
        "p[id$=pnHide]",
        "[id^=ctl00]",
        "[id*=pnHide] > span",
        "[id$=pnNguontin] p",
        "[id$=pnNguontin] > p",
        "[id=pnHide]",
        "[id|=ctl00_g_1a_pnHide]",
        "[id]",
        "[id] p",
        '[id$=""]',
        "[class*=tandan-]",
        "[class*=tandan]",
        "[class~=tin-moi]",
        '[class^="tin-moi"]',
        '[class$="box"]',
        '[class*="a b"]',
        '[class="a b"]',
        "[itemprop~=dateModified]",
        "[itemprop=dateModified]",
        "[itemprop*=Published]",
        "section[id*=_g_] p.a",
        "[id$=nothing]",
    ],
)
def test_as_by_walking_the_tree(css: str, page: Page) -> None:
    walked = page.tree.xpath(HTMLTranslator().css_to_xpath(css))
    assert Selector(css).find(page.index) == walked
