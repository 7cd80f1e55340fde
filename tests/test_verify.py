"""`luutin verify`: nothing that is wrong with an archive goes unsaid, and what can be mended is."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import SAMPLE, CommandLine
from test_reparse import NAME, Folder, killed

from pipelines.archive.soundness import members
from pipelines.archive.verify import Problem, verify

WARC = f"captures/{NAME}/{NAME}-00001.warc.gz"
CDXJ = f"captures/{NAME}/{NAME}.cdxj"
LINES = f"articles/{NAME}.jsonl"


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The sample, every version."""
    folder = tmp_path_factory.mktemp("whole") / "output"
    assert CommandLine(folder)("crawl", "portal", "-a", f"origin={SAMPLE}", "-a", "captures=all").code == 0
    return Folder(folder, NAME)


@pytest.fixture
def copy(whole: Folder, tmp_path: Path) -> Folder:
    return whole.copy(tmp_path / "output")


def problems(folder: Folder) -> list[Problem]:
    return list(verify(folder.path, [NAME]))


def cut(path: Path, count: int) -> None:
    path.write_bytes(path.read_bytes()[:-count])


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(data)


def edit(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


def execute(folder: Folder, sql: str) -> None:
    db = sqlite3.connect(folder.path / "archive.db")
    db.execute(sql)
    db.commit()
    db.close()


def test_an_archive_as_a_crawl_leaves_it_is_sound(whole: Folder) -> None:
    done = whole.luutin("verify")
    assert (done.code, done.err) == (0, "")
    assert "as it should be" in done.out


ORPHAN = """
INSERT INTO articles (id, version, portal, url, canonical_url, title, section, published_at, captured_at, digest,
    folded, duplicate_of, file, offset, length)
SELECT 'f' || substr(id, 2), 9, portal, url, canonical_url, title, section, published_at,
captured_at, digest, folded, duplicate_of, file, 1, length FROM articles LIMIT 1
"""
Harm = Callable[[Folder], object]
DAMAGE: dict[str, tuple[Harm, str, str]] = {
    "lines in flight": (lambda f: append(f.path / LINES, b'{"id":'), LINES, "6 bytes at its end"),
    "lines cut": (lambda f: cut(f.path / LINES, 900), LINES, "ends 900 bytes early"),
    "lines gone": (lambda f: (f.path / LINES).unlink(), LINES, "is gone"),
    "a letter changed": (lambda f: edit(f.path / LINES, b"nh ", b"nk "), f"{LINES} line", "its digest says"),
    "a line broken": (lambda f: edit(f.path / LINES, b'{"id"', b'["id"'), f"{LINES} line 1", "is no article"),
    "a record in flight": (lambda f: append(f.path / WARC, b"\x1f\x8b\x08"), WARC, "3 bytes at its end"),
    "the index cut": (lambda f: cut(f.path / CDXJ, 100), CDXJ, "is not what the captures make it"),
    "the index gone": (lambda f: (f.path / CDXJ).unlink(), CDXJ, "is gone"),
    "the database gone": (lambda f: (f.path / "archive.db").unlink(), "archive.db", "is gone"),
    "a row gone": (lambda f: execute(f, "DELETE FROM captures WHERE id = 20"), WARC, "the database does not know http"),
    "a row off": (lambda f: execute(f, "UPDATE captures SET offset = offset + 1 WHERE id = 20"), WARC, "no record of"),
    "a row false": (lambda f: execute(f, "UPDATE captures SET digest = 'x' WHERE id = 20"), WARC, "another digest"),
    "an article's row gone": (
        lambda f: execute(f, "DELETE FROM articles WHERE version = 2"),
        LINES,
        "the database does not know this line",
    ),
    "a row without line": (lambda f: execute(f, ORPHAN), NAME, "1 articles in it have no line"),
    "a copy that is none": (
        lambda f: execute(f, "UPDATE texts SET original = (SELECT max(text) FROM texts) WHERE text = 1"),
        f"{LINES} line",
        "it is something else of others than the line says",
    ),
    "what is compared gone": (
        lambda f: execute(f, "DELETE FROM holders WHERE nth = 2"),
        f"{LINES} line",
        "it is not compared with others",
    ),
    "a chain": (
        lambda f: execute(f, "UPDATE texts SET original = text WHERE text = 3"),
        "archive.db: texts",
        "a copy of one that is none itself",
    ),
    "left over": (lambda f: append(f.path / f"{LINES}.new", b"x"), f"{LINES}.new", "left over"),
    "what was learnt gone": (
        lambda f: (f.path / "captures" / NAME / f"{NAME}.learnt.json").unlink(),
        f"{NAME}.learnt.json",
        "is gone",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_named_and_mended(whole: Folder, copy: Folder, damage: str) -> None:
    harm, where, what = DAMAGE[damage]
    harm(copy)
    found = problems(copy)
    assert [one for one in found if where in one.where and what in one.what], list(map(str, found))
    done = copy.luutin("verify", "--repair")
    assert done.code == 0, done.out + done.err
    assert f"mended: {found[0].where}" in done.out
    assert copy.everything() == whole.everything()


def test_a_flipped_byte_is_found_and_hides_nothing_behind_it(copy: Folder) -> None:
    path = copy.path / WARC
    responses = [one for one in members(path) if one.kind == "response"]
    data = bytearray(path.read_bytes())
    for one in (responses[10], responses[30]):
        data[one.offset + one.length // 2] ^= 0x10
    path.write_bytes(data)
    before = copy.lines()
    done = copy.luutin("verify", "--json")
    assert done.code == 1
    told = [one["where"] for one in json.loads(done.out)["problems"]]
    assert told == [f"{WARC} byte {responses[10].offset}", f"{WARC} byte {responses[30].offset}"]
    done = copy.luutin("verify", "--repair")
    assert done.code == 1
    assert "Restore it from a copy" in done.out
    assert copy.lines() == before


def test_bytes_changed_without_damage_to_the_compression_are_found(copy: Folder) -> None:
    path = copy.path / WARC
    one = [member for member in members(path) if member.kind == "response"][5]
    data = path.read_bytes()
    record = gzip.decompress(data[one.offset : one.offset + one.length])
    head, gap, block = record.partition(b"\r\n\r\n")
    other = gzip.compress(head + gap + block.replace(b"a", b"b", 1), mtime=0)
    path.write_bytes(data[: one.offset] + other + data[one.offset + one.length :])
    [wrong] = [member for member in members(path) if member.problem]
    assert (wrong.offset, wrong.url) == (one.offset, one.url)
    assert "WARC-Block-Digest" in str(wrong.problem)


def test_a_truncated_warc_keeps_its_whole_records_and_says_what_is_lost(copy: Folder) -> None:
    path = copy.path / WARC
    last = [member for member in members(path) if member.kind == "response"][-1]
    path.write_bytes(path.read_bytes()[: last.offset + last.length // 2])
    before = copy.lines()
    found = problems(copy)
    assert "early" in found[0].what
    done = copy.luutin("verify", "--repair")
    assert done.code == 1
    assert path.stat().st_size <= last.offset
    assert not [member for member in members(path) if member.problem]
    assert copy.lines() == before
    assert f"no capture at byte {last.offset}" in done.out


def test_a_foreign_file_is_named(copy: Folder) -> None:
    shutil.copy(copy.path / WARC, (copy.path / WARC).with_name("khac.warc.gz"))
    assert [one.where for one in problems(copy)] == [f"captures/{NAME}/khac.warc.gz"]


@pytest.mark.parametrize(
    ("place", "call"),
    [("pipelines.archive.mend:Mender.read_captures", 1), ("pipelines.archive.rebuild:Rebuild.store", 9)],
)
def test_a_repair_that_is_killed_is_done_again(whole: Folder, copy: Folder, place: str, call: int) -> None:
    (copy.path / "archive.db").unlink()
    cut(copy.path / LINES, 5_000)
    killed(copy.path, place, call, "verify", "--repair")
    done = copy.luutin("verify", "--repair")
    assert done.code == 0, done.out + done.err
    assert copy.everything() == whole.everything()


def test_an_unknown_portal_is_named(whole: Folder) -> None:
    done = whole.luutin("verify", "nirgendwo")
    assert done.code == 2
    assert "'nirgendwo'" in done.err
