"""The lead API's JSON as values: every field is read as the chat form reads it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from actions.lead.fields import (
    Unreadable,
    read_company,
    read_contact,
    read_district,
    read_industry,
    read_investment,
    read_land,
    read_need,
    read_phone,
    read_time,
)
from actions.lead.model import Consent, Lead, Person
from actions.office.model import ConsentText, Office, Track
from actions.registry import Registry
from actions.routing import Role
from actions.tickets.register import Opened
from bot.channels.web.schema import read_object
from bot.http.errors import BadInput

_KEY = re.compile(r"[\x21-\x7e]{1,128}")
FIELDS = (
    *("company", "contact", "phone", "industry", "need", "investment", "land", "district", "time"),
    *("clause", "track", "details", "consent"),
)
"""Of a lead; others are refused, as a misspelt one would be lost."""


def read_lead_request(body: bytes, idempotency_key: str | None, registry: Registry, now: datetime) -> Lead:
    """Parse and check a body of POST /api/leads. Raises BadInput naming the field, never repeating what was sent."""
    if idempotency_key is not None and not _KEY.fullmatch(idempotency_key):
        raise BadInput("invalid_idempotency_key", "Idempotency-Key 应为 1 至 128 个可见的 ASCII 字符。")
    fields = read_object(body)
    if set(fields) - set(FIELDS):
        raise BadInput("unknown_field", f"有不认识的字段；可以有：{'、'.join(FIELDS)}。")
    office = registry.office.current
    track = _track(fields, office)
    places = registry.industries.names
    return Lead(
        consent=_consent(fields, office, now),
        person=Person(_read(fields, "contact", read_contact), _read(fields, "phone", read_phone)),
        company=_read(fields, "company", read_company),
        industry=_read(fields, "industry", read_industry),
        need=_read(fields, "need", read_need),
        investment_yuan=_optional(fields, "investment", read_investment),
        land_square_metres=_optional(fields, "land", read_land),
        district=_optional(fields, "district", lambda text: read_district(text, places)) or "",
        time=_optional(fields, "time", read_time) or "",
        clause=_clause(fields, registry, track),
        track=track.id if track else "",
        details=_details(fields, track),
        channel="portal",
        # Hashed with its origin: a key of the API never meets the id of a chat's draft.
        idempotency_key="api:" + hashlib.sha256(idempotency_key.encode()).hexdigest() if idempotency_key else "",
    )


def write_lead_reply(opened: Opened, sheet: str | None) -> dict[str, Any]:
    """The 201 body."""
    bureaus = {role.value: list(opened.ticket.route.bureaus(role)) for role in Role}
    return {"ticket": opened.ticket.number, "bureaus": bureaus, "joined": opened.has_joined, "sheet": sheet}


def write_consent(consent: ConsentText, worded: str) -> dict[str, Any]:
    """The 200 body of GET /api/consent; `worded` is the text as enquirers see it."""
    return {"version": consent.version, "text": worded}


def _text(fields: Mapping[str, Any], name: str) -> str:
    text = fields.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise BadInput(f"invalid_{name}", f"{name} 应为文字。")
    return text


def _read(fields: Mapping[str, Any], name: str, read: Callable[[str], Any]) -> Any:
    text = _text(fields, name)
    if not text.strip():
        raise BadInput(f"missing_{name}", f"缺少 {name}。")
    try:
        return read(text)
    except Unreadable as error:
        raise BadInput(f"invalid_{name}", error.message) from error


def _optional(fields: Mapping[str, Any], name: str, read: Callable[[str], Any]) -> Any:
    return _read(fields, name, read) if _text(fields, name).strip() else None


def _consent(fields: Mapping[str, Any], office: Office, now: datetime) -> Consent:
    given = fields.get("consent")
    if not isinstance(given, dict) or given.get("agreed") is not True:
        raise BadInput("consent_required", 'consent 应为 {"agreed": true, "version": "…"}：未经本人同意不能登记。')
    if given.get("version") != office.consent.version:
        raise BadInput("consent_outdated", f"告知内容已更新，请按 {office.consent.version} 版重新征得同意。")
    return Consent(office.consent.version, now)


def _track(fields: Mapping[str, Any], office: Office) -> Track | None:
    name = _text(fields, "track")
    if name and name not in office.track_by_id:
        raise BadInput("invalid_track", f"track 应为 {'、'.join(office.track_by_id)} 之一。")
    return office.track_by_id.get(name)


def _clause(fields: Mapping[str, Any], registry: Registry, track: Track | None) -> str:
    clause = _text(fields, "clause")
    if clause and clause not in registry.plan.by_id:
        raise BadInput("invalid_clause", "clause 应为方案条款的编号，例如 task-09。")
    if clause and track and clause != track.clause:  # bureaus would be told two reasons for one ticket
        raise BadInput("invalid_clause", f"{track.id} 的依据是 {track.clause}；写了 track 就不必再写 clause。")
    return track.clause if track else clause


def _details(fields: Mapping[str, Any], track: Track | None) -> dict[str, str]:
    """The track's own fields in its order, so that their order in the request makes no other lead of it."""
    given = fields.get("details")
    own = track.fields if track else ()
    if given is None:
        given = {}
    if not isinstance(given, dict) or set(given) - {field.id for field in own}:
        raise BadInput(
            "invalid_details", f"details 应为 JSON 对象，里面可以有：{'、'.join(field.id for field in own) or '（这类事项没有）'}。"
        )
    details = {}
    for field in own:
        text = given.get(field.id)
        if text is not None and not isinstance(text, str):
            raise BadInput("invalid_details", f"details 的 {field.id} 应为文字。")
        if text and text.strip():
            details[field.id] = _detail(field.id, text)
        elif not field.optional:
            raise BadInput("missing_details", f"details 缺少 {field.id}（{field.name}）。")
    return details


def _detail(name: str, text: str) -> str:
    try:
        return read_need(text)
    except Unreadable as error:
        raise BadInput("invalid_details", f"details 的 {name} 没有看明白：请用文字填写，500 个字以内。") from error
