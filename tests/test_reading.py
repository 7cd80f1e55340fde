"""What a page turns out to be does not depend on when it came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

import pytest
from made_portal import article, frame
from scrapy.http import HtmlResponse, Request

from crawler.frontier import Frontier
from crawler.parse.listing import Entry
from crawler.platforms.detect import PLATFORMS
from crawler.reading import Reading

SAMPLE, FIRST_LATER, LAST = 14, 14, 24
ABOUT = frame(
    f"<h2>Giới thiệu</h2><div><p>{'Sở có chức năng tham mưu, giúp việc về ngành trên địa bàn. ' * 6}</p></div>",
    "Giới thiệu",
)


def answer(path: str, html: str) -> HtmlResponse:
    url = f"https://tin.example/{path}"
    return HtmlResponse(url, body=html.encode(), encoding="utf-8", request=Request(url))


def page(number: int, *, dated: bool = True) -> HtmlResponse:
    html = article(number)
    return answer(f"tin?id={number}", html if dated else re.sub("Ngày đăng: [^<]*", "", html))


def about(number: int) -> HtmlResponse:
    return answer(f"gioi-thieu/{number}", ABOUT)


def read(sample: Sequence[HtmlResponse], later: Sequence[HtmlResponse]) -> tuple[list[str], dict[str, int]]:
    """The URLs of the articles of a crawl the pages come to in this order, and why others are none."""
    reading = Reading(name="so_thu", url="https://tin.example/")
    reading.family = PLATFORMS["generic"]
    for response in sample:
        assert list(reading.on_article(response, {"mark": "title:x"}, [])) == []
    reading.learn()
    articles = reading.held_until("9999~")
    for response in later:
        articles += reading.on_article(response, {"mark": "title:x"}, [])
    return sorted(one.url for one in articles), dict(reading.outcomes.reasons)


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(6))
def test_an_undated_page_is_static_or_an_article_whenever_it_comes(seed: int) -> None:
    sample = [*(page(n) for n in range(SAMPLE - 1)), about(0)]
    later = [*(page(n) for n in range(FIRST_LATER, LAST)), *(about(n) for n in range(1, 4))]
    Random(seed).shuffle(sample)
    Random(seed + 100).shuffle(later)
    articles, reasons = read(sample, later)
    assert articles == sorted(f"https://tin.example/tin?id={n}" for n in range(LAST) if n != SAMPLE - 1)
    assert reasons == {"skipped:static-page": 4}


@pytest.mark.parametrize("seed", range(3))
def test_where_the_sample_states_no_dates_undated_pages_are_articles(seed: int) -> None:
    sample = [page(n, dated=n % 3 == 0) for n in range(SAMPLE)]
    later = [page(n, dated=n % 3 == 0) for n in range(FIRST_LATER, LAST)]
    Random(seed).shuffle(sample)
    Random(seed + 100).shuffle(later)
    articles, reasons = read(sample, later)
    assert (len(articles), reasons) == (LAST, {})


def test_the_sample_is_the_same_in_whatever_order_articles_are_found() -> None:
    urls = [f"https://tin.example/tin?id={n}" for n in range(40)]
    frontiers = [Frontier(None), Frontier(None)]
    for frontier, order in zip(frontiers, (urls, urls[::-1]), strict=True):
        for url in order:
            frontier.add(Entry(url), {})
    first, second = ([found.url for found in frontier.waiting(range(40))] for frontier in frontiers)
    assert first == second
