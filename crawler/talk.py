"""What a verb says on stderr while it works: lines for people, or JSON lines for journald, Loki and their like."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

FORMATS = ("text", "json")


class _Mode:
    """How this process talks: one choice for all its lines, so that no text stands among JSON."""

    as_json = False


def choose(settings: BaseSettings) -> None:
    """Talk as the setting LOG_JSON says; to be called before Scrapy sets up its own logging.

    Scrapy has no setting for how a record is written, and puts up a handler of its own with every crawler: where JSON
    is asked for, that is turned off and ours stands in its place.
    """
    _Mode.as_json = settings.getbool("LOG_JSON")
    if not _Mode.as_json or not settings.getbool("LOG_ENABLED"):
        return
    path = settings.get("LOG_FILE")
    handler = logging.FileHandler(path, encoding=settings.get("LOG_ENCODING")) if path else logging.StreamHandler()
    handler.setFormatter(JsonLines())
    handler.setLevel(settings.get("LOG_LEVEL"))
    logging.root.addHandler(handler)
    settings.set("LOG_ENABLED", value=False, priority="cmdline")
    settings.set("LOG_FILE", None, priority="cmdline")


def in_json() -> bool:
    """Whether lines are JSON."""
    return _Mode.as_json


def say(text: str, *, portal: str | None = None, level: str = "info", **fields: Any) -> None:
    """Say one thing: as text, or as an object with `time`, `level`, `portal`, `message` and `fields`."""
    if _Mode.as_json:
        text = _line(datetime.now(UTC), level, portal, text, fields)
    with contextlib.suppress(BrokenPipeError):  # who no longer listens does not end a crawl
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


class JsonLines(logging.Formatter):
    """Each log record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        spider = getattr(record, "spider", None)
        archive = getattr(spider, "archive", None)
        portal = getattr(record, "portal", None) or getattr(archive, "portal", None) or getattr(spider, "name", None)
        fields = {"logger": record.name}
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        at = datetime.fromtimestamp(record.created, UTC)
        return _line(at, record.levelname.lower(), portal, record.getMessage(), fields)


def _line(at: datetime, level: str, portal: str | None, message: str, fields: dict[str, Any]) -> str:
    told = {"time": at.isoformat(timespec="milliseconds"), "level": level, "portal": portal, "message": message}
    return json.dumps({**told, **fields}, ensure_ascii=False, default=str)
