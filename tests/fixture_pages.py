"""Saved pages with what must be read from them, and the demands a fixture and its portal meet."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.parse.blocking import blocked
from crawler.parse.errors import NotAnArticle
from crawler.parse.listing import Listing, page_number
from crawler.parse.page import Page, read_page
from crawler.platforms.base import Kind
from crawler.platforms.detect import PLATFORMS
from crawler.portal import Portal
from pipelines.items import Article

TESTS = Path(__file__).parent
PORTAL_FILES = TESTS.parent / "crawler" / "portals"
HOW = "tests/portals/README.md says how"
MAX_PORTAL_LINES = 12
"""Non-blank lines of a portal file, docstring included: data fits, behaviour does not."""

FILES = ("page.html.gz", "meta.json", "expected.json")
ARTICLE_FIELDS = frozenset(item.name for item in fields(Article))
LISTING_FIELDS = frozenset({"entries", "next_url"})
NEEDED = ("title", "body", "published_at")
"""What at least one article of each portal must state."""
_MTIME = slice(4, 8)
"""Where a gzip header keeps the time of compression (RFC 1952); `gzip -9n` writes zeros."""

Outcome = Article | Listing | str


@dataclass(frozen=True, eq=False, repr=False)
class Fixture:
    """One case: `group` is `portals` or `platforms`, `owner` the portal or the platform it belongs to."""

    folder: Path
    meta: dict[str, Any]
    expected: dict[str, Any]

    def __repr__(self) -> str:
        return f"tests/{self.group}/{self.id}"

    @property
    def group(self) -> str:
        return self.folder.parent.parent.name

    @property
    def owner(self) -> str:
        return self.folder.parent.name

    @property
    def id(self) -> str:
        """`portal/case`."""
        return f"{self.owner}/{self.folder.name}"

    @property
    def urls(self) -> list[str]:
        return _urls(self.meta)

    @property
    def is_article(self) -> bool:
        return "refused" not in self.expected and not LISTING_FIELDS & set(self.expected)

    @cached_property
    def portal(self) -> type[Portal] | None:
        """The described portal; None for a page of a platform alone."""
        if self.group != "portals":
            return None
        return next((portal for portal in described_portals() if portal.name == self.owner), None)

    @property
    def platform(self) -> str:
        """The CMS family the page must be found to be of."""
        if self.group == "platforms":
            return self.owner
        assert self.portal is not None, f"tests/portals/{self.owner}: no file crawler/portals/{self.owner}.py; write it"
        return self.portal.platform

    @cached_property
    def pages(self) -> list[Page]:
        """The pages, in the order of their numbers. Raises NotAnArticle."""
        files = sorted(self.folder.glob("page*.html.gz"), key=_number)
        headers: dict[str, str] = self.meta["headers"]
        return [
            read_page(gzip.decompress(file.read_bytes()), url, headers)
            for file, url in zip(files, self.urls, strict=True)
        ]

    @cached_property
    def outcome(self) -> Outcome:
        """What a crawl makes of the page: an article, a listing, or the reason for which it is refused."""
        family, layouts = PLATFORMS[self.platform], self.portal.layouts if self.portal else ()
        try:
            page = self.pages[0]
            kind = family.kind(page)
            if reason := blocked(page):
                return reason
            if kind is Kind.LISTING or (kind is Kind.UNKNOWN and "entries" in self.expected):
                return family.listing(page, page_number(page.url) or 1)
            if kind not in (Kind.ARTICLE, Kind.UNKNOWN):
                return str(kind)
            return family.read(self.pages, None, layouts)
        except NotAnArticle as error:
            return error.reason

    def value(self, field: str) -> Any:
        """What was read of one key of expected.json, in the form expected.json has it."""
        outcome = self.outcome
        if field == "refused" or isinstance(outcome, str):
            return outcome if field == "refused" else f"refused: {outcome}"
        if isinstance(outcome, Listing):
            return [entry.url for entry in outcome.entries] if field == "entries" else getattr(outcome, field, None)
        return _plain(getattr(outcome, field, None), self.expected[field])


def _plain(value: Any, expected: Any) -> Any:
    """A field as JSON; a body in paragraphs; of images and files only what the fixture states."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and isinstance(expected, list):
        return value.split("\n\n")
    if not isinstance(value, list) or not value or isinstance(value[0], str):
        return value
    found = [asdict(item) for item in value]
    if len(found) == len(expected):
        return [{key: item[key] for key in wanted} for item, wanted in zip(found, expected, strict=True)]
    return found


def _number(file: Path) -> int:
    digits = file.name.removesuffix(".html.gz").rpartition("-")[2]
    return int(digits) if digits.isdigit() else 1


def _urls(meta: dict[str, Any]) -> list[str]:
    return list(meta["urls"]) if "urls" in meta else [meta["url"]]


def folders(root: Path = TESTS) -> list[Path]:
    """The folder of every case under `root`."""
    return sorted(case for group in ("portals", "platforms") for case in (root / group).glob("*/*") if case.is_dir())


def fixtures(root: Path = TESTS) -> list[Fixture]:
    """Every fixture that can be loaded; `problems` says why another cannot."""
    return [load(folder) for folder in folders(root) if not problems(folder)]


def load(folder: Path) -> Fixture:
    """One fixture."""
    meta, expected = (json.loads((folder / name).read_text("utf-8")) for name in FILES[1:])
    return Fixture(folder, meta, expected)


def problems(folder: Path) -> list[str]:
    """What is wrong with the form of a fixture, each with what to do."""
    name = f"{folder.parent.parent.name}/{folder.parent.name}/{folder.name}"
    missing = [file for file in FILES if not (folder / file).is_file()]
    if missing:
        return [f"tests/{name}: {file} is missing: add it ({HOW})" for file in missing]
    read: list[dict[str, Any]] = []
    for file in FILES[1:]:
        try:
            data = json.loads((folder / file).read_text("utf-8"))
        except ValueError as error:
            return [f"tests/{name}/{file}: not JSON ({error}): correct it"]
        if not isinstance(data, dict) or not data:
            return [f"tests/{name}/{file}: must be an object with at least one key ({HOW})"]
        read.append(data)
    meta, expected = read
    return [f"tests/{name}/{text}" for text in (*_gzip(folder), *_meta(meta, folder), *_expected(expected))]


def _gzip(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("page*.html.gz")):
        head = file.read_bytes()[:8]
        if head[:2] != b"\x1f\x8b" or any(head[_MTIME]):
            yield f"{file.name}: must be made by `gzip -9n`, so that the same page gives the same file"


def _meta(meta: dict[str, Any], folder: Path) -> Iterator[str]:
    if ("url" in meta) == ("urls" in meta):
        yield "meta.json: state `url`, or `urls` for an article of several pages"
        return
    pages = len(list(folder.glob("page*.html.gz")))
    if len(_urls(meta)) != pages:
        yield f"meta.json: {len(_urls(meta))} URLs for {pages} pages: give each page its own URL, in order"
    headers = meta.get("headers")
    if not isinstance(headers, dict) or any(key != key.lower() for key in headers):
        yield "meta.json: `headers` must be an object with lower-case names"
    if meta.get("kind") not in list(Kind):
        yield f"meta.json: kind {meta.get('kind')!r} must be one of {', '.join(Kind)}"
    try:
        aware = datetime.fromisoformat(meta.get("captured_at", "")).tzinfo is not None
    except (TypeError, ValueError):
        aware = False
    if not aware:
        yield "meta.json: `captured_at` must be an ISO 8601 time with offset: when the page was saved"


def _expected(expected: dict[str, Any]) -> Iterator[str]:
    keys = set(expected)
    if "refused" in keys:
        if keys != {"refused"} or not isinstance(expected["refused"], str):
            yield "expected.json: `refused` stands alone and names the reason, e.g. 'static-page'"
    elif keys & LISTING_FIELDS:
        if keys != LISTING_FIELDS:
            yield "expected.json: a listing has exactly `entries` (URLs in order) and `next_url` (or null)"
    elif unknown := sorted(keys - ARTICLE_FIELDS):
        yield f"expected.json: {', '.join(unknown)}: no field of pipelines.items.Article; correct the name"


@cache
def described_portals() -> tuple[type[Portal], ...]:
    """Every portal described under crawler/portals. Raises BadPortal for a senseless one."""
    settings = Settings()
    settings.setmodule("crawler.settings")
    loader = SpiderLoader.from_settings(settings)
    spiders = [loader.load(name) for name in loader.list()]
    return tuple(spider for spider in spiders if issubclass(spider, Portal))


def unproven(portals: Iterable[type[Portal]], root: Path = TESTS) -> list[str]:
    """Portals without a saved article that proves their description; their family's do where they have no layouts."""
    found: list[str] = []
    for portal in portals:
        if not portal.layouts and any((root / "platforms" / portal.platform).glob("*/expected.json")):
            continue
        home = root / "portals" / portal.name
        cases = [load(folder) for folder in sorted(home.glob("*")) if folder.is_dir() and not problems(folder)]
        if not home.is_dir():
            found.append(f"crawler/portals/{portal.name}.py: no fixture: make tests/portals/{portal.name}/ ({HOW})")
        elif not any(case.is_article and all(case.expected.get(key) for key in NEEDED) for case in cases):
            found.append(
                f"tests/portals/{portal.name}: no case is an article with {', '.join(NEEDED)} in expected.json: "
                f"save an article page ({HOW})"
            )
    return found


def stray(portals: Iterable[type[Portal]], root: Path = TESTS) -> list[str]:
    """Fixture folders that belong to no portal or platform."""
    names = {portal.name for portal in portals}
    return [
        f"tests/{group}/{folder.name}: belongs to no {group[:-1]}: rename it, or describe the {group[:-1]} in {where}"
        for group, known, where in (
            ("portals", names, "crawler/portals"),
            ("platforms", set(PLATFORMS), "crawler/platforms"),
        )
        for folder in sorted((root / group).glob("*"))
        if folder.is_dir() and folder.name not in known and folder.name != "__pycache__"
    ]


def overlong(files: Sequence[Path]) -> list[str]:
    """Portal files that hold more than data."""
    found = []
    for file in files:
        lines = sum(bool(line.strip()) for line in file.read_text("utf-8").splitlines())
        if lines > MAX_PORTAL_LINES:
            found.append(
                f"crawler/portals/{file.name}: {lines} lines, at most {MAX_PORTAL_LINES}: "
                "a portal is data; move behaviour into its platform"
            )
    return found


def foreign(fixture: Fixture, hosts: Sequence[str]) -> list[str]:
    """URLs of a fixture on a host that is neither the portal's own nor invented."""
    return [
        f"{fixture!r}/meta.json: {url}: the host must be one of {', '.join(hosts) or 'none'} "
        "or end in .example: pages are invented, nobody's text is copied"
        for url in fixture.urls
        if (host := urlsplit(url).netloc) not in hosts and not host.endswith(".example")
    ]
