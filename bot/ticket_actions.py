"""The actions about leads and tickets, given what they work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rasa_sdk import Action

from actions.erase_ticket import ActionErase
from actions.find_ticket import ActionTellState
from actions.lead.form.taking import Form
from actions.lead.heard import heard
from actions.take_lead import ActionTakeLead
from actions.tickets.register import Opened, Standing, utc_now
from actions.tickets.telling import tell_opened, tell_standing
from bot.tickets import TicketDesk
from knowledge.live import LiveKnowledge


def ticket_actions(knowledge: LiveKnowledge, desk: TicketDesk) -> list[Action]:
    """The form, the state of tickets, and erasure."""
    registry = desk.registry
    office = registry.office

    def form() -> Form:
        return Form(office.current, registry.industries.names, knowledge.current.products_in, desk.settings.retention_days)

    def opened_in_words(opened: Opened) -> str:
        track = office.current.track_by_id.get(opened.ticket.track)
        # Without a public address, only the page of this very service can follow the link.
        is_followed = bool(desk.settings.public_url) or opened.ticket.channel == "web"
        sheet = desk.settings.public_url + desk.sheet_path(opened.ticket.number) if track and track.has_sheet and is_followed else ""
        return tell_opened(opened, office.current, sheet)

    def standing_in_words(standing: Standing) -> str:
        return tell_standing(standing, office.current, utc_now())

    async def of_conversation(mark: str) -> tuple[Standing, ...]:
        return await desk.in_thread(registry.tickets.of_conversation, mark)

    async def look_up(number: str, last_four: str, guesser: str) -> Standing:
        return await desk.in_thread(registry.lookup.look_up, number, last_four, guesser)

    async def erase(number: str) -> None:
        await desk.changing(registry.tickets.erase, number)

    return [
        ActionTakeLead(form, desk.take, opened_in_words, lambda: knowledge.current.bureaus),
        ActionTellState(of_conversation, look_up, standing_in_words),
        ActionErase(of_conversation, look_up, erase),
    ]


def hear_by(knowledge: LiveKnowledge) -> Callable[[str, Mapping[str, str | int]], dict[str, str | int]]:
    """Notes what enquirers tell of their company in passing."""

    def hear(text: str, before: Mapping[str, str | int]) -> dict[str, str | int]:
        current = knowledge.current
        return heard(text, current.industries.names, current.products_in, before)

    return hear
