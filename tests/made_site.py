"""A made archive for looking at the site: three portals' articles, versions, copies, files, pictures and runs.

What is told in it stands in `made_site.toml`. As a script, `python tests/made_site.py DIR` builds it for people.
"""

from __future__ import annotations

import hashlib
import re
import struct
import sys
import tomllib
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import made_reports
import numpy as np
from bulletins import prices
from stored_articles import Folder

from pipelines.archive.folder import Archive
from pipelines.archive.warc import Exchange
from pipelines.dedup import Dedup
from pipelines.items import Article, Attachment, Capture, Image
from pipelines.normalise import Normalise
from pipelines.report.issues import Issue
from pipelines.store import Store

HERE = timezone(timedelta(hours=7))
PORTALS = {
    "so": ("sokhdt_backan_example", "Bắc Kạn", "Sở Kế hoạch và Đầu tư tỉnh Bắc Kạn"),
    "bao": ("baothainguyen_example", "Thái Nguyên", "Báo Thái Nguyên điện tử"),
    "cong": ("cong_danang_example", "Đà Nẵng", "Cổng thông tin điện tử thành phố Đà Nẵng"),
}
"""By what made_site.toml calls a portal its name, province and title."""
LATE = datetime(2024, 1, 1, tzinfo=UTC)
"""What was published before was captured by an archive."""
UNDATED = datetime(2024, 12, 2, 3, tzinfo=UTC)
WEEKS = 8
WIDTH, HEIGHT = 480, 270
KINDS = {".pdf": "application/pdf", ".doc": "application/msword", ".zip": "application/zip"}
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def build(folder: Path) -> dict[str, str]:
    """Make the archive in `folder`, which there is not yet; the id of each article by its name in made_site.toml."""
    told = {one["name"]: one for one in _told()}
    ids = {}
    with Folder(folder) as stored:
        for name, one in told.items():
            repeated = told.get(one.get("repeats", ""), {})
            kept = {key: value for key, value in repeated.items() if key not in ("edits", "gone", "back", "authors")}
            archive = stored.archive(PORTALS[one["portal"]][0])
            ids[name] = _keep(archive, {**kept, **one}, _first_seen(one))
            if one.get("gone"):
                archive.gone(archive_url(one), "http-404")
            if one.get("back"):
                _keep(archive, one, datetime.now(UTC))
        for number, portal in enumerate(PORTALS):
            _run(stored.archive(PORTALS[portal][0]), portal, number)
    return ids


def archive_url(one: dict[str, Any]) -> str:
    """Where an article stands."""
    return f"http://{PORTALS[one['portal']][0].replace('_', '.')}/{one['name']}.html"


def _told() -> Iterator[dict[str, Any]]:
    yield from tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["article"]
    for week in range(1, WEEKS + 1):
        day = datetime(2023, 1, 2, 8, tzinfo=HERE) + timedelta(weeks=week)
        goods = 14_000 + 100 * week, 128_000 - 1_000 * week, 22_150 + 90 * week, 61_000 + 500 * week
        title, body = prices(week, f"{day:%d/%m/%Y}", *goods)
        yield {
            "name": f"gia-ca-tuan-{week}",
            "portal": "so",
            "section": "Giá cả thị trường",
            "published": f"{day:%Y-%m-%dT%H:%M}",
            "title": title,
            "body": body,
        }


# -- an article and its captures ----------------------------------------------------------------


def _keep(archive: Archive, one: dict[str, Any], at: datetime) -> str:
    """Store an article as it was at a time, and its edits, each out of a capture of its own; its id."""
    title, lead, body = one["title"], one.get("lead", ""), one["body"]
    article = None
    for number, changes in enumerate([one.get("but", []), *one.get("edits", [])]):
        for old, new in changes:
            title, lead, body = title.replace(old, new), lead.replace(old, new), body.replace(old, new)
        seen = at + timedelta(days=17 * number**2, minutes=7 * number)
        article = _article(archive, {**one, "title": title, "lead": lead, "body": body}, seen)
        for step in (Normalise(), Dedup(archive), Store(archive)):
            article = step.process_item(article)
    assert article is not None
    return article.id


def _first_seen(one: dict[str, Any]) -> datetime:
    published = one.get("published")
    if published is None:
        return UNDATED
    return _time(published)[0].astimezone(UTC) + timedelta(hours=31, minutes=len(one["name"]))


def _time(text: str) -> tuple[datetime, str]:
    precision = {7: "month", 10: "day"}.get(len(text), "minute")
    return datetime.fromisoformat(text.ljust(10, "-").replace("---", "-01")).replace(tzinfo=HERE), precision


def _article(archive: Archive, one: dict[str, Any], at: datetime) -> Article:
    portal, province, _ = PORTALS[one["portal"]]
    url, published = archive_url(one), one.get("published")
    images = [
        Image(f"{url.rpartition('/')[0]}/anh/{name}", caption or None, credit or None)
        for name, caption, credit in one.get("images", [])
    ]
    for number, image in enumerate(images):
        _capture(archive, image.url, at, "image/png", _picture(zlib.crc32(image.url.encode()) + number))
    files = [_file(archive, url, name, text, at) for name, text in one.get("files", [])]
    text, html = _body(one["body"], images)
    capture = _capture(archive, url, at, "text/html; charset=utf-8", _page(one, html, files).encode())
    when, precision = _time(published) if published else (None, None)
    article = Article(
        portal=portal,
        province=province,
        url=url,
        title=one["title"],
        lead=one.get("lead") or None,
        body=text,
        body_html=html,
        published_at=when,
        published_precision=precision,  # type: ignore[arg-type]  # one of Precision, by `_time`
        published_raw=f"{when:%d/%m/%Y - %H:%M}" if when else None,
        authors=one.get("authors", []),
        section=one.get("section"),
        tags=one.get("tags", []),
        images=images,
        attachments=files,
        evidence={"title": "selector:h1.entry-title", "body": "selector:.entry-content", "published_at": "json-ld"},
        extractor="wordpress/made 0.1.0",
    )
    return replace(
        article,
        origin=capture.origin,
        captured_at=capture.captured_at,
        warc_file=capture.warc_file,
        warc_offset=capture.warc_offset,
        warc_digest=capture.warc_digest,
    )


def _capture(archive: Archive, url: str, at: datetime, kind: str, body: bytes, of: str | None = None) -> Capture:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    source = None if at > LATE else f"https://web.archive.example/web/{at:%Y%m%d%H%M%S}id_/{url}"
    exchange = Exchange(url, at, b"", head + body, source=source)
    fields = {"attachment-of": of, "attachment-at": f"{at:%Y-%m-%dT%H:%M:%SZ}"} if of else None
    return archive.keep(exchange, "live" if source is None else "wayback", fields)


def _file(archive: Archive, of: str, name: str, text: str, at: datetime) -> Attachment:
    url = f"{of.rpartition('/')[0]}/tep/{quote(name)}"
    body = b"%made% " + text.encode()
    kind = KINDS.get(name[-4:], SHEET)
    return Attachment(
        url=url,
        name=name,
        media_type=kind,
        sha256=hashlib.sha256(body).hexdigest(),
        text=text or None,
        problem=None if text else "no-text",
        capture=_capture(archive, url, at, kind, body, of),
    )


def _body(told: str, images: list[Image]) -> tuple[str, str]:
    """Text and HTML of a body as made_site.toml writes it."""
    texts, html = [], []
    for block in re.split(r"\n\n+", told.strip()):
        lines = block.split("\n")
        if figure := re.fullmatch(r"\[(\d)\]", block):
            html.append(_figure(images[int(figure[1]) - 1]))
            continue
        texts.append(block.removeprefix("## "))
        if block.startswith("## "):
            html.append(f"<h2>{escape(block[3:])}</h2>")
        elif lines[0].startswith("- "):
            html.append("<ul>" + "".join(f"<li>{escape(line[2:])}</li>" for line in lines) + "</ul>")
        elif " | " in lines[0]:
            rows = ("".join(f"<td>{escape(cell)}</td>" for cell in line.split(" | ")) for line in lines)
            html.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
        else:
            html.append(f"<p>{escape(block)}</p>")
    return "\n\n".join(texts), "".join(html)


def _figure(image: Image) -> str:
    caption = f"<figcaption>{escape(image.caption)}</figcaption>" if image.caption else ""
    return f'<figure><img src="{escape(image.url)}" alt="">{caption}</figure>'


def _page(one: dict[str, Any], html: str, files: list[Attachment]) -> str:
    """A whole page as a portal shows it, with all that an archive leaves out."""
    links = "".join(f'<p><a href="{escape(file.url)}">{escape(file.name)}</a></p>' for file in files)
    title = PORTALS[one["portal"]][2]
    return (
        f"<!doctype html><html lang='vi'><head><title>{escape(one['title'])}</title>"
        "<style>body{font-family:sans-serif;margin:0}header{background:#a00;color:#ff0;padding:1em}"
        "main{max-width:60em;padding:1em}.lead{font-weight:bold}img{max-width:100%}</style>"
        "<script>document.title = 'ai đó đã chạy đoạn mã này'</script></head>"
        f"<body><header>{escape(title)}</header><nav><a href='/'>Trang chủ</a> <a href='/tin-tuc'>Tin tức</a></nav>"
        f"<main><h1 class='entry-title'>{escape(one['title'])}</h1><p class='lead'>{escape(one.get('lead', ''))}</p>"
        f"<div class='entry-content'>{html}{links}</div></main><footer>Lượt truy cập: 1.234.567</footer></body></html>"
    )


@cache
def _picture(seed: int) -> bytes:
    """A PNG of hills under a sky, others for another seed."""
    chance = np.random.default_rng(seed)
    across, down = np.linspace(0, 1, WIDTH), np.linspace(0, 1, HEIGHT)[:, None]
    sky = np.array([[205, 225, 240], [245, 205, 165], [165, 200, 225]][seed % 3])
    pixels = np.tile((sky - 60 * (1 - down))[:, None], (1, WIDTH, 1))
    for ridge in range(4):
        waves = [np.sin(2 * np.pi * (k * across * chance.uniform(0.6, 1.4) + chance.uniform())) / k for k in (1, 2, 5)]
        shade = np.array([120, 150, 130]) - ridge * np.array([28, 26, 30]) + chance.uniform(-12, 12, 3)
        pixels[down > 0.45 + 0.13 * ridge + 0.09 * np.sum(waves, axis=0)] = shade
    rows = np.insert(pixels.clip(0, 255).astype(np.uint8).reshape(HEIGHT, -1), 0, 0, axis=1).tobytes()
    chunks = {
        b"IHDR": struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0),
        b"IDAT": zlib.compress(rows),
        b"IEND": b"",
    }
    written = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks.items()
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def _run(archive: Archive, portal: str, number: int) -> None:
    """Two runs of a portal; that of the first has ended with an issue."""
    name = PORTALS[portal][0]
    missed = Issue("silence", "no new article for 127 days; at most 14 were expected")
    for day in (0, 1):
        started = datetime(2025, 7, 1 + day, 1 + number, 30, tzinfo=UTC)
        issues = [missed] if portal == "so" and day else []
        archive.record_run(
            made_reports.run(
                run=f"{started:%Y%m%dT%H%M%SZ}-{name}",
                portal=name,
                start_url=f"http://{name.replace('_', '.')}/",
                started_at=started,
                ended_at=started + timedelta(seconds=95 + 20 * number),
                newest=started - timedelta(days=2),
                articles_in_archive=archive.count(),
                issues=issues,
                unmet=[one.message for one in issues],
                checked=[missed.key],
            )
        )


if __name__ == "__main__":
    build(Path(sys.argv[1]))
