"""The processes that read files: one that has imported the readers and forks a child for each file, within limits.

Run as a module with a Unix socket as stdin. Each message on it carries a socket, through which a file comes and its
text goes back as JSON, with the exit code of the child that read it behind (`STATUS`). It ends when its stdin does.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
from contextlib import suppress

import msgspec

from pipelines.attachments.errors import FAILED, NO_MEMORY, STATUS

MAX_CPU_SECONDS = 30
MAX_SECONDS = 300
"""Wall-clock time for one file: far over the limit on its CPU time, which a busy machine does not shorten."""
MAX_MEMORY_BYTES = 2 * 1024**3


def limit(*, max_cpu_seconds: int = MAX_CPU_SECONDS, max_memory_bytes: int = MAX_MEMORY_BYTES) -> None:
    """Limit this process for good."""
    resource.setrlimit(resource.RLIMIT_CPU, (max_cpu_seconds, max_cpu_seconds + 1))  # SIGXCPU, then SIGKILL
    resource.setrlimit(resource.RLIMIT_AS, (max_memory_bytes, max_memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(MAX_SECONDS)


def main() -> None:
    """Fork a child for each socket that comes."""
    import pypdfium2  # noqa: F401 most files are PDF: what is imported here no child imports

    from pipelines.attachments import reading  # noqa: F401

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who sends the files, and ends us by ending that
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # libraries complain there of what files hold
    with socket.socket(fileno=sys.stdin.fileno()) as asked:
        while True:
            message, sockets, _, _ = socket.recv_fds(asked, 1, 1)
            if not message:
                return
            with socket.socket(fileno=sockets[0]) as file:
                if not os.fork():
                    asked.close()
                    _attend(file)
            with suppress(ChildProcessError):  # there is none
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass


def _attend(file: socket.socket) -> None:
    """Fork a child that reads, and say how it ended."""
    child = os.fork()
    if not child:
        os._exit(_read(file))
    _, status = os.waitpid(child, 0)
    with file:
        file.sendall(STATUS.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _read(file: socket.socket) -> int:
    """Read a file; the exit code. A library may raise anything: the code is all that is to be told of it."""
    from pipelines.attachments.reading import read_here

    limit()
    try:
        with file.makefile("rb") as stream:
            data = stream.read()
        file.sendall(msgspec.json.encode(read_here(data)))
    except MemoryError:
        return NO_MEMORY
    except Exception:  # noqa: BLE001 whatever it is, it costs this process and no more
        return FAILED
    return 0


if __name__ == "__main__":
    main()
