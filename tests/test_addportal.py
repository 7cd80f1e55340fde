"""`luutin addportal`: what it writes is a portal that passes the tests; nothing from a page reaches code or paths."""

from __future__ import annotations

import ast
import gzip
import importlib.util
import json
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType

import pytest
from conftest import SAMPLE, CommandLine
from fixture_pages import NEEDED, Fixture, foreign, load, overlong, problems
from made_portal import MadePortal, article, frame, rows
from sample_server import SampleServer

from crawler.describe import (
    ARTICLES,
    Case,
    Description,
    ascii_slug,
    check_free,
    describe,
    lacking,
    literal,
    named,
    province_in,
    write,
)
from crawler.errors import BadArgument, CrawlError
from crawler.parse.page import read_page
from crawler.platforms.detect import PLATFORMS, detect
from crawler.portal import Portal
from crawler.probe import Findings, Saved

HOSTILE = "Sở\"; import os; os.system(\"rm -rf /\") #\\ ''' {0} \u202e ${HOME}"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that looks like a checkout."""
    root = tmp_path / "checkout"
    for folder in ("crawler/portals", "tests/portals", "tests/platforms/wordpress/mot-bai"):
        (root / folder).mkdir(parents=True)
    (root / "crawler/portals/__init__.py").touch()
    (root / "tests/platforms/wordpress/mot-bai/expected.json").touch()
    return root


def described_in(file: Path, monkeypatch: pytest.MonkeyPatch) -> type[Portal]:
    """The class a portal file holds, imported as the loader does."""
    name = f"crawler.portals.{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    (portal,) = [cls for cls in vars(module).values() if isinstance(cls, type) and cls.__module__ == name]
    assert issubclass(portal, Portal)
    return portal


def passes(root: Path, portal: type[Portal]) -> list[Fixture]:
    """The fixtures of a portal, each held to what tests/test_fixtures.py asks of it."""
    file = root / "crawler" / "portals" / f"{portal.name}.py"
    assert overlong([file]) == []
    ruff = subprocess.run(
        [Path(sys.executable).with_name("ruff"), "format", "--check", "--line-length=120", "--no-cache", file],
        capture_output=True,
        check=False,
    )
    assert ruff.returncode == 0, file.read_text("utf-8")
    cases = []
    for folder in sorted((root / "tests" / "portals" / portal.name).iterdir()):
        assert problems(folder) == []
        fixture = load(folder)
        fixture.__dict__["portal"] = portal
        family = PLATFORMS[portal.platform]
        assert detect(fixture.pages[0]).name == portal.platform
        assert family.kind(fixture.pages[0]) == fixture.meta["kind"]
        assert {key: fixture.value(key) for key in fixture.expected} == fixture.expected
        assert foreign(fixture, portal.hosts) == []
        if fixture.is_article:
            assert family.parts(fixture.pages[0]) == []
        cases.append(fixture)
    return cases


def test_it_describes_a_live_portal(
    luutin: CommandLine, portal: SampleServer, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = luutin("addportal", portal.url, "--name", "so_thu", "--into", str(checkout))
    assert done.code == 0, done.err
    cls = described_in(checkout / "crawler/portals/so_thu.py", monkeypatch)
    assert (cls.name, cls.title, cls.platform) == ("so_thu", "Sở Kế hoạch và Đầu tư tỉnh Tân Sơn", "wordpress")
    assert cls.hosts == (portal.url.split("/")[2],)
    cases = passes(checkout, cls)
    articles = [case for case in cases if case.is_article]
    assert len(articles) == ARTICLES
    assert any(all(case.expected[key] for key in NEEDED) for case in articles)
    assert len(cases) == ARTICLES + 1
    for said in ("robots.txt   read", "sitemap ", "feed ", "platform     wordpress (5 of 5", "careful reader"):
        assert said in done.out
    assert "careful reader" not in "".join(file.read_text("utf-8") for file in checkout.rglob("expected.json"))
    assert not luutin.output.exists()


def test_it_describes_a_portal_of_no_known_make(
    luutin: CommandLine, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(path: str, form: bytes) -> str | None:
        if match := re.fullmatch(r"/tin\?id=(\d+)", path):
            return article(int(match[1]))
        return {"/": frame(rows(range(3))), "/muc?id=1": frame(rows(range(12)))}.get(path)

    with MadePortal(answer) as made:
        done = luutin("addportal", made.url, "--name", "so_la", "--into", str(checkout))
    assert done.code == 0, done.err
    assert "no CMS family knows these pages" in done.out
    cls = described_in(checkout / "crawler/portals/so_la.py", monkeypatch)
    assert cls.platform == "generic"
    assert sum(case.is_article for case in passes(checkout, cls)) == ARTICLES


def test_it_describes_a_portal_out_of_captures(
    luutin: CommandLine, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "https://sokhdt.tanson.example/"
    done = luutin("addportal", url, "-a", f"origin={SAMPLE}", "--into", str(checkout))
    assert done.code == 0, done.err
    cases = passes(checkout, described_in(checkout / "crawler/portals/sokhdt_tanson_example.py", monkeypatch))
    assert all(datetime.fromisoformat(case.meta["captured_at"]).year == 2025 for case in cases)
    before = {path: path.stat().st_mtime_ns for path in checkout.rglob("*")}
    again = luutin("addportal", url, "-a", f"origin={SAMPLE}", "--into", str(checkout))
    assert again.code == 2
    assert "is there already and is not overwritten" in again.err
    assert {path: path.stat().st_mtime_ns for path in checkout.rglob("*")} == before


def test_without_an_article_nothing_is_written(luutin: CommandLine, portal: SampleServer, checkout: Path) -> None:
    portal.answer = lambda path: (  # type: ignore[method-assign]  # a portal that is not there any more
        (200, {"Content-Type": "text/html"}, b"<html><title>Trang ch\xe1\xbb\xa7</title><p>Xin ch\xc3\xa0o.</p></html>")
        if path == "/"
        else (404, {"Content-Type": "text/html"}, b"<html></html>")
    )
    done = luutin("addportal", portal.url, "--into", str(checkout))
    assert done.code == 3
    assert "nothing: not one article could be read" in done.out
    assert "no section that lists articles" in done.out
    assert [path.name for path in (checkout / "crawler/portals").iterdir()] == ["__init__.py"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["https://skhdt.backan.gov.vn/"], "is described already, as skhdt_backan"),
        (["https://www.baocaobang.vn/"], "is described already, as baocaobang"),
        (["skhdt.backan.gov.vn"], "is no URL of a web site"),
        (["https://so.example/", "--name", "../../etc"], "--name ../../etc: must be snake_case"),
        (["https://so.example/", "--name", "portal"], "--name portal: is the name of a portal already"),
        (["https://so.example/", "-a", "full=1"], "there is no such argument; there are origin"),
    ],
)
def test_what_makes_no_sense_is_said_before_anybody_is_asked(
    luutin: CommandLine, checkout: Path, arguments: list[str], says: str
) -> None:
    done = luutin("addportal", *arguments, "--into", str(checkout))
    assert (done.code, done.out) == (2, "")
    assert says in done.err


def test_a_folder_that_is_no_checkout_is_named(luutin: CommandLine, tmp_path: Path) -> None:
    done = luutin("addportal", "https://so.example/", "--into", str(tmp_path))
    assert done.code == 1
    assert f"{tmp_path}: is no checkout of Lưu Tin" in done.err


# -- hostile input ------------------------------------------------------------------------------------


def page(html: str, url: str) -> Saved:
    content = html.encode()
    headers = {"content-type": "text/html; charset=utf-8"}
    read = read_page(content, url, headers)
    return Saved(url, datetime(2024, 3, 12, tzinfo=UTC), headers, content, read, detect(read).name)


def seen(title: str = HOSTILE, host: str = "so.example") -> Findings:
    """A visit of a portal whose start page and articles bear a title."""
    escaped = title.replace("&", "&amp;").replace("<", "&lt;")
    text = "".join(
        f"<p>Ngày {day}/3, xã Tân Lập tổ chức họp thôn bàn việc làm đường nội đồng.</p>" for day in range(1, 7)
    )
    start = page(f"<html><head><title>{escaped}</title></head><body><p>Trang chủ</p></body></html>", f"https://{host}/")
    html = (
        f"<html><head><title>{escaped}</title><meta name='generator' content='WordPress 6'></head>"
        f"<body class='single'><article><h1 class='entry-title'>{escaped}</h1>"
        f"<time class='entry-date' datetime='2024-03-12T08:15:00+07:00'></time>"
        f"<div class='entry-content'>{text}</div></article></body></html>"
    )
    pages = [page(html, f"https://{host}/{number}/") for number in range(4)]
    for saved in pages:
        saved.article = PLATFORMS["wordpress"].read([saved.page], None)
    return Findings("live", start=start, platform="wordpress", pages=pages)


def test_a_hostile_title_stays_a_string_and_a_plain_folder_name(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    description = describe("so_thu", seen(), date(2026, 11, 24))
    tree = ast.parse(description.source)
    assert [type(node).__name__ for node in tree.body] == ["Expr", "ImportFrom", "ClassDef"]
    written = write(description, checkout)
    assert all(path.resolve().is_relative_to(checkout.resolve()) for path in written)
    portal = described_in(checkout / "crawler/portals/so_thu.py", monkeypatch)
    assert portal.title.startswith('Sở"; import os')
    assert len(passes(checkout, portal)) == ARTICLES
    names = [folder.name for folder in sorted((checkout / "tests/portals/so_thu").iterdir())]
    assert names == [f"so-import-os-os-system-rm-rf-0-home{end}" for end in ("", "-2", "-3")]


@pytest.mark.parametrize("host", ["so.example%22)", "[::1]", "sở.example", "a_b.example", f"{'x' * 120}.example"])
def test_a_host_that_is_no_name_is_refused(host: str) -> None:
    findings = seen()
    assert findings.start is not None
    findings.start.url = f"https://{host}/"
    with pytest.raises(BadArgument, match="is no host name a portal file can hold"):
        describe("so_thu", findings, date(2026, 11, 24))


@pytest.mark.parametrize(
    "text", ["plain", 'say "so"', "it's", "both \" and '", "back\\slash", "tab\tand\nline", "\u202e", "Đẹp 'quá' \"\""]
)
def test_a_literal_is_the_text_and_formatted(text: str, tmp_path: Path) -> None:
    assert ast.literal_eval(literal(text)) == text
    file = tmp_path / "one.py"
    file.write_text(f"x = {literal(text)}\n", "utf-8")
    ruff = Path(sys.executable).with_name("ruff")
    assert (
        subprocess.run([ruff, "format", "--check", "--no-cache", file], capture_output=True, check=False).returncode
        == 0
    )


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("Đường Ốc Ưu", "duong-oc-uu"),
        ("CON\x00.txt\\..", "con-txt"),
        ("…", ""),
        ("a" * 80, "a" * 50),
        (
            "mot hai ba bon nam sau bay tam chin muoi muoi mot hai ba",
            "mot-hai-ba-bon-nam-sau-bay-tam-chin-muoi-muoi-mot",
        ),
    ],
)
def test_a_slug_is_fit_for_a_path(text: str, slug: str) -> None:
    assert ascii_slug(text) == slug


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://So.Example.gov.vn/tin", "so_example_gov_vn"),
        ("http://127.0.0.1:8400/", "portal_127_0_0_1_8400"),
        (f"https://{'a-b.' * 30}example/", "a_b_" * 9 + "a_b"),
    ],
)
def test_a_portal_is_named_after_its_host(url: str, name: str) -> None:
    assert named(url) == name


# -- what it guesses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "title", "province"),
    [
        ("skhdt.backan.gov.vn", "Sở Kế hoạch và Đầu tư", "Bắc Kạn"),
        ("www.caobang.gov.vn:443", "Cổng thông tin", "Cao Bằng"),
        ("baohaiduong.vn", "Tin tức", "Hải Dương"),
        ("thuathienhue.gov.vn", "Cổng thông tin", "Thừa Thiên Huế"),
        ("so.example", "Sở Y tế tỉnh Hà Nam", "Hà Nam"),
        ("so.example", "Hà Nam và Nam Định ký kết", None),
        ("so.example", "Đất nước Việt Nam", None),
        ("chinhphu.vn", "Cổng thông tin Chính phủ", None),
    ],
)
def test_a_province_is_read_off_host_or_title(host: str, title: str, province: str | None) -> None:
    assert province_in(host, title) == province


def test_the_portals_name_is_the_longer_part_of_its_title() -> None:
    description = describe("so_thu", seen("Trang chủ - Sở Y tế tỉnh Hà Nam"), date(2026, 11, 24))
    assert (description.title, description.province) == ("Sở Y tế tỉnh Hà Nam", "Hà Nam")
    assert describe("so_thu", seen("x"), date(2026, 11, 24)).title == "so.example"


def test_what_is_lacking_is_said() -> None:
    findings = seen("x")
    assert findings.start is not None
    findings.start.url = "http://so.example/vi/"
    for saved in findings.pages:
        saved.family = "generic"
    description = describe("so_thu", findings, date(2026, 11, 24))
    description.cases = [case for case in description.cases if case.expected.pop("published_at", None) is None]
    said = "\n".join(lacking(findings, description, proven=False))
    for part in (
        "no CMS family",
        "no section",
        "no title",
        "no province",
        "-a url=http://so.example/vi/",
        "no article with",
    ):
        assert part in said
    assert "no article with" not in "\n".join(lacking(findings, description, proven=True))


def test_pages_of_another_family_or_too_large_are_no_fixtures(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = seen()
    findings.pages[0].family = "nukeviet"
    monkeypatch.setattr("crawler.describe.MAX_PAGE_BYTES", len(findings.pages[1].content))
    findings.pages[1].content += b" "
    cases = describe("so_thu", findings, date(2026, 11, 24)).cases
    assert [case.meta["url"] for case in cases] == ["https://so.example/2/", "https://so.example/3/"]


# -- writing ------------------------------------------------------------------------------------------


def made(name: str = "so_thu") -> Description:
    case = Case("mot-bai", gzip.compress(b"<html></html>", mtime=0), {"url": "https://so.example/1"}, {"title": "Tin"})
    return Description(name, "Sở Thử", None, ("so.example",), "wordpress", "invented for a test", [case])


def test_a_name_that_is_taken_is_refused(checkout: Path) -> None:
    check_free("so_thu", checkout, ["skhdt_backan"])
    with pytest.raises(BadArgument, match="is the name of a portal already"):
        check_free("skhdt_backan", checkout, ["skhdt_backan"])
    (checkout / "tests/portals/so_thu").mkdir()
    with pytest.raises(BadArgument, match="tests/portals/so_thu: is there already and is not overwritten"):
        check_free("so_thu", checkout, [])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(checkout: Path) -> None:
    folder = checkout / "crawler" / "portals"
    folder.chmod(0o500)
    try:
        with pytest.raises(CrawlError, match=r"so_thu\.py: cannot be written \(Permission denied\)\. Make it writable"):
            write(made(), checkout)
    finally:
        folder.chmod(0o700)


def test_a_file_that_appears_meanwhile_is_not_overwritten(checkout: Path) -> None:
    file = checkout / "crawler" / "portals" / "so_thu.py"
    file.write_text("mine", "utf-8")
    with pytest.raises(CrawlError, match=r"cannot be written \(File exists\).*Left behind: .*mot-bai"):
        write(made(), checkout)
    assert file.read_text("utf-8") == "mine"


def test_the_same_page_gives_the_same_file(checkout: Path) -> None:
    first, second = (describe("so_thu", seen(), date(2026, 11, 24)) for _ in range(2))
    assert [case.page for case in first.cases] == [case.page for case in second.cases]
    write(first, checkout)
    assert json.loads((next((checkout / "tests/portals/so_thu").iterdir()) / "meta.json").read_text("utf-8"))["kind"]
