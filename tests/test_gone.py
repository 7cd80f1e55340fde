"""A portal that fails is not a portal that has removed its articles."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from conftest import CommandLine
from made_portal import MadePortal, article, frame, rows
from sample_server import SampleServer

from pipelines.archive.database import Database
from pipelines.archive.warc import warc_date

pytestmark = pytest.mark.no_cover  # others reach all it does

PAGE = {"Content-Type": "text/html; charset=UTF-8"}
REPAIR = "<html><head><title>Trang tin điện tử</title></head><body><h1>Hệ thống đang bảo trì</h1></body></html>"

MISSING = (
    "<html><head><title>Không tìm thấy trang</title></head><body><h1>Không tìm thấy trang</h1>"
    "<p>Trang bạn tìm không tồn tại hoặc đã bị gỡ bỏ.</p></body></html>"
)


@dataclass
class Portal:
    """A small portal whose pages answer as `kind` says."""

    articles: int = 12
    kind: str = ""
    gone: set[int] = field(default_factory=set)

    def answer(self, path: str, _: bytes) -> str | None:
        if self.kind == "repair" and path != "/robots.txt":
            return REPAIR if path == "/" else None
        is_known = path.startswith("/tin?id=") and self.kind == "home"
        if path in ("/", "/muc?id=1") or is_known:
            return frame("".join(rows(range(n, n + 1)) for n in range(self.articles, 0, -1)))
        number = path.removeprefix("/tin?id=")
        if not number.isdecimal() or int(number) in self.gone:
            return None
        return article(int(number))


def crawl(luutin: CommandLine, portal: MadePortal | SampleServer, *args: str, code: int = 0) -> None:
    portal.asked.clear()
    done = luutin("crawl", "portal", "-a", f"url={portal.url}", "-s", "RETRY_TIMES=0", *args)
    assert done.code == code, done.err


def gone(luutin: CommandLine, name: str) -> list[str]:
    return [line["url"].rpartition("=")[2] for line in luutin.lines(name) if line["gone_at"]]


def rebuilt(luutin: CommandLine, name: str) -> None:
    assert luutin("verify").code == 0
    before = (luutin.output / "articles" / f"{name}.jsonl").read_bytes()
    shutil.rmtree(luutin.output / "articles")
    (luutin.output / "archive.db").unlink()
    assert luutin("reparse").code == 0
    assert (luutin.output / "articles" / f"{name}.jsonl").read_bytes() == before
    assert luutin("verify").code == 0


@pytest.mark.parametrize("kind", ["repair", "home", "removed"])
def test_what_is_gone_all_at_once_is_doubted_and_told_and_believed_only_when_it_stays_so(
    luutin: CommandLine, kind: str
) -> None:
    made = Portal()
    with MadePortal(made.answer) as server:
        crawl(luutin, server)
        assert len(luutin.versions(server.name)) == 12
        made.kind = kind
        made.gone = set(range(1, 13)) if kind == "removed" else set()
        crawl(luutin, server, "-a", "full=1", code=3)
        assert gone(luutin, server.name) == []
        report = luutin.report()
        assert report["reasons"]["failed:gone-in-doubt"] == 12
        assert any("too many at once" in told for told in report["unmet"])
        crawl(luutin, server, "-a", "full=1", code=3)
        assert gone(luutin, server.name) == []
        with Database(luutin.output / "archive.db") as db:
            before = warc_date(datetime.now(UTC) - timedelta(days=4))
            db.execute("UPDATE urls SET doubted_at = ? WHERE doubted_at IS NOT NULL", (before,))
        crawl(luutin, server, "-a", "full=1", code=0 if kind == "removed" else 3)
        assert len(gone(luutin, server.name)) == 12
        rebuilt(luutin, server.name)


def test_a_portal_under_repair_for_one_run_is_the_same_after_it(luutin: CommandLine) -> None:
    made = Portal()
    with MadePortal(made.answer) as server:
        crawl(luutin, server)
        before = luutin.lines(server.name)
        made.kind = "repair"
        crawl(luutin, server, "-a", "full=1", code=3)
        made.kind = ""
        crawl(luutin, server)
        assert luutin.lines(server.name) == before
        with Database(luutin.output / "archive.db") as db:
            assert not list(db.rows("SELECT url FROM urls WHERE doubted_at IS NOT NULL"))
            assert not list(db.rows("SELECT url FROM frontier"))


def test_one_article_that_is_gone_where_a_portal_lists_nothing_is_doubted(luutin: CommandLine) -> None:
    made = Portal(articles=1)
    with MadePortal(made.answer) as server:
        crawl(luutin, server)
        made.kind = "repair"
        crawl(luutin, server, "-a", "full=1", code=3)
        assert gone(luutin, server.name) == []


def test_a_few_that_are_gone_among_many_are_believed(luutin: CommandLine) -> None:
    made = Portal()
    with MadePortal(made.answer) as server:
        crawl(luutin, server)
        made.gone = {3, 5, 8}
        crawl(luutin, server, "-a", "full=1")
        assert gone(luutin, server.name) == ["3", "5", "8"]
        rebuilt(luutin, server.name)


def test_a_redirect_to_the_same_page_by_another_scheme_or_query_is_none_to_the_start_page(
    luutin: CommandLine, portal: SampleServer
) -> None:
    crawl(luutin, portal)
    line = next(line for line in luutin.lines(portal.name) if not line["parts"] and not line["duplicate_of"])
    path = line["url"].removeprefix(portal.url.rstrip("/"))
    page = portal.answer(path)
    portal.answers |= {path: (301, {"Location": "/?p=77"}, b""), "/?p=77": page}
    crawl(luutin, portal, "-a", "full=1")
    assert [line["url"] for line in luutin.lines(portal.name) if line["gone_at"]] == []


def test_an_archive_s_copy_of_a_page_that_says_it_is_gone_tells_nothing_of_today(luutin: CommandLine) -> None:
    made = Portal(articles=8)
    with MadePortal(lambda path, form: made.answer(path, form) or (MISSING if path.startswith("/tin") else None)) as it:
        other = CommandLine(luutin.output.with_name("other"))
        crawl(luutin, it)
        made.gone = {5}
        crawl(other, it)
        crawl(luutin, it, "-a", "full=1", "-a", f"origin={other.output / 'captures' / it.name}")
        assert gone(luutin, it.name) == []
