"""Texts of which is known which are copies: read, and compared one after the other as a crawl does."""

from __future__ import annotations

import gzip
import resource
import sys
import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final, cast

import msgspec

from crawler.errors import BadArgument
from pipelines.archive.database import Database
from pipelines.items import Article, Precision
from pipelines.near.comparison import Comparison, Links, Published
from pipelines.near.features import features_of
from pipelines.text import fold_digest

FORMS: Final = (".jsonl", ".jsonl.gz")
NO_LINK: Final = "no link"
CALLED: Final = (NO_LINK, "duplicate", "headline", "edited", "excerpt", "extended")

_HANOI: Final = timezone(timedelta(hours=7))
_CAPTURED: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Of all documents: what has no date of publication comes in the order of the file."""
_PRECISIONS: Final[dict[int, tuple[str, Precision]]] = {7: ("%Y-%m", "month"), 10: ("%Y-%m-%d", "day")}
_SCATTER, _GATHER, _ALL = 0x9E3779B97F4A7C15, pow(0x9E3779B97F4A7C15, -1, 1 << 64), (1 << 64) - 1

Watch = Callable[[int, bytes], None]
"""Is told the number of a document and its features, before it is compared."""


class Document(msgspec.Struct):
    """A line. Documents of one cluster are copies of each other; `published` is ISO 8601: a month, a day, or more."""

    cluster: int | str
    kind: str
    title: str
    text: str
    published: str | None = None
    portal: str = "corpus"


_numbers = partial(array, "q")
_places = partial(array, "H")


@dataclass(slots=True)
class Compared:
    """What became of the documents of a file: columns, an entry for each in its order."""

    path: Path
    cluster: array[int] = field(default_factory=_numbers)
    """A hash of its name."""
    kind: array[int] = field(default_factory=_places)
    """Which of `kinds`."""
    kinds: list[str] = field(default_factory=list)
    since: array[int] = field(default_factory=_numbers)
    until: array[int] = field(default_factory=_numbers)
    """Between which minutes since 1970 it was published."""
    linked: array[int] = field(default_factory=_numbers)
    """To which document; -1: to none."""
    called: array[int] = field(default_factory=_places)
    """Which of CALLED its link is."""
    series: array[int] = field(default_factory=_numbers)
    """The document its series is named after; -1: it is in none."""
    cpu_seconds: float = 0.0
    """For folding, features, comparing and committing each."""
    wall_seconds: float = 0.0
    database_bytes: int = 0
    peak_bytes: int = 0
    """Of this process from its beginning."""

    def note(self, document: Document, published: Published) -> None:
        """Take in where a document belongs."""
        if document.kind not in self.kinds:
            self.kinds.append(document.kind)
        self.kind.append(self.kinds.index(document.kind))
        self.cluster.append(hash(document.cluster))
        self.since.append(published.since)
        self.until.append(published.until)

    def note_links(self, links: Links) -> None:
        """Take in how a document was told."""
        target = links.duplicate_of or links.near_duplicate_of
        name = "duplicate" if links.duplicate_of else links.near_duplicate_kind
        self.linked.append(-1 if target is None else _number(target))
        self.called.append(CALLED.index(name or NO_LINK))
        self.series.append(-1 if links.series is None else _number(links.series))


def _id(number: int) -> str:
    """The id of a document: as real ones are, all over the numbers there are."""
    return f"{number * _SCATTER & _ALL:016x}"


def _number(article_id: str) -> int:
    return int(article_id, 16) * _GATHER & _ALL


def find_files(path: Path) -> list[Path]:
    """The files of documents in a folder, or the one it is. Raises BadArgument where there is none."""
    found = sorted(one for one in path.iterdir() if one.name.endswith(FORMS)) if path.is_dir() else [path]
    if not found:
        raise BadArgument(f"{path}: no *.jsonl or *.jsonl.gz in it, whose lines have cluster, kind, title and text")
    if not found[0].is_file():
        raise BadArgument(f"{path}: there is no such file. Name a .jsonl or .jsonl.gz, or a folder of such")
    return found


def read_documents(path: Path) -> Iterator[Document]:
    """The documents of a file, in its order. Raises BadArgument where a line is none."""
    decoder, at = msgspec.json.Decoder(Document), 0
    try:
        with cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb") as stream:
            for line in stream:
                at += 1
                yield decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, OSError, EOFError) as error:
        form = 'a line is {"cluster": …, "kind": …, "title": …, "text": …, "published": … or left out}'
        raise BadArgument(f"{path}: cannot be read at line {max(at, 1)}: {error}; {form}") from error


def _published(document: Document) -> Published:
    text = document.published
    if text is None:
        return Published.of(None, None, _CAPTURED)
    try:
        if form := _PRECISIONS.get(len(text)):
            return Published.of(datetime.strptime(text, form[0]).replace(tzinfo=_HANOI), form[1], None)
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadArgument(
            f"published {text!r} is no time of ISO 8601: 2024-05, 2024-05-31, 2024-05-31T07:30"
        ) from error
    return Published.of(at if at.tzinfo else at.replace(tzinfo=_HANOI), "minute", None)


def compare(path: Path, *, by_portal: bool = False, watch: Watch | None = None) -> Compared:
    """Take the documents of a file into a new archive's database, each in a transaction of its own, as a crawl does.

    Raises BadArgument where the file cannot be read.
    """
    done = Compared(path)
    with TemporaryDirectory(prefix="luutin-eval-") as folder:
        db = Database(Path(folder) / "archive.db")
        try:
            comparison = Comparison(db)
            with db:
                comparison.begin(by_portal=by_portal)
            empty = _size(db)
            for number, document in enumerate(read_documents(path)):
                published = _published(document)
                done.note(document, published)
                _take(done, db, comparison, number, document, published, watch)
            done.database_bytes = _size(db) - empty
            done.peak_bytes = _peak()
            for number in range(len(done.kind)):
                done.note_links(comparison.links(_id(number)))
        finally:
            db.close()
    return done


def _take(
    done: Compared,
    db: Database,
    comparison: Comparison,
    number: int,
    document: Document,
    published: Published,
    watch: Watch | None,
) -> None:
    began, began_cpu = time.perf_counter(), time.process_time()
    folded = fold_digest(Article(url="", title=document.title, body=document.text))

    def text() -> bytes:
        features = features_of(document.title, document.text).encode()
        if watch is not None:
            watch(number, features)
        return features

    with db:
        comparison.place(_id(number), folded, document.portal, published, text)
    done.cpu_seconds += time.process_time() - began_cpu
    done.wall_seconds += time.perf_counter() - began


def _size(db: Database) -> int:
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return db.path.stat().st_size


def _peak() -> int:
    """Bytes; the kernel counts kilobytes, that of macOS bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
