"""The words of all articles as small scripts beside a static site, by which its own script finds them."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from pipelines.search.engines import documents_of
from pipelines.text import bare, fold

if TYPE_CHECKING:
    from pipelines.archive.database import Database

BLOCK = 100
"""Articles that are told in one file: a page of results needs several of them."""
MAX_WORD_CHARS = 40
_SHARDED = re.compile(r"[a-z0-9]{2}")
_ORDER = (
    "SELECT id FROM articles AS line WHERE duplicate_of IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM articles WHERE id = line.id AND version > line.version)"
    " ORDER BY julianday(published_at) DESC NULLS LAST, nth DESC"
)

Write = Callable[[str, bytes], None]


def write_words(db: Database, folder: Path, write: Write, title_of: Callable[[str], str]) -> None:
    """Have `write` take each file, by its name: which articles have a word, newest first, and what to show of each.

    `db` is the database of the archive in `folder`, at one moment; `title_of` is what a portal is called. Memory: about
    eight bytes for each word of each article. Raises ArchiveError.
    """
    numbers = {row["id"]: number for number, row in enumerate(db.rows(_ORDER))}
    told: list[Any] = [None] * len(numbers)
    titles, texts, portals = _Postings(), _Postings(), _Postings()
    names: dict[str, int] = {}
    for document in documents_of(db, folder, ""):
        number = numbers[document["id"]]
        for portal in document["portal"]:
            portals.add([portal], number)
        in_title = _words(document["title"])
        titles.add(in_title, number)
        texts.add(_words(document.get("lead", ""), document.get("body", "")) - in_title, number)
        portal = names.setdefault(document["portal"][0], len(names))
        told[number] = (document["id"], document["title"], document.get("day", ""), portal)
    for at in range(0, len(told), BLOCK):
        write(f"articles-{at // BLOCK}", script(f"articles-{at // BLOCK}", told[at : at + BLOCK]))
    write("portals", script("portals", {name: portals.gaps(name) for name in sorted(portals.of)}))
    shards: dict[str, list[str]] = {}
    for word in titles.of.keys() | texts.of.keys():
        shards.setdefault(word[:2] if _SHARDED.match(word) else "other", []).append(word)
    for name, words in shards.items():
        write(name, script(name, {word: (titles.gaps(word), texts.gaps(word)) for word in sorted(words)}))
    about = {"block": BLOCK, "portals": [title_of(name) for name in names], "files": sorted(shards)}
    write("about", script("about", about))


class _Postings:
    """By word the numbers of the articles that have it."""

    def __init__(self) -> None:
        self.of: dict[str, array[int]] = {}

    def add(self, words: Iterable[str], number: int) -> None:
        for word in words:
            self.of.setdefault(word, array("I")).append(number)

    def gaps(self, word: str) -> list[int]:
        """Ascending, each as how many lie between it and the one before."""
        found, last = [], -1
        for number in sorted(self.of.get(word, ())):
            found.append(number - last - 1)
            last = number
        return found


def _words(*texts: str) -> set[str]:
    return {word for text in texts for word in bare(fold(text)).split() if len(word) <= MAX_WORD_CHARS}


def script(name: str, told: Mapping[str, Any] | list[Any]) -> bytes:
    """A script that says something; the text of pages in it is JSON, which cannot be anything else."""
    return b"luutin(" + msgspec.json.encode(name) + b"," + msgspec.json.encode(told) + b")"
