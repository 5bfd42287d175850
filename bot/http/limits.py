"""How often one address may ask."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable

from aiohttp import web

from bot.settings import IPNetwork

_REMEMBERED_ADDRESSES = 20_000


class RateLimiter:
    """A token bucket an address: a whole minute's allowance may be used at once, then it refills evenly."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = float(per_minute)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> int:
        """Use one request of the address's allowance: 0 if it may go on, else whole seconds to wait."""
        if not self._capacity:
            return 0
        now = self._clock()
        left, seen_at = self._buckets.pop(address, (self._capacity, now))
        left = min(self._capacity, left + (now - seen_at) * self._capacity / 60)
        allowed = left >= 1
        self._buckets[address] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _REMEMBERED_ADDRESSES:
            self._buckets.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - left) * 60 / self._capacity))


def remote_address(request: web.Request, trusted_proxies: tuple[IPNetwork, ...]) -> str:
    """The caller's address: the last one in X-Forwarded-For that is no trusted proxy, if a trusted proxy brought it.

    IPv6 callers own whole /64 networks and count as one.
    """
    address = request.remote or ""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    while hops and _is_in(address, trusted_proxies):
        address = hops.pop()
    return _network_of(address)


def _is_in(address: str, networks: tuple[IPNetwork, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def _network_of(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
