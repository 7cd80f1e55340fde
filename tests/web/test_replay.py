"""The captures in `luutin serve`, as a browser meets it: a real server, asked over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import REPO, CommandLine
from kept_site import Visitor

from pipelines.archive.folder import Archive
from pipelines.archive.warc import Exchange
from pipelines.export.selection import Selection
from pipelines.export.wacz import export_wacz

AT = datetime(2025, 6, 2, 1, 2, 3, tzinfo=UTC)
SITE = "http://so.tinhthu.example"
PAGE = "<title>Họp</title><script>alert(1)</script><p>Họp giao ban"
SECRET = "nothing of this may be served"


def exchange(path: str, kind: str, body: bytes, days: int = 0) -> Exchange:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode()
    return Exchange(f"{SITE}{path}", AT + timedelta(days=days), b"", head + body)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replay") / "output"
    with Archive(folder, "so_thu", "luutin/test") as archive:
        archive.keep(exchange("/hop/", "text/html; charset=utf-16", PAGE.encode("utf-16")), "live")
        archive.keep(exchange("/hop/", "text/html; charset=utf-16", PAGE.encode("utf-16"), 1), "live")
        archive.keep(exchange("/a.pdf?x=<b>", "application/pdf", b"%PDF-1.4"), "live")
        archive.keep(exchange("/anh.svg", "image/svg+xml", b"<svg onload='alert(1)'/>"), "live")
        archive.keep(exchange("/a.css", 'text/css; charset=x"y', b"p{}"), "live")
        for number in range(120):
            archive.keep(exchange(f"/tin/{number}", "text/html", b"tin"), "live")
    (folder / "exports").mkdir()
    with Selection(folder) as selection:
        export_wacz(selection, folder / "exports" / "so.wacz", "luutin/test")
    (folder.parent / "secret.txt").write_text(SECRET)
    (folder / "secret.wacz").write_text(SECRET)
    return folder


@pytest.fixture(scope="module")
def browser(folder: Path) -> Iterator[Visitor]:
    command = [str(Path(sys.executable).with_name("luutin")), "serve", "--port", "0"]
    env = {**os.environ, "LUUTIN_OUTPUT": str(folder)}
    with subprocess.Popen(command, env=env, cwd=REPO, text=True, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert line.startswith("http://127.0.0.1:"), line + process.stderr.read()
        yield Visitor(int(line.split()[0].strip("/").rpartition(":")[2]))
        process.terminate()


def number_of(browser: Visitor, url: str) -> str:
    """The id of the newest capture whose URL holds `url`."""
    return browser.ask(f"/en/captures?url={url}").text.partition('<a href="/en/captures/')[2].partition('"')[0]


def test_captures_are_found_by_part_of_their_url(browser: Visitor) -> None:
    found = browser.ask("/captures?url=/tin/11").text
    assert found.count('href="/captures/') == 11
    assert "no such capture" in browser.ask("/en/captures?url=t%25n").text  # a wildcard of SQL is a plain character
    assert "&lt;script&gt;" in browser.ask("/captures?url=<script>").text


def test_the_list_goes_on(browser: Visitor) -> None:
    first = browser.ask("/en/captures").text
    later = first.partition("Earlier captures")[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = browser.ask(later).text
    assert (first.count("<tr>"), second.count("<tr>")) == (1 + 100, 1 + 25)


def test_a_page_is_shown_decoded_and_may_do_nothing(browser: Visitor) -> None:
    number = number_of(browser, "/hop/")
    around = browser.ask(f"/en/captures/{number}")
    assert "unchanged" in around.text
    assert f'<iframe class="frame" sandbox src="/captures/{number}/content"' in around.text
    answer = browser.ask(f"/captures/{number}/content")
    assert answer.body.decode("utf-16") == PAGE
    assert answer.headers["content-type"] == "text/html; charset=utf-16"
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "sandbox", "form-action 'none'"} <= set(policy)
    assert not [directive for directive in policy if directive.startswith("script-src")]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("url", "kind", "disposition"),
    [
        ("a.pdf", "application/octet-stream", "attachment; filename*=UTF-8''a.pdf"),
        ("anh.svg", "application/octet-stream", "attachment; filename*=UTF-8''anh.svg"),
        ("a.css", "text/plain; charset=x", None),
    ],
)
def test_what_is_no_page_is_no_markup(browser: Visitor, url: str, kind: str, disposition: str | None) -> None:
    answer = browser.ask(f"/captures/{number_of(browser, url)}/content")
    assert (answer.headers["content-type"], answer.headers.get("content-disposition")) == (kind, disposition)


@pytest.mark.parametrize(
    "path",
    [
        "/files/../secret.wacz",
        "/files/%2e%2e%2fsecret.wacz",
        "/files/secret.wacz",
        "/files/..%2f..%2fsecret.txt",
        "/replay/../../secret.txt",
        "/replay/%2e%2e%2farchive.db",
        "/replay/ui.js",
        "/replays/..%2fsecret.wacz",
        "/captures/9999999999999999999999/content",
        "/captures/-1",
        "/captures/..%2f..%2fsecret.txt",
        "/archive.db",
    ],
)
def test_no_path_of_a_request_reaches_the_file_system(browser: Visitor, path: str) -> None:
    answer = browser.ask(path)
    assert answer.status == 404
    assert SECRET not in answer.text
    assert "SQLite" not in answer.text


def test_only_this_machine_is_answered(browser: Visitor) -> None:
    assert browser.ask("/captures", Host="tin.example").status == 400


def test_replayweb_page_is_used_where_it_is_installed(browser: Visitor, folder: Path) -> None:
    assert "npm pack" in browser.ask("/captures").text
    (folder / "replay").mkdir()
    for name in ("ui.js", "sw.js"):
        (folder / "replay" / name).write_text(f"// {name}")
    assert browser.ask("/replay/sw.js").headers["content-type"].startswith("text/javascript")
    number = number_of(browser, "/hop/")
    shown = browser.ask(f"/captures/{number}").text
    replay = shown.partition('href="/replays/')[2].partition('"')[0]
    page = browser.ask(f"/replays/{replay}").text
    assert 'url="http://so.tinhthu.example/hop/" ts="20250603010203"' in page
    source = page.partition('source="')[2].partition("#")[0]
    warc = (folder / "captures" / "so_thu" / "so_thu-00001.warc.gz").read_bytes()
    assert browser.ask(source).body == warc
    part = browser.ask(source, Range="bytes=10-19")
    assert (part.status, part.body) == (206, warc[10:20])
    exports = browser.ask("/captures").text
    key = exports.partition('<li><a href="/replays/')[2].partition('"')[0]
    assert browser.ask(f"/files/{key}").body == (folder / "exports" / "so.wacz").read_bytes()


@pytest.mark.parametrize(
    ("args", "code", "says"), [([], 1, "archive.db"), (["--replay"], 1, "archive.db"), (["x"], 2, "name none")]
)
def test_bad_input_is_explained(luutin: CommandLine, args: list[str], code: int, says: str) -> None:
    done = luutin("serve", *args)
    assert done.code == code
    assert says in done.err


def test_a_port_in_use_is_named(browser: Visitor, folder: Path) -> None:
    done = CommandLine(folder)("serve", "--port", str(browser.port))
    assert done.code == 1
    assert "--port" in done.err
