"""Finds the green-channel track that an enquirer asks for by one of its names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

import opencc

from actions.office.model import Track

_UNIT = re.compile(r"[a-z0-9]+|[^\W_]")
_PARTICLES = frozenset("的嘅")


def track_called(text: str, tracks: Sequence[Track]) -> Track | None:
    """The track one of whose `called` words stands in the text, whatever its script, case, spaces and punctuation.

    The longest word wins, of equal ones the first track's. English words match whole. It cannot tell a question about a
    track from the wish to use it: that is for the caller.
    """
    units = as_units(text)
    found = [(len(word), track) for track in tracks for written in track.called if (word := _word(written)) in units]
    return max(found, key=lambda match: match[0])[1] if found else None


def as_units(text: str) -> str:
    """Chinese characters and whole Latin words between single spaces: simplified, lower case, without particles and punctuation."""
    simplified = _simplifier().convert(unicodedata.normalize("NFKC", text)).lower()
    return f" {' '.join(unit for unit in _UNIT.findall(simplified) if unit not in _PARTICLES)} "


@lru_cache(maxsize=2048)
def _word(written: str) -> str:
    # Only the officers' words are kept, never what enquirers write.
    return as_units(written)


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
