"""Replay in a browser, by a stand-in for replayweb.page that uses what that uses: ranges, a worker, its element."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from browser import Visits, axe, served
from playwright.sync_api import expect
from stored_articles import Folder

from pipelines.archive.warc import Exchange

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<h1>Giao ban</h1>"
STAND_IN = """
customElements.define("replay-web-page", class extends HTMLElement {
    async connectedCallback() {
        const get = name => this.getAttribute(name);
        const part = await fetch(get("source").split("#")[0], {headers: {Range: "bytes=0-1"}});
        const bytes = new Uint8Array(await part.arrayBuffer());
        await navigator.serviceWorker.register(get("replayBase") + "sw.js", {scope: get("replayBase")});
        const out = await fetch("http://ngoai.example/").catch(error => error.name);
        this.textContent = [part.status, ...bytes, get("url"), get("ts"), out].join(" ");
    }
});
"""


def test_a_capture_is_replayed_and_nothing_is_asked_of_others(visit: Visits, tmp_path: Path) -> None:
    folder = tmp_path / "output"
    with Folder(folder) as stored:
        at = datetime(2024, 3, 4, 9, 30, tzinfo=UTC)
        stored.archive("so_thu").keep(Exchange("http://so.tinhthu.example/hop/", at, b"", PAGE), "live")
    (folder / "replay").mkdir()
    for name, script in (("ui.js", STAND_IN), ("sw.js", "")):
        (folder / "replay" / name).write_text(script)
    with served(folder) as url:
        page = visit(url, "/captures/1")
        page.get_by_role("link", name="Phát lại trang").click()
        shown = page.locator("replay-web-page")
        expect(shown).to_have_text("206 31 139 http://so.tinhthu.example/hop/ 20240304093000 TypeError")
        axe(page)
        page.close()
    assert [said for said in visit.refused if "ngoai.example" in said]
    visit.refused.clear()
