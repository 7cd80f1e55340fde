"""WACZ 1.1.1: captures, index and pages with their text in one file that replay tools open."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import msgspec

from pipelines.archive.cdxj import Zipped, merged
from pipelines.archive.warc import warc_date
from pipelines.errors import ArchiveError, OutputUnwritable

if TYPE_CHECKING:
    from pipelines.export.selection import Selection, Stretch
    from pipelines.items import Article

WACZ_VERSION = "1.1.1"
COPY_BYTES = 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: the same archive gives the same bytes."""
_MODE = 0o644 << 16


@dataclass(frozen=True, slots=True)
class Exported:
    """What went into a file, in numbers."""

    captures: int
    pages: int
    bytes: int


def export_wacz(selection: Selection, path: Path, software: str) -> Exported:
    """Write `path`, whole or not at all: the same selection of the same archive gives the same bytes.

    Memory does not grow with the archive, but for 100 bytes a capture where a span of time is selected.
    Raises OutputUnwritable, ArchiveError.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as stream:
            with zipfile.ZipFile(stream, "w") as archive:
                exported = _Wacz(selection, archive, path.parent).write(software)
            stream.flush()
            os.fsync(stream.fileno())
        size = partial.stat().st_size
        partial.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        _remove(partial)
    return Exported(exported[0], exported[1], size)


def export_cdxj(selection: Selection, path: Path) -> int:
    """Write the index of all captures of the selected portals, whole or not at all; the number of its lines.

    File names are relative to it. Raises OutputUnwritable.
    """
    partial = path.with_name(f"{path.name}.partial")
    base, lines = path.absolute().parent, 0
    indexes = []
    for portal in selection.portals:
        folder = os.path.relpath((selection.folder / "captures" / portal).absolute(), base)
        indexes.append(selection.index(portal, None, f"{folder}/"))
    try:
        with partial.open("wb") as stream:
            for line in merged(indexes):
                stream.write(line)
                lines += 1
        partial.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        _remove(partial)
    return lines


def _unwritable(path: Path, error: OSError) -> OutputUnwritable:
    return OutputUnwritable(f"{path}: {error.strerror or error}. Name a file that can be written.")


def _remove(partial: Path) -> None:
    with suppress(OSError):
        partial.unlink(missing_ok=True)


class _Wacz:
    def __init__(self, selection: Selection, archive: zipfile.ZipFile, folder: Path) -> None:
        self._selection = selection
        self._zip = archive
        self._folder = folder
        self._resources: list[dict[str, Any]] = []
        self._newest = ""

    def write(self, software: str) -> tuple[int, int]:
        """Every entry; the numbers of captures and pages."""
        selection = self._selection
        offsets: dict[tuple[str, int], int] | None = {} if selection.spanned else None
        for portal in selection.portals:
            for path, end in selection.files(portal):
                stretches = list(selection.stretches(path, end))
                if offsets is not None:
                    file = path.relative_to(selection.folder).as_posix()
                    offsets.update(((file, at), to) for at, to in _moved(selection.captures(path), stretches))
                self._add(f"archive/{path.name}", _copied(path, stretches))
        index = Zipped("index.cdx.gz")
        lines = merged([selection.index(portal, offsets) for portal in selection.portals])
        self._add("indexes/index.cdx.gz", index.blocks(lines))
        self._add("indexes/index.idx", index.table)
        pages = self._add("pages/pages.jsonl", self._pages(), zipfile.ZIP_DEFLATED) - 1
        if not index.lines:
            raise ArchiveError("nothing was selected: no capture is of these portals and this time")
        package = {
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            "title": ", ".join(selection.portals),
            "software": software,
            "created": self._newest or "1980-01-01T00:00:00Z",
            "resources": self._resources,
        }
        data = msgspec.json.format(msgspec.json.encode(package), indent=2)
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        self._add("datapackage.json", [data])
        self._add("datapackage-digest.json", [msgspec.json.encode(digest)])
        return index.lines, pages

    def _pages(self) -> Iterator[bytes]:
        head = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": True}
        yield msgspec.json.encode(head) + b"\n"
        for portal in self._selection.portals:
            for article in self._selection.articles(portal):
                if article.captured_at is not None:
                    self._newest = max(self._newest, warc_date(article.captured_at))
                    yield msgspec.json.encode(_page(article)) + b"\n"

    def _add(self, name: str, chunks: Iterable[bytes], compression: int = zipfile.ZIP_STORED) -> int:
        """Write one entry piece by piece, and note it as a resource; the number of pieces.

        The pieces go through a file without a name: an entry of a size not known beforehand would have to be marked
        as over 4 GB, which replayweb.page misreads.
        """
        info = zipfile.ZipInfo(name, _EPOCH)
        info.compress_type = compression
        info.external_attr = _MODE
        info.create_system = 3
        digest, pieces = hashlib.sha256(), 0
        with TemporaryFile(dir=self._folder) as whole:
            for chunk in chunks:
                whole.write(chunk)
                digest.update(chunk)
                pieces += 1
            info.file_size = size = whole.tell()
            whole.seek(0)
            with self._zip.open(info, "w") as entry:
                shutil.copyfileobj(whole, entry, COPY_BYTES)
        file = name.rpartition("/")[2]
        self._resources.append({"name": file, "path": name, "hash": f"sha256:{digest.hexdigest()}", "bytes": size})
        return pieces


def _page(article: Article) -> dict[str, Any]:
    assert article.captured_at is not None
    text = "\n\n".join(part for part in (article.lead, article.body) if part)
    return {
        "id": f"{article.id}-{article.version}",
        "url": article.url,
        "ts": warc_date(article.captured_at),
        "title": article.title,
        "text": text,
    }


def _copied(path: Path, stretches: list[Stretch]) -> Iterator[bytes]:
    with path.open("rb") as stream:
        for stretch in stretches:
            stream.seek(stretch.start)
            left = stretch.end - stretch.start
            while left:
                chunk = stream.read(min(left, COPY_BYTES))
                if not chunk:
                    raise ArchiveError(f"{path}: ends before byte {stretch.end}, which the database says it has.")
                left -= len(chunk)
                yield chunk


def _moved(offsets: Iterable[int], stretches: list[Stretch]) -> Iterator[tuple[int, int]]:
    """For each offset that lies in a stretch, that and where it lies now; both are in order."""
    remaining = iter(stretches)
    stretch = next(remaining, None)
    for offset in offsets:
        while stretch is not None and offset >= stretch.end:
            stretch = next(remaining, None)
        if stretch is None:
            return
        if offset >= stretch.start:
            yield offset, offset - stretch.start + stretch.target
