"""Slips of leases as files of a folder that several machines see."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from pipelines.archive.lease import Shelf
from pipelines.remote.places import is_url

MAX_SLIP_BYTES = 100_000
_DIGITS = 12


def shelf_at(place: str) -> Shelf:
    """The shelf at a path or URL. Raises ArchiveError."""
    if is_url(place):
        from pipelines.remote.shelf import UrlShelf
        from pipelines.remote.store import Store

        url, _, folder = place.rpartition("/")
        return UrlShelf(Store(url), folder)
    return FolderShelf(Path(place))


class FolderShelf:
    """A folder for each name, in it a file for each generation. POSIX makes a file once, NFS since version 3 too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def latest(self, name: str) -> tuple[int, bytes] | None:
        """As `Shelf` has it."""
        place = self._place(name)
        while numbers := self._generations(place):
            try:
                with self._path(place, max(numbers)).open("rb") as stream:
                    return max(numbers), stream.read(MAX_SLIP_BYTES)
            except FileNotFoundError:  # a later one is there, and this was trimmed meanwhile
                continue
        return None

    def create(self, name: str, generation: int, data: bytes) -> bool:
        """As `Shelf` has it."""
        path = self._path(self._place(name), generation)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as stream:
                stream.write(data)
        except FileExistsError:
            return False
        return True

    def replace(self, name: str, generation: int, data: bytes) -> None:
        """As `Shelf` has it."""
        path = self._path(self._place(name), generation)
        partial = path.with_name(f"{path.name}.partial")
        partial.write_bytes(data)  # not waited for until it is on the disk: a busy one would take what holds for long
        partial.replace(path)

    def trim(self, name: str, generation: int) -> None:
        """As `Shelf` has it."""
        place = self._place(name)
        for number in self._generations(place):
            if number < generation:
                self._path(place, number).unlink(missing_ok=True)

    def _place(self, name: str) -> Path:
        return self._folder / quote(name, safe="").replace(".", "%2E")

    def _path(self, place: Path, generation: int) -> Path:
        return place / f"{generation:0{_DIGITS}d}"

    def _generations(self, place: Path) -> list[int]:
        try:
            return [int(path.name) for path in place.iterdir() if path.name.isdecimal()]
        except FileNotFoundError:
            return []
