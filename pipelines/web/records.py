"""What the API says, a type an answer: its JSON and its description in OpenAPI are both made from these."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from pipelines.items import Article, CopyKind, Precision
from pipelines.report.issues import OpenIssue
from pipelines.report.run import RunReport
from pipelines.search.results import Count, Piece
from pipelines.web.holdings import Change

Address = Annotated[str, Meta(description="An absolute URL of this site.")]
Onward = Annotated[str | None, Meta(description="The address of the next page; null on the last.")]
Facets = Annotated[
    dict[str, list[Count]],
    Meta(
        description="How many of the articles found have a value: of portal, province, section, author the most "
        "frequent; of year and month all; of files and gone one count, where there are such."
    ),
]
ArticleId = Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]


class Problem(Struct, kw_only=True):
    """What is wrong with a request, and what to do."""

    status: int
    message: str


class Refusal(Struct, kw_only=True):
    """The answer to a request that cannot be met."""

    error: Problem


class Result(Struct, kw_only=True):
    """An article that was found."""

    id: ArticleId
    portal: str
    province: str | None
    title: str
    url: Annotated[str, Meta(description="Where the portal has, or had, it.")]
    section: str | None
    authors: list[str]
    published_at: datetime | None
    published_precision: Precision | None
    captured_at: datetime | None
    gone_at: datetime | None
    version: int
    attachments: Annotated[int, Meta(description="How many files it links to.")]
    title_pieces: Annotated[list[Piece], Meta(description="The title, with what was asked for marked.")]
    snippet: Annotated[list[Piece], Meta(description="Some of its text, with what was asked for marked.")]
    snippet_of: Annotated[str | None, Meta(description="The attachment the snippet is of; null: the article itself.")]
    page: Address
    api: Address


class Results(Struct, kw_only=True):
    """A page of what was found."""

    total: int
    results: list[Result]
    facets: Facets
    loosened: Annotated[bool, Meta(description="No article has all the words: these have some.")]
    suggestion: Annotated[str | None, Meta(description="What may have been meant, as it would be typed.")]
    cursor: Annotated[str | None, Meta(description="Of the next page.")]
    next: Onward


class VersionBrief(Struct, kw_only=True):
    """A version of an article that says something else than the one before it."""

    number: int
    change: Change
    at: Annotated[datetime | None, Meta(description="When it was captured, or first seen to be gone.")]
    title: str
    digest: str
    api: Address
    page: Address


class Versions(Struct, kw_only=True):
    """The versions of an article, oldest first."""

    id: ArticleId
    versions: list[VersionBrief]


class Copy(Struct, kw_only=True):
    """A near-duplicate of an original."""

    id: ArticleId
    similarity: float | None
    kind: CopyKind | None


class Relatives(Struct, kw_only=True):
    """What else says what an article says."""

    original: Annotated[ArticleId, Meta(description="That which was published first; it may be the article itself.")]
    duplicates: Annotated[list[ArticleId], Meta(description="Word for word as the original.")]
    more_duplicates: int
    copies: list[Copy]
    more_copies: int
    series: ArticleId | None
    in_series: Annotated[int, Meta(description="How many other texts have the same form, with other numbers or names.")]


class ArticleLinks(Struct, kw_only=True):
    """Where more of an article is."""

    page: Address
    versions: Address
    bibtex: Address
    ris: Address
    citation: Address
    text: Annotated[str, Meta(description="The article in the API whose text it is: of a duplicate, its original.")]
    capture: Annotated[str | None, Meta(description="The capture it was read from, as a page.")]


class ArticleRecord(Struct, kw_only=True):
    """An article in its newest version, and what the archive has of it."""

    article: Article
    capture: Annotated[int | None, Meta(description="The id of the capture it was read from.")]
    files: Annotated[dict[str, str], Meta(description="By the URL of an attachment, where it is kept.")]
    pictures: Annotated[dict[str, str], Meta(description="By the URL of a picture, where it is kept.")]
    versions: list[VersionBrief]
    relatives: Relatives | None
    links: ArticleLinks


class Line(Struct, kw_only=True):
    """A version of an article."""

    article: Article


class Lines(Struct, kw_only=True):
    """Article lines in the order they were stored: each version is one."""

    articles: list[Article]
    cursor: Annotated[
        str | None,
        Meta(description="Of the last line here, or as asked: keep it, and what is stored later is asked for with it."),
    ]
    next: Onward


class PortalBrief(Struct, kw_only=True):
    """A portal of the archive."""

    name: str
    title: str
    province: str | None
    gone_since: date | None
    successor: Annotated[str | None, Meta(description="The province it is part of now.")]
    articles: int
    last_run: Annotated[str | None, Meta(description="The id of its last run.")]
    last_run_at: datetime | None
    open_issues: int
    page: Address
    api: Address


class Portals(Struct, kw_only=True):
    """All portals there are captures, articles or runs of."""

    portals: list[PortalBrief]


class PortalRecord(Struct, kw_only=True):
    """A portal, and how its crawls go."""

    portal: PortalBrief
    months: Annotated[list[Count], Meta(description="Articles that are no duplicates, by month of publication.")]
    runs: list[RunBrief]
    issues: list[OpenIssue]


class RunBrief(Struct, kw_only=True):
    """A run in short."""

    run: str
    portal: str
    started_at: datetime
    ended_at: datetime
    verdict: Annotated[str, Meta(description="`ok`, or in a word or three what went otherwise.")]
    pages: int
    outcomes: dict[str, int]
    page: Address
    api: Address


class Runs(Struct, kw_only=True):
    """The last run of each portal, or the last ones of one; newest first."""

    runs: list[RunBrief]


class RunRecord(Struct, kw_only=True):
    """The report of a run, as it was written."""

    report: RunReport


class CaptureBrief(Struct, kw_only=True):
    """One HTTP exchange kept."""

    id: int
    portal: str
    url: str
    at: datetime
    status: int
    mime: str
    digest: Annotated[str, Meta(description="Of the payload of its record.")]
    revisit: Annotated[bool, Meta(description="The content was that of an earlier capture, whose record has it.")]
    file: Annotated[str, Meta(description="The WARC file of its record.")]
    offset: int
    length: int
    page: Address


class Captures(Struct, kw_only=True):
    """Captures of a URL, or of those that begin alike; by portal, URL and time."""

    captures: list[CaptureBrief]
    cursor: str | None
    next: Onward
