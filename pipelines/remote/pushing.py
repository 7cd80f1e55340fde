"""Bringing a URL to the state of a working copy, one whole state after another."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace

from pipelines.remote.manifest import Entry, Manifest, Manifests
from pipelines.remote.scanning import CHUNK_BYTES, DATABASE, database_logs, scan
from pipelines.remote.state import Held, State, is_truth, save
from pipelines.remote.store import Store

logger = logging.getLogger(__name__)

logger = logging.getLogger(__name__)

AT_ONCE = 8
DIGITS_IN_NAME = 16
"""Of its digest, behind the path of a file whose object has another name."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A file that is not at the URL as it is here; `start`: how much of it is there, and only to be grown."""

    path: str
    entry: Entry
    mtime_ns: int
    start: int = 0


class Pushing:
    """One push onto one state."""

    def __init__(
        self,
        store: Store,
        manifests: Manifests,
        folder: Path,
        state: State,
        manifest: Manifest,
        check: Callable[[], None],
    ) -> None:
        self._store, self._manifests, self._folder, self._state = store, manifests, folder, state
        self._manifest, self._check = manifest, check
        self._files = dict(manifest.files)
        """What the next state is to list."""
        self._suspect = {*manifest.pending, *manifest.retired}
        """Objects whose writer did not come to its end: whatever they are, or may become yet."""
        self._left = set(manifest.pending)
        """Objects that may be there, and are in no file."""

    def run(self, *, whole: bool) -> None:
        """Raises OutputLocked, StorageFailed, OSError, and what `check` raises."""
        self._sweep()
        whole = whole and _settled(self._folder)
        changes = [change for path in scan(self._folder) if whole or is_truth(path) if (change := self._change(path))]
        gone = self._gone() if whole else set()
        if not changes and not gone and whole == self._manifest.whole:
            return
        truth = [change for change in changes if is_truth(change.path)]
        derived = [change for change in changes if not is_truth(change.path)]
        self._add(changes, whole=self._manifest.whole)
        if truth:
            self._take(truth)
            self._add(derived, whole=False)
        if whole:
            self._take(derived)
            for path in gone:
                del self._files[path], self._state.held[path]
            self._add([], whole=True)
        self._sweep()

    # -- what has changed -----------------------------------------------------------------------------

    def _change(self, path: str) -> _Change | None:
        """What is to be done for a file, or None where it is there already."""
        local, old = self._folder / path, self._manifest.files.get(path)
        held = self._state.held.get(path)
        if old is not None and held is not None and held.entry == old and held.still(local):
            return None
        stat = local.stat()
        before, digest = _digests(local, old.size if old else 0, stat.st_size)
        if old is not None and (stat.st_size, digest) == (old.size, old.sha256):
            self._state.held[path] = Held(old, stat.st_mtime_ns)
            return None
        if old is not None and 0 < old.size < stat.st_size and before == old.sha256 and self._grows(old):
            return _Change(path, Entry(stat.st_size, digest, old.object), stat.st_mtime_ns, old.size)
        return _Change(path, Entry(stat.st_size, digest, self._free(path, digest)), stat.st_mtime_ns)

    def _grows(self, old: Entry) -> bool:
        """Whether an object ends where the list says, and nobody else may be at work on it."""
        return old.object not in self._suspect and self._store.size(old.object) == old.size

    def _free(self, path: str, digest: str) -> str:
        """The name of a new object: the path of its file, unless something is there, or may come to be."""
        known = {entry.object for entry in self._manifest.files.values()}
        if path not in known and path not in self._suspect and self._store.size(path) is None:
            return path
        return f"{path}@{digest[:DIGITS_IN_NAME]}"

    def _gone(self) -> set[str]:
        """Files that were here as they are there, and are here no more."""
        return {
            path for path in self._state.held if path in self._manifest.files and not (self._folder / path).exists()
        }

    # -- what is done ---------------------------------------------------------------------------------

    def _take(self, changes: Iterable[_Change]) -> None:
        """Store what has changed, and list it from the next state on."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            done = list(threads.map(self._store_one, changes))
        for one in done:
            self._files[one.path] = one.entry
            self._state.held[one.path] = Held(one.entry, one.mtime_ns)

    def _store_one(self, change: _Change) -> _Change:
        self._check()
        local, entry = self._folder / change.path, change.entry
        if change.start:
            if self._store.append(local, entry.object, change.start, entry.size):
                return change
            entry = replace(entry, object=f"{change.path}@{entry.sha256[:DIGITS_IN_NAME]}")
        self._store.put(local, entry.object, entry.size)
        return _Change(change.path, entry, change.mtime_ns)

    def _add(self, pending: Iterable[_Change], *, whole: bool) -> None:
        """Add a state, and note it: from then on it is what everybody reads. `pending` is what is stored next."""
        self._check()
        soon = {change.entry.object for change in pending}
        listed = {entry.object for entry in self._files.values()}
        self._left |= {entry.object for entry in self._manifest.files.values()}
        self._left -= listed
        new = Manifest(dict(self._files), whole, tuple(sorted(soon)), tuple(sorted(self._left - soon)))
        self._manifest = self._manifests.add(self._state.number, new)
        self._state.number, self._state.token = self._state.number + 1, self._manifest.token
        save(self._folder, self._state)

    def _sweep(self) -> None:
        """Delete the objects no file is in any more: what was withdrawn must not stay."""
        for name in self._manifest.retired:
            self._check()
            self._store.remove(name)


def _settled(folder: Path) -> bool:
    """Have the database hold all that its log says; whether it does: not while another process has it, or damaged."""
    if not any(log.exists() for log in database_logs(folder)):
        return True
    try:
        with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        logger.warning("%s: %s; it is made again from the captures", folder / DATABASE, error)
        return False
    return not database_logs(folder)[0].exists()


def _digests(path: Path, start: int, size: int) -> tuple[str, str]:
    """The SHA-256 of the first `start` and of the first `size` bytes of a file. Raises OSError."""
    digest, left, before = sha256(), size, ""
    with path.open("rb") as stream:
        if start <= size:
            left -= start
            while start and (chunk := stream.read(min(CHUNK_BYTES, start))):
                digest.update(chunk)
                start -= len(chunk)
            before = digest.hexdigest()
        while left and (chunk := stream.read(min(CHUNK_BYTES, left))):
            digest.update(chunk)
            left -= len(chunk)
    return before, digest.hexdigest()
