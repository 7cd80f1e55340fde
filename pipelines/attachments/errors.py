"""The errors of reading files.

Unreadable    a file gives no text; `reason` is counted
"""

from __future__ import annotations


class Unreadable(Exception):
    """A file no text could be read of. `reason` is a kebab-case word that reports count; raised by the readers."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
