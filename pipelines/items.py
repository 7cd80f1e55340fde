"""The records luutin keeps: an article, its images and attachments, and the capture it was read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Precision = Literal["minute", "day", "month"]
CopyKind = Literal["headline", "edited", "excerpt", "extended"]


@dataclass(slots=True)
class Image:
    """A picture of the article; `caption` and `credit` are null where the page names none."""

    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(slots=True)
class Attachment:
    """A file the article links to; what is not known because it could not be fetched or read is null."""

    url: str
    name: str
    media_type: str | None = None
    """By its content, where that tells; else by its name, or as the server says."""
    sha256: str | None = None
    """Of the file, in hex."""
    text: str | None = None
    """In NFC; lines as they are, cells of a table row parted by ` | `; TCVN3 and VNI converted."""
    problem: str | None = None
    """Why what was answered gave no text, or not all of it: `http-404`, `no-text`, `encrypted`, `damaged`, …"""
    capture: Capture | None = None
    """What it was read from."""


@dataclass(slots=True)
class Capture:
    """One HTTP exchange kept: where its WARC response record lies and when it was made.

    `captured_at` is the original capture time, also for copies out of a web archive.
    `digest` is the record's payload digest, `sha256:<hex>`.
    """

    url: str
    origin: str
    captured_at: datetime
    warc_file: str
    warc_offset: int
    warc_digest: str


@dataclass(slots=True, kw_only=True)
class Article:
    """One article, one version: the line of `articles/<portal>.jsonl`.

    Times are aware (`+07:00` for what the portal states, UTC for captures). Text is NFC. A value the
    page does not state is null or empty, never guessed; `evidence` names where each field came from.
    """

    id: str = ""
    """16 hex digits of BLAKE2b of `canonical_url`."""
    portal: str = ""
    """The portal's `name`."""
    province: str | None = None
    """The province's name at the time of publication."""
    url: str
    """As fetched, after redirects."""
    canonical_url: str = ""
    """`url`, or the page's own rel=canonical, folded."""
    title: str
    lead: str | None = None
    """The sapô; never repeated in `body`."""
    body: str = ""
    """Paragraphs separated by a blank line; list items as `- …`; tables as rows with ` | `."""
    body_html: str = ""
    """The same content as a small, safe HTML subset."""
    published_at: datetime | None = None
    published_raw: str | None = None
    published_precision: Precision | None = None
    modified_at: datetime | None = None
    authors: list[str] = field(default_factory=list)
    cited_source: str | None = None
    section: str | None = None
    tags: list[str] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    language: str = "vi"
    version: int = 1
    previous_digest: str | None = None
    gone_at: datetime | None = None
    """When the portal was first seen without it, of a version that says only that; its text is that of the last."""
    digest: str = ""
    """SHA-256 of title, lead and body after normalising, in hex."""
    duplicate_of: str | None = None
    """The id of the article that says the same word for word and was published first; null for that one."""
    near_duplicate_of: str | None = None
    """The id of the article this is a copy of, changed here and there; the text is kept."""
    similarity: float | None = None
    """To that: the share of the shorter text's wording that is in the longer, from 0 to 1."""
    near_duplicate_kind: CopyKind | None = None
    """How it differs from that: in its headline only, here and there, as an excerpt of it, or as what it is one of."""
    series: str | None = None
    """The id of the first article stored of those that have its form, but other numbers or names: they are no copies.
    That one's line says it too."""
    evidence: dict[str, str] = field(default_factory=dict)
    origin: str = "live"
    captured_at: datetime | None = None
    warc_file: str | None = None
    warc_offset: int | None = None
    warc_digest: str | None = None
    parts: list[Capture] = field(default_factory=list)
    """Captures of the pages after the first, where an article runs over several."""
    extractor: str = ""
    """Platform, layout and code version, e.g. `wordpress/twentytwentyone 0.1.0`."""
