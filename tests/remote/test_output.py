"""`luutin` on an output folder that lies on S3, as machines that share nothing else use it."""

from __future__ import annotations

import json
import shutil
import signal
import threading
from pathlib import Path

import pytest
from conftest import SAMPLE, CommandLine
from sample_server import SampleServer
from starlette.testclient import TestClient
from storages import S3

from pipelines.remote import Mirror
from pipelines.remote.store import Store
from pipelines.remote.working import Working, reading
from pipelines.search.index import catch_up
from pipelines.web.site import site_app

NAME = "sokhdt_tanson_example"
CRAWL = ("crawl", "portal", "-a", f"origin={SAMPLE}")


class Machine(CommandLine):
    """Runs `luutin` on what lies at a URL, with working copies of its own."""

    def __init__(self, url: str, caches: Path) -> None:
        super().__init__(caches)
        self.env |= {"LUUTIN_CACHE": str(caches)}
        self.url, self.caches = url, caches

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "LUUTIN_OUTPUT": self.url}

    @property
    def folder(self) -> Path:
        """The working copy."""
        return next(path for path in self.caches.iterdir() if (path / ".mirror.json").exists())

    def warcs(self) -> list[Path]:
        return list(self.caches.rglob("*.warc.gz"))


@pytest.fixture
def machine(s3: S3, tmp_path: Path) -> Machine:
    return Machine(f"{s3.url}/kho", tmp_path / "mot")


@pytest.fixture
def other(s3: S3, tmp_path: Path) -> Machine:
    return Machine(f"{s3.url}/kho", tmp_path / "hai")


def test_what_one_machine_crawls_another_finds_checks_reads_again_and_exports(
    machine: Machine, other: Machine, s3: S3, luutin: CommandLine
) -> None:
    done = machine(*CRAWL)
    assert done.code == 0, done.err
    assert f"kho/captures/{NAME}/{NAME}-00001.warc.gz" in s3.objects()

    found = other("search", "hợp tác xã", "--json")
    assert json.loads(found.out.splitlines()[0])["portal"] == NAME
    assert not other.warcs()  # nor need they be there to be read
    assert other("reparse", "--dry-run", "--json").out.count('"same": 43') == 1
    assert other("verify").code == 0
    assert other("index").code == 0
    assert "kho/index/meta.json" in s3.objects()

    assert other("export", "--jsonl", f"{s3.url}/xuat/tin.jsonl").code == 0
    assert luutin(*CRAWL).code == 0
    luutin("export", "--jsonl", str(luutin.output / "tin.jsonl"))
    here = [json.loads(line) for line in (luutin.output / "tin.jsonl").read_text().splitlines()]
    there = [json.loads(line) for line in s3.read("xuat/tin.jsonl").splitlines()]
    assert [one["digest"] for one in there] == [one["digest"] for one in here]
    assert sorted(path.name for path in other.caches.iterdir() if path.is_dir()) == [other.folder.name]


def test_another_machine_goes_on(machine: Machine, other: Machine, portal: SampleServer) -> None:
    crawl = ("crawl", "portal", "-a", f"url={portal.url}", "-s", "DOWNLOAD_DELAY=0")
    assert machine(*crawl).code == 0
    lines, asked = machine.folder / "articles" / f"{portal.name}.jsonl", len(portal.asked)
    assert other(*crawl).code == 0
    assert len(portal.asked) - asked < asked / 2  # lists are read again, articles are not
    assert (other.folder / "articles" / lines.name).read_bytes() == lines.read_bytes()
    assert machine("verify").code == 0
    assert [path.read_bytes() for path in machine.warcs()] == [path.read_bytes() for path in other.warcs()]


def test_what_a_machine_that_died_had_pushed_is_made_whole(machine: Machine, other: Machine) -> None:
    assert machine(*CRAWL).code == 0
    url, folder, lines = machine.url, machine.folder, f"articles/{NAME}.jsonl"
    before = (folder / lines).read_bytes()
    for file in (lines, "archive.db"):
        (folder / file).unlink()
    Mirror(url, folder).push()
    with (folder / "captures" / NAME / f"{NAME}.learnt.json").open("ab") as stream:
        stream.write(b"\n")
    Mirror(url, folder).push(whole=False)  # as a crawl does while it goes on
    assert "archive.db" in other("search", "hop").err  # there is none yet

    done = other("reparse")
    assert done.code == 0, done.err
    assert "archive.db is gone; its articles are read again" in done.err
    assert (other.folder / lines).read_bytes() == before
    assert other("verify").code == 0


def test_a_crawl_that_is_killed_costs_time_and_no_records(
    machine: Machine, other: Machine, portal: SampleServer
) -> None:
    crawl = ("crawl", "portal", "-a", f"url={portal.url}", "-s", "DOWNLOAD_DELAY=0")
    enough = threading.Event()
    portal.on_request = lambda _: enough.set() if len(portal.asked) > 20 else None
    process = machine.popen(*crawl)
    assert enough.wait(60)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    _release(machine.url)
    assert other(*crawl).code == 0
    assert other("verify").code == 0
    done = machine("report", "--json")  # its working copy, which was never pushed, is put aside
    assert done.code == 0, done.err
    assert list(machine.caches.glob("*.unpushed-1"))
    assert machine("verify").code == 0


def _release(url: str) -> None:
    """Have the lease of a dead machine end, without the minute that takes."""
    store = Store(url)
    for name in store.names(".mirror/writing"):
        store.remove(f".mirror/writing/{name}")


def test_who_finds_another_at_work_is_told_by_whom(s3: S3, machine: Machine, tmp_path: Path) -> None:
    holder = Working(machine.url, tmp_path / "ba", lease_seconds=5.0)
    holder.begin()
    try:
        done = machine(*CRAWL)
    finally:
        holder.end()
    assert done.code == 1
    assert "is writing to it. Wait for it to end" in done.err
    assert machine(*CRAWL).code == 0


def test_nothing_there_is_told(machine: Machine) -> None:
    done = machine("search", "hop")
    assert done.code == 1
    assert f"{machine.url}: holds nothing. Crawl into it" in done.err


def test_an_origin_in_a_storage_is_read_by_range(s3: S3, luutin: CommandLine) -> None:
    s3.write("nguon/kho.wacz", SAMPLE.read_bytes())
    done = luutin("crawl", "portal", "-a", f"origin={s3.url}/nguon/kho.wacz")
    assert done.code == 0, done.err
    assert len({line["id"] for line in luutin.lines(NAME)}) == 42
    missing = luutin("crawl", "portal", "-a", f"origin={s3.url}/nguon/khong-co.warc.gz")
    assert missing.code == 2
    assert "khong-co.warc.gz: no .warc" in missing.err


def test_the_site_reads_captures_by_range_and_follows(
    s3: S3, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, here = f"{s3.url}/kho", tmp_path / "day"
    Mirror(url, Path(shutil.copytree(kept, tmp_path / "kia"))).push()
    assert reading(url, here, captures=False)
    catch_up(here)
    asked: list[tuple[int, int]] = []
    read = Store.read_range

    def noted(self: Store, name: str, start: int, end: int) -> bytes:
        asked.append((start, end))
        return read(self, name, start, end)

    monkeypatch.setattr(Store, "read_range", noted)
    with TestClient(site_app(here), base_url="http://localhost") as client:
        answer = client.get("/captures/1/content")
        assert answer.status_code == 200
        assert answer.content
    assert asked
    assert not list(here.rglob("*.warc.gz"))
    assert not reading(url, here, captures=False)


def test_folders_at_urls_are_joined_at_another(s3: S3, tmp_path: Path, portal: SampleServer) -> None:
    one, two = (Machine(f"{s3.url}/kho/parts/{name}", tmp_path / "mot") for name in ("mau", "cong"))
    assert one(*CRAWL).code == 0
    assert two("crawl", "portal", "-a", f"url={portal.url}", "-s", "DOWNLOAD_DELAY=0").code == 0
    whole = Machine(f"{s3.url}/tat-ca", tmp_path / "hai")
    done = whole("merge", f"{s3.url}/kho/parts/*/")
    assert done.code == 0, done.err
    assert {name for name in s3.objects() if name.startswith("tat-ca/captures/") and name.endswith(".warc.gz")} == {
        f"tat-ca/captures/{name}/{name}-00001.warc.gz" for name in (NAME, portal.name)
    }
    elsewhere = Machine(whole.url, tmp_path / "ba")
    assert elsewhere("verify").code == 0
    none = whole("merge", f"{s3.url}/khong-co/*/")
    assert none.code == 1
    assert "there is no such output folder" in none.err
