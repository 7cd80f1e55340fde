"""Text of the files articles link to: PDF, Word, Excel and RTF, read in a child process within limits."""

from __future__ import annotations

import signal
import subprocess
import sys

import msgspec

MAX_SECONDS = 300
"""Wall-clock time for one file: far over the child's limit on its CPU time, which a busy machine does not shorten."""


class FileText(msgspec.Struct, frozen=True):
    """What a file is by its content, and its text.

    `media_type` is null for an unknown kind, and where the file ended the child. `problem` says why there is no text,
    or not all of it: `unsupported`, `no-text`, `encrypted`, `damaged`, `too-large`, `too-long`, `cut`.
    """

    media_type: str | None = None
    text: str | None = None
    problem: str | None = None


def read_file(data: bytes) -> FileText:
    """The text of a file. A file that makes a library hang, crash or take all memory costs only its child process."""
    try:
        child = subprocess.run(  # our own module, and no word of the file on its command line
            [sys.executable, "-P", "-m", "pipelines.attachments.child"],
            input=data,
            capture_output=True,
            timeout=MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return FileText(problem="too-long")
    if child.returncode == 0:
        return msgspec.json.decode(child.stdout, type=FileText)
    problem = "damaged"
    if child.returncode == -signal.SIGXCPU:
        problem = "too-long"
    elif child.returncode == -signal.SIGKILL or b"MemoryError" in child.stderr:  # the kernel kills for want of memory
        problem = "too-large"
    return FileText(problem=problem)
