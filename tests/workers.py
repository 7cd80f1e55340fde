"""A cluster of Dask on loopback: a scheduler and workers in processes of their own, started again where they end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

REPO = Path(__file__).parents[1]
READY_SECONDS = 120.0
AGAIN_SECONDS = 0.5


class Kept:
    """A program that is started again whenever it ends, as compose does it."""

    def __init__(self, log: Path, *words: str) -> None:
        self._words, self._log = words, log
        self._over = Event()
        self._process = self._started()
        Thread(target=self._keep, daemon=True).start()

    def _started(self) -> subprocess.Popen[bytes]:
        paths = os.pathsep.join([str(REPO), os.environ.get("PYTHONPATH", "")])
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *self._words],
                env={**os.environ, "PYTHONPATH": paths, "PYTHONWARNINGS": "ignore"},
                cwd=self._log.parent,
                stdout=log,
                stderr=log,
            )

    def _keep(self) -> None:
        while True:
            self._process.wait()
            if self._over.wait(AGAIN_SECONDS):
                return
            self._process = self._started()

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self, *, for_good: bool = False) -> None:
        """As a machine that loses its power; `for_good` it does not come back."""
        if for_good:
            self._over.set()
        process = self._process
        process.kill()
        process.wait()


class DaskCluster:
    """So many workers of one thread; `address` is what `--engine` takes."""

    def __init__(self, folder: Path, workers: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / "dask.log"
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            port = sock.getsockname()[1]
        self.address = f"dask://127.0.0.1:{port}"
        self.scheduler = Kept(
            self._log, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"
        )
        self.workers = [
            Kept(
                folder / f"worker-{number}.log", "distributed.cli.dask_worker", f"tcp://127.0.0.1:{port}", "--nthreads",
                "1", "--no-nanny", "--no-dashboard", "--name", f"w{number}", "--local-directory", str(folder / "tmp"),
            )
            for number in range(workers)
        ]  # fmt: skip

    def wait(self) -> None:
        """Until all workers are there."""
        from pipelines.cluster import Cluster

        began = time.monotonic()
        with Cluster(self.address, READY_SECONDS) as cluster:
            while cluster.width < len(self.workers):
                assert time.monotonic() - began < READY_SECONDS, self._log.read_text()
                Event().wait(0.05)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for one in [*self.workers, self.scheduler]:
            one.kill(for_good=True)
