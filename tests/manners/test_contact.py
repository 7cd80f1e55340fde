"""Nobody else's server is asked by somebody it cannot write to."""

from __future__ import annotations

import pytest
from conftest import CommandLine
from scrapy.settings import Settings

from crawler.errors import BadArgument
from crawler.manners.contact import introduce

PORTAL = "https://so.tinhthu.example/"


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LUUTIN_CONTACT", raising=False)


@pytest.mark.parametrize("contact", ["https://luutru.example/bot", "luutru@thuvien.example", "mailto:a.b@c.example"])
def test_a_contact_is_put_into_the_user_agent_once(contact: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUUTIN_CONTACT", contact)
    settings = Settings({"USER_AGENT": "luutin/0.1", "CONTACT": ""})
    introduce(settings, PORTAL)
    introduce(settings, PORTAL)
    assert settings["USER_AGENT"] == f"luutin/0.1 (+{contact})"


def test_a_user_agent_that_has_one_needs_no_other() -> None:
    settings = Settings({"USER_AGENT": "luutin/0.1 (+https://luutru.example/)", "CONTACT": ""})
    introduce(settings, PORTAL)
    assert settings["USER_AGENT"] == "luutin/0.1 (+https://luutru.example/)"


@pytest.mark.parametrize("contact", ["", "toi", "http://localhost/"])
def test_without_one_no_portal_is_asked(contact: str) -> None:
    with pytest.raises(BadArgument, match="LUUTIN_CONTACT="):
        introduce(Settings({"USER_AGENT": "luutin/0.1", "CONTACT": contact}), PORTAL)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/", "http://localhost/", "http://[::1]/", "http://localhost./"])
def test_ones_own_machine_may_be_asked(url: str) -> None:
    introduce(Settings({"USER_AGENT": "luutin/0.1", "CONTACT": ""}), url)


@pytest.mark.parametrize(
    "words",
    [
        ("crawl", "portal", "-a", f"url={PORTAL}"),
        ("check", "skhdt_backan"),
        ("addportal", PORTAL),
        ("crawl", "skhdt_backan", "-a", "origin=wayback"),
    ],
)
def test_each_verb_that_asks_says_what_to_type(luutin: CommandLine, words: tuple[str, ...]) -> None:
    luutin.env["LUUTIN_CONTACT"] = ""
    done = luutin(*words)
    assert done.code == 2
    assert "export LUUTIN_CONTACT=https://" in done.err
    assert not luutin.output.exists()
