"""What a run notes on disk: nothing is lost, nothing stays behind, and memory does not grow with it."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier import Found, Frontier
from crawler.parse.listing import Entry
from crawler.scratch import Hashes, Listed, Scratch, Seen
from pipelines.errors import OutputUnwritable
from pipelines.urls import fold_url

HOST = "http://so.tinhthu.example"


@given(st.lists(st.lists(st.integers(0, 300).map(str))))
def test_a_set_of_hashes_knows_what_a_set_does(batches: list[list[str]]) -> None:
    hashes, known = Hashes(), set[str]()
    for batch in batches:
        assert hashes.update(batch) is not known.issuperset(batch)
        known.update(batch)
        assert len(hashes) == len(known)
    assert [text for text in map(str, range(301)) if text in hashes] == [str(n) for n in range(301) if str(n) in known]


def test_nothing_stays_behind(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    seen = Seen(scratch)
    seen.add(HOST)
    assert HOST in seen
    assert not list(tmp_path.iterdir())  # so that nothing does where the run is killed, either
    scratch.close()


def test_where_it_cannot_be_written_the_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputUnwritable, match="gone"):
        Seen(Scratch(tmp_path / "gone")).add(HOST)


def test_a_list_keeps_its_order_whatever_its_pages_repeat() -> None:
    listed = Listed(Scratch())
    for page in ("abc", "abd", "ae"):
        listed.note("tin", page)
    listed.note("khac", "za")
    assert {name: "".join(listed[name]) for name in listed} == {"tin": "abcde", "khac": "za"}
    listed.clear()
    assert not list(listed)


def test_what_was_seen_is_known_by_its_new_name_too() -> None:
    seen = Seen(Scratch())
    for name in ("a", "b"):
        seen.add(f"{HOST}/{name}?v=1")
    seen.rename(lambda url: url.replace("?v=1", ""))
    assert all(f"{HOST}/{name}" in seen for name in ("a", "b", "a?v=1"))
    seen.discard(f"{HOST}/a")
    assert f"{HOST}/a" not in seen


def found(frontier: Frontier) -> list[str]:
    return [one.url.removeprefix(f"{HOST}/") for one in frontier.take()]


def entry(name: str, day: int, **fields: str) -> Entry:
    return Entry(f"{HOST}/{name}", f"title:{name}", {"listed": f"2024-03-{day:02d}T00:00:00+07:00", **fields})


class TestFrontier:
    def test_the_oldest_come_first_and_of_one_day_those_found_first(self) -> None:
        frontier = Frontier(None)
        for name, day in (("c", 3), ("b", 2), ("z", 2), ("a", 1), ("b", 9)):
            frontier.add(entry(name, day), {})
        frontier.find(f"{HOST}/undated")
        assert found(frontier) == ["a", "b", "z", "c", "undated"]

    def test_what_is_found_meanwhile_comes_in_the_next_round(self) -> None:
        frontier = Frontier(None)
        for name in "bc":
            frontier.add(entry(name, 2), {})
        given: list[str] = []
        for one in frontier.take():
            given.append(one.url[-1])
            if given == ["b"]:
                frontier.add(entry("a", 1), {})
        assert given == ["b", "c", "a"]

    def test_who_reads_a_page_hears_what_is_said_of_it_later(self) -> None:
        frontier = Frontier(None)
        one = frontier.pin(f"{HOST}/a")
        one.fields["via"] = "menu"
        frontier.add(entry("a", 4, via="list"), {})
        assert one.fields == {"via": "menu", "listed": "2024-03-04T00:00:00+07:00"}
        assert frontier.titles(f"{HOST}/a") == ("a",)
        assert [again.fields for again in frontier.take()] == [one.fields]

    def test_what_two_names_were_of_is_one(self) -> None:
        frontier = Frontier(None)
        frontier.add(entry("a?v=1", 5, section="Tin"), {})
        frontier.add(entry("b", 4), {})
        frontier.add(entry("a?v=2", 1), {})
        frontier.rename(lambda url: url.partition("?")[0])
        assert [(one.url[-1], one.fields.get("section")) for one in frontier.take()] == [("b", None), ("a", "Tin")]

    def test_what_has_to_wait_comes_in_its_order(self) -> None:
        frontier = Frontier(None)
        for name in "abcd":
            frontier.add(entry(name, 1), {})
        one, two, *_ = frontier.take()
        frontier.put_off(frontier_all := [one, two])
        frontier.add(entry("e", 1), {})
        assert frontier.again(lambda found: found.url.endswith("b"))
        assert found(frontier) == ["b", "e"]
        assert not frontier.again(lambda _: False)
        assert [left.url for left in frontier.left()] == [frontier_all[0].url]
        assert not list(frontier.left())

    def test_a_sample_is_pinned(self) -> None:
        frontier = Frontier(None)
        for name, day in (("c", 3), ("a", 2), ("b", 2)):
            frontier.add(entry(name, day), {})
        assert frontier.count() == 3
        sample = frontier.waiting({0, 2})
        assert [one.url[-1] for one in sample] == ["a", "c"]
        frontier.add(Entry(f"{HOST}/a", None, {"section": "Tin"}), {})
        assert sample[0].fields["section"] == "Tin"

    def test_memory_does_not_grow_with_what_is_found(self, tmp_path: Path) -> None:
        frontier = Frontier(None, Scratch(tmp_path))
        frontier.add(entry("first", 1), {})
        entries = [entry(f"tin-{number}", 1 + number % 28, section="Tin hoạt động") for number in range(3_000)]
        for one in entries:
            fold_url(one.url)  # which remembers them
        tracemalloc.start()
        try:
            for one in entries:
                frontier.add(one, {})
            assert sum(isinstance(found, Found) for found in frontier.take()) == 3_001
            assert tracemalloc.get_traced_memory()[1] < 500_000  # as objects they take several megabytes
        finally:
            tracemalloc.stop()
