"""A folder of this machine kept in step with a URL: what differs is fetched, what has changed is pushed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipelines.archive.files import refuse
from pipelines.errors import OutputLocked, StorageFailed
from pipelines.remote.fetching import Fetching, Moved
from pipelines.remote.manifest import Manifests
from pipelines.remote.pushing import Pushing
from pipelines.remote.shelf import UrlShelf
from pipelines.remote.state import load
from pipelines.remote.store import Store

TRIES = 5
"""To read one state while others are written."""


class Mirror:
    """One URL and the folder in which it is worked on, by one process at a time."""

    def __init__(self, url: str, folder: Path, check: Callable[[], None] = lambda: None) -> None:
        """`check` is called before anything is written; it raises where another machine may write by now.

        Raises ExtraMissing, StorageFailed.
        """
        self.url, self.folder = url.rstrip("/"), folder
        self.store = Store(url)
        self._manifests = Manifests(UrlShelf(self.store), self.url)
        self._check = check
        self.empty = True
        """Whether nothing was ever stored at the URL, as far as it was looked."""

    def fetch(self, *, captures: bool = True, to_write: bool = False) -> bool:
        """Have the folder hold what lies at the URL; whether that is whole: else what is derived is older than the
        captures, and is left out where it is `to_write`, to be made again.

        Without `captures` WARC files stay where they are: `pipelines.remote.reading` reads them there. Raises
        StorageFailed, OutputUnwritable.
        """
        for _ in range(TRIES):
            number, manifest = self._manifests.latest()
            self.empty = number == 0
            try:
                Fetching(self.store, self.folder, number, manifest).run(captures=captures, to_write=to_write)
            except Moved as error:
                if self._manifests.latest()[0] == number:
                    raise StorageFailed(
                        f"{self.url}/{error}: is not what was stored there. Restore it from a copy."
                    ) from error
            except OSError as error:
                refuse(self.folder, error)
            else:
                return manifest.whole
        raise StorageFailed(f"{self.url}: is written too fast to be read. Try again later.")

    def push(self, *, whole: bool = True) -> None:
        """Have the URL hold what the folder holds: captures first, and seen by others only as one state after another.

        Without `whole` only captures, journals and what was learnt, also while a crawl goes on. Raises OutputLocked
        where another machine has pushed since this folder was fetched, StorageFailed, OutputUnwritable.
        """
        number, manifest = self._manifests.latest()
        state = load(self.folder, self.url)
        if (state.number, state.token) != (number, manifest.token):
            raise OutputLocked(
                f"{self.url}: another machine has stored something there since {self.folder} was fetched. Nothing was "
                "changed there; what was stored here since stays in that folder. Run the same again."
            )
        try:
            Pushing(self.store, self._manifests, self.folder, state, manifest, self._check).run(whole=whole)
        except OSError as error:
            refuse(self.folder, error)
