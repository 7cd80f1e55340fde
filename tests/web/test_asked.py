"""What the address of a search asks, and how it is written again."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pipelines.web.asked import MAX_VALUE_CHARS, PARAMETERS, query_of


@pytest.mark.parametrize(
    ("said", "since", "until"),
    [
        ({"year": "2024"}, date(2024, 1, 1), date(2025, 1, 1)),
        ({"month": "2024-12"}, date(2024, 12, 1), date(2025, 1, 1)),
        ({"month": "2024-02"}, date(2024, 2, 1), date(2024, 3, 1)),
        ({"from": "2024-02-29"}, date(2024, 2, 29), None),
        ({"to": "2024-02-29"}, None, date(2024, 3, 1)),
        ({"to": "2024"}, None, date(2025, 1, 1)),
        ({"from": "2023-06", "to": "2023-06"}, date(2023, 6, 1), date(2023, 7, 1)),
        ({"year": "2024", "from": "2024-06-30"}, date(2024, 6, 30), date(2025, 1, 1)),
        ({"year": "2024", "month": "2023-01"}, date(2024, 1, 1), date(2023, 2, 1)),  # which nothing can be
        ({"to": "9999-12-31"}, None, date.max),
        ({"year": "9999"}, date(9999, 1, 1), date.max),
        ({"year": "0000"}, None, None),
        ({"from": "2023-02-29"}, None, None),
        ({"from": "30/6/2024"}, None, None),
        ({"from": "２０２４"}, None, None),
        ({"from": "2024-06-30T00:00"}, None, None),
    ],
)
def test_days_months_and_years_bound_what_is_asked(
    said: dict[str, str], since: date | None, until: date | None
) -> None:
    asked = query_of(said).asked()
    assert (asked.since, asked.until) == (since, until)


def test_what_means_nothing_asks_for_nothing() -> None:
    query = query_of({"q": "  ", "sort": "size", "files": "yes", "gone": "0", "portal": "", "other": "x", "year": "x"})
    assert query.values == {}
    assert query.address() == "/search"
    assert (query.asked().words, query.asked().sort, query.asked().files) == ("", "newest", False)


def test_the_order_is_by_relevance_where_there_are_words() -> None:
    assert query_of({"q": "họp"}).asked().sort == "relevance"
    assert query_of({"q": "họp", "sort": "oldest"}).asked().sort == "oldest"
    assert query_of({}).asked().sort == "newest"


def test_all_filters_reach_the_index() -> None:
    said = {"portal": "p", "province": "t", "section": "s", "author": "a", "files": "1", "gone": "1"}
    asked = query_of(said).asked("c", 7)
    found = (asked.portal, asked.province, asked.section, asked.author, asked.files, asked.gone)
    assert found == ("p", "t", "s", "a", True, True)
    assert (asked.cursor, asked.limit) == ("c", 7)
    assert query_of({}).asked().portal is None


def test_an_address_says_the_same_search() -> None:
    query = query_of({"q": 'họp & "làng nghề"', "portal": "so_thu", "sort": "oldest"})
    assert query.address() == "/search?q=h%E1%BB%8Dp+%26+%22l%C3%A0ng+ngh%E1%BB%81%22&portal=so_thu&sort=oldest"
    assert query.address("/feed.atom", portal=None, q=None) == "/feed.atom?sort=oldest"
    assert parse_qs(urlsplit(query.address(month="2024-06", cursor="x")).query)["cursor"] == ["x"]
    assert query.without_filters() == query.address(portal=None)


VALUES = some.text(max_size=12) | some.sampled_from(["2024", "2024-06", "newest", "1", "x" * 301, " ", "\0"])


@given(some.dictionaries(some.sampled_from([*PARAMETERS, "cursor", "x"]), VALUES, max_size=6))
def test_whatever_is_said_reads_as_it_is_written(said: dict[str, str]) -> None:
    query = query_of(said)
    told = {name: values[0] for name, values in parse_qs(urlsplit(query.address()).query).items()}
    assert query_of(told) == query
    assert all(0 < len(value) <= MAX_VALUE_CHARS and "\0" not in value for value in query.values.values())
    query.asked()
