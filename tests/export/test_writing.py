"""Exports as files: the same bytes however they came to be, whole or not at all, and nobody else's replaced."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import killed_export
import pytest
from bench_export import make_archive
from conftest import REPO, CommandLine
from killed_export import export
from preloaded import LUUTIN

from pipelines.errors import OutputUnwritable
from pipelines.export import staged
from pipelines.export.places import lock
from pipelines.export.staged import Staged

ARTICLES = 600
FORMS = ("jsonl", "csv.zst", "sqlite", "parquet")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that keeps two processes busy for a moment; only to be read."""
    folder = tmp_path_factory.mktemp("large") / "output"
    make_archive(folder, ARTICLES, clauses=500)
    return folder


def digest(path: Path) -> str:
    """Of a file, or of a folder's files with their names."""
    if path.is_file():
        return sha256(path.read_bytes()).hexdigest()
    files = sorted(one for one in path.rglob("*") if one.is_file())
    return sha256(repr([(str(one.relative_to(path)), digest(one)) for one in files]).encode()).hexdigest()


@pytest.fixture(scope="module")
def whole(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every form, written without interruption by this process alone."""
    folder = tmp_path_factory.mktemp("whole")
    for form in FORMS:
        export(form.partition(".")[0], archive, folder / form)
    return {form: folder / form for form in FORMS}


def test_neither_place_nor_processes_show(archive: Path, whole: dict[str, Path], tmp_path: Path) -> None:
    other = shutil.copytree(archive, tmp_path / "elsewhere")
    for form, path in whole.items():
        workers = 2 if form in ("jsonl", "parquet") else 1
        assert export(form.partition(".")[0], other, tmp_path / form, workers=workers) == 0
        assert digest(tmp_path / form) == digest(path)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_killed_goes_on(archive: Path, whole: dict[str, Path], tmp_path: Path, form: str) -> None:
    target, kind = tmp_path / form, form.partition(".")[0]
    if kind == "parquet":
        shutil.copytree(next(whole[form].iterdir()), target / "portal=old")
    else:
        target.write_text("what was there")
    before = digest(target)
    command = [
        sys.executable,
        killed_export.__file__,
        kind,
        str(archive),
        str(target),
        "60" if kind == "parquet" else "350",
    ]
    killed = subprocess.run(command, env={**os.environ, "PYTHONPATH": f"{REPO}:{REPO / 'tests'}"}, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert digest(target) == before
    assert export(kind, archive, target) > 1
    assert digest(target) == digest(whole[form])
    assert [path.name for path in tmp_path.iterdir()] == [form]


def test_another_state_starts_anew(archive: Path, whole: dict[str, Path], tmp_path: Path) -> None:
    """What is left of an interrupted export of an archive that was written to since is not gone on with."""
    own = shutil.copytree(archive, tmp_path / "archive")
    for form, path in whole.items():
        kind, target = form.partition(".")[0], tmp_path / form
        with pytest.raises(_Stopped):
            export(kind, own, target, _stop)
        assert not target.exists()
        os.utime(own / "articles" / "so_tinh_00.jsonl", (1, len(form)))
        assert export(kind, own, target) == 0
        assert digest(target) == digest(path)


class _Stopped(Exception):
    """An end in the middle."""


def _stop(more: int) -> None:
    if more:
        raise _Stopped


def test_a_line_that_is_not_there_is_named(archive: Path, tmp_path: Path, luutin: CommandLine) -> None:
    luutin.output.parent.mkdir(exist_ok=True)
    shutil.copytree(archive, luutin.output)
    file = luutin.output / "articles" / "so_tinh_03.jsonl"
    target = tmp_path / "a.jsonl"
    target.write_text("what was there")
    file.write_bytes(b" " + file.read_bytes())
    done = luutin("export", "--jsonl", str(target))
    assert done.code == 1
    assert "so_tinh_03.jsonl: at byte 0 there is no line of article" in done.err
    file.unlink()
    done = luutin("export", "--parquet", str(tmp_path / "d"), "--workers", "2")
    assert (done.code, "articles/so_tinh_03.jsonl" in done.err) == (1, True), done.err
    assert target.read_text() == "what was there"
    assert not (tmp_path / "d").exists()


def test_only_its_own_is_replaced(kept: Path, tmp_path: Path) -> None:
    luutin = CommandLine(kept)
    mine = tmp_path / "mine"
    (mine / "portal=x").mkdir(parents=True)
    (mine / "portal=x" / "notes.txt").write_text("of somebody")
    done = luutin("export", "--parquet", str(mine))
    assert (done.code, "was not made by this kind of export" in done.err) == (1, True)
    assert (mine / "portal=x" / "notes.txt").read_text() == "of somebody"
    shutil.rmtree(mine / "portal=x")
    assert luutin("export", "--parquet", str(mine)).code == 0  # an empty folder, then its own
    assert luutin("export", "--parquet", str(mine), "bao_tanson").code == 0
    assert [path.name for path in mine.iterdir()] == ["portal=bao_tanson"]
    for form in ("jsonl", "sqlite"):
        assert "is a folder" in luutin("export", f"--{form}", str(mine)).err.replace("no file, which", "a folder")
    file = tmp_path / "file"
    file.write_text("of somebody")
    assert "is a file" in luutin("export", "--parquet", str(file)).err
    assert "a part of this path is a file" in luutin("export", "--jsonl", str(file / "a.jsonl")).err
    assert luutin("export", "--jsonl", str(tmp_path / "new" / "folder" / "a.jsonl")).code == 0
    assert file.read_text() == "of somebody"


def test_places_that_are_no_files(kept: Path, tmp_path: Path) -> None:
    luutin = CommandLine(kept)
    done = luutin("export", "--jsonl", "/dev/full")
    assert (done.code, "no space left on the disk" in done.err) == (1, True), done.err
    assert not list(Path("/dev").glob("full?*"))
    done = luutin("export", "--text", "-")
    assert done.out.startswith("Nước sông Khe Trúc")
    command = f"'{LUUTIN}' export --jsonl - bao_tanson | true; exit ${{PIPESTATUS[0]}}"
    closed = subprocess.run(["bash", "-c", command], env=luutin._environment(), capture_output=True, check=False)
    assert (closed.returncode, b"Traceback" in closed.stderr) == (0, False), closed.stderr


def test_one_export_at_a_time_writes_a_target(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.partial").touch()
    (tmp_path / "d.partial").mkdir()
    held = [lock(tmp_path / "a.jsonl.partial"), lock(tmp_path / "d.partial")]
    for form, name in (("jsonl", "a.jsonl"), ("parquet", "d")):
        with pytest.raises(OutputUnwritable, match="another export is writing it"):
            export(form, archive, tmp_path / name)
    for one in held:
        os.close(one)
    assert export("jsonl", archive, tmp_path / "a.jsonl") == 0


def test_a_folder_is_put_in_its_place_without_an_exchange(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has none: killed between its two renames, the next export puts the old one back."""
    target = tmp_path / "d"
    target.mkdir()
    (target / "old").write_text("old")
    monkeypatch.setattr(staged, "_exchange", lambda _, __: False)
    with Staged(target, "key", lambda _: True) as one:
        (one.path / "new").write_text("new")
        one.commit()
    assert [path.name for path in target.iterdir()] == ["new"]
    target.rename(tmp_path / "d.replaced")
    with Staged(target, "key", lambda _: True):
        assert [path.name for path in target.iterdir()] == ["new"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "say what to write, one of --jsonl FILE, --csv FILE, --parquet DIR"),
        (("--jsonl", "a", "--csv", "b"), "say what to write"),
        (("--jsonl", "-", "--since", "2024"), "--from and --to are of publication"),
        (("--wacz", "a.wacz", "--from", "2024"), "--since and --until are of captures"),
        (("--jsonl", "-", "--from", "hôm qua"), "Write 2024, 2024-06 or 2024-06-30"),
        (("--jsonl", "-", "--with", "mood"), "there are quality, normalised, sentences, words, and all"),
        (("--text", "-", "--with", "words"), "--with is not of --text"),
        (("--jsonl", "-", "--bom"), "--bom is not of --jsonl"),
        (("--jsonl", "-", "--min-quality", "7"), "no number from 0 to 1"),
        (("--jsonl", "-", "--workers", "0"), "--workers: must be 1 or more"),
        (("--site", "d", "--since-run", "x"), "--since-run is not of --site"),
    ],
)
def test_what_cannot_be_asked_for_is_explained(kept: Path, words: tuple[str, ...], says: str) -> None:
    done = CommandLine(kept)("export", *words)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
