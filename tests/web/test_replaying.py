"""Replay in a browser, by a stand-in that works as replayweb.page does: an element, its frame, a worker, ranges."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from browser import Visits, axe, served
from playwright.sync_api import expect
from stored_articles import Folder

from pipelines.archive.warc import Exchange

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<h1>Giao ban</h1>"
ELEMENT = """
customElements.define("replay-web-page", class extends HTMLElement {
    connectedCallback() {
        const get = name => this.getAttribute(name), frame = document.createElement("iframe");
        frame.title = "replay";
        frame.src = get("replayBase") + "?" + new URLSearchParams(["source", "url", "ts"].map(it => [it, get(it)]));
        frame.onload = async () => {
            if (frame.contentWindow.navigator.serviceWorker.controller) return;
            await navigator.serviceWorker.register(get("replayBase") + "sw.js", {scope: get("replayBase")});
            setTimeout(() => frame.contentWindow.location.reload(), 50);
        };
        this.append(frame);
    }
});
"""
WORKER = """
addEventListener("activate", event => event.waitUntil(clients.claim()));
addEventListener("fetch", event => event.respondWith(answer(new URL(event.request.url).searchParams)));
async function answer(asked) {
    const part = await fetch(asked.get("source").split("#")[0], {headers: {Range: "bytes=0-1"}});
    const bytes = new Uint8Array(await part.arrayBuffer());
    const out = await fetch("http://ngoai.example/").catch(error => error.name);
    const said = [part.status, ...bytes, asked.get("url"), asked.get("ts"), out].join(" ");
    return new Response(`<title>replay</title><p>${said}`, {headers: {"Content-Type": "text/html"}});
}
"""


def test_a_capture_is_replayed_and_nothing_is_asked_of_others(visit: Visits, tmp_path: Path) -> None:
    folder = tmp_path / "output"
    with Folder(folder) as stored:
        at = datetime(2024, 3, 4, 9, 30, tzinfo=UTC)
        stored.archive("so_thu").keep(Exchange("http://so.tinhthu.example/hop/", at, b"", PAGE), "live")
    (folder / "replay").mkdir()
    for name, script in (("ui.js", ELEMENT), ("sw.js", WORKER)):
        (folder / "replay" / name).write_text(script)
    with served(folder) as url:
        page = visit(url, "/captures/1")
        page.get_by_role("link", name="Phát lại trang").click()
        shown = page.frame_locator("replay-web-page iframe").locator("p")
        expect(shown).to_have_text("206 31 139 http://so.tinhthu.example/hop/ 20240304093000 TypeError")
        axe(page)
        page.close()
    visit.refused.clear()
