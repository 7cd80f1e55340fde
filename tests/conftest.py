"""What several tests share: made-up articles, the sample portal on a real server, and the command line."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from coverage import Coverage
from hypothesis import settings
from preloaded import LUUTIN, MEASURED, PRELOADED, Started, suits
from sample_server import SampleServer
from searched import fill

from pipelines.items import Article
from pipelines.search.index import catch_up
from pipelines.search.searcher import Searcher

if TYPE_CHECKING:
    from kept_site import Visitor

pytest_plugins = ["looking", "storages"]
REPO = Path(__file__).parents[1]
SAMPLE = REPO / "sample" / "sample.wacz"
settings.register_profile("untimed", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("untimed")
CAPTURED = datetime(2025, 6, 2, 1, 12, 13, tzinfo=UTC)


@pytest.fixture
def make_article() -> Callable[..., Article]:
    def make(**fields: Any) -> Article:
        values: dict[str, Any] = {
            "portal": "so_thu",
            "url": "https://so.tinhthu.example/hop-giao-ban-thang-ba/",
            "title": "Họp giao ban công tác tháng 3 năm 2024",
            "body": "Sáng 04/3/2024, Sở tổ chức họp giao ban.\n\nGiám đốc yêu cầu các phòng rà soát hồ sơ tồn đọng./.",
            "captured_at": CAPTURED,
        }
        return Article(**{**values, **fields})

    return make


@dataclass
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    def lines(self, folder: Path, portal: str) -> list[dict[str, Any]]:
        path = folder / "articles" / f"{portal}.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


class CommandLine:
    """Runs `luutin` against an output folder of its own: forked from what has imported it, or `afresh`."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.env = {"LUUTIN_CONTACT": "https://luutin.example/bot"}

    def popen(self, *args: str, stderr: int | None = None) -> Started:
        return PRELOADED.start([*args], self._environment(), stderr)

    def __call__(self, *args: str, **options: Any) -> Done:
        """A fork, unless it needs a start of its own: for options of `subprocess.run`, or by its environment."""
        if options or not suits(self._environment()):
            return self.afresh(*args, **options)
        process = self.popen(*args)
        out, err = process.communicate(timeout=120)
        assert process.returncode is not None
        return Done(process.returncode, out, err)

    def afresh(self, *args: str, **options: Any) -> Done:
        """The console script in an interpreter of its own; `options` are those of `subprocess.run`."""
        command, env = [LUUTIN, *args], self._environment()
        ended = subprocess.run(
            command, env=env, cwd=REPO, capture_output=True, check=False, text=True, timeout=120, **options
        )
        return Done(ended.returncode, ended.stdout, ended.stderr)

    def _environment(self) -> dict[str, str]:
        env = {**os.environ, **self.env, "LUUTIN_OUTPUT": str(self.output)}
        if Coverage.current() is None:  # no coverage at all, or none of a test marked `no_cover`
            env.pop(MEASURED, None)
        return env

    def lines(self, portal: str) -> list[dict[str, Any]]:
        path = self.output / "articles" / f"{portal}.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []

    def versions(self, portal: str) -> list[dict[str, Any]]:
        """The lines but for those that only say what an article has come to be of others."""
        last: dict[str, Any] = {}
        found = []
        for line in self.lines(portal):
            said = (line["digest"], line["captured_at"], line["gone_at"])
            if last.get(line["id"]) != said:
                found.append(line)
            last[line["id"]] = said
        return found

    def report(self) -> dict[str, Any]:
        """The newest run report."""
        reports = sorted((self.output / "reports").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        report: dict[str, Any] = json.loads(reports[-1].read_text("utf-8"))
        return report


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small invented archive with its index; only to be read."""
    from kept_site import fill

    folder = tmp_path_factory.mktemp("kept") / "output"
    fill(folder)
    return folder


@pytest.fixture(scope="session")
def visitor(kept: Path) -> Iterator[Visitor]:
    """Asks the site over it."""
    from kept_site import visited

    with visited(kept, licence="Văn bản của các cổng; dữ liệu dẫn xuất: CC BY 4.0") as visitor:
        yield visitor


@pytest.fixture(scope="session", autouse=True)
def preloaded() -> Iterator[None]:
    """The process commands are forked from ends with the tests."""
    yield
    PRELOADED.close()


@pytest.fixture
def luutin(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "output")


@pytest.fixture
def portal() -> Iterator[SampleServer]:
    """The sample portal as it was on its first day, on a real HTTP server."""
    with SampleServer(SAMPLE) as server:
        yield server


@pytest.fixture(scope="session")
def expected() -> dict[str, dict[str, Any]]:
    """The truth of the sample archive, by URL."""
    rows = map(json.loads, (REPO / "sample" / "expected.jsonl").read_text("utf-8").splitlines())
    return {row["url"]: row for row in rows}


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the sample portal's articles and of invented ones, indexed."""
    folder = tmp_path_factory.mktemp("library") / "output"
    fill(folder)
    catch_up(folder)
    return folder


@pytest.fixture(scope="session")
def searcher(library: Path) -> Searcher:
    return Searcher(library)
