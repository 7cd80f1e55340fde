"""`luutin dups` and `luutin dedup`: a family with its differences, for people and programs; all of it compared anew."""

from __future__ import annotations

import json
import time
from argparse import Namespace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from bulletins import OTHER, REPORT, TITLE, prices, text
from conftest import CommandLine
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from stored_articles import Folder, last_lines

from crawler.commands import dedup, dups
from crawler.errors import BadArgument
from pipelines.errors import ArchiveError, OutputLocked
from pipelines.near.differences import Piece, differences
from pipelines.near.family import Families

ONE, OTHER_PORTAL = "so_thu", "bao_thu"


@pytest.fixture
def family(luutin: CommandLine) -> dict[str, str]:
    """An article, who repeated it, and who changed it, in the order they were crawled: the ids by name."""
    whole = text(*REPORT)
    said = whole.replace("126 ha dược liệu", "162 ha dược liệu").replace("chưa ổn định", "không ổn định")
    stored = {
        "edited": (OTHER_PORTAL, TITLE, said, 3.0),
        "original": (ONE, TITLE, whole, 1.0),
        "again": (OTHER_PORTAL, TITLE.upper(), whole, 4.0),
        "cut": (ONE, TITLE, text(*REPORT[:3]), 2.0),
        "week31": (ONE, *prices(31, "04/8/2023", 15_200, 121_000, 22_480, 68_300), 30.0),
        "week32": (ONE, *prices(32, "11/8/2023", 15_700, 118_500, 22_990, 71_100), 37.0),
        "alone": (ONE, "Trung thu sớm", text(*OTHER), None),
    }
    with Folder(luutin.output) as folder:
        return {name: folder.store(portal, name, *what).id for name, (portal, *what) in stored.items()}  # type: ignore[arg-type]


def run(folder: Path, name: str, *, as_json: bool = False) -> int:
    return dups.Command().act(folder, [name], Namespace(json=as_json))


@pytest.mark.parametrize("asked", ["original", "again", "edited", "cut"])
def test_a_family_is_the_same_whoever_is_asked_for(
    family: dict[str, str],
    luutin: CommandLine,
    asked: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(luutin.output, family[asked], as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["asked"], told["original"]["by"]["id"]) == (family[asked], family["original"])
    assert [one["id"] for one in told["original"]["duplicates"]] == [family["again"]]
    cut, edited = told["copies"]
    assert (cut["by"]["id"], cut["kind"]) == (family["cut"], "excerpt")
    assert (edited["by"]["id"], edited["kind"]) == (family["edited"], "edited")
    assert 0.8 < edited["similarity"] <= 1
    first, second = edited["differences"]["shown"]
    assert [piece for piece in first if piece["mark"] != "same"] == [
        {"mark": "removed", "words": "126"},
        {"mark": "added", "words": "162"},
    ]
    assert first[0] == {"mark": "same", "words": "… huyện đã trồng được"}
    assert [piece["words"] for piece in second] == ["… nhất là nguồn giống", "chưa", "không", "ổn định, đường lâm …"]


def test_in_words_with_marks_as_wdiff_has_them(
    family: dict[str, str], luutin: CommandLine, capsys: pytest.CaptureFixture[str]
) -> None:
    run(luutin.output, family["edited"])
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "original"
    assert out[1] == f"  2022-09-15 08:00  so_thu  {family['original']}  http://so-thu.example/original.html"
    assert out[3].startswith("  2022-09-18 08:00  bao_thu")
    assert out[3].endswith("word for word")
    assert out[5] == "2 near-duplicates"
    assert "      … huyện đã trồng được [-126-] {+162+} ha dược liệu, trong …" in out
    assert sum(line.startswith("* ") for line in out) == 1


def test_a_series_is_no_family(family: dict[str, str], luutin: CommandLine, capsys: pytest.CaptureFixture[str]) -> None:
    run(luutin.output, family["week32"])
    out = capsys.readouterr().out
    assert f"series {family['week31']}: 1 others of its form" in out
    assert "near-duplicate" not in out
    run(luutin.output, family["alone"])
    assert "no date" in (out := capsys.readouterr().out)
    assert out.endswith("no other article says this\n")


def test_an_article_is_found_by_its_url_however_it_is_spelt(family: dict[str, str], luutin: CommandLine) -> None:
    with Families(luutin.output) as families:
        assert families.find("https://SO-THU.example:443/cut.html#x") == family["cut"]
        assert families.find(family["cut"].upper()) == family["cut"]
        for unknown in ("http://so-thu.example/khac.html", "0123456789abcdef", "khong-phai"):
            with pytest.raises(ArchiveError, match="no article of"):
                families.find(unknown)


def test_an_original_that_says_something_else_now_is_told_so(family: dict[str, str], luutin: CommandLine) -> None:
    with Folder(luutin.output) as folder:
        folder.store(ONE, "original", "Tin khác", text(*OTHER[::-1]), 1)
    with Families(luutin.output) as families:
        told = families.of(family["again"])
    assert told.original.earlier_version
    assert told.original.by.id == family["original"]
    assert told.copies == []  # what was a copy of it is compared with others that say what they said


def test_texts_that_cannot_be_read_are_told_so(
    family: dict[str, str], luutin: CommandLine, capsys: pytest.CaptureFixture[str]
) -> None:
    (luutin.output / "articles" / f"{ONE}.jsonl").write_bytes(b"")
    run(luutin.output, family["edited"])
    assert "a text is not to be read" in capsys.readouterr().out


def test_a_terminal_gets_colours_and_nothing_that_steers_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Folder(tmp_path) as folder:
        folder.store(ONE, "goc", TITLE, text(*REPORT), 1)
        said = text(*REPORT).replace("126 ha", "\u202e162 ha [bold]")
        copy = folder.store(ONE, "lai", f"{TITLE} [red]\u2028", said, 2).id
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr(Console, "is_terminal", True)
    monkeypatch.setenv("TERM", "xterm-256color")
    run(tmp_path, copy)
    out = capsys.readouterr().out
    assert "[red]" in out
    assert "\x1b[9;31m126\x1b[0m" in out
    assert "\x1b[32m162\x1b[0m" in out


@given(st.lists(st.sampled_from("abcdef"), max_size=40), st.lists(st.sampled_from("abcdef"), max_size=40))
def test_differences_lead_from_one_text_to_the_other(one: list[str], other: list[str]) -> None:
    found = differences(" ".join(one), " ".join(other))
    assert bool(found.shown) == (one != other)
    for run_ in found.shown:
        assert {piece.mark for piece in run_} - {"same"}
        assert all(piece.words for piece in run_)


def test_what_lies_far_apart_is_shown_apart_and_at_most_so_many() -> None:
    words = [f"từ{number}" for number in range(4_000)]
    other = [f"khác{number}" if number % 100 == 50 else word for number, word in enumerate(words)]
    found = differences(" ".join(words), " ".join(other))
    assert (len(found.shown), found.more, found.cut) == (30, 10, False)
    assert found.shown[0] == [
        Piece("same", "… từ46 từ47 từ48 từ49"),
        Piece("removed", "từ50"),
        Piece("added", "khác50"),
        Piece("same", "từ51 từ52 từ53 từ54 …"),
    ]
    assert differences(" ".join(words * 6), " ".join(words * 6)).cut


def test_hostile_texts_take_no_time_to_speak_of() -> None:
    draw = Random(1)
    few = [draw.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(20_000)]
    began = time.process_time()
    assert differences(" ".join(few), " ".join(draw.sample(few, len(few)))).shown
    assert differences("a " * 20_000, "a " * 19_000 + "b").shown
    assert time.process_time() - began < 20


def recompare(folder: Path, *named: str, **options: object) -> int:
    blank = {"all": True, "per_portal": False, "across_portals": False, "workers": 1, "dry_run": False, "json": True}
    command = dedup.Command()
    command.settings = Settings()
    command.settings.setmodule("crawler.settings")
    return command.act(folder, list(named), Namespace(**{**blank, **options}))


def test_on_the_command_line(family: dict[str, str], luutin: CommandLine) -> None:
    before = last_lines(luutin.output)
    done = luutin("dedup", "--all")
    assert (done.code, done.out) == (0, "")
    said = [" ".join(line.split()) for line in done.err.splitlines()]
    assert said[0].startswith("7 articles compared across portals in")
    assert said[1:] == [
        "duplicates 1",
        "near-duplicates 2: 1 edited, 1 excerpt",
        "series 1, of 2 articles",
        "corrections 0 lines appended",
    ]
    assert last_lines(luutin.output) == before
    unknown = luutin("dups", "http://so-thu.example/khac.html")
    assert (unknown.code, unknown.out) == (1, "")
    assert "no article of" in unknown.err
    unsaid = luutin("dedup")
    assert (unsaid.code, unsaid.out) == (2, "")
    assert "say `luutin dedup --all`" in unsaid.err


def test_dedup_within_portals_corrects_lines_and_stays_so(
    family: dict[str, str], luutin: CommandLine, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(**options: object) -> Any:
        assert recompare(luutin.output, **options) == 0
        return json.loads(capsys.readouterr().out)

    before = last_lines(luutin.output)
    tried = told(per_portal=True, dry_run=True)
    assert (tried["by_portal"], tried["differing"], tried["corrected"]) == (True, 1, 0)
    assert last_lines(luutin.output) == before
    done = told(per_portal=True)
    assert (done["corrected"], done["found"]["near_duplicates"], done["read_again"]) == (
        1,
        {"excerpt": 1},
        [OTHER_PORTAL],
    )
    assert last_lines(luutin.output)[family["edited"]]["near_duplicate_of"] is None
    assert told()["by_portal"] is True
    assert told(across_portals=True)["corrected"] >= 1
    assert last_lines(luutin.output)[family["edited"]]["near_duplicate_of"] == family["original"]


def test_dedup_says_what_is_wrong(family: dict[str, str], luutin: CommandLine) -> None:
    with Folder(luutin.output), pytest.raises(OutputLocked):
        recompare(luutin.output)
    with pytest.raises(UsageError, match="--all"):
        recompare(luutin.output, ONE)
    with pytest.raises(UsageError, match="--all"):
        recompare(luutin.output, all=False)
    with pytest.raises(BadArgument, match="--workers 0"):
        recompare(luutin.output, workers=0)
    with pytest.raises(UsageError, match="16 hex digits"):
        dups.Command().act(luutin.output, [], Namespace(json=False))


def test_where_there_is_no_archive_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="no captures"):
        recompare(tmp_path)
    with pytest.raises(ArchiveError, match=r"no archive\.db"):
        run(tmp_path, "0123456789abcdef")
