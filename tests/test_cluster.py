"""Work on the machines of a cluster: the bytes of one process, and nothing lost with whoever dies."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster_trial import DELAY, trial
from conftest import SAMPLE, CommandLine
from workers import DaskCluster

from crawler.engine import Engine, engine_of
from crawler.errors import BadArgument
from pipelines import cluster as cluster_module
from pipelines.cluster import Cluster, Shared, seen_by_all
from pipelines.errors import ArchiveError, ClusterLost


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    with DaskCluster(tmp_path_factory.mktemp("dask"), 2) as cluster:
        cluster.wait()
        yield cluster


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    luutin = CommandLine(tmp_path_factory.mktemp("crawled") / "output")
    assert luutin("crawl", "portal", "-a", f"origin={SAMPLE}", "-a", "captures=all").code == 0
    return luutin


def lines(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "articles").iterdir()}


@pytest.mark.no_cover
def test_a_reparse_gives_the_same_lines(cluster: DaskCluster, crawled: CommandLine, tmp_path: Path) -> None:
    copy = CommandLine(tmp_path / "output")
    shutil.copytree(crawled.output / "captures", copy.output / "captures")
    done = copy("reparse", "--engine", cluster.address)
    assert done.code == 0, done.err
    assert lines(copy.output) == lines(crawled.output)
    assert not list(copy.output.glob(".shared*"))


@pytest.mark.no_cover
@pytest.mark.parametrize("form", ["jsonl", "parquet", "sqlite"])
def test_an_export_gives_the_same_bytes(cluster: DaskCluster, crawled: CommandLine, tmp_path: Path, form: str) -> None:
    for name, options in {"here": ("--workers", "1"), "there": ("--engine", cluster.address)}.items():
        extra = ("--with", "quality") if form == "jsonl" else ()
        done = crawled("export", f"--{form}", str(tmp_path / name), *extra, *options)
        assert done.code == 0, done.err
    here, there = tmp_path / "here", tmp_path / "there"
    files = [path.relative_to(here) for path in here.rglob("*") if path.is_file()] if here.is_dir() else [Path()]
    assert files
    for file in files:
        assert (here / file).read_bytes() == (there / file).read_bytes()
    assert not list(tmp_path.rglob(".shared*"))


@pytest.mark.no_cover
def test_an_index_finds_the_same(cluster: DaskCluster, crawled: CommandLine) -> None:
    found = []
    for options in ((), ("--workers", "2"), ("--engine", cluster.address)):
        done = crawled("index", "--rebuild", *options)
        assert done.code == 0, done.err
        found.append(crawled("search", "kế hoạch", "--json").out)
    assert found[0].count("portal")
    assert found == found[:1] * 3


@pytest.mark.no_cover
def test_a_worker_dies_for_good_and_the_scheduler_is_started_again(luutin: CommandLine, tmp_path: Path) -> None:
    came = trial(luutin, tmp_path, portals=4, articles=8, workers=2)
    assert came.code == 0, came.err
    assert set(came.results.values()) == {0}
    assert len(came.articles) == 4 * 8
    assert set(came.articles.values()) == {1}
    assert (came.versions, came.verified, came.at_once) == (0, 0, 1)
    assert came.least_gap >= DELAY * 0.9  # the clock of the one who answers is not that of the one who asks
    assert came.asked_again <= 4 * 6


class TestExecutor:
    def test_what_comes_of_it_is_given_back(self, cluster: DaskCluster) -> None:
        with Cluster(cluster.address) as executor:
            assert executor.width == 2
            assert [future.result(60) for future in [executor.submit(abs, number) for number in range(-9, 0)]] == [
                *range(9, 0, -1)
            ]

    def test_workers_must_see_the_folder(
        self, cluster: DaskCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Cluster(cluster.address) as executor:
            with seen_by_all(tmp_path) as shared:
                assert executor.submit(Shared.check, shared).result(60) is None
                other = Shared(tmp_path, shared.token, "0.0.1")
                with pytest.raises(ArchiveError, match=r"who asks has 0\.0\.1: install the same there"):
                    executor.submit(Shared.check, other).result(60)
            with pytest.raises(ArchiveError, match="mount the same storage"):
                executor.submit(Shared.check, Shared(tmp_path, "token", shared.version)).result(60)
        assert not list(tmp_path.iterdir())

    def test_a_scheduler_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cluster_module, "TRY_SECONDS", 0.5)
        with pytest.raises(ClusterLost, match="no scheduler answers"):
            Cluster("dask://127.0.0.1:1", patience=0.0)


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ({"engine": "processes:3"}, Engine(3, named=True)),
        ({"workers": 4}, Engine(4, named=True)),
        ({"engine": "dask://may-1:8786"}, Engine(0, "dask://may-1:8786")),
        ({"engine": "dask://[::1]:8786"}, Engine(0, "dask://[::1]:8786")),
    ],
)
def test_what_an_engine_is_called(said: dict[str, object], means: Engine) -> None:
    from argparse import Namespace

    assert engine_of(Namespace(**{"engine": None, "workers": None, **said})) == means


@pytest.mark.parametrize(
    "said",
    [
        {"engine": "spark://a:1"}, {"engine": "processes:0"}, {"engine": "processes:x"}, {"engine": "dask://a"},
        {"workers": 0}, {"engine": "processes", "workers": 2}, {"engine": "dask://a:1/; rm"},
    ],
)  # fmt: skip
def test_what_is_none_is_refused(said: dict[str, object]) -> None:
    from argparse import Namespace

    with pytest.raises(BadArgument):
        engine_of(Namespace(**{"engine": None, "workers": None, **said}))
