"""`luutin eval --dedup`: its definitions on a few texts, files that are none, floors, and where thresholds lie."""

from __future__ import annotations

import gzip
import json
import tomllib
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
from conftest import REPO
from made_copies import make_corpus

from crawler.commands.eval import Command
from crawler.errors import BadArgument
from crawler.evaluation.copies import compare, find_files, read_documents
from crawler.evaluation.copy_scores import judge
from crawler.evaluation.copy_table import under
from crawler.evaluation.thresholds import Pairs, thresholds, varied

BRIDGE = (
    "Sáng 4/3, Ủy ban nhân dân huyện Tân Sơn tổ chức lễ khánh thành cầu Bản Mới bắc qua sông Gâm, dài 120 m, rộng 7 m. "
    "Công trình có tổng vốn 38 tỷ đồng, trong đó ngân sách tỉnh 25 tỷ đồng, phần còn lại do nhân dân hai xã đóng góp. "
    "Ông Hoàng Văn Thụy, Chủ tịch Ủy ban nhân dân huyện, cho biết cây cầu rút ngắn đường đến trường của hơn 400 học "
    "sinh. Trước đây mỗi mùa lũ, người dân bản Nà Pồng phải đi vòng gần 15 km mới ra được trung tâm xã."
)
RICE = (
    "Vụ xuân năm nay toàn huyện gieo cấy được 3.250 ha lúa, đạt 98% kế hoạch, phần lớn là giống lúa thuần. "
    "Bà Nông Thị Lành ở thôn Khuổi Luông kể rằng nhờ có mương mới nên năm nay nhà nào cũng cấy xong trước Tết. "
    "Trạm Bảo vệ thực vật khuyên bà con thăm đồng thường xuyên, nhất là sau những đợt mưa phùn kéo dài."
)


def bulletin(week: int, rice: int, pork: int, market: str) -> str:
    return (
        f"Tuần {week}, giá gạo tẻ tại chợ {market} ở mức {rice} đồng một kg, giá thịt lợn mông sấn {pork} đồng một kg, "
        f"cá trắm cỏ {pork - 31} đồng một kg, rau cải {rice - 7} đồng một mớ. Sở Công Thương đề nghị các hộ kinh doanh "
        "niêm yết giá đầy đủ, không găm hàng, không tăng giá vô lý trong những ngày cao điểm mua sắm của người dân."
    )


def document(cluster: int, kind: str, text: str, title: str = "Khánh thành cầu Bản Mới", **more: Any) -> dict[str, Any]:
    return {"cluster": cluster, "kind": kind, "title": title, "text": text, **more}


CORPUS = [
    document(1, "base", BRIDGE),
    document(2, "single", RICE, "Tiến độ vụ xuân"),
    document(1, "identical", BRIDGE.upper(), "KHÁNH THÀNH CẦU BẢN MỚI"),
    document(3, "hn_price", bulletin(11, 15_251, 98_417, "Ba Xã"), "Giá cả thị trường"),
    document(1, "headline", BRIDGE, "Hai xã có cầu mới"),
    document(4, "hn_price", bulletin(12, 16_733, 91_112, "Đồng Tiến"), "Giá cả thị trường"),
    document(1, "byline", BRIDGE + "\n\nThu Hiền"),
]


def write(path: Path, documents: list[dict[str, Any]]) -> Path:
    data = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in documents).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def test_copies_are_recalled_and_bulletins_kept(tmp_path: Path) -> None:
    judged = judge(compare(write(tmp_path / "bo.jsonl.gz", CORPUS)))
    assert (judged.set, judged.documents, judged.recall, judged.precision) == ("bo", 7, 1.0, 1.0)
    assert {name: dict(kind.called) for name, kind in judged.kinds.items() if kind.copies} == {
        "identical": {"duplicate": 1},
        "headline": {"headline": 1},
        "byline": {"edited": 1},
    }
    assert (judged.bulletins, judged.bulletins_linked, judged.bulletins_kept) == (2, 0, 1.0)
    assert (judged.series, judged.in_series) == (1, 1.0)
    assert judged.cpu_seconds > 0
    assert judged.database_bytes >= 0


def test_a_link_out_of_its_cluster_is_false_and_no_recall(tmp_path: Path) -> None:
    wrong = [document(1, "base", BRIDGE), document(2, "hn_x", BRIDGE, "Cầu mới"), document(3, "base", RICE, "Lúa")]
    judged = judge(compare(write(tmp_path / "bo.jsonl", [*wrong, document(3, "abbr", RICE[:60], "Lúa")])))
    assert (judged.recall, judged.precision) == (0.0, 0.0)
    assert (judged.wrong, judged.missed, judged.bulletins_kept) == ([(1, 0)], [3], 0.0)


def test_who_was_published_first_is_the_original_wherever_it_stands(tmp_path: Path) -> None:
    later = document(1, "headline", BRIDGE, "Hai xã có cầu mới", published="2021-03-06")
    first = document(1, "base", BRIDGE, published="2021-03-04T08:00:00+07:00")
    judged = judge(compare(write(tmp_path / "bo.jsonl", [later, first])))
    assert judged.kinds["headline"].copies == judged.kinds["headline"].linked == 1
    assert judged.kinds["base"].copies == judged.kinds["base"].called.total() == 0
    same_month = [{**later, "published": "2021-03"}, first]  # which came first is not known: the one that stands first
    assert judge(compare(write(tmp_path / "bo.jsonl", same_month))).kinds["base"].copies == 1


def test_only_within_portals_where_that_is_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "bo.jsonl", [{**one, "portal": f"so{at}"} for at, one in enumerate(CORPUS)])
    assert judge(compare(path)).recall == 1.0
    assert judge(compare(path, by_portal=True)).recall == 0.0


def test_thresholds_are_varied_over_the_pairs_that_were_compared(tmp_path: Path) -> None:
    pairs = Pairs()
    with pairs.remembered():
        done = compare(write(tmp_path / "bo.jsonl", CORPUS), watch=pairs.watch)
    before = thresholds()
    points = varied(done, pairs)
    assert thresholds() == before
    assert points.keys() == before.keys()
    judged = judge(done)
    for name, value in before.items():  # at its own value each says what the run did
        (own,) = [point for point in points[name] if point.value == pytest.approx(value)]
        assert (own.recall, own.precision) == (judged.recall, judged.precision), name


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"cluster": 1, "kind": "base", "title": "Cầu"}', "line 2.*`text`"),
        ("{", "line 2"),
        ("\udcff", "line 2"),
    ],
)
def test_a_line_that_is_no_document_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "bo.jsonl"
    path.write_bytes(json.dumps(CORPUS[0]).encode() + b"\n" + line.encode("utf-8", "surrogateescape") + b"\n")
    with pytest.raises(BadArgument, match=said):
        list(read_documents(path))


def test_files_that_are_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="no such file"):
        find_files(tmp_path / "nowhere.jsonl")
    with pytest.raises(BadArgument, match="cluster, kind"):
        find_files(tmp_path)
    (tmp_path / "torn.jsonl.gz").write_bytes(gzip.compress(json.dumps(CORPUS[0]).encode())[:-9])
    with pytest.raises(BadArgument, match="torn"):
        list(read_documents(tmp_path / "torn.jsonl.gz"))
    with pytest.raises(BadArgument, match="tomorrow"):
        compare(write(tmp_path / "bo.jsonl", [{**CORPUS[0], "published": "tomorrow"}]))


def run(path: Path, **options: object) -> Command:
    command = Command()
    blank = {"json": None, "plot": None, "floors": None, "worst": 0, "per_portal": False}
    pages = {"peers": False, "predictions": None}
    command.run([str(path)], Namespace(**{"dedup": True, **blank, **pages, **options}))
    return command


def test_the_command_prints_writes_and_holds_to_floors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "bo.jsonl", [*CORPUS, document(2, "abbr", "Vụ xuân năm nay.", "Lúa")])
    floors = tmp_path / "floors.toml"
    floors.write_text("[dedup]\nprecision = 1\n[dedup.bo]\nrecall = 0.75\n[dedup.kinds]\nnfd = 1\n", "utf-8")
    command = run(tmp_path, floors=str(floors), json=str(tmp_path / "e.json"), worst=1)
    assert command.exitcode == 0
    out, err = capsys.readouterr()
    assert "recall 0.7500, precision 1.0000, 0 of 2 distinct bulletins falsely linked" in out
    assert "bo  7 (abbr) Lúa: missed" in err
    (row,) = json.loads((tmp_path / "e.json").read_text("utf-8"))
    assert (row["recall"], row["kinds"]["headline"]["called"]) == (0.75, {"headline": 1})
    floors.write_text("[dedup]\nprecision = 1\nrecall = 0.8\n[dedup.kinds]\nabbr = 0.5\n", "utf-8")
    assert run(tmp_path, floors=str(floors)).exitcode == 3
    err = capsys.readouterr().err
    assert "recall is 0.7500, the floor is 0.8" in err
    assert "recall of abbr is 0.0000, the floor is 0.5" in err


@pytest.mark.no_cover
@pytest.mark.parametrize("kind", ["templates", "adversarial", "field"])
def test_made_up_corpora_are_told_no_worse_than_the_floors(tmp_path: Path, kind: str) -> None:
    judged = judge(compare(write(tmp_path / f"made-{kind}.jsonl", list(make_corpus(11, 800, kind)))))
    assert judged.documents == 800
    assert under(judged, tomllib.loads((REPO / "tests" / "floors.toml").read_text("utf-8"))) == []


def test_a_plot_needs_matplotlib_and_draws_each_threshold(tmp_path: Path) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    assert matplotlib
    write(tmp_path / "bo.jsonl", CORPUS)
    picture = tmp_path / "bo.svg"
    assert run(tmp_path, plot=str(picture), json=str(tmp_path / "e.json")).exitcode == 0
    (row,) = json.loads((tmp_path / "e.json").read_text("utf-8"))
    assert row["thresholds"].keys() == thresholds().keys()
    assert "<svg" in picture.read_text("utf-8")


def test_a_missing_file_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "nowhere.jsonl").exitcode == 2
    assert "no such file" in capsys.readouterr().err
