"""Whether anything in an output folder still says something: every file, every record with its encodings undone.

Told on another way than `pipelines.archive.removal` goes: by lxml, json and plain search, in NFC and without case.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path

import brotli
import zstandard
from lxml import etree

from pipelines.archive.warc import split_http

_BETWEEN = re.compile(r"[\W_]+")


def flat(text: str) -> str:
    """Words in NFC, without case and what lies between them."""
    return _BETWEEN.sub(" ", unicodedata.normalize("NFC", text)).casefold().strip()


def sentences(*texts: str | None) -> list[str]:
    """The sentences of some texts that are long enough to be nobody else's, flat."""
    parts = (part for text in texts if text for part in re.split(r"[.;:!?]\s|\n", text))
    return [said for part in parts if len((said := flat(part)).split()) >= 6]


def who_says(output: Path, sayings: list[str]) -> list[str]:
    """Where any of some flat sayings stands, and which."""
    found = []
    begun = {saying.split()[0] for saying in sayings}
    for path in sorted(path for path in output.rglob("*") if path.is_file()):
        for where, text in _texts(path):
            said = flat(text)
            if begun.isdisjoint(said.split()):
                continue
            found += [f"{path.relative_to(output)} {where}: {one}" for one in sayings if one in said]
    return found


def members(data: bytes) -> Iterator[bytes]:
    """The records of a WARC file, also those no reader gives."""
    while data:
        inflate = zlib.decompressobj(31)
        yield inflate.decompress(data)
        assert inflate.eof
        data = inflate.unused_data


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    data = path.read_bytes()
    if path.name.endswith(".warc.gz"):
        for number, record in enumerate(members(data)):
            head, _, block = record.partition(b"\r\n\r\n")
            url = re.search(rb"WARC-Target-URI: (.*)", head)
            where = f"record {number} {url[1].decode() if url else ''}"
            if b"image/" not in block[:500] and b"octet-stream" not in block[:500]:
                yield where, head.decode() + "".join(_ways(_payload(block)))
    else:
        yield "", "".join(_ways(data))


def _payload(block: bytes) -> bytes:
    if not block.startswith(b"HTTP/"):
        return block
    _, headers, body = split_http(block)
    encoding = {name.lower(): value for name, value in headers}.get("content-encoding", "").lower()
    undo = {
        "gzip": lambda data: zlib.decompress(data, 47),
        "deflate": lambda data: zlib.decompress(data, 47),
        "br": brotli.decompress,
        "zstd": lambda data: zstandard.ZstdDecompressor().stream_reader(data).read(),
    }.get(encoding)
    return undo(body) if undo and body.strip() else body


def _ways(data: bytes) -> Iterator[str]:
    """A source with its escapes undone, as a page shows it, and as JSON says it; parted by a sign that is no word."""
    text = data.decode("utf-8", "replace")
    yield html.unescape(html.unescape(text))
    yield " § "
    if text[:1] in ("{", "["):
        for line in text.splitlines():
            try:
                told = json.dumps(json.loads(line), ensure_ascii=False)
            except ValueError:
                continue
            yield html.unescape(re.sub(r"<[^>]*>", " ", told.replace("\\n", " ")))
    elif "<" in text[:1000]:
        page = etree.fromstring(re.sub(r"encoding=", "", text), etree.HTMLParser())
        yield " ".join(page.itertext()) if page is not None else ""
