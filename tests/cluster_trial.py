"""Portals crawled by a cluster of which a worker is killed and the scheduler started again: what is left of it all.

`python tests/cluster_trial.py 30 12` does it with 30 portals of 12 articles, and prints what came of it.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from conftest import CommandLine
from small_portals import SmallPortals
from workers import DaskCluster

DELAY = 0.3
"""Seconds, as robots.txt of each portal asks for."""
LEASE_SECONDS = 15
JOBS_A_WORKER = 3
PATIENCE_SECONDS = 1200.0


@dataclass
class Came:
    """What came of a trial."""

    code: int
    err: str
    results: dict[str, int]
    """The exit code of each portal."""
    articles: Counter[str]
    """How often each address is told as an article of its own, or a duplicate, in the merged archive."""
    versions: int
    """Lines that are a further version: an article that was taken for changed."""
    least_gap: float
    """Seconds between two requests to one portal, the least of all."""
    at_once: int
    requests: int
    asked_again: int
    verified: int
    """The exit code of `luutin verify` of the merged archive."""


def trial(luutin: CommandLine, folder: Path, portals: int, articles: int, *, workers: int = 3) -> Came:
    """Crawl, kill one worker for good at a third of all articles and the scheduler at two thirds, merge."""
    with SmallPortals() as site, DaskCluster(folder / "dask", workers) as cluster:
        for _ in range(portals):
            site.add(articles=articles, crawl_delay=DELAY)
        marks = _marks(site, portals * articles)
        cluster.wait()
        process = luutin.popen(
            "crawlall", *(portal.url for portal in site.portals), "--engine", cluster.address, "--json",
            "--jobs", str(JOBS_A_WORKER * workers), "-s", f"LEASE_SECONDS={LEASE_SECONDS}",
        )  # fmt: skip
        for mark, victim in zip(marks, (cluster.workers[0], cluster.scheduler), strict=True):
            assert mark.wait(PATIENCE_SECONDS)
            victim.kill(for_good=victim is not cluster.scheduler)
        out, err = process.communicate(timeout=1800)
        assert process.returncode is not None
        results = {one["portal"]: one["exit_code"] for one in json.loads(out)["portals"]} if out else {}
        gaps = [
            later - one for portal in site.portals for one, later in zip(portal.times, portal.times[1:], strict=False)
        ]
        asked = [path for portal in site.portals for path in {*portal.asked}]
        all_at = CommandLine(folder / "all")
        merged = all_at("merge", *map(str, sorted(path for path in luutin.output.glob("parts/*") if path.is_dir())))
        assert merged.code == 0, merged.err
        lines = [
            json.loads(line)
            for path in all_at.output.glob("articles/*.jsonl")
            for line in path.read_bytes().splitlines()
        ]
        newest = {line["id"]: line for line in lines}.values()
        requests = sum(len(portal.asked) for portal in site.portals)
        return Came(
            process.returncode, err, results, Counter(line["canonical_url"] for line in newest),
            sum(line["version"] > 1 and line["digest"] != line["previous_digest"] for line in lines),
            min(gaps), max(portal.at_once for portal in site.portals), requests, requests - len(asked),
            all_at("verify").code,
        )  # fmt: skip


def _marks(site: SmallPortals, total: int) -> list[threading.Event]:
    """Set once a third, and two thirds of all articles were asked for."""
    marks, seen, turn = [threading.Event(), threading.Event()], set[tuple[int, str]](), threading.Lock()

    def heard(number: int, path: str) -> None:
        with turn:
            if path.startswith("/tin"):
                seen.add((number, path))
            for place, mark in enumerate(marks, 1):
                if len(seen) >= total * place // 3:
                    mark.set()

    for portal in site.portals:
        portal.on_request = lambda path, number=portal.number: heard(number, path)  # type: ignore[misc]
    return marks


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        number, each = map(int, sys.argv[1:3])
        came = trial(CommandLine(Path(place) / "output"), Path(place), number, each)
        print(came.err[-3000:])
        told = Counter(came.articles.values())
        print(f"{number} portals of {each}: exit {came.code}, of portals {Counter(came.results.values())}")
        print(f"articles {sum(came.articles.values())}, times each {dict(told)}; further versions {came.versions}")
        print(f"least gap {came.least_gap:.3f} s of {DELAY}; at once {came.at_once}; verify {came.verified}")
        print(f"{came.requests} requests, {came.asked_again} of them for what had been asked for")
