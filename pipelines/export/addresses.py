"""Where a page of the site lies among static files, and its links as they lead from file to file."""

from __future__ import annotations

import hashlib
import posixpath
import re
from html import escape, unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

from pipelines.web.asked import FILTERS
from pipelines.web.languages import CODES

ELSEWHERE = "/elsewhere"
"""The page that says what only a server has."""
SCRIPT = "/find/find.js"
LISTED = frozenset(FILTERS) - {"from", "to"}
"""What a listing may be of; all other searches are the script's."""
PLACEHOLDER = "https://luutin.invalid"
"""Where the site is, while its pages are made: a name that there can never be (RFC 6761, 6.4)."""
_MONTH = re.compile(r"/portals/(\w[\w-]{0,150})/(\d{4}-\d\d)", re.ASCII)
_PAGES = (
    (re.compile(r"/"), "index.html"),
    (re.compile(rf"/(search|portals|runs|about|{ELSEWHERE[1:]})"), "{1}.html"),
    (re.compile(r"/articles/([0-9a-f]{16})"), "articles/{1}.html"),
    (re.compile(r"/articles/([0-9a-f]{16})\.(txt|bib|ris)"), "articles/{1}.{2}"),
    (re.compile(r"/articles/([0-9a-f]{16})/versions/(\d{1,9})"), "articles/{1}/version-{2}.html"),
    (re.compile(r"/articles/([0-9a-f]{16})/compare/(\d{1,9})\.\.(\d{1,9})"), "articles/{1}/compare-{2}-{3}.html"),
    (re.compile(r"/articles/([0-9a-f]{16})/beside/([0-9a-f]{16})"), "articles/{1}/beside-{2}.html"),
    (re.compile(r"/portals/(\w[\w-]{0,150})", re.ASCII), "portals/{1}.html"),
    (_MONTH, "portals/{1}/{2}.html"),
    (re.compile(r"/runs/(\w[\w-]{0,200})", re.ASCII), "runs/{1}.html"),
)
"""Every part of a file's name is of these letters: nothing from a page reaches the file system."""
_IN_NO_LANGUAGE = ("articles/{1}.{2}", "runs/{1}.html")
"""The same whatever language they are asked for in."""
_CONTENT = re.compile(r"/captures/(\d{1,15})/content")
_TAG = re.compile(r'<[a-zA-Z][^\s>/]*(?:\s+[^\s=>"/]+(?:="[^"]*")?)*\s*/?>')
_LINK = re.compile(r'(?<=\s)(href|src|action)="(/[^"]*)"')
_OURS = re.compile(re.escape(PLACEHOLDER) + r"(/(?:[\w/-]+(?:\.\w+)*)?(?:\?[^\s\"'<>{}]*)?)?", re.ASCII)
_POLICY_HEADER_ONLY = ("frame-ancestors", "sandbox", "report-")


class Places:
    """Which file each address is written to; `wanted` are those that links have named, in their order."""

    def __init__(self, base_url: str, *, feed: bool) -> None:
        self.base_url = base_url.rstrip("/")
        self.wanted: dict[str, str] = {}
        """By address."""
        self.captures: dict[int, str] = {}
        """The files that captures were written to."""
        self._feed = feed
        self._pages: dict[str, dict[str, int]] = {}
        """By the first page of a listing the numbers of the further ones, by cursor."""

    def want(self, address: str) -> str | None:
        """The file of an address (a path with its query, as the site has it); None where it is none of a page."""
        if (file := self.wanted.get(address)) is None and (file := self._place(address)) is not None:
            self.wanted[address] = file
        return file

    def _place(self, address: str) -> str | None:
        parts = urlsplit(address)
        if parts.path == "/feed.atom" and self._feed and not parts.query:
            return "feed.atom"
        if parts.path.startswith("/static/"):
            return parts.path[1:]
        prefix, path = _language(parts.path)
        for pattern, form in _PAGES:
            if match := pattern.fullmatch(path):
                file = form.format(match[0], *match.groups())
                if form in _IN_NO_LANGUAGE:
                    return file
                query = dict(parse_qsl(parts.query)) if path == "/search" or pattern is _MONTH else {}
                return prefix + (self._numbered(prefix, file, query) if query else file)
        return None

    def _numbered(self, prefix: str, file: str, query: dict[str, str]) -> str:
        """The file of a listing, or of a further page of one."""
        cursor = query.pop("cursor", None)
        stem = file.removesuffix(".html")
        if query:
            told = hashlib.blake2b(urlencode(sorted(query.items())).encode(), digest_size=8).hexdigest()
            stem = f"lists/{told}"
        if cursor is None:
            return f"{stem}.html"
        numbers = self._pages.setdefault(f"{prefix}{stem}", {})
        return f"{stem}-{numbers.setdefault(cursor, len(numbers) + 2)}.html"

    # -- links --------------------------------------------------------------------------------------

    def contents(self, page: str) -> list[int]:
        """The captures whose content a page shows or links to."""
        found = (_CONTENT.fullmatch(unescape(link[2])) for tag in _TAG.findall(page) for link in _LINK.finditer(tag))
        return [int(match[1]) for match in found if match]

    def relinked(self, page: str, file: str) -> str:
        """A page as it is written to `file`: its links lead to files, from wherever it is opened."""

        def tag(match: re.Match[str]) -> str:
            lost: list[str] = []
            said = _LINK.sub(lambda link: self._relinked(link, file, lost), match[0])
            return "" if lost and match[0].startswith("<link") else said

        return self.told(_TAG.sub(tag, page))

    def _relinked(self, link: re.Match[str], file: str, lost: list[str]) -> str:
        address, _, fragment = unescape(link[2]).partition("#")
        target = self.target(address)
        if target is None:
            lost.append(address)
            target, fragment = self._elsewhere(file), ""
        path, mark, query = target.partition("?")
        relative = posixpath.relpath(path, posixpath.dirname(file) or ".")
        told = relative + mark + query + (f"#{fragment}" if fragment else "")
        return f'{link[1]}="{escape(told)}"'

    def target(self, address: str) -> str | None:
        """The file, with the query where a script reads it, that an address leads to; None where there is none."""
        if content := _CONTENT.fullmatch(address):
            return self.captures.get(int(content[1]))
        parts = urlsplit(address)
        if parts.path == SCRIPT:
            return SCRIPT[1:]
        prefix, path = _language(parts.path)
        query = dict(parse_qsl(parts.query))
        if path == "/search" and query and not query.keys() <= LISTED | {"cursor"}:
            self.want(f"/{prefix}search")
            return f"{prefix}search.html?{parts.query}"
        return self.want(address)

    def _elsewhere(self, file: str) -> str:
        prefix = next((f"{code}/" for code in CODES if file.startswith(f"{code}/")), "")
        found = self.want(f"/{prefix}{ELSEWHERE[1:]}")
        assert found is not None
        return found

    def told(self, text: str) -> str:
        """A text with the addresses of the site in it, as they are where it will be; without that, as files of it."""

        def address(match: re.Match[str]) -> str:
            file = self.target(unescape(match[1] or "/")) or f"{ELSEWHERE[1:]}.html"
            return f"{self.base_url}/{file}" if self.base_url else file

        return _OURS.sub(address, text)


def _language(path: str) -> tuple[str, str]:
    """The folder of a path's language, and the path without it."""
    for code in CODES[1:]:
        if path == f"/{code}" or path.startswith(f"/{code}/"):
            return f"{code}/", path[len(code) + 1 :] or "/"
    return "", path


def with_policy(page: str, policy: str) -> str:
    """A page that says by itself what its server said in a header; opened from a disk it is itself of `file:`."""
    kept = [one.strip() for one in policy.split(";") if not one.strip().startswith(_POLICY_HEADER_ONLY)]
    said = "; ".join(one.replace("'self'", "'self' file:") for one in kept if one)
    tags = f'<meta http-equiv="Content-Security-Policy" content="{escape(said)}">'
    tags += '\n<meta name="referrer" content="no-referrer">'
    return page.replace("<head>", f"<head>\n{tags}", 1)
