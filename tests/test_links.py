"""What crawled articles are of each other: whichever portal is read first, read again, or killed meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import CommandLine
from reposting import FIRST, SECOND, Reposting
from test_reparse import Folder, killed

LINKS = ("duplicate_of", "near_duplicate_of", "near_duplicate_kind", "series")


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Reposting, Reposting]]:
    with Reposting(0, FIRST) as first, Reposting(1, SECOND) as second:
        yield first, second


def crawl(luutin: CommandLine, portal: Reposting) -> None:
    done = luutin("crawl", "portal", "-a", f"url={portal.url}")
    assert done.code in (0, 3), done.err


@pytest.fixture(scope="module")
def crawled(pair: tuple[Reposting, Reposting], tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Both portals, one after the other."""
    folder = Folder(tmp_path_factory.mktemp("links") / "output", pair[0].name)
    for portal in pair:
        crawl(folder.luutin, portal)
    return folder


def told(luutin: CommandLine, pair: tuple[Reposting, Reposting]) -> dict[str, tuple[str | None, ...]]:
    """The links of each article, with `a0`, `b3` for ids; and that the line has a text, if it is no duplicate."""
    last: dict[str, dict[str, Any]] = {}
    names = {}
    for letter, portal in zip("ab", pair, strict=True):
        for line in luutin.lines(portal.name):
            last[line["id"]] = line
            names[line["id"]] = letter + line["url"].rpartition("=")[2]
    assert all(bool(line["body"]) == (line["duplicate_of"] is None) for line in last.values())
    return {names[one]: tuple(names.get(line[link], line[link]) for link in LINKS) for one, line in last.items()}


ORIGINAL = (None,) * 4
SAID = {
    "a0": ("b4", None, None, None),  # word for word, and published later
    "a1": (None, "b5", "excerpt", None),
    "a2": (None, None, None, "a5"),
    "a3": (None, None, None, "a5"),
    "a4": ORIGINAL,
    "a5": (None, None, None, "a5"),
    "a6": ORIGINAL,
    "a7": ORIGINAL,
    "a8": ORIGINAL,
    "b0": ("a6", None, None, None),
    "b1": (None, "a4", "headline", None),
    "b2": (None, "a8", "excerpt", None),
    "b3": (None, None, None, "a5"),
    "b4": (None, "a7", "headline", None),
    "b5": ORIGINAL,
}


@pytest.mark.no_cover
def test_each_line_says_what_its_article_is_of_others(crawled: Folder, pair: tuple[Reposting, Reposting]) -> None:
    assert told(crawled.luutin, pair) == SAID
    corrected = {line["url"].rpartition("=")[2] for line in crawled.luutin.lines(pair[0].name) if line["version"] > 1}
    assert {"0", "1"} <= corrected
    stored = crawled.luutin.report()["stored"]
    assert (stored["copies"], stored["in_series"], stored["corrected"] >= 2) == (3, 1, True)
    page = max((crawled.path / "reports").glob("*.html"), key=lambda path: path.stat().st_mtime_ns).read_text("utf-8")
    assert "3 of these are copies of others, changed here and there" in page
    done = crawled.luutin("verify")
    assert done.code == 0, done.out


@pytest.mark.parametrize("workers", [1, 2])
def test_captures_alone_give_the_same_lines(crawled: Folder, tmp_path: Path, workers: int) -> None:
    copy = crawled.copy(tmp_path / "output", captures_only=True)
    assert copy.luutin("reparse", "--workers", str(workers)).code == 0
    assert copy.everything() == crawled.everything()


@pytest.mark.no_cover
def test_lines_that_stand_take_their_places_again(crawled: Folder, tmp_path: Path) -> None:
    copy = crawled.copy(tmp_path / "output")
    for args in (("reparse", crawled.live), ("reparse", "--since-version", "0")):
        done = copy.luutin(*args, "--workers", "1")
        assert " 0 changed, 0 added, 0 removed" in done.out
        assert copy.everything() == crawled.everything()
    for path in copy.path.glob("archive.db*"):
        path.unlink()
    assert copy.luutin("verify", "--repair").code == 0
    assert copy.everything() == crawled.everything()


@pytest.mark.parametrize("how", ["reparse", "crawl"])
def test_a_duplicate_that_stands_no_more_is_read_again(
    crawled: Folder, pair: tuple[Reposting, Reposting], tmp_path: Path, how: str
) -> None:
    copy = crawled.copy(tmp_path / "output")
    db = sqlite3.connect(copy.path / "archive.db")
    db.execute("UPDATE comparison SET by_portal = 1, scheme = 0")
    db.commit()
    db.close()
    if how == "crawl":
        done = copy.luutin("crawl", "portal", "-a", f"url={pair[0].url}")
        assert "compared all 15 articles anew" in done.err
        assert f"{pair[1].name}: duplicates that may have been published first are read again" in done.err
    else:
        assert copy.luutin("reparse", "--since-version", "0").code == 0
    found = told(copy.luutin, pair)
    assert found == {
        **dict.fromkeys(SAID, ORIGINAL),
        "a0": (None, "a7", "headline", None),
        **dict.fromkeys(("a2", "a3", "a5"), (None, None, None, "a5")),
    }
    assert copy.luutin("verify").code == 0


@pytest.mark.no_cover
def test_portals_crawled_at_once_end_with_the_same_links(
    pair: tuple[Reposting, Reposting], luutin: CommandLine
) -> None:
    assert luutin("crawlall", *(portal.url for portal in pair)).code == 0
    first = {link[3] for link in told(luutin, pair).values() if link[3]}
    assert len(first) == 1
    assert told(luutin, pair) == {one: (*links[:3], links[3] and first.copy().pop()) for one, links in SAID.items()}
    folder = Folder(luutin.output, pair[0].name)
    assert luutin("verify").code == 0
    copy = folder.copy(luutin.output.parent / "copy", captures_only=True)
    assert copy.luutin("reparse", "--workers", "1").code == 0
    assert copy.everything() == folder.everything()


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("place", "call"),
    [
        ("pipelines.archive.files:GrowingFile.append", 25),
        ("pipelines.near.comparison:Comparison.place", 5),
        ("pipelines.archive.linking:corrected", 2),
        ("pipelines.archive.held:write_article", 6),
    ],
)
def test_killed_anywhere_the_next_run_ends_with_the_same_links(
    pair: tuple[Reposting, Reposting], crawled: Folder, luutin: CommandLine, place: str, call: int
) -> None:
    crawl(luutin, pair[0])
    killed(luutin.output, place, call, "crawl", "portal", "-a", f"url={pair[1].url}")
    crawl(luutin, pair[1])
    assert told(luutin, pair) == told(crawled.luutin, pair)
    done = luutin("verify")
    assert done.code == 0, done.out
