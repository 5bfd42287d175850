"""A desk with a month's work on it, for the pictures of its pages and the tests that look at all of them. Names are invented."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from actions.conversations.model import Author, Said, Turn
from actions.conversations.register import Conversations
from actions.lead.model import Consent, Lead, Person
from actions.officers.model import Role
from actions.officers.register import Officers
from actions.questions import Asked, Rating, Remark, Status
from actions.questions.likeness import Likeness
from actions.questions.model import conversation_mark
from actions.questions.register import Questions
from actions.registry import Registry
from actions.tickets.model import TicketError
from actions.tickets.register import Tickets

PASSWORD = "榕树下的第三把椅子"  # noqa: S105 - of nobody
BUREAU = "市自然资源局"
OFFICERS = (
    ("liming", "李明", BUREAU, Role.OFFICER),
    ("chenxia", "陈霞", BUREAU, Role.SUPERVISOR),
    ("wanghai", "王海", "市投资促进局", Role.OFFICER),
    ("boss", "林主任", "", Role.ADMINISTRATOR),
)
"""Login, name, bureau, role; all with PASSWORD."""


@dataclass(frozen=True, slots=True)
class _Case:
    company: str
    industry: str
    need: str
    question: str
    clause: str
    district: str
    track: str = ""


_CASES: Sequence[_Case] = (
    _Case(
        "东莞晨曦小家电有限公司", "小家电制造", "需要50亩工业用地建电饭煲生产线，想了解供地流程", "用地指标怎么保障", "task-09", "廉江市"
    ),
    _Case(
        "佛山南海宏达铝材厂",
        "铝型材加工",
        "搬迁涉及环评，想问审批能不能同步办理",
        "环评要多久",
        "task-10",
        "麻章区",
        "environmental-approval",
    ),
    _Case("深圳前海蓝湾海洋装备有限公司", "海洋装备", "计划在东海岛设厂，需要码头岸线", "码头岸线怎么申请", "task-09", "经开区"),
    _Case("广州白云恒信皮具有限公司", "皮具制造", "想租标准厂房3000平方米，先租后买", "有没有标准厂房", "task-05", "遂溪县"),
    _Case(
        "中山古镇明辉照明科技有限公司",
        "照明灯具",
        "设备贷款贴息和信用贷款怎么申请",
        "中小企业贷款有什么支持",
        "task-08",
        "吴川市",
        "credit",
    ),
    _Case(
        "江门新会海味食品有限公司",
        "水产品加工",
        "水产冷链项目，投资1.2亿元，想约一次现场考察",
        "水产加工项目落户哪里",
        "task-06",
        "雷州市",
        "investment-project",
    ),
    _Case("惠州仲恺锐捷电子有限公司", "电子元件", "整厂迁移，员工子女入学怎么安排", "员工子女上学怎么办", "task-11", "赤坎区"),
    _Case("珠海斗门金湾家具有限公司", "家具制造", "林地边上的地块能不能用，手续找谁", "林地怎么办手续", "task-09", "廉江市"),
    _Case(
        "东莞厚街顺发鞋业有限公司",
        "制鞋",
        "迁移登记要不要先注销原来的执照",
        "迁移登记怎么办",
        "task-15",
        "吴川市",
        "relocation-registration",
    ),
    _Case("佛山顺德美嘉电器有限公司", "家用电器", "想了解主平台的用地和产业链配套", "主平台在哪里", "task-01", "主平台"),
)
_NAMES = ("陈伟", "林志强", "黄丽珍", "何家豪", "吴晓燕", "欧阳明远", "梁国栋", "郑美玲")
_REPLIES = (
    "您好，我局已收到。该类项目用地按工业用地公开出让，请先准备项目可行性研究报告，我们将约您面谈。",
    "您好，材料已核对，缺少营业执照复印件，请补充后发来。",
    "您好，已与园区联系，下周三上午可安排现场考察，请确认人数。",
)


def add_officers(officers: Officers) -> None:
    """One of each role, who have changed their one-time passwords."""
    for login, name, bureau, role in OFFICERS:
        once = officers.add(login, name, bureau, role, "terminal")
        signed_in = officers.sign_in(login, once, None, "docs")
        officers.end(officers.change_password(signed_in.token, once, f"{PASSWORD}{login}").token)


def add_tickets(registry: Registry, until: datetime, number: int = 60, seed: int = 7) -> tuple[str, ...]:
    """Tickets of the last month in every state, the latest opened an hour before `until`; their numbers, oldest first."""
    chance = random.Random(seed)  # noqa: S311 - the same pictures each time
    now = [until]
    tickets = Tickets(registry.database, registry.key, registry.plan, lambda: registry.office.current, clock=lambda: now[0])
    numbers = []
    for place in range(number):
        case = _CASES[place % len(_CASES)]
        opened = until - timedelta(hours=1 + (number - 1 - place) * 30 * 24 / number)
        now[0] = opened
        person = Person(chance.choice(_NAMES), f"+86138{chance.randrange(10**8):08d}")
        company = case.company if place < len(_CASES) else f"{case.company[:-2]}{'一二三四五六'[place // len(_CASES) - 1]}厂"
        lead = Lead(
            consent=Consent(registry.office.current.consent.version, opened),
            person=person,
            company=company,
            industry=case.industry,
            need=case.need,
            investment_yuan=chance.choice((None, 30_000_000, 120_000_000, 500_000_000)),
            land_square_metres=chance.choice((None, 20_000, 33_333)),
            district=case.district,
            time="明年上半年",
            clause=case.clause,
            question=case.question,
            track=case.track,
            conversation=f"{chance.getrandbits(64):016x}",
        )
        ticket = tickets.open_ticket(lead).ticket
        numbers.append(ticket.number)
        bureau = ticket.route.assignments[0].bureau
        for step in range(min(chance.randrange(5), (number - place) // 3)):
            now[0] = min(until, now[0] + timedelta(hours=chance.choice((2, 5, 20, 50))))
            try:
                if step == 0:
                    tickets.accept(ticket.number, bureau)
                elif step < 3:
                    tickets.comment(ticket.number, bureau, chance.choice(_REPLIES))
                else:
                    tickets.close(ticket.number, bureau, "事项已办结，如有新问题欢迎再来咨询。")
            except TicketError:
                break
    return tuple(numbers)


def add_conversations(registry: Registry, until: datetime) -> tuple[str, ...]:
    """Conversations of the last hour, the latest first; their marks."""
    conversations = Conversations(registry.database, registry.key, lambda: until)
    clause = registry.plan.by_id["task-09"]
    answer = {
        "status": "answered",
        "citations": [{"clause": clause.id, "number": clause.number, "title": clause.title, "quote": clause.sentences[0].text}],
        "bureaus": {"principal": [BUREAU], "supporting": ["市财政局"]},
        "score": 0.93,
    }
    silent = {"status": "abstained", "citations": [], "bureaus": {"principal": [BUREAU], "supporting": []}, "score": 0.2}
    asked = (
        ("主平台的工业用地指标怎么保障？", "方案提出：主平台的制造业项目用地由市指标保障，应保尽保。", answer),
        ("每亩地多少钱", "方案没有写明地价。可咨询市自然资源局。", silent),
        ("我们想要50亩，多久能拿到地", "方案没有规定供地时限。可咨询市自然资源局。", silent),
    )
    marks = []
    for place in range(4):
        conversation = f"sample-conversation-{place}"
        for number, (question, told, known) in enumerate(asked[: 3 - place % 3]):
            at = until - timedelta(minutes=place * 13 + 5 - number)
            said = (Said(Author.ENQUIRER, question), Said(Author.BOT, told, answer=known))
            conversations.record([Turn(conversation, "web", at, said)])
        marks.append(conversation_mark(conversation))
    return tuple(marks)


def add_questions(registry: Registry, until: datetime, number: int = 900, seed: int = 11) -> None:
    """Questions of the last month, most of them answered."""
    chance = random.Random(seed)  # noqa: S311 - the same pictures each time
    likeness = Likeness(lambda texts: np.eye(len(_UNANSWERED), dtype=np.float32)[[_UNANSWERED.index(text) for text in texts]])
    asked = []
    for _ in range(number):
        at = until - timedelta(minutes=chance.randrange(30 * 24 * 60))
        is_answered = chance.random() < 0.8
        question = chance.choice(_CASES).question if is_answered else _UNANSWERED[int(len(_UNANSWERED) * chance.random() ** 2)]
        status = Status.ANSWERED if is_answered else Status.ABSTAINED
        clause = f"task-{chance.randrange(1, 18):02}" if is_answered else ""
        asked.append(Asked(at, "sample", chance.choice(("web", "web", "wechat")), question, status, clause, "", 0.8))
    questions = Questions(registry.database, likeness)
    questions.record(asked)
    for rating in (Rating.UP,) * 9 + (Rating.DOWN,) * 3:
        questions.remark(Remark(until, "sample", "web", _UNANSWERED[0], rating, "没有说清楚" if rating is Rating.DOWN else ""))


_UNANSWERED = ("每亩地多少钱", "补贴什么时候到账", "厂房租金多少一平", "落户有没有现金奖励", "申请要准备哪些材料")
