"""`luutin eval`: the benchmark's own definitions, sets that are not whole, and the floors our fixtures must keep."""

from __future__ import annotations

import gzip
import json
import tomllib
from argparse import Namespace
from pathlib import Path

import pytest
from fixture_pages import TESTS, fixtures

from crawler.commands.eval import Command, under
from crawler.errors import BadArgument
from crawler.evaluation.readers import generic, ours
from crawler.evaluation.run import PageSet, evaluate, find_sets
from crawler.evaluation.scoring import Prediction, Truth, page_f1, row, score, summary

PAGE = """<html lang="vi"><head><title>Cầu Bản Mới</title></head><body><h1>Khánh thành cầu Bản Mới</h1>
<div class="date">08:15, 04/03/2021</div><div class="noi-dung">
<p>Sáng 4/3, Ủy ban nhân dân huyện tổ chức lễ khánh thành cầu Bản Mới bắc qua sông Gâm, dài 120 m.</p>
<p>Công trình có tổng vốn 38 tỷ đồng, rút ngắn đường đến trường của hơn 400 học sinh hai xã.</p></div></body></html>"""
TEXT = (
    "Sáng 4/3, Ủy ban nhân dân huyện tổ chức lễ khánh thành cầu Bản Mới bắc qua sông Gâm, dài 120 m.\n\n"
    "Công trình có tổng vốn 38 tỷ đồng, rút ngắn đường đến trường của hơn 400 học sinh hai xã."
)


def make_set(folder: Path, truth: dict[str, object] | None = None) -> Path:
    (folder / "html").mkdir(parents=True)
    (folder / "html" / "cau.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    whole = {"url": "https://tin.example/cau.html", "articleBody": TEXT, "title": "Khánh thành cầu Bản Mới"}
    data = {"cau": {**whole, "date": "2021-03-04"}} if truth is None else truth
    (folder / "ground-truth.json").write_text(json.dumps(data), "utf-8")
    return folder


def test_shingles_count_each_copy() -> None:
    assert row("a b c d e", "a b c d e") == (1.0, 0.0, 0.0)
    assert row("a b c d e", "a b c d") == (0.5, 0.0, 0.5)  # one 4-gram of two
    assert row("a b c d", "a b c d a b c d") == (0.2, 0.8, 0.0)
    assert row("a b", "a b") == (1.0, 0.0, 0.0)  # shorter than a shingle: one short one
    assert row("", "") == (0.0, 0.0, 0.0)


def test_an_empty_answer_costs_recall_alone() -> None:
    f1, precision, recall = summary([(1.0, 0.0, 0.0), (0.0, 0.0, 1.0)])
    assert (precision, recall) == (1.0, 0.5)
    assert f1 == pytest.approx(2 / 3)
    assert page_f1((0.0, 0.0, 1.0)) == 0.0


def test_fields_are_scored_where_the_truth_states_them() -> None:
    truths = {
        "a": Truth("https://x.example/a", "một hai ba bốn", "Tiêu đề", "2021-03-04", ("Thu Hiền",)),
        "b": Truth("https://x.example/b", "một hai ba bốn"),
    }
    found = {"a": Prediction("một hai ba bốn", "TIÊU ĐỀ.", "2021-03-05T00:00:00+07:00", ("Thu Hiền", "Bích Ngọc"))}
    scores = score(truths, found)
    assert (scores.titles, scores.dates, scores.exact) == (1.0, 0.0, 0.5)
    assert scores.authors_f1 == pytest.approx(2 / 3)


def test_a_set_is_read_scored_and_compared_under_each_notion_of_its_text(tmp_path: Path) -> None:
    (pages,) = find_sets(make_set(tmp_path / "bo-mau"))
    ((result, predictions),) = evaluate(pages, {"luutin": ours}, rounds=1)
    assert result.scores is not None
    assert (result.set, result.scores.f1, result.scores.exact, result.scores.dates) == ("bo-mau", 1.0, 1.0, 1.0)
    assert predictions["cau"].title == "Khánh thành cầu Bản Mới"


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        ({"khac": {"url": None, "articleBody": ""}}, "html/khac.html.gz"),
        ({}, "no truth for 1 pages"),
        ({"cau": {"url": ""}}, "cannot be read"),
        ({"cau": "text"}, "cannot be read"),
    ],
)
def test_a_set_that_is_not_whole_is_named(tmp_path: Path, truth: dict[str, object], said: str) -> None:
    with pytest.raises(BadArgument, match=said):
        find_sets(make_set(tmp_path / "bo", truth))


def test_a_folder_without_a_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="ground-truth"):
        find_sets(tmp_path)
    with pytest.raises(BadArgument, match="is no folder"):
        find_sets(tmp_path / "nowhere")


def run(folder: Path, **options: object) -> Command:
    command = Command()
    blank = {
        "peers": False,
        "json": None,
        "plot": None,
        "predictions": None,
        "floors": None,
        "worst": 0,
        "dedup": False,
        "per_portal": False,
    }
    command.run([str(folder)], Namespace(**{**blank, **options}))
    return command


def test_the_command_prints_writes_and_holds_to_floors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_set(tmp_path / "bo")
    floors = tmp_path / "floors.toml"
    floors.write_text("[bo]\nf1 = 0.9\n", "utf-8")
    command = run(folder, json=str(tmp_path / "e.json"), predictions=str(tmp_path / "p"), floors=str(floors), worst=1)
    assert command.exitcode == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0].split()[:3] == ["set", "reader", "F1"]
    assert "1.000  cau" in err
    rows = json.loads((tmp_path / "e.json").read_text("utf-8"))
    assert [row["reader"] for row in rows] == ["luutin", "luutin generic", "lxml (parse only)"]
    assert json.loads((tmp_path / "p" / "bo" / "luutin.json").read_text("utf-8"))["cau"]["articleBody"] == TEXT
    floors.write_text("[bo]\ntitles = 1.1\n", "utf-8")
    assert run(folder, floors=str(floors)).exitcode == 3
    assert "titles is 1.0, the floor is 1.1" in capsys.readouterr().err


def test_a_missing_folder_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "nowhere").exitcode == 2
    assert "is no folder" in capsys.readouterr().err


def test_own_fixtures_are_read_no_worse_than_the_floors() -> None:
    cases = [case for case in fixtures() if case.is_article and case.expected.get("body") and len(case.pages) == 1]
    pages, truths = {}, {}
    for case in cases:
        text = "\n\n".join(filter(None, (case.expected.get("lead"), *case.expected["body"])))
        truths[case.id] = Truth(case.urls[0], text, case.expected.get("title"), case.expected.get("published_at"), ())
        pages[case.id] = gzip.decompress((case.folder / "page.html.gz").read_bytes())
    results = [
        result
        for result, _ in evaluate(
            PageSet("fixtures", pages, truths), {"luutin": ours, "luutin generic": generic}, rounds=1
        )
    ]
    floors = tomllib.loads((TESTS / "floors.toml").read_text("utf-8"))
    assert under(results, floors) == []
