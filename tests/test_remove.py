"""`luutin remove`: nothing says it any more, nothing else is lost, and nothing brings it back."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLE, CommandLine
from kept_site import visited
from made_portal import MadePortal, frame
from reposting import TITLES, TOLD
from sample_server import SampleServer
from saying import members, sentences, who_says
from test_reparse import Folder, killed
from warcio.archiveiterator import ArchiveIterator

from pipelines.archive.journal import Removed, journal_path, read_journal
from pipelines.archive.removal.withdrawing import Withdrawing
from pipelines.archive.removal.workers import Workers

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

    with visited(folder.path) as visitor:
        for path in (f"/articles/{victims[0]['id']}", f"/api/articles/{victims[0]['id']}"):
            answer = visitor.ask(path)
            assert (answer.status, WHY in answer.text) == (410, True)
        names = "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc"
        assert visitor.ask(names).text.count('<header status="deleted">') == len(ids)
        record = f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:127.0.0.1:{victims[0]['id']}"
        assert 'status="deleted"' in visitor.ask(record).text

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


class Village:
    """A portal whose lists show headlines and beginnings, and whose articles show each other's headlines.

    `listed` are the paths that lists link to, each by the story that answers there.
    """

    def __init__(self) -> None:
        self.listed = {f"/tin?id={number}": number for number in range(1, 1 + len(TITLES))}

    def answer(self, path: str, _: bytes) -> str | None:
        if path in ("/", "/muc?id=1"):
            return frame("".join(self._entry(where, number) for where, number in self.listed.items()))
        number = self.listed.get(path)
        if number is None:
            return None
        name = TITLES[number - 1]
        text = "".join(f"<p>{paragraph}</p>" for paragraph in TOLD[name])
        others = "".join(f"<p><a href='{one}'>{TITLES[n - 1]}</a></p>" for one, n in self.listed.items() if one != path)
        date = f"<div class=ng>Ngày đăng: {number:02d}/03/2024 08:30</div>"
        return frame(
            f"<h2 class=td>{name}</h2>{date}<div class=nd>{text}</div><div class=kh>Tin khác{others}</div>", name
        )

    def _entry(self, path: str, number: int) -> str:
        name = TITLES[number - 1]
        return f"<div class=tin><a href='{path}'>{name}</a><i>{number:02d}/03/2024</i><p>{TOLD[name][0]}</p></div>"


VICTIM = 3


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Folder, Village, MadePortal]]:
    made = Village()
    with MadePortal(made.answer) as portal:
        folder = Folder(tmp_path_factory.mktemp("village") / "output", portal.name)
        assert folder.luutin("crawl", "portal", "-a", f"url={portal.url}").code == 0
        yield folder, made, portal


def test_no_crawl_brings_it_back(village: tuple[Folder, Village, MadePortal], tmp_path: Path) -> None:
    crawled, made, portal = village
    folder = crawled.copy(tmp_path / "output")
    victims = about(folder, f"id={VICTIM}")
    said = told(victims)
    assert len(lines_of(folder)) == len(TITLES)
    pages = remove(folder, "--pattern", rf"tin\?id={VICTIM}$")
    assert (len(pages["articles"]), pages["masked"] > len(TITLES) - 2) == (1, True)
    assert who_says(folder.path, said) == []
    events = list(read_journal(journal_path(folder.path, portal.name)))
    assert [(one.id, one.reason) for one in events if isinstance(one, Removed)] == [(victims[0]["id"], WHY)]

    listed = dict(made.listed)
    portal.asked.clear()
    made.listed |= {f"/tin?id={VICTIM}&utm_source=zalo": VICTIM, f"/bai?so={VICTIM}": VICTIM}
    before = folder.lines()
    try:
        for args in ((), ("-a", "full=1")):
            assert folder.luutin("crawl", "portal", "-a", f"url={portal.url}", *args).code in (0, 3)
            assert folder.lines() == before
            assert who_says(folder.path, said) == []
            assert folder.luutin("verify").code == 0
    finally:
        made.listed = listed
    assert [path for path in portal.asked if path.endswith(f"={VICTIM}") or "utm" in path] == [f"/bai?so={VICTIM}"]
    assert folder.luutin.report()["reasons"]["skipped:withdrawn"] == 2
    same_again(folder, tmp_path)


def test_a_page_that_would_read_otherwise_is_withdrawn_and_what_was_read_from_it_stands(
    village: tuple[Folder, Village, MadePortal], tmp_path: Path
) -> None:
    folder = village[0].copy(tmp_path / "output")
    victims, stay = about(folder, f"id={VICTIM}"), [one for one in lines_of(folder) if f"id={VICTIM}" not in one["url"]]
    seen: list[str] = []

    def otherwise(masked: Path, spots: set[tuple[str, int]]) -> set[tuple[str, int]]:
        seen.extend(who_says(masked, told(victims)))
        return {spot for spot in spots if spot[1] == stay[0]["warc_offset"]}

    with Workers(1) as workers, Withdrawing(folder.path, workers, otherwise) as withdrawing:
        done = withdrawing.withdraw(withdrawing.choose([victims[0]["id"]], None, near=False), WHY)
    assert (done.stranded, seen) == (1, [])
    assert lines_of(folder) == stay
    assert who_says(folder.path, told(victims)) == []
    assert folder.luutin("verify").code == 0
    again = folder.luutin("reparse", "--json")
    assert (again.code, json.loads(again.out)["reasons"]) == (0, {"skipped:withdrawn": 1})
    assert lines_of(folder) == stay


PLACES = [
    ("pipelines.archive.removal.rewriting:NewCaptures.sync", 1, False),
    ("pipelines.archive.removal.taking:take_out", 1, False),
    ("pathlib:Path.replace", 1, True),
    ("pipelines.archive.sweeping:_compact", 1, True),
]


@pytest.mark.parametrize(("place", "call", "decided"), PLACES)
def test_killed_anywhere_it_is_done_or_as_it_was(
    village: tuple[Folder, Village, MadePortal], tmp_path: Path, place: str, call: int, decided: bool
) -> None:
    folder = village[0].copy(tmp_path / "output")
    victims = about(folder, f"id={VICTIM}")
    said = told(victims)
    killed(folder.path, place, call, "remove", victims[0]["url"], "--yes", "--reason", WHY, "--workers", "1")
    again = folder.luutin("remove", victims[0]["url"], "--yes", "--reason", WHY, "--workers", "1")
    assert again.code == 0
    assert ("withdrawn before" in again.err) is decided
    assert who_says(folder.path, said) == []
    assert folder.luutin("verify").code == 0
    assert not list(folder.path.rglob("*.new"))


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["--reason", "x", "--yes"], 2, "name articles"),
        (["0123456789abcdef", "--yes"], 2, "--reason"),
        (["0123456789abcdef", "--reason", "x"], 2, "--yes"),
        (["0123456789abcdef", "--reason", "x", "--yes"], 1, "no article"),
        (["--pattern", "(", "--reason", "x", "--yes"], 1, "no regular expression"),
        (["--pattern", "nothing says so", "--reason", "x", "--yes"], 1, "nothing is withdrawn"),
    ],
)
def test_bad_input_gets_one_clear_message(
    village: tuple[Folder, Village, MadePortal], tmp_path: Path, args: list[str], code: int, says: str
) -> None:
    folder = village[0].copy(tmp_path / "output")
    done = folder.luutin("remove", *args, "--workers", "1")
    assert (done.code, says in done.err, "Traceback" in done.err) == (code, True, False)
    assert folder.lines() == village[0].lines()
