"""Files beside the archive's own that may say what is withdrawn: exports, what was put aside, reports."""

from __future__ import annotations

import io
import logging
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import zstandard

from pipelines.archive.files import open_unpacked, replace_file
from pipelines.archive.removal.wording import Phrases, masked, rough_words, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


logger = logging.getLogger(__name__)

_TEXTS = (".jsonl", ".json", ".csv", ".txt", ".html", ".xml", ".md", ".cff", ".jsonld", ".cdxj")
_PACKED = (".gz", ".zst")
PIECE_CHARS = 4 * 1024 * 1024
OVERLAP_CHARS = 64 * 1024
"""So much of a piece is read again with the next: phrases are shorter."""


def left_over(folder: Path) -> list[str]:
    """What was put aside of a damaged archive, of which nobody can tell what it holds."""
    found = [*folder.glob("archive.db.damaged*"), *folder.glob("captures/*/*.cut"), *folder.glob("articles/*.cut")]
    return sorted(path.relative_to(folder).as_posix() for path in found)


def holds(folder: Path, phrases: Phrases) -> list[str]:
    """What lies in `exports/` and says one of the phrases, or of which that cannot be told, but for folders."""
    exports = folder / "exports"
    files = (path for path in sorted(exports.rglob("*")) if path.is_file()) if exports.is_dir() else iter(())
    return [path.relative_to(folder).as_posix() for path in files if _may_hold(path, phrases)]


def _may_hold(path: Path, phrases: Phrases) -> bool:
    suffixes = path.suffixes
    if suffixes and suffixes[-1] in _PACKED:
        suffixes = suffixes[:-1]
    if not suffixes or suffixes[-1] not in _TEXTS:
        return True
    try:
        return any(phrases.likely_in(words) for piece in _pieces(path) for words in rough_words(piece))
    except (OSError, EOFError, zlib.error, zstandard.ZstdError):
        return True


def _pieces(path: Path) -> Iterator[str]:
    before = ""
    with io.TextIOWrapper(open_unpacked(path), "utf-8", "replace") as stream:
        while text := stream.read(PIECE_CHARS):
            yield before + text
            before = text[-OVERLAP_CHARS:]


class _Stored(msgspec.Struct):
    title: str | None = None


class _Report(msgspec.Struct):
    stored: _Stored | None = None


def without_headlines(folder: Path, withdrawn: Mapping[int, set[int]]) -> None:
    """Make the headline unreadable that a report names as the commonest, where that is withdrawn. Raises OSError.

    `withdrawn` are the digests of all phrases that are, by how many words they have.
    """
    phrases = Phrases({words: frozenset(some) for words, some in withdrawn.items()})
    for path in sorted((folder / "reports").glob("*.json")):
        try:
            report = msgspec.json.decode(path.read_bytes(), type=_Report)
        except (msgspec.DecodeError, UnicodeDecodeError):
            logger.warning("%s: cannot be read; look whether it names what was withdrawn", path)
            continue
        if report.stored and report.stored.title and phrases.said_by(words_of(report.stored.title)):
            for file in (path, path.with_suffix(".html")):
                if file.exists():
                    replace_file(file, masked(file.read_text("utf-8"), phrases).text.encode())
