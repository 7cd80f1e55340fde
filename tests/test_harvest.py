"""Portals read through archives: from a Wayback and Common Crawl on loopback, and what no live portal has."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from archive_server import ArchiveServer, Said, warc_of
from conftest import SAMPLE, CommandLine
from fastwarc import ArchiveIterator, WarcRecordType

from pipelines.archive.warc import Exchange, Record, WarcWriter, read_records

HOME = "https://sokhdt.tanson.example/"
NAME = "sokhdt_tanson_example"
NOT_THE_TEXT = ("origin", "warc_file", "warc_offset", "parts")
QUICK = ("-s", "ARCHIVE_BACKOFF=0", "-s", "ARCHIVE_RETRIES=2")
"""No waiting: pauses are proven in tests/origins/test_polite.py, and this machine needs no sparing."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ArchiveServer]:
    with ArchiveServer(warc_of(SAMPLE, tmp_path)) as server:
        yield server


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What a harvest of the WACZ itself gives, by id."""
    local = CommandLine(tmp_path_factory.mktemp("truth"))
    assert local("crawl", "portal", "-a", f"origin={SAMPLE}").code == 0
    return texts(local)


def texts(luutin: CommandLine) -> dict[str, dict[str, Any]]:
    """The article lines by id, without what differs between two archives of one portal."""
    lines = luutin.versions(NAME)
    assert len({line["id"] for line in lines}) == len(lines)
    return {line["id"]: {k: v for k, v in line.items() if k not in NOT_THE_TEXT} for line in lines}


Harvested = tuple[CommandLine, ArchiveServer]


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harvested]:
    """A whole harvest, with hurdles on its way: a limit, an answer cut short, a busy moment."""
    folder = tmp_path_factory.mktemp("harvested")
    hurdles = {1: Said(429, (("Retry-After", "0"),)), 9: Said(200, body=b"<html>", cut=50), 20: Said(503)}
    with ArchiveServer(warc_of(SAMPLE, folder)) as server:
        server.before = lambda _: hurdles.pop(len(server.asked), None)
        luutin = CommandLine(folder / "output")
        done = TestWayback.harvest(luutin, server, "-s", "ARCHIVE_INDEX_ROWS=9")
        assert done.code == 0, done.err
        assert not hurdles
        yield luutin, server


class TestHarvested:
    def test_it_gives_what_its_captures_give(self, harvested: Harvested, truth: dict[str, dict[str, Any]]) -> None:
        luutin, server = harvested
        assert texts(luutin) == truth
        assert {line["origin"] for line in luutin.lines(NAME)} == {f"wayback:{server.url[7:-1]}"}

    def test_our_records_say_when_and_from_where(self, harvested: Harvested) -> None:
        luutin, server = harvested
        times = {(held.url, held.stamp) for held in server.held}
        with next((luutin.output / "captures" / NAME).glob("*.warc.gz")).open("rb") as stream:
            for raw in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=False):
                url, at = raw.headers["WARC-Target-URI"], datetime.fromisoformat(raw.headers["WARC-Date"])
                stamp = f"{at:%Y%m%d%H%M%S}"
                assert (url, stamp) in times
                assert raw.headers["WARC-Source-URI"] == f"{server.url}web/{stamp}id_/{url}"
                assert datetime.fromisoformat(raw.headers["WARC-Creation-Date"]) > at

    def test_our_index_has_the_times_of_the_captures(self, harvested: Harvested) -> None:
        luutin, server = harvested
        index = (luutin.output / "captures" / NAME / f"{NAME}.cdxj").read_text().splitlines()
        rows = [line.split(" ", 2) for line in index]
        found = {(json.loads(fields)["url"], stamp) for _, stamp, fields in rows}
        assert found
        assert found <= {(held.url, held.stamp) for held in server.held}

    @pytest.mark.no_cover
    def test_a_second_harvest_asks_only_the_index(self, harvested: Harvested) -> None:
        luutin, server = harvested
        before, lines = len(server.replays()), luutin.lines(NAME)
        assert TestWayback.harvest(luutin, server).code == 0
        assert len(server.replays()) == before
        assert luutin.lines(NAME) == lines


class TestWayback:
    @staticmethod
    def harvest(luutin: CommandLine, server: ArchiveServer, *more: str) -> Any:
        return luutin("crawl", "portal", "-a", f"url={HOME}", "-a", f"origin={server.wayback}", *QUICK, *more)

    def test_killed_in_the_middle_it_goes_on_and_asks_for_nothing_twice(
        self, luutin: CommandLine, server: ArchiveServer, truth: dict[str, dict[str, Any]]
    ) -> None:
        process = luutin.popen("crawl", "portal", "-a", f"url={HOME}", "-a", f"origin={server.wayback}", *QUICK)
        server.before = lambda _: process.kill() if len(server.replays()) == 40 else None
        process.communicate(timeout=60)
        assert process.returncode == -9
        server.before = lambda _: None
        kept = server.replays()[:-1]
        done = self.harvest(luutin, server)
        assert done.code == 0, done.err
        assert texts(luutin) == truth
        again = server.replays()[len(kept) + 1 :]
        assert again
        assert not set(kept) & set(again)

    @pytest.mark.parametrize(("status", "code", "words"), [(429, 4, "HTTP 429"), (503, 1, "HTTP 503")])
    def test_one_that_has_enough_of_us_ends_the_run_and_nothing_is_lost(
        self,
        luutin: CommandLine,
        server: ArchiveServer,
        truth: dict[str, dict[str, Any]],
        status: int,
        code: int,
        words: str,
    ) -> None:
        server.before = lambda _: Said(status) if len(server.replays()) > 30 else None
        done = self.harvest(luutin, server)
        assert done.code == code
        assert words in done.err
        assert "run the same command again" in done.err
        assert "Traceback" not in done.err
        assert texts(luutin).items() <= truth.items()

    def test_interrupted_while_it_waits_it_ends_at_once(self, luutin: CommandLine, server: ArchiveServer) -> None:
        process = luutin.popen("crawl", "portal", "-a", f"url={HOME}", "-a", f"origin={server.wayback}")

        def limit(_: str) -> Said | None:
            if len(server.replays()) < 20:
                return None
            process.send_signal(signal.SIGINT)
            return Said(429, (("Retry-After", "600"),))

        server.before = limit
        _, err = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "(shutdown)" in err
        assert "Traceback" not in err

    @pytest.mark.parametrize(("said", "code"), [(Said(429), 4), (Said(200, body=b"[]"), 1), (Said(200, body=b"[["), 1)])
    def test_an_index_that_does_not_answer_is_no_absence(
        self, luutin: CommandLine, server: ArchiveServer, said: Said, code: int
    ) -> None:
        server.before = lambda _: said
        done = self.harvest(luutin, server)
        assert done.code == code
        assert "3 times in a row" in done.err
        assert not luutin.lines(NAME)

    @pytest.mark.no_cover
    def test_a_copy_that_does_not_come_is_named_and_asked_for_again(
        self, luutin: CommandLine, server: ArchiveServer, truth: dict[str, dict[str, Any]]
    ) -> None:
        lost = next(iter(truth.values()))["url"]
        server.before = lambda path: Said(500) if path.endswith(lost) else None
        done = self.harvest(luutin, server)
        assert done.code == 3
        assert "archive-unanswered 1" in done.err
        assert luutin.report()["reasons"]["failed:archive-unanswered"] == 1
        server.before, asked = lambda _: None, len(server.replays())
        assert self.harvest(luutin, server).code == 0
        assert [path.partition("id_/")[2] for path in server.replays()[asked:]] == [lost]
        assert texts(luutin) == truth


@pytest.mark.no_cover
def test_common_crawl_gives_what_its_captures_give(
    luutin: CommandLine, server: ArchiveServer, truth: dict[str, dict[str, Any]]
) -> None:
    done = luutin("crawl", "portal", "-a", f"url={HOME}", "-a", f"origin={server.commoncrawl}", *QUICK)
    assert done.code == 0, done.err
    assert texts(luutin) == truth


class TestCopiesThatAreNoGood:
    """Made of the sample's own captures: some taken out, later ones put in."""

    @staticmethod
    def write(folder: Path, keep: Callable[[Record], bool], *more: Exchange) -> Path:
        writer = WarcWriter(folder, "cu", "luutin/test")
        for record in filter(keep, read_records(warc_of(SAMPLE, folder))):
            writer.write(Exchange(record.url, record.at, record.request, record.block))
        for exchange in more:
            writer.write(exchange)
        writer.close()
        return writer.path

    @staticmethod
    def later(url: str, body: str, year: int = 2026) -> Exchange:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        return Exchange(url, datetime(year, 1, 1, tzinfo=UTC), b"", head + body.encode())

    CHALLENGE = (
        "<html><head><title>Just a moment...</title></head><body><form id='challenge-form'></form></body></html>"
    )
    PARKED = "<html><head><title>This domain is for sale</title></head><body><p>Liên hệ</p></body></html>"

    def test_an_older_copy_answers_for_a_challenge_or_a_parking_page(
        self, luutin: CommandLine, tmp_path: Path, truth: dict[str, dict[str, Any]]
    ) -> None:
        bad = [HOME, *(line["url"] for line in list(truth.values())[:5])]
        more = [
            self.later(url, text, year) for url in bad for text, year in ((self.CHALLENGE, 2027), (self.PARKED, 2026))
        ]
        path = self.write(tmp_path, lambda _: True, *more)
        done = luutin("crawl", "portal", "-a", f"origin={path}")
        assert done.code == 0, done.err
        assert luutin.report()["reasons"]["skipped:newer-copy-challenge"] == 5
        got, want = texts(luutin), truth
        assert got.keys() == want.keys()
        assert [line["body"] for line in got.values()] == [want[key]["body"] for key in got]
        again = luutin("crawl", "portal", "-a", f"origin={path}")
        assert again.code == 0
        assert texts(luutin) == got

    def test_without_its_start_page_a_portal_is_begun_elsewhere(
        self, luutin: CommandLine, tmp_path: Path, truth: dict[str, dict[str, Any]]
    ) -> None:
        path = self.write(tmp_path, lambda record: record.url != HOME)
        done = luutin("crawl", "portal", "-a", f"url={HOME}", "-a", f"origin={path}")
        assert done.code == 0, done.err
        got = texts(luutin)
        assert got.keys() == truth.keys()
        assert {key: line["body"] for key, line in got.items()} == {key: line["body"] for key, line in truth.items()}

    def test_nothing_but_challenges_is_a_block(self, luutin: CommandLine, tmp_path: Path) -> None:
        pages = [self.later(f"{HOME}{n}", self.CHALLENGE) for n in range(12)]
        path = self.write(tmp_path, lambda _: False, *pages)
        done = luutin("crawl", "portal", "-a", f"url={HOME}", "-a", f"origin={path}")
        assert done.code == 4
        assert "challenge" in done.err

    @pytest.mark.no_cover
    def test_versions_read_up_to_a_day_are_gone_on_with(self, luutin: CommandLine, tmp_path: Path) -> None:
        whole = CommandLine(tmp_path / "whole")
        every = ("crawl", "portal", "-a", f"origin={SAMPLE}", "-a", "captures=all")
        assert whole(*every).code == 0
        assert luutin(*every, "-a", "until=2025-06-02").code == 0
        first = luutin.versions(NAME)
        assert {line["version"] for line in first} == {1}
        assert luutin(*every).code == 0
        lines = luutin.versions(NAME)
        assert lines[: len(first)] == first
        assert {(line["id"], line["version"], line["digest"]) for line in lines} == {
            (line["id"], line["version"], line["digest"]) for line in whole.versions(NAME)
        }
