"""Having a Chromium for the tests of the site, on a machine without one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from chromium import bring, chromium
from conftest import REPO
from looking import needed

INSTALLS = """#!/bin/sh
echo "$@" >> {0}/asked
case "$*" in *install*) printf '#!/bin/sh\\n' > {0}/chromium; /bin/chmod +x {0}/chromium;; *) exit 100;; esac
"""
REFUSES = """#!/bin/sh
echo "E: Unable to locate package chromium" >&2
exit 100
"""


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder commands are found in; we are root."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path


def command(folder: Path, name: str, script: str = "#!/bin/sh\n") -> Path:
    path = folder / name
    path.write_text(script.format(folder))
    path.chmod(0o755)
    return path


def test_it_is_installed_with_a_font_though_the_lists_are_not_all_had(bare: Path) -> None:
    command(bare, "apt-get", INSTALLS)
    assert bring() is None
    assert chromium() == str(bare / "chromium")
    asked = (bare / "asked").read_text().splitlines()
    assert asked == ["-qq update", "-qq install --yes --no-install-recommends chromium fonts-dejavu-core"]


def test_who_may_not_install_is_told(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no root with apt-get" in str(bring())
    command(bare, "apt-get", INSTALLS)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "no root with apt-get" in str(bring())
    assert not (bare / "asked").exists()


def test_what_apt_says_is_passed_on(bare: Path) -> None:
    command(bare, "apt-get", REFUSES)
    assert "Unable to locate package chromium" in str(bring())


def test_the_one_that_is_named_is_taken_and_no_other(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(bare, "google-chrome")
    assert chromium() == str(bare / "google-chrome")
    named = command(bare, "of-my-own")
    monkeypatch.setenv("CHROMIUM", str(named))
    assert chromium() == str(named)
    monkeypatch.setenv("CHROMIUM", str(bare / "mistyped"))
    assert chromium() is None


def test_a_machine_without_goes_on_and_is_told_how_to_have_one(bare: Path) -> None:
    script = [sys.executable, str(REPO / "tests" / "chromium.py")]
    done = subprocess.run(script, capture_output=True, check=True, text=True)
    assert done.stderr.startswith("No Chromium: no root with apt-get here. To have one, install")
    command(bare, "chromium")
    assert subprocess.run(script, capture_output=True, check=True, text=True).stderr == ""


def test_tests_in_a_browser_are_skipped_but_not_in_ci(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        needed()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"):
        needed()
