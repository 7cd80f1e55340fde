"""`luutin crawlall` as its user runs it: many portals at once, some of which fail, in one folder."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import CommandLine
from small_portals import LIST, SmallPortals

from pipelines.archive.journal import Began, journal_path, read_journal
from pipelines.archive.lock import Lock

IMPATIENT = ("-s", "DOWNLOAD_TIMEOUT=2", "-s", "RETRY_TIMES=0")
SILENCE = "http://127.0.0.1:1/"
"""Nobody listens there."""


@pytest.fixture
def portals() -> Iterator[SmallPortals]:
    with SmallPortals() as portals:
        yield portals


def results(out: str) -> dict[str, dict[str, Any]]:
    return {result["portal"]: result for result in json.loads(out)["portals"]}


def articles(folder: Path) -> list[dict[str, Any]]:
    """The last line of each article."""
    texts = [path.read_text("utf-8") for path in sorted(folder.glob("articles/*.jsonl"))]
    return list({line["id"]: line for text in texts for line in map(json.loads, text.splitlines())}.values())


def test_those_that_fail_disturb_no_other(luutin: CommandLine, portals: SmallPortals, tmp_path: Path) -> None:
    good = [portals.add(crawl_delay=0.4) for _ in range(4)]
    bad = {portals.add(kind): (code, why) for kind, code, why in (
        ("errors", 1, "http-500"), ("challenge", 4, "challenge"), ("hangs", 4, "robots.txt"),
        ("empty", 3, "articles are expected"),
    )}  # fmt: skip
    listed = portals.list_file(tmp_path / "list")
    done = luutin(
        "crawlall", SILENCE, "--file", listed, "--jobs", "9", "--json", *IMPATIENT, "-s", "DOWNLOAD_DELAY=0.2"
    )
    assert done.code == 1, done.err
    assert "Traceback" not in done.err
    got = results(done.out)
    assert list(got) == ["127_0_0_1_1", *(portal.name for portal in portals.portals)]
    assert "refused" in got["127_0_0_1_1"]["why"]
    for portal, (code, why) in bad.items():
        assert got[portal.name]["exit_code"] == code
        assert why in got[portal.name]["why"]
    for portal in good:
        outcomes = got[portal.name]["outcomes"]
        assert (got[portal.name]["exit_code"], outcomes["article"] + outcomes.get("duplicate", 0)) == (0, 6)
        assert len(portal.asked) == len(set(portal.asked))
        assert portal.at_once == 1
        waits = len(portal.times) - 1  # of 0.4 s each, with the jitter of half as much
        assert portal.times[-1] - portal.times[0] > waits * 0.2
        report = json.loads(next((luutin.output / "reports").glob(f"*-{portal.name}.json")).read_text("utf-8"))
        assert report["traffic"]["delays"] == {portal.url.split("/")[2]: 0.4}
    lines = articles(luutin.output)
    assert len(lines) == 24
    assert sum(line["duplicate_of"] is not None for line in lines) == 3  # the text they share is told once
    for portal in portals.portals:
        assert f"{portal.name}  " in done.err
    assert luutin("verify").code == 0


@pytest.mark.no_cover
def test_the_report_of_one_claims_no_cpu_time_of_all(luutin: CommandLine, portals: SmallPortals) -> None:
    names = [portals.add(articles=3).url for _ in range(2)]
    assert luutin("crawlall", *names).code == 0
    reports = [json.loads(path.read_text("utf-8")) for path in (luutin.output / "reports").glob("*.json")]
    assert [report["cpu_seconds"] for report in reports] == [None, None]
    assert luutin("crawl", "portal", "-a", f"url={names[0]}").code == 0
    assert luutin.report()["cpu_seconds"] > 0


@pytest.mark.no_cover
def test_captures_alone_give_the_same_lines_though_crawls_overlapped(
    luutin: CommandLine, portals: SmallPortals, tmp_path: Path
) -> None:
    first, second = portals.add(), portals.add()
    first_began, second_stored = threading.Event(), threading.Event()

    def at_first(path: str) -> None:
        if path == LIST:  # asked for when the start page is read
            first_began.set()
        if path == "/tin?id=0":  # the text both have
            assert second_stored.wait(60)

    def at_second(path: str) -> None:
        if path == "/":
            assert first_began.wait(60)
        if path == "/tin?id=5":  # its last: that text is stored
            second_stored.set()

    first.on_request, second.on_request = at_first, at_second
    assert luutin("crawlall", first.url, second.url).code == 0
    journals = [read_journal(journal_path(luutin.output, portal.name)) for portal in (first, second)]
    began = [next(event.at for event in journal if isinstance(event, Began)) for journal in journals]
    originals = {line["id"]: line["portal"] for line in articles(luutin.output)}
    shared = [line for line in articles(luutin.output) if line["duplicate_of"]]
    assert began[0] < began[1]
    assert [(line["portal"], originals[line["duplicate_of"]]) for line in shared] == [(first.name, second.name)]
    alone = CommandLine(tmp_path / "alone")
    shutil.copytree(luutin.output / "captures", alone.output / "captures")
    assert alone("reparse", "--workers", "2").code == 0
    for path in luutin.output.glob("articles/*.jsonl"):
        assert (alone.output / "articles" / path.name).read_bytes() == path.read_bytes()


def test_portals_of_one_host_go_one_after_the_other(luutin: CommandLine, portals: SmallPortals) -> None:
    portal, other = portals.add(articles=4), portals.add(articles=4)
    done = luutin("crawlall", portal.url, f"{portal.url}muc?id=1", other.url, portal.url, "--json")
    assert done.code == 0, done.err
    ended = json.loads(done.out)["portals"]
    assert [(one["portal"], one["url"]) for one in ended] == [
        (portal.name, portal.url), (portal.name, f"{portal.url}muc?id=1"), (other.name, other.url),
    ]  # fmt: skip
    assert portal.at_once == 1
    assert portal.asked.count("/robots.txt") == 2
    assert max(place for place, path in enumerate(portal.asked) if path == "/robots.txt") > 4
    assert len(articles(luutin.output)) == 8


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_all_end_in_order_and_no_other_begins(
    luutin: CommandLine, portals: SmallPortals, signum: signal.Signals
) -> None:
    running, waiting = [portals.add(), portals.add()], portals.add()
    process = luutin.popen("crawlall", *(portal.url for portal in portals.portals), "--jobs", "2", "--json")
    met = threading.Barrier(2, lambda: process.send_signal(signum))
    for portal in running:
        portal.on_request = lambda path: met.wait(60) if path == "/tin?id=3" else None
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1, err
    assert "Traceback" not in err
    got = results(out)
    assert [got[portal.name]["why"] for portal in running] == ["interrupted", "interrupted"]
    assert got[waiting.name]["why"] == "not begun: interrupted"
    assert not waiting.asked
    assert luutin("verify").code == 0
    for portal in running:
        portal.on_request = lambda _: None
    assert luutin("crawlall", *(portal.url for portal in portals.portals)).code == 0
    assert len(articles(luutin.output)) == 18


FAULT = """
from crawler.walking import Walking
read_listing = Walking.read_listing
def broken(self, page, *args, **kwargs):
    if self.start_url == {url!r}:
        raise RuntimeError("a fault of ours")
    return read_listing(self, page, *args, **kwargs)
Walking.read_listing = broken
"""
RESOLVER = """
import pathlib, socket, threading
resolve = socket.getaddrinfo
def getaddrinfo(host, *args, **kwargs):
    if not str(host).endswith(".example"):
        return resolve(host, *args, **kwargs)
    for _ in range(600):
        if pathlib.Path({done!r}).exists():
            break
        threading.Event().wait(0.1)
    raise socket.gaierror(-2, host)
socket.getaddrinfo = getaddrinfo
"""


def at_start(code: str, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every Python started from here on run `code` first."""
    site.mkdir()
    (site / "sitecustomize.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")]))


def test_a_fault_of_ours_on_one_portal_costs_no_other(
    luutin: CommandLine, portals: SmallPortals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = portals.add(articles=4), portals.add(articles=4)
    at_start(FAULT.format(url=bad.url), tmp_path / "site", monkeypatch)
    done = luutin("crawlall", good.url, bad.url, "--json")
    got = results(done.out)
    assert (got[good.name]["exit_code"], got[good.name]["outcomes"]["article"]) == (0, 4)
    assert got[bad.name]["exit_code"] == 3
    assert "article" not in got[bad.name]["outcomes"]
    assert f"ERROR: {bad.name}: Spider error processing" in done.err
    assert "a fault of ours" in done.err


def test_names_no_server_answers_for_hold_up_no_other(
    luutin: CommandLine, portals: SmallPortals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More of them than a default executor has threads, on a resolver that waits until the good portal is read."""
    good, done = portals.add(articles=4), tmp_path / "done"
    good.on_request = lambda path: done.touch() if path == "/tin?id=3" else None
    at_start(RESOLVER.format(done=str(done)), tmp_path / "site", monkeypatch)
    silent = [f"http://so{number}.tinhthu.example/" for number in range(40)]
    url = good.url.replace("127.0.0.1", "localhost")
    got = results(luutin("crawlall", *silent, url, "--json", "-s", "DOWNLOAD_TIMEOUT=20", "-s", "RETRY_TIMES=0").out)
    assert got.pop(good.name.replace("127_0_0_1", "localhost"))["outcomes"]["article"] == 4
    assert {result["exit_code"] for result in got.values()} == {1}


def test_killed_in_the_middle_the_next_run_ends_with_the_same_articles(
    luutin: CommandLine, portals: SmallPortals
) -> None:
    urls = [portals.add().url for _ in range(3)]
    process = luutin.popen("crawlall", *urls)
    met = threading.Barrier(3, process.kill)
    for portal in portals.portals:
        portal.on_request = lambda path: met.wait(60) if path == "/tin?id=3" else None
    process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    assert 0 < len(articles(luutin.output)) < 18
    for portal in portals.portals:
        portal.on_request = lambda _: None
    assert luutin("crawlall", *urls).code == 0
    assert len(articles(luutin.output)) == 18
    assert luutin("verify").code == 0


def test_more_files_are_opened_than_a_shell_allows_at_first(luutin: CommandLine, portals: SmallPortals) -> None:
    urls = [portals.add(articles=2).url for _ in range(12)]
    few = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 4096))}
    assert luutin("crawlall", *urls, **few).code == 0
    none = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))}
    done = luutin("crawlall", *urls, **none)
    assert done.code == 2
    assert "--jobs 80: takes some 680 open files" in done.err


def test_a_second_run_is_told_who_holds_the_folder(luutin: CommandLine) -> None:
    luutin.output.mkdir()
    lock = Lock(luutin.output)
    done = luutin("crawlall", SILENCE)
    lock.release()
    assert done.code == 1
    assert "is writing to it" in done.err


def test_lines_of_a_log_name_their_portal(luutin: CommandLine, portals: SmallPortals) -> None:
    portals.add(articles=3)
    portals.add(articles=3)
    done = luutin("crawlall", *(portal.url for portal in portals.portals), "-L", "INFO")
    for portal in portals.portals:
        assert f"INFO: {portal.name}: Spider opened" in done.err
        assert f"INFO: {portal.name}: Spider closed (finished)" in done.err
