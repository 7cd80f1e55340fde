"""Captures in WARC, ARC or WACZ files on this machine, answering requests as the portal once did."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from crawler.origins.copies import ArchiveOrigin, Choice, Copy
from crawler.origins.files import Files, Stretch, files_named
from pipelines.archive.foreign import foreign_records, read_one
from pipelines.archive.warc import Exchange, Record, read_warc_date, split_http
from pipelines.errors import BadWarc

if TYPE_CHECKING:
    from scrapy import Request

    from pipelines.remote.reading import RemoteFile

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a record lies in its file, in bytes; `request` as sent, where it was a POST."""

    file: Stretch
    offset: int
    length: int
    request: bytes = b""


@dataclass(frozen=True, slots=True)
class _Revisit:
    """A capture that repeats another, until that is known."""

    record: Record
    """Without its block."""
    copy: Copy[_Spot]


class WarcOrigin(ArchiveOrigin[_Spot]):
    """A file, a folder or a pattern of files. One damaged file among several costs only what lies past the damage."""

    def __init__(
        self,
        path: Path | str,
        *,
        every_version: bool = False,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> None:
        super().__init__(Choice(every_version, since, until))
        named = Path(path)
        self.name = f"{'wacz' if named.suffix.lower() == '.wacz' else 'warc'}:{named.name or named.absolute().name}"
        self._files = Files()
        self._by_digest: dict[str, Copy[_Spot]] = {}
        self._by_time: dict[tuple[str, datetime], Copy[_Spot]] = {}
        try:
            self._read_index(files_named(str(path)))
        except BadWarc:
            self._files.close()
            raise
        if not self.copies:
            raise BadWarc(
                f"{path}: holds no HTTP response{' within the bounds given' if since or until else ''}. "
                "Name a WARC or WACZ with captures of a portal."
            )

    def _read_index(self, paths: Sequence[Path | RemoteFile]) -> None:
        """Note every capture of the files. Raises BadWarc where nothing of a single one can be read."""
        revisits: list[_Revisit] = []
        for file in paths:
            try:
                for stretch in self._files.stretches(file):
                    self._index(stretch, revisits)
            except BadWarc as error:
                if len(paths) == 1:
                    raise
                logger.warning("%s", error)
        for revisit in revisits:
            self._resolve(revisit)
        self._by_digest, self._by_time = {}, {}
        self.copies.sort()

    def _index(self, file: Stretch, revisits: list[_Revisit]) -> None:
        """Note every capture of a file, up to where it breaks off. Raises BadWarc where nothing of it can be read."""
        read = 0
        try:
            for spot, record in self._spots(file):
                read += 1
                self._note(spot, record, revisits)
        except BadWarc as error:
            if not read:
                raise
            logger.warning("%s Its %d captures before that are read.", error, read)

    def _spots(self, file: Stretch) -> Iterator[tuple[_Spot, Record]]:
        """The captures of a file, each with where it lies; of one compressed as a whole, where it lies unpacked."""
        first = True
        for record, following in _with_following(file):
            if first and following is not None and not file.alike(0, following.offset):
                yield from self._spots(self._files.unpacked(file))
                return
            first = False
            end = file.size if following is None else following.offset
            yield _Spot(file, record.offset, end - record.offset, record.request), record

    def _note(self, spot: _Spot, record: Record, revisits: list[_Revisit]) -> None:
        try:
            status, headers, _ = split_http(record.block)
        except BadWarc:
            if record.type == "response":
                return  # what is no HTTP response answers no request
            status, headers = 200, []  # a revisit need not repeat the head of what it repeats
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        html = "html" in kind.lower()
        copy = Copy(record.url, record.at, status, html, record.payload_digest, spot)
        if record.type == "revisit":
            revisits.append(_Revisit(replace(record, block=b""), copy))
            return
        if record.payload_digest:
            self._by_digest.setdefault(record.payload_digest, copy)
        self._by_time.setdefault((record.url, record.at), copy)
        self.copies.add(copy, record.posted)

    def _resolve(self, revisit: _Revisit) -> None:
        """A revisit answers with what it repeats: the capture it names, else one with its digest, of any URL."""
        record, copy = revisit.record, revisit.copy
        full = self._by_digest.get(record.payload_digest or "")
        if record.refers_to is not None:
            full = self._by_time.get((record.refers_to[0], _time(record.refers_to[1]))) or full
        if full is None:
            logger.info("%s of %s repeats a capture that is not there", record.url, record.at)
            return
        spot = replace(full.where, request=copy.where.request)
        self.copies.add(replace(full, url=copy.url, at=copy.at, where=spot), record.posted)

    async def read(self, copy: Copy[_Spot], request: Request) -> Exchange:
        spot = copy.where
        data = spot.file.read(spot.offset, spot.length)
        block = read_one(data, f"{spot.file.name} at byte {spot.offset}", spot.file.dictionary).block
        return Exchange(url=request.url, at=copy.at, request=spot.request, response=block, source=copy.url)

    async def close(self) -> None:
        self._files.close()


def _with_following(file: Stretch) -> Iterator[tuple[Record, Record | None]]:
    """Each record with the one after it, which says where it ends at the latest."""
    window = file.open()
    last: Record | None = None
    try:
        for record in foreign_records(cast("BinaryIO", window), file.name):
            if last is not None:
                yield last, record
            last = record
    except BadWarc:
        if last is not None:
            yield last, None
        raise
    finally:
        window.close()
    if last is not None:
        yield last, None


def _time(text: str) -> datetime:
    try:
        return read_warc_date(text)
    except ValueError:
        return datetime.min  # noqa: DTZ901 - equals no capture's time
