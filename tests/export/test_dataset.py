"""The data set folder: splits by day with families undivided, and what its card, plots and citation say."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from kept_site import FACTS
from lxml import etree

from pipelines.archive.database import Database
from pipelines.errors import ArchiveError
from pipelines.export.chosen import Chosen, Filters
from pipelines.export.dataset import folder as writing
from pipelines.export.dataset import pictures
from pipelines.export.dataset.counts import Counts, PortalCounts, counted
from pipelines.export.dataset.described import Wishes, chosen_by
from pipelines.export.dataset.fields import DOCUMENTATION
from pipelines.export.dataset.folder import export_dataset, is_dataset
from pipelines.export.dataset.splits import Splits, bounds_of, divide
from pipelines.export.dataset.statistics import plots
from pipelines.export.formats.arrow import schema_of
from pipelines.export.formats.parquet import Table
from pipelines.export.record import Columns
from pipelines.export.staged import Staged
from pipelines.export.working import Workers
from pipelines.report.plots import ranked

FIRST = date(2024, 1, 1)


def days(*counts: int) -> dict[date, int]:
    """So many articles on one day after the other."""
    return {FIRST + timedelta(days=at): count for at, count in enumerate(counts)}


class TestBounds:
    @pytest.mark.parametrize(
        ("counts", "validation", "test"),
        [
            ([1] * 100, 90, 95),
            ([10] * 10, 8, 9),  # a day has more than the share: one is taken
            ([100, 100, 3, 4, 3, 7], 2, 4),  # nearer with a day than without
            ([100, 100, 30, 1, 9], 2, 3),  # a large day is left out where less is nearer
        ],
    )
    def test_fall_between_days(self, counts: list[int], validation: int, test: int) -> None:
        assert bounds_of(days(*counts)) == (FIRST + timedelta(days=validation), FIRST + timedelta(days=test))

    @pytest.mark.parametrize("counts", [[], [5], [50, 50], [1, 1, 1], [10, 10, 500]])
    def test_there_are_none_where_days_are_too_few_or_too_full(self, counts: list[int]) -> None:
        assert bounds_of(days(*counts)) is None


@dataclass
class Picked:
    """As `Chosen` has it: the table of what is chosen."""

    db: Database
    filters: Filters

    def add(self, name: str, published: str | None, cluster: str | None = None, version: int = 1) -> None:
        self.db.execute(
            "INSERT INTO chosen (id, cluster, published_at, version) VALUES (?, ?, ?, ?)",
            (name, cluster or name, published, version),
        )

    def divide(self) -> tuple[Splits, dict[str, str]]:
        splits = divide(cast("Chosen", self))
        rows = self.db.rows("SELECT id, split FROM temp.placed JOIN chosen USING (place)")
        return splits, {row["id"]: row["split"] for row in rows}


@pytest.fixture
def picked(tmp_path: Path) -> Iterator[Picked]:
    """A hundred articles, one a day."""
    with closing(Database(tmp_path / "archive.db")) as db:
        db.execute("CREATE TEMP TABLE chosen (place INTEGER PRIMARY KEY, id, cluster, published_at, version)")
        made = Picked(db, Filters(versions="all"))
        for at in range(100):
            made.add(f"bai-{at}", f"{FIRST + timedelta(days=at)}T08:00:00+07:00")
        yield made


class TestDivide:
    def test_the_newest_days_are_held_back(self, picked: Picked) -> None:
        splits, of = picked.divide()
        assert splits == Splits({"train": 90, "validation": 5, "test": 5}, 0, date(2024, 3, 31), date(2024, 4, 5))
        assert [of[f"bai-{at}"] for at in (89, 90, 94, 95)] == ["train", "validation", "validation", "test"]

    def test_a_family_is_where_its_original_is(self, picked: Picked) -> None:
        picked.add("chep-muon", "2024-04-09T08:00:00+07:00", "bai-2")
        picked.add("chep-som", "2024-01-03T08:00:00+07:00", "bai-99")
        splits, of = picked.divide()
        assert (of["chep-muon"], of["bai-2"]) == ("train", "train")
        assert (of["chep-som"], of["bai-99"]) == ("test", "test")
        assert splits.families == 2

    def test_without_its_original_it_is_where_the_earliest_is(self, picked: Picked) -> None:
        picked.add("mot", "2024-04-09T08:00:00+07:00", "khong-chon")
        picked.add("hai", "2024-04-02T08:00:00+07:00", "khong-chon")
        picked.add("ba", None, "khong-chon")
        _, of = picked.divide()
        assert {of["mot"], of["hai"], of["ba"]} == {"validation"}

    def test_what_is_undated_is_for_training(self, picked: Picked) -> None:
        picked.add("khong-ngay", None)
        picked.add("chep", "2024-04-09T08:00:00+07:00", "khong-ngay")
        _, of = picked.divide()
        assert (of["khong-ngay"], of["chep"]) == ("train", "train")

    def test_days_are_those_of_hanoi(self, picked: Picked) -> None:
        picked.add("truoc-nua-dem", "2024-04-04T16:59:00+00:00")
        picked.add("sau-nua-dem", "2024-04-04T17:01:00+00:00")
        _, of = picked.divide()
        assert (of["truoc-nua-dem"], of["sau-nua-dem"]) == ("validation", "test")

    def test_all_versions_are_in_the_family_that_the_newest_says(self, picked: Picked) -> None:
        picked.add("sua", "2024-04-09T08:00:00+07:00")
        picked.add("sua", "2024-04-09T08:00:00+07:00", "bai-2", version=2)
        picked.divide()
        rows = picked.db.rows("SELECT split FROM temp.placed JOIN chosen USING (place) WHERE id = 'sua'")
        assert [row["split"] for row in rows] == ["train", "train"]


def export(archive: Path, into: Path, wishes: Wishes, workers: int = 1, columns: Columns | None = None) -> Any:
    table = Table(archive, columns or Columns())
    with Chosen(archive, Filters()) as chosen, Workers(workers) as many, Staged(into, "khoa", is_dataset) as staged:
        done = export_dataset(chosen, staged, table, wishes, many)
        staged.commit()
    return done


def front_matter(into: Path) -> tuple[dict[str, Any], str]:
    _, front, text = (into / "README.md").read_text("utf-8").split("---\n", 2)
    return yaml.safe_load(front), text


@pytest.fixture(scope="module")
def tin(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of the small invented archive."""
    into = tmp_path_factory.mktemp("dataset") / "tin"
    export(kept, into, Wishes(portals=FACTS, licence="CC BY 4.0", contact="https://kho.example/lien-he"))
    return into


class TestFolder:
    def test_any_number_of_workers_writes_the_same_bytes(
        self, kept: Path, tin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "SHARD_ROWS", 2)
        for workers in (1, 2):
            export(kept, tmp_path / str(workers), Wishes(portals=FACTS), workers)
        trees = [
            {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
            for root in (tmp_path / "1", tmp_path / "2")
        ]
        assert trees[0] == trees[1]
        assert {path for path in trees[0] if path.startswith("data/")} == {
            "data/train-00000-of-00002.parquet",
            "data/train-00001-of-00002.parquet",
            "data/validation-00000-of-00001.parquet",
            "data/test-00000-of-00001.parquet",
        }

    def test_what_an_interrupted_run_has_written_is_gone_on_with(self, kept: Path, tin: Path, tmp_path: Path) -> None:
        table, wishes = Table(kept, Columns()), Wishes(portals=FACTS)
        with Chosen(kept, Filters()) as chosen, Workers(1) as one, Staged(tmp_path / "t", "khoa", is_dataset) as staged:
            export_dataset(chosen, staged, table, wishes, one)
        (tmp_path / "t.partial" / "data" / "validation-00000-of-00001.parquet").unlink()
        assert export(kept, tmp_path / "t", wishes).resumed == 5
        assert (tmp_path / "t" / "statistics.json").read_bytes() == (tin / "statistics.json").read_bytes()

    def test_each_article_is_once_and_in_its_split(self, tin: Path) -> None:
        shards = {path.name.split("-")[0]: pq.read_table(path) for path in sorted((tin / "data").glob("*.parquet"))}
        assert shards["test"]["title"].to_pylist() == ["Cầu treo Nà Phường thông xe"]
        assert shards["validation"]["title"].to_pylist() == ["Công nhận làng nghề miến dong Bản Chiềng"]
        assert shards["train"]["portal"].to_pylist() == ["bao_tanson"] * 3 + ["so_nv_tanson"]
        flood = [row for row in shards["train"].to_pylist() if row["cluster"] == shards["train"]["cluster"][0].as_py()]
        assert [row["near_duplicate_kind"] for row in flood] == [None, "edited"]
        assert flood[0]["also_at"] == ["http://so-nv-tanson.example/tin/lu.html"]

    def test_statistics_count_it(self, tin: Path) -> None:
        told = json.loads((tin / "statistics.json").read_text("utf-8"))
        bodies = [body for path in (tin / "data").iterdir() for body in pq.read_table(path)["body"].to_pylist()]
        assert told["articles"] == len(bodies) == 6
        assert told["characters"] == sum(map(len, bodies))
        assert told["syllables"] == sum(len(body.split()) for body in bodies)
        assert told["body_characters"]["up to 250"] == sum(len(body) <= 250 for body in bodies)
        assert sum(told["body_characters"].values()) == 6
        assert (told["articles_with_copies"], told["copies"], told["near_duplicates"]) == (1, 1, 1)
        assert (told["families"], told["not_first_version"], told["gone"], told["read_generically"]) == (1, 2, 1, 0)
        assert told["languages"] == {"vi": 6}
        filled = {name: told["filled"].get(name, 0) for name in ("title", "lead", "authors", "published_at", "parts")}
        assert filled == {"title": 6, "lead": 1, "authors": 1, "published_at": 5, "parts": 0}
        assert told["portals"]["bao_tanson"]["years"] == {"undated": 1, "2022": 3}
        office = told["portals"]["so_nv_tanson"]
        assert office["published"] == ["2022-09-17T15:00:00+07:00", "2022-10-24T15:00:00+07:00"]
        by_split = {name: one["articles"] for name, one in told["splits"].items()}
        assert by_split == {"train": 4, "validation": 1, "test": 1}

    def test_the_card_says_what_is_in_it(self, tin: Path) -> None:
        front, text = front_matter(tin)
        assert front["license"] == "cc-by-4.0"
        assert front["language"] == ["vi"]
        assert front["size_categories"] == ["n<1K"]
        assert [one["split"] for one in front["configs"][0]["data_files"]] == ["train", "validation", "test"]
        assert [one["num_examples"] for one in front["dataset_info"]["splits"]] == [4, 1, 1]
        assert front["dataset_info"]["download_size"] == sum(path.stat().st_size for path in (tin / "data").iterdir())
        assert "what was published on 2022-11-13 or later is `test`, from 2022-10-24 on" in text
        assert "| `so_nv_tanson` | Sở Nội vụ Tân Sơn | Tân Sơn | 2 |" in text
        assert "| 2024-07-01 (Đồng Mai) |" in text
        assert "to https://kho.example/lien-he" in text
        assert "Nothing was masked" in text
        assert "{{ " not in text
        assert "{%" not in text
        linked = {path.name for path in (tin / "statistics").iterdir()}
        assert linked == {name for name in writing.PLOTS if f"](statistics/{name})" in text}

    def test_plots_and_citation_are_sound(self, tin: Path) -> None:
        for path in (tin / "statistics").iterdir():
            assert etree.parse(path).getroot().get("role") == "img"
        cited = yaml.safe_load((tin / "CITATION.cff").read_text("utf-8"))
        assert (cited["cff-version"], cited["type"], cited["license"]) == ("1.2.0", "dataset", "CC-BY-4.0")
        assert (cited["version"], cited["date-released"]) == ("2023.10.19", "2023-10-19")
        assert cited["authors"][0]["website"] == "https://kho.example/lien-he"

    def test_what_is_typed_stays_text(self, kept: Path, tmp_path: Path) -> None:
        title = 'Tin "tỉnh" | *đậm* <b>&amp;\n---\nlicense: mit'
        wishes = Wishes(title=title, licence="Hỏi: tòa soạn\n# mit", contact="văn phòng | [kho](x)", redacted=True)
        export(kept, tmp_path / "tin", wishes)
        front, text = front_matter(tmp_path / "tin")
        one_line = " ".join(title.split())
        assert (front["pretty_name"], front["license"]) == (one_line, "other")
        assert text.lstrip().startswith(r"# Tin \"tỉnh\" \| \*đậm\* \<b\>\&amp;".replace(r"\"", '"'))
        assert r"văn phòng \| \[kho\](x)" in text
        assert "was masked" in text
        assert yaml.safe_load((tmp_path / "tin" / "CITATION.cff").read_text("utf-8"))["title"] == one_line
        assert json.loads((tmp_path / "tin" / "croissant.json").read_text("utf-8"))["name"] == one_line

    def test_one_article_is_a_data_set_too(self, kept: Path, tmp_path: Path) -> None:
        into = tmp_path / "tin"
        table = Table(kept, Columns())
        chosen = Chosen(kept, Filters(since=date(2022, 11, 1)))
        with chosen, Workers(1) as one, Staged(into, "khoa", is_dataset) as staged:
            assert export_dataset(chosen, staged, table, Wishes(), one).notes == {"articles in train": 1}
            staged.commit()
        front, text = front_matter(into)
        assert [one["split"] for one in front["configs"][0]["data_files"]] == ["train"]
        assert front["license"] == "unknown"
        assert "All is `train`" in text

    def test_no_article_is_none(self, kept: Path, tmp_path: Path) -> None:
        into = tmp_path / "tin"
        chosen = Chosen(kept, Filters(since=date(2031, 1, 1)))
        with (
            chosen,
            Staged(into, "khoa", is_dataset) as staged,
            pytest.raises(ArchiveError, match="no such article"),
        ):
            export_dataset(chosen, staged, Table(kept, Columns()), Wishes(), Workers(1))
        assert not into.exists()

    def test_the_card_says_how_articles_were_chosen(self) -> None:
        filters = Filters(("so_thu",), date(2024, 1, 1), None, ("vi",), "none", "newest", 0.5, None)
        assert list(chosen_by(filters)) == [
            "of so_thu",
            "published on 2024-01-01 or later",
            "in the languages vi",
            "that are originals: no near copies",
            "with a quality score of 0.5 or more",
        ]

    def test_only_what_was_made_here_is_replaced(self, tin: Path, tmp_path: Path) -> None:
        assert is_dataset(tin)
        shutil.copytree(tin / "data", tmp_path / "of_others" / "data")
        assert not is_dataset(tmp_path / "of_others")
        clone = tmp_path / "clone"
        shutil.copytree(tin, clone)
        (clone / ".git").mkdir()
        (clone / ".git" / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
        assert not is_dataset(clone)


def test_every_column_is_documented() -> None:
    derived = ("quality", "normalised", "sentences", "words")
    assert set(schema_of(Columns(derived, redact=True)).names) <= DOCUMENTATION.keys()


def test_what_was_masked_is_added_up(tin: Path) -> None:
    [shard] = (tin / "data").glob("train-*")
    batch = pq.read_table(shard).to_batches()[0]
    told = [{"email": 1, "phone": 2, "id_number": 0}] * batch.num_rows
    both = counted(batch)
    both.add(counted(batch.append_column("redacted", pa.array(told))))
    assert both.masked == {"email": 4, "phone": 8}
    assert both.articles == 8


def test_years_that_are_many_or_far_leave_the_plot_readable() -> None:
    counts = Counts()
    counts.portals["so_thu"] = PortalCounts(18, years=Counter(dict.fromkeys((*range(2009, 2026), 2091), 1)))
    counts.portals |= {f"so_{at:02}": PortalCounts(1, years=Counter({0: 1})) for at in range(40)}
    texts = etree.fromstring(plots(counts)["articles.svg"].encode()).xpath("//*[local-name()='text']/text()")
    assert texts[1:13] == ["< 2017", *map(str, range(2017, 2026)), "2091", "undated"]
    assert texts[13:26] == ["so_thu", "8", *["1"] * 10, "so_00"]
    assert texts[-2:] == ["11 others", "11"]


def test_a_picture_shows_any_name() -> None:
    drawn = pictures.ranking(ranked("Cổng & sở", "cổng", {'<script>"x"</script>': 3, "báo": 1}, 5))
    texts = etree.fromstring(drawn.encode()).xpath("//*[local-name()='text']/text()")
    assert texts == ["Cổng & sở", '<script>"x"</script>', "3", "báo", "1"]
