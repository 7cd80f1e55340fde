"""Article lines made from article lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pipelines.items import Article

if TYPE_CHECKING:
    from datetime import datetime

_ARTICLE = msgspec.json.Decoder(Article)


def gone(line: bytes, at: datetime) -> Article:
    """The version that says that the portal no longer has the article of a line: as that, but for `gone_at`."""
    article = _ARTICLE.decode(line)
    article.version, article.previous_digest, article.gone_at = article.version + 1, article.digest, at
    return article
