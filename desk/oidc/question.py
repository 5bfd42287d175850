"""Our question to the provider, kept in the officer's own browser until the answer comes: encrypted, for ten minutes."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from actions.tickets.history import utc_now
from actions.tickets.personal import PersonalKey, PersonalKeyError
from desk.oidc.errors import NotIdentified

LASTS = timedelta(minutes=10)
_PURPOSE = "oidc"


@dataclass(frozen=True, slots=True)
class Question:
    """What makes an answer ours."""

    state: str
    """Comes back with the answer: it is one to this browser."""
    nonce: str
    """Stands in the ID token: it was made for this question."""
    verifier: str
    """Shown when the code is exchanged: whoever asked has it (PKCE)."""
    after: str
    """The page that was asked for, below /desk."""

    @property
    def challenge(self) -> str:
        """Of the verifier, by S256 (RFC 7636, section 4.2)."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


def new_question(after: str) -> Question:
    """256 random bits each."""
    return Question(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), after)


def seal(question: Question, key: PersonalKey, clock: Callable[[], datetime] = utc_now) -> str:
    """As it is kept in a cookie."""
    kept = {**asdict(question), "until": (clock() + LASTS).timestamp()}
    return key.encrypt_for(_PURPOSE, json.dumps(kept).encode()).decode()


def unseal(cookie: str, key: PersonalKey, clock: Callable[[], datetime] = utc_now) -> Question:
    """Raises NotIdentified where it is none of ours, or too old."""
    try:
        kept = json.loads(key.decrypt_for(_PURPOSE, cookie.encode(errors="replace")))
    except PersonalKeyError as error:
        raise NotIdentified("no question of ours") from error
    if clock().timestamp() > kept.pop("until"):
        raise NotIdentified("the answer came too late")
    return Question(**kept)
