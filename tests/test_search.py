"""`luutin search` and `luutin index`, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import SAMPLE, CommandLine
from searched import fill
from stored_articles import Folder

from pipelines.search.results import Asked
from pipelines.search.searcher import Searcher
from pipelines.search.state import read_state


@pytest.fixture
def filled(luutin: CommandLine) -> CommandLine:
    fill(luutin.output)
    return luutin


def test_index_says_what_it_did(filled: CommandLine) -> None:
    done = filled("index")
    assert (done.code, done.out) == (0, "")
    assert "made anew" in done.err
    assert "0 more" in filled("index").err
    assert "made anew" in filled("index", "--rebuild").err
    done = filled("index", "bao_a")
    assert done.code == 2
    assert "name no portal" in done.err


def test_search_prints_what_it_finds(filled: CommandLine) -> None:
    done = filled("search", "hoi", "nghi", "ba", "be")
    assert done.code == 0
    first, second, third = done.out.splitlines()[:3]
    assert first == "Hội nghị sơ kết phát triển cây dược liệu ở Ba Bể"
    assert second.startswith("  2022-09-17  bao_songnhue  ")
    assert "Ba Bể" in third
    assert "found" in done.err


def test_search_gives_json_a_line_an_article(filled: CommandLine) -> None:
    done = filled("search", "đầu tư", "--json", "--limit", "3", "--sort", "oldest", "--since", "2021-01-01")
    articles = [json.loads(line) for line in done.out.splitlines()]
    assert len(articles) == 3
    days = [article["published_at"] for article in articles]
    assert days == sorted(days)
    assert days[0] > "2021"
    assert "3 shown" in done.err


@pytest.mark.no_cover
def test_search_takes_all_filters(filled: CommandLine) -> None:
    bounds = ["--portal", "cong_songnhue", "--files", "--until", "2030-01-01"]
    done = filled("search", "chợ", *bounds)
    assert done.out.splitlines()[0] == "Ban hành quy chế quản lý chợ nông thôn"
    assert "1 article found" in done.err
    done = filled("search", "vàng mã")
    assert "123-qd-ubnd.pdf: " in done.out
    for bound in (["--province", "Tân Sơn"], ["--section", "Văn bản"], ["--author", "Ngọc Diệp"]):
        assert filled("search", *bound).out
    assert filled("search", "--gone").out == ""


def test_search_says_what_was_not_found_and_what_may_have_been_meant(filled: CommandLine) -> None:
    done = filled("search", "khongcogi")
    assert (done.code, done.out, done.err) == (0, "", "nothing found\n")
    done = filled("search", "mien dongg ban chieng")
    assert "did you mean: miến dong bản chiềng" in done.err
    assert "no article has all the words" in done.err


def test_what_cannot_be_searched_is_said(filled: CommandLine, luutin: CommandLine) -> None:
    done = filled("search", "!!!")
    assert done.code == 1
    assert "no letter and no number" in done.err
    for wrong in (["--since", "gestern"], ["--limit", "x"], ["--sort", "size"]):
        assert filled("search", "a", *wrong).code == 2
    assert filled("search", "a", "--limit", "0").code == 1


def test_without_an_archive_there_is_nothing_to_search(luutin: CommandLine) -> None:
    for verb in ("search", "index"):
        done = luutin(verb)
        assert done.code == 1
        assert "holds no archive.db" in done.err


def test_searching_goes_on_while_a_crawl_writes(luutin: CommandLine) -> None:
    fill(luutin.output)
    with Folder(luutin.output) as archive:
        archive.store("bao_a", "moi", "Khai trương chợ đêm Nà Phặc", "Chợ họp vào tối thứ bảy.", 1)
        done = luutin("search", "chợ đêm")
        assert done.out.splitlines()[0] == "Khai trương chợ đêm Nà Phặc"
        archive.store("bao_a", "moi2", "Chợ đêm đông khách", "Hơn nghìn lượt người.", 2)
        assert "2 articles found" in luutin("search", "chợ đêm").err


def test_titles_do_not_steer_the_terminal(luutin: CommandLine, tmp_path: Path) -> None:
    with Folder(luutin.output) as archive:
        archive.store("bao_a", "mot", "Mưa lớn \u202egnas", "Mưa\x1b[2J lớn ở Chợ Rã.")
    assert "\x1b" not in luutin("search", "mưa").out
    assert "\u202e" not in luutin("search", "mưa").out


@pytest.mark.no_cover
def test_what_is_read_again_is_indexed_again(luutin: CommandLine) -> None:
    assert luutin("crawl", "portal", "-a", f"origin={SAMPLE}").code == 0
    before = luutin("search", "khởi công cầu", "--json")
    assert json.loads(before.out.splitlines()[0])["title"] == "Khởi công cầu Lạng Thủy 2 bắc qua sông Lạng"
    assert luutin("reparse").code == 0
    assert read_state(luutin.output) is None
    done = luutin("index")
    assert "made anew" in done.err
    assert luutin("search", "khởi công cầu", "--json").out == before.out
    (luutin.output / "archive.db").unlink()
    assert luutin("crawl", "portal", "-a", f"origin={SAMPLE}").code == 0
    assert "made anew" in luutin("index").err
    found = Searcher(luutin.output).search(Asked(words="lang thuy"))
    assert found.hits[0].article.title == "Khởi công cầu Lạng Thủy 2 bắc qua sông Lạng"
