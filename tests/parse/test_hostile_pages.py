"""Hostile pages end as an article or a named reason, within bounds of CPU and memory, and never as another error."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.parse.errors import NotAnArticle
from crawler.parse.listing import read_listing
from crawler.parse.page import read_page
from crawler.platforms.detect import PLATFORMS

CPU_SECONDS, MEGABYTES = 2, 300
READ = f"""
import math, resource, time
from crawler.parse.errors import NotAnArticle
from crawler.parse.listing import read_listing
from crawler.parse.page import read_page
from crawler.platforms.detect import PLATFORMS

def read(body):
    try:
        page = read_page(body, "https://tin.example/bai.html", {{}})
        read_listing(page)
        PLATFORMS["generic"].kind(page)
        return "article: " + PLATFORMS["generic"].read([page], None).title[:40]
    except NotAnArticle as error:
        return error.reason

read(b"<html><body><h1>Tin</h1><p>" + b"Noi dung tin tuc. " * 30)  # what is loaded on first use is no page's cost
body = eval(BODY)
spent = math.ceil(time.process_time())
resource.setrlimit(resource.RLIMIT_CPU, (spent + {CPU_SECONDS}, spent + {CPU_SECONDS}))
used = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmSize")) * 1024
resource.setrlimit(resource.RLIMIT_AS, (used + {MEGABYTES} * 2**20, used + {MEGABYTES} * 2**20))
print(read(body))
"""
PAGES = {
    "nested tags": 'b"<html><body>" + b"<div>" * 1_000_000',
    "nested inline tags": 'b"<html><body><h1>T</h1>" + b"<b>x" * 700_000',
    "attributes": 'b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">Xin chao</p>"',
    "elements with attributes": 'b"<html><body>" + b"<p class=a id=b>x</p>" * 60_000',
    "null bytes": 'b"<html><body><h1>T\\0in</h1>" + b"\\0" * 2_000_000',
    "broken entities": 'b"<html><body><p>" + b"&#x110000;&#0;&amp&nosuch;&#99999999999;" * 50_000',
    "empty": 'b""',
    "binary": "bytes(range(256)) * 8_000",
    "one long text": 'b"<html><body><h1>Tin</h1><p>" + b"chu " * 1_000_000',
    "spaces": 'b"<html><head><title>" + b" " * 1_000_000 + b"</title></head><body><p>" + b" . " * 500_000',
    "digits": 'b"<html><body><h1>Tin</h1><p>" + b"12/" * 800_000',
    "dashes in a byline": 'b"<html><body><h1>Tin</h1><p>a b.</p><p><b>" + b"- " * 800_000 + b"</b></p>"',
    "links": 'b"<html><body>" + b"<a href=/a/1>Mot hai ba bon nam</a> " * 50_000',
    "deep json": 'b"<html><head><script type=application/ld+json>" + b"[" * 200_000 + b"</script></head><body><p>x"',
    "entity bomb": "b'<!DOCTYPE html [' + b'<!ENTITY b SYSTEM x>&b;&b;' * 50_000 + b']><p>&b;'",
    "giant table": 'b"<html><body><h1>Tin</h1><table>" + b"<tr><td>a<td>b<td>c" * 60_000',
    "long attribute": 'b"<html><body><p class=\\"" + b"a " * 1_500_000 + b"\\">x</p>"',
}


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_is_read_within_bounds_or_refused(name: str) -> None:
    script = READ.replace("eval(BODY)", PAGES[name])
    bare = {name: value for name, value in os.environ.items() if not name.startswith("COV")}  # tracing costs CPU
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False, env=bare
    )
    assert done.returncode == 0, f"{name}: ended with {done.returncode}: {done.stderr[-600:]}"
    assert done.stdout.strip()


TEXT = st.sampled_from(
    [
        "07/01/2021 15:30",
        "Tác giả: Thu Hiền",
        "./.",
        "&nbsp;",
        "Tin liên quan",
        " ",
        "\0",
        "Hội nghị đánh giá công tác. " * 5,
    ]
)
TAGS = st.sampled_from(
    ["p", "div", "h1", "a href='/x'", "table", "tr", "td", "ul", "li", "b", "time", "figure", "span", "br"]
)
MARKUP = st.lists(
    st.one_of(TEXT, TAGS.map("<{}>".format), TAGS.map(lambda tag: f"</{tag.split()[0]}>"), st.text(max_size=8)),
    max_size=60,
).map("".join)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(MARKUP)
def test_any_markup_is_an_article_or_a_named_reason(markup: str) -> None:
    try:
        page = read_page(f"<html><body>{markup}".encode("utf-8", "replace"), "https://tin.example/a", {})
        read_listing(page)
        PLATFORMS["generic"].kind(page)
        assert PLATFORMS["generic"].read([page], None).title
    except NotAnArticle as error:
        reason = error.reason
    else:
        reason = "read"
    assert reason


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_page_or_a_named_reason(body: bytes) -> None:
    try:
        PLATFORMS["generic"].read([read_page(body, "https://tin.example/a", {})], None)
    except NotAnArticle as error:
        reason = error.reason
    else:
        reason = "read"
    assert reason
