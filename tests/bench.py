"""What a whole crawl costs beside wget, Scrapy with trafilatura, news-please and others on the same site, in one go.

Run as `make bench [ARTICLES=3000] [RUNS=3] [PEERS="luutin 'wget --warc-file'"] [DOCS=1]`. Peers are installed under
build/bench/, each in an environment of its own. They take turns, so that a noisy moment falls on all. build/bench/ then
holds results.json, bench.md and bench.svg; with --docs the figures of docs/benchmarks.md are those. Ends with 1 where
luutin costs more than it is to.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path

from bench_measure import Failed, Measured, measure
from bench_peers import LUUTIN, PEERS, Peer, python_of
from bench_site import ARTICLES, served
from bench_table import cost, insert, plot, table

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "bench"
DOCS = ROOT / "docs" / "benchmarks.md"
BASE = "wget --warc-file"
# How many times as much as luutin a peer is to cost at least; of wget luutin may cost 1.5 times as much.
LEAST = {BASE: 1 / 1.5, "Scrapy + trafilatura": 8.0, "news-please": 30.0}


def run(peers: list[Peer], articles: int, turns: int) -> list[Measured]:
    """All peers on one site of so many articles, in turns; one that fails is named and left out of the rest."""
    pythons = {peer.name: python for peer in peers if (python := python_of(peer, BUILD))}
    left = [peer for peer in peers if peer.name in pythons]
    measured = {peer.name: Measured(peer.name, peer.does) for peer in left}
    with served(articles) as url:
        for turn in range(turns):
            for peer in [peer for peer in left if not (peer.once and turn)]:
                try:
                    one = measure(peer, url, pythons[peer.name])
                except Failed as failed:
                    sys.stderr.write(f"{failed}\n")
                    left.remove(peer)
                    continue
                measured[peer.name].runs.append(one)
                sys.stderr.write(
                    f"{turn + 1}. {peer.name:<22}{one.pages:>7} pages {one.cpu_s:8.1f} CPU s {one.per_1000:8.2f} per "
                    f"1,000 {one.memory_mb:5.0f} MB {one.wall_s:6.0f} s\n"
                )
    return [one for one in measured.values() if one.runs]


def notes(measured: list[Measured], articles: int) -> str:
    """Where luutin's seconds go, and on what all was measured."""
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    said = f"{articles:,} article pages; {machine}."
    own = next((one for one in measured if one.name == "luutin"), None)
    if own is not None:
        crawl, index = (1000 * seconds / own.runs[-1].pages for seconds in own.runs[-1].steps)
        said += (
            f" Of luutin's, per 1,000 pages: crawl {crawl:.2f} CPU s with the start-up of Python, index {index:.2f}."
        )
    return said


def missed(measured: list[Measured]) -> list[str]:
    """Each bound that does not hold."""
    costs = {one.name: cost(one) for one in measured}
    return [
        f"{name} costs {costs[name] / costs['luutin']:.2f} times as much as luutin; at least {least:.2f} is to be"
        for name, least in LEAST.items()
        if {name, "luutin"} <= costs.keys() and costs[name] / costs["luutin"] < least
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", nargs="+", metavar="NAME", help=f"of: {', '.join(peer.name for peer in PEERS)}")
    parser.add_argument("--docs", action="store_true", help="write the figures into docs/benchmarks.md")
    options = parser.parse_args()
    if not Path(LUUTIN).exists():
        parser.error(f"{LUUTIN} is not there: `make bench` sets it up")
    chosen = [peer for peer in PEERS if not options.peers or peer.name in options.peers]
    BUILD.mkdir(parents=True, exist_ok=True)
    measured = run(chosen, options.articles, options.runs)
    said = f"{table(measured, BASE)}\n\n{notes(measured, options.articles)}"
    (BUILD / "results.json").write_text(json.dumps([asdict(one) for one in measured], indent=1) + "\n", "utf-8")
    (BUILD / "bench.md").write_text(said + "\n", "utf-8")
    plot(measured, BUILD / "bench.svg")
    if options.docs:
        insert(DOCS, "figures", said)
        plot(measured, DOCS.with_suffix(".svg"))
    bad = missed(measured)
    sys.stdout.write("\n".join([said, *bad]) + "\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
