"""How much memory a crawl needs the larger the site is, and what a page costs then (`make bench-memory`).

Run as `python tests/bench_memory.py [--articles 3000 100000] [--docs]`. Ends with 1 where the largest needs more than
MOST times the memory of the smallest.
"""

from __future__ import annotations

import argparse
import sys

from bench import DOCS
from bench_measure import measure
from bench_peers import PEERS
from bench_site import served
from bench_table import insert

MOST = 1.3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[3_000, 100_000])
    parser.add_argument("--docs", action="store_true", help="write the figures into docs/benchmarks.md")
    options = parser.parse_args()
    rows, memory = ["| pages | articles | memory at most, MB | CPU s per 1,000 pages |", "|--:|--:|--:|--:|"], []
    for articles in sorted(options.articles):
        with served(articles) as url:
            run = measure(PEERS[0], url, sys.executable)
        memory.append(run.memory_mb)
        rows.append(f"| {run.pages:,} | {run.articles:,} | {run.memory_mb:.0f} | {run.per_1000:.2f} |")
        sys.stdout.write(rows[-1] + "\n")
        sys.stdout.flush()
    grown = memory[-1] / memory[0]
    said = "\n".join([*rows, "", f"The largest needs {grown:.2f} times the memory of the smallest."])
    if options.docs:
        insert(DOCS, "memory", said)
    sys.stdout.write(said + "\n")
    return 1 if grown > MOST else 0


if __name__ == "__main__":
    sys.exit(main())
