"""A bureau's call-back: its signature over the raw bytes first, then its JSON.

Signed as Standard Webhooks 1.0.0 has it, with the secret that the bureau's own deliveries are signed with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from secrets import token_bytes
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from actions.office.model import Bureau, EndpointKind
from actions.tickets.number import number_in
from bot.channels.web.schema import printable, read_object
from bot.http.errors import BadInput, Unauthorised

MOST_COMMENT_CHARACTERS = 1000
MOST_ID_CHARACTERS = 128


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
    """The webhook-id of a call-back that the bureau signed within the last five minutes.

    Raises Unauthorised, in the same way for a bureau that is unknown or has no webhook; BadInput for an id that is too long.
    """
    endpoint = bureau.endpoint if bureau else None
    shared = endpoint.secrets if endpoint and endpoint.kind is EndpointKind.WEBHOOK else ()
    lower = {name.lower(): value for name, value in headers.items()}
    # Without a secret a throw-away one is tried: that nobody can have signed with, and takes as long as a wrong one.
    for secret in shared or (token_bytes(32),):
        try:
            # Its JSON is not parsed here: the signature counts first, and what is wrong with the JSON is told apart from it.
            Webhook(secret).verify(body, lower, json_parse=False)
        except (WebhookVerificationError, ValueError):  # ValueError: not UTF-8, or a signature of no known form
            continue
        callback_id = lower["webhook-id"]
        if len(callback_id) > MOST_ID_CHARACTERS:  # cut off, two of them could look like one
            raise BadInput("invalid_webhook_id", f"webhook-id 最长 {MOST_ID_CHARACTERS} 个字符。")
        return callback_id
    raise Unauthorised("invalid_signature", "签名无效或已过期。")


def read_callback(callback_id: str, body: bytes) -> Callback:
    """Parse a verified body. Raises BadInput naming the field.

    Other fields than these are refused: a misspelt comment would be lost, and one of our own deliveries, signed with the
    same secret, would pass for a call-back if somebody sent it back.
    """
    fields = read_object(body)
    _refuse_others(fields, ("type", "timestamp", "data"), "")
    kinds = {kind.value: kind for kind in CallbackType}
    written_kind = fields.get("type")
    kind = kinds.get(written_kind) if isinstance(written_kind, str) else None
    if kind is None:
        raise BadInput("invalid_type", f"type 应为 {'、'.join(kinds)} 之一。")
    told = fields.get("data")
    if not isinstance(told, dict):
        raise BadInput("invalid_data", "data 应为 JSON 对象。")
    _refuse_others(told, ("ticket", "comment"), "data 里")
    return Callback(callback_id, kind, _ticket(told), _comment(told, kind))


def _refuse_others(fields: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    if set(fields) - set(known):
        raise BadInput("unknown_field", f"{where}有不认识的字段；可以有：{'、'.join(known)}。")


def _ticket(told: Mapping[str, Any]) -> str:
    written = told.get("ticket")
    number = number_in(written) if isinstance(written, str) else None
    # A number out of a longer text could be the wrong one of two.
    if number is None or str(written).strip().upper() != number:
        raise BadInput("invalid_ticket", "data.ticket 应为工单编号，例如 ZJ-261125-7K3QXM。")
    return number


def _comment(told: Mapping[str, Any], kind: CallbackType) -> str:
    written = told.get("comment")
    if written is not None and not isinstance(written, str):
        raise BadInput("invalid_comment", "data.comment 应为文字。")
    comment = printable(written or "")
    if len(comment) > MOST_COMMENT_CHARACTERS:
        raise BadInput("comment_too_long", f"data.comment 最多 {MOST_COMMENT_CHARACTERS} 个字。")
    if kind is CallbackType.COMMENTED and not comment:
        raise BadInput("empty_comment", "ticket.commented 需要 data.comment。")
    return comment
