"""What the web has put into an archive does nothing to who looks at it: in a browser with all its powers."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote, urlsplit

import pytest
from browser import Visits, served
from hostile_site import BODIES, ENCODED, HOSTILE, OUT, RUN
from looking import Made
from lxml import etree
from playwright.sync_api import Page
from stored_articles import Folder

from pipelines.archive.warc import Exchange
from pipelines.dedup import Dedup
from pipelines.items import Article, Attachment, Image
from pipelines.normalise import Normalise
from pipelines.store import Store

PORTAL, SITE = "so_thu", "http://so.tinhthu.example"
AT = datetime(2025, 6, 2, 1, 2, 3, tzinfo=UTC)
KEPT_ATTRIBUTES = {"href", "rel", "src", "alt", "colspan", "rowspan", "class", "loading", "width", "height", "lang"}


KEPT_TAGS = {
    *("p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "a", "strong", "em", "b", "i", "sub", "sup", "br", "span"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "figure", "figcaption", "img"),
}
PAGES = (
    "/",
    "/search?q=tin",
    "/search?section={}",
    "/search?author={}",
    "/search?province={}",
    '/search?q="{}"',
    "/search?q={}&portal={}&section={}&cursor={}&sort={}&from={}",
    "/captures?url={}",
    "/portals",
    "/portals/so_thu",
    "/portals/so_thu/2025-06",
    "/portals/so_thu/{}",
    "/runs/{}",
    "/articles/{}",
    "/articles/fields",
    "/articles/fields/versions/1",
    "/articles/fields/beside/second",
    "/nichts/{}",
    "/en//ngoai.example/",
)
MACHINE = (
    "/api/search?q=tin",
    "/api/search?q={}&section={}",
    "/api/articles",
    "/api/articles/fields",
    "/api/articles/controls",
    "/api/articles/{}",
    "/api/portals/{}",
    "/api/runs/{}",
    "/api/captures?url={}",
    "/api/{}",
    "/openapi.json",
    "/feed.atom",
    "/feed.atom?q={}&section={}",
    "/feed.atom?section={}",
    "/sitemap.xml",
    "/sitemaps/0.xml",
    "/opensearch.xml?{}",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    "/oai?verb={}",
    "/oai?verb=GetRecord&metadataPrefix={}&identifier={}",
    "/oai?verb=ListRecords&resumptionToken={}",
)
"""What is not for browsers."""
XML = ("application/atom+xml", "application/xml", "text/xml", "application/opensearchdescription+xml")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("hostile") / "output"
    with Folder(folder) as stored:
        archive = stored.archive(PORTAL)

        def keep(path: str, kind: str, body: bytes) -> dict[str, object]:
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode()
            capture = archive.keep(Exchange(f"{SITE}/{path}", AT, b"", head + body), "live")
            return {
                "warc_file": capture.warc_file,
                "warc_offset": capture.warc_offset,
                "warc_digest": capture.warc_digest,
                "captured_at": AT,
            }

        def store(name: str, **values: object) -> None:
            fields = {"title": f"Tin {name}", "body": f"Nội dung của tin {name}.", **values}
            article = Article(portal=PORTAL, url=f"{SITE}/{name}", published_at=AT, published_precision="day", **fields)  # type: ignore[arg-type]
            for step in (Normalise(), Dedup(archive), Store(archive)):
                article = step.process_item(article)
            ids[name] = article.id

        ids: dict[str, str] = {}
        for name, html in BODIES.items():
            page = f"<html><head><title>Tin</title></head><body><h1>Tin {name}</h1>{html}<p>Hết.</p>"
            store(
                name, body_html=f"<p>Đầu.</p>{html}<p>Hết.</p>", **keep(name, "text/html; charset=utf-8", page.encode())
            )
        for name, (kind, body) in ENCODED.items():
            keep(f"encoded/{name.replace(' ', '-')}", kind, body)
        said = keep("fields", "text/html", b"<p>Tin")
        store(
            "fields",
            title=HOSTILE,
            lead=HOSTILE,
            body=HOSTILE,
            body_html=f"<p>{escape(HOSTILE)}</p>",
            authors=[HOSTILE, "A and B\nER  - \nTY  - JOUR"],
            cited_source=HOSTILE,
            province=HOSTILE,
            section=HOSTILE,
            tags=[HOSTILE],
            language='vi"><script>',
            images=[Image(f"javascript:{RUN}", HOSTILE, HOSTILE), Image(f"{OUT}/a.png", HOSTILE)],
            attachments=[
                Attachment(f"javascript:{RUN}", HOSTILE, HOSTILE, text=HOSTILE),
                Attachment(f'{SITE}/"><b>', "../../x"),
            ],
            evidence={HOSTILE: HOSTILE},
            extractor=HOSTILE,
            **said,
        )
        store(
            "controls",
            title="Tin \0\x0b\x1b\ufffe\ud83d điều khiển".encode("utf-8", "replace").decode(),
            section="\x01",
        )
        store("second", title=f"Bản hai {HOSTILE}", section="Tin")
    with served(folder) as url:
        yield Made(folder, ids, url)


def unharmed(page: Page, visit: Visits) -> None:
    """Nothing has run in any document of the page, nothing was asked of others, and it is still where it was."""
    was = page.url
    if "/captures/" in was:  # what is captured may be slow to do something
        page.wait_for_load_state("networkidle")
    for document in (page, page.frame_locator("iframe")):
        assert document.locator("[data-hit]").count() == 0
    assert page.url == was
    assert not visit.faults


@pytest.mark.parametrize("attack", BODIES)
def test_neither_article_nor_capture_does_anything(visit: Visits, hostile: Made, attack: str) -> None:
    """The article is clean; the capture is as it was, and may do nothing, in its frame or alone."""
    page = visit(hostile.url, hostile.path(attack))
    unharmed(page, visit)
    assert not visit.refused, "what is left to the browser to refuse has not been cleaned"
    tags, attributes, links = page.locator(".text *").evaluate_all(
        "all => [all.map(one => one.localName), all.flatMap(one => [...one.attributes].map(it => it.name)),"
        " all.filter(one => one.localName === 'a').map(one => [one.getAttribute('href') || '', one.rel])]"
    )
    assert set(tags) <= KEPT_TAGS
    assert set(attributes) <= KEPT_ATTRIBUTES
    for href, rel in links:
        assert href.startswith(("http://", "https://")) or not href
        assert "noopener" in rel
    assert page.locator(".text").inner_text().startswith("Đầu.")
    page.get_by_role("link", name="Xem trang như lúc chụp").click()
    page.frame_locator("iframe").get_by_role("heading", name=f"Tin {attack}").wait_for()
    unharmed(page, visit)
    page.goto(page.locator("iframe").get_attribute("src") or "")
    unharmed(page, visit)
    visit.refused.clear()


def test_no_encoding_or_type_makes_a_capture_run(visit: Visits, hostile: Made) -> None:
    page = visit(hostile.url)
    for kind in ENCODED:
        page.goto(f"/captures?url=/encoded/{kind.replace(' ', '-')}")
        page.locator("main").get_by_role("link", name="2025-06-02").last.click()
        alone = page.locator("iframe").get_attribute("src") or ""
        answer = page.request.get(alone)
        assert answer.status == 200
        assert "sandbox" in answer.headers["content-security-policy"].split("; ")
        assert answer.headers["x-content-type-options"] == "nosniff"
        if "content-disposition" not in answer.headers:
            assert page.locator("[data-hit]").count() == 0
            page.goto(alone)
        unharmed(page, visit)
    visit.refused.clear()


def address(hostile: Made, path: str) -> str:
    """A path with the names of articles in it told by their ids, and the hostile text for each `{}`."""
    for name in ("fields", "second", "controls"):
        path = path.replace(name, hostile.ids[name])
    return path.replace("{}", quote(HOSTILE, safe=""))


def test_no_field_and_no_request_gets_into_the_markup(visit: Visits, hostile: Made) -> None:
    page = visit(hostile.url)
    for path in PAGES:
        page.goto(address(hostile, path))
        visit.faults[:] = [fault for fault in visit.faults if "the server responded with a status of 4" not in fault]
        unharmed(page, visit)
        assert page.locator("main").count() == 1, path
        assert page.locator("b", has_text=re.compile(r"^\{\{7")).count() == 0, path
        assert "49" not in page.locator("h1").inner_text(), path
        targets = page.locator("a, link, form, img, iframe").evaluate_all(
            "all => all.flatMap(one => ['href', 'src', 'action'].map(it => one.getAttribute(it)).filter(it => it))"
        )
        for target in targets:
            assert target.startswith(("/", "#", "http://", "https://")), path
            assert not target.startswith("//"), path


def asked(hostile: Made, path: str) -> tuple[int, str, bytes]:
    """Status, type and body of what answers at a path; nothing may be taken for another type."""
    connection = http.client.HTTPConnection(urlsplit(hostile.url).netloc, timeout=30)
    try:
        connection.request("GET", address(hostile, path))
        answer = connection.getresponse()
        assert answer.headers["x-content-type-options"] == "nosniff"
        return answer.status, answer.headers.get_content_type(), answer.read()
    finally:
        connection.close()


def test_citations_are_one_record_each(hostile: Made) -> None:
    told = {form: asked(hostile, f"/articles/fields.{form}") for form in ("ris", "bib", "txt")}
    assert all(kind != "text/html" for _, kind, _ in told.values())
    ris, bib = (told[form][2].decode().splitlines() for form in ("ris", "bib"))
    assert [line[:5] for line in ris if line[:2] in ("TY", "ER")] == ["TY  -", "ER  -"]
    assert [line[:1] for line in bib if line.startswith("@")] == ["@"]


@pytest.mark.parametrize("path", MACHINE)
def test_what_machines_read_is_well_formed(hostile: Made, path: str) -> None:
    """And no browser takes it for a page."""
    status, kind, body = asked(hostile, path)
    assert status < 500
    if kind == "application/json":
        told = json.loads(body)
    else:
        assert kind in XML
        told = etree.fromstring(body, etree.XMLParser(resolve_entities=False))
        assert not told.xpath("//*[local-name() = 'script' or local-name() = 'b']")
        assert not [href for href in told.xpath("//@href") if not href.startswith(("http:", "https:", "/"))]
    if path in ("/api/articles/fields", "/feed.atom", "/oai?verb=ListRecords&metadataPrefix=oai_dc"):
        assert HOSTILE in (told["article"]["title"] if isinstance(told, dict) else told.xpath("//text()"))
