"""The contract a portal file keeps: one class of literal attributes, checked when it is made."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from crawler.errors import BadPortal
from crawler.platforms.detect import PLATFORMS
from crawler.provinces import province_of
from crawler.sources import Section
from crawler.spider import PortalSpider

if TYPE_CHECKING:
    from crawler.parse.layout import Layout


@dataclass(frozen=True, slots=True)
class Expects:
    """What a run of a portal should give; the run report says where it did not.

    `articles` in the archive after a full run, `new_articles` in every run, `silent_days` without a new article, `fill`
    the least share of articles that have a field, e.g. `(("published_at", 0.95),)`. The others are the most share
    that may be: of articles no described layout fits (`generic`), of articles with another's text (`duplicates`), of
    pages named as articles that are none (`unreadable`), of pages that are not the portal's own (`blocked`), of pages
    that `failed`. What is None the portal's own last runs tell (crawler.expectations).
    """

    articles: int = 1
    new_articles: int | None = None
    silent_days: int | None = None
    fill: tuple[tuple[str, float], ...] = (("published_at", 0.5),)
    generic: float = 0.8
    duplicates: float = 0.7
    unreadable: float = 0.8
    blocked: float = 0.5
    failed: float = 0.5


class Portal(PortalSpider):
    """One portal: data. A missing or senseless attribute raises BadPortal when the class is made.

    `name` is the file's name, the fixture folder and the key in the database. `platform` names a family of
    crawler.platforms. `sections` may be empty: then they are discovered. `evidence` says what the description
    rests on; `accepts_bad_certificate` says why its hosts' TLS certificates need not be sound, where that is so;
    `verified_on` is None until somebody has run it against the live or archived portal. `gone_since` and
    `successor` are the province's own unless the file says otherwise.
    """

    title: ClassVar[str]
    province: ClassVar[str | None] = None
    hosts: ClassVar[tuple[str, ...]]
    platform: ClassVar[str]
    sections: ClassVar[tuple[Section, ...]] = ()
    layouts: ClassVar[tuple[Layout, ...]] = ()
    expects: ClassVar[Expects] = Expects()
    gone_since: ClassVar[date | None] = None
    successor: ClassVar[str | None] = None
    deprecated_hosts: ClassVar[tuple[str, ...]] = ()
    accepts_bad_certificate: ClassVar[str] = ""
    evidence: ClassVar[str]
    verified_on: ClassVar[date | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        home = province_of(cls.province) if cls.province else None
        if home is not None and home.successor and "gone_since" not in cls.__dict__:
            cls.gone_since, cls.successor = home.gone_since, cls.successor or home.successor
        for attribute, demand, holds in _CONTRACT:
            value = getattr(cls, attribute, None)
            if not holds(value):
                raise BadPortal(f"{inspect.getfile(cls)}: {cls.__name__}.{attribute} = {value!r}: must be {demand}")
        stem = cls.__module__.rpartition(".")[2]
        if cls.__module__.startswith("crawler.portals.") and cls.name != stem:
            raise BadPortal(
                f"{inspect.getfile(cls)}: {cls.__name__}.name = {cls.name!r}: must be {stem!r}, as the file"
            )


_SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?")


def _hosts(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(host, str) and _HOST.fullmatch(host) for host in value)


_CONTRACT = (
    ("name", "snake_case, e.g. 'skhdt_backan'", lambda v: isinstance(v, str) and bool(_SNAKE.fullmatch(v))),
    ("title", "the portal's own title", lambda v: isinstance(v, str) and len(v.strip()) > 3),
    ("province", "one of the 63 provinces or None", lambda v: v is None or province_of(v) is not None),
    ("hosts", "a tuple of one or more host names", lambda v: _hosts(v) and bool(v)),
    ("deprecated_hosts", "a tuple of host names", _hosts),
    ("platform", f"one of {', '.join(PLATFORMS)}", lambda v: v in PLATFORMS),
    ("sections", "a tuple of Section", lambda v: isinstance(v, tuple) and all(isinstance(s, Section) for s in v)),
    ("expects", "an Expects", lambda v: isinstance(v, Expects)),
    ("gone_since", "a date or None", lambda v: v is None or isinstance(v, date)),
    (
        "successor",
        "the province, or the host, it went into, or None",
        lambda v: v is None or (isinstance(v, str) and bool(v)),
    ),
    (
        "accepts_bad_certificate",
        "empty, or a sentence on why its certificates need not be sound",
        lambda v: v == "" or (isinstance(v, str) and len(v.strip()) > 10),
    ),
    ("evidence", "a sentence on what the description rests on", lambda v: isinstance(v, str) and len(v.strip()) > 10),
    ("verified_on", "a date or None", lambda v: v is None or isinstance(v, date)),
)


class AnyPortal(PortalSpider):
    """A portal nobody has described: `luutin crawl portal -a url=…`."""

    name = "portal"


def described(host: str, portals: list[type[Portal]]) -> type[Portal] | None:
    """The portal a host belongs to, with `www.` or without, or None."""
    return next((portal for portal in portals if _bare(host) in map(_bare, portal.hosts)), None)


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")
