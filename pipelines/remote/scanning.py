"""What of an output folder belongs to it, and is kept at its URL."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

FOLDERS = ("captures", "articles", "reports", "index", "exports")
DATABASE = "archive.db"
_PASSING = (".partial", ".partial.state", ".packed", ".lock", "-wal", "-shm")
CHUNK_BYTES = 1024 * 1024


def scan(folder: Path) -> Iterator[str]:
    """The paths of what is kept, relative to the folder: journals before the captures they speak of, so that of files
    that grow meanwhile the captures reach as far as the journal says.
    """
    names = [
        path.relative_to(folder).as_posix()
        for name in FOLDERS
        for path in (folder / name).rglob("*")
        if path.is_file() and not any(map(_passes, path.relative_to(folder).parts))
    ]
    if (folder / DATABASE).exists():
        names.append(DATABASE)
    yield from sorted(names, key=lambda name: (not name.endswith(".journal"), name))


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
