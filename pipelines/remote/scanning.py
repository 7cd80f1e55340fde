"""What of an output folder belongs to it, and is kept at its URL."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from os import stat_result
from pathlib import Path

FOLDERS = ("captures", "articles", "reports", "index", "exports")
DATABASE = "archive.db"
_PASSING = (".partial", ".partial.state", ".packed", ".lock", "-wal", "-shm")
CHUNK_BYTES = 1024 * 1024


def scan(folder: Path) -> Iterator[tuple[str, stat_result]]:
    """The files that are kept, by their paths relative to the folder, as they are when they are come to.

    Journals first, and only then is it looked which captures there are: so these reach as far as the journals say, also
    where a crawl goes on meanwhile. Raises OSError.
    """
    journals = sorted((folder / "captures").glob("*/*.journal"))
    for path in journals:
        yield path.relative_to(folder).as_posix(), path.stat()
    others = (path for name in FOLDERS for path in sorted((folder / name).rglob("*")) if path not in journals)
    for path in (*others, folder / DATABASE):
        if path.is_file() and not any(map(_passes, path.relative_to(folder).parts)):
            yield path.relative_to(folder).as_posix(), path.stat()


def _passes(part: str) -> bool:
    """Whether a file of this name, or in such a folder, is only there while others are made or used."""
    return part.endswith(_PASSING)


def database_logs(folder: Path) -> list[Path]:
    """What lies beside the database while it is written."""
    return [folder / f"{DATABASE}{suffix}" for suffix in ("-wal", "-shm")]


def hashed(path: Path, size: int) -> str:
    """The SHA-256 of the first `size` bytes of a file. Raises OSError."""
    digest, left = sha256(), size
    with path.open("rb") as stream:
        while left and (chunk := stream.read(min(CHUNK_BYTES, left))):
            digest.update(chunk)
            left -= len(chunk)
    return digest.hexdigest()
