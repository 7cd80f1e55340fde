"""A real browser on a real server: what a page does wrong fails the test that opened it."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from conftest import CommandLine
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)

FLAGS = (
    "--no-sandbox",  # Chromium's own asks for rights that containers don't give
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
TIMEOUT_MS = 10_000
END_SECONDS = 30
REFUSALS = ("Content Security Policy", "sandboxed")
"""What Chromium says where it does not let a page do something."""
MOST_NAMED = 5
"""Elements that break one rule: a page's hundredth link does so like its first."""
PHONE: ViewportSize = {"width": 360, "height": 740}
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


class Outside:
    """All hosts of `.example`, as the browser sees them: what answers nobody, and knows that somebody came.

    Other hosts are not to be had: Chromium itself asks for some of its maker's, whatever it is told.
    """

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        here = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self.flag = f"--host-resolver-rules=MAP *.example {here}, MAP * ^NOTFOUND, EXCLUDE 127.0.0.1"
        self._thread = threading.Thread(target=self._turn_away)
        self._thread.start()

    def _turn_away(self) -> None:
        with suppress(OSError):
            while True:
                self._listening.accept()[0].close()
                self.reached.set()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)  # wakes the thread, which `close` alone does not
        self._thread.join()
        self._listening.close()


class Visits:
    """Opens pages, each in a browser context of its own, and notes what none of ours may do."""

    def __init__(self, browser: Browser, outside: Outside) -> None:
        self._browser, self._outside = browser, outside
        self._contexts: list[BrowserContext] = []
        self.faults: list[str] = []
        """Errors on the console and in scripts, dialogs, windows, requests to others; emptied where expected."""
        self.refused: list[str] = []
        """What the browser did not let a page do: of our own a fault, of what was captured the very thing."""

    def __call__(self, url: str, path: str = "", **options: Any) -> Page:
        """A page of the server at `url`, opened at `path`; `options` are those of Playwright's `new_context`."""
        context = self._browser.new_context(base_url=url, locale="vi-VN", **options)
        context.set_default_timeout(TIMEOUT_MS)
        self._contexts.append(context)
        page = context.new_page()
        context.on("request", lambda request: self._asked(url, request.url))
        context.on("requestfailed", self._failed)
        context.on("console", self._told)
        context.on("weberror", lambda error: self._note("script", str(error.error)))
        context.on("page", lambda other: self._note("window", other.url))
        page.on("dialog", self._dismiss)
        if path:
            page.goto(path)
        return page

    def _asked(self, url: str, asked: str) -> None:
        if not asked.startswith((url, "data:", "blob:", "about:")):
            self._note("request", asked)

    def _failed(self, request: Request) -> None:
        asked = f"request: {request.url}"
        if request.failure == "csp" and asked in self.faults:  # it never left the browser
            self.faults.remove(asked)
            self.refused.append(asked)

    def _told(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            refused = any(words in message.text for words in REFUSALS)
            (self.refused if refused else self.faults).append(f"console: {message.text}")

    def _dismiss(self, dialog: Dialog) -> None:
        self._note("dialog", dialog.message)
        dialog.dismiss()

    def _note(self, kind: str, said: str) -> None:
        self.faults.append(f"{kind}: {said}")

    def close(self) -> None:
        """Close all; fails where a page did what it may not, or anything came where nothing may."""
        for context in self._contexts:
            context.close()
        if self._outside.reached.is_set():
            self._outside.reached.clear()
            self._note("outside", "somebody came")
        assert not [*self.faults, *self.refused], "\n".join([*self.faults, *self.refused])


@contextmanager
def launched(path: str) -> Iterator[tuple[Browser, Outside]]:
    """The browser at `path`, without a window or any way out of this machine."""
    with closing(Outside()) as outside, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, outside.flag])
        yield browser, outside
        browser.close()


def axe(page: Page, *rules: str) -> None:
    """Fail where the page as it is shown breaks one of `rules`, or any of WCAG 2.2 AA and good practice.

    What stands in frames is left out: that is captures, as others made them.
    """
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
    found = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": only, "iframes": False})
    broken = [
        f"{rule['id']}: {node['failureSummary']}\n  {node['html']}"
        for rule in found.response["violations"]
        for node in rule["nodes"][:MOST_NAMED]
    ]
    assert not broken, "\n".join([page.url, *broken])


def narrow(page: Page) -> None:
    """Fail where the page is wider than its window: who reads it on a phone would scroll sideways."""
    wide = page.evaluate(
        """() => {
            const most = document.documentElement.clientWidth;
            return document.documentElement.scrollWidth <= most ? [] : [...document.querySelectorAll('body *')]
                .filter(it => it.getBoundingClientRect().right > most + 1).map(it => it.outerHTML.slice(0, 120));
        }"""
    )
    assert not wide, f"{page.url} is wider than its window by " + "\n".join(wide)


@contextmanager
def served(folder: Path, *args: str) -> Iterator[str]:
    """`luutin serve` over an archive, as users start it: its address, without a slash at the end."""
    reading, writing = os.pipe()
    with os.fdopen(reading) as told:
        process = CommandLine(folder).popen("serve", "--port", "0", *args, stderr=writing)
        os.close(writing)
        line = told.readline()
        assert line.startswith("http://127.0.0.1:"), line + told.read()
        try:
            yield line.split()[0].rstrip("/")
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(END_SECONDS)
