"""Runs a command to its end and says what it and every process under it cost: `python tests/bench_run.py -- COMMAND…`.

One JSON object on stdout: `cpu_s` (user and system), `wall_s`, `memory_mb` (of all its processes at once, at most),
`code`. Also of processes that left their parent behind: they become this process's own (Linux).
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

SAMPLE_SECONDS = 0.5
OUTPUT = "bench-output.txt"
"""In the folder it runs in: what the command said."""
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def memory_kb(process: int) -> int:
    """Proportional memory of a process and all under it: pages that several share are counted once, in parts."""
    total = 0
    with contextlib.suppress(OSError):  # it ended meanwhile
        for line in Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                total = int(line.split()[1])
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            total += sum(memory_kb(int(child)) for child in children.read_text("ascii").split())
    return total


class Watch(threading.Thread):
    """Looks every SAMPLE_SECONDS how much memory all processes under this one have."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._own, self._ended, self.most_kb = os.getpid(), threading.Event(), 0

    def run(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            self.most_kb = max(self.most_kb, memory_kb(self._own) - self._mine())

    def end(self) -> None:
        self._ended.set()
        self.join()

    def _mine(self) -> int:
        for line in Path(f"/proc/{self._own}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
        return 0


def main() -> None:
    command = sys.argv[sys.argv.index("--") + 1 :]
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    watch = Watch()
    watch.start()
    began = time.monotonic()
    with Path(OUTPUT).open("ab") as output:
        code = subprocess.run(command, stdout=output, stderr=output, check=False).returncode
    wall = time.monotonic() - began
    with contextlib.suppress(ChildProcessError):  # there is none any more
        while True:
            os.wait()
    watch.end()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = {
        "cpu_s": used.ru_utime + used.ru_stime,
        "wall_s": wall,
        "memory_mb": max(watch.most_kb, used.ru_maxrss) / 1024,
        "code": code,
    }
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
