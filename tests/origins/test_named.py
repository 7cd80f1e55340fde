"""What `-a origin=… -a captures=… -a since=… -a until=…` mean."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import SAMPLE
from scrapy.settings import Settings

from crawler.errors import BadArgument
from crawler.origins.copies import stamp_time
from crawler.origins.named import first_moment, origin_of
from crawler.origins.warc import WarcOrigin

SETTINGS = Settings()
SETTINGS.setmodule("crawler.settings")
SETTINGS.set("CONTACT", "https://luutin.example/bot")


def named(**arguments: str) -> str:
    origin = origin_of(SETTINGS, arguments)
    assert not arguments
    asyncio.run(origin.close())
    return origin.name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("live", "live"),
        (str(SAMPLE), "wacz:sample.wacz"),
        (f"wacz:{SAMPLE}", "wacz:sample.wacz"),
        (str(SAMPLE.parent), "warc:sample"),
        (f"{SAMPLE.parent}/*.wacz", "wacz:*.wacz"),
        ("wayback", "wayback:web.archive.org"),
        ("wayback:https://luutru.example/cdx,https://luutru.example/xem", "wayback:luutru.example"),
        ("wayback:http://127.0.0.1:8080/tin/cdx", "wayback:127.0.0.1:8080"),
        ("commoncrawl", "commoncrawl:data.commoncrawl.org"),
        ("commoncrawl:https://a.example/idx,https://b.example/", "commoncrawl:b.example"),
        (f"commoncrawl:{SAMPLE.parent}", "commoncrawl:sample"),
    ],
)
def test_each_form_of_an_origin(said: str, name: str) -> None:
    assert named(origin=said) == name


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"origin": "wayback:https://luutru.example/x"}, "name the CDX server and, after a comma"),
        ({"origin": "wayback:luutru.example/cdx"}, "is no URL"),
        ({"origin": "wayback:https://a.example/cdx,https://b.example/,https://c.example/"}, "at most two"),
        ({"origin": "khong-co.wacz"}, "no such file"),
        ({"origin": str(SAMPLE), "captures": "some"}, "newest"),
        ({"origin": "live", "since": "2024"}, "need an archive"),
        ({"origin": str(SAMPLE), "since": "hom-qua"}, "2024-06-30"),
        ({"origin": str(SAMPLE), "since": "2024-02-30"}, "is no date"),
        ({"origin": str(SAMPLE), "since": "2025", "until": "2024"}, "ends before it begins"),
    ],
)
def test_what_makes_no_sense_is_named(arguments: dict[str, str], words: str) -> None:
    with pytest.raises(BadArgument, match=words):
        named(**arguments)


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="in this folder"):
        named(origin=str(tmp_path))


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2024", (2024, 1, 1), (2025, 1, 1)),
        ("2024-02", (2024, 2, 1), (2024, 3, 1)),
        ("2024-12", (2024, 12, 1), (2025, 1, 1)),
        ("2024-02-29", (2024, 2, 29), (2024, 3, 1)),
    ],
)
def test_dates_mean_whole_years_months_and_days(
    text: str, first: tuple[int, int, int], after: tuple[int, int, int]
) -> None:
    assert first_moment("since", text) == datetime(*first, tzinfo=UTC)
    assert first_moment("until", text, after=True) == datetime(*after, tzinfo=UTC)


def test_bounds_choose_among_captures() -> None:
    first, second = WarcOrigin(SAMPLE, every_version=True).times("https://sokhdt.tanson.example/")
    assert WarcOrigin(SAMPLE, until=second).times("https://sokhdt.tanson.example/") == [first]
    assert WarcOrigin(SAMPLE, since=second).times("https://sokhdt.tanson.example/") == [second]


def test_short_stamps_mean_their_beginning() -> None:
    assert stamp_time("201903") == datetime(2019, 3, 1, tzinfo=UTC)
