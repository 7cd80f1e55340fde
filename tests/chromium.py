"""Which Chromium the tests look at the site with; run as a script, bring Debian's where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PACKAGES = ("chromium", "fonts-dejavu-core")
"""Debian's; the font, because without any there is nothing to see of Vietnamese, or of any other text."""
HOW = (
    f"install Chromium (on Debian as root: apt-get install {' '.join(PACKAGES)}), or name it with CHROMIUM=PATH; "
    "without it the tests in a browser are skipped"
)


def chromium() -> str | None:
    """The path of a Chromium or Chrome: the one `CHROMIUM` names, or the first that is found."""
    named = os.environ.get("CHROMIUM")
    return next(filter(None, map(shutil.which, [named] if named else NAMES)), None)


def bring() -> str | None:
    """Install Chromium where that can be done here; why it could not."""
    installer = shutil.which("apt-get")
    if installer is None or os.geteuid() != 0:
        return "no root with apt-get here"
    sys.stderr.write(f"Installing {' and '.join(PACKAGES)}, to look at the site with.\n")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        done = subprocess.run([installer, "-qq", *step], env=env, capture_output=True, check=False, text=True)
        if done.returncode and step[0] == "install":  # an update may fail in part and still be enough
            last = (done.stderr.strip() or "it says nothing").splitlines()[-1]
            return f"apt-get {step[0]} failed: {last}"
    return None if chromium() else "it is installed, but not found"


if __name__ == "__main__" and chromium() is None and (problem := bring()):
    sys.stderr.write(f"No Chromium: {problem}. To have one, {HOW}.\n")
