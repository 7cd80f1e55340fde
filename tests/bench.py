"""What a crawl costs in CPU seconds per 1,000 pages, beside `wget -r --warc-file` in the same run (`make bench`)."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from multiprocessing.queues import Queue
from pathlib import Path

from sample_server import SampleServer

from pipelines.archive.warc import read_records

SAMPLE = Path(__file__).parents[1] / "sample" / "sample.wacz"


def cpu_seconds(command: list[str], folder: Path, ok: tuple[int, ...] = (0,), **env: str) -> float:
    """User and system seconds of a command and its children. Raises CalledProcessError where it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, env={**os.environ, **env}, check=False, capture_output=True)
    if done.returncode not in ok:
        done.check_returncode()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def responses(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*.warc.gz") for _ in read_records(path))


LUUTIN = str(Path(sys.executable).with_name("luutin"))


def luutin(url: str) -> tuple[float, int]:
    """CPU seconds and pages of one whole crawl: fetch, WARC, parse, compare, store; start-up included."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        command = [LUUTIN, "crawl", "portal", "-a", f"url={url}"]
        seconds = cpu_seconds(command, folder, LUUTIN_OUTPUT=str(folder / "output"))
        return seconds, responses(folder)


def wget(url: str) -> tuple[float, int]:
    """CPU seconds and pages of wget walking the same portal into a WARC: no parsing, no comparing, no database."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        limits = ["--level=3", "--no-parent", "--exclude-directories=/wp-content,/wp-includes", "--tries=1"]
        command = ["wget", "--quiet", "--recursive", *limits, "--warc-file=wget", "--delete-after", url]
        # 4, 6, 8: a link led nowhere, to a log-in, to an error, as on any portal
        return cpu_seconds(command, folder, ok=(0, 4, 6, 8)), responses(folder)


def _serve(address: Queue[str]) -> None:
    with SampleServer(SAMPLE) as server:
        address.put(server.url)
        multiprocessing.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a WordPress portal on this machine; without one the sample archive is served")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    url, server = options.url, None
    if url is None:
        address: Queue[str] = multiprocessing.Queue()
        server = multiprocessing.Process(target=_serve, args=(address,), daemon=True)
        server.start()
        url = address.get()
    rows: dict[str, list[float]] = {"luutin": [], "wget -r --warc-file": []}
    peers = [luutin, wget] if shutil.which("wget") else [luutin]
    for _ in range(options.runs):  # taken in turns, so that a noisy moment falls on both
        for peer, name in zip(peers, rows, strict=False):
            seconds, pages = peer(url)
            rows[name].append(1000 * seconds / pages)
            print(f"{name:<22}{pages:>6} pages  {seconds:6.2f} CPU s  {1000 * seconds / pages:6.2f} CPU s per 1,000")
    print(
        f"of which luutin's start-up: {cpu_seconds([LUUTIN, 'list'], Path.cwd()):.2f} CPU s a run, whatever its pages"
    )
    for name, costs in rows.items():
        if costs:
            print(f"{name:<22}min {min(costs):.2f}  median {statistics.median(costs):.2f}  max {max(costs):.2f}")
    if all(rows.values()):
        ours, theirs = (statistics.median(costs) for costs in rows.values())
        print(f"luutin / wget         {ours / theirs:.2f}")
    if server is not None:
        server.terminate()


if __name__ == "__main__":
    main()
