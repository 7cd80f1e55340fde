"""Writes a data set's card: front matter as Hugging Face's library reads it, and the text for people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.export.dataset import described as said
from pipelines.export.dataset.citation import bibtex
from pipelines.export.dataset.counts import Counts, PortalCounts, Span
from pipelines.export.dataset.described import Described, licence_id
from pipelines.export.dataset.fields import features, told
from pipelines.export.dataset.plain_yaml import dumped
from pipelines.export.dataset.statistics import share_told

if TYPE_CHECKING:
    from jinja2 import Template

MAX_SOURCES = 150
"""Portals in the card's table."""
MAX_VALUES = 20
"""Languages, and origins, that are named."""
_TEXT = Path(__file__).parents[1] / "static" / "card.md"
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_LARGER = ((10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"))
_MARKUP = re.compile(r"([\\`*_\[\]<>|#~$!&])")
_UNSAFE_NAME = re.compile(r"[^a-z0-9.]+")


def card(described: Described, plots: Mapping[str, str]) -> str:
    """The whole `README.md`; `plots` are by file name what each shows."""
    wishes, total = described.wishes, described.total
    text = _template().render(
        d=described,
        wishes=wishes,
        total=total,
        summary=said.SUMMARY,
        collected=said.COLLECTED,
        limits=said.LIMITS,
        personal=said.PERSONAL,
        spans={name: _published(counts) for name, counts in described.counts.items()},
        sources=list(_sources(described)),
        more_sources=max(0, len(total.portals) - MAX_SOURCES),
        fields=list(told(described.schema)),
        plots=list(plots.items()),
        figures=list(_figures(total)),
        languages=_commonest(total, "language"),
        origins=_commonest(total, "origin"),
        bibtex=bibtex(described),
        share=lambda count: share_told(count / total.articles if total.articles else 0.0),
        size=_size,
        many=lambda count, word: f"{count:,} {word}{'' if count == 1 else 's'}",
    )
    return f"---\n{dumped(front_matter(described))}---\n\n{text}"


def front_matter(described: Described) -> dict[str, Any]:
    """The card's metadata, https://github.com/huggingface/hub-docs/blob/main/datasetcard.md."""
    splits = [
        {"name": name, "num_bytes": counts.memory_bytes, "num_examples": counts.articles}
        for name, counts in described.counts.items()
    ]
    return {
        "pretty_name": described.wishes.title,
        "language": described.languages,
        **_licence(described.wishes.licence),
        "size_categories": [_category(described.total.articles)],
        "task_categories": ["text-generation", "fill-mask", "summarization", "text-classification"],
        "tags": list(said.KEYWORDS),
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": name, "path": f"data/{name}-*.parquet"} for name in described.splits],
            }
        ],
        "dataset_info": {
            "features": features(described.schema),
            "splits": splits,
            "download_size": described.bytes,
            "dataset_size": sum(split["num_bytes"] for split in splits),
        },
    }


def _licence(text: str) -> dict[str, str]:
    if not text:
        return {"license": "unknown"}
    if known := licence_id(text):
        return {"license": known.lower()}
    link = {"license_link": text} if text.startswith(("http://", "https://")) else {}
    return {"license": "other", "license_name": _UNSAFE_NAME.sub("-", text.lower()).strip("-")[:60] or "other", **link}


def _category(articles: int) -> str:
    return next((name for below, name in (*_SIZES, *_LARGER) if articles < below), "100M<n<1B")


@dataclass(frozen=True, slots=True)
class _Source:
    """A row of the table of portals."""

    name: str
    title: str
    province: str
    articles: int
    published: str
    captured: str
    gone: str


def _sources(described: Described) -> Iterator[_Source]:
    portals = described.total.portals
    for name in sorted(portals, key=lambda one: (-portals[one].articles, one))[:MAX_SOURCES]:
        counts, facts = portals[name], described.wishes.portals.get(name)
        gone = f"{facts.gone_since}" if facts and facts.gone_since else ""
        if facts and facts.successor:
            gone += f" ({facts.successor})"
        yield _Source(
            name,
            facts.title if facts else "",
            _province(counts) or (facts.province if facts else None) or "",
            counts.articles,
            _days(counts.published),
            _days(counts.captured),
            gone,
        )


def _province(counts: PortalCounts) -> str:
    """The provinces its articles are of; after a merger they are of two."""
    return ", ".join(sorted(counts.provinces, key=lambda name: (-counts.provinces[name], name)))


def _figures(total: Counts) -> Iterator[tuple[str, int]]:
    yield "have the same text at other URLs (`also_at`)", total.copied
    yield "are near copies (`near_duplicate_of`)", total.filled["near_duplicate_of"]
    yield "are one of a series", total.filled["series"]
    yield "are not in their first version (`version` over 1)", total.revised
    yield "are gone from the web (`gone_at`)", total.filled["gone_at"]
    yield "had their body read generically", total.generic
    yield "have no date", total.articles - total.filled["published_at"]


def _commonest(total: Counts, name: str) -> list[tuple[str, int]]:
    """Values as code in Markdown: an origin is what somebody called a file."""
    values = sorted(total.values[name].items(), key=lambda pair: (-pair[1], pair[0]))
    return [(said.oneline(value).replace("`", "'"), count) for value, count in values[:MAX_VALUES]]


def _published(counts: Counts) -> str:
    span = Span()
    for portal in counts.portals.values():
        span.add(portal.published)
    return _days(span)


def _days(span: Span) -> str:
    if span.first is None or span.last is None:
        return "no date"
    first, last = (f"{at:%Y-%m-%d}" for at in (span.first, span.last))
    return first if first == last else f"{first} to {last}"


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{count / 1e3:,.1f} kB"


def markdown(text: object) -> str:
    """Any text as plain text of one line in Markdown."""
    return _MARKUP.sub(r"\\\1", said.oneline(str(text)))


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    made = Environment(  # noqa: S701 - Markdown, in which `md` escapes
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    made.filters |= {"md": markdown, "cell": lambda text: text.replace("|", "\\|")}
    return made.from_string(_TEXT.read_text("utf-8"))
