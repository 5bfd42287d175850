"""How often an address may ask, and whose address it is."""

from __future__ import annotations

import ipaddress

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.http.limits import RateLimiter, remote_address


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


def test_an_allowance_is_used_up_and_refills_evenly() -> None:
    clock = Clock()
    limiter = RateLimiter(60, clock)
    assert [limiter.take("a") for _ in range(61)] == [0] * 60 + [1]
    clock.now = 1.01
    assert [limiter.take("a"), limiter.take("a")] == [0, 1]
    clock.now = 3600
    assert [limiter.take("a") for _ in range(61)] == [0] * 60 + [1]


def test_addresses_do_not_share_an_allowance() -> None:
    limiter = RateLimiter(1, Clock())
    assert [limiter.take("a"), limiter.take("b"), limiter.take("a")] == [0, 0, 60]


def test_zero_means_no_limit() -> None:
    limiter = RateLimiter(0)
    assert not any(limiter.take("a") for _ in range(1000))


PROXIES = (ipaddress.ip_network("10.0.0.0/8"),)


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "<script>", "unknown"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
    ],
)
def test_a_forwarded_address_is_believed_from_trusted_proxies_only(peer: str, forwarded: str, expected: str) -> None:
    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": forwarded}).clone(remote=peer)
    assert remote_address(request, PROXIES) == expected
