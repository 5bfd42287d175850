"""Chooses the bureaus of a ticket: by the plan's 责任单位, else by the office's own list. Every choice says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from actions.office.bureaus import is_group
from actions.office.model import Bureau, Directory, Track
from actions.routing.model import Assignment, Role, Route
from actions.routing.words import Match, bureaus_meant
from knowledge.plan import Clause, Plan
from knowledge.plan import Role as PlanRole

_FALLBACK_CLAUSE = "task-17"
"""The clause on serving projects; the usual fallback bureau is its principal one."""
_MOST_PRINCIPALS = 2
"""By the office's words: more bureaus than that, each calling the enquirer, help nobody."""
_RANKS = {Role.PRINCIPAL: 0, Role.DISTRICT: 1, Role.SUPPORTING: 2}
_VERBS = {PlanRole.PRINCIPAL: "牵头", PlanRole.SUPPORTING: "配合", PlanRole.PARTICIPATING: "参与"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a lead says about whom it is for. Each field may be empty."""

    clause: str
    """Clause of the plan that the conversation was about: task-09."""
    need: str
    """In the enquirer's words."""
    industry: str
    district: str
    """As the plan writes it: 廉江市."""
    bureau: str = ""
    """The bureau that they asked for, or that was named to them."""


def route(wish: Wish, plan: Plan, directory: Directory, track: Track | None) -> Route:
    """All bureaus of a ticket, each once: principal ones first, then the district's, then supporting ones. At least one is principal.

    The first of these that names a bureau decides: the track; the bureau that was asked for, with the clause's as supporting ones; the
    responsibilities of the clause, with further bureaus that the
    need is about as supporting ones; the topics in the need; the industry; the fallback bureau. The named district's government
    always takes part. A clause that the plan does not have, or a district that no bureau governs, adds nothing: a lead is never
    lost for that. Raises ValueError for a bureau that the directory lacks.
    """
    seat = next((bureau for bureau in directory.bureaus if wish.district in bureau.districts), None)
    chosen = _by_track(track, plan, directory, seat) if track else list(_by_wish(wish, plan, directory, seat))
    if not track and (asked := directory.by_name.get(wish.bureau)):
        # The clause's other principals are told, and no more; its own reason for the one that was asked for stays.
        chosen = [a if a.bureau == asked.name else replace(a, role=Role.SUPPORTING) for a in chosen]
        chosen.append(Assignment(asked.name, Role.PRINCIPAL, f"咨询人请{asked.name}联系"))
    if not any(assignment.role is Role.PRINCIPAL for assignment in chosen):
        chosen.append(_fallback(plan, directory))
    if seat is not None:
        chosen.append(Assignment(seat.name, Role.DISTRICT, f"企业意向落户{wish.district}"))
    return Route(_each_once(chosen))


def _by_track(track: Track, plan: Plan, directory: Directory, seat: Bureau | None) -> list[Assignment]:
    if track.clause not in plan.by_id:
        raise ValueError(f"track {track.id} rests on {track.clause}, which the plan does not have")
    why = f"{_cited(plan.by_id[track.clause])}的绿色通道（{track.name}）"
    parts = [(name, Role.PRINCIPAL, "牵头") for name in track.principal] + [(name, Role.SUPPORTING, "配合") for name in track.supporting]
    return [
        Assignment(bureau.name, role, f"{why}：{name}{verb}", track.clause)
        for name, role, verb in parts
        if (bureau := _recipient(name, directory, seat)) is not None
    ]


def _by_wish(wish: Wish, plan: Plan, directory: Directory, seat: Bureau | None) -> Iterator[Assignment]:
    matches = bureaus_meant(wish.need, _topics(directory))
    clause = plan.by_id.get(wish.clause)
    if clause is not None and clause.responsibilities:
        yield from _by_clause(clause, directory, seat, matches)
        # The plan has said who is in charge: further bureaus are told, and no more.
        yield from (replace(assignment, role=Role.SUPPORTING) for assignment in _by_words(matches, "需求"))
    elif matches:
        yield from _by_words(matches, "需求")
    else:
        industries = ((word, bureau.name) for bureau in directory.bureaus for word in bureau.industries)
        yield from _by_words(bureaus_meant(wish.industry, industries), "行业")


def _by_clause(clause: Clause, directory: Directory, seat: Bureau | None, matches: Sequence[Match]) -> Iterator[Assignment]:
    meant = {match.bureau for match in matches}
    narrowed = not meant.isdisjoint(clause.bureaus(PlanRole.PRINCIPAL))
    for responsibility in clause.responsibilities:
        bureau = _recipient(responsibility.bureau, directory, seat)
        if bureau is None:
            continue
        reason = f"{_cited(clause)}：{responsibility.bureau}{_VERBS[responsibility.role]}"
        if responsibility.role is not PlanRole.PRINCIPAL:
            yield Assignment(bureau.name, Role.SUPPORTING, reason, clause.id)
        elif narrowed and bureau.name not in meant:
            # The district's government takes part all the same, see `route`.
            demoted = reason if bureau is seat else f"{reason}，需求对应其他牵头单位，本单位协同"
            yield Assignment(bureau.name, Role.SUPPORTING, demoted, clause.id)
        else:
            yield Assignment(bureau.name, Role.PRINCIPAL, reason, clause.id)


def _by_words(matches: Sequence[Match], what: str) -> Iterator[Assignment]:
    for position, match in enumerate(matches):
        role = Role.PRINCIPAL if position < _MOST_PRINCIPALS else Role.SUPPORTING
        yield Assignment(match.bureau, role, f"经办单位清单：{what}提到“{match.word}”")


def _fallback(plan: Plan, directory: Directory) -> Assignment:
    bureau = _known(directory.fallback, directory)
    reason = f"未能对应到具体责任单位，由{bureau.name}受理"
    clause = plan.by_id.get(_FALLBACK_CLAUSE)
    if clause is None or bureau.name not in clause.bureaus(PlanRole.PRINCIPAL):
        return Assignment(bureau.name, Role.PRINCIPAL, f"经办单位清单：{reason}")
    return Assignment(bureau.name, Role.PRINCIPAL, f"{_cited(clause)}：{bureau.name}牵头；{reason}", clause.id)


def _topics(directory: Directory) -> Iterator[tuple[str, str]]:
    """Words and their bureaus. Who names a bureau wants that bureau, so names count too."""
    for bureau in directory.bureaus:
        yield from ((word, bureau.name) for word in (bureau.name, *bureau.aliases, *bureau.topics))


def _recipient(name: str, directory: Directory, seat: Bureau | None) -> Bureau | None:
    """The bureau of a name; of all districts' governments the one that is meant, None where no district was named."""
    if not is_group(name):
        return _known(name, directory)
    # The main platform is no district: a bureau of the city that runs it is not one of the districts' governments.
    return seat if seat is not None and seat.name.endswith(("政府", "管委会")) else None


def _known(name: str, directory: Directory) -> Bureau:
    bureau = directory.by_name.get(name)
    if bureau is None:
        raise ValueError(f"{name} is not in the directory")
    return bureau


def _cited(clause: Clause) -> str:
    return f"方案{clause.number}“{clause.title}”"


def _each_once(chosen: Sequence[Assignment]) -> tuple[Assignment, ...]:
    """One assignment a bureau, in its strongest role and with all reasons, the one for that role first."""
    ranked = sorted(chosen, key=lambda assignment: _RANKS[assignment.role])
    by_bureau: dict[str, Assignment] = {}
    for assignment in ranked:
        first = by_bureau.setdefault(assignment.bureau, assignment)
        if first is not assignment:
            reasons = f"{first.reason}；{assignment.reason}"
            by_bureau[assignment.bureau] = replace(first, reason=reasons, clause=first.clause or assignment.clause)
    return tuple(by_bureau.values())
