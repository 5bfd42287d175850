"""Standard Webhooks 1.0.0 as a bureau would use it: by the public library alone, and by nothing that the sender wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError


class Secrets:
    """What the bureau shares with the service."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """Each as `whsec_…`. Raises ValueError where there is none or one cannot be used, without quoting it."""
        if not secrets or not all(secret.removeprefix("whsec_").strip() for secret in secrets):
            raise ValueError("the simulator needs at least one signing secret, and none may be empty")
        try:
            self._webhooks = tuple(Webhook(secret) for secret in secrets)
        except ValueError:
            raise ValueError("a signing secret is whsec_ and Base64") from None

    def find_signer(self, body: bytes, headers: Mapping[str, str]) -> int | None:
        """Which of the secrets these bytes were signed with within the last five minutes; None: none of them."""
        for position, webhook in enumerate(self._webhooks):
            try:
                webhook.verify(body, dict(headers), json_parse=False)
            except (WebhookVerificationError, ValueError):  # ValueError: not UTF-8, or a signature of no known form
                continue
            return position
        return None

    def sign(self, position: int, id_: str, at: datetime, body: bytes) -> dict[str, str]:
        """Headers for a body, signed with one of the secrets at an aware time."""
        # The library takes the wall clock of whatever zone for UTC.
        at_utc = at.astimezone(timezone.utc)
        return {
            "webhook-id": id_,
            "webhook-timestamp": str(int(at_utc.timestamp())),
            "webhook-signature": self._webhooks[position].sign(id_, at_utc, body.decode()),
        }
