"""What the tests in a browser rest on: that whatever a page does wrong is seen."""

from __future__ import annotations

import pytest
from browser import Outside, Visits
from playwright.sync_api import Browser
from pytest_httpserver import HTTPServer

LEAKS = {
    "console": "<script>console.error('xin chào')</script>",
    "script": "<script>throw new Error('hỏng')</script>",
    "dialog": "<script>alert('xin chào')</script>",
    "window": "<script>window.open('about:blank')</script>",
    "request": "<img src='http://ngoai.example/a.png' alt=''>",
    "outside": "<script>new WebSocket('ws://ngoai.example/')</script>",
}


@pytest.mark.parametrize("kind", LEAKS)
def test_what_a_page_does_wrong_is_seen(window: tuple[Browser, Outside], httpserver: HTTPServer, kind: str) -> None:
    httpserver.expect_request("/").respond_with_data(f"<!doctype html>{LEAKS[kind]}", content_type="text/html")
    visits = Visits(*window)
    visits(f"http://127.0.0.1:{httpserver.port}", "/")
    if kind == "outside":
        assert window[1].reached.wait(20)
    with pytest.raises(AssertionError, match=f"{kind}: "):
        visits.close()
