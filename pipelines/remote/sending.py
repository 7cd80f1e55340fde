"""What was made on this machine, a file or a folder, put at a URL for others to read."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import msgspec

from pipelines.errors import OutputUnwritable
from pipelines.remote.places import working_copy
from pipelines.remote.store import Store

AT_ONCE = 8
MARK = ".export"
"""In a folder at a URL: the names of what was put there, so that nothing else is ever deleted."""
BESIDE = ".removed.jsonl"
"""Behind the name of a file: what belongs to it and lies beside it."""


class Sent(NamedTuple):
    """How much was put there."""

    objects: int
    bytes: int


def staged(url: str) -> Path:
    """Where what is to lie at a URL is made; what is interrupted is gone on with there."""
    copy = working_copy(url)
    folder = copy.with_name(f"{copy.name}.export")  # an output folder may be worked on at the same URL
    folder.mkdir(parents=True, exist_ok=True)
    return folder / (url.rstrip("/").rpartition("/")[2] or "export")


def send(path: Path, url: str) -> Sent:
    """Put a file or folder at a URL, and delete it here. A file takes the place of the old one once it is there as a
    whole; of a folder the files do so one by one.

    Raises OutputUnwritable where a folder there was not made by this, StorageFailed.
    """
    if path.is_dir():
        sent = _send_folder(path, Store(url))
    else:
        parent, _, name = url.rpartition("/")
        store = Store(parent)
        files = {name: path, f"{name}{BESIDE}": path.with_name(f"{path.name}{BESIDE}")}
        sent = _put(store, {name: file for name, file in files.items() if file.exists()})
    shutil.rmtree(path.parent)
    return sent


def _send_folder(path: Path, store: Store) -> Sent:
    files = {file.relative_to(path).as_posix(): file for file in sorted(path.rglob("*")) if file.is_file()}
    there = set(store.find())
    if there and MARK not in there:
        raise OutputUnwritable(f"{store.url}: holds what no export has put there. Name another folder.")
    before = set(msgspec.json.decode(store.read(MARK), type=list[str])) if there else set()
    store.write(MARK, msgspec.json.encode(sorted(before | files.keys())))
    sent = _put(store, files)
    for name in sorted(before - files.keys()):
        store.remove(name)
    store.write(MARK, msgspec.json.encode(sorted(files)))
    return sent


def _put(store: Store, files: dict[str, Path]) -> Sent:
    sizes = {name: file.stat().st_size for name, file in files.items()}
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _ in threads.map(store.put, files.values(), files, sizes.values()):
            pass
    return Sent(len(sizes), sum(sizes.values()))
