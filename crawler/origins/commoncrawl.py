"""Common Crawl: each crawl's index says in which WARC file a capture lies, and its bytes are asked for alone."""

from __future__ import annotations

import gzip
import json
import logging
import re
import zlib
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from surt import surt

from crawler.errors import BadArgument, NotAnswered, NotCaptured
from crawler.origins.cdx import BadIndex, Row, read_line
from crawler.origins.copies import Choice, Copy, stamp_time
from crawler.origins.polite import Answer, Polite, busy
from crawler.origins.remote import RemoteOrigin
from pipelines.archive.foreign import read_one
from pipelines.archive.warc import MAX_RECORD_BYTES, Exchange
from pipelines.errors import BadWarc

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

INDEX = "https://index.commoncrawl.org/"
DATA = "https://data.commoncrawl.org/"
CRAWL_SPAN = timedelta(days=45)
"""A crawl is named for the week it began in, and may have captures from some weeks around that."""
_INDEX_FILES = ("**/cdx-*.gz", "**/*.cdxj", "**/*.cdxj.gz")
_WEEK = re.compile(r"CC-MAIN-(\d{4})-(\d{2})")
_Spot = tuple[str, int, int]


class CommonCrawlOrigin(RemoteOrigin[_Spot]):
    """`index` is the index server, or the index of one crawl (`…/CC-MAIN-2024-10-index`); `data` where the files are.

    Either may be a folder laid out as Common Crawl's own is: `cc-index/…/cdx-00000.gz`, `crawl-data/…/*.warc.gz`.
    """

    def __init__(
        self, settings: BaseSettings, choice: Choice, index: str = INDEX, data: str = DATA, client: Polite | None = None
    ) -> None:
        super().__init__(settings, choice, client)
        self._index, self._data = index, data
        self.name = f"commoncrawl:{urlsplit(data).netloc if _is_url(data) else Path(data).absolute().name}"
        for place in (index, data):
            if not _is_url(place) and not Path(place).is_dir():
                raise BadArgument(f"origin commoncrawl: {place} is neither a URL nor a folder.")

    async def discover(self, hosts: Collection[str]) -> None:
        """Read the index of each crawl for each host. Raises NotAnswered, Refused, BadArgument."""
        if not _is_url(self._index):
            self._read_folder(Path(self._index), hosts)
        else:
            for api in await self._crawls():
                found = sum([self.add(await self._captures(api, host), hosts) for host in sorted(hosts)])
                logger.info("%s: %d captures", api, found)
        if not self.copies:
            raise NotAnswered(f"{self.name}: holds no capture of {', '.join(sorted(hosts))} within the bounds given.")
        self.copies.sort()

    def _read_folder(self, folder: Path, hosts: Collection[str]) -> None:
        files = sorted({path for pattern in _INDEX_FILES for path in folder.glob(pattern)})
        if not files:
            raise BadArgument(f"origin commoncrawl: {folder} holds no index ({', '.join(_INDEX_FILES)}).")
        keys = tuple(f"{surt(f'http://{host}/').partition(')')[0]})".encode() for host in hosts)
        for path in files:
            self.add(list(_rows_of(path, keys)), hosts)

    async def _crawls(self) -> list[str]:
        """The addresses of the indexes of all crawls within the bounds, oldest first."""
        if self._index.rstrip("/").endswith("-index"):
            return [self._index.rstrip("/")]
        url = urljoin(self._index if self._index.endswith("/") else f"{self._index}/", "collinfo.json")
        answer = await self.client.get(url, pause=self.index_pause, check=_check_json)
        if answer.status != 200:
            raise self.refusal(answer)
        crawls = [crawl for crawl in json.loads(answer.body) if isinstance(crawl, dict) and "cdx-api" in crawl]
        return [urljoin(url, crawl["cdx-api"]) for crawl in reversed(crawls) if self._may_hold(crawl)]

    def _may_hold(self, crawl: dict[str, str]) -> bool:
        """Whether a crawl may have captures from within the bounds; one that does not say when it was, may."""
        week = _WEEK.search(crawl.get("id", ""))
        try:
            if "from" in crawl and "to" in crawl:
                began, ended = (_time(crawl[name]) for name in ("from", "to"))
            elif week:
                began = ended = stamp_time(week[1]) + timedelta(weeks=int(week[2]))
            else:
                return True
        except ValueError:
            return True
        since, until = self.copies.choice.since, self.copies.choice.until
        return (since is None or ended + CRAWL_SPAN >= since) and (until is None or began - CRAWL_SPAN < until)

    async def _captures(self, api: str, host: str) -> list[Row]:
        """The captures of a host in one crawl. An empty answer is none: this server says so where it holds nothing."""
        query = f"{api}?{urlencode({'url': host, 'matchType': 'host', 'output': 'json'}, safe=':')}"
        answer = await self.client.get(f"{query}&showNumPages=true", pause=self.index_pause, check=_check_json)
        if answer.status == 404:
            return []
        if answer.status != 200:
            raise self.refusal(answer)
        said = json.loads(answer.body)
        pages = int(said.get("pages", 1)) if isinstance(said, dict) else int(said)
        rows: list[Row] = []
        for page in range(pages):
            more, _, _ = await self.ask_index(f"{query}&page={page}", empty_is="an empty page of its index")
            rows += more
        return rows

    def locate(self, row: Row) -> _Spot:
        return row.where or ("", 0, 0)

    async def read(self, copy: Copy[_Spot], request: Request) -> Exchange:
        """The capture. Raises NotCaptured, NotAnswered, Refused."""
        file, offset, length = copy.where
        source = f"{self._data.rstrip('/')}/{file}" if _is_url(self._data) else file
        if not file or length > MAX_RECORD_BYTES:
            raise NotCaptured(f"{self.name}: the index does not say where {copy.url} of {copy.at} lies")
        data = await self._slice(source, offset, length) if _is_url(self._data) else self._read(file, offset, length)
        try:
            record = read_one(data, f"{source} at byte {offset}")
        except BadWarc as error:
            raise NotCaptured(str(error)) from error
        where = f"{source}#bytes={offset}-{offset + length - 1}"
        return Exchange(url=request.url, at=copy.at, request=b"", response=record.block, source=where)

    async def _slice(self, url: str, offset: int, length: int) -> bytes:
        """A range of a file (RFC 9110, 14.2)."""

        def check(answer: Answer) -> str | None:
            return busy(answer) or (
                f"{len(answer.body)} bytes instead of {length}"
                if answer.status == 206 and len(answer.body) != length
                else None
            )

        wanted = {"Range": f"bytes={offset}-{offset + length - 1}"}
        answer = await self.client.get(url, pause=self.pause, check=check, headers=wanted)
        if answer.status == 200:
            raise NotAnswered(f"{url}: the server does not give ranges of files. Name a mirror that does, or a folder.")
        if answer.status == 404:
            raise NotCaptured(f"{url}: listed in the index, but not there")
        if answer.status != 206:
            raise self.refusal(answer)
        return answer.body

    def _read(self, file: str, offset: int, length: int) -> bytes:
        root = Path(self._data).resolve()
        path = (root / file).resolve()
        if not path.is_relative_to(root) or not path.is_file():  # the index is somebody else's
            raise NotCaptured(f"{root}: the index names {file}, which is not there")
        with path.open("rb") as stream:
            stream.seek(offset)
            return stream.read(length)


def _rows_of(path: Path, keys: tuple[bytes, ...]) -> Iterator[Row]:
    """The lines of an index file that begin with one of the keys."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        try:
            for line in stream:
                if line.startswith(keys):
                    yield read_line(line.decode("utf-8", "replace"))
        except (OSError, EOFError, zlib.error, BadIndex) as error:
            raise BadArgument(f"{path}: cannot be read as an index: {error}. Fetch it again.") from error


def _check_json(answer: Answer) -> str | None:
    """A `Check`: an answer is whole where it is JSON."""
    if (why := busy(answer)) or answer.status != 200:
        return why
    try:
        json.loads(answer.body)
    except ValueError:
        return "an answer that is no JSON"
    return None


def _time(text: str) -> datetime:
    return stamp_time("".join(filter(str.isdigit, text))[:14])


def _is_url(text: str) -> bool:
    return text.startswith(("http://", "https://"))
