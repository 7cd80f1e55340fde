"""Articles in the order they were asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.ordering import Line
from pipelines.items import Article

pytestmark = pytest.mark.no_cover  # others reach all it does

Make = Callable[..., Article]


def named(name: object) -> Article:
    return Article(url=f"http://x/{name}", title=str(name))


class TestLine:
    def test_without_a_reserved_place_nothing_waits(self) -> None:
        assert Line().release({}, [one := named(1)]) == [one]
        assert Line().release({}, []) == []

    def test_what_comes_behind_an_unfinished_one_waits_for_it(self) -> None:
        line, first, second, third = Line(), {"n": "1"}, {"n": "2"}, {"n": "3"}
        line.reserve(first)
        assert line.release(second, [two := named(2)]) == []
        line.reserve(third)
        assert line.release(first, [one := named(1)]) == [one, two]
        assert line.release(third, []) == []
        assert line.release({}, [two]) == [two]

    def test_what_never_came_holds_nothing_back_for_ever(self) -> None:
        line, first = Line(), {"n": "1"}
        line.reserve(first)
        line.release({}, [two := named(2)])
        assert line.rest() == [two]
        assert line.rest() == []

    @given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12), st.randoms(use_true_random=False))
    def test_in_whatever_order_they_come_they_leave_in_that_they_were_asked(
        self, asked: list[tuple[bool, bool]], random: object
    ) -> None:
        line, left, waiting = Line(), [], []
        for number, (further, gives) in enumerate(asked):
            fields, articles = {"n": str(number)}, [named(number)] if gives else []
            if further:
                line.reserve(fields)
                waiting.append((fields, articles))
            else:
                left += line.release(fields, articles)
        random.shuffle(waiting)  # type: ignore[attr-defined]
        for fields, articles in waiting:
            left += line.release(fields, articles)
        assert [one.title for one in left] == [str(n) for n, (_, gives) in enumerate(asked) if gives]
        assert line.rest() == []
