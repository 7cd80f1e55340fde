"""Every saved page gives what stands beside it, one test per field; every portal has pages that prove it."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from fixture_pages import (
    PORTAL_FILES,
    Fixture,
    described_portals,
    fixtures,
    folders,
    foreign,
    load,
    overlong,
    problems,
    stray,
    unproven,
)
from lxml import html

from crawler.errors import BadPortal
from crawler.platforms.detect import PLATFORMS, detect
from crawler.portal import Portal
from pipelines.items import Article

FIXTURES = fixtures()
ARTICLES = [fixture for fixture in FIXTURES if fixture.is_article]
FIELDS = [(fixture, field) for fixture in FIXTURES for field in fixture.expected]

_MARKUP = re.compile(r"</?[a-z!][^<>]*>|&(?:[a-z]+|#x?[0-9a-f]+);|\[/?(?:caption|gallery|embed)\b", re.IGNORECASE)
_SAFE = {
    "p": (), "h2": (), "h3": (), "h4": (), "ul": (), "ol": (), "li": (), "table": (), "tr": (), "th": (), "td": (),
    "figure": (), "figcaption": (), "a": ("href",), "img": ("src", "alt"), "strong": (), "em": (), "blockquote": (),
}  # fmt: skip
_NEVER_A_LINE = frozenset(
    {"tin bài cùng chuyên mục", "tin liên quan", "bài viết liên quan", "các tin khác", "tin khác", "bài viết mới",
     "translate", "language", "skip to content", "chuyển đến phần nội dung", "chia sẻ", "facebook", "xem thêm",
     "điều hướng bài viết", "để lại một bình luận", "bình luận", "trả lời", "về đầu trang", "in trang", "tải về"}
)  # fmt: skip


def _id(value: object) -> str:
    if isinstance(value, Fixture):
        return value.id
    return value.name if isinstance(value, type) and issubclass(value, Portal) else str(value)


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_form(folder: Path) -> None:
    assert problems(folder) == []


@pytest.mark.no_cover
@pytest.mark.parametrize("fixture", FIXTURES, ids=_id)
def test_platform_is_detected(fixture: Fixture) -> None:
    if fixture.portal is not None and fixture.portal.layouts:
        return  # a template of its own bears no marks of the family it is walked as
    assert detect(fixture.pages[0]).name == fixture.platform, f"{fixture!r}: not found to be {fixture.platform}"


@pytest.mark.no_cover
@pytest.mark.parametrize("fixture", FIXTURES, ids=_id)
def test_kind(fixture: Fixture) -> None:
    kind = PLATFORMS[fixture.platform].kind(fixture.pages[0])
    assert kind == fixture.meta["kind"], f"{fixture!r}: mend crawler/platforms/{fixture.platform}.py, or meta.json"


@pytest.mark.parametrize(("fixture", "field"), [pytest.param(*case, id=f"{case[0].id}/{case[1]}") for case in FIELDS])
def test_field(fixture: Fixture, field: str) -> None:
    read = fixture.value(field)
    assert read == fixture.expected[field], f"{fixture!r}/expected.json: {field} is read otherwise: mend what is wrong"


@pytest.mark.no_cover
@pytest.mark.parametrize("fixture", ARTICLES, ids=_id)
def test_further_pages_are_found(fixture: Fixture) -> None:
    assert PLATFORMS[fixture.platform].parts(fixture.pages[0]) == fixture.urls[1:]


def _article(fixture: Fixture) -> Article:
    assert isinstance(fixture.outcome, Article), f"read as {fixture.outcome!r}, not as an article"
    return fixture.outcome


@pytest.mark.no_cover
@pytest.mark.parametrize("fixture", ARTICLES, ids=_id)
def test_no_boilerplate(fixture: Fixture) -> None:
    article = _article(fixture)
    page = _squeezed("\n".join(str(page.tree.text_content()) for page in fixture.pages))
    output = _squeezed("\n".join(filter(None, (article.lead, article.body, html_text(article)))))
    for phrase in fixture.meta.get("boilerplate", ()):
        assert phrase in page, f"{phrase!r} is not on the page: take it out of meta.json"
        assert phrase not in output
    lines = {line.casefold().strip(" :»>.…-") for line in article.body.split("\n")}
    assert not lines & _NEVER_A_LINE


@pytest.mark.parametrize("fixture", ARTICLES, ids=_id)
def test_nfc(fixture: Fixture) -> None:
    for text in _texts(asdict(_article(fixture))):
        assert unicodedata.is_normalized("NFC", text), text


@pytest.mark.parametrize("fixture", ARTICLES, ids=_id)
def test_no_markup_in_text(fixture: Fixture) -> None:
    article = _article(fixture)
    captions = [image.caption for image in article.images]
    for text in filter(None, (article.title, article.lead, article.body, article.section, *captions)):
        assert not _MARKUP.search(text)


@pytest.mark.parametrize("fixture", ARTICLES, ids=_id)
def test_html_is_the_safe_subset(fixture: Fixture) -> None:
    root = html.fragment_fromstring(_article(fixture).body_html, create_parent="article")
    for element in root.iterdescendants():
        assert element.tag in _SAFE, element.tag
        assert set(element.attrib) <= set(_SAFE[str(element.tag)]), dict(element.attrib)


def html_text(article: Article) -> str:
    """The text of `body_html`, an element a line."""
    root = html.fragment_fromstring(article.body_html, create_parent="article")
    return "\n".join(text for text in map(str, root.itertext()) if text.strip())


def _squeezed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


# -- what every portal owes ---------------------------------------------------------------------------


def test_every_portal_is_proven() -> None:
    assert unproven(described_portals()) == []


def test_every_folder_belongs_to_a_portal_or_platform() -> None:
    assert stray(described_portals()) == []


def test_every_file_describes_a_portal() -> None:
    stems = {file.stem for file in PORTAL_FILES.glob("*.py")} - {"__init__"}
    names = {portal.name for portal in described_portals()}
    assert stems == names, "each file of crawler/portals holds one subclass of crawler.portal.Portal, named as the file"


def test_portals_are_data() -> None:
    assert overlong(sorted(PORTAL_FILES.glob("*.py"))) == []


@pytest.mark.parametrize("fixture", FIXTURES, ids=_id)
def test_pages_are_invented(fixture: Fixture) -> None:
    portal = fixture.portal
    assert foreign(fixture, (*portal.hosts, *portal.deprecated_hosts) if portal else ()) == []


# -- the checks themselves ----------------------------------------------------------------------------

GOOD = {"title": "Tin", "body": ["Một đoạn."], "published_at": "2021-01-07T15:30:00+07:00"}
META: dict[str, Any] = {
    "url": "https://tin.example/1",
    "headers": {"content-type": "text/html"},
    "kind": "article",
    "captured_at": "2021-01-08T00:00:00+00:00",
}
ATTRIBUTES = {
    "name": "'made_up'",
    "title": "'Cổng tin tỉnh Mới'",
    "hosts": "('tin.example',)",
    "platform": "'wordpress'",
    "evidence": "'invented for a test'",
}


def _case(root: Path, owner: str = "made_up", *, expected: object = GOOD, meta: object = META) -> Path:
    folder = root / "portals" / owner / "case"
    folder.mkdir(parents=True)
    (folder / "page.html.gz").write_bytes(gzip.compress(b"<html><body><h1>Tin</h1></body></html>", mtime=0))
    (folder / "meta.json").write_text(json.dumps(meta), "utf-8")
    (folder / "expected.json").write_text(json.dumps(expected), "utf-8")
    return folder


Describe = Callable[..., type[Portal]]


@pytest.fixture
def describe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Describe:
    """Import a made-up portal file with some of its attributes changed, or left out (None)."""

    def make(**changes: str | None) -> type[Portal]:
        lines = [f"    {key} = {value}" for key, value in {**ATTRIBUTES, **changes}.items() if value is not None]
        file = tmp_path / "made_up.py"
        file.write_text("\n".join(["from crawler.portal import Portal", "class MadeUp(Portal):", *lines]), "utf-8")
        spec = importlib.util.spec_from_file_location("crawler.portals.made_up", file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "crawler.portals.made_up", module)
        spec.loader.exec_module(module)
        portal: type[Portal] = module.MadeUp
        return portal

    return make


def test_a_portal_with_its_fixture_passes(tmp_path: Path, describe: Describe) -> None:
    portal = describe()
    folder = _case(tmp_path)
    assert problems(folder) == unproven([portal], tmp_path) == stray([portal], tmp_path) == []
    assert foreign(load(folder), portal.hosts) == []


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("name", None),
        ("name", "'Made-Up'"),
        ("name", "'another'"),
        ("title", None),
        ("hosts", None),
        ("hosts", "()"),
        ("hosts", "'tin.example'"),
        ("hosts", "('https://tin.example/',)"),
        ("platform", None),
        ("platform", "'unheard_of'"),
        ("sections", "['https://tin.example/tin-tuc/']"),
        ("evidence", None),
        ("verified_on", "'2021'"),
        ("province", "''"),
    ],
)
def test_a_senseless_attribute_is_named(describe: Describe, attribute: str, value: str | None) -> None:
    with pytest.raises(BadPortal, match=rf"made_up\.py: MadeUp\.{attribute} = .*: must be "):
        describe(**{attribute: value})


def test_a_portal_without_fixture_is_named(tmp_path: Path, describe: Describe) -> None:
    assert unproven([describe()], tmp_path) == [
        "crawler/portals/made_up.py: no fixture: make tests/portals/made_up/ (tests/portals/README.md says how)"
    ]


@pytest.mark.parametrize(
    "expected", [{"refused": "protected"}, {"title": "Tin"}, {**GOOD, "published_at": None}, {**GOOD, "body": []}]
)
def test_a_portal_without_article_fixture_is_named(
    tmp_path: Path, describe: Describe, expected: dict[str, object]
) -> None:
    _case(tmp_path, expected=expected)
    (message,) = unproven([describe()], tmp_path)
    assert "tests/portals/made_up: no case is an article" in message


def test_a_folder_without_portal_is_named(tmp_path: Path) -> None:
    _case(tmp_path, "left_over")
    (message,) = stray([], tmp_path)
    assert message.startswith("tests/portals/left_over: belongs to no portal: ")


def test_a_portal_with_behaviour_is_named(tmp_path: Path) -> None:
    file = tmp_path / "clever.py"
    file.write_text("x = 1\n\n" * 13, "utf-8")
    assert overlong([file]) == [
        "crawler/portals/clever.py: 13 lines, at most 12: a portal is data; move behaviour into its platform"
    ]
    file.write_text("x = 1\n\n" * 12, "utf-8")
    assert overlong([file]) == []


def test_a_page_of_another_host_is_named(tmp_path: Path) -> None:
    fixture = load(_case(tmp_path, meta={**META, "url": "https://vnexpress.net/tin"}))
    assert "https://vnexpress.net/tin: the host must be one of tin.example" in foreign(fixture, ["tin.example"])[0]


@pytest.mark.parametrize("missing", ["page.html.gz", "meta.json", "expected.json"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    folder = _case(tmp_path)
    (folder / missing).unlink()
    assert problems(folder) == [
        f"tests/portals/made_up/case: {missing} is missing: add it (tests/portals/README.md says how)"
    ]


@pytest.mark.parametrize(
    ("meta", "expected", "says"),
    [
        (META, {**GOOD, "headline": "Tin"}, "headline: no field of pipelines.items.Article"),
        (META, {"entries": []}, "exactly `entries`"),
        (META, {"refused": "protected", "title": "Tin"}, "`refused` stands alone"),
        (META, [], "must be an object"),
        ({**META, "urls": [META["url"]]}, GOOD, "state `url`, or `urls`"),
        ({**META, "headers": {"Content-Type": "text/html"}}, GOOD, "lower-case names"),
        ({**META, "kind": "news"}, GOOD, "kind 'news' must be one of article, listing"),
        ({**META, "captured_at": "2021-01-08"}, GOOD, "ISO 8601 time with offset"),
        ({**META, "captured_at": None}, GOOD, "ISO 8601 time with offset"),
        (
            {key: value for key, value in META.items() if key != "url"} | {"urls": ["a", "b"]},
            GOOD,
            "2 URLs for 1 pages",
        ),
    ],
)
def test_a_senseless_fixture_is_named(tmp_path: Path, meta: object, expected: object, says: str) -> None:
    (message,) = problems(_case(tmp_path, meta=meta, expected=expected))
    assert message.startswith("tests/portals/made_up/case/")
    assert says in message


def test_broken_json_is_named(tmp_path: Path) -> None:
    folder = _case(tmp_path)
    (folder / "meta.json").write_text("{", "utf-8")
    assert "meta.json: not JSON" in problems(folder)[0]


def test_a_page_with_a_time_stamp_is_named(tmp_path: Path) -> None:
    folder = _case(tmp_path)
    (folder / "page.html.gz").write_bytes(gzip.compress(b"<html></html>", mtime=1))
    assert "page.html.gz: must be made by `gzip -9n`" in problems(folder)[0]
