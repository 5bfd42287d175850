"""What can go wrong with a measurement.

BenchError
├── BadReply    a bot answered, but not as it should
└── NotStarted  a bot could not be made, or did not get ready
"""

from __future__ import annotations


class BenchError(Exception):
    """There are no figures; the text is one line saying why and where to read more."""


class BadReply(BenchError):
    """A reply that must not be counted as a turn."""


class NotStarted(BenchError):
    """A bot that cannot be measured."""
