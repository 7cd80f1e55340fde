"""The keys captures are sorted by: those of the library replay tools use, however they are come by."""

from __future__ import annotations

import time

import pytest
from surt import surt

from pipelines.archive.rows import capture_key

ROOTS = (
    "http://so.tinhthu.example/",
    "https://www2.so.tinhthu.example:8080/",
    "http://127.0.0.1:8109/",
    "HTTP://SO.x/",
)
ODD_ROOTS = (
    "http://so.tinhthu.example:80/",
    "https://so.tinhthu.example./",
    "http://a..b.example/",
    "http://a@b.example/",
)
PATHS = (
    "",
    "Tin-Tuc/Bai_1.HTML",
    "tin/",
    "tin//bai",
    "tin/../bai",
    "./tin",
    ".tin/bai",
    "tin/.bai",
    "tin/bai.",
    "~so/a..b",
)
ODD_PATHS = ("tin%2Fbai", "tin bài", "a;jsessionid=1", "(s(abc))/a.aspx", "tin?b=2&a=1", "tin?", "tin#bai", "tin/?")


@pytest.mark.parametrize("root", ROOTS + ODD_ROOTS)
@pytest.mark.parametrize("path", PATHS + ODD_PATHS)
def test_a_capture_is_sorted_as_replay_tools_sort_it(root: str, path: str) -> None:
    assert capture_key(root + path, None) == surt(root + path)


def test_an_endless_path_costs_no_more_than_its_length() -> None:
    began = time.process_time()
    capture_key("http://so.tinhthu.example/" + "tin-tuc." * 5_000 + "/" * 2, None)
    assert time.process_time() - began < 1
