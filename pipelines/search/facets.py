"""How many of the articles found have which values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.search.results import Count

if TYPE_CHECKING:
    from tantivy import Query

    from pipelines.search.view import View

MOST_FREQUENT = ("portal", "province", "section", "author")
MAX_MONTHS = 5_000


def counted(view: View, query: Query, values: int) -> tuple[int, dict[str, list[Count]]]:
    """How many articles match, and how many of them have which values, as `Found` tells it; of each of MOST_FREQUENT
    so many `values`.
    """
    told = view.searcher.aggregate(query, _asked(values))
    facets: dict[str, list[Count]] = {}
    for name in MOST_FREQUENT:
        facets[name] = sorted(_counts(told[name]), key=lambda count: (-count.count, count.value))
    facets["month"] = sorted(_counts(told["month"]), key=lambda count: count.value)
    years: dict[str, int] = {}
    for month in facets["month"]:
        years[month.value[:4]] = years.get(month.value[:4], 0) + month.count
    facets["year"] = [Count(year, count) for year, count in years.items()]
    has = {count.value: count.count for count in _counts(told["has"])}
    for name in ("files", "gone"):
        facets[name] = [Count("1", has[name])] if name in has else []
    return int(told["total"]["value"]), facets


def _asked(values: int) -> dict[str, Any]:
    return {
        "total": {"value_count": {"field": "id"}},
        **{name: {"terms": {"field": name, "size": values}} for name in MOST_FREQUENT},
        "month": {"terms": {"field": "month", "size": MAX_MONTHS}},
        "has": {"terms": {"field": "has", "size": 2}},
    }


def _counts(told: dict[str, Any]) -> list[Count]:
    return [Count(bucket["key"], bucket["doc_count"]) for bucket in told["buckets"]]
