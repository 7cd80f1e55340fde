"""A run that went wrong, as its user hears of it: exit code, issues, `luutin report`, logs, metrics and hooks."""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLE, CommandLine
from made_portal import MadePortal, article, frame, rows
from made_reports import run
from sample_server import SampleServer
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from crawler.notify import after_run, check
from pipelines.report.issues import Issue

CHALLENGE = "<html><head><title>Just a moment...</title></head><body><form id='challenge-form'></form></body></html>"


class Changing:
    """A portal whose lists and articles a test may change while it is up."""

    def __init__(self) -> None:
        self.numbers = range(12)
        self.article: Callable[[int], str | None] = article

    def __call__(self, path: str, form: bytes) -> str | None:
        if path == "/":
            return frame(rows(self.numbers[:5]))
        if path == "/muc?id=1":
            return frame("<h1>Kinh tế</h1>" + rows(self.numbers), "Kinh tế")
        number = path.removeprefix("/tin?id=")
        return self.article(int(number)) if number.isdecimal() else None


@pytest.fixture
def changing() -> Changing:
    return Changing()


@pytest.fixture
def made(changing: Changing) -> Iterator[MadePortal]:
    with MadePortal(changing) as portal:
        yield portal


@contextmanager
def listening(status: int = 200, hold: threading.Event | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """A server that keeps what is posted to it; it answers when `hold` is set."""
    posted: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            if hold is not None:
                hold.wait(20)
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing on the terminal."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{http.server_port}/hook", posted
    finally:
        if hold is not None:
            hold.set()
        http.shutdown()
        http.server_close()


def database(output: Path, query: str) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(output / "archive.db")
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()


class TestSilence:
    def test_challenges_behind_a_fine_start_page_are_told_of_in_the_first_run_by_every_means(
        self, luutin: CommandLine, changing: Changing, made: MadePortal, tmp_path: Path
    ) -> None:
        changing.article = lambda _: CHALLENGE
        told = tmp_path / "told.json"
        script = "import json, os, sys; json.dump({**os.environ, 'args': sys.argv[1:]}, open(sys.argv[1], 'w'))"
        (tmp_path / "metrics").mkdir()
        with listening() as (address, posted):
            done = luutin(
                "crawl", "portal", "-a", f"url={made.url}", "--log-format", "json", "-s", "LOG_LEVEL=INFO",
                "-s", f"ON_FAILURE_COMMAND={sys.executable} -c \"{script}\" {told} 'two words; $(no shell)'",
                "-s", f"ON_FAILURE_WEBHOOK={address}", "-s", f"METRICS_FOLDER={tmp_path / 'metrics'}",
            )  # fmt: skip
        assert done.code == 4

        lines = [json.loads(line) for line in done.err.splitlines()]
        assert all({"time", "level", "portal", "message"} <= line.keys() for line in lines)
        assert any(line["level"] == "info" and line["portal"] for line in lines)  # a log record
        assert (lines[-1]["verdict"], lines[-1]["exit_code"], lines[-1]["portal"]) == ("blocked", 4, made.name)

        heard = json.loads(told.read_text("utf-8"))
        assert heard["args"] == [str(told), "two words; $(no shell)"]
        assert (heard["LUUTIN_EXIT_CODE"], heard["LUUTIN_PORTAL"]) == ("4", made.name)
        assert json.loads(Path(heard["LUUTIN_REPORT"]).read_text("utf-8"))["blocked"] is True
        assert "The portal refuses." in Path(heard["LUUTIN_REPORT_HTML"]).read_text("utf-8")

        (message,) = map(json.loads, posted)
        assert message["exit_code"] == 4
        assert "challenge 12" in message["text"]

        text = (tmp_path / "metrics" / f"luutin-{made.name}.prom").read_text("utf-8")
        assert f'luutin_run_exit_code{{portal="{made.name}"}} 4' in text

        shown = luutin("report")
        assert shown.code == 4
        assert "12 of 12 article pages are not the portal's own" in shown.out

    def test_an_issue_is_closed_by_the_run_that_no_longer_sees_it(
        self, luutin: CommandLine, changing: Changing, made: MadePortal
    ) -> None:
        assert luutin("crawl", "portal", "-a", f"url={made.url}").code == 0
        whole, changing.numbers = changing.numbers, range(0)
        done = luutin("crawl", "portal", "-a", f"url={made.url}")
        assert done.code == 3
        assert "no list names an article" in done.err
        shown = luutin("report", made.name, "--json")
        assert shown.code == 3
        data = json.loads(shown.out)
        assert [one["verdict"] for one in data["runs"]] == ["1 issue", "ok"]
        assert [one["kind"] for one in data["issues"]] == ["listings"]
        changing.numbers = whole
        assert luutin("crawl", "portal", "-a", f"url={made.url}").code == 0
        shown = luutin("report", "--html")
        assert shown.code == 0
        assert "All is as expected." in Path(shown.out.strip()).read_text("utf-8")

    def test_a_start_page_that_cannot_be_had_leaves_a_run_and_an_issue(self, luutin: CommandLine) -> None:
        assert luutin("crawl", "portal", "-a", "url=http://127.0.0.1:1/").code == 1
        assert database(luutin.output, "SELECT portal, kind, closed_at FROM issues") == [("127_0_0_1_1", "run", None)]
        (name,) = (path.stem for path in (luutin.output / "reports").glob("*.json"))
        shown = luutin("report", name)
        assert shown.code == 3
        assert "cannot be had: refused" in shown.out

    def test_pages_without_text_are_told_of_in_the_first_run(
        self, luutin: CommandLine, changing: Changing, made: MadePortal
    ) -> None:
        changing.article = lambda n: frame(f"<h2 class=td>Tin số {n}</h2>", f"Tin số {n}")
        done = luutin("crawl", "portal", "-a", f"url={made.url}")
        assert done.code == 3
        assert "could not be read as one: empty-body 12" in done.err


class TestReadingOnly:
    def test_what_is_not_there_is_named(self, luutin: CommandLine) -> None:
        done = luutin("report")
        assert (done.code, done.out) == (1, "")
        assert "LUUTIN_OUTPUT" in done.err
        assert not luutin.output.exists()
        luutin("crawl", "portal", "-a", f"origin={SAMPLE}")
        done = luutin("report", "sokhdt_tansan_example")
        assert done.code == 2
        assert "Did you mean sokhdt_tanson_example?" in done.err
        assert luutin("report", "20200101T000000Z-sokhdt_tanson_example").code == 2


class TestHooks:
    REPORT = run(unmet=["x"], issues=[Issue("titles", "5 of 5 articles bear the same headline: <!channel> @all")])

    def hooks(self, **settings: Any) -> None:
        after_run(self.REPORT, Path("reports/x.json"), Settings({"HOOK_TIMEOUT": 0.5, **settings}))

    def test_a_run_that_went_well_tells_nobody(self, tmp_path: Path) -> None:
        with listening() as (address, posted):
            command = f"{sys.executable} -c \"open('{tmp_path / 'told'}', 'w')\""
            settings = Settings({"HOOK_TIMEOUT": 5, "ON_FAILURE_WEBHOOK": address, "ON_FAILURE_COMMAND": command})
            after_run(run(), Path("reports/x.json"), settings)
        assert not posted
        assert not (tmp_path / "told").exists()

    def test_a_command_that_hangs_is_ended_with_all_it_started(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        self.hooks(ON_FAILURE_COMMAND="sh -c 'sleep 60 & sleep 60'")
        assert "more than 0.5 s" in caplog.text

    @pytest.mark.parametrize(
        ("command", "says"), [("/no/such/command", "cannot be run"), ("false", "exit code 1")]
    )  # fmt: skip
    def test_a_command_that_fails_is_logged(self, command: str, says: str, caplog: pytest.LogCaptureFixture) -> None:
        self.hooks(ON_FAILURE_COMMAND=command)
        assert says in caplog.text

    def test_an_address_that_never_answers_is_left_in_time(self, caplog: pytest.LogCaptureFixture) -> None:
        with listening(hold=threading.Event()) as (address, _):
            self.hooks(ON_FAILURE_WEBHOOK=address)
        assert "within 0.5 s" in caplog.text or "timed out" in caplog.text

    @pytest.mark.parametrize("status", [302, 500])
    def test_an_address_that_answers_otherwise_is_logged_without_its_path(
        self, status: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        with listening(status) as (address, posted):
            self.hooks(ON_FAILURE_WEBHOOK=address, HOOK_TIMEOUT=5)
        assert len(posted) == 1  # the redirect is not followed
        assert str(status) in caplog.text
        assert "/hook" not in caplog.text
        assert "<!channel>" not in json.loads(posted[0])["text"]

    def test_a_folder_for_metrics_that_is_none_is_logged(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        self.hooks(METRICS_FOLDER=str(tmp_path / "none"))
        assert "metrics cannot be written" in caplog.text

    @pytest.mark.parametrize(
        "settings", [{"ON_FAILURE_WEBHOOK": "file:///etc/passwd"}, {"ON_FAILURE_COMMAND": "mail 'admin"}]
    )
    def test_a_senseless_hook_is_refused_before_the_crawl(self, settings: dict[str, str]) -> None:
        with pytest.raises(UsageError, match="ON_FAILURE"):
            check(Settings(settings))


class TestRedirects:
    @pytest.mark.no_cover
    def test_pages_that_redirect_count_as_what_they_lead_to(self, luutin: CommandLine, portal: SampleServer) -> None:
        assert luutin("crawl", "portal", "-a", f"url={portal.url}").code == 0
        walk = luutin.report()["walk"]
        assert sum(walk["ends"].values()) == walk["asked"]
        assert walk["ends"]["article"] > 30
        assert walk["whole"] is True
