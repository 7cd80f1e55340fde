"""What a page, feed or answer of an API says, word by word, with where each word stands in its source.

A phrase may be split by tags, escaped as markup, XML or JSON do it, twice, typed in NFD, or stand in an attribute:
what is looked for are folded words (`pipelines.text.fold`), whatever lies between them. A source is read in two ways:
as what it shows, without tags; and as what it holds, where a tag's attributes are words too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from html.entities import html5
from itertools import pairwise
from urllib.parse import unquote

from pipelines.text import fold, fold_word, remember

WINDOW_WORDS = 8
"""So many words in a row are nobody else's by chance."""
FEWEST_WORDS = 5
"""A headline of fewer words is not looked for: others say it too."""
ANCHOR_WORDS = 4
_ANCHOR_STEP = WINDOW_WORDS - ANCHOR_WORDS + 1
"""Of anchors that begin so many words apart every window holds one."""

_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe0e\ufe0f\ufeff"
_WORD = re.compile(rf"(?:[^\W_]|[\u0300-\u036f{_INVISIBLE}])+")
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
_ENTITY = r"&(?:amp;)*(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_ESCAPE = r"""\\u[0-9a-fA-F]{4}|\\[nrtbf"\\/]"""
_PERCENT = r"%[fF]\w(?:%\w\w){3}|%[eE]\w(?:%\w\w){2}|%[c-dC-D]\w%\w\w|%[0-7][0-9a-fA-F]"  # a character of UTF-8
# each ends before the next of its kind can begin: none looks at a character twice
_TAG = r"<!\[CDATA\[|\]\]>|<!--|-->|<\\*[a-zA-Z/!?][^<>]*>"
_ESCAPED_TAG = r"&lt;/?[a-zA-Z](?:[^<>&]|&(?!lt;|gt;))*&gt;|\\u003[cC](?:[^<>\\]|\\(?!u003[cCeE]))*\\u003[eE]"
_INLINE = r"/?(?:a|abbr|b|big|em|font|i|mark|o:p|small|span|strong|sub|sup|u|wbr)\b"
_WITHIN = re.compile(rf"(?:<|&lt;|\\u003[cC])\\*{_INLINE}")
"""What a tag begins with that parts no words."""
_SPLITS = (
    re.compile(rf"(?:<\\*{_INLINE}[^<>]*>)+(?=[^\W\d_])"),
    re.compile(rf"(?:&lt;{_INLINE}[^<>&]*&gt;)+(?=[^\W\d_])"),
    re.compile(rf"(?:\\u003[cC]\\*{_INLINE}(?:[^<>\\]|\\(?!u003))*\\u003[eE])+(?=[^\W\d_])"),
)
"""Tags within what may be a word."""
_SHOWN = re.compile(f"{_TAG}|{_ESCAPED_TAG}|{_ENTITY}|{_ESCAPE}")
_HELD = re.compile(f"{_ENTITY}|{_ESCAPE}|{_PERCENT}")
_ONLY_TAGS = re.compile(_TAG)
_ESCAPES = re.compile(f"{_ESCAPED_TAG}|{_ENTITY}|{_ESCAPE}")
_VALUES = re.compile(r"\"([^\"<>]{20,})\"|'([^'<>]{20,})'")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " "}


class _Words(dict[str, tuple[str, ...]]):
    """The folded words of one that stands in a source, remembered."""

    def __missing__(self, word: str) -> tuple[str, ...]:
        return remember(self, word, tuple(fold_word(_UNSEEN.sub("", word)).split()))


_words = _Words()


def words_of(text: str) -> list[str]:
    """The folded words of text as an article has it."""
    return fold(text).split()


def digest_of(words: list[str] | tuple[str, ...]) -> int:
    """What a phrase is known by, so that it need not be kept."""
    return int.from_bytes(blake2b(" ".join(words).encode(), digest_size=8).digest(), signed=True)


@dataclass(frozen=True)
class Phrases:
    """What is looked for: digests by how many words they are of.

    `anchors`, where they are known, are words in a row of which every phrase holds some: where none is said, no phrase
    is.
    """

    digests: dict[int, frozenset[int]] = field(default_factory=dict)
    anchors: frozenset[tuple[str, ...]] | None = None

    def __bool__(self) -> bool:
        return any(self.digests.values())

    def without(self, some: frozenset[int] | set[int]) -> Phrases:
        """All but some."""
        return Phrases({words: all_of - some for words, all_of in self.digests.items()}, self.anchors)

    def likely_in(self, words: list[str]) -> bool:
        """Whether these words may hold one, quickly."""
        if self.anchors is None:
            return True
        runs = zip(words, words[1:], words[2:], words[3:], strict=False)
        return not self.anchors.isdisjoint(runs)

    def found(self, words: list[str]) -> Iterator[tuple[int, int, int]]:
        """Every one these words say: where it begins, of how many words it is, its digest."""
        for count, digests in self.digests.items():
            if not digests:
                continue
            for at in self._starts(words, count):
                if (digest := digest_of(words[at : at + count])) in digests:
                    yield at, count, digest

    def _starts(self, words: list[str], count: int) -> Iterable[int]:
        """Where one of so many words may begin."""
        last = len(words) - count
        if self.anchors is None:
            return range(last + 1)
        runs = zip(words, words[1:], words[2:], words[3:], strict=False)
        held = (at for at, run in enumerate(runs) if run in self.anchors)
        near = {start for at in held for start in range(at - count + ANCHOR_WORDS, at + 1)}
        return sorted(start for start in near if 0 <= start <= last)

    def said_by(self, words: list[str]) -> set[int]:
        """The digests of those these words say."""
        return {digest for _, _, digest in self.found(words)} if self.likely_in(words) else set()


def phrases_of(words: list[str]) -> dict[int, set[int]]:
    """What a stretch of text is told by: each window of it; of a short one all of it; none of one that is too short."""
    count = min(len(words), WINDOW_WORDS)
    if count < FEWEST_WORDS:
        return {}
    return {count: {digest_of(words[at : at + count]) for at in range(len(words) - count + 1)}}


def anchors_of(words: list[str]) -> set[tuple[str, ...]]:
    """The anchors of a stretch of text."""
    starts = range(0, max(len(words) - ANCHOR_WORDS + 1, 0), _ANCHOR_STEP)
    return {tuple(words[at : at + ANCHOR_WORDS]) for at in starts}


def rough_words(source: str) -> Iterator[list[str]]:
    """The words of a source without where they stand, quickly: those it shows, and those of attributes."""
    yield _split(_ONLY_TAGS.sub(" ", source), _ESCAPES)
    values = " \0 ".join(one or other for one, other in _VALUES.findall(source))
    if values:
        yield _split(values, _HELD)
    if _splits_words(source):
        yield _split(_ONLY_TAGS.sub(_parting, source), _ESCAPES)


def _split(text: str, escapes: re.Pattern[str]) -> list[str]:
    if "&" in text or "\\" in text or "%" in text:
        text = escapes.sub(_meant, text)
    return [word for one in text.split() for word in _words[one]]


def _meant(match: re.Match[str]) -> str:
    """The text an escape stands for; of a tag, a blank."""
    escape = match[0]
    if (escape.startswith("&") and not escape.startswith("&lt;")) or escape == "&lt;":
        name = escape.replace("amp;", "")[1:]
        if name == ";":
            return "&"
        if not name.startswith("#"):
            return html5.get(name, " ")
        digits = name[1:-1]
        number = int(digits[1:], 16) if digits[:1] in "xX" else int(digits)
        return chr(number) if 0 < number < 0x110000 else " "
    if escape.startswith("%"):
        return unquote(escape)
    if escape.startswith("\\u") and len(escape) == 6:
        return chr(int(escape.removeprefix("\\u"), base=16))
    if escape.startswith("\\") and len(escape) == 2:
        return _CONTROLS.get(escape[1], escape[1])
    return " "


@dataclass(frozen=True)
class Masked:
    """A source in which every word of the phrases it says is unreadable, their digests, and how much of it that is."""

    text: str
    said: frozenset[int]
    share: float
    """Of the words it shows."""


def said_in(source: str, phrases: Phrases) -> frozenset[int]:
    """The digests of the phrases a source says."""
    return frozenset(digest for words in rough_words(source) for _, _, digest in phrases.found(words))


def masked(source: str, phrases: Phrases, *, gap: int = 0) -> Masked:
    """Make every word of the phrases a source says unreadable, letter by letter.

    Letters become `x`, digits `0`: as many as there were, so that what is told by lengths is told as before. Up to
    `gap` words between two phrases go with them: what is too short to be a phrase of its own.
    """
    stretches: dict[int, tuple[int, str]] = {}
    said: set[int] = set()
    share = 0.0
    for reading in _readings(source):
        taken: set[int] = set()
        for at, count, digest in phrases.found(reading.words):
            said.add(digest)
            taken.update(range(at, at + count))
        if reading.shown:
            taken |= _between(taken, gap)
            share = max(share, len(taken) / max(len(reading.words), 1))
        for number in taken:
            stretches |= {start: (end, filler) for start, end, filler in reading.places(number)}
    pieces, done = [], 0
    for start, (end, filler) in sorted(stretches.items()):
        if end > done:
            pieces += [source[done:start], filler]
            done = end
    return Masked("".join([*pieces, source[done:]]), frozenset(said), share)


def _between(taken: set[int], gap: int) -> set[int]:
    """The places of words in gaps that are no longer than that."""
    if not gap:
        return set()
    ordered = sorted(taken)
    return {at for one, other in pairwise(ordered) if 1 < other - one <= gap + 1 for at in range(one + 1, other)}


def _readings(source: str) -> Iterator[_Reading]:
    yield _Reading(source, _SHOWN)
    yield _Reading(source, _HELD)
    if _splits_words(source):
        yield _Reading(source, _SHOWN, joined=True)


def _splits_words(source: str) -> bool:
    """Whether tags stand within words, as editors leave them: behind one, small letters begin no new word."""
    return any(
        source[match.end()].islower() and source[max(match.start() - 1, 0)].isalnum()
        for sign, pattern in zip(("<", "&lt;", "\\u003"), _SPLITS, strict=True)
        if sign in source
        for match in pattern.finditer(source)
    )


def _parting(match: re.Match[str]) -> str:
    return "" if _WITHIN.match(match[0]) else " "


class _Reading:
    """The folded words of a source, its escapes undone; `joined`: as if tags within words were not there."""

    def __init__(self, source: str, pattern: re.Pattern[str], *, joined: bool = False) -> None:
        self.shown = pattern is _SHOWN
        self._pieces: list[str] = []
        self._starts: list[int] = []
        """Where each piece begins in the text they make."""
        self._places: list[tuple[int, int | None]] = []
        """Where it begins in the source; where it ends there, of one that stands for an escape."""
        self._length = done = 0
        for match in pattern.finditer(source):
            self._add(source[done : match.start()], done, None)
            meant = "" if joined and _WITHIN.match(match[0]) else _meant(match)
            self._add(meant, match.start(), match.end())
            done = match.end()
        self._add(source[done:], done, None)
        self._text = "".join(self._pieces)
        self.words: list[str] = []
        self._spans: list[tuple[int, int]] = []
        for match in _WORD.finditer(self._text):
            folded = _words[match[0]]
            self.words += folded
            self._spans += [match.span()] * len(folded)

    def _add(self, piece: str, begin: int, end: int | None) -> None:
        if piece:
            self._pieces.append(piece)
            self._starts.append(self._length)
            self._places.append((begin, end))
            self._length += len(piece)

    def places(self, number: int) -> Iterator[tuple[int, int, str]]:
        """Where a word stands in the source, in one piece or several, and what each is made unreadable by."""
        start, stop = self._spans[number]
        at = bisect_right(self._starts, start) - 1
        while at < len(self._starts) and (begins := self._starts[at]) < stop:
            piece = self._pieces[at]
            first, last = max(start - begins, 0), min(stop - begins, len(piece))
            begin, escaped = self._places[at]
            filler = "".join("0" if char.isdigit() else "x" for char in piece[first:last] if char.isalnum())
            yield (begin + first, begin + last, filler) if escaped is None else (begin, escaped, filler)
            at += 1
