"""A Wayback Machine: its CDX server tells what it holds, `id_` gives the bytes as they were captured."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import logging
import re
from collections.abc import Collection
from email.utils import parsedate_to_datetime
from http.client import responses
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from crawler.errors import NotAnswered, NotCaptured
from crawler.origins.cdx import Row
from crawler.origins.copies import Choice, Copy
from crawler.origins.polite import Answer, Polite, busy
from crawler.origins.remote import RemoteOrigin
from pipelines.archive.encoded import decode
from pipelines.archive.warc import Exchange

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

CDX = "https://web.archive.org/cdx/search/cdx"
WEB = "https://web.archive.org/web/"
MAX_REDIRECTS = 3
"""From one of its own addresses of a copy to another."""
_EMPTY = "an empty answer, which is what it gives where it limits requests, too"
_ORIGINAL = "x-archive-orig-"
_AS_CAPTURED = ("content-type", "content-disposition", "content-language", "content-encoding", "last-modified", "etag",
                "location", "refresh", "link")  # fmt: skip
"""Headers some Waybacks pass on without their prefix; any other such header is the archive's own."""
_OWN_LINK = re.compile(r'rel="?(?:original|timegate|timemap|memento|first|last|prev|next)\b')
_COPY_URL = re.compile(r"/(\d{4,14})(?:[a-z]{2}_)?/(https?:/{1,2}.+)$")
MEDIA = "text/html,application/xhtml+xml,*/*"


class WaybackOrigin(RemoteOrigin[None]):
    """`cdx` is the address of the CDX server, `web` what stands before `<time>id_/<url>`."""

    def __init__(
        self, settings: BaseSettings, choice: Choice, cdx: str = CDX, web: str = WEB, client: Polite | None = None
    ) -> None:
        super().__init__(settings, choice, client)
        self.name = f"wayback:{urlsplit(web).netloc}"
        self._cdx, self._web = cdx, web if web.endswith("/") else f"{web}/"
        self._rows = settings.getint("ARCHIVE_INDEX_ROWS")

    async def discover(self, hosts: Collection[str]) -> None:
        """Read the index of each host, page by page. Raises NotAnswered and Refused.

        An empty answer is believed where the same server, asked right after for what it is known to hold, gives that.
        """
        doubted: list[tuple[str, NotAnswered]] = []
        control = None
        for host in sorted(hosts):
            try:
                rows = await self._captures(host, control)
            except NotAnswered as error:
                if _EMPTY not in str(error):
                    raise
                doubted.append((host, error))
                continue
            control = control or (self._query(host, limit=1) if rows else None)
            logger.info("%s: %d captures of %s", self.name, self.add(rows, hosts), host)
        for host, doubt in doubted:
            if not await self._holds(control):
                raise doubt
            logger.warning("%s: holds no capture of %s", self.name, host)
        if not self.copies:
            raise NotAnswered(f"{self.name}: holds no capture of {', '.join(sorted(hosts))} within the bounds given.")
        self.copies.sort()

    async def _captures(self, host: str, control: str | None) -> list[Row]:
        """All captures of a host."""
        rows: list[Row] = []
        limit: int | None = self._rows
        key: str | None = None
        while True:
            try:
                page, following, none = await self.ask_index(self._query(host, limit, key), empty_is=_EMPTY)
            except NotAnswered as error:
                if not rows or _EMPTY not in str(error) or not await self._holds(control or self._query(host, 1)):
                    raise
                return rows  # some servers give a key at the very end, behind which nothing comes
            rows += page
            if none or (following is None and (limit is None or len(page) < limit)):
                return rows
            if following is None:  # it knows `limit` but no resume keys, as pywb: all at once, then
                rows, limit = [], None
            key = following

    async def _holds(self, query: str | None) -> bool:
        """Whether a question whose answer is known not to be empty is answered."""
        return query is not None and bool((await self.ask_index(query))[0])

    def _query(self, host: str, limit: int | None = None, key: str | None = None) -> str:
        fields: dict[str, object] = {"url": host, "matchType": "host", "output": "json"}
        choice = self.copies.choice
        if choice.since:
            fields["from"] = f"{choice.since:%Y%m%d%H%M%S}"
        if choice.until:
            fields["to"] = f"{choice.until:%Y%m%d%H%M%S}"
        if limit:
            fields |= {"limit": limit, "showResumeKey": "true"}
        if key:
            fields["resumeKey"] = key
        return f"{self._cdx}{'&' if '?' in self._cdx else '?'}{urlencode(fields, safe=':')}"

    def locate(self, row: Row) -> None:
        """Nothing: time and URL are enough."""

    async def read(self, copy: Copy[None], request: Request) -> Exchange:
        """The copy, its original head put together anew. Raises NotCaptured, NotAnswered, Refused."""
        url = f"{self._web}{copy.at:%Y%m%d%H%M%S}id_/{copy.url}"
        for _ in range(MAX_REDIRECTS):
            # all encodings: a copy that was captured compressed comes as it was captured
            answer = await self.client.get(
                url,
                pause=self.pause,
                check=_unreplayed,
                headers={"Accept": MEDIA, "Accept-Encoding": "gzip, deflate, br, zstd"},
            )
            if _is_replay(answer):
                break
            location = answer.header("location") or ""
            if answer.status == 404:
                raise NotCaptured(f"{url}: listed in the index, but not to be had")
            if not 300 <= answer.status < 400 or not location:
                raise self.refusal(answer)
            url = urljoin(url, location)
            if urlsplit(url).netloc != urlsplit(self._web).netloc:
                raise NotCaptured(f"{answer.url}: is sent on to {url}, which is no copy of this archive")
        else:
            raise NotCaptured(f"{url}: is sent from one copy to another without end")
        at = copy.at
        if said := answer.header("memento-datetime"):  # it may give the copy next to the one that was asked for
            with contextlib.suppress(ValueError):
                at = parsedate_to_datetime(said)
        head, body = original(answer, copy.digest)
        return Exchange(url=request.url, at=at, request=b"", response=head + body, source=url)


def _is_replay(answer: Answer) -> bool:
    return any(name.lower() == "memento-datetime" or name.lower().startswith(_ORIGINAL) for name, _ in answer.headers)


def _unreplayed(answer: Answer) -> str | None:
    """A `Check`: an error of the archive itself is asked again, an archived error page is what was asked for."""
    return None if _is_replay(answer) else busy(answer)


def original(answer: Answer, digest: str | None) -> tuple[bytes, bytes]:
    """Head and body as captured, as far as a replay tells.

    The chunked framing is gone, and with it its header; of the reason phrase and the letter case of headers nothing is
    known. What the archive's own front end compressed is unpacked where `digest` proves it.
    """
    passed_on = [(name, value) for name, value in answer.headers if not name.lower().startswith(_ORIGINAL)]
    headers = [(n[len(_ORIGINAL) :], v) for n, v in answer.headers if n.lower().startswith(_ORIGINAL)]
    known = {name.lower() for name, _ in headers}
    for name, value in passed_on:
        if (lower := name.lower()) in _AS_CAPTURED and lower not in known and not _OWN_LINK.search(value):
            headers.append((name, _as_captured(value) if lower == "location" else value))
    body = answer.body
    encoding = next((value for name, value in headers if name.lower() == "content-encoding"), None)
    if encoding and not _matches(body, digest) and _matches(plain := decode(body, encoding), digest):
        body, encoding = plain, None
    kept = []
    for name, value in headers:
        lower = name.lower()
        if lower == "transfer-encoding" or (lower == "content-encoding" and encoding is None):
            continue
        if lower != "content-length":
            kept.append((name, value))
    kept.append(("Content-Length", str(len(body))))
    lines = [f"HTTP/1.1 {answer.status} {responses.get(answer.status, '')}".rstrip()]
    lines += [f"{name}: {' '.join(value.split())}" for name, value in kept]
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n", body


def _as_captured(location: str) -> str:
    """Where a captured redirect led, out of the archive's own address of it."""
    copy = _COPY_URL.search(location)
    return copy[2] if copy else location


def _matches(body: bytes, digest: str | None) -> bool:
    """Whether a digest as indexes write it (SHA-1 in base 32, or with the name of the algorithm) is that of `body`."""
    name, _, value = (digest or "").rpartition(":")
    if name.lower() == "sha256":
        return hashlib.sha256(body).hexdigest() == value.lower()
    return base64.b32encode(hashlib.sha1(body).digest()).decode() == value.upper()  # noqa: S324 - what indexes hold
