"""What one crawl of a bench site costs: CPU seconds of all its processes, memory, and the pages and articles it got."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from bench_peers import Peer
from bench_run import OUTPUT
from bench_site import counts

RUNNER = Path(__file__).with_name("bench_run.py")
TOLD_BYTES = 2_000


class Failed(Exception):
    """A peer ended with a code that is not its own for a good end. Raised by `measure`."""


@dataclass(frozen=True)
class Run:
    """One crawl: `steps` are CPU seconds of each command, `memory_mb` the most of any of them."""

    pages: int
    requests: int
    articles: int | None
    wall_s: float
    memory_mb: float
    steps: list[float]
    bytes: dict[str, int]
    """What luutin left in each part of its output folder."""

    @property
    def cpu_s(self) -> float:
        """Of all steps."""
        return sum(self.steps)

    @property
    def per_1000(self) -> float:
        """CPU seconds per 1,000 different pages; a page asked for twice counts once."""
        return 1000 * self.cpu_s / self.pages


@dataclass
class Measured:
    """A peer and its runs, in the order they were made."""

    name: str
    does: str
    runs: list[Run] = field(default_factory=list)


def _bytes(part: Path) -> int:
    paths = [part] if part.is_file() else part.rglob("*")
    return sum(path.stat().st_size for path in paths if path.is_file())


def measure(peer: Peer, url: str, python: str) -> Run:
    """One crawl from nothing, in a folder of its own that is removed. Raises Failed."""
    counts(url)
    steps, wall, memory = [], 0.0, 0.0
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder = Path(temporary)
        for command in peer.steps(url, folder, python):
            done = subprocess.run(
                [sys.executable, str(RUNNER), "--", *command], cwd=folder, check=True, stdout=subprocess.PIPE
            )
            said = json.loads(done.stdout)
            if said["code"] not in peer.ok:
                told = (folder / OUTPUT).read_bytes()[-TOLD_BYTES:].decode("utf-8", "replace")
                raise Failed(f"{peer.name} ended with {said['code']}: {' '.join(command)}\n{told}")
            steps.append(said["cpu_s"])
            wall, memory = wall + said["wall_s"], max(memory, said["memory_mb"])
        asked = counts(url)
        parts = {part.name: _bytes(part) for part in sorted((folder / "output").glob("*"))}
        articles = peer.articles(folder) if peer.articles else None
    return Run(asked["pages"], asked["requests"], articles, wall, memory, steps, parts)
