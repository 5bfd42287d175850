"""How often one robot may be called."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

_WINDOW_SECONDS = 60.0


@dataclass(slots=True)
class Pace:
    """At most so many calls within any 60 seconds. A bucket that refills steadily lets twice as many through, and DingTalk blocks then."""

    per_minute: int
    _called: deque[float] = field(default_factory=deque)
    _resting_until: float = 0.0

    def take(self, now: datetime) -> float:
        """0 if a call may be made now, which is then counted; else the seconds to wait."""
        moment = now.timestamp()
        while self._called and self._called[0] <= moment - _WINDOW_SECONDS:
            self._called.popleft()
        if self._resting_until > moment:
            return self._resting_until - moment
        if len(self._called) >= self.per_minute:
            # Not longer than the window, even if the clock was set back.
            return min(self._called[0] + _WINDOW_SECONDS - moment, _WINDOW_SECONDS)
        self._called.append(moment)
        return 0.0

    def rest(self, now: datetime, seconds: float) -> None:
        """The robot asked for a pause: no calls until it is over."""
        self._resting_until = now.timestamp() + seconds
