"""What a portal repeats is learnt from a sample before any article is read, kept, and never learnt twice."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from crawler.learning import MIN_SAMPLE, Learning, decode, encode
from crawler.parse.host import NOTHING, SAMPLE_SIZE, HostFacts, Specimen, learn
from pipelines.archive.folder import Archive

BOX = (("body div.quang-cao p", "Tải ứng dụng của cổng thông tin"), False)


def specimens(count: int) -> list[Specimen]:
    return [Specimen(f"https://x.example/{n}", f"Bài {n}", (BOX,)) for n in range(count)]


def opened(folder: Path) -> Archive:
    return Archive(folder, "so_thu", "luutin/test")


def test_a_sample_is_spread_over_all_there_is() -> None:
    chosen = Learning[None](None).choose(list(range(1000)))
    assert (len(chosen), chosen[0], chosen[-1]) == (SAMPLE_SIZE, 0, 999)
    assert max(b - a for a, b in pairwise(chosen)) <= 1000 // (SAMPLE_SIZE - 1) + 1


def test_few_articles_are_no_sample() -> None:
    assert Learning[None](None).choose(list(range(MIN_SAMPLE - 1))) == []


def test_what_was_learnt_is_kept_and_found_again(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        learning = Learning[None](archive)
        assert learning.facts is None
        facts = learning.conclude(specimens(MIN_SAMPLE))
        assert facts.repeated == {BOX[0]}
    with opened(tmp_path) as archive:
        assert Learning[None](archive).facts == facts


def test_too_few_readable_pages_leave_it_for_a_later_run(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        assert Learning[None](archive).conclude(specimens(MIN_SAMPLE - 1)) == NOTHING
        assert Learning[None](archive).facts is None


def test_damaged_facts_are_learnt_anew(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.set_learnt('{"version": "one"}')
        assert Learning[None](archive).facts is None


def test_facts_have_one_form_in_json() -> None:
    facts = HostFacts(1, True, frozenset({("a", "Đọc thêm"), ("b", "Theo dõi")}), ("https://x.example/1",), True)
    assert decode(encode(facts)) == facts
    assert encode(decode(encode(facts))) == encode(facts)


def test_facts_of_before_dates_were_counted_are_kept() -> None:
    facts = HostFacts(1, False, frozenset(), ("https://x.example/1",))
    assert decode(encode(facts).replace(',\n "states_dates": false', "")) == facts


@pytest.mark.parametrize(
    ("dated", "undated", "expected"), [(12, 0, True), (16, 4, True), (16, 5, False), (9, 0, False)]
)
def test_a_portal_states_dates_where_most_of_its_sample_does(dated: int, undated: int, expected: bool) -> None:
    sample = [replace(one, dated=at < dated) for at, one in enumerate(specimens(dated + undated))]
    for seed in range(5):
        Random(seed).shuffle(sample)
        assert learn(sample).states_dates is expected
