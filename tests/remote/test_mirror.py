"""What lies at a URL is one whole state of a folder, whoever writes and whenever it dies."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import fsspec
import pytest
from mirrored import DATABASE, FIRST, JOURNAL, LINES, SECOND, WARC, content, fetched, fill
from storages import S3

from pipelines.errors import OutputLocked, StorageFailed
from pipelines.remote import Mirror, fetching, is_url, pushing
from pipelines.remote.places import working_copy
from pipelines.remote.scanning import database_logs
from pipelines.remote.store import Store


class Killed(BaseException):
    """The process dies here."""


@pytest.fixture
def url(storage_url: str) -> str:
    return storage_url


def test_what_is_a_url() -> None:
    assert is_url("s3://kho/tin")
    assert is_url("file:///srv/tin")
    assert not is_url("/srv/s3/tin")
    assert not is_url("C:\\tin")
    assert not is_url(Path("s3:/kho"))


def test_each_url_has_its_working_copy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LUUTIN_CACHE", str(tmp_path))
    assert working_copy("s3://kho/tin/") == working_copy("s3://kho/tin")
    assert working_copy("s3://kho/tin") != working_copy("s3://kho/bao")
    assert working_copy("s3://kho/tin").parent == tmp_path


def test_a_folder_goes_there_and_comes_back(url: str, tmp_path: Path) -> None:
    here = fill(tmp_path / "a", **FIRST)
    Mirror(url, here).push()
    assert fetched(url, tmp_path / "b") == content(here)

    fill(here, **SECOND)
    (here / "reports").mkdir()
    (here / "reports" / "luot.json").write_bytes(b"{}")
    (here / LINES).unlink()
    Mirror(url, here).push()
    assert fetched(url, tmp_path / "b") == content(here)
    assert fetched(url, tmp_path / "c") == content(here)


def test_captures_lie_there_under_their_own_names_and_grow(s3: S3, tmp_path: Path) -> None:
    here = fill(tmp_path / "a", warc=b"k" * 6_000_000, database=b"db mot")  # S3 copies parts of five megabytes
    Mirror(f"{s3.url}/kho", here).push()
    with (here / WARC).open("ab") as stream:
        stream.write(b"them")
    fill(here, database=b"db hai")
    Mirror(f"{s3.url}/kho", here).push()
    names = [name for name in s3.objects() if ".mirror/" not in name]
    assert f"kho/{WARC}" in names
    assert s3.read(f"kho/{WARC}") == b"k" * 6_000_000 + b"them"
    assert [name for name in names if DATABASE in name] == [f"kho/{DATABASE}@{_digest(b'db hai')}"]


def test_nothing_is_moved_that_is_there_already(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Mirror(url, fill(tmp_path / "a", **FIRST)).push()
    Mirror(url, tmp_path / "b").fetch()
    moved: list[str] = []
    monkeypatch.setattr(Store, "read_range", lambda *said: moved.append(str(said)))
    monkeypatch.setattr(Store, "put", lambda *said: moved.append(str(said)))
    monkeypatch.setattr(Store, "append", lambda *said: moved.append(str(said)))
    Mirror(url, tmp_path / "a").push()
    Mirror(url, tmp_path / "b").fetch()
    assert moved == []


def test_of_what_has_grown_only_the_rest_is_fetched(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = fill(tmp_path / "a", warc=b"k" * 100_000)
    Mirror(url, here).push()
    Mirror(url, tmp_path / "b").fetch()
    fill(here, warc=b"k" * 100_000 + b"them")
    Mirror(url, here).push()
    read = Store.read_range
    asked: list[tuple[int, int]] = []

    def noted(self: Store, name: str, start: int, end: int) -> bytes:
        asked.append((start, end))
        return read(self, name, start, end)

    monkeypatch.setattr(Store, "read_range", noted)
    assert fetched(url, tmp_path / "b") == content(here)
    assert asked == [(100_000, 100_004)]


def test_a_reader_leaves_captures_where_they_are(url: str, tmp_path: Path) -> None:
    Mirror(url, fill(tmp_path / "a", **FIRST)).push()
    assert WARC not in fetched(url, tmp_path / "b", captures=False)
    assert content(tmp_path / "b")[LINES] == FIRST["lines"]
    assert fetched(url, tmp_path / "b")[WARC] == FIRST["warc"]  # who needs them after all has them


def test_what_was_withdrawn_is_deleted_there(s3: S3, tmp_path: Path) -> None:
    here = fill(tmp_path / "a", warc=b"bi mat", lines=b"bi mat")
    Mirror(f"{s3.url}/kho", here).push()
    fill(here, warc=b"xxxxxx", lines=b"")
    Mirror(f"{s3.url}/kho", here).push()
    assert not [name for name in s3.objects() if b"bi mat" in s3.read(name)]
    assert fetched(f"{s3.url}/kho", tmp_path / "b")[WARC] == b"xxxxxx"


def test_who_was_overtaken_changes_nothing(url: str, tmp_path: Path) -> None:
    Mirror(url, fill(tmp_path / "a", **FIRST)).push()
    other = tmp_path / "b"
    Mirror(url, other).fetch()
    fill(tmp_path / "a", **SECOND)
    Mirror(url, tmp_path / "a").push()
    fill(other, warc=FIRST["warc"] + b"ba", database=b"db ba")
    with pytest.raises(OutputLocked, match="another machine has stored something"):
        Mirror(url, other).push()
    assert fetched(url, tmp_path / "c") == content(tmp_path / "a")


def test_what_was_never_pushed_is_put_aside_once_others_have_gone_on(url: str, tmp_path: Path) -> None:
    Mirror(url, fill(tmp_path / "a", **FIRST)).push()
    other = tmp_path / "b"
    Mirror(url, other).fetch()
    fill(other, warc=FIRST["warc"] + b"ba")  # and then the machine loses the network
    fill(tmp_path / "a", **SECOND)
    Mirror(url, tmp_path / "a").push()
    assert fetched(url, other) == content(tmp_path / "a")
    assert content(tmp_path / "b.unpushed-1")[WARC] == FIRST["warc"] + b"ba"


def test_what_a_killed_run_left_here_is_gone_on_with(url: str, tmp_path: Path) -> None:
    here = fill(tmp_path / "a", **FIRST)
    Mirror(url, here).push()
    fill(here, **SECOND)
    assert fetched(url, here, to_write=True) == content(here)
    assert content(here)[WARC] == SECOND["warc"]


def test_while_a_crawl_goes_on_only_what_cannot_be_made_again_is_pushed(url: str, tmp_path: Path) -> None:
    here = fill(tmp_path / "a", **FIRST)
    Mirror(url, here).push()
    fill(here, **SECOND)
    Mirror(url, here).push(whole=False)
    seen = Mirror(url, tmp_path / "b")
    assert not seen.fetch()  # to be read: the database as it was
    assert content(tmp_path / "b") == content(here) | {LINES: FIRST["lines"], DATABASE: FIRST["database"]}
    assert not seen.fetch(to_write=True)  # to be written on: it is made again
    assert content(tmp_path / "b") == {WARC: SECOND["warc"], JOURNAL: SECOND["journal"], LINES: FIRST["lines"]}
    Mirror(url, here).push()
    assert seen.fetch(to_write=True)
    assert content(tmp_path / "b") == content(here)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("kind", ["file", "memory"])
def test_a_push_may_die_anywhere(kind: str, after: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At each write in turn: readers see the old state or the new, and who writes next makes it whole."""
    monkeypatch.setattr(pushing, "AT_ONCE", 1)
    for at in range(1, 40):
        url = f"file://{tmp_path}/kho{at}" if kind == "file" else f"memory://kho{at}{after}"
        here = fill(tmp_path / f"a{at}", **FIRST)
        Mirror(url, here).push()
        old = content(here)
        fill(here, **SECOND)
        (here / "captures/so_thu/so_thu-00002.warc.gz").write_bytes(b"moi")
        new = content(here)
        with monkeypatch.context() as patched:
            left = dying(patched, at, after=after)
            with suppress(Killed):
                Mirror(url, here).push()
        seen, whole = tmp_path / f"b{at}", Mirror(url, tmp_path / f"b{at}").fetch()
        truth = {path: data for path, data in new.items() if path.startswith("captures/")}
        assert content(seen) in (old, new) if whole else content(seen) == old | truth
        Mirror(url, seen).fetch(to_write=True)
        fill(seen, **SECOND)
        with (seen / WARC).open("ab") as stream:
            stream.write(b"va nua")
        Mirror(url, seen).push()
        assert fetched(url, tmp_path / f"c{at}") == content(seen)
        assert not stray(url, content(seen))
        if left() > 0:  # it was not that long
            return
    pytest.fail("a push has more steps than were tried")


def dying(patched: pytest.MonkeyPatch, at: int, *, after: bool) -> Callable[[], int]:
    """Have the process die before or after the write of a number; what says how many more were left then."""
    left = [at]

    def deadly(do: Callable[..., Any]) -> Callable[..., Any]:
        def step(*said: Any) -> Any:
            left[0] -= 1
            if left[0] < 0 or (left[0] == 0 and not after):
                raise Killed
            done = do(*said)
            if left[0] == 0:
                raise Killed
            return done

        return step

    for name in ("put", "append", "create", "remove", "write"):
        patched.setattr(Store, name, deadly(getattr(Store, name)))
    return lambda: left[0]


def stray(url: str, files: dict[str, bytes]) -> list[str]:
    """Objects below a URL that hold no file."""
    storage, root = fsspec.core.url_to_fs(url)
    names = [path.removeprefix(f"{root}/") for path in storage.find(root)]
    return [name for name in names if not name.startswith(".mirror/") and name.partition("@")[0] not in files]


def test_an_object_of_somebody_else_is_not_written_over(s3: S3, tmp_path: Path) -> None:
    s3.write(f"kho/{WARC}", b"cua nguoi khac")
    Mirror(f"{s3.url}/kho", fill(tmp_path / "a", **FIRST)).push()
    assert s3.read(f"kho/{WARC}") == b"cua nguoi khac"
    assert fetched(f"{s3.url}/kho", tmp_path / "b")[WARC] == FIRST["warc"]


def test_an_object_that_was_tampered_with_is_told(s3: S3, tmp_path: Path) -> None:
    Mirror(f"{s3.url}/kho", fill(tmp_path / "a", **FIRST)).push()
    s3.write(f"kho/{WARC}", b"x" * 3000)
    with pytest.raises(StorageFailed, match=r"so_thu-00001.warc.gz: is not what was stored there"):
        Mirror(f"{s3.url}/kho", tmp_path / "b").fetch()


def test_a_torn_list_of_a_dead_writer_does_not_count(url: str, tmp_path: Path) -> None:
    here = fill(tmp_path / "a", **FIRST)
    Mirror(url, here).push()
    store = Store(url)
    torn = max(map(int, store.names(".mirror/states"))) + 1
    store.write(f".mirror/states/{torn:012d}", b"\x1f\x8b")
    assert fetched(url, tmp_path / "b") == content(here)


def test_a_bucket_that_is_not_there_is_told(s3: S3, tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="there is no such bucket or folder"):
        Mirror("s3://khong-co-kho-nay/kho", fill(tmp_path / "a", **FIRST)).push()


def test_a_storage_that_does_not_answer_is_asked_again_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store("memory://kho-hong", pauses=(0.0, 0.0))
    asked: list[str] = []

    def failing(*_: object, **__: object) -> None:
        asked.append("x")
        raise TimeoutError("no answer")

    monkeypatch.setattr(type(store._fs), "cat_file", failing)
    with pytest.raises(StorageFailed, match="cannot be read: TimeoutError: no answer"):
        store.read("gi do")
    assert len(asked) == 3


def _digest(data: bytes) -> str:
    from hashlib import sha256

    return sha256(data).hexdigest()[: pushing.DIGITS_IN_NAME]


def test_files_that_are_only_passing_stay_here(url: str, tmp_path: Path) -> None:
    here = fill(tmp_path / "a", **FIRST)
    for name in ("exports/tin.jsonl.partial", ".lock", "index/.tantivy-writer.lock", "ghi-chu.txt"):
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_bytes(b"")
    Mirror(url, here).push()
    assert set(fetched(url, tmp_path / "b")) == {WARC, JOURNAL, LINES, DATABASE}


def test_fetching_that_dies_is_done_again(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "AT_ONCE", 1)
    here = fill(tmp_path / "a", **FIRST)
    Mirror(url, here).push()
    Mirror(url, tmp_path / "b").fetch()
    fill(here, **SECOND)
    Mirror(url, here).push()
    read, left = Store.read_range, [2]

    def dying(*said: Any) -> bytes:
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return read(*said)

    with monkeypatch.context() as patched:
        patched.setattr(Store, "read_range", dying)
        with pytest.raises(Killed):
            Mirror(url, tmp_path / "b").fetch()
    assert fetched(url, tmp_path / "b") == content(here)
    assert not list(tmp_path.glob("b.unpushed-*"))


def test_a_database_is_pushed_with_what_its_log_holds(url: str, tmp_path: Path) -> None:
    here = fill(tmp_path / "a", warc=b"mot")
    with closing(sqlite3.connect(here / DATABASE, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE tin (dau TEXT)")
        db.execute("INSERT INTO tin VALUES ('Họp giao ban')")
        Mirror(url, here).push()  # another has it: it may be written on, and is no state of anything
        assert not Mirror(url, tmp_path / "b").fetch()
        assert not (tmp_path / "b" / DATABASE).exists()
        logs = [(log, log.read_bytes()) for log in database_logs(here)]
        data = (here / DATABASE).read_bytes()
    (here / DATABASE).write_bytes(data)  # as a process leaves it that is killed
    for log, before in logs:
        log.write_bytes(before)
    Mirror(url, here).push()
    assert Mirror(url, tmp_path / "b").fetch()
    with closing(sqlite3.connect(tmp_path / "b" / DATABASE)) as db:
        assert db.execute("SELECT dau FROM tin").fetchall() == [("Họp giao ban",)]


def test_a_damaged_database_is_not_pushed(url: str, tmp_path: Path) -> None:
    here = fill(tmp_path / "a", warc=b"mot", database=b"khong phai co so du lieu" * 100)
    database_logs(here)[0].write_bytes(b"x" * 100)
    Mirror(url, here).push()
    assert not Mirror(url, tmp_path / "b").fetch()
    assert content(tmp_path / "b") == {WARC: b"mot"}
