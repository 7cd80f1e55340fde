"""The static site: written from a crawl of the sample portal, and every one of its links walked."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from conftest import SAMPLE, CommandLine
from looking import needed
from lxml import html
from made_files import pdf
from sample_server import SampleServer
from stored_articles import Folder
from test_attachments import FILE, PLAN, SHARES, TYPED
from test_images import HALL, JPEG, PICTURE, show

from pipelines.export.addresses import PLACEHOLDER, Places, with_policy
from pipelines.export.site import export_site
from pipelines.search.index import catch_up
from pipelines.web.site import Settings

MARK = ".luutin-site"
BASE = "https://tin.example.org/kho"


class Made:
    """An archive with versions, pictures and files, and the site that was made of it."""

    def __init__(self, luutin: CommandLine, portal: str, site: Path) -> None:
        self.luutin, self.portal, self.site = luutin, portal, site

    @property
    def pages(self) -> list[Path]:
        return sorted(self.site.rglob("*.html"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("site")
    luutin = CommandLine(folder / "output")
    with SampleServer(SAMPLE) as portal:
        show(portal, HALL)
        page = b"<html><script>alert(1)</script><body>Het phien"
        portal.answers |= {HALL: PICTURE, PLAN: (200, FILE, pdf([TYPED]))}
        portal.answers[SHARES] = (200, {"Content-Type": "text/html"}, page)
        for day in (1, 2):
            portal.day = day
            done = luutin("crawl", "portal", "-a", f"url={portal.url}", "-s", "IMAGES_PER_ARTICLE=2", "-a", "full=1")
            assert done.code in (0, 3), done.err
        done = luutin("export", "--site", str(folder / "kho" / "tin"))
        assert done.code == 0, done.err
        assert f"{folder / 'kho' / 'tin' / 'index.html'}: " in done.err
        yield Made(luutin, portal.name, folder / "kho" / "tin")


def links(page: Path) -> Iterator[tuple[str, str]]:
    for element in html.fromstring(page.read_bytes()).iter():
        for name in ("href", "src", "action"):
            if (value := element.get(name)) is not None:
                yield str(element.tag), value


@pytest.mark.no_cover
def test_every_link_leads_to_a_file_that_is_there(made: Made) -> None:
    wrong, walked = [], 0
    for page in made.pages:
        for tag, link in links(page):
            parts = urlsplit(link)
            if parts.scheme in ("http", "https"):
                assert tag == "a", f"{page}: {tag} {link} is loaded from elsewhere"
                continue
            walked += 1
            file = page if not parts.path else page.parent / unquote(parts.path)
            inside = file.is_file() and file.resolve().is_relative_to(made.site.resolve())
            named = not parts.fragment or (
                inside and html.fromstring(file.read_bytes()).xpath(f"//*[@id='{parts.fragment}']")
            )
            if parts.path.startswith("/") or not inside or not named:
                wrong.append((page.relative_to(made.site).as_posix(), link))
    assert not wrong
    assert walked > 5_000
    for path in made.site.rglob("*"):
        assert not path.is_file() or PLACEHOLDER.encode() not in path.read_bytes(), path


def test_all_there_is_is_written_in_both_languages(made: Made) -> None:
    lines = made.luutin.lines(made.portal)
    edited = {line["id"] for line in made.luutin.versions(made.portal) if line["version"] > 1 and not line["gone_at"]}
    assert edited
    for folder, code in ((made.site, "vi"), (made.site / "en", "en")):
        for name in ("index", "search", "portals", "runs", "about", "elsewhere", f"portals/{made.portal}"):
            assert html.fromstring((folder / f"{name}.html").read_bytes()).get("lang") == code
        for line in lines:
            page = html.fromstring((folder / "articles" / f"{line['id']}.html").read_bytes())
            [title] = page.xpath("//h1")
            assert " ".join(title.text_content().split()) == line["title"] or line["id"] in edited
            if line["published_at"] and not line["duplicate_of"]:
                assert (folder / "portals" / made.portal / f"{line['published_at'][:7]}.html").is_file()
        for article in edited:
            assert list((folder / "articles" / article).glob("compare-*-*.html"))
            assert list((folder / "articles" / article).glob("version-*.html"))
    for line in lines:
        assert all((made.site / "articles" / f"{line['id']}.{form}").is_file() for form in ("txt", "bib", "ris"))
    assert len(list((made.site / "runs").glob("*.html"))) == 2


def test_every_article_is_reached_from_the_front_page(made: Made) -> None:
    seen, waiting = set(), [made.site / "index.html"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".html":
            continue
        seen.add(page)
        found = (urlsplit(link) for tag, link in links(page) if tag == "a")
        waiting += [(page.parent / unquote(one.path)).resolve() for one in found if not one.scheme and one.path]
    originals = {line["id"] for line in made.luutin.lines(made.portal)}
    assert originals <= {page.stem for page in seen}


def test_pictures_and_files_are_written_by_what_they_are(made: Made) -> None:
    [article] = {
        line["id"] for line in made.luutin.lines(made.portal) if line["images"] and HALL in line["images"][0]["url"]
    }
    page = made.site / "articles" / f"{article}.html"
    [picture] = html.fromstring(page.read_bytes()).xpath("//main//img")
    assert picture.get("alt") is not None
    file = page.parent / picture.get("src")
    assert (file.suffix, file.read_bytes()) == (".jpg", JPEG)
    files = {path.suffix for path in (made.site / "files").iterdir()}
    assert {".jpg", ".pdf", ".txt"} <= files
    assert not files & {".html", ".htm", ".svg", ".xml", ".js"}
    captured = [path for path in made.site.rglob("*") if path.is_file() and b"alert(1)" in path.read_bytes()]
    assert {path.suffix for path in captured} == {".txt"}


def test_pages_say_themselves_what_a_server_would(made: Made) -> None:
    for page in made.pages:
        root = html.fromstring(page.read_bytes())
        policies = [one.get("content") for one in root.xpath("//meta[@http-equiv='Content-Security-Policy']")]
        assert policies, page
        assert all("default-src 'none'" in one and "frame-ancestors" not in one for one in policies)
        scripts = root.xpath("//script")
        assert bool(scripts) == (page.name == "search.html")
        assert bool(scripts) == ("script-src" in policies[0])
        assert page.read_bytes().index(b"<meta charset") < 1024 or "runs" in page.parts


def told(path: Path) -> tuple[str, Any]:
    match = re.fullmatch(r'luutin\("([\w-]+)",(.*)\)', path.read_text("utf-8"))
    assert match is not None
    return match[1], json.loads(match[2])


def test_words_lead_to_the_articles_that_have_them_newest_first(made: Made) -> None:
    find = made.site / "find"
    files: dict[str, Any] = {}
    for path in find.glob("*.js"):
        if path.name != "find.js":
            name, said = told(path)
            assert name == path.stem
            files[name] = said
    articles = [one for at in range(99) for one in files.get(f"articles-{at}", [])]
    days = [day for _, _, day, _ in articles]
    assert days == sorted(days, reverse=True)
    originals = {line["id"] for line in made.luutin.lines(made.portal)} - {
        line["id"] for line in made.luutin.lines(made.portal) if line["duplicate_of"]
    }
    assert {article for article, *_ in articles} >= originals
    having: list[set[str]] = []
    for gaps in files["gi"]["giao"]:
        at, found = -1, set()
        for gap in gaps:
            at += gap + 1
            found.add(articles[at][0])
        having.append(found)
    in_title, in_text = having
    assert in_title
    assert not in_title & in_text
    last = {line["id"]: line for line in made.luutin.lines(made.portal)}
    for article in originals:
        words = re.split(r"\W+", last[article]["title"].lower())
        assert ("giao" in words) <= (article in in_title)
    assert set(files["about"]["files"]) == set(files) - {"about", "portals"} - {
        n for n in files if n.startswith("articles-")
    }
    assert sum(files["portals"][made.portal]) + len(files["portals"][made.portal]) == len(articles)


class TestFolder:
    @pytest.mark.no_cover
    def test_one_that_was_made_here_is_replaced_as_a_whole(self, made: Made, tmp_path: Path) -> None:
        site = tmp_path / "tin"
        site.mkdir()
        assert made.luutin("export", "--site", str(site), "--base-url", BASE + "/").code == 0
        (site / "cu.html").write_text("cũ")
        assert made.luutin("export", "--site", str(site), "--licence", "CC0 của Sở").code == 0
        assert not (site / "cu.html").exists()
        assert not (site / "sitemap.xml").exists()
        assert "CC0 của Sở" in (site / "about.html").read_text("utf-8")
        assert [path.name for path in tmp_path.iterdir()] == ["tin"]

    def test_any_other_is_left_alone(self, made: Made, tmp_path: Path) -> None:
        site = tmp_path / "tin"
        site.mkdir()
        (site / "luan-van.txt").write_text("của tôi")
        refused = made.luutin("export", "--site", str(site))
        assert refused.code == 1
        assert "was not made by" in refused.err
        assert [path.name for path in site.iterdir()] == ["luan-van.txt"]
        file = tmp_path / "tep"
        file.write_text("của tôi")
        for named in (str(file), "/", "."):
            assert made.luutin("export", "--site", named).code == 1
        assert file.read_text() == "của tôi"

    def test_what_fails_leaves_the_last_one_as_it_was(self, made: Made, tmp_path: Path) -> None:
        again = CommandLine(tmp_path / "output")
        shutil.copytree(made.luutin.output, again.output)
        site = tmp_path / "tin"
        shutil.copytree(made.site, site)
        before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
        lines = again.output / "articles" / f"{made.portal}.jsonl"
        lines.write_bytes(b"x" * lines.stat().st_size)
        failed = again("export", "--site", str(site))
        assert failed.code == 1
        assert "verify" in failed.err
        assert "Traceback" not in failed.err
        assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before
        assert sorted(path.name for path in tmp_path.iterdir()) == ["output", "tin"]

    def test_what_makes_no_sense_is_a_usage_error(self, made: Made, tmp_path: Path) -> None:
        for args in (
            ["--site", str(tmp_path / "a"), made.portal],
            ["--site", str(tmp_path / "a"), "--cdxj", "b"],
            ["--site", str(tmp_path / "a"), "--base-url", "tin.example.org"],
            ["--cdxj", str(tmp_path / "a"), "--base-url", BASE],
        ):
            assert made.luutin("export", *args).code == 2
        assert not list(tmp_path.iterdir())


def test_a_crawl_may_go_on_meanwhile(tmp_path: Path) -> None:
    with Folder(tmp_path / "output") as folder:
        for number in range(3):
            folder.store(
                "so_mot", f"bai-{number}", f"Họp giao ban tuần {number}", "Sáng nay, Sở họp giao ban.", day=number
            )
        catch_up(folder.path)
        later: list[str] = []

        def store_one(done: int, _: int) -> None:
            if done == 9:
                later.append(folder.store("so_hai", "moi", "Khởi công cầu mới", "Chiều nay, tỉnh khởi công.", day=9).id)
                catch_up(folder.path)

        export_site(folder.path, tmp_path / "tin", Settings(), store_one)
    assert len(later) == 1
    names = {path.stem for path in (tmp_path / "tin" / "articles").glob("*.html")}
    assert len(names) == 3
    assert not names & set(later)
    _, about = told(tmp_path / "tin" / "find" / "about.js")
    assert about["portals"] == ["so.mot"]


def test_where_it_will_be_is_said_where_whole_addresses_are(made: Made, tmp_path: Path) -> None:
    site = tmp_path / "tin"
    assert made.luutin("export", "--site", str(site), "--base-url", BASE + "/").code == 0
    addresses = re.findall(r"<loc>(.*?)</loc>", (site / "sitemap.xml").read_text("utf-8"))
    assert f"{BASE}/index.html" in addresses
    assert f"{BASE}/en/index.html" in addresses
    assert len(addresses) == len(set(addresses))
    assert all((site / address.removeprefix(f"{BASE}/")).is_file() for address in addresses)
    feed = (site / "feed.atom").read_text("utf-8")
    told_of = re.findall(rf'(?<=[">]){BASE}/([^"<]*)', feed)
    assert sum(file.startswith("articles/") for file in told_of) > 20
    assert all((site / file).is_file() for file in told_of)
    assert 'href="feed.atom"' in (site / "index.html").read_text("utf-8")
    assert not (made.site / "feed.atom").exists()  # whose addresses would be of nowhere
    article = made.luutin.lines(made.portal)[0]["id"]
    assert f"Lưu Tin, {BASE}/articles/{article}.html" in (site / "articles" / f"{article}.txt").read_text("utf-8")
    assert f"Lưu Tin, articles/{article}.html" in (made.site / "articles" / f"{article}.txt").read_text("utf-8")


class TestLinks:
    def test_only_attributes_of_tags_are_changed(self) -> None:
        places = Places("", feed=False)
        text = (
            '<p title="a > b" class=x>href="/portals" &lt;a href="/portals"></p><a title="1 > 0" href="/portals">x</a>'
        )
        assert places.relinked(text, "articles/a.html") == text.replace(
            '0" href="/portals"', '0" href="../portals.html"'
        )

    @pytest.mark.parametrize(
        ("address", "file"),
        [
            ("/", "index.html"),
            ("/en/", "en/index.html"),
            ("/en/portals/bao_thu/2024-06", "en/portals/bao_thu/2024-06.html"),
            ("/en/articles/0123456789abcdef.ris", "articles/0123456789abcdef.ris"),
            ("/search?q=ba+b%E1%BB%83&portal=bao_thu", "search.html?q=ba+b%E1%BB%83&portal=bao_thu"),
            ("/portals/..", None),
            ("/portals/a%2F..%2Fb", None),
            ("/articles/../x", None),
            ("/runs/.luutin-site", None),
            ("/captures/7", None),
            ("/captures/7/content", None),
            ("/api/articles/0123456789abcdef", None),
            ("/oai?verb=Identify", None),
            ("/feed.atom", None),
        ],
    )
    def test_an_address_has_one_file_or_none(self, address: str, file: str | None) -> None:
        assert Places("", feed=False).target(address) == file

    def test_a_listing_has_one_file_however_its_address_is_written(self) -> None:
        places = Places("", feed=False)
        one, other = (places.target(f"/search?{query}") for query in ("portal=a&section=b", "section=b&portal=a"))
        assert one == other
        assert one != places.target("/search?portal=a")
        second, third = (places.target(f"/search?portal=a&section=b&cursor={at}") for at in ("x", "y"))
        assert (second, third) == (str(one).replace(".html", "-2.html"), str(one).replace(".html", "-3.html"))
        assert places.target("/portals/a/2024-06?cursor=z") == "portals/a/2024-06-2.html"

    @pytest.mark.parametrize(("base", "start"), [(BASE + "/", BASE + "/"), ("", "")])
    def test_whole_addresses_in_texts_are_those_of_the_files(self, base: str, start: str) -> None:
        places = Places(base, feed=True)
        text = (
            "<id>{0}/</id>{0}/articles/0123456789abcdef. {0}/en/portals/a, {0}/feed.atom {0}/feed.atom?q=a&amp;x=1</id>"
        )
        assert places.told(text.format(PLACEHOLDER)) == (
            f"<id>{start}index.html</id>{start}articles/0123456789abcdef.html. {start}en/portals/a.html, "
            f"{start}feed.atom {start}elsewhere.html</id>"
        )
        assert set(places.wanted.values()) >= {"feed.atom", "en/portals/a.html", "index.html"}

    def test_a_policy_is_said_in_the_page(self) -> None:
        page = with_policy("<head>\n</head>", "default-src 'none'; img-src 'self'; frame-ancestors 'none'; sandbox")
        assert "default-src &#x27;none&#x27;; img-src &#x27;self&#x27; file:&quot;" not in page
        assert html.fromstring(page).xpath("//meta/@content")[0] == "default-src 'none'; img-src 'self' file:"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright import sync_api

    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needed(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=["from a disk", "below a path"])
def base(request: pytest.FixtureRequest, made: Made) -> Iterator[str]:
    root = made.site.parent
    if request.param == "from a disk":
        yield root.as_uri()
        return
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(root))) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_browser_finds_reads_and_changes_language(browser: Any, base: str) -> None:
    page, said = browser.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{base}/tin/index.html")
    page.fill("#q", "hop giao ban")
    page.press("#q", "Enter")
    page.click("#found li a")
    assert "giao ban" in page.inner_text("h1")
    page.click("nav a[hreflang=en]")
    assert page.get_attribute("html", "lang") == "en"
    page.fill("#q", "khongcotunay")
    page.press("#q", "Enter")
    page.wait_for_selector("#found >> text=No article was found")
    assert not said


def test_pages_of_its_own_are_for_everybody(browser: Any, made: Made) -> None:
    from axe_playwright_python import sync_playwright as axe

    listing = next((made.site / "lists").glob("*.html"))
    context = browser.new_context(bypass_csp=True, viewport={"width": 360, "height": 800})  # the rules are a script
    page = context.new_page()
    for file in ("search.html?q=hop+giao+ban", "en/search.html", "elsewhere.html", f"lists/{listing.name}"):
        page.goto(f"{made.site.as_uri()}/{file}")
        if "q=" in file:
            page.wait_for_selector("#found li h2")
        assert [one["id"] for one in axe.Axe().run(page).response["violations"]] == [], file
        assert page.evaluate("document.documentElement.scrollWidth") == 360, file


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Nothing on the terminal."""
