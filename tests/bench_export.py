"""How many articles a second an archive gives to each form of export, and the memory of all processes together.

Run as `make bench-export`, or `python tests/bench_export.py --articles 100000 [--folder DIR] [--forms jsonl,parquet]`;
a folder that was made before is used again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from random import Random

import msgspec
from copies.scale import POOL_CLAUSES
from made_copies import Document, make_scale
from preloaded import LUUTIN

from pipelines.archive.database import Database
from pipelines.archive.rows import record_end, write_article
from pipelines.items import Article, Attachment, Image
from pipelines.text import article_digest, fold_digest
from pipelines.urls import article_id

PORTALS, YEARS = 12, timedelta(days=8 * 365)
DUPLICATES, NEAR, WITH_FILES, WITH_AUTHOR, UNDATED = 0.05, 0.05, 0.1, 0.5, 0.02
FORMS = ("jsonl", "jsonl.zst", "parquet", "csv", "sqlite", "jsonld", "zyte", "text")
FIRST = datetime(2017, 1, 1, tzinfo=UTC)
HANOI = timezone(timedelta(hours=7))
LOOK_SECONDS = 0.05
EVIDENCE = {
    "title": "selector:h1.entry-title",
    "body": "selector:article .entry-content",
    "published_at": "selector:time.entry-date.published[datetime]",
    "section": "breadcrumb",
    "images": "body",
    "url": "section",
}


def make_archive(folder: Path, count: int, clauses: int = POOL_CLAUSES) -> None:
    """Lines and rows as a crawl leaves them, but for captures and comparison."""
    (folder / "articles").mkdir(parents=True)
    rng = Random(7)
    names = [f"so_tinh_{number:02}" for number in range(PORTALS)]
    with closing(Database(folder / "archive.db")) as db, db:
        streams = {name: (folder / "articles" / f"{name}.jsonl").open("wb") for name in names}
        for article, folded in _articles(make_scale(7, count, clauses), names, rng):
            line, stream = msgspec.json.encode(article) + b"\n", streams[article.portal]
            write_article(db, article, folded, f"articles/{article.portal}.jsonl", stream.tell(), len(line), FIRST)
            stream.write(line)
        for name, stream in streams.items():
            record_end(db, f"articles/{name}.jsonl", stream.tell())
            stream.close()


def _articles(told: Iterable[Document], names: list[str], rng: Random) -> Iterator[tuple[Article, str]]:
    """Articles with the digests of their folded text; some repeat or resemble an earlier one."""
    earlier = list[tuple[Article, str]]()
    for number, one in enumerate(told):
        article = _article(number, one["title"], one["text"], rng.choice(names), rng)
        folded, way = fold_digest(article), rng.random()
        if way < DUPLICATES + NEAR and earlier:
            original, same = rng.choice(earlier)
            if way < DUPLICATES:
                article.duplicate_of, article.body, article.body_html, folded = original.id, "", "", same
            else:
                article.near_duplicate_of, article.similarity, article.near_duplicate_kind = original.id, 0.9, "edited"
        elif len(earlier) < 1_000:
            earlier.append((article, folded))
        yield article, folded


def _article(number: int, title: str, text: str, portal: str, rng: Random) -> Article:
    paragraphs = text.splitlines()
    url = f"http://{portal.replace('_', '-')}.example/tin-tuc/{rng.randrange(10**9):09}-{number}.html"
    article = Article(
        portal=portal,
        province="Tân Sơn",
        url=url,
        canonical_url=url,
        title=title,
        lead=paragraphs[0],
        body="\n\n".join(paragraphs[1:]),
        body_html="".join(f"<p>{line}</p>" for line in paragraphs[1:]),
        published_at=None if rng.random() < UNDATED else (FIRST + rng.random() * YEARS).astimezone(HANOI),
        published_raw="Thứ tư, 12/06/2024 | 08:15",
        published_precision="minute",
        section=rng.choice(("Tin hoạt động", "Kinh tế", "Văn hóa - Xã hội", "Chuyển đổi số")),
        authors=["Lý Thị Mỷ"] * (rng.random() < WITH_AUTHOR),
        tags=["chuyển đổi số", "nông thôn mới"],
        images=[Image(f"{url}/anh-{at}.jpg", f"Ảnh {at}: quang cảnh buổi lễ") for at in range(2)],
        evidence=EVIDENCE,
        captured_at=FIRST + rng.random() * YEARS,
        warc_file=f"captures/{portal}/{portal}-00001.warc.gz",
        warc_offset=number * 20_000,
        warc_digest=f"sha256:{rng.randbytes(32).hex()}",
        extractor="wordpress/twentytwentyone 0.1.0",
    )
    if rng.random() < WITH_FILES:
        article.attachments = [Attachment(f"{url}.pdf", "Quyết định.pdf", "application/pdf", "0" * 64, text)]
    article.id, article.digest = article_id(article.canonical_url), article_digest(article)
    return article


@dataclass(slots=True)
class Measured:
    """What a command took; memory is the most that all its processes had together, in MB."""

    seconds: float
    cpu: float
    resident: float
    proportional: float
    """Pages that several processes share are counted once."""


def measure(command: list[str], folder: Path) -> Measured:
    """Run `luutin` over an archive."""
    before = os.times()
    began, most = time.monotonic(), [0.0, 0.0]
    process = subprocess.Popen(command, env={**os.environ, "LUUTIN_OUTPUT": str(folder)}, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        most = [max(pair) for pair in zip(most, memory(process.pid), strict=True)]
        time.sleep(LOOK_SECONDS)
    seconds, after = time.monotonic() - began, os.times()
    assert process.returncode == 0, command
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Measured(seconds, cpu, *most)


def memory(pid: int) -> tuple[float, float]:
    """Resident and proportional memory of a process and its children, in MB (Linux)."""
    total = [0.0, 0.0]
    for one in [pid, *_children(pid)]:
        try:
            told = Path(f"/proc/{one}/smaps_rollup").read_text("utf-8")
        except OSError:  # it has ended
            continue
        for at, name in enumerate(("Rss:", "Pss:")):
            total[at] += next((int(line.split()[1]) for line in told.splitlines() if line.startswith(name)), 0) / 1024
    return total[0], total[1]


def _children(pid: int) -> Iterator[int]:
    try:
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8")
    except OSError:
        return
    for child in map(int, told.split()):
        yield child
        yield from _children(child)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="the archive to make, or that was made before")
    parser.add_argument("--forms", default=",".join(FORMS))
    parser.add_argument("--workers", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary) / "output"
        if not (folder / "archive.db").exists():
            make_archive(folder, options.articles)
        lines = sum(path.read_bytes().count(b"\n") for path in (folder / "articles").iterdir())
        size = sum(path.stat().st_size for path in (folder / "articles").iterdir())
        print(f"{lines} lines of {size / lines:.0f} bytes")
        print(f"{'':10}{'articles/s':>12}{'seconds':>9}{'CPU s':>8}{'RSS MB':>9}{'PSS MB':>9}{'MB':>8}")
        for form in options.forms.split(","):
            name = form.partition(".")[0]
            target = Path(temporary) / f"export.{form}"
            command = [LUUTIN, "export", f"--{name}", str(target)]
            command += ["--workers", options.workers] if options.workers else []
            told = measure(command, folder)
            files = [target] if target.is_file() else [path for path in target.rglob("*") if path.is_file()]
            written = sum(path.stat().st_size for path in files) / 1e6
            print(
                f"{form:10}{lines / told.seconds:12.0f}{told.seconds:9.1f}{told.cpu:8.1f}{told.resident:9.0f}"
                f"{told.proportional:9.0f}{written:8.0f}",
                flush=True,
            )
            shutil.rmtree(target) if target.is_dir() else target.unlink()


if __name__ == "__main__":
    main()
