"""Crawls as tasks of an engine: leased to one worker at a time, and asked again after a worker or its asker died."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from conftest import CommandLine
from small_portals import SmallPortal, SmallPortals
from test_crawlall import articles, results

from crawler import leased
from crawler.errors import LeasedElsewhere
from crawler.leased import Keeper, Terms, answer, names_of, portal_lease, stop_name
from crawler.manners.keeping import Manners
from crawler.manners.pace import Limits, Pace
from crawler.roster import Entry
from crawler.tasks import Order, crawl
from pipelines.archive.lease import Lease, read_slip
from pipelines.archive.shelf import FolderShelf
from pipelines.errors import LeaseLost

SECONDS = 3.0
"""Of a lease that is waited for: the machine may be busy."""
LEASE_SECONDS = 10.0
LEASE = ("-s", f"LEASE_SECONDS={LEASE_SECONDS}")
ENTRY = Entry("so_thu", {}, "so_thu", "https://so.tinhthu.example/", frozenset({"so.tinhthu.example"}))


@pytest.fixture
def portals() -> Iterator[SmallPortals]:
    with SmallPortals() as portals:
        yield portals


@pytest.fixture
def terms(tmp_path: Path) -> Terms:
    return Terms(str(tmp_path / "leases"), "run-1", SECONDS)


def order(portal: SmallPortal, folder: Path, terms: Terms) -> Order:
    words = ("crawlall", portal.url, "--jobs", "1", "--json")
    return Order(portal.name, portal.url, words, str(folder / "parts" / portal.name), terms, "https://luutin.example/")


@pytest.mark.no_cover
def test_each_is_crawled_into_a_folder_of_its_own_and_all_are_one_archive(
    luutin: CommandLine, portals: SmallPortals, tmp_path: Path
) -> None:
    good = [portals.add(articles=3) for _ in range(3)]
    bad = portals.add("challenge")
    done = luutin("crawlall", *(portal.url for portal in portals.portals), "--engine", "processes:3", "--json", *LEASE)
    assert done.code == 4, done.err
    got = results(done.out)
    assert [got[portal.name]["exit_code"] for portal in good] == [0, 0, 0]
    assert "challenge" in got[bad.name]["why"]
    assert all(portal.at_once == 1 for portal in portals.portals)
    parts = sorted(path for path in luutin.output.glob("parts/*") if path.is_dir())
    assert [path.name for path in parts] == sorted(portal.name for portal in portals.portals)
    whole = CommandLine(tmp_path / "whole")
    assert whole("merge", *map(str, parts)).code == 0
    assert len(articles(whole.output)) == 9
    assert sum(line["duplicate_of"] is not None for line in articles(whole.output)) == 2


@pytest.mark.no_cover
def test_who_asked_is_killed_and_with_it_its_crawls_and_the_next_run_goes_on(
    luutin: CommandLine, portals: SmallPortals
) -> None:
    portal = portals.add(articles=6)
    met = threading.Event()
    portal.on_request = lambda path: met.set() if path == "/tin?id=3" else None
    process = luutin.popen("crawlall", portal.url, "--engine", "processes:1", *LEASE)
    assert met.wait(120)
    process.kill()
    process.communicate(timeout=60)
    again = luutin("crawlall", portal.url, "--engine", "processes:1", "--json", *LEASE)
    assert again.code == 0, again.err
    assert len(articles(luutin.output / "parts" / portal.name)) == 6
    assert portal.at_once == 1
    pages = [path for path in portal.asked if path.startswith("/tin")]
    assert len(pages) <= 7  # the one in flight is asked for again


@pytest.mark.no_cover
def test_a_task_that_is_asked_again_answers_at_once(portals: SmallPortals, tmp_path: Path, terms: Terms) -> None:
    portal = portals.add(articles=3)
    terms = Terms(terms.leases, "run-1", LEASE_SECONDS)
    with ThreadPoolExecutor(2) as pool:  # as after a scheduler that forgot that one worker is at it
        first, second = pool.map(crawl, [order(portal, tmp_path, terms)] * 2)
    assert first == second
    assert (first.exit_code, first.outcomes["article"]) == (0, 3)
    assert portal.at_once == 1
    asked = len(portal.asked)
    assert len(set(portal.asked)) == asked
    assert crawl(order(portal, tmp_path, terms)) == first
    assert len(portal.asked) == asked
    other = crawl(order(portal, tmp_path, Terms(terms.leases, "run-2", LEASE_SECONDS)))
    assert other.run != first.run


@pytest.mark.no_cover
def test_interrupted_the_crawls_under_way_end_in_order(luutin: CommandLine, portals: SmallPortals) -> None:
    portal, waiting = portals.add(articles=6, crawl_delay=0.5), portals.add(articles=3)
    met = threading.Event()
    portal.on_request = lambda path: met.set() if path == "/tin?id=1" else None
    process = luutin.popen("crawlall", portal.url, waiting.url, "--engine", "processes:1", "--json", *LEASE)
    assert met.wait(120)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1, err
    assert "Traceback" not in err
    got = results(out)
    assert (got[portal.name]["why"], got[waiting.name]["why"]) == ("interrupted", "not begun: interrupted")
    assert not waiting.asked


class TestKeeper:
    @pytest.fixture(autouse=True)
    def ended(self) -> Iterator[None]:
        """No keeper outlives its test: it would end the process, as it should."""
        self.made: list[Keeper] = []
        yield
        for keeper in self.made:
            keeper._ended.set()

    def keeper(self, terms: Terms, lost: Callable[[LeaseLost], None] | None = None) -> Keeper:
        keeper = Keeper(terms, ENTRY, lost)
        self.made.append(keeper)
        return keeper

    def test_it_holds_portal_and_servers_and_says_how_far_it_is(self, terms: Terms) -> None:
        keeper = self.keeper(terms)
        keeper.progress = lambda: {"pages": 7}
        shelf = FolderShelf(Path(terms.leases))
        assert keeper.take() is None
        assert names_of(ENTRY) == ["portal so_thu", "server so.tinhthu.example"]
        seen = threading.Event()
        for _ in range(100):
            found = shelf.latest(portal_lease("so_thu"))
            assert found
            if read_slip(found[1]).said == {"run": "run-1", "pages": 7}:
                break
            seen.wait(SECONDS / 10)
        else:
            pytest.fail("it was never renewed")
        keeper.rest = lambda: 4.0
        keeper.release({"portal": "so_thu"})
        assert answer(shelf, "so_thu", "run-1") == {"portal": "so_thu"}
        assert answer(shelf, "so_thu", "run-2") is None
        after = self.keeper(Terms(terms.leases, "run-2", SECONDS))
        assert after.take() is None
        assert 3 < after.rest_left <= 4
        after.release({})

    def test_another_of_the_same_run_waits_and_hears_what_came_of_it(self, terms: Terms) -> None:
        first, second = self.keeper(terms), self.keeper(terms)
        assert first.take() is None
        heard: list[Any] = []
        thread = threading.Thread(target=lambda: heard.append(second.take()))
        thread.start()
        first.release({"pages": 3})
        thread.join(60)
        assert heard == [{"pages": 3}]
        assert self.keeper(Terms(terms.leases, "run-2", SECONDS)).take() is None  # it has let go of all

    def test_one_of_another_run_is_not_waited_for_for_ever(self, terms: Terms, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(leased, "ALIVE", 0.5)
        first = self.keeper(terms)
        assert first.take() is None
        with pytest.raises(LeasedElsewhere, match="is at work there, for another run"):
            self.keeper(Terms(terms.leases, "run-2", SECONDS)).take()
        first.release({})

    def test_what_was_lost_ends_the_process_before_the_next_request(self, terms: Terms) -> None:
        lost: list[LeaseLost] = []
        keeper = self.keeper(terms, lost.append)
        assert keeper.take() is None
        keeper.check()
        assert not lost
        shelf = FolderShelf(Path(terms.leases))
        found = shelf.latest("server so.tinhthu.example")
        assert found
        assert shelf.create("server so.tinhthu.example", found[0] + 1, b"{}")  # taken over
        for _ in range(100):
            if lost:
                break
            threading.Event().wait(SECONDS / 10)
        keeper.check()
        assert len(lost) >= 2
        assert "has it" in str(lost[0])

    def test_it_dies_by_itself_where_storage_no_longer_answers(
        self, terms: Terms, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        died = threading.Event()
        keeper = self.keeper(terms, lambda _: died.set())
        assert keeper.take() is None

        def gone(name: str) -> None:
            raise OSError("no such device")

        monkeypatch.setattr(keeper._shelf, "latest", gone)
        assert died.wait(60)

    def test_a_run_that_stops_tells_its_crawls(self, terms: Terms) -> None:
        told = threading.Event()
        before = signal.signal(signal.SIGTERM, lambda *_: told.set())
        try:
            keeper = self.keeper(terms)
            assert keeper.take() is None
            assert FolderShelf(Path(terms.leases)).create(stop_name("run-1"), 1, b"{}")
            for _ in range(100):
                if told.is_set():
                    break
                time.sleep(0)  # a signal is handled between two steps of this thread
                threading.Event().wait(SECONDS / 10)
            assert told.is_set()
            keeper.release({})
        finally:
            signal.signal(signal.SIGTERM, before)


def test_the_first_request_comes_a_delay_after_whoever_asked_last() -> None:
    now = [100.0]
    pace = Pace(Limits(delay=2.0, jitter=0.0), clock=lambda: now[0])
    pace.leave_alone(0.5)
    assert pace.wait() == 2.0
    pace = Pace(Limits(delay=2.0, jitter=0.0), clock=lambda: now[0])
    pace.leave_alone(30.0)
    assert (pace.wait(), pace.rest) == (30.0, 30.0)
    now[0] += 31
    assert (pace.wait(), pace.rest) == (0.0, 2.0)


def test_a_pace_begins_with_what_the_lease_says(terms: Terms, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = FolderShelf(Path(terms.leases))
    before = Lease(shelf, "server so.tinhthu.example", "before", SECONDS)
    assert before.take() == 0
    before.release(rest=20.0)
    keeper = Keeper(terms, ENTRY)
    assert keeper.take() is None
    from scrapy.utils.test import get_crawler

    with leased.keeping(keeper):
        manners = Manners(get_crawler(settings_dict={"CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 1.0}))
        assert 18 < manners.pace(ENTRY.url).wait() <= 20
        assert keeper.rest() > 18
    assert cast("Any", SimpleNamespace(current=leased.current())).current is None
    keeper.release({})
