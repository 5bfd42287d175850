"""Requests of now: clocks may differ a little, and what was signed once is good for one content."""

from __future__ import annotations

import pytest

from bot.channels.tencent import freshness
from bot.channels.tencent.freshness import Freshness

NOW = 1_795_420_800


class Clock:
    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("timestamp", "nonce", "is_timely"),
    [
        (str(NOW), "486452656", True),
        (str(NOW - 600), "xxxxxx", True),
        (str(NOW + 600), "a_b-C", True),
        (str(NOW - 601), "1", False),
        (str(NOW + 601), "1", False),
        ("", "1", False),
        ("-1", "1", False),
        (f" {NOW}", "1", False),
        (f"{NOW}\n", "1", False),
        ("１７９５４２０８００", "1", False),
        ("9" * 5000, "1", False),
        (str(NOW), "", False),
        (str(NOW), "a b", False),
        (str(NOW), "1" * 65, False),
    ],
)
def test_a_timestamp_is_of_now_and_a_nonce_has_its_form(timestamp: str, nonce: str, is_timely: bool) -> None:
    assert Freshness(600, Clock()).is_timely(timestamp, nonce) is is_timely


def test_the_same_content_may_come_again_and_no_other() -> None:
    fresh = Freshness(600, Clock())
    assert not fresh.is_replayed(str(NOW), "1", b"a message")
    assert not fresh.is_replayed(str(NOW), "1", b"a message")  # a retry
    assert fresh.is_replayed(str(NOW), "1", b"another")
    assert fresh.is_replayed(str(NOW), "1", b"another")  # refusing does not make it known
    assert not fresh.is_replayed(str(NOW), "2", b"another")


def test_a_message_is_remembered_for_as_long_as_its_timestamp_is_good() -> None:
    clock = Clock()
    fresh = Freshness(600, clock)
    early = str(NOW + 600)  # their clock is ahead
    assert not fresh.is_replayed(early, "1", b"a message")
    clock.now += 1199
    assert fresh.is_timely(early, "1")
    assert fresh.is_replayed(early, "1", b"another")


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "_MOST_REMEMBERED", 10)
    clock = Clock()
    fresh = Freshness(600, clock)
    for number in range(100):
        assert not fresh.is_replayed(str(NOW), str(number), b"a message")
    assert len(fresh._seen) <= 11
    assert fresh.is_replayed(str(NOW), "99", b"another")  # the youngest are kept
    clock.now += 601
    fresh.is_replayed(str(int(clock.now)), "new", b"a message")
    assert len(fresh._seen) == 1
