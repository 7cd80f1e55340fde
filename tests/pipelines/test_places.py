"""The places of articles that several portals store at the same time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.archive.folder import Archive
from pipelines.archive.held import Held
from pipelines.dedup import Dedup
from pipelines.errors import Dropped, OutputLocked
from pipelines.items import Article
from pipelines.normalise import Normalise
from pipelines.store import Store

Pair = tuple[Archive, Archive]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """The archives of two portals, in one folder at once."""
    with (
        closing(Held(tmp_path)) as held,
        Archive(tmp_path, "so_thu", "luutin/test", held) as one,
        Archive(tmp_path, "so_kia", "luutin/test", held) as other,
    ):
        yield one, other


def test_what_another_portal_stored_while_attachments_were_awaited_is_the_original(
    pair: Pair, make_article: Callable[..., Article]
) -> None:
    one, other = pair
    waits = Normalise().process_item(make_article())
    assert Dedup(one).process_item(waits).duplicate_of is None
    quick = Normalise().process_item(make_article(portal="so_kia", url="https://so.tinhkia.example/hop-giao-ban/"))
    Store(other).process_item(Dedup(other).process_item(quick))
    stored = Store(one).process_item(waits)
    assert (stored.duplicate_of, stored.body) == (quick.id, "")


def test_what_another_portal_stored_under_the_same_address_meanwhile_is_unchanged(
    pair: Pair, make_article: Callable[..., Article]
) -> None:
    one, other = pair
    waits, quick = (Normalise().process_item(make_article()) for _ in range(2))
    Dedup(one).process_item(waits)
    Store(other).process_item(Dedup(other).process_item(quick))
    with pytest.raises(Dropped, match="unchanged"):
        Store(one).process_item(waits)


def test_the_folder_is_held_until_all_are_closed(tmp_path: Path) -> None:
    with closing(Held(tmp_path)) as held:
        Archive(tmp_path, "so_thu", "luutin/test", held).close()
        with pytest.raises(OutputLocked):
            Archive(tmp_path, "so_kia", "luutin/test")
    Archive(tmp_path, "so_kia", "luutin/test").close()
