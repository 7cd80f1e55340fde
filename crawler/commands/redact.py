"""Mask e-mail addresses, phone and ID numbers in an export of articles."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.storage import Use
from crawler.verb import ArchiveCommand

STDIO = "-"


class Command(ArchiveCommand):
    """`luutin redact IN OUT`."""

    def syntax(self) -> str:
        return "IN OUT"

    def short_desc(self) -> str:
        return "Mask e-mail addresses, phone and ID numbers in exported JSON lines"

    def long_desc(self) -> str:
        return (
            "Read an export as JSON lines (IN: plain, .gz or .zst; - is stdin) and write it again (OUT, likewise; - is "
            "stdout) with [email], [phone] and [id] in the place of e-mail addresses, phone numbers, and numbers of "
            "identity papers, insurance, taxes of persons and bank accounts, in all texts, also of attachments and of "
            "columns that --with adds. `redacted` says of each article how many of each. Addresses of pages and "
            "pictures stay. OUT may be IN: it is replaced when it is whole. Names of people stay."
        )

    def use(self, opts: argparse.Namespace) -> Use:
        return Use.NOTHING

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Read, mask, write, and say on stderr how much."""
        if len(portals) != 2:
            raise UsageError("name what to read and what to write: `luutin redact articles.jsonl.zst masked.jsonl.zst`")
        from pipelines.export.redacting import open_source, redact_file, redact_stream

        source, target = portals
        name = "stdin" if source == STDIO else source
        with ExitStack() as stack:
            stream = sys.stdin.buffer if source == STDIO else stack.enter_context(open_source(Path(source)))
            if target == STDIO:
                done = redact_stream(stream, name, sys.stdout.buffer)
            else:
                done = redact_file(stream, name, Path(target))
        kinds = ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in done.counts.items())
        sys.stderr.write(f"{done.articles:,} articles, {done.touched:,} of them with personal data: {kinds} masked\n")
        return 0
