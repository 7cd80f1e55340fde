"""All articles compared anew: as they were when each was stored, whatever came in which order, and however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from bulletins import OTHER, REPORT, TITLE, appointment, prices, text
from conftest import REPO
from hypothesis import given, settings
from hypothesis import strategies as st
from made_copies import make_corpus
from stored_articles import FIRST_DAY, Folder, last_lines, tables

from pipelines.archive.database import Database
from pipelines.archive.linking import compare_all
from pipelines.errors import ArchiveError
from pipelines.near import batch
from pipelines.near.batch import SCRATCH, compare_anew

ONE, OTHER_PORTAL = "so_thu", "bao_thu"
TEXTS = (
    (TITLE, text(*REPORT)),
    (TITLE.upper(), text(*REPORT)),
    ("Ba Bể tìm đầu ra cho cây dược liệu", text(*REPORT)),
    (TITLE, text(*REPORT[:3])),
    (TITLE, text(*REPORT[1:], OTHER[1])),
    ("Trung thu sớm ở Sông Hiến", text(*OTHER)),
    prices(31, "04/8/2023", 15_200, 121_000, 22_480, 68_300),
    prices(32, "11/8/2023", 15_700, 118_500, 22_990, 71_100),
    (
        prices(31, "04/8/2023", 15_200, 121_000, 22_480, 68_300)[0],
        prices(31, "04/8/2023", 15_200, 121_500, 22_480, 68_300)[1],
    ),
    appointment("Nông Văn Khuê", "Chánh Văn phòng"),
    appointment("Lường Thị Duyên", "Trưởng Ban Dân vận"),
)
step = st.tuples(
    st.sampled_from((ONE, OTHER_PORTAL)),
    st.sampled_from("abcd"),
    st.one_of(st.none(), st.integers(0, len(TEXTS) - 1)),  # None: it is gone
    st.one_of(st.none(), st.integers(0, 4)),
)


@pytest.mark.no_cover
@settings(max_examples=40)
@given(st.lists(step, min_size=2, max_size=14), st.booleans())
def test_the_links_are_those_of_the_crawl(
    steps: list[tuple[str, str, int | None, int | None]], by_portal: bool
) -> None:
    with TemporaryDirectory() as path, Folder(Path(path), by_portal=by_portal) as folder:
        for portal, name, said, day in steps:
            if said is None:
                folder.gone(portal, name)
            else:
                folder.store(portal, name, *TEXTS[said], day)
        db, before = folder.held.db, tables(folder.held.db)
        with compare_anew(db, folder.path, by_portal=by_portal, workers=1) as anew:
            assert anew.differing == []
            with db:
                anew.take_over()
        assert tables(db) == before


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Folder]:
    """Some three hundred articles of five portals, newest first: many an original turns up after its copies."""
    with Folder(tmp_path) as folder:
        for one in make_corpus(5, 300, "field"):
            day = (datetime.fromisoformat(one["published"]) - FIRST_DAY).total_seconds() / 86_400
            folder.store(f"so{one['id'] % 5}", str(one["id"]), one["title"], one["text"], day)
        yield folder


def test_worker_processes_make_no_difference(corpus: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "FEW_LINES", 10)
    before = tables(corpus.held.db)
    lines = last_lines(corpus.path)
    told: list[tuple[int, int]] = []
    done = compare_all(corpus.held, by_portal=False, workers=3, progress=lambda *count: told.append(count))
    assert (done.differing, done.corrected) == (0, 0)
    assert tables(corpus.held.db) == before
    assert last_lines(corpus.path) == lines
    assert told[-1] == (done.lines, done.lines)
    found = done.found
    said = [line["near_duplicate_kind"] for line in lines.values() if line["near_duplicate_of"]]
    assert sum(found.near_duplicates.values()) >= len(said) > 10
    assert found.duplicates == sum(line["duplicate_of"] is not None for line in lines.values()) > 0
    assert found.series == len({line["series"] for line in lines.values()} - {None}) > 0


def test_another_scope_corrects_lines_and_back(tmp_path: Path) -> None:
    with Folder(tmp_path) as folder:
        first = folder.store(ONE, "goc", *TEXTS[0], day=1).id
        cut = folder.store(OTHER_PORTAL, "trich", *TEXTS[3], day=2).id
        moved = folder.store(OTHER_PORTAL, "gia", *TEXTS[6], day=3).id
        folder.store(ONE, "gia", *TEXTS[7], day=4)
        assert compare_all(folder.held, by_portal=True).corrected == 3
        lines = last_lines(tmp_path)
        assert [lines[one]["version"] for one in (first, cut, moved)] == [
            1,
            2,
            3,
        ]  # the first of a series was told so before
        assert all(line["near_duplicate_of"] is line["series"] is None for line in lines.values())
        folder.store(OTHER_PORTAL, "lai", TITLE, text(*REPORT[:3]) + " Hết.", day=5)
        assert compare_all(folder.held, by_portal=False, dry_run=True).differing > 0
        assert folder.held.comparison.by_portal
        compare_all(folder.held, by_portal=False)
        lines = last_lines(tmp_path)
        assert (lines[cut]["near_duplicate_of"], lines[cut]["near_duplicate_kind"]) == (first, "excerpt")
        assert lines[moved]["series"] == moved


def test_a_duplicate_whose_text_no_line_has_stays_what_its_line_says(tmp_path: Path) -> None:
    with Folder(tmp_path) as folder:
        first = folder.store(ONE, "goc", *TEXTS[0], day=1).id
        second = folder.store(OTHER_PORTAL, "lai", *TEXTS[0], day=2).id
        third = folder.store(OTHER_PORTAL, "lai-nua", *TEXTS[0], day=3).id
        assert compare_all(folder.held, by_portal=True).corrected == 0
        assert [last_lines(tmp_path)[one]["duplicate_of"] for one in (second, third)] == [first, first]


def test_only_another_kind_is_a_difference_too(tmp_path: Path) -> None:
    with Folder(tmp_path) as folder:
        folder.store(ONE, "goc", *TEXTS[0], day=1)
        cut = folder.store(ONE, "trich", *TEXTS[3], day=2).id
        path = tmp_path / "articles" / f"{ONE}.jsonl"
        path.write_bytes(
            path.read_bytes().replace(b'"near_duplicate_kind":"excerpt"', b'"near_duplicate_kind":"edited" ')
        )
        with compare_anew(folder.held.db, tmp_path, by_portal=False, workers=1) as anew:
            assert anew.differing == [cut]


def test_a_line_that_is_none_is_named_and_the_links_stay(tmp_path: Path) -> None:
    with Folder(tmp_path) as folder:
        folder.store(ONE, "goc", *TEXTS[0], day=1)
        before = tables(folder.held.db)
        path = tmp_path / "articles" / f"{ONE}.jsonl"
        path.write_bytes(b"x" + path.read_bytes()[1:])
        with pytest.raises(ArchiveError, match=r"so_thu\.jsonl, at byte 0"):
            compare_all(folder.held, by_portal=False)
        path.unlink()
        with pytest.raises(ArchiveError, match="cannot be read"):
            compare_all(folder.held, by_portal=False)
        assert tables(folder.held.db) == before
        assert not (tmp_path / SCRATCH).exists()


KILLED = """
import os, signal, sys
from contextlib import closing
from pathlib import Path
from pipelines.archive import linking
from pipelines.archive.held import Held
from pipelines.near import batch

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

where = sys.argv[2]
real = batch.Anew.take_over
def take_over(self):
    if where == "before":
        die()
    real(self)
    if where == "within":
        die()
batch.Anew.take_over = take_over
if where == "correcting":
    correct = linking.correct
    linking.correct = lambda *arguments: (correct(*arguments), die())
if __name__ == "__main__":
    batch.FEW_LINES = 10
    with closing(Held(Path(sys.argv[1]))) as held:
        linking.compare_all(held, by_portal=True, workers=2, progress=die if where == "comparing" else lambda *_: None)
"""


@pytest.mark.no_cover
@pytest.mark.parametrize("where", ["comparing", "before", "within", "correcting"])
def test_whatever_kills_it_leaves_the_links_as_they_were(corpus: Folder, tmp_path: Path, where: str) -> None:
    before, lines = tables(corpus.held.db), last_lines(corpus.path)
    corpus.close()
    script = tmp_path / "killed.py"
    script.write_text(KILLED, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(REPO)}
    command = [sys.executable, str(script), str(tmp_path), where]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert (tmp_path / SCRATCH).exists()
    with Folder(tmp_path) as folder:
        folder.archive("so0")
        assert not (tmp_path / SCRATCH).exists()
        assert tables(folder.held.db) == before
        assert last_lines(tmp_path) == lines


def test_what_was_left_of_an_earlier_one_is_no_matter(tmp_path: Path) -> None:
    with Folder(tmp_path) as folder:
        folder.store(ONE, "goc", *TEXTS[0], day=1)
        (tmp_path / SCRATCH).write_bytes(b"SQLite format 3\0 and then nothing")
        assert compare_all(folder.held, by_portal=False).found.articles == 1
    database = Database(tmp_path / "archive.db", read_only=True)
    assert len(tables(database)["texts"]) == 1
    database.close()
