"""Which of the choices shown last a message means. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from actions.contacts.model import Offered

# Only the number, as it stands before a choice or as people write it; "1个亿" is an answer of its own.
_NUMBER = re.compile(r"[(（]?\s*([1-9][0-9]?)\s*[)）.。、．]?")


def meant(text: str, tapped: str, choices: Sequence[Offered]) -> str:
    """What the enquirer says: the payload of the choice that they tapped or whose number or title they typed, else the text itself.

    `tapped`: the choice's place on its message, counted from 1, where the platform names it. The text counts before it: what was
    tapped may stand on an older message, whose second choice was another one.
    """
    said = _plain(text)
    for choice in choices:
        if said and _plain(choice.title) == said:
            return choice.payload
    if tapped and said:
        return text
    number = _NUMBER.fullmatch(tapped or said)
    if number and int(number[1]) <= len(choices):
        return choices[int(number[1]) - 1].payload
    return text


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
