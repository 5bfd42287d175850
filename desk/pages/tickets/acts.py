"""What may be done to a ticket, by whom and when: one table, by which pages offer it and forms are taken."""

from __future__ import annotations

from dataclasses import dataclass

from actions.officers.model import Permission
from actions.routing import ANSWERING, Role
from actions.tickets.model import TRANSITIONS, EventKind, Ticket
from desk.visit import Visit


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done by a form of the ticket's page."""

    name: str
    """Of the form, and the end of its address."""
    kind: EventKind
    permission: Permission
    roles: tuple[Role, ...]
    """The officer needs the permission for a bureau that has one of these in the ticket."""

    def may_be_done(self, visit: Visit, ticket: Ticket) -> bool:
        """Whether this officer may do it to the ticket as it stands."""
        if self.kind in (EventKind.REOPENED, EventKind.ERASED, EventKind.NOTED) and ticket.erased_at is not None:
            return False
        return ticket.state in TRANSITIONS[self.kind][0] and self.is_permitted(visit, ticket)

    def is_permitted(self, visit: Visit, ticket: Ticket) -> bool:
        """Whether this officer may do it to the ticket while its state allows it."""
        return visit.may(self.permission, *ticket.route.bureaus(*self.roles))

    def bureau(self, visit: Visit, ticket: Ticket) -> str:
        """In whose name it is done: the officer's bureau where it has such a part in the ticket, else the principal one."""
        named = ticket.route.bureaus(*self.roles)
        return visit.officer.bureau if visit.officer.bureau in named else named[0]


_WORK = Permission.WORK_ON_TICKETS
ACCEPT = Act("accept", EventKind.ACCEPTED, _WORK, ANSWERING)
REPLY = Act("reply", EventKind.COMMENTED, _WORK, tuple(Role))
NOTE = Act("note", EventKind.NOTED, _WORK, tuple(Role))
ENLIST = Act("enlist", EventKind.ENLISTED, _WORK, tuple(Role))
TICK = Act("steps", EventKind.STEP_DONE, _WORK, tuple(Role))
CLOSE = Act("close", EventKind.CLOSED, _WORK, ANSWERING)
REOPEN = Act("reopen", EventKind.REOPENED, _WORK, ANSWERING)
REASSIGN = Act("reassign", EventKind.REASSIGNED, Permission.REASSIGN, (Role.PRINCIPAL,))
ERASE = Act("erase", EventKind.ERASED, Permission.REASSIGN, (Role.PRINCIPAL,))
ACTS = (ACCEPT, REPLY, NOTE, ENLIST, TICK, CLOSE, REOPEN, REASSIGN, ERASE)
