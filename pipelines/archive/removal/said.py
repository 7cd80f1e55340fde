"""The phrases of what is withdrawn, and which of them articles that stay say themselves: those stay where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pipelines.archive.removal.wording import Phrases, anchors_of, phrases_of, words_of

if TYPE_CHECKING:
    from pipelines.items import Article

CHUNK_BYTES = 8 * 1024 * 1024


class _Spot(msgspec.Struct):
    url: str = ""
    warc_file: str | None = None
    warc_offset: int | None = None


class _File(msgspec.Struct):
    url: str
    caption: str | None = None
    capture: _Spot | None = None


class Told(msgspec.Struct):
    """What is looked at of every article line."""

    id: str
    title: str
    lead: str | None
    body: str
    url: str
    warc_file: str | None
    warc_offset: int | None
    parts: list[_Spot]
    attachments: list[_File]
    images: list[_File]

    def files(self) -> Iterator[tuple[str, _Spot | None]]:
        """The attachments and pictures it links to, with the captures of them."""
        yield from ((one.url, one.capture) for one in (*self.attachments, *self.images))


_TOLD = msgspec.json.Decoder(Told)


def told(line: bytes) -> Told:
    """What an article line says. Raises msgspec.DecodeError."""
    return _TOLD.decode(line)


@dataclass
class Wanted:
    """The phrases of articles: those of headlines apart, which others' pages show, and what the articles link to."""

    titles: set[int] = field(default_factory=set)
    digests: dict[int, set[int]] = field(default_factory=dict)
    anchors: set[tuple[str, ...]] = field(default_factory=set)

    def take(self, article: Article) -> None:
        """Take in what a version of an article says."""
        self._take(article.title, titles=True)
        captions = [image.caption for image in article.images if image.caption]
        for text in (article.lead, article.body, *captions):
            self._take(text or "")

    def _take(self, text: str, *, titles: bool = False) -> None:
        words = words_of(text)
        for count, digests in phrases_of(words).items():
            self.digests.setdefault(count, set()).update(digests)
            self.anchors |= anchors_of(words)
            if titles:
                self.titles |= digests

    def phrases(self) -> Phrases:
        return Phrases({count: frozenset(some) for count, some in self.digests.items()}, frozenset(self.anchors))


@dataclass
class Said:
    """What articles that stay say of what is looked for."""

    in_titles: set[int] = field(default_factory=set)
    in_texts: set[int] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    """Of the files asked for those that articles which stay link to."""
    ids: set[str] = field(default_factory=set)
    """The articles that say some."""

    def add(self, other: Said) -> None:
        """Take in what was found elsewhere."""
        self.in_titles |= other.in_titles
        self.in_texts |= other.in_texts
        self.files |= other.files
        self.ids |= other.ids

    def spares(self, titles: set[int]) -> set[int]:
        """What is not to be looked for: headlines that others bear, and what others say."""
        return (self.in_titles & titles) | ((self.in_titles | self.in_texts) - titles)


@dataclass(frozen=True)
class Stretch:
    """Some lines of a file of articles, to be read by one worker."""

    path: Path
    start: int
    end: int


def stretches(path: Path, end: int) -> Iterator[Stretch]:
    """A file up to its recorded end, in parts that begin and end with lines."""
    start = 0
    with path.open("rb") as stream:
        while start < end:
            stream.seek(min(start + CHUNK_BYTES, end))
            stream.readline()
            after = min(stream.tell(), end)
            yield Stretch(path, start, after)
            start = after


def said_in(stretch: Stretch, without: frozenset[str], phrases: Phrases, files: frozenset[str]) -> Said:
    """What the articles of some lines say, `without` those of these ids; `files` are URLs asked for."""
    found = Said()
    with stretch.path.open("rb") as stream:
        stream.seek(stretch.start)
        while stream.tell() < stretch.end:
            line = _TOLD.decode(stream.readline())
            if line.id in without:
                continue
            in_title = phrases.said_by(words_of(line.title))
            texts = (line.lead, line.body, *(image.caption for image in line.images))
            in_text = {one for text in texts if text for one in phrases.said_by(words_of(text))}
            found.in_titles |= in_title
            found.in_texts |= in_text
            if in_title or in_text:
                found.ids.add(line.id)
            if files:
                found.files.update(url for url, _ in line.files() if url in files)
    return found


def gathered(parts: Iterable[Said], progress: Callable[[], None] = lambda: None) -> Said:
    """What was found in all parts."""
    found = Said()
    for part in parts:
        found.add(part)
        progress()
    return found
