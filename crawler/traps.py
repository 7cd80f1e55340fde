"""Whether an address is worth asking: decided from the address, and from what this run has seen its like yield.

A host can name one page by endless addresses, and make up pages without end. Four things bound what that costs:

- forms no page has: paths that repeat themselves, or are too deep or long (`refusal`);
- parts of an address that change and the page does not: random numbers, sessions, views (`Traps.plain`);
- one headline under several addresses that differ in nothing that tells pages apart (`Traps.one_address`);
- yield: a shape of address that brings nothing new is given ever less room (`Traps.admits`), and a list whose pages
  bring nothing new is left (`Traps.turns`).

Everything follows from the answers of the run in their order, so one repeated from its captures decides alike.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from crawler.parse.pager import turns_pages
from crawler.scratch import Hashes, Scratch
from crawler.sources import is_aside
from pipelines.text import fold
from pipelines.urls import SESSION, fold_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.settings import BaseSettings

Channel = Literal["section", "article", "sitemap", "feed"]

MIN_HEADLINE_WORDS = 5
"""Of shorter texts several pages may be called the same."""
MIN_PROOFS = 3
"""How many links must show that a parameter tells no pages apart."""
PROOFS_PER_DOUBT = 4
MAX_ADDRESSES = 8
"""Of one headline that are compared."""
MAX_OBSERVED = 50_000
"""Links looked at for what changes in them: what a host repeats shows within its first pages."""
RANDOM_SHARE = 4
"""A page of a list of which so great a part stood on earlier pages is no page of a list in order."""
MORE_PER_FRUIT = 0.5
"""By how much what a shape has brought lengthens the run of vain addresses after which it is left."""

_BUSTERS = frozenset(
    ["_", "r", "rnd", "rand", "random", "nocache", "no_cache", "cachebuster", "cb", "ts", "t", "time", "timestamp"]
)
_BUSTING = re.compile(r"0?\.\d{3,}|1[4-9]\d{8}(?:\d{3})?(?:\.\d+)?|0\.\d+|[0-9a-f]{16,}")
"""A fraction of one, seconds or milliseconds since 1970, or a long random number: what such a parameter holds."""
_VIEWS = re.compile(
    r"(?:replytocom|share|nb|skin|theme|giao_?dien|fontsize|co_?chu)=[^&]*|tmpl=(?:component|print|raw)|amp(?:=1)?|"
    r"(?:limitstart|start|offset)=0|(?:view|mode|display)=(?:grid|mobile|amp|desktop)|format=amp",
    re.IGNORECASE,
)  # fmt: skip
"""Parameters that show the same page otherwise, and the first page of a list called so."""
_AMP = re.compile(r"/amp/?$", re.IGNORECASE)
_JSESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_VISIT = re.compile(r"/(?:\([SAF]\([\w-]+\)\))+|/\((?:[SAF]\([\w-]+\))+\)", re.IGNORECASE)
"""The session ASP.NET puts into paths; one that is left out is answered with a redirect to a new one."""
_TOKEN = re.compile(r"(?=[^/]*\d)(?:[0-9a-f]{8,}|(?=[^/]*[a-z])[0-9a-z]{10,}|0\.\d{3,}|\d{9,})", re.IGNORECASE)
"""What a session or a random number looks like, in a path or as a value."""
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[a-z_]{1,20}", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
_SCRIPTS = (".php", ".aspx", ".asp", ".jsp")
_SAYS_WHICH = re.compile(r"\d|(?:[^\W_]+-){3,}")
"""The last part of a path that names one page: by a number, or a headline's words."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked of what may be a trap; each is the setting `WALK_…` of its name in crawler/settings.py."""

    url_chars: int = 2_083
    path_depth: int = 16
    segment_repeats: int = 2
    parameters: int = 24
    sections: int = 1_000
    sitemaps: int = 500
    feeds: int = 200
    section_pages: int = 5_000
    fruitless_pages: int = 30
    repeated_pages: int = 3
    fruitless_shape: int = 6
    fruitless_sources: int = 50
    fruitless_on_start: int = 30
    fruitless_total: int = 30
    redirects: int = 5
    doors: int = 3

    @classmethod
    def of(cls, settings: BaseSettings) -> Limits:
        """Those of a run."""
        names = (one.name for one in fields(cls))
        return cls(**{name: settings.getint(f"WALK_{name.upper()}", getattr(cls(), name)) for name in names})


def refusal(url: str, limits: Limits) -> str | None:
    """Why the form of an address alone says that it is a trap, or None."""
    if len(url) > limits.url_chars:
        return "url-length"
    path, _, query = url.partition("?")
    segments = [part.lower() for part in path.split("/")[3:] if part]
    if len(segments) > limits.path_depth:
        return "deep-path"
    words = Counter(part for part in segments if not part.isdigit())
    if words and max(words.values()) > limits.segment_repeats:
        return "repeating-path"
    return "many-parameters" if query.count("&") + query.count(";") >= limits.parameters else None


def shapes(url: str) -> tuple[str, str]:
    """The narrow and the wide shape of an address, in which numbers and slugs are any: its place, and its form alone.

    >>> shapes("http://a.vn/chu-de/cay-hoi"), shapes("http://a.vn/tin?lang=en&id=12")
    (('/chu-de/*', '/*/*'), ('/*?id=0&lang=en', '?id=0&lang=en'))
    """
    parts = urlsplit(url)
    segments = [part for part in parts.path.split("/") if part]
    extension = _EXTENSION.search(segments[-1]) if segments else None
    kinds = ["*" for _ in segments]
    if segments and (len(segments) > 1 or (extension and extension[0].lower() in _SCRIPTS)):
        kinds[0] = _DIGITS.sub("0", segments[0].lower())
    if not parts.query:
        loose = "/".join("0" if part.isdigit() else "*" for part in segments)
        return f"/{'/'.join(kinds)}", f"/{loose}{extension[0].lower() if extension else ''}"
    pairs = sorted(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    said = "&".join(f"{name}={value if _WORD.fullmatch(value) else '0'}" for name, value in pairs)
    return f"/{'/'.join(kinds)}?{said}", f"?{said}"


@dataclass(slots=True)
class _Yield:
    vain: int = 0
    """How many were asked for that brought nothing, of late."""
    fruitful: int = 0
    excused: int = 0

    def has_room(self, allowance: int) -> bool:
        return self.vain < allowance + MORE_PER_FRUIT * self.fruitful


@dataclass(slots=True)
class _Walked:
    """What the pages of one list have brought."""

    before: set[str] = field(default_factory=set)
    fruitless: int = 0
    repeated: int = 0


class Traps:
    """What one run has learnt of the host it walks."""

    def __init__(self, limits: Limits | None = None, scratch: Scratch | None = None) -> None:
        self.limits = limits or Limits()
        self._scratch = scratch or Scratch()
        self._yields: dict[int, _Yield] = defaultdict(_Yield)
        """By hash of channel and shape: where headlines come first in paths each article has one of its own."""
        self._listed = Hashes()
        self._titles = Hashes()
        self._headlines = Hashes()
        self._fruitless = 0
        self._lists: dict[str, _Walked] = defaultdict(_Walked)
        self._pages: dict[int, tuple[str, bool]] = {}
        self._left = Hashes()
        self._sections: dict[tuple[str, str], str] = {}
        self._noise: set[str] = set()
        self._visit = ""
        self._tokens: dict[str, str] = {}
        self._values: dict[int, int] = {}
        """By place, address and text the value first seen there; 0 once there was another. All are hashes."""
        self._texts: dict[int, int] = {}
        self._proofs: Counter[str] = Counter()
        self._doubts: Counter[str] = Counter()

    @property
    def noise(self) -> dict[str, str]:
        """What was learnt to tell no pages apart: parameters, and places in paths with the value taken for all."""
        return {**dict.fromkeys(sorted(self._noise), ""), **self._tokens}

    def recall(self, noise: dict[str, str]) -> None:
        """Take in what earlier runs learnt to tell no pages apart."""
        for place, value in noise.items():
            if place.startswith("/"):
                self._tokens[place] = value
            else:
                self._noise.add(place)

    def is_news(self, url: str) -> bool:
        """Whether this is the first time that something is left out for an address, so that it is counted once."""
        return self._left.add(url)

    # -- one page, many addresses -----------------------------------------------------------------

    def plain(self, url: str) -> str:
        """`url` without what this host adds to addresses that tells no pages apart."""
        base, mark, query = url.partition("?")
        base = _AMP.sub("", base) if base.count("/") > 3 else base
        if "(" in base or ";" in base:
            base = _JSESSION.sub("", base)
            if visit := _VISIT.search(base):
                self._visit = self._visit or visit[0]
                base = base.replace(visit[0], self._visit, 1)
        if self._tokens:
            base = self._fixed(base)
        if not mark:
            return base
        pairs = query.partition("#")[0].split("&")
        kept = [pair for pair in pairs if not self._tells_nothing(pair)]
        return f"{base}?{'&'.join(kept)}" if kept else base

    def _tells_nothing(self, pair: str) -> bool:
        name, _, value = pair.partition("=")
        if SESSION.fullmatch(name) or (name.lower() in _BUSTERS and _BUSTING.fullmatch(value)):
            return True
        return bool(_VIEWS.fullmatch(pair)) or (name in self._noise and bool(_TOKEN.fullmatch(value)))

    def _fixed(self, base: str) -> str:
        """A path with each session in it replaced by the first one seen there."""
        segments = base.split("/")
        for at in range(3, len(segments) - 1):
            place = f"/{at}/{segments[at - 1] if at > 3 else ''}"
            if place in self._tokens and _TOKEN.fullmatch(segments[at]):
                segments[at] = self._tokens[place]
        return "/".join(segments)

    def observe(self, links: Iterable[tuple[str, str]]) -> bool:
        """Take in the links of a page, (text, URL); whether that showed a part of addresses to tell nothing.

        A part that looks like a session or a random number tells nothing where the same text leads to addresses that
        differ in it alone, again and again; it does where other headlines do.
        """
        learnt = False
        for text, url in links:
            if len(self._values) >= MAX_OBSERVED:
                break
            said = fold(text)
            if turns_pages(text) or len(said) < 4:
                continue
            for place, value, rest in _random_parts(url):
                learnt |= self._weigh(place, value, rest, said)
        return learnt

    def _weigh(self, place: str, value: str, rest: str, said: str) -> bool:
        if place in self._noise or place in self._tokens:
            return False
        there, this = hash((place, rest, said)), hash(value) or 1
        before = self._values.setdefault(there, this)
        if before not in (this, 0):
            self._values[there] = 0
            self._proofs[place] += 1
        if len(said.split()) >= MIN_HEADLINE_WORDS:
            text = hash(said)
            if self._texts.setdefault(hash((place, rest)), text) != text:
                self._doubts[place] += 1
        if self._proofs[place] < max(MIN_PROOFS, PROOFS_PER_DOUBT * self._doubts[place]):
            return False
        if place.startswith("/"):
            self._tokens[place] = value
        else:
            self._noise.add(place)
        return True

    def one_address(self, title: str, url: str) -> str:
        """The address by which the page under a headline is known where `url` is only another one of it, else `url`."""
        said = fold(title)
        if len(said.split()) < MIN_HEADLINE_WORDS:
            return url
        others = 0
        for (other,) in self._scratch.rows("SELECT url FROM addresses WHERE title = ? ORDER BY nth", (hash(said),)):
            if other == url or is_same_page(other, url):
                return str(other)
            others += 1
        if others < MAX_ADDRESSES:
            self._scratch.execute("INSERT INTO addresses VALUES (?, ?, ?)", (hash(said), others, url))
        return url

    def one_section(self, label: str | None, url: str) -> str:
        """The address first seen of those that differ in letter case alone under one label."""
        return self._sections.setdefault((fold(label or ""), fold_url(url).lower()), url)

    # -- yield ------------------------------------------------------------------------------------

    def has_room(self, url: str, channel: Channel, *, on_start: bool = False) -> bool:
        """Whether there is room to ask for one more address of the shapes of `url`."""
        if channel == "section" and not on_start and self.is_exhausted:
            return False
        limits = self.limits
        allowance = limits.fruitless_on_start if on_start else limits.fruitless_shape
        if channel in ("sitemap", "feed"):
            allowance = limits.fruitless_sources
        elif channel == "article" and is_aside(url):
            allowance = limits.fruitless_shape // 4
        narrow, wide = self._of(url, channel)
        is_facet = "?" in url and not _DIGITS.search(url.partition("?")[2])
        return narrow.has_room(allowance) and wide.has_room(allowance if is_facet else 3 * allowance)

    def admits(self, url: str, channel: Channel, *, on_start: bool = False) -> bool:
        """Whether there is room to ask for one more address of the shapes of `url`; if so it is taken."""
        if not self.has_room(url, channel, on_start=on_start):
            return False
        for one in self._of(url, channel):
            one.vain += 1
        return True

    def bore(self, url: str, channel: Channel) -> None:
        """Note that asking for `url` brought something."""
        for one in self._of(url, channel):
            one.fruitful += 1
            one.vain //= 2  # not none: pages made up at random show something new now and then

    def excuse(self, url: str, channel: Channel) -> None:
        """Note that asking for `url` brought nothing through no fault of its own: the server was in trouble.

        What is in trouble again and again is no better than what brings nothing.
        """
        for one in self._of(url, channel):
            if one.excused < self.limits.fruitless_sources:
                one.vain, one.excused = max(0, one.vain - 1), one.excused + 1

    def _of(self, url: str, channel: Channel) -> tuple[_Yield, _Yield]:
        narrow, wide = shapes(url)
        return self._yields[hash((channel, narrow))], self._yields[hash((channel, f"*{wide}"))]

    @property
    def is_exhausted(self) -> bool:
        """Whether lists have brought nothing new so often that only what still does is walked on."""
        return self._fruitless > self.limits.fruitless_total + len(self._headlines) // 2

    def turns(self, section: str, listed: set[str], shown: Hashes | set[str], headlines: set[str]) -> str | None:
        """Take in a page of a list: why the page after it is not worth asking, or None.

        It links to `listed`, with `headlines`; `shown` is what the pages before it linked to, empty for a first page.
        """
        walked = self._lists[section]
        # what stands on every page is pinned there
        repeated = sum(url in shown for url in listed - walked.before) if shown else 0
        walked.before = listed
        fresh = self._listed.update(listed)
        if headlines:
            fresh = self._titles.update(headlines)
        if self.note(headlines) and not shown:
            self.bore(section, "section")
        elif not (shown and fresh):
            self._fruitless += 1
        if repeated and (not fresh or repeated * RANDOM_SHARE >= len(listed)):
            walked.repeated += 1
        elif fresh:
            walked.repeated = 0
        walked.fruitless = 0 if fresh else walked.fruitless + 1
        if walked.repeated >= self.limits.repeated_pages:
            return "repeated-pages"
        if walked.fruitless >= self.limits.fruitless_pages or (self.is_exhausted and walked.fruitless > 1):
            return "fruitless-pages"
        return None

    def note(self, headlines: set[str]) -> bool:
        """Take in what a source calls articles; whether it is news to this run, other numbers in it aside."""
        return self._headlines.update({_DIGITS.sub("0", headline) for headline in headlines})

    def is_again(self, url: str, listed: frozenset[str], *, paged: bool) -> bool:
        """Whether a page lists just what one under another address does, which then leads on as far."""
        if not listed:
            return False
        first, led_on = self._pages.setdefault(hash(listed), (url, paged))
        if paged and not led_on:
            self._pages[hash(listed)] = (url, True)
        return first != url and (led_on or not paged)


def is_same_page(one: str, other: str) -> bool:
    """Whether two addresses one headline leads to differ in nothing that tells pages apart.

    That is: letter case; parameters only one of them has; words before the part of the path that names the page.
    """
    try:
        mine, yours = urlsplit(fold_url(one).lower()), urlsplit(fold_url(other).lower())
    except ValueError:
        return False
    if mine.netloc != yours.netloc:
        return False
    pairs, others = set(mine.query.split("&")) - {""}, set(yours.query.split("&")) - {""}
    if mine.path == yours.path:
        return pairs <= others or others <= pairs
    ends, other_ends = mine.path.strip("/").split("/"), yours.path.strip("/").split("/")
    if pairs != others or ends[-1] != other_ends[-1] or not _SAYS_WHICH.search(ends[-1]):
        return False
    differing = set(ends[:-1]) ^ set(other_ends[:-1])
    return not any(any(letter.isdigit() for letter in part) for part in differing)


def looks_random(url: str) -> bool:
    """Whether a part of an address looks like a session or a random number: of others there is nothing to learn."""
    return bool(_random_parts(url))


def _random_parts(url: str) -> list[tuple[str, str, str]]:
    """The parts of an address that look random: (place, value, the address without it)."""
    base, _, query = url.partition("?")
    found = []
    pairs = query.split("&") if query else []
    for at, pair in enumerate(pairs):
        name, _, value = pair.partition("=")
        if _TOKEN.fullmatch(value):
            found.append((name, value, f"{base}?{'&'.join(sorted(pairs[:at] + pairs[at + 1 :]))}"))
    segments = base.split("/")
    for at in range(3, len(segments) - 1):
        if _TOKEN.fullmatch(segments[at]):
            place = f"/{at}/{segments[at - 1] if at > 3 else ''}"
            found.append((place, segments[at], f"{'/'.join(segments[:at] + segments[at + 1 :])}?{query}"))
    return found
