"""Small output folders to be kept in step with a URL, and what they hold."""

from __future__ import annotations

from pathlib import Path

from pipelines.remote import Mirror

WARC = "captures/so_thu/so_thu-00001.warc.gz"
JOURNAL = "captures/so_thu/so_thu.journal"
LINES = "articles/so_thu.jsonl"
DATABASE = "archive.db"


FIRST = {"warc": b"mot" * 1000, "journal": b"{}\n", "lines": b"{}\n", "database": b"db mot"}
SECOND = {"warc": b"mot" * 1000 + b"hai", "journal": b"{}\n{}\n", "lines": b"{}\n{}\n", "database": b"db hai"}


def fill(folder: Path, **files: bytes) -> Path:
    """A folder with captures, journal, lines and database; `files` by the names above, in lower case."""
    named = {"warc": WARC, "journal": JOURNAL, "lines": LINES, "database": DATABASE}
    for name, data in files.items():
        path = folder / named[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """What a folder holds."""
    own = (".mirror.json",)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in own
    }


def fetched(url: str, folder: Path, **how: bool) -> dict[str, bytes]:
    Mirror(url, folder).fetch(**how)
    return content(folder)
