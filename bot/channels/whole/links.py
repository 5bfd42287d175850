"""Addresses of whole answers. The mark in them cannot be guessed: whoever has the link was given it."""

from __future__ import annotations

import hmac

from actions.tickets.personal import PersonalKey


def path_of(key: PersonalKey, inbox_id: int) -> str:
    """Of the answer to a message of the inbox."""
    return f"/a/{inbox_id}/{key.mark('whole answer', str(inbox_id))}"


def is_path_of(key: PersonalKey, inbox_id: int, path: str) -> bool:
    """Whether a path was made by `path_of`."""
    return hmac.compare_digest(path_of(key, inbox_id).encode(), path.encode(errors="surrogatepass"))
