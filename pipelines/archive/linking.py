"""What articles are of each other, put into their lines: as they are stored, and where that changes later."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import msgspec

from pipelines.archive.lines import corrected
from pipelines.archive.rows import Brief, Rows
from pipelines.near.batch import Found, compare_anew, discard_scratch
from pipelines.near.comparison import Links, Published
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from sqlite3 import Row

    from pipelines.archive.database import Database
    from pipelines.archive.held import Held
    from pipelines.items import Article
    from pipelines.near.comparison import Comparison

logger = logging.getLogger(__name__)

_BRIEF = msgspec.json.Decoder(Brief)


class Lines(Protocol):
    """The article lines of a folder, as they are or as they are being written anew."""

    def read(self, row: Row) -> bytes:
        """The line that a row of `articles` tells of."""

    def write(self, file: str, article: Article | Brief, line: bytes, folded: str) -> None:
        """An article's line and its row. Raises OutputUnwritable."""


def links_of(article: Article | Brief) -> Links:
    """What a line says of others."""
    return Links(
        article.duplicate_of,
        article.near_duplicate_of,
        article.similarity,
        article.near_duplicate_kind,
        article.series,
    )


def published_of(article: Article | Brief) -> Published:
    """When an article was published, as far as is known."""
    return Published.of(article.published_at, article.published_precision, article.captured_at)


def told_by(article: Article) -> tuple[str, str]:
    """What an article is compared by: its title, and its lead and body."""
    return article.title, "\n\n".join(part for part in (article.lead, article.body) if part)


def place(
    comparison: Comparison, article: Article | Brief, folded: str, told: Callable[[], tuple[str, str] | bytes]
) -> tuple[Links, list[str]]:
    """Compare the next version of an article with all others: its links, and whose else that changes.

    `told` gives what it is compared by, as `told_by` does, or the features of that.

    A version that says what the last one did, as the article is gone or back, repeats its links.
    """
    others: list[str] = []
    if article.version == 1 or article.digest != article.previous_digest:
        others = comparison.place(article.id, folded, article.portal, published_of(article), told)
    return comparison.links(article.id), others


def correct(db: Database, comparison: Comparison, lines: Lines, ids: Iterable[str]) -> int:
    """Append a line for each of some articles that now is something else of others than its last line says.

    In the caller's transaction. Returns how many lines that were. Raises OutputUnwritable.
    """
    return sum(_correct(db, comparison, lines, one) for one in ids)


def _correct(db: Database, comparison: Comparison, lines: Lines, article_id: str) -> bool:
    row = Rows(db, "").newest(article_id)
    if row is None or not comparison.holds(article_id, row["folded"], row["portal"]):
        return False
    line, links = lines.read(row), comparison.links(article_id)
    last = _BRIEF.decode(line)
    if links_of(last).tells_as(links):
        return False
    text = None
    if last.duplicate_of and not links.duplicate_of:
        told = db.one(
            "SELECT * FROM articles WHERE id = ? AND digest = ? AND duplicate_of IS NULL ORDER BY version DESC LIMIT 1",
            (article_id, last.digest),
        )
        assert told is not None, f"{article_id} owns a text that no line of it has"  # see Comparison.lacks
        text = lines.read(told)
    article = corrected(line, links, text)
    lines.write(row["file"], article, msgspec.json.encode(article) + b"\n", row["folded"])
    db.execute(
        "UPDATE urls SET outcome = ? WHERE portal = ? AND url = ? AND article = ?",
        ("duplicate" if links.duplicate_of else "article", row["portal"], fold_url(row["url"]), article_id),
    )
    return True


@dataclass(slots=True)
class Recompared:
    """What comparing all articles anew has found: of so many `lines`, in so many `seconds`."""

    found: Found
    lines: int
    seconds: float
    differing: int
    """Articles that are something else of others than their last line said."""
    corrected: int = 0
    """Lines that say so now."""


# -- all articles ------------------------------------------------------------------------------------------


def forget(db: Database) -> None:
    """Have all articles be compared anew when the archive is next opened, in the way they were."""
    db.execute("UPDATE comparison SET scheme = 0")


def wants_by_portal(db: Database) -> bool:
    """Whether only articles of one portal are to be compared."""
    row = db.one("SELECT by_portal FROM comparison")
    return bool(row and row["by_portal"])


def make_ready(held: Held) -> None:
    """Compare all articles of a folder anew where that was not done yet, or otherwise. Raises ArchiveError."""
    discard_scratch(held.folder)
    held.comparison.reload()
    if held.comparison.by_portal is not None:
        return
    count = held.db.one("SELECT count(DISTINCT id) AS n FROM articles")
    if not count or not count["n"]:
        with held.step():
            held.comparison.begin(by_portal=wants_by_portal(held.db))
        return
    began = time.monotonic()
    done = compare_all(held, by_portal=wants_by_portal(held.db))
    logger.warning(
        "%s: compared all %d articles anew in %.1f s; %d lines say what that changed",
        held.folder,
        count["n"],
        time.monotonic() - began,
        done.corrected,
    )


def compare_all(
    held: Held,
    *,
    by_portal: bool,
    workers: int | None = None,
    progress: Callable[[int, int], None] = lambda _, __: None,
    dry_run: bool = False,
) -> Recompared:
    """Compare all articles of a folder anew, then replace their links and correct their lines, in one step.

    `progress` is given how many lines are done, and how many there are. A dry run only says what would be found.
    Raises ArchiveError.
    """
    with compare_anew(held.db, held.folder, by_portal=by_portal, workers=workers, progress=progress) as anew:
        done = Recompared(anew.found(), anew.lines, anew.seconds, len(anew.differing))
        if not dry_run:
            try:
                with held.step():
                    anew.take_over()
                    held.comparison.reload()
                    done.corrected = correct(held.db, held.comparison, held, anew.differing)
            finally:
                held.comparison.reload()
    return done


def uncompared(held: Held) -> list[str]:
    """The portals of duplicates whose text no line has and that might be the first to say it: of an archive made before
    that was told by the order of publication. Read again from their captures they find their place.
    """
    found = set()
    for row in held.db.rows(
        "SELECT id, folded, portal FROM articles AS a WHERE duplicate_of IS NOT NULL"
        " AND version = (SELECT max(version) FROM articles WHERE id = a.id)"
    ):
        if row["portal"] not in found and not held.comparison.holds(row["id"], row["folded"], row["portal"]):
            found.add(row["portal"])
    return sorted(found)
