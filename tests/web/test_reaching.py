"""No path of a request and no path in an archive's own rows leads out of the archive, or to what is not for showing."""

from __future__ import annotations

import http.client
import shutil
import sqlite3
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from browser import served
from looking import Made
from made_site import build

SECRET = "nothing of this may be served"
ROUTES = (
    "/",
    "/static/",
    "/articles/",
    "/articles/{id}/versions/",
    "/articles/{id}/beside/",
    "/portals/",
    "/portals/sokhdt_backan_example/",
    "/runs/",
    "/captures/",
    "/replays/",
    "/replay/",
    "/files/",
    "/api/articles/",
    "/en/static/",
    "/en/runs/",
)
TRIED = (
    "../secret.txt",
    "..%2fsecret.txt",
    "%2e%2e/secret.txt",
    "%2e%2e%2fsecret.txt",
    "%252e%252e%252fsecret.txt",
    "..%5csecret.txt",
    "....//secret.txt",
    "..%c0%afsecret.txt",
    "%2fetc%2fpasswd",
    "..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "secret.txt",
    "secret.txt%00.css",
    "%00",
    "archive.db",
    "..%2farchive.db",
    "../../archive.db",
    ".",
    "..%2findex%2fmeta.json",
    "style.css%2f..%2f..%2ftemplates%2fbase.html",
    "a" * 5_000,
    "%ff%fe",
    "%F0%9F%97%83",
    "-1",
    "99999999999999999999999999",
    "%D9%A1",  # a digit, but none of ours
)
"""What stands where a name is expected."""


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """The made archive with secrets in and beside it, and rows that name what lies beside it."""
    folder = tmp_path_factory.mktemp("laid") / "output"
    ids = build(folder)
    for place in (folder, folder.parent, folder / "reports", folder / "captures"):
        (place / "secret.txt").write_text(SECRET)
        (place / "secret.wacz").write_text(SECRET)
    warc = next((folder / "captures").glob("sokhdt_*/*.warc.gz"))
    shutil.copy(warc, folder.parent / "beside.warc.gz")
    lines = folder / "articles" / "cong_danang_example.jsonl"
    shutil.copy(lines, folder.parent / "beside.jsonl")
    with served(folder) as url:
        db = sqlite3.connect(folder / "archive.db")
        with db:
            db.execute("UPDATE captures SET file = '../beside.warc.gz' WHERE id = 1")
            db.execute("UPDATE captures SET file = ? WHERE id = 2", (str(folder.parent / "beside.warc.gz"),))
            db.execute("UPDATE captures SET file = '../secret.txt' WHERE id = 3")
            db.execute("UPDATE articles SET file = '../beside.jsonl' WHERE id = ?", (ids["cho-han"],))
        db.close()
        yield Made(folder, ids, url)


def get(made: Made, path: str, method: str = "GET") -> tuple[int, bytes]:
    """Asked as it is: other clients tidy paths."""
    connection = http.client.HTTPConnection(urlsplit(made.url).netloc, timeout=30)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("route", ROUTES)
def test_no_path_of_a_request_leads_to_a_file(laid: Made, route: str) -> None:
    for tried in TRIED:
        status, body = get(laid, route.format(id=laid.ids["bao-so-3"]) + tried)
        told = f"{route}{tried[:60]}"
        assert status in (400, 404, 405) or (status == 200 and tried == "."), told
        for secret in (SECRET, "root:", "SQLite format", "{% block", "Traceback", str(laid.folder)):
            assert secret.encode() not in body, told


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_row_that_names_a_file_beside_the_archive_is_not_followed(laid: Made, number: int) -> None:
    for path in (f"/captures/{number}/content", f"/pictures/{number}"):
        status, body = get(laid, path)
        assert status >= 400
        assert b"html" not in body.partition(b"<main")[2] or b"/captures" in body
        for secret in (SECRET, "entry-content", str(laid.folder), "beside.warc"):
            assert secret.encode() not in body


def test_a_line_beside_the_archive_is_not_read(laid: Made) -> None:
    status, body = get(laid, laid.path("cho-han"))
    assert status >= 400
    assert "mắm nêm" not in body.decode()
    assert str(laid.folder) not in body.decode()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_it_is_only_read(laid: Made, method: str) -> None:
    for path in ("/", "/search", laid.path("bao-so-3"), "/captures/4/content"):
        assert get(laid, path, method)[0] == 405
