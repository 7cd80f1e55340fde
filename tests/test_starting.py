"""Every command starts from nothing: what other tests run is forked from a process that has imported it all."""

from __future__ import annotations

import pytest
from conftest import REPO, SAMPLE, CommandLine

pytestmark = pytest.mark.no_cover  # others reach all it does

VERBS = sorted(path.stem for path in (REPO / "crawler" / "commands").glob("[a-z]*.py"))


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_says_what_it_takes(luutin: CommandLine, verb: str) -> None:
    done = luutin.afresh(verb, "--help")
    assert done.code == 0, done.err
    assert done.out.startswith(f"Usage\n=====\n  luutin {verb} ")
    assert not done.err


def test_what_a_crawl_keeps_can_be_read_again(luutin: CommandLine) -> None:
    assert luutin.afresh("crawl", "portal", "-a", f"origin={SAMPLE}").code == 0
    (lines,) = luutin.output.glob("articles/*.jsonl")
    assert luutin.afresh("reparse", "--workers", "2").code == 0
    assert luutin.afresh("verify").code == 0
    done = luutin.afresh("report")
    assert done.code == 0, done.err
    assert lines.stem in done.out
    assert luutin.afresh("export", "--wacz", str(luutin.output / "so.wacz")).code == 0


def test_no_verb_and_an_unknown_one(luutin: CommandLine) -> None:
    done = luutin.afresh()
    assert done.code == 0
    assert all(f"\n  {verb} " in done.out for verb in VERBS)
    assert luutin.afresh("craw").code == 2
