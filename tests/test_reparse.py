"""`luutin reparse`: the same archive again from its captures, whoever reads them and whatever dies meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from conftest import REPO, SAMPLE, CommandLine
from sample_server import SampleServer

from pipelines.archive.journal import Read, encode, journal_path, read_journal

NAME = "sokhdt_tanson_example"
TABLES = ("captures", "urls", "sections", "articles", "portals", "learnt", "files", "texts", "holders", "text_keys")


class Folder:
    """An output folder and what is in it."""

    def __init__(self, path: Path, live: str) -> None:
        self.path = path
        self.live = live
        """The name of the portal that was crawled live."""
        self.luutin = CommandLine(path)

    def copy(self, to: Path, *, captures_only: bool = False) -> Folder:
        shutil.copytree(
            self.path / "captures" if captures_only else self.path, to / "captures" if captures_only else to
        )
        return Folder(to, self.live)

    def lines(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted((self.path / "articles").iterdir())}

    def rows(self, table: str) -> list[sqlite3.Row]:
        """All rows of a table."""
        db = sqlite3.connect(self.path / "archive.db")
        db.row_factory = sqlite3.Row
        found = db.execute(f"SELECT * FROM {table}").fetchall()
        db.close()
        return found

    def everything(self) -> dict[str, object]:
        """Lines, indexes and every row but those of runs, which are no part of the captures."""
        found: dict[str, object] = dict(self.lines())
        found.update((path.name, path.read_bytes()) for path in self.path.glob("captures/*/*.cdxj"))
        db = sqlite3.connect(self.path / "archive.db")
        for table in TABLES:
            rows = db.execute(f"SELECT * FROM {table}").fetchall()
            found[table] = sorted(row[1:] if table == "captures" else row for row in rows)
        db.close()
        return found


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Two portals in one folder: the sample's captures, every version; then the same portal live on two days.

    So that there are versions, unchanged pages, revisit records, parts, and duplicates within and across portals.
    """
    folder = tmp_path_factory.mktemp("crawled") / "output"
    luutin = CommandLine(folder)
    with SampleServer(SAMPLE) as portal:
        assert luutin("crawl", "portal", "-a", f"origin={SAMPLE}", "-a", "captures=all").code == 0
        live = luutin("crawl", "portal", "-a", f"url={portal.url}")
        assert live.code == 3, "the second portal has nothing but what the first has, which is worth an issue"
        portal.day = 2
        again = luutin("crawl", "portal", "-a", f"url={portal.url}", "-a", "full=1")
        assert again.code == 3, "all of it is, by now: its last own article says on its second day what the first has"
    return Folder(folder, portal.name)


def test_the_folder_has_all_that_makes_order_matter(crawled: Folder) -> None:
    """Guards the tests below: without these they would pass for nothing."""
    lines = [json.loads(line) for text in crawled.lines().values() for line in text.splitlines()]
    reads = [e for e in read_journal(journal_path(crawled.path, crawled.live)) if isinstance(e, Read)]
    by_id = {line["id"]: line["portal"] for line in lines}
    assert {line["version"] for line in lines} == {1, 2}
    assert any(line["parts"] for line in lines)
    assert {(line["portal"], by_id[line["duplicate_of"]]) for line in lines if line["duplicate_of"]} >= {
        (NAME, NAME),
        (crawled.live, NAME),
    }
    assert len(reads) > len(crawled.lines()[f"{crawled.live}.jsonl"].splitlines())  # some were unchanged
    assert crawled.live < NAME  # the one crawled last comes first by name


@pytest.mark.no_cover
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_captures_alone_give_the_same_archive(crawled: Folder, tmp_path: Path, workers: int) -> None:
    copy = crawled.copy(tmp_path / "output", captures_only=True)
    for path in copy.path.glob("captures/*/*.cdxj"):
        path.unlink()
    done = copy.luutin("reparse", "--workers", str(workers))
    assert done.code == 0, done.err
    assert copy.everything() == crawled.everything()


@pytest.mark.no_cover
def test_a_journal_of_before_it_said_when_articles_were_stored_gives_the_same_lines(
    crawled: Folder, tmp_path: Path
) -> None:
    copy = crawled.copy(tmp_path / "output", captures_only=True)
    for path in copy.path.glob("captures/*/*.journal"):
        old = [msgspec.structs.replace(e, at=None) if isinstance(e, Read) else e for e in read_journal(path)]
        path.write_bytes(b"".join(map(encode, old)))
    assert copy.luutin("reparse").code == 0
    assert copy.lines() == crawled.lines()


@pytest.mark.no_cover
def test_one_portal_read_again_leaves_the_others_lines_as_they_are(crawled: Folder, tmp_path: Path) -> None:
    copy = crawled.copy(tmp_path / "output")
    done = copy.luutin("reparse", crawled.live, "--workers", "1")
    assert (done.code, done.err) == (0, "")
    count = len(crawled.lines()[f"{crawled.live}.jsonl"].splitlines())
    assert done.out == f"{crawled.live}: {count} lines the same, 0 changed, 0 added, 0 removed\n"
    assert copy.everything() == crawled.everything()


def test_what_would_change_is_said_and_only_said(crawled: Folder, tmp_path: Path) -> None:
    copy = crawled.copy(tmp_path / "output")
    path = copy.path / "articles" / f"{NAME}.jsonl"
    first, second, *rest = path.read_bytes().splitlines(keepends=True)
    article = json.loads(first)
    changed = msgspec.json.encode({**article, "title": "Tiêu đề cũ", "section": None}) + b"\n"
    stray = msgspec.json.encode({**article, "id": "0" * 16}) + b"\n"
    path.write_bytes(changed + b"".join(rest) + stray)
    before = copy.lines()
    done = copy.luutin("reparse", "--dry-run", "--json", "--workers", "1")
    assert (done.code, done.err) == (0, "")
    assert copy.lines() == before
    told = json.loads(done.out)["portals"][NAME]
    assert (told["changed"], told["added"], told["removed"], told["same"]) == (1, 1, 1, len(rest))
    assert told["fields"] == {"section": 1, "title": 1}
    assert f"changed {article['url']} (section, title)" in told["examples"]
    assert f"added {json.loads(second)['url']}" in told["examples"]
    assert copy.luutin("reparse").code == 0
    assert copy.lines()[path.name].startswith(first)


@pytest.mark.no_cover
def test_a_line_read_by_a_later_version_or_another_platform_stands(crawled: Folder, tmp_path: Path) -> None:
    copy = crawled.copy(tmp_path / "output")
    path = copy.path / "articles" / f"{NAME}.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"tags":[', '"tags":["cũ",'.encode()).replace(b'",]', b'"]'))
    old = path.read_bytes()
    for since in ("0.0.9", "nukeviet/9"):
        assert copy.luutin("reparse", "--since-version", since, "--workers", "1").code == 0
        assert path.read_bytes() == old, since
    assert copy.luutin("reparse", "--since-version", "wordpress/9").code == 0
    assert copy.everything() == crawled.everything()


def test_without_database_a_crawl_goes_on_as_if_nothing_had_happened(crawled: Folder, tmp_path: Path) -> None:
    copy = crawled.copy(tmp_path / "output", captures_only=True)
    done = copy.luutin("crawl", "portal", "-a", f"origin={SAMPLE}", "-a", "captures=all")
    assert done.code == 0, done.err
    assert "read again from the captures" in done.err
    assert copy.lines() == crawled.lines()
    assert copy.luutin.report()["outcomes"]["unchanged"] > 30


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("place", "call"),
    [
        ("pipelines.archive.rebuild:Rebuild.store", 30),
        ("pipelines.archive.rebuild:Rebuild.commit", 1),
        ("pipelines.archive.mend:Mender.finish", 3),  # the database says it, the files do not yet
        ("pipelines.archive.rebuild:write_cdxj", 1),
    ],
)
def test_killed_anywhere_the_next_run_ends_with_the_same_archive(
    crawled: Folder, tmp_path: Path, place: str, call: int
) -> None:
    copy = crawled.copy(tmp_path / "output", captures_only=True)
    killed(copy.path, place, call, "reparse", "--workers", "2")
    assert copy.luutin("reparse", "--workers", "1").code == 0
    assert copy.everything() == crawled.everything()


def test_a_worker_that_dies_ends_it_with_one_clear_message(crawled: Folder, tmp_path: Path) -> None:
    copy = crawled.copy(tmp_path / "output")
    script = (
        "import os\n"
        "from crawler.rereading import Rereader\n"
        "Rereader.read = lambda *_: os._exit(9)\n"
        "from crawler.cli import main\n"
        "main(['reparse', '--workers', '2'])\n"
    )
    env = {**os.environ, "LUUTIN_OUTPUT": str(copy.path)}
    command = [sys.executable, "-c", script]
    ended = subprocess.run(command, env=env, cwd=REPO, capture_output=True, check=False, text=True)
    assert ended.returncode == 1
    assert "Run it again with --workers 1" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert copy.everything() == crawled.everything()


def killed(output: Path, place: str, call: int, *args: str) -> None:
    """Run `luutin` until `place` (module:name) is called for the nth time, at which it is killed."""
    script = (
        "import importlib, os, signal, sys\n"
        "from crawler.cli import main\n"
        "module, _, name = sys.argv[1].partition(':')\n"
        "*path, name = name.split('.')\n"
        "owner = importlib.import_module(module)\n"
        "for step in path: owner = getattr(owner, step)\n"
        "real, left = getattr(owner, name), int(sys.argv[2])\n"
        "def deadly(*args, **kwargs):\n"
        "    global left\n"
        "    left -= 1\n"
        "    if not left: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return real(*args, **kwargs)\n"
        "setattr(owner, name, deadly)\n"
        "main(sys.argv[3:])\n"
    )
    env = {**os.environ, "LUUTIN_OUTPUT": str(output)}
    command = [sys.executable, "-c", script, place, str(call), *args]
    assert subprocess.run(command, env=env, cwd=REPO, capture_output=True, check=False, timeout=60).returncode == -9


@pytest.mark.no_cover
def test_a_crawl_that_was_killed_and_went_on_is_made_again(tmp_path: Path) -> None:
    crawled = Folder(tmp_path / "crawled", "")
    with SampleServer(SAMPLE) as portal:
        process = crawled.luutin.popen("crawl", "portal", "-a", f"url={portal.url}")
        portal.on_request = lambda _: process.kill() if len(portal.asked) == 40 else None
        process.communicate(timeout=60)
        portal.on_request = lambda _: None
        assert crawled.luutin("crawl", "portal", "-a", f"url={portal.url}").code == 0
    assert crawled.luutin("verify").code == 0
    copy = crawled.copy(tmp_path / "copy", captures_only=True)
    assert copy.luutin("reparse").code == 0
    assert copy.everything() == crawled.everything()


def test_a_capture_that_cannot_be_read_costs_no_stored_line(crawled: Folder, tmp_path: Path) -> None:
    copy = crawled.copy(tmp_path / "output")
    line = json.loads(copy.lines()[f"{NAME}.jsonl"].splitlines()[3])
    with (copy.path / line["warc_file"]).open("r+b") as stream:
        stream.seek(line["warc_offset"] + 500)
        stream.write(b"\0" * 40)
    done = copy.luutin("reparse")
    assert done.code == 1
    assert "failed: capture-unreadable 1" in done.out
    assert copy.lines() == crawled.lines()


def test_without_a_journal_lines_stay_as_they_are_and_it_is_said(crawled: Folder, tmp_path: Path) -> None:
    copy = crawled.copy(tmp_path / "output")
    journal_path(copy.path, NAME).unlink()
    done = copy.luutin("reparse", NAME)
    assert done.code == 1
    assert f"{NAME}.journal is not there" in done.out
    assert copy.lines() == crawled.lines()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["nirgendwo"], "holds no captures of 'nirgendwo'"),
        (["--workers", "0"], "must be 1 or more"),
        (["--since-version", "latest"], "0.2.0 or wordpress/0.2.0"),
        (["--since-version", "joomla/1"], "no platform 'joomla'"),
    ],
)
def test_bad_input_gets_one_clear_message(crawled: Folder, args: list[str], says: str) -> None:
    done = crawled.luutin("reparse", *args)
    assert done.code == 2
    assert says in done.err
    assert "Traceback" not in done.err


def test_a_folder_without_captures_is_named(luutin: CommandLine) -> None:
    done = luutin("reparse")
    assert done.code == 2
    assert f"{luutin.output / 'captures'}: there are no captures" in done.err
