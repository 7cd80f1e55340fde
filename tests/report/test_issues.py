"""Issues in a real database: opened, kept open, closed by who could look; and the runs read back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_reports import run

from pipelines.archive.folder import Archive
from pipelines.errors import ArchiveError
from pipelines.report.issues import Issue, open_issues
from pipelines.report.metrics import metrics
from pipelines.report.stored import read_run, read_runs

NO_DATES = Issue("fill", "published_at is in 3% of articles; 50% are expected", "published_at")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path, "so_thu", "luutin/test") as archive:
        yield archive


def standing(archive: Archive) -> list[tuple[str, str, str]]:
    return [(one.kind, one.subject, one.opened_at) for one in open_issues(archive.db)]


class TestLife:
    def test_an_issue_stands_until_a_run_that_looks_does_not_see_it(self, archive: Archive) -> None:
        key = [NO_DATES.key]
        archive.record_run(run(1, issues=[NO_DATES], checked=key))
        opened = standing(archive)
        assert [row[:2] for row in opened] == [("fill", "published_at")]
        archive.record_run(run(2, issues=[Issue("fill", "now 1%", "published_at")], checked=key))
        assert standing(archive) == opened  # the same issue, since the first run
        assert open_issues(archive.db)[0].message == "now 1%"
        archive.record_run(run(3, finished="shutdown", issues=[Issue("run", "ended early")], checked=["run"]))
        assert len(standing(archive)) == 2  # an interrupted run cannot tell
        archive.record_run(run(4, issues=[], checked=[*key, "run"]))
        assert not standing(archive)
        closed = archive.db.one("SELECT closed_at FROM issues WHERE kind = 'fill'")
        assert closed is not None
        assert closed["closed_at"].startswith("2026-03-06")

    def test_an_issue_that_comes_back_is_another(self, archive: Archive) -> None:
        for number, issues in enumerate(([NO_DATES], [], [NO_DATES])):
            archive.record_run(run(number, issues=issues, checked=[NO_DATES.key]))
        row = archive.db.one("SELECT count(*) AS n, count(closed_at) AS closed FROM issues")
        assert row is not None
        assert (row["n"], row["closed"]) == (2, 1)

    def test_the_issues_of_one_field_and_one_portal_are_not_those_of_another(self, archive: Archive) -> None:
        archive.record_run(run(1, issues=[NO_DATES], checked=[NO_DATES.key]))
        archive.record_run(run(2, checked=["fill:section"]))
        archive.record_run(run(3, portal="bao_thu", run="20260305T013000Z-bao_thu", checked=[NO_DATES.key]))
        assert len(standing(archive)) == 1


class TestReading:
    def test_the_database_is_read_while_a_crawl_holds_it(self, tmp_path: Path, archive: Archive) -> None:
        archive.record_run(run(1, issues=[NO_DATES], checked=[NO_DATES.key]))
        archive.record_run(run(2, issues=[NO_DATES], checked=[NO_DATES.key]))
        found = read_runs(tmp_path, "so_thu", 10)
        assert [one.run for one in found.runs] == [run(2).run, run(1).run]
        assert found.issues[0].message == NO_DATES.message
        assert not found.notes

    @pytest.mark.parametrize("damage", ["gone", "garbage", "older"])
    def test_without_a_database_the_files_tell(self, tmp_path: Path, damage: str) -> None:
        with Archive(tmp_path, "so_thu", "luutin/test") as archive:
            archive.record_run(run(1))
            archive.record_run(run(2, issues=[NO_DATES], unmet=[NO_DATES.message], checked=[NO_DATES.key]))
        path = tmp_path / "archive.db"
        if damage == "older":
            db = sqlite3.connect(path)
            db.execute("PRAGMA user_version = 1")
            db.close()
        else:
            path.unlink()
        if damage == "garbage":
            path.write_bytes(b"no database" * 100)
        found = read_runs(tmp_path)
        assert [one.run for one in found.runs] == [run(2).run]
        assert [one.message for one in found.issues] == [NO_DATES.message]
        assert "reports/" in found.notes[0]

    def test_a_database_built_anew_compares_with_the_files(self, tmp_path: Path) -> None:
        with Archive(tmp_path, "so_thu", "luutin/test") as archive:
            archive.record_run(run(1))
        (tmp_path / "archive.db").unlink()
        with Archive(tmp_path, "so_thu", "luutin/test") as archive:
            path = archive.record_run(run(2))
        assert run(1).started_at.strftime("%Y-%m-%d %H:%M") in path.with_suffix(".html").read_text("utf-8")

    def test_a_report_of_another_version_or_a_torn_one_is_left_out(self, tmp_path: Path) -> None:
        reports = tmp_path / "reports"
        old = json.loads(run(1).write(reports).read_text("utf-8"))
        for name in ("walk", "traffic", "stored", "issues", "checked", "examples", "settings", "blocked"):
            del old[name]
        (reports / f"{old['run']}.json").write_text(json.dumps({**old, "unmet": ["no date"]}), "utf-8")
        (reports / "20260309T013000Z-so_thu.json").write_text('{"run": "2026')
        found = read_runs(tmp_path, "so_thu", 10)
        assert [(one.run, one.exit_code) for one in found.runs] == [(old["run"], 3)]

    def test_a_name_that_leads_out_of_the_folder_is_no_run(self, tmp_path: Path) -> None:
        run(1).write(tmp_path)
        (tmp_path / "reports").mkdir()
        assert read_run(tmp_path, f"../{run(1).run}") is None

    def test_an_empty_folder_is_an_error_that_says_what_to_do(self, tmp_path: Path) -> None:
        with pytest.raises(ArchiveError, match="LUUTIN_OUTPUT"):
            read_runs(tmp_path)


class TestVerdict:
    def test_exit_codes(self) -> None:
        assert run().exit_code == 0
        assert run(unmet=["x"]).exit_code == 3
        assert run(unmet=["x"], blocked=True).exit_code == 4
        assert run(finished="shutdown", unmet=["x"]).exit_code == 1
        assert run(finished="aborted", error="x", blocked=True).exit_code == 4

    def test_verdicts(self) -> None:
        said = [run(), run(unmet=["x"]), run(finished="shutdown"), run(error="x"), run(blocked=True)]
        assert [one.verdict for one in said] == ["ok", "1 issue", "interrupted", "failed", "blocked"]


def test_metrics_are_in_the_text_format_with_every_label_escaped() -> None:
    report = run(issues=[NO_DATES], reasons={'failed:he said "no"\n': 2}, unmet=["x"])
    text = metrics(report)
    assert 'luutin_run_exit_code{portal="so_thu"} 3\n' in text
    assert r'luutin_run_reasons{portal="so_thu",outcome="failed",reason="he said \"no\"\n"} 2' in text
    assert 'luutin_run_issues{portal="so_thu",kind="fill"} 1' in text
    names = [line.split(" ")[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names))
    assert all(line.startswith(("#", "luutin_")) for line in text.splitlines())
