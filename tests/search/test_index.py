"""The index follows the articles, whatever happened to either."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from bulletins import OTHER, REPORT, TITLE, text
from searched import fill, name_of
from stored_articles import Folder

from pipelines.archive.database import Database
from pipelines.archive.lock import Lock
from pipelines.archive.mend import Mender
from pipelines.errors import ArchiveError
from pipelines.search import index
from pipelines.search.index import catch_up
from pipelines.search.results import Asked
from pipelines.search.searcher import Searcher
from pipelines.search.state import index_folder, invalidate, read_state


def names(folder: Path, words: str = "", **asked: Any) -> list[str]:
    found = Searcher(folder).search(Asked(words=words, limit=100, **asked))
    assert found.total == len(found.hits)
    return [name_of(hit.article) for hit in found.hits]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "output"


def test_what_is_stored_later_is_added(folder: Path) -> None:
    with Folder(folder) as archive:
        archive.store("bao_a", "mot", TITLE, text(*REPORT), 0)
        done = catch_up(folder)
        assert (done.added, done.total, done.rebuilt, done.busy) == (1, 1, True, False)
        archive.store("bao_a", "hai", "Trung thu sớm ở Sông Hiến", text(*OTHER), 1)
        done = catch_up(folder)
        assert (done.added, done.total, done.rebuilt) == (1, 2, False)
        done = catch_up(folder)
        assert (done.added, done.total, done.rebuilt) == (0, 2, False)
    assert names(folder) == ["hai", "mot"]


def test_an_edited_article_is_found_as_it_is_now(folder: Path) -> None:
    with Folder(folder) as archive:
        archive.store("bao_a", "mot", "Tin về cây sa nhân", text(*REPORT))
        catch_up(folder)
        archive.store("bao_a", "mot", "Tin về cây thảo quả", text(*OTHER))
        assert catch_up(folder).total == 1
    assert names(folder, '"sa nhân"') == []
    assert names(folder, "thảo quả") == ["mot"]
    assert Searcher(folder).search(Asked(words="thảo quả")).hits[0].article.version == 2


def test_an_article_gone_is_found_as_that(folder: Path) -> None:
    with Folder(folder) as archive:
        archive.store("bao_a", "mot", TITLE, text(*REPORT))
        archive.store("bao_a", "hai", "Trung thu sớm", text(*OTHER))
        catch_up(folder)
        assert names(folder, gone=True) == []
        archive.gone("bao_a", "mot")
        catch_up(folder)
    assert names(folder, gone=True) == ["mot"]
    assert names(folder, "ba kích", gone=True) == ["mot"]
    assert Searcher(folder).search(Asked()).facets["gone"][0].count == 1


def test_a_duplicate_is_found_under_its_original_where_both_were_published(folder: Path) -> None:
    with Folder(folder) as archive:
        archive.store("bao_a", "mot", TITLE, text(*REPORT), 1, section="Kinh tế", province="Bắc Kạn")
        catch_up(folder)
        archive.store("bao_b", "lai", TITLE, text(*REPORT), 2, section="Tin huyện", province="Cao Bằng")
        assert catch_up(folder).total == 1
        for asked in ({}, {"portal": "bao_b"}, {"province": "Cao Bằng"}, {"section": "Tin huyện"}, {"portal": "bao_a"}):
            assert names(folder, "ba kích", **asked) == ["mot"]
        archive.store("bao_b", "lai", "Trung thu sớm", text(*OTHER), 2, section="Tin huyện")  # no duplicate any more
        assert catch_up(folder).total == 2
    assert names(folder, portal="bao_b") == ["lai"]
    assert names(folder, section="Tin huyện") == ["lai"]
    done = rebuilt(folder)
    assert (done.added, done.total) == (2, 2)


def test_what_turns_out_to_be_the_original_takes_the_others_place(folder: Path) -> None:
    with Folder(folder) as archive:
        archive.store("bao_a", "mot", TITLE, text(*REPORT), 5)
        catch_up(folder)
        archive.store("bao_b", "som", TITLE, text(*REPORT), 1)
        assert catch_up(folder).total == 1
    assert names(folder, "ba kích") == names(folder, portal="bao_a") == names(folder, portal="bao_b") == ["som"]


def rebuilt(folder: Path) -> index.Caught:
    invalidate(folder)
    done = catch_up(folder)
    assert done.rebuilt
    return done


def test_catching_up_ends_with_what_making_anew_would(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "BATCH_LINES", 7)
    fill(folder)
    first = catch_up(folder)
    monkeypatch.undo()
    before = {
        name_of(hit.article): hit.snippet for hit in Searcher(folder).search(Asked(words="đầu tư", limit=100)).hits
    }
    again = rebuilt(folder)
    assert (again.added, again.total) == (first.added, first.total)
    after = {
        name_of(hit.article): hit.snippet for hit in Searcher(folder).search(Asked(words="đầu tư", limit=100)).hits
    }
    assert before == after
    assert len(before) > 10


def test_an_empty_archive_has_an_empty_index(folder: Path) -> None:
    with Folder(folder):
        pass
    assert catch_up(folder).total == 0
    found = Searcher(folder).search(Asked(words="hội nghị"))
    assert (found.total, found.hits, found.cursor, found.suggestion) == (0, [], None, None)


def test_where_there_is_no_archive_that_is_said(folder: Path) -> None:
    with pytest.raises(ArchiveError, match=r"holds no archive\.db"):
        catch_up(folder)
    with pytest.raises(ArchiveError, match="luutin index"):
        Searcher(folder)


def test_an_index_of_other_articles_is_made_anew(folder: Path) -> None:
    with Folder(folder) as archive:
        archive.store("bao_a", "mot", TITLE, text(*REPORT))
    catch_up(folder)
    state = index_folder(folder) / "state.json"
    told = json.loads(state.read_text())
    for changed in ({"digest": "0"}, {"version": 0}, {"nth": 99}):
        state.write_text(json.dumps(told | changed))
        done = catch_up(folder)
        assert (done.rebuilt, done.total) == (True, 1)
    state.write_text("{")
    assert catch_up(folder).rebuilt


@pytest.mark.parametrize("damage", ["meta.json", ".term", ".idx", "all"])
def test_a_damaged_index_is_made_anew(folder: Path, damage: str) -> None:
    with Folder(folder) as archive:
        archive.store("bao_a", "mot", TITLE, text(*REPORT))
    catch_up(folder)
    for path in index_folder(folder).iterdir():
        if damage == "all" or path.name.endswith(damage):
            path.write_bytes(b"no such thing")
    assert catch_up(folder).rebuilt
    assert names(folder, "ba kích") == ["mot"]


def test_rows_that_were_lost_and_read_again_are_indexed_anew(folder: Path) -> None:
    with Folder(folder) as archive:
        archive.store("bao_a", "mot", TITLE, text(*REPORT))
        archive.store("bao_a", "hai", "Trung thu sớm", text(*OTHER))
    catch_up(folder)
    lines = folder / "articles" / "bao_a.jsonl"
    lines.write_bytes(lines.read_bytes()[:-5])
    with closing(Database(folder / "archive.db")) as db:
        Mender(folder, db, "bao_a").mend()
    assert read_state(folder) is None
    assert catch_up(folder).total == 1
    assert names(folder) == ["mot"]


def test_a_line_that_cannot_be_read_is_named(folder: Path) -> None:
    with Folder(folder) as archive:
        archive.store("bao_a", "mot", TITLE, text(*REPORT))
        archive.store("bao_a", "hai", "Trung thu sớm", text(*OTHER))
    catch_up(folder)
    searcher = Searcher(folder)
    lines = folder / "articles" / "bao_a.jsonl"
    lines.write_bytes(lines.read_bytes().replace(b'"body":', b'"body"!'))
    with pytest.raises(ArchiveError, match=r"bao_a\.jsonl: there is no article at byte 0"):
        rebuilt(folder)
    with pytest.raises(ArchiveError, match=r"bao_a\.jsonl: there is no article at byte"):
        searcher.search(Asked())


def test_a_second_process_leaves_the_first_alone(folder: Path) -> None:
    with Folder(folder) as archive:
        archive.store("bao_a", "mot", TITLE, text(*REPORT))
    catch_up(folder)
    lock = Lock(index_folder(folder))
    try:
        assert catch_up(folder).busy
    finally:
        lock.release()
    assert not catch_up(folder).busy


def test_what_was_replaced_and_is_not_indexed_anew_yet_is_left_out(folder: Path) -> None:
    with Folder(folder) as archive:
        archive.store("bao_a", "mot", TITLE, text(*REPORT))
        archive.store("bao_a", "hai", "Trung thu sớm", text(*OTHER))
    catch_up(folder)
    searcher = Searcher(folder)
    with closing(Database(folder / "archive.db")) as db:
        db.execute("UPDATE articles SET nth = 3 - nth + 10")
        db.execute("UPDATE articles SET nth = nth - 10")
    assert searcher.search(Asked()).hits == []


STOPPING = """
import signal, sys
from pathlib import Path
from pipelines.search import index
index.BATCH_LINES = 5
index.catch_up(Path(sys.argv[1]), lambda done, _: signal.pause() if done >= 15 else None)
"""
"""Not forked: in a fork of a process with threads anything may hang."""


def test_a_process_that_is_killed_leaves_an_index_that_the_next_completes(folder: Path) -> None:
    fill(folder)
    process = subprocess.Popen([sys.executable, "-c", STOPPING, str(folder)])
    try:
        while (state := read_state(folder)) is None or state.nth < 15:
            assert process.poll() is None
            time.sleep(0.01)
    finally:
        process.kill()
        process.wait()
    done = catch_up(folder)
    assert not done.rebuilt
    assert not done.busy
    assert done.total == rebuilt(folder).total
    assert not [path for path in index_folder(folder).iterdir() if path.suffix == ".partial"]


def test_one_that_died_before_it_could_say_how_far_it_came_is_done_again(folder: Path) -> None:
    with Folder(folder) as archive:
        archive.store("bao_a", "mot", TITLE, text(*REPORT))
        catch_up(folder)
        state = index_folder(folder) / "state.json"
        old = state.read_bytes()
        archive.store("bao_a", "hai", "Trung thu sớm", text(*OTHER))
        catch_up(folder)
        state.write_bytes(old)
        done = catch_up(folder)
    assert (done.added, done.total, done.rebuilt) == (1, 2, False)
    assert names(folder) == ["hai", "mot"]


def test_a_searcher_sees_what_is_added_once_it_is_told(folder: Path) -> None:
    with Folder(folder) as archive:
        archive.store("bao_a", "mot", TITLE, text(*REPORT))
        catch_up(folder)
        searcher = Searcher(folder)
        archive.store("bao_a", "hai", "Trung thu sớm", text(*OTHER))
        catch_up(folder)
        assert searcher.search(Asked()).total == 1
        searcher.reload()
        assert searcher.search(Asked()).total == 2
        rebuilt(folder)
        searcher.reload()
        assert searcher.search(Asked()).total == 2
