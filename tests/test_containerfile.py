"""The Containerfile: what its linter says, and that what it names is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from conftest import REPO

from crawler.commands.schedule import CONTAINER_UID

TEXT = (REPO / "Containerfile").read_text("utf-8")
FINAL = TEXT[TEXT.rindex("\nFROM ") :]


def test_its_linter_has_nothing_to_say() -> None:
    hadolint = str(Path(sys.executable).with_name("hadolint"))
    done = subprocess.run([hadolint, str(REPO / "Containerfile")], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_it_copies_is_there_and_is_let_in() -> None:
    copied = [name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", TEXT, re.MULTILINE) for name in line.split()]
    let_in = {line[1:] for line in (REPO / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert set(copied) == let_in
    assert all((REPO / name).exists() for name in copied)


def test_it_runs_as_the_user_who_owns_the_output() -> None:
    assert f"useradd --uid {CONTAINER_UID} " in FINAL
    assert re.findall(r"^USER (.+)$", FINAL, re.MULTILINE) == [str(CONTAINER_UID)]
    assert "LUUTIN_OUTPUT=/output" in FINAL
    assert 'ENTRYPOINT ["luutin"]' in FINAL


def test_it_takes_packages_by_their_hashes_from_no_registry_of_ours() -> None:
    assert "--require-hashes --requirement requirements.txt" in TEXT
    assert "://" not in TEXT
    assert "index" not in TEXT.replace("--no-index", "")
