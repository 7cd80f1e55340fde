"""Numbered slips at a URL, each written once by one of many: what leases and the states of a folder are told by."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote

from pipelines.remote.store import Store

FOLDER = ".mirror"
"""Where they lie below the URL."""
_DIGITS = 12


class UrlShelf:
    """As `pipelines.archive.lease` wants one: a folder for each name, in it an object for each generation."""

    def __init__(self, store: Store, folder: str = FOLDER) -> None:
        self._store, self._folder = store, folder

    def latest(self, name: str) -> tuple[int, bytes] | None:
        """The highest generation of a name, and its slip as it is now; None where there is none."""
        return next(self.newest_first(name), None)

    def newest_first(self, name: str) -> Iterator[tuple[int, bytes]]:
        """All generations of a name that are there still, with their slips."""
        seen: set[int] = set()
        while numbers := set(self.generations(name)) - seen:  # what was trimmed meanwhile has a later one
            number = max(numbers)
            seen.add(number)
            with suppress(FileNotFoundError):
                yield number, self._store.read(self._path(name, number))

    def create(self, name: str, generation: int, data: bytes) -> bool:
        """Write the slip of a new generation; False where there is one, be it that another came first this moment."""
        return self._store.create(self._path(name, generation), data)

    def replace(self, name: str, generation: int, data: bytes) -> None:
        """Write the slip of one's own generation anew, whole or not at all."""
        self._store.write(self._path(name, generation), data)

    def trim(self, name: str, generation: int) -> None:
        """Remove the generations before this one."""
        for number in self.generations(name):
            if number < generation:
                self._store.remove(self._path(name, number))

    def generations(self, name: str) -> list[int]:
        """All there are of a name."""
        return [int(found) for found in self._store.names(self._place(name)) if found.isdecimal()]

    def _place(self, name: str) -> str:
        return f"{self._folder}/{quote(name, safe='').replace('.', '%2E')}"

    def _path(self, name: str, generation: int) -> str:
        return f"{self._place(name)}/{generation:0{_DIGITS}d}"
