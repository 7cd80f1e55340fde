"""Captures in WARC or WACZ files on this machine, answering requests as the portal once did."""

from __future__ import annotations

import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from urllib.parse import urlsplit

from crawler.errors import BadArgument, NotCaptured
from pipelines.archive.warc import Exchange, Record, iter_records, split_http
from pipelines.errors import BadWarc
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrapy import Request

_ZIP_HEADER_BYTES = 30


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where one capture lies: its WARC is `size` bytes of `path` from `start` (not 0 inside a WACZ)."""

    at: datetime
    status: int
    html: bool
    path: Path
    start: int
    size: int
    offset: int
    request: bytes = b""
    """As sent, where it was a POST."""


class WarcOrigin:
    """Serves the newest good capture of each URL, or, with `every_version`, each in the order it was made."""

    live = False

    def __init__(self, path: Path, *, every_version: bool = False) -> None:
        self.name = f"{path.suffix.removeprefix('.') or 'warc'}:{path.name}"
        self.every_version = every_version
        self._spots: dict[str, list[_Spot]] = defaultdict(list)
        self._posted: dict[tuple[str, bytes], list[_Spot]] = defaultdict(list)
        """What was answered to forms, by folded URL and form: two forms at one URL are two pages."""
        self._by_digest: dict[str, _Spot] = {}
        self.urls: dict[str, str] = {}
        for start, size in _warcs_in(path):
            self._index(path, start, size)
        if not self._spots and not self._posted:
            raise BadWarc(f"{path}: holds no HTTP response. Name a WARC or WACZ with captures of a portal.")
        for spots in (*self._spots.values(), *self._posted.values()):
            spots.sort(key=lambda spot: spot.at)

    def _index(self, path: Path, start: int, size: int) -> None:
        with path.open("rb") as stream:
            for record in iter_records(cast("BinaryIO", _Window(stream, start, size)), str(path)):
                try:
                    folded = fold_url(record.url)
                except ValueError:
                    continue
                status, headers, _ = split_http(record.block)
                kind = next((value for name, value in headers if name.lower() == "content-type"), "")
                spot = _Spot(record.at, status, "html" in kind.lower(), path, start, size, record.offset)
                if record.type == "response" and record.payload_digest:
                    self._by_digest.setdefault(record.payload_digest, spot)
                elif record.type == "revisit":
                    full = self._by_digest.get(record.payload_digest or "")
                    if full is None:
                        continue
                    spot = replace(full, at=record.at)
                if (form := record.posted) is not None:
                    self._posted[folded, form].append(replace(spot, request=record.request))
                    continue
                self._spots[folded].append(spot)
                self.urls.setdefault(folded, record.url)

    def home(self, hosts: tuple[str, ...]) -> str | None:
        """The captured root page of one of `hosts`, else the root of the host with most captures."""
        found = Counter(urlsplit(url).netloc.lower() for url in self.urls.values())
        ours = [host for host in hosts if host in found]
        host = ours[0] if ours else None if hosts else found.most_common(1)[0][0]
        return host and self.urls.get(f"http://{host}/", f"http://{host}/")

    def times(self, url: str) -> list[datetime]:
        """When `url` was captured with status 200, oldest first; only the newest unless every version is wanted."""
        times = [spot.at for spot in self._spots.get(fold_url(url), ()) if spot.status == 200]
        return times if self.every_version else times[-1:]

    async def fetch(self, request: Request) -> Exchange:
        """The newest capture with status 200, else the newest; `request.meta["at"]` names another.

        Raises NotCaptured.
        """
        folded, form = fold_url(request.url), request.body
        spots = self._posted.get((folded, form)) if request.method == "POST" else self._spots.get(folded)
        if not spots:
            what = "answer to this form at" if request.method == "POST" else "capture of"
            raise NotCaptured(f"{self.name} holds no {what} {request.url}")
        at = request.meta.get("at")
        good = [spot for spot in spots if spot.status == 200]
        spot = next((s for s in spots if s.at == at), None) if at else (good or spots)[-1]
        if spot is None:
            raise NotCaptured(f"{self.name} holds no capture of {request.url} of {at}")
        block = self._read(spot).block
        return Exchange(url=request.url, at=spot.at, request=spot.request, response=block, source=request.url)

    def _read(self, spot: _Spot) -> Record:
        with spot.path.open("rb") as stream:
            window = _Window(stream, spot.start + spot.offset, spot.size - spot.offset)
            return next(iter_records(cast("BinaryIO", window), str(spot.path)))

    def captured_urls(self) -> Iterable[str]:
        """The URLs of its HTML pages, in the order they were first captured."""
        pages = (
            (folded, spots) for folded, spots in self._spots.items() if any(s.html and s.status == 200 for s in spots)
        )
        return [self.urls[folded] for folded, _ in pages]

    async def close(self) -> None:
        """Nothing is held open."""


class _Window:
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
        """The file is its owner's to close."""


def _warcs_in(path: Path) -> Iterator[tuple[int, int]]:
    """Start and size of each WARC in a file: the file itself, or the stored entries of a WACZ."""
    if not path.is_file():
        raise BadArgument(f"origin {path}: no such file. Name a .warc, .warc.gz or .wacz file, or `live`.")
    if path.stat().st_size == 0:
        raise BadWarc(f"{path}: is empty. Name a WARC or WACZ with captures of a portal.")
    if not zipfile.is_zipfile(path):
        yield 0, path.stat().st_size
        return
    with zipfile.ZipFile(path) as wacz, path.open("rb") as raw:
        entries = [e for e in wacz.infolist() if e.filename.startswith("archive/") and not e.is_dir()]
        if not entries:
            raise BadWarc(f"{path}: a ZIP file without WARC files under archive/, so no WACZ.")
        for entry in entries:
            if entry.compress_type != zipfile.ZIP_STORED:
                raise BadWarc(f"{path}: {entry.filename} is compressed inside the ZIP; a WACZ stores it as it is.")
            raw.seek(entry.header_offset)
            header = raw.read(_ZIP_HEADER_BYTES)
            names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
            yield entry.header_offset + _ZIP_HEADER_BYTES + names, entry.file_size
