"""What lies at a URL: a list of the files of an output folder, of which each state is written once and never changed.

Objects that a list names are not written over, but for files that grow: of those a list says how far they go in it. So
whoever reads by one list sees one state of the folder, whatever is written meanwhile; and who writes needs only one
step that of several writers one can take: to add the next list.
"""

from __future__ import annotations

import gzip
import logging
import secrets
import zlib
from datetime import UTC, datetime

import msgspec

from pipelines.errors import OutputLocked, StorageFailed
from pipelines.remote.shelf import UrlShelf

logger = logging.getLogger(__name__)

NAME = "states"
FORMAT = 1
KEPT = 3
"""Lists that stay, for who is still reading by one."""


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One file of the folder."""

    size: int
    """In bytes; its object may be longer, where a later state has been written and not listed."""
    sha256: str
    object: str
    """The object that holds it, relative to the URL: the file's own path, unless that was taken."""


class Manifest(msgspec.Struct, frozen=True):
    """One state of a folder."""

    files: dict[str, Entry] = {}
    """By path, relative to the folder."""
    whole: bool = True
    """Whether what is derived is of the same state as the captures, journals and what was learnt; else it is older."""
    pending: tuple[str, ...] = ()
    """Objects that are being written while this is the newest state: there whole, in part or not at all."""
    retired: tuple[str, ...] = ()
    """Objects no file is in any more, which may be there still."""
    at: str = ""
    token: str = ""
    """What tells it from any other list."""
    format: int = FORMAT


class Manifests:
    """The states there are of what lies at a URL."""

    def __init__(self, shelf: UrlShelf, url: str) -> None:
        self._shelf, self._url = shelf, url

    def latest(self) -> tuple[int, Manifest]:
        """The newest state and its number; 0 and an empty one where there is none. Raises StorageFailed."""
        for number, data in self._shelf.newest_first(NAME):
            try:
                found = msgspec.json.decode(gzip.decompress(data), type=Manifest)
            except (OSError, EOFError, zlib.error, msgspec.DecodeError) as error:
                logger.warning("%s: state %d cannot be read (%s): the one before it counts", self._url, number, error)
                continue
            if found.format != FORMAT:
                raise StorageFailed(f"{self._url}: was written by a newer luutin. Use that, or a later one.")
            return number, found
        return 0, Manifest()

    def add(self, number: int, manifest: Manifest) -> Manifest:
        """Make this the state after that of a number. Raises OutputLocked where another has come first."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = msgspec.structs.replace(manifest, at=at, token=secrets.token_hex(8))
        data = gzip.compress(msgspec.json.encode(manifest), mtime=0)
        if not self._shelf.create(NAME, number + 1, data) or max(self._shelf.generations(NAME)) != number + 1:
            raise OutputLocked(
                f"{self._url}: another machine has stored something there meanwhile. Nothing of it was changed; what "
                "was stored here since stays in the working copy. Run the same again."
            )
        self._shelf.trim(NAME, number + 2 - KEPT)
        return manifest
