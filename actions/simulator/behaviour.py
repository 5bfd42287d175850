"""What the simulator can be told to do with the requests that it gets."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit


class Kind(Enum):
    """Ways to treat a request. Only OK, SLOW and LOST take what was sent."""

    OK = "ok"
    FAIL = "fail"
    """500."""
    BUSY = "busy"
    """429 with Retry-After: `busy` or `busy=SECONDS`."""
    GONE = "gone"
    """410."""
    REDIRECT = "redirect"
    """302: `redirect=URL`."""
    HANG = "hang"
    """No answer until the client leaves."""
    SLOW = "slow"
    """Takes it at once, but answers 200 only later: `slow=SECONDS`."""
    RESET = "reset"
    """The TCP connection is reset, nothing is taken."""
    LOST = "lost"
    """Takes it, but the connection is reset before the 200 gets out: the sender has to send it again."""
    FLAKY = "flaky"
    """`flaky=P`: with probability P one of fail, hang, reset and slow, else ok."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One way to treat a request."""

    kind: Kind
    seconds: float = 0.0
    """Of BUSY (what Retry-After says, rounded up) and SLOW."""
    url: str = ""
    """Of REDIRECT."""
    chance: float = 0.0
    """Of FLAKY, 0 to 1."""


OK = Behaviour(Kind.OK)
_BUSY_SECONDS = 30.0
_MOST_SECONDS = 3600.0
_FLAKY = (Behaviour(Kind.FAIL), Behaviour(Kind.HANG), Behaviour(Kind.RESET), Behaviour(Kind.SLOW, seconds=1.0))


@dataclass(frozen=True, slots=True)
class Behaviours:
    """How to treat the next requests, one after the other, and then all further ones."""

    usual: Behaviour = OK
    script: tuple[Behaviour, ...] = ()
    """For the next so many requests."""
    seed: int | None = None
    """The same seed makes FLAKY choose the same again; None: another choice each time."""


class Conduct:
    """Goes through behaviours, a request at a time."""

    def __init__(self, behaviours: Behaviours) -> None:
        self._usual = behaviours.usual
        self._script = iter(behaviours.script)
        self._random = random.Random(behaviours.seed)  # noqa: S311 - nothing is to be kept secret by it

    def take_next(self) -> Behaviour:
        """For the next request; never FLAKY, which is decided here."""
        behaviour = next(self._script, self._usual)
        if behaviour.kind is not Kind.FLAKY:
            return behaviour
        return self._random.choice(_FLAKY) if self._random.random() < behaviour.chance else OK


def read_behaviour(text: str) -> Behaviour:
    """From `ok`, `busy=5`, `slow=0.5`, `redirect=https://…`, `flaky=0.3` and so on. Raises ValueError that says what is wrong."""
    name, equals, value = text.strip().partition("=")
    try:
        kind = Kind(name)
    except ValueError:
        raise ValueError(f"no behaviour is called {name!r}; there are {', '.join(kind.value for kind in Kind)}") from None
    if kind is Kind.REDIRECT:
        return Behaviour(kind, url=_read_url(value))
    if kind is Kind.FLAKY:
        return Behaviour(kind, chance=_read_number(text, value, 1.0, "flaky=P, a probability of 0 to 1"))
    if kind is Kind.SLOW or (kind is Kind.BUSY and equals):
        return Behaviour(kind, seconds=_read_number(text, value, _MOST_SECONDS, f"{name}=SECONDS, 0 to {_MOST_SECONDS:g}"))
    if equals:
        raise ValueError(f"{name} takes no value: {text!r}")
    return Behaviour(kind, seconds=_BUSY_SECONDS) if kind is Kind.BUSY else Behaviour(kind)


def read_behaviours(text: str, seed: int | None = None) -> Behaviours:
    """From behaviours with spaces between: `fail lost ok` fails once, loses its next answer and is well from then on.

    The last one stays. Raises ValueError as `read_behaviour` does, and where there is none at all.
    """
    words = text.split()
    if not words:
        raise ValueError("no behaviour is given")
    *script, usual = map(read_behaviour, words)
    return Behaviours(usual, tuple(script), seed)


def scripted(script: Iterable[Behaviour], then: Behaviour = OK) -> Behaviours:
    """These for the next requests, then this one."""
    return Behaviours(then, tuple(script))


def _read_number(text: str, value: str, most: float, wanted: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0.0 <= number <= most:  # also where it is not a number
        raise ValueError(f"{text!r} should be {wanted}")
    return number


def _read_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not value.isascii() or not value.isprintable():
        raise ValueError(f"redirect=URL wants a full http or https address in ASCII, not {value!r}")
    return value
