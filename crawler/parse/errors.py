"""Why a page is not an article: the error tree of `crawler.parse`.

NotAnArticle              reason
├── EmptyPage             empty-page
├── NotHtml               not-html
├── PageTooLarge          too-large
├── ProtectedPost         protected
├── NoTitle               no-title
└── EmptyBody             empty-body
"""

from __future__ import annotations


class NotAnArticle(Exception):
    """A page that gives no article; `reason` is the kebab-case word reports count it under.

    Raised by `crawler.parse.page` and `crawler.parse.article`, and by callers with a reason of their own.
    """

    reason = "not-an-article"

    def __init__(self, message: str = "", *, reason: str | None = None) -> None:
        if reason is not None:
            self.reason = reason
        super().__init__(message or self.reason)


class EmptyPage(NotAnArticle):
    """The response holds no text at all. Raised by `page.read_page`."""

    reason = "empty-page"


class NotHtml(NotAnArticle):
    """The response is a file, a feed or data, not a page. Raised by `page.read_page`."""

    reason = "not-html"


class PageTooLarge(NotAnArticle):
    """The response is larger than `page.MAX_PAGE_BYTES`. Raised by `page.read_page`."""

    reason = "too-large"


class ProtectedPost(NotAnArticle):
    """The post asks for a password before it shows its text. Raised by `article.read_article`."""

    reason = "protected"


class NoTitle(NotAnArticle):
    """Nothing on the page is its headline. Raised by `article.read_article`."""

    reason = "no-title"


class EmptyBody(NotAnArticle):
    """A headline without text, image or attachment. Raised by `article.read_article`."""

    reason = "empty-body"
