"""What is answered to a question of a track's own: free words, of whatever length the question needs."""

from __future__ import annotations

from actions.lead.fields import Unreadable
from actions.lead.fields.typed import plain

MOST_CHARACTERS = 500


def read_answer(text: str, name: str) -> str:
    """The plain text; `name` is what the question is headed with. Raises Unreadable for what has neither letter nor digit."""
    typed = plain(text)
    if len(typed) > MOST_CHARACTERS:
        raise Unreadable(f"{name}请写在{MOST_CHARACTERS}个字以内。")
    if not any(c.isalnum() for c in typed):
        raise Unreadable(f"没有看明白。请用文字填写{name}。")
    return typed
