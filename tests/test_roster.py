"""Which portals a `luutin crawlall` is of, and which of them share a server."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from crawler.arguments import portals_of
from crawler.errors import BadArgument
from crawler.roster import MAX_LIST_BYTES, Entry, in_turn, read_list, roster, standing


@pytest.fixture(scope="module")
def settings() -> Settings:
    settings: Settings = get_project_settings()
    return settings


def keys(groups: list[list[Entry]]) -> list[list[str]]:
    return [[entry.key for entry in group] for group in groups]


def test_a_list_names_portals_and_start_urls(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("# Miền núi\n\nbaocamau\n  https://so.tinhthu.example/muc#tin  # mới\n#baohatinh\n", "utf-8-sig")
    assert read_list(path) == ["baocamau", "https://so.tinhthu.example/muc#tin"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"baocamau baohatinh\n", "line 1: 'baocamau baohatinh'"),
        (b"# nothing\n", "names no portal"),
        (b"b\xe1o\n", "no text in UTF-8"),
        (b"a" * (MAX_LIST_BYTES + 1), "longer than"),
        (None, "No such file"),
    ],
)
def test_a_list_that_is_none_is_named(tmp_path: Path, data: bytes | None, says: str) -> None:
    path = tmp_path / "list"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(BadArgument, match=f"--file {path}: .*{says}"):
        read_list(path)


def test_without_names_it_is_all_that_are_not_gone(settings: Settings) -> None:
    today = datetime.now(UTC).date()
    gone = {one.name for one in portals_of(settings) if one.gone_since and one.gone_since <= today}
    assert gone
    assert not gone & set(standing(settings, gone_too=False))
    assert set(standing(settings, gone_too=True)) - set(standing(settings, gone_too=False)) == gone


def test_a_start_url_of_a_described_host_is_that_portal(settings: Settings) -> None:
    first, second, third = roster(
        settings, ["skhdt_backan", "https://www.skhdt.backan.gov.vn/tin", "http://so.tinhthu.example/"], {"full": "1"}
    )
    assert (first.key, second.key, third.key) == ("skhdt_backan", "skhdt_backan", "so_tinhthu_example")
    assert second.arguments == {"full": "1", "url": "https://www.skhdt.backan.gov.vn/tin"}
    assert second.servers == first.servers == {"skhdt.backan.gov.vn"}


def test_who_is_named_twice_is_crawled_once(settings: Settings) -> None:
    assert len(roster(settings, ["baocamau", "skhdt_backan", "baocamau"], {})) == 2


@pytest.mark.parametrize(
    ("word", "says"), [("baocamauu", "Did you mean baocamau"), ("portal", "https://"), ("ftp://so.example/", "no URL")]
)
def test_a_word_that_is_no_portal_is_named(settings: Settings, word: str, says: str) -> None:
    with pytest.raises(BadArgument, match=says):
        roster(settings, [word], {})


def test_those_of_one_server_go_in_turn(settings: Settings) -> None:
    """Whatever its ports and names; chains of shared servers are one; on loopback each port is a server."""
    words = ["http://so.tinhthu.example/", "http://127.0.0.1:81/", "https://www.so.tinhthu.example:8443/a"]
    words += ["http://127.0.0.1:82/"]
    assert keys(in_turn(roster(settings, words, {}))) == [
        ["127_0_0_1_81"],
        ["so_tinhthu_example", "so_tinhthu_example_8443"],
        ["127_0_0_1_82"],
    ]
    servers = {"a": "x", "b": "y", "c": "xy"}
    chained = [Entry("portal", {}, key, "", frozenset(hosts)) for key, hosts in servers.items()]
    assert keys(in_turn(chained)) == [["a", "b", "c"]]
    assert keys(in_turn(chained, apart=False)) == [["a", "b", "c"]]
