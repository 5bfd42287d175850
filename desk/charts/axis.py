"""The marks of an axis of counts."""

from __future__ import annotations

_MOST_STEPS = 4


def ticks(most: int) -> tuple[int, ...]:
    """Round numbers from 0 to one that is not below the most: whole ones, 1, 2 or 5 times a power of ten apart."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * _MOST_STEPS >= most:
                steps = max(1, -(-most // step))
                return tuple(step * place for place in range(steps + 1))
        power *= 10
