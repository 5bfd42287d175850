"""A bureau's call-back: its signature over the raw bytes first, then its JSON.

Signed as Standard Webhooks 1.0.0 has it, with the secret that the bureau's own deliveries are signed with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from actions.office.model import Bureau, EndpointKind
from actions.tickets.number import number_in
from bot.channels.web.schema import printable, read_object
from bot.http.errors import BadInput, Unauthorised

MOST_COMMENT_CHARACTERS = 1000


class CallbackType(Enum):
    """What a bureau may tell."""

    ACCEPTED = "ticket.accepted"
    COMMENTED = "ticket.commented"
    CLOSED = "ticket.closed"


@dataclass(frozen=True, slots=True)
class Callback:
    """A verified and parsed call-back."""

    id: str
    """The webhook-id: repeated ones have no second effect."""
    type: CallbackType
    ticket: str
    comment: str


def verify(body: bytes, headers: Mapping[str, str], bureau: Bureau | None) -> str:
    """The webhook-id of a call-back that the bureau signed within the last five minutes. Raises Unauthorised."""
    endpoint = bureau.endpoint if bureau else None
    if endpoint and endpoint.kind is EndpointKind.WEBHOOK:
        lower = {name.lower(): value for name, value in headers.items()}
        for secret in endpoint.secrets:
            try:
                Webhook(secret).verify(body, lower)
            except (WebhookVerificationError, ValueError):
                continue
            return lower["webhook-id"][:128]
    raise Unauthorised("invalid_signature", "签名无效或已过期。")


def read_callback(callback_id: str, body: bytes) -> Callback:
    """Parse a verified body. Raises BadInput naming the field."""
    fields = read_object(body)
    kinds = {kind.value: kind for kind in CallbackType}
    if fields.get("type") not in kinds:
        raise BadInput("invalid_type", f"type 应为 {'、'.join(kinds)} 之一。")
    told = fields.get("data")
    if not isinstance(told, dict):
        raise BadInput("invalid_data", "data 应为 JSON 对象。")
    written = told.get("ticket")
    number = number_in(written) if isinstance(written, str) else None
    if number is None:
        raise BadInput("invalid_ticket", "data.ticket 应为工单编号，例如 ZJ-261125-7K3QXM。")
    comment = told.get("comment", "")
    if not isinstance(comment, str):
        raise BadInput("invalid_comment", "data.comment 应为文字。")
    comment = printable(comment)
    if len(comment) > MOST_COMMENT_CHARACTERS:
        raise BadInput("comment_too_long", f"data.comment 最多 {MOST_COMMENT_CHARACTERS} 个字。")
    kind = kinds[fields["type"]]
    if kind is CallbackType.COMMENTED and not comment:
        raise BadInput("empty_comment", "ticket.commented 需要 data.comment。")
    return Callback(callback_id, kind, number, comment)
