"""One writer per output folder: a lock that says who holds it."""

from __future__ import annotations

import fcntl
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pipelines.archive.files import refuse
from pipelines.archive.merging.staging import finish
from pipelines.errors import OutputLocked


class Lock:
    """Holds `<folder>/.lock` for the life of the process; the kernel lets go of it when the process dies."""

    def __init__(self, folder: Path) -> None:
        self._stream: IO[str] = (folder / ".lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._stream.seek(0)
            holder = self._stream.read().strip() or "another process"
            self._stream.close()
            raise OutputLocked(
                f"{folder}: {holder} is writing to it. "
                "Wait for it to end, or name another folder with LUUTIN_OUTPUT=DIR."
            ) from None
        self._stream.truncate(0)
        started = datetime.now(UTC).isoformat(timespec="seconds")
        self._stream.write(f"process {os.getpid()} on {socket.gethostname()}, since {started}")
        self._stream.flush()
        try:
            finish(folder)  # a merge that was killed
        except OSError as error:
            self.release()
            refuse(folder, error)

    def release(self) -> None:
        self._stream.truncate(0)
        self._stream.close()
