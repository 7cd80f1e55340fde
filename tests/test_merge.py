"""`luutin merge`: folders crawled apart become the archive one folder would have been, in whatever order."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from reposting import FIRST, SECOND, Reposting
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
