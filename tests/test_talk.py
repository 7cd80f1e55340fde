"""What is said while a crawl works, as JSON lines."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from scrapy.settings import Settings

from crawler import talk


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What a log handler of ours writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(talk.JsonLines())
    logger = logging.getLogger("crawler.test")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


@pytest.fixture
def as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk._Mode, "as_json", True)


def test_a_record_is_one_line_whatever_is_in_it(logged: io.StringIO) -> None:
    spider = SimpleNamespace(name="portal", archive=SimpleNamespace(portal="so_thu"))
    try:
        raise ValueError("hai\ndòng")
    except ValueError:
        logging.getLogger("crawler.test").exception("Lỗi ở %s", "trang\n2", extra={"spider": spider})
    (line,) = logged.getvalue().splitlines()
    told = json.loads(line)
    assert (told["level"], told["portal"], told["message"]) == ("error", "so_thu", "Lỗi ở trang\n2")
    assert "ValueError: hai\ndòng" in told["traceback"]
    assert told["time"].endswith("+00:00")


def test_what_is_said_is_text_unless_json_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    talk.say("so_thu: 5 pages", portal="so_thu", pages=5)
    assert capsys.readouterr().err == "so_thu: 5 pages\n"


@pytest.mark.usefixtures("as_json")
def test_what_is_said_carries_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    talk.say("so_thu: 5 pages", portal="so_thu", outcomes=Counter(article=3))
    told = json.loads(capsys.readouterr().err)
    assert (told["portal"], told["level"], told["outcomes"]) == ("so_thu", "info", {"article": 3})


@pytest.mark.usefixtures("as_json")
def test_who_no_longer_listens_does_not_end_a_crawl(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Gone())
    talk.say("so_thu: 5 pages")


def test_the_log_may_go_to_a_file(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk._Mode, "as_json", False)
    path = f"{tmp_path}/log.jsonl"
    settings = Settings({"LOG_JSON": True, "LOG_FILE": path, "LOG_LEVEL": "INFO", "LOG_ENCODING": "utf-8"})
    before = list(logging.root.handlers)
    talk.choose(settings)
    (added,) = (handler for handler in logging.root.handlers if handler not in before)
    try:
        logging.getLogger("crawler.test").warning("Đầy đĩa")
    finally:
        logging.root.removeHandler(added)
        added.close()
    with open(path, encoding="utf-8") as stream:  # noqa: PTH123 - as Scrapy names it
        assert json.loads(stream.read())["message"] == "Đầy đĩa"
    assert not settings.getbool("LOG_ENABLED")  # Scrapy's own handler would say it again
