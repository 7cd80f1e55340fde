"""People find what they mean, as they type it."""

from __future__ import annotations

import pytest
from made_queries import CASES, MISSPELT, WRITTEN
from searched import name_of

from pipelines.search.results import Asked
from pipelines.search.searcher import Searcher

pytestmark = pytest.mark.no_cover  # others reach all it does

RECALL, FIRST = 0.98, 0.9


def found(searcher: Searcher, words: str) -> list[str]:
    return [name_of(hit.article) for hit in searcher.search(Asked(words=words)).hits]


def test_what_is_meant_is_found_and_mostly_first(searcher: Searcher) -> None:
    recalls, firsts, missed = [], [], []
    for case in CASES:
        names = found(searcher, case.words)
        there = {wanted for wanted in case.wanted if any(wanted in name for name in names)}
        recalls.append(len(there) / len(case.wanted))
        if case.first is not None:
            firsts.append(bool(names) and case.first in names[0])
        if there != case.wanted or (case.first is not None and not firsts[-1]):
            missed.append(f"{case.words}: {names}, not {case.first} first, {case.wanted - there} missing")
    assert len(CASES) >= 60
    assert sum(recalls) / len(recalls) >= RECALL, missed
    assert sum(firsts) / len(firsts) >= FIRST, missed


def test_every_case_names_articles_that_are_there(searcher: Searcher) -> None:
    names = [name_of(hit.article) for hit in searcher.search(Asked(limit=100)).hits]
    assert len(names) > len(WRITTEN) + 30
    for case in CASES:
        for wanted in case.wanted:
            assert [name for name in names if wanted in name], wanted


@pytest.mark.parametrize(("typed", "meant"), MISSPELT.items())
def test_what_is_misspelt_is_suggested_as_it_is_written(searcher: Searcher, typed: str, meant: str) -> None:
    assert searcher.search(Asked(words=typed)).suggestion == meant


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.words)
def test_who_spells_well_is_not_corrected(searcher: Searcher, case: object) -> None:
    assert searcher.search(Asked(words=getattr(case, "words", ""))).suggestion is None
