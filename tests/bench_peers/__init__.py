"""What luutin is measured beside: programs of the system, and scripts of this folder in environments of their own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LUUTIN = str(Path(sys.executable).with_name("luutin"))
PIP = "pip>=25"  # the one of Python 3.11 stumbles over trafilatura's lxml[html_clean]
# wget's: a link led nowhere, to a log-in, to an error, as on any portal
LED_NOWHERE = (4, 6, 8)

Step = list[str]


@dataclass(frozen=True)
class Peer:
    """One way to walk a site: `steps(url, folder, python)` are run one after the other in `folder`, which is empty."""

    name: str
    does: str
    """What of it is done: links, WARC, text, copies, database, index."""
    steps: Callable[[str, Path, str], list[Step]]
    articles: Callable[[Path], int] | None = None
    """How many article texts it left in the folder; None where it reads none."""
    program: str = ""
    packages: tuple[str, ...] = ()
    ok: tuple[int, ...] = (0,)
    once: bool = False
    """So dear that it is run in the first turn only."""


def python_of(peer: Peer, environments: Path) -> str | None:
    """The interpreter with what the peer needs, set up where it is not; None where that fails, which is said."""
    if peer.program and shutil.which(peer.program) is None:
        sys.stderr.write(f"{peer.name}: left out, {peer.program} is not installed (apt-get install {peer.program})\n")
        return None
    if not peer.packages:
        return sys.executable
    folder = environments / "-".join(re.split(r"[^\w-]", name)[0] for name in peer.packages)
    python, ready = folder / "bin" / "python", folder / "ready"
    if not ready.exists():
        sys.stderr.write(f"{peer.name}: installing {', '.join(peer.packages)}\n")
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            [str(python), "-m", "pip", "install", "--quiet", PIP],
            [str(python), "-m", "pip", "install", "--quiet", *peer.packages],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.stderr.write(f"{peer.name}: left out, it cannot be installed:\n{done.stderr[-800:]}\n")
                return None
        ready.touch()
    return str(python)


def lines(folder: Path, pattern: str = "articles.jsonl") -> int:
    """How many lines the files have in all."""
    return sum(path.read_bytes().count(b"\n") for path in folder.glob(pattern))


def _luutin(url: str, folder: Path, python: str) -> list[Step]:
    said = ["env", f"LUUTIN_OUTPUT={folder / 'output'}", LUUTIN]
    return [[*said, "crawl", "portal", "-a", f"url={url}", "-s", "DOWNLOAD_DELAY=0"], [*said, "index"]]


def _wget(url: str, folder: Path, python: str) -> list[Step]:
    return [["wget", "--quiet", "--recursive", "--level=inf", "--tries=1", "--warc-file=site", "--delete-after", url]]


def _wget2(url: str, folder: Path, python: str) -> list[Step]:
    return [["wget2", "--quiet", "--recursive", "--level=0", "--tries=1", "--max-threads=1", "--delete-after", url]]


def _script(name: str, *more: str) -> Callable[[str, Path, str], list[Step]]:
    def steps(url: str, folder: Path, python: str) -> list[Step]:
        return [[python, str(HERE / f"{name}.py"), url, "articles.jsonl", *more]]

    return steps


def _news_please(url: str, folder: Path, python: str) -> list[Step]:
    config = str(folder / "config")
    command = [str(Path(python).with_name("news-please")), "-c", config]
    return [[python, str(HERE / "newsplease_config.py"), url, config], command]


PEERS = (
    Peer(
        "luutin",
        "links, WARC, text, copies, database, index",
        _luutin,
        lambda folder: lines(folder, "output/articles/*.jsonl"),
    ),
    Peer("wget --warc-file", "links, WARC", _wget, program="wget", ok=(0, *LED_NOWHERE)),
    Peer("wget2", "links", _wget2, program="wget2", ok=(0, *LED_NOWHERE)),
    Peer("Scrapy", "links", _script("scrapy_crawl"), packages=("scrapy", "trafilatura"), once=True),
    Peer(
        "Scrapy + trafilatura",
        "links, text",
        _script("scrapy_crawl", "trafilatura"),
        lines,
        packages=("scrapy", "trafilatura"),
    ),
    Peer(
        "Crawlee + trafilatura",
        "links, text",
        _script("crawlee_crawl"),
        lines,
        packages=("crawlee[parsel]", "trafilatura"),
        once=True,
    ),
    Peer(
        "Scrapy + webarchive",
        "links, WARC",
        _script("scrapy_crawl", "webarchive"),
        packages=("scrapy-webarchive", "twisted<24.11", "w3lib<2.3"),  # what its Scrapy, one before 2.12, was made for
        once=True,
    ),
    Peer("newspaper4k", "text", _script("newspaper_crawl"), lines, packages=("newspaper4k",), once=True),
    Peer(
        "news-please",
        "links, text",
        _news_please,
        lambda folder: sum(1 for _ in folder.glob("config/data/**/*.json")),
        packages=("news-please",),
        once=True,
    ),
)
