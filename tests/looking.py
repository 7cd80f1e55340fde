"""The fixtures of tests that look with a real browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chromium import HOW, chromium

if TYPE_CHECKING:
    from browser import Outside, Visits
    from playwright.sync_api import Browser


def needed() -> str:
    """The path of a Chromium; without one a test that needs it is skipped, but in CI that is a failure."""
    path = chromium()
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"no Chromium: {HOW}")
    return path


@pytest.fixture(scope="module")
def window() -> Iterator[tuple[Browser, Outside]]:
    """A Chromium; for a module, not for all tests: while it is there, no other test could run an event loop."""
    from browser import launched

    with launched(needed()) as found:
        yield found


@pytest.fixture
def visit(window: tuple[Browser, Outside]) -> Iterator[Visits]:
    """Opens pages, and fails the test where one does what it may not."""
    from browser import Visits

    visits = Visits(*window)
    yield visits
    visits.close()


@dataclass
class Made:
    """The archive of made_site.py, and where it is served."""

    folder: Path
    ids: dict[str, str]
    """Of its articles, by their names in made_site.toml."""
    url: str

    def path(self, name: str, rest: str = "") -> str:
        """Of the page of an article."""
        return f"/articles/{self.ids[name]}{rest}"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    from browser import served
    from made_site import build

    folder = tmp_path_factory.mktemp("made") / "output"
    ids = build(folder)
    with served(folder) as url:
        yield Made(folder, ids, url)
