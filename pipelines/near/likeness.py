"""What one text is of another: a copy, another of the same form, or neither. All thresholds are here.

Fitted on two synthetic corpora (one of templates and copies, one made to be hard: corrected numbers in true copies,
bulletins that differ only in names); those on capitals, and how strict to be with names, after a look at others written
apart from this. `make eval-dedup` measures them anew; README.md beside this has figures.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.items import CopyKind
from pipelines.near.features import MAX_PARTICULARS, NAME_BIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.near.features import Features

MIN_CONTAINED = 0.55
"""The least share of the shorter text's wording that the longer one has."""
UNSURE = 0.3
"""What is taken off that share where the sample is small: this by the root of the sample's size, about half of the
standard error."""
SAME_FORM = 0.97
"""Texts that are no copies have one form if their wording is as much the same as this, or their titles are."""
MIN_RUNS = 16
"""A shorter text is compared as a whole only: it has too little that could tell a copy."""
SAME_WORDING = 0.93
"""From here on the wording is the same but for slips."""
MIN_NUMBERS = 0.85
"""The least share of numbers in the same places that are the same."""
MIN_NAMES, MIN_NAMES_SAME_WORDING = 0.75, 0.87
"""The same of names: heavy editing moves some, but where the wording is the same another name is another person."""
MIN_NUMBERS_CORRECTED = 0.75
"""The same of numbers where wording and names are the same: figures are corrected, some at a time."""
FEW, MIN_OF_FEW = 4, 0.5
"""There, so many may be other ones if as large a share stays."""
MIN_SHARED = 3
"""Where the wording is not the same, so many numbers and names must be: without any there is nothing to tell by."""
SEVERAL = 4
"""Names that a text of other wording must have some of, if the other has so many."""
SAME_LENGTH = 0.9
"""Texts whose lengths in syllables are as near to each other as this are no excerpt of each other."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a text is of an earlier one. `similarity`: the share of the shorter text's wording that is in the longer."""

    similarity: float
    copy: CopyKind | None = None
    """How it differs, where it is a copy."""
    alike: bool = False
    """Whether it is none but has the other's form."""

    def reversed(self) -> Likeness:
        """What the earlier one is of the text."""
        swapped: dict[CopyKind | None, CopyKind] = {"excerpt": "extended", "extended": "excerpt"}
        return replace(self, copy=swapped.get(self.copy, self.copy))


OTHER = Likeness(0.0)
_PLACE = NAME_BIT.bit_length() - 1
"""Bits below a particular's place; the lowest of what is left says number or name."""


@dataclass(frozen=True, slots=True)
class _Particulars:
    """How many particulars of two texts are the same, and how many differ that are in the same place."""

    same_numbers: int
    other_numbers: int
    same_names: int
    other_names: int


def likeness(text: Features, earlier: Features) -> Likeness:
    """What `text` is of `earlier`. It is a copy of it if and only if that is one of it."""
    if min(text.runs, earlier.runs) < MIN_RUNS:
        return OTHER
    common, compared = _common(text, earlier)
    if not compared or common / compared - UNSURE / compared**0.5 < MIN_CONTAINED - UNSURE / 8:
        return OTHER
    contained = common / compared
    if _is_copy(text, earlier, contained):
        return Likeness(contained, _kind(text, earlier, contained))
    return Likeness(contained, alike=text.form == earlier.form or contained >= SAME_FORM)


def _common(one: Features, other: Features) -> tuple[int, int]:
    """Of the sampled wording of the shorter text: how much the longer has, and how much could be looked for."""
    end = min(_end(one.sample, one.runs), _end(other.sample, other.runs))
    first, second = one.sample[: bisect_right(one.sample, end)], other.sample[: bisect_right(other.sample, end)]
    return len({*first}.intersection(second)), min(len(first), len(second))


def _end(sample: Sequence[int], of: int) -> int:
    """Up to which hash a sample is whole."""
    return sample[-1] if len(sample) < of else 0xFFFF_FFFF


def _is_copy(one: Features, other: Features, contained: float) -> bool:
    found, same = _compared(one.particulars, other.particulars), contained >= SAME_WORDING
    if one.form == other.form and one.title != other.title:  # number two of a series says so in its title
        return same and not found.other_numbers and not found.other_names
    if not same and (found.same_numbers + found.same_names < MIN_SHARED or _names_unknown(one, other)):
        return False
    numbers = _share(found.same_numbers, found.other_numbers)
    if same and not found.other_names:
        return numbers >= (MIN_OF_FEW if found.other_numbers <= FEW else MIN_NUMBERS_CORRECTED)
    names = _share(found.same_names, found.other_names)
    if names >= (MIN_NAMES_SAME_WORDING if same else MIN_NAMES) and numbers >= MIN_NUMBERS:
        return True
    if same or max(found.other_numbers, found.other_names) > 1:
        return False
    # one of a few is no share to go by
    return _share(found.same_numbers + found.same_names + 1, found.other_numbers + found.other_names) >= MIN_NUMBERS


def _names_unknown(one: Features, other: Features) -> bool:
    """Whether one of two texts has none of the several names the other has: as where it is all in capitals."""
    first, second = (sum(1 for one in text.particulars if one & NAME_BIT) for text in (one, other))
    return min(first, second) == 0 and max(first, second) >= SEVERAL


def _compared(one: Sequence[int], other: Sequence[int]) -> _Particulars:
    end = min(_end(one, _cut(one)), _end(other, _cut(other)))
    first, second = {*one[: bisect_right(one, end)]}, {*other[: bisect_right(other, end)]}
    same = first & second
    # places both have, each as often as the text that has it less often, but for what is the same there
    places = Counter(particular >> _PLACE for particular in first - same) & Counter(
        particular >> _PLACE for particular in second - same
    )
    same_names = sum(1 for particular in same if particular & NAME_BIT)
    other_names = sum(number for place, number in places.items() if place & 1)
    return _Particulars(len(same) - same_names, places.total() - other_names, same_names, other_names)


def _cut(particulars: Sequence[int]) -> int:
    """How many there may have been: a list as long as it may be has been cut."""
    return len(particulars) + (len(particulars) >= MAX_PARTICULARS)


def _share(same: int, other: int) -> float:
    return same / (same + other) if other else 1.0


def _kind(text: Features, earlier: Features, contained: float) -> CopyKind:
    if contained == 1 and text.runs == earlier.runs and text.title != earlier.title:
        return "headline"
    if text.syllables < earlier.syllables * SAME_LENGTH:
        return "excerpt"
    return "extended" if earlier.syllables < text.syllables * SAME_LENGTH else "edited"
