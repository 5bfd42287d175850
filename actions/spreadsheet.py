"""What a spreadsheet does to texts: a cell that begins as a formula does is calculated, and may fetch things (OWASP, "CSV Injection")."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


def as_text(text: str) -> str:
    """The text for a cell of a CSV file; with a leading apostrophe, which spreadsheets do not show, where it would be calculated."""
    return f"'{text}" if text.startswith(_FORMULA) else text
