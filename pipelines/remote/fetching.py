"""Bringing a working copy to the state that lies at its URL."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipelines.remote.manifest import Entry, Manifest
from pipelines.remote.scanning import DATABASE, database_logs, hashed, scan
from pipelines.remote.state import Held, State, is_truth, load, save
from pipelines.remote.store import Store

logger = logging.getLogger(__name__)

AT_ONCE = 8


class Moved(Exception):
    """An object is not as the list says: a later state has taken its place, or it was tampered with."""


class Fetching:
    """One fetch of one state."""

    def __init__(self, store: Store, folder: Path, number: int, manifest: Manifest) -> None:
        self._store, self._folder = store, folder
        self._number, self._manifest = number, manifest
        self._state = load(folder, store.url)

    def run(self, *, captures: bool, to_write: bool) -> None:
        """Raises Moved, StorageFailed, OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        same = (self._state.number, self._state.token) == (self._number, self._manifest.token)
        if not same:
            self._put_aside()
        files = self._manifest.files
        wanted = {one: files[one] for one in files if self._wants(one, captures=captures, to_write=to_write)}
        self._leave_out(to_write=to_write)
        lacking = {path: entry for path, entry in wanted.items() if not self._has(path, entry, same=same)}
        try:
            for paths in _in_order(lacking):
                with ThreadPoolExecutor(AT_ONCE) as threads:
                    for path, held in threads.map(self._get, paths, [lacking[path] for path in paths]):
                        self._state.held[path] = held
        finally:
            save(self._folder, self._state)  # so that what has come is not taken for what was stored here
        if not same:
            self._clear(wanted)
        self._state.absent = {path: entry for path, entry in files.items() if is_warc(path) and path not in wanted}
        self._state.number, self._state.token = self._number, self._manifest.token
        save(self._folder, self._state)

    def _wants(self, path: str, *, captures: bool, to_write: bool) -> bool:
        if to_write and not self._manifest.whole and is_behind(path):
            return False
        return captures or not is_warc(path) or (self._folder / path).exists()

    def _leave_out(self, *, to_write: bool) -> None:
        """Remove what is older than the captures, was fetched to be read, and would be written on."""
        if to_write and not self._manifest.whole:
            for path, held in list(self._state.held.items()):
                if is_behind(path) and held.still(self._folder / path):
                    (self._folder / path).unlink()
                    del self._state.held[path]

    def _has(self, path: str, entry: Entry, *, same: bool) -> bool:
        """Whether a file is here as it is there, or newer: of the same state it can only have been changed here."""
        local, held = self._folder / path, self._state.held.get(path)
        if not local.exists():
            return False
        if same and held is not None:
            return True
        if held is not None and held.still(local):
            return held.entry.sha256 == entry.sha256
        if local.stat().st_size != entry.size or hashed(local, entry.size) != entry.sha256:
            return False
        self._state.held[path] = Held(entry, local.stat().st_mtime_ns)
        return True

    def _put_aside(self) -> None:
        """What was stored here, never pushed, and is not what others have stored since, is kept beside the folder."""
        for path in scan(self._folder):
            held, entry = self._state.held.get(path), self._manifest.files.get(path)
            local = self._folder / path
            if not is_truth(path) or (held is not None and held.still(local)):
                continue
            if entry is not None and local.stat().st_size == entry.size and hashed(local, entry.size) == entry.sha256:
                continue
            aside = next(
                place
                for number in range(1, 1_000_000)
                if not (place := self._folder.with_name(f"{self._folder.name}.unpushed-{number}")).exists()
            )
            logger.warning(
                "%s: holds captures that were never pushed, and another machine has stored others since: it is "
                "kept as %s, which `luutin merge` can join",
                self._folder,
                aside,
            )
            self._folder.rename(aside)
            self._folder.mkdir()
            self._state = State(self._store.url)
            return

    def _clear(self, wanted: dict[str, Entry]) -> None:
        """Remove what is not there."""
        for path in scan(self._folder):
            if path not in wanted:
                (self._folder / path).unlink()
        self._state.held = {path: held for path, held in self._state.held.items() if path in wanted}

    def _get(self, path: str, entry: Entry) -> tuple[str, Held]:
        """Fetch one file: of one that has grown only what is new. Raises Moved, StorageFailed, OSError."""
        local, held = self._folder / path, self._state.held.get(path)
        local.parent.mkdir(parents=True, exist_ok=True)
        if held is not None and 0 < held.entry.size < entry.size and held.still(local):
            shutil.copyfile(local, partial_of(local))
            if self._fill(path, entry, held.entry.size):
                return path, self._placed(path, entry)
        if not self._fill(path, entry, 0):
            partial_of(local).unlink()
            raise Moved(path)
        return path, self._placed(path, entry)

    def _fill(self, path: str, entry: Entry, start: int) -> bool:
        """Write what lies from `start` on into the file in the making; whether that is as the list says then."""
        partial = partial_of(self._folder / path)
        with partial.open("r+b" if start else "wb") as stream:
            stream.seek(start)
            try:
                for chunk in self._store.chunks(entry.object, start, entry.size):
                    stream.write(chunk)
            except FileNotFoundError as error:
                raise Moved(path) from error
        return hashed(partial, entry.size) == entry.sha256

    def _placed(self, path: str, entry: Entry) -> Held:
        local = self._folder / path
        if path == DATABASE:  # the log of another database must not be read into this one
            for log in database_logs(self._folder):
                log.unlink(missing_ok=True)
        partial_of(local).replace(local)
        return Held(entry, local.stat().st_mtime_ns)


def partial_of(path: Path) -> Path:
    """What a file is called while it is fetched."""
    return path.with_name(f"{path.name}.partial")


def _in_order(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """What names other files after those: an index is opened while it is fetched."""
    found: tuple[list[str], list[str]] = [], []
    for path in paths:
        found[path.startswith("index/") and path.endswith(".json")].append(path)
    return found


def is_behind(path: str) -> bool:
    """Whether a file that is older than the captures says of what is beyond it that it is not there."""
    return path == DATABASE or path.startswith("index/")


def is_warc(path: str) -> bool:
    """Whether a file holds captures: much, of which little is wanted at a time."""
    return path.startswith("captures/") and path.endswith(".warc.gz")
