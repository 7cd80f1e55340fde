"""Text of the files articles link to: PDF, Word, Excel and RTF, read in a child process within limits."""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
from threading import Lock

import msgspec

from pipelines.attachments.errors import NO_MEMORY, STATUS

TOO_LONG = (-signal.SIGXCPU, -signal.SIGALRM)
TOO_LARGE = (NO_MEMORY, -signal.SIGKILL)
"""How a child ends that takes too much memory: the kernel kills for want of it."""


class FileText(msgspec.Struct, frozen=True):
    """What a file is by its content, and its text.

    `media_type` is null for an unknown kind, and where the file ended the child. `problem` says why there is no text,
    or not all of it: `unsupported`, `no-text`, `encrypted`, `damaged`, `too-large`, `too-long`, `cut`.
    """

    media_type: str | None = None
    text: str | None = None
    problem: str | None = None


class _Nursery:
    """The process that forks a child for each file: to start Python for each would cost half a second of CPU time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asking: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def child(self) -> socket.socket:
        """A socket to a new child."""
        ours, theirs = socket.socketpair()
        with self._lock, theirs:
            try:
                socket.send_fds(self._started(), [b"\0"], [theirs.fileno()])
            except OSError:  # it was ended, as by the kernel for want of memory
                self.end()
                socket.send_fds(self._started(), [b"\0"], [theirs.fileno()])
        return ours

    def _started(self) -> socket.socket:
        if self._asking is None or self._owner != os.getpid():  # a fork has its own, which lives as long as it
            self._asking, theirs = socket.socketpair()
            self._owner = os.getpid()
            with theirs:
                self._process = subprocess.Popen(  # our own module, and no word of a file on its command line
                    [sys.executable, "-P", "-m", "pipelines.attachments.child"], stdin=theirs.fileno()
                )
        return self._asking

    def end(self) -> None:
        """End the process, where this one started it."""
        if self._asking is not None and self._process is not None and self._owner == os.getpid():
            self._asking.close()
            self._process.wait()
        self._asking = None


_NURSERY = _Nursery()
atexit.register(_NURSERY.end)


def read_file(data: bytes) -> FileText:
    """The text of a file. A file that makes a library hang, crash or take all memory costs only its child process."""
    with _NURSERY.child() as child:
        try:
            child.sendall(data)
            child.shutdown(socket.SHUT_WR)
        except OSError:  # it has ended, and says how
            pass
        with child.makefile("rb") as stream:
            answer = stream.read()
    if len(answer) < STATUS.size:
        return FileText(problem="too-large")  # all of them were ended
    (code,) = STATUS.unpack(answer[-STATUS.size :])
    if code == 0:
        return msgspec.json.decode(answer[: -STATUS.size], type=FileText)
    return FileText(problem="too-long" if code in TOO_LONG else "too-large" if code in TOO_LARGE else "damaged")
