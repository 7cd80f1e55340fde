"""Mending an archive: each step may be interrupted, and is done again by the next repair."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crawler.reparse import ALL_STAND, portals_in, reparse
from pipelines.archive.repair import mend_captures

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from crawler.reparse import Reparse


def repair(folder: Path, settings: BaseSettings) -> Reparse:
    """Mend what can be mended: torn tails, the index of captures, lines and rows of articles. Raises ArchiveError.

    Lines that are sound stay as they are; those that are damaged or missing are read again from their captures.
    """
    mend_captures(folder, portals_in(folder))
    return reparse(folder, [], settings, since=ALL_STAND)
