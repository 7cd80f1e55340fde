"""What robots.txt says, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from crawler.manners.robots import LEAST_SECONDS, MAX_BYTES, MAX_SECONDS, lifetime, read_robots
from crawler.manners.waiting import again, retry_after

SITE = "https://so.tinhthu.example"
OURS = (
    "User-agent: *\nDisallow: /\nCrawl-delay: 9\n\nUser-agent: LuuTin\nDisallow: /quan-tri/\nAllow: /quan-tri/tin\n"
    "Crawl-delay: 2.5\n\nSitemap: https://so.tinhthu.example/a.xml\nSitemap: https://so.tinhthu.example/a.xml\n"
)


def test_the_group_that_names_us_is_ours_alone() -> None:
    rules = read_robots(OURS.encode())
    assert rules.allows(f"{SITE}/tin-tuc/")
    assert not rules.allows(f"{SITE}/quan-tri/")
    assert rules.allows(f"{SITE}/quan-tri/tin?id=1")  # the longer rule wins
    assert rules.delay == 2.5
    assert rules.sitemaps == [f"{SITE}/a.xml"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_charsets_and_line_ends_do_not_matter(encoding: str, end: str) -> None:
    text = f"User-agent: *{end}# của tỉnh{end}Disallow: /mat/{end}"
    rules = read_robots(text.encode(encoding, "replace"))
    assert not rules.allows(f"{SITE}/mat/1")
    assert rules.allows(f"{SITE}/tin/1")


@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html><html>Disallow: /</html>", b"\n\n  <html>", b"\xef\xbb\xbf<?xml version='1.0'?>", b""]
)
def test_a_page_in_its_place_has_no_rules(page: bytes) -> None:
    rules = read_robots(page)
    assert rules.allows(f"{SITE}/")
    assert rules.delay == 0


def test_half_a_mebibyte_is_read_and_a_bound_is_kept() -> None:
    rule = b"Disallow: /x/%07d\n"
    lines = b"User-agent: *\n" + b"".join(rule % n for n in range(30_000))
    assert 500 * 1024 < len(lines) < MAX_BYTES
    assert not read_robots(lines + b"Disallow: /cuoi/\n").allows(f"{SITE}/cuoi/")
    endless = lines * 3
    assert read_robots(endless + b"User-agent: *\nDisallow: /cuoi/\n").allows(f"{SITE}/cuoi/")


@pytest.mark.parametrize(
    ("line", "delay"),
    [
        ("Crawl-delay: 3", 3),
        ("crawl-delay:0.5", 0.5),
        ("Crawl-delay: nhanh", 0),
        ("Crawl-delay: -1", 0),
        ("Crawl-delay: nan", 0),
        ("Request-rate: 1/10s", 10),
        ("Request-rate: 30/1m", 2),
        ("Crawl-delay: 5\nRequest-rate: 1/2s", 5),
    ],
)
def test_the_pause_it_asks_for(line: str, delay: float) -> None:
    assert read_robots(f"User-agent: *\n{line}\n".encode()).delay == delay


AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DATED = {"date": format_datetime(AT, usegmt=True)}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, MAX_SECONDS),
        ({"cache-control": "public, max-age=3600"}, 3_600),
        ({"cache-control": "max-age=31536000"}, MAX_SECONDS),
        ({"cache-control": "no-cache, must-revalidate"}, LEAST_SECONDS),
        ({"cache-control": "max-age=0"}, LEAST_SECONDS),
        ({"cache-control": "private", **DATED, "expires": format_datetime(AT + timedelta(hours=2))}, 7_200),
        ({"cache-control": "max-age=600", **DATED, "expires": format_datetime(AT + timedelta(hours=2))}, 600),
        ({"expires": "0"}, LEAST_SECONDS),
        ({**DATED, "expires": format_datetime(AT - timedelta(days=900))}, LEAST_SECONDS),
    ],
)
def test_it_holds_as_long_as_it_may_be_cached_and_a_day_at_most(headers: dict[str, str], seconds: float) -> None:
    assert lifetime(headers) == seconds


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("120", 120), (" 7 ", 7), ("0", 0), ("", None), (None, None), ("-5", None), ("soon", None), ("٣", None)],
)
def test_retry_after_in_seconds(said: str | None, seconds: float | None) -> None:
    assert retry_after(said) == seconds


@pytest.mark.parametrize("form", ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"])
def test_retry_after_as_each_date_of_http(form: str) -> None:
    told = retry_after(f"{datetime.now(UTC) + timedelta(seconds=90):{form}}")
    assert told is not None
    assert 88 <= told <= 90
    assert retry_after(f"{datetime.now(UTC) - timedelta(days=1):{form}}") == 0


def test_who_ends_early_says_when_to_come_back() -> None:
    assert f"after {datetime.now(UTC) + timedelta(hours=2):%Y-%m-%d}" in again(7_200)
    assert "later" in again()
