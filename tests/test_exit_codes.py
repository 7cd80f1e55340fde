"""Each documented exit code, reached with the real command: 0 ok, 1 error, 2 usage, 3 fell short, 4 blocked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from conftest import REPO, CommandLine
from small_portals import SmallPortal

CODES = {0: "ok", 1: "error", 2: "usage", 3: "an expectation failed", 4: "blocked"}
NOBODY = "http://127.0.0.1:1/"
"""Where no one listens."""
QUICK = ("-s", "RETRY_TIMES=0", "-s", "BACKOFF=0.1", "-s", "DOWNLOAD_TIMEOUT=5")


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    """A portal of each kind: its start URL by kind."""
    kinds = ("good", "errors", "empty", "challenge")
    portals = {kind: SmallPortal(number, kind, articles=3) for number, kind in enumerate(kinds)}
    for portal in portals.values():
        portal.__enter__()
    yield {kind: portal.url for kind, portal in portals.items()} | {"nobody": NOBODY}
    for portal in portals.values():
        portal.__exit__()


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("kind", "code", "says"),
    [
        ("good", 0, "3 articles of this portal in the archive"),
        ("errors", 1, "cannot be had: http-500"),
        ("nobody", 1, "cannot be had: refused"),
        ("empty", 3, "not as expected: "),
        ("challenge", 4, "answers with a challenge page"),
    ],
)
def test_crawl(luutin: CommandLine, urls: dict[str, str], kind: str, code: int, says: str) -> None:
    done = luutin("crawl", "portal", "-a", f"url={urls[kind]}", *QUICK)
    assert done.code == code, done.err
    assert says in done.err
    assert "Traceback" not in done.err
    assert not done.out


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("kinds", "code", "says"),
    [
        (["good"], 0, "1 portals"),
        (["good", "empty"], 3, "articles are expected"),
        (["good", "empty", "challenge"], 4, "answers with a challenge page"),
        (["good", "empty", "challenge", "nobody"], 1, "cannot be had: refused"),
    ],
)
def test_crawlall_exits_with_the_worst(
    luutin: CommandLine, urls: dict[str, str], kinds: list[str], code: int, says: str
) -> None:
    done = luutin("crawlall", *(urls[kind] for kind in kinds), *QUICK)
    assert done.code == code, done.err
    assert says in done.err
    assert "Traceback" not in done.err
    assert not done.out


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["crawl"], "name one portal"),
        (["crawl", "skhdt_backann"], "Did you mean skhdt_backan?"),
        (["crawl", "portal"], "-a url="),
        (["crawl", "portal", "-a", "url=backan"], "no URL"),
        (["crawl", "portal", "-a", "url=ftp://backan.example/"], "no URL"),
        (["crawl", "portal", "-a", "origin=no-such.wacz"], "no such file"),
        (["crawl", "portal", "-a", "origin=sample/sample.wacz", "-a", "captures=some"], "newest"),
        (["crawl", "skhdt_backan", "-a", "depth=2"], "depth"),
        (["crawlall", "skhdt_backann"], "Did you mean skhdt_backan?"),
        (["crawlall", "portal"], "name the start URL itself"),
        (["crawlall", "--file", "no-such-list"], "no-such-list: No such file"),
        (["crawlall", "baocamau", "--jobs", "0"], "--jobs 0"),
        (["crawlall", "baocamau", "-a", "url=https://so.example/"], "there is no such argument"),
        (["crawlall", "baocamau", "-a", "origin=no-such.wacz"], "no such file"),
        (["crawlall", "baocamau", "-a", "origin=sample/sample.wacz", "-a", "since=soon"], "since=soon"),
    ],
)
def test_usage(luutin: CommandLine, args: list[str], says: str) -> None:
    done = luutin(*args)
    assert done.code == 2, done.err
    assert says in done.err
    assert "Traceback" not in done.err
    assert not list(luutin.output.glob("articles/*"))


def test_the_readme_says_them_all() -> None:
    (said,) = re.findall(
        r"^Exit codes: (.+?)\. Data", (REPO / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    for code, meaning in CODES.items():
        assert f"{code} {meaning}" in " ".join(said.split())
