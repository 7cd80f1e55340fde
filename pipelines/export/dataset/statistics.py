"""What a data set's statistics say: as JSON for scripts, as plots for its card."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pipelines.export.dataset import pictures
from pipelines.export.dataset.counts import LENGTH_BOUNDS, UNDATED, Counts
from pipelines.report.plots import Bar, Plot, counted, percent

SHOWN_PORTALS = 30
SHOWN_YEARS = 10
"""Columns of the plot, of years with articles; what is older is in one."""
SHOWN_VALUES = 12
_FILLED = (
    "title",
    "body",
    "lead",
    "published_at",
    "modified_at",
    "authors",
    "cited_source",
    "section",
    "tags",
    "images",
    "attachments",
    "province",
)


def statistics(counts: dict[str, Counts], families: int) -> dict[str, Any]:
    """Everything counted: of the whole and of each split. `families` are those of more than one article."""
    total = Counts()
    for one in counts.values():
        total.add(one)
    return {
        **_said(total),
        "families": families,
        "portals": {
            name: {
                "articles": one.articles,
                "provinces": _ranked(one.provinces),
                "published": [_iso(one.published.first), _iso(one.published.last)],
                "captured": [_iso(one.captured.first), _iso(one.captured.last)],
                "gone": one.gone,
                "years": {str(year or "undated"): one.years[year] for year in sorted(one.years)},
            }
            for name, one in sorted(total.portals.items())
        },
        "splits": {name: _said(one) for name, one in counts.items()},
    }


def _said(counts: Counts) -> dict[str, Any]:
    bounds = [*(f"up to {bound}" for bound in LENGTH_BOUNDS), f"over {LENGTH_BOUNDS[-1]}"]
    return {
        "articles": counts.articles,
        "characters": counts.characters,
        "syllables": counts.syllables,
        "body_characters": dict(zip(bounds, counts.lengths, strict=True)),
        "filled": dict(counts.filled),
        "languages": _ranked(counts.values["language"]),
        "published_precision": _ranked(counts.values["published_precision"]),
        "origins": _ranked(counts.values["origin"]),
        "near_duplicate_kinds": _ranked(counts.values["near_duplicate_kind"]),
        "articles_with_copies": counts.copied,
        "copies": counts.copies,
        "near_duplicates": counts.filled["near_duplicate_of"],
        "in_series": counts.filled["series"],
        "not_first_version": counts.revised,
        "gone": counts.filled["gone_at"],
        "read_generically": counts.generic,
        "masked": _ranked(counts.masked),
    }


def _ranked(values: Counter[str]) -> dict[str, int]:
    return dict(sorted(values.items(), key=lambda pair: (-pair[1], pair[0])))


def _iso(at: Any) -> str | None:
    return at.isoformat() if at else None


def plots(total: Counts) -> dict[str, str]:
    """The plots by file name."""
    made = {
        "articles.svg": pictures.grid(_per_year(total)),
        "length.svg": pictures.bars(_lengths(total)),
        "fields.svg": pictures.ranking(_fill(total), 1),
        "copies.svg": pictures.ranking(_copies(total), 1),
    }
    if len(total.values["language"]) > 1:
        made["languages.svg"] = pictures.ranking(_languages(total))
    return made


def _per_year(total: Counts) -> pictures.Grid:
    """Articles per portal and year of publication: the portals with most, and all others in a row."""
    names = sorted(total.portals, key=lambda name: (-total.portals[name].articles, name))
    years = sorted({year for one in total.portals.values() for year in one.years if year != UNDATED})
    shown = years[-SHOWN_YEARS:]  # not the last ten of the calendar: a date in a far year is one column
    older, undated = set(years[:-SHOWN_YEARS]), any(one.years[UNDATED] for one in total.portals.values())

    def row(name: str, of: list[str]) -> tuple[str, list[int]]:
        counts: Counter[int] = Counter()
        for portal in of:
            counts += total.portals[portal].years
        before = [sum(counts[year] for year in older)] if older else []
        return name, [*before, *(counts[year] for year in shown), *([counts[UNDATED]] if undated else [])]

    rows = [row(name, [name]) for name in names[:SHOWN_PORTALS]]
    if rest := names[SHOWN_PORTALS:]:
        rows.append(row(f"{len(rest)} others", rest))
    columns = [*([f"< {shown[0]}"] if older else []), *map(str, shown), *(["undated"] if undated else [])]
    span = f", {years[0]} to {years[-1]}" if years else ""
    told = f"Articles per portal and year of publication: {len(names)} portals{span}."
    return pictures.Grid("Articles per portal and year of publication", columns, rows, told)


def _lengths(total: Counts) -> Plot:
    labels = [*(f"≤ {bound:,}" for bound in LENGTH_BOUNDS), f"> {LENGTH_BOUNDS[-1]:,}"]
    bars = [Bar(label, count, f"{count:,}") for label, count in zip(labels, total.lengths, strict=True)]
    return Plot("Articles by length of body", "characters", "articles", bars)


def _shares(title: str, of: str, counts: dict[str, int], whole: int) -> Plot:
    shares = {name: count / whole if whole else 0.0 for name, count in counts.items()}
    return Plot(title, of, "of the articles", [Bar(name, share, share_told(share)) for name, share in shares.items()])


def share_told(share: float) -> str:
    """A share as people read it; what is little is told from nothing."""
    return "< 1%" if 0 < share < 0.005 else percent(share)


def _fill(total: Counts) -> Plot:
    filled = {name: total.filled[name] for name in _FILLED}
    return _shares("Articles that have a field", "field", filled, total.articles)


def _copies(total: Counts) -> Plot:
    kinds = total.values["near_duplicate_kind"]
    counts = {
        "word for word elsewhere, too": total.copied,
        **{f"near copies: {kind}": kinds[kind] for kind in sorted(kinds)},
        "one of a series": total.filled["series"],
    }
    return _shares("Articles that repeat or resemble others", "relation", counts, total.articles)


def _languages(total: Counts) -> Plot:
    ranked = _ranked(total.values["language"])
    shown = dict(list(ranked.items())[:SHOWN_VALUES])
    if len(ranked) > SHOWN_VALUES:
        shown[f"{len(ranked) - SHOWN_VALUES} others"] = sum(ranked.values()) - sum(shown.values())
    return counted("Articles by language", "language", shown)
