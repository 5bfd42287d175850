"""A register full of tickets, written as rows: a real register would take hours to take in so many."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import insert

from actions.lead.model import Person
from actions.office.workdays import local_date
from actions.routing import Assignment, Role, Route
from actions.tickets.database import Database
from actions.tickets.number import new_number
from actions.tickets.personal import PersonalKey
from actions.tickets.rows import bureau_rows, write_route
from actions.tickets.tables import TICKET_BUREAUS, TICKET_EVENTS, TICKETS

BUREAUS = ("市自然资源局", "市财政局", "市税务局", "市金融局", "市生态环境局", "市投资促进局", "市工业和信息化局", "市人力资源社会保障局")
_DAYS = 1460
_AT_ONCE = 5_000
_CITIES = ("东莞", "佛山", "深圳", "广州", "中山", "江门", "惠州", "珠海")
_NAMES = ("晨曦", "宏达", "蓝湾", "恒信", "明辉", "锐捷", "金湾", "顺发", "美嘉", "永盛", "同创", "华丰")
_TRADES = (
    ("小家电", "小家电制造"),
    ("铝材", "铝型材加工"),
    ("皮具", "皮具制造"),
    ("照明", "照明灯具"),
    ("食品", "水产品加工"),
    ("电子", "电子元件"),
)
_NEEDS = (
    "需要50亩工业用地，想了解供地流程",
    "想租标准厂房3000平方米",
    "设备贷款贴息怎么申请",
    "员工子女入学怎么安排",
    "环评审批能否同步办理",
)
_DISTRICTS = ("廉江市", "雷州市", "吴川市", "遂溪县", "徐闻县", "赤坎区", "霞山区", "麻章区", "坡头区")
_STATES = ("closed",) * 8 + ("new", "assigned", "answered")


def fill_tickets(database: Database, key: PersonalKey, number: int, seed: int) -> None:
    """So many tickets of the last four years, most of them closed, with their histories."""
    chance = random.Random(seed)  # noqa: S311 - the same figures each time
    now = datetime.now(timezone.utc)
    person = key.encrypt_person(Person("陈伟", "+8613800138000"))
    with database.writing() as connection:
        for first in range(0, number, _AT_ONCE):
            ids = range(first + 1, min(first + _AT_ONCE, number) + 1)
            opened = [now - timedelta(days=_DAYS * (number - each) / number) for each in ids]
            routes = [_route(chance) for _ in ids]
            states = [chance.choice(_STATES) for _ in ids]
            rows = [_ticket(*each, person, chance) for each in zip(ids, opened, routes, states, strict=True)]
            connection.execute(insert(TICKETS), rows)
            connection.execute(insert(TICKET_BUREAUS), [r for i, route in zip(ids, routes, strict=True) for r in bureau_rows(i, route)])
            connection.execute(insert(TICKET_EVENTS), [event for row in rows for event in _events(row, routes[row["id"] - first - 1])])
        if not database.is_sqlite:
            connection.exec_driver_sql("SELECT setval(pg_get_serial_sequence('tickets', 'id'), (SELECT max(id) FROM tickets))")


def _route(chance: random.Random) -> Route:
    principal, *others = chance.sample(BUREAUS, chance.randrange(1, 4))
    clause = f"task-{chance.randrange(1, 18):02}"
    supporting = [Assignment(bureau, Role.SUPPORTING, "方案列为配合单位", clause) for bureau in others]
    return Route((Assignment(principal, Role.PRINCIPAL, "方案列为牵头单位", clause), *supporting))


def _ticket(place: int, opened: datetime, route: Route, state: str, person: bytes, chance: random.Random) -> dict[str, Any]:
    goods, industry = chance.choice(_TRADES)
    answered = None if state == "new" else opened + timedelta(hours=chance.randrange(1, 90))
    closed = opened + timedelta(hours=chance.randrange(90, 400)) if state == "closed" else None
    has_track = chance.random() < 0.3
    return {
        "id": place,
        "number": new_number(local_date(opened)),
        "state": state,
        "sequence": 1 + (answered is not None) + (closed is not None),
        "route": write_route(route),
        "company": f"{chance.choice(_CITIES)}{chance.choice(_NAMES)}{chance.choice(_NAMES)}{goods}有限公司",
        "industry": industry,
        "need": chance.choice(_NEEDS),
        "question": "",
        "district": chance.choice(_DISTRICTS),
        "time": "明年",
        "clause": route.assignments[0].clause,
        "track": "environmental-approval" if has_track else "",
        "details": "{}",
        "channel": chance.choice(("web", "web", "wechat", "portal")),
        "conversation": f"{chance.getrandbits(64):016x}",
        "consent_version": "2026-11",
        "consent_given_at": opened,
        "person": person,
        "due": local_date(opened) + timedelta(days=15) if has_track else None,
        "opened_at": opened,
        "updated_at": closed or answered or opened,
        "closed_at": closed,
        "first_answered_at": answered,
        "outcome": chance.choice(("settled", "answered", "declined")) if closed else None,
    }


def _events(row: dict[str, Any], route: Route) -> Sequence[dict[str, Any]]:
    bureau = route.assignments[0].bureau
    steps = [("opened", row["opened_at"], "咨询人", "new")]
    if row["first_answered_at"]:
        steps.append(("commented", row["first_answered_at"], bureau, "answered"))
    if row["closed_at"]:
        steps.append(("closed", row["closed_at"], bureau, "closed"))
    return [
        {"ticket_id": row["id"], "sequence": number, "kind": kind, "at": at, "by": by, "text": "", "state": state}
        for number, (kind, at, by, state) in enumerate(steps, 1)
    ]
