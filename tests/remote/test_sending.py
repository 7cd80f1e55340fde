"""Exports that are put at a URL."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipelines.errors import ExtraMissing, OutputUnwritable, StorageFailed
from pipelines.remote.sending import send, staged
from pipelines.remote.store import Store


@pytest.fixture
def url(storage_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setenv("LUUTIN_CACHE", str(tmp_path / "caches"))
    return storage_url


def made(url: str, **files: str) -> Path:
    """A folder that was exported, with files by their names."""
    folder = staged(url)
    for name, text in files.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "phan.parquet").write_text(text)
    return folder


def test_a_file_takes_the_place_of_the_old_one(url: str, tmp_path: Path) -> None:
    for text in ("mot", "hai hai"):
        path = staged(f"{url}/tin.jsonl")
        path.write_text(text)
        path.with_name("tin.jsonl.removed.jsonl").write_text("rut")
        assert send(path, f"{url}/tin.jsonl") == (2, len(text) + 3)
        assert Store(url).find() == {"tin.jsonl": len(text), "tin.jsonl.removed.jsonl": 3}
    assert not list((tmp_path / "caches").iterdir())  # nor is it kept here


def test_of_a_folder_what_it_no_longer_holds_is_deleted(url: str) -> None:
    assert send(made(url, a="mot", b="hai"), url) == (2, 6)
    assert send(made(url, b="hai hai", c="ba"), url) == (2, 9)
    assert Store(url).find().keys() == {".export", "b/phan.parquet", "c/phan.parquet"}
    assert Store(url).read("b/phan.parquet") == b"hai hai"


def test_a_folder_that_no_export_has_made_is_left_alone(url: str) -> None:
    Store(url).write("cua-nguoi-khac.txt", b"giu")
    with pytest.raises(OutputUnwritable, match="holds what no export has put there"):
        send(made(url, a="mot"), url)
    assert Store(url).find() == {"cua-nguoi-khac.txt": 3}


def test_without_the_library_it_is_told_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(ExtraMissing, match=r"pip install 'luutin\[remote\]'"):
        Store("s3://kho/tin")


def test_an_address_nobody_knows_is_told() -> None:
    with pytest.raises(StorageFailed, match="is no place fsspec knows"):
        Store("khongco://kho/tin")
