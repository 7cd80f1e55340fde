"""Corpora that duplicates are judged on are the same for a seed, whole, and right in what they call a copy."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from datetime import datetime
from functools import cache
from itertools import combinations, islice
from random import Random
from typing import Any

import pytest
from copies.alter import COPIES, REPOSTS, new_tones
from copies.articles import Text, Writer
from copies.notices import NAMED, NOTICES
from copies.numbers import CORRECTIONS, NUMBER, written_otherwise
from copies.series import SERIES
from made_copies import MIXES, make_corpus, make_scale

pytestmark = pytest.mark.no_cover  # others reach all it does

SIZE = 4_000
MAX_SHARED = 0.3  # of the 3-syllable shingles of two unrelated articles
SMALL_ARTICLE_SHINGLES = 200  # a short one is held against what both have, not against its own few
KINDS = sorted(MIXES)
ORIGINALS = ("base", "single", "hn_")

Documents = list[dict[str, Any]]


@cache
def corpus(kind: str) -> Documents:
    return list(make_corpus(7, SIZE, kind))


def clusters(documents: Documents) -> list[Documents]:
    found = defaultdict(list)
    for line in documents:
        found[line["cluster"]].append(line)
    return list(found.values())


def folded(line: dict[str, Any]) -> str:
    text = unicodedata.normalize("NFC", line["text"]).replace("Ð", "Đ")
    return "".join(sign for sign in new_tones(text).lower() if sign.isalnum())


def shingles(text: str) -> set[int]:
    syllables = text.lower().split()
    return {hash(tuple(syllables[place : place + 3])) for place in range(len(syllables) - 2)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_the_same_corpus_and_another_seed_another(kind: str) -> None:
    first, again, other = (list(make_corpus(seed, 200, kind)) for seed in (3, 3, 4))
    assert first == again
    assert first != other


@pytest.mark.parametrize("kind", KINDS)
def test_lines_have_one_form_and_are_numbered_in_order(kind: str) -> None:
    lines = corpus(kind)
    assert [line["id"] for line in lines] == list(range(SIZE))
    assert {tuple(line) for line in lines} == {("cluster", "kind", "title", "byline", "text", "published", "id")}
    assert all(line["title"].strip() and line["text"].strip() and "{" not in line["text"] for line in lines)
    assert {str(datetime.fromisoformat(line["published"]).utcoffset()) for line in lines} == {"7:00:00"}


def test_every_way_of_copying_and_every_form_of_bulletin_is_there() -> None:
    templates, adversarial = (Counter(line["kind"] for line in corpus(kind)) for kind in ("templates", "adversarial"))
    assert {"single_boiler", "single_stock", *COPIES} <= templates.keys()
    assert {f"hn_{name}" for name in SERIES | NOTICES} <= templates.keys()
    assert {f"hnrepost_{way}" for way in (*REPOSTS, "num1")} <= templates.keys()
    assert set(CORRECTIONS) | {f"hn_{name}" for name in NAMED} <= adversarial.keys()
    assert max(count for kind, count in templates.items() if kind.startswith("hn_")) >= 200


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_is_younger_than_its_original_and_comes_after_it_but_in_a_crawl_from_the_newest(kind: str) -> None:
    backwards = 0
    for lines in clusters(corpus(kind)):
        (original,) = (line for line in lines if line["kind"].startswith(ORIGINALS))
        assert all(original["published"] < line["published"] for line in lines if line is not original)
        backwards += lines[0] is not original
    assert (backwards > 0) == (kind == "field")


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_originals_are_the_same_text(kind: str) -> None:
    originals = [folded(line) for line in corpus(kind) if line["kind"].startswith(ORIGINALS)]
    assert len(set(originals)) == len(originals)


def test_unrelated_articles_share_few_shingles() -> None:
    articles = (line["text"] for line in corpus("field") if line["kind"] == "single")
    for one, other in combinations([shingles(text) for text in islice(articles, 400)], 2):
        smaller = max(SMALL_ARTICLE_SHINGLES, min(len(one), len(other)))
        assert len(one & other) <= MAX_SHARED * smaller


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_says_so_is_decomposed(kind: str) -> None:
    for line in corpus(kind):
        assert unicodedata.is_normalized("NFC", line["text"]) != line["kind"].endswith("nfd"), line["kind"]


def test_copies_that_only_look_otherwise_fold_to_their_original() -> None:
    alike = ("identical", "nfd", "tone", "upper_all", "upper_title", "eth", "spaces", "headline")
    for lines in clusters(corpus("templates")):
        (original,) = (line for line in lines if line["kind"].startswith(ORIGINALS))
        copies = [line for line in lines if line["kind"].removeprefix("hnrepost_") in alike]
        assert all(folded(copy).replace("ð", "đ") == folded(original) for copy in copies)


def test_a_corrected_number_is_all_that_changes() -> None:
    for lines in clusters(corpus("adversarial")):
        for line in lines:
            if line["kind"] in ("num1", "num3"):
                before, after = (set(enumerate(text["text"].split())) for text in (lines[0], line))
                changed = [word for _, word in after - before]
                assert len(changed) == int(line["kind"][-1])
                assert all(NUMBER.search(word) for word in changed)


def test_bulletins_that_differ_in_names_alone_have_the_same_numbers() -> None:
    series = Random(5)
    for name, bulletins in NAMED.items():
        members = list(islice(bulletins(series), 30))
        assert len({tuple(NUMBER.findall(member.text)) for member in members}) == 1, name


def test_numbers_are_written_otherwise_without_becoming_others() -> None:
    text = Text("", "", "Ngày 05/07/2017 chi 1.250.000 đồng, 05/7 thêm 340 triệu đồng, đạt 12,5%.")
    seen = {written_otherwise(text, Random(seed), Writer(Random(1))).text for seed in range(40)}
    assert seen == {
        "Ngày 5-7-2017 chi 1250000 đồng, 5/7 thêm 340 triệu đồng, đạt 12,5 %.",
        "Ngày 5.7.2017 chi 1,25 triệu đồng, 5/7 thêm 340 triệu đồng, đạt 12.5 %.",
        "Ngày 5 tháng 7 năm 2017 chi 1250000 đồng, 5/7 thêm 340 000 000 đồng, đạt 12,5 %.",
        "Ngày 5/7/2017 chi 1,25 triệu đồng, 5/7 thêm 340000000 đồng, đạt 12.5 %.",
    }


def test_the_stream_for_measuring_cost_is_mixed_as_it_says() -> None:
    lines = list(make_scale(2, 3_000, clauses=2_000))
    assert [line["id"] for line in lines] == list(range(3_000))
    kinds = Counter("hn" if line["kind"].startswith("hn_") else line["kind"] for line in lines)
    near = sum(kinds.values()) - kinds["single"] - kinds["hn"] - kinds["identical"]
    assert near / 3_000 == pytest.approx(0.15, abs=0.03)
    assert kinds["identical"] / 3_000 == pytest.approx(0.05, abs=0.02)
    assert kinds["hn"] / 3_000 == pytest.approx(0.15, abs=0.03)
    assert sum(len(line["text"]) for line in lines) / 3_000 == pytest.approx(1_800, abs=150)
