"""What a run captured of what was withdrawn before: portals go on listing it, and repost it elsewhere.

A crawl stores no article that was withdrawn, but captures of lists that name it; only when all is read can be told
which captures others are read from. So the captures of a run are looked through when it ends, or the next one does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.archive.journal import Read, journal_path, now, read_journal
from pipelines.archive.lines import read_article
from pipelines.archive.mend import NEW, Mender
from pipelines.archive.removal.events import survey
from pipelines.archive.removal.planning import Plan, note_screened, take_captures
from pipelines.archive.removal.rewriting import Order
from pipelines.archive.removal.scanning import Hits, lots, scan
from pipelines.archive.removal.wording import Phrases, words_of
from pipelines.archive.rows import record_end
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from pipelines.archive.database import Database
    from pipelines.archive.removal.planning import Spot

REASON = "says what was withdrawn"


def screen(folder: Path, db: Database, portal: str, phrases: Phrases) -> int:
    """Withdraw or mask what the captures of a portal say that was withdrawn, since they were last looked through.

    Its files must be closed. Returns how many captures that were. Raises OSError, ArchiveError.
    """
    hits, files = Hits(), []
    screened = {row["file"]: row["bytes"] for row in db.rows("SELECT file, bytes FROM screened")}
    for row in list(db.rows("SELECT path, bytes FROM files WHERE path LIKE ?", (f"captures/{portal}/%.warc.gz",))):
        if screened.get(row["path"], 0) < row["bytes"]:
            files.append(row["path"])
            for lot in lots(folder, db, row["path"], row["bytes"], screened.get(row["path"], 0)):
                hits.add(scan(lot, phrases))
    plan, captures = Plan(), {}
    if hits.said:
        needed = survey(journal_path(folder, portal), db, portal, set(), Phrases(), frozenset()).needed
        plan.judge(hits, needed, _spared(folder, db, portal, needed & hits.said.keys(), phrases), phrases)
        captures = plan.write(folder, db, [portal], Order(now(), REASON))
    with db:
        take_captures(db, captures)
        for file in captures:
            record_end(db, file + NEW, 0)
        note_screened(db, files)
    if captures:
        Mender(folder, db, portal).finish()
    return sum(len(one.withdrawn) + len(one.masked) for one in captures.values())


def _spared(folder: Path, db: Database, portal: str, spots: set[Spot], phrases: Phrases) -> dict[Spot, set[int]]:
    """Of captures that articles are read from, what those articles say themselves."""
    found: dict[Spot, set[int]] = {}
    for event in read_journal(journal_path(folder, portal)) if spots else ():
        if not isinstance(event, Read):
            continue
        for spot in {(f"captures/{portal}/{page.file}", page.offset) for page in event.pages} & spots:
            found.setdefault(spot, set()).update(_said_at(folder, db, portal, fold_url(event.url), phrases))
    return found


def _said_at(folder: Path, db: Database, portal: str, url: str, phrases: Phrases) -> set[int]:
    """What the article at a folded URL says in any of its versions; of a duplicate, what that says which it repeats."""
    rows = db.rows(
        "SELECT * FROM articles WHERE id IN (SELECT article FROM urls WHERE portal = ? AND url = ?) OR id IN"
        " (SELECT duplicate_of FROM articles WHERE id IN (SELECT article FROM urls WHERE portal = ? AND url = ?))",
        (portal, url, portal, url),
    )
    articles = [read_article(folder, row) for row in list(rows)]
    texts = [text for one in articles for text in (one.title, one.lead, one.body) if text]
    return {digest for text in texts for digest in phrases.said_by(words_of(text))}
