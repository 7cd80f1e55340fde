"""Withdrawing articles from an archive: chosen, looked for in every capture, and taken out in one step or not at all.

What is written anew is written beside the old files; one transaction then says that it is theirs, and takes rows out.
Whoever opens the archive next finishes what a run that died after that has left to do (`Mender.finish`, `sweeping`).
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pipelines.archive.files import refuse
from pipelines.archive.held import Held
from pipelines.archive.journal import Removed, journal_path, now
from pipelines.archive.linking import make_ready
from pipelines.archive.mend import NEW, Mender, behind, learnt_path
from pipelines.archive.removal.chosen import Chosen, choose, chosen, is_known_withdrawn, likes, urls_of
from pipelines.archive.removal.events import Surveyed, survey
from pipelines.archive.removal.events import write_without as journal_without
from pipelines.archive.removal.leftovers import holds, left_over
from pipelines.archive.removal.planning import Otherwise, Plan
from pipelines.archive.removal.rewriting import Order, Rewritten, new_of
from pipelines.archive.removal.rewriting import write_without as lines_without
from pipelines.archive.removal.said import Said, Told, Wanted, gathered, said_in, stretches, told
from pipelines.archive.removal.scanning import Hits, lots, scan
from pipelines.archive.removal.sparing import spared
from pipelines.archive.removal.taking import Taking
from pipelines.archive.removal.wording import Phrases, masked
from pipelines.archive.withdrawn import packed
from pipelines.errors import ArchiveError
from pipelines.items import Article
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from sqlite3 import Row

    from pipelines.archive.database import Database
    from pipelines.archive.removal.workers import Workers

_ARTICLE = msgspec.json.Decoder(Article)
Progress = Callable[[int, int], None]


@dataclass
class Withdrawal:
    """What is withdrawn, or would be."""

    articles: list[Chosen]
    near: list[Chosen]
    """What is like them, and stays."""
    already: list[str] = field(default_factory=list)
    """What was named and had been withdrawn before."""
    lines: int = 0
    withdrawn: int = 0
    """Captures."""
    masked: int = 0
    """Captures of which only the phrases are gone."""
    stranded: int = 0
    """Of those withdrawn, ones that articles which stay were read from: their lines stand."""
    unreadable: list[str] = field(default_factory=list)
    """Captures of which it cannot be told what they say, as `file:offset`."""
    quoted_by: list[str] = field(default_factory=list)
    """Articles that stay and say some of it themselves, by id."""
    deleted: list[str] = field(default_factory=list)
    """Files that were exported, or put aside."""
    scanned_bytes: int = 0
    places: bool = False
    """Whether those that stay are to take their places anew."""


class Withdrawing:
    """One removal, holding the folder from `open` to `close`."""

    def __init__(
        self,
        folder: Path,
        workers: Workers,
        otherwise: Otherwise | None = None,
        progress: Progress = lambda _, __: None,
    ) -> None:
        """`workers` must have been started before; `otherwise` as `Plan.write` has it. Raises ArchiveError."""
        self.folder, self._otherwise = folder, otherwise
        self._workers, self._progress = workers, progress
        self.portals = sorted(path.name for path in (folder / "captures").glob("*") if path.is_dir())
        if not (folder / "archive.db").exists() or behind(folder, self.portals):
            raise ArchiveError(
                f"{folder}: the archive is not whole. `luutin verify --repair` mends it; then run this again."
            )
        self._held = Held(folder)
        self.db: Database = self._held.db
        try:
            for portal in self.portals:
                Mender(folder, self.db, portal).mend()
            make_ready(self._held)
            self._ends = {row["path"]: row["bytes"] for row in self.db.rows("SELECT path, bytes FROM files")}
        except BaseException:
            self._held.close()
            raise

    def __enter__(self) -> Withdrawing:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def choose(self, names: Sequence[str], pattern: str | None, *, near: bool) -> Withdrawal:
        """What would be withdrawn. Raises ArchiveError, BadQuery."""
        articles = choose(self.folder, self.db, names, pattern, near=near)
        like = [chosen(self.db, one, "near copy") for one in likes(self.folder, self.db, [one.id for one in articles])]
        already = [name for name in names if is_known_withdrawn(self.db, name)]
        return Withdrawal(articles, like, already)

    # -- finding ------------------------------------------------------------------------------------

    def withdraw(self, done: Withdrawal, reason: str, *, dry_run: bool = False) -> Withdrawal:
        """Take it out; a dry run only says what that would be. Raises ArchiveError, and then nothing is changed."""
        order = Order(now(), reason)
        mine = frozenset(one.id for one in done.articles)
        rows = self._lines_of(mine)
        wanted, lines = Wanted(), []
        for text in map(self._held.read, rows):
            wanted.take(_ARTICLE.decode(text))
            lines.append(told(text))
        urls = urls_of(self.db, mine)
        for row, line in zip(rows, lines, strict=True):
            urls[row["portal"]].update(fold_url(part.url) for part in line.parts if part.url)
        said = self._said(wanted, mine, lines)
        phrases = wanted.phrases().without(said.spares(wanted.titles))
        titles = Phrases({n: some & wanted.titles for n, some in phrases.digests.items()}, phrases.anchors)
        surveyed = [self._survey(portal, urls, titles, mine) for portal in self.portals]
        for one in surveyed:
            urls.setdefault(one.portal, set()).update(one.aliases)
        plan = self._plan(surveyed, urls, lines, said, phrases)
        done.lines, done.unreadable = len(rows), [f"{file}:{offset}" for file, offset in plan.hits.unreadable]
        done.scanned_bytes = plan.hits.bytes
        done.quoted_by = sorted(said.ids)
        done.withdrawn = sum(len(some) for some in plan.withdrawn.values())
        done.masked = sum(len(some) for some in plan.masks.values())
        if not dry_run:
            events = self._events(done, rows, urls, phrases, order)
            self._carry_out(done, plan, rows, urls, phrases, events, order)
        return done

    def _lines_of(self, ids: Iterable[str]) -> list[Row]:
        sql = "SELECT * FROM articles WHERE id IN (SELECT value FROM json_each(?)) ORDER BY file, offset"
        return list(self.db.rows(sql, (msgspec.json.encode(sorted(ids)).decode(),)))

    def _said(self, wanted: Wanted, mine: frozenset[str], lines: list[Told]) -> Said:
        """What articles that stay say of it, and link to of its files."""
        files = frozenset(url for line in lines for url, _ in line.files())
        phrases = wanted.phrases()
        parts = [
            (stretch, mine, phrases, files)
            for path in sorted((self.folder / "articles").glob("*.jsonl"))
            for stretch in stretches(path, self._ends.get(f"articles/{path.name}", 0))
        ]
        count = iter(range(1, len(parts) + 1))
        return gathered(self._workers.map(said_in, parts), lambda: self._progress(next(count), len(parts)))

    def _survey(self, portal: str, urls: Mapping[str, set[str]], titles: Phrases, mine: frozenset[str]) -> Surveyed:
        return survey(journal_path(self.folder, portal), self.db, portal, urls.get(portal, set()), titles, mine)

    def _plan(
        self,
        surveyed: list[Surveyed],
        urls: Mapping[str, set[str]],
        lines: list[Told],
        said: Said,
        phrases: Phrases,
    ) -> Plan:
        """What becomes of every capture."""
        plan = Plan()
        needed = {spot for one in surveyed for spot in one.needed}
        own = {spot for one in surveyed for spot in one.dropped} | self._files(lines, said)
        alone = {url for line in lines for url, _ in line.files()} - said.files
        for portal in self.portals:
            for row in self.db.rows("SELECT url, file, offset FROM captures WHERE portal = ?", (portal,)):
                if row["url"] in alone or _folded(row["url"]) in urls.get(portal, ()):
                    own.add((row["file"], row["offset"]))
        for file, offset in own - needed:
            plan.withdrawn[file].add(offset)
        hits = self._scan(phrases) if phrases else Hits()
        spares: dict[tuple[str, int], set[int]] = {}
        for portal in self.portals:
            read = {spot for spot in hits.said.keys() & needed if spot[0].startswith(f"captures/{portal}/")}
            spares |= spared(self.folder, self.db, portal, read, phrases)
        plan.judge(hits, needed, spares, phrases)
        return plan

    def _files(self, lines: list[Told], said: Said) -> set[tuple[str, int]]:
        """The captures of files that only these articles link to."""
        return {
            (capture.warc_file, capture.warc_offset)
            for line in lines
            for url, capture in line.files()
            if url not in said.files and capture and capture.warc_file and capture.warc_offset is not None
        }

    def _scan(self, phrases: Phrases) -> Hits:
        some = [
            (lot, phrases)
            for file, end in sorted(self._ends.items())
            if file.endswith(".warc.gz")
            for lot in lots(self.folder, self.db, file, end)
        ]
        hits = Hits()
        for number, found in enumerate(self._workers.map(scan, some), 1):
            hits.add(found)
            self._progress(number, len(some))
        return hits

    # -- taking out ---------------------------------------------------------------------------------

    def _events(
        self, done: Withdrawal, rows: list[Row], urls: Mapping[str, set[str]], phrases: Phrases, order: Order
    ) -> dict[str, list[Removed]]:
        """By portal, what its journal says of it from now on."""
        events: dict[str, list[Removed]] = defaultdict(list)
        rest = {portal: set(some) for portal, some in urls.items()}
        for one in done.articles:
            own = urls_of(self.db, [one.id]).get(one.portal, set())
            texts = {row["folded"] for row in rows if row["id"] == one.id and row["folded"]}
            rest[one.portal] -= own
            shared = packed(phrases.digests) if one is done.articles[0] else {}
            events[one.portal].append(
                Removed(order.at, one.id, one.url, order.reason, tuple(sorted(own)), tuple(sorted(texts)), shared)
            )
        for portal, some in rest.items():
            if some and portal in events:
                last = events[portal][-1]
                events[portal][-1] = msgspec.structs.replace(last, urls=tuple(sorted({*last.urls, *some})))
        return events

    def _carry_out(
        self,
        done: Withdrawal,
        plan: Plan,
        rows: list[Row],
        urls: Mapping[str, set[str]],
        phrases: Phrases,
        events: Mapping[str, list[Removed]],
        order: Order,
    ) -> None:
        written: dict[str, int] = {}
        captures: dict[str, Rewritten] = {}
        try:
            facts = self._learnt(phrases)
            captures = plan.write(self.folder, self.db, self.portals, order, self._otherwise)
            written |= {file: self._ends[file] for file in captures}
            for portal in sorted({one.portal for one in done.articles} | {name for name, some in urls.items() if some}):
                path = journal_path(self.folder, portal)
                file = path.relative_to(self.folder).as_posix()
                written[file] = journal_without(
                    path, new_of(path), self._ends.get(file, 0), urls.get(portal, set()), events.get(portal, [])
                )
            for file in sorted({row["file"] for row in rows}):
                cuts = [(row["offset"], row["length"]) for row in rows if row["file"] == file]
                written[file] = lines_without(self.folder / file, cuts, self._ends[file])
            done.deleted = [*left_over(self.folder), *holds(self.folder, phrases)]
            Taking(self.folder, self.db, order, phrases).commit(done, captures, written, rows, events, urls, facts)
        except OSError as error:
            refuse(self.folder, error)
        finally:
            for file in written:
                if not self.db.one("SELECT 1 FROM files WHERE path = ?", (file + NEW,)):
                    (self.folder / (file + NEW)).unlink(missing_ok=True)
        done.withdrawn = sum(len(one.withdrawn) for one in captures.values())
        done.masked = sum(len(one.masked) for one in captures.values())
        done.stranded = sum(len(one.stranded) for one in captures.values())
        self._held.comparison.reload()
        Mender(self.folder, self.db, "").finish()

    def _learnt(self, phrases: Phrases) -> dict[str, str]:
        """What was learnt of portals, of those where it says some of it, without that; written beside the old."""
        found = {}
        for row in list(self.db.rows("SELECT portal, facts FROM learnt")):
            facts = masked(row["facts"], phrases)
            if facts.said:
                found[row["portal"]] = facts.text
                path = new_of(learnt_path(self.folder, row["portal"]))
                with path.open("wb") as stream:
                    stream.write(facts.text.encode())
                    stream.flush()
                    os.fsync(stream.fileno())
        return found


def _folded(url: str) -> str:
    try:
        return fold_url(url)
    except ValueError:
        return url
