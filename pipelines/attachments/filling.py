"""What a capture says of a file an article links to; the crawl and a rebuild of the articles both go through it."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

from pipelines.archive.captured import Captured, read_capture
from pipelines.archive.warc import Record, warc_date
from pipelines.attachments import read_file
from pipelines.items import Article, Attachment, Capture

MAX_REDIRECTS = 5
_HEAD_BYTES = 4096
_HTML = re.compile(rb"\r\ncontent-type:[^\r]*html", re.IGNORECASE)


def attachment_fields(article_url: str, captured_at: datetime) -> dict[str, str]:
    """What is kept beside the capture of an attachment: which capture of which article it was fetched for."""
    return {"attachment-of": article_url, "attachment-at": warc_date(captured_at)}


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where and when a file was captured; `revisit` where the body lies in an earlier record."""

    at: datetime
    file: str
    offset: int
    digest: str
    revisit: bool


class KeptFiles:
    """The captures of attachments, out of the records of an archive alone, for a rebuild of its articles.

    An article's attachment is read from the last whole record, in the order of the archive, that says it was fetched
    for the article's capture and bears the attachment's URL; where that is a redirect, on from its target. Without
    such a record nothing is known of the file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._fetched: dict[tuple[str, str, str], list[_Place]] = defaultdict(list)
        self._full: dict[tuple[str, str], list[_Place]] = defaultdict(list)

    def add(self, file: str, record: Record) -> None:
        """Take note of a record of a WARC file (relative to the archive), in the order of the archive."""
        of, at = record.fields.get("attachment-of"), record.fields.get("attachment-at")
        is_page = _HTML.search(record.block, 0, _HEAD_BYTES) is not None
        place = _Place(record.at, file, record.offset, record.payload_digest or "", record.type == "revisit")
        if not place.revisit and (of is not None or not is_page):  # a file may have been asked for as a page before
            self._full[record.url, place.digest].append(place)
        if of is not None and at is not None:
            self._fetched[of, at, record.url].append(place)

    def refill(self, article: Article) -> None:
        """Give the article's attachments what their captures say. Raises BadWarc, OSError."""
        if article.captured_at is None:
            return
        fields = attachment_fields(article.url, article.captured_at)
        for attachment in article.attachments:
            url, found = attachment.url, None
            for _ in range(MAX_REDIRECTS + 1):
                named = self._fetched.get((fields["attachment-of"], fields["attachment-at"], url), [])
                capture, captured = next(self._whole(url, named, article.origin), (None, None))
                if capture is None or captured is None:
                    break
                found = capture
                if captured.location is None:
                    break
                url = urljoin(url, captured.location)
            if found is not None:
                fill(attachment, found, self._folder)

    def _whole(self, url: str, named: list[_Place], origin: str) -> Iterator[tuple[Capture, Captured]]:
        """The captures among those of a URL that were not cut short, the last one first."""
        for place in reversed(named):
            held = [full for full in self._full.get((url, place.digest), []) if full.at <= place.at]
            full = max(held, default=None) if place.revisit else place
            if full is None:
                continue
            captured = read_capture(self._folder / full.file, full.offset)
            if not captured.truncated:
                yield Capture(url, origin, place.at, full.file, full.offset, place.digest), captured


def fill(attachment: Attachment, capture: Capture, folder: Path) -> Captured:
    """Give `attachment` what its capture says of it. Raises BadWarc, OSError; `folder` is the archive's."""
    captured = read_capture(folder / capture.warc_file, capture.warc_offset)
    attachment.capture = capture
    if captured.status != 200:
        attachment.problem = f"http-{captured.status}"
        return captured
    read = read_file(captured.body)
    stated = captured.headers.get("content-type", "").partition(";")[0].strip().lower()
    attachment.sha256 = hashlib.sha256(captured.body).hexdigest()
    attachment.media_type = read.media_type or attachment.media_type or stated or None
    attachment.text, attachment.problem = read.text, read.problem
    return captured
