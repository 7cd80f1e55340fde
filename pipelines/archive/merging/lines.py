"""The article lines of a portal out of several folders: what is known of its pages before they take their places anew.

Of several lines that were read from the same captures the one is kept that the newest version read, with its text where
one has it. Lines only spare reading pages again: what articles are of each other is told anew.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pipelines.archive.files import link_file
from pipelines.archive.merging.captures import Moved
from pipelines.archive.stored import source_of_line
from pipelines.items import Article

if TYPE_CHECKING:
    from pipelines.items import Capture

logger = logging.getLogger(__name__)

_ARTICLE = msgspec.json.Decoder(Article)
_NUMBERS = re.compile(r"\d+")
Rank = tuple[bool, tuple[int, ...], bytes]


@dataclass(frozen=True, slots=True)
class Lines:
    """A file of lines, up to where it is read, and where the records they name now are."""

    path: Path
    end: int
    moved: Mapping[str, Moved]
    stays: bool
    """Whether all of these are where they were."""

    def read(self) -> Iterator[tuple[int, bytes]]:
        """Each whole line with where it begins."""
        at = 0
        with self.path.open("rb") as stream:
            for line in stream:
                if not line.endswith(b"\n") or at + len(line) > self.end:
                    return
                yield at, line
                at += len(line)


@dataclass(frozen=True, slots=True)
class _Best:
    """The best line read from some captures so far: how good it is, in which file it lies, and where there."""

    rank: Rank
    file: int
    offset: int
    length: int


def unite(files: Sequence[Lines], to: Path) -> None:
    """Write the lines of a portal out of several files. Raises OSError."""
    if len(files) == 1 and files[0].stays:
        link_file(files[0].path, to, files[0].end)
        return
    best: dict[str, _Best] = {}
    """By what a line was read from."""
    for number, file in enumerate(files):
        for at, text in file.read():
            article = _moved(text, file)
            if article is None:
                logger.warning("%s: the line at byte %d is no article; its captures are read again", file.path, at)
                continue
            line = _line(article)
            source, rank = source_of_line(line) or "", _rank(article, line)
            if source not in best or rank > best[source].rank:
                best[source] = _Best(rank, number, at, len(text))
    with ExitStack() as stack, to.open("wb") as new:
        streams = [stack.enter_context(file.path.open("rb")) for file in files]
        for source in sorted(best):
            place = best[source]
            streams[place.file].seek(place.offset)
            article = _moved(streams[place.file].read(place.length), files[place.file])
            assert article is not None  # it was one a moment ago
            new.write(_line(article))


def _rank(article: Article, line: bytes) -> Rank:
    version = tuple(int(number) for number in _NUMBERS.findall(article.extractor.rpartition(" ")[2]))
    return article.duplicate_of is None, version, hashlib.sha256(line).digest()


def _line(article: Article) -> bytes:
    return msgspec.json.encode(article) + b"\n"


def _moved(text: bytes, file: Lines) -> Article | None:
    """The article of a line, as it says where its captures now are; None where the line is none."""
    try:
        article = _ARTICLE.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if article.warc_file is not None and (there := _there(article.warc_file, file.moved)) is not None:
        offset = article.warc_offset
        article.warc_offset = offset if offset is None else there.offsets.get(offset, offset)
        article.warc_file = f"{article.warc_file.rpartition('/')[0]}/{there.name}"
    attached = (one.capture for one in article.attachments if one.capture is not None)
    for capture in [*article.parts, *attached]:
        _move(capture, file.moved)
    return article


def _move(capture: Capture, moved: Mapping[str, Moved]) -> None:
    if (there := _there(capture.warc_file, moved)) is not None:
        capture.warc_offset = there.offsets.get(capture.warc_offset, capture.warc_offset)
        capture.warc_file = f"{capture.warc_file.rpartition('/')[0]}/{there.name}"


def _there(file: str, moved: Mapping[str, Moved]) -> Moved | None:
    return moved.get(file.rpartition("/")[2])
