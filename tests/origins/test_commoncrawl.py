"""Common Crawl as an origin: its indexes, and captures by byte range from a server or a folder."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from archive_server import CRAWL, DATA, ArchiveServer, Said, cc_fields, warc_of
from conftest import SAMPLE
from patience import DEFAULTS, Clock
from scrapy import Request
from scrapy.settings import Settings
from surt import surt

from crawler.errors import BadArgument, CopyLost, NotAnswered, NotCaptured
from crawler.origins.commoncrawl import CommonCrawlOrigin
from crawler.origins.copies import Choice
from crawler.origins.polite import Polite
from crawler.origins.warc import WarcOrigin

HOST = "sokhdt.tanson.example"
HOME = f"https://{HOST}/"
SETTINGS = Settings({**DEFAULTS, "ARCHIVE_DELAY": 1, "ARCHIVE_INDEX_DELAY": 1})
T = TypeVar("T")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ArchiveServer]:
    with ArchiveServer(warc_of(SAMPLE, tmp_path)) as server:
        yield server


def harvest(
    act: Callable[[CommonCrawlOrigin], Coroutine[None, None, T]], index: str, data: str, choice: Choice | None = None
) -> T:
    clock = Clock()

    async def run() -> T:
        client = Polite(SETTINGS, sleep=clock.sleep, clock=lambda: clock.now)
        origin = CommonCrawlOrigin(SETTINGS, choice or Choice(), index, data, client)
        try:
            return await act(origin)
        finally:
            await origin.close()

    return asyncio.run(run())


async def bodies(origin: CommonCrawlOrigin) -> dict[str, bytes]:
    await origin.discover({HOST})
    return {url: (await origin.fetch(Request(url))).response for url in origin.captured_urls()}


def expected() -> dict[str, bytes]:
    origin = WarcOrigin(SAMPLE)
    return {url: asyncio.run(origin.fetch(Request(url))).response for url in origin.captured_urls()}


def test_index_and_ranges_from_a_server(server: ArchiveServer) -> None:
    assert harvest(bodies, f"{server.url}cc/", server.url) == expected()
    crawls = [path for path in server.asked if "showNumPages" in path]
    assert ["2013-20" in path for path in crawls] == [True, False]  # the oldest crawl first


def test_the_index_of_one_crawl_may_be_named(server: ArchiveServer) -> None:
    assert harvest(bodies, f"{server.url}cc/{CRAWL}-index", server.url) == expected()
    assert not [path for path in server.asked if "collinfo" in path]


def test_crawls_outside_the_bounds_are_not_asked(server: ArchiveServer) -> None:
    choice = Choice(since=datetime(2025, 1, 1, tzinfo=UTC))
    harvest(bodies, f"{server.url}cc/", server.url, choice)
    assert not [path for path in server.asked if "2013-20" in path]


def mirror(server: ArchiveServer, folder: Path) -> Path:
    """A folder laid out as Common Crawl's, with captures of another host before and behind."""
    (folder / DATA).parent.mkdir(parents=True)
    (folder / DATA).write_bytes(server.warc)
    rows = [f"{surt(held.url)} {held.stamp} {json.dumps(cc_fields(held))}\n" for held in server.held]
    others = [rows[0].replace("example,tanson,sokhdt)", key) for key in ("example,a)", "example,tanson,sokhdt2)")]
    index = folder / "cc-index" / "collections" / CRAWL / "indexes" / "cdx-00000.gz"
    index.parent.mkdir(parents=True)
    lines = sorted([*rows, *others])
    index.write_bytes(b"".join(gzip.compress("".join(lines[n : n + 9]).encode()) for n in range(0, len(lines), 9)))
    return folder


def test_both_from_a_folder(server: ArchiveServer, tmp_path: Path) -> None:
    folder = mirror(server, tmp_path / "mirror")
    assert harvest(bodies, str(folder), str(folder)) == expected()
    assert harvest(bodies, f"{server.url}cc/", str(folder)) == expected()
    assert not [path for path in server.asked if path.startswith("/crawl-data")]


def test_an_index_cannot_lead_out_of_the_folder(server: ArchiveServer, tmp_path: Path) -> None:
    folder = mirror(server, tmp_path / "mirror")
    index = next(folder.glob("cc-index/**/cdx-*.gz"))
    index.write_bytes(
        gzip.compress(gzip.decompress(index.read_bytes()).replace(DATA.encode(), b"../archive/data.warc.gz"))
    )
    with pytest.raises(NotCaptured, match="which is not there"):
        harvest(bodies, str(folder), str(folder))


def test_what_is_amiss_is_named(server: ArchiveServer, tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="neither a URL nor a folder"):
        harvest(bodies, str(tmp_path / "fehlt"), server.url)
    with pytest.raises(BadArgument, match="holds no index"):
        harvest(bodies, str(tmp_path), server.url)
    with pytest.raises(NotAnswered, match="holds no capture"):
        harvest(bodies, f"{server.url}cc/", server.url, Choice(until=datetime(2001, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        (Said(200, body=b"whole file"), CopyLost, "does not give ranges"),
        (Said(404), NotCaptured, "not there"),
        (Said(206, body=b"short"), CopyLost, "5 bytes instead of"),
        (Said(503), CopyLost, "HTTP 503"),
    ],
)
def test_a_range_that_does_not_come(server: ArchiveServer, said: Said, error: type[Exception], words: str) -> None:
    server.before = lambda path: said if path.startswith("/crawl-data") else None
    with pytest.raises(error, match=words):
        harvest(bodies, f"{server.url}cc/", server.url)


def test_a_busy_index_is_asked_again(server: ArchiveServer) -> None:
    answers = iter([Said(503), Said(200, body=b"<html>SlowDown"), Said(200, body=b"")])
    server.before = lambda _: next(answers, None)
    assert harvest(bodies, f"{server.url}cc/", server.url) == expected()
