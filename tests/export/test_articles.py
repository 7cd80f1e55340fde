"""Articles in every form: what is chosen, that the forms say the same, and that all of it is valid."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest
import zstandard
from conftest import CommandLine
from jsonschema import Draft202012Validator, FormatChecker
from kept_site import FLOOD, OFFICE, PAPER
from made_reports import run
from stored_articles import FIRST_DAY, Folder

from pipelines.corpus.derived import DERIVED
from pipelines.errors import ArchiveError
from pipelines.export.chosen import Chosen, Filters
from pipelines.export.formats.csv import CUT, DEFUSED, MAX_CELL_UNITS, NULS, Csv
from pipelines.export.formats.jsonld import Jsonld
from pipelines.export.formats.text import Text
from pipelines.export.narrowing import narrow
from pipelines.export.record import PLAIN, Exported, json_schema, records
from pipelines.export.working import Workers
from pipelines.report.run import RunReport

SCHEMA = Path(__file__).parents[2] / "docs" / "article.schema.json"
NEWS_ARTICLE = {
    *("@context", "@type", "identifier", "url", "sameAs", "headline", "abstract", "articleBody", "inLanguage"),
    *("datePublished", "dateModified", "expires", "author", "publisher", "creditText", "articleSection", "keywords"),
    *("image", "associatedMedia", "version", "isBasedOn"),
}
"""Properties of NewsArticle and its parents that schema.org lists."""
MEETING = "Sáng nay, Sở họp thường kỳ tháng ba tại Hà Rin."
Exports = Callable[..., Path]


@pytest.fixture(scope="module")
def exported(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Exports:
    """Exports the small archive in a form with some words; gives the path."""
    folder = tmp_path_factory.mktemp("exports")

    def export(form: str, *words: str, name: str = "") -> Path:
        path = folder / (name or form)
        done = CommandLine(kept)("export", f"--{form}", str(path), *words)
        assert (done.code, done.out) == (0, ""), done.err
        return path

    return export


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def told(folder: Path, **filters: Any) -> list[Exported]:
    """What is chosen."""
    with Chosen(folder, Filters(**filters)) as chosen, Workers(1) as workers:
        narrow(chosen, workers)
        return [msgspec.json.decode(one, type=Exported) for one in records(folder, chosen.refs(), PLAIN)]


def titles(folder: Path, **filters: Any) -> list[str]:
    return [one.title for one in told(folder, **filters)]


class TestForms:
    def test_lines_are_the_archive_s_own_with_what_is_added(self, kept: Path, exported: Exports) -> None:
        last = {}
        for portal in (PAPER, OFFICE):
            for line in (kept / "articles" / f"{portal}.jsonl").read_bytes().splitlines():
                last[json.loads(line)["id"]] = line
        found = exported("jsonl").read_bytes().splitlines()
        assert len(found) == sum(json.loads(line)["duplicate_of"] is None for line in last.values()) > 3
        for line in found:
            own = last[json.loads(line)["id"]]
            assert line.startswith(own[:-1])
            assert json.loads(line).keys() - json.loads(own) == {"also_at", "cluster"}
        first = next(one for one in lines(exported("jsonl")) if one["body"] == FLOOD)
        copy = next(one for one in lines(exported("jsonl")) if one["near_duplicate_of"])
        assert first["also_at"] == ["http://so-nv-tanson.example/tin/lu.html"]
        assert first["cluster"] == copy["cluster"] == first["id"]

    def test_each_line_is_valid(self, exported: Exports, luutin: CommandLine) -> None:
        """Also with what is added on request; the schema that is kept is the one of today."""
        assert json_schema(PLAIN) == SCHEMA.read_bytes(), f"luutin export --schema {SCHEMA.name} writes it anew"
        words = ("--with", "quality,normalised,sentences", "--redact")
        wide = luutin("export", "--schema", "-", *words)
        for schema, path in (
            (SCHEMA.read_text("utf-8"), exported("jsonl", "--copies", "all", "--versions", "all", name="all.jsonl")),
            (wide.out, exported("jsonl", *words, name="wide.jsonl")),
        ):
            validator = Draft202012Validator(json.loads(schema), format_checker=FormatChecker())
            Draft202012Validator.check_schema(json.loads(schema))
            for line in lines(path):
                validator.validate(line)
                assert line.keys() <= json.loads(schema)["$defs"]["Exported"]["properties"].keys()
        bad = {**lines(path)[0], "version": "1"}
        assert not validator.is_valid(bad)

    def test_parquet_says_the_same(self, exported: Exports) -> None:
        expected = {one["id"]: one for one in lines(exported("jsonl", "--with", "quality", name="q.jsonl"))}
        folder = exported("parquet", "--with", "quality")
        files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        assert files == [
            "portal=bao_tanson/year=0/part-00000.parquet",
            "portal=bao_tanson/year=2022/part-00000.parquet",
            "portal=so_nv_tanson/year=2022/part-00000.parquet",
        ]
        for file in files:
            table = pq.read_table(folder / file, partitioning=None)
            assert b"pandas" not in (table.schema.metadata or {})
            assert str(table.schema.field("published_at").type) == "timestamp[us, tz=Asia/Ho_Chi_Minh]"
            for row in table.to_pylist():
                line = expected.pop(row["id"])
                assert file.startswith(f"portal={line.pop('portal')}/")
                row["evidence"] = {one["field"]: one["source"] for one in row["evidence"]}
                assert _plain(row) == _plain(line)
        assert not expected

    def test_csv_and_sqlite_say_the_same(self, exported: Exports) -> None:
        expected = lines(exported("jsonl"))
        with exported("csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert [{name: _cell(value) for name, value in line.items()} for line in expected] == rows
        with closing(sqlite3.connect(exported("sqlite"))) as db:
            db.row_factory = sqlite3.Row
            assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            for row, line in zip(db.execute("SELECT * FROM articles ORDER BY nr"), expected, strict=True):
                for name in set(row.keys()) - {"nr"}:
                    nested = isinstance(line[name], dict | list)
                    assert (json.loads(row[name]) if nested else row[name]) == line[name]
                for table in ("tags", "authors"):
                    found = db.execute(f"SELECT name FROM {table} WHERE article = ? ORDER BY place", (row["nr"],))
                    assert [one["name"] for one in found] == line[table]
                found = db.execute("SELECT url, caption FROM images WHERE article = ?", (row["nr"],))
                assert [dict(one) for one in found] == [
                    {"url": one["url"], "caption": one["caption"]} for one in line["images"]
                ]
                files = db.execute("SELECT text FROM attachments WHERE article = ?", (row["nr"],))
                assert [one["text"] for one in files] == [one["text"] for one in line["attachments"]]
                urls = db.execute("SELECT url FROM also_at WHERE article = ? ORDER BY place", (row["nr"],))
                assert [one["url"] for one in urls] == line["also_at"]

    def test_names_of_others(self, exported: Exports) -> None:
        from zyte_common_items import Article as ZyteArticle

        expected = lines(exported("jsonl"))
        for line, item, news in zip(expected, lines(exported("zyte")), lines(exported("jsonld")), strict=True):
            zyte = ZyteArticle.from_dict(item)
            assert not zyte._unknown_fields_dict
            assert (zyte.headline, zyte.articleBody, zyte.inLanguage) == (line["title"], line["body"], "vi")
            assert zyte.datePublished == line["published_at"]
            assert zyte.metadata.dateDownloaded.endswith("Z")
            assert news.keys() <= NEWS_ARTICLE
            assert (news["@type"], news["headline"], news["identifier"]) == ("NewsArticle", line["title"], line["id"])
            assert news.get("sameAs", []) == line["also_at"]
            assert news.get("datePublished") == line["published_at"]
            assert news["publisher"]["areaServed"]["name"] == "Tân Sơn"
        assert "<" not in exported("jsonld").read_text("utf-8")

    def test_text_is_a_paragraph_a_line(self, exported: Exports) -> None:
        documents = exported("text").read_text("utf-8").split("\n\n")
        assert documents.pop() == ""
        flood = documents[0].split("\n")
        assert flood == ["Nước sông Khe Trúc tràn vào bốn thôn", *FLOOD.split("\n\n")]
        assert len(documents) == len(lines(exported("jsonl")))

    def test_compressed_is_the_same(self, exported: Exports) -> None:
        plain = exported("jsonl").read_bytes()
        assert zstandard.ZstdDecompressor().decompress(exported("jsonl", name="a.jsonl.zst").read_bytes()) == plain
        packed = exported("jsonl", name="a.jsonl.gz").read_bytes()
        assert gzip.decompress(packed) == plain
        assert packed[3:10] == bytes(6) + b"\xff"  # no name, no time, no system

    def test_an_empty_selection_is_an_empty_file(self, kept: Path, tmp_path: Path) -> None:
        for form in ("jsonl", "csv", "parquet", "sqlite", "jsonld", "zyte", "text"):
            path = tmp_path / form
            done = CommandLine(kept)("export", f"--{form}", str(path), "--from", "2031")
            assert (done.code, done.out) == (0, "")
            assert "nothing was chosen" in done.err
        assert (tmp_path / "jsonl").read_bytes() == (tmp_path / "text").read_bytes() == b""
        assert (tmp_path / "csv").read_text("utf-8").startswith("id,portal,")
        assert list((tmp_path / "parquet").iterdir()) == []
        with closing(sqlite3.connect(tmp_path / "sqlite")) as db:
            assert db.execute("SELECT count(*) FROM articles").fetchone() == (0,)


def _plain(value: Any) -> Any:
    """Without what only JSON or only Arrow tells: a time is a moment, a missing entry null."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items() if name not in ("portal", "year")}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, str) and value[4:5] == "-" and "T" in value:
        return datetime.fromisoformat(value)
    return value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An original that was edited after another portal had copied it, a near copy, and articles without a date or
    in another language.
    """
    path = tmp_path_factory.mktemp("choice") / "output"
    with Folder(path) as made:
        made.store("so_a", "lu", "Lũ về bản Lồng", FLOOD, day=0)
        made.store("so_b", "lu", "Lũ về bản Lồng", FLOOD, day=400)
        made.store("so_c", "lu", "Lũ về bản Lồng", FLOOD, day=500)
        made.store("so_a", "lu", "Lũ về bản Lồng", FLOOD.replace("một trăm hai mươi hộ", "hai trăm hộ"), day=0)
        made.store("so_b", "hop", "Họp thường kỳ tháng ba", "Sáng nay, Sở họp thường kỳ tháng ba tại Hà Rin.", day=None)
        english = "The provincial people's committee met on Monday to discuss the new road to the border gate."
        made.store("so_b", "road", "A new road to the border", english, day=30, language="en")
    return path


class TestChoice:
    def test_each_text_is_told_once(self, folder: Path) -> None:
        """What an article said before it was edited is told by the first that repeats it."""
        found = {(one.portal, one.title): one for one in told(folder)}
        first, copy = found["so_a", "Lũ về bản Lồng"], found["so_b", "Lũ về bản Lồng"]
        assert len(found) == 4
        assert "hai trăm hộ" in first.body
        assert (first.also_at, first.version) == ([], 2)
        assert (copy.body, copy.duplicate_of) == (FLOOD, first.id)
        assert copy.also_at == ["http://so-c.example/lu.html"]
        assert copy.cluster == first.id
        assert [one.portal for one in told(folder, portals=("so_c",))] == ["so_c"]
        assert told(folder, portals=("so_c",))[0].body == FLOOD
        textless = told(folder, copies="all", portals=("so_c",))[0]
        assert (textless.body, textless.duplicate_of) == ("", first.id)
        assert [one.portal for one in told(folder, copies="none", portals=("so_c", "so_a"))] == ["so_a"]
        assert [one.version for one in told(folder, versions="all", portals=("so_a",))] == [1, 2]

    def test_filters(self, folder: Path) -> None:
        day = FIRST_DAY.date()
        assert titles(folder, since=day + timedelta(days=1), until=day + timedelta(days=31)) == [
            "A new road to the border"
        ]
        assert "Họp thường kỳ tháng ba" not in titles(folder, until=date(2100, 1, 1))
        assert titles(folder, languages=("en",)) == ["A new road to the border"]
        assert "A new road to the border" not in titles(folder, languages=("vi-VN", "VI"))
        assert titles(folder, languages=("vi", "en")) == titles(folder)
        scores = {one.title: DERIVED["quality"].of(one)["quality"].score for one in told(folder)}
        least = max(scores.values())
        assert set(titles(folder, min_quality=least)) == {name for name, score in scores.items() if score >= least}
        with pytest.raises(ArchiveError, match=r"holds no articles of so_x\. It holds: so_a, so_b, so_c"):
            told(folder, portals=("so_x",))
        with pytest.raises(ArchiveError, match=r"no archive\.db"):
            told(folder / "none")

    def test_since_a_run(self, tmp_path: Path, luutin: CommandLine) -> None:
        """What is new, and what is part of it no more as it turned out to repeat another."""
        later = FLOOD.replace("Khe Trúc", "Khe Vàng")
        with Folder(luutin.output) as made:
            made.store("so_a", "mot", "Nước sông lên", later, day=200)
            made.store("so_a", "hai", "Họp thường kỳ", MEETING, day=1)
            made.archive("so_a").record_run(_run_ended_now("so_a"))
            made.store("so_b", "mot", "Nước sông lên", later, day=100)
        assert luutin("remove", Folder.url("so_a", "hai"), "--yes", "--reason", "theo yêu cầu").code == 0
        path = tmp_path / "new.jsonl"
        name = next((luutin.output / "reports").glob("*.json")).stem
        done = luutin("export", "--jsonl", str(path), "--since-run", name)
        assert done.code == 0, done.err
        assert [one["portal"] for one in lines(path)] == ["so_b"]
        gone = {one["url"]: one["reason"] for one in lines(tmp_path / "new.jsonl.removed.jsonl")}
        assert gone == {"http://so-a.example/mot.html": "duplicate", "http://so-a.example/hai.html": "withdrawn"}
        assert (
            "has no run 20200101T000000Z-x" in luutin("export", "--jsonl", "-", "--since-run", "20200101T000000Z-x").err
        )


def _run_ended_now(portal: str) -> RunReport:
    return run(0, portal=portal, run=f"20260302T013000000Z-{portal}", ended_at=datetime.now(UTC))


class TestHostileValues:
    """Pages are hostile: what they say must not become something else in a form."""

    def encoded(self, form: Any, **fields: Any) -> tuple[bytes, dict[str, int]]:
        record = msgspec.json.encode(Exported(**{"url": "http://so.example/", "title": "Tin", **fields}))
        piece = form.encode(iter([record]), PLAIN)
        return piece.data, dict(piece.notes)

    def test_cells_are_text_in_spreadsheets(self) -> None:
        formulas = ['=HYPERLINK("http://x")', "+1", "-1+2", "@SUM(1)", " =1", "\uff1d1", "\t=1", "\r=1"]
        for text in formulas:
            data, notes = self.encoded(Csv(for_spreadsheets=True), title=text)
            (row,) = list(csv.DictReader(io.StringIO(_headed(data), newline="")))
            assert row["title"] == f"'{text}"
            assert notes == {DEFUSED: 1}
            data, notes = self.encoded(Csv(), title=text)
            (row,) = list(csv.DictReader(io.StringIO(_headed(data), newline="")))
            assert (row["title"], notes) == (text, {})

    def test_cells_fit_spreadsheets(self) -> None:
        data, notes = self.encoded(Csv(for_spreadsheets=True), body="\U0001f33e" * MAX_CELL_UNITS)
        (row,) = list(csv.DictReader(io.StringIO(_headed(data), newline="")))
        assert row["body"] == "\U0001f33e" * (MAX_CELL_UNITS // 2)
        assert notes == {CUT: 1}

    def test_no_value_breaks_a_row(self) -> None:
        odd = 'a,b;"c"\r\nd\re\x00f\u2028g\u0085h'
        data, notes = self.encoded(Csv(), title=odd, tags=[odd])
        (row,) = list(csv.DictReader(io.StringIO(_headed(data), newline="")))
        assert row["title"] == odd.replace("\0", "\ufffd")
        assert json.loads(row["tags"]) == [odd]
        assert notes == {NULS: 1}

    def test_no_value_breaks_a_line_of_text(self) -> None:
        data, _ = self.encoded(Text(), title="Tin\u2028mới", lead=" \x0b", body="một\r\rhai\n\n\x85\n\nba ")
        assert data.decode() == "Tin\nmới\nmột\nhai\nba\n\n"

    def test_no_value_ends_an_element(self) -> None:
        data, _ = self.encoded(Jsonld(), title="</script><script>alert(1)</script>")
        assert b"<" not in data
        assert json.loads(data)["headline"] == "</script><script>alert(1)</script>"

    def test_a_date_is_told_as_exactly_as_it_is_stated(self) -> None:
        at = datetime.fromisoformat("2024-03-05T00:00:00+07:00")
        for precision, said in (("day", "2024-03-05"), ("month", "2024-03"), ("minute", "2024-03-05T00:00:00+07:00")):
            data, _ = self.encoded(Jsonld(), published_at=at, published_precision=precision)
            assert json.loads(data)["datePublished"] == said


def _headed(row: bytes) -> str:
    csv.field_size_limit(10**7)
    return (Csv().head(PLAIN) + row).decode()
