"""The pace a host is asked at, with a clock of the test's own."""

from __future__ import annotations

import pytest

from crawler.manners.pace import SOFT_TROUBLES, Limits, Pace


class Clock:
    """Time that passes when a test says so."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def paced(*, spared: bool = False, chance: float = 0.0, **limits: float) -> tuple[Pace, Clock]:
    clock = Clock()
    return Pace(Limits(**limits), spared=spared, clock=clock, chance=lambda: chance), clock


def exchange(pace: Pace, clock: Clock, seconds: float) -> None:
    pace.mark()
    clock.now += seconds
    pace.good(seconds)
    pace.mark()


def test_the_first_request_waits_for_nothing_and_the_next_for_the_end_of_the_answer() -> None:
    pace, clock = paced(delay=1.0)
    assert pace.wait() == 0
    pace.mark()
    clock.now += 5.0  # the answer is under way
    pace.mark()
    assert pace.wait() == pytest.approx(1.0)
    clock.now += 1.0
    assert pace.wait() == 0


@pytest.mark.parametrize("chance", [0.0, 0.5, 0.999])
def test_jitter_only_ever_lengthens_what_robots_txt_asks_for(chance: float) -> None:
    pace, clock = paced(chance=chance, jitter=0.25, spared=True)
    pace.asked = 4.0
    exchange(pace, clock, 0.01)
    assert 4.0 <= pace.wait() <= 5.0


def test_our_own_machine_is_spared_all_but_what_it_asks_for() -> None:
    pace, clock = paced(spared=True)
    exchange(pace, clock, 9.0)
    assert pace.wait() == 0
    pace.asked = 2.0
    assert pace.wait() == 2.0


def test_a_crawl_delay_is_bounded_and_a_short_one_does_not_hurry_us() -> None:
    pace, _ = paced(delay=1.0, crawl_delay_max=300)
    pace.asked = 3_600.0
    assert pace.delay == 300
    pace.asked = 0.1
    assert pace.delay == 1.0


def test_the_delay_grows_with_a_slow_host_within_bounds_and_comes_back() -> None:
    pace, clock = paced(delay=1.0, delay_max=30)
    for _ in range(8):
        exchange(pace, clock, 6.0)
    assert 5.5 < pace.delay <= 6.0
    for _ in range(8):
        exchange(pace, clock, 90.0)
    assert pace.delay == 30
    for _ in range(12):
        exchange(pace, clock, 0.05)
    assert pace.delay == 1.0


def test_a_host_is_left_alone_for_as_long_as_it_says() -> None:
    pace, clock = paced(spared=True)
    assert pace.busy(130.0) == 130
    assert pace.wait() == 130
    clock.now += 129.5
    assert pace.wait() == pytest.approx(0.5)


def test_without_a_word_pauses_double_up_to_a_bound() -> None:
    pace, _ = paced(backoff=2.0, backoff_max=60.0)
    assert [pace.busy() for _ in range(7)] == [2, 4, 8, 16, 32, 60, 60]


def test_who_says_one_second_again_and_again_is_asked_less_and_less() -> None:
    pace, _ = paced(backoff=2.0)
    assert [pace.busy(1.0) for _ in range(4)] == [1, 4, 8, 16]


def test_success_brings_the_pauses_down_step_by_step() -> None:
    pace, clock = paced(backoff=2.0, delay=1.0)
    for _ in range(3):
        pace.busy()
    assert pace.delay == 4.0
    exchange(pace, clock, 0.0)
    assert 3.0 < pace.delay < 4.0
    assert pace.busy() == pytest.approx(2 * 2**2.75)
    for _ in range(15):
        exchange(pace, clock, 0.0)
    assert (pace.delay, pace.busy()) == (1.0, 2.0)


def test_single_timeouts_are_a_pages_own_trouble_and_several_the_hosts() -> None:
    pace, clock = paced(backoff=2.0)
    assert [pace.shaky() for _ in range(SOFT_TROUBLES + 1)] == [0, 0, 2, 4]
    exchange(pace, clock, 0.1)
    assert pace.shaky() == 0


def test_the_retries_of_a_network_that_is_gone_outlast_a_minute() -> None:
    from crawler import settings

    pace, _ = paced(backoff=settings.BACKOFF, backoff_max=settings.BACKOFF_MAX)
    assert sum(pace.busy() for _ in range(settings.NETWORK_RETRIES)) > 60
