"""Conversation ids: unguessable, and recognisable as ours without being stored anywhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_RANDOM_BYTES = 16
_MAC_BYTES = 16


class ConversationIds:
    """Makes ids of 128 random bits with a truncated HMAC-SHA256, and tells ours from others'."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def new(self) -> str:
        """A fresh id, 43 characters of the URL-safe Base64 alphabet."""
        return self.of(secrets.token_bytes(_RANDOM_BYTES))

    def of(self, nonce: bytes) -> str:
        """The id with these 16 bytes in it."""
        return base64.urlsafe_b64encode(nonce + self._mac(nonce)).decode().rstrip("=")

    def nonce_of(self, conversation_id: str) -> bytes:
        """The 16 bytes in an id of ours."""
        return base64.urlsafe_b64decode(conversation_id + "=")[:_RANDOM_BYTES]

    def nonce_for(self, *owner: str) -> bytes:
        """The 16 bytes of the one conversation that belongs to somebody: the same each time, unguessable without the secret."""
        key = hmac.digest(self._secret, b"conversations that belong to somebody", hashlib.sha256)
        return hmac.digest(key, "\0".join(owner).encode(errors="surrogatepass"), hashlib.sha256)[:_RANDOM_BYTES]

    def is_ours(self, conversation_id: str) -> bool:
        """True for ids that `new` made with the same secret."""
        try:
            raw = base64.urlsafe_b64decode(conversation_id.encode("ascii") + b"=")
        except (ValueError, UnicodeEncodeError):
            return False
        nonce, mac = raw[:_RANDOM_BYTES], raw[_RANDOM_BYTES:]
        return hmac.compare_digest(mac, self._mac(nonce)) and base64.urlsafe_b64encode(raw).decode().rstrip("=") == conversation_id

    def _mac(self, nonce: bytes) -> bytes:
        return hmac.digest(self._secret, nonce, hashlib.sha256)[:_MAC_BYTES]
