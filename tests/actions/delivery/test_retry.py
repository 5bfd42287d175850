"""What follows a failed attempt."""

from __future__ import annotations

import pytest

from actions.delivery.model import DeliveryFailed
from actions.delivery.retry import SCHEDULE, GiveUp, Hold, RetryIn, decide

DAY = 24 * 3600.0


@pytest.mark.parametrize(("attempts", "seconds"), list(enumerate(SCHEDULE, 1)))
def test_each_attempt_waits_as_the_schedule_says(attempts: int, seconds: float) -> None:
    assert decide(attempts, DeliveryFailed("x"), SCHEDULE, 0.5) == RetryIn(seconds)


def test_the_schedule_takes_three_days() -> None:
    assert sum(SCHEDULE) / 3600 == pytest.approx(75.6, abs=0.1)


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 240.0), (0.25, 270.0), (0.999999, 360.0)])
def test_chance_moves_a_pause_by_a_fifth_at_most(chance: float, seconds: float) -> None:
    decision = decide(2, DeliveryFailed("x"), SCHEDULE, chance)
    assert isinstance(decision, RetryIn)
    assert decision.seconds == pytest.approx(seconds, abs=0.001)


def test_after_the_last_pause_it_is_given_up_and_says_why() -> None:
    decision = decide(10, DeliveryFailed("连接被拒绝。"), SCHEDULE, 0.5)
    assert decision == GiveUp("已尝试 10 次仍未送达，不再自动重发。最后一次：连接被拒绝。")


@pytest.mark.parametrize("attempts", [1, 10, 99])
def test_what_disables_the_endpoint_waits_to_be_mended(attempts: int) -> None:
    assert decide(attempts, DeliveryFailed("地址无效。", disables=True), SCHEDULE, 0.5) == Hold("地址无效。")


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [(600.0, 600.0), (2.0, 4.0), (0.0, 4.0), (DAY, DAY), (30 * DAY, DAY)],
    ids=["longer", "shorter", "0", "day", "month"],
)
def test_a_recipient_is_not_called_earlier_than_it_asks_but_within_a_day(asked: float, seconds: float) -> None:
    assert decide(1, DeliveryFailed("x", retry_after_seconds=asked), SCHEDULE, 0.0) == RetryIn(seconds)


def test_asking_for_patience_does_not_make_more_attempts() -> None:
    assert isinstance(decide(10, DeliveryFailed("x", retry_after_seconds=60), SCHEDULE, 0.5), GiveUp)


def test_attempts_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        decide(0, DeliveryFailed("x"), SCHEDULE, 0.5)
