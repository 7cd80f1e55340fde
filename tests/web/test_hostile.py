"""What the web has put into an archive does nothing to who looks at it: in a browser with all its powers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote

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
    page.wait_for_load_state("networkidle")
    for document in (page, page.frame_locator("iframe")):
        assert document.locator("[data-hit]").count() == 0
    assert page.url == was
    assert not visit.faults


@pytest.mark.parametrize("attack", BODIES)
def test_an_article_does_nothing(visit: Visits, hostile: Made, attack: str) -> None:
    page = visit(hostile.url, hostile.path(attack))
    unharmed(page, visit)
    assert not visit.refused, "what is left to the browser to refuse has not been cleaned"
    found = page.locator(".text *").evaluate_all(
        "all => all.map(one => [one.tagName, [...one.attributes].map(it => it.name), one.getAttribute('href') || ''])"
    )
    assert {name for _, names, _ in found for name in names} <= KEPT_ATTRIBUTES
    assert not {tag for tag, _, _ in found} & {
        "SCRIPT",
        "STYLE",
        "SVG",
        "svg",
        "FORM",
        "INPUT",
        "IFRAME",
        "BASE",
        "META",
    }
    assert all(href.startswith(("http://", "https://")) for _, _, href in found if href)
    assert page.locator(".text").inner_text().startswith("Đầu.")
    page.locator(".text a").evaluate_all(
        "all => all.forEach(one => { if (!/noopener/.test(one.rel)) throw one.outerHTML })"
    )


@pytest.mark.parametrize("attack", BODIES)
def test_a_capture_does_nothing(visit: Visits, hostile: Made, attack: str) -> None:
    page = visit(hostile.url, f"/captures?url=.example/{attack}")
    page.locator("main").get_by_role("link", name="2025-06-02").first.click()
    page.frame_locator("iframe").get_by_role("heading", name=f"Tin {attack}").wait_for()
    unharmed(page, visit)
    page.goto(page.locator("iframe").get_attribute("src") or "")
    unharmed(page, visit)
    visit.refused.clear()


@pytest.mark.parametrize("kind", ENCODED)
def test_no_encoding_or_type_makes_a_capture_run(visit: Visits, hostile: Made, kind: str) -> None:
    page = visit(hostile.url, f"/captures?url=/encoded/{kind.replace(' ', '-')}")
    page.locator("main").get_by_role("link", name="2025-06-02").first.click()
    unharmed(page, visit)
    address = page.locator("iframe").get_attribute("src") or ""
    answer = page.request.get(address)
    assert answer.status == 200
    assert "sandbox" in answer.headers["content-security-policy"].split("; ")
    assert answer.headers["x-content-type-options"] == "nosniff"
    if "content-disposition" not in answer.headers:
        page.goto(address)
        unharmed(page, visit)
    visit.refused.clear()


def address(hostile: Made, path: str) -> str:
    """A path with the names of articles in it told by their ids, and the hostile text for each `{}`."""
    for name in ("fields", "second", "controls"):
        path = path.replace(name, hostile.ids[name])
    return path.replace("{}", quote(HOSTILE, safe=""))


@pytest.mark.parametrize(
    "path",
    [
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
    ],
)
def test_no_field_and_no_request_gets_into_the_markup(visit: Visits, hostile: Made, path: str) -> None:
    page = visit(hostile.url)
    page.goto(address(hostile, path))
    visit.faults[:] = [fault for fault in visit.faults if "the server responded with a status of 4" not in fault]
    unharmed(page, visit)
    assert page.locator("main").count() == 1
    assert page.locator("main b:not([lang])").count() == page.locator("main b:not([lang])", has_text="").count()
    assert "49" not in page.locator("h1").inner_text()
    hrefs = page.locator("a, link, form, img, iframe").evaluate_all(
        "all => all.flatMap(one => ['href', 'src', 'action'].map(it => one.getAttribute(it)).filter(it => it !== null))"
    )
    for href in hrefs:
        assert not href.startswith("//"), href
        assert href == "" or href.startswith(("/", "#", "http://", "https://")), href


def test_citations_are_one_record_each(visit: Visits, hostile: Made) -> None:
    page = visit(hostile.url)
    ris = page.request.get(hostile.path("fields", ".ris")).text().splitlines()
    assert [line[:5] for line in ris if line[:2] in ("TY", "ER")] == ["TY  -", "ER  -"]
    bib = page.request.get(hostile.path("fields", ".bib")).text()
    assert [line[:1] for line in bib.splitlines() if line.startswith("@")] == ["@"]
    for form in ("ris", "bib", "txt"):
        answer = page.request.get(hostile.path("fields", f".{form}"))
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "path",
    [
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
    ],
)
def test_what_machines_read_is_well_formed(visit: Visits, hostile: Made, path: str) -> None:
    """And no browser takes it for a page."""
    page = visit(hostile.url)
    answer = page.request.get(address(hostile, path))
    assert answer.status < 500
    kind = answer.headers["content-type"].partition(";")[0]
    assert answer.headers["x-content-type-options"] == "nosniff"
    if kind == "application/json":
        told = json.loads(answer.body())
    elif kind == "text/html":
        assert answer.status == 404
        return
    else:
        told = etree.fromstring(answer.body(), etree.XMLParser(resolve_entities=False))
        assert not told.xpath("//*[local-name() = 'script' or local-name() = 'b']")
        assert not [href for href in told.xpath("//@href") if not href.startswith(("http:", "https:", "/"))]
    if path in ("/api/articles/fields", "/feed.atom", "/oai?verb=ListRecords&metadataPrefix=oai_dc"):
        assert HOSTILE in (told["article"]["title"] if isinstance(told, dict) else told.xpath("//text()"))
