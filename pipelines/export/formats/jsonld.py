"""Articles as schema.org NewsArticle (https://schema.org/NewsArticle), a JSON-LD object a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from pipelines.export.record import Columns, rows
from pipelines.export.writing import Piece

CONTEXT = "https://schema.org"


@dataclass(frozen=True, slots=True)
class Jsonld:
    """A `LineFormat`."""

    titles: tuple[tuple[str, str], ...] = ()
    """The described portals' names and titles."""

    def head(self, columns: Columns) -> bytes:
        """Nothing."""
        return b""

    def encode(self, records: Iterator[bytes], columns: Columns) -> Piece:
        """An object a line; what is not known is left out."""
        titles = dict(self.titles)
        told = (_article(row, titles.get(row.portal)) for row in rows(records, columns))
        # a page that has such an object in it must not be ended by what the object says
        return Piece(b"".join([msgspec.json.encode(one).replace(b"<", b"\\u003c") + b"\n" for one in told]))


def _article(row: Any, publisher: str | None) -> dict[str, Any]:
    repeats, resembles = row.duplicate_of, row.near_duplicate_of
    return _known(
        {
            "@context": CONTEXT,
            "@type": "NewsArticle",
            "identifier": row.id,
            "url": row.url,
            "sameAs": row.also_at,
            "headline": row.title,
            "abstract": row.lead,
            "articleBody": row.body,
            "inLanguage": row.language,
            "datePublished": _stated(row.published_at, row.published_precision),
            "dateModified": row.modified_at,
            "expires": row.gone_at,
            "author": [{"@type": "Person", "name": name} for name in row.authors],
            "publisher": _publisher(row, publisher),
            "creditText": row.cited_source,
            "articleSection": row.section,
            "keywords": row.tags,
            "image": [_image(image) for image in row.images],
            "associatedMedia": [_file(file) for file in row.attachments],
            "version": row.version,
            "isBasedOn": (repeats or resembles) and {"@type": "NewsArticle", "identifier": repeats or resembles},
        }
    )


def _known(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value}


def _stated(at: datetime | None, precision: str | None) -> datetime | str | None:
    """A date as exactly as the page states it (ISO 8601)."""
    if at is None or precision not in ("day", "month"):
        return at
    return at.date().isoformat()[: 10 if precision == "day" else 7]


def _publisher(row: Any, title: str | None) -> dict[str, Any]:
    parts = urlsplit(row.url)
    area = row.province and {"@type": "AdministrativeArea", "name": row.province}
    return _known(
        {"@type": "Organization", "name": title, "url": f"{parts.scheme}://{parts.netloc}/", "areaServed": area}
    )


def _image(image: Any) -> dict[str, Any]:
    return _known(
        {"@type": "ImageObject", "contentUrl": image.url, "caption": image.caption, "creditText": image.credit}
    )


def _file(file: Any) -> dict[str, Any]:
    return _known(
        {
            "@type": "MediaObject",
            "contentUrl": file.url,
            "name": file.name,
            "encodingFormat": file.media_type,
            "sha256": file.sha256,
        }
    )
