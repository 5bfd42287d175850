"""What an enquirer wants, in their own words."""

from __future__ import annotations

from actions.lead.fields.wanted import Wanted

WANTED = Wanted("具体需求", "需要50亩工业用地，并了解落户流程", 2, 500, is_name=False)


def read_need(text: str) -> str:
    """What was typed: questions, markup and numbers are text like any other. Raises Unreadable."""
    return WANTED.checked(WANTED.plain(text))
