"""The child process that reads one file from stdin, within limits of time and memory, and prints its text as JSON."""

from __future__ import annotations

import resource
import sys

import msgspec

MAX_CPU_SECONDS = 30
MAX_MEMORY_BYTES = 2 * 1024**3


def limit(*, max_cpu_seconds: int = MAX_CPU_SECONDS, max_memory_bytes: int = MAX_MEMORY_BYTES) -> None:
    """Limit this process for good."""
    resource.setrlimit(resource.RLIMIT_CPU, (max_cpu_seconds, max_cpu_seconds + 1))  # SIGXCPU, then SIGKILL
    resource.setrlimit(resource.RLIMIT_AS, (max_memory_bytes, max_memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Read the file on stdin. What a library raises ends this process: the parent knows what that means."""
    limit()
    from pipelines.attachments.reading import read_here

    sys.stdout.buffer.write(msgspec.json.encode(read_here(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
