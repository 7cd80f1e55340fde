"""The output folder: captures, article lines and the database over them, written so that a crash loses nothing.

Every write is: append to the file, then one database transaction that records where it went and where the file now
ends; that of a capture waits for what becomes of its page, or for the next capture. On opening, what lies beyond a
recorded end was in flight and is cut off; a file that ends before it has lost its rows; a file the database does not
know is read into it. What the database knows that no capture says goes into the journal too
(`pipelines.archive.journal`), in the same step.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from pipelines.archive.agenda import Agenda
from pipelines.archive.cdxj import write_cdxj
from pipelines.archive.files import refuse, replace_file
from pipelines.archive.held import Held
from pipelines.archive.journal import (
    Began,
    Checked,
    Closed,
    Ended,
    Event,
    Gone,
    Journal,
    Learnt,
    Page,
    Read,
    Walked,
    now,
)
from pipelines.archive.kept import Kept
from pipelines.archive.lines import gone, link
from pipelines.archive.linking import correct, make_ready, place, told_by
from pipelines.archive.mend import Mender, learnt_path
from pipelines.archive.removal.wording import Phrases, words_of
from pipelines.archive.rows import REMOVED, Rows
from pipelines.archive.warc import (
    Earlier,
    Exchange,
    WarcWriter,
    read_warc_date,
    split_http,
    warc_date,
)
from pipelines.archive.withdrawn import REASON, phrases_in
from pipelines.errors import ArchiveError
from pipelines.items import Article, Capture
from pipelines.report.recording import longest_pause_days, record, write_report
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from pipelines.archive.removal.planning import Otherwise
    from pipelines.near.comparison import Comparison
    from pipelines.report.run import RunReport

logger = logging.getLogger(__name__)

SHARES = ("published_at", "section")
"""Columns a share can be asked of."""
SYNC_SECONDS = 10.0
"""A power cut costs no more than the pages of this time: they are fetched again."""
GO_ON_HOURS = 24
"""A run cut short longer ago than this is not gone on with: what its lists said may no longer be so."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive knows of a URL: how it ended, and what a listing last said of it."""

    outcome: str
    reason: str | None
    article: str | None
    mark: str | None
    gone_at: str | None = None
    """When the portal was first seen without it, of an article (WARC-Date)."""
    doubted_at: str | None = None
    """When it was first gone in a run that was not believed, if it has not answered since (WARC-Date)."""


class Archive:
    """The archive of one output folder, open for one writer and one portal at a time."""

    def __init__(self, folder: Path, portal: str, software: str, held: Held | None = None) -> None:
        """`held` is the hold on the folder that several archives share; without it this one has its own."""
        self.folder = folder
        self.portal = portal
        captures = folder / "captures" / portal
        articles = folder / "articles"
        try:
            captures.mkdir(parents=True, exist_ok=True)
            articles.mkdir(exist_ok=True)
        except OSError as error:
            refuse(folder, error)
        self._hold = held or Held(folder)
        self._own = held is None
        self.db = self._hold.db
        self.db.settle()  # so that no other portal's capture waits while this one's files are mended
        self._lines = f"articles/{portal}.jsonl"
        self._journal = Journal(self._hold, portal)
        self.otherwise: Otherwise | None = None
        """Says which pages read otherwise once phrases in them are masked (see `pipelines.archive.removal`)."""
        self.corrected = 0
        """How many lines of other articles what this archive has stored has corrected."""
        try:
            Mender(folder, self.db, portal).mend()
            make_ready(self._hold)
            self._hold.keep(self._lines, self._journal.file)
            self.rows = Rows(self.db, portal)
            self.agenda = Agenda(folder, self.rows)
            row = self.db.one("SELECT finished, began_at FROM portals WHERE portal = ?", (portal,))
            self.last_run_finished = bool(row and row["finished"])
            """Whether all that the last run found was fetched: only then does "not modified" mean "nothing to do"."""
            began = read_warc_date(row["began_at"]) if row and row["began_at"] and not row["finished"] else None
            self.goes_on = began is not None and now() - began < timedelta(hours=GO_ON_HOURS)
            """Whether this run goes on with one that was cut short."""
            self.began_at = began if began is not None and self.goes_on else now()
            """When what this run is to end was begun: what was captured since then need not be asked for again."""
            with self.db:
                self.rows.finished(False)
                self.rows.began(self.began_at)
                for file in (self._lines, self._journal.file):
                    if not (folder / file).exists():  # so that what is in flight in a first step is told as that
                        self.rows.end(file, 0)
            self.any_withdrawn = self.db.one("SELECT 1 FROM withdrawn") is not None
            """Whether any article of the folder was; none is while this holds it."""
            self._phrases = Phrases({words: frozenset(some) for words, some in phrases_in(self.db).items()})
            self.kept = Kept(folder, self.db, portal, self.began_at)
            self._warc = WarcWriter(captures, portal, software)
            self._kept_in = -1
            """The transaction the last capture was written in: no two wait for another to end."""
            self._synced = time.monotonic()
            self._begun = False
            self._readings: dict[int, Read] = {}
            """How the articles now in the item pipelines were read, by the identity of each."""
        except (OSError, ArchiveError) as error:
            self._let_go()
            if isinstance(error, OSError):
                refuse(folder, error)
            raise

    @property
    def comparison(self) -> Comparison:
        """What articles are of each other."""
        return self._hold.comparison

    # -- captures ---------------------------------------------------------------------------------

    def keep(self, exchange: Exchange, origin: str, fields: dict[str, str] | None = None) -> Capture:
        """Store one exchange and index it. A payload that is kept already becomes a revisit record.

        `fields` are kept in a metadata record beside the response (`via`, `section`, `mark`, …), so that
        the capture alone is enough to read the page again. Raises OutputUnwritable.
        """
        if self._kept_in == self.db.ended:
            self.db.settle()
        status, headers, _ = _head(exchange)
        payload_digest = exchange.payload_digest()
        is_attachment = fields is not None and "attachment-of" in fields  # its record says which article it belongs to
        if not is_attachment and (held := self.kept.same(exchange, payload_digest, origin)):
            return held
        full = self.kept.full(exchange, status, payload_digest) or self.kept.elsewhere(exchange, status, payload_digest)
        earlier = Earlier(full["url"], read_warc_date(full["at"]), full["digest"]) if full else None
        try:
            written = self._warc.write(exchange, earlier=earlier, fields=fields, payload_digest=payload_digest)
        except OSError as error:
            refuse(self._warc.path, error)
        file = f"captures/{self.portal}/{written.file}"
        digest = earlier.payload_digest if earlier else payload_digest
        with self.db.joined():
            self.rows.capture(
                exchange.url,
                exchange.at,
                status,
                headers,
                digest,
                earlier is not None,
                file,
                written.offset,
                written.length,
                exchange.posted,
            )
            self.rows.end(file, self._warc.end)
        self._kept_in = self.db.ended
        if time.monotonic() - self._synced > SYNC_SECONDS:
            self.sync()
        return Capture(
            url=exchange.url,
            origin=origin,
            captured_at=exchange.at,
            warc_file=full["file"] if full else file,  # a revisit record holds no page to read again
            warc_offset=full["offset"] if full else written.offset,
            warc_digest=digest,
        )

    # -- URLs and sections ------------------------------------------------------------------------

    def known(self, url: str) -> Known | None:
        """What the archive knows of a folded URL."""
        row = self.db.one(
            "SELECT outcome, reason, article, mark, gone_at, doubted_at FROM urls WHERE portal = ? AND url = ?",
            (self.portal, url),
        )
        return Known(*row) if row else None

    def began(self, url: str, start: Capture) -> None:
        """Note that a run began with this start page. Raises OutputUnwritable."""
        self._begun = True
        learnt = self.learnt() is not None
        with self._noting(Began(now(), url, page_of(start), learnt=learnt)):
            pass

    def settle(
        self, url: str, outcome: str, *, reason: str | None = None, mark: str | None = None, read: Read | None = None
    ) -> None:
        """Record how a folded URL ended that gave no article; `read` where it was read as one.

        An article known there stands: where its page failed, as if it had not been asked for. Raises OutputUnwritable.
        """
        if outcome == "failed" and self.rows.stands(url):
            self.rows.in_vain(url)
            return
        if self.withheld(url):
            return
        known = self.known(url) if read is None else None
        same = known and (known.outcome, known.reason, known.article) == (outcome, reason, None)
        if known and same and mark in (None, known.mark):
            return
        at = read.pages[0].at if read else now()
        event = read or (Checked(url, at, mark) if self.rows.stands(url) else Ended(url, outcome, reason, mark))
        with self._noting(event):
            self.rows.ended(url, outcome, reason, mark, at)

    def checked(self, url: str, mark: str | None = None) -> None:
        """Note that the page of a folded URL is the same still, and what a source now says of it.

        Raises OutputUnwritable.
        """
        at = now()
        with self._noting(Checked(url, at, mark)):
            self.rows.checked(url, at, mark)

    def gone(self, url: str, reason: str) -> bool:
        """Note that the portal no longer has the article of a folded URL; whether that is new. Raises OutputUnwritable.

        Its last version stays, and another says since when it is gone.
        """
        known = self.known(url)
        assert known is not None
        assert known.article is not None
        if known.gone_at is not None:
            self.checked(url)
            return False
        event = Gone(url, now(), reason)
        row = self.rows.newest(known.article)
        assert row is not None
        article = gone(self._hold.read(row), event.at)
        with self._noting(event):
            self._write(article, row["folded"])
            self.rows.gone(url, event.at)
        return True

    def confirmed(self) -> int:
        """How many articles of earlier runs are there, of those asked for since what this run is to end was begun."""
        row = self.db.one(
            "SELECT count(*) FROM urls AS u WHERE portal = ? AND checked_at >= ? AND gone_at IS NULL"
            " AND outcome IN ('article', 'duplicate') AND EXISTS"
            " (SELECT 1 FROM articles WHERE id = u.article AND version = 1 AND captured_at < ?)",
            (self.portal, warc_date(self.began_at), warc_date(self.began_at)),
        )
        return int(row[0]) if row else 0

    def doubt(self, url: str) -> None:
        """Remember that the article of a folded URL was gone in a run that is not believed. Raises OutputUnwritable.

        Only the database knows: no line says so, and a later run finds it out again.
        """
        with self._noting(None):
            self.rows.doubted(url, now())

    def walked(self, section: str) -> bool:
        """Whether the section at this folded URL was walked to its end, and none of its pages has failed since."""
        return bool(self.db.one("SELECT 1 FROM sections WHERE portal = ? AND url = ?", (self.portal, section)))

    def set_walked(self, section: str, at: datetime | None) -> None:
        """Record that a section was walked page by page to its end; None: that it has to be walked so again.

        Raises OutputUnwritable.
        """
        with self._noting(Walked(section, at)):
            self.rows.walked(section, at)

    # -- what was learnt of the portal --------------------------------------------------------------

    def learnt(self) -> str | None:
        """What `set_learnt` was last given."""
        row = self.db.one("SELECT facts FROM learnt WHERE portal = ?", (self.portal,))
        return row["facts"] if row else None

    def set_learnt(self, facts: str) -> None:
        """Keep what was learnt of the portal (JSON): beside its captures, which cannot be read the same without it,
        and in the database. Raises OutputUnwritable.
        """
        path = learnt_path(self.folder, self.portal)
        try:
            replace_file(path, facts.encode())
        except OSError as error:
            refuse(path, error)
        with self._noting(Learnt()):
            self.rows.learnt(facts)

    # -- articles ---------------------------------------------------------------------------------

    def reading(self, article: Article, read: Read) -> None:
        """Say how an article was read, before it goes into the item pipelines."""
        self._readings[id(article)] = read

    def taken(self, article: Article) -> Read | None:
        """How an article was read that the item pipelines could not bring to an end."""
        return self._readings.pop(id(article), None)

    def append(self, article: Article, folded: str) -> None:
        """Store one article version: what it is of others, its line, its row, how its URL ended; and a line for each
        other article that it makes something else of them. Raises OutputUnwritable.
        """
        read = self.taken(article)
        captures = [(one.url, one.capture) for one in article.attachments if one.capture is not None]
        if read is not None and captures:
            files = tuple((url, page_of(capture)) for url, capture in captures)
            moved = {url: capture.url for url, capture in captures if capture.url != url}
            read = msgspec.structs.replace(read, files=files, moved=moved)
        with self._noting(read):
            links, others = place(self.comparison, article, folded, lambda: told_by(article))
            link(article, links)
            self._write(article, folded)
            self.rows.settle_article(article, read, stored=True)
            corrected = correct(self.db, self.comparison, self._hold, others)
        self.corrected += corrected

    def _write(self, article: Article, folded: str) -> None:
        self._hold.write(self._lines, article, msgspec.json.encode(article) + b"\n", folded)

    def drop(self, article: Article, reason: str | None) -> None:
        """Record that an article was not stored: unchanged, or refused for a reason. Raises OutputUnwritable."""
        read = self.taken(article)
        if reason == REASON:
            self._withhold(fold_url(article.url))
            return
        with self._noting(read):
            self.rows.settle_article(article, read, reason)

    def _withhold(self, url: str) -> None:
        """Record that what a folded URL answered was withdrawn; an article known there by another text stands."""
        at = now()
        if self.rows.stands(url):
            with self._noting(Checked(url, at)):
                self.rows.checked(url, at)
        else:
            with self._noting(Ended(url, REMOVED, REASON)):
                self.rows.removed(url)

    def withheld(self, url: str) -> bool:
        """Whether what is at a URL was withdrawn: it is not asked for."""
        known = self.known(fold_url(url)) if self.any_withdrawn else None
        return known is not None and known.outcome == REMOVED

    def says_withdrawn(self, text: str) -> bool:
        """Whether a text, as a source says it, holds a phrase that was withdrawn."""
        return bool(self._phrases and self._phrases.said_by(words_of(text)))

    @contextmanager
    def _noting(self, event: Event | None) -> Iterator[None]:
        """One step of journal, lines and database. Raises OutputUnwritable."""
        with self._hold.step(event.at if isinstance(event, Gone) else None):
            if event is not None:
                self._journal.note(event)
            yield

    def count(self) -> int:
        """How many articles of the portal are held, duplicates left out."""
        return self._number("duplicate_of IS NULL")

    def share_with(self, column: str) -> float:
        """The share of the portal's articles that have a value in `published_at` or `section`, from 0 to 1."""
        assert column in SHARES
        return self._number(f"duplicate_of IS NULL AND {column} IS NOT NULL") / max(1, self.count())

    def _number(self, where: str) -> int:
        """How many articles there are whose newest version is as `where` says."""
        row = self.db.one(
            f"SELECT count(*) FROM articles AS a WHERE portal = ? AND {where}"  # noqa: S608 - constants
            " AND NOT EXISTS (SELECT 1 FROM articles WHERE id = a.id AND version > a.version)",
            (self.portal,),
        )
        return int(row[0]) if row else 0

    def newest(self) -> datetime | None:
        """When the portal's newest article was published."""
        row = self.db.one("SELECT max(published_at) FROM articles WHERE portal = ?", (self.portal,))
        return datetime.fromisoformat(row[0]) if row and row[0] else None

    def longest_pause_days(self) -> int | None:
        """The longest pause between two days with articles in the year before the newest; None: too few to tell."""
        return longest_pause_days(self.db, self.portal)

    def first_run(self) -> datetime | None:
        """When the portal's first recorded run began."""
        row = self.db.one("SELECT min(started_at) FROM runs WHERE portal = ?", (self.portal,))
        return read_warc_date(row[0]) if row and row[0] else None

    def record_run(self, report: RunReport) -> Path:
        """Keep a run's report: `reports/<run>.json` and `.html`, its row, its issues. Raises OutputUnwritable.

        Returns the path of the JSON.
        """
        # where a challenge answered in place of the portal, say, what was captured is nothing to go on with
        closed = Closed(report.finished == "finished", failed=not self._begun)
        with self._noting(closed):
            self.rows.finished(closed.finished)
            if closed.over:
                self.rows.began(None)
            if closed.finished:  # what waits still was asked for in vain, or proved to be another page that was had
                self.agenda.close()
            record(self.db, report)
        try:
            return write_report(self.folder, self.db, report)
        except OSError as error:
            refuse(self.folder / "reports", error)

    def sync(self) -> None:
        """Put everything stored so far on the disk, files first."""
        self._synced = time.monotonic()
        self._warc.sync()
        self._hold.sync()
        self.db.sync()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Close; where an error is already under way, what closing meets is not raised on top of it."""
        try:
            self.close()
        except ArchiveError:
            if kind is None:
                raise

    def close(self) -> None:
        """Write the CDXJ index, put everything on the disk and let go of the folder."""
        try:
            self.sync()
            self._warc.close()
            self._screen()
            write_cdxj(self.db, self.portal, self.folder / "captures" / self.portal / f"{self.portal}.cdxj")
        except OSError as error:
            refuse(self.folder, error)
        finally:
            self._let_go()

    def _screen(self) -> None:
        """Withdraw what was captured of what was withdrawn: lists go on showing it."""
        if self._phrases:
            from pipelines.archive.removal.screening import screen  # it reads journals and lines, as a removal does

            if changed := screen(self.folder, self.db, self.portal, self._phrases, self.otherwise):
                logger.info("%d captures of this portal said what was withdrawn; they do no more", changed)

    def _let_go(self) -> None:
        try:
            self._hold.let_go(self._lines, self._journal.file)
        finally:
            if self._own:
                self._hold.close()


def page_of(capture: Capture) -> Page:
    """A capture as the journal names it."""
    return Page(capture.warc_file.rpartition("/")[2], capture.warc_offset, capture.captured_at)


def _head(exchange: Exchange) -> tuple[int, dict[str, str], bytes]:
    status, pairs, body = split_http(exchange.response[: exchange.head_length])
    return status, {name.lower(): value for name, value in pairs}, body
