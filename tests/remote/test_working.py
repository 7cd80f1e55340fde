"""One writer of all machines at a URL, and what it does while it works."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

import pytest
from mirrored import FIRST, JOURNAL, SECOND, WARC, content, fetched, fill

from pipelines.archive.lease import Lease
from pipelines.errors import LeaseLost, OutputLocked, StorageFailed
from pipelines.remote import Mirror, working
from pipelines.remote.reading import absent_files, bring, remote_files
from pipelines.remote.shelf import UrlShelf
from pipelines.remote.store import Store
from pipelines.remote.working import WRITING, Working, reading, writing

SECONDS = 6.0
"""Of a lease: as short as a busy machine allows."""


@pytest.fixture
def url(storage_url: str) -> str:
    return storage_url


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_lease_at_a_url_is_of_one_until_it_is_not_renewed(url: str) -> None:
    clock, shelf = Clock(), UrlShelf(Store(url))
    one, other = (Lease(shelf, "so.tinhthu.example", name, clock=clock, today=clock) for name in ("mot", "hai"))
    assert one.take() is not None
    assert other.take() is None
    assert other.holder == "mot"
    clock.now += 30
    one.renew()
    clock.now += 40
    assert other.take() is None
    clock.now += 61
    assert other.take() is not None
    with pytest.raises(LeaseLost):
        one.renew()
    other.release()
    assert one.take() is not None


def test_of_many_who_want_a_lease_at_once_one_has_it(storage_url: str) -> None:
    start, taken = threading.Barrier(6), []

    def want(number: int) -> None:
        lease = Lease(UrlShelf(Store(storage_url)), "so", str(number))
        start.wait()
        if lease.take() is not None:
            taken.append(number)

    threads = [threading.Thread(target=want, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not storage_url.startswith("memory:"):  # which is of one process, and looks before it writes
        assert len(taken) == 1


def test_what_is_made_while_writing_is_there_afterwards(url: str, tmp_path: Path) -> None:
    with writing(url, tmp_path / "a", pytest.fail) as mirror:
        fill(mirror.folder, **FIRST)
    assert fetched(url, tmp_path / "b") == content(tmp_path / "a")
    with suppress(KeyError), writing(url, tmp_path / "a", pytest.fail) as mirror:
        fill(mirror.folder, **SECOND)
        raise KeyError  # whatever ends the work: what was stored is there
    assert fetched(url, tmp_path / "b") == content(tmp_path / "a")
    assert content(tmp_path / "b")[WARC] == SECOND["warc"]


def test_no_two_write_at_once(url: str, tmp_path: Path) -> None:
    with writing(url, tmp_path / "a", pytest.fail):
        with pytest.raises(OutputLocked, match="another process of this machine"):
            writing(url, tmp_path / "a", pytest.fail).__enter__()
        holder = UrlShelf(Store(url)).latest(WRITING)
        assert holder is not None
    quick = Working(url, tmp_path / "c", lease_seconds=SECONDS)
    quick.begin()
    with pytest.raises(OutputLocked, match="is writing to it"):
        Working(url, tmp_path / "d", lease_seconds=SECONDS).begin()
    quick.end()


def test_captures_are_pushed_while_work_goes_on(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "PUSH_SECONDS", 0.0)
    pushed = threading.Event()
    push = Mirror.push

    def told(self: Mirror, *, whole: bool = True) -> None:
        push(self, whole=whole)
        if (self.folder / JOURNAL).exists():
            pushed.set()

    monkeypatch.setattr(Mirror, "push", told)
    writer = Working(url, tmp_path / "a", lease_seconds=SECONDS)
    writer.begin()
    fill(tmp_path / "a", **FIRST)
    assert pushed.wait(20)
    seen = fetched(url, tmp_path / "b")  # whatever happens to the writer now
    assert (seen[WARC], seen[JOURNAL]) == (FIRST["warc"], FIRST["journal"])
    writer.end()
    assert fetched(url, tmp_path / "b") == content(tmp_path / "a")


def test_a_lease_that_was_lost_is_taken_anew_unless_another_has_it(url: str, tmp_path: Path) -> None:
    writer = Working(url, tmp_path / "a", lease_seconds=SECONDS)
    writer.begin()
    fill(tmp_path / "a", **FIRST)
    _lose(writer, url)
    writer.end()
    assert fetched(url, tmp_path / "b") == content(tmp_path / "a")

    writer = Working(url, tmp_path / "a", lease_seconds=SECONDS)
    writer.begin()
    fill(tmp_path / "a", **SECOND)
    _lose(writer, url)
    other = Working(url, tmp_path / "c", lease_seconds=SECONDS)
    other.begin()
    with pytest.raises(OutputLocked, match="is writing to it"):
        writer.end()
    other.end()
    assert fetched(url, tmp_path / "b")[WARC] == FIRST["warc"]


def _lose(writer: Working, url: str) -> None:
    """Have a writer lose its lease, as after some time without a network, and find that out."""
    store = Store(url)
    for name in store.names(f".mirror/{WRITING}"):
        store.remove(f".mirror/{WRITING}/{name}")
    writer._keeper.join(60)


def test_who_reads_is_told_whether_anything_has_changed(url: str, tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="holds nothing"):
        reading(url, tmp_path / "b", captures=True)
    with writing(url, tmp_path / "a", pytest.fail) as mirror:
        fill(mirror.folder, **FIRST)
    assert reading(url, tmp_path / "b", captures=False)
    assert not reading(url, tmp_path / "b", captures=False)
    with writing(url, tmp_path / "a", pytest.fail) as mirror:
        fill(mirror.folder, **SECOND)
    assert reading(url, tmp_path / "b", captures=False)


def test_a_file_that_was_left_there_can_be_brought(url: str, tmp_path: Path) -> None:
    with writing(url, tmp_path / "a", pytest.fail) as mirror:
        fill(mirror.folder, **FIRST)
    here = tmp_path / "b"
    reading(url, here, captures=False)
    assert absent_files(here) == [WARC]
    assert bring(here, WARC)
    assert (here / WARC).read_bytes() == FIRST["warc"]
    assert absent_files(here) == []
    assert not bring(here, "captures/khong-co.warc.gz")
    with writing(url, tmp_path / "a", pytest.fail) as mirror:
        fill(mirror.folder, **SECOND)
    reading(url, here, captures=False)
    assert (here / WARC).read_bytes() == SECOND["warc"]  # what is here once stays up to date
    assert not list(tmp_path.glob("b.unpushed-*"))


def test_objects_are_found_by_name_folder_and_pattern_and_read_in_pieces(url: str) -> None:
    store = Store(url)
    data = bytes(range(256)) * 2_000
    for name in ("a/mot.warc.gz", "a/hai.warc.gz", "b/ba.wacz"):
        store.write(name, data)
    assert [file.name for file in remote_files(url)] == ["hai.warc.gz", "mot.warc.gz", "ba.wacz"]
    assert [file.name for file in remote_files(f"{url}/*/*.warc.gz")] == ["hai.warc.gz", "mot.warc.gz"]
    (one,) = remote_files(f"{url}/b/ba.wacz")
    assert (str(one), one.name, one.size) == (f"{url}/b/ba.wacz", "ba.wacz", len(data))
    with one.open() as stream:
        stream.seek(300_000)
        assert stream.read(10) == data[300_000:300_010]
        stream.seek(-4, 2)
        assert stream.read() == data[-4:]
        stream.seek(0)
        assert stream.read() == data
    assert remote_files(f"{url}/khong-co") == []
