"""How the site bears being asked by many at once: wrk, on searches and articles of a made-up archive.

Run as `make bench-load`, or `python tests/bench_load.py [--articles 100000] [--connections 64] [--seconds 60]
[--folder DIR]`; a folder that was made before is used again. wrk has to be installed (`apt-get install wrk`).
Ends with 1 where an answer failed, or the server's memory grew by more than MAX_GROWTH_MB in the second run.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from bench_search import Typist, make_archive

from pipelines.archive.database import Database
from pipelines.search.results import Asked
from pipelines.web.asked import query_of

ARTICLES, SEARCHES = 2_000, 60
"""How many addresses there are of each: articles, and searches of each kind."""
MAX_GROWTH_MB = 20.0
START_SECONDS = 120
SAMPLES = 4
FIRST_PAGE = ("/", "/static/style.css", "/static/icon.svg")
_SCRIPT = """
local at = math.random(#paths)
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], {["Accept-Encoding"] = "gzip"})
end
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\\n{"requests": %d, "seconds": %.1f, "failed": %d, "median_ms": %.1f, "p99_ms": %.1f, "max_ms": %.1f}\\n',
    summary.requests, summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
"""


def addresses(folder: Path, seed: int) -> list[str]:
    """What is asked: articles and searches, as many of each, in both languages and by the API, mingled."""
    rng = Random(seed)
    db = Database(folder / "archive.db", read_only=True)
    ids = [row["id"] for row in db.rows("SELECT id FROM articles ORDER BY id LIMIT ?", (ARTICLES * 5,))]
    db.close()
    articles = [f"{rng.choice(('', '', '', '/en', '/api'))}/articles/{name}" for name in rng.sample(ids, ARTICLES)]
    searches = [_address(asked, rng) for _, asked in Typist(folder, seed).searches(SEARCHES)]
    found = articles + [rng.choice(searches) for _ in articles] + ["/", "/portals", "/about", "/feed.atom"] * 20
    rng.shuffle(found)
    return found


def _address(asked: Asked, rng: Random) -> str:
    said = {"q": asked.words, "portal": asked.portal, "section": asked.section, "sort": asked.sort}
    since = asked.since.isoformat() if asked.since else None
    path = rng.choice(("/search", "/search", "/en/search", "/api/search"))
    return query_of({**said, "from": since}).address(path)


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, int]]:
    """Where the archive is served, and by which process."""
    command = [str(Path(sys.executable).with_name("luutin")), "serve", "--port", "0"]
    env = {**os.environ, "LUUTIN_OUTPUT": str(folder)}
    with subprocess.Popen(command, env=env, text=True, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        try:
            line = process.stderr.readline()
            if not line.startswith("http://"):
                raise SystemExit(line + process.stderr.read())
            yield line.split()[0].rstrip("/"), process.pid
        finally:
            process.terminate()


def own_mb(pid: int) -> float:
    """What memory a process has of its own, in MB: without the files of the index that are mapped into it."""
    match = re.search(r"RssAnon:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert match is not None
    return int(match[1]) / 1024


def load(address: str, pid: int, script: Path, connections: int, seconds: int) -> tuple[dict[str, float], list[float]]:
    """What wrk measured, and the server's memory at the start, twice between, and at the end, in MB."""
    memory = [own_mb(pid)]
    ended = threading.Event()

    def watch() -> None:
        while len(memory) < SAMPLES - 1 and not ended.wait(seconds / (SAMPLES - 1)):
            memory.append(own_mb(pid))

    watching = threading.Thread(target=watch)
    watching.start()
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(script), address]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    ended.set()
    watching.join()
    if done.returncode:
        raise SystemExit(done.stderr or done.stdout)
    memory.append(own_mb(pid))
    return json.loads(done.stdout.splitlines()[-1]), memory


def first_bytes(address: str) -> int:
    """What a browser loads for the first page, over the wire: headers left out."""
    total = 0
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=20)
    for path in FIRST_PAGE:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        total += len(connection.getresponse().read())
    connection.close()
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=int, default=60, help="of each of the two runs")
    parser.add_argument("--folder", type=Path, help="the archive to make, or that was made before")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed: apt-get install wrk")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary) / "output"
        if not (folder / "archive.db").exists():
            make_archive(folder, options.articles)
        script = Path(temporary) / "paths.lua"
        paths = ", ".join(f'"{path}"' for path in addresses(folder, seed=11))
        script.write_text(f"local paths = {{{paths}}}{_SCRIPT}")
        with served(folder) as (address, pid):
            print(f"first page {first_bytes(address) / 1e3:.1f} kB over the wire, of 3 answers")
            ends = []
            for number in (1, 2):
                told, memory = load(address, pid, script, options.connections, options.seconds)
                rate = told["requests"] / told["seconds"]
                print(
                    f"run {number}: {told['requests']:.0f} requests, {rate:.1f} a second, {told['failed']:.0f} failed; "
                    f"median {told['median_ms']:.0f} ms, p99 {told['p99_ms']:.0f} ms, max {told['max_ms']:.0f} ms; "
                    f"memory {', '.join(f'{one:.0f}' for one in memory)} MB"
                )
                ends.append((told["failed"], memory[-1]))
    if any(failed for failed, _ in ends) or ends[1][1] - ends[0][1] > MAX_GROWTH_MB:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
