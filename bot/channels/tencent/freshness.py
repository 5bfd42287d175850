"""Whether a signed request is of now, and not an old one with something else in it."""

from __future__ import annotations

import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Callable

_TIMESTAMP = re.compile(r"[0-9]{1,11}")
_NONCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MOST_REMEMBERED = 50_000
"""At 50 requests a second more than ten minutes' worth; some 10 MB."""


class Freshness:
    """Remembers in this process what was accepted lately.

    The platform repeats a message that is not answered in time, and may repeat timestamp and nonce with it (which of both it does
    is not documented), so a repetition of the same content is taken: telling retries apart is the exchange's work.
    """

    def __init__(self, skew_seconds: float, clock: Callable[[], float] = time.time) -> None:
        """`skew_seconds`: how far the platform's clock and ours may be apart. `clock`: seconds since 1970."""
        self._skew = skew_seconds
        self._clock = clock
        self._seen: OrderedDict[tuple[str, str], tuple[float, bytes]] = OrderedDict()

    def is_timely(self, timestamp: str, nonce: str) -> bool:
        """Whether both have their form and the timestamp, in seconds since 1970, is of now."""
        if not _TIMESTAMP.fullmatch(timestamp) or not _NONCE.fullmatch(nonce):
            return False
        return abs(int(timestamp) - self._clock()) <= self._skew

    def is_replayed(self, timestamp: str, nonce: str, content: bytes) -> bool:
        """Whether timestamp and nonce, a pair that was signed, came with other content before; if not, it is remembered."""
        now = self._clock()
        while self._seen and (len(self._seen) > _MOST_REMEMBERED or next(iter(self._seen.values()))[0] < now):
            self._seen.popitem(last=False)
        digest = hashlib.blake2b(content, digest_size=16).digest()
        # Once the timestamp is too old it is refused for that, and need not be remembered.
        _, first = self._seen.setdefault((timestamp, nonce), (int(timestamp) + self._skew, digest))
        return first != digest
