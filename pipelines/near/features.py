"""What a text is compared by: a sample of its wording, and what it says where texts of one form differ.

The wording is its runs of three words, with every number and every name left open: a weekly bulletin has the wording of
the last, and one appointment that of another. Of these the smallest hashes are kept (bottom-k, Broder 1997, "On the
resemblance and containment of documents"): of two such samples the hashes below the end of both are samples of the same
part, so that an excerpt too is found to be contained. What tells bulletins apart are *particulars*: numbers, and names
of two words or more. Each is kept with the words before it, so that "another number in the same place" can be told from
"not mentioned". Runs of three particulars find the copy of one bulletin among thousands of its form.

Everything is compared as `pipelines.text.fold` has it: case, tone placement and Unicode form make no difference.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pipelines.text import fold, remember

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Flags = NDArray[np.bool_]

SCHEME = 1
"""Of the hashes and the form they are stored in; with another number all texts are to be compared anew."""

MIN_SAMPLE, SAMPLED, MAX_SAMPLE = 64, 8, 192
"""Of the wording one in SAMPLED runs is kept, but no fewer than MIN_SAMPLE (or all), and no more than MAX_SAMPLE."""
MAX_PARTICULARS = 64
MIN_KEYS, KEYED, MAX_KEYS = 12, 32, 40
"""Candidates are found by one run of the wording in KEYED syllables, and by as many runs of particulars."""

# Flags in the lowest bits of a word's hash: a number; begins with a capital; punctuation follows
_NUMBER, _CAPITAL, _ENDS, _ALL = 1, 2, 4, 7
_ANY_NUMBER, _ANY_NAME = np.uint64(0xC2B2AE3D27D4EB48), np.uint64(0x165667B19E3779F8)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_HIGH, _NO_FLAGS = np.uint64(32), np.uint64(0xFFFF_FFFF_FFFF_FFF8)

# A particular: the hash of its place in the highest 19 bits, whether it is a name, the hash of its value in 12 bits
PLACE_SHIFT, NAME_BIT = 13, 1 << 12
_PLACE, _VALUE_SHIFT = np.uint32(0xFFFF_E000), np.uint64(52)

_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,]\d{3})+(?!\d|[.,]\d)")
_GROUP = re.compile(r"\d+|[^\W\d_]+")
_HEAD = struct.Struct("<HHIIBBBx")


@dataclass(slots=True, eq=False)
class Features:
    """What is kept of a text. The sequences hold ascending 32-bit hashes."""

    syllables: int
    """Of lead and body; a number counts as one. No more than 65,535 here and below."""
    runs: int
    """How many different runs of three syllables there are; `sample` holds them all where it is as long."""
    title: int
    form: int
    """Hashes of the title: as it is, and with its numbers and names left open."""
    sample: Sequence[int]
    particulars: Sequence[int]
    bonds: Sequence[int]
    """The smallest hashes of runs of three particulars."""

    @property
    def keys(self) -> list[int]:
        """What candidates are found by."""
        return [*{*self.sample[: _keys(self.syllables)], *self.bonds}]

    def encode(self) -> bytes:
        """As it is stored: some 450 bytes."""
        sizes = len(self.sample), len(self.particulars), len(self.bonds)
        head = _HEAD.pack(self.syllables, self.runs, self.title, self.form, *sizes)
        return head + struct.pack(f"<{sum(sizes)}I", *self.sample, *self.particulars, *self.bonds)

    @classmethod
    def decode(cls, data: bytes) -> Features:
        """What `encode` was given."""
        syllables, runs, title, form, sample, particulars, bonds = _HEAD.unpack_from(data)
        hashes = struct.unpack_from(f"<{sample + particulars + bonds}I", data, _HEAD.size)
        rest = hashes[sample:]
        return cls(syllables, runs, title, form, hashes[:sample], rest[:particulars], rest[particulars:])


def features_of(title: str, text: str) -> Features:
    """The features of an article with this title and this text: lead and body."""
    words = _hashed(text)
    parts = _parted(words)
    runs = _distinct(_runs(np.where(parts.is_name, _ANY_NAME, parts.open)))
    at = (parts.is_name | parts.is_number).nonzero()[0]
    values = parts.values[at]
    before = np.concatenate((np.zeros(3, np.uint64), parts.open))
    places = _mixed(before[at], before[at + 1], before[at + 2]) & _PLACE
    names = np.where(parts.is_name[at], np.uint32(NAME_BIT), np.uint32(0))
    particulars = places | names | ((values * _MIX) >> _VALUE_SHIFT).astype(np.uint32)
    sampled = min(max(MIN_SAMPLE, len(runs) // SAMPLED), MAX_SAMPLE)
    return Features(
        min(len(words), 0xFFFF),
        min(len(runs), 0xFFFF),
        *_titled(title),
        runs[:sampled].tolist(),
        _distinct(particulars)[:MAX_PARTICULARS].tolist(),
        _distinct(_runs(values))[: _keys(len(words))].tolist(),
    )


class _Parts(NamedTuple):
    """A text whose names are one part each, however many words they have; all arrays of one length."""

    values: Hashes
    open: Hashes
    """The same with the numbers left open."""
    is_number: Flags
    is_name: Flags


def _parted(words: Hashes) -> _Parts:
    flags, values = words.astype(np.uint8), words & _NO_FLAGS
    goes_on, begins = np.zeros((2, len(flags)), np.bool_)  # of names: words after the first, and the first
    goes_on[1:] = (flags[1:] & _CAPITAL).astype(np.bool_) & ((flags[:-1] & (_CAPITAL | _ENDS)) == _CAPITAL)
    begins[:-1] = goes_on[1:] & ~goes_on[:-1]
    if len(names := begins.nonzero()[0]):
        values[names] = np.add.reduceat(np.where(goes_on | begins, values, np.uint64(0)), names)
    kept = (~goes_on).nonzero()[0]
    values, is_number = values[kept], (flags[kept] & _NUMBER).astype(np.bool_)
    return _Parts(values, np.where(is_number, _ANY_NUMBER, values), is_number, begins[kept])


def _keys(syllables: int) -> int:
    return min(max(MIN_KEYS, syllables // KEYED), MAX_KEYS)


def _runs(hashes: Hashes) -> NDArray[np.uint32]:
    """The hashes of runs of three."""
    return _mixed(hashes[:-2], hashes[1:-1], hashes[2:])


def _mixed(first: Hashes, second: Hashes, third: Hashes) -> NDArray[np.uint32]:
    """One hash of three in their order, element by element."""
    mixed: Hashes = first * _MIX
    mixed += second
    mixed *= _MIX
    mixed += third
    mixed >>= _HIGH
    return mixed.astype(np.uint32)


def _distinct(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Each hash once, in ascending order: a tenth of what np.unique takes for so few."""
    ordered = np.sort(hashes)
    first = np.empty(len(ordered), np.bool_)
    first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def _titled(title: str) -> tuple[int, int]:
    """Hashes of a title, and of its form. Arrays are not worth making for so few words."""
    said, form, goes_on = [], [], False
    for word in map(_words.__getitem__, unicodedata.normalize("NFC", title).split()):
        if word > _ALL:
            said.append(word & ~_ALL)
            if word & _NUMBER:
                form.append(_NUMBER)
            elif word & _CAPITAL and goes_on:
                form[-1] = _CAPITAL
            else:
                form.append(said[-1])
        goes_on = word & (_CAPITAL | _ENDS) == _CAPITAL
    return _digest(said), _digest(form)


def _digest(hashes: list[int]) -> int:
    return int.from_bytes(blake2b(array("Q", hashes).tobytes(), digest_size=4).digest())


class _Words(dict[str, int]):
    """Words, as white space parts them, by their hashes with flags; 0 where there is no letter or digit.

    The same few thousand make up all texts: each is folded and hashed once.
    """

    def __missing__(self, word: str) -> int:
        hashed = _hash_of(word)
        return remember(self, word, hashed)


def _hash_of(word: str) -> int:
    folded = fold(word)
    if not folded:
        return 0
    flags = 0 if word[-1].isalnum() else _ENDS
    if any(map(str.isdigit, folded)):
        flags |= _NUMBER
        if thousands := _THOUSANDS.search(word):
            folded = thousands[0].replace(".", "").replace(",", "")
        folded = " ".join(group.lstrip("0") or "0" for group in _GROUP.findall(folded))
    elif next(filter(str.isalnum, word)).isupper() and (len(folded) == 1 or not word.isupper()):
        flags |= _CAPITAL  # what is all in capitals is an acronym, or a heading
    digest = blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (int.from_bytes(digest) & ~_ALL or _ALL + 1) | flags


_words = _Words()


def _hashed(text: str) -> Hashes:
    words = unicodedata.normalize("NFC", text).split()
    hashed: Hashes = np.fromiter(map(_words.__getitem__, words), np.uint64, len(words))
    if len(alone := (hashed == 0).nonzero()[0]):  # punctuation that stands alone ends the word before it
        hashed[alone[alone > 0] - 1] |= _ENDS
        hashed = hashed[hashed > _ALL]
    return hashed
