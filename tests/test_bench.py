"""The benches themselves: a site that is whole, costs that miss no process, figures that say what was measured."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import bench
import bench_scale
import numpy as np
import pytest
from bench_measure import Failed, Measured, Run, measure
from bench_pages import SECTIONS, Portal
from bench_peers import PEERS, Peer
from bench_run import OUTPUT
from bench_site import counts, served
from bench_table import insert, table

BASE = "http://127.0.0.1:1"
SMALL = 60


def reached(portal: Portal) -> dict[str, str]:
    """Every page that links lead to from the start page."""
    pages, waiting = {}, ["/"]
    while waiting:
        path = waiting.pop()
        if path not in pages:
            page = portal.page(path)
            assert page is not None, path
            pages[path] = page
            waiting += re.findall(rf'href="{BASE}(/[^"]*)"', page)
    return pages


def test_every_page_is_reached_by_links_alone() -> None:
    portal = Portal(BASE, 700)
    pages = reached(portal)
    assert len(pages) == portal.pages
    assert sum(map(portal.is_article, pages)) == 700


def test_pages_are_as_heavy_as_a_portals_and_the_same_whenever_they_are_made() -> None:
    portal, again = Portal(BASE, 3_000), Portal(BASE, 3_000)
    for path in ("/", "/category/ton-giao/page/4/", portal.path_of(1_500)):
        page = portal.page(path)
        assert page is not None
        assert 60_000 < len(page.encode()) < 95_000
        assert 200 < page.count("<a ") < 280
        assert again.page(path) == page


@pytest.mark.parametrize("path", ["/category/ton-giao/page/99/", "/category/x/", "/khong-co-7/", "/wp-json/", "/-1/"])
def test_what_is_not_there_is_not_made_up(path: str) -> None:
    assert Portal(BASE, 100).page(path) is None


def test_the_site_keeps_a_connection_and_counts_different_pages() -> None:
    with served(SMALL) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        for method, path, status in (("HEAD", "/", 200), ("GET", "/", 200), ("GET", "/khong-co/", 404)):
            connection.request(method, path)
            answer = connection.getresponse()
            assert answer.status == status
            assert bool(answer.read()) == (method == "GET")
        sock = connection.sock
        connection.request("GET", "/robots.txt")
        assert b"User-agent" in connection.getresponse().read()
        assert connection.sock is sock
        connection.close()
        assert counts(url) == {"requests": 4, "pages": 1, "articles": 0}
        assert counts(url)["requests"] == 0


def test_processes_that_left_their_parent_behind_are_counted(tmp_path: Path) -> None:
    busy = "import time\nwhile time.process_time() < 0.6: pass"
    script = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {busy!r}], start_new_session=True)"
    runner = [sys.executable, str(Path(bench.__file__).with_name("bench_run.py")), "--", sys.executable, "-c", script]
    done = subprocess.run(runner, cwd=tmp_path, capture_output=True, check=True)
    said = json.loads(done.stdout)
    assert said["cpu_s"] > 0.6
    assert said["memory_mb"] > 1
    assert said["code"] == 0


@pytest.mark.no_cover
def test_a_crawl_is_measured_with_all_it_leaves() -> None:
    with served(SMALL) as url:
        run = measure(PEERS[0], url, sys.executable)
    assert run.articles == SMALL
    assert run.pages >= SMALL + len(SECTIONS)  # it leaves out what is neither article nor list
    assert len(run.steps) == 2
    assert run.bytes["captures"] > 10 * SMALL
    assert {"articles", "archive.db", "index"} <= run.bytes.keys()


def test_a_peer_that_fails_says_what_it_said() -> None:
    bad = Peer("bad", "links", lambda *_: [[sys.executable, "-c", "raise SystemExit('no such site')"]])
    with served(1) as url, pytest.raises(Failed, match=r"bad ended with 1(?s:.*)no such site"):
        measure(bad, url, sys.executable)
    assert not Path(OUTPUT).exists()


def figures(**seconds: float) -> list[Measured]:
    return [
        Measured(name, "links", [Run(1_000, 1_000, None, 1.0, 50.0, [cpu], {}) for cpu in (cpu, cpu * 2, cpu / 2)])
        for name, cpu in seconds.items()
    ]


def test_the_table_has_medians_and_what_they_are_of_wgets() -> None:
    rows = table(figures(**{"luutin": 6.0, bench.BASE: 4.0}), bench.BASE).splitlines()
    assert rows[2].startswith(f"| {bench.BASE} | links | 1,000 | – | 4.00 | 2.00–8.00 | 1.00 |")
    assert rows[3].startswith("| **luutin** | links | 1,000 | – | 6.00 | 3.00–12.00 | 1.50 |")


def test_bounds_that_do_not_hold_are_named() -> None:
    assert bench.missed(figures(**{"luutin": 6.0, bench.BASE: 4.0, "news-please": 181.0})) == []
    assert len(bench.missed(figures(**{"luutin": 6.1, bench.BASE: 4.0, "news-please": 181.0}))) == 2


def test_figures_are_put_where_the_marks_are(tmp_path: Path) -> None:
    document = tmp_path / "docs.md"
    document.write_text("a\n<!-- figures -->\nold\n<!-- /figures -->\nb\n", "utf-8")
    insert(document, "figures", r"| \1 new |")
    assert document.read_text("utf-8") == "a\n<!-- figures -->\n| \\1 new |\n<!-- /figures -->\nb\n"
    with pytest.raises(ValueError, match="memory"):
        insert(document, "memory", "x")


@pytest.mark.parametrize(("document", "marks"), [(bench.DOCS, ("figures", "memory")), (bench_scale.DOCS, ("figures",))])
def test_the_documents_have_their_marks(document: Path, marks: tuple[str, ...], tmp_path: Path) -> None:
    copy = tmp_path / document.name
    copy.write_bytes(document.read_bytes())
    for mark in marks:
        insert(copy, mark, "new")


def hosts(requests: list[float], seconds: list[float]) -> bench_scale.Hosts:
    asked, none = np.array(requests, dtype=float), np.zeros(len(requests))
    return bench_scale.Hosts(none.astype(int), asked, asked, none, np.array(seconds), none.astype(bool))


def test_no_machine_makes_the_largest_host_faster() -> None:
    rng = np.random.default_rng(1)
    few, costs = hosts([86_400, 100, 100], [2.0, 2.0, 2.0]), bench_scale.MEASURED
    one, _ = bench_scale.crawl(few, costs, 1, rng)
    many, _ = bench_scale.crawl(few, costs, 32, rng)
    assert one == pytest.approx(2, abs=0.1)
    assert many == pytest.approx(one, abs=0.1)


def test_memory_bounds_what_a_machine_walks_at_once() -> None:
    costs = bench_scale.MEASURED
    places = bench_scale.slots_of(costs)
    took, _ = bench_scale.crawl(hosts([86_400.0] * places * 3, [1.0] * places * 3), costs, 1, np.random.default_rng(1))
    assert took == pytest.approx(3, rel=0.05)


def test_costs_are_what_the_bench_wrote_down(tmp_path: Path) -> None:
    sizes = {"captures": 20_000_000, "articles": 6_000_000, "archive.db": 3_000_000, "index": 2_000_000}
    run = {"pages": 1_000, "steps": [4.0, 1.0], "bytes": sizes, "memory_mb": 150.0}
    results = tmp_path / "results.json"
    results.write_text(json.dumps([{"name": "wget --warc-file"}, {"name": "luutin", "runs": [run]}]), "utf-8")
    assert bench_scale.measured(results) == bench_scale.Costs(0.004, 0.001, 20_000, 6_000, 3_000, 2_000, 150.0)
    assert bench_scale.measured(tmp_path / "none.json") == bench_scale.MEASURED
