"""YAML in the style of the library's files: one line a text, plain where YAML lets it be, else in double quotes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from knowledge.library.located import UnreadableFile, parse_located

_HERE = Path("text.yml")


def scalar(text: str) -> str:
    """A text as a value or an item of a list, on one line."""
    return text if _is_itself(f"- {text}\n", [text]) and _is_itself(f"k: {text}\n", {"k": text}) else quoted(text)


def flow_list(texts: Sequence[str]) -> str:
    """Texts as a list on one line: [a, b]."""
    return f"[{', '.join(text if _is_itself(f'[{text}]', [text]) else quoted(text) for text in texts)}]"


def quoted(text: str) -> str:
    """A text in double quotes. JSON's escapes are YAML's; what JSON leaves as it is and YAML does not allow is escaped too."""
    return "".join(
        character if character.isprintable() or ord(character) > 0xFFFF else f"\\u{ord(character):04x}"
        for character in json.dumps(text, ensure_ascii=False)
    )


def _is_itself(written: str, value: object) -> bool:
    try:
        return bool(parse_located(_HERE, written.encode()).value == value)
    except (UnreadableFile, UnicodeEncodeError):
        return False
