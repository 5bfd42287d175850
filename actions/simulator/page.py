"""What arrived, as a page and as JSON: without phone numbers, and with no more of a name than its first character."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from actions.office.sheet import masked_name
from actions.office.workdays import SHANGHAI
from actions.questions.masking import masked
from actions.simulator.arrival import Arrival, Outcome
from actions.simulator.callback import CallBack
from actions.tickets.personal import masked_phone

TYPE_NAMES = {
    "ticket.opened": "新工单",
    "ticket.updated": "工单更新",
    "ticket.reassigned": "工单改派",
    "ticket.closed": "工单办结",
    "ticket.accepted": "受理",
    "ticket.commented": "答复意见",
}
STATE_NAMES = {"new": "待受理", "assigned": "已受理", "answered": "已答复", "closed": "已办结", "reopened": "重新受理"}
ROLE_NAMES = {"principal": "牵头", "district": "属地", "supporting": "配合"}
OUTCOME_NAMES = {
    Outcome.ACCEPTED: "已接收",
    Outcome.LOST: "已接收，答复中断",
    Outcome.FAILED: "答复 500",
    Outcome.BUSY: "答复 429",
    Outcome.GONE: "答复 410",
    Outcome.REDIRECTED: "答复 302",
    Outcome.HUNG: "未答复",
    Outcome.RESET: "连接中断",
    Outcome.FORGED: "验签不通过，已拒收",
    Outcome.CONFLICT: "编号重复而内容不同，已拒收",
    Outcome.UNREADABLE: "内容不能识别，已拒收",
}


@dataclass(frozen=True, slots=True)
class Row:
    """An arrival as it is shown."""

    id: str
    type: str
    ticket: str
    at: str
    """ISO 8601 in UTC."""
    verified: bool
    outcome: str
    repeats: int
    state: str
    bureau: str
    """The recipient; empty where the payload names none."""
    bureaus: tuple[tuple[str, tuple[str, ...]], ...]
    """Role and names, in order."""
    need: str
    contact: str
    """Masked; empty where there is none."""
    can_act: bool
    """Newest accepted one of its ticket and recipient: call-backs are sent from here."""


def rows(arrivals: Sequence[Arrival]) -> list[Row]:
    """Newest first."""
    seen: set[tuple[str, str]] = set()
    made = []
    for arrival in reversed(arrivals):
        # Nothing of what is not signed is shown: it may be anything.
        told = _object(arrival.payload.get("data")) if arrival.verified else {}
        bureau = _text(_object(told.get("to")).get("bureau"))
        can_act = arrival.accepted and (arrival.ticket, bureau) not in seen
        if can_act:
            seen.add((arrival.ticket, bureau))
        made.append(
            Row(
                id=arrival.id,
                type=arrival.type,
                ticket=arrival.ticket,
                at=arrival.at.isoformat(timespec="seconds"),
                verified=arrival.verified,
                outcome=arrival.outcome.value,
                repeats=arrival.repeats,
                state=_text(told.get("state")),
                bureau=bureau,
                bureaus=_bureaus(_object(told.get("bureaus"))),
                need=_without_numbers(_text(told.get("need"))),
                contact=_contact(_object(told.get("contact"))),
                can_act=can_act,
            )
        )
    return made


def render_page(shown: Sequence[Row], calls: Sequence[CallBack], token: str, behaviour: str, *, refreshes: bool) -> str:
    """The page in HTML; `calls` newest first, `token` goes into every form."""
    return _template().render(
        rows=shown,
        calls=calls,
        token=token,
        behaviour=behaviour,
        refreshes=refreshes,
        types=TYPE_NAMES,
        states=STATE_NAMES,
        roles=ROLE_NAMES,
        outcomes={outcome.value: name for outcome, name in OUTCOME_NAMES.items()},
    )


def _bureaus(told: dict[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    named = ((role, told.get(role)) for role in ROLE_NAMES)
    return tuple((role, tuple(map(str, names))) for role, names in named if isinstance(names, list) and names)


def _contact(told: dict[str, Any]) -> str:
    return f"{masked_name(_text(told.get('name')))} {masked_phone(_text(told.get('phone')))}" if told else ""


def _without_numbers(text: str) -> str:
    hidden = masked(text)
    # Masking narrows Chinese punctuation; where nothing was hidden the text stays as it was written.
    return text if hidden == unicodedata.normalize("NFKC", text) else hidden


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _clock(moment: datetime | str) -> str:
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M:%S}"


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["clock"] = _clock
    return environment.get_template("page.html")
