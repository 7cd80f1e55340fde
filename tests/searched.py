"""An archive of the sample portal's articles and of invented ones, to search in."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from made_queries import WRITTEN
from stored_articles import Folder

from pipelines.items import Article, Attachment

_EXPECTED = Path(__file__).parents[1] / "sample" / "expected.jsonl"
PORTAL = "sokhdt_tanson"


def fill(folder: Path) -> None:
    """Store all of them, the oldest first."""
    lines = _EXPECTED.read_text("utf-8").splitlines()
    told = sorted(map(json.loads, lines), key=lambda row: row["published"] or "")
    with Folder(folder) as archive:
        for row in told:
            archive.store(
                PORTAL,
                row["url"].rstrip("/").rpartition("/")[2],
                row["title"],
                "\n\n".join(row["body"]),
                lead="\n\n".join(row["lead"]) if isinstance(row["lead"], list) else row["lead"],
                published_at=row["published"] and datetime.fromisoformat(row["published"]),
                published_precision="minute",
                section=row["section"],
                authors=row["authors"],
                province="Tân Sơn",
            )
        for day, one in enumerate(WRITTEN):
            files = [Attachment(f"http://{name}", name, text=text) for name, text in one.files.items()]
            archive.store(one.portal, one.name, one.title, one.body, day, lead=one.lead, attachments=files)


def name_of(article: Article) -> str:
    """What the cases call an article."""
    return article.url.rpartition("/")[2].removesuffix(".html")
