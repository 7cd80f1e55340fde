"""What a crawl did with its captures, in the order it did it: the JSON lines of `captures/<portal>/<portal>.journal`.

A capture says what a page was, not what it was taken for: which captures make one article, what listings said of it,
in which order articles were stored (of two with the same text the first is the original), what was found unchanged,
which sections were walked. The database knows all that; here it lies beside the captures, so that they alone give the
same archive again. A line is written with the database's row in one step (see `pipelines.archive.folder`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pipelines.errors import ArchiveError

if TYPE_CHECKING:
    from pipelines.archive.held import Held


class Page(msgspec.Struct, frozen=True, array_like=True):
    """A capture that was read: the record that holds its bytes, and when it was made.

    For a revisit record that is the earlier record it repeats, be it of another URL, and its own time. `file` lies
    beside the journal.
    """

    file: str
    offset: int
    at: datetime


class Began(msgspec.Struct, frozen=True, tag="began", tag_field="did", omit_defaults=True):
    """A run began: when, on which start page (which tells the platform), whether the portal was learnt."""

    at: datetime
    url: str
    page: Page
    learnt: bool = False


class Read(msgspec.Struct, frozen=True, tag="read", tag_field="did", omit_defaults=True):
    """The pages of an article, in order, were read: an article, a version, unchanged, a duplicate or a refusal."""

    url: str
    """The first page's, as fetched."""
    origin: str
    pages: tuple[Page, ...]
    fields: dict[str, str] = {}
    """What sources said of it (`via`, `section`, `mark`, `published`, …)."""
    parts: tuple[str, ...] = ()
    """The URLs of the pages after the first, as fetched."""
    files: tuple[tuple[str, Page], ...] = ()
    """Of the files it links to that were fetched: each URL with the capture it was read from."""
    moved: dict[str, str] = {}
    """The URLs that answered for those of them that redirect, by the URL linked to."""
    at: datetime | None = None
    """When that was noted, which orders it among those of other portals; journals of old do not say it."""


class Ended(msgspec.Struct, frozen=True, tag="ended", tag_field="did", omit_defaults=True):
    """A page that was not read as an article ended as a listing, or was skipped or failed. `url` is folded."""

    url: str
    outcome: str
    reason: str | None = None
    mark: str | None = None


class Checked(msgspec.Struct, frozen=True, tag="checked", tag_field="did", omit_defaults=True):
    """A page was asked for again and is as it was, or still gone. `url` is folded; `mark`: what a source now says."""

    url: str
    at: datetime
    mark: str | None = None


class Gone(msgspec.Struct, frozen=True, tag="gone", tag_field="did", omit_defaults=True):
    """The portal no longer has an article: what answers at its folded `url` says so. What was stored of it stays."""

    url: str
    at: datetime
    reason: str
    """`http-404`, `http-410`, `soft-404` or `redirect-home`."""


class Marked(msgspec.Struct, frozen=True, tag="marked", tag_field="did"):
    """As `Checked`, in journals of before it was kept when that was. `url` is folded."""

    url: str
    mark: str


class Walked(msgspec.Struct, frozen=True, tag="walked", tag_field="did"):
    """A section was walked to its end; no `at`: one of its pages could not be had, so it has to be walked again.

    `url` is folded.
    """

    url: str
    at: datetime | None


class Learnt(msgspec.Struct, frozen=True, tag="learnt", tag_field="did"):
    """From here on pages were read with what was learnt of the portal (`<portal>.learnt.json`)."""


class Closed(msgspec.Struct, frozen=True, tag="closed", tag_field="did", omit_defaults=True):
    """The run ended; `finished`: with everything it had found; `failed`: it had not even begun."""

    finished: bool
    failed: bool = False

    @property
    def over(self) -> bool:
        """Whether the next run begins anew, and does not go on where this one was cut short."""
        return self.finished or self.failed


class Removed(msgspec.Struct, frozen=True, tag="removed", tag_field="did", omit_defaults=True):
    """An article was withdrawn: nothing that says what it said is in the archive, and no crawl brings it back."""

    at: datetime
    id: str
    url: str
    """As fetched."""
    reason: str
    urls: tuple[str, ...]
    """All it was had at, folded: they are not asked for."""
    texts: tuple[str, ...]
    """Digests of its folded texts: who says the same is not stored."""
    phrases: dict[str, str] = {}
    """By how many words: the digests of the phrases captures are told by, 8 bytes each, in Base64."""


Event = Began | Read | Ended | Checked | Gone | Marked | Walked | Learnt | Closed | Removed
_DECODER = msgspec.json.Decoder(Event)
_ENCODER = msgspec.json.Encoder()


def journal_path(folder: Path, portal: str) -> Path:
    """Where the journal of a portal lies: beside its captures."""
    return folder / "captures" / portal / f"{portal}.journal"


def encode(event: Event) -> bytes:
    """An event as its line."""
    return _ENCODER.encode(event) + b"\n"


def decode(line: bytes) -> Event | None:
    """The event of a line, or None where it is torn or no event."""
    try:
        return _DECODER.decode(line) if line.endswith(b"\n") else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def read_journal(path: Path, end: int | None = None) -> Iterator[Event]:
    """The events of a journal, in order, up to its byte `end` if that is given; a torn last line, in flight when a run
    died, is left out.

    Raises ArchiveError where another line is no event.
    """
    with path.open("rb") as stream:
        read = 0
        for number, line in enumerate(stream, 1):
            read += len(line)
            if not line.endswith(b"\n") or (end is not None and read > end):
                return
            try:
                yield _DECODER.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise ArchiveError(
                    f"{path}: line {number} is no event of a crawl: {error}. Mend or take out the line, or restore the "
                    "file; nothing was changed."
                ) from error


class Journal:
    """A portal's journal, open for appending."""

    def __init__(self, held: Held, portal: str) -> None:
        self._held = held
        self.file = journal_path(held.folder, portal).relative_to(held.folder).as_posix()

    def note(self, event: Event) -> None:
        """Append an event, within a step that writes the rows that say the same. Raises OutputUnwritable."""
        if isinstance(event, Read):
            event = msgspec.structs.replace(event, at=self._held.at)
        self._held.append(self.file, encode(event))


_last = datetime.now(UTC)


def now() -> datetime:
    """The time as a journal has it: later than any it gave before, as the order of events outlasts a clock set back."""
    global _last  # the portals one process crawls share one order
    _last = max(datetime.now(UTC), _last + timedelta(microseconds=1))
    return _last
