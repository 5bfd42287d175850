"""A ticket as its enquirer is told of it: where it stands, who holds it, what happens next and by when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from actions.office.model import Office, Track, TrackStep
from actions.office.workdays import local_date, steps_due
from actions.routing import Role
from actions.tickets.model import EventKind, State, Ticket, TicketEvent
from actions.tickets.register import Opened, Standing

_STATES = {
    State.NEW: "已登记，等待受理",
    State.ASSIGNED: "已受理，办理中",
    State.ANSWERED: "已答复",
    State.CLOSED: "已办结",
    State.REOPENED: "重新办理，等待受理",
}
_WAITING = frozenset({State.NEW, State.REOPENED})
_MOST_REPLIES = 3
NO_TIME_LIMIT = "方案没有规定办理时限"
_OFFICE_S_OWN = f"以上时间是经办单位的安排，{NO_TIME_LIMIT}。"
_HURRY = "可拨打政务服务便民热线12345催办。"


_JOINED_ELSEWHERE = (
    "同一单位和电话一天内已登记过同样的需求，新填的内容已补充到原工单，由承办单位一并办理。编号在首次登记成功的消息里；"
    "找不到编号，可拨打政务服务便民热线12345。"
)


def tell_opened(opened: Opened, office: Office, sheet_url: str = "") -> str:
    """What is said once a lead was taken."""
    ticket = opened.ticket
    if not opened.is_theirs:
        return _JOINED_ELSEWHERE
    first = (
        f"您一天内提交过同样的需求，新填的内容已补充到原工单。编号：{ticket.number}。"
        if opened.has_joined
        else f"已登记，编号：{ticket.number}。"
    )
    lines = [first, f"承办：{_holders(ticket, office)}。", *_hours(ticket, office)]
    if track := office.track_by_id.get(ticket.track):
        lines += _steps(track, ticket)
    if sheet_url:
        lines.append(f"环评审批服务单：{sheet_url}")
    lines.append("想知道进展，随时对我说“我的申请到哪了”；换了对话，请报编号和电话后四位。")
    return "\n".join(lines)


def tell_standing(standing: Standing, office: Office, now: datetime) -> str:
    """What is said to 我的申请到哪了."""
    ticket, today = standing.ticket, local_date(now)
    closed = f"（{_day(local_date(ticket.closed_at), today)}）" if ticket.closed_at else ""
    lines = [f"{ticket.number}：{_STATES[ticket.state]}{closed}。"]
    if ticket.need:
        lines.append(f"需求：{ticket.need}")
    lines.append(f"承办：{_holders(ticket, office)}。")
    if ticket.state is not State.CLOSED and (accepted := _acceptance(standing.events)):
        lines.append(f"{accepted.by}于{_day(local_date(accepted.at), today)}受理。")
    lines += [f"{reply.bureau}答复（{_day(local_date(reply.at), today)}）：{reply.text}" for reply in standing.replies[-_MOST_REPLIES:]]
    lines += _what_next(ticket, office, today)
    return "\n".join(lines)


def _acceptance(events: Sequence[TicketEvent]) -> TicketEvent | None:
    """The one that still holds: another bureau, or a new beginning, has to accept again."""
    holding = None
    for event in events:
        if event.kind is EventKind.ACCEPTED:
            holding = event
        elif event.kind in (EventKind.REASSIGNED, EventKind.REOPENED):
            holding = None
    return holding


def _what_next(ticket: Ticket, office: Office, today: date) -> Sequence[str]:
    if ticket.erased_at:
        return ("联系人信息和需求已删除，承办单位不再与您联系。",)
    if ticket.state is State.CLOSED:
        return ("还有问题，可以再登记或直接提问。",)
    principal = "、".join(ticket.route.bureaus(Role.PRINCIPAL))
    todo = (
        f"下一步：{principal}受理并与您联系"
        if ticket.state in _WAITING
        else "下一步：按承办单位的答复办理"
        if ticket.state is State.ANSWERED
        else f"下一步：{principal}办理并答复"
    )
    dated = _dated(ticket, office)
    if not dated:
        return (f"{todo}；{NO_TIME_LIMIT}。", *_hours(ticket, office))
    first, last = dated[0], dated[-1]
    ahead = next((step for step in dated if step[1] >= today), None)
    if ahead is None or (ticket.state in _WAITING and first[1] < today):
        late = first if ticket.state in _WAITING else last
        return (f"{todo}。", f"{_step(*late, today)}：时间已过，如仍未办理，{_HURRY}", _OFFICE_S_OWN)
    return (f"{todo}。", f"{_step(*ahead, today)}。", _OFFICE_S_OWN)


def _dated(ticket: Ticket, office: Office) -> list[tuple[TrackStep, date]]:
    """The steps for which the office has set itself a day. They run from the opening: of a reopened ticket they say nothing."""
    track = office.track_by_id.get(ticket.track)
    if track is None or ticket.state is State.REOPENED:
        return []
    return sorted(((step, due) for step, due in steps_due(track, ticket.opened_at) if due), key=lambda pair: pair[1])


def _holders(ticket: Ticket, office: Office) -> str:
    track = office.track_by_id.get(ticket.track)
    parts = [f"{'、'.join(ticket.route.bureaus(Role.PRINCIPAL))}（牵头）"]
    if district := ticket.route.bureaus(Role.DISTRICT):
        parts.append(f"{'、'.join(district)}（属地）")
    if supporting := ticket.route.bureaus(Role.SUPPORTING):
        # 一个项目、一个专班 (plan 二（四）17): whoever helps is of the team.
        parts.append(f"{'、'.join(supporting)}（{'专班成员' if track and track.is_team else '配合'}）")
    return "，".join(parts)


def _hours(ticket: Ticket, office: Office) -> tuple[str, ...]:
    bureau = office.directory.by_name.get(ticket.route.bureaus(Role.PRINCIPAL)[0])
    return (f"办公时间：{bureau.hours}。",) if bureau and bureau.hours else ()


def _steps(track: Track, ticket: Ticket) -> list[str]:
    today = local_date(ticket.opened_at)
    steps = steps_due(track, ticket.opened_at)
    written = [_step(step, due, today) if due else f"{step.name}（{step.bureau}）" for step, due in steps]
    lines = [f"{track.name}的办理步骤：", *(f"{number}. {line}" for number, line in enumerate(written, 1))] if written else []
    return [*lines, _OFFICE_S_OWN if any(due for _, due in steps) else f"{NO_TIME_LIMIT}。"]


def _step(step: TrackStep, due: date, today: date) -> str:
    return f"{step.name}（{step.bureau}，{_day(due, today)}前）"


def _day(day: date, today: date) -> str:
    return f"{day.month}月{day.day}日" if day.year == today.year else f"{day.year}年{day.month}月{day.day}日"
