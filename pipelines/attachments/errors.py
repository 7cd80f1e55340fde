"""The errors of reading files.

Unreadable    a file gives no text, or not all of it; `reason` is counted
"""

from __future__ import annotations

from struct import Struct


class Unreadable(Exception):
    """A file that could not be read to its end. Raised by the readers.

    `reason` is a kebab-case word that reports count, `text` what was read before a limit was met.
    """

    def __init__(self, reason: str, detail: str = "", text: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.text = text


STATUS = Struct("i")
"""How a child tells how it ended: as `os.waitstatus_to_exitcode` has it, negative for a signal."""
NO_MEMORY, FAILED = 3, 4
"""Exit codes of a child that an exception ended."""
