"""How fast a made-up archive is indexed and searched, and how large its index is beside its text.

Run as `make bench-search`, or `python tests/bench_search.py --articles 100000 --queries 1000 [--folder DIR]`; a folder
that was made before is used again. `taskset -c 0` bounds it to one core.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import msgspec
from made_copies import make_scale

from pipelines.archive.database import Database
from pipelines.archive.rows import record_end, write_article
from pipelines.items import Article, Attachment
from pipelines.search.index import catch_up
from pipelines.search.results import Asked
from pipelines.search.searcher import Searcher
from pipelines.search.state import index_folder
from pipelines.text import article_digest, bare, fold
from pipelines.urls import article_id

PORTALS = {"so_congthuong": "Bắc Kạn", "so_nongnghiep": "Cao Bằng", "bao_tinh": "Hà Giang", "cong_tinh": "Bắc Kạn"}
SECTIONS = ("Tin hoạt động", "Kinh tế", "Văn hóa - Xã hội", "Chuyển đổi số", "Văn bản mới")
AUTHORS = ("Thu Hằng", "Hoàng Văn Thiên", "Lý Thị Mỷ", "Bích Phượng")
WITH_FILES, WITH_AUTHOR = 0.1, 0.5
FILE_CHARS = 2_000
COMMON = 60
CAPTURED = datetime(2025, 6, 2, tzinfo=UTC)
_JSON = msgspec.json.Decoder(Article)


def make_archive(folder: Path, count: int, seed: int = 7) -> None:
    """Lines and rows as a crawl leaves them, but for captures and comparison."""
    (folder / "articles").mkdir(parents=True)
    rng = Random(seed)
    names = list(PORTALS)
    with closing(Database(folder / "archive.db")) as db, db:
        streams = {name: (folder / "articles" / f"{name}.jsonl").open("wb") for name in names}
        for number, told in enumerate(make_scale(seed, count)):
            article = _article(number, told, rng.choice(names), rng)
            line, stream = msgspec.json.encode(article) + b"\n", streams[article.portal]
            write_article(db, article, "", f"articles/{article.portal}.jsonl", stream.tell(), len(line), None)
            stream.write(line)
        for name, stream in streams.items():
            record_end(db, f"articles/{name}.jsonl", stream.tell())
            stream.close()


def _article(number: int, told: dict[str, str], portal: str, rng: Random) -> Article:
    paragraphs = told["text"].splitlines()
    article = Article(
        portal=portal,
        province=PORTALS[portal],
        url=f"http://{portal.replace('_', '-')}.example/{number}.html",
        canonical_url=f"http://{portal.replace('_', '-')}.example/{number}.html",
        title=told["title"],
        body="\n\n".join(paragraphs),
        body_html="".join(f"<p>{text}</p>" for text in paragraphs),
        published_at=datetime.fromisoformat(told["published"]),
        section=rng.choice(SECTIONS),
        authors=[rng.choice(AUTHORS)] * (rng.random() < WITH_AUTHOR),
        captured_at=CAPTURED,
    )
    if rng.random() < WITH_FILES:
        file = Attachment(url=f"{article.url}.pdf", name="Quyết định.pdf", text=told["text"][:FILE_CHARS])
        article.attachments = [file]
    article.id, article.digest = article_id(article.canonical_url), article_digest(article)
    return article


class Typist:
    """Makes up what people would type who look for articles of the archive."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._rng = Random(seed)
        lines = [line for path in sorted((folder / "articles").glob("*.jsonl")) for line in _sample(path, self._rng)]
        self._articles = [_JSON.decode(line) for line in lines]
        counted = Counter(word for article in self._articles for word in set(fold(article.body).split()))
        self._common = [word for word, _ in counted.most_common(COMMON)]
        self._kinds: dict[str, Callable[[Article], Asked]] = {
            "a word": lambda article: Asked(words=self._typed(self._some(article, 1))),
            "2 or 3 words": lambda article: Asked(words=self._typed(self._some(article, self._rng.randint(2, 3)))),
            "4 to 6 words": lambda article: Asked(words=self._typed(self._some(article, self._rng.randint(4, 6)))),
            "title": lambda article: Asked(words=self._typed(article.title.split()[:8])),
            "common words": lambda _: Asked(words=self._typed(self._rng.sample(self._common, 3))),
            "phrase": lambda article: Asked(words=f'"{self._typed(self._run(article, self._rng.randint(2, 4)))}"'),
            "beginning": lambda article: Asked(words=self._typed([*self._some(article, 1), self._begun(article)])),
            "without": lambda article: Asked(words=f"{self._typed(self._some(article, 2))} -{self._common[-1]}"),
            "filters": lambda article: Asked(
                words=self._typed(self._some(article, 2)), portal=article.portal, since=date(2012, 1, 1)
            ),
            "newest": lambda article: Asked(words=self._typed(self._some(article, 2)), sort="newest"),
            "everything": lambda article: Asked(section=article.section),
            "misspelt": lambda article: Asked(words=self._typed(self._misspelt(self._run(article, 3)))),
        }

    def searches(self, count: int) -> Iterator[tuple[str, Asked]]:
        """So many of each kind, mingled."""
        kinds = [kind for kind in self._kinds for _ in range(count)]
        self._rng.shuffle(kinds)
        for kind in kinds:
            yield kind, self._kinds[kind](self._rng.choice(self._articles))

    def _some(self, article: Article, count: int) -> list[str]:
        words = list(dict.fromkeys(fold(f"{article.title} {article.body}").split()))
        return self._rng.sample(words, min(count, len(words)))

    def _run(self, article: Article, count: int) -> list[str]:
        words = fold(article.body).split()
        at = self._rng.randrange(max(1, len(words) - count))
        return words[at : at + count]

    def _begun(self, article: Article) -> str:
        return max(self._some(article, 5), key=len)[:3] + "*"

    def _misspelt(self, words: list[str]) -> list[str]:
        longest = max(words, key=len)
        at = self._rng.randrange(len(longest))
        return [word[:at] + word[at + 1 :] if word is longest else word for word in words]

    def _typed(self, words: list[str]) -> str:
        """With marks, without, or partly."""
        way = self._rng.randrange(3)
        return " ".join(bare(word) if way == 1 or (way == 2 and self._rng.random() < 1 / 2) else word for word in words)


def _sample(path: Path, rng: Random) -> list[bytes]:
    with path.open("rb") as stream:
        return [line for line in stream if rng.random() < 1 / 50]


def text_bytes(folder: Path) -> int:
    """Of titles, leads, bodies and attachments."""
    found = 0
    for path in (folder / "articles").glob("*.jsonl"):
        with path.open("rb") as stream:
            for article in map(_JSON.decode, stream):
                texts = [article.title, article.lead, article.body, *(file.text for file in article.attachments)]
                found += sum(len(text.encode()) for text in texts if text)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=100, help="of each kind")
    parser.add_argument("--folder", type=Path, help="the archive to make, or that was made before")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary) / "output"
        if not (folder / "archive.db").exists():
            make_archive(folder, options.articles)
        shutil.rmtree(index_folder(folder), ignore_errors=True)
        index(folder)
        search(folder, options.queries)


def index(folder: Path) -> None:
    began, cpu = time.monotonic(), time.process_time()
    done = catch_up(folder)
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    size = sum(path.stat().st_size for path in index_folder(folder).iterdir())
    text = text_bytes(folder)
    print(f"{done.added} articles in {seconds:.1f} s ({cpu:.1f} CPU s): {done.added / seconds:.0f} a second")
    print(f"index {size / 1e6:.1f} MB, {size / text:.2f} of {text / 1e6:.1f} MB of text")


def search(folder: Path, count: int) -> None:
    searcher = Searcher(folder)
    took: dict[str, list[float]] = {}
    for kind, asked in Typist(folder, seed=11).searches(count):
        began, cpu = time.perf_counter(), time.process_time()
        searcher.search(asked)
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
        for name in (kind, "all"):
            took.setdefault(name, []).append(wall)
            took.setdefault(f"{name}, CPU", []).append(cpu)
    print(f"{'milliseconds':<20}{'p50':>8}{'p90':>8}{'p99':>8}{'max':>8}    of CPU{'p50':>8}{'p99':>8}")
    for name in sorted(name for name in took if not name.endswith(", CPU")):
        walls, cpus = (sorted(1000 * one for one in took[key]) for key in (name, f"{name}, CPU"))
        at = [walls[int(len(walls) * share)] for share in (0.5, 0.9, 0.99)] + [walls[-1]]
        of_cpu = [cpus[int(len(cpus) * share)] for share in (0.5, 0.99)]
        print(f"{name:<20}{''.join(f'{one:8.1f}' for one in at)}{'':10}{''.join(f'{one:8.1f}' for one in of_cpu)}")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")


if __name__ == "__main__":
    main()
