"""`luutin merge`: folders crawled apart become the archive one folder would have been, in whatever order."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import SAMPLE
from reposting import FIRST, SECOND, Reposting
from sample_server import SampleServer
from test_links import crawl
from test_reparse import Folder


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Reposting, Reposting]]:
    with Reposting(0, FIRST) as first, Reposting(1, SECOND) as second:
        yield first, second


@pytest.fixture(scope="module")
def whole(pair: tuple[Reposting, Reposting], tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Two portals that repost each other, crawled into one folder one after the other."""
    folder = Folder(tmp_path_factory.mktemp("whole") / "output", pair[0].name)
    for portal in pair:
        crawl(folder.luutin, portal)
    return folder


def merged(to: Path, *folders: Folder | Path) -> Folder:
    """What the folders give when they are merged into a new one."""
    folder = Folder(to, "")
    done = folder.luutin("merge", *(str(one.path if isinstance(one, Folder) else one) for one in folders))
    assert done.code == 0, done.err
    assert "Traceback" not in done.err
    return folder


def truth(folder: Folder) -> dict[str, bytes]:
    """Every file of captures, journals, indexes and lines, by its path."""
    found = sorted([*folder.path.glob("captures/*/*"), *folder.path.glob("articles/*")])
    return {path.relative_to(folder.path).as_posix(): path.read_bytes() for path in found}


def part(whole: Folder, portal: str, to: Path) -> Folder:
    """A portal of a folder as if it had been crawled into one of its own."""
    shutil.copytree(whole.path / "captures" / portal, to / "captures" / portal)
    folder = Folder(to, portal)
    assert folder.luutin("reparse", "--workers", "1").code == 0
    return folder


@pytest.fixture(scope="module")
def parts(whole: Folder, pair: tuple[Reposting, Reposting], tmp_path_factory: pytest.TempPathFactory) -> list[Folder]:
    base = tmp_path_factory.mktemp("parts")
    return [part(whole, portal.name, base / portal.name) for portal in pair]


def test_portals_crawled_apart_are_told_as_if_one_folder_had_held_them(
    whole: Folder, parts: list[Folder], tmp_path: Path
) -> None:
    before = [truth(one) for one in parts]
    for number, order in enumerate(itertools.permutations(parts)):
        folder = merged(tmp_path / str(number), *order)
        assert folder.everything() == whole.everything()
        assert truth(folder) == truth(whole)
        assert folder.luutin("verify").code == 0
    assert [truth(one) for one in parts] == before
    linked = [path for path in folder.path.glob("captures/*/*.warc.gz") if path.stat().st_nlink > 1]
    assert len(linked) == 2


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Folder]:
    """One portal crawled on two machines: by `first` on its first day and its second, by `second` on its second only,
    and by `copy`, a copy of the first, on that day too; `early` is the first as it was after its first day.
    """
    base = tmp_path_factory.mktemp("days")
    with SampleServer(SAMPLE) as portal:

        def crawled(folder: Folder, *args: str) -> Folder:
            done = folder.luutin("crawl", "portal", "-a", f"url={portal.url}", *args)
            assert done.code in (0, 3), done.err
            return folder

        first = crawled(Folder(base / "first", portal.name))
        early, copy = first.copy(base / "early"), first.copy(base / "copy")
        portal.day = 2
        crawled(first, "-a", "full=1")
        second = crawled(Folder(base / "second", portal.name))
        crawled(copy, "-a", "full=1")
    return {"first": first, "early": early, "second": second, "copy": copy}


def test_a_folder_and_a_state_of_it_before_are_the_folder(days: dict[str, Folder], tmp_path: Path) -> None:
    for number, order in enumerate(itertools.permutations((days["first"], days["early"], days["first"]))):
        folder = merged(tmp_path / str(number), *order)
        assert folder.everything() == days["first"].everything()
        assert truth(folder) == truth(days["first"])


def test_one_portal_of_several_folders_is_told_once_whatever_the_order_and_grouping(
    days: dict[str, Folder], tmp_path: Path
) -> None:
    first, early, second, copy = days.values()
    straight = merged(tmp_path / "straight", first, second, copy)
    assert straight.luutin("verify").out.endswith("as it should be.\n")
    for number, order in enumerate(itertools.permutations((first, second, copy, early))):
        if number % 5 == 0:
            folder = merged(tmp_path / f"order{number}", *order)
            assert truth(folder) == truth(straight)
            assert folder.everything() == straight.everything()
    nested = merged(tmp_path / "nested", merged(tmp_path / "two", copy, second), merged(tmp_path / "one", early, first))
    assert truth(nested) == truth(straight)
    assert nested.everything() == straight.everything()
    again = merged(nested.path, second, straight)
    assert truth(again) == truth(straight)
    lines = [json.loads(line) for line in straight.lines()[f"{first.live}.jsonl"].splitlines()]
    numbers = sorted((line["id"], line["version"]) for line in lines)
    assert len(set(numbers)) == len(numbers)
    assert {line["version"] for line in lines} >= {1, 2}
