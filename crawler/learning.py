"""Learning what a portal repeats: a sample of its articles is fetched first and held back until it has been learnt."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from crawler.parse.host import NOTHING, SAMPLE_SIZE, HostFacts, learn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.parse.host import Specimen
    from pipelines.archive.folder import Archive

logger = logging.getLogger(__name__)

MIN_SAMPLE: Final = SAMPLE_SIZE // 2
"""With fewer articles than this nothing is learnt yet; a later run that finds more will."""

T = TypeVar("T")
C = TypeVar("C")


class Learning(Generic[T]):
    """What the archive has learnt of a portal, or the pages held back until it has.

    `facts` is None while a sample is still to be fetched. Learnt is once: reading a page with other facts would give
    another article, so a new sample is a new version, and takes a reparse.
    """

    def __init__(self, archive: Archive | None) -> None:
        self._archive = archive
        known = archive.learnt() if archive is not None else None
        self.facts: HostFacts | None = None
        if known:
            try:
                self.facts = decode(known)
            except (ValueError, KeyError, TypeError):
                logger.warning("what was learnt of this portal cannot be read; it is learnt anew")
        self.held: list[T] = []
        """What waits to be read until it has been learnt, in the order it came."""

    def choose(self, candidates: Sequence[C]) -> list[C]:
        """A sample of the candidates, in their order, spread evenly over them."""
        if len(candidates) < MIN_SAMPLE:
            return []
        steps = min(SAMPLE_SIZE, len(candidates))
        return [candidates[at * (len(candidates) - 1) // (steps - 1)] for at in range(steps)]

    def conclude(self, specimens: Sequence[Specimen]) -> HostFacts:
        """Learn from what could be read of the sample, and keep it."""
        self.facts = NOTHING
        if len(specimens) >= MIN_SAMPLE:
            self.facts = learn(sorted(specimens, key=lambda one: one.url))
            logger.info("%d blocks are repeated on this portal's pages", len(self.facts.repeated))
            if self._archive is not None:
                self._archive.set_learnt(encode(self.facts))
        return self.facts


def encode(facts: HostFacts) -> str:
    """Facts as JSON, the same bytes for the same facts."""
    data = {
        "version": facts.version,
        "month_first": facts.month_first,
        "repeated": sorted(facts.repeated),
        "sample": list(facts.sample),
        "states_dates": facts.states_dates,
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def decode(text: str) -> HostFacts:
    """Facts from JSON. Raises ValueError, KeyError or TypeError where it is none of ours."""
    data = json.loads(text)
    return HostFacts(
        int(data["version"]),
        bool(data["month_first"]),
        frozenset((str(place), str(said)) for place, said in data["repeated"]),
        tuple(map(str, data["sample"])),
        bool(data.get("states_dates", False)),  # what was learnt before this was asked is kept
    )
