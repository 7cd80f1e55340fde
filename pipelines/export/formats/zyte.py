"""Articles under the names of zyte-common-items' Article
(https://zyte-common-items.readthedocs.io/en/latest/reference/items.html).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from pipelines.export.record import Columns, rows
from pipelines.export.writing import Piece


@dataclass(frozen=True, slots=True)
class Zyte:
    """A `LineFormat`."""

    def head(self, columns: Columns) -> bytes:
        """Nothing."""
        return b""

    def encode(self, records: Iterator[bytes], columns: Columns) -> Piece:
        """An object a line; what is not known is left out."""
        return Piece(b"".join([msgspec.json.encode(_item(row)) + b"\n" for row in rows(records, columns)]))


def _item(row: Any) -> dict[str, Any]:
    images = [{"url": image.url} for image in row.images]
    told: dict[str, Any] = {
        "url": row.url,
        "canonicalUrl": row.canonical_url,
        "headline": row.title,
        "description": row.lead,
        "articleBody": row.body,
        "articleBodyHtml": row.body_html,
        "datePublished": row.published_at,
        "datePublishedRaw": row.published_raw,
        "dateModified": row.modified_at,
        "authors": [{"name": name, "nameRaw": name} for name in row.authors],
        "breadcrumbs": [{"name": row.section}] if row.section else None,
        "inLanguage": row.language.split("-")[0],
        "mainImage": images[0] if images else None,
        "images": images,
        "metadata": _downloaded(row.captured_at),
    }
    return {name: value for name, value in told.items() if value}


def _downloaded(at: datetime | None) -> dict[str, str] | None:
    return None if at is None else {"dateDownloaded": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
