"""The output folder a verb works on: one of this machine, or the working copy of a URL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.remote.places import is_url, working_copy

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


class Use(Enum):
    """What a verb does with the output folder."""

    NOTHING = "nothing"
    READS = "reads"
    READS_CAPTURES = "reads captures"
    """All of them: they are fetched as a whole."""
    WRITES = "writes"


def place_of(settings: BaseSettings) -> str:
    """The output folder, or its URL."""
    return os.environ.get("LUUTIN_OUTPUT") or str(settings["OUTPUT"])


@contextmanager
def opened(settings: BaseSettings, use: Use) -> Iterator[Path]:
    """The folder to work in; of a URL it is fetched before, and pushed after it was written to. Raises ArchiveError."""
    place = place_of(settings)
    if not is_url(place):
        yield Path(place)
        return
    from pipelines.remote.working import reading, writing

    folder = working_copy(place)
    if use is Use.WRITES:
        with writing(place, folder, lambda: _mend(folder, settings), settings.getfloat("LEASE_SECONDS")):
            yield folder
        return
    if use is not Use.NOTHING:
        reading(place, folder, captures=use is Use.READS_CAPTURES)
    yield folder


def inputs(words: Sequence[str]) -> list[Path]:
    """The output folders that are named, to be read whole: paths, and the working copies of URLs, which may have `*`.

    Raises StorageFailed.
    """
    found: list[Path] = []
    for word in words:
        if not is_url(word):
            found.append(Path(word))
            continue
        from pipelines.remote.reading import folders
        from pipelines.remote.working import reading

        for url in folders(word):
            reading(url, working_copy(url), captures=True)
            found.append(working_copy(url))
    return found


def refreshing(settings: BaseSettings) -> Callable[[], bool] | None:
    """What fetches again what a URL holds, for who goes on reading, and says whether that has changed; None of a folder
    of this machine.
    """
    place = place_of(settings)
    if not is_url(place):
        return None
    from pipelines.remote.working import reading

    return lambda: reading(place, working_copy(place), captures=False)


def _mend(folder: Path, settings: BaseSettings) -> None:
    """Make the database again: whoever wrote last did not come to its end."""
    from crawler.reparse import portals_in
    from crawler.running import catch_up

    if (folder / "captures").is_dir():
        catch_up(folder, portals_in(folder), settings)
