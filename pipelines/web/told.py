"""What the site knows, in the types of the API."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from pipelines.web.records import (
    ArticleLinks,
    ArticleRecord,
    CaptureBrief,
    Copy,
    PortalBrief,
    Relatives,
    Result,
    Results,
    RunBrief,
    VersionBrief,
)

if TYPE_CHECKING:
    from sqlite3 import Row

    from pipelines.near.family import Family
    from pipelines.report.run import RunReport
    from pipelines.search.results import Found, Hit
    from pipelines.web.holdings import Held
    from pipelines.web.site import Site


def results(found: Found, base: str, onward: str | None) -> Results:
    """A page of what was found; `base` is where the site is."""
    return Results(
        total=found.total,
        results=[_result(hit, base) for hit in found.hits],
        facets=found.facets,
        loosened=found.loosened,
        suggestion=found.suggestion,
        cursor=found.cursor,
        next=onward,
    )


def _result(hit: Hit, base: str) -> Result:
    one = hit.article
    return Result(
        id=one.id,
        portal=one.portal,
        province=one.province,
        title=one.title,
        url=one.url,
        section=one.section,
        authors=one.authors,
        published_at=one.published_at,
        published_precision=one.published_precision,
        captured_at=one.captured_at,
        gone_at=one.gone_at,
        version=one.version,
        attachments=len(one.attachments),
        title_pieces=hit.title,
        snippet=hit.snippet,
        snippet_of=hit.file,
        page=f"{base}/articles/{one.id}",
        api=f"{base}/api/articles/{one.id}",
    )


def article(held: Held, base: str) -> ArticleRecord:
    """An article, and what there is of it."""
    one = held.article
    page = f"{base}/articles/{one.id}"
    return ArticleRecord(
        article=one,
        capture=held.record,
        files={url: f"{base}/captures/{record}/content" for url, record in held.files.items()},
        pictures={url: f"{base}{path}" for url, path in held.pictures.items()},
        versions=versions(held, base),
        relatives=_relatives(held.family) if held.family else None,
        links=ArticleLinks(
            page=page,
            versions=f"{base}/api/articles/{one.id}/versions",
            bibtex=f"{page}.bib",
            ris=f"{page}.ris",
            citation=f"{page}.txt",
            text=f"{base}/api/articles/{one.duplicate_of or one.id}",
            capture=f"{base}/captures/{held.record}" if held.record else None,
        ),
    )


def versions(held: Held, base: str) -> list[VersionBrief]:
    """The versions of an article, oldest first."""
    return [
        VersionBrief(
            number=one.number,
            change=one.change,
            at=one.article.gone_at if one.change == "gone" else one.article.captured_at,
            title=one.article.title,
            digest=one.article.digest,
            api=f"{base}/api/articles/{one.article.id}/versions/{one.number}",
            page=f"{base}/articles/{one.article.id}/versions/{one.number}",
        )
        for one in held.versions
    ]


def _relatives(family: Family) -> Relatives:
    return Relatives(
        original=family.original.by.id,
        duplicates=[one.id for one in family.original.duplicates],
        more_duplicates=family.original.more_duplicates,
        copies=[Copy(id=one.by.id, similarity=one.similarity, kind=one.kind) for one in family.copies],
        more_copies=family.more_copies,
        series=family.series,
        in_series=family.in_series,
    )


def portals(site: Site, base: str) -> list[PortalBrief]:
    """All portals, by name."""
    names = site.holdings.portals()
    with site.holdings.database() as db:
        counts = site.ledger.counts(db)
    issues = Counter(issue.portal for issue in site.holdings.issues())
    runs = site.holdings.runs(names, 1)
    return [
        PortalBrief(
            name=name,
            title=facts.title,
            province=facts.province,
            gone_since=facts.gone_since,
            successor=facts.successor,
            articles=counts.get(name, 0),
            last_run=last.run if last else None,
            last_run_at=last.started_at if last else None,
            open_issues=issues[name],
            page=f"{base}/portals/{quote(name)}",
            api=f"{base}/api/portals/{quote(name)}",
        )
        for name in names
        for facts in (site.portal(name),)
        for last in (next(iter(runs[name]), None),)
    ]


def run(report: RunReport, base: str) -> RunBrief:
    """A run in short."""
    return RunBrief(
        run=report.run,
        portal=report.portal,
        started_at=report.started_at,
        ended_at=report.ended_at,
        verdict=report.verdict,
        pages=report.pages,
        outcomes=report.outcomes,
        page=f"{base}/runs/{quote(report.run)}",
        api=f"{base}/api/runs/{quote(report.run)}",
    )


def capture(row: Row, base: str) -> CaptureBrief:
    """A capture, by its row."""
    return CaptureBrief(
        id=row["id"],
        portal=row["portal"],
        url=row["url"],
        at=datetime.fromisoformat(row["at"]),
        status=row["status"],
        mime=row["mime"],
        digest=row["digest"],
        revisit=bool(row["revisit"]),
        file=row["file"],
        offset=row["offset"],
        length=row["length"],
        page=f"{base}/captures/{row['id']}",
    )
