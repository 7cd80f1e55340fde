"""A portal file and its first fixtures, written from a short visit."""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.errors import BadArgument, CrawlError
from crawler.parse.blocking import blocked
from crawler.parse.listing import page_number
from crawler.platforms.base import Kind
from crawler.platforms.detect import PLATFORMS
from crawler.provinces import PROVINCES, RENAMED
from pipelines.text import one_line
from pipelines.urls import portal_name

if TYPE_CHECKING:
    from crawler.probe import Findings, Saved
    from pipelines.items import Article

ARTICLES = 3
"""Fixtures of articles; one of a list comes beside them."""
MAX_PAGE_BYTES = 1_000_000
"""A larger page is no good fixture: repositories are forever."""
MAX_TITLE_CHARS = 90
MAX_HOST_CHARS = 90
MAX_NAME_CHARS = 40
MAX_SLUG_CHARS = 50
FIELDS = (
    "title",
    "lead",
    "published_at",
    "published_precision",
    "authors",
    "cited_source",
    "section",
    "tags",
    "body",
)
NEEDED = ("title", "body", "published_at")
"""What at least one article fixture must state for the portal to count as proven."""
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?")


@dataclass(slots=True)
class Case:
    """One fixture: the folder's name and its files."""

    name: str
    page: bytes
    meta: dict[str, Any]
    expected: dict[str, Any]


@dataclass(slots=True)
class Description:
    """What a portal file says, and the fixtures beside it."""

    name: str
    title: str
    province: str | None
    hosts: tuple[str, ...]
    platform: str
    evidence: str
    cases: list[Case]

    @property
    def source(self) -> str:
        """The portal file. Everything that came from a page stands in it as a string literal."""
        lines = [
            f'"""Described by `luutin addportal`: {self.hosts[0]}."""',
            "",
            "from crawler.portal import Portal",
            "",
            "",
            f"class {self.name.title().replace('_', '')}(Portal):",
            f"    name = {literal(self.name)}",
            f"    title = {literal(self.title)}",
            *([f"    province = {literal(self.province)}"] if self.province else []),
            f"    hosts = ({', '.join(map(literal, self.hosts))}{',' if len(self.hosts) == 1 else ''})",
            f"    platform = {literal(self.platform)}",
            f"    evidence = {literal(self.evidence)}",
        ]
        return "\n".join(lines) + "\n"


def describe(name: str, findings: Findings, today: date) -> Description:
    """Describe the portal that was visited. Raises BadArgument where its host is none."""
    assert findings.start is not None
    platform = _platform(findings)
    cases = list(_cases(findings, platform))
    hosts = tuple(dict.fromkeys(urlsplit(page).netloc for page in (findings.start.url, *_urls(cases))))
    for host in hosts:
        if not _HOST.fullmatch(host) or len(host) > MAX_HOST_CHARS:
            raise BadArgument(f"{host[:MAX_HOST_CHARS]}: is no host name a portal file can hold; describe it by hand")
    title = _title(findings.start, hosts[0])
    return Description(
        name=name,
        title=title,
        province=province_in(hosts[0], title),
        hosts=hosts[:2],
        platform=platform,
        evidence=f"luutin addportal read {len(findings.articles)} of its articles on {today}; no reader compared them",
        cases=cases,
    )


def named(url: str, name: str | None = None) -> str:
    """The name of a portal to be described: the one asked for, else its host. Raises BadArgument."""
    if name is None:
        name = portal_name(url)
        name = name if _NAME.fullmatch(name) else f"portal_{name}"
        name = name[:MAX_NAME_CHARS].strip("_")
    if not _NAME.fullmatch(name) or len(name) > MAX_NAME_CHARS:
        raise BadArgument(f"--name {name}: must be snake_case of at most {MAX_NAME_CHARS} letters, e.g. skhdt_backan")
    return name


def _platform(findings: Findings) -> str:
    """The family most articles were found to be of; the start page's where there are none."""
    families = Counter(saved.family for saved, _ in findings.articles)
    return families.most_common(1)[0][0] if families else findings.platform


def _title(start: Saved, host: str) -> str:
    """The portal's own name as its start page gives it, else its host."""
    index = start.page.index
    named = [
        meta.get("content") or ""
        for meta in index.by_tag["meta"]
        if (meta.get("property") or meta.get("name") or "").lower() in ("og:site_name", "application-name")
    ]
    heads = [str(title.text_content()) for title in index.by_tag["title"][:1]]
    for text in (*named, *heads):
        # A separator parts the name from a slogan or the page's own name: the longer part is the name
        parts = re.split(r"\s[|–—»-]\s", one_line(text))
        title = max(parts, key=len)[:MAX_TITLE_CHARS].strip()
        if len(title) > 3 and title.isprintable():
            return title
    return host


def province_in(host: str, title: str) -> str | None:
    """The province a host or a title names, e.g. `skhdt.backan.gov.vn` Bắc Kạn's; None where neither names just one."""
    bare = host.partition(":")[0].removeprefix("www.")
    labels = bare.removesuffix(".gov.vn").split(".")[-1:] if bare.endswith(".gov.vn") else [bare.split(".")[0]]
    names = [*PROVINCES, *RENAMED]
    for label in labels:
        for name in names:
            if label.removeprefix("bao") == ascii_slug(name, 60).replace("-", ""):
                return name
    found = [name for name in names if re.search(rf"\b{re.escape(name)}\b", title)]
    found = [name for name in found if not any(name != other and name in other for other in found)]
    return found[0] if len(found) == 1 else None


# -- fixtures -----------------------------------------------------------------------------------------


def _cases(findings: Findings, platform: str) -> Iterator[Case]:
    """Articles the description reads by itself, those with a date first, then a list."""
    family = PLATFORMS[platform]
    taken: set[str] = set()
    fit = [
        (saved, article)
        for saved, article in findings.articles
        if _fits(saved, platform) and not family.parts(saved.page) and family.kind(saved.page) in _READ
    ]
    fit.sort(key=lambda pair: not all(getattr(pair[1], name) for name in NEEDED))
    for saved, _ in fit[:ARTICLES]:
        # Read again as the fixture will be: by the family it is described as, with no layouts of its own
        article = family.read([saved.page], None)
        yield _case(saved, str(family.kind(saved.page)), _expected(article), ascii_slug(article.title), taken)
    for saved in findings.listings:
        if _fits(saved, platform) and (kind := family.kind(saved.page)) in (Kind.LISTING, Kind.UNKNOWN):
            listing = family.listing(saved.page, page_number(saved.url) or 1)
            expected = {"entries": [entry.url for entry in listing.entries], "next_url": listing.next_url}
            slug = ascii_slug(urlsplit(saved.url).path)
            yield _case(saved, str(kind), expected, f"chuyen-muc-{slug}"[:MAX_SLUG_CHARS].strip("-"), taken)
            return


_READ = (Kind.ARTICLE, Kind.UNKNOWN)


def _fits(saved: Saved, platform: str) -> bool:
    """Whether a page can be a fixture: of the family described, of a reasonable size, no challenge."""
    return saved.family == platform and len(saved.content) <= MAX_PAGE_BYTES and not blocked(saved.page)


def _case(saved: Saved, kind: str, expected: dict[str, Any], slug: str, taken: set[str]) -> Case:
    name, number = slug or "trang", 1
    while name in taken:
        number += 1
        name = f"{slug or 'trang'}-{number}"
    taken.add(name)
    meta = {
        "url": saved.url,
        "headers": {key.lower(): value for key, value in saved.headers.items()},
        "kind": kind,
        "captured_at": saved.at.isoformat(),
    }
    return Case(name, gzip.compress(saved.content, 9, mtime=0), meta, expected)


def _expected(article: Article) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in FIELDS:
        value = getattr(article, name)
        values[name] = value.isoformat() if isinstance(value, datetime) else value
    values["body"] = article.body.split("\n\n") if article.body else ""
    return values


def _urls(cases: Sequence[Case]) -> Iterator[str]:
    yield from (case.meta["url"] for case in cases)


# -- what goes into paths and code --------------------------------------------------------------------


def ascii_slug(text: str, limit: int = MAX_SLUG_CHARS) -> str:
    """`text` as lower-case ASCII letters, digits and single hyphens, cut at a word: fit for a path.

    >>> ascii_slug("Đẩy nhanh giải ngân ../../vốn")
    'day-nhanh-giai-ngan-von'
    """
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    slug = re.sub(r"[^a-z0-9]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")
    return slug if len(slug) <= limit else slug[: limit + 1].rpartition("-")[0] or slug[:limit]


def literal(text: str) -> str:
    """`text` as a Python string literal, quoted as ruff format quotes it."""
    quote = '"' if text.count('"') <= text.count("'") else "'"
    # repr() escapes what cannot be printed; which quote is escaped is ours to choose
    inner = "".join(c if c in "\"'" else repr(c)[1:-1] for c in text)
    return quote + inner.replace(quote, f"\\{quote}") + quote


# -- writing ------------------------------------------------------------------------------------------


def check_free(name: str, root: Path, known: Collection[str]) -> None:
    """Raises BadArgument where the name is taken, CrawlError where `root` is no checkout of Lưu Tin."""
    if not (root / "crawler" / "portals" / "__init__.py").is_file() or not (root / "tests" / "portals").is_dir():
        raise CrawlError(
            f"{root}: is no checkout of Lưu Tin (crawler/portals/ and tests/portals/): get one with git, and name it "
            "with --into DIR"
        )
    for path in _targets(name, root):
        if path.exists():
            raise BadArgument(f"{path}: is there already and is not overwritten. Choose another --name, or delete it.")
    if name in known:
        raise BadArgument(f"--name {name}: is the name of a portal already. Choose another.")


def write(description: Description, root: Path) -> list[Path]:
    """Write the fixtures, then the portal file; the paths written. Raises CrawlError where that cannot be done."""
    file, folder = _targets(description.name, root)
    written: list[Path] = []
    try:
        for case in description.cases:
            home = folder / case.name
            home.mkdir(parents=True)
            written.append(home)
            (home / "page.html.gz").write_bytes(case.page)
            for name, data in (("meta.json", case.meta), ("expected.json", case.expected)):
                text = json.dumps(data, ensure_ascii=False, indent=2)
                (home / name).write_text(text + "\n", "utf-8")
        with file.open("x", encoding="utf-8") as stream:
            stream.write(description.source)
        written.append(file)
    except OSError as error:
        left = ", ".join(map(str, written)) or "nothing was written"
        raise CrawlError(
            f"{error.filename or root}: cannot be written ({error.strerror}). Make it writable, or name a checkout "
            f"that is with --into DIR. Left behind: {left}."
        ) from error
    return written


def _targets(name: str, root: Path) -> tuple[Path, Path]:
    return root / "crawler" / "portals" / f"{name}.py", root / "tests" / "portals" / name


# -- saying -------------------------------------------------------------------------------------------


def found(findings: Findings, description: Description) -> Iterator[str]:
    """What the visit found, a line each."""
    start = findings.start
    assert start is not None
    articles = findings.articles
    yield f"start page   {start.url}"
    yield f"title        {description.title}"
    yield f"province     {description.province or 'not known: no host or title names one'}"
    alike = sum(saved.family == description.platform for saved, _ in articles)
    yield f"platform     {description.platform} ({alike} of {len(articles)} articles look like it)"
    if findings.origin == "live":
        yield f"robots.txt   {'read' if findings.robots else 'none'}, names {len(findings.sitemaps)} sitemaps"
    for tried in findings.sources:
        said = f"{tried.entries} entries" if tried.entries else f"nothing ({tried.reason or 'empty'})"
        yield f"{tried.sort.lower():<12} {said}  {tried.url}"
    for section in findings.sections:
        said = f"{section.entries} articles" if section.entries else section.reason or "no articles"
        yield f"section      {section.label or '(no label)'}: {said}  {section.url}"
    if findings.unasked:
        yield f"sections     {findings.unasked} more were found and not asked for"
    for name in FIELDS:
        have = Counter(article.evidence.get(name, "") for _, article in articles if getattr(article, name))
        if name != "published_precision":
            sources = ", ".join(f"{source} ({count})" if source else f"({count})" for source, count in have.items())
            yield f"{name:<12} on {sum(have.values())} of {len(articles)}  {sources}".rstrip()


def lacking(findings: Findings, description: Description, *, proven: bool) -> Iterator[str]:
    """What the visit could not find, a line each; `proven`: its family's own fixtures speak for the description."""
    if description.platform == "generic":
        yield "no CMS family knows these pages: they are read generically; a Layout in the portal file would be surer"
    if not any(section.entries for section in findings.sections) and (findings.sections or not findings.home):
        yield "no section that lists articles: name one with `sections = (Section(url, label),)`"
    if description.title == description.hosts[0]:
        yield "no title: write the portal's own"
    if not description.province:
        yield "no province: add `province` if it speaks for one"
    start = urlsplit(findings.start.url if findings.start else "")
    if start.scheme != "https" or start.path not in ("", "/"):
        yield f"its start page is not https://{description.hosts[0]}/: crawl with -a url={start.geturl()}"
    stated = [case for case in description.cases if all(case.expected.get(name) for name in NEEDED)]
    if not stated and not proven:
        yield f"no article with {', '.join(NEEDED)}: the tests ask for one; save a page (tests/portals/README.md)"
    for reason, count in findings.reasons.items():
        yield f"{count} pages gave no article: {reason}"
