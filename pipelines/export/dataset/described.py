"""What the card, the Croissant metadata and the citation of a data set are made from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import pyarrow as pa

from pipelines.export.chosen import Filters
from pipelines.export.dataset.counts import Counts
from pipelines.export.dataset.splits import SPLITS

TITLE = "Lưu Tin: news of Vietnamese provincial portals"
SUMMARY = (
    "News articles of Vietnamese provincial portals and newspapers: text, metadata, versions, copies, and where each "
    "was captured. Made by luutin from an offline web archive."
)
KEYWORDS = ("news", "vietnamese", "government", "provinces", "web-archive")
PERSONAL = (
    "The articles are public news. They name officials and private persons, and some give telephone numbers, e-mail "
    "addresses or numbers of identity papers."
)
COLLECTED = (
    "Web pages fetched by luutin, which keeps robots.txt (RFC 9309) and Crawl-delay and asks a host one thing at a "
    "time, or taken from web archives; every exchange kept as a WARC record; articles read from these records."
)
LIMITS = (
    "Dates, authors and sections are missing where the portal does not state them; nothing is guessed.",
    "Portals are incomplete: what was not listed, was gone before the first crawl or gave an error is not here.",
    "A body that no selector fits is read by a generic reader, which may keep menus or lose paragraphs.",
    "Near copies are found by their wording; bulletins of one form (weather, prices) are kept, as members of a series.",
    "It is official and party press: topics, tone and spelling are those of its authors.",
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Shard:
    """A Parquet file: its `path` in the folder, and what it holds."""

    path: str
    split: str
    rows: int
    bytes: int
    sha256: str


class Facts(Protocol):
    """What is known of a portal besides its articles: see pipelines.web.holdings.PortalFacts."""

    @property
    def title(self) -> str: ...
    @property
    def province(self) -> str | None: ...
    @property
    def gone_since(self) -> date | None: ...
    @property
    def successor(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Wishes:
    """What who exports says of the data set, each made one line; what is not said is said to be unknown."""

    title: str = TITLE
    licence: str = ""
    contact: str = ""
    """A URL, an e-mail address, or words."""
    filters: tuple[str, ...] = ()
    """What the articles were chosen by, in words: see chosen_by."""
    redacted: bool = False
    portals: Mapping[str, Facts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, otherwise in (("title", TITLE), ("licence", ""), ("contact", "")):
            object.__setattr__(self, name, oneline(getattr(self, name)) or otherwise)

    @property
    def contact_address(self) -> dict[str, str]:
        """The contact as `website` or `email`, where it is one."""
        if self.contact.startswith(("http://", "https://")):
            return {"website": self.contact}
        return {"email": self.contact} if _EMAIL.fullmatch(self.contact) else {}


@dataclass(frozen=True, slots=True)
class Described:
    """A data set that is written, but for what describes it."""

    wishes: Wishes
    luutin: str
    """The version that made it."""
    schema: pa.Schema
    shards: list[Shard]
    counts: dict[str, Counts]
    """By split; those that are there, in the order of SPLITS."""
    families: int
    """Of more than one article."""
    validation_from: date | None = None
    test_from: date | None = None
    total: Counts = field(init=False)

    def __post_init__(self) -> None:
        total = Counts()
        for one in self.counts.values():
            total.add(one)
        object.__setattr__(self, "total", total)

    @property
    def newest(self) -> datetime | None:
        """When the newest of it was captured: the date of the data set. None where no line says."""
        return max((one.captured.last for one in self.total.portals.values() if one.captured.last), default=None)

    @property
    def splits(self) -> list[str]:
        return [name for name in SPLITS if name in self.counts]

    @property
    def version(self) -> str:
        """A version that grows with the data set's date, with three numbers, as Croissant wants them."""
        at = self.newest
        return f"{at.year}.{at.month}.{at.day}" if at else "0.0.0"

    @property
    def day(self) -> str | None:
        return self.newest.date().isoformat() if self.newest else None

    @property
    def languages(self) -> list[str]:
        """Codes of ISO 639, the commonest first."""
        by_code: dict[str, int] = {}
        for tag, count in self.total.values["language"].items():
            code = tag.split("-")[0].lower()
            if re.fullmatch(r"[a-z]{2,3}", code) and code != "und":
                by_code[code] = by_code.get(code, 0) + count
        return sorted(by_code, key=lambda code: (-by_code[code], code))

    @property
    def bytes(self) -> int:
        """Of all shards."""
        return sum(shard.bytes for shard in self.shards)

    def of_split(self, name: str) -> list[Shard]:
        return [shard for shard in self.shards if shard.split == name]


def chosen_by(filters: Filters) -> Iterator[str]:
    """In words what is asked of the articles, where that is not the usual."""
    if filters.portals:
        yield f"of {', '.join(filters.portals)}"
    if filters.since:
        yield f"published on {filters.since} or later"
    if filters.until:
        yield f"published before {filters.until}"
    if filters.languages:
        yield f"in the languages {', '.join(filters.languages)}"
    if filters.copies == "none":
        yield "that are originals: no near copies"
    if filters.copies == "all":
        yield "with the textless lines of duplicates"
    if filters.versions == "all":
        yield "in all their versions"
    if filters.min_quality is not None:
        yield f"with a quality score of {filters.min_quality:g} or more"
    if filters.since_run:
        yield f"stored after the run {filters.since_run}"


def oneline(text: str) -> str:
    """What somebody typed, as one line that prints."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def licence_id(text: str) -> str | None:
    """The SPDX identifier a licence is named by, as SPDX spells it; None of any other text."""
    return _LICENCES.get(re.sub(r"[\s_]+", "-", text.strip()).lower())


_LICENCES: dict[str, Any] = {
    name.lower(): name
    for name in (
        "Apache-2.0",
        "CC-BY-2.0",
        "CC-BY-2.5",
        "CC-BY-3.0",
        "CC-BY-4.0",
        "CC-BY-NC-2.0",
        "CC-BY-NC-3.0",
        "CC-BY-NC-4.0",
        "CC-BY-NC-ND-4.0",
        "CC-BY-NC-SA-3.0",
        "CC-BY-NC-SA-4.0",
        "CC-BY-ND-4.0",
        "CC-BY-SA-3.0",
        "CC-BY-SA-4.0",
        "CC0-1.0",
        "CDLA-Permissive-1.0",
        "CDLA-Permissive-2.0",
        "CDLA-Sharing-1.0",
        "MIT",
        "ODbL-1.0",
        "PDDL-1.0",
    )
}
"""Those for data that https://huggingface.co/docs/hub/repositories-licenses and https://spdx.org/licenses both name."""
