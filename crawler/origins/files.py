"""The WARC and ARC files a path means: a file, a folder of them, a pattern, and what is packed in a WACZ."""

from __future__ import annotations

import glob
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from fastwarc import GzipReader, ZstdReader

from crawler.errors import BadArgument
from pipelines.archive.foreign import shared_dictionary
from pipelines.errors import BadWarc
from pipelines.remote.places import is_url
from pipelines.remote.reading import RemoteFile, remote_files

SUFFIXES = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz", ".wacz")
MAX_UNPACKED_BYTES = 16 * 1024**3
"""A compressed file that has to be unpacked to be read at an offset is given up past this."""
COPY_BYTES = 1024 * 1024
_WEB = ("http:", "https:")
"""Servers of the web are asked as portals are, not as a storage is."""
_ZIP_HEADER_BYTES = 30
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(slots=True)
class Stretch:
    """A WARC or ARC file: `size` bytes of `path` from `start` (not 0 inside a WACZ)."""

    path: Path | RemoteFile
    start: int
    size: int
    name: str
    """What errors call it."""
    dictionary: bytes = field(default=b"", repr=False)

    def open(self) -> Window:
        """It as a stream; to be closed."""
        return Window(opened(self.path), self.start, self.size)

    def read(self, offset: int, length: int) -> bytes:
        """`length` bytes from `offset`; fewer where it ends before."""
        with opened(self.path) as stream:
            stream.seek(self.start + offset)
            return stream.read(max(0, min(length, self.size - offset)))

    def alike(self, first: int, second: int) -> bool:
        """Whether compressed records begin at both offsets, or at neither: else the file is compressed as one piece."""
        return self._magic(first) == self._magic(second)

    def _magic(self, offset: int) -> bytes | None:
        start = self.read(offset, 4)
        return next((magic for magic in (_GZIP, _ZSTD) if start.startswith(magic)), None)


class Window:
    """A stretch of a file as a stream of its own: `size` bytes from `start`."""

    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        self._stream = stream
        self._start = start
        self._size = size
        stream.seek(start)

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._size - self.tell())
        return self._stream.read(left if size < 0 else min(size, left))

    def tell(self) -> int:
        return self._stream.tell() - self._start

    def seek(self, offset: int, whence: int = 0) -> int:
        self._stream.seek(offset if whence == 1 else self._start + offset, 1 if whence == 1 else 0)
        return self.tell()

    def close(self) -> None:
        self._stream.close()


class Files:
    """Finds and unpacks files; what had to be unpacked is thrown away on `close`."""

    def __init__(self) -> None:
        self._unpacked: tempfile.TemporaryDirectory[str] | None = None
        self._count = 0

    def stretches(self, path: Path | RemoteFile) -> Iterator[Stretch]:
        """The file itself, or the files of a WACZ. Raises BadWarc."""
        size = path.size if isinstance(path, RemoteFile) else path.stat().st_size
        if size == 0:
            raise BadWarc(f"{path}: is empty. Name a WARC or WACZ with captures of a portal.")
        with opened(path) as stream:
            packed = zipfile.is_zipfile(stream)
        for stretch in self._in_wacz(path) if packed else (Stretch(path, 0, size, str(path)),):
            with opened(stretch.path) as stream:
                stream.seek(stretch.start)
                stretch.dictionary = shared_dictionary(stream)
            yield stretch

    def _in_wacz(self, path: Path | RemoteFile) -> Iterator[Stretch]:
        with opened(path) as whole, zipfile.ZipFile(whole) as wacz, opened(path) as raw:
            entries = [
                entry
                for entry in wacz.infolist()
                if entry.filename.startswith("archive/") and entry.filename.lower().endswith(SUFFIXES)
            ]
            if not entries:
                raise BadWarc(f"{path}: a ZIP file without WARC files under archive/, so no WACZ.")
            for entry in entries:
                name = f"{path}!{entry.filename}"
                if entry.compress_type != zipfile.ZIP_STORED:  # the format wants them stored; not every packer heeds it
                    with wacz.open(entry) as packed:
                        yield self._unpack(packed, name)
                    continue
                raw.seek(entry.header_offset)
                header = raw.read(_ZIP_HEADER_BYTES)
                names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
                yield Stretch(path, entry.header_offset + _ZIP_HEADER_BYTES + names, entry.file_size, name)

    def unpacked(self, stretch: Stretch) -> Stretch:
        """A file compressed as one piece, unpacked, so that its records can be read alone. Raises BadWarc."""
        window = cast("BinaryIO", stretch.open())
        try:
            with GzipReader(window) if stretch.read(0, 2) == _GZIP else ZstdReader(window) as packed:
                return self._unpack(packed, stretch.name)
        finally:
            window.close()

    def _unpack(self, packed: _Readable, name: str) -> Stretch:
        if self._unpacked is None:
            self._unpacked = tempfile.TemporaryDirectory(prefix="luutin-")
        self._count += 1
        path = Path(self._unpacked.name) / f"{self._count}.warc"
        size = 0
        try:
            with path.open("wb") as out:
                for piece in _pieces(packed):
                    size += len(piece)
                    if size > MAX_UNPACKED_BYTES:
                        raise BadWarc(f"{name}: unpacks to more than {MAX_UNPACKED_BYTES} bytes. Unpack it yourself.")
                    out.write(piece)
        except OSError as error:
            raise BadWarc(f"{name}: cannot be unpacked to {path.parent}: {error}") from error
        return Stretch(path, 0, size, name)

    def close(self) -> None:
        """Throw away what was unpacked."""
        if self._unpacked is not None:
            self._unpacked.cleanup()
            self._unpacked = None


def _pieces(packed: _Readable) -> Iterator[bytes]:
    """What can be unpacked: of a file cut short what lies before the cut, which is then read like any other such."""
    while True:
        try:
            piece = packed.read(COPY_BYTES)
        except (EOFError, OSError, zipfile.BadZipFile):
            return
        if not piece:
            return
        yield piece


def opened(path: Path | RemoteFile) -> BinaryIO:
    """A file as a stream; of one in a storage only what is read is fetched."""
    return path.open() if isinstance(path, RemoteFile) else path.open("rb")


def files_named(text: str) -> Sequence[Path | RemoteFile]:
    """The files a path, a folder, a pattern (`*`, `**`) or a URL of one of these in a storage means, in the order of
    their names. Raises BadArgument, StorageFailed.
    """
    if is_url(text) and not text.startswith(_WEB):
        there = [file for file in remote_files(text) if not file.object or file.name.lower().endswith(SUFFIXES)]
        if not there:
            raise BadArgument(f"origin {text}: no {', '.join(SUFFIXES)} file there.")
        return there
    path = Path(text)
    if path.is_file():
        return [path]
    if path.is_dir():
        found = [file for file in path.rglob("*") if file.is_file() and file.name.lower().endswith(SUFFIXES)]
    else:
        found = [Path(name) for name in glob.glob(text, recursive=True) if Path(name).is_file()]  # noqa: PTH207 - takes absolute ones
    if not found:
        what = f"no {', '.join(SUFFIXES)} file in this folder" if path.is_dir() else "no such file"
        raise BadArgument(
            f"origin {text}: {what}. Name WARC, ARC or WACZ files or their folder, `wayback`, `commoncrawl` or `live`."
        )
    return sorted(found)
