"""When an article was published: which of several statements counts, and on whose clock."""

from __future__ import annotations

from datetime import datetime

import pytest

from crawler.parse.article import read_article
from crawler.parse.page import read_page
from pipelines.items import Article

PROSE = (
    "<p>Ủy ban nhân dân tỉnh vừa tổ chức hội nghị đánh giá kết quả phát triển kinh tế - xã hội quý I, bàn nhiệm vụ "
    "trọng tâm của quý II với sự tham dự của lãnh đạo các sở, ngành và 12 huyện, thị xã.</p>"
) * 3


def article(
    *, meta: str = "", shown: str = "", language: str = "vi", url: str = "https://tin.example/a.html"
) -> Article:
    html = (
        f"<html lang='{language}'><head>{meta}</head><body><div class='chi-tiet'><h1>Hội nghị đánh giá quý I</h1>"
        f"{shown}<div class='noi-dung'>{PROSE}</div></div></body></html>"
    )
    return read_article([read_page(html.encode(), url, {})], (), platform="generic")


def published(text: str) -> str:
    return f"<meta property='article:published_time' content='{text}'>"


@pytest.mark.parametrize(
    ("meta", "shown", "language", "expected"),
    [
        # WordPress plugins state UTC and mean it
        ("2021-03-04T01:30:00+00:00", "", "vi", "2021-03-04T08:30:00+07:00"),
        # others print the local time and call it UTC: the clock the reader sees decides
        ("2021-03-04T20:30:00Z", "<p>04/03/2021 20:30</p>", "vi", "2021-03-04T20:30:00+07:00"),
        ("2021-03-04T20:30:00Z", "<p>05/03/2021 03:30</p>", "vi", "2021-03-05T03:30:00+07:00"),
        # a page from elsewhere means its day on its own clock
        ("2021-03-04T22:30:00-05:00", "", "en", "2021-03-04T22:30:00-05:00"),
        ("2021-03-04T22:30:00Z", "", "en", "2021-03-04T22:30:00+00:00"),
        # … unless it shows another clock
        ("2021-03-05T03:30:00Z", "<p>March 4, 2021 at 10:30 p.m.</p>", "en", "2021-03-04T22:30:00-05:00"),
        (
            "2021-03-05T03:30:00Z",
            "<time datetime='2021-03-05T03:30:00Z'>Mar. 4, 2021 10:30 pm EST</time>",
            "en",
            "2021-03-04T22:30:00-05:00",
        ),
        ("2021-03-05T03:30:00Z", "<time datetime='2021-03-04 22:30'></time>", "en", "2021-03-04T22:30:00-05:00"),
        # no clock of the world is 25 hours away, none differs by 7 minutes: that is another moment
        ("2021-03-05T03:30:00Z", "<p>March 4, 2021 at 2:30 a.m.</p>", "en", "2021-03-05T03:30:00+00:00"),
        ("2021-03-05T03:30:00Z", "<p>March 4, 2021 at 10:37 p.m.</p>", "en", "2021-03-05T03:30:00+00:00"),
        ("2021-03-05T13:30:00Z", "<p>March 4, 2021</p>", "en", "2021-03-05T13:30:00+00:00"),
        ("2021-03-04 22:30:00 +0700", "", "vi", "2021-03-04T22:30:00+07:00"),
        ("Thu, 04 Mar 2021 22:30:00 +0700", "", "vi", "2021-03-04T22:30:00+07:00"),
    ],
)
def test_a_moment_is_told_on_the_clock_it_is_meant_on(meta: str, shown: str, language: str, expected: str) -> None:
    found = article(meta=published(meta), shown=shown, language=language).published_at
    assert found == datetime.fromisoformat(expected)
    assert found is not None
    assert found.date() == datetime.fromisoformat(expected).date()


@pytest.mark.parametrize(
    ("path", "expected", "precision"),
    [
        ("/2021/03/04/hoi-nghi.html", "2021-03-04", "day"),
        ("/2021/mar/04/hoi-nghi", "2021-03-04", "day"),
        ("/hoi-nghi/2021/03/04", "2021-03-04", "day"),
        ("/2021/tin/04/hoi-nghi", None, None),
        ("/kinh-te/202103/hoi-nghi-abc1234/", "2021-03-01", "month"),
        ("/tin/2021/hoi-nghi.html", None, None),
        ("/tin/123456/hoi-nghi.html", None, None),
    ],
)
def test_a_url_tells_the_date_only_where_the_page_is_silent(
    path: str, expected: str | None, precision: str | None
) -> None:
    silent = article(url=f"https://tin.example{path}")
    assert (silent.published_at and silent.published_at.date().isoformat()) == expected
    assert silent.published_precision == precision
    spoken = article(url=f"https://tin.example{path}", shown="<p>09:15, 07/05/2022</p>")
    assert spoken.published_at == datetime.fromisoformat("2022-05-07T09:15:00+07:00")


CARD = (
    "<div class='the'><a href='/khac.html'>Tập huấn kỹ thuật chăm sóc chè cho nông dân xã Bản Khoang</a>"
    "<time datetime='2024-02-17T08:00:00+07:00'>2 giờ trước</time></div>"
)


@pytest.mark.parametrize(
    "times",
    [
        "<time>07/01/2021 15:30</time>",
        "<div><b>Minh Châu</b> <time>07/01/2021 15:30</time></div>",
        "<div><time>07/01/2021 15:30</time> <a href='/gg'>Theo dõi Báo Bản Khoang trên Google News</a></div>",
    ],
)
def test_the_time_beside_the_headline_is_the_article_s_wherever_its_body_is(times: str) -> None:
    html = (
        "<html lang='vi'><head><title>Hội nghị đánh giá quý I</title></head><body>"
        "<div id='dau'><time>24/11/2026 10:05</time></div>"
        f"<header><h1>Hội nghị đánh giá quý I</h1>{times}</header>"
        f"<main><div><section>{PROSE}</section><section>{CARD * 3}</section></div></main></body></html>"
    )
    found = read_article([read_page(html.encode(), "https://tin.example/a.html", {})], (), platform="generic")
    assert found.published_at == datetime.fromisoformat("2021-01-07T15:30:00+07:00")


def test_the_time_on_another_article_s_card_is_not_the_article_s() -> None:
    found = article(shown=CARD)
    assert found.published_at is None
