"""`luutin merge` where something was withdrawn, died, goes on afterwards, or is in the way."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import CommandLine
from made_portal import MadePortal
from saying import who_says
from small_portals import SmallPortal, SmallPortals
from test_merge import merged, truth
from test_remove import VICTIM, Village, about, lines_of, readable, remove, told
from test_reparse import Folder, killed

from pipelines.archive.lock import Lock


@pytest.fixture(scope="module")
def villages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Folder, Folder]]:
    """One portal crawled into two folders."""
    made = Village()
    base = tmp_path_factory.mktemp("villages")
    with MadePortal(made.answer) as portal:
        folders = [Folder(base / name, portal.name) for name in ("one", "two")]
        for folder in folders:
            assert folder.luutin("crawl", "portal", "-a", f"url={portal.url}").code == 0
        yield folders[0], folders[1]


@pytest.mark.parametrize("same", [True, False])
def test_what_was_withdrawn_from_one_folder_is_withdrawn_from_all(
    villages: tuple[Folder, Folder], tmp_path: Path, same: bool
) -> None:
    first, second = villages
    victims = about(first, f"id={VICTIM}")
    said = told(victims)
    other = first if same else second
    without = first.copy(tmp_path / "without")
    remove(without, victims[0]["id"])
    assert len(who_says(other.path, said)) > 5
    folders = [merged(tmp_path / str(n), *order) for n, order in enumerate(itertools.permutations((without, other)))]
    for folder in folders:
        assert truth(folder) == truth(folders[0])
        assert who_says(folder.path, said) == []
        assert readable(folder.path)
        assert folder.luutin("verify").code == 0
        assert folder.everything() == folders[0].everything()
        assert {line["id"] for line in lines_of(folder)} == {line["id"] for line in lines_of(without)}
    again = merged(tmp_path / "again", folders[0], other, without)
    assert truth(again) == truth(folders[0])
    if same:
        assert truth(folders[0]) == truth(without)
    copy = folders[0].copy(tmp_path / "copy", captures_only=True)
    assert copy.luutin("reparse").code == 0
    assert copy.lines() == folders[0].lines()


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[SmallPortal], list[Folder]]]:
    """Three portals that share a text, each crawled into a folder of its own."""
    base = tmp_path_factory.mktemp("towns")
    with SmallPortals() as portals:
        some = [portals.add(articles=3) for _ in range(3)]
        folders = [Folder(base / f"part{number}", portal.name) for number, portal in enumerate(some)]
        for folder, portal in zip(folders, some, strict=True):
            assert folder.luutin("crawl", "portal", "-a", f"url={portal.url}").code == 0
        yield some, folders


def test_who_says_the_same_in_another_folder_is_withdrawn_too(
    towns: tuple[list[SmallPortal], list[Folder]], tmp_path: Path
) -> None:
    _, (first, second, third) = towns
    victim = about(first, "id=0")
    without = first.copy(tmp_path / "without")
    remove(without, victim[0]["id"])
    folder, other = merged(tmp_path / "a", without, second, third), merged(tmp_path / "b", third, without, second)
    assert truth(folder) == truth(other)
    assert who_says(second.path, told(victim))
    assert who_says(folder.path, told(victim)) == []
    assert not about(folder, "id=0")
    assert len({line["id"] for line in lines_of(folder)}) == 6
    assert folder.luutin("verify").code == 0


@pytest.mark.parametrize(
    ("place", "call"),
    [
        ("crawler.merging:reparse", 1),
        ("crawler.merging:commit", 1),
        ("pipelines.archive.merging.staging:replace_file", 1),
        ("pathlib:Path.replace", 3),
        ("pathlib:Path.replace", 4),
        ("pathlib:Path.replace", 5),
        ("pathlib:Path.replace", 8),
        ("pathlib:Path.replace", 12),
        ("pathlib:Path.replace", 16),
        ("pathlib:Path.replace", 20),
    ],
)
def test_killed_anywhere_it_is_as_it_was_or_finished_by_the_next(
    towns: tuple[list[SmallPortal], list[Folder]], tmp_path: Path, place: str, call: int
) -> None:
    _, (first, second, third) = towns
    straight = merged(tmp_path / "straight", first, second, third)
    folder = merged(tmp_path / "folder", first, second)
    before = truth(folder)
    killed(folder.path, place, call, "merge", str(third.path))
    assert folder.luutin("verify").code == 0  # whoever writes next has finished it, or forgotten it
    assert truth(folder) in (before, truth(straight))
    assert not (folder.path / ".merging").exists()
    assert folder.luutin("merge", str(third.path)).code == 0
    assert truth(folder) == truth(straight)
    assert folder.everything() == straight.everything()


def test_a_merged_folder_is_crawled_on_and_so_are_its_parts_without_touching_each_other(
    towns: tuple[list[SmallPortal], list[Folder]], tmp_path: Path
) -> None:
    (portal, *_), parts = towns
    part = parts[0].copy(tmp_path / "part")
    folder = merged(tmp_path / "folder", part, parts[1])
    before, other = truth(folder), truth(part)
    portal.articles = 4
    try:
        done = folder.luutin("crawl", "portal", "-a", f"url={portal.url}")
        assert (done.code, folder.luutin.report()["outcomes"]["article"]) == (0, 1)
        assert truth(part) == other
        portal.articles = 5
        done = part.luutin("crawl", "portal", "-a", f"url={portal.url}")
        assert (done.code, part.luutin.report()["outcomes"]["article"]) == (0, 2)
    finally:
        portal.articles = 3
    old = f"captures/{portal.name}/{portal.name}-00001.warc.gz"
    assert truth(folder)[old] == before[old]
    assert {one.luutin("verify").code for one in (folder, part)} == {0}
    both = [merged(tmp_path / str(n), *order) for n, order in enumerate(((folder, part), (part, folder)))]
    assert truth(both[0]) == truth(both[1])
    assert both[0].luutin("verify").code == 0
    assert len({line["id"] for line in lines_of(both[0]) if line["portal"] == portal.name}) == 5


def test_what_lies_in_flight_in_a_part_is_no_part_of_it(
    towns: tuple[list[SmallPortal], list[Folder]], tmp_path: Path
) -> None:
    _, (first, second, _) = towns
    straight = merged(tmp_path / "straight", first, second)
    part = first.copy(tmp_path / "part")
    for path in [*part.path.glob("captures/*/*.warc.gz"), *part.path.glob("captures/*/*.journal")]:
        with path.open("ab") as stream:
            stream.write(path.read_bytes()[:300])
    dying = truth(part)
    folder = merged(tmp_path / "folder", second, part)
    assert truth(folder) == truth(straight)
    assert folder.everything() == straight.everything()
    assert truth(part) == dying


def test_what_runs_found_and_said_is_taken_along(towns: tuple[list[SmallPortal], list[Folder]], tmp_path: Path) -> None:
    _, (first, second, third) = towns
    part = third.copy(tmp_path / "part")
    with sqlite3.connect(part.path / "archive.db") as db:
        db.execute(
            "INSERT INTO frontier VALUES (?, 'http://x.example/', 'http://x.example/', '{}', '{}', 0, 1)", (part.live,)
        )
        db.execute("INSERT INTO budgets VALUES ('x.example', '2026-11-26', 7, 700)")
    db.close()
    folder = merged(tmp_path / "folder", part, first, second)
    runs = sorted(tuple(row) for one in (part, first, second) for row in one.rows("runs"))
    assert sorted(tuple(row) for row in folder.rows("runs")) == runs
    assert [row["url"] for row in folder.rows("frontier")] == ["http://x.example/"]
    assert [tuple(row) for row in folder.rows("budgets") if row["host"] == "x.example"] == [
        ("x.example", "2026-11-26", 7, 700)
    ]
    kept = {path.name for one in (part, first, second) for path in (one.path / "reports").iterdir()}
    assert {path.name for path in (folder.path / "reports").iterdir()} == kept
    for table in ("listed", "issues", "noise"):
        had = sorted(str(tuple(row)[table == "issues" :]) for one in (part, first, second) for row in one.rows(table))
        assert sorted(str(tuple(row)[table == "issues" :]) for row in folder.rows(table)) == had
    assert folder.luutin("report", "--json").code in (0, 3)


def test_what_is_there_already_is_left_alone(towns: tuple[list[SmallPortal], list[Folder]], tmp_path: Path) -> None:
    _, parts = towns
    folder = merged(tmp_path / "folder", *parts)
    (folder.path / "captures" / "ghi-chu.txt").write_text("Của người quản trị.", "utf-8")
    numbers = {path: path.stat().st_ino for path in folder.path.rglob("*") if path.is_file()}
    done = folder.luutin("merge", str(parts[2].path), str(folder.path))
    assert (done.code, "nothing is new" in done.err) == (0, True)
    assert {path: path.stat().st_ino for path in folder.path.rglob("*") if path.is_file()} == numbers
    shutil.rmtree(folder.path / "articles")
    done = folder.luutin("merge", str(parts[2].path))
    assert (done.code, "nothing is new" in done.err) == (0, False)
    assert folder.luutin("verify").code == 0
    assert (folder.path / "captures" / "ghi-chu.txt").exists()


def test_what_cannot_be_merged_is_named_and_nothing_is_changed(
    towns: tuple[list[SmallPortal], list[Folder]], tmp_path: Path
) -> None:
    _, (first, second, third) = towns
    folder = merged(tmp_path / "folder", first)
    before = truth(folder)
    torn = second.copy(tmp_path / "torn")
    for path in torn.path.glob("captures/*/*.warc.gz"):
        os.truncate(path, path.stat().st_size - 100)
    bare = third.copy(tmp_path / "bare")
    shutil.rmtree(bare.path / "captures" / bare.live)
    broken = second.copy(tmp_path / "broken")
    (broken.path / "archive.db").write_bytes(b"SQLite no more" * 100)
    for wrong, says in (
        (tmp_path / "nowhere", "no captures/"),
        (torn.path, "has lost its end"),
        (bare.path, "no captures of it"),
        (broken.path, "archive.db"),
    ):
        done = folder.luutin("merge", str(wrong))
        assert (done.code, says in done.err, "Traceback" in done.err) == (1, True, False), done.err
    lock = Lock(second.path)
    try:
        done = folder.luutin("merge", str(second.path))
        assert (done.code, "is writing to it" in done.err) == (1, True)
    finally:
        lock.release()
    assert folder.luutin("merge").code == 2
    (tmp_path / "empty" / "captures").mkdir(parents=True)
    done = CommandLine(tmp_path / "new")("merge", str(tmp_path / "empty"))
    assert (done.code, "nothing to join" in done.err) == (2, True)
    assert folder.luutin("merge", str(second.path), "--workers", "0").code == 2
    assert truth(folder) == before
    assert not (folder.path / ".merging").exists()
