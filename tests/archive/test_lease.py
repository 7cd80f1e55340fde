"""Leases on shared storage: never two holders, whatever is held up, dies, or comes at the same moment."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.archive.lease import LEASE_SECONDS, TRUSTED, Lease, read_slip
from pipelines.archive.shelf import FolderShelf
from pipelines.errors import LeaseLost

HOST = "so.tinhthu.example:8080"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Machine:
    """One of several that share a folder; each has a clock that began at another time."""

    def __init__(self, folder: Path, clock: Clock, name: str) -> None:
        offset = random.Random(name).uniform(0, 1e6)
        self.shelf = FolderShelf(folder)
        self.lease = Lease(self.shelf, HOST, name, clock=lambda: clock() + offset, today=lambda: clock() + offset)

    def holds(self) -> bool:
        try:
            self.lease.check()
        except LeaseLost:
            return False
        return True


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pair(tmp_path: Path, clock: Clock) -> tuple[Machine, Machine]:
    return Machine(tmp_path, clock, "a"), Machine(tmp_path, clock, "b")


def test_while_one_renews_no_other_has_it(pair: tuple[Machine, Machine], clock: Clock) -> None:
    first, second = pair
    assert first.lease.take() == 0
    for _ in range(20):
        assert second.lease.take() is None
        clock.now += LEASE_SECONDS / 5
        first.lease.renew()
    assert second.lease.holder == "a"
    first.lease.release()
    assert not first.holds()
    assert second.lease.take() == 0
    assert second.holds()


def test_who_is_dead_is_succeeded_once_it_was_watched_for_a_lease_s_time(
    pair: tuple[Machine, Machine], clock: Clock
) -> None:
    first, second = pair
    first.lease.take()
    first.lease.renew(rest=1.5)
    clock.now += 10 * LEASE_SECONDS  # nobody watched
    assert second.lease.take() is None
    clock.now += LEASE_SECONDS - 0.1
    assert second.lease.take() is None
    clock.now += 0.1
    assert second.lease.take() == 0
    assert not first.holds()
    with pytest.raises(LeaseLost):
        first.lease.renew()


def test_a_holder_stops_before_others_may_begin(pair: tuple[Machine, Machine], clock: Clock) -> None:
    """Also one that no longer reaches the storage, which nobody can tell that it has lost."""
    first, second = pair
    first.lease.take()
    second.lease.take()
    clock.now += LEASE_SECONDS * TRUSTED
    assert not first.holds()
    assert second.lease.take() is None


def test_who_was_held_up_while_it_looked_has_not_watched_meanwhile(
    pair: tuple[Machine, Machine], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    first.lease.take()
    assert second.lease.take() is None
    latest = second.shelf.latest

    def slowly(name: str) -> tuple[int, bytes] | None:
        found = latest(name)
        for _ in range(5):
            clock.now += LEASE_SECONDS / 5
            first.lease.renew()
        return found

    monkeypatch.setattr(second.shelf, "latest", slowly)
    assert second.lease.take() is None
    assert first.holds()


def test_what_is_leased_is_left_alone_for_as_long_as_its_holder_says(tmp_path: Path, clock: Clock) -> None:
    first, second = (Lease(FolderShelf(tmp_path), HOST, name, clock=clock, today=clock) for name in ("a", "b"))
    first.take()
    first.renew(rest=300.0)  # HTTP 429, Retry-After: 300
    assert second.take() is None
    clock.now += LEASE_SECONDS
    assert second.take() == 300.0 - LEASE_SECONDS
    second.release(rest=2.0)
    assert first.take() == 2.0
    first.release(rest=900.0)
    clock.now += 86_400
    assert second.take() == 0


def test_a_slip_its_writer_died_over_is_respected_as_any(tmp_path: Path, clock: Clock) -> None:
    shelf = FolderShelf(tmp_path)
    assert shelf.create(HOST, 7, b"")
    lease = Lease(shelf, HOST, "a", clock=clock, today=clock)
    assert lease.take() is None
    clock.now += LEASE_SECONDS
    assert lease.take() == 0


def test_a_generation_that_was_trimmed_is_not_made_again(tmp_path: Path, clock: Clock) -> None:
    """Who looked long ago, and was held up before it wrote, finds that the highest is another."""
    slow, quick = Machine(tmp_path, clock, "slow"), Machine(tmp_path, clock, "quick")
    create = slow.shelf.create

    def late(name: str, generation: int, data: bytes) -> bool:
        for _ in range(3):
            assert quick.lease.take() is not None
            quick.lease.release()
        assert quick.lease.take() is not None
        return create(name, generation, data)

    slow.shelf.create = late  # type: ignore[method-assign]
    assert slow.lease.take() is None
    assert not slow.holds()
    quick.lease.renew()


@pytest.mark.parametrize("seed", range(20))
def test_of_machines_that_die_sleep_and_wake_never_two_hold_it(tmp_path: Path, clock: Clock, seed: int) -> None:
    chance = random.Random(seed)
    machines = [Machine(tmp_path, clock, f"{seed}-{number}") for number in range(4)]
    held = Counter[int]()
    for _ in range(400):
        clock.now += chance.expovariate(1 / 6)
        number = chance.randrange(4) if chance.random() < 0.97 else 0
        machine = machines[number]  # the others sleep meanwhile
        if machine.holds():
            if chance.random() < 0.9:
                machine.lease.renew()
            else:
                machine.lease.release()
        else:
            machine.lease.take()
        holders = [place for place, one in enumerate(machines) if one.holds()]
        assert len(holders) <= 1
        held.update(holders)
    assert len(held) == 4


def test_of_many_that_come_at_the_same_moment_one_gets_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            leases = [Lease(FolderShelf(tmp_path), f"so{number}.example", f"{one}") for one in range(8)]
            taken = list(pool.map(lambda lease: lease.take(), leases))
            assert taken.count(None) == 7


def test_names_of_hosts_are_no_paths(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path / "leases")
    for name in ("..", "../x", "a/b", ".", "127.0.0.1:80", "[::1]:80"):
        assert shelf.create(name, 1, name.encode())
        assert shelf.latest(name) == (1, name.encode())
    assert {path.name for path in tmp_path.iterdir()} == {"leases"}
    assert read_slip(b"{").owner == "unknown"
