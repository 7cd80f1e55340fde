"""Who takes up what is exported: libraries load it without options, and the examples run, on the sample's export."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import search_engines
from conftest import REPO, SAMPLE, CommandLine

PORTAL = "sokhdt_tanson_example"


@dataclass(frozen=True)
class Exports:
    """The sample portal's archive, and what was exported of it."""

    archive: Path
    lines: Path
    hive: Path
    dataset: Path

    @property
    def articles(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    folder = tmp_path_factory.mktemp("consumers")
    luutin = CommandLine(folder / "output")
    made = Exports(luutin.output, folder / "articles.jsonl", folder / "hive", folder / "tin")
    said = ("--title", "Tin Tân Sơn", "--licence", "CC-BY-4.0", "--contact", "https://kho.example/lien-he")
    for command in (
        ("crawl", "portal", "-a", f"origin={SAMPLE}"),
        ("export", "--jsonl", str(made.lines), "--workers", "1"),
        ("export", "--parquet", str(made.hive), "--workers", "1"),
        ("export", "--dataset", str(made.dataset), "--workers", "1", *said),
    ):
        done = luutin(*command)
        assert done.code == 0, done.err
    return made


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Of a user without a network, and without what Hugging Face's library keeps."""
    return {**os.environ, "HF_HOME": str(tmp_path / "hf"), "HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1"}


def run(env: dict[str, str], script: str, *args: object, **options: Any) -> str:
    """What a script prints."""
    command = [sys.executable, str(REPO / script), *map(str, args)]
    done = subprocess.run(command, env=env, capture_output=True, check=False, text=True, timeout=120, **options)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def test_libraries_load_the_data_set_and_the_parquet_folder_without_options(
    exports: Exports, environment: dict[str, str]
) -> None:
    found = json.loads(run(environment, "tests/loading.py", exports.dataset, exports.hive))
    articles = exports.articles
    many = len(articles)
    one = min((row for row in articles if len(row["authors"]) > 1), key=lambda row: row["id"])
    told = [one["title"], one["authors"]]
    years = sorted({(PORTAL, int(row["published_at"][:4])) for row in articles})
    counts = [[*key, sum(row["published_at"].startswith(str(key[1])) for row in articles)] for key in years]

    loaded = found["hugging_face"]
    assert sum(loaded["rows"].values()) == loaded["hive"] == many > 30
    assert loaded["rows"] == {"train": many - 4, "validation": 2, "test": 2}
    assert loaded["bytes"] == loaded["declared"]
    assert loaded["same_features"]
    assert loaded["published"] == "timestamp[us, tz=Asia/Ho_Chi_Minh]"
    by_id = {(row["title"], tuple(row["authors"]), row["published_at"]) for row in articles}
    assert (loaded["one"]["title"], tuple(loaded["one"]["authors"]), loaded["one"]["published_at"]) in by_id
    assert set(loaded["evidence"]) == {"field", "source"}

    duck = found["duck_db"]
    assert duck["rows"] == [many]
    assert duck["one"][:2] == told
    assert duck["one"][3] in one["evidence"]
    assert duck["types"]["published_at"] == "TIMESTAMP WITH TIME ZONE"
    assert duck["types"]["authors"] == "VARCHAR[]"
    assert duck["types"]["images"] == "STRUCT(url VARCHAR, caption VARCHAR, credit VARCHAR)[]"
    assert duck["years"] == counts

    frame = found["pandas"]
    assert frame["rows"] == many
    assert frame["published"] == "datetime64[us, Asia/Ho_Chi_Minh]"
    assert frame["captured"] == "datetime64[us, UTC]"
    assert frame["one"] == [*told, one["published_at"]]
    assert frame["years"] == counts

    polar = found["polars"]
    assert polar["rows"] == many
    assert polar["published"] == "Datetime(time_unit='us', time_zone='Asia/Ho_Chi_Minh')"
    assert polar["one"][:3] == [*told, one["published_at"]]
    assert polar["years"] == counts

    described = found["croissant"]
    assert (described["errors"], described["warnings"]) == ([], [])
    assert described["fields"] == ["split", *articles[0]]
    assert described["splits"] == ["test", "train", "validation"]
    assert {name: described["of_split"].count(name) for name in loaded["rows"]} == loaded["rows"]
    assert described["one"][:3] == [*told, one["published_at"]]
    assert described["one"][3] in one["evidence"]


def test_the_card_says_what_was_typed(exports: Exports) -> None:
    card = (exports.dataset / "README.md").read_text("utf-8")
    assert 'pretty_name: "Tin Tân Sơn"\n' in card
    assert 'license: "cc-by-4.0"\n' in card
    assert "to https://kho.example/lien-he;" in card
    assert "Origins: `wacz:sample.wacz` 39." in card


def test_checksums_are_those_of_the_files(exports: Exports) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=exports.dataset,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    files = {path.relative_to(exports.dataset).as_posix() for path in exports.dataset.rglob("*") if path.is_file()}
    assert files - {"SHA256SUMS"} == {line.removesuffix(": OK") for line in done.stdout.splitlines()}


def test_the_pandas_example_counts_by_month_and_portal(
    exports: Exports, environment: dict[str, str], tmp_path: Path
) -> None:
    table = tmp_path / "months.csv"
    out = run(environment, "examples/pandas_months.py", exports.hive, "--csv", table)
    months = sorted(row["published_at"][:7] for row in exports.articles)
    assert out.startswith(f"{len(months)} articles; 0 without a date\n")
    header, *rows = table.read_text("utf-8").splitlines()
    assert header == f"month,{PORTAL}"
    assert rows == [f"{month},{months.count(month)}" for month in sorted(set(months))]


def test_the_hugging_face_example_saves_tokens(exports: Exports, environment: dict[str, str], tmp_path: Path) -> None:
    out = run(environment, "examples/huggingface_tokens.py", exports.dataset, tmp_path / "tokens").splitlines()
    assert [line.split(":")[0] for line in out] == ["train", "validation", "test", "commonest"]
    assert out[2].startswith("test: 2 articles, 2 kept, ")
    assert json.loads((tmp_path / "tokens" / "dataset_dict.json").read_text()) == {
        "splits": ["train", "validation", "test"]
    }


def test_the_duckdb_example_answers(exports: Exports, environment: dict[str, str]) -> None:
    out = run(environment, "examples/duckdb_copies.py", exports.dataset)
    assert PORTAL in out
    twice = [row["title"] for row in exports.articles if row["also_at"]]
    assert twice
    assert all(title[:40] in out for title in twice)
    assert all(out.count(f"│ {name} ") for name in {author for row in exports.articles for author in row["authors"]})


class TestOpenSearch:
    def test_loads_every_article_and_takes_out_what_is_removed(self, exports: Exports, tmp_path: Path) -> None:
        articles = exports.articles
        with search_engines.OpenSearch() as server:
            run({}, "examples/opensearch_bulk.py", server.url, exports.lines)
            assert server.documents == {row["id"]: row for row in articles}
            assert server.configured is not None
            assert server.configured["mappings"]["properties"]["published_at"] == {"type": "date"}
            removed = tmp_path / "removed.jsonl"
            removed.write_text(json.dumps({"id": articles[0]["id"], "url": "", "reason": "withdrawn", "at": ""}) + "\n")
            env = {"OPENSEARCH_AUTH": "nguoi_doc:bi_mat"}
            with exports.lines.open("rb") as lines:
                run(env, "examples/opensearch_bulk.py", server.url, "--removed", removed, stdin=lines)
            assert server.documents.keys() == {row["id"] for row in articles[1:]}
            assert "Basic bmd1b2lfZG9jOmJpX21hdA==" in server.keys

    def test_says_what_was_refused(self, exports: Exports) -> None:
        first = exports.articles[0]["id"]
        with search_engines.OpenSearch() as server:
            error = {"type": "mapper_parsing_exception", "reason": "ngày không đọc được"}
            server.refuses = lambda document: {"status": 400, "error": error} if document["id"] == first else None
            command = [sys.executable, str(REPO / "examples/opensearch_bulk.py"), server.url, str(exports.lines)]
            done = subprocess.run(command, env={}, capture_output=True, check=False, text=True)
        assert done.returncode == 1
        assert f"{first}: " in done.stderr
        assert "ngày không đọc được" in done.stderr
        assert f"{len(exports.articles) - 1} articles loaded, 0 removed, 1 refused" in done.stderr


@dataclass
class Feed:
    """An archive's article lines, as a crawl writes them, and who follows them."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / "articles" / "so_thu.jsonl"

    def append(self, *lines: dict[str, Any], end: str = "\n") -> None:
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + end)

    def rewrite(self, *lines: dict[str, Any]) -> None:
        self.path.unlink()
        self.append(*lines)

    def follow(self, *args: str) -> list[tuple[str, str]]:
        """The events since the last time, each with the article's id."""
        out = run({}, "examples/follow.py", self.folder, "--state", self.folder / "state.json", "--brief", *args)
        told = [json.loads(line) for line in out.splitlines()]
        return [(event["event"], event.get("id", event["portal"])) for event in told]


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    (tmp_path / "articles").mkdir()
    return Feed(tmp_path)


def line(name: str, version: int = 1, digest: str = "a", before: str | None = None, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"id": name, "portal": "so_thu", "url": f"http://so.example/{name}", "title": "Họp giao ban"}
    told |= {"version": version, "digest": digest, "previous_digest": before, "duplicate_of": None, "gone_at": None}
    return told | more


class TestFollow:
    def test_tells_what_is_new_since_the_last_time(self, feed: Feed) -> None:
        feed.append(line("mot"), line("hai"))
        assert feed.follow() == [("new", "mot"), ("new", "hai")]
        assert feed.follow() == []
        feed.append(
            line("mot", 2, "b", "a"),
            line("hai", 2, "a", "a", gone_at="2025-07-01T00:00:00Z"),
            line("hai", 3, "a", "a"),
            line("ba", duplicate_of="mot"),
        )
        assert feed.follow() == [("edited", "mot"), ("gone", "hai"), ("restated", "hai"), ("duplicate", "ba")]

    def test_waits_for_the_end_of_a_line(self, feed: Feed) -> None:
        feed.append(line("mot"), line("hai"), end="")
        assert feed.follow() == [("new", "mot")]
        feed.append(end="\n")
        assert feed.follow() == [("new", "hai")]

    @pytest.mark.parametrize("left", [["hai"], ["mot", "ba", "bon", "nam", "sau"], ["mot", "hai", "ba"]])
    def test_reads_a_file_that_was_written_anew_from_its_beginning(self, feed: Feed, left: list[str]) -> None:
        """Shorter, longer, and as long with the same beginning."""
        feed.append(line("mot"), line("hai"), line("hai"))
        assert len(feed.follow()) == 3
        feed.rewrite(*map(line, left))
        assert feed.follow() == [("reset", "so_thu"), *(("new", name) for name in left)]
        assert feed.follow() == []

    def test_tells_that_a_portal_was_removed(self, feed: Feed) -> None:
        feed.append(line("mot"))
        feed.follow()
        feed.path.unlink()
        assert feed.follow() == [("reset", "so_thu")]
        assert feed.follow() == []

    def test_follows_the_sample(self, exports: Exports, tmp_path: Path) -> None:
        state = tmp_path / "state.json"
        out = run({}, "examples/follow.py", exports.archive, "--state", state)
        told = list(map(json.loads, out.splitlines()))
        stored = (exports.archive / "articles" / f"{PORTAL}.jsonl").read_text("utf-8").splitlines()
        assert [event["article"] for event in told] == list(map(json.loads, stored))
        newest = {event["id"]: event["event"] for event in told}
        assert {one for one, kind in newest.items() if kind != "duplicate"} == {row["id"] for row in exports.articles}
        assert run({}, "examples/follow.py", exports.archive, "--state", state) == ""

    def test_says_where_there_is_no_archive(self, tmp_path: Path) -> None:
        command = [sys.executable, str(REPO / "examples/follow.py"), str(tmp_path), "--state", str(tmp_path / "state")]
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        assert (done.returncode, done.stderr) == (
            1,
            f"{tmp_path}: has no folder articles/. Name the archive's folder, as LUUTIN_OUTPUT does.\n",
        )
