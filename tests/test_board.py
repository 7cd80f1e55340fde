"""What is shown of many crawls: a table while they run, one when they have ended."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import pytest
from rich.console import Console

from crawler import board
from crawler.board import TimedBoard, table
from crawler.many import Many, Result, worst

ENDED = Result("so_thu", "http://so.tinhthu.example/", 0, pages=20, seconds=21.4, outcomes={"article": 15, "failed": 1})
FAILED = Result(
    "so_kia", "http://so.tinhkia.example/", 1, "http://so.tinhkia.example/ cannot be had: dns. Is it right?"
)


class Running:
    """A crawl under way."""

    def __init__(self, key: str, pages: int, where: str = "", **outcomes: int) -> None:
        self.key = key
        self.where = where
        self._state = pages, Counter(outcomes)

    def progress(self) -> tuple[int, Mapping[str, int]]:
        return self._state


class Crawls:
    """What a board sees of `Many`."""

    def __init__(self) -> None:
        self.results = [ENDED, FAILED]
        self.running: dict[int, Any] = {
            1: Running("bao_nay", 7, article=3),
            2: Running("bao_no", 9, article=2, version=1),
        }
        self.on_end: Callable[[], None] = lambda: None


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield loop
    asyncio.set_event_loop(None)
    loop.close()


def test_where_nobody_looks_on_there_is_a_line_now_and_then(
    loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(board, "LINE_SECONDS", 0.0)
    crawls = Crawls()
    TimedBoard(cast("Many", crawls), total=9)
    loop.run_until_complete(asyncio.sleep(0))
    loop.run_until_complete(asyncio.sleep(0))
    crawls.running.clear()
    crawls.on_end()
    shown = capsys.readouterr().err.splitlines()
    assert shown[0].startswith("2 of 9 portals, 2 running: 36 pages (")
    assert shown[0].endswith("; article 20, version 1, failed 1")
    loop.run_until_complete(asyncio.sleep(0))
    assert not capsys.readouterr().err


def test_on_a_terminal_those_under_way_are_shown_as_far_as_it_reaches(loop: asyncio.AbstractEventLoop) -> None:
    shown = TimedBoard(cast("Many", Crawls()), total=9)
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(shown._table(1))
    text = console.export_text()
    assert "bao_no" in text
    assert "and 1 more" in text
    assert "bao_nay" not in text
    shown.close()


def test_at_the_end_each_has_its_line_and_all_have_one() -> None:
    heading, first, second, total = table([ENDED, FAILED])
    assert heading.split()[:5] == ["portal", "new", "changed", "unchanged", "gone"]
    assert first.split() == ["so_thu", "15", "0", "0", "0", "0", "0", "1", "21", "0"]
    assert second.endswith("1  http://so.tinhkia.example/ cannot be had: dns")
    assert total.split() == ["2", "portals", "15", "0", "0", "0", "0", "0", "1"]


@pytest.mark.parametrize(("codes", "code"), [([], 0), ([0, 3, 0], 3), ([3, 4, 0], 4), ([4, 1, 3], 1), ([1, 2], 2)])
def test_the_worst_exit_code_counts(codes: list[int], code: int) -> None:
    assert worst(Result("so_thu", "http://so.tinhthu.example/", one) for one in codes) == code
