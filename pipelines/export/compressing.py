"""Compressing a whole file: the same bytes for the same content, whenever and however it came to be."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import BinaryIO

import zstandard

CHUNK_BYTES = 1024 * 1024
ZSTD_LEVEL, GZIP_LEVEL = 3, 6
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Deflate; no name, no time, no system (RFC 1952, 2.3)."""


def compresses(path: Path) -> bool:
    """Whether a file of this name is compressed."""
    return path.suffix in (".gz", ".zst")


def compress(path: Path, into: Path, suffix: str) -> None:
    """Write `into`, which is on the disk then. zstd is one frame that says its size, as many readers take no other.

    Raises OSError.
    """
    with path.open("rb") as source, into.open("wb") as stream:
        (_zstd if suffix == ".zst" else _gzip)(source, stream, path.stat().st_size)
        stream.flush()
        os.fsync(stream.fileno())


def put_in_place(part: Path, target: Path) -> int:
    """Have a whole file take the place of `target`, compressed where that's name says so; its size. Raises OSError."""
    if not compresses(target):
        part.replace(target)
        return target.stat().st_size
    packed = target.with_name(f"{target.name}.packed")
    compress(part, packed, target.suffix)
    packed.replace(target)
    part.unlink()
    return target.stat().st_size


def _zstd(source: BinaryIO, stream: BinaryIO, size: int) -> None:
    zstandard.ZstdCompressor(ZSTD_LEVEL).copy_stream(source, stream, size=size)


def _gzip(source: BinaryIO, stream: BinaryIO, size: int) -> None:
    packer, check = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS), 0
    stream.write(_GZIP_HEAD)
    while chunk := source.read(CHUNK_BYTES):
        check = zlib.crc32(chunk, check)
        stream.write(packer.compress(chunk))
    stream.write(packer.flush() + check.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little"))
