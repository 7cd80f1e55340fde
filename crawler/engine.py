"""What `--engine` and `--workers` say: where the work of a verb is done, by how many."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from crawler.errors import BadArgument
from pipelines.cluster import SCHEME, Cluster
from pipelines.workers import cpus

PROCESSES = "processes"
_HOST_AND_PORT = re.compile(r"[A-Za-z0-9._-]+:\d{1,5}|\[[0-9A-Fa-f:.]+\]:\d{1,5}")


@dataclass(frozen=True, slots=True)
class Engine:
    """So many processes of this machine, or those of a scheduler."""

    count: int
    address: str | None = None
    named: bool = False
    """How many there are was said, not guessed from this machine."""

    @contextmanager
    def cluster(self) -> Iterator[Cluster | None]:
        """The workers of the scheduler; None where the work is done on this machine. Raises ArchiveError."""
        if self.address is None:
            yield None
            return
        with Cluster(self.address) as cluster:
            yield cluster


def add_engine(
    group: argparse.ArgumentParser | argparse._ArgumentGroup, *, alone: bool = False, also: str = ""
) -> None:
    """The two options, of which one may be given; or only `--engine`. `also` is what else that may name."""
    if alone:
        group.set_defaults(workers=None)
    else:
        told = "processes this takes (one per core); never changes a byte"
        group.add_argument("--workers", type=int, metavar="N", help=told)
    told = f"{PROCESSES}:N of this machine, or {SCHEME}HOST:PORT of a cluster{also}"
    group.add_argument("--engine", metavar="ENGINE", help=told)


def engine_of(opts: argparse.Namespace) -> Engine:
    """What was said. Raises BadArgument."""
    if opts.engine is None:
        return _processes("--workers", opts.workers)
    if opts.workers is not None:
        raise BadArgument("--workers and --engine say the same: give one of them")
    said: str = opts.engine
    name, _, count = said.partition(":")
    if name == PROCESSES and (not count or count.isdecimal()):
        return _processes(f"--engine {said}", int(count) if count else None)
    if said.startswith(SCHEME) and _HOST_AND_PORT.fullmatch(said.removeprefix(SCHEME)):
        return Engine(0, said)
    raise BadArgument(f"--engine {said}: must be {PROCESSES}, {PROCESSES}:N or {SCHEME}HOST:PORT")


def _processes(option: str, count: int | None) -> Engine:
    if count is not None and count < 1:
        raise BadArgument(f"{option}: must be 1 or more")
    return Engine(count or cpus(), named=count is not None)
