"""Filling a search engine of others: OpenSearch or Meilisearch, over HTTP, with all of an archive's articles."""

from __future__ import annotations

import base64
import json
import re
import secrets
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.errors import BadArgument, NotIndexed
from crawler.origins.addresses import is_loopback
from pipelines.search import engines as forms
from pipelines.search.engines import Batch, batches, documents

KEY_VARIABLE = "LUUTIN_ENGINE_KEY"
"""The environment variable with the key (sent as Bearer), or with `user:password` (as Basic)."""
TIMEOUT_SECONDS = 120
REMOVAL_SECONDS = 3_600
"""What is no longer original is removed within one answer; a task may take as long."""
BUSY_PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Before a batch is sent again that the engine was too busy for."""
POLL_SECONDS = (0.05, 2.0)
"""Between looks at a task: first and at most."""
MAX_ANSWER_BYTES = 64 * 1024 * 1024
MAX_TOLD_CHARS = 400
_BUSY = (429, 503)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,199}")
"""What both engines take as the name of an index."""
_NDJSON = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Filled:
    """What was done: documents sent, and removed as they are of no original any more."""

    sent: int
    removed: int


class _Still(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: what is sent, and the key, are for the server that was named."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(slots=True)
class Wire:
    """A server: the URL without the index's name, and how we are known to it."""

    base: str
    key: str | None = field(default=None, repr=False)
    sleep: Callable[[float], object] = time.sleep
    opener: urllib.request.OpenerDirector = field(default_factory=lambda: urllib.request.build_opener(_Still()))

    def ask(
        self, method: str, path: str, body: bytes | dict[str, Any] | None = None, *, seconds: float = TIMEOUT_SECONDS
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of the answer, be it an error; a busy server is asked again. Raises NotIndexed."""
        for pause in (*BUSY_PAUSES_SECONDS, None):
            status, answer = self._ask(method, path, body, seconds)
            if pause is None or status not in _BUSY:
                break
            self.sleep(pause)
        return status, answer

    def must(self, method: str, path: str, body: bytes | dict[str, Any] | None = None, **options: Any) -> Any:
        """The JSON of a good answer. Raises NotIndexed."""
        status, answer = self.ask(method, path, body, **options)
        if status >= 300:
            raise self.refused(method, path, status, answer)
        return answer

    def refused(self, method: str, path: str, status: int, answer: dict[str, Any]) -> NotIndexed:
        """What to say of an answer that is none."""
        told = answer.get("error", answer.get("message", answer))
        why = f"{method} {self.base}{path}: HTTP {status}: {_brief(told)}"
        if status in (401, 403):
            return NotIndexed(f"{why}. Put the key, or user:password, into {KEY_VARIABLE}.")
        if status in (301, 302, 303, 307, 308):
            return NotIndexed(f"{why}. It redirects, which is not followed: name the address it leads to.")
        if status == 413:
            return NotIndexed(f"{why}. Raise the engine's limit (http.max_content_length, --http-payload-size-limit).")
        return NotIndexed(f"{why}. Its log may tell more; run the same again when it is mended.")

    def _ask(
        self, method: str, path: str, body: bytes | dict[str, Any] | None, seconds: float
    ) -> tuple[int, dict[str, Any]]:
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        headers = {"Content-Type": "application/json" if isinstance(body, dict) else _NDJSON} if body else {}
        if self.key:
            basic = base64.b64encode(self.key.encode()).decode()
            headers["Authorization"] = f"Basic {basic}" if ":" in self.key else f"Bearer {self.key}"
        url = self.base + path
        request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - http and https only: _parts
        try:
            try:
                with self.opener.open(request, timeout=seconds) as answer:
                    status, said = answer.status, answer.read(MAX_ANSWER_BYTES + 1)
            except urllib.error.HTTPError as error:
                with error:
                    status, said = error.code, error.read(MAX_ANSWER_BYTES + 1)
        except (OSError, HTTPException) as error:
            why = getattr(error, "reason", None) or error
            raise NotIndexed(f"{method} {url}: {why}. Is the engine running there? Then run the same again.") from error
        return status, _json(url, status, said)


def _json(url: str, status: int, said: bytes) -> dict[str, Any]:
    if len(said) > MAX_ANSWER_BYTES:
        raise NotIndexed(f"{url}: answers with more than {MAX_ANSWER_BYTES} bytes: is that the engine?")
    try:
        answer = json.loads(said or b"{}")
    except ValueError as error:
        if status >= 300:
            return {"error": said[:MAX_TOLD_CHARS].decode("utf-8", "replace")}
        raise NotIndexed(f"{url}: answers with what is no JSON: is that the engine?") from error
    return answer if isinstance(answer, dict) else {"error": answer}


def _brief(told: object) -> str:
    """What an engine says, on one line: its own words where it has some."""
    if isinstance(told, dict):
        told = told.get("reason") or told.get("message") or told
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
    return "".join(char if char.isprintable() else " " for char in text)[:MAX_TOLD_CHARS]


class Engine(ABC):
    """An index of an engine, filled: `prepare`, then `send` each batch, then `finish`. All raise NotIndexed."""

    write: Callable[[dict[str, Any]], bytes]

    def __init__(self, wire: Wire, index: str) -> None:
        self.wire, self.index = wire, index

    @abstractmethod
    def prepare(self) -> None:
        """Make the index, or have it know our fields."""

    @abstractmethod
    def send(self, batch: Batch) -> None:
        """Have the documents of a batch in the index, all of them."""

    @abstractmethod
    def finish(self, run: str) -> int:
        """Remove our documents that are not of this run; how many."""


class OpenSearch(Engine):
    """https://docs.opensearch.org/latest/api-reference/."""

    write = staticmethod(forms.opensearch_lines)

    def prepare(self) -> None:
        status, answer = self.wire.ask("HEAD", f"/{self.index}")
        if status == 404:
            self.wire.must("PUT", f"/{self.index}", forms.OPENSEARCH_INDEX)
        elif status == 200:
            self.wire.must("PUT", f"/{self.index}/_mapping", forms.OPENSEARCH_MAPPINGS)
        else:
            raise self.wire.refused("HEAD", f"/{self.index}", status, answer)

    def send(self, batch: Batch) -> None:
        path = f"/{self.index}/_bulk"
        for pause in (*BUSY_PAUSES_SECONDS, None):
            items = self._items(self.wire.must("POST", path, batch.body))
            lost = [item for item in items if item.get("error") or item.get("status", 500) >= 300]
            if pause is None or not lost or any(item.get("status") not in _BUSY for item in lost):
                break
            self.wire.sleep(pause)  # all again: a document of the same id replaces itself
        if lost or len(items) != batch.count:
            first = lost[0] if lost else {}
            told = f", the first ({first.get('_id')}): {_brief(first.get('error', ''))}" if lost else ""
            missed = len(lost) or batch.count - len(items)
            raise NotIndexed(
                f"{self.wire.base}{path}: {missed} of {batch.count} documents were not taken{told}. "
                "Mend that in the engine and run the same again."
            )

    @staticmethod
    def _items(answer: dict[str, Any]) -> list[dict[str, Any]]:
        """What became of each document, in their order."""
        items = answer.get("items")
        found = [next(iter(item.values()), None) for item in items or () if isinstance(item, dict)]
        return [item for item in found if isinstance(item, dict)]

    def finish(self, run: str) -> int:
        self.wire.must("POST", f"/{self.index}/_refresh")
        path = f"/{self.index}/_delete_by_query?conflicts=proceed&refresh=true"
        answer = self.wire.must("POST", path, forms.opensearch_stale(run), seconds=REMOVAL_SECONDS)
        if answer.get("failures") or answer.get("timed_out") or answer.get("version_conflicts"):
            raise NotIndexed(
                f"{self.wire.base}{path}: not all that is no longer original was removed: "
                f"{_brief(answer.get('failures') or answer)}. Run the same again."
            )
        return int(answer.get("deleted", 0))


class Meilisearch(Engine):
    """https://www.meilisearch.com/docs/reference/api/overview: what is asked is put into a queue, and looked after."""

    write = staticmethod(forms.meilisearch_line)

    def prepare(self) -> None:
        self._done("PATCH", f"/indexes/{self.index}/settings", forms.MEILISEARCH_SETTINGS)

    def send(self, batch: Batch) -> None:
        path = f"/indexes/{self.index}/documents?primaryKey=id"
        details = self._done("POST", path, batch.body)
        if (taken := details.get("indexedDocuments")) != batch.count:
            raise NotIndexed(
                f"{self.wire.base}{path}: {taken} of {batch.count} documents were taken. Its log may say why."
            )

    def finish(self, run: str) -> int:
        details = self._done("POST", f"/indexes/{self.index}/documents/delete", forms.meilisearch_stale(run))
        return int(details.get("deletedDocuments") or 0)

    def _done(self, method: str, path: str, body: bytes | dict[str, Any]) -> dict[str, Any]:
        """What a task came to that is asked for. Raises NotIndexed where it failed."""
        number = self.wire.must(method, path, body).get("taskUid")
        pause, waited = POLL_SECONDS[0], 0.0
        while True:
            task = self.wire.must("GET", f"/tasks/{number}")
            if task.get("status") == "succeeded":
                return task.get("details") or {}
            if task.get("status") not in ("enqueued", "processing"):
                told = f"task {number} {task.get('status')}: {_brief(task.get('error') or '')}"
                raise NotIndexed(f"{method} {self.wire.base}{path}: {told}. Mend that and run the same again.")
            if waited > REMOVAL_SECONDS:
                raise NotIndexed(f"{method} {self.wire.base}{path}: task {number} is not done after {waited:.0f} s.")
            self.wire.sleep(pause)
            waited, pause = waited + pause, min(pause * 2, POLL_SECONDS[1])


ENGINES: dict[str, type[Engine]] = {"opensearch": OpenSearch, "meilisearch": Meilisearch}


def engine_at(url: str, kind: str, key: str | None, **wire: Any) -> Engine:
    """The index that `url` names, `http(s)://host[:port]/[path/]index`. Raises BadArgument."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BadArgument(f"--into {url}: {error}") from error
    netloc, (place, _, index) = parts.netloc, parts.path.rstrip("/").rpartition("/")
    if "@" in netloc:
        url = url.replace(netloc, f"…@{netloc.rpartition('@')[2]}")
        raise BadArgument(f"--into {url}: put user:password into {KEY_VARIABLE}, not into the address")
    named = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    if not named or not url.isascii() or not _NAME.fullmatch(index):
        raise BadArgument(
            f"--into {url}: name an index of a server, like http://127.0.0.1:9200/luutin; its name of a-z, 0-9, - and _"
        )
    if key and not (key.isascii() and key.isprintable()):
        raise BadArgument(f"{KEY_VARIABLE}: holds characters no key has")
    if key and parts.scheme == "http" and not is_loopback(url):
        raise BadArgument(f"--into {url}: {KEY_VARIABLE} would go to another machine unencrypted; name it by https")
    return ENGINES[kind](Wire(f"{parts.scheme}://{netloc}{place}", key, **wire), index)


def fill(engine: Engine, folder: Path, progress: Callable[[int], None] | None = None) -> Filled:
    """Have `engine` hold the archive's originals as they are now, and nothing else of ours; `progress` is told how many
    have been sent. Doing it again gives the same. Raises NotIndexed, ArchiveError.
    """
    run, sent = secrets.token_hex(8), 0
    waiting = batches(documents(folder, run), engine.write)
    batch = next(waiting, None)  # first, so that an archive that cannot be read touches no index
    engine.prepare()
    while batch is not None:
        engine.send(batch)
        sent += batch.count
        if progress is not None:
            progress(sent)
        batch = next(waiting, None)
    return Filled(sent, engine.finish(run))
