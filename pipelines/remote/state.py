"""What of a working copy is as it lies at its URL: noted in the folder, so that only what differs is moved."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pipelines.archive.files import replace_file
from pipelines.remote.manifest import Entry

FILE = ".mirror.json"
_DERIVED = (".cdxj",)


class Held(msgspec.Struct, frozen=True, array_like=True):
    """A file as it was when it was the same on both sides."""

    entry: Entry
    mtime_ns: int

    def still(self, path: Path) -> bool:
        """Whether the file has not been touched since."""
        try:
            stat = path.stat()
        except FileNotFoundError:
            return False
        return (stat.st_size, stat.st_mtime_ns) == (self.entry.size, self.mtime_ns)


class State(msgspec.Struct):
    """What a working copy is a copy of."""

    url: str
    number: int = 0
    """Of the state at the URL it was taken from, or has become."""
    token: str = ""
    held: dict[str, Held] = {}
    """Files that were the same on both sides, by path."""
    absent: dict[str, Entry] = {}
    """Files that were left at the URL, to be read there by range."""


def read_state(folder: Path) -> State | None:
    """The state of a working copy; None where a folder is none, or that cannot be read."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=State)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def load(folder: Path, url: str) -> State:
    """The state of a working copy of a URL; a new one where there is none."""
    found = read_state(folder)
    return found if found is not None and found.url == url else State(url)


def save(folder: Path, state: State) -> None:
    """Raises OSError."""
    replace_file(folder / FILE, msgspec.json.encode(state))


def is_truth(path: str) -> bool:
    """Whether a file cannot be made again: captures, journals, what was learnt. All else is derived."""
    return path.startswith("captures/") and not path.endswith(_DERIVED)
