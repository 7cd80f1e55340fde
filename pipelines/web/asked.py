"""What a request for the search page asks: the parameters of its address, read, checked, and written again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from pipelines.search.results import Asked

if TYPE_CHECKING:
    from collections.abc import Mapping

FILTERS = ("portal", "province", "section", "author", "year", "month", "from", "to", "files", "gone")
"""Parameters that narrow a search; the order they are told in."""
PARAMETERS = ("q", *FILTERS, "sort")
MAX_VALUE_CHARS = 300
_quoted = lru_cache(maxsize=4096)(quote_plus)  # a page has a hundred addresses, of the same values
_SORTS = ("relevance", "newest", "oldest")


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of a search that say something; all else in an address means nothing."""

    values: dict[str, str]

    @property
    def words(self) -> str:
        return self.values.get("q", "")

    @property
    def filters(self) -> dict[str, str]:
        return {name: self.values[name] for name in FILTERS if name in self.values}

    @property
    def sort(self) -> str:
        return self.values.get("sort") or ("relevance" if self.words else "newest")

    def address(self, path: str = "/search", **changed: str | None) -> str:
        """The address of this search with some parameters changed, or left out (None)."""
        values = {**self.values, **changed}
        told = "&".join(f"{name}={_quoted(value)}" for name in (*PARAMETERS, "cursor") if (value := values.get(name)))
        return f"{path}?{told}" if told else path

    def without_filters(self) -> str:
        """The address of this search with nothing that narrows it."""
        return Query({name: value for name, value in self.values.items() if name not in FILTERS}).address()

    def asked(self, cursor: str | None = None, limit: int = 10) -> Asked:
        """What the index is asked. A date that is none asks for nothing."""
        since, until = _span(self.values)
        return Asked(
            words=self.words,
            portal=self.values.get("portal"),
            province=self.values.get("province"),
            section=self.values.get("section"),
            author=self.values.get("author"),
            since=since,
            until=until,
            files="files" in self.values,
            gone="gone" in self.values,
            sort=self.sort,  # type: ignore[arg-type]  # one of _SORTS, by `query_of`
            limit=limit,
            cursor=cursor,
        )


def query_of(parameters: Mapping[str, Any]) -> Query:
    """The search that an address asks for."""
    values = {name: str(parameters.get(name) or "").replace("\0", "")[:MAX_VALUE_CHARS].strip() for name in PARAMETERS}
    for name in ("files", "gone"):
        values[name] = "1" if values[name] == "1" else ""
    if values["sort"] not in _SORTS:
        values["sort"] = ""
    for name in ("year", "month", "from", "to"):
        if values[name] and _day(values[name]) is None:
            values[name] = ""
    return Query({name: value for name, value in values.items() if value})


def _span(values: Mapping[str, str]) -> tuple[date | None, date | None]:
    """From which day, and before which, the published are asked for: all that is said of it at once."""
    starts, ends = [], []
    for name in ("year", "month"):
        if name in values:
            day = _day(values[name])
            assert day is not None
            starts.append(day)
            ends.append(_after(values[name], day))
    if start := _day(values.get("from", "")):
        starts.append(start)
    if end := _day(values.get("to", "")):
        ends.append(_after(values["to"], end))
    return max(starts, default=None), min(ends, default=None)


def _day(text: str) -> date | None:
    """The first day of `2024`, `2024-06` or `2024-06-30`; None where it is none of them."""
    match = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text, re.ASCII)
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1)) if match else None
    except ValueError:
        return None


def _after(text: str, day: date) -> date:
    """The day after the year, month or day that begins on `day`; the last there is where it would lie beyond."""
    try:
        if len(text) == 4:
            return date(day.year + 1, 1, 1)
        if len(text) == 7:
            return date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return date.fromordinal(day.toordinal() + 1)
    except ValueError:
        return date.max
