"""One crawl as a task of an engine: `luutin crawlall` of one portal, in a process and an output folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import msgspec

from crawler.leased import EXIT_LOST, VARIABLE, Terms, answer
from crawler.many import Result
from pipelines.archive.shelf import shelf_at
from pipelines.cluster import Shared, only_waits
from pipelines.errors import ArchiveError
from pipelines.remote.places import is_url

ATTEMPTS = 3
"""Of a crawl whose lease is lost: what another makes of it is waited for, or gone on with."""
SAID_BYTES = 2_000
"""What is told of the last words of a crawl that gave no result."""
_RESULT = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker is to crawl; all of it can be pickled."""

    key: str
    url: str
    words: tuple[str, ...]
    """What comes after `luutin`."""
    output: str
    """The output folder of this portal."""
    terms: Terms
    contact: str | None
    shared: Shared | None = None

    def crawl(self) -> Result:
        """Crawl, or say what came of it where that was done. To be called in a worker; raises ArchiveError."""
        if self.shared is not None:
            self.shared.check()
        only_waits()
        if (done := answer(shelf_at(self.terms.leases), self.key, self.terms.run)) is not None:
            return msgspec.convert(done, Result)
        for _ in range(ATTEMPTS):
            code, out, err = self._run()
            if code != EXIT_LOST:
                return self._result(code, out, err)
        return Result(self.key, self.url, 1, f"its lease was lost {ATTEMPTS} times: does the storage answer in time?")

    def _run(self) -> tuple[int, bytes, bytes]:
        """Exit code, stdout, and the last words on stderr, all of which is in a file beside its folder."""
        with _log(self.output) as stderr:
            environment = {
                **os.environ,
                VARIABLE: msgspec.json.encode(self.terms).decode(),
                "LUUTIN_OUTPUT": self.output,
            }
            if self.contact:
                environment["LUUTIN_CONTACT"] = self.contact
            luutin = str(Path(sys.executable).with_name("luutin"))
            with subprocess.Popen(  # noqa: S603 - our own command, with no shell
                [luutin, *self.words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, env=environment
            ) as process:
                assert process.stdout is not None
                out = process.stdout.read()  # its stdin stays open as long as this process lives
            return process.returncode, out, _last_words(stderr)

    def _result(self, code: int, out: bytes, err: bytes) -> Result:
        try:
            (result,) = _RESULT.decode(out)["portals"]
        except (msgspec.DecodeError, KeyError, ValueError):
            why = err.decode("utf-8", "replace").strip().rpartition("\n")[2]
            return Result(self.key, self.url, 1, f"the crawl ended with {code}: {why or 'it said nothing'}")
        return msgspec.convert(result, Result)


def _log(output: str) -> IO[bytes]:
    """Where a crawl logs: beside its folder; of a URL, nowhere but in its last words."""
    if is_url(output):
        return tempfile.TemporaryFile()
    path = Path(f"{output}.log")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("w+b")


def _last_words(stderr: IO[bytes]) -> bytes:
    stderr.seek(0, os.SEEK_END)
    stderr.seek(max(0, stderr.tell() - SAID_BYTES))
    return stderr.read()


def crawl(order: Order) -> Result:
    """What is sent to a worker. Raises ArchiveError."""
    try:
        return order.crawl()
    except OSError as error:
        raise ArchiveError(f"{order.output}: {error}") from error
