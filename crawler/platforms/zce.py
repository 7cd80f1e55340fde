"""ePi / ZCE: provincial and national newspapers on one system, in three generations of templates."""

from crawler.parse.layout import Layout
from crawler.platforms.marks import Marks
from crawler.platforms.newspaper import Newspaper

# What stands inside a text without belonging to it, in every generation.
_INSERTED = (
    ".cms-relate",
    ".content > .author",
    ".cms-body > .author",
    ".article__author",
    ".article__source",
    ".article__tag",
    ".article__related",
    ".article__related-listing",
    ".article-relate",
    ".related-news",
    ".related-inline-story",
    ".box-relate",
    ".article-poll",
    ".social-share",
    ".qc",
)


class Zce(Newspaper):
    """ePi / ZCE newspapers."""

    name = "zce"
    marks = Marks(
        selectors=(
            ".story__thumb",
            ".cms-body",
            ".cms-desc",
            ".cms-link",
            ".cms-photo",
            ".article__sapo",
            ".article-hdr",
            "#abody",
            ".details__summary",
            ".detail-wrap .detail__content",
            ".details-article .details-abody",
        ),
    )
    article_url = r"-post\d+\.\w+(?:[?#]|$)|-d?\d{4,9}\.html(?:[?#]|$)"
    listing_url = r"^https?://[^/]+(?:/[a-z0-9-]+){1,3}/(?:[?#]|$)|-(?:topic|event|zone)\d+\.html"
    texts = Marks(
        selectors=(".cms-body", ".article__body", ".article__content", ".detail__content", ".article-content .content")
    )
    layouts = (
        Layout(
            name="zce",
            title=("h1.article__title", "h1.cms-title"),
            published=("time.cms-date", ".article__meta time", ".cms-date", ".article__meta"),
            lead=(".article__sapo", ".article__summary", ".cms-desc"),
            featured=(".article__avatar",),
            body=(".article__body", ".article__content", "#content-article"),
            byline=(".article__author", ".content > .author", ".cms-body > .author", ".cms-author"),
            section=(".breadcrumb a",),
            tags=(".article__tag a",),
            drop=_INSERTED,
        ),
        Layout(
            name="zce-detail",
            title=("h1.detail__title", "h1.details__headline"),
            published=(".detail__meta time", ".details__meta time", ".detail__meta"),
            lead=(".detail__summary", ".details__summary"),
            featured=(".detail__avatar",),
            body=(".detail__content", ".details__content"),
            byline=(".detail__credit .author", ".cms-author"),
            section=(".breadcrumb a",),
            tags=(".detail__tag a",),
            drop=(".detail__credit", ".detail__relate", ".detail__extension-wrap", ".content-ads", *_INSERTED),
        ),
        Layout(
            name="zce-2014",
            title=("h1.article-title", ".cms-title"),
            published=(
                "time.cms-date",
                ".article-hdr time",
                ".byline-dateline time",
                ".details__meta time",
                ".meta time",
            ),
            lead=(".cms-desc", ".article-hdr .summary", ".article-sapo", ".sapo", ".short-text"),
            featured=(".article-avatar",),
            body=(".article-content .content", ".cms-body", "#abody", "#main_detail", "#article-body"),
            byline=(".content > .author", ".cms-body > .author", ".cms-author"),
            section=(".breadcrumb a",),
            tags=(".article-tag a",),
            drop=(".article-tag", ".other-story", *_INSERTED),
        ),
        Layout(  # a citizen's question and the office's answer
            name="zce-petition",
            title=("h1.headline",),
            published=(".details-heading time",),
            body=(".details-article",),
            section=(".breadcrumb a",),
            drop=(".article-vote-box", ".process", ".minor-title"),
        ),
    )
