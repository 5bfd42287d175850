"""Numbers out of addresses and forms, which anybody may type."""

from __future__ import annotations

import re


def whole_number(written: str, digits: int = 18) -> int | None:
    """In plain digits, so many at most; None for anything else. Eighteen fit into a column of any database."""
    return int(written) if re.fullmatch(f"[0-9]{{1,{digits}}}", written, re.ASCII) else None
