"""Downloader middleware that undoes Content-Encoding within bounds, and says where a body breaks off inside it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Self

import brotli
import zstandard
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import TextResponse
from scrapy.responsetypes import responsetypes

from crawler.errors import BadEncoding, CutShort

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

ACCEPTED = b"gzip, deflate, br, zstd"
MAX_LAYERS = 3
"""Encodings on top of each other; more are a bomb."""
PIECE_BYTES = 64 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_TRAILER_BYTES = 8
END_BYTES = 1024
_END = re.compile(rb"</(?:html|urlset|sitemapindex|rss|feed)\s*>", re.IGNORECASE)
"""A page whose markup ends within its last bytes is whole, whatever its length or packing says."""


class Unpacking:
    """Gives the spider bodies as they were before they were packed; DOWNLOAD_MAXSIZE bounds them there as well.

    What breaks off inside is no page, but one whose end is there: a body cut short is told apart from one whose
    server miscounts it.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:
        """Raises DownloadCancelledError (too-large), CutShort and BadEncoding."""
        most = request.meta.get("download_maxsize", self._max_bytes)
        said = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower()
        names = [name.strip() for name in said.split(",") if name.strip() not in ("", "identity")]
        if not names or not response.body:
            return response
        if len(names) > MAX_LAYERS or any(name not in _DECODERS for name in names):
            raise BadEncoding(f"{request.url}: Content-Encoding: {said[:100]}")
        body, whole = response.body, True
        for name in reversed(names):
            body, ended = _unpack(body, name, most, request.url)
            whole = whole and ended
        if not whole and not ends(body):
            raise CutShort(f"{request.url}: the body breaks off within its {said}")
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body[:1024])
        if issubclass(kind, TextResponse):  # else it would guess the charset of what was packed
            return response.replace(cls=kind, headers=headers, body=body, encoding=None)
        return response.replace(cls=kind, headers=headers, body=body)


def ends(body: bytes) -> bool:
    """Whether the markup of a page comes to its end."""
    return _END.search(body[-END_BYTES:]) is not None


def _unpack(body: bytes, name: str, most: int, url: str) -> tuple[bytes, bool]:
    """A body without one encoding, and whether that came to its end. Raises DownloadCancelledError, BadEncoding."""
    out = bytearray()
    try:
        for piece in _DECODERS[name](body):
            out += piece
            if len(out) > most:
                raise DownloadCancelledError(f"{url}: the body unpacks to more than DOWNLOAD_MAXSIZE")
    except _Unfinished:
        return bytes(out), False
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        if out:  # damaged further on: what came before is as good as a body that breaks off
            return bytes(out), False
        raise BadEncoding(f"{url}: is not {name}, as Content-Encoding says: {error}") from error
    return bytes(out), True


class _Unfinished(Exception):
    """An encoded body breaks off. Raised and caught here."""


def _gzip(body: bytes) -> Iterator[bytes]:
    """gzip (RFC 1952): its members one after the other; what follows the last is not part of it.

    As in browsers the checksum is not looked at: it comes last, where a body that is otherwise whole breaks off.
    """
    if not body.startswith(_GZIP_MAGIC):
        raise zlib.error("no gzip")
    while body.startswith(_GZIP_MAGIC):
        decoder = zlib.decompressobj(-15)
        yield from _inflated(decoder, body[_gzip_head(body) :])
        body = decoder.unused_data[_GZIP_TRAILER_BYTES:]


def _gzip_head(body: bytes) -> int:
    """Length of a member's head."""
    flags, end = body[3] if len(body) > 3 else 0, 10
    if flags & 4:
        end += 2 + int.from_bytes(body[end : end + 2], "little")
    for text in (8, 16):  # the file's name, a comment
        if flags & text:
            end = (body.find(b"\0", end) + 1) or len(body)
    return end + (2 if flags & 2 else 0)


def _inflated(decoder: zlib._Decompress, rest: bytes) -> Iterator[bytes]:
    while not decoder.eof:
        piece = decoder.decompress(rest, PIECE_BYTES)
        rest = decoder.unconsumed_tail
        if not piece and not rest and not decoder.eof:
            raise _Unfinished
        yield piece


def _deflate(body: bytes) -> Iterator[bytes]:
    """zlib's format by the standard, the bare one by custom (RFC 9110, 8.4.1.2)."""
    try:
        zlib.decompressobj().decompress(body, 1)
    except zlib.error:
        return _inflated(zlib.decompressobj(-15), body)
    return _inflated(zlib.decompressobj(), body)


def _brotli(body: bytes) -> Iterator[bytes]:
    decoder = brotli.Decompressor()
    piece = decoder.process(body, output_buffer_limit=PIECE_BYTES)
    while piece:
        yield piece
        piece = b"" if decoder.is_finished() else decoder.process(b"", output_buffer_limit=PIECE_BYTES)
    if not decoder.is_finished():
        raise _Unfinished


def _zstd(body: bytes) -> Iterator[bytes]:
    decoder = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024)  # what RFC 9659 has servers keep to
    reader = decoder.stream_reader(body, read_across_frames=True)
    while piece := reader.read(PIECE_BYTES):
        yield piece
    if not _is_whole(body):
        raise _Unfinished


def _is_whole(body: bytes) -> bool:
    """Whether a zstd frame comes to its end: the reader stops without a word where the bytes do."""
    decoder = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024).decompressobj()
    for at in range(0, len(body), PIECE_BYTES):
        decoder.decompress(body[at : at + PIECE_BYTES])
        if decoder.eof:
            return True
    return False


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
