"""A whole crawl of a host that does all that old and hostile hosts do: it ends, finds what there is, and says why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from conftest import CommandLine
from hostile_pages import DISALLOWED, PER_PAGE
from hostile_portal import HostilePortal

ARTICLES = 130


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HostilePortal, CommandLine]]:
    """The portal after one crawl, and the command line that made it."""
    luutin = CommandLine(tmp_path_factory.mktemp("hostile") / "output")
    with HostilePortal(ARTICLES) as portal:
        assert luutin("crawl", "portal", "-a", f"url={portal.url}", "-s", "DOWNLOAD_DELAY=0").code == 0
        yield portal, luutin


Walked = tuple[HostilePortal, CommandLine]


def originals(walked: Walked) -> list[dict[str, Any]]:
    portal, luutin = walked
    return [line for line in luutin.versions(portal.name) if not line["duplicate_of"]]


def test_all_that_can_be_read_is_found_and_nothing_else(walked: Walked) -> None:
    titles = [line["title"] for line in originals(walked)]
    assert sorted(titles) == sorted(story.title for story in walked[0].reachable)
    dates = {story.title: f"{story.at:%Y-%m-%dT%H:%M}" for story in walked[0].reachable}
    assert all(line["published_at"].startswith(dates[line["title"]]) for line in originals(walked))


def test_it_takes_few_requests(walked: Walked) -> None:
    portal, _ = walked
    assert len(portal.asked) <= 3 * len(portal.reachable)
    assert len(portal.asked) == len(set(portal.asked)) + portal.traps["busy"] // 2 + portal.traps["broken"] - 1


def test_no_disallowed_page_is_asked_for_and_nothing_by_head(walked: Walked) -> None:
    portal, _ = walked
    assert not [path for path in portal.asked if path.startswith(DISALLOWED)]
    assert portal.traps["head"] == 0


def test_no_view_of_a_page_is_asked_for_beside_the_page(walked: Walked) -> None:
    traps = walked[0].traps
    assert not any(traps[name] for name in ("print", "tmpl", "skin", "theme", "replytocom", "share", "amp"))


def test_what_has_no_end_is_left_soon(walked: Walked) -> None:
    traps = walked[0].traps
    assert traps["calendar"] + traps["tag"] + traps["search"] + traps["deep"] <= ARTICLES
    assert traps["beyond"] <= 2 * PER_PAGE
    assert traps["redirect-steps"] <= 12


def test_addresses_carry_nothing_that_tells_no_pages_apart(walked: Walked) -> None:
    urls = [line["url"] for line in originals(walked)]
    assert not [url for url in urls if any(mark in url for mark in ("r=0.", "_=", "ts=", "sid=", "jsessionid"))]
    assert len({url.split("/s/")[1].split("/")[0] for url in urls if "/s/" in url}) <= 2


@pytest.mark.parametrize(
    "reason",
    ["challenge", "parking", "soft-404", "fruitless-shape", "repeated-pages", "repeating-path", "other-address",
     "redirect-home", "redirect-loop", "redirect-offsite", "meta-refresh", "robots", "same-list"],
)  # fmt: skip
def test_what_was_left_out_is_counted(walked: Walked, reason: str) -> None:
    reasons = walked[1].report()["reasons"]
    assert any(reasons.get(f"{outcome}:{reason}") for outcome in ("skipped", "failed"))


def test_every_page_is_counted(walked: Walked) -> None:
    report = walked[1].report()
    assert report["reasons"]["failed:http-500"] == 1
    assert report["finished"] == "finished"
