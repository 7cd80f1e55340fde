"""What a page fetched as an article turns out to be: told from the page, and what sources said of it, alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.parse.blocking import REASONS, blocked, is_missing
from crawler.parse.dates import read_date
from crawler.parse.errors import NotAnArticle
from crawler.parse.pagekind import is_document, is_question, shape
from crawler.platforms.base import Kind
from pipelines.text import fold, one_line

if TYPE_CHECKING:
    from crawler.parse.page import Page
    from crawler.platforms.base import Platform
    from pipelines.items import Article

MIN_GALLERY_IMAGES = 4
MAX_GALLERY_WORDS = 30


def judge(page: Page, fields: dict[str, str], family: Platform) -> Kind:
    """LISTING, ARTICLE, or UNKNOWN where only reading tells (see `no_article`). Raises NotAnArticle for all else."""
    if reason := blocked(page):
        raise NotAnArticle(reason=reason)
    if is_missing(page) and not _is_headed(page, titles_of(fields)):
        raise NotAnArticle(reason=Kind.NOT_FOUND)
    kind = kind_of(page, family, titles_of(fields))
    if kind not in (Kind.ARTICLE, Kind.UNKNOWN, Kind.LISTING):
        raise NotAnArticle(reason=str(kind))
    return kind


def _is_headed(page: Page, titles: tuple[str, ...]) -> bool:
    """Whether one of the headlines a page is linked to by stands on it: what was asked for is there after all."""
    said = fold(one_line(" ".join(body.text_content() for body in page.index.by_tag["body"][:1])))
    return any(title in said for title in titles)


def ending(reason: str) -> str:
    """How a page ends that is no article: what stands in its place for now is no more its end than an error is."""
    return "failed" if reason in REASONS else "skipped"


def kind_of(page: Page, family: Platform, titles: tuple[str, ...] = ()) -> Kind:
    """What a page is: by its platform, else by how it is built; `titles` are headlines it is linked to by."""
    kind = family.kind(page)
    if kind is not Kind.UNKNOWN:
        return kind
    built = shape(page, titles)
    if built == "listing":
        return Kind.LISTING
    if is_document(page):
        return Kind.DOCUMENT
    return Kind.QUESTION if is_question(page) else Kind.UNKNOWN


def date_as_listed(article: Article, fields: dict[str, str], *, month_first: bool) -> None:
    """Give an article whose own page states no date the one that the list shows beside its headline."""
    if article.published_at is not None or "listed_raw" not in fields:
        return
    if dated := read_date(fields["listed_raw"], month_first=month_first):
        article.published_at, article.published_raw = dated.at, dated.raw
        article.published_precision = dated.precision
        article.evidence["published_at"] = "listing"


def no_article(article: Article, fields: dict[str, str], *, states_dates: bool) -> str | None:
    """Why a page that reads like an article is none: all that tells is where it was linked from, and its date.

    `states_dates`: whether the portal's articles state theirs, as was learnt of it.
    """
    words = len(f"{article.lead or ''} {article.body}".split())
    if words <= MAX_GALLERY_WORDS and len(article.images) >= MIN_GALLERY_IMAGES:
        return Kind.GALLERY
    if article.published_at is not None:
        return None
    linked_in_lists = "mark" in fields or "via" not in fields
    return Kind.STATIC if not linked_in_lists or states_dates else None


def titles_of(fields: dict[str, str]) -> tuple[str, ...]:
    """The headlines lists link to a page by, out of its mark."""
    return tuple(part[6:] for part in fields.get("mark", "").split("|") if part.startswith("title:"))
