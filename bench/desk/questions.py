"""A register full of questions and thumbs, with the groups and sums that belong to them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.engine import Connection

from actions.office.workdays import local_date
from actions.questions.tables import ENTRY_DAYS, QUESTION_DAYS, QUESTION_GROUPS, QUESTIONS, REMARK_DAYS, REMARKS
from actions.tickets.database import Database

_DAYS = 730
_GROUPS = 2_000
_ENTRIES = 400
_AT_ONCE = 20_000
_RATED = 0.1
"""Share of questions that somebody put a thumb to."""
_STATUSES = ("answered",) * 7 + ("unsure", "abstained", "off_topic")
_CLAUSES = tuple(f"task-{number:02}" for number in range(1, 18))
_ASKED = ("每亩地多少钱", "员工子女上学怎么办", "有没有贷款贴息", "厂房怎么租", "环评要多久", "去廉江办厂做什么好", "迁移登记找谁")


class _Sums:
    """What is counted while questions are made."""

    def __init__(self) -> None:
        self.days: Counter[tuple[date, str, str, str]] = Counter()
        self.entries: Counter[tuple[date, str]] = Counter()
        self.thumbs: Counter[tuple[date, str, str]] = Counter()
        self.asked: Counter[int] = Counter()
        self.down: Counter[int] = Counter()


def fill_questions(database: Database, number: int, seed: int) -> None:
    """So many questions of the last two years, one in ten with a thumb; grouped where they were not answered."""
    chance = random.Random(seed)  # noqa: S311 - the same figures each time
    now = datetime.now(timezone.utc)
    sums = _Sums()
    with database.writing() as connection:
        for first in range(0, number, _AT_ONCE):
            rows = [_question(now, place, chance) for place in range(first, min(first + _AT_ONCE, number))]
            rated = [_remark(row, chance) for row in rows if chance.random() < _RATED]
            _insert(connection, QUESTIONS, rows)
            _insert(connection, REMARKS, rated)
            _add(sums, rows, rated)
        _insert(connection, QUESTION_GROUPS, [_group(sums, group, now, chance) for group in sorted({*sums.asked, *sums.down})])
        for table, counted in ((QUESTION_DAYS, sums.days), (ENTRY_DAYS, sums.entries), (REMARK_DAYS, sums.thumbs)):
            names = [column.name for column in table.primary_key.columns]
            _insert(connection, table, [{**dict(zip(names, key, strict=True)), "count": count} for key, count in counted.items()])
        if not database.is_sqlite:
            last = "SELECT setval(pg_get_serial_sequence('question_groups', 'id'), (SELECT coalesce(max(id), 1) FROM question_groups))"
            connection.exec_driver_sql(last)


def _question(now: datetime, place: int, chance: random.Random) -> dict[str, Any]:
    at = now - timedelta(seconds=chance.randrange(_DAYS * 86_400))
    status = chance.choice(_STATUSES)
    return {
        "at": at,
        "day": local_date(at),
        "channel": chance.choice(("web", "web", "wechat")),
        "conversation": f"{chance.getrandbits(64):016x}",
        "question": f"{chance.choice(_ASKED)}{place % 977}",
        "clause": chance.choice(_CLAUSES) if status in ("answered", "unsure") else "",
        "entry": f"entry-{int(_ENTRIES * chance.random() ** 2)}",
        "status": status,
        "score": round(chance.random(), 2),
        "group_id": None if status == "answered" else _some_group(chance),
    }


def _remark(question: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    is_down = chance.random() < 0.25
    named = ("at", "day", "channel", "conversation", "question", "entry")
    return {
        **{name: question[name] for name in named},
        "comment": "没有说清楚" if is_down and chance.random() < 0.2 else "",
        "rating": "down" if is_down else "up",
        "group_id": _some_group(chance) if is_down else None,
    }


def _some_group(chance: random.Random) -> int:
    """Few are asked often, many seldom."""
    return 1 + int(_GROUPS * chance.random() ** 3)


def _add(sums: _Sums, questions: Sequence[Mapping[str, Any]], rated: Sequence[Mapping[str, Any]]) -> None:
    sums.days.update((row["day"], row["channel"], row["clause"], row["status"]) for row in questions)
    sums.entries.update((row["day"], row["entry"]) for row in questions)
    sums.thumbs.update((row["day"], row["channel"], row["rating"]) for row in rated)
    sums.asked.update(row["group_id"] for row in questions if row["group_id"])
    sums.down.update(row["group_id"] for row in rated if row["group_id"])


def _group(sums: _Sums, group: int, now: datetime, chance: random.Random) -> dict[str, Any]:
    state = chance.choice(("open",) * 7 + ("entry", "not-ours", "silent"))
    return {
        "id": group,
        "wording": f"{chance.choice(_ASKED)}，第{group}种问法",
        "is_off_topic": chance.random() < 0.3,
        "count": sums.asked[group],
        "down": sums.down[group],
        "first_at": now - timedelta(days=_DAYS),
        "last_at": now - timedelta(days=chance.randrange(120)),
        "state": state,
        "bureau": "市自然资源局" if state == "silent" else "",
        "nearest": f"entry-{group % _ENTRIES}",
        "decided_by": "" if state == "open" else "chen",
        "decided_at": None if state == "open" else now - timedelta(days=chance.randrange(120)),
    }


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), list(rows))
