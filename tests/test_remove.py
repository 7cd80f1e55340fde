"""`luutin remove`: nothing says it any more, nothing else is lost, and nothing brings it back."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLE, CommandLine
from sample_server import SampleServer
from saying import members, sentences, who_says
from test_reparse import Folder, killed
from warcio.archiveiterator import ArchiveIterator

WHY = "theo yêu cầu của người được nhắc tên"
ATTACHED, EDITED, BULLETIN = (
    "thong-bao-tuyen-dung-vien-chuc-nam-2022",
    "hop-giao-ban-cong-tac-thang-5",
    "thang-3-nam-2024",
)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The sample's captures, every version, and the portal live on its second day."""
    folder = tmp_path_factory.mktemp("crawled") / "output"
    luutin = CommandLine(folder)
    with SampleServer(SAMPLE) as portal:
        assert luutin("crawl", "portal", "-a", f"origin={SAMPLE}", "-a", "captures=all").code == 0
        portal.day = 2
        assert luutin("crawl", "portal", "-a", f"url={portal.url}").code == 3
    assert luutin("index").code == 0
    (folder / "exports").mkdir()
    assert luutin("export", "--wacz", str(folder / "exports" / "all.wacz")).code == 0
    (folder / "exports" / "notes.txt").write_text("Không có gì của bài nào ở đây.", "utf-8")
    return Folder(folder, portal.name)


def lines_of(folder: Folder) -> list[dict[str, Any]]:
    return [json.loads(line) for text in folder.lines().values() for line in text.splitlines()]


def about(folder: Folder, part: str) -> list[dict[str, Any]]:
    return [line for line in lines_of(folder) if part in line["url"]]


def told(lines: list[dict[str, Any]]) -> list[str]:
    said = (text for line in lines for text in sentences(line["title"], line["lead"], line["body"]))
    return sorted(set(said))


def remove(folder: Folder, *args: str) -> dict[str, Any]:
    done = folder.luutin("remove", *args, "--yes", "--json", "--reason", WHY)
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_nothing_says_it_and_nothing_else_is_lost(crawled: Folder, tmp_path: Path) -> None:
    folder = crawled.copy(tmp_path / "output")
    victims = about(folder, ATTACHED) + about(folder, EDITED)
    ids = {line["id"] for line in victims}
    assert len({line["portal"] for line in victims}) == 2  # copies across portals
    assert any(line["version"] == 2 for line in victims)
    files = [one["text"] for line in victims for one in line["attachments"] if one["text"]]
    said = told(victims) + sentences(*files)
    assert len(who_says(folder.path, said)) > 40  # the search below could find it
    before = lines_of(folder)

    dry = folder.luutin("remove", victims[0]["url"], "--dry-run", "--reason", WHY)
    assert dry.code == 0
    assert lines_of(folder) == before

    done = remove(folder, victims[0]["id"], *{line["url"] for line in victims if EDITED in line["url"]})
    assert {one["id"] for one in done["articles"]} == ids
    assert (done["stranded"], done["unreadable"]) == (0, [])
    assert done["deleted"] == ["exports/all.wacz"]
    assert who_says(folder.path, said) == []
    assert not list(folder.path.rglob("*.new"))
    assert (folder.path / "exports" / "notes.txt").exists()
    assert lines_of(folder) == [line for line in before if line["id"] not in ids]
    assert "as it should be" in folder.luutin("verify").out
    assert readable(folder.path)

    found = folder.luutin("search", "tuyển dụng viên chức", "--json")
    assert not ids & {json.loads(hit)["id"] for hit in found.out.splitlines()}
    assert "no article" in folder.luutin("dups", victims[0]["id"]).err
    assert "withdrawn before" in folder.luutin("remove", victims[0]["url"], "--yes", "--reason", WHY).err

    same_again(folder, tmp_path)
    assert who_says(folder.path, said) == []


def readable(output: Path) -> bool:
    """Whether warcio reads every record there is, and none more or fewer than lie there."""
    for path in output.glob("captures/*/*.warc.gz"):
        data = path.read_bytes()
        read = sum(1 for _ in ArchiveIterator(io.BytesIO(data), check_digests="raise"))
        if read != sum(1 for _ in members(data)):
            return False
    return True


def same_again(folder: Folder, tmp_path: Path) -> None:
    """Read anew, and from the captures alone, the articles are the same."""
    lines = folder.lines()
    done = folder.luutin("reparse")
    assert done.code == 0
    assert "0 changed, 0 added, 0 removed" in done.out
    assert folder.lines() == lines, done.out
    copy = folder.copy(tmp_path / "copy", captures_only=True)
    assert copy.luutin("reparse").code == 0
    assert copy.lines() == lines
    assert copy.luutin("verify").code == 0
    rows = [dict(one)["outcome"] for one in copy.rows("urls")]
    assert rows.count("removed") == [dict(one)["outcome"] for one in folder.rows("urls")].count("removed") > 0
    shutil.rmtree(copy.path)


def test_what_was_like_it_takes_its_place_as_if_it_had_never_been(crawled: Folder, tmp_path: Path) -> None:
    folder = crawled.copy(tmp_path / "output")
    others = [line["id"] for line in about(folder, "thang-4-nam-2024")]
    assert any(line["series"] for line in about(folder, "thang-4-nam-2024"))
    done = remove(folder, *{line["id"] for line in about(folder, BULLETIN) if not line["duplicate_of"]})
    assert done["places"]
    assert [line["id"] for line in lines_of(folder) if line["id"] in others] == others
    assert not any(line["series"] for line in lines_of(folder) if line["id"] in others)
    assert folder.luutin("verify").code == 0
    same_again(folder, tmp_path)


PLACES = [
    ("pipelines.archive.removal.rewriting:NewCaptures.sync", 1, False),
    ("pipelines.archive.removal.taking:take_out", 1, False),
    ("pipelines.archive.sweeping:swept", 1, True),
    ("pipelines.archive.sweeping:_compact", 1, True),
]


@pytest.mark.parametrize(("place", "call", "decided"), PLACES)
def test_killed_anywhere_it_is_done_or_as_it_was(
    crawled: Folder, tmp_path: Path, place: str, call: int, decided: bool
) -> None:
    folder = crawled.copy(tmp_path / "output")
    lines, victims = folder.lines(), about(folder, ATTACHED)
    said = told(victims)
    killed(folder.path, place, call, "remove", victims[0]["url"], "--yes", "--reason", WHY, "--workers", "1")
    there = {name: text for name, text in folder.lines().items() if name in lines}
    assert (there == lines) is not decided
    again = folder.luutin("remove", victims[0]["url"], "--yes", "--reason", WHY)
    assert again.code == 0
    assert ("withdrawn before" in again.err) is decided
    assert who_says(folder.path, said) == []
    assert folder.luutin("verify").code == 0
