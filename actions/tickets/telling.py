"""A ticket as its enquirer is told of it: where it stands, who holds it, what happens next and by when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from actions.office.model import Office, Track
from actions.office.workdays import local_date, steps_due
from actions.routing import Role
from actions.tickets.model import EventKind, State, Ticket
from actions.tickets.register import Opened, Standing

_STATES = {
    State.NEW: "已登记，等待受理",
    State.ASSIGNED: "已受理，办理中",
    State.ANSWERED: "已答复",
    State.CLOSED: "已办结",
    State.REOPENED: "已重新受理",
}
_MOST_REPLIES = 3
NO_TIME_LIMIT = "方案没有规定办理时限"


def tell_opened(opened: Opened, office: Office, sheet_url: str = "") -> str:
    """What is said once a lead was taken."""
    ticket = opened.ticket
    first = (
        f"您一天内提交过同样的需求，已并入原工单，不必重复登记。编号：{ticket.number}。"
        if opened.has_joined
        else f"已登记，编号：{ticket.number}。"
    )
    lines = [first, f"承办：{_holders(ticket)}。", *_hours(ticket, office)]
    if track := office.track_by_id.get(ticket.track):
        lines += _steps(track, ticket)
    if sheet_url:
        lines.append(f"环评审批服务单：{sheet_url}")
    lines.append("想知道进展，随时对我说“我的申请到哪了”；换了对话，请报编号和电话后四位。")
    return "\n".join(lines)


def tell_standing(standing: Standing, office: Office, now: datetime) -> str:
    """What is said to 我的申请到哪了."""
    ticket = standing.ticket
    lines = [f"{ticket.number}：{_STATES[ticket.state]}。"]
    if ticket.need:
        lines.append(f"需求：{ticket.need}")
    lines.append(f"承办：{_holders(ticket)}。")
    accepted = [event for event in standing.events if event.kind is EventKind.ACCEPTED]
    if accepted and ticket.state is not State.CLOSED:
        lines.append(f"{accepted[-1].by}于{_day(local_date(accepted[-1].at))}受理。")
    lines += [f"{reply.bureau}答复（{_day(local_date(reply.at))}）：{reply.text}" for reply in standing.replies[-_MOST_REPLIES:]]
    lines += _what_next(ticket, office, now)
    return "\n".join(lines)


def _what_next(ticket: Ticket, office: Office, now: datetime) -> Sequence[str]:
    if ticket.state is State.CLOSED:
        return ("还有问题，可以再登记或直接提问。",)
    track = office.track_by_id.get(ticket.track)
    principal = "、".join(ticket.route.bureaus(Role.PRINCIPAL))
    waiting = ticket.state in (State.NEW, State.REOPENED)
    todo = (
        f"下一步：{principal}受理并与您联系"
        if waiting
        else "下一步：按承办单位的答复办理"
        if ticket.state is State.ANSWERED
        else f"下一步：{principal}办理并答复"
    )
    dated = [(step, due) for step, due in steps_due(track, ticket.opened_at) if due] if track else []
    ahead = next(((step, due) for step, due in dated if due >= local_date(now)), None)
    if ahead is None:
        return (f"{todo}；{NO_TIME_LIMIT}。", *_hours(ticket, office))
    step, due = ahead
    return (f"{todo}。", f"{step.name}（{step.bureau}）：{_day(due)}前。这是经办单位的安排，{NO_TIME_LIMIT}。")


def _holders(ticket: Ticket) -> str:
    parts = [f"{'、'.join(ticket.route.bureaus(Role.PRINCIPAL))}（牵头）"]
    if district := ticket.route.bureaus(Role.DISTRICT):
        parts.append(f"{'、'.join(district)}（属地）")
    if supporting := ticket.route.bureaus(Role.SUPPORTING):
        parts.append(f"{'、'.join(supporting)}（配合）")
    return "，".join(parts)


def _hours(ticket: Ticket, office: Office) -> tuple[str, ...]:
    bureau = office.directory.by_name.get(ticket.route.bureaus(Role.PRINCIPAL)[0])
    return (f"办公时间：{bureau.hours}。",) if bureau and bureau.hours else ()


def _steps(track: Track, ticket: Ticket) -> list[str]:
    steps = [f"{step.name}（{step.bureau}{f'，{_day(due)}前' if due else ''}）" for step, due in steps_due(track, ticket.opened_at)]
    return [f"{track.name}的办理步骤：" + "；".join(steps) + f"。时间是经办单位的安排，{NO_TIME_LIMIT}。"]


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
