"""What two exports or runs differ in, as `luutin diff` says it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import msgspec
import pytest
import zstandard
from conftest import CommandLine
from made_reports import run
from stored_articles import Folder

from pipelines.archive.journal import now
from pipelines.items import Article

PAPER, OFFICE = "bao_tanson", "so_nv_tanson"
BRIDGE = "Cầu treo Nà Phường được khởi công sáng 12/3, dài 86 mét, vốn 4,2 tỷ đồng."
FIRST, SECOND, ELSEWHERE = (f"2026030{n}T013000000Z-{name}" for n, name in ((2, PAPER), (3, PAPER), (3, OFFICE)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of a paper, between which one article was edited, one is gone and one came; and one run of an office."""
    folder = tmp_path_factory.mktemp("diff") / "output"
    with Folder(folder) as made:
        made.store(PAPER, "cau", "Khởi công cầu treo Nà Phường", BRIDGE, day=1)
        made.store(PAPER, "cho", "Chợ phiên Bản Chiềng họp lại", "Chợ họp lại từ thứ bảy, sau hai tháng.", day=2)
        made.store(PAPER, "cu", "Tin cũ của huyện", "Huyện họp bàn việc làm đường liên xã.", day=3)
        made.archive(PAPER).record_run(run(0, portal=PAPER, run=FIRST, ended_at=now()))
        made.store(PAPER, "cau", "Khởi công cầu treo Nà Phường", BRIDGE.replace("86 mét", "92 mét"), day=1)
        made.gone(PAPER, "cu")
        made.store(OFFICE, "tuyen", "Tuyển 12 viên chức năm 2024", "Sở Nội vụ tuyển mười hai viên chức.", day=4)
        made.archive(OFFICE).record_run(run(1, portal=OFFICE, run=ELSEWHERE, ended_at=now()))
        made.store(PAPER, "moi", "Xã Yên Thượng đón chuẩn nông thôn mới", "Lễ đón chuẩn diễn ra chiều 20/3.", day=5)
        made.archive(PAPER).record_run(run(1, portal=PAPER, run=SECOND, ended_at=now()))
    return folder


def told(folder: Path, *args: str) -> dict[str, object]:
    done = CommandLine(folder)("diff", *args, "--json")
    assert done.code == 0, done.err
    found: dict[str, object] = json.loads(done.out)
    return found


def test_runs_of_a_portal_are_compared_as_they_ended(folder: Path) -> None:
    found = told(folder, FIRST, SECOND)
    articles = found["articles"]
    assert isinstance(articles, list)
    what = {one["url"].rsplit("/", 1)[1]: (one["what"], one["fields"]) for one in articles}
    assert what["moi.html"] == ("added", [])
    assert what["cu.html"] == ("changed", ["version", "previous_digest", "gone_at"])
    assert what["cau.html"][0] == "changed"
    assert {"body", "version", "digest"} <= set(what["cau.html"][1])
    assert (found["added"], found["changed"], found["removed"], found["same"]) == (1, 2, 0, 1)
    assert told(folder, SECOND, "now") == {
        **dict.fromkeys(("added", "changed", "removed"), 0), "same": 4, "articles": [], "fields": {}
    } | {"only_in_a": [], "only_in_b": []}  # fmt: skip
    across = told(folder, FIRST, ELSEWHERE)  # of all portals, as they were at those times
    assert (across["added"], across["changed"], across["removed"]) == (1, 2, 0)


def test_in_words_it_shows_what_changed(folder: Path) -> None:
    done = CommandLine(folder)("diff", FIRST, SECOND, "--ignore", "gone_at,version,previous_digest")
    assert done.code == 0, done.err
    assert done.out.splitlines()[2] == "added 1 · changed 1 · removed 0 · same 2"
    assert "body: …" in done.out
    assert "86 mét" in done.out
    assert "92 mét" in done.out
    few = CommandLine(folder)("diff", FIRST, SECOND, "--examples", "1").out
    assert few.endswith("and 2 more: --json has them all\n")


def test_exports_are_compared_however_they_are_packed(folder: Path, tmp_path: Path) -> None:
    lines = (folder / "articles" / f"{PAPER}.jsonl").read_bytes().splitlines(keepends=True)
    plain, packed, squeezed = tmp_path / "a.jsonl", tmp_path / "b.jsonl.zst", tmp_path / "c.jsonl.gz"
    plain.write_bytes(b"".join(lines[:3]))
    squeezed.write_bytes(gzip.compress(b"".join(lines[:3])))
    frames = [zstandard.compress(line) for line in lines]  # one behind the other, as writers of some make them
    packed.write_bytes(b"".join(frames))
    assert told(folder, str(plain), str(squeezed))["same"] == 3
    found = told(folder, str(plain), str(packed))
    assert [found[what] for what in ("added", "changed", "removed", "same")] == [1, 2, 0, 1]
    back = told(folder, str(packed), str(plain))
    assert [back[what] for what in ("added", "changed", "removed", "same")] == [0, 2, 1, 1]
    more = [msgspec.json.encode({**json.loads(line), "quality": 1.0}) + b"\n" for line in lines[:3]]
    wider = tmp_path / "wider.jsonl"
    wider.write_bytes(b"".join(more))
    assert [told(folder, str(plain), str(wider))[what] for what in ("changed", "same", "only_in_b")] == [
        0,
        3,
        ["quality"],
    ]


def test_what_cannot_be_compared_is_refused(folder: Path, tmp_path: Path) -> None:
    torn, odd, other = tmp_path / "torn.jsonl.zst", tmp_path / "odd.jsonl", tmp_path / "no-articles.jsonl"
    line = msgspec.json.encode(Article(id="0" * 16, url="http://so.example/", title="Tin")) + b"\n"
    torn.write_bytes(zstandard.compress(line * 1000)[:-30])
    odd.write_bytes(line + b"{not json\n")
    other.write_bytes(b'{"title": "Tin"}\n')
    empty = tmp_path / "empty"
    empty.mkdir()
    for args, says in (
        ((str(torn), "now"), "cannot be read to its end"),
        ((str(odd), "now"), "odd.jsonl: line 2 is no JSON object"),
        ((str(other), "now"), "line 1 has no `id`"),
        ((str(empty), "now"), "holds neither an archive nor Parquet"),
        (("20200101T000000000Z-so_khong", "now"), "is neither an export nor a run"),
    ):
        done = CommandLine(folder)("diff", *args)
        assert (done.code, says in done.err) == (1, True), done.err
    assert CommandLine(folder)("diff", FIRST).code == 2
