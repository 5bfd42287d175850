"""A register full of questions, with the sums that belong to them."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta, timezone

from sqlalchemy import insert

from actions.office.workdays import local_date
from actions.questions.tables import ENTRY_DAYS, QUESTION_DAYS, QUESTION_GROUPS, QUESTIONS, REMARK_DAYS
from actions.tickets.database import Database

_DAYS = 730
_GROUPS = 2_000
_ENTRIES = 400
_AT_ONCE = 20_000
_STATUSES = ("answered",) * 7 + ("unsure", "abstained", "off_topic")
_CLAUSES = tuple(f"task-{number:02}" for number in range(1, 18))
_ASKED = ("每亩地多少钱", "员工子女上学怎么办", "有没有贷款贴息", "厂房怎么租", "环评要多久", "去廉江办厂做什么好", "迁移登记找谁")


def fill_questions(database: Database, number: int, seed: int) -> None:
    """So many questions of the last two years, grouped where they were not answered."""
    chance = random.Random(seed)  # noqa: S311 - the same figures each time
    now = datetime.now(timezone.utc)
    days: Counter[tuple[object, ...]] = Counter()
    entries: Counter[tuple[object, ...]] = Counter()
    groups: Counter[int] = Counter()
    rows = []
    with database.writing() as connection:
        for place in range(number):
            at = now - timedelta(seconds=chance.randrange(_DAYS * 86_400))
            status = chance.choice(_STATUSES)
            group = None if status == "answered" else 1 + int(_GROUPS * chance.random() ** 3)
            row = {
                "at": at,
                "day": local_date(at),
                "channel": chance.choice(("web", "web", "wechat")),
                "conversation": f"{chance.getrandbits(64):016x}",
                "question": f"{chance.choice(_ASKED)}{place % 977}",
                "clause": chance.choice(_CLAUSES) if status in ("answered", "unsure") else "",
                "entry": f"entry-{int(_ENTRIES * chance.random() ** 2)}",
                "status": status,
                "score": round(chance.random(), 2),
                "group_id": group,
            }
            days[row["day"], row["channel"], row["clause"], status] += 1
            entries[row["day"], row["entry"]] += 1
            if group:
                groups[group] += 1
            rows.append(row)
            if len(rows) == _AT_ONCE:
                connection.execute(insert(QUESTIONS), rows)
                rows = []
        if rows:
            connection.execute(insert(QUESTIONS), rows)
        made = [_group(group, count, now, chance) for group, count in groups.items()]
        if made:
            connection.execute(insert(QUESTION_GROUPS), made)
        names = ("day", "channel", "clause", "status")
        connection.execute(insert(QUESTION_DAYS), [{**dict(zip(names, key, strict=True)), "count": n} for key, n in days.items()])
        connection.execute(insert(ENTRY_DAYS), [{"day": day, "entry": entry, "count": n} for (day, entry), n in entries.items()])
        thumbs = [
            {"day": day, "channel": "web", "rating": rating, "count": n}
            for day in {key[0] for key in days}
            for rating, n in (("up", 9), ("down", 3))
        ]
        connection.execute(insert(REMARK_DAYS), thumbs)


def _group(group: int, count: int, now: datetime, chance: random.Random) -> dict[str, object]:
    return {
        "id": group,
        "wording": f"{chance.choice(_ASKED)}，第{group}种问法",
        "is_off_topic": int(chance.random() < 0.3),
        "count": count,
        "down": int(chance.random() < 0.1),
        "first_at": now - timedelta(days=_DAYS),
        "last_at": now - timedelta(days=chance.randrange(120)),
        "state": "open",
        "bureau": "",
        "nearest": f"entry-{group % _ENTRIES}",
        "decided_by": "",
        "since": 0,
    }
