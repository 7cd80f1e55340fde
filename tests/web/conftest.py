"""The invented archive, and the site over it, shared by the tests of a process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from kept_site import Visitor, fill, visited


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / "output"
    fill(folder)
    return folder


@pytest.fixture(scope="session")
def visitor(kept: Path) -> Iterator[Visitor]:
    with visited(kept, licence="Văn bản của các cổng; dữ liệu dẫn xuất: CC BY 4.0") as visitor:
        yield visitor
